"""The vault: for each live event its private sealing key and its protected terms, encrypted, and destroyed for good.

A data key for each event (AES-256-GCM-SIV) encrypts what is in its file; the key-encryption key wraps the data key.
Opened by scrub and by the desk's held view alone. Destroying overwrites the file and leaves a marker in its place,
so that a record whose key is gone is told apart from one whose event was never known.
"""

import base64
import json
import os
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from schemas.errors import Broken, Refused
from streams import sealing

NONCE_BYTES = 12
KEK_BYTES = 32


class KeyDestroyed(Refused):
    """The event's keys are gone for good: what was sealed to them is a tombstone now."""


class Vault:
    """Files `<root>/<live_event_id>.json`, readable by the owner alone."""

    def __init__(self, root: Path, kek: bytes) -> None:
        if len(kek) != KEK_BYTES:
            raise Broken(f"The key-encryption key has to be {KEK_BYTES} bytes; found {len(kek)}.")
        self._root = root
        self._kek = AESGCMSIV(kek)
        self._open: dict[str, tuple[int, dict[str, Any], sealing.PrivateKey]] = {}  # file's time, content, key
        root.mkdir(mode=0o700, parents=True, exist_ok=True)

    def create(self, live_event_id: str, protect: tuple[str, ...]) -> dict[str, str]:
        """Makes the event's keys, or keeps those it has and takes the new terms. The public JWK comes back."""
        try:
            content = self._read(live_event_id)
        except KeyError:
            private, public = sealing.new_key()
            content = {"private": private, "public": public, "terms": []}
        content = {**content, "terms": list(protect)}
        self._write(live_event_id, content)
        return dict(content["public"])

    def terms(self, live_event_id: str) -> tuple[str, ...]:
        return tuple(self._get(live_event_id)["terms"])

    def open_sealed(self, live_event_id: str, sealed: str) -> bytes:
        """What is inside the seal. Raises KeyDestroyed, or Refused for an unknown event or a broken seal."""
        self._get(live_event_id)
        return sealing.unseal(self._open[live_event_id][2], sealed)

    def has(self, live_event_id: str) -> bool:
        try:
            self._get(live_event_id)
        except Refused:
            return False
        return True

    def sweep(self) -> bool:
        """Lets go of events whose keys another process has destroyed. True when there were some."""
        gone = [live_event_id for live_event_id in list(self._open) if not self.has(live_event_id)]
        return bool(gone)

    def destroy(self, live_event_id: str) -> bool:
        """Overwrites and forgets the event's keys and terms. True when there was something to destroy."""
        path = self._path(live_event_id)
        self._open.pop(live_event_id, None)
        if not path.exists():
            return False
        with path.open("r+b") as file:
            size = path.stat().st_size
            file.write(os.urandom(size))
            file.flush()
            os.fsync(file.fileno())
        _replace(path, json.dumps({"v": 1, "destroyed": True}).encode())
        return True

    def _get(self, live_event_id: str) -> dict[str, Any]:
        try:
            return self._read(live_event_id)
        except KeyError:
            raise Refused(f"No keys for live event {live_event_id}.", code="unknown-event", status=404) from None

    def _read(self, live_event_id: str) -> dict[str, Any]:
        path = self._path(live_event_id)
        try:
            changed = path.stat().st_mtime_ns
        except FileNotFoundError:
            self._open.pop(live_event_id, None)
            raise KeyError(live_event_id) from None
        kept = self._open.get(live_event_id)
        if kept is not None and kept[0] == changed:
            return kept[1]
        stored = json.loads(path.read_bytes())
        if stored.get("destroyed"):
            self._open.pop(live_event_id, None)
            raise KeyDestroyed(
                f"The keys of live event {live_event_id} are destroyed.", code="key-destroyed", status=410
            )
        content = self._decrypt(live_event_id, stored)
        self._open[live_event_id] = (changed, content, sealing.private_key(content["private"]))
        return content

    def _decrypt(self, live_event_id: str, stored: dict[str, str]) -> dict[str, Any]:
        bound = _bound_to(live_event_id)
        try:
            wrapped = base64.b64decode(stored["key"])
            data_key = self._kek.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], bound)
            sealed = base64.b64decode(stored["content"])
            content: dict[str, Any] = json.loads(
                AESGCMSIV(data_key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
            )
        except InvalidTag:
            raise Broken(f"The vault of {live_event_id} does not open with this key-encryption key.") from None
        return content

    def _write(self, live_event_id: str, content: dict[str, Any]) -> None:
        bound = _bound_to(live_event_id)
        data_key = AESGCMSIV.generate_key(256)
        wrap_nonce, nonce = os.urandom(NONCE_BYTES), os.urandom(NONCE_BYTES)
        stored = {
            "v": "1",
            "key": base64.b64encode(wrap_nonce + self._kek.encrypt(wrap_nonce, data_key, bound)).decode(),
            "content": base64.b64encode(
                nonce + AESGCMSIV(data_key).encrypt(nonce, json.dumps(content).encode(), bound)
            ).decode(),
        }
        _replace(self._path(live_event_id), json.dumps(stored).encode())

    def _path(self, live_event_id: str) -> Path:
        assert "/" not in live_event_id
        return self._root / f"{live_event_id}.json"


def _bound_to(live_event_id: str) -> bytes:
    """Additional data: a file renamed to another event's does not open."""
    return f"scrubcast/vault/1/{live_event_id}".encode()


def _replace(path: Path, data: bytes) -> None:
    """Writes beside, syncs, renames: after a crash the old file or the new one is there, never half of one."""
    beside = path.with_suffix(".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

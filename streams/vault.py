"""The vault: for each live event its private sealing key and its protected terms, encrypted, and destroyed for good.

A data key for each event (AES-256-GCM-SIV) encrypts what is in its file; the key-encryption key wraps the data key.
Opened by scrub and by the desk's held view alone. Destroying overwrites the file and leaves a marker in its place,
so that a record whose key is gone is told apart from one whose event was never known.

Theory of operation. What is destroyed is destroyed by what comes next, too, if a crash falls between: a marker
`<id>.destroyed` is durable before the first byte is overwritten, and a file that a new one replaced keeps the name
`<id>.old` until it is overwritten. No name ever holds half a file, but for one that the marker says is being destroyed.
"""

import base64
import json
import os
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from schemas.errors import Broken, Refused
from streams import commitment, sealing

NONCE_BYTES = 12
KEK_BYTES = 32
TRIES_MAX = 3  # a file is replaced when somebody presses a button, and read within a millisecond
IDENTIFIER_MIN = 3  # letters and digits; anything shorter would take other people's terms along


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
        self._commit_keys: dict[str, bytes] = {}  # of events in _open
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

    def commit(self, live_event_id: str, field: commitment.Field, update_id: UUID, text: str) -> str:
        """The keyed commitment to a text. Raises KeyDestroyed, or Refused for an unknown event."""
        return commitment.commit(self._commit_key(live_event_id), field, update_id, text)

    def opens(self, live_event_id: str, field: commitment.Field, update_id: UUID, text: str, made: str) -> str | None:
        """How `text` has to be read to be what was committed to, None when it is not. Raises as commit()."""
        return commitment.opens(self._commit_key(live_event_id), field, update_id, text, made)

    def _commit_key(self, live_event_id: str) -> bytes:
        content = self._get(live_event_id)
        key = self._commit_keys.get(live_event_id)
        if key is None:
            secret = content["private"]["d"]
            key = commitment.key_of(base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4)), live_event_id)
            self._commit_keys[live_event_id] = key
        return key

    def named(self, live_event_id: str, identifiers: Iterable[str]) -> tuple[str, ...]:
        """The protected terms that are, or hold as whole words, one of these identifiers."""
        wanted = [words for one in identifiers if len("".join(words := _words(one))) >= IDENTIFIER_MIN]
        return tuple(term for term in self.terms(live_event_id) if any(_holds(_words(term), w) for w in wanted))

    def is_named_in(self, live_event_id: str, text: str) -> bool:
        """Whether a protected term stands in `text`; False where nobody can tell any more. Raises nothing for that."""
        try:
            terms = self.terms(live_event_id)
        except Refused:
            return False
        said = _words(text)
        return any(words and _holds(said, words) for words in map(_words, terms))

    def erase_terms(self, live_event_id: str, identifiers: Iterable[str]) -> int:
        """Takes the terms that named() tells for good, under a new data key; returns how many. The event goes on."""
        gone = frozenset(self.named(live_event_id, identifiers))
        if gone:
            content = self._get(live_event_id)
            self._write(live_event_id, {**content, "terms": [t for t in content["terms"] if t not in gone]})
            self._let_go(live_event_id)
        return len(gone)

    def has(self, live_event_id: str) -> bool:
        try:
            self._get(live_event_id)
        except Refused:
            return False
        return True

    def known(self) -> tuple[str, ...]:
        """The events whose keys are here, destroyed ones not counted."""
        return tuple(name for path in sorted(self._root.glob("*.json")) if self.has(name := path.stem))

    def sweep(self) -> bool:
        """Lets go of events whose keys another process has destroyed. True when there were some."""
        gone = [live_event_id for live_event_id in list(self._open) if not self.has(live_event_id)]
        return bool(gone)

    def destroy(self, live_event_id: str) -> bool:
        """Overwrites and forgets the event's keys and terms. True when there was something to destroy."""
        path, marker = self._path(live_event_id), self._marker(live_event_id)
        self._let_go(live_event_id)
        self._tidy(live_event_id)
        if not path.exists():
            return False
        _write_whole(marker, json.dumps({"v": 1, "destroyed": True}).encode())
        _sync_folder(self._root)
        _overwrite(path)
        marker.replace(path)
        _sync_folder(self._root)
        return True

    def tidy(self) -> bool:
        """Finishes what a crash left half destroyed. True when there was something."""
        half = [path.stem for path in sorted(self._root.glob("*.destroyed"))]
        for name in half:
            self.destroy(name)
        left = {path.stem for suffix in _BESIDE for path in self._root.glob(f"*{suffix}")}
        for name in left:
            self._tidy(name)
        return bool(half or left)

    def _tidy(self, live_event_id: str) -> None:
        """What a crash left beside the file holds wrapped keys, too."""
        path = self._path(live_event_id)
        for suffix in _BESIDE:
            beside = path.with_suffix(suffix)
            with suppress(FileNotFoundError):
                # Until the new file has its name, `.old` is a second name of the one that counts.
                if not (path.exists() and beside.samefile(path)):
                    _overwrite(beside)
                beside.unlink()

    def _let_go(self, live_event_id: str) -> None:
        self._open.pop(live_event_id, None)
        self._commit_keys.pop(live_event_id, None)

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
            self._let_go(live_event_id)
            raise KeyError(live_event_id) from None
        kept = self._open.get(live_event_id)
        if kept is not None and kept[0] == changed and not self._marker(live_event_id).exists():
            return kept[1]
        self._let_go(live_event_id)
        for _ in range(TRIES_MAX):
            before = path.stat()
            if self._marker(live_event_id).exists():
                raise _destroyed(live_event_id)
            try:
                stored = json.loads(path.read_bytes())
                content = None if stored.get("destroyed") else self._decrypt(live_event_id, stored)
            except (Broken, ValueError):
                after = path.stat()
                if (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns):
                    raise
                continue  # another process replaced it, and overwrote what was being read here
            if content is None:
                raise _destroyed(live_event_id)
            self._open[live_event_id] = (before.st_mtime_ns, content, sealing.private_key(content["private"]))
            return content
        raise Broken(f"The vault of {live_event_id} changes faster than it can be read.")

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
        self._replace(live_event_id, json.dumps(stored).encode())

    def _replace(self, live_event_id: str, data: bytes) -> None:
        """After a crash the old or the new file is there; the old one's bytes are overwritten, not only unlinked."""
        path = self._path(live_event_id)
        self._tidy(live_event_id)
        beside, old = path.with_suffix(".new"), path.with_suffix(".old")
        _write_whole(beside, data)
        with suppress(FileNotFoundError):
            os.link(path, old)
        _sync_folder(self._root)
        beside.replace(path)
        _sync_folder(self._root)
        self._tidy(live_event_id)

    def _marker(self, live_event_id: str) -> Path:
        return self._path(live_event_id).with_suffix(".destroyed")

    def _path(self, live_event_id: str) -> Path:
        assert "/" not in live_event_id
        return self._root / f"{live_event_id}.json"


def _bound_to(live_event_id: str) -> bytes:
    """Additional data: a file renamed to another event's does not open."""
    return f"scrubcast/vault/1/{live_event_id}".encode()


_BESIDE = (".new", ".old")


def _destroyed(live_event_id: str) -> KeyDestroyed:
    return KeyDestroyed(f"The keys of live event {live_event_id} are destroyed.", code="key-destroyed", status=410)


def _words(text: str) -> tuple[str, ...]:
    """As two people would compare names: no case, no accents' order, no punctuation between the words."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return tuple("".join(c if c.isalnum() else " " for c in folded).split())


def _holds(term: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return any(term[i : i + len(wanted)] == wanted for i in range(len(term) - len(wanted) + 1))


def _overwrite(path: Path) -> None:
    """Random bytes over all of a file, in its place and on the disk. Raises FileNotFoundError where there is none."""
    with path.open("r+b") as file:
        file.write(os.urandom(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())


def _write_whole(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

"""The data folder of one installation: where keys, tokens, logs and the addresses of a running system lie."""

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from schemas.envelope import Role
from schemas.errors import Refused

ROLES = (Role.REPORTER, Role.REVIEWER, Role.PHYSICIAN, Role.DIRECTOR, Role.ADVOCATE, Role.LIAISON, Role.AUDITOR)


@dataclass(frozen=True)
class Home:
    """Paths below `root`. Everything with a secret in it is readable by the owner alone."""

    root: Path

    @property
    def vault(self) -> Path:
        return self.root / "vault"

    @property
    def held(self) -> Path:
        """Copies of what topics delete by time, of events on which a legal hold lies."""
        return self.root / "held"

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def archive_imported(self) -> Path:
        """Logs of other installations, brought in as bundles: to be read, never written."""
        return self.root / "archive-imported"

    @property
    def archive_search(self) -> Path:
        """What search derives from the logs; it may be thrown away at any time."""
        return self.root / "archive-search"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def broker(self) -> Path:
        return self.root / "broker"

    @property
    def addresses_file(self) -> Path:
        return self.run / "addresses.json"

    @property
    def anchors_file(self) -> Path:
        """What the archive says of its witnesses and time stamps, for status."""
        return self.run / "anchors.json"

    @property
    def tls(self) -> Path:
        """The authority of `up --lan` and this machine's certificate, with their keys."""
        return self.root / "tls"

    @property
    def _secrets(self) -> Path:
        return self.root / "secrets"

    def x_tokens(self, account: str) -> Path:
        """Of this account's OAuth 2.0 login on X; the account as settings name it."""
        return self._secrets / f"x-{account}.json"

    @property
    def x_login(self) -> Path:
        """A login on X that a person has begun and not finished."""
        return self._secrets / "x-login.json"

    def make(self) -> None:
        for folder in (self.root, self.logs, self.run, self._secrets):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.tokens()
        self.kek()
        self.session_key()
        self.pin_key()
        self.archive_key()

    def claim(self) -> IO[str]:
        """One supervisor on a data folder. Keep what comes back: the lock goes with the process, however it ends."""
        lock = (self.run / "up.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise Refused(f"A system runs on {self.root} already.", code="already-running") from None
        return lock

    def kek(self) -> bytes:
        return self._kept("kek", lambda: secrets.token_bytes(32))

    def session_key(self) -> bytes:
        """Signs the desk's cookies and the tokens of people on tablets; one for all processes."""
        return self._kept("session.key", lambda: secrets.token_bytes(32))

    def pin_key(self) -> bytes:
        """What PINs are mixed with before they are hashed. Lost, every PIN has to be set again."""
        return self._kept("pin.key", lambda: secrets.token_bytes(32))

    def archive_key(self) -> bytes:
        """The Ed25519 seed that signs the archive's checkpoints (32 bytes)."""
        return self._kept("archive.key", lambda: secrets.token_bytes(32))

    def tokens(self) -> dict[str, str]:
        """One bearer token for each role."""
        made = self._kept(
            "tokens.json", lambda: json.dumps({r.value: secrets.token_urlsafe(24) for r in ROLES}).encode()
        )
        tokens: dict[str, str] = json.loads(made)
        return tokens

    def _kept(self, name: str, make: Callable[[], bytes]) -> bytes:
        path = self._secrets / name
        if not path.exists():
            self._secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside = path.with_name(f".{name}.{secrets.token_hex(8)}")
            write_private(beside, make())
            # A link, not a rename: of two processes that make it at once the second keeps what the first made.
            with suppress(FileExistsError):
                os.link(beside, path)
            beside.unlink()
        return path.read_bytes()

    def addresses(self) -> dict[str, Any]:
        """What the running system says of itself. Raises Refused when none runs on this folder."""
        try:
            found: dict[str, Any] = json.loads(self.addresses_file.read_bytes())
        except (OSError, ValueError):
            raise Refused(
                f"No system runs on {self.root}. Start one with `scrubcast up` or name one by --data or SCRUBCAST_URL.",
                code="not-running",
            ) from None
        return found


def _new_tokens() -> bytes:
    return json.dumps({role.value: secrets.token_urlsafe(24) for role in ROLES}).encode()


def write_private(path: Path, data: bytes) -> None:
    """Whole or not at all, for the owner's eyes."""
    with private_file(path) as file:
        file.write(data)


@contextmanager
def private_file(path: Path) -> Iterator[BinaryIO]:
    """The same for what is written piece by piece: it has its name once everything is there."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def write_durably(path: Path, data: bytes) -> None:
    """As write_private, and still there after a power cut."""
    write_private(path, data)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

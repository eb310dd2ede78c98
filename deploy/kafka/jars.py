"""Decides which jars make up the broker, and that only bytes with the locked sha256 are ever run."""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from schemas.errors import Broken, Unavailable

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many parts are done, and of how many."""

# Six at a time filled the line in our measurements; more only gets a client rate-limited.
DOWNLOADS_AT_ONCE = 6
# A read that stalls this long is a dead line. jgo's own 10 s is short for the 8 MB jar on a hotel wifi.
DOWNLOAD_TIMEOUT_S = 30
# A connection cut once is common, three times in a row is an outage that a person must hear about.
DOWNLOAD_TRIES_MAX = 3
_READ_BYTES = 1 << 20


def no_progress(_what: str, _done: int, _total: int) -> None:
    """For callers that show nothing."""


@dataclass(frozen=True)
class Jar:
    """One file of the lock: exact coordinates, and what its bytes must be."""

    group: str
    artifact: str
    version: str
    sha256: str
    size_bytes: int

    @property
    def file_name(self) -> str:
        return f"{self.artifact}-{self.version}.jar"

    def __str__(self) -> str:
        return f"{self.group}:{self.artifact}:{self.version}"


@dataclass(frozen=True)
class Lock:
    """The broker's version, and its jars in classpath order."""

    kafka: str
    jars: tuple[Jar, ...]
    digest: str


def parse_lock(text: str) -> Lock:
    fields = json.loads(text)
    return Lock(
        kafka=fields["kafka"],
        jars=tuple(Jar(**jar) for jar in fields["jars"]),
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def locked() -> Lock:
    """The lock that ships with this package."""
    return parse_lock(resources.files(__package__).joinpath("jars.lock.json").read_text(encoding="utf-8"))


def folder(cache_dir: Path, lock: Lock) -> Path:
    """Where the jars of this lock lie. Another Kafka version gets another folder, so both may run."""
    return cache_dir / "kafka" / lock.kafka / "jars"


def fetch(
    cache_dir: Path,
    progress: Progress = no_progress,
    *,
    lock: Lock | None = None,
    mirror_url: str | None = None,
) -> list[Path]:
    """The jars in classpath order, downloaded and checked where they are not yet.

    Quick when all are there: sizes and the stamp of an earlier full check are compared, nothing is hashed.
    `mirror_url` names a Maven repository to use instead of the public one. Raises Broken for wrong bytes,
    Unavailable when the repository cannot be reached.
    """
    lock = lock or locked()
    into = folder(cache_dir, lock)
    if not _is_complete(into, lock):
        into.mkdir(parents=True, exist_ok=True)
        with _alone(into.parent / "fetch.lock"):
            if not _is_complete(into, lock):  # another process may have fetched while we waited
                _fetch_missing(into, lock, progress, mirror_url)
                _stamp(into).write_text(lock.digest, encoding="ascii")
    return [into / jar.file_name for jar in lock.jars]


def _stamp(into: Path) -> Path:
    return into / "verified"


def _is_complete(into: Path, lock: Lock) -> bool:
    try:
        if _stamp(into).read_text(encoding="ascii") != lock.digest:
            return False
        return all((into / jar.file_name).stat().st_size == jar.size_bytes for jar in lock.jars)
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def _alone(lock_path: Path) -> Iterator[None]:
    with lock_path.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _fetch_missing(into: Path, lock: Lock, progress: Progress, mirror_url: str | None) -> None:
    missing = [jar for jar in lock.jars if not _is_right(into / jar.file_name, jar)]
    done, total = len(lock.jars) - len(missing), len(lock.jars)
    progress("Downloading Kafka", done, total)
    with (
        tempfile.TemporaryDirectory(dir=into.parent, prefix="fetch-") as scratch,
        ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as pool,
    ):
        futures = [pool.submit(_fetch_one, jar, into, Path(scratch), mirror_url) for jar in missing]
        try:
            for future in as_completed(futures):
                future.result()
                done += 1
                progress("Downloading Kafka", done, total)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _is_right(path: Path, jar: Jar) -> bool:
    return path.exists() and path.stat().st_size == jar.size_bytes and _sha256(path) == jar.sha256


def _fetch_one(jar: Jar, into: Path, scratch: Path, mirror_url: str | None) -> None:
    for attempt in range(1, DOWNLOAD_TRIES_MAX + 1):
        # An empty repository for each try: jgo writes to the final name at once, so that a cut download
        # would be taken for the whole jar by the next one.
        repository = Path(tempfile.mkdtemp(dir=scratch))
        try:
            found = _resolve(jar, repository, mirror_url)
        except Unavailable:
            if attempt == DOWNLOAD_TRIES_MAX:
                raise
            continue
        if found.stat().st_size < jar.size_bytes and attempt < DOWNLOAD_TRIES_MAX:
            continue
        if not _is_right(found, jar):
            raise Broken(
                f"{jar} has {found.stat().st_size} bytes with sha256 {_sha256(found)}, the lock says"
                f" {jar.size_bytes} bytes with {jar.sha256}; it was not used. Is a proxy changing downloads?"
            )
        os.replace(found, into / jar.file_name)  # noqa: PTH105 - atomic: no reader ever sees half a jar
        shutil.rmtree(repository)
        return


def _resolve(jar: Jar, repository: Path, mirror_url: str | None) -> Path:
    # Imported late: jgo takes a good part of a second to load, and a warm start needs none of it.
    from jgo.maven import MavenContext, PythonResolver  # noqa: PLC0415 - see above

    context = MavenContext(
        repo_cache=repository,
        local_repos=[],
        remote_repos=None if mirror_url is None else {"mirror": mirror_url.rstrip("/")},
        resolver=PythonResolver(),
        timeout=DOWNLOAD_TIMEOUT_S,
    )
    component = context.project(jar.group, jar.artifact).at_version(jar.version)
    try:
        return Path(component.artifact().resolve())
    except (OSError, RuntimeError) as error:  # jgo's: the line failed; the repository answered other than 200
        reason = getattr(error, "strerror", None) or type(error).__name__  # "No space left on device" is a reason
        raise Unavailable(
            f"{jar} cannot be downloaded ({reason}); check the network and proxy settings and"
            " start again, what is already here is kept",
            retry_after_s=30,
        ) from error


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_READ_BYTES):
            digest.update(block)
    return digest.hexdigest()

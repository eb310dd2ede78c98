"""What verification reads and what it says: the words that its parts share. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from consumers.archive.anchors.found import NONE, Anchors

PENDING = "pending"
SCAFFOLD = frozenset({PENDING, "lock", "tmp"})  # the writer's own files; they prove nothing
COPY = "entries.jsonl"
SUMS = "sha256sums.txt"
DERIVED = frozenset({COPY, SUMS, "report.html", "report.pdf", "entries.parquet", "VERIFY.md", "verify.py"})
"""What an export adds to a log."""
ANCHORS = "anchors/"  # what others said of our checkpoints; optional, and judged apart

T = TypeVar("T")
R_co = TypeVar("R_co", covariant=True)


class Reader(Protocol):
    """A log as files: a folder, or a bundle. It does not change while it is read."""

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, None when there is none."""

    def part(self, name: str, start: int, length: int) -> bytes:
        """At most `length` bytes of a file from `start` on; none behind its end or when there is no such file."""

    def names(self) -> Sequence[str]:
        """All files, sorted."""


class Mapped(Protocol):
    """map(), or one that spreads its calls over processes and gives the results in order."""

    def __call__(self, function: Callable[[T], R_co], values: Iterable[T], /) -> Iterable[R_co]: ...


@dataclass(frozen=True, slots=True)
class Bad:
    """The first thing that is not as it was written: `entry 17`, `tile/0/000`, `checkpoint`, …"""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found. `size` entries are signed, `pending` more are written and wait for the next checkpoint."""

    origin: str = ""
    size: int = 0
    root: bytes = b""
    key: str = ""
    pending: int = 0
    proofs: int = 0
    first_ts: str = ""
    last_ts: str = ""
    bad: Bad | None = None
    anchors: Anchors = NONE

    @property
    def ok(self) -> bool:
        return self.bad is None


class Tampered(Exception):
    """A finding on its way out of the depth of verification; it never leaves verify()."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(place)
        self.bad = Bad(place, reason)

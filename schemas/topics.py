"""The topics: name, model, key, clean-up and retention. The one table that creates, checks and documents them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from schemas.access import Access
from schemas.control import Control
from schemas.dead_letter import DeadLetter
from schemas.decision import Decision
from schemas.draft import Draft
from schemas.enrolment import Invitation, Passkey, Person, Tablet
from schemas.envelope import Envelope
from schemas.ledger import Ledger
from schemas.live_event import LiveEvent
from schemas.message import StaffMessage
from schemas.page import PagePost
from schemas.preparation import Preparation
from schemas.presence import Presence
from schemas.receipt import Notice, Receipt, Retraction
from schemas.release import Release
from schemas.retention import Erasure, LegalHold
from schemas.schedule import DRAFT_DAYS, LETTER_DAYS, LOGGED_DAYS, SEALED_DAYS
from schemas.sighting import Sighting
from schemas.submission import Submission

M = TypeVar("M", bound=Envelope)

DAY_MS = 86_400_000
# A broker deletes whole segments, once the youngest record in them is old enough, and starts a new one after a week if
# nothing else is said: what has to go after three days would stay ten. With this it stays a twelfth longer at most.
SEGMENTS = 12
COMPACTED_WITHIN_MS = 7 * DAY_MS  # an older version of a record stays so long at most, however little is written


def _by_live_event(record: Envelope) -> str:
    return record.live_event_id


@dataclass(frozen=True)
class Topic(Generic[M]):
    """A topic and what is on it. Records of one live event lie on one partition, whatever the key is."""

    noun: str
    model: type[M]
    purpose: str
    cleanup: Literal["delete", "compact", "compact,delete"] = "delete"
    keep_days: int | None = DRAFT_DAYS  # None: kept for ever; schemas.schedule says why
    flush_each: bool = False  # fsync per write: 8 ms instead of 0.5 ms, for what must survive power loss
    key: Callable[[M], str] = _by_live_event

    @property
    def name(self) -> str:
        return f"scrubcast.{self.noun}.v1"

    def settings(self) -> dict[str, str]:
        """The topic's settings as Kafka names them."""
        out = {
            "cleanup.policy": self.cleanup,
            "retention.ms": str(-1 if self.keep_days is None else self.keep_days * DAY_MS),
        }
        if self.cleanup == "delete" and self.keep_days is not None:
            out["segment.ms"] = str(min(self.keep_days * DAY_MS // SEGMENTS, COMPACTED_WITHIN_MS))
        if self.cleanup != "delete":
            out["max.compaction.lag.ms"] = str(COMPACTED_WITHIN_MS)
        if self.flush_each:
            out["flush.messages"] = "1"
        return out


SUBMISSIONS = Topic("submissions", Submission, "Sealed updates as tablets sent them.", keep_days=SEALED_DAYS)
DRAFTS = Topic("drafts", Draft, "Scrubbed text with findings and disposition.")
DECISIONS = Topic("decisions", Decision, "A person's word on a draft.", keep_days=LOGGED_DAYS)
RELEASES = Topic("releases", Release, "Text cleared for its destinations.")
# Three shapes on one topic, told apart by decode_receipt.
RECEIPTS = Topic[Receipt | Retraction | Notice]("receipts", Receipt, "What became of each post.", keep_days=LOGGED_DAYS)
CONTROLS = Topic("controls", Control, "Stop, hold, resume, retract, withdraw.", keep_days=LOGGED_DAYS)
ACCESSES = Topic("accesses", Access, "Who looked at what was typed, or at the archive.", keep_days=LOGGED_DAYS)
LEDGER = Topic(
    "ledger",
    Ledger,
    "The poster's intents and outcomes.",
    cleanup="compact,delete",
    keep_days=LOGGED_DAYS,
    flush_each=True,
    key=lambda r: r.key,
)
PAGES = Topic(
    "pages",
    PagePost,
    "The public posts of the local page.",
    cleanup="compact,delete",
    keep_days=LOGGED_DAYS,
    key=lambda r: str(r.id),
)
LIVE_EVENTS = Topic(
    "live-events", LiveEvent, "Live events and their state.", cleanup="compact,delete", keep_days=LOGGED_DAYS
)
PRESENCES = Topic(
    "presences",
    Presence,
    "Which poster is at work, for its standby.",
    cleanup="compact",
    keep_days=None,
    key=lambda r: r.instance,
)
PREPARATIONS = Topic(
    "preparations",
    Preparation,
    "Live events that are still being prepared.",
    cleanup="compact,delete",
    keep_days=LOGGED_DAYS,
)
MESSAGES = Topic("messages", StaffMessage, "What an event's staff say to one another, sealed.", keep_days=SEALED_DAYS)
# Four shapes on one topic, told apart by decode_enrolment.
ENROLMENTS = Topic[Invitation | Tablet | Person | Passkey](
    "enrolments",
    Tablet,
    "Invitations, tablets, people and passkeys: who may do what with which device.",
    cleanup="compact",
    keep_days=None,
    flush_each=True,  # a revocation that is lost lets a lost tablet write
    key=lambda r: f"{r.kind}/{r.id}",
)
# Two shapes on one topic, told apart by decode_retention.
RETENTIONS = Topic[LegalHold | Erasure](
    "retentions", LegalHold, "Legal holds, and what was erased.", keep_days=LOGGED_DAYS
)
SIGHTINGS = Topic("sightings", Sighting, "What was found public when it was read back.", keep_days=LOGGED_DAYS)
DEAD_LETTERS = Topic("dead-letters", DeadLetter, "What could not be handled, without text.", keep_days=LETTER_DAYS)

TOPICS: tuple[Topic[Envelope], ...] = (  # type: ignore[assignment]  # a Topic[Draft] is used here only for its name and settings
    SUBMISSIONS, DRAFTS, DECISIONS, RELEASES, RECEIPTS, CONTROLS, ACCESSES, LEDGER, PAGES, LIVE_EVENTS, PRESENCES,
    ENROLMENTS, PREPARATIONS, MESSAGES, RETENTIONS, SIGHTINGS, DEAD_LETTERS,
)  # fmt: skip


def decode_receipt(value: bytes) -> Receipt | Retraction | Notice:
    """The three shapes on `receipts`. A post's text is in JSON there, so no text can look like a field's name."""
    if b'"notice":"' in value:
        return Notice.decode(value)
    return Retraction.decode(value) if b'"retraction":true' in value else Receipt.decode(value)


def decode_enrolment(value: bytes) -> Invitation | Tablet | Person | Passkey:
    """The four shapes on `enrolments`. Raises Refused for a record of none of them."""
    if b'"kind":"passkey"' in value:
        return Passkey.decode(value)
    if b'"kind":"invitation"' in value:
        return Invitation.decode(value)
    return Person.decode(value) if b'"kind":"person"' in value else Tablet.decode(value)


def decode_retention(value: bytes) -> LegalHold | Erasure:
    """The two shapes on `retentions`. Raises Refused for a record of neither."""
    return Erasure.decode(value) if b'"kind":"erasure"' in value else LegalHold.decode(value)


def partition_of(live_event_id: str, partitions: int) -> int:
    """The one partition of a live event on every topic: FNV-1a, so that any program can compute it."""
    value = 0x811C9DC5
    for byte in live_event_id.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value % partitions

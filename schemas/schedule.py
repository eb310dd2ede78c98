"""How long each class of record is kept, counted from what, by which law, and what ends it: the schedule as data."""

from dataclasses import dataclass
from typing import Literal

YEAR_DAYS = 365.25
LOGGED_DAYS = 2192  # six years, rounded up
SEALED_DAYS = 3
DRAFT_DAYS = 30
LETTER_DAYS = 90
KEY_DAYS = 30
BACKUP_DAYS = 30
ERASURE_DAYS = 30  # GDPR 12(3): an answer without undue delay and within one month
INDEX_DAYS = 0

CountedFrom = Literal["written", "closed", "last-change", "made", "asked"]
Ends = Literal["broker", "desk", "archive", "house", "anyone"]


@dataclass(frozen=True)
class Rule:
    """One class of record. `keep_days` None: for as long as somebody needs it, which `why` says."""

    name: str
    what: str
    keep_days: int | None
    counted_from: CountedFrom
    ends: Ends  # who removes it: the broker by itself, the desk, the archive, the people of the house, anyone
    law: str
    why: str
    topics: tuple[str, ...] = ()  # nouns of the topics that hold it
    setting: str | None = None  # what changes it


_LOGGED = "45 CFR 164.316(b)(2)(i), 164.528(a)"
_MINIMAL = "GDPR 5(1)(c), 5(1)(e)"

SCHEDULE: tuple[Rule, ...] = (
    Rule("sealed", "sealed updates, and what staff say to one another", SEALED_DAYS, "written", "broker", _MINIMAL,
         "for as long as somebody may have to look at it", ("submissions", "messages"), "retention.sealed_days"),
    Rule("drafts", "scrubbed texts before they are decided, and what was cleared", DRAFT_DAYS, "written", "broker",
         _MINIMAL, "what became public stands in the archive; the rest is not needed", ("drafts", "releases"),
         "retention.draft_days"),
    Rule("dead-letters", "what could not be handled, without text", LETTER_DAYS, "written", "broker", _MINIMAL,
         "long enough to find a fault that came back", ("dead-letters",)),
    Rule("keys", "the event's private key, its protected terms, and with them every commitment", KEY_DAYS, "closed",
         "desk", "GDPR 17(1)(a)", "a doubt about a post shows itself within weeks", (), "desk.retention_days"),
    Rule("log", "the archive of a live event: decisions, posts, accesses, consent", LOGGED_DAYS, "closed", "archive",
         _LOGGED, "documentation and accounting of disclosures, six years; GDPR 17(3)(b)", (), "retention.log_years"),
    Rule("words", "decisions, receipts, controls, accesses, sightings, holds, erasures on their topics",
         LOGGED_DAYS, "written", "broker", _LOGGED, "the same records as they came, for stages that start anew",
         ("decisions", "receipts", "controls", "accesses", "retentions", "sightings"), "retention.log_years"),
    Rule("state", "the latest of each plan, preparation, post of the page and post under way", LOGGED_DAYS,
         "last-change", "broker", _LOGGED, "the same records; older versions go within a week",
         ("live-events", "preparations", "pages", "ledger"), "retention.log_years"),
    Rule("people", "who may sign in with what", None, "last-change", "house", "GDPR 6(1)(c), 6(1)(f)",
         "until a person is removed and erased: scrubcast erase --staff", ("enrolments",)),
    Rule("presence", "which poster is at work", None, "last-change", "broker", "none: no person in it",
         "the latest alone", ("presences",)),
    Rule("index", "the search index over the archive", INDEX_DAYS, "made", "anyone", _MINIMAL,
         "derived: it may be thrown away at any time and is made again from the logs"),
    Rule("backups", "copies of the vault and of the key-encryption key", BACKUP_DAYS, "made", "house",
         "GDPR 12(3), 17(1)", "never longer than an erasure may take, or what was erased comes back", (),
         "retention.backup_days"),
)  # fmt: skip


def rule(name: str) -> Rule:
    """The rule of this name. Raises KeyError for a name that is none of them."""
    return {each.name: each for each in SCHEDULE}[name]


def rule_of_topic(noun: str) -> Rule:
    """The rule that holds for a topic. Raises KeyError where none does, which a test shows never to be."""
    return {topic: each for each in SCHEDULE for topic in each.topics}[noun]

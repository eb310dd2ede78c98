"""The way of one update, from the tablet to the receipts and what came after, with the proof beside each word. Pure.

Codes and values only: the pages have the words. Times are those of the records' own clocks, as they were.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from consumers.archive.replay import Step, Story
from consumers.archive.timeline import destinations_of, instant
from schemas.envelope import sha256_hex


@dataclass(frozen=True, slots=True)
class Receipted:
    """One post at one destination: how long it took there, and whether what was sent is what the receipt shows."""

    destination: str
    post_id: str
    took_s: float | None
    url: str | None
    entry: int
    same: bool


@dataclass(frozen=True, slots=True)
class Who:
    """A person, in which role, on which device; empty for what the stages did by themselves."""

    name: str = ""
    role: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark on the way. `what` is a code: sealed, received, checked, decided, released, sent, posted, proved, …"""

    what: str
    at: datetime
    entry: int
    who: Who = Who()
    value: str = ""  # of checked the disposition, of decided the verdict; otherwise a destination or a code of why
    revision: int = 0
    kinds: tuple[tuple[str, int], ...] = ()
    policy: tuple[str, str] = ("", "")
    passkey: bool = False
    wait_s: float = 0.0
    places: tuple[str, ...] = ()
    receipts: tuple[Receipted, ...] = ()
    sha256: str = ""  # of decided and released the binding (text, policy, places); of sent the text's
    committed: str = ""  # of checked: the keyed commitment to what was typed
    text: str | None = None  # cleared text; what was typed is not in the archive


@dataclass(frozen=True, slots=True)
class _Posts:
    intents: Mapping[str, Step] = field(default_factory=dict)  # by post, the first
    sent: Mapping[str, int] = field(default_factory=dict)  # by post, how often


def way(story: Story) -> tuple[Mark, ...]:
    """All marks in the order of the records' own times; receipts of one kind are one mark."""
    posts = _posts(story.steps)
    marks = [mark for s in story.steps for mark in _marks(s)]
    marks += _sent(posts)
    posted = [s for s in story.steps if s.what == "posted"]
    if posted:
        marks.append(_posted(posted, posts))
        marks.append(_proved(posted))
    return tuple(sorted(marks, key=lambda m: (m.at, _ORDER.get(m.what, 5), m.entry)))


_ORDER = {
    "sealed": 0,
    "received": 1,
    "checked": 2,
    "decided": 3,
    "released": 4,
    "sent": 5,
    "posted": 6,
    "proved": 7,
}


def _posts(steps: Sequence[Step]) -> _Posts:
    intents: dict[str, Step] = {}
    sent: Counter[str] = Counter()
    for s in steps:
        if s.detail["type"] == "ledger" and s.detail.get("kind") == "intent" and s.detail.get("post"):
            intents.setdefault(str(s.detail["post"]["id"]), s)
            sent[str(s.detail["post"]["id"])] += 1
    return _Posts(intents, sent)


def _marks(s: Step) -> list[Mark]:
    make = _MAKES.get(s.what)
    return make(s) if make else []


def _submitted(s: Step) -> list[Mark]:
    who = _who(s.detail.get("actor"))
    received = Mark("received", instant(s.at), s.seq, who, value=str(s.detail.get("held_back") or ""))
    signed = s.detail.get("signed")
    if not signed:
        return [received]
    try:
        sealed = instant(str(signed["time"]))
    except ValueError:  # a tablet's own clock is recorded as it was sent, never judged
        return [received]
    return [Mark("sealed", sealed, s.seq, who), received]


def _who(actor: Mapping[str, Any] | None) -> Who:
    if not actor or actor.get("role") == "system":
        return Who()
    return Who(str(actor.get("name", "")), str(actor.get("role", "")), str(actor.get("device") or ""))


def _screened(s: Step) -> list[Mark]:
    kinds = Counter(str(f["kind"]) for f in s.detail.get("findings", ()))
    policy = s.detail["policy"]
    return [
        Mark(
            "checked",
            instant(s.at),
            s.seq,
            _who(s.detail.get("actor")),
            value=str(s.detail["disposition"]),
            revision=int(s.detail["revision"]),
            kinds=tuple(kinds.items()),
            policy=(str(policy["name"]), str(policy["sha256"])),
            committed=str(s.detail.get("raw_commit") or ""),
        )
    ]


def _decided(s: Step) -> list[Mark]:
    return [
        Mark(
            "decided",
            instant(s.at),
            s.seq,
            _who(s.detail.get("actor")),
            value=str(s.detail["verdict"]),
            revision=int(s.detail["revision"]),
            passkey=bool(s.detail.get("assertion")),
            sha256=str(s.detail.get("binding_sha256", "")),
        )
    ]


def _released(s: Step) -> list[Mark]:
    wait = instant(str(s.detail["not_before"])) - instant(s.at)
    return [
        Mark(
            "released",
            instant(s.at),
            s.seq,
            _who(s.detail.get("approved_by")),
            wait_s=wait.total_seconds(),
            places=destinations_of(s.detail),
            sha256=str(s.detail.get("binding_sha256", "")),
            text=str(s.detail["text"]),
        )
    ]


def _one(what: str, *, value: str = "destination") -> Callable[[Step], list[Mark]]:
    """A mark for a step of its own: by whom, and one value of it."""

    def make(s: Step) -> list[Mark]:
        who = _who(s.detail.get("actor"))
        places = (str(s.detail["destination"]),) if s.detail.get("destination") else ()
        return [Mark(what, instant(s.at), s.seq, who, str(s.detail.get(value) or ""), places=places)]

    return make


_MAKES: Mapping[str, Callable[[Step], list[Mark]]] = {
    "submitted": _submitted,
    "screened": _screened,
    "decided": _decided,
    "released": _released,
    "unknown": _one("unknown", value="reason"),
    "not-posted": _one("not-posted", value="reason"),
    "retract": _one("taken-back"),
    "retracted": _one("deleted"),
    "retraction-not-deleted": _one("not-deleted", value="reason"),
    "retraction-unknown": _one("not-deleted", value="reason"),
    "settle": _one("settled", value="found"),
    "original-opened": _one("original-opened"),
    "quarantined": _one("quarantined", value="code"),
    "seen-edited": _one("seen-edited"),
    "seen-deleted": _one("seen-deleted"),
    "seen-still-public": _one("seen-still-public"),
    "seen-gone": _one("seen-gone"),
    "seen-as-posted": _one("seen-as-posted"),
}


def _sent(posts: _Posts) -> list[Mark]:
    if not posts.intents:
        return []
    first = min(posts.intents.values(), key=lambda s: s.at)
    places = tuple(dict.fromkeys(str(s.detail["destination"]) for s in posts.intents.values()))
    again = "again" if any(n > 1 for n in posts.sent.values()) else ""
    texts = dict.fromkeys(str(s.detail["post"]["text"]) for s in posts.intents.values())
    sha = sha256_hex(next(iter(texts))) if len(texts) == 1 else ""
    return [Mark("sent", instant(first.at), first.seq, value=again, places=places, sha256=sha)]


def _posted(posted: Sequence[Step], posts: _Posts) -> Mark:
    found = tuple(_receipted(s, posts.intents.get(str(s.detail["post_id"]))) for s in posted)
    last = max(posted, key=lambda s: s.at)
    return Mark("posted", instant(last.at), last.seq, receipts=found)


def _receipted(s: Step, intent: Step | None) -> Receipted:
    text = str(s.detail["text"])
    same = sha256_hex(text) == s.detail["text_sha256"] and (intent is None or intent.detail["post"]["text"] == text)
    took = None if intent is None else (instant(s.at) - instant(intent.at)).total_seconds()
    return Receipted(str(s.detail["destination"]), str(s.detail["post_id"]), took, s.detail.get("url"), s.seq, same)


def _proved(posted: Sequence[Step]) -> Mark:
    last = max(posted, key=lambda s: s.ts)
    found = tuple(_receipted(s, None) for s in posted)
    return Mark("proved", instant(last.ts), last.seq, receipts=found)

"""What happened, told from the entries alone, and what policy says of it: the recorded one and any other. Pure.

An update's way: submitted → screened → decided → released → posted, or returned, refused, taken back. Of several
entries with one id the first counts, as it did for every stage.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.draft import Disposition, Finding
from schemas.policy import Policy

Dispose = Callable[[Sequence[Finding], Policy], tuple[Disposition, Any, Sequence[str]]]
"""What policy makes of findings: disposition, the role it needs, reasons."""

_STRENGTH = {Disposition.CLEAR: 0, Disposition.REDACTED: 1, Disposition.HOLD: 2, Disposition.REFUSE: 3}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to an update, or to the live event when update_id is None."""

    seq: int
    at: str  # when it happened, by the clock of who did it
    ts: str  # when the archive wrote it
    what: str  # submitted, screened, decided, released, intent, posted, not-posted, unknown, retracted, stop, …
    update_id: str | None
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Story:
    """One update from first word to last."""

    update_id: str
    steps: tuple[Step, ...]
    state: str  # received, checking, in-review, released, published, unknown, returned, refused, retracted, not-posted
    text: str | None  # as it was published, None when it never was


@dataclass(frozen=True, slots=True)
class Replay:
    stories: tuple[Story, ...]
    live_event: tuple[Step, ...]  # opened, closed, stop, hold, resume, withdraw
    drafts: tuple[Step, ...]
    others: tuple[Step, ...] = ()  # of no update and no control: accesses, dead letters, policies, holds, erasures, …


@dataclass(frozen=True, slots=True)
class Difference:
    """A draft whose recorded disposition is not what policy gives. `direction` is "stricter" when policy would now let
    less through, "looser" when more; `published` says that the update was public at some time."""

    update_id: str
    revision: int
    seq: int
    recorded: Disposition
    derived: Disposition
    direction: str
    reasons: tuple[str, ...]
    published: bool


_WORDS = {
    "submission": "submitted",
    "draft": "screened",
    "decision": "decided",
    "release": "released",
    "ledger": "ledger",
    "page": "page",
    "dead-letter": "quarantined",
    "undecodable": "undecodable",
    "tombstone": "erased",
    "policy": "policy",
    "removal": "removed",
}


Attached = Callable[[str], bytes | None]
"""The bytes of a record that was too large for its entry, by their hash."""


def _nothing_attached(_: str) -> None:
    return None


def _lived(record: Mapping[str, Any]) -> str:
    if record.get("archived_at") is not None:
        return "archived"
    return "opened" if record.get("state") == "open" else "closed"


def step(entry: bytes, attached: Attached = _nothing_attached) -> Step:
    said = json.loads(entry)
    record = said["record"]
    if record.get("attached") is True:
        record = {**record, **json.loads(attached(record["sha256"]) or b"{}")}
    what = {
        "receipt": record.get("outcome"),
        "retraction": "retracted" if record.get("outcome") == "deleted" else f"retraction-{record.get('outcome')}",
        "control": record.get("kind"),
        "legal-hold": f"legal-hold-{record.get('act')}",
        "erasure": "keys-erased" if "sealing-key" in record.get("erased", ()) else "terms-erased",
        "live-event": _lived(record),
        "access": record.get("what"),
        "sighting": f"seen-{record.get('what')}",
        "notice": record.get("notice"),
    }.get(said["type"]) or _WORDS[said["type"]]
    detail = {**record, "type": said["type"], "id": said.get("id")}
    return Step(said["seq"], said.get("at", said["ts"]), said["ts"], what, said.get("update_id"), detail)


def replay(entries: Iterable[bytes], attached: Attached = _nothing_attached) -> Replay:
    """The timeline of every update, in the order in which they were first heard of."""
    steps = _first_of_each([step(entry, attached) for entry in entries])
    by_update: dict[str, list[Step]] = {}
    for s in steps:
        if s.update_id is not None:
            by_update.setdefault(s.update_id, []).append(s)
    return Replay(
        stories=tuple(_story(update, own) for update, own in by_update.items()),
        live_event=tuple(s for s in steps if s.detail["type"] in ("live-event", "control")),
        drafts=tuple(s for s in steps if s.what == "screened"),
        others=tuple(s for s in steps if s.update_id is None and s.detail["type"] not in ("live-event", "control")),
    )


def _first_of_each(steps: Sequence[Step]) -> list[Step]:
    """Without second copies; on compacted topics an id is an item's, and each new content counts."""
    seen: set[tuple[str, str]] = set()
    kept = []
    for s in steps:
        mark = (s.detail["type"], s.detail["id"] or str(s.seq))
        if mark not in seen or s.detail["type"] in ("page", "live-event", "ledger"):
            kept.append(s)
        seen.add(mark)
    return kept


def _story(update_id: str, steps: Sequence[Step]) -> Story:
    ordered = sorted(steps, key=in_order)
    texts = [s.detail["text"] for s in ordered if s.what == "posted"]
    return Story(update_id, tuple(ordered), _state(ordered), " ".join(dict.fromkeys(texts)) or None)


def by(s: Step) -> str:
    """Name and role of the person whose word or act it was; empty for what the stages did by themselves."""
    actor = s.detail.get("actor")
    return f"{actor['name']}, {actor['role']}" if actor and actor["role"] != "system" else ""


COMMITMENT_SHOWN = 16  # hexadecimal digits; the entry has all 64
_SAYS = ("verdict", "disposition", "mode", "matter", "phase", "run_sheet_item", "destination", "reason")


def about(s: Step) -> str:
    """What goes with it, in the words of its record: a verdict, a mode, a phase, a place, why."""
    said = [str(s.detail[name]) for name in _SAYS if s.detail.get(name)]
    said += s.detail.get("reasons", ())
    if s.detail.get("raw_commit"):  # what `audit opens` compares a text with, while the event's key lives
        said.append(f"(commitment to what was typed: {s.detail['raw_commit'][:COMMITMENT_SHOWN]})")
    return " ".join((*said, "with passkey") if s.detail.get("assertion") else said)


def _instant(at: str) -> str:
    """An instant with six digits always, so that it compares as text."""
    whole, _, fraction = at.rstrip("Z").partition(".")
    return f"{whole}.{fraction:0<6}"


# A decision and its release bear one instant, and are archived from two topics in any order.
_FOLLOWS = {"released": 1}


def in_order(s: Step) -> tuple[str, int, int]:
    """Sorts steps by when they happened, then by what follows from what, then as they were archived."""
    return _instant(s.at), _FOLLOWS.get(s.what, 0), s.seq


def _state(steps: Sequence[Step]) -> str:
    """The last word on an update."""
    state = "received"
    for s in steps:
        state = _next_state(state, s)
    return state


def _next_state(state: str, s: Step) -> str:
    if s.what in ("unknown", "retracted"):
        return s.what
    if s.what == "not-posted":
        return state if state == "published" else "not-posted"
    if s.what == "decided" and s.detail["verdict"] == "return":
        return "returned"
    if s.what == "screened" and state not in ("published", "retracted"):
        held = {"hold": "in-review", "refuse": "refused"}
        return held.get(s.detail["disposition"], "checking")
    return {"released": "released", "posted": "published"}.get(s.what, state)


def policies_of(told: Replay) -> tuple[tuple[str, str], ...]:
    """(name, sha256) of every policy that decided here."""
    refs = {(d.detail["policy"]["name"], d.detail["policy"]["sha256"]) for d in told.drafts}
    return tuple(sorted(refs))


def rederive(told: Replay, policies: Mapping[str, Policy], dispose: Dispose) -> tuple[Difference, ...]:
    """Every draft under the policy that was in force, by its hash; those that come out otherwise. Empty is good."""
    known = [d for d in told.drafts if d.detail["policy"]["sha256"] in policies]
    return _differences(told, known, dispose, lambda d: policies[d.detail["policy"]["sha256"]])


def unknown_policies(told: Replay, policies: Mapping[str, Policy]) -> tuple[str, ...]:
    """Hashes of policies whose document is not in the archive: their drafts cannot be derived again."""
    return tuple(sha for _, sha in policies_of(told) if sha not in policies)


def compare(told: Replay, policy: Policy, dispose: Dispose) -> tuple[Difference, ...]:
    """What another policy would have decided otherwise, both ways; what was public and would be held first."""
    found = _differences(told, told.drafts, dispose, lambda _: policy)
    return tuple(sorted(found, key=lambda d: (d.direction != "stricter", not d.published, d.seq)))


def _differences(
    told: Replay, drafts: Iterable[Step], dispose: Dispose, policy_of: Callable[[Step], Policy]
) -> tuple[Difference, ...]:
    public = {story.update_id for story in told.stories if story.text is not None}
    found = []
    for draft in drafts:
        findings = [Finding.model_validate(f) for f in draft.detail.get("findings", ())]
        derived, _, reasons = dispose(findings, policy_of(draft))
        recorded = Disposition(draft.detail["disposition"])
        if derived != recorded:
            found.append(_difference(draft, recorded, derived, tuple(reasons), public))
    return tuple(found)


def _difference(
    draft: Step, recorded: Disposition, derived: Disposition, reasons: tuple[str, ...], public: set[str]
) -> Difference:
    stricter = _STRENGTH[derived] > _STRENGTH[recorded]
    update = draft.update_id or ""
    direction = "stricter" if stricter else "looser"
    return Difference(
        update, draft.detail["revision"], draft.seq, recorded, derived, direction, reasons, update in public
    )


def public_at(told: Replay, instant: str) -> tuple[str, ...]:
    """The texts that were public at an instant (RFC 3339, UTC), in the order they were posted."""
    up: dict[str, str] = {}
    for s in sorted((s for story in told.stories for s in story.steps), key=in_order):
        if _instant(s.at) > _instant(instant):
            break
        if s.what == "posted":
            up[s.detail["post_id"]] = s.detail["text"]
        if s.what == "retracted":
            up.pop(s.detail["post_id"], None)
    return tuple(up.values())

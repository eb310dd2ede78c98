"""What an auditor asks of the live event as a whole: when it stood still, which consent and policy held, what was kept
longer or destroyed, and what could not be read. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from typing import Any, Literal
from zoneinfo import ZoneInfo

from consumers.archive.facts_posts import Post, Who, when, who
from consumers.archive.replay import Replay, Step, in_order
from schemas.control import Control
from schemas.sighting import DIFFERENCES
from streams.standing import RUNNING, Standing


@dataclass(frozen=True, slots=True)
class Halt:
    """A time in which nothing was to go out, or text alone. `to` None: it lasted to the end.

    `durable_s`: from the press, by the desk's clock, until the archive had written it; every stage heard of it before
    or then. `during` counts the posts that became public while it lasted, as those in flight do.
    """

    kind: Literal["stop", "hold", "withdrawal", "complication, text only"]
    since: datetime
    to: datetime | None
    by: Who | None
    complication: bool
    ended_by: tuple[Who, ...]
    durable_s: float
    during: int


@dataclass(frozen=True, slots=True)
class ConsentVersion:
    """One wording of the consent, and the time in which it was in force. `posts` are the numbers that fell under it."""

    sha256: str
    since: datetime
    to: datetime | None
    ended: Literal["", "expired", "withdrawn", "replaced"]
    said: Mapping[str, Any]
    posts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """45 CFR 164.528(b)(3): of many disclosures to one recipient for one purpose the first, the last and how many."""

    destination: str
    recipients: str
    first: datetime
    last: datetime
    posts: int
    what: str
    purpose: str


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    name: str
    sha256: str
    since: datetime
    to: datetime
    drafts: int
    kept: bool  # its document lies in the archive


@dataclass(frozen=True, slots=True)
class Letter:
    """A record that could not be handled or read: its place, its hash or code, never its text."""

    at: datetime
    what: Literal["dead letter", "unreadable", "removed from its topic"]
    entry: int
    place: str
    code: str
    update_id: str | None


@dataclass(frozen=True, slots=True)
class Keeping:
    """A legal hold or an erasure, as its record says it."""

    at: datetime
    what: str
    by: Who | None
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found when a platform was read back (schemas/sighting.py). `number`: of our post, if it is one."""

    at: datetime
    what: str
    destination: str
    number: int | None
    url: str | None
    entry: int
    about: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Away:
    """A time in which a destination took nothing."""

    destination: str
    since: datetime
    to: datetime | None
    reason: str


def controls_of(told: Replay) -> list[tuple[Step, Control]]:
    """Each control as stages read it, in the order in which they were given."""
    steps = sorted((s for s in told.live_event if s.detail["type"] == "control"), key=in_order)
    return [(s, Control.model_validate({**s.detail, **_ANY, "at": s.at, "update_id": s.update_id})) for s in steps]


_ANY = {"live_event_id": "any"}  # nothing of the fold asks for it, and a step does not have it


def halts_of(controls: Sequence[tuple[Step, Control]], posts: Sequence[Post]) -> tuple[Halt, ...]:
    """Folds the controls as every stage does (streams.standing) and notes each change."""
    found: list[Halt] = []
    standing, began = RUNNING, None
    for step, control in controls:
        before, standing = standing, standing.after(control)
        if before.state != standing.state:
            if began is not None:
                found.append(_halt(began, step, _ended_by(before, control, standing), posts))
            began = None if standing.state == "running" else (step, standing.state)
    if began is not None:
        found.append(_halt(began, None, (), posts))
    found += _text_only(controls, posts)
    return tuple(sorted(found, key=lambda halt: halt.since))


def _ended_by(before: Standing, control: Control, after: Standing) -> tuple[Who, ...]:
    if after.state != "running":
        return ()
    first = before.agreed if before.state == "stopped" else None
    return tuple(Who(actor.name, actor.role) for actor in (first, control.actor) if actor is not None)


_KINDS: Mapping[str, Literal["stop", "hold", "withdrawal"]] = {
    "stopped": "stop", "held": "hold", "withdrawn": "withdrawal",
}  # fmt: skip


def _halt(began: tuple[Step, str], end: Step | None, ended_by: tuple[Who, ...], posts: Sequence[Post]) -> Halt:
    step, state = began
    return _halted(step, end, _KINDS[state], ended_by, posts)


def _halted(
    step: Step,
    end: Step | None,
    kind: Literal["stop", "hold", "withdrawal", "complication, text only"],
    ended_by: tuple[Who, ...],
    posts: Sequence[Post],
) -> Halt:
    since, to = when(step.at), when(end.at) if end else None
    during = sum(since < post.at and (to is None or post.at < to) for post in posts)
    durable_s = max(0.0, (when(step.ts) - since).total_seconds())
    complication = step.what == "complication"
    return Halt(kind, since, to, who(step), complication, ended_by, durable_s, during if _is_still(kind) else 0)


def _is_still(kind: str) -> bool:
    return kind in ("stop", "hold", "withdrawal")


def _text_only(controls: Sequence[tuple[Step, Control]], posts: Sequence[Post]) -> list[Halt]:
    found: list[Halt] = []
    began: Step | None = None
    for step, control in controls:
        if control.kind == "complication" and control.mode == "text-only" and began is None:
            began = step
        over = who(step)
        if control.kind == "complication-over" and began is not None:
            found.append(_halted(began, step, "complication, text only", (over,) if over else (), posts))
            began = None
    if began is not None:
        found.append(_halted(began, None, "complication, text only", (), posts))
    return found


# --- consent, and to whom the information went ---


def consents_of(told: Replay, zone: ZoneInfo, posts: Sequence[Post]) -> tuple[ConsentVersion, ...]:
    """Each version from when the event stood under it, and it was signed, to what ended it first."""
    versions: list[Step] = []
    for s in sorted((s for s in told.live_event if s.detail["type"] == "live-event"), key=in_order):
        if not versions or versions[-1].detail.get("consent_sha256") != s.detail.get("consent_sha256"):
            versions.append(s)
    withdrawn = next((when(s.at) for s in told.live_event if s.what == "withdraw"), None)
    nexts = [when(s.at) for s in versions[1:]]
    return tuple(
        _version(s, replaced, withdrawn, zone, posts)
        for s, replaced in zip_longest(versions, nexts)
        if s.detail.get("plan", {}).get("consent")
    )


def _version(
    s: Step, replaced: datetime | None, withdrawn: datetime | None, zone: ZoneInfo, posts: Sequence[Post]
) -> ConsentVersion:
    said = s.detail["plan"]["consent"]
    since = max(when(s.detail.get("opened_at") or s.at), when(said["signed_at"]))
    expires = datetime.combine(date.fromisoformat(said["expires"]) + timedelta(days=1), time(), zone)
    ends: list[tuple[datetime, Literal["expired", "withdrawn", "replaced"]]] = [(expires, "expired")]
    if withdrawn is not None:
        ends.append((withdrawn, "withdrawn"))
    if replaced is not None:
        ends.append((replaced, "replaced"))
    to, ended = min(ends)
    under = tuple(post.number for post in posts if since <= post.at < to)
    return ConsentVersion(s.detail.get("consent_sha256", ""), since, to, ended, said, under)


def disclosures_of(consents: Sequence[ConsentVersion], posts: Sequence[Post]) -> tuple[Disclosure, ...]:
    said = consents[-1].said if consents else {}
    times: dict[str, list[datetime]] = {}
    for post in posts:
        for place in post.places:
            if place.texts:
                times.setdefault(place.destination, []).append(post.at)
    return tuple(
        Disclosure(
            destination=name,
            recipients=str(said.get("recipients", "")),
            first=min(own),
            last=max(own),
            posts=len(own),
            what=str(said.get("information", "")),
            purpose="; ".join(said.get("purposes") or ()) or str(said.get("purpose", "")),
        )
        for name, own in times.items()
    )


# --- policies, what could not be handled, what was kept and destroyed ---


def policies_of(told: Replay, missing: Sequence[str]) -> tuple[PolicyInForce, ...]:
    """By what the drafts say; a policy stands from its first draft to its last."""
    times: dict[tuple[str, str], list[datetime]] = {}
    for draft in told.drafts:
        ref = draft.detail["policy"]
        times.setdefault((ref["name"], ref["sha256"]), []).append(when(draft.at))
    found = [
        PolicyInForce(name, sha, min(own), max(own), len(own), sha not in missing) for (name, sha), own in times.items()
    ]
    return tuple(sorted(found, key=lambda policy: policy.since))


_LETTERS: Mapping[str, Literal["dead letter", "unreadable", "removed from its topic"]] = {
    "dead-letter": "dead letter", "undecodable": "unreadable", "tombstone": "removed from its topic",
}  # fmt: skip


def letters_of(told: Replay) -> tuple[Letter, ...]:
    steps = (s for s in (*told.others, *_steps(told)) if s.detail["type"] in _LETTERS)
    return tuple(sorted((_letter(s) for s in steps), key=lambda letter: letter.entry))


def _letter(s: Step) -> Letter:
    d = s.detail
    place = f"{d['topic']}/{d['partition']}/{d['offset']}" if "topic" in d else ""
    code = f"{d['stage']}: {d['code']}" if "code" in d else str(d.get("sha256") or d.get("key_sha256") or "")[:16]
    return Letter(when(s.at), _LETTERS[d["type"]], s.seq, place, code, s.update_id)


def _steps(told: Replay) -> Iterable[Step]:
    return (s for story in told.stories for s in story.steps)


def keepings_of(told: Replay) -> tuple[Keeping, ...]:
    """Legal holds, erasures and the removal of logs, oldest first."""
    steps = [s for s in told.others if s.detail["type"] in ("legal-hold", "erasure", "removal")]
    return tuple(Keeping(when(s.at), s.what, who(s), s.detail) for s in sorted(steps, key=in_order))


def seen_of(told: Replay, posts: Sequence[Post]) -> tuple[Seen, ...]:
    """Every look but the one of each post that found it as it was sent."""
    numbers = {post.update_id: post.number for post in posts}
    steps = (s for s in (*told.others, *_steps(told)) if s.detail["type"] == "sighting")
    kept = sorted((s for s in steps if s.detail["what"] != "as-posted"), key=in_order)
    return tuple(_seen(s, numbers.get(s.update_id or "")) for s in kept)


def _seen(s: Step, number: int | None) -> Seen:
    d = s.detail
    checked = f"{d['checked']:,} posts read, {d.get('differing', 0):,} differ" if d.get("checked") is not None else ""
    about = "; ".join(
        part for part in (", ".join(d.get("parts", ())), d.get("place"), d.get("reason"), checked) if part
    )
    return Seen(when(s.at), d["what"], d["destination"], number, d.get("url"), s.seq, about, d["what"] in DIFFERENCES)


def aways_of(told: Replay) -> tuple[Away, ...]:
    found: list[Away] = []
    open_: dict[str, Away] = {}
    for s in sorted((s for s in told.others if s.detail["type"] == "notice"), key=in_order):
        name = s.detail["destination"]
        if s.what == "away":
            open_.setdefault(name, Away(name, when(s.detail["since"]), None, s.detail.get("reason") or ""))
        elif s.what == "back" and name in open_:
            gone = open_.pop(name)
            found.append(Away(name, gone.since, when(s.at), gone.reason))
    return tuple(sorted((*found, *open_.values()), key=lambda away: away.since))

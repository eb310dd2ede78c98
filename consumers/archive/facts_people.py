"""Who acted, in which role and with which device, and who looked: as the entries themselves name them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from consumers.archive.facts_posts import Who, when, who
from consumers.archive.replay import Replay, Step, in_order


@dataclass(frozen=True, slots=True)
class Person:
    """One name in one role. `signed` of their `decisions` and signatures bear a passkey's signature that holds."""

    who: Who
    first: datetime
    last: datetime
    records: int
    decisions: int
    signed: int
    devices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tablet:
    """One device that wrote. `enrolled`: it signed what it sent with a key of its own."""

    name: str
    enrolled: bool
    writers: tuple[str, ...]
    first: datetime
    last: datetime
    updates: int
    held_back: int  # sent after the tablet was switched off: for the director alone


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody opened an original, or exported, searched, replayed or reported."""

    at: datetime
    who: Who | None
    what: str
    entry: int
    update_id: str | None
    about: str


def _all(told: Replay) -> Iterable[Step]:
    """Every step once: a control that names an update is told with the event and with the update."""
    own = (s for story in told.stories for s in story.steps)
    return {s.seq: s for s in (*told.live_event, *told.others, *own)}.values()


def people_of(told: Replay) -> tuple[Person, ...]:
    acts: dict[tuple[str, str], list[Step]] = {}
    for s in _all(told):
        person = who(s)
        if person is not None:
            acts.setdefault((person.role, person.name), []).append(s)
    return tuple(_person(Who(name, role), sorted(own, key=in_order)) for (role, name), own in sorted(acts.items()))


def _person(one: Who, steps: list[Step]) -> Person:
    bound = [s for s in steps if s.what in ("decided", "sign-run-sheet")]
    devices = dict.fromkeys(str(s.detail["actor"]["device"]) for s in steps if s.detail["actor"].get("device"))
    return Person(
        who=one,
        first=when(steps[0].at),
        last=when(steps[-1].at),
        records=len(steps),
        decisions=len(bound),
        signed=sum(s.detail.get("assertion") is not None for s in bound),
        devices=tuple(devices),
    )


def tablets_of(told: Replay) -> tuple[Tablet, ...]:
    sent: dict[tuple[str, bool], list[Step]] = {}
    for s in _all(told):
        if s.what == "submitted":
            enrolled = s.detail.get("signed")
            name = str((s.detail.get("actor") or {}).get("device") or (enrolled or {}).get("tablet_id") or "")
            if name:
                sent.setdefault((name, enrolled is not None), []).append(s)
    return tuple(_tablet(name, enrolled, sorted(own, key=in_order)) for (name, enrolled), own in sorted(sent.items()))


def _tablet(name: str, enrolled: bool, steps: list[Step]) -> Tablet:
    return Tablet(
        name=name,
        enrolled=enrolled,
        writers=tuple(dict.fromkeys(str(s.detail["actor"]["name"]) for s in steps)),
        first=when(steps[0].at),
        last=when(steps[-1].at),
        updates=len(steps),
        held_back=sum(s.detail.get("held_back") is not None for s in steps),
    )


def looks_of(told: Replay) -> tuple[Look, ...]:
    steps = sorted((s for s in _all(told) if s.detail["type"] == "access"), key=in_order)
    return tuple(Look(when(s.at), who(s), s.what, s.seq, s.update_id, _about(s)) for s in steps)


def _about(s: Step) -> str:
    """Of a search which filters, of a replay which other policy: never what was searched for."""
    filters = s.detail.get("filters")
    parts = [
        f"by {', '.join(filters)}" if filters else "",
        f"{s.detail['results']} shown" if "results" in s.detail else "",
    ]
    policy = s.detail.get("policy_sha256")
    parts += [f"against policy {policy[:8]}" if policy else "", str(s.detail.get("origin") or "")]
    return "; ".join(part for part in parts if part)

"""What the page of the staff shows, and what programs are told of a person: never a PIN, never a key."""

from collections.abc import Iterable, Mapping
from typing import Any

from producers.desk import words
from producers.desk.desk import Desk
from producers.desk.enrolling_routes import iso, moment
from producers.desk.people import People, Within, is_within
from producers.desk.words import Lang
from schemas.enrolment import Passkey, Person
from schemas.envelope import Actor, Role

# As they stand beside an operation: who decides first.
ORDER = (
    Role.DIRECTOR, Role.PHYSICIAN, Role.REVIEWER, Role.ADVOCATE, Role.LIAISON, Role.AUDITOR, Role.REPORTER,
)  # fmt: skip


def seen_by(people: People, actor: Actor) -> tuple[Person, ...]:
    """By role, then name: a director who signed in as a person sees those of their own events, and who is in all."""
    within = people.within(actor)
    mine = (p for p in people.enrolling.known.people() if _shares(p, within))
    return tuple(sorted(mine, key=lambda p: ORDER.index(p.role)))


def _shares(person: Person, within: Within) -> bool:
    return within is None or person.live_events is None or not within.isdisjoint(person.live_events)


def rows(people: People, actor: Actor, lang: Lang) -> list[dict[str, Any]]:
    within = people.within(actor)
    return [_row(p, people.enrolling.known.passkeys(p.id), within, lang) for p in seen_by(people, actor)]


def _row(one: Person, keys: tuple[Passkey, ...], within: Within, lang: Lang) -> dict[str, Any]:
    named = one.live_events or ()
    return {
        "id": str(one.id),
        "name": one.name,
        "initials": one.initials,
        "role": words.role(one.role, lang),
        "is_reporter": one.role is Role.REPORTER,
        "named": [e for e in named if within is None or e in within],
        "others": sum(1 for e in named if within is not None and e not in within),
        "every": one.live_events is None,
        "mine": is_within(one, within),
        "keys": [_key(k) for k in keys if k.state == "active"],
        "revoked": [_key(k) for k in keys if k.state == "revoked"],
    }


def _key(key: Passkey) -> dict[str, Any]:
    return {
        "id": str(key.id),
        "since": iso(key.enrolled_at),
        "since_words": moment(key.enrolled_at),
        "revoked": None if key.revoked_at is None else iso(key.revoked_at),
        "revoked_words": "" if key.revoked_at is None else moment(key.revoked_at),
        "revoked_by": key.revoked_by,
    }


def events(desk: Desk, prepared: Mapping[str, str], within: Within) -> list[dict[str, str]]:
    """What a right can name: open events and those being prepared (`prepared`: their titles by id); of these a person's
    own alone."""
    opened = {v.live_event_id: v.live_event.plan.title for v in desk.projection.open_events() if v.live_event}
    titles = {**prepared, **opened}
    ids = sorted(titles) if within is None else sorted(within)
    return [{"id": one, "title": titles.get(one, "")} for one in ids]


def person(one: Person, keys: Iterable[Passkey]) -> dict[str, Any]:
    """For programs."""
    return {
        "id": str(one.id),
        "name": one.name,
        "initials": one.initials,
        "role": one.role,
        "live_events": None if one.live_events is None else list(one.live_events),
        "state": one.state,
        "passkeys": [passkey(key) for key in keys],
    }


def passkey(key: Passkey) -> dict[str, Any]:
    return {
        "id": str(key.id),
        "state": key.state,
        "enrolled_at": iso(key.enrolled_at),
        "revoked_at": None if key.revoked_at is None else iso(key.revoked_at),
        "revoked_by": key.revoked_by,
    }

"""Legal holds and erasures for programs: who asks is known before the body is read, and no answer repeats a name."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field, StringConstraints

from producers.desk.desk import MAY_WATCH, Desk
from producers.desk.gate import Gate
from producers.desk.keeping import MAY_ERASE
from producers.desk.people import People
from producers.desk.tend import archive_closed
from schemas.enrolment import NAME_MAX
from schemas.envelope import Actor, Closed, Role
from schemas.errors import Refused
from schemas.retention import Erasure, Matter
from streams.auth import require
from streams.holds import MAY_HOLD, MAY_LIFT, Held

IDENTIFIERS_MAX = 50  # a name in all its forms, dates, numbers: far beyond what one person has
Identifier = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200)]


class HoldRequest(Closed):
    matter: Matter


class ErasureRequest(Closed):
    """`role` and `identifiers` for one person that the consent names; neither for the event as a whole."""

    role: str | None = Field(default=None, max_length=200)
    identifiers: tuple[Identifier, ...] = Field(default=(), max_length=IDENTIFIERS_MAX)


class ColleagueRequest(Closed):
    name: str = Field(min_length=1, max_length=NAME_MAX)


class FindRequest(Closed):
    identifiers: tuple[Identifier, ...] = Field(min_length=1, max_length=IDENTIFIERS_MAX)


def routes(desk: Desk, gate: Gate, people: People) -> APIRouter:
    router = APIRouter(prefix="/api/v1")

    def who_may(roles: frozenset[Role]) -> Any:
        async def found(request: Request) -> Actor:
            return require(gate.actor(request), *sorted(roles))

        return Depends(found)

    Watcher = Annotated[Actor, who_may(MAY_WATCH)]  # noqa: N806  # names of types
    Holder = Annotated[Actor, who_may(MAY_HOLD)]  # noqa: N806  # as above
    Lifter = Annotated[Actor, who_may(MAY_LIFT)]  # noqa: N806  # as above
    Eraser = Annotated[Actor, who_may(MAY_ERASE)]  # noqa: N806  # as above

    @router.get("/live-events/{live_event_id}/retention")
    async def retention(_: Watcher, live_event_id: str) -> dict[str, Any]:
        return _state(desk, live_event_id)

    @router.post("/live-events/{live_event_id}/holds", status_code=201)
    async def place(actor: Holder, live_event_id: str, body: HoldRequest) -> dict[str, Any]:
        return _held(desk, await desk.keeping.place(actor, live_event_id, body.matter))

    @router.post("/live-events/{live_event_id}/holds/lift", status_code=202)
    async def lift(actor: Lifter, live_event_id: str, body: HoldRequest) -> dict[str, Any]:
        left = await desk.keeping.lift(actor, live_event_id, body.matter)
        return {"lifted": left is None, "hold": None if left is None else _held(desk, left)}

    @router.post("/live-events/{live_event_id}/erasures", status_code=202)
    async def erase(actor: Eraser, live_event_id: str, body: ErasureRequest) -> dict[str, Any]:
        if body.role is None and body.identifiers:
            raise Refused("Say in which role the consent names this person.", code="invalid")
        if body.role is None:
            return told(await desk.keeping.erase_event(actor, live_event_id))
        return told(await desk.keeping.erase_person(actor, live_event_id, body.role, body.identifiers))

    @router.post("/erasures/find")
    async def find(request: Request, actor: Eraser, body: FindRequest) -> dict[str, Any]:
        found = desk.keeping.find(actor, body.identifiers)
        return {"live_events": [{"id": e, "terms": n} for e, n in found.items() if gate.sees(request, e)]}

    @router.post("/people/erase", status_code=202)
    async def erase_colleague(actor: Holder, body: ColleagueRequest) -> dict[str, Any]:
        return {"erased": [told(one) for one in await people.erase(actor, body.name, desk.reach)]}

    @router.post("/retention/run")
    async def by_schedule(_: Holder) -> dict[str, Any]:
        return {"keys_destroyed": list(await archive_closed(desk))}

    return router


def _state(desk: Desk, live_event_id: str) -> dict[str, Any]:
    known = desk.watched(live_event_id).live_event
    assert known is not None
    until = desk.keeping.keys_until(known)
    return {
        "id": live_event_id,
        "closed_at": None if known.closed_at is None else known.closed_at.isoformat(),
        "keys": "kept" if desk.reach.vault.has(live_event_id) else "destroyed",
        "keys_until": None if until is None else until.isoformat(),
        "holds": [_held(desk, held) for held in desk.keeping.holds.on(live_event_id)],
    }


def _held(desk: Desk, held: Held) -> dict[str, Any]:
    before = held.agree_before(desk.clock.now())
    return {
        "matter": held.matter,
        "by": held.by.name,
        "since": held.since.isoformat(),
        "asked_to_end": None if before is None or held.asked is None else held.asked.name,
        "agree_before": None if before is None else before.isoformat(),
    }


def told(record: Erasure) -> dict[str, Any]:
    """An erasure for whoever asked for it: what went, and what could not be reached."""
    return record.model_dump(mode="json", include={"id", "at", "reason", "whose", "erased", "terms", "left", "despite"})

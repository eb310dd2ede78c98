"""How tablets are looked after: requests in JSON, or one page with forms that work without a script."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import segno
from fastapi import APIRouter, Depends, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from producers.desk import words
from producers.desk.enrolling import MAY_ENROL, Enrolling, Invited
from producers.desk.gate import Gate
from producers.desk.visit import language, render, to
from schemas.enrolment import Tablet
from schemas.envelope import Actor
from streams.auth import require

HERE = "/desk/tablets"


def for_programs(enrolling: Enrolling, gate: Gate, intake_url: str) -> APIRouter:
    router = APIRouter(prefix="/api/v1")
    Director = Annotated[Actor, Depends(director_of(gate))]  # noqa: N806  # the name of a type

    @router.get("/tablets")
    async def tablets(_: Director) -> dict[str, Any]:
        return {"tablets": [shown_tablet(one) for one in enrolling.known.tablets()]}

    @router.post("/tablets/invitations", status_code=201)
    async def invite(actor: Director) -> dict[str, Any]:
        invited = await enrolling.invite(actor)
        url = invited.url(intake_url)
        expires = iso(invited.invitation.expires_at)
        return {"id": str(invited.invitation.id), "code": invited.code, "url": url, "expires_at": expires}

    @router.get("/tablets/invitations/{invitation_id}")
    async def invitation(_: Director, invitation_id: UUID) -> dict[str, Any]:
        state, tablet = enrolling.state_of(invitation_id)
        return {"id": str(invitation_id), "state": state, "tablet": None if tablet is None else shown_tablet(tablet)}

    @router.post("/tablets/{tablet_id}/revoke")
    async def revoke(actor: Director, tablet_id: UUID) -> dict[str, Any]:
        return shown_tablet(await enrolling.revoke(actor, tablet_id))

    return router


def for_people(enrolling: Enrolling, gate: Gate, intake_url: str) -> APIRouter:
    router = APIRouter(prefix=HERE)
    Director = Annotated[Actor, Depends(director_of(gate))]  # noqa: N806  # the name of a type

    @router.get("")
    async def page(request: Request, actor: Director) -> Response:
        return _page(request, actor, enrolling)

    @router.post("/invitations")
    async def invite(request: Request, actor: Director) -> Response:
        # Answered by the page itself: the code exists in this one answer, which nobody may keep.
        return _page(request, actor, enrolling, invited=_code(await enrolling.invite(actor), intake_url))

    @router.post("/{tablet_id}/revoke")
    async def revoke(actor: Director, tablet_id: UUID) -> RedirectResponse:
        await enrolling.revoke(actor, tablet_id)
        return to(HERE, "tablet-revoked")

    return router


def _page(
    request: Request,
    actor: Actor,
    enrolling: Enrolling,
    *,
    invited: dict[str, Any] | None = None,
) -> Response:
    lang, known = language(request), enrolling.known
    tablets = known.tablets()
    return render(
        request,
        "tablets.html",
        role=words.role(actor.role, lang),
        tablets=[_row(one) for one in tablets if one.state == "enrolled"],
        revoked=[_row(one) for one in tablets if one.state == "revoked"],
        invited=invited,
        path=HERE,
        here=HERE,
    )


def _row(tablet: Tablet) -> dict[str, Any]:
    """Times are in UTC without a script, as their mark says; the page's script writes them in the zone of this desk."""
    return {
        "id": str(tablet.id),
        "name": tablet.name,
        "since": iso(tablet.enrolled_at),
        "since_words": moment(tablet.enrolled_at),
        "revoked": None if tablet.revoked_at is None else iso(tablet.revoked_at),
        "revoked_words": "" if tablet.revoked_at is None else moment(tablet.revoked_at),
        "revoked_by": tablet.revoked_by,
    }


def _code(invited: Invited, intake_url: str) -> dict[str, Any]:
    return shown_code(invited, invited.url(intake_url), intake_url)


def shown_code(invited: Invited, address: str, typed_at: str) -> dict[str, Any]:
    """`address` with the code is in the picture; `typed_at` is where people type it."""
    expires = invited.invitation.expires_at
    return {
        "id": str(invited.invitation.id),
        "groups": invited.groups,
        "intake": typed_at,
        "until": iso(expires),
        "until_words": moment(expires),
        "now": iso(invited.invitation.at),
        "qr": qr(address),
    }


def qr(address: str) -> Markup:
    """Stands in the page itself, black on white whatever the theme, or cameras do not read it."""
    made = segno.make(address, micro=False, error="m")
    return Markup(made.svg_inline(scale=4, dark="#000", light="#fff", omitsize=True))  # noqa: S704  # segno writes it, with numbers alone


def shown_tablet(tablet: Tablet) -> dict[str, Any]:
    return {
        "id": str(tablet.id),
        "name": tablet.name,
        "state": tablet.state,
        "enrolled_at": iso(tablet.enrolled_at),
        "revoked_at": None if tablet.revoked_at is None else iso(tablet.revoked_at),
        "revoked_by": tablet.revoked_by,
    }


def director_of(gate: Gate) -> Any:
    async def director(request: Request) -> Actor:
        return require(gate.actor(request), *sorted(MAY_ENROL))

    return director


def iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def moment(at: datetime) -> str:
    return f"{at:%d.%m. %H:%M} UTC"

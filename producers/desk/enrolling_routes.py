"""How tablets and people are looked after: requests in JSON, or one page with forms that work without a script."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import segno
from fastapi import APIRouter, Depends, Form, Request
from markupsafe import Markup
from pydantic import Field
from starlette.responses import RedirectResponse, Response

from producers.desk import words
from producers.desk.enrolling import MAY_ENROL, Enrolling, Invited
from producers.desk.gate import Gate
from producers.desk.visit import language, render, to
from schemas.enrolment import INITIALS_MAX, NAME_MAX, Person, Tablet
from schemas.envelope import Actor, Closed, Frozen
from schemas.errors import Refused
from streams.auth import require
from streams.pins import PIN_DIGITS_MAX, PIN_DIGITS_MIN

HERE = "/desk/tablets"
PIN_FIELD_MAX = 20  # a longer one is told in words, not as a broken form


class PersonRequest(Closed):
    """Body of a new person; `initials` where those of the name would not do."""

    name: str = Field(max_length=2 * NAME_MAX)
    pin: str = Field(max_length=PIN_FIELD_MAX)
    initials: str | None = Field(default=None, max_length=INITIALS_MAX)


class PinRequest(Closed):
    pin: str = Field(max_length=PIN_FIELD_MAX)


class PinForm(Frozen):
    pin: str = Field(max_length=PIN_FIELD_MAX)
    again: str = Field(max_length=PIN_FIELD_MAX)

    def checked(self) -> str:
        if self.pin != self.again:
            raise Refused("The two PINs differ.", code="pins-differ")
        return self.pin


class PersonForm(PinForm):
    name: str = Field(max_length=2 * NAME_MAX)


def for_programs(enrolling: Enrolling, gate: Gate, intake_url: str) -> APIRouter:
    router = APIRouter(prefix="/api/v1")
    Director = Annotated[Actor, Depends(_director(gate))]  # noqa: N806  # the name of a type

    @router.get("/tablets")
    async def tablets(_: Director) -> dict[str, Any]:
        return {"tablets": [shown_tablet(one) for one in enrolling.known.tablets()]}

    @router.post("/tablets/invitations", status_code=201)
    async def invite(actor: Director) -> dict[str, Any]:
        invited = await enrolling.invite(actor)
        url = invited.url(intake_url)
        expires = _iso(invited.invitation.expires_at)
        return {"id": str(invited.invitation.id), "code": invited.code, "url": url, "expires_at": expires}

    @router.get("/tablets/invitations/{invitation_id}")
    async def invitation(_: Director, invitation_id: UUID) -> dict[str, Any]:
        state, tablet = enrolling.state_of(invitation_id)
        return {"id": str(invitation_id), "state": state, "tablet": None if tablet is None else shown_tablet(tablet)}

    @router.post("/tablets/{tablet_id}/revoke")
    async def revoke(actor: Director, tablet_id: UUID) -> dict[str, Any]:
        return shown_tablet(await enrolling.revoke(actor, tablet_id))

    @router.get("/people")
    async def people(_: Director) -> dict[str, Any]:
        return {"people": [shown_person(one) for one in enrolling.known.people()]}

    @router.post("/people", status_code=201)
    async def add(actor: Director, body: PersonRequest) -> dict[str, Any]:
        return shown_person(await enrolling.add(actor, body.name, body.pin, body.initials))

    @router.post("/people/{person_id}/pin")
    async def set_pin(actor: Director, person_id: UUID, body: PinRequest) -> dict[str, Any]:
        return shown_person(await enrolling.set_pin(actor, person_id, body.pin))

    @router.delete("/people/{person_id}")
    async def remove(actor: Director, person_id: UUID) -> dict[str, Any]:
        return shown_person(await enrolling.remove(actor, person_id))

    return router


def for_people(enrolling: Enrolling, gate: Gate, intake_url: str) -> APIRouter:
    router = APIRouter(prefix=HERE)
    Director = Annotated[Actor, Depends(_director(gate))]  # noqa: N806  # the name of a type

    @router.get("")
    async def page(request: Request, actor: Director) -> Response:
        return _page(request, actor, enrolling)

    @router.post("/invitations")
    async def invite(request: Request, actor: Director) -> Response:
        # Answered by the page itself: the code exists in this one answer, which nobody may keep.
        return _page(request, actor, enrolling, invited=_shown_code(await enrolling.invite(actor), intake_url))

    @router.post("/{tablet_id}/revoke")
    async def revoke(actor: Director, tablet_id: UUID) -> RedirectResponse:
        await enrolling.revoke(actor, tablet_id)
        return to(HERE, "tablet-revoked")

    @router.post("/people")
    async def add(request: Request, actor: Director, form: Annotated[PersonForm, Form()]) -> Response:
        try:
            await enrolling.add(actor, form.name, form.checked())
        except Refused as refused:
            return _page(request, actor, enrolling, refused=refused, at="new", typed=form.name)
        return to(HERE, "person-added")

    @router.post("/people/{person_id}/pin")
    async def set_pin(request: Request, actor: Director, person_id: UUID, form: Annotated[PinForm, Form()]) -> Response:
        try:
            await enrolling.set_pin(actor, person_id, form.checked())
        except Refused as refused:
            return _page(request, actor, enrolling, refused=refused, at=str(person_id))
        return to(HERE, "pin-set")

    @router.post("/people/{person_id}/remove")
    async def remove(actor: Director, person_id: UUID) -> RedirectResponse:
        await enrolling.remove(actor, person_id)
        return to(HERE, "person-removed")

    return router


def _page(
    request: Request,
    actor: Actor,
    enrolling: Enrolling,
    *,
    invited: dict[str, Any] | None = None,
    refused: Refused | None = None,
    at: str = "",
    typed: str = "",
) -> Response:
    """`at`: the form that was refused, a person's id or `new`; a PIN is never shown again, what else was typed is."""
    lang, known = language(request), enrolling.known
    why = None if refused is None else words.said(refused.code, lang) or words.said("invalid", lang)
    tablets = known.tablets()
    return render(
        request,
        "tablets.html",
        200 if refused is None else refused.status,
        role=words.role(actor.role, lang),
        tablets=[_row(one) for one in tablets if one.state == "enrolled"],
        revoked=[_row(one) for one in tablets if one.state == "revoked"],
        people=[{"id": str(one.id), "name": one.name, "initials": one.initials} for one in known.people()],
        invited=invited,
        why=why,
        at=at,
        typed=typed,
        name_max=NAME_MAX,
        pin_min=PIN_DIGITS_MIN,
        pin_max=PIN_DIGITS_MAX,
        path=HERE,
        here=HERE,
    )


def _row(tablet: Tablet) -> dict[str, Any]:
    """Times are in UTC without a script, as their mark says; the page's script writes them in the zone of this desk."""
    return {
        "id": str(tablet.id),
        "name": tablet.name,
        "since": _iso(tablet.enrolled_at),
        "since_words": _words(tablet.enrolled_at),
        "revoked": None if tablet.revoked_at is None else _iso(tablet.revoked_at),
        "revoked_words": "" if tablet.revoked_at is None else _words(tablet.revoked_at),
        "revoked_by": tablet.revoked_by,
    }


def _shown_code(invited: Invited, intake_url: str) -> dict[str, Any]:
    expires = invited.invitation.expires_at
    return {
        "id": str(invited.invitation.id),
        "groups": invited.groups,
        "intake": intake_url,
        "until": _iso(expires),
        "until_words": _words(expires),
        "now": _iso(invited.invitation.at),
        "qr": _qr(invited.url(intake_url)),
    }


def _qr(address: str) -> Markup:
    """Stands in the page itself, black on white whatever the theme, or cameras do not read it."""
    made = segno.make(address, micro=False, error="m")
    return Markup(made.svg_inline(scale=4, dark="#000", light="#fff", omitsize=True))  # noqa: S704  # segno writes it, with numbers alone


def shown_tablet(tablet: Tablet) -> dict[str, Any]:
    return {
        "id": str(tablet.id),
        "name": tablet.name,
        "state": tablet.state,
        "enrolled_at": _iso(tablet.enrolled_at),
        "revoked_at": None if tablet.revoked_at is None else _iso(tablet.revoked_at),
        "revoked_by": tablet.revoked_by,
    }


def shown_person(person: Person) -> dict[str, Any]:
    return {"id": str(person.id), "name": person.name, "initials": person.initials, "state": person.state}


def _director(gate: Gate) -> Any:
    async def director(request: Request) -> Actor:
        return require(gate.actor(request), *sorted(MAY_ENROL))

    return director


def _iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _words(at: datetime) -> str:
    return f"{at:%d.%m. %H:%M} UTC"

"""How staff of every role are looked after: requests in JSON, or one page with forms that work without a script."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from pydantic import Field
from starlette.responses import RedirectResponse, Response

from producers.desk import people_screens as screens
from producers.desk import words
from producers.desk.desk import Desk
from producers.desk.enrolling import Invited
from producers.desk.enrolling_routes import director_of, iso, shown_code
from producers.desk.gate import Gate
from producers.desk.people import EVENTS_MAX, ROLES, People
from producers.desk.relying import RelyingParty
from producers.desk.visit import language, render, to
from schemas.enrolment import INITIALS_MAX, NAME_MAX
from schemas.envelope import Actor, Closed, Frozen, Role
from schemas.errors import Refused
from streams.pins import PIN_DIGITS_MAX, PIN_DIGITS_MIN

HERE = "/desk/people"
PIN_FIELD_MAX = 20  # a longer one is told in words, not as a broken form
EVENT_FIELD_MAX = 200  # as above


class PersonRequest(Closed):
    """Body of a new person. `live_events`: the events their right names; None for reporters of every event."""

    name: str = Field(max_length=2 * NAME_MAX)
    role: Role = Role.REPORTER
    pin: str | None = Field(default=None, max_length=PIN_FIELD_MAX)
    initials: str | None = Field(default=None, max_length=INITIALS_MAX)
    live_events: tuple[str, ...] | None = Field(default=None, max_length=EVENTS_MAX)


class PinRequest(Closed):
    pin: str = Field(max_length=PIN_FIELD_MAX)


class EventsRequest(Closed):
    live_events: tuple[str, ...] | None = Field(max_length=EVENTS_MAX)


class EventsForm(Frozen):
    """`every`: no event by name, for reporters; `other`: ids that are not on the page, with spaces between them."""

    events: tuple[str, ...] = Field(default=(), max_length=EVENTS_MAX)
    other: str = Field(default="", max_length=EVENT_FIELD_MAX)
    every: bool = False

    def named(self) -> tuple[str, ...] | None:
        return None if self.every else (*self.events, *self.other.replace(",", " ").split())


class StaffForm(EventsForm):
    name: str = Field(max_length=2 * NAME_MAX)
    role: Role


class PinForm(Frozen):
    pin: str = Field(max_length=PIN_FIELD_MAX)
    again: str = Field(max_length=PIN_FIELD_MAX)

    def checked(self) -> str:
        if self.pin != self.again:
            raise Refused("The two PINs differ.", code="pins-differ")
        return self.pin


class ReporterForm(PinForm, EventsForm):
    name: str = Field(max_length=2 * NAME_MAX)


def for_programs(people: People, gate: Gate, relying: RelyingParty) -> APIRouter:
    router, known = APIRouter(prefix="/api/v1/people"), people.enrolling.known
    Director = Annotated[Actor, Depends(director_of(gate))]  # noqa: N806  # the name of a type

    def coded(request: Request, invited: Invited) -> dict[str, Any]:
        url, ends = invited.join_url(relying.home(request)), iso(invited.invitation.expires_at)
        return {"id": str(invited.invitation.id), "code": invited.code, "url": url, "expires_at": ends}

    @router.get("")
    async def listed(actor: Director) -> dict[str, Any]:
        seen = screens.seen_by(people, actor)
        return {"people": [screens.person(one, known.passkeys(one.id)) for one in seen]}

    @router.post("", status_code=201)
    async def add(actor: Director, body: PersonRequest) -> dict[str, Any]:
        made = await people.add(actor, body.name, body.role, body.live_events, pin=body.pin, initials=body.initials)
        return screens.person(made, ())

    @router.get("/invitations/{invitation_id}")
    async def invitation(actor: Director, invitation_id: UUID) -> dict[str, Any]:
        return {"id": str(invitation_id), **people.invitation(actor, invitation_id)}

    @router.post("/{person_id}/pin")
    async def set_pin(actor: Director, person_id: UUID, body: PinRequest) -> dict[str, Any]:
        return screens.person(await people.set_pin(actor, person_id, body.pin), ())

    @router.post("/{person_id}/events")
    async def events(actor: Director, person_id: UUID, body: EventsRequest) -> dict[str, Any]:
        return screens.person(await people.name_events(actor, person_id, body.live_events), known.passkeys(person_id))

    @router.post("/{person_id}/invitations", status_code=201)
    async def invite(request: Request, actor: Director, person_id: UUID) -> dict[str, Any]:
        return coded(request, await people.invite(actor, person_id))

    @router.post("/{person_id}/lost", status_code=201)
    async def lost(request: Request, actor: Director, person_id: UUID) -> dict[str, Any]:
        return coded(request, await people.lost(actor, person_id))

    @router.post("/{person_id}/passkeys/{passkey_id}/revoke")
    async def revoke(actor: Director, person_id: UUID, passkey_id: UUID) -> dict[str, Any]:
        return screens.passkey(await people.revoke(actor, person_id, passkey_id))

    @router.delete("/{person_id}")
    async def remove(actor: Director, person_id: UUID) -> dict[str, Any]:
        return screens.person(await people.remove(actor, person_id), known.passkeys(person_id))

    return router


def for_people(
    people: People, desk: Desk, gate: Gate, relying: RelyingParty, prepared: Callable[[], Mapping[str, str]]
) -> APIRouter:
    router = APIRouter(prefix=HERE)
    Director = Annotated[Actor, Depends(director_of(gate))]  # noqa: N806  # the name of a type

    def page(
        request: Request,
        actor: Actor,
        *,
        invited: Invited | None = None,
        refused: Refused | None = None,
        at: str = "",
        typed: str = "",
    ) -> Response:
        """`at`: the form that was refused, a person's id, `staff` or `reporters`; a PIN is never shown again."""
        lang = language(request)
        why = None if refused is None else words.said(refused.code, lang) or words.said("invalid", lang)
        home = relying.home(request)
        code = None if invited is None else shown_code(invited, invited.join_url(home), f"{home}/desk/join")
        who = None if invited is None else people.enrolling.known.person(invited.invitation.person_id or UUID(int=0))
        return render(
            request, "people.html", 200 if refused is None else refused.status,
            role=words.role(actor.role, lang), people=screens.rows(people, actor, lang),
            roles=[(r.value, words.role(r, lang)) for r in ROLES if r is not Role.REPORTER],
            events=screens.events(desk, prepared(), people.within(actor)), may_every=people.within(actor) is None,
            invited=code, invited_name="" if who is None else who.name, why=why, at=at, typed=typed,
            name_max=NAME_MAX, pin_min=PIN_DIGITS_MIN, pin_max=PIN_DIGITS_MAX, path=HERE, here=HERE,
        )  # fmt: skip

    @router.get("")
    async def show(request: Request, actor: Director) -> Response:
        return page(request, actor)

    @router.post("/staff")
    async def add_staff(request: Request, actor: Director, form: Annotated[StaffForm, Form()]) -> Response:
        # Answered by the page itself: the code exists in this one answer, which nobody may keep.
        try:
            made = await people.add(actor, form.name, form.role, form.named())
            return page(request, actor, invited=await people.invite(actor, made.id))
        except Refused as refused:
            return page(request, actor, refused=refused, at="staff", typed=form.name)

    @router.post("/reporters")
    async def add_reporter(request: Request, actor: Director, form: Annotated[ReporterForm, Form()]) -> Response:
        try:
            await people.add(actor, form.name, Role.REPORTER, form.named(), pin=form.checked())
        except Refused as refused:
            return page(request, actor, refused=refused, at="reporters", typed=form.name)
        return to(HERE, "person-added")

    @router.post("/{person_id}/events")
    async def events(
        request: Request, actor: Director, person_id: UUID, form: Annotated[EventsForm, Form()]
    ) -> Response:
        try:
            await people.name_events(actor, person_id, form.named())
        except Refused as refused:
            return page(request, actor, refused=refused, at=str(person_id))
        return to(HERE, "events-named")

    @router.post("/{person_id}/pin")
    async def set_pin(request: Request, actor: Director, person_id: UUID, form: Annotated[PinForm, Form()]) -> Response:
        try:
            await people.set_pin(actor, person_id, form.checked())
        except Refused as refused:
            return page(request, actor, refused=refused, at=str(person_id))
        return to(HERE, "pin-set")

    @router.post("/{person_id}/invitations")
    async def invite(request: Request, actor: Director, person_id: UUID) -> Response:
        return page(request, actor, invited=await people.invite(actor, person_id))

    @router.post("/{person_id}/lost")
    async def lost(request: Request, actor: Director, person_id: UUID) -> Response:
        return page(request, actor, invited=await people.lost(actor, person_id))

    @router.post("/{person_id}/passkeys/{passkey_id}/revoke")
    async def revoke(actor: Director, person_id: UUID, passkey_id: UUID) -> RedirectResponse:
        await people.revoke(actor, person_id, passkey_id)
        return to(HERE, "passkey-revoked")

    @router.post("/{person_id}/remove")
    async def remove(actor: Director, person_id: UUID) -> RedirectResponse:
        await people.remove(actor, person_id)
        return to(HERE, "person-removed")

    return router

"""The people of an event that is being prepared, and the import of a staff list: shown first, added on a second press.

PINs that are made here are on the one answer to that press, to be printed and handed out; nobody can have them again.
"""

import secrets
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from producers.desk import preparing_screens as screens
from producers.desk import staff_import, words
from producers.desk.preparing_site import HERE, Posted, Site, posted
from producers.desk.staff_import import Row
from producers.desk.visit import render
from schemas.enrolment import Person
from schemas.envelope import Actor, Role
from schemas.errors import Refused

PIN_DIGITS = 6  # a million: with the lock after five wrong ones nobody guesses it in a day


class Adds(Protocol):
    """Adds one person; a reporter with `pin`, anybody else without. Raises Refused as People.add does."""

    def __call__(
        self,
        actor: Actor,
        name: str,
        role: Role,
        live_events: Iterable[str] | None,
        *,
        pin: str | None = None,
        initials: str | None = None,
    ) -> Awaitable[Person]: ...


def new_pin() -> str:
    return f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"


@dataclass(frozen=True)
class Added:
    """What became of one row; the PIN is nowhere else."""

    row: Row
    pin: str | None = None
    refused: str | None = None


def people_page(
    request: Request, site: Site, actor: Actor, live_event_id: str, *, status: int = 200, rows: tuple[Row, ...] = (),
    text: str = "", wrong: str = "",
) -> Response:  # fmt: skip
    one = site.preparing.get(live_event_id)
    say = site.say(request, one)
    with_passkey = site.preparing.with_passkey()
    people = [
        {
            "name": p.name,
            "initials": p.initials,
            "role": words.role(p.role, say.lang),
            "note": _note(p, with_passkey, say.t),
        }
        for p in site.preparing.enrolled(live_event_id)
    ]
    preview = [
        {
            "number": row.number, "name": row.name, "role": words.role(row.role, say.lang) if row.role else "",
            "wrong": " ".join(say.say(w) for w in row.wrong),
        }
        for row in rows
    ]  # fmt: skip
    good = sum(not row.wrong for row in rows)
    return render(
        request, "prepare_people.html", status, role=words.role(actor.role, say.lang), id=live_event_id,
        title_of=site.preparing.title(live_event_id), people=people, tablets=site.preparing.tablets(),
        preview=preview,
        good=good, bad=len(rows) - good, text=text if good else "", wrong=wrong,
        sections=screens.sections(live_event_id, say, "people"),
        is_opened=site.preparing.is_opened(live_event_id), path=f"{HERE}/{live_event_id}/people",
    )  # fmt: skip


def _note(person: Person, with_passkey: frozenset[Any], t: Callable[[str], str]) -> str:
    if person.role is Role.REPORTER:
        return t("has a PIN") if person.pin is not None else t("has no PIN yet")
    return t("has a passkey") if person.id in with_passkey else t("has no passkey yet")


def read_rows(site: Site, text: str) -> tuple[Row, ...]:
    """Names that are taken are those of everybody, whatever their events."""
    events = {e for e, view in site.preparing.reach.projection.events.items() if view.live_event is not None}
    events |= {p.live_event_id for p in site.preparing.drafts()}
    taken = [person.name for person in site.preparing.enrolments.people()]
    return staff_import.read(text, taken, frozenset(events))


def _text(form: Posted) -> str:
    text = form.uploaded("file") or form.text("text")
    if len(text.encode()) > staff_import.BYTES_MAX:
        raise Refused("The list is too long.", code="list-too-long")
    return text


async def preview(request: Request, site: Site, actor: Actor, live_event_id: str) -> Response:
    form, say = await posted(request), site.say(request)
    try:
        text = _text(form)
    except Refused as refused:
        wrong = (
            say.t("The list is longer than 200 people can be.")
            if refused.code == "list-too-long"
            else say.t("This is not text.")
        )
        return people_page(request, site, actor, live_event_id, status=422, wrong=wrong)
    rows = read_rows(site, text)
    if not rows:
        return people_page(request, site, actor, live_event_id, status=422, wrong=say.t("There is no row in it."))
    return people_page(request, site, actor, live_event_id, rows=rows, text=text)


async def add_all(request: Request, site: Site, adds: Adds, actor: Actor, live_event_id: str) -> Response:
    """Each good row; one that is refused meanwhile hinders none of the others."""
    form, say = await posted(request), site.say(request, site.preparing.get(live_event_id))
    rows = [row for row in read_rows(site, _text(form)) if not row.wrong]
    done = [await _add(adds, actor, row, live_event_id) for row in rows]
    shown = [
        {
            "name": one.row.name,
            "role": words.role(one.row.role or "", say.lang),
            "pin": one.pin,
            "refused": ""
            if one.refused is None
            else words.said(one.refused, say.lang) or words.said("invalid", say.lang),
        }
        for one in done
    ]
    return render(
        request, "prepare_pins.html", role=words.role(actor.role, say.lang), id=live_event_id, added=shown,
        number=sum(one.refused is None for one in done), pins=sum(one.pin is not None for one in done),
        title_of=site.preparing.title(live_event_id),
        path=f"{HERE}/{live_event_id}/people",
    )  # fmt: skip


async def _add(adds: Adds, actor: Actor, row: Row, live_event_id: str) -> Added:
    assert row.role is not None, "a row without a role is never added"
    pin = new_pin() if row.role is Role.REPORTER else None
    events = row.live_events or (live_event_id,)
    try:
        await adds(actor, row.name, row.role, events, pin=pin, initials=row.initials)
    except Refused as refused:
        return Added(row, refused=refused.code)
    return Added(row, pin)


def routes(site: Site, adds: Adds) -> APIRouter:
    """Before the sections of a preparation, whose address they would be."""
    router = APIRouter(prefix=HERE)

    async def director(request: Request) -> Actor:
        return site.director(request)

    Director = Annotated[Actor, Depends(director)]  # noqa: N806  # the name of a type

    @router.get("/{live_event_id}/people")
    async def people(request: Request, actor: Director, live_event_id: str) -> Response:
        return people_page(request, site, actor, live_event_id)

    @router.post("/{live_event_id}/people")
    async def read(request: Request, actor: Director, live_event_id: str) -> Response:
        return await preview(request, site, actor, live_event_id)

    @router.post("/{live_event_id}/people/add")
    async def add(request: Request, actor: Director, live_event_id: str) -> Response:
        return await add_all(request, site, adds, actor, live_event_id)

    return router

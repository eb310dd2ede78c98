"""Joins the archive's pages to the desk's origin: whom the desk lets in reads them, and each look is an entry."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from starlette.requests import Request

from consumers.archive import web
from consumers.archive.derived import Derived
from consumers.archive.imported import every_log
from consumers.archive.names import is_foreign
from deploy.home import Home
from producers.desk.gate import Gate
from producers.desk.visit import language
from schemas.access import ALL, Access, What
from schemas.envelope import Actor
from schemas.topics import ACCESSES
from streams.bus import Bus
from streams.clock import Clock
from streams.policies import Policies
from streams.scrub.policy import dispose

if TYPE_CHECKING:
    from fastapi import FastAPI


def audit_pages(home: Home, bus: Bus, clock: Clock, known: Policies) -> "Callable[[FastAPI, Gate], None]":
    """What the desk's app calls to have the archive's pages beside its own."""

    def add(app: "FastAPI", gate: Gate) -> None:
        def visitor(request: Request) -> web.Visitor:
            actor = gate.actor(request)
            return web.Visitor(actor, language(request), lambda live_event_id: gate.sees(request, live_event_id))

        async def enter(actor: Actor, what: What, live_event_id: str, /, **more: Any) -> None:
            if is_foreign(live_event_id):
                more, live_event_id = {"origin": live_event_id, **more}, ALL
            record = Access(id=uuid4(), live_event_id=live_event_id, at=clock.now(), actor=actor, what=what, **more)
            await bus.send(ACCESSES, record)

        more = {"search": Derived(home.archive_search, lambda: every_log(home.archive))}
        web.add(app, web.AuditPages(home.archive, visitor, enter, dispose, clock.now, known.by_name, more))

    return add

"""Joins the archive's pages to the desk's origin: whom the desk lets in reads them, and each look is an entry."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from starlette.requests import Request

from consumers.archive import web
from consumers.archive.derived import Derived
from consumers.archive.imported import every_log
from consumers.archive.names import is_foreign
from consumers.archive.replay import Replay
from consumers.archive.retrial import Lack, Retrial, retry
from deploy.home import Home
from deploy.retrying import Sealed, forget, materials, sealed_of
from deploy.settings import Scrub
from producers.desk.gate import Gate
from producers.desk.visit import language
from schemas.access import ALL, Access, What
from schemas.envelope import Actor
from schemas.policy import Policy
from schemas.topics import ACCESSES
from streams.bus import Bus
from streams.clock import Clock
from streams.policies import Policies
from streams.scrub.policy import dispose
from streams.vault import Vault

if TYPE_CHECKING:
    from fastapi import FastAPI


def audit_pages(
    home: Home,
    bus: Bus,
    clock: Clock,
    known: Policies,
    *,
    vault: Vault | None = None,
    scrub: Scrub | None = None,
    days: tuple[int, int] | None = None,
) -> "Callable[[FastAPI, Gate], None]":
    """What the desk's app calls to have the archive's pages beside its own.

    `vault` and `scrub`: what an event can be judged with again under another policy. `days`: how many an event's keys
    are kept after its close, and its log."""

    def add(app: "FastAPI", gate: Gate) -> None:
        def visitor(request: Request) -> web.Visitor:
            actor = gate.actor(request)
            return web.Visitor(actor, language(request), lambda live_event_id: gate.sees(request, live_event_id))

        async def enter(actor: Actor, what: What, live_event_id: str, /, **more: Any) -> None:
            if is_foreign(live_event_id):
                more, live_event_id = {"origin": live_event_id, **more}, ALL
            record = Access(id=uuid4(), live_event_id=live_event_id, at=clock.now(), actor=actor, what=what, **more)
            await bus.send(ACCESSES, record)

        judging = asyncio.Lock()  # one at a time: each takes a processor for seconds

        async def judge(told: Replay, live_event_id: str, policy: Policy) -> Retrial:
            foreign = is_foreign(live_event_id)
            async with judging:
                sealed = Sealed() if foreign else await sealed_of(bus, live_event_id)
                own = None if foreign else vault
                lack: Lack = "no-raw-text-in-a-bundle" if foreign else "not-reached"
                return await asyncio.to_thread(_judged, told, sealed, own, scrub or Scrub(), policy, lack)

        more = {"days": days, "retrial": judge, "search": Derived(home.archive_search, lambda: every_log(home.archive))}
        web.add(app, web.AuditPages(home.archive, visitor, enter, dispose, clock.now, known.by_name, more))

    return add


def _judged(told: Replay, sealed: Sealed, vault: Vault | None, scrub: Scrub, policy: Policy, lack: Lack) -> Retrial:  # noqa: PLR0917  # handed to a thread
    try:
        return retry(told, policy, dispose, materials(told, sealed, vault, scrub, policy, lack=lack))
    finally:
        forget()

"""The desk's pages to read, and the one place where all of its pages are added."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, Request
from starlette.responses import Response

from producers.desk import (
    correction_routes,
    correction_screens,
    message_routes,
    original,
    plan_routes,
    presses,
    screens,
    sign_in,
    stopped_screens,
    thread_screens,
    words,
)
from producers.desk.attesting import Attesting
from producers.desk.desk import MAY_WATCH, Desk
from producers.desk.enrolling import MAY_ENROL
from producers.desk.error_pages import add_error_pages
from producers.desk.gate import Gate
from producers.desk.preparing import MAY_LOOK
from producers.desk.queue import LiveEventView
from producers.desk.rendering import Rendering
from producers.desk.visit import render, to
from schemas.envelope import Actor
from schemas.errors import Refused
from streams import review
from streams.auth import require


def add(app: FastAPI, desk: Desk, gate: Gate, attesting: Attesting, *, page_url: str) -> None:
    """All pages, and error pages for what goes wrong on them."""
    pages = Rendering(desk, page_url)
    add_error_pages(app)

    @app.get("/", include_in_schema=False)
    async def start() -> Response:
        return to("/desk")

    for router in (
        sign_in.routes(gate, attesting.relying, desk.presences), _reading(pages, gate),
        presses.deciding(pages, gate, attesting), presses.steering(pages, gate),
        correction_routes.for_people(pages, gate),
        message_routes.routes(pages, gate), plan_routes.routes(pages, gate, attesting),
    ):  # fmt: skip
        app.include_router(router, include_in_schema=False)


def _reading(pages: Rendering, gate: Gate) -> APIRouter:
    router, desk = APIRouter(prefix="/desk"), pages.desk

    async def watcher(request: Request) -> Actor:
        return require(gate.actor(request), *sorted(MAY_WATCH))

    async def reader(request: Request) -> Actor:
        return require(gate.actor(request), *sorted(review.MAY_READ))

    Watcher = Annotated[Actor, Depends(watcher)]  # noqa: N806  # names of types
    Reader = Annotated[Actor, Depends(reader)]  # noqa: N806  # as above

    @router.get("")
    async def live_events(request: Request, actor: Watcher) -> Response:
        look = pages.look(request, actor)
        mine = tuple(view for view in desk.projection.open_events() if gate.sees(request, view.live_event_id))
        return render(
            request,
            "events.html",
            events=screens.list_of_events(mine, look),
            actor_name=words.role(actor.name, look.lang),
            role=words.role(actor.role, look.lang),
            may_enrol=actor.role in MAY_ENROL,
            may_prepare=actor.role in MAY_LOOK,
        )

    @router.get("/{live_event_id}")
    async def desk_of_one(request: Request, actor: Watcher, live_event_id: str) -> Response:
        return pages.desk_page(request, actor, live_event_id)

    @router.get("/{live_event_id}/drafts/{draft_id}")
    async def draft(request: Request, actor: Reader, live_event_id: str, draft_id: UUID) -> Response:
        return pages.draft_page(request, actor, live_event_id, draft_id)

    @router.get("/{live_event_id}/drafts/{draft_id}/original")
    async def original_was_shown(_: Reader, live_event_id: str, draft_id: UUID) -> Response:
        return to(f"/desk/{live_event_id}/drafts/{draft_id}")

    @router.post("/{live_event_id}/drafts/{draft_id}/original")
    async def open_original(request: Request, actor: Reader, live_event_id: str, draft_id: UUID) -> Response:
        # Answered at once and never by a redirect: the text exists in this one answer, which nobody may keep.
        try:
            found = await original.opened(desk.reach, actor, live_event_id, draft_id)
        except Refused as refused:
            return to(f"/desk/{live_event_id}/drafts/{draft_id}", refused.code)
        return pages.draft_page(request, actor, live_event_id, draft_id, original=found.pieces)

    @router.get("/{live_event_id}/drafts/{draft_id}/edit")
    async def edit(request: Request, actor: Reader, live_event_id: str, draft_id: UUID) -> Response:
        text = desk.reviewed(live_event_id, draft_id).draft.text
        return pages.edit_page(request, actor, live_event_id, draft_id, typed=text)

    @router.get("/{live_event_id}/updates/{update_id}")
    async def update(request: Request, actor: Watcher, live_event_id: str, update_id: UUID) -> Response:
        view = _knowing(desk, live_event_id, update_id)
        look = pages.look(request, actor)
        shown = {
            **thread_screens.update(view, update_id, look, pages.thread_url(live_event_id)),
            **correction_screens.about(view, update_id, look),
        }
        return pages.desk_page(
            request, actor, live_event_id,
            middle="middle_update.html", update=shown, current=update_id,
        )  # fmt: skip

    @router.get("/{live_event_id}/stopped")
    async def stopped(request: Request, actor: Watcher, live_event_id: str) -> Response:
        view = desk.watched(live_event_id)
        look = pages.look(request, actor)
        stop = stopped_screens.stopped(view, look)
        if stop is None:
            return to(f"/desk/{live_event_id}")
        return render(
            request, "stopped.html", stop={**stop, "took": pages.stops_ms.get(live_event_id)},
            keys_kept=bool(desk.keeping.keeps_keys(live_event_id, "withdrawal")), **pages.frame(view, look),
        )  # fmt: skip

    return router


def _knowing(desk: Desk, live_event_id: str, update_id: UUID) -> LiveEventView:
    view = desk.watched(live_event_id)
    if not view.knows(update_id):
        raise Refused("There is no update of this id in this live event.", code="unknown-update", status=404)
    return view

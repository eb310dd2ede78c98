"""The HTTP interface of intake: who may ask what, read from requests and handed on to the door and the stream."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from producers.intake.accept import update_id_in
from producers.intake.asking import any_body, described, json_body, problems
from producers.intake.door import Door
from producers.intake.gate import NOT_READY_S, Gate
from producers.intake.shown import LiveEvents, Me, ShownLiveEvent, shown
from producers.intake.stream import STREAMS_MAX, frames
from producers.intake.undo import Undoing, Undone
from producers.intake.view import Known
from schemas.errors import Refused, Unavailable
from schemas.live_event import LiveEvent
from schemas.submission import IntakeReceipt, SubmissionRequest
from streams.clock import Clock
from streams.views import View
from streams.web.sse import event_stream


def router(
    door: Door, undoing: Undoing, gate: Gate, known: Known, view: View, *, clock: Clock, page_url: str, start: str
) -> APIRouter:
    api = APIRouter(prefix="/api/v1")
    open_streams = 0

    def about(live_event: LiveEvent) -> ShownLiveEvent:
        return shown(live_event, page_url, known.states.standing(live_event.live_event_id))

    def the_live_event(live_event_id: str) -> ShownLiveEvent:
        found = known.live_events.get(live_event_id)
        if found is None:
            raise Refused(
                "There is no such live event here. Choose one from the list.", code="unknown-live-event", status=404
            )
        return about(found)

    @api.get("/me", responses=problems(401, 403), summary="Whom the token belongs to")
    async def me(request: Request) -> Me:
        actor = gate.who(request).actor
        return Me(role=actor.role, name=actor.name)

    @api.get(
        "/live-events",
        responses=problems(401, 403, 503),
        summary="Live events that are open",
    )
    async def live_events(request: Request) -> LiveEvents:
        who = gate.who(request)
        gate.caught_up()
        found = [e for e in known.live_events.values() if e.state == "open" and gate.sees(who, e.live_event_id)]
        found.sort(key=lambda e: (e.plan.window.opens, e.live_event_id))
        return LiveEvents(items=tuple(about(e) for e in found))

    @api.get(
        "/live-events/{live_event_id}",
        responses=problems(401, 403, 404, 503),
        summary="One live event, open or closed",
    )
    async def live_event(request: Request, live_event_id: str) -> ShownLiveEvent:
        gate.who(request)
        gate.caught_up()
        return the_live_event(live_event_id)

    @api.post(
        "/live-events/{live_event_id}/updates",
        status_code=202,
        response_model=IntakeReceipt,
        responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
        summary="Send a sealed update; the same id and bytes again give the same receipt",
        openapi_extra=described(SubmissionRequest),
    )
    async def submit(request: Request, live_event_id: str) -> Response:
        gate.bears_token(request)
        body = await json_body(request)
        who = gate.who(request, body, update_id=update_id_in(body), sends=True)
        gate.caught_up()
        receipt = await door.take(
            body,
            live_event_id=live_event_id,
            actor=who.actor,
            device=who.device,
            now=clock.now(),
            at_s=clock.monotonic(),
            signed=who.signed,
            held_back=who.held_back,
        )
        return JSONResponse(receipt.model_dump(mode="json", exclude_none=True), 202)

    @api.post(
        "/live-events/{live_event_id}/updates/{update_id}/undo",
        status_code=202,
        response_model=Undone,
        responses=problems(401, 403, 404, 409, 413, 422, 503),
        summary="Take an own update back within ten seconds of its receipt; again: the same answer",
        openapi_extra=described(),
    )
    async def undo(request: Request, live_event_id: str, update_id: UUID) -> Response:
        gate.bears_token(request)
        # Signed with the id as the path spells it; a body is not needed.
        who = gate.who(request, await any_body(request), update_id=request.path_params["update_id"])
        gate.caught_up()
        undone = await undoing.undo(live_event_id, update_id, actor=who.actor, device=who.device, now=clock.now())
        return JSONResponse(undone.model_dump(mode="json"), 202)

    @api.get(
        "/live-events/{live_event_id}/updates/stream",
        responses={
            200: {"description": "states of updates", "content": {"text/event-stream": {}}},
            **problems(401, 403, 404, 503),
        },
        response_class=StreamingResponse,
        summary="States of all updates, then each change (server-sent events, resumed by Last-Event-ID)",
    )
    async def stream(request: Request, live_event_id: str) -> Response:
        who = gate.who(request)
        gate.caught_up()
        the_live_event(live_event_id)
        nonlocal open_streams
        if open_streams >= STREAMS_MAX:
            raise Unavailable("Too many tablets listen already. Try again.", retry_after_s=NOT_READY_S)
        last_id = request.headers.get("last-event-id")

        def may() -> bool:
            return gate.may_still(who) and gate.sees(who, live_event_id)

        async def counted() -> Any:
            nonlocal open_streams
            open_streams += 1
            try:
                async for frame in frames(known, view, live_event_id, start=start, last_id=last_id, may=may):
                    yield frame
            finally:
                open_streams -= 1

        return event_stream(counted())

    return api

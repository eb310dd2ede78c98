"""The HTTP interface of intake: who may ask what, read from requests and handed on to the door and the stream."""

import re
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from producers.intake.accept import BODY_MAX, MAY_WRITE, too_large
from producers.intake.door import Door
from producers.intake.shown import LiveEvents, Me, ShownLiveEvent, shown
from producers.intake.stream import STREAMS_MAX, frames
from producers.intake.view import Known
from schemas.envelope import Actor
from schemas.errors import Refused, Unavailable
from schemas.submission import IntakeReceipt, SubmissionRequest
from streams.auth import Tokens, bearer, require
from streams.clock import Clock
from streams.views import View
from streams.web.sse import event_stream

DEVICE = re.compile(r"[A-Za-z0-9_-]{1,64}")
NOT_READY_S = 1.0  # a view over a day's topics is rebuilt within a second or two

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "urn:scrubcast: and a stable word for programs"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "what is wrong and what to do; never what was sent"},
    },
}
WORDS = {
    400: "not JSON",
    401: "no token, or one that is not known",
    403: "a role that may not do this",
    404: "no such live event, or no such update in it to correct",
    409: "outside its window, or another update came under this id",
    413: "too large or too long",
    415: "not application/json",
    422: "not understood",
    429: "too fast; see Retry-After",
    503: "not stored; keep the update and try again after Retry-After seconds",
}


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    content = {"application/problem+json": {"schema": PROBLEM}}
    return {status: {"description": WORDS[status], "content": content} for status in statuses}


def _signed_in(request: Request, tokens: Tokens) -> Actor:
    return require(tokens.actor(bearer(request.headers.get("authorization"))), *MAY_WRITE)


def _device(request: Request) -> str | None:
    device = request.headers.get("scrubcast-device")
    if device is not None and not DEVICE.fullmatch(device):
        raise Refused("Scrubcast-Device has to be 1 to 64 letters, digits, - or _.", code="bad-device")
    return device


async def _body(request: Request) -> bytes:
    """At most BODY_MAX bytes: reading stops there, whatever the length header said."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refused("The body has to be application/json.", code="not-json", status=415)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MAX:
            too_large()
    return bytes(body)


def router(
    door: Door, known: Known, view: View, tokens: Tokens, clock: Clock, *, page_url: str, start: str
) -> APIRouter:
    api = APIRouter(prefix="/api/v1")
    open_streams = 0

    def caught_up() -> None:
        if not view.is_ready:
            raise Unavailable("Intake is still reading what came before. Keep the update.", retry_after_s=NOT_READY_S)

    def the_live_event(live_event_id: str) -> ShownLiveEvent:
        found = known.live_events.get(live_event_id)
        if found is None:
            raise Refused(
                "There is no such live event here. Choose one from the list.", code="unknown-live-event", status=404
            )
        return shown(found, page_url)

    @api.get("/me", responses=_problems(401, 403), summary="Whom the token belongs to")
    async def me(request: Request) -> Me:
        actor = _signed_in(request, tokens)
        return Me(role=actor.role, name=actor.name)

    @api.get(
        "/live-events",
        responses=_problems(401, 403, 503),
        summary="Live events that are open",
    )
    async def live_events(request: Request) -> LiveEvents:
        _signed_in(request, tokens)
        caught_up()
        found = [e for e in known.live_events.values() if e.state == "open"]
        found.sort(key=lambda e: (e.plan.window.opens, e.live_event_id))
        return LiveEvents(items=tuple(shown(e, page_url) for e in found))

    @api.get(
        "/live-events/{live_event_id}",
        responses=_problems(401, 403, 404, 503),
        summary="One live event, open or closed",
    )
    async def live_event(request: Request, live_event_id: str) -> ShownLiveEvent:
        _signed_in(request, tokens)
        caught_up()
        return the_live_event(live_event_id)

    @api.post(
        "/live-events/{live_event_id}/updates",
        status_code=202,
        response_model=IntakeReceipt,
        responses=_problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
        summary="Send a sealed update; the same id and bytes again give the same receipt",
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": SubmissionRequest.model_json_schema()}},
            },
            "parameters": [
                {
                    "in": "header",
                    "name": "Scrubcast-Device",
                    "schema": {"type": "string", "pattern": f"^{DEVICE.pattern}$"},
                }
            ],
        },
    )
    async def submit(request: Request, live_event_id: str) -> Response:
        actor, device = _signed_in(request, tokens), _device(request)
        body = await _body(request)
        caught_up()
        receipt = await door.take(
            body,
            live_event_id=live_event_id,
            actor=actor,
            device=device,
            now=clock.now(),
            at_s=clock.monotonic(),
        )
        return JSONResponse(receipt.model_dump(mode="json"), 202)

    @api.get(
        "/live-events/{live_event_id}/updates/stream",
        responses={
            200: {"description": "states of updates", "content": {"text/event-stream": {}}},
            **_problems(401, 403, 404, 503),
        },
        response_class=StreamingResponse,
        summary="States of all updates, then each change (server-sent events, resumed by Last-Event-ID)",
    )
    async def stream(request: Request, live_event_id: str) -> Response:
        _signed_in(request, tokens)
        caught_up()
        the_live_event(live_event_id)
        nonlocal open_streams
        if open_streams >= STREAMS_MAX:
            raise Unavailable("Too many tablets listen already. Try again.", retry_after_s=NOT_READY_S)
        last_id = request.headers.get("last-event-id")

        async def counted() -> Any:
            nonlocal open_streams
            open_streams += 1
            try:
                async for frame in frames(known, view, live_event_id, start=start, last_id=last_id):
                    yield frame
            finally:
                open_streams -= 1

        return event_stream(counted())

    return api

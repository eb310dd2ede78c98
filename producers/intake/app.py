"""Puts intake together: one view, one door, the routes, the reporter's page and the two questions of a supervisor."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import structlog
from fastapi import FastAPI
from starlette.responses import JSONResponse, Response

from producers.intake.door import Door
from producers.intake.enrol import Enrolling, SigningIn, enrolment_router
from producers.intake.gate import Gate
from producers.intake.pages import add_pages
from producers.intake.routes import router
from producers.intake.sessions import Sessions
from producers.intake.undo import Undoing
from producers.intake.view import TOPIC_NAMES, Known
from schemas.errors import Unavailable
from streams.auth import Tokens
from streams.bus import Bus
from streams.clock import Clock
from streams.rates import Rates
from streams.views import View
from streams.web import install
from streams.web.denials import SecurityLog

log = structlog.get_logger("intake")


def create_app(
    bus: Bus,
    tokens: Tokens,
    clock: Clock,
    *,
    updates_per_minute: int = 30,
    page_url: str = "",
    ack_timeout_s: float = 5.0,
    has_room: Callable[[], bool] = lambda: True,
    session_key: bytes | None = None,
    pin_key: bytes = b"",
    enrolled_only: bool = False,
    installation: str = "scrubcast",
) -> FastAPI:
    """The app of the intake origin. Its lifespan runs the view; until that has caught up, intake answers 503.

    `updates_per_minute` counts for each device, `ack_timeout_s` is how long a tablet waits for Kafka before it is told
    to keep the update and come back. `has_room` says whether the disk that Kafka writes to can take more: acceptance
    stops before the broker does, so that what was accepted still goes its way.

    `session_key` signs the tokens of people on tablets, and is one for all processes (none: sessions end with this
    process); `pin_key` is the one their PINs were made with. `enrolled_only`: a role's token is taken from enrolled
    tablets alone. `installation`: what a tablet is told it was enrolled at.
    """
    known = Known()
    view = View(bus, TOPIC_NAMES, known.apply)
    door = Door(bus, known, Rates(updates_per_minute), ack_timeout_s=ack_timeout_s, has_room=has_room)
    sessions = Sessions(session_key or secrets.token_bytes(32))
    gate = Gate(known, view, tokens, sessions, clock, enrolled_only=enrolled_only)
    undoing = Undoing(bus, known, door, ack_timeout_s=ack_timeout_s)
    enrolling = Enrolling(bus, known, view, ack_timeout_s=ack_timeout_s)
    security = SecurityLog(clock)
    signing_in = SigningIn(known, sessions, clock, security, pepper=pin_key)
    reading: list[asyncio.Task[None]] = []

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        reading.append(asyncio.create_task(_keep_reading(view, clock)))
        try:
            yield
        finally:
            await door.close()
            reading[0].cancel()
            with suppress(asyncio.CancelledError):
                await reading[0]

    app = FastAPI(
        title="scrubcast intake",
        version="1",
        description="Takes sealed updates in and tells what became of them.",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    install(app, trusted_types="lit-html scrubcast")  # Lit's own, and the worker's address
    app.include_router(
        router(door, undoing, gate, known, view, clock=clock, page_url=page_url, start=f"{clock.now():%y%m%d%H%M%S%f}")
    )
    app.include_router(enrolment_router(gate, enrolling, signing_in, sessions, clock=clock, installation=installation))

    @app.get("/healthz", summary="Whether this process does its work")
    async def healthz() -> Response:
        alive = bool(reading) and not reading[0].done()
        return JSONResponse({"status": "ok" if alive else "the view has ended"}, 200 if alive else 503)

    @app.get("/readyz", summary="Whether it has caught up and takes updates")
    async def readyz() -> Response:
        ready = view.is_ready and not reading[0].done()
        return JSONResponse({"status": "ready" if ready else "catching up"}, 200 if ready else 503)

    app.state.security = security
    add_pages(app)
    return app


async def _keep_reading(view: View, clock: Clock) -> None:
    """The view, begun again after each outage: a replay changes nothing."""
    while True:
        try:
            await view.run()
        except Unavailable as error:
            log.warning("the view waits for the broker", retry_after_s=error.retry_after_s)
            await clock.sleep(error.retry_after_s)

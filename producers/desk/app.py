"""The desk as an ASGI app: views that follow the topics, the HTTP interface, the pages."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from producers.desk import (
    api,
    correction_routes,
    enrolling_routes,
    guidance_routes,
    keeping_routes,
    pages,
    passkey_routes,
    people_routes,
    preparing_routes,
    rehearsal_routes,
    staff_routes,
)
from producers.desk.attesting import Attesting
from producers.desk.beyond_reach import Times
from producers.desk.body_limit import BodyLimit
from producers.desk.challenges import Challenges
from producers.desk.closing_root import ClosingRoot, RootOf
from producers.desk.correcting import Correcting
from producers.desk.counting import Counting
from producers.desk.deciding import Deciding, Screen
from producers.desk.desk import Desk
from producers.desk.enrolled_first import EnrolledFirst
from producers.desk.enrolling import Enrolling
from producers.desk.gate import Gate, RenewCookie
from producers.desk.going_out import Compose
from producers.desk.held_copies import HeldCopies
from producers.desk.holding import Holding
from producers.desk.keeping import Forget, Keeping
from producers.desk.limits import Limits
from producers.desk.looks import LooksTakeTurns
from producers.desk.messages import Messages
from producers.desk.news import News
from producers.desk.opening import NotReady, Opening, PolicyOf
from producers.desk.people import People
from producers.desk.preparing import Preparing
from producers.desk.preparing_site import Site
from producers.desk.presences import Presences
from producers.desk.projection import TOPICS, Projection
from producers.desk.reach import Reach
from producers.desk.rehearsing import Rehearsing
from producers.desk.relying import RelyingParty
from producers.desk.sessions import Sessions
from producers.desk.settling import Settling
from producers.desk.steering import Steering
from producers.desk.tend import tend
from schemas.errors import Unavailable
from schemas.policy import Policy
from schemas.topics import ENROLMENTS, MESSAGES, PREPARATIONS, RETENTIONS
from streams import web
from streams.accounts import CheckAccount
from streams.auth import Tokens
from streams.bus import Bus, Message
from streams.clock import Clock
from streams.readiness import HasCredentials
from streams.vault import Vault
from streams.views import View
from streams.web.denials import SecurityLog
from streams.web.problems import problem

STATIC = Path(__file__).parent / "static"
DAY_S = 86_400.0

Beside = Callable[[FastAPI, Gate], None]
"""Adds pages that are not the desk's to its origin; they let in whom its gate lets in."""

log = structlog.get_logger()


def create_app(
    bus: Bus,
    tokens: Tokens,
    clock: Clock,
    vault: Vault,
    *,
    screen: Screen,
    policy_of: PolicyOf,
    session_key: bytes,
    pin_key: bytes,
    page_url: str,
    intake_url: str,
    known_platforms: frozenset[str],
    policies: Mapping[str, Policy] | None = None,
    has_credentials: HasCredentials | None = None,
    check_account: CheckAccount | None = None,
    forget: Forget = lambda: None,
    times: Times = Times(),  # noqa: B008  # frozen
    held: Path | None = None,
    relying: RelyingParty = RelyingParty(),  # noqa: B008  # frozen
    passkeys_only: bool = False,
    house: str = "scrubcast",
    beside: Beside | None = None,
    compose: Compose | None = None,
    root_of: RootOf | None = None,
) -> FastAPI:
    """The whole desk. `screen` screens an edited text again, `policy_of` names the policy an event binds to.

    `pin_key` makes PINs worthless to who has the topic alone; `intake_url` is where tablets open the app.
    `relying`: as which site passkeys know this desk; `passkeys_only`: no role's token approves by itself.
    `held`: the folder for copies of what a legal hold keeps; None makes none.
    `check_account` asks an account of another platform whether it may be posted to; None where that cannot be asked.
    `compose` makes posts of a text as the poster does; without it what waits is shown as it was approved.
    """
    projection = Projection()

    def apply(message: Message) -> None:
        if message.topic == MESSAGES.name:
            messages.apply(message)
        elif message.topic == PREPARATIONS.name:
            preparing.apply(message)
        elif message.topic == RETENTIONS.name:
            keeping.apply(message)
        else:
            projection.apply(message)

    view = View(bus, (*TOPICS, MESSAGES.name, PREPARATIONS.name, RETENTIONS.name), apply)
    # On its own, for it is read long before the others are: whoever may stop can do so from then on.
    enrolled = View(bus, (ENROLMENTS.name,), lambda message: enrolling.apply(message))  # noqa: PLW0108  # made below
    reach = Reach(bus, clock, vault, projection, view, HeldCopies(held) if held else None)
    limits = Limits(clock)
    check = limits.noting(check_account)
    opening = Opening(reach, policy_of, known_platforms, policies, has_credentials=has_credentials, check_account=check)
    if root_of is not None:
        opening.closing_root = ClosingRoot(reach, screen, root_of, policy_of)
    counting = Counting(bus, clock)
    keeping = Keeping(reach, forget, times)
    deciding, steering, settling = Deciding(reach, screen), Steering(reach, opening, keeping), Settling(reach)
    messages, presences = Messages(reach), Presences(clock)
    desk = Desk(
        reach, deciding, Correcting(reach, deciding), opening, steering, settling, counting, messages, presences,
        Holding(reach), limits, keeping, compose,
    )  # fmt: skip
    enrolling = Enrolling(bus, clock, enrolled, pin_key)
    security = SecurityLog(clock)
    sessions = Sessions(tokens, session_key, enrolling.known)
    gate = Gate(tokens, sessions, clock, lambda: enrolled.is_ready, security)
    people = People(enrolling, sessions, Challenges(session_key, secrets.token_bytes), house)
    attesting = Attesting(gate, people, relying, session_key, insists=passkeys_only)
    news = News(projection, view, clock, messages, presences)
    preparing = Preparing(reach, opening, enrolling.known, presences.here)
    opening.checks_of = preparing.checks_of
    site = Site(preparing, gate, presences, attesting)
    rehearsing = Rehearsing(reach, opening, preparing)

    tasks: list[asyncio.Task[None]] = []

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        following = (_follow(enrolled, clock), _follow(view, clock))
        going = (*following, news.run(), news.run_present(), tend(desk, clock))
        tasks.extend(asyncio.create_task(one) for one in going)
        aside = asyncio.create_task(counting.run())  # not among the tasks: the desk is well without it
        try:
            yield
        finally:
            await rehearsing.close()
            for task in (*tasks, aside):
                task.cancel()
            await asyncio.gather(*tasks, aside, return_exceptions=True)
            tasks.clear()

    app = FastAPI(title="scrubcast desk", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.security = security
    app.add_middleware(EnrolledFirst, known=enrolled)
    app.add_middleware(BodyLimit)
    app.add_middleware(RenewCookie)
    app.add_middleware(LooksTakeTurns)
    web.install(app)
    app.add_exception_handler(NotReady, _not_ready)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.mount("/desk/static", StaticFiles(directory=STATIC), name="desk-static")
    app.include_router(api.routes(desk, gate, news, attesting))
    app.include_router(correction_routes.for_programs(desk, gate))
    app.include_router(keeping_routes.routes(desk, gate, people))
    app.include_router(enrolling_routes.for_programs(enrolling, gate, intake_url))
    app.include_router(people_routes.for_programs(people, gate, relying))
    # Before the pages of live events, whose address begins as these do.
    app.include_router(staff_routes.routes(site, people.add), include_in_schema=False)
    app.include_router(preparing_routes.routes(site), include_in_schema=False)
    app.include_router(guidance_routes.routes(gate), include_in_schema=False)
    app.include_router(rehearsal_routes.routes(rehearsing, gate), include_in_schema=False)
    app.include_router(enrolling_routes.for_people(enrolling, gate, intake_url), include_in_schema=False)
    pages_of_people = people_routes.for_people(people, desk, gate, relying, preparing.titles)
    app.include_router(pages_of_people, include_in_schema=False)
    app.include_router(passkey_routes.routes(desk, attesting), include_in_schema=False)
    pages.add(app, desk, gate, attesting, page_url=page_url)
    if beside is not None:
        beside(app, gate)

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> dict[str, str]:
        if any(task.done() for task in tasks):  # a desk that no longer follows the topics shows the past
            raise Unavailable("A part of the desk has ended; it has to be started again.")
        return {"status": "ok"}

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> dict[str, str]:
        if not (view.is_ready and enrolled.is_ready):
            raise Unavailable("The desk still reads what was there before.")
        await bus.ping()
        return {"status": "ready"}

    return app


def _invalid(_: Request, error: Exception) -> Response:
    """Which fields are wrong and how. The name of a field we do not know is somebody's own text, so it is not said."""
    assert isinstance(error, RequestValidationError)
    places = (_place(e) for e in error.errors()[:8])
    return problem(422, "invalid", f"These fields are wrong: {'; '.join(places)}.")


def _place(error: dict[str, Any]) -> str:
    if error["type"] == "extra_forbidden":
        return "a field of another name than expected"
    loc = ".".join(str(part) for part in error["loc"] if part != "body" and isinstance(part, str))
    return f"{loc}: {error['type']}"


async def _follow(view: View, clock: Clock) -> None:
    """Follows the topics; when the broker was away for too long, from their beginning again, which changes nothing."""
    while True:
        try:
            await view.run()
        except Unavailable as error:
            log.warning("following-waits", reason="broker-away")
            await clock.sleep(error.retry_after_s)


def _not_ready(_: Request, error: Exception) -> Response:
    """The usual problem, with each gap as an item of its own for programs that list them."""
    assert isinstance(error, NotReady)
    body = json.loads(bytes(problem(error.status, error.code, str(error)).body))
    return JSONResponse({**body, "gaps": error.gaps}, error.status, media_type="application/problem+json")

"""The HTTP face of the public threads: which page, feed or stream an address gives, and when it is ready to."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import structlog
from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from consumers.page.answers import Answers, Assets, Made, give, made, stamped
from consumers.page.present import Presenter, public_thread
from consumers.page.stream import RETRY_AFTER_S, Live
from consumers.page.threads import TOPIC_NAMES, Threads
from consumers.page.timeline import State, Timeline
from consumers.page.words import LANGUAGES, NAMES, WORDS, Lang, choose
from schemas.errors import Unavailable
from streams.bus import Bus
from streams.clock import Clock
from streams.views import View
from streams.web import STATIC, Templates, install
from streams.web.fanout import HEARTBEAT_S, READERS_MAX, Fanout
from streams.web.problems import problem

HERE = Path(__file__).parent
TICK_S = 1.0  # how late the page may say that a window has opened or ended
ORDER: dict[State, int] = {"live": 0, "held": 1, "planned": 2, "closed": 3}

_log = structlog.get_logger()


class Site:
    """What all routes share: the threads, their view, and the answers made from them."""

    def __init__(self, bus: Bus, clock: Clock, readers_max: int, heartbeat_s: float) -> None:
        self.clock = clock
        self._bus = bus
        self.threads = Threads()
        self.fanout = Fanout(clock, readers_max=readers_max, heartbeat_s=heartbeat_s)
        self._view = View(bus, TOPIC_NAMES, self.threads.apply)
        self.live = Live(self.threads, self.fanout, clock, lambda: self.is_ready)
        self._answers = Answers()
        self._templates = Templates(
            HERE / "templates",
            languages=LANGUAGES,
            language_names=NAMES,
            styles=[
                stamped("/page/style", STATIC / "scrubcast.css"),
                stamped("/page/static", HERE / "static/page.css"),
            ],
            icon_file=stamped("/page/static", HERE / "static/icon.svg"),
            script=stamped("/page/static", HERE / "static/thread.js"),
        )

    @property
    def is_ready(self) -> bool:
        return self._view.is_ready

    async def run(self) -> None:
        """Until cancelled: reads the topics and spreads what is new."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._read())
            group.create_task(self._spread())
            group.create_task(self.fanout.run())

    async def _read(self) -> None:
        # Reading again from the beginning is harmless: the later record of a post wins, and repeats change nothing.
        while True:
            try:
                await self._view.run()
            except Unavailable as error:
                _log.warning("page.broker_away", retry_after_s=error.retry_after_s)
                await self.clock.sleep(error.retry_after_s)

    async def _spread(self) -> None:
        version = 0
        while True:
            version = await self._view.changed(version, TICK_S)
            self.live.spread()
            self.live.tick()

    def thread_page(self, request: Request, live_event_id: str) -> Response:
        timeline = self._public(live_event_id)
        if timeline is None:
            return self.missing(request)
        assert timeline.live_event is not None
        lang = self._lang(request, timeline.live_event.plan.languages)
        state = timeline.state(self.clock.now())
        answer = self._answers.get(
            ("thread", live_event_id, lang), (timeline.version, state), lambda: self._thread(timeline, lang, state)
        )
        return give(request, answer)

    def feed(self, request: Request, live_event_id: str) -> Response:
        timeline = self._public(live_event_id)
        if timeline is None:
            return problem(404, "http-404", "No thread at this address.")
        now = self.clock.now()
        answer = self._answers.get(
            ("feed", live_event_id),
            (timeline.version, timeline.state(now)),
            lambda: made(
                json.dumps(public_thread(timeline, now), ensure_ascii=False, indent=1), media_type="application/json"
            ),
        )
        return give(request, answer)

    def index(self, request: Request) -> Response:
        self._require_ready()
        lang = self._lang(request)
        now = self.clock.now()
        found = [(t, t.state(now)) for t in self.threads.all_public() if not t.is_training]
        state = tuple((id(t), t.version, s) for t, s in found)
        return give(request, self._answers.get(("index", lang), state, lambda: self._index(found, lang)))

    def missing(self, request: Request) -> Response:
        lang = self._lang(request)
        return give(request, made(self._text("missing.html", lang), language=lang, status=404))

    def starting(self, request: Request) -> Response:
        lang = self._lang(request)
        response = give(request, made(self._text("starting.html", lang), language=lang, status=503))
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
        return response

    def _public(self, live_event_id: str) -> Timeline | None:
        self._require_ready()
        return self.threads.public(live_event_id)

    def _require_ready(self) -> None:
        if not self.is_ready:
            raise Unavailable("This page is being prepared.", retry_after_s=RETRY_AFTER_S)

    def _thread(self, timeline: Timeline, lang: Lang, state: State) -> Made:
        presenter = Presenter(timeline, lang)
        text = self._text(
            "thread.html", lang, thread=presenter, state=state, now=self.clock.now(), lines=presenter.lines()
        )
        return made(text, language=lang, status=410 if state == "ended" else 200)

    def _index(self, found: list[tuple[Timeline, State]], lang: Lang) -> Made:
        shown = [(t, s) for t, s in found if s != "ended"]
        # Latest first within a state: sorting is stable.
        shown.sort(key=lambda pair: Presenter(pair[0], lang).plan.window.opens, reverse=True)
        shown.sort(key=lambda pair: ORDER[pair[1]])
        threads = [Presenter(timeline, lang) for timeline, _ in shown]
        return made(self._text("index.html", lang, threads=threads, now=self.clock.now()), language=lang)

    def _text(self, name: str, lang: Lang, **context: Any) -> str:
        return self._templates.text(name, lang=lang, words=WORDS[lang], **context)

    @staticmethod
    def _lang(request: Request, fallback: tuple[str, ...] = ()) -> Lang:
        return choose(request.query_params.get("lang"), request.headers.get("accept-language"), fallback)


def create_app(bus: Bus, clock: Clock, *, readers_max: int = READERS_MAX, heartbeat_s: float = HEARTBEAT_S) -> FastAPI:
    """The whole origin. `app.state.end_streams()` has to be called when the server begins to shut down: it waits for
    open connections, and a stream never ends by itself."""
    site = Site(bus, clock, readers_max, heartbeat_s)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        running = asyncio.create_task(site.run())
        try:
            yield
        finally:
            site.fanout.end()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    app = FastAPI(title="scrubcast page", version="1", docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.end_streams = site.fanout.end
    install(app, trusted_types="'none'")
    app.mount("/page/style", Assets(directory=STATIC))
    app.mount("/page/static", Assets(directory=HERE / "static"))
    app.router.routes.append(Route("/t/{live_event_id}/stream", site.live))
    _add_routes(app, site)
    _add_errors(app, site)
    _describe_stream(app)
    return app


def _add_routes(app: FastAPI, site: Site) -> None:
    @app.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
    async def index(request: Request) -> Response:
        return site.index(request)

    @app.api_route("/t/{live_event_id}", methods=["GET", "HEAD"], include_in_schema=False)
    async def thread(request: Request, live_event_id: str) -> Response:
        return site.thread_page(request, live_event_id)

    @app.get("/api/v1/live-events/{live_event_id}/thread", summary="The public thread, oldest post first")
    async def feed(request: Request, live_event_id: str) -> Response:
        return site.feed(request, live_event_id)

    @app.get("/healthz", summary="Whether the process answers")
    async def healthz() -> Response:
        return PlainTextResponse("ok\n")

    @app.get("/readyz", summary="Whether all that was on the topics has been read, and the broker answers")
    async def readyz() -> Response:
        if not site.is_ready:
            return problem(503, "unavailable", "The topics are still being read.", {"Retry-After": "1"})
        return PlainTextResponse("ready\n")


def _add_errors(app: FastAPI, site: Site) -> None:
    """People get pages, programs get problem+json."""

    async def not_found(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if _reads_pages(request):
            return site.missing(request)
        return problem(404, "http-404", "Nothing at this address.")

    async def unavailable(request: Request, error: Exception) -> Response:
        assert isinstance(error, Unavailable)
        if _reads_pages(request):
            return site.starting(request)
        return problem(503, "unavailable", str(error), {"Retry-After": str(RETRY_AFTER_S)})

    app.add_exception_handler(404, not_found)
    app.add_exception_handler(Unavailable, unavailable)


def _reads_pages(request: Request) -> bool:
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


def _describe_stream(app: FastAPI) -> None:
    """The stream is no FastAPI route (see Live), so its description is added by hand."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        document["paths"]["/t/{live_event_id}/stream"] = {
            "get": {
                "summary": "Posts as they appear (server-sent events `post` and `state`)",
                "parameters": [
                    {"name": "live_event_id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "lang", "in": "query", "schema": {"enum": list(LANGUAGES)}},
                    {"name": "after", "in": "query", "schema": {"type": "integer"}},
                    {"name": "Last-Event-ID", "in": "header", "schema": {"type": "integer"}},
                ],
                "responses": {
                    "200": {
                        "description": "What changed after that place, then what is new",
                        "content": {"text/event-stream": {}},
                    },
                    "404": {"description": "No such thread"},
                    "503": {"description": "All places for live readers are taken"},
                },
            }
        }
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend the document

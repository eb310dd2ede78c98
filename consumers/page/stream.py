"""The live part of a thread: which frames a reader gets when it comes, and what goes to all when something changed."""

from collections.abc import Callable
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from consumers.page.present import Presenter, frames
from consumers.page.threads import Threads
from consumers.page.words import LANGUAGES, Lang, choose
from schemas.errors import Unavailable
from streams.clock import Clock
from streams.web.fanout import Fanout
from streams.web.problems import problem

RETRY_AFTER_S = 20
# A restarted page gets its readers back spread over this time, not all in one moment.
COME_BACK_FIRST_MS, COME_BACK_SPREAD_MS = 1_000, 3_000
GREETINGS_MAX = 500  # kept greetings: readers come in waves, and those of a wave ask for the same place
ID_DIGITS_MAX = 18  # of an offset; more is none of ours


class Live:
    """An ASGI endpoint of its own: what a reader costs is decided here, not in the layers of a response object."""

    def __init__(self, threads: Threads, fanout: Fanout, clock: Clock, ready: Callable[[], bool]) -> None:
        self._threads = threads
        self._fanout = fanout
        self._clock = clock
        self._ready = ready
        self._reached: dict[str, int] = {}
        self._states: dict[str, str] = {}
        self._greetings: dict[tuple[str, Lang, int], bytes] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await problem(405, "http-405", "Method not allowed.", {"Allow": "GET"})(scope, receive, send)
            return
        if not self._ready():
            await self._later("unavailable", "This page is being prepared.")(scope, receive, send)
            return
        live_event_id = scope["path_params"]["live_event_id"]
        if self._threads.public(live_event_id) is None:
            await problem(404, "http-404", "No thread at this address.")(scope, receive, send)
            return
        lang, after = _asked(scope)
        spread = COME_BACK_FIRST_MS + (scope.get("client") or ("", 0))[1] * 7 % COME_BACK_SPREAD_MS
        retry = f"retry: {spread}\n\n".encode()
        try:
            await self._fanout.serve(
                (live_event_id, lang), lambda: retry + self._greeting(live_event_id, lang, after), receive, send
            )
        except Unavailable as error:
            await self._later("full", f"{error} The page itself can be read.")(scope, receive, send)

    def spread(self) -> None:
        """Sends on what changed since the last call."""
        for live_event_id in self._threads.take_changed():
            self._tell(live_event_id)

    def tick(self) -> None:
        """A window that opens or ends changes how things stand without any record."""
        now = self._clock.now()
        for timeline in self._threads.all_public():
            assert timeline.live_event is not None
            live_event_id = timeline.live_event.plan.id
            if self._states.get(live_event_id) != timeline.state(now):
                self._tell(live_event_id)

    def _tell(self, live_event_id: str) -> None:
        self._greetings = {key: value for key, value in self._greetings.items() if key[0] != live_event_id}
        timeline = self._threads.public(live_event_id)
        if timeline is None:
            return
        now = self._clock.now()
        self._states[live_event_id] = timeline.state(now)
        changed = timeline.since(self._reached.get(live_event_id, -1))
        self._reached[live_event_id] = timeline.head
        # What a control took back has no new record of its own yet; these are few, and repeats are harmless.
        entries = tuple(dict.fromkeys((*timeline.taken_back(), *changed)))
        for lang in LANGUAGES:
            if self._fanout.has_readers((live_event_id, lang)):
                self._fanout.publish((live_event_id, lang), frames(Presenter(timeline, lang), entries, now))

    def _greeting(self, live_event_id: str, lang: Lang, after: int) -> bytes:
        key = (live_event_id, lang, after)
        if key not in self._greetings:
            timeline = self._threads.public(live_event_id)
            if timeline is None:
                return b""
            if len(self._greetings) >= GREETINGS_MAX:
                self._greetings.clear()
            missed = timeline.since(after)
            self._greetings[key] = frames(Presenter(timeline, lang), missed, self._clock.now())
        return self._greetings[key]

    @staticmethod
    def _later(code: str, detail: str) -> Response:
        return problem(503, code, detail, {"Retry-After": str(RETRY_AFTER_S)})


def _asked(scope: Scope) -> tuple[Lang, int]:
    """The language and the place to go on after: the header of a reader that came back counts before the address."""
    headers = dict(scope["headers"])
    query = parse_qs(scope["query_string"].decode("latin-1")[:200])
    after = headers.get(b"last-event-id", b"").decode("latin-1") or query.get("after", [""])[0]
    lang = choose(query.get("lang", [None])[0], headers.get(b"accept-language", b"").decode("latin-1"))
    return lang, int(after) if after.isascii() and after.isdigit() and len(after) <= ID_DIGITS_MAX else -1

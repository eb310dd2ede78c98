"""Who is let in: finds the person behind a request, keeps cookies fresh, turns requests of other sites away.

A role's token stands for every live event, a person for those their record names: any address with a `live_event_id`
in it is theirs or refused, and lists ask sees().
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from producers.desk.sessions import ABSOLUTE, Session, Sessions
from producers.desk.tries import Tries
from schemas.envelope import Actor, Role
from schemas.errors import Refused, Unavailable
from streams import auth
from streams.auth import Tokens
from streams.clock import Clock
from streams.enrolments import names_event
from streams.web import origin
from streams.web.denials import SecurityLog

COOKIE = "scrubcast-desk"
LANG_COOKIE = "scrubcast-lang"
# Our script says so when it looks for news while nobody touches the page: watching alone keeps no session open.
BACKGROUND = "scrubcast-background"


@dataclass
class Gate:
    """For API and pages alike: a bearer token first, a cookie otherwise."""

    tokens: Tokens
    sessions: Sessions
    clock: Clock
    is_ready: Callable[[], bool] = lambda: True  # whether it is known who is enrolled
    security: SecurityLog | None = None
    tries: Tries = field(init=False)

    def __post_init__(self) -> None:
        self.tries = Tries(self.clock, self.security)

    def actor(self, request: Request, *, idle_too: bool = False) -> Actor:
        """Raises Refused: 401 without a token or session, 403 for a request another site had a browser make, or for a
        live event that this person's record does not name."""
        header = request.headers.get("authorization")
        if header is not None:
            request.state.actor = self.tokens.actor(auth.bearer(header))
            return auth.require(request.state.actor, *_ANY)
        origin.check(request)
        session = self.session(request)
        now = self.clock.now()
        if session is None or (session.is_idle(now) and not idle_too):
            raise Refused("Sign in first.", code="not-signed-in", status=401)
        if not session.is_idle(now) and session.is_worn(now) and BACKGROUND not in request.headers:
            request.state.renewed = self.sessions.renewed(session, now)
        request.state.session, request.state.actor = session, session.actor
        if (live_event_id := request.path_params.get("live_event_id")) is not None:
            self.check_event(request, live_event_id)
        return session.actor

    def session(self, request: Request) -> Session | None:
        """Raises Unavailable for a person's while it is not known yet who is enrolled."""
        cookie = request.cookies.get(cookie_name(request.url.scheme))
        if cookie is None:
            return None
        if self.sessions.is_of_person(cookie) and not self.is_ready():
            raise Unavailable("The desk still reads what was there before. Try again.")
        return self.sessions.read(cookie, self.clock.now())

    def current(self, request: Request) -> Session | None:
        """The session that actor() found; None for a program's bearer token."""
        found: Session | None = getattr(request.state, "session", None)
        return found

    def sees(self, request: Request, live_event_id: str) -> bool:
        """Whether whoever actor() found has a right for this event at all."""
        session = self.current(request)
        return session is None or session.person is None or names_event(session.person, live_event_id)

    def check_event(self, request: Request, live_event_id: str) -> None:
        """Raises Refused (403 other-event). For ids that stand in a body; those in an address are looked at already."""
        if not self.sees(request, live_event_id):
            raise Refused("You are not named for this live event. Ask its director.", code="other-event", status=403)

    def still_counts(self, request: Request) -> bool:
        """Whether one who listens may go on: not once they were removed, signed out, or named for it no more."""
        session = self.current(request)
        if session is None:
            return True
        cookie = request.cookies.get(cookie_name(request.url.scheme), "")
        found = self.sessions.read(cookie, self.clock.now())
        live_event_id = request.path_params.get("live_event_id", "")
        return found is not None and (found.person is None or names_event(found.person, live_event_id))

    async def while_counted(self, request: Request, frames: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The frames of an event stream, up to the first that nobody may see any more."""
        async for frame in frames:
            if not self.still_counts(request):
                return
            yield frame


_ANY = tuple(Role)


def cookie_name(scheme: str) -> str:
    """`__Host-` binds the cookie to this very host; browsers take that prefix over https only."""
    return f"__Host-{COOKIE}" if scheme == "https" else COOKIE


def set_cookie(scheme: str, value: str, *, max_age_s: int = int(ABSOLUTE.total_seconds())) -> str:
    secure = "; Secure" if scheme == "https" else ""
    return f"{cookie_name(scheme)}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Strict{secure}"


class RenewCookie:
    """Sends the renewed cookie with whatever answer the request got. Plain ASGI, for event streams pass through it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_cookie(message: Message) -> None:
            renewed = scope.get("state", {}).get("renewed")
            if message["type"] == "http.response.start" and renewed is not None:
                MutableHeaders(scope=message).append("Set-Cookie", set_cookie(scope["scheme"], renewed))
            await send(message)

        await self._app(scope, receive, with_cookie)

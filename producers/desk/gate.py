"""Who is let in: finds the person behind a request, keeps cookies fresh, turns requests of other sites away."""

from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from producers.desk.sessions import ABSOLUTE, Session, Sessions
from schemas.envelope import Actor, Role
from schemas.errors import Refused
from streams import auth
from streams.auth import Tokens
from streams.clock import Clock
from streams.web import origin

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

    def actor(self, request: Request, *, idle_too: bool = False) -> Actor:
        """Raises Refused: 401 without a token or session, 403 for a request another site had a browser make."""
        header = request.headers.get("authorization")
        if header is not None:
            return auth.require(self.tokens.actor(auth.bearer(header)), *_ANY)
        origin.check(request)
        session = self.session(request)
        now = self.clock.now()
        if session is None or (session.is_idle(now) and not idle_too):
            raise Refused("Sign in first.", code="not-signed-in", status=401)
        if not session.is_idle(now) and session.is_worn(now) and BACKGROUND not in request.headers:
            request.state.renewed = self.sessions.renewed(session, now)
        return session.actor

    def session(self, request: Request) -> Session | None:
        cookie = request.cookies.get(cookie_name(request.url.scheme))
        return None if cookie is None else self.sessions.read(cookie, self.clock.now())


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

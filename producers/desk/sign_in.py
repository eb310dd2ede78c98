"""Signing in with a role's key or, by its script, with a passkey; signing out, and the language of this device."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from producers.desk.desk import MAY_WATCH
from producers.desk.gate import LANG_COOKIE, Gate, set_cookie
from producers.desk.presences import Presences
from producers.desk.relying import RelyingParty
from producers.desk.visit import LANG_COOKIE_S, render, safe_path, to
from schemas.envelope import Role
from schemas.errors import Refused, Unavailable
from streams.web import origin


def routes(gate: Gate, relying: RelyingParty, presences: Presences) -> APIRouter:
    router = APIRouter(prefix="/desk", include_in_schema=False)

    @router.get("/sign-in")
    async def form(request: Request, next: str = "/desk") -> Response:  # noqa: A002  # the word in the address
        return _form(request, relying, safe_path(next))

    @router.get("/enter")
    async def form_filled_by_script(request: Request) -> Response:
        return _form(request, relying, "/desk")

    @router.post("/sign-in")
    async def sign_in(
        request: Request,
        token: Annotated[str, Form(max_length=200)],
        next: Annotated[str, Form(max_length=400)] = "/desk",  # noqa: A002  # as above
    ) -> Response:
        origin.check(request)
        try:
            with gate.tries.one(request, "key") as made:
                role, cookie = _by_key(gate, token.strip())
                made.right(role)
        except Refused as refused:
            return to("/desk/sign-in", refused.code)
        leave(request, gate, presences)
        answer = to(safe_path(next))
        answer.headers.append("Set-Cookie", set_cookie(request.url.scheme, cookie))
        return answer

    @router.post("/sign-out")
    async def sign_out(request: Request) -> RedirectResponse:
        origin.check(request)
        leave(request, gate, presences)
        answer = to("/desk/sign-in")
        answer.headers.append("Set-Cookie", set_cookie(request.url.scheme, "", max_age_s=0))
        if (session := gate.session(request)) is not None:
            gate.sessions.end(session)
        # Not cookies: that would take those of every name below this domain, the other origins' among them.
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    @router.post("/language")
    async def choose(
        request: Request,
        lang: Annotated[Literal["en", "de", "nl"], Form()],
        back: Annotated[str, Form(max_length=400)] = "/desk",
    ) -> RedirectResponse:
        origin.check(request)
        answer = to(safe_path(back))
        secure = "; Secure" if request.url.scheme == "https" else ""
        cookie = f"{LANG_COOKIE}={lang}; Path=/; Max-Age={LANG_COOKIE_S}; HttpOnly; SameSite=Lax{secure}"
        answer.headers.append("Set-Cookie", cookie)
        return answer

    return router


def _by_key(gate: Gate, token: str) -> tuple[Role, str]:
    """The role that this key is of, and a cookie for it. Raises Refused, which the form says in words."""
    actor, cookie = gate.tokens.actor(token), gate.sessions.begin(token, gate.clock.now())
    if actor is None or cookie is None:
        raise Refused("This key is not known here.", code="unknown-token", status=401)
    if actor.role not in MAY_WATCH:
        raise Refused("This key belongs to a role that has no desk.", code="no-desk-role", status=403)
    return actor.role, cookie


def leave(request: Request, gate: Gate, presences: Presences) -> None:
    """Whoever this browser was signed in as until now is here no more."""
    try:
        before = gate.session(request)
    except Unavailable:
        return  # nobody is seen by a desk that still reads who is enrolled
    if before is not None:
        presences.left(before.actor)


def _form(request: Request, relying: RelyingParty, path: str) -> Response:
    works = relying.of(request) is not None
    return render(request, "sign_in.html", next=path, works=works, elsewhere=relying.elsewhere(request))

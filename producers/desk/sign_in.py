"""Signing in with a role's key or, by its script, with a passkey; signing out, and the language of this device."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from producers.desk.desk import MAY_WATCH
from producers.desk.gate import LANG_COOKIE, Gate, set_cookie
from producers.desk.relying import RelyingParty
from producers.desk.visit import LANG_COOKIE_S, render, safe_path, to
from streams.web import origin


def routes(gate: Gate, relying: RelyingParty) -> APIRouter:
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
        token = token.strip()
        actor = gate.tokens.actor(token)
        cookie = gate.sessions.begin(token, gate.clock.now())
        if actor is None or cookie is None:
            return to("/desk/sign-in", "unknown-token")
        if actor.role not in MAY_WATCH:
            return to("/desk/sign-in", "no-desk-role")
        answer = to(safe_path(next))
        answer.headers.append("Set-Cookie", set_cookie(request.url.scheme, cookie))
        return answer

    @router.post("/sign-out")
    async def sign_out(request: Request) -> RedirectResponse:
        origin.check(request)
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


def _form(request: Request, relying: RelyingParty, path: str) -> Response:
    works = relying.of(request) is not None
    return render(request, "sign_in.html", next=path, works=works, elsewhere=relying.elsewhere(request))

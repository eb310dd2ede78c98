"""Errors on pages are pages: one sentence and a way back. The HTTP interface keeps its problem answers."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from producers.desk import words
from producers.desk.gate import BACKGROUND
from producers.desk.phrases import translate
from producers.desk.visit import is_page, language, render, safe_path
from schemas.errors import Refused, Unavailable
from streams.rates import TooFast
from streams.web.denials import denied
from streams.web.problems import problem

Handler = Callable[[Request, Exception], Response | Awaitable[Response]]
NOT_FOUND = 404
_KINDS = (Refused, Unavailable, RequestValidationError, HTTPException)


def add_error_pages(app: FastAPI) -> None:
    """Wraps the handlers that are there: they still answer everything that is no page."""
    for kind in _KINDS:
        app.add_exception_handler(kind, _for_pages(app.exception_handlers[kind]))


def _for_pages(otherwise: Handler) -> Handler:
    def handle(request: Request, error: Exception) -> Response | Awaitable[Response]:
        path = request.url.path
        if not is_page(path):
            return otherwise(request, error)
        if isinstance(error, Refused):
            denied(request, error)
        if "application/json" in request.headers.get("accept", ""):  # a script of ours asks
            code, status = _code(error)
            lang = language(request)
            said = words.said(code, lang) or translate("Nothing was changed.", lang)
            return problem(status, code, said, _when(error))
        return _page(request, error)

    return handle


def _page(request: Request, error: Exception) -> Response:
    lang = language(request)
    if isinstance(error, Refused) and error.status == 401 and BACKGROUND not in request.headers:
        return RedirectResponse(f"/desk/sign-in?{urlencode({'next': _back(request, 401)})}", 303)
    code, status = _code(error)
    if status == NOT_FOUND:
        heading, sentence = translate("This is not here", lang), translate("Nothing was changed.", lang)
    else:
        heading = translate("Something was wrong with this page", lang)
        sentence = words.said(code, lang) or translate("Nothing was changed.", lang)
    page = render(request, "error.html", status, heading=heading, sentence=sentence, back=_back(request, status))
    page.headers.update(_when(error))
    return page


def _when(error: Exception) -> dict[str, str]:
    """When the same request may come again, where that is known."""
    if isinstance(error, Unavailable | TooFast):
        return {"Retry-After": str(max(1, round(error.retry_after_s)))}
    return {}


def _code(error: Exception) -> tuple[str, int]:
    if isinstance(error, Refused):
        return error.code, error.status
    if isinstance(error, Unavailable):
        return "unavailable", 503
    return "invalid", error.status_code if isinstance(error, HTTPException) else 422


def _back(request: Request, status: int) -> str:
    """The page to read after signing in or after an error: the same one, or for a press the desk it was pressed on."""
    path = request.url.path
    if request.method == "GET" and status != NOT_FOUND:
        return safe_path(path)
    if status == NOT_FOUND:
        return "/desk"
    parts = path.split("/")
    return safe_path("/".join(parts[:3]))

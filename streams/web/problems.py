"""Errors as problem+json (RFC 9457) that say what is wrong and what to do, and never echo what was sent."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from schemas.errors import Refused, Unavailable
from streams.rates import TooFast
from streams.web.denials import denied

TITLES = {
    400: "Bad request",
    401: "Sign in first",
    403: "Not allowed",
    404: "Not found",
    405: "Not this way",
    409: "In conflict",
    410: "Gone",
    413: "Too large",
    415: "Not this kind",
    422: "Not understood",
    429: "Too fast",
    500: "Our fault",
    503: "Not available now",
}


def problem(
    status: int,
    code: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    about: Mapping[str, str | int] | None = None,
) -> JSONResponse:
    body = dict(about or {}) | {
        "type": f"urn:scrubcast:{code}",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
    }
    return JSONResponse(body, status, dict(headers or {}), media_type="application/problem+json")


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    denied(request, error)
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    if isinstance(error, TooFast):
        headers["Retry-After"] = str(error.retry_after_s)
    return problem(error.status, error.code, str(error), headers, error.about)


def _unavailable(_: Request, error: Exception) -> Response:
    assert isinstance(error, Unavailable)
    after = {"Retry-After": str(max(1, round(error.retry_after_s)))}
    return problem(503, "unavailable", str(error), after)


def _invalid(_: Request, error: Exception) -> Response:
    # FastAPI's own answer holds the input; ours names the place and the kind of mistake only.
    assert isinstance(error, RequestValidationError)
    places = "; ".join(f"{_place(e)}: {e['type']}" for e in error.errors()[:8])
    return problem(422, "invalid", f"These fields are wrong: {places}.")


def _place(found: Mapping[str, Any]) -> str:
    """Where the mistake is; the name of an unknown field is the sender's own text and is left out."""
    parts = [str(part) for part in found["loc"] if part != "body"]
    if found["type"] == "extra_forbidden":
        parts[-1:] = ["unknown field"]
    return ".".join(parts)


def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = TITLES.get(error.status_code, "Error")
    return problem(error.status_code, f"http-{error.status_code}", f"{title}.", error.headers)


def _unexpected(_: Request, _error: Exception) -> Response:
    return problem(500, "internal", "Something broke on our side. Nothing was changed; try again.")


def add_handlers(app: FastAPI) -> None:
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(Unavailable, _unavailable)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)

"""What the three web origins share: problem answers, security headers, streams of events, icons, the style sheet."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from streams.web.headers import SecurityHeaders
from streams.web.problems import add_handlers
from streams.web.templates import Templates

__all__ = ["Templates", "install"]

STATIC = Path(__file__).parent / "static"


def install(app: FastAPI, *, trusted_types: str | None = None) -> None:
    """Problem answers, security headers and `/static` for one origin."""
    add_handlers(app)
    app.add_middleware(SecurityHeaders, trusted_types=trusted_types)
    app.mount("/static", _Static(directory=STATIC), name="static")


class _Static(StaticFiles):
    """Kept by browsers and asked for again by ETag, so that an upgrade is seen at once."""

    def file_response(self, *args: Any, **options: Any) -> Response:
        answer = super().file_response(*args, **options)
        answer.headers["Cache-Control"] = "no-cache"
        return answer

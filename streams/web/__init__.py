"""What the three web origins share: problem answers, security headers, streams of events, icons, the style sheet."""

from pathlib import Path

from fastapi import FastAPI
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
    app.mount("/static", StaticFiles(directory=STATIC), name="static")

"""Puts the archive's pages together and adds them to the app of the origin that serves them."""

from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.staticfiles import StaticFiles

from consumers.archive.web import entering, front, importing, replaying, reporting, retrying, searching
from consumers.archive.web.pages import AuditPages

STATIC = Path(__file__).parent / "static"

# In this order: an address that is a word (`/audit/search`) before those that begin with a live event's id.
ROUTES: tuple[Callable[[AuditPages], APIRouter], ...] = (
    front.routes,
    searching.routes,
    importing.routes,
    entering.routes,
    reporting.routes,
    replaying.routes,
    retrying.routes,
)


def add(app: FastAPI, pages: AuditPages) -> None:
    app.mount("/audit/static", StaticFiles(directory=STATIC), name="audit-static")
    for routes in ROUTES:
        app.include_router(routes(pages), include_in_schema=False)

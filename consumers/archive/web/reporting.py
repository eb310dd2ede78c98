"""`/audit/{id}/report`, its PDF, and the bundle: made from the log, after the entry that says who took it."""

import asyncio
import tempfile
from collections.abc import Iterator
from typing import BinaryIO, cast

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from consumers.archive import audit, reporting
from consumers.archive.export import export_into
from consumers.archive.facts import Facts
from consumers.archive.web.pages import AuditPages
from consumers.archive.web.phrases import add_phrases
from consumers.archive.web.shelf import Opened

add_phrases({
    "Report": ("Bericht", "Verslag"),
    "Report as PDF": ("Bericht als PDF", "Verslag als PDF"),
    "Bundle": ("Bündel", "Bundel"),
})  # fmt: skip

SPOOLED_MAX = 8_000_000  # bytes of a bundle in memory; a larger one waits on the disk
PIECE = 256 * 1024
AT_ONCE = 1  # a PDF of thousands of posts takes some hundred MB while it is made


def routes(pages: AuditPages) -> APIRouter:
    router, making = APIRouter(prefix="/audit"), asyncio.Semaphore(AT_ONCE)

    @router.get("/report.css")
    async def style(request: Request) -> Response:
        pages.visitor(request)
        return Response(reporting.sheet(), media_type="text/css")

    @router.get("/{live_event_id}/report")
    async def report(request: Request, live_event_id: str) -> Response:
        opened = await _entered(pages, request, live_event_id)
        found = await pages.aside(_facts, pages, opened)
        return HTMLResponse(await pages.aside(reporting.html, found, sheet="/audit/report.css"))

    @router.get("/{live_event_id}/report.pdf")
    async def paper(request: Request, live_event_id: str) -> Response:
        opened = await _entered(pages, request, live_event_id)
        async with making:
            data = await pages.aside(lambda: audit.pdf(_facts(pages, opened)))
        return Response(data, media_type="application/pdf", headers=_named(f"{live_event_id}.pdf"))

    @router.get("/{live_event_id}/bundle.zip")
    async def bundle(request: Request, live_event_id: str) -> Response:
        visitor = pages.visitor(request)
        opened = await pages.aside(pages.shelf.open, live_event_id)
        await pages.enter(visitor.actor, "exported", live_event_id)
        if opened.told is None:
            return pages.render(request, visitor, "damaged.html", id=live_event_id, verdict=opened.verdict)
        async with making:
            made = await pages.aside(_bundle, pages, opened)
        return StreamingResponse(_pieces(made), media_type="application/zip", headers=_named(f"{live_event_id}.zip"))

    return router


async def _entered(pages: AuditPages, request: Request, live_event_id: str) -> Opened:
    visitor = pages.visitor(request)
    opened = await pages.aside(pages.shelf.open, live_event_id)
    await pages.enter(visitor.actor, "reported", live_event_id)
    return opened


def _facts(pages: AuditPages, opened: Opened) -> Facts:
    return reporting.facts_of(opened.reader, opened.verdict, pages.dispose)


def _bundle(pages: AuditPages, opened: Opened) -> BinaryIO:
    out = cast("BinaryIO", tempfile.SpooledTemporaryFile(SPOOLED_MAX))  # noqa: SIM115  # closed once it is sent
    export_into(opened.reader, pages.dispose, out)
    out.seek(0)
    return out


def _pieces(made: BinaryIO) -> Iterator[bytes]:
    with made:
        while piece := made.read(PIECE):
            yield piece


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}

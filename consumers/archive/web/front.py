"""`/audit`: the live events in the archive, and whether a log is whole, checked when somebody asks."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from consumers.archive import imported
from consumers.archive.verify import Verdict
from consumers.archive.web.importing import lines
from consumers.archive.web.pages import AuditPages, Visitor
from consumers.archive.web.shelf import Spine


def routes(pages: AuditPages) -> APIRouter:
    router = APIRouter(prefix="/audit")

    @router.get("")
    async def front(request: Request, check: str = "") -> Response:
        visitor = pages.visitor(request)
        mine = [name for name in await pages.aside(pages.shelf.ids) if visitor.sees(name)]
        spines = await pages.aside(lambda: [pages.shelf.spine(name) for name in mine])
        verdict = None  # says how many entries are as they were written, nothing of what they say: no access entry
        if check in mine:
            verdict = (await pages.aside(pages.shelf.open, check)).verdict
        events = [_line(one, visitor, verdict if one.live_event_id == check else None) for one in spines]
        brought = [one for one in await pages.aside(imported.listed, pages.archive) if visitor.sees(one.name)]
        return pages.render(request, visitor, "front.html", events=events, imported=lines(brought))

    return router


def _line(one: Spine, visitor: Visitor, verdict: Verdict | None) -> dict[str, Any]:
    return {
        "id": one.live_event_id,
        "title": one.title,
        "training": one.training,
        "state": visitor.t(one.state or "not known"),
        "size": f"{one.size:,}",
        "last": f"{one.last_ts[:10]} {one.last_ts[11:19]} UTC" if one.last_ts else "",
        "verdict": verdict,
    }

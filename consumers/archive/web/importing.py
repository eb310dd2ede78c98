"""`/audit/imported`: logs of other installations, and a form that takes a bundle of one in."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from consumers.archive import imported
from consumers.archive.checkpoint import Key
from consumers.archive.imported import UPLOAD_MAX, Imported, Judged
from consumers.archive.web.pages import AuditPages, Visitor
from schemas.access import ALL
from schemas.envelope import Role
from schemas.errors import Refused
from streams.auth import require

KEY_MAX = 300  # characters of a verifier key: a name of 200 and 54 of id and key


def routes(pages: AuditPages) -> APIRouter:
    router = APIRouter(prefix="/audit")

    async def shown(request: Request, visitor: Visitor, *, done: str = "", why: str = "") -> Response:
        found = [one for one in await pages.aside(imported.listed, pages.archive) if visitor.sees(one.name)]
        values = {"imported": lines(found), "may": _may(visitor), "limit": UPLOAD_MAX >> 20, "done": done, "why": why}
        return pages.render(request, visitor, "imported.html", 422 if why else 200, **values)

    @router.get("/imported")
    async def those(request: Request) -> Response:
        return await shown(request, pages.visitor(request))

    @router.post("/import")
    async def take(request: Request) -> Response:
        visitor = pages.visitor(request)
        require(visitor.actor, Role.AUDITOR)
        try:
            async with request.form(max_files=1, max_fields=1, max_part_size=KEY_MAX) as form:
                file, key = _fields(form)
                judged = await pages.aside(_judged, pages, file, visitor.actor.name, key)
        except Refused as refused:
            if refused.status in (401, 403, 413):
                raise
            return await shown(request, visitor, why=str(refused))
        with_origin = {"origin": judged.told.name}
        await pages.enter(visitor.actor, "imported", ALL, **with_origin)
        await pages.aside(imported.lay_down, judged)
        return await shown(request, visitor, done=judged.told.name)

    return router


def _fields(form: FormData) -> tuple[UploadFile, tuple[Key, ...]]:
    file, key = form.get("bundle"), form.get("key")
    if not isinstance(file, UploadFile) or not file.size:
        raise Refused("no file was chosen", code="no-bundle")
    return file, (Key.parse(key.strip()),) if isinstance(key, str) and key.strip() else ()


def _judged(pages: AuditPages, file: UploadFile, by: str, trusted: Sequence[Key]) -> Judged:
    """From a copy of our own that has no name any more: it stays open until it is laid down."""
    with tempfile.NamedTemporaryFile(prefix="scrubcast-import-") as copy:
        shutil.copyfileobj(file.file, copy)
        copy.flush()
        judged = imported.judged(pages.archive, Path(copy.name), by=by, now=pages.now(), trusted=trusted)
        _ = judged.zipped.source.size  # open it before the name goes
    return judged


def _may(visitor: Visitor) -> bool:
    return visitor.actor.role is Role.AUDITOR


def lines(found: Sequence[Imported]) -> list[dict[str, Any]]:
    """As the pages show them."""
    return [
        {
            "name": one.name,
            "log": one.log,
            "origin": one.origin,
            "at": f"{one.at[:10]} {one.at[11:16]} UTC",
            "by": one.by,
        }
        | {"key": one.key, "size": f"{one.size:,}"}
        for one in found
    ]

"""`/audit/search`: all live events of the archive by filters that stand in the address; the same as a CSV."""

import csv
import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from consumers.archive import search
from consumers.archive.asking import FILTERS, Query, asked
from consumers.archive.derived import Derived, Log
from consumers.archive.entry import TYPES
from consumers.archive.search import CSV_MAX, Hit, Page
from consumers.archive.table import COLUMNS, stamp
from consumers.archive.web.entering import searched
from consumers.archive.web.pages import AuditPages, Visitor
from consumers.archive.web.phrases import add_phrases
from consumers.archive.web.phrases_search import PHRASES
from schemas.errors import Refused
from schemas.live_event import Platform
from streams.scrub.kind_words import KINDS, LANGS, pick

add_phrases(PHRASES)

NAMES = {"local": "The public page", "x": "X", "bluesky": "Bluesky", "mastodon": "Mastodon"}
DAY = len("2026-12-01")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is run by spreadsheets (OWASP: CSV injection)


def routes(pages: AuditPages) -> APIRouter:
    router = APIRouter(prefix="/audit")
    derived: Derived = pages.more["search"]

    async def found(visitor: Visitor, query: Query, before: str, limit: int) -> Page:
        def sees(log: Log) -> bool:
            return visitor.sees(f"{log.source}~{log.name}" if log.source else log.name)

        page = await pages.aside(search.search, derived, query, before=before, limit=limit, sees=sees)
        await searched(pages, visitor, query.filters, len(page.hits), page.shown)
        return page

    @router.get("/search")
    async def of_people(request: Request) -> Response:
        visitor = pages.visitor(request)
        said = _said(request)
        shown: dict[str, Any] = {"left_out": ()}
        problem, page, query = "", None, Query()
        if request.query_params:
            try:
                query = asked(said)
                page = await found(visitor, query, request.query_params.get("before", ""), search.PAGE)
                shown = _shown(said, page)
            except Refused as refused:
                if refused.code != "bad-filter":
                    raise
                problem = visitor.t("This filter is not understood: {why}", why=str(refused))
        mine = [name for name in await pages.aside(pages.shelf.ids) if visitor.sees(name)]
        return pages.render(
            request,
            visitor,
            "search.html",
            422 if problem else 200,
            said=_as_fields(said),
            events=mine,
            types=sorted(TYPES),
            classes=[(kind, pick(word.what, visitor.lang)) for kind, word in KINDS.items()],
            platforms=[(one.value, visitor.t(NAMES[one.value])) for one in Platform],
            asked=bool(request.query_params),
            here=f"/audit/search?{request.url.query}" if request.url.query else "/audit/search",
            filtered=any(said[name] for name in FILTERS if name != "words"),
            page=page,
            problem=problem,
            csv_max=CSV_MAX,
            csv_rows=f"{CSV_MAX:,}",
            **shown,
        )

    @router.get("/search.csv")
    async def as_csv(request: Request) -> Response:
        visitor = pages.visitor(request)
        query = asked(_said(request))
        page = await found(visitor, query, "", CSV_MAX)
        headers = {"Content-Disposition": 'attachment; filename="search.csv"', "Cache-Control": "no-store"}
        return Response(_csv(page), media_type="text/csv; charset=utf-8", headers=headers)

    return router


def _said(request: Request) -> dict[str, str]:
    return {name: request.query_params.get(name, "") for name in FILTERS}


def _as_fields(said: Mapping[str, str]) -> dict[str, str]:
    """A day alone as the instant that a browser's field can show."""
    begins, ends = f"{said['from']}T00:00", f"{said['to']}T23:59"
    days = {
        "from": begins if len(said["from"]) == 10 else said["from"],
        "to": ends if len(said["to"]) == 10 else said["to"],
    }
    return {**said, **days}


def _shown(said: Mapping[str, str], page: Page) -> dict[str, Any]:
    address = urlencode({name: value for name, value in said.items() if value})
    return {
        "count": f"{page.count:,}",
        "rows": [_row(hit) for hit in page.hits],
        "older": f"/audit/search?{address}&{urlencode({'before': page.next})}" if page.next else "",
        "csv": f"/audit/search.csv?{address}",
        "left_out": [(log.name, why) for log, why in page.left_out],
    }


_WHAT = ("control", "access", "outcome", "verdict", "disposition", "state", "policy")


def _row(hit: Hit) -> dict[str, Any]:
    told, ts = hit.told, stamp(hit.told["ts"])
    place = " ".join(str(told[k]) for k in ("destination", "platform_id", "url") if told[k])
    return {
        "ts": ts,
        "day": ts[:10],
        "time": ts[11:19],
        "log": hit.log,
        "source": hit.source,
        "seq": f"{hit.seq:,}",
        "href": "" if hit.log.startswith("_") else _replay(hit),
        "type": told["type"],
        "what": next((told[k] for k in _WHAT if told[k]), ""),
        "person": told["person"] or "",
        "role": told["role"] or "",
        "device": told["device"] or "",
        "text": told["text"] or "",
        "lang": told["lang"] if told["lang"] in LANGS else "",
        "findings": told["finding_classes"] or "",
        "place": place,
    }


def _replay(hit: Hit) -> str:
    """The replay of its event at the instant when it happened, with the update it is about."""
    name = f"{hit.source}~{hit.log}" if hit.source else hit.log
    happened, update = hit.told["happened_at"] or hit.told["ts"], hit.told["update_id"]
    return f"/audit/{name}?{urlencode({'at': stamp(happened), **({'update': update} if update else {})})}"


def _csv(page: Page) -> bytes:
    """RFC 4180, UTF-8 with a mark that spreadsheets look for; every column of the table."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["source", "log", *(column.name for column in COLUMNS)])
    times = {column.name for column in COLUMNS if column.kind == "time"}
    for hit in page.hits:
        told = {**hit.told, **{name: stamp(hit.told[name]) for name in times if hit.told[name] is not None}}
        rows.writerow([_cell(value) for value in (hit.source, hit.log, *(told[column.name] for column in COLUMNS))])
    return "\ufeff".encode() + out.getvalue().encode()


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value

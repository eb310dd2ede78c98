"""`/audit/{id}`: the event at any instant, with the way of each update. Everything works as links and forms; the script
adds playing. `?at=` is an instant or a time of the event's day, `?s=` seconds from its beginning, `?u=` an update."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from starlette.responses import JSONResponse, Response

from consumers.archive.instants import meant
from consumers.archive.replay import Replay, Story
from consumers.archive.timeline import Moment, Timeline, state_at, timeline
from consumers.archive.way import way
from consumers.archive.web import course, keeping, moment_words, way_words
from consumers.archive.web.look import Look
from consumers.archive.web.pages import AuditPages
from consumers.archive.web.phrases import add_phrases
from consumers.archive.web.phrases_replay import PHRASES
from consumers.archive.web.shelf import Opened
from schemas.errors import Refused

add_phrases(PHRASES)

TIMELINES_MAX = 4  # as many as the shelf keeps logs
SPAN_MAX_S = 366 * 86_400


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; `wrong` when it could not be understood."""

    at: datetime
    update: str | None
    page: int | None
    wrong: str = ""


class Timelines:
    """The timelines of the logs on the shelf: made once for each checkpoint."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[Opened, Timeline]] = {}

    def of(self, opened: Opened, told: Replay) -> Timeline:
        kept = self._kept.get(id(opened))
        if kept is None or kept[0] is not opened:
            while len(self._kept) >= TIMELINES_MAX:
                self._kept.pop(next(iter(self._kept)), None)
            kept = self._kept[id(opened)] = opened, timeline(told)
        return kept[1]


def routes(pages: AuditPages) -> APIRouter:
    router, timelines = APIRouter(prefix="/audit"), Timelines()

    @router.get("/{live_event_id}")
    async def replayed(
        request: Request,
        live_event_id: str,
        *,
        at: Annotated[str, Query(max_length=40)] = "",
        s: Annotated[float | None, Query(ge=0, le=SPAN_MAX_S)] = None,
        u: Annotated[int | None, Query(ge=1)] = None,
        update: UUID | None = None,  # the same by its id: a search knows no numbers
        page: Annotated[int | None, Query(ge=0)] = None,
    ) -> Response:
        visitor = pages.visitor(request)
        opened = await pages.aside(pages.shelf.open, live_event_id)
        await pages.looked(visitor, "replayed", live_event_id)
        if opened.told is None:
            return pages.render(request, visitor, "damaged.html", id=live_event_id, verdict=opened.verdict)
        told = opened.told

        def values() -> dict[str, Any]:
            of = timelines.of(opened, told)
            look = Look(of, visitor.lang)
            kept = keeping.panel(pages.archive, live_event_id, pages.more.get("days"), look)
            asked = _asked(of, at, s, of.updates.get(str(update)) or u, page)
            return {"kept": kept} | _values(look, told, opened, asked)

        return pages.render(request, visitor, "replay.html", id=live_event_id, **await pages.aside(values))

    @router.get("/{live_event_id}/ticks")
    async def ticks(request: Request, live_event_id: str) -> Response:
        """When something happens, in seconds from the beginning: for the script that plays."""
        pages.visitor(request)
        opened = await pages.aside(pages.shelf.open, live_event_id)
        if opened.told is None:
            raise Refused("This log is not as it was written.", code="not-as-written", status=409)
        of = await pages.aside(timelines.of, opened, opened.told)
        began = of.span[0]
        return JSONResponse([round((when - began).total_seconds(), 3) for when in dict.fromkeys(of.instants)])

    @router.get("/{live_event_id}/proofs/{post_id}")
    async def proof(request: Request, live_event_id: str, post_id: UUID) -> Response:
        """The proof file of one post (C2SP tlog-proof), as it lies beside the log."""
        visitor = pages.visitor(request)
        opened = await pages.aside(pages.shelf.open, live_event_id)
        found = opened.reader.read(f"proofs/{post_id}.tlog-proof") if opened.told is not None else None
        if found is None:
            raise Refused("There is no proof of this post.", code="no-proof", status=404)
        await pages.looked(visitor, "replayed", live_event_id)
        name = f'attachment; filename="{post_id}.tlog-proof"'
        return Response(found, media_type="text/plain", headers={"Content-Disposition": name})

    return router


def _asked(of: Timeline, at: str, s: float | None, u: int | None, page: int | None) -> Asked:
    update = next((update for update, n in of.updates.items() if n == u), None)
    first, last = of.span
    if s is not None:
        return Asked(first + timedelta(seconds=s), update, page)
    try:
        return Asked(meant(at, of) if at else last, update, page)
    except Refused as refused:
        return Asked(last, update, page, str(refused))


def _values(look: Look, told: Replay, opened: Opened, asked: Asked) -> dict[str, Any]:
    of = look.of
    now = state_at(of, asked.at)
    chosen = asked.update or (now.public[-1].update_id if now.public else None)
    story = next((story for story in told.stories if story.update_id == chosen), None)
    first, last = of.span
    hidden = moment_words.rest(look, now)
    return {
        "head": _head(look, opened),
        "wrong": asked.wrong,
        "now": {"clock": look.clock(asked.at), "iso": moment_words.iso(asked.at), "day": look.day(asked.at)},
        "s": max(0, min(round((asked.at - first).total_seconds()), round((last - first).total_seconds()))),
        "span": {"iso": moment_words.iso(first), "s": max(1, round((last - first).total_seconds()))},
        "zone": of.zone.key,
        "standing": moment_words.standing(look, now),
        "earlier": _step(look, of.before(asked.at), asked.update),
        "later": _step(look, of.after(asked.at), asked.update),
        "course": Markup(course.svg(look, asked.at)),  # noqa: S704  # ours, its texts escaped
        "public": moment_words.public(look, now, chosen, asked.page),
        "way": None if story is None else _way(look, story, now),
        "rest": hidden[: moment_words.REST_MAX],
        "more": max(0, len(hidden) - moment_words.REST_MAX),
        "force": _force(look, now),
        "verdict": opened.verdict,
        "root": [opened.verdict.root.hex()[i : i + 4] for i in range(0, 64, 4)],
    }


def _head(look: Look, opened: Opened) -> dict[str, str]:
    of = look.of
    closed = next((tick.when for tick in reversed(of.ticks) if tick.step.what == "closed"), None)
    ended = look.t("closed {at}", at=f"{of.local(closed):%H:%M}") if closed else look.t("not closed yet")
    read = look.t("{day}, {ended}, read only", day=look.day(of.span[0]), ended=ended)
    return {"title": of.title or of.live_event_id, "line": read, "entries": f"{opened.verdict.size:,}"}


def _step(look: Look, tick: Any, update: str | None) -> str | None:
    return None if tick is None else moment_words.address(look, tick.when, update)


def _way(look: Look, story: Story, now: Moment) -> dict[str, Any]:
    marks = way(story)
    shown = [s for s in now.public if s.update_id == story.update_id]
    text = " ".join(s.text for s in shown if s.destination == shown[0].destination) if shown else story.text
    began, ended = (marks[0].at, marks[-1].at) if marks else (now.at, now.at)
    public = story.update_id in look.of.posts
    return {
        "title": look.t("The way of {update}", update=look.inside(look.update(story.update_id))),
        "line": look.t("Update {n}", n=look.of.updates[story.update_id])
        + (f", {look.lasted((ended - began).total_seconds())}" if marks else ""),
        "text": text if public else None,
        "hidden": not public,
        "then": bool(shown) or not public,
        "marks": way_words.said(marks, look),
    }


def _force(look: Look, now: Moment) -> list[tuple[str, str]]:
    policy = [] if now.policy is None else [(look.t("Policy"), f"{now.policy[0]} {now.policy[1][:12]}")]
    return [*policy, *moment_words.consent(look, now)]

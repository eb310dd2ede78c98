"""The pages of a rehearsal: where it is started, watched and ended, and its score sheet as a page and as files."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from producers.desk import rehearsal_screens as screens
from producers.desk import score_files, words
from producers.desk.desk import MAY_WATCH
from producers.desk.gate import Gate
from producers.desk.look import Look, clock
from producers.desk.opening import MAY_OPEN, NotReady
from producers.desk.queue import LiveEventView
from producers.desk.rehearsing import Rehearsing
from producers.desk.score_values import Score
from producers.desk.visit import language, render, to
from producers.desk.words import Lang
from schemas.envelope import Actor, Role
from schemas.errors import Refused
from streams.auth import require

HERE = "/desk/rehearse"
GOOD = frozenset({"rehearsing", "rehearsal-stopped"})
"""What is said in the calm colour after a press."""
SEE_EVERY_SCORE = frozenset({Role.DIRECTOR, Role.AUDITOR})


def routes(rehearsing: Rehearsing, gate: Gate) -> APIRouter:
    """All of them; they come before the pages of live events, whose address begins as these do."""
    router = APIRouter(prefix="/desk")
    site = _Site(rehearsing)

    async def director(request: Request) -> Actor:
        return require(gate.actor(request), *sorted(MAY_OPEN))

    async def watcher(request: Request) -> Actor:
        return require(gate.actor(request), *sorted(MAY_WATCH))

    Director = Annotated[Actor, Depends(director)]  # noqa: N806  # names of types
    Watcher = Annotated[Actor, Depends(watcher)]  # noqa: N806  # as above

    @router.get("/rehearse/{live_event_id}")
    async def look_at(request: Request, actor: Director, live_event_id: str) -> Response:
        return site.page(request, actor, live_event_id)

    @router.post("/rehearse/{live_event_id}")
    async def start(
        actor: Director, live_event_id: str, lang: Annotated[Lang, Form()], speed: Annotated[float, Form()] = 1.0
    ) -> RedirectResponse:
        return await site.start(actor, live_event_id, lang, speed)

    @router.post("/rehearse/{live_event_id}/stop")
    async def stop(actor: Director, live_event_id: str) -> RedirectResponse:
        await rehearsing.stop(actor, live_event_id)
        return to(f"{HERE}/{live_event_id}", "rehearsal-stopped")

    @router.post("/rehearse/{live_event_id}/end")
    async def end(actor: Director, live_event_id: str) -> RedirectResponse:
        return await site.end(actor, live_event_id)

    @router.get("/{live_event_id}/score")
    async def score(request: Request, actor: Watcher, live_event_id: str) -> Response:
        return site.sheet(request, actor, live_event_id)

    @router.get("/{live_event_id}/score.json")
    async def score_json(actor: Watcher, live_event_id: str) -> Response:
        _, found = site.score_of(actor, live_event_id)
        return JSONResponse(score_files.as_json(found), headers=_as_file(live_event_id, "json"))

    @router.get("/{live_event_id}/score.csv")
    async def score_csv(actor: Watcher, live_event_id: str) -> Response:
        _, found = site.score_of(actor, live_event_id)
        headers = _as_file(live_event_id, "csv")
        # With a byte-order mark: a spreadsheet reads umlauts wrongly without one.
        return PlainTextResponse("\ufeff" + score_files.as_csv(found), media_type="text/csv", headers=headers)

    return router


def _as_file(live_event_id: str, kind: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="score-{live_event_id}.{kind}"'}


class _Site:
    """What the routes share."""

    def __init__(self, rehearsing: Rehearsing) -> None:
        self._rehearsing = rehearsing

    async def start(self, actor: Actor, live_event_id: str, lang: Lang, speed: float) -> RedirectResponse:
        try:
            await self._rehearsing.start(actor, live_event_id, lang, speed)
        except NotReady:
            return to(f"{HERE}/{live_event_id}", "rehearsal-gaps")
        except Refused as refused:
            if refused.status not in (409, 422):
                raise
            return to(f"{HERE}/{live_event_id}", refused.code)
        return to(f"{HERE}/{live_event_id}", "rehearsing")

    async def end(self, actor: Actor, live_event_id: str) -> RedirectResponse:
        try:
            ended = await self._rehearsing.end(actor, live_event_id)
        except Refused as refused:
            if refused.status != 409:
                raise
            return to(f"{HERE}/{live_event_id}", refused.code)
        return to(f"/desk/{ended}/score")

    def page(self, request: Request, actor: Actor, live_event_id: str) -> Response:
        look = self._look(request, actor)
        one, event = self._standing(live_event_id)
        at = clock(event.live_event) if event is not None and event.live_event is not None else _utc
        return render(
            request, "rehearse.html", role=words.role(actor.role, look.lang), path=f"{HERE}/{live_event_id}",
            said_you=request.query_params.get("said") not in GOOD, **screens.rehearsal(one, look, at),
        )  # fmt: skip

    def _standing(self, live_event_id: str) -> tuple[screens.Standing, LiveEventView | None]:
        rehearsing = self._rehearsing
        where = rehearsing.where(live_event_id)
        event, of = where.event, where.of
        going = None if event is None else rehearsing.known.get(event.live_event_id)
        found = None if event is None else rehearsing.score(event)
        known = event.live_event if event is not None else None
        is_open = known is not None and known.state == "open"
        touched = going is not None or found is not None
        if known is None or (is_open and not touched):
            state = "none"
        elif is_open:
            state = "playing" if going is not None and going.is_going else "open"
        else:
            state = "ended"
        opened = of is not None and rehearsing.preparing.is_opened(of)
        all_lines = going.recording.lines if going is not None else ()
        title = rehearsing.preparing.get(of).file.get("title") if of is not None else known and known.plan.title
        one = screens.Standing(
            id=live_event_id,
            title=str(title or live_event_id),
            prepared=None if opened else of,
            event=None if event is None else event.live_event_id,
            state=state,
            done=found.played if found is not None else 0,
            of=found.of if found is not None else len(all_lines),
            known=going is not None,
            speed=1.0 if going is None else going.speed,
            began_at=found.began_at if found is not None else None,
            counted=rehearsing.has_counted(where),
            counts=found is not None and found.counts and of is not None and not opened,
            may_start=state in ("none", "ended") and not opened and (of is not None or is_open),
            languages=rehearsing.languages(where),
        )
        return one, event

    def score_of(self, actor: Actor, live_event_id: str) -> tuple[LiveEventView, Score]:
        """Raises Refused: 404 where nothing was rehearsed, 403 for who has no part in it or asks before its end."""
        view = self._rehearsing.reach.watched(live_event_id)
        found = self._rehearsing.score(view)
        if found is None or view.live_event is None or not view.live_event.plan.training:
            raise Refused("Nothing was rehearsed here.", code="no-score", status=404)
        if actor.role not in SEE_EVERY_SCORE and not found.took_part(actor):
            raise Refused("This score sheet is not yours to see.", code="not-in-rehearsal", status=403)
        if found.ended_at is None and actor.role is not Role.DIRECTOR:
            raise Refused("The score sheet is shown at the end.", code="rehearsal-going", status=403)
        return view, found

    def sheet(self, request: Request, actor: Actor, live_event_id: str) -> Response:
        view, found = self.score_of(actor, live_event_id)
        look, known = self._look(request, actor), view.live_event
        assert known is not None, "what has a score was opened"
        at = clock(known)
        return render(
            request, "score.html", id=live_event_id, role=words.role(actor.role, look.lang),
            may_end=actor.role in MAY_OPEN, path=f"/desk/{live_event_id}/score",
            **screens.sheet(found, look, at, screens.day(found.began_at, known.plan.timezone)),
        )  # fmt: skip

    def _look(self, request: Request, actor: Actor) -> Look:
        return Look(actor, self._rehearsing.reach.clock.now(), language(request))


def _utc(at: object) -> str:
    return f"{at:%H:%M:%S}"

"""The plan's pages and presses: the panel, the holding message, "told", a complication and its end, the signature."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from producers.desk import draft_screens, plan, plan_screens, screens, strip
from producers.desk.attesting import Attesting
from producers.desk.desk import MAY_WATCH
from producers.desk.gate import Gate
from producers.desk.holding import MAY_SAY
from producers.desk.rendering import Rendering
from producers.desk.visit import render, to
from schemas.envelope import Actor
from schemas.errors import Refused
from schemas.ids import Sha256
from streams import review
from streams.auth import require

BLANKS_MAX = 20  # of one item; a form with more is none of ours


def routes(pages: Rendering, gate: Gate, attesting: Attesting) -> APIRouter:
    router, desk = APIRouter(prefix="/desk/{live_event_id}"), pages.desk

    async def watcher(request: Request) -> Actor:
        return require(gate.actor(request), *sorted(MAY_WATCH))

    Watcher = Annotated[Actor, Depends(watcher)]  # noqa: N806  # the name of a type

    async def sayer(request: Request) -> Actor:
        return require(gate.actor(request), *sorted(MAY_SAY))

    Sayer = Annotated[Actor, Depends(sayer)]  # noqa: N806  # as above

    @router.get("/plan")
    async def panel(request: Request, actor: Watcher, live_event_id: str) -> Response:
        return pages.desk_page(request, actor, live_event_id, middle="middle_plan.html")

    @router.get("/present")
    async def present(request: Request, actor: Watcher, live_event_id: str, draft: UUID | None = None) -> Response:
        """Who is here, and who reads a draft: a line of names, for a page that is open."""
        view, look = desk.watched(live_event_id), pages.look(request, actor)
        here = desk.presences.here(live_event_id)
        readers = () if draft is None else desk.presences.readers(live_event_id, draft, actor)
        return render(
            request, "present.html", event=screens.head(view, look),
            strip={"present": strip.present(here, look)}, readers=draft_screens.reading(readers, look),
        )  # fmt: skip

    @router.get("/holding")
    async def quiet(request: Request, actor: Sayer, live_event_id: str) -> Response:
        view, look = desk.watched(live_event_id), pages.look(request, actor)
        found = desk.proposal(view, view.counts(look.now).last_posted_at, plan.waiting(view, look.now))
        if found is None:
            return to(f"/desk/{live_event_id}", "holding-over")
        return pages.desk_page(
            request, actor, live_event_id, middle="middle_holding.html",
            quiet=plan_screens.proposal(view, found, look), current=found.update_id,
        )  # fmt: skip

    @router.post("/holding")
    async def say(
        request: Request, actor: Sayer, live_event_id: str, update_id: Annotated[UUID, Form()]
    ) -> RedirectResponse:
        form = await request.form(max_fields=BLANKS_MAX + 1, max_files=0)
        filled = {n: str(form.get(f"blank_{n}", ""))[:20] for n in range(BLANKS_MAX)}
        try:
            await desk.holding.say(actor, live_event_id, update_id, filled)
        except Refused as refused:
            back = "/holding" if refused.code == "blank-wrong" else ""
            return to(f"/desk/{live_event_id}{back}", refused.code)
        return to(f"/desk/{live_event_id}", "holding-sent")

    @router.post("/told")
    async def told(
        request: Request, live_event_id: str, phase: Annotated[str, Form(max_length=40)]
    ) -> RedirectResponse:
        actor = require(gate.actor(request), *sorted(review.MAY_TELL))
        try:
            record = await desk.steering.control(actor, live_event_id, "told", phase=phase)
        except Refused as refused:
            return to(f"/desk/{live_event_id}/plan", refused.code)
        await desk.steering.seen_control(record)
        return to(f"/desk/{live_event_id}/plan", "told")

    @router.post("/complication")
    async def complication(request: Request, live_event_id: str) -> RedirectResponse:
        # Even from a session that has gone idle, as a stop is.
        actor = require(gate.actor(request, idle_too=True), *sorted(review.MAY_COMPLICATION))
        try:
            record = await desk.steering.control(actor, live_event_id, "complication")
        except Refused as refused:
            return to(f"/desk/{live_event_id}", refused.code)
        await desk.steering.seen_control(record)
        return to(f"/desk/{live_event_id}{'/stopped' if record.mode == 'stop' else ''}", f"complication-{record.mode}")

    @router.post("/complication-over")
    async def over(request: Request, live_event_id: str) -> RedirectResponse:
        actor = require(gate.actor(request), *sorted(review.MAY_COMPLICATION_OVER))
        try:
            record = await desk.steering.control(actor, live_event_id, "complication-over")
        except Refused as refused:
            return to(f"/desk/{live_event_id}", refused.code)
        await desk.steering.seen_control(record)
        is_running = desk.watched(live_event_id).standing.state == "running"
        return to(f"/desk/{live_event_id}", "complication-over" if is_running else "complication-over-held")

    @router.get("/run-sheet")
    async def sheet(request: Request, actor: Watcher, live_event_id: str) -> Response:
        view, look = desk.watched(live_event_id), pages.look(request, actor)
        return render(request, "run_sheet.html", **pages.frame(view, look), sheet=plan_screens.sheet_page(view, look))

    @router.post("/run-sheet")
    async def sign(
        request: Request, live_event_id: str, run_sheet_sha256: Annotated[Sha256, Form()]
    ) -> RedirectResponse:
        actor = require(gate.actor(request), *sorted(review.MAY_SIGN))
        try:
            record = await desk.steering.control(
                actor, live_event_id, "sign-run-sheet", run_sheet_sha256=run_sheet_sha256,
                assertion=await attesting.proven(request, actor, live_event_id, run_sheet_sha256),
            )  # fmt: skip
        except Refused as refused:
            return to(f"/desk/{live_event_id}/run-sheet", refused.code)
        await desk.steering.seen_control(record)
        return to(f"/desk/{live_event_id}/run-sheet", "signed")

    return router

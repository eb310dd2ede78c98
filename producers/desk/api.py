"""The desk's HTTP interface for programs: the same acts as the pages, answered in JSON."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Header, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from producers.desk import opened, original, present
from producers.desk.attesting import SIGNED_MAX, Attesting
from producers.desk.desk import MAY_WATCH, Desk
from producers.desk.gate import Gate
from producers.desk.news import News
from producers.desk.settling import URL_MAX
from schemas.assertion import Assertion
from schemas.control import PACE_PERCENT_MAX, Found
from schemas.envelope import Actor, Closed
from schemas.errors import Unavailable
from schemas.ids import Sha256
from schemas.submission import TEXT_MAX
from streams import review
from streams.auth import require
from streams.cost import POSTS
from streams.web.sse import event_stream


class DecisionRequest(Closed):
    """Body of a decision; `text_sha256` says which text was read."""

    verdict: Literal["approve", "edit", "return"]
    text_sha256: Sha256
    text: str | None = Field(default=None, max_length=TEXT_MAX)
    reason: str | None = Field(default=None, max_length=60)
    note: str | None = Field(default=None, max_length=400)
    assertion: str | None = Field(default=None, max_length=SIGNED_MAX)  # of the passkey of a person who approves


class ControlRequest(Closed):
    """Body of a control; `update_id` for a retract alone, `pace_percent` of the original pauses for a release alone.

    `phase` for `told` alone; `run_sheet_sha256`, for a signature alone, says which sheet was read. What a complication
    does is the plan's word, so nothing of it is given here.
    """

    kind: Literal[
        "stop", "hold", "resume", "retract", "withdraw", "release",
        "complication", "complication-over", "told", "sign-run-sheet",
    ]  # fmt: skip
    update_id: UUID | None = None
    pace_percent: int | None = Field(default=None, ge=0, le=PACE_PERCENT_MAX)
    phase: str | None = Field(default=None, max_length=40)
    run_sheet_sha256: Sha256 | None = None
    assertion: str | None = Field(default=None, max_length=SIGNED_MAX)  # of the passkey that signs


class SettlementRequest(Closed):
    """What a person found where the poster cannot see; `url` where the post is there, on any platform but ours."""

    post_id: UUID
    destination: str = Field(max_length=240)
    found: Found
    url: str | None = Field(default=None, max_length=URL_MAX)


def routes(desk: Desk, gate: Gate, news: News, attesting: Attesting) -> APIRouter:
    router = APIRouter(prefix="/api/v1")

    # Dependencies, so that nobody learns what a body should look like before saying who they are.
    async def anyone(request: Request) -> Actor:
        return gate.actor(request)

    async def anyone_idle_too(request: Request) -> Actor:
        return gate.actor(request, idle_too=True)

    async def watcher(request: Request) -> Actor:
        return require(gate.actor(request), *sorted(MAY_WATCH))

    async def reader(request: Request) -> Actor:
        return require(gate.actor(request), *sorted(review.MAY_READ))

    Anyone = Annotated[Actor, Depends(anyone)]  # noqa: N806  # names of types
    AnyoneIdleToo = Annotated[Actor, Depends(anyone_idle_too)]  # noqa: N806  # as above
    Watcher = Annotated[Actor, Depends(watcher)]  # noqa: N806  # as above
    Reader = Annotated[Actor, Depends(reader)]  # noqa: N806  # as above

    @router.get("/live-events")
    async def live_events(request: Request, _: Watcher) -> dict[str, Any]:
        views = [view for view in desk.projection.open_events() if gate.sees(request, view.live_event_id)]
        return {"live_events": [present.live_event(view) for view in views]}

    @router.post("/live-events", status_code=201)
    async def open_live_event(
        request: Request,
        actor: Anyone,
        file: Annotated[dict[str, Any], Body()],
        posts: Annotated[int, Query(ge=1, le=100_000)] = POSTS,
    ) -> JSONResponse:
        gate.check_event(request, str(file.get("id")))
        found = await desk.opening.open(actor, file, posts=posts)
        body = present.live_event(desk.watched(found.live_event.live_event_id)) | opened.more(found)
        return JSONResponse(body, 201 if found.is_new else 200)

    @router.get("/live-events/{live_event_id}")
    async def live_event(_: Watcher, live_event_id: str) -> dict[str, Any]:
        return present.live_event(desk.watched(live_event_id))

    @router.post("/live-events/{live_event_id}/close")
    async def close(actor: Anyone, live_event_id: str) -> dict[str, Any]:
        await desk.opening.close(actor, live_event_id)
        return present.live_event(desk.watched(live_event_id))

    @router.post("/live-events/{live_event_id}/controls", status_code=202)
    async def control(
        request: Request, live_event_id: str, body: ControlRequest, actor: AnyoneIdleToo
    ) -> dict[str, Any]:
        if body.kind not in ("stop", "complication"):
            actor = gate.actor(request)
        record = await desk.steering.control(
            actor,
            live_event_id,
            body.kind,
            body.update_id,
            pace_percent=body.pace_percent,
            phase=body.phase,
            run_sheet_sha256=body.run_sheet_sha256,
            assertion=await signature(request, live_event_id, body),
        )
        if body.kind == "withdraw":
            kept = desk.keeping.keeps_keys(live_event_id, "withdrawal")
            held = [one.matter for one in desk.keeping.holds.on(live_event_id)]
            more = {"keys": "kept" if kept else "destroyed", "held_by": held}
            return present.control(record, None, record.at) | more
        if body.kind != "resume":
            return present.control(record, None, record.at)
        await desk.steering.seen_control(record)  # what it came to is known when it stands among the other controls
        view = desk.watched(live_event_id)
        if not view.has(record.id):
            raise Unavailable("It was written, but could not be read back yet. Look again.")
        return present.control(record, view, desk.clock.now())

    async def signature(request: Request, live_event_id: str, body: ControlRequest) -> Assertion | None:
        if body.kind != "sign-run-sheet" or body.run_sheet_sha256 is None:
            return None
        require(gate.actor(request), *sorted(review.MAY_SIGN))
        return await attesting.for_sheet(request, live_event_id, body.run_sheet_sha256, body.assertion)

    @router.post("/live-events/{live_event_id}/settlements", status_code=202)
    async def settle(actor: Anyone, live_event_id: str, body: SettlementRequest) -> dict[str, Any]:
        record = await desk.settling.settle(
            actor, live_event_id, body.post_id, body.destination, found=body.found, url=body.url
        )
        return {"id": str(record.id), "at": present.control(record, None, record.at)["at"]}

    @router.get("/live-events/{live_event_id}/thread")
    async def thread(_: Watcher, live_event_id: str) -> dict[str, Any]:
        return {"items": [row.model_dump(mode="json") for row in desk.watched(live_event_id).thread()]}

    @router.get("/live-events/{live_event_id}/status")
    async def status(_: Watcher, live_event_id: str) -> dict[str, Any]:
        return present.status(desk.watched(live_event_id), desk.counting.of(live_event_id), desk.clock.now())

    @router.get("/status")
    async def status_of_all(request: Request, _: Watcher) -> dict[str, Any]:
        now = desk.clock.now()
        views = [view for view in desk.projection.open_events() if gate.sees(request, view.live_event_id)]
        items = [present.status(view, desk.counting.of(view.live_event_id), now) for view in views]
        return {"live_events": items, "undecodable": desk.projection.undecodable}

    @router.get("/live-events/{live_event_id}/drafts")
    async def drafts(actor: Reader, live_event_id: str) -> dict[str, Any]:
        return present.queue(desk.watched(live_event_id), actor, desk.clock.now())

    @router.get("/live-events/{live_event_id}/drafts/{draft_id}")
    async def draft(actor: Reader, live_event_id: str, draft_id: UUID) -> dict[str, Any]:
        one = desk.reviewed(live_event_id, draft_id)
        return present.draft(desk.watched(live_event_id), one, actor, desk.clock.now())

    @router.post("/live-events/{live_event_id}/drafts/{draft_id}/decision")
    async def decide(
        request: Request, actor: Reader, live_event_id: str, draft_id: UUID, body: DecisionRequest
    ) -> dict[str, Any]:
        done = await desk.deciding.decide(
            actor,
            live_event_id,
            draft_id,
            body.verdict,
            body.text_sha256,
            text=body.text,
            reason=body.reason,
            note=body.note,
            attest=attesting.for_decision(request, body.assertion),
        )
        return {
            "decision_id": str(done.decision.id),
            "verdict": done.decision.verdict,
            "draft_id": str(done.draft.id if done.draft else done.decision.draft_id),
            "release_id": str(done.release.id) if done.release else None,
        }

    @router.get("/live-events/{live_event_id}/drafts/{draft_id}/original")
    async def open_original(actor: Reader, live_event_id: str, draft_id: UUID) -> dict[str, Any]:
        found = await original.opened(desk.reach, actor, live_event_id, draft_id)
        return {"text": found.text, "pieces": [{"kind": p.kind, "text": p.text} for p in found.pieces]}

    @router.get("/live-events/{live_event_id}/stream")
    async def stream(
        request: Request,
        actor: Watcher,
        live_event_id: str,
        last_event_id: Annotated[str | None, Header()] = None,
        seen: int | None = None,
    ) -> Response:
        desk.watched(live_event_id)
        frames = gate.while_counted(request, news.since(live_event_id, last_event_id, seen))
        return event_stream(desk.presences.watching(live_event_id, actor, frames))

    return router

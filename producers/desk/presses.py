"""The presses of the desk: decide on a draft, stop, hold, resume, release, settle, take back, withdraw, close."""

from dataclasses import replace
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from pydantic import Field
from starlette.responses import RedirectResponse, Response

from producers.desk.attesting import SIGNED_MAX, Attesting
from producers.desk.gate import Gate
from producers.desk.opening import MAY_OPEN
from producers.desk.rendering import Ask, Rendering
from producers.desk.settling import URL_MAX
from producers.desk.visit import to
from schemas.control import PACE_PERCENT_MAX, ControlKind, Found
from schemas.envelope import Actor, Frozen
from schemas.errors import Refused
from schemas.ids import Sha256
from schemas.submission import TEXT_MAX
from streams import review
from streams.auth import require


class DecisionForm(Frozen):
    verdict: Literal["approve", "return"]
    text_sha256: Sha256
    reason: str | None = Field(default=None, max_length=60)
    note: str | None = Field(default=None, max_length=400)
    assertion: str | None = Field(default=None, max_length=SIGNED_MAX)  # of passkey.js


class EditForm(Frozen):
    text_sha256: Sha256
    text: str = Field(max_length=2 * TEXT_MAX)  # a form counts a line's end as two characters


class ReleaseForm(Frozen):
    pace_percent: int = Field(ge=0, le=PACE_PERCENT_MAX)


class SettlementForm(Frozen):
    destination: str = Field(max_length=240)
    post_id: UUID
    found: Found
    url: str | None = Field(default=None, max_length=2 * URL_MAX)  # a longer one is told in words, not as a broken form


def deciding(pages: Rendering, gate: Gate, attesting: Attesting) -> APIRouter:
    router, desk = APIRouter(prefix="/desk/{live_event_id}/drafts/{draft_id}"), pages.desk

    async def reader(request: Request) -> Actor:
        return require(gate.actor(request), *sorted(review.MAY_READ))

    Reader = Annotated[Actor, Depends(reader)]  # noqa: N806  # the name of a type

    @router.post("/decision")
    async def decide(
        request: Request, actor: Reader, live_event_id: str, draft_id: UUID, form: Annotated[DecisionForm, Form()]
    ) -> Response:
        try:
            await desk.deciding.decide(
                actor, live_event_id, draft_id, form.verdict, form.text_sha256, reason=form.reason, note=form.note,
                attest=attesting.for_decision(request, form.assertion),
            )  # fmt: skip
        except Refused as refused:
            return to(f"/desk/{live_event_id}/drafts/{draft_id}", refused.code)
        view = desk.watched(live_event_id)
        approved = "kept" if view.is_kept else "approved"
        return to(f"/desk/{live_event_id}", approved if form.verdict == "approve" else "returned")

    @router.post("/edit")
    async def edited(
        request: Request, actor: Reader, live_event_id: str, draft_id: UUID, form: Annotated[EditForm, Form()]
    ) -> Response:
        typed = form.text.replace("\r\n", "\n").strip()
        try:
            if len(typed) > TEXT_MAX:
                raise Refused(f"The text has more than {TEXT_MAX} characters.", code="invalid")  # noqa: TRY301  # one answer for all refusals
            done = await desk.deciding.decide(actor, live_event_id, draft_id, "edit", form.text_sha256, text=typed)
        except Refused as refused:
            return pages.edit_page(request, actor, live_event_id, draft_id, typed=typed, refused=refused)
        new = done.draft.id if done.draft else draft_id
        return to(f"/desk/{live_event_id}/drafts/{new}", "edited")

    return router


def steering(pages: Rendering, gate: Gate) -> APIRouter:
    router, desk = APIRouter(prefix="/desk/{live_event_id}"), pages.desk

    async def act(actor: Actor, live_event_id: str, kind: ControlKind, update_id: UUID | None = None) -> None:
        record = await desk.steering.control(actor, live_event_id, kind, update_id)
        await desk.steering.seen_control(record)

    def settler(request: Request) -> Actor:
        return require(gate.actor(request), *sorted(review.MAY_SETTLE))

    def releaser(request: Request) -> Actor:
        return require(gate.actor(request), *sorted(review.MAY_RELEASE))

    @router.post("/stop")
    async def stop(request: Request, live_event_id: str) -> RedirectResponse:
        # Even from a session that has gone idle: whoever has watched without a touch must be able to stop.
        began, actor = desk.clock.monotonic(), gate.actor(request, idle_too=True)
        record = await desk.steering.control(actor, live_event_id, "stop")
        pages.stops_ms[live_event_id] = max(1, round(1000 * (desk.clock.monotonic() - began)))
        await desk.steering.seen_control(record)
        return to(f"/desk/{live_event_id}/stopped")

    @router.post("/hold")
    async def hold(request: Request, live_event_id: str) -> RedirectResponse:
        await act(gate.actor(request), live_event_id, "hold")
        return to(f"/desk/{live_event_id}", "held")

    @router.post("/resume")
    async def resume(request: Request, live_event_id: str) -> RedirectResponse:
        actor = require(gate.actor(request), *sorted(review.MAY_RESUME))
        was_held = desk.watched(live_event_id).standing.state == "held"
        try:
            await act(actor, live_event_id, "resume")
        except Refused as refused:
            return to(f"/desk/{live_event_id}/stopped", refused.code)
        if desk.watched(live_event_id).standing.state == "stopped":
            return to(f"/desk/{live_event_id}/stopped", "agreed")
        return to(f"/desk/{live_event_id}", "hold-ended" if was_held else "resumed")

    @router.post("/release")
    async def release(
        actor: Annotated[Actor, Depends(releaser)], live_event_id: str, form: Annotated[ReleaseForm, Form()]
    ) -> RedirectResponse:
        try:
            record = await desk.steering.control(actor, live_event_id, "release", pace_percent=form.pace_percent)
        except Refused as refused:
            return to(f"/desk/{live_event_id}", refused.code)
        await desk.steering.seen_control(record)
        return to(f"/desk/{live_event_id}", "released")

    @router.post("/updates/{update_id}/settle")
    async def settle(
        actor: Annotated[Actor, Depends(settler)],
        live_event_id: str,
        update_id: UUID,
        form: Annotated[SettlementForm, Form()],
    ) -> RedirectResponse:
        try:
            record = await desk.settling.settle(
                actor, live_event_id, form.post_id, form.destination, found=form.found, url=form.url
            )
        except Refused as refused:
            return to(f"/desk/{live_event_id}/updates/{update_id}", refused.code)
        await desk.steering.seen_control(record)
        return to(f"/desk/{live_event_id}/updates/{update_id}", "settled")

    @router.post("/updates/{update_id}/retract")
    async def retract(request: Request, live_event_id: str, update_id: UUID) -> RedirectResponse:
        await act(gate.actor(request), live_event_id, "retract", update_id)
        return to(f"/desk/{live_event_id}/updates/{update_id}", "taking-back")

    @router.get("/withdraw")
    async def ask_withdraw(request: Request, live_event_id: str) -> Response:
        actor = require(gate.actor(request), *sorted(review.MAY_WITHDRAW))
        if not desk.keeping.holds.on(live_event_id):
            return pages.confirm(request, actor, live_event_id, _WITHDRAW)
        kept = bool(desk.keeping.keeps_keys(live_event_id, "withdrawal"))
        lines = (*_WITHDRAW.lines[:-1], _KEPT_BY_HOLD if kept else _DESTROYED_ALL_THE_SAME)
        return pages.confirm(request, actor, live_event_id, replace(_WITHDRAW, lines=lines))

    @router.post("/withdraw")
    async def withdraw(request: Request, live_event_id: str) -> RedirectResponse:
        await act(gate.actor(request), live_event_id, "withdraw")
        return to(f"/desk/{live_event_id}/stopped")

    @router.get("/close")
    async def ask_close(request: Request, live_event_id: str) -> Response:
        actor = require(gate.actor(request), *sorted(MAY_OPEN))
        return pages.confirm(request, actor, live_event_id, _CLOSE)

    @router.post("/close")
    async def close(request: Request, live_event_id: str) -> RedirectResponse:
        await desk.opening.close(gate.actor(request), live_event_id)
        return to(f"/desk/{live_event_id}", "closed")

    return router


_KEPT_BY_HOLD = "A legal hold keeps the keys. They are destroyed when it ends; until then nothing of it is public."
_DESTROYED_ALL_THE_SAME = "A legal hold lies on this event. The keys are destroyed all the same: consent comes first."
_WITHDRAW = Ask(
    path="withdraw",
    question="Withdraw consent?",
    lead="No reason is asked for. It cannot be undone.",
    lines=(
        "Nothing more goes out, from this press on.",
        "Every post is deleted wherever it was posted.",
        "The keys are destroyed. What was typed can never be read again.",
    ),
    act="Withdraw consent",
    style="btn-danger",
    icon="x",
)
_CLOSE = Ask(
    path="close",
    question="Close this live event?",
    lead="Nothing more is taken or sent. What is public stays public.",
    lines=("The keys are destroyed later, when the time to keep them has passed.",),
    act="Close it",
    style="btn-primary",
    icon="check",
)

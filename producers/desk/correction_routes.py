"""How a correction reaches the desk: a request in JSON, or a page with a form that works without a script."""

from typing import Annotated, Any
from uuid import UUID

import uuid_utils
from fastapi import APIRouter, Depends, Form, Request
from pydantic import Field
from starlette.responses import Response

from producers.desk import correction_screens, words
from producers.desk.desk import Desk
from producers.desk.gate import Gate
from producers.desk.rendering import Rendering
from producers.desk.visit import to
from schemas.envelope import Actor, Closed, Frozen
from schemas.errors import Refused
from schemas.ids import Uuid7
from schemas.submission import TEXT_MAX
from streams import review
from streams.auth import require


class CorrectionRequest(Closed):
    """Body of a correction; a program that may have to ask again gives it an id of its own."""

    text: str = Field(max_length=TEXT_MAX)
    update_id: Uuid7 | None = None


class CorrectionForm(Frozen):
    update_id: Uuid7
    text: str = Field(max_length=2 * TEXT_MAX)  # a form counts a line's end as two characters


def for_programs(desk: Desk, gate: Gate) -> APIRouter:
    router = APIRouter(prefix="/api/v1")
    Reader = Annotated[Actor, Depends(_reader(gate))]  # noqa: N806  # the name of a type

    @router.post("/live-events/{live_event_id}/updates/{update_id}/corrections", status_code=202)
    async def correct(actor: Reader, live_event_id: str, update_id: UUID, body: CorrectionRequest) -> dict[str, Any]:
        new_id = body.update_id or _new_id()
        draft = await desk.correcting.correct(actor, live_event_id, update_id, body.text, new_id=new_id)
        return {"update_id": str(draft.update_id), "draft_id": str(draft.id), "corrects": str(update_id)}

    return router


def for_people(pages: Rendering, gate: Gate) -> APIRouter:
    router, desk = APIRouter(prefix="/desk/{live_event_id}/updates/{update_id}"), pages.desk
    Reader = Annotated[Actor, Depends(_reader(gate))]  # noqa: N806  # the name of a type

    @router.get("/correct")
    async def ask(request: Request, actor: Reader, live_event_id: str, update_id: UUID) -> Response:
        return _page(pages, request, actor, live_event_id, update_id, new_id=_new_id(), typed=None)

    @router.post("/correct")
    async def correct(
        request: Request, actor: Reader, live_event_id: str, update_id: UUID, form: Annotated[CorrectionForm, Form()]
    ) -> Response:
        typed = form.text.replace("\r\n", "\n").strip()
        try:
            if len(typed) > TEXT_MAX:
                raise Refused(f"The text has more than {TEXT_MAX} characters.", code="invalid")  # noqa: TRY301  # one answer for all refusals
            draft = await desk.correcting.correct(actor, live_event_id, update_id, typed, new_id=form.update_id)
        except Refused as refused:
            return _page(
                pages, request, actor, live_event_id, update_id, new_id=form.update_id, typed=typed, refused=refused
            )
        return to(f"/desk/{live_event_id}/drafts/{draft.id}", "correcting")

    return router


def _page(
    pages: Rendering,
    request: Request,
    actor: Actor,
    live_event_id: str,
    update_id: UUID,
    *,
    new_id: UUID,
    typed: str | None,
    refused: Refused | None = None,
) -> Response:
    """The form, begun with the words that are public; after a refusal with what was typed, for the one who typed it."""
    view, look = pages.desk.watched(live_event_id), pages.look(request, actor)
    if not view.knows(update_id):
        raise Refused("There is no update of this id in this live event.", code="unknown-update", status=404)
    shown = correction_screens.corrected(view, update_id, look)
    why = None if refused is None else words.said(refused.code, look.lang) or words.said("invalid", look.lang)
    here = f"/desk/{live_event_id}/updates/{update_id}"
    return pages.desk_page(
        request, actor, live_event_id,
        middle="middle_correct.html", update=shown, new_id=str(new_id), said=why, current=update_id,
        typed=shown["text"] if typed is None else typed,
        path=here, here=here, status=200 if refused is None else refused.status,
    )  # fmt: skip


def _reader(gate: Gate) -> Any:
    async def reader(request: Request) -> Actor:
        return require(gate.actor(request), *sorted(review.MAY_READ))

    return reader


def _new_id() -> UUID:
    return UUID(bytes=uuid_utils.uuid7().bytes)

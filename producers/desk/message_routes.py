"""The back channel's page and its one press: read, say; works without script."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Form, Request
from pydantic import Field
from starlette.responses import Response

from producers.desk import message_screens, seen, words
from producers.desk.gate import Gate
from producers.desk.messages import MAY_TALK, MESSAGE_MAX
from producers.desk.rendering import Rendering
from producers.desk.visit import to
from schemas.envelope import Actor, Frozen
from schemas.errors import Refused
from streams.auth import require

# A form counts a line's end as two characters; what is longer than a message is told in words, not as a broken form.
TYPED_MAX = 4 * MESSAGE_MAX


class MessageForm(Frozen):
    form_id: UUID
    text: str = Field(max_length=TYPED_MAX)


def routes(pages: Rendering, gate: Gate) -> APIRouter:
    router, desk = APIRouter(prefix="/desk/{live_event_id}/messages"), pages.desk

    async def talker(request: Request) -> Actor:
        return require(gate.actor(request), *sorted(MAY_TALK))

    Talker = Annotated[Actor, Depends(talker)]  # noqa: N806  # the name of a type

    def page(
        request: Request, actor: Actor, live_event_id: str, *, typed: str = "", refused: Refused | None = None
    ) -> Response:
        """What is typed stays in the answer to the one who typed it."""
        view, look = desk.watched(live_event_id), pages.look(request, actor)
        before = seen.read(request, live_event_id)
        said = desk.messages.read(actor, live_event_id)
        channel = message_screens.channel(view, said, look, before, has_keys=desk.reach.vault.has(live_event_id))
        answer = pages.desk_page(
            request, actor, live_event_id,
            middle="middle_messages.html", talk={**channel, "form_id": str(uuid4()), "text": typed},
            channel={"new": 0}, status=200 if refused is None else refused.status,
            **({} if refused is None else {"said": words.said(refused.code, look.lang)}),
        )  # fmt: skip
        latest = desk.messages.latest(live_event_id)
        if latest is not None:
            answer.headers.append("Set-Cookie", seen.cookie(request, live_event_id, latest))
        return answer

    @router.get("")
    async def read(request: Request, actor: Talker, live_event_id: str) -> Response:
        return page(request, actor, live_event_id)

    @router.post("")
    async def say(
        request: Request, actor: Talker, live_event_id: str, form: Annotated[MessageForm, Form()]
    ) -> Response:
        try:
            await desk.messages.say(actor, live_event_id, form.text, form_id=form.form_id)
        except Refused as refused:
            return page(request, actor, live_event_id, typed=form.text, refused=refused)
        return to(f"/desk/{live_event_id}/messages")

    return router

"""`POST /api/v1/audit/accesses`: a program that reads the archive's folder says what it is about to do, before it does.

The answer comes once the entry is durable; without it the program must show nothing.
"""

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter, Request
from pydantic import Field, model_validator

from consumers.archive.web.pages import AuditPages, Visitor
from schemas.access import ALL, Accessed, Filter, What
from schemas.envelope import Closed
from schemas.errors import Refused
from schemas.ids import LiveEventId, Sha256

TOGETHER = 50  # records on their way at once; a page shows entries of at most so many live events


class AccessRequest(Closed):
    """The fields of an Access that the one who looks has to say; who it is, the token says."""

    live_event_id: Accessed
    what: What
    filters: tuple[Filter, ...] | None = None
    results: int | None = Field(default=None, ge=0, le=10**9)
    live_events: tuple[LiveEventId, ...] | None = Field(default=None, max_length=10_000)
    policy_sha256: Sha256 | None = None
    origin: str | None = Field(default=None, max_length=200)

    @model_validator(mode="after")
    def _ours_to_say(self) -> "AccessRequest":
        if self.what == "original-opened":
            raise ValueError("an original is opened at the desk")
        if self.live_event_id == ALL and self.what != "searched" and self.origin is None:
            raise ValueError("an access is of a live event, or of another installation's")
        return self


def routes(pages: AuditPages) -> APIRouter:
    router = APIRouter(prefix="/api/v1/audit")

    @router.post("/accesses", status_code=201)
    async def entered(request: Request) -> dict[str, str]:
        visitor = pages.visitor(request)  # first: nobody learns what a body should look like before saying who they are
        try:
            body = AccessRequest.model_validate_json(await request.body())
        except ValueError:
            raise Refused("expected the fields of an access", code="invalid") from None
        if body.live_event_id != ALL and not visitor.sees(body.live_event_id):
            raise Refused("You are not named for this live event.", code="other-event", status=403)
        if body.what == "searched":
            await searched(pages, visitor, body.filters or (), body.results or 0, body.live_events or ())
        else:
            more = body.model_dump(exclude={"what", "live_event_id"}, exclude_none=True)
            await pages.enter(visitor.actor, body.what, body.live_event_id, **more)
        return {"status": "entered"}

    return router


async def searched(
    pages: AuditPages, visitor: Visitor, filters: Sequence[Filter], results: int, shown: Sequence[str]
) -> None:
    """A search's entries: one in the log of searches, and one in each live event whose entries are shown.

    Raises Unavailable when one of them cannot be written; nothing is shown then."""
    more: dict[str, object] = {"filters": tuple(filters)}
    await pages.enter(visitor.actor, "searched", ALL, **more, results=results, live_events=tuple(shown))
    for at in range(0, len(shown), TOGETHER):
        some = shown[at : at + TOGETHER]
        await asyncio.gather(*(pages.enter(visitor.actor, "searched", event, **more) for event in some))

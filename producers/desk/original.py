"""What was typed: opened on purpose for one answer, from the sealed record, with a note of who opened it."""

from dataclasses import dataclass
from uuid import UUID

import structlog
from pydantic import ValidationError

from producers.desk import diff
from producers.desk.reach import Reach
from schemas.access import Access
from schemas.draft import Draft
from schemas.envelope import Actor
from schemas.errors import Refused
from schemas.ids import derive
from schemas.submission import Submission, Written
from schemas.topics import ACCESSES, SUBMISSIONS
from streams import review
from streams.auth import require

log = structlog.get_logger()


@dataclass(frozen=True)
class Original:
    """What was typed, for the one answer it is shown in."""

    text: str
    pieces: tuple[diff.Piece, ...]


async def opened(reach: Reach, actor: Actor, live_event_id: str, draft_id: UUID) -> Original:
    """What was typed. The opening is recorded with who and which; the text goes nowhere but into this answer."""
    require(actor, *review.MAY_SEE_ORIGINAL)
    draft = reach.reviewed(live_event_id, draft_id).draft
    sealed = draft.sealed_edit or await _submitted(reach, draft)
    content = reach.vault.open_sealed(live_event_id, sealed)
    await _record(reach, actor, draft)
    log.info(
        "original-opened",
        live_event_id=live_event_id,
        draft_id=str(draft_id),
        update_id=str(draft.update_id),
        actor=actor.name,
        role=actor.role.value,
    )
    try:
        written = Written.model_validate_json(content)
    except ValidationError:
        raise Refused("What is inside the seal is no update.", code="not-understood", status=409) from None
    return Original(written.text, diff.pieces(written.text, draft.text, draft.findings))


async def _record(reach: Reach, actor: Actor, draft: Draft) -> None:
    """Durable before anything is shown."""
    now = reach.clock.now()
    record = Access(
        id=derive(draft.id, actor.name, now.isoformat()),
        live_event_id=draft.live_event_id,
        at=now,
        actor=actor,
        cause=draft.id,
        update_id=draft.update_id,
        draft_id=draft.id,
        what="original-opened",
    )
    await reach.bus.send(ACCESSES, record)


async def _submitted(reach: Reach, draft: Draft) -> str:
    start = draft.source_offset
    if start >= 0:
        found = reach.bus.read(SUBMISSIONS.name, draft.source_partition, start, start + 1)
        async for message in found:
            submission = None if message.value is None else Submission.decode(message.value)
            if submission is not None and draft.update_id in (submission.update_id, submission.id):
                return submission.sealed
        if reach.copies is not None:
            kept = reach.copies.find(draft.live_event_id, SUBMISSIONS.name, draft.source_partition, start)
            if kept is not None:
                return Submission.decode(kept).sealed
    raise Refused("What was typed is no longer kept.", code="not-kept", status=410)

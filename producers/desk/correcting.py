"""A correction written at the desk: a new update that names the public one it corrects, held for somebody else.

It is raw text as an edit is: screened the same way, kept sealed on its draft, and nobody approves own words.
"""

import asyncio
from datetime import datetime
from uuid import UUID

from producers.desk.deciding import Deciding, check_can_go
from producers.desk.queue import LiveEventView
from producers.desk.reach import Reach
from schemas.draft import Draft
from schemas.envelope import Actor
from schemas.errors import Refused
from schemas.topics import DRAFTS
from streams import review
from streams.auth import require


class Correcting:
    """Correct what is public by a post that cites it."""

    def __init__(self, reach: Reach, deciding: Deciding) -> None:
        self._reach = reach
        self._deciding = deciding
        self._lock = asyncio.Lock()  # two presses with one id take turns, so that the second finds the first

    async def correct(self, actor: Actor, live_event_id: str, update_id: UUID, text: str, *, new_id: UUID) -> Draft:
        """The draft of the correction, durable; it waits for another person. Raises Refused when it may not be.

        `new_id` is the correction's own update id. The same id with the same words again gives the same draft, so that
        a press or a request may be repeated.
        """
        require(actor, *sorted(review.MAY_READ))
        view = self._reach.watched(live_event_id)
        live_event = view.live_event
        assert live_event is not None
        async with self._lock:
            now = self._reach.clock.now()
            corrected = _current(view, update_id, now)
            repeated = view.knows(new_id)
            if not repeated:
                check_can_go(view, corrected, live_event, now)
                _check_public(view, update_id)
            draft = self._deciding.rewritten(live_event, _blank(corrected, new_id, now), text, actor)
            if repeated:
                return _same(view.draft(draft.id), draft)
            if draft.text_sha256 == corrected.text_sha256:
                raise Refused("These are the words that are public. Write what is right.", code="unchanged")
            await self._reach.write(DRAFTS, draft)
            return draft


def is_public(view: LiveEventView, update_id: UUID) -> bool:
    """Whether any post of this update is public, as far as anybody knows."""
    return any(row.is_public for row in view.on(update_id))


def _check_public(view: LiveEventView, update_id: UUID) -> None:
    if not is_public(view, update_id):
        raise Refused("It is public nowhere, so there is nothing to correct.", code="not-public", status=409)


def _current(view: LiveEventView, update_id: UUID, now: datetime) -> Draft:
    found = view.current(update_id, now)
    if found is None:
        raise Refused("There is no update of this id in this live event.", code="unknown-update", status=404)
    return found.draft


def _blank(corrected: Draft, new_id: UUID, now: datetime) -> Draft:
    """What the text is screened upon: an update of nobody's words yet. It keeps the id of the draft it corrects, which
    so becomes the cause of the correction; it is never written itself."""
    return corrected.model_copy(
        update={
            "update_id": new_id,
            "corrects": corrected.update_id,
            "revision": 0,
            "text": "",
            "findings": (),
            "needs": None,
            "reasons": (),
            "phase": None,  # what is corrected may belong to one long past
            "run_sheet_item": None,
            "authors": (),
            "received_at": now,
            "source_partition": 0,
            "source_offset": -1,  # no submission: what was typed lies sealed on the draft itself
            "sealed_edit": None,
            "raw_commit": None,
            "text_commit": None,
        }
    )


def _same(known: Draft | None, asked: Draft) -> Draft:
    if known is None or (known.text_sha256, known.corrects) != (asked.text_sha256, asked.corrects):
        raise Refused(
            "Another update came under this id before. Nothing was changed; send this one under an id of its own.",
            code="other-content",
            status=409,
        )
    return known

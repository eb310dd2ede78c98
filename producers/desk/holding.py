"""Says the signed holding message: a submission as a tablet would send it, through the same screening.

Its id follows from the silence it ends, so that two presses, or two people, say it once.
"""

import asyncio
from collections.abc import Mapping
from uuid import UUID

from producers.desk import plan
from producers.desk.queue import LiveEventView
from producers.desk.reach import Reach
from schemas.envelope import Actor, sha256_hex
from schemas.errors import Refused
from schemas.live_event import RunSheetItem
from schemas.submission import Submission, Written
from schemas.topics import SUBMISSIONS
from streams import review, run_sheet, sealing
from streams.auth import require

MAY_SAY = review.MAY_READ
KEPT = 100  # ids of this desk's own, until the view knows their drafts


class Holding:
    """The one act of the plan panel that makes a text public: it sends what a physician signed."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._sent: dict[UUID, Submission] = {}
        self._lock = asyncio.Lock()  # the second of two presses finds the first

    def is_sent(self, update_id: UUID) -> bool:
        return update_id in self._sent

    async def say(
        self, actor: Actor, live_event_id: str, update_id: UUID, filled: Mapping[int, str] | None = None
    ) -> Submission | None:
        """Durable when this returns; None when it was said before. `filled`: the blanks, by their place.

        Raises Refused: 403 wrong role, 409 when the silence is over, 422 for a blank that takes no such words.
        """
        require(actor, *sorted(MAY_SAY))
        view = self._reach.watched(live_event_id)
        async with self._lock:
            if update_id in self._sent:
                return self._sent[update_id]
            if view.knows(update_id):
                return None
            now = self._reach.clock.now()
            proposed = plan.proposal(view, view.counts(now).last_posted_at, plan.waiting(view, now), now)
            if proposed is None or proposed.update_id != update_id:
                raise Refused("Something was said in the meantime.", code="holding-over", status=409)
            record = self._submission(view, actor, update_id, proposed.item, filled or {})
            await self._reach.bus.send(SUBMISSIONS, record)
            self._sent[update_id] = record
            if len(self._sent) > KEPT:
                del self._sent[next(iter(self._sent))]
            return record

    def _submission(
        self, view: LiveEventView, actor: Actor, update_id: UUID, item: RunSheetItem, filled: Mapping[int, str]
    ) -> Submission:
        known, now = view.live_event, self._reach.clock.now()
        assert known is not None
        written = Written(
            text=filled_in(item, filled),
            lang=next((lang for lang in ("en", "de", "nl") if lang == known.plan.languages[0]), None),
            update_id=update_id,
            live_event_id=view.live_event_id,
            written_at=now,
        )
        sealed = sealing.seal(known.sealing_key, written.model_dump_json().encode())
        # Of no phase: it says nothing new, so it does not wait until a family was told.
        return Submission(
            id=update_id,
            live_event_id=view.live_event_id,
            at=now,
            actor=actor,
            update_id=update_id,
            sealed=sealed,
            sealed_sha256=sha256_hex(sealed),
            run_sheet_item=item.id,
        )


def filled_in(item: RunSheetItem, filled: Mapping[int, str]) -> str:
    """The item's text with its blanks, by their place from 0. Raises Refused for one that does not fit its type."""
    said, at = [], 0
    for place, blank in enumerate(run_sheet.blanks(item.text)):
        words = filled.get(place, "").strip()
        if not run_sheet.fits(blank.type, words):
            raise Refused(f"Blank {place + 1} takes a {blank.type}.", code="blank-wrong")
        said += [item.text[at : blank.start], words]
        at = blank.end
    return "".join((*said, item.text[at:]))

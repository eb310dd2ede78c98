"""The last post of a thread, where the event's file asks for it: size and root of the archive as it stood at the close.

It is the director's own act: whoever closes clears this very text. It is of our own words, a number and a hash, so the
condition is that screening covers none of it; should it, the event closes without.
"""

import base64
from collections.abc import Callable
from datetime import datetime

import structlog

from producers.desk.deciding import Screen
from producers.desk.reach import Reach
from schemas.draft import Disposition, Draft, PolicyRef
from schemas.envelope import Actor, sha256_hex, system
from schemas.errors import Refused, Unavailable
from schemas.ids import derive
from schemas.live_event import LiveEvent
from schemas.topics import DRAFTS, RELEASES
from streams import release

RootOf = Callable[[str], tuple[int, bytes] | None]
"""(live event) → how many entries its archive has signed, and their root; None where the archive is not to be read."""

_log = structlog.get_logger("desk")


def text_of(size: int, root: bytes) -> str:
    """`audit verify --known` reads it back from a copy of the post."""
    return f"The archive of this event at its close: {size} entries, root {base64.b64encode(root).decode()}"


class ClosingRoot:
    """Writes draft and release of the last post."""

    def __init__(self, reach: Reach, screen: Screen, root_of: RootOf, policy: Callable[[str], PolicyRef]) -> None:
        self._reach, self._screen, self._root_of, self._policy = reach, screen, root_of, policy

    async def release(self, known: LiveEvent, director: Actor, now: datetime) -> None:
        """Nothing where the event does not ask for it, or where there is no root to be had: closing goes on."""
        if not known.plan.release.closing_root:
            return
        head = self._root_of(known.live_event_id)
        if head is None or not head[0]:
            _log.warning("closed_without_root", live_event=known.live_event_id, reason="no signed archive to be read")
            return
        try:
            draft = self._drafted(known, text_of(*head), director, now)
            if self._reach.watched(known.live_event_id).released(draft.id) is not None:
                return  # a close that was cut off behind it: the first root stays the one
            await self._reach.write(DRAFTS, draft)
            await self._reach.write(RELEASES, release.at_close(draft, known, director, now))
        except (Refused, Unavailable) as error:
            _log.warning("closed_without_root", live_event=known.live_event_id, reason=type(error).__name__)

    def _drafted(self, known: LiveEvent, text: str, director: Actor, now: datetime) -> Draft:
        update_id = derive(known.live_event_id, "closing-root")
        blank = Draft(
            id=derive(update_id, "draft", 0),
            live_event_id=known.live_event_id,
            at=now,
            actor=system("desk"),
            cause=known.id,
            update_id=update_id,
            text="",
            text_sha256=sha256_hex(""),
            disposition=Disposition.CLEAR,
            policy=self._policy(known.plan.policy),
            lang="en",
            received_at=now,
        )
        if self._screen(known, blank, text, director).text != text:
            raise Refused("screening covered a part of the closing root", code="covered")
        return blank.model_copy(update={"text": text, "text_sha256": sha256_hex(text)})

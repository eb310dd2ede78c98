"""A person's word on a post whose outcome nobody here can find out: it is there, it is not, it was deleted by hand."""

from urllib.parse import urlsplit
from uuid import UUID

from producers.desk.queue import LiveEventView
from producers.desk.reach import Reach
from producers.desk.values import Row
from schemas.control import Control, Found
from schemas.envelope import Actor
from schemas.errors import Refused
from schemas.ids import derive
from schemas.live_event import Platform
from schemas.topics import CONTROLS
from streams import review
from streams.auth import require

URL_MAX = 500  # as long as a Control takes; addresses of posts are below 120 characters


class Settling:
    """The answers to unknown outcomes and to deletions that failed."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    async def settle(
        self, actor: Actor, live_event_id: str, post_id: UUID, destination: str, *, found: Found, url: str | None
    ) -> Control:
        """Durable when this returns; the poster acts on it and the item leaves the queue with the next receipt.

        Raises Refused: 403 wrong role, 404 unknown post, 409 when the post does not stand like this, 422 without the
        address that the next posts reply to.
        """
        require(actor, *sorted(review.MAY_SETTLE))
        view = self._reach.watched(live_event_id)
        row = view.post(post_id, destination)
        if row is None:
            raise Refused("There is no post of this id on this destination.", code="unknown-post", status=404)
        _check_answer(row, found)
        address = _address(view, row, found, url)
        now = self._reach.clock.now()
        record = Control(
            id=derive(live_event_id, "settle", destination, post_id, actor.name, now.isoformat()),
            live_event_id=live_event_id,
            at=now,
            actor=actor,
            kind="settle",
            update_id=row.receipt.update_id,
            destination=destination,
            post_id=post_id,
            found=found,
            url=address,
        )
        await self._reach.send(CONTROLS, record)
        return record


def _check_answer(row: Row, found: Found) -> None:
    if found in row.answers:
        return
    if found == "absent" and row.state == "unknown":
        # A request may still arrive: to send it again now could make it public twice.
        raise Refused("The poster still looks for it by itself.", code="still-looking", status=409)
    raise Refused("This post does not wait for such an answer.", code="already-settled", status=409)


def _address(view: LiveEventView, row: Row, found: Found, url: str | None) -> str | None:
    """The post's address: without it the next post has no parent there, and nobody could take this one back."""
    if found != "there":
        return None
    given = (url or "").strip()
    local = any(d.key == row.receipt.destination and d.platform is Platform.LOCAL for d in view.destinations())
    if not given:
        if local:
            return None
        raise Refused("The address of the post is missing.", code="url-missing")
    if not is_address(given):
        raise Refused("The address is not one of a web page.", code="bad-url")
    return given


def is_address(text: str) -> bool:
    """Whether this is an http(s) address that may stand in a link: a host, nothing of a password, no blanks."""
    if len(text) > URL_MAX or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False

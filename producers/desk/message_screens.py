"""What the page of the back channel shows, as plain values for its template. Pure."""

from collections.abc import Sequence
from datetime import datetime

from producers.desk import words
from producers.desk.look import Look, Values, clock
from producers.desk.messages import MESSAGE_MAX, Said
from producers.desk.queue import LiveEventView


def channel(view: LiveEventView, said: Sequence[Said], look: Look, seen: datetime | None, *, has_keys: bool) -> Values:
    """The messages, oldest first; those by others after `seen` are new."""
    known = view.live_event
    assert known is not None
    at = clock(known)
    return {
        "messages": [
            {
                "key": str(one.id),
                "name": words.role(one.actor.name, look.lang),
                "role": None if one.actor.name == one.actor.role else words.role(one.actor.role, look.lang),
                "at": at(one.at)[:5],
                "text": one.text,
                "mine": one.actor.name == look.actor.name,
                "new": (seen is None or one.at > seen) and one.actor.name != look.actor.name,
            }
            for one in said
        ],
        "may": has_keys,
        "max": MESSAGE_MAX,
    }

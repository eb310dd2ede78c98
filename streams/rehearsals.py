"""How ids of an event and of its rehearsals belong together: `<id>-rehearsal`, then `<id>-rehearsal-2` and so on."""

import re

from schemas.errors import Refused

ID_MAX = 64  # of a LiveEventId
_OF = re.compile(r"^(?P<of>.+)-rehearsal(?:-\d{1,3})?$")


def rehearsal_of(live_event_id: str) -> str | None:
    """The event that this one rehearses; None for one that is no rehearsal."""
    found = _OF.match(live_event_id)
    return found["of"] if found else None


def rehearsal_id(live_event_id: str, number: int = 1) -> str:
    """The id of this event's rehearsal, the first or a later one. Raises Refused where the id would be too long."""
    found = f"{live_event_id}-rehearsal" + ("" if number == 1 else f"-{number}")
    if len(found) > ID_MAX:
        raise Refused("The event's address is too long for a rehearsal; shorten it.", code="rehearsal-id")
    return found

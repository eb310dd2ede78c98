"""Where in the house a patient lies: rooms, beds, wards. Theatres and halls are the programme's and may stand."""

import re
from collections.abc import Iterator

from streams.scrub.spans import Hit
from streams.scrub.view import View

_ROOM = re.compile(
    r"(?<!\w)(?P<lead>(?:operating|procedure|break|conference|lecture|control|seminar|meeting|press"
    r"|treatment|green|class|chat|zoom|cath|hybrid|op-|ok-|schulungs|konferenz|seminar)[ -]?)?"
    r"(?P<room>(?:(?:ccu|icu|itu|hdu|pacu|ward|station|afd(?:eling)?|[a-z]\d{1,2}"
    r"|\d[a-z])[\s-](?:\w{1,3}[\s,-]{1,2})?)?(?:room|rm|bed|bay|cubicle|zimmer|zi\.|bett|bettplatz|kamer"
    r"|kmr|bedplaats|box|suite)\s?(?:no\.? |nr\.? |nummer )?[a-z]?-?\d{1,4}(?:[./-]\d{1,3})?[a-z]?)(?!\w"
    r"|:\d|[.,]\d| ?(?:people|personen|mensen|patients|patienten)\b)"
)
_WARD = re.compile(
    r"(?<!\w)(?:ward|station|afdeling|floor|etage|verdieping|stock)\s?(?:no\.? |nr\.? )?(?:\d{1,2}[a-z]?"
    r"|[a-z]\d{1,2})(?![\w]|:\d|[.,]\d)(?:[,\s]{1,2}(?:zimmer|room|kamer|bed|bett)\s?\d{1,4}[a-z]?)?"
)
_NOT_A_WARD = re.compile(r"(?:water|aid|first aid|rest|sanitäts|bahn|post|polizei|wasser|feed)[ -]?$")


def rooms(view: View) -> Iterator[Hit]:
    if not view.has_digits:
        return
    for m in _ROOM.finditer(view.low):
        if not m["lead"]:
            yield Hit(m.start("room"), m.end("room"), "room", "room")
    for m in _WARD.finditer(view.low):
        if not _NOT_A_WARD.search(view.low[max(0, m.start() - 12) : m.start()]):
            yield Hit(m.start(), m.end(), "room", "ward", 0.8)

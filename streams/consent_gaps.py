"""The gaps of a consent, each named in words with what to do; a value is never repeated."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schemas.consent import Consent, NameLevel
from schemas.live_event import LiveEventFile, Platform
from streams.consent import covers_platform, pictured

# AMA opinion 3.1.4: consent is taken by somebody without an interest in the posts. Words of roles, in three languages;
# a bare "press" or "PR" only as a word of its own, so that a surname with it inside is left alone.
_COMMUNICATIONS = re.compile(
    r"""\b(?:
        communications? | comms | marketing | public\W+relations | media\W+(?:relations|office|team) | spokes\w+
      | social\W+media | public\W+affairs | press\W+(?:office|officer|team|desk|department|relations|secretary)
      | (?:head|director|member)\W+of\W+press | publicist
      | kommunikation\w* | \w*unternehmenskommunikation | pressestelle | pressesprecher\w* | pressereferent\w*
      | presseabteilung | presseteam | pressebüro | öffentlichkeitsarbeit | medienarbeit | werbung | werbeabteilung
      | communicatie\w* | marketing\w* | (?:pers)?voorlicht\w+ | (?:pers)?woordvoer\w+ | persdienst | persafdeling
    )\b | (?-i:\bPR\b) | (?-i:\bpress\b)""",
    re.IGNORECASE | re.VERBOSE,
)

# "Not part of communications" says the contrary.
_NOT_OF = re.compile(
    r"\b(?:not?|non|nobody|none|never|neither|without|outside|independent|other than|nicht|kein\w*|ohne|außerhalb"
    r"|unabhängig|niet|geen|zonder|buiten|onafhankelijk|los van)\b",
    re.IGNORECASE,
)

# ISO 639-1, all two-letter codes: a consent is signed in the patient's own language, whatever it is.
_ISO_639_1 = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el
en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it
iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt
my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl
sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo
za zh zu
"""
LANGUAGES = frozenset(_ISO_639_1.split())

_LEVELS: tuple[NameLevel, ...] = ("none", "first-name", "full-name")
_SIDES = {"left": "left", "right": "right", "links": "left", "rechts": "right", "linke": "left", "rechte": "right"}
_WORD = re.compile(r"\w+")


def gaps(file: LiveEventFile, now: datetime, *, cautious: bool = False) -> list[str]:
    """Every gap of the file's consent.

    `cautious`: also what endangers nothing, and is asked for all the same where an event is prepared step by step:
    pictures without anybody who may be shown (no picture is posted), a protected name among the allowed words (which
    is held whatever is allowed).
    """
    try:
        zone = ZoneInfo(file.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones, a name too long for a file
        return ["timezone: not a zone name, as Europe/Amsterdam is"]
    found = [*_whole(file, now, zone), *_scope(file), *_pictures(file.consent, now), *_sides(file)]
    return [*found, *_nobody_shown(file.consent), *_names(file)] if cautious else found


def _whole(file: LiveEventFile, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    consent = file.consent
    if not consent.media.text:
        yield "consent.media.text: the consent does not cover text, so nothing may be posted"
    if consent.signed_at > now:
        yield "consent.signed_at: lies in the future; nothing may be posted before it is signed"
    if consent.expires < max(now, file.window.opens).astimezone(zone).date():
        yield "consent.expires: the consent ends before the event does"
    elif consent.expires < file.window.closes.astimezone(zone).date():
        yield "consent.expires: the consent ends before the event closes"
    for name, what in (("copy_given", "the signer has a copy"), ("plain_language", "it is in plain language")):
        if not getattr(consent, name):
            yield f"consent.{name}: has to say that {what}"
    if (consent.representative is None) != (consent.representative_authority is None):
        yield "consent.representative_authority: a representative and the authority go together"
    if _names_communications(consent.taken_by):
        yield (
            "consent.taken_by: names the communications staff; somebody without an interest in the posts has to take it"
        )
    if consent.language not in LANGUAGES:
        yield "consent.language: is no language code; write two letters, as en, de, nl or tr"
    if consent.withdrawal_cutoff is not None and consent.withdrawal_cutoff <= consent.signed_at:
        yield "consent.withdrawal_cutoff: lies before the signature; a cut-off is a time after it"


def _names_communications(taken_by: str) -> bool:
    """Whether a role of the communications staff is named, and not said to be none of theirs."""
    found = _COMMUNICATIONS.search(taken_by)
    return found is not None and not _NOT_OF.search(taken_by[: found.start()])


def _scope(file: LiveEventFile) -> Iterator[str]:
    consent = file.consent
    for index, destination in enumerate(file.destinations):
        if not covers_platform(consent, destination):
            yield f"destinations.{index}: the consent does not cover {destination.platform}; take it out, or ask anew"
    for index, platform in enumerate(consent.platforms or ()):
        if platform not in frozenset(Platform):
            yield f"consent.platforms.{index}: is no platform; there are {', '.join(Platform)}"
    if consent.platforms is not None and len(set(consent.platforms)) != len(consent.platforms):
        yield "consent.platforms: one stands there twice"
    purposes = [purpose.strip().casefold() for purpose in consent.purposes]
    if not all(purposes):
        yield "consent.purposes: one is empty; each purpose is ticked on its own, in words"
    elif len(set(purposes)) != len(purposes):
        yield "consent.purposes: one stands there twice"


def _nobody_shown(consent: Consent) -> Iterator[str]:
    # A consent without text opens no event; that is said once, and not what else would be missing for pictures.
    shown = [medium for medium in ("photo", "video") if getattr(consent.media, medium)]
    if shown and consent.media.text and not consent.pictured:
        yield (
            f"consent.pictured: {' and '.join(shown)} is granted, but nobody who may be shown; "
            "each person has a consent of their own, staff too"
        )


def _pictures(consent: Consent, now: datetime) -> Iterator[str]:
    for index, person in enumerate(pictured(consent)):
        if person.signed_at > now:
            yield f"consent.pictured.{index}.signed_at: lies in the future; nobody may be shown before they sign"
        if not (person.media.photo or person.media.video):
            yield f"consent.pictured.{index}.media: covers neither photo nor video; take the person out"


def _names(file: LiveEventFile) -> Iterator[str]:
    """A protected name is held whatever is allowed: among the allowed words it is a misunderstanding."""
    for index, allowed in enumerate(file.allow):
        level = max((_level(allowed, term) for term in file.protect), key=_LEVELS.index, default="none")
        if _LEVELS.index(level) > _LEVELS.index(file.consent.name_level):
            yield (
                f"allow.{index}: is a protected name, and the consent's name_level is {file.consent.name_level}; "
                "take it out"
            )


def _level(allowed: str, protected: str) -> NameLevel:
    """How much of a protected name an allowed term tells. A longer one, as of staff of the same surname, is another."""
    said, name = _words(allowed), _words(protected)
    if not said or not set(said) <= set(name) or any(c.isdigit() for c in protected):
        return "none"
    return "first-name" if said == name[:1] else "full-name"


def _sides(file: LiveEventFile) -> Iterator[str]:
    """Consent for the right knee, a plan for the left one: one of the two is wrong."""
    area = _words(file.consent.body_area or "")
    sides = {_side(word) for word in area} - {None}
    parts = {word for word in area if _side(word) is None and len(word) >= 3}  # not "of", "de", "am"
    if len(sides) != 1:
        return
    texts = {"title": file.title, "description": file.description}
    texts |= {f"run_sheet.{index}": item.text for index, item in enumerate(file.run_sheet)}
    for place, text in texts.items():
        words = _words(text)
        told = [_side(word) for word, part in pairwise(words) if part in parts]
        if any(side is not None and side not in sides for side in told):
            yield f"{place}: names the other side than consent.body_area; one of the two is wrong"


def _side(word: str) -> str | None:
    return _SIDES.get(word) or (_SIDES.get(word[:-1]) if word[-1:] in "rsnm" else None)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())

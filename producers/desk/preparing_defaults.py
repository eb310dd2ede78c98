"""What a new preparation begins with, and what one may take from an earlier event. Pure."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from producers.desk.words import Lang

_ZONES = {"en": "Europe/London", "de": "Europe/Berlin", "nl": "Europe/Amsterdam"}
_BEGINS, _LASTS = 8, 4  # o'clock, hours: an operation of a morning

PHRASES: tuple[dict[str, Any], ...] = (
    {"phase": "arrival", "text": {
        "en": "Everyone is here, the room is ready.", "de": "Alle sind da, der Saal ist bereit.",
        "nl": "Iedereen is er, de zaal is klaar."}},
    {"phase": "briefing", "text": {
        "en": "Time-out done, everyone agrees.", "de": "Team-Time-out fertig, alle sind einig.",
        "nl": "Time-out gedaan, iedereen is het eens."}},
    {"phase": "briefing", "text": {
        "en": "We begin in {minutes} minutes.", "de": "In {minutes} Minuten fangen wir an.",
        "nl": "Over {minutes} minuten beginnen we."}},
    {"phase": "incision", "text": {
        "en": "First incision at {time}.", "de": "Erster Schnitt um {time}.", "nl": "Eerste snede om {time}."}},
    {"phase": "key step", "text": {
        "en": "A short break for the team, {minutes} minutes.", "de": "Kurze Pause für das Team, {minutes} Minuten.",
        "nl": "Korte pauze voor het team, {minutes} minuten."}},
    {"phase": "closing", "text": {
        "en": "The count is complete.", "de": "Die Zählung stimmt.", "nl": "De telling klopt."}},
    {"text": {
        "en": "We pause here for a moment and come back.", "de": "Wir machen hier kurz Pause und melden uns wieder.",
        "nl": "We pauzeren hier even en komen terug."}},
)  # fmt: skip

# The wording of the house's form: it stays from one event to the next. Whom it is about, who signed and what they
# granted never does.
_OF_THE_FORM = (
    "subject", "disclosed_by", "recipients", "purpose", "right_to_revoke", "no_conditioning", "redisclosure",
    "legal_basis", "language", "version",
)  # fmt: skip
_OF_THE_DAY = frozenset({"id", "window", "consent", "protect", "training"})


def new(title: str, now: datetime, lang: Lang) -> dict[str, Any]:
    """A file with gaps, but with all that can be guessed and seen at once: tomorrow morning, the public page alone."""
    zone = ZoneInfo(_ZONES[lang])
    opens = (now.astimezone(zone) + timedelta(days=1)).replace(hour=_BEGINS, minute=0, second=0, microsecond=0)
    return {
        "title": title,
        "languages": [lang],
        "timezone": zone.key,
        "window": {"opens": opens.isoformat(), "closes": (opens + timedelta(hours=_LASTS)).isoformat()},
        "destinations": [{"platform": "local"}],
        "release": {"mode": "live", "review": "flagged", "delay_s": 30, "approval_expires_s": 900, "stamp": "clock"},
        "complication": "hold",
        "policy": "strict",
        "phases": ["arrival", "briefing", "incision", "key step", "closing", "done"],
        "family_first": [],
        "phrases": deepcopy(list(PHRASES)),
        "run_sheet": [],
        "consent": {
            "subject": "patient", "signed_by": "patient", "language": lang, "name_level": "none",
            "legal_basis": ["45 CFR 164.508", "GDPR 9(2)(a)"],
        },
    }  # fmt: skip


def copied(earlier: Mapping[str, Any], title: str, now: datetime, lang: Lang) -> dict[str, Any]:
    """The plan of an earlier event for a new day and another patient: no date, no consent, no protected term of it."""
    fresh = new(title, now, lang)
    kept = {key: deepcopy(value) for key, value in earlier.items() if key not in _OF_THE_DAY and value is not None}
    form = earlier.get("consent")
    consent = {k: deepcopy(v) for k, v in form.items() if k in _OF_THE_FORM} if isinstance(form, Mapping) else {}
    zone = kept.get("timezone", fresh["timezone"])
    return {**fresh, **kept, "title": title, "window": _at(fresh, zone), "consent": {**fresh["consent"], **consent}}


def _at(fresh: Mapping[str, Any], zone: str) -> dict[str, str]:
    """The guessed window by the clock of the earlier event's zone."""
    to = ZoneInfo(zone)
    window = fresh["window"]
    return {k: datetime.fromisoformat(v).replace(tzinfo=to).isoformat() for k, v in window.items()}


_LETTERS = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ĳ"): "ij"}


def slug(title: str) -> str:
    """An address made of a title: letters and digits of ASCII, joined by hyphens; empty where there are none."""
    plain = title.casefold().translate(_LETTERS)
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in plain).split()
    return "-".join(words)[:48].strip("-")

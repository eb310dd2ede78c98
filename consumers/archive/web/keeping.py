"""A small panel for `/audit/{id}`: until when keys and log are kept, which holds lie on them, what was erased."""

from pathlib import Path

from consumers.archive.expiry import state_of
from consumers.archive.names import folder_of, is_foreign
from consumers.archive.retention import RetentionState
from consumers.archive.web.look import Look
from consumers.archive.web.phrases import add_phrases
from consumers.archive.web.phrases_keeping import PHRASES
from schemas.errors import Refused
from schemas.retention import Erasure, NotErased

add_phrases(PHRASES)

Days = tuple[int, int]
"""How many days this installation keeps an event's keys after its close, and its log."""
Rows = list[tuple[str, str]]

_LEFT: dict[NotErased, str] = {
    "public-post": "posts still public",
    "published-text": "released texts in this log",
    "scrubbed-drafts": "scrubbed drafts",
    "sealed-updates": "sealed updates",
    "what-was-typed": "what was typed, sealed",
    "backup": "backups",
    "bundle": "exported bundles",
    "name-of-staff": "names of staff in this log",
    "older-versions": "older versions on a topic",
}


def panel(archive: Path, live_event_id: str, days: Days | None, look: Look) -> Rows:
    """What the page shows, as names and values in the visitor's language; empty where there is nothing to say: for
    another installation's log, whose times are not ours, or where no days were given."""
    if days is None or is_foreign(live_event_id):
        return []
    try:
        told = state_of(folder_of(archive, live_event_id))
    except (Refused, ValueError):  # a log that is not as it was written says so elsewhere
        return []
    return rows(told, days, look)


def rows(told: RetentionState, days: Days, look: Look) -> Rows:
    if told.closed_at is None and told.keys_erased is None:
        kept = [(look.t("This log"), look.t("The event is open; nothing of it expires."))]
    else:
        kept = [(look.t("Keys"), _keys(told, days[0], look)), (look.t("This log"), _until(told, days[1], look))]
    for held in told.holds:
        words, since = "matter {matter}, by {who} since {day}", look.day(held.since)
        kept.append((look.t("Legal hold"), look.t(words, matter=held.matter, who=held.by.name, day=since)))
    for erasure in told.erasures:
        kept += _erased(erasure, look)
    return kept


def _keys(told: RetentionState, days: int, look: Look) -> str:
    if told.keys_erased is not None:
        return look.t("destroyed on {day}", day=look.day(told.keys_erased.at))
    until = told.keys_until(days)
    return look.t("held") if told.holds or until is None else look.t("until {day}", day=look.day(until))


def _until(told: RetentionState, days: int, look: Look) -> str:
    until = told.log_until(days)
    return look.t("held") if told.holds or until is None else look.t("until {day}", day=look.day(until))


def _erased(erasure: Erasure, look: Look) -> Rows:
    whole = "sealing-key" in erasure.erased
    words = "{day}, by {who}: the event’s keys" if whole else "{day}, by {who}: protected terms of one person"
    left = []
    for one in erasure.left:
        n = f" ({one.count})" if one.count is not None else ""
        until = f", {look.t('until {day}', day=look.day(one.until))}" if one.until else ""
        left.append(f"{look.t(_LEFT[one.what])}{n}{until}")
    found = [(look.t("Erased"), look.t(words, day=look.day(erasure.at), who=erasure.actor.name))]
    return [*found, (look.t("Not erased"), "; ".join(left))] if left else found

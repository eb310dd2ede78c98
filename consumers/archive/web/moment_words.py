"""What stood at one instant, as the values of the replay's page: what readers saw, what they did not, and why. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from consumers.archive.timeline import Gone, Moment, Shown
from consumers.archive.way import Who
from consumers.archive.web.look import Look

PAGE = 15  # posts on one page: what fits beside the way of one of them
REST_MAX = 30  # lines of what was not public; more are counted


def iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def address(look: Look, at: datetime, update: str | None = None, page: int = 0) -> str:
    """Of the same page at an instant, with one update's way."""
    asked: dict[str, object] = {"at": iso(at)}
    if update is not None:
        asked["u"] = look.of.updates.get(update, "")
    if page:
        asked["page"] = page
    return f"?{urlencode(asked)}"


def public(look: Look, now: Moment, chosen: str | None, page: int | None) -> dict[str, Any]:
    """Posts newest first, those of several places and parts as one; the page that holds the chosen one."""
    groups: dict[str, list[Shown]] = {}
    for shown in now.public:
        groups.setdefault(shown.update_id, []).append(shown)
    newest = list(reversed(groups.items()))
    at = next((i for i, (update, _) in enumerate(newest) if update == chosen), 0)
    here = at // PAGE if page is None else min(max(page, 0), max(0, (len(newest) - 1) // PAGE))
    window = newest[here * PAGE : (here + 1) * PAGE]
    return {
        "count": len(newest),
        "rows": [_post(look, now, update, shown, chosen) for update, shown in window],
        "newer": address(look, now.at, chosen, here - 1) + ("&page=0" if here == 1 else "") if here else None,
        "older": address(look, now.at, chosen, here + 1) if (here + 1) * PAGE < len(newest) else None,
        "foot": _foot(look, now),
    }


def _post(look: Look, now: Moment, update: str, shown: Sequence[Shown], chosen: str | None) -> dict[str, Any]:
    first = shown[0]
    text = " ".join(s.text for s in shown if s.destination == first.destination)
    doubt = [look.place(d.destination) for d in now.doubts if d.update_id == update]
    going = next((s for s in shown if s.going), None)
    notes = [look.t("not yet sure on {places}", places=", ".join(doubt))] if doubt else []
    notes += [look.t("being taken back since {at}", at=look.clock(going.going))] if going and going.going else []
    notes += [
        look.t("could not be deleted on {place}", place=look.place(s.destination)) for s in shown if s.not_deleted
    ]
    notes += [
        look.t(
            "changed on {place} by somebody else, seen {at}", place=look.place(s.destination), at=look.clock(s.changed)
        )
        for s in shown
        if s.changed
    ]
    notes += [look.t("corrects {post}", post=look.update(first.corrects))] if first.corrects else []
    places = dict.fromkeys(look.place(s.destination) for s in shown)
    return {
        "id": f"u{look.of.updates.get(update, 0)}",
        "name": look.update(update),
        "time": look.clock(first.since),
        "text": text,
        "places": ", ".join(places) if len(look.accounts) > 1 else "",
        "notes": notes,
        "href": f"{address(look, now.at, update)}#way",
        "current": update == chosen,
    }


def _foot(look: Look, now: Moment) -> str:
    counts = (
        ("{n} taken back", len({g.update_id for g in now.gone if not g.by_others})),
        ("{n} gone by somebody else’s hand", len({g.update_id for g in now.gone if g.by_others})),
        ("{n} not sure", len(now.doubts)),
        ("{n} waiting", len(now.waiting)),
        ("{n} cleared, not out yet", len(now.cleared)),
    )
    said = [look.t(words, n=n) for words, n in counts if n]
    foot = [look.t("Not public: {what}.", what=", ".join(said))] if said else []
    added = sum(a.what == "added" for a in now.astray)
    foot += [look.t("Public too, and not from here: {n}.", n=added)] if added else []
    return " ".join(foot)


def rest(look: Look, now: Moment) -> list[dict[str, Any]]:
    """What readers did not see, each with its way; of what waits only why."""
    rows = [(d.update_id, "question", _doubt(look, d.destination, unknown=d.unknown), d.since) for d in now.doubts]
    rows += [
        (c.update_id, "clock", look.t("cleared, may go at {at}", at=look.clock(c.not_before)), c.since)
        for c in now.cleared
    ]
    rows += [(w.update_id, "users", _waits(look, w.needs, w.reasons), w.since) for w in now.waiting]
    rows += [(g.update_id, "undo", _off(look, g), g.until) for g in now.gone]
    rows += [
        (
            a.update_id,
            "warn",
            look.t("taken back, and still to be read on {place}", place=look.place(a.destination)),
            a.since,
        )
        for a in now.astray
        if a.update_id
    ]
    rows += [(e.update_id, "return", _ended(look, e.how, e.destination), e.since) for e in now.ended]
    newest = sorted(rows, key=lambda row: row[3], reverse=True)
    return [
        {
            "name": look.update(u, public=icon == "undo"),
            "icon": icon,
            "words": words,
            "time": look.clock(at),
            "href": f"{address(look, now.at, u)}#way",
        }
        for u, icon, words, at in newest
    ]


def _off(look: Look, gone: Gone) -> str:
    words = "gone from {place}, and nobody here took it back" if gone.by_others else "off {place}"
    return look.t(words, place=look.place(gone.destination))


def _doubt(look: Look, destination: str, *, unknown: bool) -> str:
    words = "no answer from {place}" if unknown else "sent to {place}, answer awaited"
    return look.t(words, place=look.place(destination))


def _waits(look: Look, needs: str, reasons: Sequence[str]) -> str:
    why = ", ".join(dict.fromkeys(look.kind(reason) for reason in reasons[:3]))
    return look.t("waits for: {role}", role=look.role(needs)) + (f" ({why})" if why else "")


def _ended(look: Look, how: str, destination: str) -> str:
    words = {"returned": "returned", "refused": "refused by policy", "not-posted": "not posted on {place}"}
    return look.t(words.get(how, how), place=look.place(destination) if destination else "")


_STANDING = {
    "running": ("play", "chip-good", "Live"),
    "held": ("pause", "chip-you", "Held"),
    "stopped": ("stop", "chip-stop", "Stop pressed"),
    "withdrawn": ("stop", "chip-stop", "Consent withdrawn"),
}


def standing(look: Look, now: Moment) -> dict[str, Any]:
    """How the event stood: live, held, stopped; since when and by whom."""
    state = now.standing.state
    if state == "running" and now.life != "open":
        words = {"planned": "Not open yet", "closed": "Closed", "archived": "Archived"}
        return {"icon": "done", "chip": "", "word": look.t(words.get(now.life, now.life)), "by": ""}
    icon, chip, word = _STANDING[state]
    by = ""
    if state != "running" and now.standing.by is not None and now.standing.since is not None:
        who = look.who(Who(now.standing.by.name, now.standing.by.role))
        by = look.t("since {at}, {who}", at=look.clock(now.standing.since), who=who)
    if now.standing.is_text_only:
        by = " ".join((by, look.t("A physician reads every word."))).strip()
    return {"icon": icon, "chip": chip, "word": look.t(word), "by": by}


_CONSENT = {"valid": "Valid", "expired": "Expired", "not-yet": "Not signed yet", "withdrawn": "Withdrawn"}


def consent(look: Look, now: Moment) -> list[tuple[str, str]]:
    """The consent in force, line by line; nobody is named but who took it."""
    if now.consent is None:
        return []
    scope = now.consent.scope
    places = ", ".join(scope.platforms) if scope.platforms is not None else look.t("every destination")
    return [
        (look.t("Consent"), look.t(_CONSENT.get(now.consent.state, now.consent.state))),
        (look.t("Covers"), f"{', '.join(look.t(medium) for medium in scope.media)}; {places}"),
        (look.t("Signed"), f"{look.day(scope.signed_at)}, {look.t('taken by {who}', who=scope.taken_by)}"),
        (look.t("Until"), scope.expires.isoformat()),
        ("sha256", now.consent.sha256[:16]),
    ]

"""How destinations do that do not do as always, in sentences: what is public otherwise than it should be, away since
when and why, posts that stand alone."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from producers.desk.look import Look, Values, clock, name, names, sentence, spoken
from producers.desk.queue import LiveEventView
from schemas.receipt import Notice
from schemas.sighting import Sighting


def notices(view: LiveEventView, look: Look) -> list[Values]:
    """What is public and should not be so, then one for each place that is away, and each whose posts stand alone."""
    found = _seen(view, look)
    for destination in view.destinations():
        away = view.away(destination.key)
        if away is not None:
            found.append({"icon": "pause", "words": _away(view, away, look), "you": away.reason in _FOR_PEOPLE})
    for destination in view.destinations():
        if view.is_standalone(destination.key):
            place = name(view, destination.key, look)
            told = look.t("{place} does not let this account reply: posts stand alone there, numbered.", place=place)
            found.append({"icon": "open", "words": told, "you": False})
    return found


def _seen(view: LiveEventView, look: Look) -> list[Values]:
    """Whoever reads this has to look at the post itself: its address goes with it."""
    found: list[Values] = []
    for destination in view.destinations():
        of = [s for s in view.differences() if s.destination == destination.key]
        found += [_one_seen(view, one, look) for one in of[:EACH_MAX]]
        if len(of) > EACH_MAX:
            more = look.t(
                "{n} more posts on {place} are not as they were sent.",
                n=len(of) - EACH_MAX, place=spoken(view, destination.key, look),
            )  # fmt: skip
            found.append({"icon": "warn", "words": more, "you": True})
        gap = view.unreadable(destination.key)
        if gap is not None:
            told = look.t(
                "{place} could not be read back since {at}: nobody has checked what is public there.",
                place=spoken(view, destination.key, look), at=_at(view, gap.since or gap.at, look),
            )  # fmt: skip
            found.append({"icon": "open", "words": sentence(told), "you": False})
    return found


def _one_seen(view: LiveEventView, one: Sighting, look: Look) -> Values:
    english = _ADDED.get(one.place or "account", _ADDED["account"]) if one.what == "added" else _SEEN[one.what]
    known = view.live_event
    told = look.t(
        english,
        place=spoken(view, one.destination, look),
        at=_at(view, one.at, look),
        hashtag=known.plan.hashtag if known else "",
    )
    url = one.url if one.url is not None and one.url.startswith(("https://", "http://")) else None
    return {"icon": "warn", "words": told, "you": True, "url": url if one.what != "deleted" else None}


def _at(view: LiveEventView, at: datetime, look: Look) -> str:
    """With its day, where that is not today's: it is read back for weeks."""
    known = view.live_event
    assert known is not None
    zone = ZoneInfo(known.plan.timezone)
    local = at.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == look.now.astimezone(zone).date() else f"{local:%Y-%m-%d %H:%M}"


EACH_MAX = 3  # of one place; somebody with the password may have changed all of them
_SEEN: Mapping[str, str] = {
    "edited": "A post on {place} was changed after it was posted, seen at {at}.",
    "deleted": "A post on {place} is gone, and nobody here took it back; seen at {at}.",
    "still-public": "A post on {place} was taken back and can still be read there, seen at {at}.",
}
_ADDED: Mapping[str, str] = {
    "thread": "Our account on {place} posted in this thread past this desk, seen at {at}.",
    "hashtag": "Our account on {place} posted under {hashtag} past this desk, seen at {at}.",
    "account": "Our account on {place} posted something that is not from this desk, seen at {at}.",
}
_FOR_PEOPLE = frozenset({"credentials", "credits"})
"""Reasons that do not end by waiting."""


def _away(view: LiveEventView, away: Notice, look: Look) -> str:
    """Since when and why, what waits there, and who goes on."""
    destinations = view.destinations()
    waiting = sum(len(view.pending(d, look.now)) for d in destinations if d.key == away.destination)
    others = [d.key for d in destinations if view.away(d.key) is None]
    told = [_why(view, away, look)]
    if waiting:
        told.append(
            look.t("1 post waits there.") if waiting == 1 else look.t("{n} posts wait there in order.", n=waiting)
        )
    if others and view.standing.state == "running" and not view.is_kept:
        places = names(view, others, look)
        told.append(look.t("{places} goes on." if len(others) == 1 else "{places} go on.", places=places))
    return " ".join(sentence(one) for one in told)


def _why(view: LiveEventView, away: Notice, look: Look) -> str:
    known = view.live_event
    assert known is not None
    place, clock_ = spoken(view, away.destination, look), clock(known)
    at = clock_(away.since)[:5]
    if away.reason == "limit" and away.until is not None:
        until = clock_(away.until)[:5]
        return look.t("{place} takes no more posts until {until}: its limit is reached.", place=place, until=until)
    if away.reason == "limit":
        return look.t("{place} takes no more posts for now: its limit is reached.", place=place)
    if away.reason == "credentials":
        return look.t("{place} refuses our credentials since {at}. Someone has to renew them.", place=place, at=at)
    if away.reason == "credits":
        return look.t("The credits for {place} are used up since {at}. Someone has to buy more.", place=place, at=at)
    return look.t("{place} is away since {at}.", place=place, at=at)

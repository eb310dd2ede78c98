"""How destinations do that do not do as always, in sentences: away since when and why, posts that stand alone."""

from producers.desk.look import Look, Values, clock, name, names, sentence, spoken
from producers.desk.queue import LiveEventView
from schemas.receipt import Notice


def notices(view: LiveEventView, look: Look) -> list[Values]:
    """One for each place that is away, then one for each whose posts stand alone."""
    found = []
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

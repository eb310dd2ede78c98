"""Who looks at a page and how things are said to them: times, durations, names of places. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from producers.desk.phrases import translate
from producers.desk.queue import LiveEventView
from producers.desk.words import Lang
from schemas.envelope import Actor
from schemas.live_event import LiveEvent

Values = dict[str, Any]

_PLATFORMS = {"x": "X", "bluesky": "Bluesky", "mastodon": "Mastodon"}


@dataclass(frozen=True)
class Look:
    """Who looks, when, in which language."""

    actor: Actor
    now: datetime
    lang: Lang

    def t(self, english: str, **values: object) -> str:
        return translate(english, self.lang, **values)


def age(seconds: float) -> str:
    """As people read a stopwatch: 1:42, and 1:02:07 past an hour."""
    whole = max(0, int(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def took(ms: float, look: Look) -> str:
    """A duration of the machine's, as short as it can be said."""
    if ms < 999.5:
        return f"{ms:.0f} ms"
    return f"{ms / 1000:.1f} s".replace(".", "." if look.lang == "en" else ",")


def iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def timer(at: datetime, look: Look) -> Values:
    """A moment and how long ago it was; the script counts on from there."""
    return {"iso": iso(at), "age": age((look.now - at).total_seconds())}


def clock(known: LiveEvent) -> Callable[[datetime], str]:
    """Writes instants as the clock on the wall shows them where the event is."""
    zone = ZoneInfo(known.plan.timezone)
    return lambda at: at.astimezone(zone).strftime("%H:%M:%S")


def platform(code: str, look: Look) -> str:
    return look.t("Local") if code == "local" else _PLATFORMS.get(code, code)


def name(view: LiveEventView, destination_key: str, look: Look) -> str:
    """The platform; with the account where the event goes to several accounts on it."""
    code, _, account = destination_key.partition(":")
    several = sum(d.platform == code for d in view.destinations()) > 1
    word = platform(code, look)
    return f"{word} {account}" if several else word


def spoken(view: LiveEventView, destination_key: str, look: Look) -> str:
    """As it reads well in a sentence."""
    return look.t("the local page") if destination_key == "local" else name(view, destination_key, look)


def names(view: LiveEventView, keys: Sequence[str], look: Look) -> str:
    """All places in one phrase."""
    found = [spoken(view, key, look) for key in keys]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} {look.t('and')} {found[-1]}"


def all_names(view: LiveEventView, look: Look) -> str:
    return names(view, [d.key for d in view.destinations()], look)


def sentence(text: str) -> str:
    """With a capital at its start, whatever place it begins with."""
    return text[:1].upper() + text[1:]

"""What decides a run: a seed, the kinds of platform, what goes wrong on them, and who dies, pauses or presses when."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Literal, get_args

from consumers.poster.platforms.memory import (
    BLIND_LIMITS,
    KEYED_LIMITS,
    KEYS_FOR_A_TIME_LIMITS,
    KEYS_KEPT_S,
    STANDALONE_LIMITS,
    Fault,
    MemoryPlatform,
    Span,
)
from schemas.control import ControlKind
from schemas.live_event import Destination, Platform
from streams.clock import Clock
from tests.simulation.kernel import BEGIN, NEVER

Kind = Literal["plain", "x", "keys", "keys for a time", "ignores keys", "blind", "no replies"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Mix = Literal[
    "mixed", "few", "none", "lost requests", "lost answers", "late", "errors", "busy", "limits", "duplicates", "away",
    "unreadable", "prompt", "refusals", "everything",
]  # fmt: skip
MIXES: tuple[Mix, ...] = get_args(Mix)

HASHTAGS = ("#OurKneeLive", "#OurHipLive")
SCRIPT = 60  # requests that may go wrong; whatever comes after them succeeds
MIXED: Mapping[Fault, int] = {"ok": 55, "lose-request": 15, "lose-answer": 20, "late": 5, "busy": 5}
WEIGHTS: Mapping[Mix, Mapping[Fault, int]] = {
    "mixed": MIXED,
    "few": {"ok": 8, "lose-answer": 1, "busy": 1},
    "none": {"ok": 1},
    "lost requests": {"ok": 1, "lose-request": 1},
    "lost answers": {"ok": 1, "lose-answer": 1},
    "late": {"ok": 1, "late": 1},
    "errors": {"ok": 2, "error": 1, "lose-answer": 1},
    "busy": {"ok": 1, "busy": 1},
    "limits": {"ok": 1, "limit": 1},
    "duplicates": {"ok": 1, "say-duplicate": 1},
    "away": MIXED,
    "unreadable": MIXED,
    "prompt": {"ok": 50, "lose-request": 15, "lose-answer": 20, "error": 5, "busy": 5, "say-duplicate": 5},
    "refusals": {"ok": 6, "refuse": 2, "lose-answer": 1, "late": 1},
    "everything": {
        "ok": 45, "lose-request": 10, "lose-answer": 15, "late": 10, "error": 5, "busy": 5, "limit": 5,
        "say-duplicate": 5,
    },
}  # fmt: skip


@dataclass(frozen=True, repr=False)
class Plan:
    """With the same plan a run is the same run. Points are counted in the first process, kills in each in turn."""

    seed: int
    kinds: tuple[Kind, ...] = ("plain",)  # a destination each
    mix: Mix = "mixed"
    events: int = 1  # on the same accounts
    alike: bool = False  # the events say the same, under one hashtag
    kills: tuple[int, ...] = ()
    pause: int = NEVER  # point at which the first process stands still, while another is started
    pause_s: float = 120.0
    second_after_s: float | None = None  # another is started beside the first, whatever that does
    twins: bool = False  # it has the first one's name, by mistake
    restarts: bool = True  # whether a dead one is started again
    skews_s: tuple[float, float] = (0.0, 0.0)  # of the clocks of the first and of the second process
    press: ControlKind | None = None
    number: int | None = None  # of the update that is retracted
    press_at: int = NEVER  # point
    press_after_s: float | None = None
    resume_after_s: float | None = None
    change: str | None = None  # of what was approved: see changes.py
    languages: tuple[str, ...] = ("en",)  # the releases take turns in them
    forbid_after_s: float = 0.0  # where replies get forbidden: when
    first_away_s: float = 0.0  # the first destination cannot be reached for so long, from the start
    recover_after_s: float | None = None  # no platform has any fault from then on
    person: bool = True  # whether somebody looks when asked
    deadline_s: float = 3_600.0  # of simulated time: ten lost requests in a row, each settled, and some

    def __repr__(self) -> str:
        """As it is written: only what differs from the defaults."""
        said = (f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if getattr(self, f.name) != f.default)
        return f"Plan({', '.join(said)})"


PLATFORM_OF: Mapping[Kind, Platform] = {
    "plain": Platform.X,
    "x": Platform.X,
    "keys": Platform.BLUESKY,
    "keys for a time": Platform.MASTODON,
    "ignores keys": Platform.MASTODON,
    "blind": Platform.X,
    "no replies": Platform.X,
}


def destinations(plan: Plan) -> tuple[Destination, ...]:
    """The first is @OurHospital, the second @OurHospital2, whatever their kinds."""
    names = [f"@OurHospital{number}" if number > 1 else "@OurHospital" for number in range(1, len(plan.kinds) + 1)]
    return tuple(
        Destination(platform=PLATFORM_OF[kind], account=name) for kind, name in zip(plan.kinds, names, strict=True)
    )


def _plain(destination: Destination, clock: Clock) -> MemoryPlatform:
    return MemoryPlatform(destination, clock)


def _x(destination: Destination, clock: Clock) -> MemoryPlatform:
    return MemoryPlatform(destination, clock, refuses_equal_text=True, young_s=1.0)


def _keys(destination: Destination, clock: Clock) -> MemoryPlatform:
    return MemoryPlatform(destination, clock, KEYED_LIMITS, honours_keys=True, revives_deleted=True)


def _keys_for_a_time(destination: Destination, clock: Clock) -> MemoryPlatform:
    return MemoryPlatform(
        destination, clock, KEYS_FOR_A_TIME_LIMITS, honours_keys=True, keys_kept_s=KEYS_KEPT_S, read_lag_s=0.5
    )


def _ignores_keys(destination: Destination, clock: Clock) -> MemoryPlatform:
    return MemoryPlatform(destination, clock, KEYS_FOR_A_TIME_LIMITS, read_lag_s=0.5)


def _blind(destination: Destination, clock: Clock) -> MemoryPlatform:
    return MemoryPlatform(destination, clock, BLIND_LIMITS)


def _no_replies(destination: Destination, clock: Clock) -> MemoryPlatform:
    return MemoryPlatform(destination, clock, STANDALONE_LIMITS)


MAKERS: Mapping[Kind, Callable[[Destination, Clock], MemoryPlatform]] = {
    "plain": _plain,
    "x": _x,
    "keys": _keys,
    "keys for a time": _keys_for_a_time,
    "ignores keys": _ignores_keys,
    "blind": _blind,
    "no replies": _no_replies,
}


def hashtags(plan: Plan) -> tuple[str, ...]:
    """Of the events, in their order."""
    return (HASHTAGS[0],) * 2 if plan.alike else HASHTAGS


def platforms(plan: Plan, clock: Clock, rng: random.Random) -> dict[str, MemoryPlatform]:
    """By destination key, each with its own script."""
    made = {
        d.key: _scripted(MAKERS[k](d, clock), plan, rng) for k, d in zip(plan.kinds, destinations(plan), strict=True)
    }
    if plan.first_away_s:
        next(iter(made.values())).away = (_span(0.0, plan.first_away_s),)
    return made


def _scripted(platform: MemoryPlatform, plan: Plan, rng: random.Random) -> MemoryPlatform:
    weights = WEIGHTS[plan.mix]
    platform.next(*rng.choices(list(weights), list(weights.values()), k=SCRIPT))
    if plan.mix in ("away", "everything"):
        platform.away = _spans(rng)
    if plan.mix in ("unreadable", "everything"):
        platform.unreadable = _spans(rng)
    return platform


def _spans(rng: random.Random) -> tuple[Span, ...]:
    return tuple(_span(rng.uniform(0.0, 120.0), rng.uniform(5.0, 120.0)) for _ in range(2))


def _span(start_s: float, length_s: float) -> Span:
    start = BEGIN + timedelta(seconds=start_s)
    return Span(start, start + timedelta(seconds=length_s))


def killed(plan: Plan, *points: int) -> Plan:
    return replace(plan, kills=points)

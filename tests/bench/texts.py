"""What the benches write: the demo stream's updates, and a live event that lets them pass without a delay."""

import functools
import json
from datetime import UTC, datetime
from typing import Any

from deploy.demo import demo_event, demo_stream
from producers.playing import Line, read
from schemas.draft import Disposition
from streams.scrub.policy import load
from streams.scrub.screen import Screening, screen
from streams.scrub.terms import Terms, compile_terms

LOOKBACK = load("strict").lookback


def event_file(live_event_id: str) -> dict[str, Any]:
    """The demo event under another id, open now, its release not delayed; as JSON takes it."""
    file = demo_event(datetime.now(UTC))
    file |= {"id": live_event_id, "release": file["release"] | {"delay_s": 0}}
    found: dict[str, Any] = json.loads(json.dumps(file, default=str))
    return found


@functools.cache
def terms() -> Terms:
    file = demo_event(datetime.now(UTC))
    return compile_terms(tuple(file["allow"]), tuple(file["protect"]), file["hashtag"])


def lines() -> tuple[Line, ...]:
    return read(demo_stream().splitlines())


def screened(line: Line, recent: tuple[str, ...]) -> Screening:
    return screen(line.text, lang=line.lang, policy=load("strict"), terms=terms(), recent=recent)


@functools.cache
def clear() -> tuple[Line, ...]:
    """Those that pass by policy alone, also one after the other and round again."""
    kept = lines()
    while True:
        again = tuple(
            line
            for number, line in enumerate(kept)
            if screened(line, tuple(kept[number - back].text for back in range(LOOKBACK, 0, -1))).disposition
            is Disposition.CLEAR
        )
        if again == kept:
            return kept
        kept = again

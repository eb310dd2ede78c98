"""Plays an event in the terminal at the pace it had, or faster: each thing that happened, when it happened.

Where the output is a terminal, keys act at once: space pauses, + and - change the speed, q ends. The standard library
alone: termios for keys, ANSI for the last line. Elsewhere the lines come one after another in the same pacing.
"""

import os
import select
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TextIO

from consumers.archive.replay import about, by
from consumers.archive.timeline import Fold, Tick, Timeline
from deploy.commands.audit.moments import clock, number

SPEED_MIN, SPEED_MAX = 0.25, 3600.0
LOOK_S = 0.1  # how often a key is looked for: below what feels late
CLEAR_LINE = "\r\x1b[K"


@dataclass
class Player:
    """`waits` sleeps up to some seconds and gives back the key that was pressed meanwhile, or none."""

    of: Timeline
    out: Callable[[str], None]
    status: Callable[[str], None]
    waits: Callable[[float], str]
    speed: float
    paused: bool = False
    _fold: Fold = field(default_factory=Fold)

    def play(self, start: datetime) -> None:
        """From an instant to the end, or until q."""
        for tick in self.of.until(start):
            self._fold.take(tick)
        now = start
        while (following := self.of.after(now)) is not None:
            if not self._reach(now, following.when):
                return
            now = following.when
            for one in self.of.of_instant(now):
                self._fold.take(one)
                self.out(line(self.of, one))
        self.status("")

    def _reach(self, now: datetime, then: datetime) -> bool:
        """Waits as long as it lasted, divided by the speed. False when it was ended."""
        left = (then - now).total_seconds()
        while left > 0 or self.paused:
            part = min(LOOK_S, left / self.speed) if left > 0 else LOOK_S
            self._say(then, left)
            key = self.waits(part)
            if key == "q":
                return False
            if not self.paused:
                left -= part * self.speed
            self._press(key)
        return True

    def _press(self, key: str) -> None:
        if key == " ":
            self.paused = not self.paused
        if key in ("+", "="):
            self.speed = min(SPEED_MAX, self.speed * 2)
        if key == "-":
            self.speed = max(SPEED_MIN, self.speed / 2)

    def _say(self, then: datetime, left: float) -> None:
        moment = self._fold.moment(then)
        state = "paused" if self.paused else f"{self.speed:g} ×"
        at = clock(self.of, datetime.fromtimestamp(then.timestamp() - max(left, 0), then.tzinfo))
        posts = len({shown.update_id for shown in moment.public})
        self.status(f"{at}  {state}  public {posts}, waiting {len(moment.waiting)}, {moment.standing.state}")


def line(of: Timeline, tick: Tick) -> str:
    """One thing that happened: when, what, of which update, by whom."""
    s = tick.step
    said = [clock(of, tick.when), s.what if s.what != "ledger" else f"ledger {s.detail.get('kind')}"]
    if s.update_id is not None:
        said.append(number(of, s.update_id))
    said += [by(s), about(s)]
    if s.what in ("posted", "released"):
        said.append(str(s.detail.get("text", "")))
    if tick.set_right:
        said.append(f"(its own clock: {s.at})")
    return "  ".join(part for part in said if part)


def play(of: Timeline, start: datetime, speed: float, out: TextIO = sys.stdout) -> None:
    """In this terminal; without keys where input or output is none."""
    with _keys(out) as waits:
        live = waits is not None

        def said(text: str) -> None:
            out.write(f"{CLEAR_LINE if live else ''}{text}\n")
            out.flush()

        def status(text: str) -> None:
            if live:
                out.write(CLEAR_LINE + text[: os.get_terminal_size(out.fileno()).columns - 1])
                out.flush()

        Player(of, said, status, waits or _sleeps, speed).play(start)


def _sleeps(seconds: float) -> str:
    time.sleep(seconds)
    return ""


@contextmanager
def _keys(out: TextIO) -> Iterator[Callable[[float], str] | None]:
    """Keys as they are pressed, without Enter; the terminal is as it was when this ends. None where there is none."""
    if not (sys.stdin.isatty() and out.isatty()):
        yield None
        return
    import termios  # noqa: PLC0415  # not on every system that runs the other acts
    import tty  # noqa: PLC0415  # as above

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)

    def waits(seconds: float) -> str:
        ready, _, _ = select.select([descriptor], [], [], seconds)
        return os.read(descriptor, 1).decode(errors="replace") if ready else ""

    try:
        tty.setcbreak(descriptor)
        yield waits
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)

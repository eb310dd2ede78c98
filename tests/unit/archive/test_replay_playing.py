"""Playing an event in a terminal: each thing when it happened, at the speed asked for, and keys that act at once."""

from datetime import timedelta

from consumers.archive.replay import replay
from consumers.archive.timeline import Timeline, timeline
from deploy.commands.audit.playing import Player
from tests.unit.archive.records import at, story
from tests.unit.archive.test_replay import as_entries

KNEE: Timeline = timeline(replay(as_entries(story())))


class Terminal:
    """Notes what is written and how long was waited; presses each key once that many seconds have passed."""

    def __init__(self, keys: dict[float, str] | None = None) -> None:
        self.lines: list[str] = []
        self.said: list[str] = []
        self.waited = 0.0
        self._keys = dict(keys or {})

    def waits(self, seconds: float) -> str:
        self.waited += seconds
        due = next((when for when in self._keys if when <= self.waited), None)
        return "" if due is None else self._keys.pop(due)

    def player(self, speed: float) -> Player:
        return Player(KNEE, self.lines.append, self.said.append, self.waits, speed)


def test_it_lasts_as_long_as_it_lasted_divided_by_the_speed() -> None:
    terminal = Terminal()
    terminal.player(10).play(at(0))
    whole = (KNEE.ticks[-1].when - at(0)) / timedelta(seconds=10)
    assert abs(terminal.waited - whole) < 0.2
    assert len(terminal.lines) == len([tick for tick in KNEE.ticks if tick.when > at(0)])


def test_it_begins_where_it_is_told_to() -> None:
    terminal = Terminal()
    terminal.player(60).play(at(20))
    assert terminal.lines[0].startswith("09:05:30.0  stop  J. Brandt, director")
    assert terminal.said[0].endswith("public 7, waiting 0, running")


def test_space_pauses_and_goes_on_and_q_ends() -> None:
    terminal = Terminal({0.1: " ", 50: " ", 50.3: "q"})
    terminal.player(1).play(at(0))
    assert terminal.waited < 51
    assert terminal.lines == []
    assert any("paused" in said for said in terminal.said)


def test_plus_and_minus_change_the_speed() -> None:
    fast, slow = Terminal({0.01: "+"}), Terminal({0.01: "-"})
    fast.player(10).play(at(0))
    slow.player(10).play(at(0))
    assert fast.waited < 2  # the thirty seconds take three at 10 ×
    assert slow.waited > 5

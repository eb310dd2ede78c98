"""What may stand before the released words: the plain stamp, and ever finer ones that tell equal texts apart."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

NUMBER_MAX = 9_999  # releases in a thread; room for such a number is kept


@dataclass(frozen=True)
class Stamp:
    """Which stamp the live event has, and from what it is made; never from a clock."""

    style: str  # clock | elapsed | counter | none
    at: datetime
    timezone: str
    elapsed_from: datetime
    counter: int

    def openings(self, *, numbered: bool) -> tuple[str, ...]:
        """What may stand before the words, coarse to fine; the last ones have the number, which no other release has.

        `numbered`: the post stands alone, so that the number is always there.
        """
        number = self._text("counter")
        own = "none" if self.style == "counter" else self.style
        plain, fine = self._text(own), self._text(own, fine=True)
        with_number = (number + plain, number + fine, number + self._text("clock", fine=True))
        bare = () if numbered or self.style == "counter" else (plain, fine)
        return tuple(dict.fromkeys((*bare, *with_number)))

    def room(self, *, number: bool) -> str:
        """As wide as the openings, so that the parts end where they end whichever of them is taken.

        `number`: the widest one too.
        """
        widest = f"{max(self.counter, NUMBER_MAX)}. " if number or self.style == "counter" else ""
        return widest + ("" if self.style == "counter" else self._text(self.style, fine=True))

    def _text(self, style: str, *, fine: bool = False) -> str:
        return stamp_of(
            style, at=self.at, timezone=self.timezone, elapsed_from=self.elapsed_from, counter=self.counter, fine=fine
        )


def stamp_of(
    style: str, *, at: datetime, timezone: str, elapsed_from: datetime, counter: int, fine: bool = False
) -> str:
    """What stands before the text, with its space: when it was, or the how-manieth it is. `fine`: to the second."""
    if style == "clock":
        return f"{at.astimezone(ZoneInfo(timezone)):{'%H:%M:%S' if fine else '%H:%M'}} "
    if style == "elapsed":
        return _elapsed(int((at - elapsed_from).total_seconds() // 1), fine=fine)
    return f"{counter}. " if style == "counter" else ""


def _elapsed(seconds: int, *, fine: bool) -> str:
    size = abs(seconds if fine else 60 * (seconds // 60))
    text = f"T{'-' if seconds < 0 else '+'}{size // 3600}:{size // 60 % 60:02d}"
    return f"{text}:{size % 60:02d} " if fine else f"{text} "

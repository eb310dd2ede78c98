"""The lines of the queue as HTML: one that stands as it stood is not rendered again for each page of each person."""

from functools import lru_cache
from operator import itemgetter

from markupsafe import Markup

from producers.desk.look import Values
from producers.desk.visit import TEMPLATES

# A few hundred drafts, each as three roles and two languages read it; a kilobyte each.
KEPT = 4096
# Stands where the age will stand: ages change by the second, and nothing else of a line does.
AGE = "{age}"
FIXED = ("key", "href", "why", "peek", "icon", "you", "who", "current")
_fixed = itemgetter(*FIXED)


def lines(queue: list[Values]) -> Markup:
    """All of them, each with its age as it is now."""
    return Markup("".join(map(_line, queue)))  # noqa: S704  # of our own template, which escapes


def _line(one: Values) -> str:
    if one["left"] is not None:  # about to end: one or two at a time, not worth keeping
        return TEMPLATES.text("queue_line.html", item=one)
    timer = one["timer"]
    before, after = _around(_fixed(one), timer["iso"])
    return f"{before}{timer['age']}{after}"


@lru_cache(KEPT)
def _around(fixed: tuple[object, ...], iso: str) -> tuple[str, str]:
    item = {**dict(zip(FIXED, fixed, strict=True)), "left": None, "timer": {"iso": iso, "age": AGE}}
    html = TEMPLATES.text("queue_line.html", item=item)
    before, _, after = html.rpartition(AGE)  # the age is the last that a line shows, whatever stands in its words
    return before, after

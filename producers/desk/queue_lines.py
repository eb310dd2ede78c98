"""The lines of the queue as HTML: one that stands as it stood is not rendered again for each page of each person."""

from functools import lru_cache

from markupsafe import Markup

from producers.desk.look import Values
from producers.desk.visit import TEMPLATES

# A few hundred drafts, each as three roles and two languages read it; a kilobyte each.
KEPT = 4096
# Stands where the age will stand: ages change by the second, and nothing else of a line does.
AGE = "{age}"
FIXED = ("key", "href", "why", "peek", "icon", "you", "who", "current")


def lines(queue: list[Values]) -> list[Markup]:
    """Each line with its age as it is now."""
    return [_line(one) for one in queue]


def _line(one: Values) -> Markup:
    if one["left"] is not None:  # about to end: one or two at a time, not worth keeping
        return Markup(TEMPLATES.text("queue_line.html", item=one))  # noqa: S704  # our own template, which escapes
    timer = one["timer"]
    before, after = _around(tuple(one[field] for field in FIXED), timer["iso"])
    return Markup(before + timer["age"] + after)  # noqa: S704  # the template's, and digits with colons


@lru_cache(KEPT)
def _around(fixed: tuple[object, ...], iso: str) -> tuple[str, str]:
    item = {**dict(zip(FIXED, fixed, strict=True)), "left": None, "timer": {"iso": iso, "age": AGE}}
    html = TEMPLATES.text("queue_line.html", item=item)
    before, _, after = html.rpartition(AGE)  # the age is the last that a line shows, whatever stands in its words
    return before, after

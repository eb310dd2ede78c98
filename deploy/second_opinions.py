"""Finds the second opinions that a setting names among the installed entry points, and puts them beside our detectors.

What is named but cannot be had stops the stage at its start: a stage that screens with less than was asked for would
not be noticed by anybody.
"""

import re
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points

from deploy.settings import Scrub
from schemas.errors import Refused, ScrubcastError
from streams.scrub.detectors import DETECTORS, Detector
from streams.scrub.second_opinion import GROUP, LABELS, Open, Options, SecondOpinion, detector, strange_labels

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")  # a finding's rule has room for so much


def detectors(scrub: Scrub) -> Sequence[tuple[str, Detector]]:
    """Ours, then those of the second opinions in the order of the setting. Raises Refused."""
    return (*DETECTORS, *(detector(name, opened(name, scrub.opinion.get(name, {}))) for name in scrub.second_opinions))


def opened(name: str, options: Options) -> SecondOpinion:
    """The second opinion, loaded and ready, all of its labels understood."""
    open_: Open = _entry(name).load()
    try:
        opinion = open_(options)
    except ScrubcastError:
        raise
    except Exception as error:  # somebody else's code may raise anything; that it does not start is what must be said
        raise Refused(
            f"Second opinion {name} does not start: {type(error).__name__}.", code="bad-second-opinion"
        ) from error
    if strange := strange_labels(opinion.labels):
        raise Refused(
            f"Second opinion {name} reports labels that have no meaning here: {', '.join(strange)}. "
            f"Leave them out with its option `labels`; known are {', '.join(sorted(LABELS))}.",
            code="bad-second-opinion",
        )
    return opinion


def _entry(name: str) -> EntryPoint:
    found = {entry.name: entry for entry in entry_points(group=GROUP) if _NAME.fullmatch(entry.name)}
    if name not in found:
        raise Refused(
            f"No second opinion is called {name}; installed are {', '.join(sorted(found)) or 'none'}.",
            code="second-opinion-missing",
        )
    return found[name]

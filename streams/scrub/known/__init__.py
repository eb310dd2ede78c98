"""Finds what the event protects in whatever way it is written: typos, pet names, look-alikes, glue, gaps, spelling."""

from collections.abc import Iterator

from streams.scrub.known.glued import found_glued
from streams.scrub.known.halves import found_first_halves, found_halves
from streams.scrub.known.numbers import found_dates, found_numbers
from streams.scrub.known.spelled import found_broken, found_initials, found_spelled
from streams.scrub.known.words import found_words
from streams.scrub.spans import Hit
from streams.scrub.view import View


def known_terms(view: View) -> Iterator[Hit]:
    """Kinds known-term, known-date and known-number."""
    terms = view.terms
    if terms.tokens or terms.phrases:
        yield from found_words(view)
        yield from found_glued(view)
        yield from found_spelled(view)
        yield from found_initials(view)
        yield from found_broken(view)
        yield from found_first_halves(view)
    if terms.numbers or terms.figures:
        yield from found_numbers(view)
    if terms.dates:
        yield from found_dates(view)
    if view.recent:
        yield from found_halves(view)

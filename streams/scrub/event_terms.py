"""The terms of a live event, from its plan and what the vault keeps of it."""

from collections.abc import Iterable

from schemas.live_event import LiveEventFile, Plan
from streams.scrub.terms import Terms, compile_terms


def event_terms(plan: Plan | LiveEventFile, protect: Iterable[str]) -> Terms:
    """With the words of all that was written before the event: staff will use them, and they name nobody."""
    return compile_terms(plan.allow, protect, plan.hashtag, prepared_texts(plan))


def prepared_texts(plan: Plan | LiveEventFile) -> tuple[str, ...]:
    return (
        plan.title,
        plan.description,
        *plan.phases,
        *(item.text for item in plan.run_sheet),
        *(text for phrase in plan.phrases for text in phrase.text.values()),
    )

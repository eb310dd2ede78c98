"""The line of figures over the desk: who is there, how old the oldest is, how long it was silent. Pure."""

from producers.desk.look import Look, Values, age, iso, timer, took
from producers.desk.queue import LiveEventView
from streams.counts import Counts


def strip(view: LiveEventView, counted: Counts, look: Look) -> Values:
    known = view.live_event
    assert known is not None
    counts = view.counts(look.now)
    plans = {"hold": "Hold everything", "stop": "Stop everything", "text-only": "Text only"}
    oldest = counts.oldest_waiting_s
    return {
        "waiting": counts.waiting,
        "oldest": None if oldest is None else age(oldest),
        "oldest_iso": None if counts.oldest_waiting_at is None else iso(counts.oldest_waiting_at),
        "per_minute": counts.updates_per_minute,
        "screening": None if counted.median_ms is None else took(counted.median_ms, look),
        "silence": None if counts.last_posted_at is None else timer(counts.last_posted_at, look),
        "posted": counts.posted,
        "complication": look.t(plans.get(known.plan.complication, "Hold everything")),
    }

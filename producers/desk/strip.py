"""The line over the desk: who is there, the oldest that waits, the silence, what a complication does. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from producers.desk import plan, words
from producers.desk.limits import Limits
from producers.desk.look import Look, Values, age, clock, iso, name, timer, took
from producers.desk.presences import Present
from producers.desk.queue import LiveEventView
from producers.desk.values import Counts
from schemas.live_event import Platform
from streams import counts as engine
from streams import review

COMPLICATIONS = {"hold": "Hold everything", "stop": "Stop everything", "text-only": "Text only"}
NOW = {
    "hold": "Everything is held",
    "stop": "Everything is stopped",
    "text-only": "Text only. A physician reads every word.",
}


@dataclass(frozen=True)
class Figures:
    """What the line is made of beside the event: its numbers, those of the stream engine, who is here, the limits."""

    counts: Counts
    counted: engine.Counts
    here: tuple[Present, ...]
    limits: Limits


def strip(view: LiveEventView, figures: Figures, look: Look) -> Values:
    counts, counted = figures.counts, figures.counted
    oldest, silent = counts.oldest_waiting_s, plan.silence(view, counts.last_posted_at)
    return {
        "present": present(figures.here, look),
        "waiting": counts.waiting,
        "oldest": None if oldest is None else age(oldest),
        "oldest_iso": None if counts.oldest_waiting_at is None else iso(counts.oldest_waiting_at),
        "per_minute": counts.updates_per_minute,
        "screening": None if counted.median_ms is None else took(counted.median_ms, look),
        "silence": None if silent is None else timer(silent.since, look),
        "silence_of": None if silent is None or silent.after is None else age(silent.after.total_seconds()),
        "posted": counts.posted,
        "left": left(view, figures.limits, look),
        "complication": complication(view, look),
    }


def present(here: Sequence[Present], look: Look) -> list[Values]:
    """Who is here; a role's key has no name but the role's."""
    return [{"name": words.role(p.name, look.lang), "role": role(p, look)} for p in here]


def role(one: Present, look: Look) -> str | None:
    """The role as it stands beside a name, in small; None where the name is the role."""
    word = words.role(one.role, look.lang)
    return None if one.name == one.role else word.lower() if look.lang != "de" else word


def left(view: LiveEventView, limits: Limits, look: Look) -> str | None:
    """How many posts each account still takes; None where no account's answer is known."""
    known = [
        (name(view, d.key, look), found.posts)
        for d in view.destinations()
        if d.platform is not Platform.LOCAL and (found := limits.left(view, d.key, look.now)) is not None
    ]
    return " · ".join(f"{place} {posts}" for place, posts in known) or None


def complication(view: LiveEventView, look: Look) -> Values:
    """What a complication will do, or what the one that is does; and who may press."""
    known, now = view.live_event, view.standing.complication
    assert known is not None
    may = look.actor.role in review.MAY_COMPLICATION and known.state == "open" and view.standing.state != "withdrawn"
    planned = look.t(COMPLICATIONS.get(known.plan.complication, "Hold everything"))
    if now is None or view.standing.state == "withdrawn":
        return {"may": may, "plan": planned, "now": None, "may_end": False}
    return {
        "may": False,
        "plan": planned,
        "since": clock(known)(now.at)[:5],
        "who": words.role(now.actor.name, look.lang),
        "now": look.t(NOW.get(now.mode or "hold", "Everything is held")),
        # Their word that it is over. What it held or stopped stays so until a resume.
        "may_end": known.state == "open" and look.actor.role in review.MAY_COMPLICATION_OVER,
    }

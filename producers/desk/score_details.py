"""Decides what became of one planted detail: caught by the system or by a person, slipped out, or still waiting."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from producers.desk.queue import LiveEventView
from producers.desk.recording import Planted, Recorded
from producers.desk.score_values import Detail, How, Outcome
from producers.desk.values import Row
from schemas.draft import Action, Disposition, Draft
from schemas.envelope import Actor


@dataclass(frozen=True)
class Came:
    """One line that came, and where to look what became of it."""

    view: LiveEventView
    number: int
    recorded: Recorded
    update_id: UUID
    now: datetime


def detail(line: Came, planted: Planted) -> Detail:
    """By what the public could read first; then by who kept it from them."""
    return _public(line, planted) or _cleared(line, planted) or _by_system(line, planted) or _by_person(line, planted)


def _public(line: Came, planted: Planted) -> Detail | None:
    """It was read somewhere, or nobody can say that it was not."""
    rows = tuple(r for r in line.view.on(line.update_id) if _was_public(r) and _tells(line, r, planted.text))
    if not rows:
        return None
    at = min(r.receipt.posted_at or r.receipt.at for r in rows)
    is_gone = all(r.state == "retracted" for r in rows)
    gone_s = (max(r.since for r in rows) - at).total_seconds() if is_gone else None
    where = tuple(dict.fromkeys(r.receipt.destination for r in rows))
    return _as(line, planted, "slipped", "public", _approved_by(line), where=where, public_at=at, public_for_s=gone_s)


def _was_public(row: Row) -> bool:
    return row.receipt.outcome in ("posted", "unknown")


def _tells(line: Came, row: Row, text: str) -> bool:
    """By its own text, or, where a post was cut in two right through the detail, by that of the whole update."""
    if holds(row.receipt.text, text):
        return True
    parts = [r for r in line.view.on(line.update_id) if r.receipt.release_id == row.receipt.release_id]
    if any(holds(r.receipt.text, text) for r in parts) or row.receipt.parts == 1:
        return False
    sent = next((r for d in line.view.revisions(line.update_id) if (r := line.view.released(d.id))), None)
    return sent is not None and sent.id == row.receipt.release_id and holds(sent.text, text)


def _cleared(line: Came, planted: Planted) -> Detail | None:
    """Everybody let it go, and it was public nowhere: somebody stopped it in time, or it only was not its turn yet."""
    view = line.view
    one = view.current(line.update_id, line.now)
    if one is None or one.state not in ("approved", "released") or not holds(one.draft.text, planted.text):
        return None
    if (taken := _taken_back(line)) is not None:
        return _as(line, planted, "person", "taken-back", taken)
    if view.lapsed(one, line.now) is not None or view.standing.state in ("stopped", "held"):
        return _as(line, planted, "person", "stopped", view.standing.by)
    return _as(line, planted, "slipped", "cleared", _approved_by(line))


def _by_system(line: Came, planted: Planted) -> Detail | None:
    first = line.view.revisions(line.update_id)[0]
    if first.disposition is Disposition.REFUSE:
        return _as(line, planted, "system", "refused")
    if not holds(first.text, planted.text):
        return _as(line, planted, "system", "covered")
    if first.disposition is Disposition.HOLD and _points_at(first, line.recorded.line.text, planted.text):
        return _as(line, planted, "system", "held")
    return None


def _points_at(draft: Draft, typed: str, text: str) -> bool:
    """Whether a finding that made it wait lies on the detail, in what was typed."""
    start = typed.index(text)
    end = start + len(text)
    return any(f.action is not Action.ALLOW and f.start < end and f.end > start for f in draft.findings)


def _by_person(line: Came, planted: Planted) -> Detail:
    """It waited for another reason, or because everything is read; what did the person who read it do?"""
    if (taken := _taken_back(line)) is not None:
        return _as(line, planted, "person", "taken-back", taken)
    revisions = line.view.revisions(line.update_id)
    ours = {d.id for d in revisions}
    for decision in (d for d in line.view.decisions() if d.draft_id in ours):
        if decision.verdict == "return":
            return _as(line, planted, "person", "returned", decision.actor)
        if decision.verdict == "edit" and not holds(revisions[-1].text, planted.text):
            return _as(line, planted, "person", "edited", decision.actor)
    return _as(line, planted, "open", "waiting")


def _taken_back(line: Came) -> Actor | None:
    for control in line.view.controls():
        if control.kind == "withdraw" or (control.kind == "retract" and control.update_id == line.update_id):
            return control.actor
    return None


def _approved_by(line: Came) -> Actor | None:
    """Whose word let it out; None where policy alone did."""
    releases = (line.view.released(d.id) for d in line.view.revisions(line.update_id))
    return next((r.approved_by for r in releases if r is not None and r.approved_by is not None), None)


def _as(
    line: Came,
    planted: Planted,
    outcome: Outcome,
    how: How,
    by: Actor | None = None,
    *,
    where: tuple[str, ...] = (),
    public_at: datetime | None = None,
    public_for_s: float | None = None,
) -> Detail:
    return Detail(line.number, planted.kind, planted.text, outcome, how, by, where, public_at, public_for_s)


def holds(text: str, detail: str) -> bool:
    """Whether the detail can be read in the text, in large or small letters."""
    return detail.casefold() in text.casefold()

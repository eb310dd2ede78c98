"""Puts the pages of one live event together: the frame around them, and what stands in the middle."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from producers.desk import (
    correction_screens,
    draft_screens,
    going_on,
    going_out,
    notices,
    plan,
    plan_screens,
    queue_lines,
    queue_screens,
    screens,
    seen,
    strip,
    thread_screens,
    words,
)
from producers.desk.desk import Desk
from producers.desk.diff import Piece
from producers.desk.look import Look
from producers.desk.messages import MAY_TALK
from producers.desk.queue import LiveEventView
from producers.desk.values import Counts
from producers.desk.visit import language, render
from schemas.envelope import Actor
from schemas.errors import Refused
from streams import review
from streams.review import Review


@dataclass(frozen=True)
class Ask:
    """What will happen, one line each, before an act that cannot be taken back. English; translated when shown."""

    path: str
    question: str
    lead: str
    lines: tuple[str, ...]
    act: str
    style: str
    icon: str


@dataclass(frozen=True)
class Rendering:
    """`page_url` is where the public reads the thread; empty when there is no such page.

    `stops_ms`: how long the last stop of an event took to be durable here, for the page after it.
    """

    desk: Desk
    page_url: str
    stops_ms: dict[str, int] = field(default_factory=dict)

    def look(self, request: Request, actor: Actor) -> Look:
        return Look(actor, self.desk.clock.now(), language(request))

    def desk_page(self, request: Request, actor: Actor, live_event_id: str, **middle: Any) -> Response:
        """The desk with one thing in its middle: what is given, else the most urgent draft, else that nothing waits."""
        view, look = self.desk.watched(live_event_id), self.look(request, actor)
        if "middle" not in middle:
            middle = {**_most_urgent(view, look), **middle}
        status, current = middle.pop("status", 200), middle.pop("current", None)
        self.desk.presences.saw(live_event_id, actor, reading=middle.pop("reading", None), edits="typed" in middle)
        counts, waits = view.counts(look.now), plan.waiting(view, look.now)
        proposed = self.desk.proposal(view, counts.last_posted_at, waits)
        queue = queue_screens.queue(view, look, current, waits, proposed)
        chosen = thread_screens.chosen_destination(view, request.query_params.get("to"))
        line = going_out.line(view, chosen, waits[chosen], self.desk.compose)
        values = {
            **self.frame(view, look),
            "strip": strip.strip(view, self._figures(live_event_id, counts), look),
            "queue": queue_lines.lines(queue),
            "queue_count": len(queue),
            "itself": queue_screens.by_itself(view, look, waits),
            "tabs": thread_screens.tabs(view, look, chosen),
            "tabs_chosen": chosen,
            "posts": thread_screens.posts(view, look, chosen, waits, self.desk.limits, line=line),
            "notices": notices.notices(view, look),
            "kept": going_on.as_live(view, look),
            "next_href": f"/desk/{live_event_id}",
            "readers": [],
            "channel": self.channel(request, actor, live_event_id),
            "plan": plan_screens.panel(view, look),
            "going": self._going(view, middle.get("draft"), line, look),
        }
        return render(request, "desk.html", status, **{**values, **middle})

    def _going(
        self, view: LiveEventView, shown: dict[str, Any] | None, line: going_out.Line, look: Look
    ) -> dict[str, Any] | None:
        """What the draft under decision would be on the platform whose tab is open."""
        if shown is None or not shown["waits"]:
            return None
        draft = self.desk.reviewed(view.live_event_id, UUID(shown["id"])).draft
        return going_out.of_draft(view, line, draft, look)

    def _figures(self, live_event_id: str, counts: Counts) -> strip.Figures:
        counted, here = self.desk.counting.of(live_event_id), self.desk.presences.here(live_event_id)
        return strip.Figures(counts, counted, here, self.desk.limits)

    def draft_page(
        self,
        request: Request,
        actor: Actor,
        live_event_id: str,
        draft_id: UUID,
        *,
        original: tuple[Piece, ...] | None = None,
    ) -> Response:
        one, look = self.desk.reviewed(live_event_id, draft_id), self.look(request, actor)
        view = self.desk.watched(live_event_id)
        shown = _draft(view, one, look)
        told = draft_screens.told(view, one, look) if request.query_params.get("said") in _OVERTAKEN else None
        return self.desk_page(
            request, actor, live_event_id,
            middle="middle_draft.html", draft=shown, original=original, current=draft_id, reading=draft_id,
            readers=draft_screens.reading(self.desk.presences.readers(live_event_id, draft_id, actor), look),
            **({"said": told} if told else {}),
            path=f"/desk/{live_event_id}/drafts/{draft_id}", here=f"/desk/{live_event_id}/drafts/{draft_id}",
        )  # fmt: skip

    def edit_page(
        self,
        request: Request,
        actor: Actor,
        live_event_id: str,
        draft_id: UUID,
        *,
        typed: str,
        refused: Refused | None = None,
    ) -> Response:
        """The form for another wording; after a refusal it still holds what was typed, for the one who typed it."""
        look = self.look(request, actor)
        one = self.desk.reviewed(live_event_id, draft_id)
        shown = draft_screens.draft(self.desk.watched(live_event_id), one, look)
        why = None if refused is None else words.said(refused.code, look.lang) or words.said("invalid", look.lang)
        return self.desk_page(
            request, actor, live_event_id,
            middle="middle_edit.html", draft=shown, typed=typed, said=why, current=draft_id, reading=draft_id,
            readers=draft_screens.reading(self.desk.presences.readers(live_event_id, draft_id, actor), look),
            path=f"/desk/{live_event_id}/drafts/{draft_id}", here=f"/desk/{live_event_id}/drafts/{draft_id}",
            status=200 if refused is None else refused.status,
        )  # fmt: skip

    def channel(self, request: Request, actor: Actor, live_event_id: str) -> dict[str, Any] | None:
        """How much this person has not read of the back channel; None for who has no part in it."""
        if actor.role not in MAY_TALK:
            return None
        return {"new": self.desk.messages.unread(live_event_id, actor, seen.read(request, live_event_id))}

    def confirm(self, request: Request, actor: Actor, live_event_id: str, ask: Ask) -> Response:
        view, look = self.desk.watched(live_event_id), self.look(request, actor)
        self.desk.presences.saw(live_event_id, actor)
        return render(
            request,
            "confirm.html",
            **self.frame(view, look),
            question=look.t(ask.question),
            lead=look.t(ask.lead),
            lines=[look.t(line) for line in ask.lines],
            action=f"/desk/{live_event_id}/{ask.path}",
            act=look.t(ask.act),
            act_icon=ask.icon,
            style=ask.style,
        )

    def frame(self, view: LiveEventView, look: Look) -> dict[str, Any]:
        """What every page of an event needs."""
        return {
            "event": screens.head(view, look),
            "may": screens.may(view, look),
            "resume": going_on.resuming(view, look),
            "actor_name": words.role(look.actor.name, look.lang),
            "role": words.role(look.actor.role, look.lang),
            "thread_url": self.thread_url(view.live_event_id),
        }

    def thread_url(self, live_event_id: str) -> str | None:
        """Where the public reads it."""
        return f"{self.page_url.rstrip('/')}/t/{quote(live_event_id)}" if self.page_url else None


_OVERTAKEN = frozenset({"already-decided", "stale"})
"""What somebody is told whose word came second."""


def _most_urgent(view: LiveEventView, look: Look) -> dict[str, Any]:
    first = _first(view, look)
    if first is None:
        return {"middle": "middle_empty.html"}
    shown = _draft(view, first, look)
    return {"middle": "middle_draft.html", "draft": shown, "original": None, "current": first.draft.id}


def _draft(view: LiveEventView, one: Review, look: Look) -> dict[str, Any]:
    return {**draft_screens.draft(view, one, look), "corrects": correction_screens.corrects(view, one.draft, look)}


def _first(view: LiveEventView, look: Look) -> Review | None:
    """What the desk opens on, for those who read drafts."""
    if look.actor.role not in review.MAY_READ:
        return None
    return next((item.review for item in view.queue(look.now, look.actor) if item.review is not None), None)

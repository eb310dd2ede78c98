"""The public thread of one live event: a fold of its posts, its record and the controls, and what of it may be shown.

Taken back is final and wins whatever order the records are read in: a post whose update was retracted shows no text,
and after a withdrawal there are no posts at all, even before the poster has rewritten its records.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from schemas.control import Control
from schemas.live_event import LiveEvent, Platform
from schemas.page import PagePost
from streams.standing import Standing

State = Literal["planned", "live", "held", "closed", "ended"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One post and the place of its latest record, by which a reader who was away catches up."""

    post: PagePost
    offset: int
    taken_back_at: datetime | None = None
    corrects: PagePost | None = None
    corrected_by: PagePost | None = None


class Timeline:
    """Fed with records in any order between topics; each in the order of its own topic, repeats are harmless."""

    def __init__(self) -> None:
        self.live_event: LiveEvent | None = None
        self.head = -1  # the place of the newest record of a post
        self.version = 0  # grows with every record, so that what was made from an older one is known to be old
        self._standing = Standing()
        self._retracted: dict[UUID, datetime] = {}
        self._posts: dict[UUID, tuple[PagePost, int]] = {}

    def told(self, live_event: LiveEvent) -> None:
        self.version += 1
        self.live_event = live_event

    def posted(self, post: PagePost, offset: int) -> None:
        """A post, or its taking back; the later record wins."""
        self.version += 1
        self.head = max(self.head, offset)
        known = self._posts.get(post.id)
        if known is None or known[1] <= offset:
            self._posts[post.id] = (self._without_text(post) if self._is_gone(post) else post, offset)

    def ruled(self, control: Control) -> None:
        self.version += 1
        self._standing = self._standing.after(control)
        if control.kind == "retract" and control.update_id is not None:
            self._retracted.setdefault(control.update_id, control.at)
        if control.kind in ("retract", "withdraw"):
            for post, offset in list(self._posts.values()):
                if self._is_gone(post):
                    self._posts[post.id] = (self._without_text(post), offset)

    def forgotten(self, post_id: UUID) -> bool:
        """The record itself was erased. Whether there was such a post."""
        self.version += 1
        return self._posts.pop(post_id, None) is not None

    @property
    def is_public(self) -> bool:
        """Whether this live event has a public page: it is one of the places that its file names."""
        event = self.live_event
        return event is not None and any(d.platform is Platform.LOCAL for d in event.plan.destinations)

    @property
    def is_training(self) -> bool:
        """A rehearsal: who has its address may read it, and no list leads there."""
        return self.live_event is not None and self.live_event.plan.training

    def state(self, now: datetime) -> State:
        """What a reader may expect. A stop looks like a hold to the public: nobody is owed the reason."""
        assert self.live_event is not None
        if self._standing.state == "withdrawn":
            return "ended"
        if self.live_event.state == "closed" or now >= self.live_event.plan.window.closes:
            return "closed"
        if self._standing.state != "running":
            return "held"
        return "planned" if now < self.live_event.plan.window.opens and not self._posts else "live"

    def entries(self) -> tuple[Entry, ...]:
        """All posts, newest first; none after a withdrawal."""
        if self._standing.state == "withdrawn":
            return ()
        posts = sorted(self._posts.values(), key=lambda p: (p[0].n, p[0].posted_at, str(p[0].id)), reverse=True)
        first_of = {post.update_id: post for post, _ in posts}
        correction_of: dict[UUID, PagePost] = {}
        for post, _ in reversed(posts):
            if post.corrects is not None and self._taken_back_at(post) is None:
                correction_of.setdefault(post.corrects, post)
        return tuple(
            Entry(
                post,
                offset,
                self._taken_back_at(post),
                first_of.get(post.corrects) if post.corrects else None,
                correction_of.get(post.update_id),
            )
            for post, offset in posts
        )

    def since(self, offset: int) -> tuple[Entry, ...]:
        """What changed after `offset`, oldest change first: its posts, and those that they correct.

        A place that we do not know (another broker's, a reader from the future) gets everything: entries replace each
        other by id, so that too much is harmless and too little would not be.
        """
        entries = self.entries()
        if offset > self.head:
            offset = -1
        changed = {e.post.id for e in entries if e.offset > offset}
        shown = [e for e in entries if e.offset > offset or {p.id for p in (e.corrects, e.corrected_by) if p} & changed]
        return tuple(sorted(shown, key=lambda e: e.offset))

    def taken_back(self) -> tuple[Entry, ...]:
        """All posts that show no text any more."""
        return tuple(entry for entry in self.entries() if entry.taken_back_at is not None)

    def _is_gone(self, post: PagePost) -> bool:
        return self._standing.state == "withdrawn" or post.state == "retracted" or self._taken_back_at(post) is not None

    def _taken_back_at(self, post: PagePost) -> datetime | None:
        if post.state == "retracted":
            return self._retracted.get(post.update_id) or post.retracted_at or post.at
        return self._retracted.get(post.update_id)

    @staticmethod
    def _without_text(post: PagePost) -> PagePost:
        return post.model_copy(update={"text": ""})

"""A Publication with a ledger of its own in memory, for tests that speak of steps and answers alone."""

from datetime import datetime, timedelta
from uuid import UUID

from consumers.poster.book import Book
from consumers.poster.outcomes import claim, entry_of, standalone
from consumers.poster.platforms.base import Limits, Outgoing, Published
from consumers.poster.platforms.memory import MEMORY_LIMITS
from consumers.poster.publication import Publication
from consumers.poster.steps import Gate, Intend, LookUp, Publish, Step
from schemas.control import Control
from schemas.ledger import LedgerKind
from schemas.live_event import LiveEvent
from schemas.release import Release
from streams.standing import Standing
from tests.poster_cases import START, X, live_event


class Machine:
    """The lane's part without I/O: does steps by writing into the book, and leaves the answers to the test."""

    def __init__(self, limits: Limits = MEMORY_LIMITS, book: Book | None = None, now: datetime = START) -> None:
        self.now = now
        self.book = book or Book(X.key, "knee-2026")
        self.writer = UUID(int=self.book.epoch + 1)
        self.limits = limits
        self.live_event: LiveEvent | None = live_event()
        self.standing = Standing()
        self.book.apply(claim(self.book, self.writer, now))
        self.publication = Publication(X, limits, self.book, self.writer, claimed_at=now)

    def restarted(self) -> "Machine":
        """Another process, with nothing but the ledger."""
        again = Machine(self.limits, self.book, self.now)
        again.live_event, again.standing = self.live_event, self.standing
        return again

    def admit(self, *releases: Release) -> "Machine":
        for release in releases:
            self.publication.admit(release)
        return self

    def control(self, control: Control) -> None:
        self.standing = self.standing.after(control)

    def after(self, seconds: float) -> "Machine":
        self.now += timedelta(seconds=seconds)
        return self

    def step(self) -> Step:
        gate = Gate(X, self.live_event, self.standing, self.publication.origin)
        return self.publication.next_step(self.now, gate)

    def write(
        self,
        kind: LedgerKind,
        out: Outgoing,
        published: Published | None = None,
        reason: str | None = None,
        settled_by: UUID | None = None,
    ) -> None:
        record = entry_of(
            self.book, self.writer, kind, out, self.now, published=published, reason=reason, settled_by=settled_by
        )
        self.book.apply(record)

    def stand_alone(self) -> None:
        """The ledger says that the account may not reply."""
        self.book.apply(standalone(self.book, self.writer, self.now))

    def intend(self) -> Publish:
        """The next step is Intend, and then Publish."""
        step = self.step()
        assert isinstance(step, Intend), step
        self.write("intent", step.out)
        self.publication.intended(step, self.now)
        publish = self.step()
        assert isinstance(publish, Publish), publish
        return publish

    def send(self) -> Outgoing:
        """Up to where the request has started."""
        out = self.intend().out
        self.publication.started(out.post.id, self.now)
        return out

    def post(self, platform_id: str) -> Outgoing:
        out = self.send()
        self.write("posted", out, Published(platform_id, f"https://x.example/{platform_id}", self.now))
        return out

    def lose(self) -> Outgoing:
        out = self.send()
        self.publication.lost(out.post.id, self.now)
        if not self.publication.repeatable(out.post.id, self.now):
            self.write("unknown", out, reason="no-answer")
        return out

    def look(self) -> LookUp:
        step = self.step()
        assert isinstance(step, LookUp), step
        return step

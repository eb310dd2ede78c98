"""Drives one thread: asks its Publication what to do, does that on platform and ledger, and tells what came of it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import structlog

from consumers.poster.away import Away
from consumers.poster.book import Book, Entry
from consumers.poster.ledger import FencedLedger
from consumers.poster.outcomes import entry_of, notice, receipt_of, receipts_of, retraction_of, standalone
from consumers.poster.platforms.base import AccountBusy, Duplicate, Outgoing, Platform, Published, RepliesForbidden
from consumers.poster.publication import ABSENT, Publication
from consumers.poster.shelf import Shelf
from consumers.poster.situation import Situation
from consumers.poster.steps import (
    Delete,
    Doubt,
    Gate,
    Idle,
    Intend,
    LookUp,
    Publish,
    Retract,
    Settle,
    Skip,
    Step,
    Wait,
)
from consumers.poster.turns import Turns
from schemas.errors import Refused, Unavailable, Uncertain
from schemas.ledger import LedgerKind
from schemas.receipt import Notice, Receipt, Retraction
from schemas.release import Release
from schemas.topics import RECEIPTS
from streams.bus import Bus
from streams.clock import Clock

T = TypeVar("T")

BY_PERSON = "settled-by-person"
RETRY_MAX_S = 30.0  # between tries of a write that must not be lost: a broker's return is noticed soon
DELETE_RETRY_S = 5.0

log = structlog.get_logger()


class Lane:
    """One live event on one destination. Whatever another lane waits for, this one goes on."""

    def __init__(
        self,
        bus: Bus,
        clock: Clock,
        *,
        platform: Platform,
        ledger: FencedLedger,
        situation: Situation,
        turns: Turns,
        shelf: Shelf,
        live_event_id: str,
    ) -> None:
        self._bus = bus
        self._clock = clock
        self._platform = platform
        self._ledger = ledger
        self._situation = situation
        self._turns = turns
        self._away = Away()
        self._is_known = False  # who we are there, and which server it is
        self._live_event_id = live_event_id
        self._book: Book = ledger.book(platform.destination.key, live_event_id)
        self._publication = Publication(platform.destination, platform.limits, self._book, ledger.writer, shelf)
        self._changed = asyncio.Event()
        self._stopping = False
        self._told: set[UUID] = set()  # posts whose deletion was said to be unknown
        self._log = log.bind(destination=platform.destination.key, live_event_id=live_event_id)

    def admit(self, release: Release) -> None:
        self._publication.admit(release)
        self._changed.set()

    def wake(self) -> None:
        """Something of the situation has changed."""
        self._changed.set()

    def stop(self) -> None:
        """Finish the step that is under way, start no other."""
        self._stopping = True
        self._changed.set()

    async def run(self, receipts: frozenset[UUID]) -> None:
        """Until stop(). `receipts`: the ids of those that lie on the topic already."""
        for entry in tuple(self._book.entries.values()):
            for receipt in receipts_of(entry, self._book):
                if receipt.id not in receipts:
                    await self._insist(lambda receipt=receipt: self._bus.send(RECEIPTS, receipt))  # type: ignore[misc]  # mypy cannot type a default
        try:
            while not self._stopping:
                self._changed.clear()
                try:
                    await self._advance()
                except Unavailable as away:
                    # It is the broker's: to keep a turn meanwhile would let others of the account wait for nothing.
                    self._turns.give(self)
                    await self._pause(self._clock.now() + timedelta(seconds=away.retry_after_s))
        finally:
            self._turns.give(self)

    async def _advance(self) -> None:
        # Asked anew until a reading was quick enough: who stops is told so LOOK_S after the stop was durable.
        while self._publication.armed and not self._situation.has_looked(self._live_event_id):
            await self._situation.read_controls(self._live_event_id)
        gate = Gate(
            self._platform.destination,
            self._situation.live_event(self._live_event_id),
            self._situation.standing(self._live_event_id),
            self._publication.origin,
        )
        self._publication.limited(self._platform.limits)
        step = self._publication.next_step(self._clock.now(), gate)
        if isinstance(step, Intend) and not self._turns.take(self, self.wake, self._clock.now()):
            await self._pause(self._turns.pause(self._clock.now()))
        elif not isinstance(step, Idle) and self._publication.claimed_at is None:
            await self._ledger.claim(self._book)
            self._publication.claimed_at = self._clock.now()
        elif self._is_known or isinstance(step, Idle | Skip | Doubt | Settle):
            await self._do(step)
        else:
            await self._get_to_know()

    async def _get_to_know(self) -> None:
        """Before anything is asked of the platform: only then its limits are those of this very account and server."""
        resting = self._turns.pause(self._clock.now())
        if resting is not None:
            await self._pause(resting)
            return
        try:
            await self._platform.check()
        except AccountBusy as busy:
            self._turns.give(self)
            await self._rest(busy, self._clock.now() + timedelta(seconds=busy.retry_after_s))
        except Uncertain:  # a question has no effect that could be in doubt
            await self._pause(self._clock.now() + timedelta(seconds=self._platform.limits.retry_s))
        except Refused as refused:
            # Each post will be refused for it, and its receipt says so.
            self._log.error("account-refused", code=refused.code)
            self._is_known = True
        else:
            self._is_known = True

    async def _do(self, step: Step) -> None:
        # Publish comes first: nothing may be awaited between the reading of the controls and the request.
        if isinstance(step, Publish):
            await self._publish(step)
            return
        if isinstance(step, Intend):
            await self._intend(step)
            return
        self._turns.give(self)
        await self._do_without_turn(step)

    async def _intend(self, step: Intend) -> None:
        """What the post needs is there before the intent is: after the controls nothing is asked any more."""
        post_id = step.out.post.id
        try:
            await self._platform.prepare(step.out)
        except Unavailable as busy:
            self._turns.give(self)
            until = self._clock.now() + timedelta(seconds=busy.retry_after_s)
            self._publication.later(post_id, until)
            await self._hear_of(busy, step.out, until)
        except Refused as refused:
            await self._refused(step, refused)
        else:
            began = self._clock.now()
            record = entry_of(self._book, self._ledger.writer, "intent", step.out, began)
            await self._ledger.append(self._book, record, beside=self._read_controls)
            self._publication.intended(step, began)

    async def _read_controls(self) -> None:
        """While the intent is read back; if it cannot be done now, it is done before the request."""
        try:
            await self._situation.read_controls(self._live_event_id)
        except Unavailable:
            return

    async def _do_without_turn(self, step: Step) -> None:
        if isinstance(step, LookUp):
            await self._look_up(step)
        elif isinstance(step, Skip):
            await self._settle("not-posted", step.out, reason=step.reason)
        elif isinstance(step, Doubt):
            await self._settle("unknown", step.out, reason=step.reason, settled_by=step.heard)
        elif isinstance(step, Settle):
            await self._take_word(step)
        elif isinstance(step, Retract):
            await self._write("deleting", step.out)
        elif isinstance(step, Delete):
            await self._delete(step)
        else:
            await self._pause(step.until if isinstance(step, Wait) else None)

    async def _publish(self, step: Publish) -> None:
        out, post_id = step.out, step.out.post.id
        self._publication.started(post_id, self._clock.now())
        try:
            published = await self._platform.publish(out)
        except Unavailable as busy:
            self._turns.give(self)
            await self._busy(out, busy)
        except Refused as refused:
            await self._refused(step, refused)
        except Uncertain as lost:
            now = self._clock.now()
            self._publication.lost(post_id, now, duplicate=isinstance(lost, Duplicate))
            if not self._publication.repeatable(post_id, now):
                await self._settle("unknown", out, reason="duplicate" if isinstance(lost, Duplicate) else "no-answer")
        else:
            await self._posted(out, published)
            await self._back()
        finally:
            self._turns.give(self)

    async def _busy(self, out: Outgoing, busy: Unavailable) -> None:
        until = self._clock.now() + timedelta(seconds=busy.retry_after_s)
        self._publication.busy(out.post.id, until)
        await self._hear_of(busy, out, until)

    async def _hear_of(self, busy: Unavailable, out: Outgoing, until: datetime) -> None:
        if isinstance(busy, AccountBusy):
            await self._rest(busy, until)
        else:
            self._say("post-busy", out, retry_after_s=busy.retry_after_s)

    async def _rest(self, busy: AccountBusy, until: datetime) -> None:
        """Nobody of this account tries before then; people hear of it if it lasts."""
        now = self._clock.now()
        self._turns.rest(until)
        self._log.warning("account-busy", retry_after_s=busy.retry_after_s, code=busy.code)
        if self._away.failed(busy, now) and self._away.since:
            await self._tell(notice(self._book, "away", now, since=self._away.since, reason=busy.code, until=until))

    async def _back(self) -> None:
        since = self._away.answered()
        if since is not None:
            await self._tell(notice(self._book, "back", self._clock.now(), since=since))

    async def _refused(self, step: Publish | Intend, refused: Refused) -> None:
        out, now = step.out, self._clock.now()
        if step.repeat:
            self._publication.stuck(out.post.id, now)
        elif isinstance(refused, RepliesForbidden) and out.reply_to is not None:
            if isinstance(step, Publish):
                self._publication.busy(out.post.id, now)
            await self._stand_alone(refused.code)
        else:
            await self._settle("not-posted", out, reason=refused.code)

    async def _stand_alone(self, reason: str) -> None:
        """First the ledger: a post that stands alone must be numbered, whoever goes on with this thread."""
        now = self._clock.now()
        await self._ledger.append(self._book, standalone(self._book, self._ledger.writer, now))
        await self._tell(notice(self._book, "standalone", now, since=now, reason=reason))

    async def _look_up(self, step: LookUp) -> None:
        post_id, asked_at = step.out.post.id, self._clock.now()
        try:
            found = await self._platform.look_up(step.out, since=step.since, known=step.known)
        except Unavailable as busy:
            self._publication.later(post_id, self._clock.now() + timedelta(seconds=busy.retry_after_s))
        except Refused:
            self._publication.unreadable(post_id)
        else:
            if found is None:
                self._publication.absent(post_id, asked_at)
            else:
                await self._posted(step.out, found)

    async def _delete(self, step: Delete) -> None:
        entry = step.entry
        published = Published(entry.platform_id or "", entry.url, entry.posted_at or entry.at)
        try:
            await self._platform.delete(step.out, published)
        except (Unavailable, Uncertain) as busy:
            wait_s = busy.retry_after_s if isinstance(busy, Unavailable) else DELETE_RETRY_S
            self._publication.later(entry.post.id, self._clock.now() + timedelta(seconds=wait_s))
            if entry.post.id not in self._told and not step.again:
                self._told.add(entry.post.id)
                await self._tell(retraction_of(entry, self._book, "unknown", "no-answer"))
        except Refused as refused:
            if step.again:
                self._publication.swept(entry.post.id)
            else:
                await self._settle("not-deleted", step.out, reason=refused.code)
        else:
            if step.again:
                self._publication.swept(entry.post.id)
            else:
                await self._settle("deleted", step.out)

    async def _take_word(self, step: Settle) -> None:
        """A person has looked: what they found is written down as such, by the control that says so."""
        word, out, now = step.word, step.out, self._clock.now()
        if word.found == "deleted":
            await self._settle("deleted", out, reason=BY_PERSON, settled_by=word.id)
        elif word.found == "absent":
            await self._settle("unknown", out, reason=ABSENT, settled_by=word.id)
        else:
            found = Published(self._platform.platform_id_of(word.url or "") or "", word.url, now)
            await self._settle("posted", out, reason=BY_PERSON, settled_by=word.id, published=found)

    # -- writing down ----------------------------------------------------------------------------------------------

    async def _posted(self, out: Outgoing, published: Published) -> None:
        """Ledger and receipt at once: that the post is public is true whatever becomes of the other record."""
        record = entry_of(self._book, self._ledger.writer, "posted", out, self._clock.now(), published=published)
        receipt = receipt_of(
            Entry(
                out.post, "posted", record.writer, record.at, record.at, out.n, out.reply_to,
                published.platform_id, published.url, published.posted_at,
            ),
            self._book,
        )  # fmt: skip
        assert receipt is not None
        await asyncio.gather(self._insist(lambda: self._ledger.append(self._book, record)), self._tell(receipt))
        self._say("posted", out)

    async def _settle(
        self,
        kind: LedgerKind,
        out: Outgoing,
        *,
        reason: str | None = None,
        settled_by: UUID | None = None,
        published: Published | None = None,
    ) -> None:
        """Ledger first: a writer that was put out must not say what became of a post."""
        record = entry_of(
            self._book,
            self._ledger.writer,
            kind,
            out,
            self._clock.now(),
            published=published,
            reason=reason,
            settled_by=settled_by,
        )
        await self._insist(lambda: self._ledger.append(self._book, record))
        receipt = receipt_of(self._book.entries[out.post.id], self._book)
        if receipt is not None:
            await self._tell(receipt)
        self._say(kind, out, reason=reason)

    async def _write(self, kind: LedgerKind, out: Outgoing) -> None:
        await self._ledger.append(self._book, entry_of(self._book, self._ledger.writer, kind, out, self._clock.now()))

    async def _tell(self, receipt: Receipt | Retraction | Notice) -> None:
        await self._insist(lambda: self._bus.send(RECEIPTS, receipt))

    async def _insist(self, write: Callable[[], Awaitable[T]]) -> T:
        """What has happened must be written down, however long the broker is away."""
        while True:
            try:
                return await write()
            except Unavailable as away:
                await self._clock.sleep(min(away.retry_after_s, RETRY_MAX_S))

    async def _pause(self, until: datetime | None) -> None:
        """Until then, or until something changes."""
        changed = asyncio.ensure_future(self._changed.wait())
        waits: set[asyncio.Future[object]] = {changed}  # type: ignore[arg-type]  # a Future[Literal[True]] is read as one
        if until is not None:
            seconds = max(0.0, (until - self._clock.now()).total_seconds())
            waits.add(asyncio.ensure_future(self._clock.sleep(seconds)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _say(self, event: str, out: Outgoing, **more: object) -> None:
        self._log.info(event, update_id=str(out.post.update_id), n=out.n, part=out.post.part, **more)

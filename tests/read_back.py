"""Posts by the real poster and reads back by its checker, against whatever platform a test has."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from consumers.poster.checker import Checker, Known
from consumers.poster.checks import Checks
from consumers.poster.ledger import opened
from consumers.poster.platforms.base import Platform
from consumers.poster.platforms.seeing import Seeing
from consumers.poster.turns import Turns
from consumers.poster.worker import run
from schemas.live_event import LiveEvent, Window
from schemas.receipt import Receipt
from schemas.sighting import Sighting
from schemas.topics import LIVE_EVENTS, RECEIPTS, RELEASES, SIGHTINGS, decode_receipt
from streams.clock import SystemClock
from streams.memory import MemoryBus
from streams.sealing import new_key, seal
from streams.standing import RUNNING, Standing
from tests.poster_cases import live_event, release

POSTED_S = 20.0


class AheadClock(SystemClock):
    """The machine's, and as much ahead as a test says: a deletion is believed two minutes after a post, not before."""

    ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


@dataclass
class ReadBack:
    """One live event on one destination. Its posts are real ones; what is said of them lies on the bus."""

    platform: Platform
    live_event_id: str = "knee-2026"
    bus: MemoryBus = field(default_factory=MemoryBus)
    clock: AheadClock = field(default_factory=AheadClock)
    standing: Standing = RUNNING

    def __post_init__(self) -> None:
        self.private, public = new_key()
        known = live_event(self.live_event_id, destinations=(self.platform.destination,))
        now, day = self.clock.now(), timedelta(days=1)
        consent = known.plan.consent.model_copy(
            update={"signed_at": now - 3 * day, "expires": (now + 300 * day).date()}
        )  # fmt: skip
        window = Window(opens=now - timedelta(hours=1), closes=now + timedelta(hours=6))
        plan = known.plan.model_copy(update={"consent": consent, "window": window})
        self.live_event: LiveEvent = known.model_copy(
            update={"sealing_key": public, "opened_at": now - timedelta(minutes=1), "plan": plan}
        )

    async def post(self, *texts: str) -> list[Receipt]:
        """Through the poster, each under the one before. The receipts that say where they are."""
        await self.bus.send(LIVE_EVENTS, self.live_event)
        stop = asyncio.Event()
        platforms = {self.platform.destination.key: self.platform}
        posting = asyncio.create_task(run(self.bus, self.clock, platforms, writer=uuid4(), stop=stop))
        for number, text in enumerate(texts, 1):
            destinations = (self.platform.destination,)
            await self.bus.send(
                RELEASES,
                release(number, text, of=self.live_event_id, destinations=destinations, at=self.clock.now()),
            )
        async with asyncio.timeout(POSTED_S):
            while len(found := self._receipts()) < len(texts):
                await asyncio.sleep(0.01)  # polled: it has a deadline
        stop.set()
        await posting
        return found

    def _receipts(self) -> list[Receipt]:
        found = (decode_receipt(m.value or b"") for m in self.bus.everything(RECEIPTS.name))
        return [r for r in found if isinstance(r, Receipt) and r.outcome == "posted"]

    def later(self, **more: float) -> None:
        self.clock.ahead += timedelta(**more)

    @asynccontextmanager
    async def checker(self) -> AsyncIterator[Checker]:
        turns: defaultdict[str, Turns] = defaultdict(Turns)
        async with opened(self.bus, self.clock, uuid4()) as ledger:
            known = Known(
                ledger.books,
                lambda: (self.live_event,),
                lambda _: self.standing,
                lambda _: self.platform,
                turns.__getitem__,
            )
            sealed: Callable[[LiveEvent, bytes], str] = lambda of, text: seal(of.sealing_key, text)  # noqa: E731  # short
            checker = Checker(self.bus, self.clock, known, Checks(), sealed)
            await checker.remember()
            yield checker

    @asynccontextmanager
    async def checking(self) -> AsyncIterator[None]:
        """The checker at work, as the poster has it."""
        async with self.checker() as checker:
            task = asyncio.create_task(checker.run())
            yield
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def look(self) -> list[Sighting]:
        """One reading by a checker that has just started; what it said."""
        assert isinstance(self.platform, Seeing)
        async with self.checker() as checker:
            return list(await checker.check(self.live_event, self.platform.destination.key, self.platform))

    def said(self) -> list[Sighting]:
        return [Sighting.decode(m.value or b"") for m in self.bus.everything(SIGHTINGS.name)]

"""Which of several posters works: one at a time on the same accounts, the others stand by and take over.

The one at work says so every few seconds on `presences`. A standby that has heard nothing for LEASE_S of its *own*
monotonic clock takes the seat; clocks are never compared, so they may differ by minutes. This decides only who tries:
whoever is wrongly taken for dead, or wakes up late, is put out by the claims in the ledger (see ledger.py), and comes
back here. Of two that take the seat at once the one whose record stands first on the partition has it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import structlog

from schemas.envelope import system
from schemas.errors import Refused, Unavailable
from schemas.ids import derive
from schemas.presence import PRESENCES_OF, Presence
from schemas.topics import PRESENCES, partition_of
from streams.bus import Bus, Follower, Message, Position
from streams.clock import Clock

BEAT_S = 3.0
LISTEN_S = 1.0
LEASE_S = 9.0  # three beats: with a beat's wait and a claim, a standby posts within 15 s

log = structlog.get_logger()


class Seat:
    """One poster's place among the posters. Open it by `async with seat(…)`."""

    def __init__(
        self, bus: Bus, clock: Clock, follower: Follower, partition: int, *, instance: str, accounts: Sequence[str]
    ) -> None:
        self._bus = bus
        self._clock = clock
        self._follower = follower
        self._partition = partition
        self._instance = instance
        self._accounts = frozenset(accounts)
        self._writer: UUID | None = None
        self._own: set[UUID] = set()
        self._heard: dict[UUID, float] = {}  # writer of another poster: when it was last heard of, by our clock
        self._beats = 0
        self._last_beat_s: float | None = None

    async def begin(self) -> None:
        """What lies there: whoever was at work when it was written may be so still, our own last life excepted."""
        for message in await self._follower.read_to_end(PRESENCES.name, self._partition):
            presence = _read(message)
            if presence is not None and presence.instance != self._instance:
                self._hear(presence)

    async def taken(self, writer: UUID, stop: asyncio.Event, standing_by: Callable[[], None]) -> bool:
        """Waits until it is our turn; False when `stop` came first."""
        self._writer = writer
        self._own.add(writer)
        while not stop.is_set():
            rest_s = self._rest_s()
            try:
                if rest_s > 0:
                    standing_by()
                    await self._listen(rest_s, stop)
                elif await self._take():
                    log.info("seat-taken", instance=self._instance)
                    return True
            except Unavailable as away:
                await self._clock.sleep(away.retry_after_s)
        return False

    async def keep(self) -> None:
        """Beats until cancelled; returns when this process stood still for so long that another may have taken over."""
        while True:
            await self._clock.sleep(BEAT_S)
            now = self._clock.monotonic()
            if self._last_beat_s is not None and now - self._last_beat_s > LEASE_S:
                return
            self._last_beat_s = now
            try:
                await self._say("works")
            except Unavailable:
                continue  # nobody can take over while the broker is away

    async def leave(self) -> None:
        """So that the standby need not wait."""
        if self._last_beat_s is not None:
            try:
                await self._say("left")
            except Unavailable:
                return
            self._last_beat_s = None

    async def _take(self) -> bool:
        self._last_beat_s = self._clock.monotonic()
        position = await self._say("takes")
        for message in await self._follower.read_up_to(position):
            self._hear(_read(message))
        return self._rest_s() <= 0

    async def _listen(self, seconds: float, stop: asyncio.Event) -> None:
        """What the others say within the time that is left, a second at most; or `stop`."""
        waits = (
            asyncio.ensure_future(stop.wait()),
            asyncio.ensure_future(self._clock.sleep(min(seconds, LISTEN_S))),
        )
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiting in waits:
                waiting.cancel()
        for message in await self._follower.read_to_end(PRESENCES.name, self._partition):
            self._hear(_read(message))

    def _hear(self, presence: Presence | None) -> None:
        if presence is None or presence.writer in self._own:
            return
        theirs = frozenset(presence.accounts)
        if self._accounts and theirs and not self._accounts & theirs:
            return
        if presence.state == "left":
            self._heard.pop(presence.writer, None)
        else:
            self._heard[presence.writer] = self._clock.monotonic()

    def _rest_s(self) -> float:
        """How long the others' silence is still too short."""
        return max((at + LEASE_S - self._clock.monotonic() for at in self._heard.values()), default=0.0)

    async def _say(self, state: str) -> Position:
        assert self._writer is not None  # taken() comes first
        self._beats += 1
        return await self._bus.send(
            PRESENCES,
            Presence.model_validate(
                {
                    "id": derive(self._writer, "presence", self._beats),
                    "live_event_id": PRESENCES_OF,
                    "at": self._clock.now(),
                    "actor": system("poster"),
                    "instance": self._instance,
                    "writer": self._writer,
                    "accounts": tuple(sorted(self._accounts)),
                    "state": state,
                }
            ),
        )


def _read(message: Message) -> Presence | None:
    try:
        return Presence.decode(message.value) if message.value is not None else None
    except Refused:
        return None  # of a newer version: the ledger's claims still hold


@asynccontextmanager
async def seat(bus: Bus, clock: Clock, *, instance: str, accounts: Sequence[str]) -> AsyncIterator[Seat]:
    async with bus.follow([PRESENCES.name]) as follower:
        partition = partition_of(PRESENCES_OF, await bus.partitions(PRESENCES.name))
        made = Seat(bus, clock, follower, partition, instance=instance, accounts=accounts)
        await made.begin()
        yield made

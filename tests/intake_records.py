"""An open live event with a real key, an intake over topics in memory, and records that later stages would write."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI

from producers.intake.app import create_app
from schemas.envelope import system
from schemas.ids import derive
from schemas.live_event import LiveEvent
from schemas.receipt import Receipt
from schemas.submission import Submission
from schemas.topics import DRAFTS, LIVE_EVENTS, RECEIPTS, RELEASES, SUBMISSIONS
from streams.auth import Tokens
from streams.clock import Clock
from streams.memory import MemoryBus
from streams.release import by_policy
from streams.sealing import new_key
from tests.examples import draft, event_file, live_event

PRIVATE, PUBLIC = new_key()
TOKENS = Tokens.of(
    {role: f"{role}-token" for role in ("reporter", "reviewer", "physician", "director", "advocate", "auditor")}
)


def open_event(clock: Clock, **changes: Any) -> LiveEvent:
    """Open for an hour on both sides of now, sealed to PUBLIC, under a consent that covers now."""
    now, hour = clock.now(), timedelta(hours=1)
    window = {"opens": now - hour, "closes": now + hour}
    days = {"signed_at": now - timedelta(days=3), "expires": (now + timedelta(days=365)).date()}
    consent = event_file()["consent"] | days
    return live_event(**({"window": window, "consent": consent} | changes)).model_copy(update={"sealing_key": PUBLIC})


@dataclass
class Intake:
    app: FastAPI
    bus: MemoryBus
    clock: Clock

    def submissions(self) -> list[Submission]:
        return [Submission.decode(m.value or b"") for m in self.bus.everything(SUBMISSIONS.name)]

    async def publish(self, update_id: UUID, event: LiveEvent, *, n: int = 1, url: str | None = None) -> None:
        """What scrub and poster write for an update that policy clears."""
        found = draft(update_id=update_id, live_event_id=event.live_event_id)
        released = by_policy(found, event, self.clock.now())
        assert released is not None
        await self.bus.send(DRAFTS, found)
        await self.bus.send(RELEASES, released)
        for destination in event.plan.destinations:
            await self.bus.send(RECEIPTS, self._receipt(update_id, event, destination.key, n, url))

    def _receipt(self, update_id: UUID, event: LiveEvent, destination: str, n: int, url: str | None) -> Receipt:
        return Receipt(
            id=derive(update_id, destination, "receipt"),
            live_event_id=event.live_event_id,
            at=self.clock.now(),
            actor=system("poster"),
            update_id=update_id,
            release_id=derive(update_id, "release"),
            destination=destination,
            post_id=derive(update_id, destination),
            n=n,
            part=0,
            parts=1,
            outcome="posted",
            text="posted",
            text_sha256="0" * 64,
            url=url,
        )


async def intake(clock: Clock, *events: LiveEvent, bus: MemoryBus | None = None, **how: Any) -> Intake:
    """Not begun yet: serving() runs its lifespan, and so does speaking_to()."""
    bus = bus or MemoryBus()
    for event in events:
        await bus.send(LIVE_EVENTS, event)
    return Intake(create_app(bus, TOKENS, clock, **how), bus, clock)


@asynccontextmanager
async def speaking_to(found: Intake, *, role: str | None = "reporter") -> AsyncIterator[httpx.AsyncClient]:
    """The intake begun and caught up, and a client of it within this process."""
    headers = {"Authorization": f"Bearer {role}-token"} if role else {}
    transport = httpx.ASGITransport(found.app)
    async with (
        found.app.router.lifespan_context(found.app),
        httpx.AsyncClient(transport=transport, base_url="http://intake", headers=headers) as client,
    ):
        async with asyncio.timeout(10):
            while (await client.get("/readyz")).status_code != 200:
                await asyncio.sleep(0.005)
        yield client

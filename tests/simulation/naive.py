"""Two posters that must fail here: the one that everybody writes first, and the one that looks before it repeats."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from consumers.poster.book import Book, Entry
from consumers.poster.compose import compose
from consumers.poster.outcomes import receipt_of
from consumers.poster.platforms.base import Limits, Outgoing, Platform
from schemas.errors import Unavailable, Uncertain
from schemas.receipt import Receipt
from schemas.release import Release
from schemas.thread import Post
from schemas.topics import RECEIPTS, RELEASES, decode_receipt
from streams.bus import Bus
from streams.clock import Clock
from tests.poster_cases import START
from tests.simulation.ports import DyingPlatform
from tests.simulation.world import our_poster


async def naive_poster(
    bus: Bus, clock: Clock, platforms: Mapping[str, Platform], writer: UUID, instance: str
) -> None:  # fmt: skip
    """Posts; on any error tries again; remembers the answers."""
    del instance
    (platform,) = platforms.values()
    async with bus.follow([RECEIPTS.name]) as receipts, bus.follow([RELEASES.name]) as releases:
        done: dict[UUID, str | None] = {}
        for message in await receipts.read_to_end(RECEIPTS.name, 0):
            receipt = decode_receipt(message.value or b"")
            assert isinstance(receipt, Receipt)
            done[receipt.post_id] = receipt.platform_id
        while True:
            for message in await releases.get(timeout_s=5):
                for post in _posts(Release.decode(message.value or b""), platform):
                    if post.id not in done:
                        tail = next(reversed(done.values()), None)
                        done[post.id] = await _insist(
                            bus, clock, platform, post=post, tail=tail, n=len(done) + 1, writer=writer
                        )


def _posts(release: Release, platform: Platform) -> tuple[Post, ...]:
    return compose(
        release, platform.limits, destination=platform.destination, hashtag="#OurKneeLive", stamp="none",
        at=START, timezone="Europe/Amsterdam", elapsed_from=START, counter=1,
    )  # fmt: skip


async def _insist(
    bus: Bus, clock: Clock, platform: Platform, *, post: Post, tail: str | None, n: int, writer: UUID
) -> str:
    out = Outgoing(post, "knee-2026", n=n, reply_to=tail, root=None, at=clock.now())
    while True:
        try:
            published = await platform.publish(out)
        except (Uncertain, Unavailable):
            await asyncio.sleep(1.0)
            continue
        entry = Entry(
            post, "posted", writer, clock.now(), clock.now(), n, tail, published.platform_id, None, published.posted_at
        )
        receipt = receipt_of(entry, Book(platform.destination.key, "knee-2026"))
        assert receipt is not None
        await bus.send(RECEIPTS, receipt)
        return published.platform_id


class _Hasty(DyingPlatform):
    """Its limits say that what cannot be seen at once is not there."""

    @property
    def limits(self) -> Limits:
        return replace(super().limits, settle_s=0.5)


async def hasty_poster(
    bus: Bus, clock: Clock, platforms: Mapping[str, Platform], writer: UUID, instance: str
) -> None:  # fmt: skip
    """Our own poster with its ledger and its intents, but without the patience: it looks once, at once."""
    hasty: dict[str, Platform] = {}
    for key, platform in platforms.items():
        assert isinstance(platform, DyingPlatform)
        hasty[key] = _Hasty.over(platform)
    await our_poster(bus, clock, hasty, writer, instance)

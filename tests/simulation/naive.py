"""The poster that everybody writes first: post, on any error try again, remember the answers. It must fail here."""

import asyncio
from uuid import UUID

from consumers.poster.book import Book, Entry
from consumers.poster.compose import compose
from consumers.poster.outcomes import receipt_of
from consumers.poster.platforms.base import Outgoing, Platform
from schemas.errors import Unavailable, Uncertain
from schemas.receipt import Receipt
from schemas.release import Release
from schemas.thread import Post
from schemas.topics import RECEIPTS, RELEASES, decode_receipt
from streams.bus import Bus
from streams.clock import Clock
from tests.poster_cases import START


async def naive_poster(bus: Bus, clock: Clock, platform: Platform, writer: UUID) -> None:
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

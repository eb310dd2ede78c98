"""The `local` destination: a post is a record on `pages`, shown by the public page. Its key makes repeats harmless."""

from datetime import datetime
from pathlib import Path

from consumers.poster.platforms import limits
from consumers.poster.platforms.base import Account, Outgoing, Published
from consumers.poster.platforms.local_page import public_of, thread_of
from consumers.poster.platforms.seeing import PublicPost, Sent
from schemas.envelope import system
from schemas.errors import Refused, Unavailable, Uncertain
from schemas.live_event import Destination, Platform
from schemas.page import PagePost
from schemas.sighting import Part, SeenBy
from schemas.topics import PAGES, partition_of
from streams.bus import Bus
from streams.clock import Clock

# The bus gives up after 5 s, but what it had queued may still land within the vendor's own 30 s.
SETTLE_S = 40.0

LIMITS = limits.local(timeout_s=5.0, settle_s=SETTLE_S, retry_s=0.5)


class LocalPlatform:
    """`page_url` is the origin of the public page; a post's address is `{page_url}/t/{live event}#p-{post id}`.

    `ca_file`: the authority of our own that made the page's certificate; None where every machine trusts it.
    """

    destination = Destination(platform=Platform.LOCAL)
    limits = LIMITS

    source: SeenBy = "page"

    def __init__(self, bus: Bus, clock: Clock, *, page_url: str, ca_file: Path | None = None) -> None:
        self._bus = bus
        self._clock = clock
        self._page_url = page_url.rstrip("/")
        self._ca_file = ca_file

    async def check(self) -> Account:
        return Account("local")

    async def prepare(self, out: Outgoing) -> None:
        """Nothing has to be asked before."""

    async def publish(self, out: Outgoing) -> Published:
        page_post = self._page_post(out, self._clock.now())
        try:
            await self._bus.send(PAGES, page_post)
        except Unavailable:
            raise Uncertain(f"The page may or may not have post {out.post.id}.") from None
        return self._published(out, page_post.posted_at)

    async def look_up(self, out: Outgoing, *, since: datetime, known: frozenset[str]) -> Published | None:  # noqa: ARG002  # its key finds it
        async with self._bus.follow([PAGES.name]) as pages:
            partition = partition_of(out.live_event_id, await self._bus.partitions(PAGES.name))
            messages = await pages.read_to_end(PAGES.name, partition)
        values = [m.value for m in messages if m.key == str(out.post.id) and m.value is not None]
        try:
            return self._published(out, PagePost.decode(values[-1]).posted_at) if values else None
        except Refused:
            raise Unavailable(f"The page's record of post {out.post.id} cannot be read.", retry_after_s=60.0) from None

    async def delete(self, out: Outgoing, published: Published) -> None:
        """The same key again without text: the page shows that it was taken back, compaction erases the words."""
        shown = self._page_post(out, published.posted_at)
        now = self._clock.now()
        update = {"state": "retracted", "text": "", "retracted_at": now, "at": now}
        await self._bus.send(PAGES, shown.model_copy(update=update))

    async def see(self, live_event_id: str, since: datetime) -> tuple[PublicPost, ...]:
        """What the page shows, not what lies on its topic: the page is what readers see."""
        items = await thread_of(self._page_url, live_event_id, self._ca_file)
        try:
            return tuple(public_of(item, self._page_url, live_event_id, since) for item in items)
        except (KeyError, TypeError, ValueError):
            raise Uncertain("The page's thread cannot be read.") from None

    async def look_at(self, live_event_id: str, platform_id: str) -> PublicPost | None:
        posts = await self.see(live_event_id, self._clock.now())
        return next((post for post in posts if post.platform_id == platform_id), None)

    def changed(self, sent: Sent, seen: PublicPost) -> tuple[Part, ...]:
        return () if seen.text == sent.text else ("text",)

    def platform_id_of(self, url: str) -> str | None:
        _, mark, post_id = url.partition("#p-")
        return post_id if mark and url.startswith(f"{self._page_url}/t/") else None

    async def close(self) -> None:
        """The bus is not ours to close."""

    def _page_post(self, out: Outgoing, posted_at: datetime) -> PagePost:
        return PagePost(
            id=out.post.id,
            live_event_id=out.live_event_id,
            at=posted_at,
            actor=system("poster"),
            cause=out.post.release_id,
            update_id=out.post.update_id,
            n=out.n,
            text=out.post.text,
            lang=out.post.lang,
            phase=out.phase,
            posted_at=posted_at,
            corrects=out.corrects,
        )

    def _published(self, out: Outgoing, posted_at: datetime) -> Published:
        return Published(str(out.post.id), f"{self._page_url}/t/{out.live_event_id}#p-{out.post.id}", posted_at)

"""The door to Bluesky: each post has a key of its own, so whatever became of a request, it may be sent again.

A post is a record under a key that follows from the release (`bluesky_record.py`). It is put with `swapRecord: null`,
which means "only if nothing lies there": a repeat finds the very same record and changes nothing. That is exactly once
without any state of ours, while the post lies there. A post that was deleted has left no trace on the server, and a
repeat would bring it back. Two things prevent that: the ledger, in which a deleted post is never published again; and
delete() below, which deletes again after any put that may still be on its way.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from yarl import URL

from consumers.poster.platforms import limits
from consumers.poster.platforms.base import (
    FRESH_S,
    Account,
    Attachment,
    Outgoing,
    Published,
    WrongAccount,
)
from consumers.poster.platforms.bluesky_record import (
    COLLECTION,
    Place,
    Record,
    created_at,
    key_of,
    mentions,
    record_of,
    says_the_same,
)
from consumers.poster.platforms.bluesky_seen import changed, public_of
from consumers.poster.platforms.bluesky_xrpc import UNREACHABLE_RETRY_S, Said, Session, Xrpc
from consumers.poster.platforms.seeing import Change, PublicPost, Sent
from schemas.errors import Refused, Unavailable, Uncertain
from schemas.live_event import Destination
from schemas.sighting import Part, SeenBy
from streams.clock import Clock

URL_OF_BLUESKY = "https://bsky.social"
TIMEOUT_S = 10.0
LATE_S = 10.0  # how long after we gave it up a put may still be applied; a server that works on is done by then
RETRY_S = 0.5
KNOWN_MAX = 1024  # places, handles, puts in doubt: more than the threads of a day; what fell out is asked again
RESOLVE_TRIES = 3  # a handle whose server fails for longer stays plain text: no thread waits for a stranger's server
SEE_PAGE = 100  # com.atproto.repo.listRecords
SEE_PAGES_MAX = 100  # ten thousand posts: a busy account's weeks after an event
SEE_SKEW = timedelta(seconds=300)  # between the clocks of those who make keys
SEE_LATER_S = 3600.0
IMAGES_MAX = 4
IMAGE_BYTES_MAX = 1_000_000  # app.bsky.embed.images

V = TypeVar("V")


class _Known(OrderedDict[str, V], Generic[V]):
    """What was learnt last, up to KNOWN_MAX."""

    def __setitem__(self, key: str, value: V) -> None:
        super().__setitem__(key, value)
        self.move_to_end(key)
        if len(self) > KNOWN_MAX:
            self.popitem(last=False)


class _ParentGone(Refused):
    """Caught by publish(): the post may lie there all the same."""


class BlueskyPlatform:
    """One account on one PDS; `password` is best an app password. Requests go to `url` alone, whatever the DID says.

    `firehose` is the address (wss://…) of a server that tells of this account's changes, its PDS or a relay; or none.
    """

    source: SeenBy = "platform-read"

    def __init__(
        self,
        destination: Destination,
        clock: Clock,
        *,
        url: str = URL_OF_BLUESKY,
        handle: str,
        password: str,
        timeout_s: float = TIMEOUT_S,
        firehose: str = "",
    ) -> None:
        self.destination = destination
        self.limits = limits.bluesky(timeout_s=timeout_s, settle_s=FRESH_S + timeout_s + LATE_S, retry_s=RETRY_S)
        self._clock = clock
        self._firehose = firehose
        self._xrpc = Xrpc(url, handle, password, clock, timeout_s)
        self._places: _Known[Place] = _Known()  # by uri
        self._dids: _Known[str | None] = _Known()  # by handle
        self._failed: _Known[int] = _Known()  # how often a handle could not be resolved
        self._ready: _Known[Record] = _Known()  # by key: made by prepare() for publish()
        self._in_doubt: _Known[datetime] = _Known()  # when we gave up waiting for the answer to a put of this key

    async def check(self) -> Account:
        try:
            who = await self._xrpc.who()
        except Uncertain as lost:
            raise _ask_again(lost) from None
        self._must_be_ours(who)
        return Account(who.handle, left=self._xrpc.puts_left, resets_at=self._xrpc.resets_at)

    async def prepare(self, out: Outgoing) -> None:
        """Session, parent, mentions, pictures. That the parent is gone is for publish() to say: ours may be there."""
        await self._did()
        with suppress(_ParentGone):
            self._ready[key_of(out)] = await self._prepared(out)

    async def publish(self, out: Outgoing) -> Published:
        """One request, a put, when prepare() was asked before; else those come first.

        Raises Refused `parent-gone`, and `key-taken` when another record lies under our key.
        """
        did, key = await self._did(), key_of(out)
        try:
            record = self._ready.pop(key, None) or await self._prepared(out)
        except _ParentGone:
            if (found := await self._own(out)) is not None:
                return found  # an earlier try was quicker than whoever took the parent away
            raise
        try:
            with self._in_doubt_until_answered(key):
                made = await self._xrpc.put_new(did, COLLECTION, key, record)
        except Said as said:
            if said.error != "InvalidSwap":
                raise
            return await self._found_under_key(out)
        return self._published(out, Place.of(made["uri"], made["cid"], record))

    async def look_up(self, out: Outgoing, *, since: datetime, known: frozenset[str]) -> Published | None:  # noqa: ARG002  # its key finds it
        found = await self._own(out)
        return found if found is not None and found.platform_id not in known else None

    async def delete(self, out: Outgoing, published: Published) -> None:
        """Raises Unavailable, after deleting, while a put of this post may still be on its way: it would undo this."""
        did = await self._did()
        repo, key = _parts(published.platform_id)
        if repo != did and _name(repo) != _name(self.destination.account):
            raise Refused("This post is of another account than ours.", code="wrong-account", status=403)
        try:
            await self._xrpc.delete(did, COLLECTION, key)
        except Uncertain as lost:
            raise _ask_again(lost) from None
        for uri in (published.platform_id, f"at://{did}/{COLLECTION}/{key}"):
            self._places.pop(uri, None)
        self._wait_for_late(key_of(out))

    def platform_id_of(self, url: str) -> str | None:
        """Only of this account's posts; by its DID, once we have logged in."""
        parts = URL(url).path.strip("/").split("/")
        if len(parts) != 4 or parts[0] != "profile" or parts[2] != "post":
            return None
        session = self._xrpc.session
        names = {_name(self.destination.account)} | ({session.did, _name(session.handle)} if session else set())
        if _name(parts[1]) not in names:
            return None
        return f"at://{session.did if session else parts[1]}/{COLLECTION}/{parts[3]}"

    async def close(self) -> None:
        await self._xrpc.close()

    # -- reading back ------------------------------------------------------------------------------------------------

    async def see(self, live_event_id: str, since: datetime) -> tuple[PublicPost, ...]:  # noqa: ARG002  # the whole repository is the account's
        """By key, newest first, until they are older than `since`; a key of no time is taken in as well."""
        did, cursor, found = await self._did(), None, list[PublicPost]()
        for _ in range(SEE_PAGES_MAX):
            records, cursor = await self._xrpc.page(did, COLLECTION, limit=SEE_PAGE, cursor=cursor)
            posts = [self._seen(record["uri"], record["cid"], record["value"]) for record in records]
            found += [post for post in posts if post.posted_at >= since - SEE_SKEW]
            if cursor is None or not posts or posts[-1].posted_at < since - SEE_SKEW:
                return tuple(found)
        raise Unavailable("The account has more posts than an event can have.", retry_after_s=SEE_LATER_S)

    async def look_at(self, live_event_id: str, platform_id: str) -> PublicPost | None:  # noqa: ARG002  # its id finds it
        repo, key = _parts(platform_id)
        record = await self._xrpc.get(repo, COLLECTION, key)
        return self._seen(record["uri"], record["cid"], record["value"]) if record is not None else None

    def changed(self, sent: Sent, seen: PublicPost) -> tuple[Part, ...]:
        return changed(sent, seen.raw)

    @property
    def tells(self) -> bool:
        return bool(self._firehose)

    async def told(self) -> AsyncIterator[Change]:
        from consumers.poster.platforms.bluesky_firehose import listen  # noqa: PLC0415  # 15 MB: only where used

        async for heard in listen(self._firehose, await self._did(), COLLECTION, self.limits.timeout_s):
            if heard is None:
                yield Change()
            elif heard.record is None:
                yield Change(heard.uri)
            else:
                yield Change(heard.uri, self._seen(heard.uri, heard.cid, heard.record))

    def _seen(self, uri: str, cid: str, record: Record) -> PublicPost:
        address = f"https://bsky.app/profile/{_name(self.destination.account)}"
        try:
            return public_of(uri, cid, record, address, self._clock.now())
        except (AttributeError, KeyError, TypeError):
            raise Uncertain("Bluesky lists a record that cannot be read.") from None

    # -- who we are --------------------------------------------------------------------------------------------------

    async def _did(self) -> str:
        """Ours. Credentials of another account than the live event's post nothing."""
        session = self._xrpc.session or await self._xrpc.login()
        self._must_be_ours(session)
        return session.did

    def _must_be_ours(self, who: Session) -> None:
        if _name(self.destination.account) not in (_name(who.handle), who.did):
            raise WrongAccount(f"@{who.handle}")
        if not who.active:
            raise Refused("This account is not active.", code="may-not-post", status=403)

    # -- what is put -------------------------------------------------------------------------------------------------

    async def _prepared(self, out: Outgoing) -> Record:
        """The record. Raises Unavailable when what it needs cannot be asked now: nothing was put then."""
        try:
            parent = await self._place(out.reply_to) if out.reply_to else None
            if out.reply_to and parent is None:
                raise _ParentGone("The parent is gone.", code="parent-gone", status=404)
            dids = {handle: did for handle in mentions(out.post.text) if (did := await self._resolved(handle))}
            return record_of(out, parent=parent, dids=dids, images=await self._images(out.media))
        except Uncertain as lost:
            raise _ask_again(lost) from None

    async def _place(self, uri: str) -> Place | None:
        """By uri and content, as a reply names its parent. Asked once: nothing may come between a stop and a put."""
        if uri not in self._places:
            repo, key = _parts(uri)
            found = await self._xrpc.get(repo, COLLECTION, key)
            if found is None:
                return None
            self._places[uri] = Place.of(found["uri"], found["cid"], found["value"])
        return self._places[uri]

    async def _resolved(self, handle: str) -> str | None:
        """Once for each handle, so that the record is the same on each try."""
        if handle not in self._dids:
            try:
                self._dids[handle] = await self._xrpc.did_of(handle)
            except Uncertain:
                self._failed[handle] = self._failed.get(handle, 0) + 1
                if self._failed[handle] < RESOLVE_TRIES:
                    raise
                self._dids[handle] = None
        return self._dids[handle]

    async def _images(self, media: tuple[Attachment, ...]) -> list[Record]:
        if len(media) > IMAGES_MAX or any(len(image.data) > IMAGE_BYTES_MAX for image in media):
            raise Refused("Bluesky takes four pictures of a million bytes each.", code="media-too-large", status=413)
        return [{"alt": image.alt, "image": await self._xrpc.upload(image.data, image.mime)} for image in media]

    # -- what lies there ---------------------------------------------------------------------------------------------

    async def _found_under_key(self, out: Outgoing) -> Published:
        """What another try of ours made, perhaps with a mention resolved otherwise."""
        record = await self._under_key(out)
        if record is None:
            raise Uncertain("The record under our key was taken away as we looked.")
        if not says_the_same(record["value"], out):
            raise Refused("Another record lies under the key of this post.", code="key-taken", status=409)
        return self._published(out, Place.of(record["uri"], record["cid"], record["value"]))

    async def _own(self, out: Outgoing) -> Published | None:
        """The post under its key; None when nothing lies there, or something else."""
        record = await self._under_key(out)
        if record is None or not says_the_same(record["value"], out):
            return None
        return self._published(out, Place.of(record["uri"], record["cid"], record["value"]))

    async def _under_key(self, out: Outgoing) -> dict[str, Any] | None:
        try:
            return await self._xrpc.get(await self._did(), COLLECTION, key_of(out))
        except Uncertain as lost:
            raise _ask_again(lost) from None

    def _published(self, out: Outgoing, place: Place) -> Published:
        self._places[place.uri] = place
        account = _name(self.destination.account)
        at = datetime.fromisoformat(created_at(out))
        return Published(place.uri, f"https://bsky.app/profile/{account}/post/{key_of(out)}", at)

    @contextmanager
    def _in_doubt_until_answered(self, key: str) -> Iterator[None]:
        """Round a put. One that we are stopped in the middle of is in doubt as well."""
        before, answered = self._in_doubt.get(key), False
        try:
            yield
            answered = True
        except (Refused, Unavailable):
            answered = True
            raise
        finally:
            if not answered:
                self._in_doubt[key] = self._clock.now()
            elif before is None:
                self._in_doubt.pop(key, None)

    def _wait_for_late(self, key: str) -> None:
        sent = self._in_doubt.get(key)
        if sent is None:
            return
        left_s = LATE_S - (self._clock.now() - sent).total_seconds()
        if left_s > 0:
            raise Unavailable("A put of this post may still be on its way.", retry_after_s=left_s)
        del self._in_doubt[key]


def _parts(uri: str) -> tuple[str, str]:
    """Repository and key of at://repository/collection/key."""
    repo, _, rest = uri.removeprefix("at://").partition("/")
    return repo, rest.rpartition("/")[2]


def _name(account: str | None) -> str:
    """A handle in either case, with or without @; a DID stays as it is."""
    name = (account or "").removeprefix("@")
    return name if name.startswith("did:") else name.lower()


def _ask_again(lost: Uncertain) -> Unavailable:
    """For what only asked, or may be repeated at any time."""
    return Unavailable(str(lost), retry_after_s=UNREACHABLE_RETRY_S)

"""The door to X: what its API v2 makes of a post, a look-up and a deletion, as the poster's protocol has it.

X knows no key for a post. What stands in for one is its own timeline: after a lost answer the poster waits until a
request can no longer take effect, then looks for the very text under the very parent.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tweepy.asynchronous import AsyncClient

from consumers.poster.platforms import limits
from consumers.poster.platforms.base import (
    FRESH_S,
    Account,
    AccountBusy,
    Outgoing,
    Published,
    RepliesForbidden,
    WrongAccount,
)
from consumers.poster.platforms.seeing import PublicPost, Sent
from consumers.poster.platforms.x_answers import ParentNotVisible
from consumers.poster.platforms.x_media import fitting, upload
from consumers.poster.platforms.x_oauth2 import OAuth2
from consumers.poster.platforms.x_posts import id_at, is_it, made_at
from consumers.poster.platforms.x_seen import FIELDS, changed, public_of
from consumers.poster.platforms.x_transport import (
    BASE_URL,
    START_S,
    UNREACHABLE_RETRY_S,
    Bearer,
    Keys,
    TokenSource,
    Transport,
)
from schemas.errors import Refused, Unavailable, Uncertain
from schemas.live_event import Destination
from schemas.sighting import Part, SeenBy
from streams.clock import Clock

TIMEOUT_S = 10.0
SETTLE_S = 60.0  # X states no figure for how late a post can be read; a minute was advised by those who measured
PREPARE_S = 5.0  # sign-in and pictures may delay a post's request by so much, else it waits for a new intent
PREPARED_RETRY_S = 0.1
PREPARED_MAX = 100  # posts whose pictures are with X already and which wait to be sent
PICTURE_AGE_S = 3600.0  # X forgets a picture that no post names, after a day at the earliest

YOUNG_PARENT_S = 60.0  # a reply to a parent younger than this may be refused as "not visible", and works later
YOUNG_RETRY_S = 5.0
UNREADABLE_RETRY_S = 300.0  # an answer that is not X's API: somebody has to look
SKEW_S = 300.0  # between our clock and theirs, when the timeline is asked for a time
PAGES_MAX = 10  # of 100 posts each: more than an event's thread

READ_ONLY = "read"  # the level of keys that may not post, as X tells it in a header


class _Answer:
    """A 2xx answer, read and parsed: what tweepy asks of a response is its json()."""

    def __init__(self, data: Any) -> None:
        self._data = data

    async def json(self) -> Any:
        return self._data


class _Client(AsyncClient):  # type: ignore[misc]  # tweepy ships no types
    """tweepy's routes over our transport: its own has no base address, no time-out, and repeats what it must not."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(return_type=dict, wait_on_rate_limit=False)
        self._transport = transport

    async def request(
        self,
        method: str,
        route: str,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        user_auth: bool = False,  # noqa: ARG002  # the transport knows who we are
    ) -> _Answer:
        return _Answer(await self._transport.request(method, route, params, json=json))


class XPlatform:
    """One account on X: by OAuth 1.0a keys when an access token is given, else an OAuth 2.0 login, else a user token.

    `replies`: whether the account's tier lets it reply by API; when not, no reply is ever tried.
    """

    source: SeenBy = "platform-read"

    def __init__(
        self,
        destination: Destination,
        clock: Clock,
        *,
        base_url: str = BASE_URL,
        consumer_key: str | None = None,
        consumer_secret: str | None = None,
        access_token: str | None = None,
        access_secret: str | None = None,
        bearer_token: str | None = None,
        oauth2: OAuth2 | None = None,
        replies: bool = True,
        settle_s: float = SETTLE_S,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self.destination = destination
        self.limits = limits.x(timeout_s=timeout_s, settle_s=FRESH_S + PREPARE_S + timeout_s + settle_s)
        self._clock = clock
        self._replies = replies
        self._me: str | None = None
        self._unseen: dict[str, float] = {}  # parent: since when X says that it does not see it
        self._pictures: dict[UUID, tuple[float, list[str]]] = {}
        auth: Keys | TokenSource = oauth2 or Bearer(bearer_token or "")
        if access_token is not None:
            auth = Keys(consumer_key or "", consumer_secret or "", access_token, access_secret or "")
        self._transport = Transport(clock, base_url, timeout_s, auth)
        self._client = _Client(self._transport)

    # -- who we are --------------------------------------------------------------------------------------------------

    async def check(self) -> Account:
        """`left` and `resets_at` are what X said at the last post: it tells them at no other time."""
        name = await self._identify()
        left = self._transport.left
        if left is None or left.resets_at <= self._clock.now():
            return Account(name)
        return Account(name, left=left.requests, resets_at=left.resets_at)

    async def _identify(self) -> str:
        """Credentials of another account than the live event's post nothing."""
        try:
            me = (await self._client.get_me(user_auth=False))["data"]
            user_id, name = str(me["id"]), str(me["username"])
        except Uncertain:
            message = "X does not say whose credentials these are."
            raise AccountBusy(message, code="unreachable", retry_after_s=UNREACHABLE_RETRY_S) from None
        except (KeyError, TypeError):
            message = "X's answer to who we are cannot be read."
            raise AccountBusy(message, code="unreachable", retry_after_s=UNREADABLE_RETRY_S) from None
        if name.lower() != self._account.lower():
            raise WrongAccount(f"@{name}")
        if self._transport.access == READ_ONLY:
            raise Refused("These keys may only read.", code="may-not-post")
        self._me = user_id
        return name

    @property
    def _account(self) -> str:
        return (self.destination.account or "").lstrip("@")

    # -- posting -----------------------------------------------------------------------------------------------------

    async def prepare(self, out: Outgoing) -> None:
        if out.reply_to is not None and not self._replies:
            raise RepliesForbidden("This account's tier may not reply, as it was set up.")
        try:
            await self._brought(out)
        except Uncertain as lost:
            raise Unavailable(str(lost), retry_after_s=UNREACHABLE_RETRY_S) from None

    async def publish(self, out: Outgoing) -> Published:
        if out.reply_to is not None and not self._replies:
            raise RepliesForbidden("This account's tier may not reply, as it was set up.")
        pictures = await self._prepared(out)
        try:
            answer = await self._client.create_tweet(
                text=out.post.text, in_reply_to_tweet_id=out.reply_to, media_ids=pictures or None, user_auth=False
            )
        except ParentNotVisible:
            if not self._may_be_young(out.reply_to):
                raise
            raise Unavailable("X does not see the parent yet.", retry_after_s=YOUNG_RETRY_S) from None
        self._pictures.pop(out.post.id, None)
        try:
            return self._published(str(answer["data"]["id"]))
        except (KeyError, TypeError, ValueError):
            raise Uncertain("X answered without the id of the post.") from None

    def _may_be_young(self, parent: str | None) -> bool:
        """By its id's time, and, as our clock may be ahead of X's, by how long X has not seen it."""
        if parent is None or (self._clock.now() - made_at(parent)).total_seconds() >= YOUNG_PARENT_S + SKEW_S:
            return False
        now_s = self._clock.monotonic()
        self._unseen = {
            parent: self._unseen.get(parent, now_s)
        }  # of one parent at a time: threads are long, this short
        return now_s - self._unseen[parent] < YOUNG_PARENT_S

    async def _prepared(self, out: Outgoing) -> list[str]:
        """All that comes before the request for the post. When it took long, the next try goes at once."""
        started = self._clock.monotonic()
        pictures = await self._brought(out)
        if self._clock.monotonic() - started > PREPARE_S - START_S:
            raise Unavailable("The post is ready to be sent anew.", retry_after_s=PREPARED_RETRY_S)
        return pictures

    async def _brought(self, out: Outgoing) -> list[str]:
        fitting(out.media)
        if self._me is None:
            await self._identify()
        await self._transport.ready()
        return await self._uploaded(out) if out.media else []

    async def _uploaded(self, out: Outgoing) -> list[str]:
        """The ids of the post's pictures; those that an earlier try brought there are used."""
        now_s = self._clock.monotonic()
        at_s, pictures = self._pictures.get(out.post.id, (now_s, []))
        if now_s - at_s > PICTURE_AGE_S:
            at_s, pictures = now_s, []
        self._pictures[out.post.id] = (at_s, pictures)
        while len(self._pictures) > PREPARED_MAX:
            del self._pictures[next(iter(self._pictures))]
        for picture in out.media[len(pictures) :]:
            pictures.append(await upload(self._transport, self._clock, picture))
        return pictures

    # -- looking up --------------------------------------------------------------------------------------------------

    async def look_up(self, out: Outgoing, *, since: datetime, known: frozenset[str]) -> Published | None:
        found = None
        try:
            async for tweet in self._timeline(out.reply_to, since - timedelta(seconds=SKEW_S)):
                if is_it(tweet, out) and tweet["id"] not in known:
                    found = tweet["id"]  # newest first: the last match is the first that was made
            return self._published(found) if found else None
        except Uncertain:
            raise Unavailable("X gave no answer to a look-up.", retry_after_s=UNREACHABLE_RETRY_S) from None
        except AccountBusy as busy:
            raise _alone(busy) from None
        except (AttributeError, KeyError, TypeError, ValueError):
            raise Unavailable("X's timeline cannot be read.", retry_after_s=UNREADABLE_RETRY_S) from None

    async def _timeline(
        self, since_id: str | None, start: datetime, fields: Sequence[str] = ("created_at", "referenced_tweets")
    ) -> AsyncIterator[dict[str, Any]]:
        """Own posts, newest first. Raises Unavailable when there are more than can be read."""
        if self._me is None:
            await self._identify()
        # Since the parent where there is one: no clock takes part then.
        span: dict[str, Any] = {"since_id": since_id} if since_id else {"start_time": start}
        for _ in range(PAGES_MAX):
            page = await self._client.get_users_tweets(
                self._me,
                exclude="retweets",
                max_results=100,
                tweet_fields=list(fields),
                user_auth=False,
                **span,
            )
            for tweet in page.get("data", ()):
                yield tweet
            token = page.get("meta", {}).get("next_token")
            if token is None:
                return
            span["pagination_token"] = token
        raise Unavailable("X's timeline is longer than a thread can be.", retry_after_s=UNREADABLE_RETRY_S)

    # -- reading back ------------------------------------------------------------------------------------------------

    async def see(self, live_event_id: str, since: datetime) -> tuple[PublicPost, ...]:  # noqa: ARG002  # the timeline is the account's
        """Each post in the answer is paid for, a tenth of a cent of the own timeline: see docs/posting.md."""
        try:
            start = since - timedelta(seconds=SKEW_S)
            return tuple([public_of(tweet, self._account) async for tweet in self._timeline(None, start, FIELDS)])
        except (AttributeError, KeyError, TypeError, ValueError):
            raise Uncertain("X's timeline cannot be read.") from None

    async def look_at(self, live_event_id: str, platform_id: str) -> PublicPost | None:  # noqa: ARG002  # its id finds it
        if self._me is None:
            await self._identify()
        try:
            answer = await self._client.get_tweet(platform_id, tweet_fields=list(FIELDS), user_auth=False)
            tweet = answer.get("data")
            if tweet is None and not answer.get("errors"):
                raise Uncertain("X answered neither with the post nor that it is gone.")
            return public_of(tweet, self._account) if tweet else None
        except Refused as refused:
            if refused.status != 404:
                raise
            return None
        except (AttributeError, KeyError, TypeError, ValueError):
            raise Uncertain("X's post cannot be read.") from None

    def changed(self, sent: Sent, seen: PublicPost) -> tuple[Part, ...]:
        return changed(sent, seen)

    # -- taking back -------------------------------------------------------------------------------------------------

    async def delete(self, out: Outgoing, published: Published) -> None:  # noqa: ARG002  # its id finds it
        try:
            await self._client.delete_tweet(published.platform_id, user_auth=False)
        except Uncertain:
            raise Unavailable("X gave no answer to a deletion.", retry_after_s=UNREACHABLE_RETRY_S) from None
        except AccountBusy as busy:
            raise _alone(busy) from None
        except Refused as refused:
            if refused.status != 404:
                raise

    def platform_id_of(self, url: str) -> str | None:
        return id_at(url, self._account)

    async def close(self) -> None:
        await self._transport.close()

    def _published(self, tweet_id: str) -> Published:
        return Published(tweet_id, f"https://x.com/{self._account}/status/{tweet_id}", made_at(tweet_id))


def _alone(busy: AccountBusy) -> Unavailable:
    """Look-ups and deletions have limits of their own: posts still go."""
    return Unavailable(str(busy), retry_after_s=busy.retry_after_s) if busy.code == "limit" else busy

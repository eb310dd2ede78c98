"""The door to Mastodon and servers that speak its API: a key for each post where they are kept, the account's own list
of posts everywhere.

Mastodon keeps a key for an hour, and stores it after the status: so a repeat waits some seconds, looks first, and uses
the very same key. Where it is not Mastodon itself, keys are sent but not believed.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from consumers.poster.platforms.base import Account, AccountBusy, Limits, Outgoing, Published, WrongAccount
from consumers.poster.platforms.mastodon_http import (
    CREDENTIALS_RETRY_S,
    UNREACHABLE_RETRY_S,
    Answer,
    Gone,
    Http,
    NotAllowed,
    left,
    lookup_failed,
    moment,
    server_time,
)
from consumers.poster.platforms.mastodon_media import fitting, upload
from consumers.poster.platforms.mastodon_seen import changed, public_of
from consumers.poster.platforms.mastodon_server import RETRY_S, SETTLE_S, Server, split
from consumers.poster.platforms.mastodon_text import same_text
from consumers.poster.platforms.seeing import PublicPost, Sent
from schemas.errors import Refused, Unavailable, Uncertain
from schemas.live_event import Destination
from schemas.sighting import Part, SeenBy
from streams.clock import Clock

TIMEOUT_S = 10.0
PREPARED_MAX = 100  # posts whose pictures are there already and which wait to be sent
PAGE = 40  # the most a page holds
PAGES_MAX = 10  # more than an event's thread
SEE_PAGES_MAX = 100  # four thousand posts: a busy account's weeks after an event
SKEW_S = 300.0  # between our clock and the server's, where no parent says since when to look

Visibility = Literal["public", "unlisted", "private", "direct"]


@dataclass(frozen=True, slots=True)
class _Me:
    id: str
    user: str


class MastodonPlatform:
    """One account on one server; `token` needs `read:accounts read:statuses write:statuses write:media`."""

    source: SeenBy = "platform-read"

    def __init__(
        self,
        destination: Destination,
        clock: Clock,
        *,
        url: str,
        token: str,
        visibility: Visibility = "public",
        timeout_s: float = TIMEOUT_S,
        settle_s: float = SETTLE_S,
        retry_s: float = RETRY_S,
    ) -> None:
        self.destination = destination
        self._clock = clock
        self._url = url.rstrip("/")
        self._visibility = visibility
        self._waits = {"timeout_s": timeout_s, "settle_s": settle_s, "retry_s": retry_s}
        self._http = Http(clock, url, token, timeout_s)
        self._server = Server.of(url, {})  # unknown yet: nothing is promised
        self._limits = self._server.limits(**self._waits)
        self._me: _Me | None = None
        self._pictures: dict[UUID, list[str]] = {}

    @property
    def limits(self) -> Limits:
        return self._limits

    # -- who we are there --------------------------------------------------------------------------------------------

    async def check(self) -> Account:
        try:
            answer = await self._http.ask("GET", "/api/v1/accounts/verify_credentials")
            me = answer.data
            found = _Me(str(me["id"]), str(me["username"]))
            server = Server.of(self._url, await self._instance(), str(me.get("url") or ""))
            ours = server.is_ours(self.destination.account or "", me)
        except Uncertain as lost:
            raise AccountBusy(str(lost), code="unreachable", retry_after_s=UNREACHABLE_RETRY_S) from None
        except (Refused, KeyError, TypeError, ValueError):
            raise AccountBusy(
                "What stands at this address does not answer as Mastodon does.",
                code="unreachable",
                retry_after_s=CREDENTIALS_RETRY_S,
            ) from None
        if not ours:
            raise WrongAccount(f"@{found.user}@{server.domain}")
        if me.get("suspended") or me.get("limited"):
            raise Refused("The server has suspended or limited this account.", code="may-not-post")
        self._me, self._server, self._limits = found, server, server.limits(**self._waits)
        count, resets_at = left(answer.headers)
        return Account(f"@{found.user}@{server.domain}", left=count, resets_at=resets_at)

    async def _instance(self) -> Mapping[str, Any]:
        for version in ("v2", "v1"):
            try:
                data = (await self._http.ask("GET", f"/api/{version}/instance")).data
            except Gone:
                continue
            return data if isinstance(data, dict) else {}
        return {}

    async def _ours(self) -> _Me:
        if self._me is None:
            await self.check()
            assert self._me is not None
        return self._me

    # -- the post ----------------------------------------------------------------------------------------------------

    async def prepare(self, out: Outgoing) -> None:
        try:
            await self._ours()
            await self._brought(out)
        except Uncertain as lost:
            raise lookup_failed(lost) from None

    async def _brought(self, out: Outgoing) -> list[str]:
        """The ids of the post's pictures; those that an earlier try brought there are used."""
        fitting(out.media)
        pictures = self._pictures.setdefault(out.post.id, []) if out.media else []
        while len(self._pictures) > PREPARED_MAX:
            del self._pictures[next(iter(self._pictures))]
        for picture in out.media[len(pictures) :]:
            pictures.append(await upload(self._http, picture, self._clock))
        return pictures

    async def publish(self, out: Outgoing) -> Published:
        await self._ours()
        pictures = await self._brought(out)
        status: dict[str, Any] = {
            "status": out.post.text,
            "visibility": self._visibility,
            "content_type": "text/plain",  # some that look alike read Markdown otherwise
        }
        if out.reply_to is not None:
            status["in_reply_to_id"] = out.reply_to
        if out.post.lang is not None:
            status["language"] = out.post.lang.partition("-")[0].lower()  # ISO 639-1
        if out.warning is not None:
            status |= {"spoiler_text": out.warning, "sensitive": True}
        if pictures:
            status["media_ids"] = pictures
        # The id of a post is made of release, destination and part, and stands for this very text under this parent.
        key = {"Idempotency-Key": str(out.post.id)}
        try:
            return self._published(await self._http.ask("POST", "/api/v1/statuses", json=status, headers=key))
        except Gone as gone:
            if out.reply_to is None:
                raise
            raise Refused("Mastodon does not see the parent.", code="parent-gone", status=gone.status) from None

    async def look_up(self, out: Outgoing, *, since: datetime, known: frozenset[str]) -> Published | None:
        orphan: Published | None = None
        found: Published | None = None
        try:
            async for status in self._own_statuses(out.reply_to, since - timedelta(seconds=SKEW_S)):
                if (
                    str(status["id"]) in known
                    or status.get("reblog")
                    or not same_text(status["content"], out.post.text)
                ):
                    continue
                # Newest first: the last match is the first that was made.
                if status["in_reply_to_id"] == out.reply_to:
                    found = self._shown(status)
                elif status["in_reply_to_id"] is None:
                    orphan = self._shown(status)
            if found is None and orphan is not None and await self._is_gone(out.reply_to):
                return orphan  # its parent was deleted since, and with it the word of whose reply it is
        except Uncertain as lost:
            raise lookup_failed(lost) from None
        except (AttributeError, KeyError, TypeError, ValueError):
            raise Unavailable(
                "Mastodon's list of statuses cannot be read.", retry_after_s=CREDENTIALS_RETRY_S
            ) from None
        return found

    async def _own_statuses(
        self, since_id: str | None, start: datetime, pages_max: int = PAGES_MAX
    ) -> AsyncIterator[dict[str, Any]]:
        """Own posts, newest first: since the parent, or, where there is none, since `start`.

        Raises Unavailable when there are more than can be read.
        """
        me, max_id = await self._ours(), None
        for _ in range(pages_max):
            span = {"since_id": since_id, "max_id": max_id}
            params = {"limit": str(PAGE), "exclude_reblogs": "true"} | {k: v for k, v in span.items() if v is not None}
            answer = await self._http.ask("GET", f"/api/v1/accounts/{me.id}/statuses", params=params)
            behind = min(timedelta(), server_time(answer.headers, self._clock.now()) - self._clock.now())
            for status in answer.data:
                if since_id is None and _made_at(status) < start + behind:
                    return
                yield status
            if not answer.data:
                return
            max_id = str(answer.data[-1]["id"])
        raise Unavailable("The account's list is longer than a thread can be.", retry_after_s=CREDENTIALS_RETRY_S)

    async def _is_gone(self, status_id: str | None) -> bool:
        try:
            await self._http.ask("GET", f"/api/v1/statuses/{status_id}")
        except Gone:
            return True
        return False

    async def delete(self, out: Outgoing, published: Published) -> None:  # noqa: ARG002  # its id finds it
        try:
            await self._http.ask("DELETE", f"/api/v1/statuses/{published.platform_id}")
        except Gone:
            return
        except Uncertain as lost:
            raise lookup_failed(lost) from None  # deleting again is fine
        except NotAllowed:
            raise Refused("Mastodon does not let this account delete it.", code="mastodon-403", status=403) from None
        except AccountBusy as busy:
            if busy.code != "limit":
                raise
            # Deletions are counted by themselves, 30 in 30 minutes: the account may post all the while.
            raise Unavailable(str(busy), retry_after_s=busy.retry_after_s) from None

    async def edit(self, platform_id: str, text: str) -> Published:
        """Gives a standing post another text; id, address and place stay, and readers see that it was edited.

        It may be repeated at any time. Raises as delete() does, and Refused (`mastodon-404`) when the post is gone.
        """
        path = f"/api/v1/statuses/{platform_id}"
        try:
            now = (await self._http.ask("GET", path)).data
            body = {  # what an edit does not name, Mastodon takes away
                "status": text,
                "spoiler_text": now["spoiler_text"],
                "sensitive": now["sensitive"],
                "language": now["language"],
                "media_ids": [m["id"] for m in now["media_attachments"]],
                "content_type": "text/plain",
            }
            return self._published(await self._http.ask("PUT", path, json=body))
        except Uncertain as lost:
            raise lookup_failed(lost) from None
        except (KeyError, TypeError):
            raise Unavailable("Mastodon's post cannot be read.", retry_after_s=CREDENTIALS_RETRY_S) from None

    def platform_id_of(self, url: str) -> str | None:
        return self._server.post_id(url, user=(self.destination.account or "").removeprefix("@").partition("@")[0])

    async def close(self) -> None:
        await self._http.close()

    # -- reading back ------------------------------------------------------------------------------------------------

    async def see(self, live_event_id: str, since: datetime) -> tuple[PublicPost, ...]:  # noqa: ARG002  # the list is the account's
        start = since - timedelta(seconds=SKEW_S)
        try:
            return tuple([public_of(s, self._shown(s)) async for s in self._own_statuses(None, start, SEE_PAGES_MAX)])
        except (AttributeError, KeyError, TypeError, ValueError):
            raise Uncertain("Mastodon's list of statuses cannot be read.") from None

    async def look_at(self, live_event_id: str, platform_id: str) -> PublicPost | None:  # noqa: ARG002  # its id finds it
        await self._ours()
        try:
            status = (await self._http.ask("GET", f"/api/v1/statuses/{platform_id}")).data
            return public_of(status, self._shown(status))
        except Gone:
            return None
        except (AttributeError, KeyError, TypeError, ValueError):
            raise Uncertain("Mastodon's post cannot be read.") from None

    def changed(self, sent: Sent, seen: PublicPost) -> tuple[Part, ...]:
        return changed(sent, seen.raw)

    # -- what an answer says -----------------------------------------------------------------------------------------

    def _published(self, answer: Answer) -> Published:
        try:
            return self._shown(answer.data)
        except (AttributeError, KeyError, TypeError):
            raise Uncertain("Mastodon answered without the id of the post.") from None

    def _shown(self, status: Mapping[str, Any]) -> Published:
        platform_id, url = str(status["id"]), status.get("url")
        if not isinstance(url, str) or split(url).scheme not in ("http", "https"):
            user = self._me.user if self._me else ""
            url = f"{self._url}/@{user}/{platform_id}"
        return Published(platform_id, url, moment(str(status.get("created_at"))) or self._clock.now())


def _made_at(status: Mapping[str, Any]) -> datetime:
    found = moment(str(status["created_at"]))
    if found is None:
        raise ValueError("a status without a time")
    return found

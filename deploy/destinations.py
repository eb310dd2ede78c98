"""The destinations of this installation: which platform serves a destination's key, made when it is first asked for.

Vendors are imported where a destination of theirs is asked for: together they cost 80 MB.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from consumers.poster.platforms.local import LocalPlatform
from deploy.home import Home
from deploy.settings import Settings, XKeys, destination_of, slug
from schemas.errors import Refused
from schemas.live_event import Destination, Platform
from streams.bus import Bus
from streams.clock import Clock

if TYPE_CHECKING:
    from consumers.poster.platforms.base import Platform as PlatformDoor
    from consumers.poster.platforms.x_oauth2 import OAuth2, TokenStore


class Destinations(Mapping[str, "PlatformDoor"]):
    """By key: `local`, or `x:@account` and the like where that account's credentials are set.

    The door checks that they are that account's. Where settings name the accounts of this poster, it has no others.
    """

    def __init__(self, settings: Settings, bus: Bus, clock: Clock) -> None:
        self._settings = settings
        self._bus = bus
        self._clock = clock
        self._made: dict[str, PlatformDoor] = {}

    def __getitem__(self, key: str) -> "PlatformDoor":
        if key not in self._made:
            self._made[key] = self._make(key)
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)

    async def close(self) -> None:
        """Gives back the connections of all that were made."""
        for made in self._made.values():
            await made.close()

    def _make(self, key: str) -> "PlatformDoor":
        try:
            destination = destination_of(key)
        except ValueError:
            raise KeyError(key) from None
        if not self._settings.poster.serves(destination):
            raise KeyError(key)
        if destination.platform is Platform.LOCAL:
            url, ca_file = self._settings.public_page_url(), self._settings.tls.ca_file
            return LocalPlatform(self._bus, self._clock, page_url=url, ca_file=ca_file)
        try:
            return door(self._settings, destination, self._clock)
        except Refused:
            raise KeyError(key) from None


def door(settings: Settings, destination: Destination, clock: Clock) -> "PlatformDoor":
    """The platform behind an account. Raises Refused (`no-credentials`) when those of this account are not set."""
    account = destination.account or ""
    if destination.platform is Platform.X and (x := settings.x.of(account)):
        return x_door(settings, destination, clock, x)
    if destination.platform is Platform.BLUESKY and (bluesky := settings.bluesky.of(account)):
        from consumers.poster.platforms.bluesky import BlueskyPlatform  # noqa: PLC0415  # 60 MB: only where used

        password = plain(bluesky.password) or ""
        return BlueskyPlatform(
            destination,
            clock,
            url=bluesky.url,
            handle=bluesky.handle,
            password=password,
            timeout_s=settings.bluesky.timeout_s,
            firehose=settings.bluesky.firehose,
        )
    if destination.platform is Platform.MASTODON and (mastodon := settings.mastodon.of(account)):
        from consumers.poster.platforms.mastodon import MastodonPlatform  # noqa: PLC0415  # as above

        return MastodonPlatform(
            destination,
            clock,
            url=mastodon.url,
            token=plain(mastodon.token) or "",
            visibility=settings.mastodon.visibility,
            timeout_s=settings.mastodon.timeout_s,
            settle_s=settings.mastodon.settle_s,
        )
    raise Refused(f"The credentials of {destination.key} are not set here.", code="no-credentials")


def x_door(
    settings: Settings, destination: Destination, clock: Clock, keys: XKeys, tokens: "TokenStore | None" = None
) -> "PlatformDoor":
    """X's door with these keys. `tokens`: those of a login that is not kept yet, in place of the kept ones."""
    from consumers.poster.platforms.x import XPlatform  # noqa: PLC0415  # tweepy costs 13 MB

    return XPlatform(
        destination,
        clock,
        base_url=settings.x.base_url,
        consumer_key=plain(keys.consumer_key),
        consumer_secret=plain(keys.consumer_secret),
        access_token=plain(keys.access_token) if tokens is None else None,
        access_secret=plain(keys.access_secret),
        bearer_token=plain(keys.bearer_token) if tokens is None else None,
        oauth2=None if keys.has_fixed_token and tokens is None else x_login(settings, destination, clock, keys, tokens),
        replies=settings.x.replies == "auto",
        timeout_s=settings.x.timeout_s,
        settle_s=settings.x.settle_s,
    )


def x_login(
    settings: Settings, destination: Destination, clock: Clock, keys: XKeys, tokens: "TokenStore | None" = None
) -> "OAuth2 | None":
    """The OAuth 2.0 login of an account of X; None where no client is set."""
    from consumers.poster.platforms.x_oauth2 import OAuth2  # noqa: PLC0415  # as above
    from deploy.x_tokens import KeptTokens, SharedLogin  # noqa: PLC0415  # as above

    if keys.client_id is None:
        return None
    options: dict[str, Any] = {
        "client_id": keys.client_id,
        "client_secret": plain(keys.client_secret),
        "base_url": settings.x.base_url,
        "clock": clock,
    }
    if tokens is not None:
        return OAuth2(tokens, **options)
    kept = Home(settings.data).x_tokens(slug(destination.account or ""))
    return SharedLogin(KeptTokens(kept, plain(keys.refresh_token)), **options)


def plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None

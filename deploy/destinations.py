"""The destinations of this installation: which platform serves a destination's key, made when it is first asked for."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pydantic import SecretStr

from consumers.poster.platforms.local import LocalPlatform
from deploy.settings import Settings
from schemas.live_event import Destination, Platform
from streams.bus import Bus
from streams.clock import Clock

if TYPE_CHECKING:
    from consumers.poster.platforms.base import Platform as PlatformDoor


class Destinations(Mapping[str, "PlatformDoor"]):
    """By key: `local`, or `x:@account` where credentials of X are set. The door checks that they are that account's."""

    def __init__(self, settings: Settings, bus: Bus, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._made: dict[str, PlatformDoor] = {"local": LocalPlatform(bus, clock, page_url=settings.public_page_url())}

    def __getitem__(self, key: str) -> "PlatformDoor":
        if key not in self._made:
            platform, _, account = key.partition(":")
            if platform != Platform.X or not account or not self._settings.x.is_set:
                raise KeyError(key)
            self._made[key] = self._x(Destination(platform=Platform.X, account=account))
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)

    def _x(self, destination: Destination) -> "PlatformDoor":
        from consumers.poster.platforms.x import XPlatform  # noqa: PLC0415  # tweepy costs 13 MB: only where used

        x = self._settings.x
        return XPlatform(
            destination,
            self._clock,
            base_url=x.base_url,
            consumer_key=_plain(x.consumer_key),
            consumer_secret=_plain(x.consumer_secret),
            access_token=_plain(x.access_token),
            access_secret=_plain(x.access_secret),
            bearer_token=_plain(x.bearer_token),
            settle_s=x.settle_s,
        )


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None

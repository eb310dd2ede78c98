"""What fits in a post of each platform, for who composes one without a door to it. No vendor is imported here.

The doors take their limits from here as well, each with the times that it waits.
"""

from consumers.poster.length import X_MARGIN, X_MAX, bluesky_length, x_weight
from consumers.poster.platforms.base import Limits
from consumers.poster.platforms.bluesky_record import MAX as BLUESKY_MAX
from consumers.poster.platforms.mastodon_server import Server
from schemas.live_event import Platform
from schemas.submission import TEXT_MAX

NEVER_S = 0.0  # nothing is ever sent, so nothing is waited for


def x(*, timeout_s: float, settle_s: float) -> Limits:
    return Limits(
        max=X_MAX - X_MARGIN,
        count=x_weight,
        tag=True,
        stamp=True,
        timeout_s=timeout_s,
        settle_s=settle_s,
        can_look_up=True,
        may_forbid_replies=True,
    )


def bluesky(*, timeout_s: float, settle_s: float, retry_s: float) -> Limits:
    return Limits(
        max=BLUESKY_MAX,
        count=bluesky_length,
        tag=True,
        stamp=True,
        timeout_s=timeout_s,
        settle_s=settle_s,
        can_look_up=True,
        repeatable_s=float("inf"),
        retry_s=retry_s,
    )


def local(*, timeout_s: float, settle_s: float, retry_s: float) -> Limits:
    return Limits(
        max=TEXT_MAX,
        count=len,
        tag=False,  # the page shows hashtag and time beside the text
        stamp=False,
        timeout_s=timeout_s,
        settle_s=settle_s,
        can_look_up=True,
        repeatable_s=float("inf"),
        retry_s=retry_s,
    )


def mastodon() -> Limits:
    """Those of Mastodon itself, as it is installed; the poster asks the account's server for its own."""
    return Server.of("", {"version": "4.4.0"}).limits(timeout_s=NEVER_S, settle_s=NEVER_S, retry_s=NEVER_S)


SHAPES = {
    Platform.X: x(timeout_s=NEVER_S, settle_s=NEVER_S),
    Platform.BLUESKY: bluesky(timeout_s=NEVER_S, settle_s=NEVER_S, retry_s=NEVER_S),
    Platform.MASTODON: mastodon(),
    Platform.LOCAL: local(timeout_s=NEVER_S, settle_s=NEVER_S, retry_s=NEVER_S),
}
"""What fits where; of their times nothing is promised."""

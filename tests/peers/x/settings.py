"""How this X behaves: what can be set for all accounts and, where it is a matter of the account, for one."""

from dataclasses import dataclass, fields, replace
from typing import Any, Literal, Self

WINDOW_S = 15 * 60
DAY_S = 86_400


@dataclass(frozen=True)
class Window:
    """How many requests per account (or, with an app-only token, per app) in 15 minutes; None: not that way."""

    user: int | None
    app: int | None


# https://docs.x.com/x-api/fundamentals/rate-limits, 2026-08
WINDOWS = {
    "create": Window(100, None),
    "delete": Window(50, None),
    "timeline": Window(900, 10_000),
    "me": Window(75, None),
    "lookup": Window(900, 450),
    "search": Window(300, 450),
    "media-init": Window(1875, None),
    "media-append": Window(1875, None),
    "media-finalize": Window(1875, None),
    "media-status": Window(1000, None),
    "metadata": Window(500, None),
    "stream": Window(None, 50),
    "rules": Window(None, 450),
    "rules-change": Window(None, 100),
}


@dataclass(frozen=True)
class Settings:
    """Of the peer, and of each account where `account` is named with a setting."""

    # of an account
    # Self-serve tiers since 2026-02-23: only to who mentioned the account, and whether that holds for replies to its
    # own posts X does not document. `mentioned`: it does; `mentioned-or-own`: not, as X's words of 2026-07 say.
    replies: Literal["all", "mentioned", "mentioned-or-own"] = "all"
    access: Literal["read", "read-write"] = "read-write"  # of its OAuth 1.0a keys
    locked: bool = False
    visible_after_s: float = 0.0  # from a post to its place in timeline, search and look-up
    young_parent_s: float = 0.0  # so long a new post cannot be replied to
    duplicate_s: float | None = None  # how long a text is remembered; None: for ever. X tells no figure
    user_day: int | None = None  # posts per account in 24 hours; None: no such header
    # of the app
    app_day: int = 10_000  # posts per app in 24 hours
    credits: int | None = None  # posts that are still paid for; None: without end
    windows: tuple[tuple[str, int], ...] = ()  # other numbers than WINDOWS, by kind of request
    token_life_s: float = 7200.0
    code_life_s: float = 30.0
    processing_s: float = 0.0  # how long a picture is being read after it came
    processing_fails: bool = False
    keep_alive_s: float = 20.0  # of the stream

    def having(self, body: dict[str, Any]) -> Self:
        """Raises KeyError for a name that is no setting."""
        known = {f.name for f in fields(self)}
        for name in body:
            if name not in known:
                raise KeyError(name)
        if "windows" in body:
            body = {**body, "windows": tuple(sorted(body["windows"].items()))}
        return replace(self, **body)

    def window(self, kind: str) -> Window:
        number = dict(self.windows).get(kind)
        return WINDOWS[kind] if number is None else Window(number, number)

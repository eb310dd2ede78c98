"""What the peer remembers: in memory, and in a file of lines synced before any answer, so kill -9 loses none."""

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

EPOCH_MS = 1_288_834_974_657


@dataclass(frozen=True)
class Tweet:
    id: str
    text: str
    author_id: str
    created_ms: int
    conversation_id: str
    reply_to: str | None = None
    deleted: bool = False
    media_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "media_ids", tuple(self.media_ids))  # a list, as JSON gives it back


@dataclass(frozen=True)
class Media:
    """A picture that was brought whole. The bytes are not kept, their hash is."""

    id: str
    owner_id: str
    mime: str
    size: int
    sha256: str
    ready_ms: int
    alt: str = ""


@dataclass(frozen=True)
class Grant:
    """What an account allowed a client of OAuth 2.0. Every refresh token it ever had leads to it; one is good."""

    id: str
    user_id: str
    client_id: str
    scopes: tuple[str, ...]
    access: str
    refresh: str
    expires_ms: int
    spent: tuple[str, ...] = ()
    revoked: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "scopes", tuple(self.scopes))
        object.__setattr__(self, "spent", tuple(self.spent))


class Store:
    def __init__(self, path: Path) -> None:
        self.tweets: dict[str, Tweet] = {}
        self.media: dict[str, Media] = {}
        self.grants: dict[str, Grant] = {}
        self._last = 0
        if path.exists():
            found = path.read_bytes()
            whole = found[: found.rfind(b"\n") + 1]
            if whole != found:  # a line cut off by kill -9 was never answered
                path.write_bytes(whole)
            for line in whole.splitlines():
                self._take(json.loads(line))
        self._file = path.open("ab")

    def new_id(self, now_ms: int) -> str:
        """Snowflakes: they hold the time and only grow; one of a deleted post is never given again."""
        self._last = max(self._last + 1, (now_ms - EPOCH_MS) << 22)
        return str(self._last)

    def add(self, text: str, author_id: str, reply_to: str | None, media_ids: tuple[str, ...], now_ms: int) -> Tweet:
        number = self.new_id(now_ms)
        conversation_id = self.tweets[reply_to].conversation_id if reply_to else number
        tweet = Tweet(number, text, author_id, now_ms, conversation_id, reply_to, media_ids=media_ids)
        self._write("tweets", tweet)
        return tweet

    def delete(self, tweet_id: str) -> None:
        self._write("tweets", replace(self.tweets[tweet_id], deleted=True))

    def keep(self, what: Media | Grant) -> None:
        self._write("media" if isinstance(what, Media) else "grants", what)

    def standing(self, tweet_id: str) -> Tweet | None:
        tweet = self.tweets.get(tweet_id)
        return tweet if tweet is not None and not tweet.deleted else None

    def _write(self, table: str, row: Tweet | Media | Grant) -> None:
        line = {"table": table, **asdict(row)}
        self._file.write(json.dumps(line).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._take(line)

    def _take(self, line: dict[str, Any]) -> None:
        fields = {k: v for k, v in line.items() if k != "table"}
        if line["table"] == "tweets":
            self.tweets[fields["id"]] = Tweet(**fields)
        elif line["table"] == "media":
            self.media[fields["id"]] = Media(**fields)
        else:
            self.grants[fields["id"]] = Grant(**fields)
        if fields["id"].isdigit():
            self._last = max(self._last, int(fields["id"]))

    def close(self) -> None:
        self._file.close()

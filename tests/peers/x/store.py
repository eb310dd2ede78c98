"""The posts of the peer: in memory, and in a file of lines that is synced before any answer, so kill -9 loses none."""

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path

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


class Store:
    def __init__(self, path: Path) -> None:
        self.tweets: dict[str, Tweet] = {}
        self._last = 0
        if path.exists():
            for line in path.read_bytes().splitlines():
                self._take(json.loads(line))
        self._file = path.open("ab")

    def add(self, text: str, author_id: str, reply_to: str | None, now_ms: int) -> Tweet:
        # Ids hold the time and only grow; one of a deleted post is never given again.
        number = max(self._last + 1, (now_ms - EPOCH_MS) << 22)
        parent = self.tweets[reply_to] if reply_to else None
        tweet = Tweet(str(number), text, author_id, now_ms, parent.conversation_id if parent else str(number), reply_to)
        self._write(asdict(tweet))
        return tweet

    def delete(self, tweet_id: str) -> None:
        self._write(asdict(replace(self.tweets[tweet_id], deleted=True)))

    def standing(self, tweet_id: str) -> Tweet | None:
        tweet = self.tweets.get(tweet_id)
        return tweet if tweet is not None and not tweet.deleted else None

    def _write(self, fields: dict[str, object]) -> None:
        self._file.write(json.dumps(fields).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._take(fields)

    def _take(self, fields: dict[str, object]) -> None:
        tweet = Tweet(**fields)  # type: ignore[arg-type]  # our own lines
        self.tweets[tweet.id] = tweet
        self._last = max(self._last, int(tweet.id))

    def close(self) -> None:
        self._file.close()

"""Which post of X's timeline is the one that was sent, when it was made, and whose post an address is; pure."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from yarl import URL

from consumers.poster.length import urls
from consumers.poster.platforms.base import Outgoing

SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
HOSTS = frozenset({"x.com", "www.x.com", "mobile.x.com", "twitter.com", "www.twitter.com", "mobile.twitter.com"})
LINK = "\ufffc"  # stands for a link when texts are compared, because X shortens each


def made_at(tweet_id: str) -> datetime:
    """An id of X holds its time."""
    return datetime.fromtimestamp(((int(tweet_id) >> 22) + SNOWFLAKE_EPOCH_MS) / 1000, UTC)


def id_at(url: str, account: str) -> str | None:
    """Of one of the account's own posts, in each way X writes its address: by name, or `i` for anybody's."""
    try:
        address = URL(url)
    except ValueError:
        return None
    parts = [part for part in address.path.split("/") if part]
    owner, number = (parts[-3:-2] or [""])[0], parts[-1] if parts else ""
    mine = owner.lower() == account.lower() or parts[:-2] in (["i"], ["i", "web"])
    right = address.host in HOSTS and mine and parts[-2:-1] == ["status"]
    return number if right and number.isascii() and number.isdigit() else None


def is_it(tweet: Mapping[str, Any], out: Outgoing) -> bool:
    """The very text under the very parent. Raises KeyError or TypeError for what is no post."""
    parents = [r["id"] for r in tweet.get("referenced_tweets") or () if r["type"] == "replied_to"]
    if parents != ([out.reply_to] if out.reply_to else []):
        return False
    return same_words(tweet["text"], out.post.text, pictures=bool(out.media))


def same_words(shown: str, text: str, *, pictures: bool = False) -> bool:
    """Whether X shows this text, but for how it writes links."""
    wanted = _read(text)
    fitting = (wanted, f"{wanted} {LINK}".strip()) if pictures else (wanted,)  # X links to pictures at the end
    # Once as it is and once with what X escapes; never ours too, or a text about `&amp;` would not be found.
    return _read(shown) in fitting or _read(unescaped(shown)) in fitting


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _read(text: str) -> str:
    """A text as both sides have it: X shortens links and trims space."""
    text = unicodedata.normalize("NFC", text)
    out, at = "", 0
    for start, end in urls(text):
        out, at = f"{out}{text[at:start]}{LINK}", end
    return " ".join((out + text[at:]).split())

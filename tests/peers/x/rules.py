"""What X refuses in a post and how it says so; its own count of characters, apart from the product's."""

import re
import unicodedata
from typing import Any

MAX_WEIGHT = 280
URL_WEIGHT = 23
URL = re.compile(r"https?://[^\s]+[^\s.,;:!?)\"']")

# Fields of POST /2/tweets (openapi 2.167); any other is refused.
FIELDS = frozenset(
    {
        "text", "reply", "media", "poll", "quote_tweet_id", "reply_settings", "edit_options", "community_id",
        "share_with_followers", "made_with_ai", "paid_partnership", "nullcast", "geo", "card_uri",
        "direct_message_deep_link", "for_super_followers_only",
    }
)  # fmt: skip
REPLY_FIELDS = frozenset({"in_reply_to_tweet_id", "exclude_reply_user_ids", "auto_populate_reply_metadata"})

DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
YOUNG_PARENT = "You attempted to reply to a Tweet that is deleted or not visible to you."


def weight(text: str) -> int:
    text = URL.sub("u" * URL_WEIGHT, unicodedata.normalize("NFC", text))
    joined = re.sub("[\ufe0f\U0001f3fb-\U0001f3ff]|\u200d.", "", text)
    return sum(1 if ord(c) <= 4351 or 8192 <= ord(c) <= 8205 or 8208 <= ord(c) <= 8223 else 2 for c in joined)


def problem(body: Any) -> str | None:
    """Why the body is invalid, None when it is fine."""
    if not isinstance(body, dict):
        return "The body is no object."
    unknown = sorted(set(body) - FIELDS) + sorted(set(body.get("reply", {})) - REPLY_FIELDS)
    if unknown:
        return f"Unknown field [{unknown[0]}]."
    if not isinstance(body.get("text"), str) or not body["text"].strip():
        return "A Tweet must have text or media."
    if weight(body["text"]) > MAX_WEIGHT:
        return "Your Tweet text is too long."
    return None


def shown(text: str) -> str:
    """A text as X gives it back: three characters escaped, links shortened, outer space gone."""
    escaped = text.strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return URL.sub(lambda m: f"https://t.co/{abs(hash(m[0])) % 10**10:010d}", escaped)


def error(status: int, detail: str, title: str) -> dict[str, Any]:
    return {"title": title, "detail": detail, "type": "about:blank", "status": status}

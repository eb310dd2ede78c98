"""What X refuses in a post and how it says so, and how it shows a text; pure."""

import hashlib
import re
from typing import Any

from tests.peers.x.weight import MAX_WEIGHT, URL, weight

# Fields of POST /2/tweets (openapi 2.167); any other is refused.
FIELDS = frozenset(
    {
        "text", "reply", "media", "poll", "quote_tweet_id", "reply_settings", "edit_options", "community_id",
        "share_with_followers", "made_with_ai", "paid_partnership", "nullcast", "geo", "card_uri",
        "direct_message_deep_link", "for_super_followers_only",
    }
)  # fmt: skip
WITHIN = {
    "reply": frozenset({"in_reply_to_tweet_id", "exclude_reply_user_ids", "auto_populate_reply_metadata"}),
    "media": frozenset({"media_ids", "tagged_user_ids", "call_to_actions", "embeddable", "preview_media_id", "title"}),
}
ID = re.compile(r"[0-9]{1,19}")
MEDIA_MAX = 4

DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
NOT_VISIBLE = "You attempted to reply to a Tweet that is deleted or not visible to you."
NO_PARENT = "You attempted to reply to a Tweet that does not exist."
NO_REPLY = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author "
    "of the post you are replying to."
)
NO_REPLY_TO_OTHERS = "You can only reply to or quote posts where you are mentioned or are the author."
TOO_LONG = (
    "Your Tweet text is too long. For more information on how Twitter determines text length see "
    "https://github.com/twitter/twitter-text."
)
INVALID = "One or more parameters to your request was invalid."


def problem(body: Any) -> str | None:
    """Why the body of a new post is invalid, None when it is fine."""
    if not isinstance(body, dict):
        return "Requests with bodies must be JSON objects."
    return _unknown(body) or _wrong_type(body) or _wrong_text(body)


def _unknown(body: dict[str, Any]) -> str | None:
    names = [name for name in body if name not in FIELDS]
    for part, allowed in WITHIN.items():
        if isinstance(body.get(part), dict):
            names += [f"{part}.{name}" for name in body[part] if name not in allowed]
    if not names:
        return None
    return f"$.{names[0]}: is not defined in the schema and the schema does not allow additional properties"


def _wrong_type(body: dict[str, Any]) -> str | None:
    for part, needed in (("reply", "in_reply_to_tweet_id"), ("media", "media_ids")):
        if part not in body:
            continue
        if not isinstance(body[part], dict):
            return f"$.{part}: object expected"
        if needed not in body[part]:
            return f"$.{part}.{needed}: is missing but it is required"
    media_ids = body.get("media", {}).get("media_ids", ["0"])
    if not isinstance(media_ids, list) or not 1 <= len(media_ids) <= MEDIA_MAX:
        return f"$.media.media_ids: must have between 1 and {MEDIA_MAX} items"
    named = [body.get("reply", {}).get("in_reply_to_tweet_id", "0"), *media_ids]
    if not all(isinstance(it, str) and ID.fullmatch(it) for it in named):
        return "$: does not match the regex pattern ^[0-9]{1,19}$"
    return None


def _wrong_text(body: dict[str, Any]) -> str | None:
    text = body.get("text", "")
    if not isinstance(text, str):
        return "$.text: string expected"
    if not text.strip() and "media" not in body:
        return "You must provide text or media."
    return TOO_LONG if weight(text) > MAX_WEIGHT else None


def shown(text: str, media_id: str | None = None) -> str:
    """A text as X gives it back: three characters escaped, links shortened, outer space gone, a link to pictures."""
    short = URL.sub(lambda m: link(m[0]), text.strip())
    escaped = short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"{escaped} {link(media_id)}".strip() if media_id else escaped


def link(target: str) -> str:
    return "https://t.co/" + hashlib.sha256(target.encode()).hexdigest()[:10]

"""A post of our timeline as readers see it, and what of it is not as it was sent; pure.

An edit on X makes a new post in place of the old one, and the timeline shows the newest with the ids of all before it.
"""

from collections.abc import Mapping
from typing import Any

from consumers.poster.platforms.seeing import PublicPost, Sent
from consumers.poster.platforms.x_posts import made_at, same_words, unescaped
from schemas.sighting import Part

FIELDS = ("created_at", "referenced_tweets", "conversation_id", "attachments", "edit_history_tweet_ids")


def public_of(tweet: Mapping[str, Any], account: str) -> PublicPost:
    """Raises KeyError, TypeError or ValueError for what is no post."""
    tweet_id = str(tweet["id"])
    above = {*_parents(tweet), str(tweet.get("conversation_id") or tweet_id)} - {tweet_id}
    was = tuple(str(i) for i in tweet.get("edit_history_tweet_ids") or () if str(i) != tweet_id)
    url = f"https://x.com/{account}/status/{tweet_id}"
    text = unescaped(tweet["text"])
    return PublicPost(tweet_id, url, text, made_at(tweet_id), frozenset(above), version=tweet_id, was=was, raw=tweet)


def _parents(tweet: Mapping[str, Any]) -> list[str]:
    return [str(r["id"]) for r in tweet.get("referenced_tweets") or () if r["type"] == "replied_to"]


def changed(sent: Sent, seen: PublicPost) -> tuple[Part, ...]:
    """Of an edit that has the same words only the links can be others: X shows them shortened."""
    parts: list[Part] = []
    pictures = bool((seen.raw.get("attachments") or {}).get("media_keys"))
    if not same_words(seen.raw["text"], sent.text, pictures=pictures):
        parts.append("text")
    elif seen.was:
        parts.append("links")
    if _parents(seen.raw) != ([sent.reply_to] if sent.reply_to else []):
        parts.append("place")
    if pictures:
        parts.append("attached")
    return tuple(parts)

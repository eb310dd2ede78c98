"""The little language of search and stream rules, as far as it is needed: words that all must fit a post; pure."""

import re
from collections.abc import Mapping

from tests.peers.x.accounts import Account
from tests.peers.x.store import Tweet

_TERM = re.compile(r'(-?)(?:(conversation_id|from|to|is|in_reply_to_tweet_id):(\S+)|"([^"]+)"|(#\w+|@\w+|[^\s"]+))')
FLAGS = frozenset({"reply"})


def problem(query: str) -> str | None:
    """Why a query is not understood; other operators than those here are refused, never passed over."""
    if not query.strip():
        return "must not be empty"
    if _TERM.sub("", query).strip() or re.search(r"\bOR\b|[()]", query):
        return "only terms that all must fit are understood by this peer"
    for _, name, value, _, word in _TERM.findall(query):
        if (name == "is" and value not in FLAGS) or ":" in word:
            return f"the operator of '{word or name}' is not understood by this peer"
    return None


def fits(query: str, tweet: Tweet, accounts: Mapping[str, Account], parent: Tweet | None) -> bool:
    return all(
        (_operator(name, value, tweet, accounts, parent) if name else _says(phrase or word, tweet)) != bool(minus)
        for minus, name, value, phrase, word in _TERM.findall(query)
    )


def _says(words: str, tweet: Tweet) -> bool:
    return re.search(rf"(?<![\w#@]){re.escape(words)}(?!\w)", tweet.text, re.IGNORECASE) is not None


def _operator(name: str, value: str, tweet: Tweet, accounts: Mapping[str, Account], parent: Tweet | None) -> bool:
    if name == "conversation_id":
        return tweet.conversation_id == value
    if name == "in_reply_to_tweet_id":
        return tweet.reply_to == value
    if name == "is":
        return tweet.reply_to is not None
    author = tweet.author_id if name == "from" else parent.author_id if parent else ""
    account = accounts.get(author)
    return account is not None and value.lstrip("@").lower() in (author, account.username.lower())

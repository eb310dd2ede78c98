"""What a page asks a person about one post: what is the matter, where to look, which answers there are. Pure."""

# ruff: noqa: E501  # a sentence stands on one line, as its translations do
from urllib.parse import quote

from producers.desk import diff, words
from producers.desk.look import Look, Values, clock, name, sentence, spoken
from producers.desk.queue import LiveEventView
from producers.desk.values import Row
from schemas.live_event import Destination, Platform

LOOKS_MAX = 2


def question(view: LiveEventView, row: Row, look: Look, thread_url: str | None) -> Values:
    """One post that waits for a person's word."""
    known = view.live_event
    assert known is not None
    receipt, word = row.receipt, view.word_on(row)
    place = spoken(view, receipt.destination, look)
    return {
        "destination": receipt.destination,
        "post_id": str(receipt.post_id),
        "place": name(view, receipt.destination, look),
        "marked": diff.marked(receipt.text),
        "since": clock(known)(row.since),
        "answers": row.answers,
        "sent_again": view.standing.state == "running" and receipt.update_id not in view.standing.retracted,
        "sentence": _sentence(row, place, look),
        "address": receipt.destination != Platform.LOCAL,  # the next posts there reply to it, and it can be taken back
        "links": links(view, row, look, thread_url),
        "said": None
        if word is None
        else look.t(
            "{who} said at {at}: {what}. The poster acts on it.",
            who=words.role(word.actor.name, look.lang),
            at=clock(known)(word.at),
            what=look.t(_FOUND[str(word.found)]),
        ),
    }


_FOUND = {"there": "it is there", "absent": "it is not there", "deleted": "it was deleted there"}


def _sentence(row: Row, place: str, look: Look) -> str:
    if row.state == "not-deleted":
        why = words.outcome(row.reason, look.lang)
        return look.t(
            "It could not be deleted: {why}. Delete it on {place} yourself, then say so here.", why=why, place=place
        )
    if "absent" in row.answers:
        return sentence(
            look.t(
                "{place} gave no answer. Nobody knows if this is public. Open {place} and look; then say “It is there” or “It is not there”.",
                place=place,
            )
        )
    return sentence(
        look.t(
            "{place} gave no answer. The poster goes on looking by itself, and sends nothing a second time. If you see the post there, you can say so.",
            place=place,
        )
    )


def links(view: LiveEventView, row: Row, look: Look, thread_url: str | None) -> list[Values]:
    """Where to look: the post itself where its address is known, the post before it, the account."""
    receipt = row.receipt
    destination = next((d for d in view.destinations() if d.key == receipt.destination), None)
    place = spoken(view, receipt.destination, look)
    parent = receipt.reply_to and next(
        (r.receipt.url for r in view.rows(receipt.destination) if r.receipt.platform_id == receipt.reply_to), None
    )
    account = account_url(destination, thread_url) if destination else None
    found = [
        {"href": receipt.url, "word": look.t("Open the post")},
        {"href": None if receipt.url else parent, "word": look.t("Open the post before it")},
        {"href": account, "word": sentence(look.t("Open {place}", place=place))},
    ]
    return [one for one in found if one["href"]][:LOOKS_MAX]


def account_url(destination: Destination, thread_url: str | None) -> str | None:
    """Where a person sees what this account has posted, replies included; None where it cannot be told.

    X and Mastodon show replies at `…/with_replies`; a Mastodon account is `@name@server`.
    """
    account = (destination.account or "").removeprefix("@")
    user, _, server = account.partition("@")
    if destination.platform is Platform.X:
        return f"https://x.com/{quote(account, safe='')}/with_replies"
    if destination.platform is Platform.BLUESKY:
        return f"https://bsky.app/profile/{quote(account, safe='')}"
    if destination.platform is Platform.MASTODON:
        return f"https://{server}/@{quote(user, safe='')}/with_replies" if _is_host(server) else None
    return thread_url


def _is_host(text: str) -> bool:
    return bool(text) and all(c.isalnum() or c in ".-:" for c in text)

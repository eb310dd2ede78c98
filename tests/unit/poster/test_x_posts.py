"""A post is known again in X's timeline by its text and parent, whatever X did to the text; and no other one is."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from consumers.poster.platforms.base import Attachment, Outgoing
from consumers.poster.platforms.x_posts import is_it, made_at
from streams.clock import SystemClock
from tests.contract.platform_suite import outgoing
from tests.peers.x.rules import shown

PIECES = [
    "knee", "Werte 5/6", "&", "&amp;", "&copy;", "<b>", "&lt;3", "https://example.com/a?b=c&d=e", "example.org",
    "(https://example.net/x)", "#OurKneeLive", "\u26bd\ufe0f", "e\u0301", "手術", ".", "U.S.", "12.30", "  ", "\n",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map(" ".join).filter(str.strip)


def sent(text: str, reply_to: str | None = None) -> Outgoing:
    return outgoing(1, text, SystemClock(), reply_to=reply_to)


def read(text: str, reply_to: str | None = None) -> dict[str, Any]:
    parents = {"referenced_tweets": [{"type": "replied_to", "id": reply_to}]} if reply_to else {}
    return {"id": "2", "text": text, **parents}


@given(TEXTS)
def test_a_text_is_known_again_as_x_shows_it(text: str) -> None:
    assert is_it(read(shown(text)), sent(text))


@given(TEXTS, TEXTS)
def test_another_text_is_not_taken_for_it(one: str, other: str) -> None:
    assume("example" not in one + other)  # two links are alike: X shows neither
    assume(" ".join(shown(one).split()) != " ".join(shown(other).split()))
    assert not is_it(read(shown(other)), sent(one))


@pytest.mark.parametrize(("parent", "same"), [("7", True), ("8", False), (None, False)])
def test_the_parent_must_be_the_same(parent: str | None, same: bool) -> None:
    assert is_it(read("Vitals stable.", parent), sent("Vitals stable.", "7")) is same
    assert not is_it(read("Vitals stable.", "7"), sent("Vitals stable."))


def test_a_quote_is_no_reply() -> None:
    quoting = read("Vitals stable.") | {"referenced_tweets": [{"type": "quoted", "id": "7"}]}
    assert is_it(quoting, sent("Vitals stable."))
    assert not is_it(quoting, sent("Vitals stable.", "7"))


def test_a_link_at_the_end_is_the_pictures_only_where_there_are_pictures() -> None:
    picture = Attachment(b"x", "image/png", "")
    tweet = read("Vitals stable. https://t.co/0123456789")
    assert is_it(tweet, replace(sent("Vitals stable."), media=(picture,)))
    assert not is_it(tweet, sent("Vitals stable."))


def test_an_id_holds_its_time_to_the_millisecond() -> None:
    # The example in the public description of snowflake ids.
    assert made_at("1541815603606036480") == datetime(2022, 6, 28, 16, 7, 40, 105000, tzinfo=UTC)

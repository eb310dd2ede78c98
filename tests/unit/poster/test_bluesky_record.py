"""The key and the record of a post on Bluesky: the same on each try, and what can be clicked is counted in bytes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.poster.platforms.base import Outgoing
from consumers.poster.platforms.bluesky_record import (
    Place,
    created_at,
    facets,
    key_of,
    mentions,
    record_of,
    says_the_same,
)
from schemas.thread import Post

AT = datetime(2026, 12, 1, 9, 0, 0, 123456, tzinfo=UTC)
PARENT = Place("at://did:plc:a/app.bsky.feed.post/3l2", "cid-2", "at://did:plc:a/app.bsky.feed.post/3l1", "cid-1")
TID = r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}"


def outgoing(text: str = "Good morning.", *, n: int = 1, at: datetime = AT, number: int = 1) -> Outgoing:
    post = Post(id=UUID(int=number), release_id=UUID(int=9), update_id=UUID(int=8), part=0, parts=1, text=text)
    return Outgoing(post, "knee-2026", n=n, reply_to=None, root=None, at=at)


def clicked(text: str, dids: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """Each facet as its bytes of the text and what it leads to."""
    out = []
    for facet in facets(text, dids or {}):
        feature = facet["features"][0]
        place = facet["index"]
        target = feature.get("uri") or feature.get("did") or feature.get("tag")
        out.append((text.encode()[place["byteStart"] : place["byteEnd"]].decode(), target))
    return out


def test_the_key_is_the_time_the_place_and_the_post() -> None:
    assert key_of(outgoing()) == "3n3lv276d5t3w"  # 1796115600123001 µs, 60
    assert key_of(outgoing(n=2)) == "3n3lv276d5u3w"
    assert key_of(outgoing(number=2)) != key_of(outgoing())


@given(st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), st.integers(1, 5000))  # noqa: DTZ001  # the strategy adds the zone
def test_each_key_is_a_tid(at: datetime, n: int) -> None:
    import re

    assert re.fullmatch(TID, key_of(outgoing(at=at, n=n)))


@given(st.integers(1, 998), st.integers(0, 2**64))
def test_keys_of_one_time_are_in_the_order_of_the_thread(n: int, number: int) -> None:
    assert key_of(outgoing(n=n, number=number)) < key_of(outgoing(n=n + 1, number=number + 1))


def test_a_later_release_has_a_later_key() -> None:
    assert key_of(outgoing(n=999)) < key_of(outgoing(n=1, at=AT + timedelta(milliseconds=1)))


def test_the_time_is_the_release_s_in_utc_whatever_its_zone() -> None:
    assert (
        created_at(outgoing(at=AT.astimezone(timezone(timedelta(hours=5, minutes=30))))) == "2026-12-01T09:00:00.123Z"
    )


def test_a_plain_post_holds_nothing_that_was_not_asked_for() -> None:
    assert record_of(outgoing()) == {
        "$type": "app.bsky.feed.post", "text": "Good morning.", "createdAt": "2026-12-01T09:00:00.123Z",
    }  # fmt: skip


def test_a_reply_names_its_parent_and_the_root_of_its_chain() -> None:
    reply = record_of(outgoing(), parent=PARENT)["reply"]
    assert reply["parent"] == {"uri": "at://did:plc:a/app.bsky.feed.post/3l2", "cid": "cid-2"}
    assert reply["root"] == {"uri": "at://did:plc:a/app.bsky.feed.post/3l1", "cid": "cid-1"}


def test_the_root_of_a_first_post_is_itself() -> None:
    first = Place.of("at://a", "cid-a", {"text": "The first."})
    second = Place.of("at://b", "cid-b", {"reply": {"root": {"uri": "at://a", "cid": "cid-a"}}})
    assert (first.root_uri, first.root_cid) == ("at://a", "cid-a")
    assert (second.root_uri, second.root_cid) == ("at://a", "cid-a")


def test_a_record_is_the_post_by_words_and_parent() -> None:
    out = replace(outgoing(), reply_to=PARENT.uri)
    record = record_of(out, parent=PARENT)
    assert says_the_same({**record, "facets": [], "langs": ["nl"]}, out)
    assert not says_the_same({**record, "text": "Good evening."}, out)
    assert says_the_same(record, replace(out, reply_to="at://hospital.test/app.bsky.feed.post/3l2"))
    assert not says_the_same(record, outgoing())
    assert not says_the_same({}, out)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Größe 🦴 #OurKneeLive", [("#OurKneeLive", "OurKneeLive")]),
        ("(#OurKneeLive).", [("#OurKneeLive", "OurKneeLive")]),
        ("＃膝 und #2026", [("＃膝", "膝")]),
        ("C# and a#b and &#39;", []),
        ("See https://example.org/a#top, please.", [("https://example.org/a#top", "https://example.org/a#top")]),
        ("www.example.de or example.org", [("www.example.de", "https://www.example.de"), ("example.org", "https://example.org")]),
        ("example.de/live", [("example.de/live", "https://example.de/live")]),
        ("Danke.at once, klaar.de wond", []),
        ("mail a@example.org", []),
    ],
)  # fmt: skip
def test_hashtags_and_links_are_found(text: str, found: list[tuple[str, str]]) -> None:
    assert clicked(text) == found


def test_a_tag_longer_than_64_characters_is_plain_text() -> None:
    assert clicked("#" + "a" * 64) == [("#" + "a" * 64, "a" * 64)]
    assert clicked("#" + "a" * 65) == []


def test_only_mentions_that_are_somebody_s_can_be_clicked() -> None:
    text = "👩‍⚕️ @Visser.example.org, @nobody.test and @OurHospital"
    assert mentions(text) == ["visser.example.org", "nobody.test"]
    assert clicked(text, {"visser.example.org": "did:plc:v"}) == [("@Visser.example.org", "did:plc:v")]


def test_a_mention_within_a_link_is_none() -> None:
    assert mentions("https://example.org/@visser.test and a@b.test and @@x.test") == []


@given(st.text(st.sampled_from("a é🦴#@.:/ \nhtpswx＃"), max_size=60))
def test_facets_never_overlap_and_never_cut_a_character(text: str) -> None:
    end = 0
    for facet in facets(text, {}):
        place = facet["index"]
        assert end <= place["byteStart"] < place["byteEnd"] <= len(text.encode())
        text.encode()[place["byteStart"] : place["byteEnd"]].decode()
        end = place["byteEnd"]

"""What is public otherwise than it should be stands on the desk in words, with its address, until it is not so."""

from datetime import timedelta
from uuid import uuid4

import pytest

from producers.desk.look import Look
from producers.desk.notices import notices
from producers.desk.present import status
from producers.desk.queue import LiveEventView
from schemas.envelope import system
from schemas.sighting import Found, SeenAs, Sighting
from streams.counts import Counts
from tests.poster_cases import DIRECTOR, START, X, live_event

AT = START + timedelta(minutes=43)  # 10:43 in Amsterdam


def view(*records: Sighting) -> LiveEventView:
    known = LiveEventView("knee-2026")
    known.add(live_event())
    for record in records:
        known.add(record)
    return known


def seen(
    what: SeenAs, platform_id: str | None = "1", *, place: Found | None = None, url: str = "https://x.com/1"
) -> Sighting:
    return Sighting(
        id=uuid4(), live_event_id="knee-2026", at=AT, actor=system("poster"), destination=X.key, what=what, url=url,
        source="platform-read", platform_id=platform_id, place=place, since=AT,
    )  # fmt: skip


def told(known: LiveEventView, lang: str = "en") -> list[str]:
    look = Look(DIRECTOR, AT + timedelta(minutes=1), lang)  # type: ignore[arg-type]  # one of the three
    return [str(one["words"]) for one in notices(known, look)]


@pytest.mark.parametrize(
    ("what", "place", "words"),
    [
        ("edited", None, "A post on X was changed after it was posted, seen at 10:43."),
        ("deleted", None, "A post on X is gone, and nobody here took it back; seen at 10:43."),
        ("added", "thread", "Our account on X posted in this thread past this desk, seen at 10:43."),
        ("added", "hashtag", "Our account on X posted under #OurKneeLive past this desk, seen at 10:43."),
        ("added", "account", "Our account on X posted something that is not from this desk, seen at 10:43."),
        ("still-public", None, "A post on X was taken back and can still be read there, seen at 10:43."),
    ],
)
def test_each_difference_is_a_line(what: SeenAs, place: Found | None, words: str) -> None:
    known = view(seen(what, place=place))
    assert told(known) == [words]
    assert all(len(told(known, lang)) == 1 for lang in ("de", "nl"))


def test_the_line_leads_to_the_post_and_to_no_other_kind_of_address() -> None:
    look = Look(DIRECTOR, AT, "en")
    assert [one["url"] for one in notices(view(seen("edited")), look)] == ["https://x.com/1"]
    assert [one["url"] for one in notices(view(seen("edited", url="javascript:alert(1)")), look)] == [None]


def test_a_later_reading_of_the_same_post_ends_the_line() -> None:
    assert told(view(seen("edited"), seen("as-posted"))) == []
    assert told(view(seen("added", "s", place="thread"), seen("gone", "s"))) == []


def test_many_differences_are_three_lines_and_a_number() -> None:
    assert told(view(*(seen("deleted", str(n)) for n in range(5))))[3:] == [
        "2 more posts on X are not as they were sent."
    ]


def test_a_place_that_could_not_be_read_back_is_named_until_it_was() -> None:
    gap = "X could not be read back since 10:43: nobody has checked what is public there."
    assert told(view(seen("unreadable", None))) == [gap]
    assert told(view(seen("unreadable", None), seen("read", None))) == []


def test_the_status_counts_and_lists_them() -> None:
    found = status(view(seen("edited")), Counts(), AT)
    assert found["differences"] == [
        {"what": "edited", "destination": X.key, "url": "https://x.com/1", "at": "2026-12-01T09:43:00Z"}
    ]
    assert (found["destinations"][X.key]["differing"], found["destinations"][X.key]["unreadable_since"]) == (1, None)

"""What the desk shows of a text that waits is what the poster would make of it: split, numbered, stamped and tagged."""

from datetime import UTC, datetime
from typing import Any

import pytest

from consumers.poster.platforms.limits import SHAPES
from consumers.poster.platforms.local import LIMITS
from deploy.previewing import compose
from producers.desk.going_out import Going, Parts
from schemas.errors import Refused
from schemas.live_event import Destination, Platform
from tests import examples

AT = datetime(2026, 12, 1, 9, 42, tzinfo=UTC)
LONG = (
    "The surgeon has now prepared the bone, and every cut was checked twice against the plan of last week. "
    "The trial joint is in place, it bends as it should, and it stays where it is when the leg is turned. "
    "The team is calm, the music is quiet, and the next step is to mix the cement for the real joint."
)


def made(platform: Platform, text: str, *, plan: dict[str, Any] | None = None, **more: Any) -> Parts:
    account = None if platform is Platform.LOCAL else "@StAnna"
    event = examples.live_event(**({"release": {"stamp": "clock"}} | (plan or {})))
    destination = Destination(platform=platform, account=account)
    return compose(Going(text, destination, event.plan, number=3, at=AT, **more))


def test_a_long_text_on_x_is_two_numbered_posts_each_with_time_and_hashtag() -> None:
    first, rest = LONG[: LONG.index(" The team")], LONG[LONG.index("The team") :]
    two = (f"10:42 {first} (1/2) #OurKneeLive", f"10:42 {rest} (2/2) #OurKneeLive")
    assert made(Platform.X, LONG) == Parts(two, (227, 121), 270)


def test_a_post_that_stands_alone_on_x_has_its_number_before_the_time() -> None:
    assert made(Platform.X, "All is well.", numbered=True).texts == ("3. 10:42 All is well. #OurKneeLive",)


def test_a_wide_letter_weighs_two_on_x_and_one_on_bluesky() -> None:
    assert made(Platform.X, "漢字").lengths == (23,)
    assert made(Platform.BLUESKY, "漢字").lengths == (21,)


def test_bluesky_takes_three_hundred_characters_as_readers_count_them() -> None:
    family = "👩‍👩‍👧‍👦"  # seven code points, one to read
    fits = made(Platform.BLUESKY, "a" * 281, plan={"release": {"stamp": "none"}})
    assert (len(fits.texts), fits.lengths, fits.max) == (1, (294,), 300)
    assert made(Platform.BLUESKY, family).lengths == (20,)
    assert len(made(Platform.BLUESKY, LONG).texts) == 2


def test_mastodon_takes_five_hundred_and_counts_the_warning_that_stands_beside_the_text() -> None:
    one = made(Platform.MASTODON, LONG, plan={"content_warning": "surgery"})
    assert len(one.texts) == 1
    assert one.texts[0] == f"10:42 {LONG} #OurKneeLive"
    assert (one.lengths, one.max) == ((len(one.texts[0]) + len("surgery"),), 500)


def test_our_own_page_gets_the_words_alone() -> None:
    assert made(Platform.LOCAL, LONG, plan={"content_warning": "surgery"}).texts == (LONG,)


def test_a_correction_cites_what_it_corrects_and_an_equal_text_gets_a_finer_time() -> None:
    url = "https://x.com/StAnna/status/7"
    (cites,) = made(Platform.X, "It was the left knee.", corrects_url=url).texts
    assert cites == f"10:42 It was the left knee. {url} #OurKneeLive"
    (finer,) = made(Platform.X, "Steady.", taken=frozenset({"10:42 Steady. #OurKneeLive"})).texts
    assert finer == "10:42:00 Steady. #OurKneeLive"


def test_what_cannot_be_posted_is_refused_with_the_posters_code() -> None:
    with pytest.raises(Refused) as refused:
        made(Platform.X, "#" + "a" * 400)
    assert refused.value.code == "unsplittable"


def test_the_page_is_shown_with_the_limits_that_its_door_has() -> None:
    assert (SHAPES[Platform.LOCAL].max, SHAPES[Platform.LOCAL].stamp) == (LIMITS.max, LIMITS.stamp)

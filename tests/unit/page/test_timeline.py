"""What of a thread may be shown, whatever order its records come in."""

from datetime import timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from consumers.page.timeline import Timeline
from schemas.page import PagePost
from tests.examples import REVIEWER
from tests.page_records import NOW, control, id_of, live_event, post, taken_back

FIRST = post(1, "Team time-out done.", minutes=-26)
SECOND = post(2, "First incision.", minutes=-24)
CORRECTION = post(3, "Second thoughts.", minutes=-20, corrects=FIRST.update_id)


def timeline(*posts: PagePost) -> Timeline:
    out = Timeline()
    out.told(live_event())
    for offset, one in enumerate(posts):
        out.posted(one, offset)
    return out


def texts(line: Timeline) -> list[str]:
    return [entry.post.text for entry in line.entries()]


def test_the_newest_post_stands_first() -> None:
    assert texts(timeline(FIRST, SECOND)) == ["First incision.", "Team time-out done."]


def test_a_record_that_comes_twice_is_one_post() -> None:
    assert texts(timeline(FIRST, FIRST, SECOND, FIRST)) == ["First incision.", "Team time-out done."]


def test_a_post_that_was_taken_back_has_no_text_and_keeps_its_place() -> None:
    line = timeline(FIRST, SECOND, taken_back(FIRST, minutes=-10))
    assert texts(line) == ["First incision.", ""]
    assert line.entries()[1].taken_back_at == NOW - timedelta(minutes=10)


def test_an_older_record_does_not_bring_a_post_back() -> None:
    line = timeline()
    line.posted(taken_back(FIRST, minutes=-10), 5)
    line.posted(FIRST, 2)
    assert texts(line) == [""]


def test_a_retraction_hides_the_text_before_the_poster_has_rewritten_its_record() -> None:
    line = timeline(FIRST, SECOND)
    line.ruled(control("retract", minutes=1, update_id=FIRST.update_id))
    assert texts(line) == ["First incision.", ""]
    assert line.entries()[1].taken_back_at == NOW + timedelta(minutes=1)


def test_a_post_that_arrives_after_its_retraction_is_never_shown() -> None:
    line = timeline()
    line.ruled(control("retract", update_id=FIRST.update_id))
    line.posted(FIRST, 0)
    assert texts(line) == [""]


def test_after_a_withdrawal_there_are_no_posts_and_no_text_is_kept() -> None:
    line = timeline(FIRST, SECOND)
    line.ruled(control("withdraw"))
    line.posted(CORRECTION, 7)
    assert line.entries() == ()
    assert line.state(NOW) == "ended"
    assert "First incision" not in repr(vars(line))
    assert "thoughts" not in repr(vars(line))


def test_a_correction_and_the_post_it_corrects_know_each_other() -> None:
    correction, _, corrected = timeline(FIRST, SECOND, CORRECTION).entries()
    assert correction.corrects == FIRST
    assert corrected.corrected_by == CORRECTION


def test_a_correction_that_was_taken_back_corrects_nothing() -> None:
    line = timeline(FIRST, CORRECTION, taken_back(CORRECTION))
    assert line.entries()[1].corrected_by is None


def test_a_reader_who_was_away_gets_what_changed_since() -> None:
    line = timeline(FIRST, SECOND, taken_back(FIRST))
    assert [e.post.n for e in line.since(1)] == [1]
    assert [e.post.n for e in line.since(0)] == [2, 1]
    assert line.since(2) == ()


def test_a_reader_who_was_away_also_gets_the_post_that_was_corrected() -> None:
    line = timeline(FIRST, SECOND, CORRECTION)
    assert [e.post.n for e in line.since(1)] == [1, 3]


def test_a_place_that_is_not_ours_gets_everything() -> None:
    assert [e.post.n for e in timeline(FIRST, SECOND).since(99)] == [1, 2]


def test_a_live_event_without_the_local_destination_has_no_page() -> None:
    line = timeline(FIRST)
    line.told(live_event(destinations=[{"platform": "x", "account": "@house"}]))
    assert not line.is_public


def test_posts_alone_are_not_public_before_their_live_event_is_known() -> None:
    line = Timeline()
    line.posted(FIRST, 0)
    assert not line.is_public


def test_the_state_says_what_a_reader_may_expect() -> None:
    opens = live_event().plan.window.opens
    assert timeline().state(opens - timedelta(minutes=1)) == "planned"
    assert timeline().state(NOW) == "live"
    assert timeline(FIRST).state(opens - timedelta(minutes=1)) == "live"
    assert timeline(FIRST).state(live_event().plan.window.closes) == "closed"


def test_a_stop_looks_like_a_hold_and_a_resume_ends_it() -> None:
    line = timeline(FIRST)
    line.ruled(control("stop"))
    assert line.state(NOW) == "held"
    line.ruled(control("resume", minutes=1))
    line.ruled(control("resume", minutes=1).model_copy(update={"actor": REVIEWER}))
    assert line.state(NOW) == "live"
    line.ruled(control("hold", minutes=2))
    assert line.state(NOW) == "held"
    line.told(live_event(state="closed"))
    assert line.state(NOW) == "closed"


def test_an_erased_record_is_gone() -> None:
    line = timeline(FIRST, SECOND)
    assert line.forgotten(FIRST.id)
    assert not line.forgotten(id_of("never there"))
    assert texts(line) == ["First incision."]


def test_topics_may_be_read_in_any_order_between_each_other() -> None:
    gone = control("retract", update_id=SECOND.update_id)
    seen = set()
    for order in permutations(("event", "posts", "control")):
        line = Timeline()
        for part in order:
            if part == "event":
                line.told(live_event())
            elif part == "posts":
                line.posted(FIRST, 0)
                line.posted(SECOND, 1)
            else:
                line.ruled(gone)
        seen.add(tuple(texts(line)))
    assert seen == {("", "Team time-out done.")}


@given(st.lists(st.sampled_from([1, 2, 3, 4, 5]), max_size=30), st.sets(st.sampled_from([1, 2, 3, 4, 5])))
def test_no_order_of_records_shows_a_text_that_was_taken_back(order: list[int], gone: set[int]) -> None:
    line = timeline()
    for n in gone:
        line.ruled(control("retract", minutes=n, update_id=id_of(f"knee-2026/update/{n}")))
    for offset, n in enumerate(order):
        line.posted(post(n, f"text {n}"), offset)
    assert {e.post.n for e in line.entries() if e.post.text} == set(order) - gone


@given(st.lists(st.integers(1, 6), min_size=1, max_size=20), st.integers(-1, 25))
def test_a_reader_who_resumes_anywhere_ends_with_the_same_thread(order: list[int], left_at: int) -> None:
    seen: dict[object, PagePost] = {}
    line = timeline()
    for offset, n in enumerate(order):
        line.posted(post(n, f"text {n} of {offset}"), offset)
        if offset <= left_at:
            seen |= {e.post.id: e.post for e in line.since(offset - 1)}
    seen |= {e.post.id: e.post for e in line.since(min(left_at, len(order) - 1))}
    assert seen == {e.post.id: e.post for e in line.entries()}

"""What stood at any instant: as if readers and staff had been asked then, whatever the clocks did."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.archive.instants import meant
from consumers.archive.replay import Step, replay
from consumers.archive.timeline import Fold, Moment, Tick, Timeline, state_at, timeline
from schemas.envelope import Envelope
from schemas.errors import Refused
from schemas.ids import derive
from schemas.receipt import Receipt, Retraction
from schemas.topics import CONTROLS, DRAFTS, LEDGER, LIVE_EVENTS, PAGES, RECEIPTS, RELEASES, SUBMISSIONS, Topic
from tests.unit.archive import records
from tests.unit.archive.records import (
    KNEE,
    at,
    control,
    draft,
    intent,
    live_event,
    message,
    page,
    posted,
    receipt,
    release,
    retraction,
    story,
    submission,
)
from tests.unit.archive.test_replay import as_entries

Records = list[tuple[Topic[Any], Envelope]]


def told(happened: Records) -> Timeline:
    return timeline(replay(as_entries(tuple(message(t, r, i) for i, (t, r) in enumerate(happened)))))


@pytest.fixture(scope="module")
def knee() -> Timeline:
    return timeline(replay(as_entries(story())))


def texts(now: Moment, destination: str = "local") -> list[str]:
    return [shown.text for shown in now.on(destination)]


def update(n: int) -> str:
    return str(derive("update", KNEE, n))


def said(*numbers: int) -> list[str]:
    return [f"Update {n}: the plan fits this knee." for n in numbers]


def test_readers_saw_what_was_posted_until_it_was_taken_back(knee: Timeline) -> None:
    assert texts(state_at(knee, at(-1))) == []
    assert texts(state_at(knee, at(3.5))) == said(1, 2, 3)  # its very instant counts
    assert texts(state_at(knee, at(3.49))) == said(1, 2)
    assert texts(state_at(knee, at(25))) == said(1, 2, 4, 5, 6, 7, 8)
    end = state_at(knee, at(60))
    assert [(g.update_id, g.destination) for g in end.gone] == [(update(3), "local")]
    assert (end.life, end.standing.state) == ("closed", "stopped")
    assert knee.posts == {update(n): n for n in range(1, 9)}


def test_a_draft_waits_until_somebody_decides(knee: Timeline) -> None:
    held = state_at(knee, at(9.1))
    assert [(w.update_id, w.needs, w.reasons) for w in held.waiting] == [(update(9), "reviewer", ("name.person",))]
    after = state_at(knee, at(9.2))
    assert (after.waiting, [(e.update_id, e.how) for e in after.ended]) == ((), [(update(9), "returned")])


def test_consent_and_policy_in_force_are_those_of_the_instant(knee: Timeline) -> None:
    before, now, late = (state_at(knee, when) for when in (at(-1), at(5), datetime(2027, 1, 2, 12, tzinfo=UTC)))
    assert (before.life, before.consent, before.policy) == ("planned", None, None)
    assert now.policy == ("strict", records.POLICY.sha256)
    assert now.consent is not None
    assert (now.consent.state, now.consent.scope.media, now.consent.sha256) == ("valid", ("text",), "c" * 64)
    assert late.consent is not None
    assert late.consent.state == "expired"


def test_what_was_sent_and_not_answered_is_in_doubt_until_the_answer() -> None:
    unknown = receipt(1).model_copy(update={"id": derive("u"), "at": at(2), "outcome": "unknown", "posted_at": None})
    late = receipt(1).model_copy(update={"at": at(9)})
    of = told(
        [
            (LIVE_EVENTS, live_event()),
            (SUBMISSIONS, submission(1)),
            (DRAFTS, draft(1)),
            (RELEASES, release(1)),
            (LEDGER, intent(1)),
            (RECEIPTS, unknown),
            (RECEIPTS, late),
        ]
    )
    assert [c.left for c in state_at(of, at(1.3)).cleared] == [("local",)]
    sent = state_at(of, at(1.4))
    assert ([d.unknown for d in sent.doubts], sent.cleared, sent.public) == ([False], (), ())
    assert [d.unknown for d in state_at(of, at(2)).doubts] == [True]
    assert texts(state_at(of, at(9))) == said(1)
    assert state_at(of, at(9)).doubts == ()


def on_x(record: Receipt | Retraction, **changes: Any) -> Receipt | Retraction:
    return record.model_copy(update={"destination": "x:@StAnna", **changes})


def test_a_platform_shows_a_post_until_it_has_deleted_it_and_the_local_page_not_a_moment_longer() -> None:
    elsewhere = derive("x", 1)
    of = told(
        [
            (LIVE_EVENTS, live_event()),
            *posted(1),
            (RECEIPTS, on_x(receipt(1), id=derive("r2"), post_id=elsewhere, at=at(2))),
            (CONTROLS, control("retract", 10, 1)),
            (RECEIPTS, on_x(retraction(1), id=derive("n"), post_id=elsewhere, outcome="not-deleted", at=at(11))),
            (RECEIPTS, on_x(retraction(1), id=derive("d"), post_id=elsewhere, at=at(12))),
        ]
    )
    pressed = state_at(of, at(10))
    assert (texts(pressed), texts(pressed, "x:@StAnna")) == ([], said(1))
    assert pressed.on("x:@StAnna")[0].going == at(10)
    assert state_at(of, at(11)).on("x:@StAnna")[0].not_deleted == "not-deleted"
    assert state_at(of, at(12)).public == ()


def test_after_a_withdrawal_nothing_is_on_the_local_page() -> None:
    of = told([(LIVE_EVENTS, live_event()), *posted(1), *posted(2), (CONTROLS, control("withdraw", 10))])
    now = state_at(of, at(10))
    assert now.public == ()
    assert now.consent is not None
    assert (now.consent.state, now.consent.withdrawn) == ("withdrawn", at(10))


def test_a_clock_that_was_set_back_does_not_bring_a_deleted_post_back() -> None:
    back = retraction(1).model_copy(update={"at": at(-3600)})  # deleted an hour before it was posted, says its clock
    of = told([(LIVE_EVENTS, live_event()), *posted(1), (RECEIPTS, back)])
    assert texts(state_at(of, at(39))) == []
    assert [tick.set_right for tick in of.ticks if tick.step.what == "retracted"] == [timedelta(seconds=3601.5)]


def test_nothing_happens_later_than_it_was_archived() -> None:
    ahead = receipt(1).model_copy(update={"at": at(86_400)})  # the archive wrote all of it at second 40
    of = told([(LIVE_EVENTS, live_event()), *[r for r in posted(1) if r[0] is not RECEIPTS], (RECEIPTS, ahead)])
    assert [tick.when for tick in of.ticks if tick.step.what == "posted"] == [at(41)]


@given(st.floats(min_value=-2, max_value=45))
def test_an_instant_is_what_folding_step_by_step_gives(second: float) -> None:
    of, fold, when = _KNEE, Fold(), at(second)
    for tick in of.ticks:
        if tick.when <= when:
            fold.take(tick)
    assert state_at(of, when) == fold.moment(when)


_KNEE = timeline(replay(as_entries(story())))

Happening = tuple[str, int, int]
_HAPPENINGS = st.lists(
    st.tuples(st.sampled_from(["posted", "deleted", "retract"]), st.integers(1, 3), st.integers(0, 300)), max_size=12
)


def made(kind: str, n: int, tenths: int, i: int) -> tuple[Topic[Any], Envelope]:
    """The i-th thing that happened."""
    if kind == "retract":
        return CONTROLS, control("retract", tenths / 10, n)
    record = receipt(n) if kind == "posted" else retraction(n)
    return RECEIPTS, record.model_copy(update={"at": at(tenths / 10), "id": derive(kind, i)})


@given(_HAPPENINGS, st.floats(0, 31))
def test_the_public_thread_is_what_the_records_say_in_any_order(happened: list[Happening], second: float) -> None:
    ordered = sorted(happened, key=lambda h: h[2])
    of = told([(LIVE_EVENTS, live_event()), *(made(k, n, s, i) for i, (k, n, s) in enumerate(ordered))])

    def naive(n: int) -> bool:
        up = gone = False
        for kind, number, s in ordered:
            if number == n and at(s / 10) <= at(second):
                up, gone = up or kind == "posted", gone or kind == "retract" or (kind == "deleted" and up)
        return up and not gone

    assert texts(state_at(of, at(second))) == said(*(n for n in (1, 2, 3) if naive(n)))


def test_a_time_means_the_day_and_the_clock_of_the_event(knee: Timeline) -> None:
    assert knee.zone == ZoneInfo("Europe/Amsterdam")
    assert meant("09:05:20", knee) == at(20)
    assert meant("09:05:20.5", knee) == at(20.5)
    assert meant("2026-12-01T09:05:20", knee) == at(20)
    assert meant("2026-12-01T08:05:20Z", knee) == at(20)
    assert meant("12:00", knee) == datetime(2026, 12, 1, 11, 0, tzinfo=UTC)  # after its end


@pytest.mark.parametrize("wrong", ["", "noon", "25:00", "10:61", "2026-12-01", "0001-01-01T00:00+23:59", "1e9"])
def test_what_is_no_time_is_refused(knee: Timeline, wrong: str) -> None:
    with pytest.raises(Refused):
        meant(wrong, knee)


def through(hours: float) -> Timeline:
    """An event that began at 23:30 in Amsterdam."""
    began = datetime(2026, 12, 1, 22, 30, tzinfo=UTC)
    steps = [
        Step(n, (began + timedelta(hours=h)).isoformat(), "", "stop", None, {"type": "control"})
        for n, h in enumerate((0, hours))
    ]
    ticks = tuple(Tick(began + timedelta(hours=h), s) for h, s in zip((0, hours), steps, strict=True))
    return Timeline(ticks, ZoneInfo("Europe/Amsterdam"), "", KNEE)


def test_after_midnight_is_the_next_day() -> None:
    assert meant("23:45", through(2)) == datetime(2026, 12, 1, 22, 45, tzinfo=UTC)
    assert meant("00:15", through(2)) == datetime(2026, 12, 1, 23, 15, tzinfo=UTC)


def test_a_time_of_several_days_asks_which() -> None:
    with pytest.raises(Refused, match="2026-12-02T01:00:00, 2026-12-03T01:00:00"):
        meant("01:00", through(30))


def test_a_post_is_on_the_page_from_its_own_record_on_even_before_its_receipt() -> None:
    early = page(1).model_copy(update={"at": at(1.4)})
    of = told([(LIVE_EVENTS, live_event()), (RELEASES, release(1)), (PAGES, early), (RECEIPTS, receipt(1))])
    shown = state_at(of, at(1.5)).public[0]
    assert texts(state_at(of, at(1.4))) == said(1)
    assert (shown.since, shown.entry, shown.url) == (at(1.4), 3, "http://localhost/t/knee-2026#1")

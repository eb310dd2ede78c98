"""The counts of a live event are exact although records may come twice."""

from datetime import timedelta

from schemas.draft import Disposition, Draft
from streams.bus import Message
from streams.counts import Counts, counted
from tests.examples import NOW, draft


def record(made: Draft, offset: int) -> Message:
    return Message("scrubcast.drafts.v1", 0, offset, made.live_event_id, made.encode(), 0)


def test_drafts_are_counted_by_disposition_and_minute() -> None:
    made = [
        draft(disposition=disposition, at=NOW + timedelta(milliseconds=12.5), source_offset=offset)
        for offset, disposition in enumerate((Disposition.CLEAR, Disposition.HOLD, Disposition.CLEAR))
    ]
    counts = counted(Counts(), [record(each, offset) for offset, each in enumerate(made)])
    assert counts is not None
    assert counts.drafts == 3
    assert counts.by_disposition == {"clear": 2, "hold": 1}
    assert counts.per_minute == {"2026-12-01T09:00Z": 3}
    assert counts.latency_ms == (12.5, 12.5, 12.5)
    assert counts.median_ms == 12.5


def test_a_draft_that_is_read_or_written_again_is_not_counted_again() -> None:
    once = counted(Counts(), [record(draft(source_offset=4), 7)])
    assert once is not None
    assert counted(once, [record(draft(source_offset=4), 7)]) is None
    assert counted(once, [record(draft(source_offset=4), 8)]) is None
    assert counted(once, [record(draft(source_offset=3), 9)]) is None
    following = counted(once, [record(draft(source_offset=5), 10)])
    assert following is not None
    assert following.drafts == 2


def test_edits_and_unreadable_records_do_not_count() -> None:
    assert counted(Counts(), [record(draft(revision=1, source_offset=0), 0)]) is None
    assert counted(Counts(), [Message("scrubcast.drafts.v1", 0, 0, "knee-2026", b"{", 0)]) is None


def test_counts_survive_the_way_through_a_table() -> None:
    once = counted(Counts(), [record(draft(source_offset=0), 0)])
    assert once is not None
    assert Counts.of(once.model_dump(mode="json")) == once


def test_one_by_one_or_together_the_counts_are_the_same() -> None:
    drafts = [record(draft(source_offset=n, at=NOW + timedelta(milliseconds=n)), n) for n in range(130)]
    single = Counts()
    for each in drafts:
        single = counted(single, [each]) or single
    assert counted(Counts(), drafts) == single
    assert counted(Counts(), [*drafts[:70], *drafts[20:90], *drafts[60:]]) == single
    assert single.drafts == 130
    assert len(single.latency_ms) == 100

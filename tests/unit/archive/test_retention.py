"""How long a log is kept, and that a whole log goes only when its time is over, with an entry that says so."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from consumers.archive import audit
from consumers.archive.derived import entries_of
from consumers.archive.disk import RealDisk
from consumers.archive.entry import Source, encode, shape
from consumers.archive.expiry import EVERY, GONE, Expiry, due, head_of, state_of
from consumers.archive.replay import about, replay, step
from consumers.archive.store import Store
from consumers.archive.timeline import timeline
from consumers.archive.web.keeping import panel
from consumers.archive.web.look import Look
from schemas.envelope import Actor, Envelope
from schemas.ids import derive
from schemas.retention import Erasure, Left, LegalHold, subject_id
from schemas.topics import CONTROLS, DRAFTS, LIVE_EVENTS, RECEIPTS, RETENTIONS, SUBMISSIONS
from streams.bus import Message
from streams.scrub.kind_words import Lang
from tests.examples import ADVOCATE, DIRECTOR
from tests.unit.archive import records

YEARS = 2192
CLOSED = records.at(14_400)
KNEE = records.KNEE
KEY = bytes(range(32))


def store_in(root: Path) -> Store:
    return Store(RealDisk(root), KEY, origin="scrubcast", policy_document=records.policy_document)


def look(root: Path, now: datetime) -> tuple[str, ...]:
    """What an archive that starts now removes."""
    store = store_in(root)
    try:
        return tuple(one.live_event_id for one in Expiry(root, store, YEARS).run(now))
    finally:
        store.close(now)


def closed() -> Envelope:
    return records.live_event("closed").model_copy(update={"closed_at": CLOSED})


def hold(act: Literal["place", "lift"] = "place", by: Actor = DIRECTOR, n: int = 0) -> LegalHold:
    number = derive("hold")
    return LegalHold(
        id=number if act == "place" else derive("hold", act, n), live_event_id=KNEE,
        at=CLOSED + timedelta(hours=n), actor=by, act=act, hold_id=number, matter="2027/114",
    )  # fmt: skip


def archived(root: Path, more: Sequence[Message] = (), *, now: datetime = CLOSED) -> Store:
    """The archive of an event that was opened, wrote one update and closed; and what is said of it besides."""
    store = store_in(root)
    messages = [
        records.message(LIVE_EVENTS, records.live_event(), 0),
        records.message(SUBMISSIONS, records.submission(1), 0),
        records.message(LIVE_EVENTS, closed(), 1),
        *more,
    ]
    store.append(messages, now)
    store.close(now)
    return store


def of(record: Envelope, offset: int) -> Message:
    return records.message(RETENTIONS, record, offset)


def test_a_log_is_kept_six_years_from_its_close(tmp_path: Path) -> None:
    archived(tmp_path)
    told = state_of(tmp_path / KNEE)
    assert (told.opened_at, told.closed_at) == (records.at(0), CLOSED)
    assert told.log_until(YEARS) == datetime(2032, 12, 1, 12, 5, tzinfo=UTC)
    assert list(due(tmp_path, YEARS, CLOSED + timedelta(days=YEARS - 1))) == []
    assert [one.live_event_id for one in due(tmp_path, YEARS, CLOSED + timedelta(days=YEARS))] == [KNEE]


def test_what_was_done_in_public_after_the_close_counts_and_who_looks_does_not(tmp_path: Path) -> None:
    late = records.receipt(1).model_copy(update={"at": CLOSED + timedelta(days=40)})
    archived(tmp_path, [records.message(RECEIPTS, late, 0)])
    assert state_of(tmp_path / KNEE).counts_from == CLOSED + timedelta(days=40)


def test_an_open_event_never_expires(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    store.append([records.message(LIVE_EVENTS, records.live_event(), 0)], records.at(0))
    store.close(records.at(0))
    assert list(due(tmp_path, YEARS, CLOSED + timedelta(days=10 * YEARS))) == []


def test_a_log_that_is_over_goes_and_the_installation_says_what_it_was(tmp_path: Path) -> None:
    archived(tmp_path)
    verdict = audit.judge(tmp_path / KNEE)
    now = CLOSED + timedelta(days=YEARS)
    store = store_in(tmp_path)
    (gone,) = Expiry(tmp_path, store, YEARS).tend(now)

    assert (gone.live_event_id, gone.size, gone.root) == (KNEE, verdict.size, verdict.root.hex())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["_installation"]
    store.close(now)
    assert audit.judge(tmp_path / "_installation").bad is None
    entry = json.loads((tmp_path / "_installation/tile/entries/000.p/1").read_bytes()[2:])
    assert entry["live_event_id"] == "_installation"
    assert (entry["type"], entry["record"]) == (
        "removal",
        {
            "by": "archive", "counted_from": "2026-12-01T12:05:00+00:00", "erasures": 0, "keep_days": 2192,
            "of": KNEE, "reason": "schedule", "root": verdict.root.hex(), "size": verdict.size,
        },
    )  # fmt: skip


def test_a_second_look_on_the_same_day_does_nothing_and_one_tomorrow_neither(tmp_path: Path) -> None:
    archived(tmp_path)
    now, store = CLOSED + timedelta(days=YEARS), store_in(tmp_path)
    expiry = Expiry(tmp_path, store, YEARS)
    assert len(expiry.tend(now)) == 1
    for later in (timedelta(hours=1), EVERY):
        assert expiry.tend(now + later) == ()
    store.close(now)
    assert audit.judge(tmp_path / "_installation").size == 1


def test_a_hold_keeps_the_log_until_two_people_have_ended_it(tmp_path: Path) -> None:
    archived(tmp_path, [of(hold(), 0)])
    now = CLOSED + timedelta(days=YEARS)
    assert look(tmp_path, now) == ()
    assert [held.matter for held in state_of(tmp_path / KNEE).holds] == ["2027/114"]

    store = store_in(tmp_path)
    store.append([of(hold("lift", DIRECTOR, 1), 1), of(hold("lift", ADVOCATE, 2), 2)], now)
    store.close(now)
    told = state_of(tmp_path / KNEE)
    assert (told.holds, [h.matter for h, _ in told.ended_holds]) == ((), ["2027/114"])
    assert look(tmp_path, now) == (KNEE,)


def test_a_hold_that_is_written_but_not_signed_yet_counts(tmp_path: Path) -> None:
    archived(tmp_path)
    now, store = CLOSED + timedelta(days=YEARS), store_in(tmp_path)
    store.append([of(hold(), 0)], now - timedelta(seconds=1))
    assert Expiry(tmp_path, store, YEARS).run(now) == ()
    store.close(now)
    assert (tmp_path / KNEE / "checkpoint").is_file()


def test_what_a_crash_left_of_a_removed_log_goes_at_the_next_look(tmp_path: Path) -> None:
    archived(tmp_path)
    now = CLOSED + timedelta(days=YEARS)
    (one,) = due(tmp_path, YEARS, now)
    left = tmp_path / f"{GONE}{KNEE}-{one.root[:16]}"
    (tmp_path / KNEE).rename(left)
    assert look(tmp_path, now) == ()
    assert not left.exists()


def test_a_crash_after_the_entry_removes_the_log_with_one_entry_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived(tmp_path)
    now = CLOSED + timedelta(days=YEARS)
    with monkeypatch.context() as crash:
        crash.setattr(Path, "rename", _crash_of_log)
        with pytest.raises(KeyboardInterrupt):
            look(tmp_path, now)
    assert (tmp_path / KNEE / "checkpoint").is_file()

    assert look(tmp_path, now) == (KNEE,)
    assert audit.judge(tmp_path / "_installation").size == 1


_RENAME = Path.rename


def _crash_of_log(self: Path, target: Path) -> Path:
    if GONE in str(target):
        raise KeyboardInterrupt
    return _RENAME(self, target)


def test_a_log_that_is_not_as_it_was_written_is_never_removed(tmp_path: Path) -> None:
    archived(tmp_path)
    bundle = next((tmp_path / KNEE / "tile/entries").rglob("*.p/*"))
    bundle.write_bytes(bundle.read_bytes().replace(b"knee-2026", b"knee-2027"))
    assert look(tmp_path, CLOSED + timedelta(days=YEARS)) == ()
    assert (tmp_path / KNEE / "checkpoint").is_file()


def test_the_page_says_until_when_what_holds_and_what_was_erased(tmp_path: Path) -> None:
    erasure = Erasure(
        id=derive("e"), live_event_id=KNEE, at=CLOSED, actor=ADVOCATE, reason="request",
        whose=subject_id(KNEE, "scrub nurse"), erased=("protected-terms",), terms=2,
        left=(Left(what="public-post", count=3, place="local"), Left(what="backup", until=CLOSED + timedelta(days=30))),
    )  # fmt: skip
    archived(tmp_path, [of(erasure, 0)])
    look_en, look_de = (looking(tmp_path, lang) for lang in ("en", "de"))
    assert panel(tmp_path, KNEE, (30, YEARS), look_en) == [
        ("Keys", "until 31 December 2026"),
        ("This log", "until 1 December 2032"),
        ("Erased", "1 December 2026, by E. Martens: protected terms of one person"),
        ("Not erased", "posts still public (3); backups, until 31 December 2026"),
    ]
    assert panel(tmp_path, KNEE, (30, YEARS), look_de)[0] == ("Schlüssel", "bis 31. Dezember 2026")
    assert panel(tmp_path, KNEE, None, look_en) == []
    assert panel(tmp_path, "house.0123456789abcdef~knee-2026", (30, YEARS), look_en) == []

    store = store_in(tmp_path)
    store.append([of(hold(), 1)], CLOSED)
    store.close(CLOSED)
    assert panel(tmp_path, KNEE, (30, YEARS), look_en)[:3] == [
        ("Keys", "held"),
        ("This log", "held"),
        ("Legal hold", "matter 2027/114, by J. Brandt since 1 December 2026"),
    ]


def looking(root: Path, lang: Lang) -> Look:
    folder = root / KNEE
    return Look(timeline(replay(entries_of(folder, 0, head_of(folder).size))), lang)


def test_an_erasure_stands_in_the_log_and_is_told_from_it(tmp_path: Path) -> None:
    erasure = Erasure(
        id=derive("e"), live_event_id=KNEE, at=CLOSED, actor=ADVOCATE, reason="withdrawal",
        whose=subject_id(KNEE, "patient"), erased=("sealing-key", "protected-terms", "commitment-key"), terms=3,
    )  # fmt: skip
    archived(tmp_path, [of(erasure, 0), records.message(CONTROLS, records.control("withdraw", 2), 0)])
    assert state_of(tmp_path / KNEE).keys_erased == erasure
    assert audit.judge(tmp_path / KNEE).bad is None


def test_a_replay_names_the_commitment_to_what_was_typed() -> None:
    screened = records.draft(1).model_copy(update={"raw_commit": "0123456789abcdef" * 4})
    shaped = shape(Source(DRAFTS.name, 0, 0), None, screened.encode())
    said = step(encode(shaped, 0, "2026-12-01T08:05:02.000000Z"))
    assert about(said) == "clear (commitment to what was typed: 0123456789abcdef)"

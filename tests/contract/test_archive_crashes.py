"""Let the archive die or its disk fill up at any step: what was acknowledged is there, once and in order."""

import pytest

from schemas.errors import Unavailable
from schemas.topics import SUBMISSIONS
from streams.bus import Message
from tests.unit.archive.disks import CrashDisk, Killed, Left
from tests.unit.archive.records import KNEE, at, message, posted, story, submission
from tests.unit.archive.test_log import ids, judge, store_on, wanted_ids


@pytest.mark.parametrize(
    ("power_cut", "left"),
    [(False, "synced"), (True, "synced"), (True, "names"), (True, "half")],
    ids=["kill -9", "power cut", "power cut, names before data", "power cut, torn writes"],
)
def test_dying_at_any_step_loses_nothing_that_was_acknowledged_and_keeps_order(power_cut: bool, left: Left) -> None:
    first, second, third = story()[:20], story()[20:30], story()[30:]
    whole = CrashDisk()
    for batch, when in ((first, 1), (second, 12), (third, 13)):
        store_on(whole).append(batch, at(when))
    assert whole.steps > 60

    for die_at in range(1, whole.steps + 40):
        disk = CrashDisk(die_at=die_at)
        acknowledged: list[Message] = []
        try:
            store = store_on(disk)
            for batch, when in ((first, 1), (second, 12), (third, 13)):
                store.append(batch, at(when))
                acknowledged += batch
                store.tick(at(when + 11))
            store.close(at(60))
        except Killed:
            pass

        found = disk.after(power_cut=power_cut, left=left)
        again = store_on(found)
        again.append(first[:1], at(70))
        assert judge(found).bad is None, die_at
        again.append([*first, *second, *third], at(71))  # the broker gives it all again
        again.close(at(72))

        assert judge(found).bad is None, die_at
        assert ids(found) == wanted_ids([*first, *second, *third]), die_at


def test_a_crash_leaves_acknowledged_entries_even_if_nothing_is_sent_again() -> None:
    batch = story()[:20]
    for die_at in range(1, 200):
        disk = CrashDisk(die_at=die_at)
        acknowledged = 0
        try:
            store = store_on(disk)
            store.append(batch, at(1))
            acknowledged = len(batch)
            store.close(at(2))
        except Killed:
            pass
        left = disk.after(power_cut=True)
        again = store_on(left)
        again.append([message(SUBMISSIONS, submission(77), 99)], at(3))
        again.close(at(4))
        assert len(ids(left)) >= acknowledged


@pytest.mark.parametrize("left", ["synced", "names", "half"])
def test_dying_while_many_proofs_are_written_at_once_loses_none_of_them(left: Left) -> None:
    many = [message(topic, record, i) for i, (topic, record) in enumerate(p for n in range(40) for p in posted(n))]
    whole = CrashDisk()
    store = store_on(whole)
    store.append(many, at(1))
    before = whole.steps
    store.close(at(2))

    for die_at in range(before + 1, whole.steps + 1, 5):
        disk = CrashDisk(die_at=die_at)
        try:
            store = store_on(disk)
            store.append(many, at(1))
            store.close(at(2))
        except Killed:
            pass
        found = disk.after(power_cut=True, left=left)
        store_on(found).let_go(KNEE, at(70))

        verdict = judge(found)
        assert (verdict.bad, verdict.proofs) == (None, 40), die_at


def test_a_full_disk_is_unavailable_and_leaves_nothing_half_visible() -> None:
    for full_at in range(1, 120, 2):
        disk = CrashDisk(full_at=full_at)
        store = store_on(disk)
        try:
            store.append(story(), at(1))
            store.close(at(2))
        except Unavailable:
            disk.full_at = -1  # somebody made room
            assert store.append(story(), at(3)).policies_missing == 0
            store.close(at(4))
        assert judge(disk).bad is None, full_at
        assert ids(disk) == wanted_ids(story()), full_at

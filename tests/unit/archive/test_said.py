"""Reading a tile of entries by their form: it takes what a JSON parser takes, and nothing on a doubt."""

import json
from functools import cache

import pytest

from consumers.archive.entry import UNPLACED, Source, encode, shape, stamp
from consumers.archive.said import Said
from tests.unit.archive.records import KNEE, at, story


@cache
def entries() -> tuple[bytes, ...]:
    """Of the small event, in our form and in order."""
    found = [shape(Source(m.topic, m.partition, m.offset), m.key, m.value) for m in story()]
    ours = [shaped for shaped in found if shaped.log == KNEE]
    return tuple(encode(shaped, seq, stamp(at(1))) for seq, shaped in enumerate(ours))


def by_form(kept: list[bytes], live_event_id: str = KNEE) -> bool:
    return Said(live_event_id)._read(0, kept) is not None


def by_json(kept: list[bytes], live_event_id: str = KNEE) -> bool:
    said = Said(live_event_id)
    return all(said._judge(seq, entry, said.last_ts) is None for seq, entry in enumerate(kept))


def test_what_the_archiver_writes_is_read_by_its_form_and_says_the_same_as_parsed() -> None:
    quick, slow = Said(KNEE), Said(KNEE)
    assert quick.take(0, entries()) is None
    for seq, entry in enumerate(entries()):
        assert slow._judge(seq, entry, slow.last_ts) is None

    assert by_form(list(entries()))
    assert quick.posted == slow.posted
    assert len(quick.posted) == 8
    assert (quick.beside, quick.first_ts, quick.last_ts) == (slow.beside, slow.first_ts, slow.last_ts)


def test_no_flipped_byte_outside_a_record_is_taken_by_form_that_a_parser_refuses() -> None:
    kept = list(entries())
    for seq in (0, 3, 7, len(kept) - 1):
        entry = kept[seq]
        front, end = entry.index(b'"record":{') + 10, entry.rindex(b'},"seq":')
        for position in [*range(front), *range(end, len(entry))]:
            for bit in (0x01, 0x02, 0x10, 0x20, 0x80):
                changed = entry[:position] + bytes([entry[position] ^ bit]) + entry[position + 1 :]
                damaged = [*kept[:seq], changed, *kept[seq + 1 :]]
                assert not by_form(damaged) or by_json(damaged), (seq, position, bit)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"seq":5,', b'"seq":05,'),
        (b'"seq":5,', b'"seq":6,'),
        (b'"live_event_id":"knee-2026"', b'"live_event_id":"anee-2026"'),  # letters that its hurried look makes one
        (b'"live_event_id":"knee-2026"', b'"live_event_id":"knee-2020"'),
        (b'"record":{', b'"record":{"attached":true,'),
        (b'"record":{', b'"record":{\n'),
        (b'"v":1}', b'"v":1}\n'),
        (b'"v":1}', b'"v":1,"w":2}'),
        (b'"type":"', b'"type":"x'),
        (b'"ts":"2026', b'"ts":"202x'),
        (b'{"at":"', b'{"at":"\\'),
        (b'{"at":"', b'{"x":1,"at":"'),
    ],
)
def test_what_is_not_quite_of_our_form_is_left_to_the_parser(old: bytes, new: bytes) -> None:
    kept = list(entries())
    before = kept[5]
    place = before.rindex(old)
    kept[5] = before[:place] + new + before[place + len(old) :]

    said = Said(KNEE)
    said.take(0, list(entries()))  # what it learned of good heads must not help
    assert kept[5] != before
    assert Said(KNEE)._read(0, kept) is None
    assert not said._fit(kept) or said._read(0, kept) is None


def test_entries_out_of_time_are_left_to_the_parser_which_names_the_first() -> None:
    kept = list(entries())
    kept[9] = kept[9].replace(stamp(at(1)).encode(), stamp(at(0)).encode())

    assert not by_form(kept)
    bad = Said(KNEE).take(0, kept)
    assert bad
    assert bad.place == "entry 9"


def test_two_entries_in_the_place_of_one_line_are_not_taken() -> None:
    kept = list(entries())
    kept[4:6] = [kept[4] + b"\n" + kept[5]]

    assert not by_form(kept)


def test_an_entry_without_a_live_event_is_read_by_its_form_in_the_log_of_such_entries() -> None:
    entry = json.loads(entries()[0])
    del entry["live_event_id"]
    plain = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    assert by_form([plain], UNPLACED)
    assert not by_form([plain])
    assert not by_form([entries()[0]], UNPLACED)

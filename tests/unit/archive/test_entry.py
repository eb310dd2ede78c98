"""What is kept of each record, and that it is canonical JSON."""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from consumers.archive import entry
from consumers.archive.bundle import verify_bundle
from consumers.archive.entry import Source, encode, record_of, shape, stamp
from schemas.draft import Action, Finding
from schemas.topics import (
    DEAD_LETTERS,
    DECISIONS,
    DRAFTS,
    ENROLMENTS,
    MESSAGES,
    PAGES,
    PREPARATIONS,
    PRESENCES,
    RETENTIONS,
    SUBMISSIONS,
    TOPICS,
)
from tests.golden.records import golden_records
from tests.unit.archive import records


def kept(name: str, record: Any) -> dict[str, Any]:
    shaped = shape(Source(name, 0, 7), "k", record.encode())
    said: dict[str, Any] = json.loads(encode(shaped, 3, "2026-12-01T08:05:00.000000Z"))
    return said


def test_an_entry_of_a_submission_is_written_like_this() -> None:
    sent = records.submission(1)
    shaped = shape(Source(SUBMISSIONS.name, 1, 7), "k", sent.encode())

    assert encode(shaped, 3, "2026-12-01T08:05:02.000000Z").decode() == (
        f'{{"at":"2026-12-01T08:05:01Z","id":"{sent.id}","live_event_id":"knee-2026",'
        '"record":{"actor":{"device":"tablet-1","name":"T. Okafor","role":"reporter"},"phase":"arrival",'
        f'"sealed_sha256":"{sent.sealed_sha256}"}},"seq":3,'
        '"source":{"offset":7,"partition":1,"topic":"scrubcast.submissions.v1"},"ts":"2026-12-01T08:05:02.000000Z",'
        f'"type":"submission","update_id":"{sent.id}","v":1}}'
    )


def test_a_draft_keeps_commitments_and_findings_but_neither_text_nor_its_bare_hash() -> None:
    held = records.draft(2, hold=True)
    record = kept(DRAFTS.name, held.model_copy(update={"raw_commit": "a" * 64, "text_commit": "b" * 64}))["record"]

    assert "text" not in record
    assert "sealed_edit" not in record
    assert "text_sha256" not in record
    assert held.text_sha256 not in json.dumps(record)
    assert (record["raw_commit"], record["text_commit"]) == ("a" * 64, "b" * 64)
    assert record["findings"][0]["kind"] == "name.person"


def test_the_word_on_a_text_that_went_nowhere_keeps_no_hash_of_it() -> None:
    returned, approved = records.decision(2, "return"), records.decision(2, "approve")

    assert "text_sha256" not in (record := kept(DECISIONS.name, returned)["record"])
    assert "binding_sha256" not in record
    assert kept(DECISIONS.name, approved)["record"]["text_sha256"] == approved.text_sha256


def test_an_erased_colleague_stands_in_the_log_of_the_installation() -> None:
    gone = golden_records()["staff-erasure"]
    shaped = shape(Source(RETENTIONS.name, 0, 1), None, gone.encode())

    assert (shaped.log, shaped.type) == ("_installation", "erasure")
    assert json.loads(encode(shaped, 0, "2026-12-01T08:05:02.000000Z"))["live_event_id"] == "_installation"


@pytest.mark.parametrize("message", records.story(), ids=lambda m: f"{m.topic}-{m.offset}")
def test_every_entry_is_canonical_and_the_same_when_read_again(message: Any) -> None:
    shaped = shape(Source(message.topic, message.partition, message.offset), message.key, message.value)
    written = encode(shaped, 12, stamp(records.at(1)))

    assert rfc8785.dumps(json.loads(written)) == written
    assert record_of(written) == shaped.record
    assert records.SECRET.encode() not in written


@given(st.text(max_size=50), st.lists(st.floats(0, 1), max_size=3))
def test_any_text_and_any_score_gives_canonical_json(text: str, scores: list[float]) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    found = tuple(Finding(start=0, end=1, kind="x", rule=text[:80], action=Action.HOLD, score=s) for s in scores)
    draft = records.draft(1).model_copy(update={"findings": found, "lang": text})
    written = encode(shape(Source(DRAFTS.name, 0, 0), None, draft.encode()), 0, stamp(records.at(0)))

    assert rfc8785.dumps(json.loads(written)) == written


def test_published_text_is_kept_in_full() -> None:
    assert kept(PAGES.name, records.page(4))["record"]["text"] == "Update 4: the plan fits this knee."


def test_the_consent_is_kept_with_what_it_says_is_not_there() -> None:
    consent = kept("scrubcast.live-events.v1", records.live_event())["record"]["plan"]["consent"]

    assert consent["remuneration"] is None
    assert consent["taken_by"] == "E. Martens"


@pytest.mark.parametrize(
    "value", [b"", b"\xff", b"{}", b"[]", b'"text"', b'{"live_event_id":"../etc"}', b"[" * 100_000]
)
def test_what_cannot_be_read_is_kept_as_hash_and_place(value: bytes) -> None:
    shaped = shape(Source(DEAD_LETTERS.name, 1, 2), "k", value)

    assert (shaped.type, shaped.log) == ("undecodable", "_unplaced")
    assert json.loads(shaped.record)["size"] == len(value)


def test_numbers_that_json_cannot_hold_make_a_record_undecodable() -> None:
    page = records.page(1).model_copy(update={"n": 2**53})

    assert shape(Source(PAGES.name, 0, 0), "k", page.encode()).type == "undecodable"


def test_the_bundles_own_verifier_knows_every_type_of_entry() -> None:
    assert verify_bundle.TYPES == entry.TYPES


def test_every_topic_is_known() -> None:
    # Presences say which process is at work, enrolments who may write: nothing about any live event. What is still
    # prepared is none yet (its checks are in the event's record), and what staff say among themselves is theirs.
    private = {PRESENCES.name, ENROLMENTS.name, PREPARATIONS.name, MESSAGES.name}
    assert set(entry.TOPIC_NAMES) == {topic.name for topic in TOPICS} - private

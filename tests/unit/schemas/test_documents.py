"""The generated documents are those of today's models, and the records of version 1 stay decodable for ever."""

from pathlib import Path

import pytest

from deploy.schema_docs import DOCS, documents
from schemas.topics import RECEIPTS, TOPICS, decode_enrolment, decode_receipt, decode_retention
from tests.golden.records import GOLDEN, golden_records

ALL = documents()
TOLD_APART = {
    **dict.fromkeys(("receipts", "retraction", "notice"), decode_receipt),
    **dict.fromkeys(("invitation", "enrolments", "person", "passkey"), decode_enrolment),
    **dict.fromkeys(("retentions", "erasure", "staff-erasure"), decode_retention),
}


@pytest.mark.parametrize("name", sorted(ALL))
def test_the_documents_have_not_drifted_from_the_models(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == ALL[name], "run `make docs`"


def test_no_document_is_left_over() -> None:
    there = {str(p.relative_to(DOCS)) for p in (DOCS / "schemas").glob("*.json")} | {"asyncapi.json"}
    assert there == set(ALL)


@pytest.mark.parametrize("name", sorted(golden_records()))
def test_golden_bytes_of_version_1_decode_to_the_same_record(name: str) -> None:
    stored = (GOLDEN / f"{name}.json").read_bytes()
    record = golden_records()[name]
    decode = TOLD_APART.get(name, type(record).decode)
    assert decode(stored) == record


@pytest.mark.parametrize("name", sorted(golden_records()))
def test_a_field_of_a_newer_writer_does_not_stop_an_older_reader(name: str) -> None:
    stored = (GOLDEN / f"{name}.json").read_bytes()
    newer = stored.rstrip()[:-1] + b',"new_in_version_9":{"x":1}}'
    decode = TOLD_APART.get(name, type(golden_records()[name]).decode)
    assert decode(newer) == golden_records()[name]


def test_every_topic_has_golden_bytes() -> None:
    assert {t.noun for t in TOPICS} <= set(golden_records())
    assert RECEIPTS.noun in golden_records()
    assert {p.stem for p in Path(GOLDEN).glob("*.json")} == set(golden_records())

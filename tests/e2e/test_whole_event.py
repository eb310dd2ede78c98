"""One whole event in real browsers on a real system, from its preparation to the withdrawal, and its audit."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.async_api import Browser

from producers.intake.pages import DIST
from tests.optional import IN_CI
from tests.system_fixture import System
from tests.whole_event import (
    CLAIM,
    COVERED,
    FAMILY,
    ID,
    PHRASE,
    SAID_AMONG_STAFF,
    SECRET,
    SINCE,
    STOPPED,
    WELCOME,
    audit,
    play,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.kafka,
    pytest.mark.system,
    pytest.mark.skipif(
        not IN_CI and not (DIST / "index.html").is_file(), reason="the reporter's page was not built (make setup)"
    ),
]


DIRECTOR, PHYSICIAN, ADVOCATE = "J. Brandt, director", "A. Visser, physician", "Eva Martens, advocate"
REVIEWER, LIAISON = "Ines Wolff, reviewer", "Tom Okafor, liaison"
EVENT_TOLD = [
    ("sign-run-sheet", PHYSICIAN, "with passkey"),
    ("opened", DIRECTOR, ""),
    ("complication", PHYSICIAN, "hold"),
    ("complication-over", PHYSICIAN, ""),
    ("resume", DIRECTOR, ""),
    ("told", LIAISON, "closing"),
    ("stop", ADVOCATE, ""),
    ("resume", DIRECTOR, ""),
    ("resume", PHYSICIAN, ""),
    ("withdraw", ADVOCATE, ""),
    ("keys-erased", ADVOCATE, "withdrawal"),
    ("closed", ADVOCATE, ""),
]
PUBLISHED = (WELCOME, PHRASE, COVERED, CLAIM, FAMILY, STOPPED, SINCE)
# Each step that is not a stage's own bookkeeping, and whose it was.
WRITTEN, POLICY = ("submitted", "Noor Bakker, reporter"), ("released", "")
PUBLIC = [("posted", ""), ("retracted", "")]
WAYS = {
    WELCOME: [WRITTEN, ("screened", ""), POLICY, *PUBLIC],
    COVERED: [WRITTEN, ("screened", ""), ("decided", REVIEWER), ("released", REVIEWER), *PUBLIC],
    CLAIM: [
        WRITTEN, ("screened", ""), ("decided", PHYSICIAN), ("released", PHYSICIAN), ("not-posted", ""),
        ("screened", PHYSICIAN), ("decided", PHYSICIAN), ("released", PHYSICIAN), *PUBLIC,
    ],
    FAMILY: [WRITTEN, ("screened", ""), POLICY, *PUBLIC],
    STOPPED: [
        WRITTEN, ("screened", ""), POLICY, ("not-posted", ""),
        ("screened", DIRECTOR), ("decided", DIRECTOR), ("released", DIRECTOR), *PUBLIC,
    ],
}  # fmt: skip


def way(told: dict[str, Any], text: str) -> list[tuple[str, str]]:
    (found,) = (u for u in told["updates"] if u["text"] == text)
    return [(s["what"], s["by"]) for s in found["steps"] if s["what"] not in ("ledger", "page")]


async def test_an_event_with_all_that_can_happen_is_played_by_its_people_and_its_audit_says_so(
    browser: Browser, own_system: System
) -> None:
    system = own_system
    played = await play(system, browser)
    print(json.dumps(played.took))
    with ThreadPoolExecutor() as beside:
        records, verified = beside.submit(system.every_record), beside.submit(system.cli, "audit", "verify", ID)
        told = audit(system)
    assert "whole: " in verified.result().stdout
    assert [(s["what"], s["by"], s["about"]) for s in told["live_event"]] == EVENT_TOLD
    assert [(u["state"], u["text"]) for u in told["updates"]] == [("retracted", text) for text in PUBLISHED]
    assert {text: way(told, text) for text in WAYS} == WAYS
    assert told["otherwise_than_recorded"] == []
    every = b"".join(message.value or b"" for message in records.result()).lower()
    said = system.said.read_text().lower()
    for secret in (*SECRET, *(words.lower() for words in SAID_AMONG_STAFF)):
        assert secret.encode() not in every
        assert secret not in said

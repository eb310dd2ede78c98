"""One whole event in real browsers on a real system, from its preparation to the withdrawal, and its audit."""

import json

import pytest
from playwright.async_api import Browser

from producers.intake.pages import DIST
from tests.optional import IN_CI
from tests.system_fixture import System
from tests.whole_event import ID, SECRET, audit, play

pytestmark = [
    pytest.mark.browser,
    pytest.mark.kafka,
    pytest.mark.system,
    pytest.mark.skipif(
        not IN_CI and not (DIST / "index.html").is_file(), reason="the reporter's page was not built (make setup)"
    ),
]


async def test_an_event_with_all_that_can_happen_is_played_by_its_people_and_its_audit_says_so(
    browser: Browser, own_system: System
) -> None:
    system = own_system
    played = await play(system, browser)
    print(json.dumps(played.took))
    assert "whole: " in system.cli("audit", "verify", ID).stdout
    print(json.dumps(audit(system), indent=1))
    print(system.cli("audit", "replay", ID).stdout)
    every = b"".join(message.value or b"" for message in system.every_record()).lower()
    said = system.said.read_text().lower()
    for secret in SECRET:
        assert secret.encode() not in every
        assert secret not in said

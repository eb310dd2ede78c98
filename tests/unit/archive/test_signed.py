"""Approvals with a passkey in the archive: the signature is checked from the entry alone, the first bad one named."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from consumers.archive.disk import RealDisk
from consumers.archive.reading import FolderReader
from consumers.archive.store import Store
from consumers.archive.verify import verify
from schemas.assertion import Assertion
from schemas.control import Control
from schemas.decision import Decision
from schemas.enrolment import Passkey
from schemas.topics import CONTROLS, DECISIONS, LIVE_EVENTS
from streams import approval, passkeys
from streams.bus import Message
from streams.passkeys import Answer, Relying
from tests.authenticator import Authenticator
from tests.unit.archive.records import KNEE, REVIEWER, at, decision, live_event, message, policy_document

SITE = Relying("https://desk.example.org", "desk.example.org")
DEVICE = Authenticator(SITE.origin)
BAD = "bears a passkey's signature that does not hold for it"


def assertion(challenge: bytes) -> Assertion:
    made = passkeys.made(
        DEVICE.create({"rp": {"id": SITE.rp_id}, "challenge": "AAAA"}), SITE, challenge=passkeys.decoded("AAAA")
    )
    key = Passkey(
        id=UUID(int=2), live_event_id="tablets", at=at(0), actor=REVIEWER, person_id=UUID(int=1),
        invitation_id=UUID(int=3), credential_id=made.credential_id, public_key=made.public_key, sign_count=0,
        enrolled_at=at(0),
    )  # fmt: skip
    answer = DEVICE.get(passkeys.request_options(SITE, challenge=challenge))
    return passkeys.assertion_of(Answer.of(answer), key, SITE, at(0.1))


def approved() -> Decision:
    found = decision(1)
    return found.model_copy(update={"assertion": assertion(approval.of_decision(found, at(0.1)))})


def signed_sheet() -> Control:
    found = Control(
        id=UUID(int=9), live_event_id=KNEE, at=at(1), actor=REVIEWER, kind="sign-run-sheet", run_sheet_sha256="c" * 64
    )
    return found.model_copy(update={"assertion": assertion(approval.of_control(found, at(0.1)))})


def judged(folder: Path, *messages: Message) -> Any:
    store = Store(RealDisk(folder), bytes(range(32)), origin="stanna.example/archive", policy_document=policy_document)
    store.append([message(LIVE_EVENTS, live_event(), 0), *messages], at(40))
    store.close(at(41))
    return verify(FolderReader(folder / KNEE))


def test_approvals_and_sheets_that_were_signed_verify_from_the_archive_alone(tmp_path: Path) -> None:
    verdict = judged(tmp_path, message(DECISIONS, approved(), 0), message(CONTROLS, signed_sheet(), 0))
    assert verdict.bad is None


@pytest.mark.parametrize(
    "change",
    [
        {"text_sha256": "d" * 64},
        {"policy_sha256": "d" * 64},
        {"destinations": ("local", "x:@StAnna")},
        {"revision": 1},
        {"draft_id": UUID(int=5)},
        {"consent_sha256": "d" * 64},
    ],
)
def test_an_approval_of_something_else_is_named(tmp_path: Path, change: dict[str, Any]) -> None:
    verdict = judged(tmp_path, message(DECISIONS, approved().model_copy(update=change), 0))
    assert verdict.bad is not None
    assert (verdict.bad.place.split()[0], verdict.bad.reason) == ("entry", BAD)


def test_another_signature_or_another_sheet_is_named(tmp_path: Path) -> None:
    one = approved()
    assert one.assertion is not None
    other = one.assertion.model_copy(update={"signature": "MEUCIQ"})
    verdict = judged(tmp_path / "a", message(DECISIONS, one.model_copy(update={"assertion": other}), 0))
    assert verdict.bad is not None
    assert verdict.bad.reason == BAD
    sheet = signed_sheet().model_copy(update={"run_sheet_sha256": "d" * 64})
    verdict = judged(tmp_path / "b", message(CONTROLS, sheet, 0))
    assert verdict.bad is not None
    assert verdict.bad.reason == BAD

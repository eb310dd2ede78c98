"""Approvals with a passkey: bound to the very text and all that goes with it, and asked for within five minutes."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from schemas.envelope import Role
from schemas.topics import CONTROLS, DECISIONS, RELEASES
from streams import approval, passkeys
from streams.clock import ManualClock
from tests.authenticator import Authenticator
from tests.desk_world import EVENT, StillClock, World, desk_world
from tests.examples import NOW
from tests.person_hand import JSON, SITE, Hand


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with desk_world(tmp_path, clock=StillClock(NOW)) as made:
        await made.open()
        yield made


@pytest_asyncio.fixture
async def ada(world: World) -> Hand:
    return await Hand.of(world, "Ada Vos", Role.REVIEWER)


def said(answer: Any) -> str:
    """The code of a press: what the address leads to."""
    location: str = answer.headers["location"]
    return location.rpartition("said=")[2]


async def test_an_approval_carries_an_assertion_that_verifies_from_the_record_alone(world: World, ada: Hand) -> None:
    draft = await world.held()
    asked = (await ada.asked(draft)).json()
    assert (asked["userVerification"], asked["rpId"], len(asked["allowCredentials"])) == ("required", "desk.example", 1)
    answer = await ada.approve(draft, ada.signed(asked))
    assert (answer.status_code, said(answer)) == (303, "approved")
    (decision,) = world.records(DECISIONS)
    assert (decision.actor.name, decision.actor.role) == ("Ada Vos", "reviewer")
    assertion = decision.assertion
    assert (assertion.person_id, assertion.asked_at) == (type(draft.id)(ada.person_id), NOW)
    assert passkeys.verify(assertion, approval.of_decision(decision, assertion.asked_at)) == 1
    (release,) = world.records(RELEASES)
    assert release.text_sha256 == draft.text_sha256


async def test_programs_that_act_for_a_person_sign_too(world: World, ada: Hand) -> None:
    draft = await world.held()
    signed = ada.signed((await ada.asked(draft)).json())
    path, body = f"/api/v1/live-events/{EVENT}/drafts/{draft.id}/decision", {"verdict": "approve"}
    body["text_sha256"] = draft.text_sha256
    bare = await ada.http.post(path, json=body)
    assert (bare.status_code, bare.json()["type"]) == (403, "urn:scrubcast:needs-passkey")
    assert (await ada.http.post(path, json=body | {"assertion": signed})).status_code == 200


async def test_without_the_passkey_a_person_approves_nothing_and_reads_why(world: World, ada: Hand) -> None:
    draft = await world.held()
    for assertion in (None, ""):
        answer = await ada.approve(draft, assertion)
        assert said(answer) == "needs-passkey"
        shown = await ada.http.get(answer.headers["location"])
        assert "This needs your passkey." in shown.text
    assert world.records(DECISIONS) == []


async def test_edits_and_returns_need_no_passkey(world: World, ada: Hand) -> None:
    form = {"verdict": "return", "text_sha256": (draft := await world.held()).text_sha256, "reason": "other"}
    answer = await ada.http.post(f"/desk/{EVENT}/drafts/{draft.id}/decision", data=form)
    assert said(answer) == "returned"
    other = await world.held("Two is steady.")
    edit = {"text": "All is steady.", "text_sha256": other.text_sha256}
    assert said(await ada.http.post(f"/desk/{EVENT}/drafts/{other.id}/edit", data=edit)) == "edited"
    assert [d.assertion for d in world.records(DECISIONS)] == [None, None]


async def test_what_was_signed_for_one_text_approves_no_other(world: World, ada: Hand) -> None:
    one, two = await world.held("One is steady."), await world.held("Two is steady.")
    signed = ada.signed((await ada.asked(one)).json())
    assert said(await ada.approve(two, signed)) == "stale"
    ben = await Hand.of(world, "Ben Ito", Role.PHYSICIAN)
    edit = {"text": "One is very steady.", "text_sha256": one.text_sha256}
    await ben.http.post(f"/desk/{EVENT}/drafts/{one.id}/edit", data=edit)
    assert said(await ada.approve(one, signed)) in {"already-decided", "stale"}
    assert [d.verdict for d in world.records(DECISIONS)] == ["edit"]


async def test_an_answer_counts_for_five_minutes_and_for_who_was_asked(world: World, ada: Hand) -> None:
    clock = world.clock
    assert isinstance(clock, ManualClock)
    draft = await world.held()
    asked = (await ada.asked(draft)).json()
    ben = await Hand.of(world, "Ben Ito", Role.PHYSICIAN)
    assert said(await ben.approve(draft, ada.signed(asked))) == "old-challenge"
    signed = ada.signed(asked)
    later = json.loads(signed) | {"asked_at": (NOW + timedelta(minutes=4)).isoformat()}
    await clock.advance(301)
    assert said(await ada.approve(draft, signed)) == "old-challenge"
    assert said(await ada.approve(draft, json.dumps(later))) == "old-challenge"  # the time bears our mark
    assert world.records(DECISIONS) == []


@pytest.mark.parametrize("given", ["Lopez", "{}", "[]", '{"asked_at":"now","mark":"0","credential":{}}', "x" * 8_001])
async def test_what_is_no_assertion_approves_nothing_and_is_not_repeated(world: World, ada: Hand, given: str) -> None:
    answer = await ada.approve(await world.held(), given)
    assert answer.status_code in (303, 422)
    assert given not in answer.text
    assert world.records(DECISIONS) == []


async def test_a_revoked_or_foreign_passkey_signs_nothing(world: World, ada: Hand) -> None:
    draft = await world.held()
    asked = (await ada.asked(draft)).json()
    ada.device, own = Authenticator(SITE), ada.device
    assert said(await ada.approve(draft, ada.signed(asked))) == "unknown-passkey"
    ada.device = Authenticator(SITE, key=Authenticator(SITE).key, credential_id=own.credential_id)
    assert said(await ada.approve(draft, ada.signed(asked))) == "bad-passkey"
    ada.device = own
    own.verifies = False
    assert said(await ada.approve(draft, ada.signed(asked))) == "bad-passkey"
    assert world.records(DECISIONS) == []


async def test_a_counter_that_went_back_approves_nothing(world: World, ada: Hand) -> None:
    first = await world.held("One is steady.")
    assert said(await ada.approve(first, ada.signed((await ada.asked(first)).json()))) == "approved"
    ada.device.count = 0
    second = await world.held("Two is steady.")
    assert said(await ada.approve(second, ada.signed((await ada.asked(second)).json()))) == "passkey-counter"
    assert len(world.records(DECISIONS)) == 1


async def test_an_approval_that_ended_is_signed_anew_as_its_next_revision(world: World, ada: Hand) -> None:
    clock = world.clock
    assert isinstance(clock, ManualClock)
    draft = await world.held()
    await ada.approve(draft, ada.signed((await ada.asked(draft)).json()))
    await world.control("advocate", "stop")
    await clock.advance(60)
    for who in ("director", "physician"):
        await world.control(who, "resume")
    (release,) = world.records(RELEASES)
    for place in ("local", "x:@StAnna"):
        await world.outcome(release, place, "not-posted", reason="stopped")
    answer = await ada.approve(draft, ada.signed((await ada.asked(draft)).json()))
    assert said(answer) == "approved"
    last = world.records(DECISIONS)[-1]
    assert last.revision == draft.revision + 1
    assert passkeys.verify(last.assertion, approval.of_decision(last, last.assertion.asked_at)) == 2


async def test_who_may_not_approve_is_told_before_signing(world: World, ada: Hand) -> None:
    claim = await world.held("Better than the other implant.", needs=Role.PHYSICIAN)
    asked = await ada.asked(claim)
    assert (asked.status_code, asked.json()["type"]) == (403, "urn:scrubcast:needs-role")
    token = {"Authorization": "Bearer token-of-reviewer"} | JSON
    draft = await world.held()
    answer = await world.http.get(f"/desk/{EVENT}/drafts/{draft.id}/approval", headers=token)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:scrubcast:needs-passkey")


async def test_a_house_may_insist_on_passkeys(tmp_path: Path) -> None:
    async with desk_world(tmp_path, clock=StillClock(NOW), passkeys_only=True) as world:
        await world.open()
        draft = await world.held()
        answer = await world.decide("reviewer", draft, "approve")
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:scrubcast:needs-passkey")
        sheet = {"kind": "sign-run-sheet", "run_sheet_sha256": "0" * 64}
        signed = await world.ask("physician", "POST", f"/live-events/{EVENT}/controls", sheet)
        assert (signed.status_code, signed.json()["type"]) == (403, "urn:scrubcast:needs-passkey")
        returned = await world.decide("reviewer", draft, "return", reason="other")
        assert returned.status_code == 200
        second = await world.held("Two is steady.")
        ada = await Hand.of(world, "Ada Vos", Role.REVIEWER)
        assert said(await ada.approve(second, ada.signed((await ada.asked(second)).json()))) == "approved"


async def test_a_physician_signs_the_run_sheet_with_their_passkey(world: World) -> None:
    await world.open(id="hip-2026", run_sheet=[{"id": "start", "text": "We have begun."}])
    ben = await Hand.of(world, "Ben Ito", Role.PHYSICIAN, "hip-2026")
    shown = (await ben.http.get("/desk/hip-2026/run-sheet")).text
    digest = shown.partition('name="run_sheet_sha256" value="')[2][:64]
    path = "/desk/hip-2026/run-sheet"
    bare = await ben.http.post(path, data={"run_sheet_sha256": digest})
    assert said(bare) == "needs-passkey"
    asked = await ben.http.get(f"{path}/approval", params={"run_sheet_sha256": digest}, headers=JSON)
    form = {"run_sheet_sha256": digest, "assertion": ben.signed(asked.json())}
    assert said(await ben.http.post(path, data=form)) == "signed"
    control = world.records(CONTROLS)[-1]
    assert passkeys.verify(control.assertion, approval.of_control(control, control.assertion.asked_at)) == 1

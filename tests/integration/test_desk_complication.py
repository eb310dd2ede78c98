"""A complication, a family told first, a signature, and each state's answer in words, over the desk's interface."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from producers.desk.beyond_reach import Times
from schemas.draft import Disposition
from schemas.topics import CONTROLS, DRAFTS, LIVE_EVENTS, RELEASES
from streams.clock import ManualClock
from streams.release import by_policy
from streams.run_sheet import sha256
from tests.desk_world import EVENT, StillClock, World, desk_world
from tests.examples import NOW, event_file

PATH = f"/live-events/{EVENT}"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with desk_world(tmp_path, times=Times(keys_s=3600.0)) as made:
        yield made


async def press(world: World, role: str, kind: str, **more: Any) -> Any:
    answer = await world.ask(role, "POST", f"{PATH}/controls", {"kind": kind, **more})
    await world.settle()
    return answer


async def state(world: World) -> str:
    found: str = (await world.ask("director", "GET", f"{PATH}/status")).json()["lifecycle"]
    return found


@pytest.mark.parametrize(("chosen", "then"), [("hold", "held"), ("stop", "stopped"), ("text-only", "live")])
async def test_a_complication_does_what_the_plan_chose(world: World, chosen: str, then: str) -> None:
    await world.open(complication=chosen)
    answer = await press(world, "advocate", "complication")
    assert (answer.status_code, answer.json()["mode"]) == (202, chosen)
    assert await state(world) == then
    assert (await world.ask("director", "GET", f"{PATH}/status")).json()["complication"] == chosen


@pytest.mark.parametrize("role", ["reviewer", "liaison", "auditor", "reporter"])
async def test_others_may_not_press_it(world: World, role: str) -> None:
    await world.open()
    assert (await press(world, role, "complication")).status_code == 403


async def test_in_text_alone_a_physician_approves_and_nobody_else(world: World) -> None:
    await world.open(complication="text-only")
    draft = await world.held()
    await press(world, "physician", "complication")
    path, body = f"{PATH}/drafts/{draft.id}", {"verdict": "approve", "text_sha256": draft.text_sha256}
    seen = (await world.ask("reviewer", "GET", path)).json()
    assert (seen["needs"], seen["may_approve"], seen["may_not"]) == ("physician", False, "needs-role")
    refused = await world.ask("director", "POST", f"{path}/decision", body)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:scrubcast:needs-role")
    assert "physician" in refused.json()["detail"]
    assert (await world.ask("physician", "POST", f"{path}/decision", body)).status_code == 200


async def test_what_policy_cleared_is_asked_for_again_by_a_physician(world: World) -> None:
    await world.open(complication="text-only", destinations=[{"platform": "local"}], release={"delay_s": 30})
    draft = await world.held("All is well.", disposition=Disposition.CLEAR, needs=None, reasons=())
    (known,) = world.records(LIVE_EVENTS)
    release = by_policy(draft, known, world.clock.now())
    assert release is not None
    await world.send(RELEASES, release)
    await press(world, "director", "complication")
    await world.outcome(release, "local", "not-posted", reason="complication")
    (item,) = (await world.ask("physician", "GET", f"{PATH}/drafts")).json()["drafts"]
    assert (item["lapsed"], item["needs"], item["may_approve"]) == ("after-complication", "physician", True)
    body = {"verdict": "approve", "text_sha256": draft.text_sha256}
    answer = await world.ask("physician", "POST", f"{PATH}/drafts/{item['id']}/decision", body)
    assert answer.status_code == 200
    again = world.records(DRAFTS)[-1]
    assert (again.revision, again.reasons[0]) == (1, "after-complication")
    assert world.records(RELEASES)[-1].approved_by.role == "physician"


async def test_a_complication_ends_by_word_of_physician_or_director(world: World) -> None:
    await world.open(complication="text-only")
    none = await press(world, "physician", "complication-over")
    assert (none.status_code, none.json()["type"]) == (409, "urn:scrubcast:no-complication")
    await press(world, "advocate", "complication")
    assert (await press(world, "advocate", "complication-over")).status_code == 403
    assert (await press(world, "physician", "complication-over")).status_code == 202
    assert (await world.ask("director", "GET", f"{PATH}/status")).json()["complication"] is None


async def test_the_family_is_told_by_liaison_or_director_of_a_phase_that_waits_for_it(world: World) -> None:
    await world.open(family_first=["closing"])
    assert (await world.ask("director", "GET", f"{PATH}/status")).json()["awaits_family"] == ["closing"]
    assert (await press(world, "physician", "told", phase="closing")).status_code == 403
    assert (await press(world, "liaison", "told")).json()["type"] == "urn:scrubcast:invalid"
    assert (await press(world, "liaison", "told", phase="tea")).json()["type"] == "urn:scrubcast:unknown-phase"
    assert (await press(world, "liaison", "told", phase="incision")).json()["type"] == "urn:scrubcast:not-family-first"
    assert (await press(world, "liaison", "told", phase="closing")).status_code == 202
    assert (await world.ask("director", "GET", f"{PATH}/status")).json()["awaits_family"] == []


async def test_a_physician_signs_the_sheet_that_was_read(world: World) -> None:
    await world.open()
    (opened,) = world.records(LIVE_EVENTS)
    right = sha256(opened.plan.run_sheet)
    assert (await press(world, "director", "sign-run-sheet")).status_code == 403
    stale = await press(world, "physician", "sign-run-sheet", run_sheet_sha256="9" * 64)
    assert (stale.status_code, stale.json()["type"]) == (409, "urn:scrubcast:stale")
    assert (await press(world, "physician", "sign-run-sheet", run_sheet_sha256=right)).status_code == 202
    assert world.records(CONTROLS)[-1].run_sheet_sha256 == right


async def test_a_sheet_without_items_is_not_signed(world: World) -> None:
    await world.open(run_sheet=[])
    assert (await press(world, "physician", "sign-run-sheet")).json()["type"] == "urn:scrubcast:no-run-sheet"


@pytest.mark.parametrize(
    ("role", "kind", "words"),
    [
        ("director", "resume", "The live event is closed; nothing can go on."),
        ("director", "hold", "The live event is closed; press stop to end what is still on its way."),
        ("director", "complication", "The live event is closed; press stop to end what is still on its way."),
        ("physician", "sign-run-sheet", "The live event is closed; its run sheet is not used any more."),
    ],
)
async def test_a_closed_event_says_why_not(world: World, role: str, kind: str, words: str) -> None:
    await world.open()
    await world.ask("director", "POST", f"{PATH}/close")
    answer = await press(world, role, kind)
    assert (answer.status_code, answer.json()["type"], answer.json()["detail"]) == (
        409,
        "urn:scrubcast:wrong-state",
        words,
    )
    assert world.records(CONTROLS) == []


async def test_a_closed_event_is_still_stopped(world: World) -> None:
    await world.open()
    await world.ask("director", "POST", f"{PATH}/close")
    assert (await press(world, "advocate", "stop")).status_code == 202


async def test_a_stopped_event_is_closed(world: World) -> None:
    await world.open()
    await press(world, "director", "stop")
    assert (await world.ask("director", "POST", f"{PATH}/close")).status_code == 200
    assert await state(world) == "closed"


async def test_a_cut_off_that_has_passed_keeps_nobody_from_withdrawing(world: World) -> None:
    consent = dict(event_file()["consent"]) | {"withdrawal_cutoff": NOW - timedelta(hours=1)}
    assert (await world.open(consent=consent)).status_code == 201
    assert (await press(world, "advocate", "withdraw")).status_code == 202
    assert await state(world) == "closed"


async def test_an_event_is_archived_once_its_keys_are_destroyed_after_their_time(world: World) -> None:
    await world.open()
    await world.ask("director", "POST", f"{PATH}/close")
    assert isinstance(world.clock, ManualClock)
    await world.clock.advance(3600.0)
    await world.settle()
    await world.clock.advance(60.0)
    await world.settle()
    assert not world.vault.has(EVENT)
    archived = world.records(LIVE_EVENTS)[-1]
    assert (archived.state, archived.archived_at is not None, archived.actor.name) == ("closed", True, "desk")
    assert await state(world) == "archived"
    await world.clock.advance(120.0)
    await world.settle()
    assert len(world.records(LIVE_EVENTS)) == 3


async def test_what_an_as_live_event_keeps_is_not_lost_by_closing_it_while_it_is_held(world: World) -> None:
    await world.open(release={"mode": "as-live", "delay_s": 0})
    await world.decide("reviewer", await world.held(), "approve")
    await press(world, "director", "hold")
    refused = await world.ask("director", "POST", f"{PATH}/close")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:scrubcast:kept-held")
    await press(world, "director", "resume")
    assert (await world.ask("director", "POST", f"{PATH}/close")).status_code == 200
    assert (await press(world, "director", "release")).status_code == 202


async def test_what_the_consent_no_longer_covers_waits_for_a_person_and_is_not_approved(tmp_path: Path) -> None:
    clock = StillClock(NOW.replace(hour=22, minute=50))  # ten minutes before midnight where the event is
    consent = dict(event_file()["consent"]) | {"expires": NOW.date()}
    window = {"opens": NOW, "closes": NOW.replace(hour=22, minute=58)}
    async with desk_world(tmp_path, clock=clock) as world:
        await world.open(destinations=[{"platform": "local"}], consent=consent, window=window)
        draft = await world.held()
        await world.decide("reviewer", draft, "approve")
        await clock.advance(660)
        await world.outcome(world.records(RELEASES)[0], "local", "not-posted", reason="consent-expired")
        (item,) = await world.waiting()
        assert (item["lapsed"], item["headline"]) == ("consent-expired", "The consent has ended")
        refused = await world.decide("reviewer", draft, "approve")
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:scrubcast:consent-expired")
        assert refused.json()["detail"] == "The consent does not cover this day; nothing can go out."

"""Opening, stopping, resuming, taking back, withdrawing and closing, through the desk's HTTP interface."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from producers.desk.beyond_reach import Times
from schemas.control import Control
from schemas.draft import PolicyRef
from schemas.envelope import system
from schemas.ids import derive
from schemas.receipt import Retraction
from schemas.topics import CONTROLS, LIVE_EVENTS, RECEIPTS, RELEASES
from streams.clock import ManualClock
from streams.memory import MemoryBus
from streams.standing import LOOK_S
from streams.vault import KeyDestroyed, Vault
from tests.desk_world import EVENT, ORIGIN, TOKENS, StillClock, World, desk_world, make_app, update_id
from tests.examples import ADVOCATE, NOW, event_file


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with desk_world(tmp_path, times=Times(keys_s=3600.0)) as made:
        yield made


async def test_an_event_opens_with_its_plan_and_without_its_protected_terms(world: World) -> None:
    answer = await world.open()
    assert answer.status_code == 201
    (record,) = world.records(LIVE_EVENTS)
    assert (record.state, record.plan.title) == ("open", "A total knee replacement, live")
    assert "Maria" not in record.model_dump_json()
    assert world.vault.terms(EVENT) == ("Maria Lopez", "1957-03-14", "00482913")


async def test_opening_the_same_plan_again_changes_nothing(world: World) -> None:
    await world.open()
    again = await world.open()
    assert again.status_code == 200
    assert len(world.records(LIVE_EVENTS)) == 1


async def test_a_protected_term_may_be_added_while_the_event_is_open(world: World) -> None:
    await world.open()
    assert (await world.open(protect=["Maria Lopez", "Ana Lopez"])).status_code == 200
    assert world.vault.terms(EVENT) == ("Maria Lopez", "Ana Lopez")


async def test_an_open_event_keeps_to_its_plan(world: World) -> None:
    await world.open()
    answer = await world.open(hashtag="#Another")
    assert answer.status_code == 409
    assert "hashtag" in answer.json()["detail"]
    assert "Another" not in answer.text


async def test_a_newer_policy_is_bound_when_the_same_plan_is_opened_again(world: World, tmp_path: Path) -> None:
    await world.open()
    app = make_app(world.bus, world.clock, world.vault, policy_of=_newer)
    async with app.router.lifespan_context(app):
        await world.settle()
        world.http._transport.app = app  # type: ignore[attr-defined]  # the same client, another desk behind it
        assert (await world.open()).status_code == 200
    assert [r.policy_sha256[:1] for r in world.records(LIVE_EVENTS)] == ["a", "b"]


def _newer(name: str) -> PolicyRef:
    return PolicyRef(name=name, sha256="b" * 64)


async def test_every_gap_is_named_and_nothing_is_opened(world: World) -> None:
    consent = event_file()["consent"] | {"copy_given": False}
    answer = await world.open(consent=consent, destinations=[{"platform": "bluesky", "account": "@a"}])
    assert answer.status_code == 422
    assert [gap.partition(":")[0] for gap in answer.json()["gaps"]] == ["consent.copy_given", "destinations.0"]
    assert not world.vault.has(EVENT)
    assert world.records(LIVE_EVENTS) == []


@pytest.mark.parametrize("word", ["sign-in", "tablets"])
async def test_an_event_cannot_take_the_name_of_a_page_or_the_place_of_the_enrolments(world: World, word: str) -> None:
    answer = await world.open(id=word)
    assert (answer.status_code, answer.json()["gaps"]) == (
        422,
        ["id: is a word of the desk's own pages; choose another"],
    )


async def test_a_stop_is_durable_before_it_is_answered_and_every_page_knows(world: World) -> None:
    await world.open()
    answer = await world.ask("advocate", "POST", f"/live-events/{EVENT}/controls", {"kind": "stop"})
    assert answer.status_code == 202
    (control,) = world.records(CONTROLS)
    assert answer.json() == {
        "id": str(control.id),
        "at": "2026-12-01T09:00:00Z",
        "needs_second": False,
        "agree_before": None,
    }
    assert (control.kind, control.actor.name) == ("stop", "advocate")
    await world.settle()
    status = (await world.ask("director", "GET", f"/live-events/{EVENT}/status")).json()
    assert status["standing"] == "stopped"


async def test_a_stop_that_is_not_durable_is_not_acknowledged(world: World) -> None:
    await world.open()
    world.bus.away = True
    answer = await world.ask("director", "POST", f"/live-events/{EVENT}/controls", {"kind": "stop"})
    world.bus.away = False
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


async def test_a_stop_is_taken_while_the_desk_still_reads_the_past(tmp_path: Path) -> None:
    bus, clock, vault = MemoryBus(), StillClock(NOW), Vault(tmp_path, b"v" * 32)
    app = make_app(bus, clock, vault)  # its lifespan never began: it knows nothing yet
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as http:
        headers = {"Authorization": f"Bearer {TOKENS['director']}"}
        path = f"/api/v1/live-events/{EVENT}/controls"
        assert (await http.post(path, json={"kind": "stop"}, headers=headers)).status_code == 202
        assert (await http.post(path, json={"kind": "resume"}, headers=headers)).status_code == 503
        assert (await http.get("/readyz")).status_code == 503
    assert len(bus.everything(CONTROLS.name)) == 1


async def test_what_is_approved_during_a_stop_waits_for_the_resume(world: World) -> None:
    await world.open()
    draft = await world.held()
    assert isinstance(world.clock, ManualClock)
    await world.control("reviewer", "stop")
    await world.clock.advance(1)
    assert (await world.decide("reviewer", draft, "approve")).status_code == 200
    (release,) = world.records(RELEASES)
    (control,) = world.records(CONTROLS)
    assert release.at > control.at


async def test_withdrawal_destroys_the_keys_closes_the_event_and_ends_every_queue(world: World) -> None:
    await world.open()
    draft = await world.held()
    assert (await world.control("advocate", "withdraw")).status_code == 202
    assert [r.state for r in world.records(LIVE_EVENTS)] == ["open", "closed"]
    with pytest.raises(KeyDestroyed):
        world.vault.terms(EVENT)
    assert await world.waiting() == []
    answer = await world.decide("reviewer", draft, "approve")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:scrubcast:withdrawn")
    original = await world.ask("reviewer", "GET", f"/live-events/{EVENT}/drafts/{draft.id}/original")
    assert original.status_code == 410
    assert (await world.control("director", "resume")).status_code == 409
    assert (await world.open()).status_code == 409


async def test_a_withdrawal_that_a_crash_cut_off_is_finished_at_the_next_look(world: World) -> None:
    await world.open()
    control = Control(id=derive("w"), live_event_id=EVENT, at=world.clock.now(), actor=ADVOCATE, kind="withdraw")
    await world.send(CONTROLS, control)
    assert isinstance(world.clock, ManualClock)
    await world.clock.advance(61)
    await world.settle()
    assert not world.vault.has(EVENT)
    assert world.records(LIVE_EVENTS)[-1].state == "closed"


async def test_a_retracted_update_leaves_the_queue_and_the_thread_without_text(world: World) -> None:
    await world.open()
    draft = await world.held("All readings steady.")
    await world.decide("reviewer", draft, "approve")
    (release,) = world.records(RELEASES)
    receipt = await world.outcome(release, "local")
    rows = (await world.ask("auditor", "GET", f"/live-events/{EVENT}/thread")).json()["items"]
    assert [(r["n"], r["destination"], r["state"], r["text"]) for r in rows] == [
        (1, "local", "posted", "All readings steady.")
    ]
    assert (await world.control("physician", "retract", update_id=str(draft.update_id))).status_code == 202
    retraction = Retraction(
        id=derive("r"), live_event_id=EVENT, at=world.clock.now(), actor=system("poster"), update_id=draft.update_id,
        destination="local", post_id=receipt.post_id, outcome="deleted",
    )  # fmt: skip
    await world.send(RECEIPTS, retraction)
    rows = (await world.ask("auditor", "GET", f"/live-events/{EVENT}/thread")).json()["items"]
    assert [(r["state"], r["text"]) for r in rows] == [("retracted", "")]


async def test_a_retract_names_an_update_of_this_event(world: World) -> None:
    await world.open()
    answer = await world.control("director", "retract", update_id=str(update_id(7)))
    assert answer.status_code == 404
    assert world.records(CONTROLS) == []


async def test_keys_of_a_closed_event_are_destroyed_when_their_time_has_passed(world: World) -> None:
    await world.open()
    assert (await world.ask("director", "POST", f"/live-events/{EVENT}/close")).json()["state"] == "closed"
    assert (await world.ask("director", "POST", f"/live-events/{EVENT}/close")).status_code == 200
    assert len(world.records(LIVE_EVENTS)) == 2
    assert isinstance(world.clock, ManualClock)
    await world.clock.advance(3000)
    assert world.vault.has(EVENT)
    await world.clock.advance(700)
    assert not world.vault.has(EVENT)


async def test_nothing_is_approved_after_the_close(world: World) -> None:
    await world.open()
    draft = await world.held()
    await world.ask("director", "POST", f"/live-events/{EVENT}/close")
    assert (await world.decide("reviewer", draft, "approve")).status_code == 409


async def test_nothing_is_approved_after_the_consent_has_ended(world: World) -> None:
    consent = event_file()["consent"] | {"expires": (NOW + timedelta(days=1)).date()}
    await world.open(consent=consent)
    draft = await world.held()
    assert isinstance(world.clock, ManualClock)
    await world.clock.advance(2 * 86_400)
    answer = await world.decide("reviewer", draft, "approve")
    assert answer.json()["type"] == "urn:scrubcast:consent-expired"


async def test_status_counts_each_stage(world: World) -> None:
    await world.open()
    one, two = await world.held("One is steady."), await world.held("Two is steady.")
    await world.decide("reviewer", one, "approve")
    await world.outcome(world.records(RELEASES)[0], "local")
    await world.outcome(world.records(RELEASES)[0], "x:@StAnna", "unknown", reason="no-answer")
    assert isinstance(world.clock, ManualClock)
    await world.clock.advance(30)
    status = (await world.ask("auditor", "GET", f"/live-events/{EVENT}/status")).json()
    counts = status["counts"]
    assert (counts["received"], counts["waiting"], counts["approved"], counts["released"]) == (2, 1, 1, 1)
    assert (counts["posted"], counts["unknown"], counts["oldest_waiting_s"]) == (1, 1, 30.0)
    assert status["destinations"]["x:@StAnna"]["unknown"] == 1
    everything = (await world.ask("auditor", "GET", "/status")).json()
    assert (len(everything["live_events"]), everything["undecodable"]) == (1, 0)
    assert "steady" not in json.dumps(everything)
    assert two.text not in json.dumps(status)


async def test_a_record_that_cannot_be_read_is_counted_and_does_no_harm(world: World) -> None:
    await world.open()
    await world.bus.send_raw("scrubcast.drafts.v1", 0, EVENT, b'{"v":1}')
    await world.settle()
    assert (await world.ask("auditor", "GET", "/status")).json()["undecodable"] == 1
    assert (await world.http.get("/readyz")).json() == {"status": "ready"}
    assert (await world.http.get("/healthz")).status_code == 200


async def test_the_openapi_document_describes_the_interface(world: World) -> None:
    paths = (await world.http.get("/openapi.json")).json()["paths"]
    assert "/api/v1/live-events/{live_event_id}/controls" in paths
    assert not any(path.startswith("/desk") for path in paths)


async def test_a_stop_is_answered_when_no_request_can_be_under_way_any_more(tmp_path: Path) -> None:
    clock = ManualClock(NOW)
    async with desk_world(tmp_path, clock=clock) as world:
        await world.open()
        answer = asyncio.create_task(world.control("director", "stop"))
        async with asyncio.timeout(5):
            while not world.records(CONTROLS):
                assert not answer.done(), answer.result().text
                await asyncio.sleep(0)
        await clock.advance(LOOK_S - 0.001)
        assert not answer.done()
        await clock.advance(0.002)
        assert (await answer).status_code == 202

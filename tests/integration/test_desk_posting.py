"""The desk's side of posting: two people resume, an as-live event is released, doubts are settled, notices are told."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from schemas.envelope import Actor, Role, system
from schemas.ids import derive
from schemas.receipt import Notice, Receipt, Retraction
from schemas.topics import CONTROLS, RECEIPTS, RELEASES
from streams.clock import ManualClock
from tests.desk_world import EVENT, World, desk_world, update_id
from tests.examples import NOW

X = "x:@StAnna"
THERE = "https://x.com/StAnna/status/1790000000000000001"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with desk_world(tmp_path) as made:
        yield made


async def later(world: World, seconds: float) -> None:
    assert isinstance(world.clock, ManualClock)
    await world.clock.advance(seconds)
    await world.settle()


async def status(world: World) -> dict[str, Any]:
    found: dict[str, Any] = (await world.ask("auditor", "GET", f"/live-events/{EVENT}/status")).json()
    return found


async def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:scrubcast:")


# -- two people


async def test_a_stop_is_ended_by_two_people(world: World) -> None:
    await world.open()
    await world.control("advocate", "stop")
    first = await world.control("director", "resume")
    assert first.status_code == 202
    assert (first.json()["needs_second"], first.json()["agree_before"]) == (True, "2026-12-01T09:15:00Z")
    assert (await status(world))["standing"] == "stopped"
    await later(world, 60)
    second = await world.control("physician", "resume")
    assert (second.json()["needs_second"], second.json()["agree_before"]) == (False, None)
    assert (await status(world))["standing"] == "running"


async def test_the_same_person_twice_is_told_that_it_takes_another(world: World) -> None:
    await world.open()
    await world.control("director", "stop")
    await world.control("director", "resume")
    again = await world.control("director", "resume")
    assert await problem(again) == (409, "needs-second")
    assert [c.kind for c in world.records(CONTROLS)] == ["stop", "resume"]


async def test_an_agreement_ends_after_fifteen_minutes_and_the_next_one_is_a_first_again(world: World) -> None:
    await world.open()
    await world.control("director", "stop")
    await world.control("director", "resume")
    await later(world, 901)
    answer = (await world.control("physician", "resume")).json()
    assert (answer["needs_second"], answer["agree_before"]) == (True, "2026-12-01T09:30:01Z")
    assert (await world.control("director", "resume")).json()["needs_second"] is False
    assert (await status(world))["standing"] == "running"


async def test_another_stop_ends_the_agreement(world: World) -> None:
    await world.open()
    await world.control("director", "stop")
    await world.control("director", "resume")
    await later(world, 1)
    await world.control("reviewer", "stop")
    assert (await world.control("physician", "resume")).json()["needs_second"] is True
    assert (await status(world))["standing"] == "stopped"


async def test_a_hold_is_ended_by_one_person(world: World) -> None:
    await world.open()
    await world.control("reviewer", "hold")
    assert (await world.control("physician", "resume")).json()["needs_second"] is False
    assert (await status(world))["standing"] == "running"


# -- an as-live event


async def kept(world: World, *texts: str) -> None:
    """An as-live event with these updates approved, a minute apart."""
    await world.open(release={"delay_s": 0, "mode": "as-live", "review": "all"})
    for text in texts:
        await world.decide("reviewer", await world.held(text), "approve")
        await later(world, 60)


async def test_the_director_releases_a_kept_event_once_with_its_pace(world: World) -> None:
    await kept(world, "One is steady.", "Two is steady.")
    answer = await world.control("director", "release", pace_percent=50)
    assert answer.status_code == 202
    (control,) = world.records(CONTROLS)
    assert (control.kind, control.pace_percent, control.actor.name) == ("release", 50, "director")
    found = await status(world)
    assert (found["mode"], found["released_at"]) == ("as-live", "2026-12-01T09:02:00Z")
    assert await problem(await world.control("director", "release")) == (409, "already-released")


async def test_what_cannot_be_released_is_refused_in_words(world: World) -> None:
    await world.open()
    assert await problem(await world.control("director", "release")) == (409, "not-as-live")
    assert (await world.control("director", "hold", pace_percent=50)).status_code == 422
    assert (await world.control("director", "release", pace_percent=1001)).status_code == 422
    assert (await world.control("director", "settle")).status_code == 422


async def test_nothing_is_released_while_stopped_nor_when_nothing_is_kept(world: World) -> None:
    await kept(world)
    assert await problem(await world.control("director", "release")) == (409, "nothing-kept")
    await world.decide("reviewer", await world.held("One is steady."), "approve")
    await world.control("director", "hold")
    assert await problem(await world.control("director", "release")) == (409, "not-running")


# -- doubts


async def doubtful(world: World, destination: str = X, reason: str = "needs-person", **changes: Any) -> Receipt:
    """A post of which nobody knows whether it is public."""
    await world.open()
    await world.decide("reviewer", await world.held("All is steady."), "approve")
    return await world.outcome(world.records(RELEASES)[0], destination, "unknown", reason=reason, **changes)


async def settle(world: World, receipt: Receipt, found: str, role: str = "reviewer", **more: Any) -> httpx.Response:
    body = {"post_id": str(receipt.post_id), "destination": receipt.destination, "found": found} | more
    answer = await world.ask(role, "POST", f"/live-events/{EVENT}/settlements", body)
    await world.settle()
    return answer


async def drafts(world: World) -> dict[str, Any]:
    found: dict[str, Any] = (await world.ask("reviewer", "GET", f"/live-events/{EVENT}/drafts")).json()
    return found


async def test_a_person_says_that_a_post_is_there_and_where(world: World) -> None:
    receipt = await doubtful(world)
    answer = await settle(world, receipt, "there", url=THERE)
    (control,) = world.records(CONTROLS)
    assert (answer.status_code, answer.json()) == (202, {"id": str(control.id), "at": "2026-12-01T09:00:00Z"})
    assert (control.kind, control.destination, control.post_id) == ("settle", X, receipt.post_id)
    assert (control.update_id, control.found, control.url) == (receipt.update_id, "there", THERE)
    (item,) = (await drafts(world))["unknown"]
    assert item["said"] == {"found": "there", "by": "reviewer", "at": "2026-12-01T09:00:00Z"}


async def test_the_item_stays_until_the_poster_has_acted(world: World) -> None:
    receipt = await doubtful(world)
    (item,) = (await drafts(world))["unknown"]
    assert (item["answers"], item["reason"], item["said"]) == (["there", "absent"], "needs-person", None)
    await settle(world, receipt, "absent")
    assert len((await drafts(world))["unknown"]) == 1
    await world.outcome(world.records(RELEASES)[0], X, "posted")
    assert (await drafts(world))["unknown"] == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, "url-missing"),
        ({"url": "  "}, "url-missing"),
        ({"url": "javascript:alert(1)"}, "bad-url"),
        ({"url": "https://"}, "bad-url"),
        ({"url": "https://x.com@evil.example/status/1"}, "bad-url"),
        ({"url": "https://x.com/a b"}, "bad-url"),
        ({"url": "http://[::1"}, "bad-url"),
    ],
)
async def test_an_address_is_wanted_and_looked_at(world: World, more: dict[str, str], code: str) -> None:
    receipt = await doubtful(world)
    assert await problem(await settle(world, receipt, "there", **more)) == (422, code)
    assert world.records(CONTROLS) == []


async def test_the_local_page_needs_no_address(world: World) -> None:
    receipt = await doubtful(world, "local")
    assert (await settle(world, receipt, "there")).status_code == 202
    assert world.records(CONTROLS)[0].url is None


async def test_absent_is_not_taken_while_the_poster_still_looks_but_there_is(world: World) -> None:
    receipt = await doubtful(world, reason="no-answer")
    (item,) = (await drafts(world))["unknown"]
    assert item["answers"] == ["there"]
    assert await problem(await settle(world, receipt, "absent")) == (409, "still-looking")
    assert (await settle(world, receipt, "there", url=THERE)).status_code == 202


async def test_a_settlement_of_what_is_not_in_doubt_is_refused(world: World) -> None:
    receipt = await doubtful(world)
    assert await problem(await settle(world, receipt, "deleted")) == (409, "already-settled")
    assert await problem(await settle(world, receipt, "absent", "advocate")) == (403, "wrong-role")
    unknown = receipt.model_copy(update={"post_id": update_id(77)})
    assert await problem(await settle(world, unknown, "absent")) == (404, "unknown-post")
    await world.outcome(world.records(RELEASES)[0], X, "posted")
    assert await problem(await settle(world, receipt, "absent")) == (409, "already-settled")
    assert world.records(CONTROLS) == []


async def not_deleted(world: World, receipt: Receipt, outcome: Any = "not-deleted") -> None:
    retraction = Retraction(
        id=derive(outcome), live_event_id=EVENT, at=world.clock.now(), actor=system("poster"),
        update_id=receipt.update_id, destination=receipt.destination, post_id=receipt.post_id, outcome=outcome,
        reason="platform-refused",
    )  # fmt: skip
    await world.send(RECEIPTS, retraction)


async def test_what_could_not_be_deleted_waits_for_a_person_even_after_a_withdrawal(world: World) -> None:
    await world.open()
    await world.decide("reviewer", await world.held("All is steady."), "approve")
    receipt = await world.outcome(world.records(RELEASES)[0], X, url=THERE)
    await world.control("advocate", "withdraw")
    await not_deleted(world, receipt)
    (item,) = (await drafts(world))["not_deleted"]
    assert (item["answers"], item["reason"], item["url"]) == (["deleted"], "platform-refused", THERE)
    assert (await settle(world, receipt, "deleted", "director")).status_code == 202
    await not_deleted(world, receipt, "deleted")
    assert (await drafts(world))["not_deleted"] == []


async def test_a_post_in_doubt_stays_in_doubt_when_it_is_taken_back(world: World) -> None:
    receipt = await doubtful(world)
    await world.control("physician", "retract", update_id=str(receipt.update_id))
    assert [i["post_id"] for i in (await drafts(world))["unknown"]] == [str(receipt.post_id)]
    assert (await settle(world, receipt, "absent")).status_code == 202


async def test_thread_rows_name_their_post(world: World) -> None:
    receipt = await doubtful(world)
    rows = (await world.ask("auditor", "GET", f"/live-events/{EVENT}/thread")).json()["items"]
    assert [(r["post_id"], r["state"]) for r in rows] == [(str(receipt.post_id), "unknown")]


async def test_threads_of_several_places_stand_one_after_the_other_each_in_its_own_order(world: World) -> None:
    await world.open(
        destinations=[
            {"platform": "local"}, {"platform": "x", "account": "@StAnna"}, {"platform": "x", "account": "@StAnnaDE"},
        ]
    )  # fmt: skip
    for text in ("One is steady.", "Two is steady.", "Three is steady."):
        await world.decide("reviewer", await world.held(text), "approve")
    one, two, three = world.records(RELEASES)
    for release, destination, n in (
        (one, "x:@StAnnaDE", 1), (one, "local", 1), (two, "local", 2), (three, "x:@StAnna", 2), (one, X, 1),
        (three, "local", 3), (three, "x:@StAnnaDE", 2),
    ):  # fmt: skip
        await world.outcome(release, destination, n=n)
    rows = (await world.ask("auditor", "GET", f"/live-events/{EVENT}/thread")).json()["items"]
    assert [(r["destination"], r["n"]) for r in rows] == [
        ("local", 1), ("local", 2), ("local", 3), (X, 1), (X, 2), ("x:@StAnnaDE", 1), ("x:@StAnnaDE", 2),
    ]  # fmt: skip


# -- how places do


async def notice(world: World, kind: str, destination: str = X, **changes: Any) -> None:
    fields = {
        "id": derive(kind, destination, world.clock.now().isoformat()),
        "live_event_id": EVENT,
        "at": world.clock.now(),
        "actor": Actor(role=Role.SYSTEM, name="poster"),
        "notice": kind,
        "destination": destination,
        "since": world.clock.now(),
    }
    await world.send(RECEIPTS, Notice.model_validate(fields | changes))


async def test_the_status_says_since_when_a_place_is_away_and_that_it_is_back(world: World) -> None:
    await world.open()
    await notice(world, "away", reason="limit", until=NOW + timedelta(minutes=12))
    place = (await status(world))["destinations"][X]
    assert (place["away_since"], place["away_reason"], place["away_until"], place["standalone"]) == (
        "2026-12-01T09:00:00Z", "limit", "2026-12-01T09:12:00Z", False,
    )  # fmt: skip
    assert (await status(world))["destinations"]["local"]["away_since"] is None
    await later(world, 30)
    await notice(world, "back")
    assert (await status(world))["destinations"][X]["away_since"] is None


async def test_posts_that_stand_alone_are_said_so_from_then_on(world: World) -> None:
    await world.open()
    await notice(world, "standalone", reason="replies-forbidden")
    assert (await status(world))["destinations"][X]["standalone"] is True

"""Desk and poster over the same topics: what is taken back, withdrawn or corrected, as the public sees it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from producers.client import new_id
from schemas.draft import Draft
from schemas.receipt import Receipt, Retraction
from schemas.topics import DRAFTS
from streams.clock import ManualClock
from tests.desk_world import EVENT, World, desk_world
from tests.integration.test_desk_pages import Person
from tests.poster_cases import LOCAL, X
from tests.unit.poster.test_worker import Stage

PLACES = [{"platform": "local"}, {"platform": "x", "account": X.account}]
LONG = " ".join(f"This is sentence {n} of an update that makes two posts." for n in range(1, 8))


class Both:
    """A desk, and a poster that runs beside it."""

    def __init__(self, world: World, stage: Stage) -> None:
        self.world = world
        self.stage = stage

    async def settle(self, seconds: float = 1) -> None:
        await self.stage.settle(seconds)
        await self.world.settle()

    async def publish(self, text: str) -> Draft:
        draft = await self.world.held(text)
        assert (await self.world.decide("physician", draft, "approve")).status_code == 200
        await self.settle()
        return draft

    async def control(self, role: str, kind: str, **more: Any) -> None:
        assert (await self.world.control(role, kind, **more)).status_code == 202
        await self.settle()

    async def thread(self) -> list[tuple[str, str, str]]:
        answer = await self.world.ask("auditor", "GET", f"/live-events/{EVENT}/thread")
        return [(r["destination"], r["state"], r["text"]) for r in answer.json()["items"]]

    def retractions(self) -> list[tuple[str, str]]:
        return [(r.destination, r.outcome) for r in self.stage.receipts() if isinstance(r, Retraction)]


@pytest_asyncio.fixture
async def both(tmp_path: Path) -> AsyncIterator[Both]:
    async with desk_world(tmp_path) as world:
        assert (await world.open(destinations=PLACES, release={"delay_s": 0, "stamp": "none"})).status_code == 201
        assert isinstance(world.clock, ManualClock)
        stage = Stage(bus=world.bus, clock=world.clock)
        async with stage.running():
            yield Both(world, stage)


async def test_what_is_taken_back_is_deleted_everywhere_with_a_receipt_each(both: Both) -> None:
    await both.publish("The right knee is done.")
    stays = await both.publish("All readings are steady.")
    await both.control("physician", "retract", update_id=str((both.world.records(DRAFTS)[0]).update_id))
    assert both.stage.texts() == [f"{stays.text} #OurKneeLive"]
    assert sorted(both.retractions()) == [(LOCAL.key, "deleted"), (X.key, "deleted")]
    assert await both.thread() == [
        (LOCAL.key, "retracted", ""),
        (LOCAL.key, "posted", "All readings are steady."),
        (X.key, "retracted", ""),
        (X.key, "posted", "All readings are steady. #OurKneeLive"),
    ]


async def test_every_part_of_a_split_update_is_taken_back_the_newest_first(both: Both) -> None:
    draft = await both.publish(LONG)
    assert len(both.stage.texts()) == 2
    await both.control("director", "retract", update_id=str(draft.update_id))
    assert both.stage.texts() == []
    assert sorted(both.retractions()) == [(LOCAL.key, "deleted"), (X.key, "deleted"), (X.key, "deleted")]
    parts = {r.post_id: r.part for r in both.stage.receipts() if isinstance(r, Receipt) and r.destination == X.key}
    gone = [r.post_id for r in both.stage.receipts() if isinstance(r, Retraction) and r.destination == X.key]
    assert [parts[post_id] for post_id in gone] == [1, 0]


async def test_asking_twice_takes_back_once(both: Both) -> None:
    draft = await both.publish("The right knee is done.")
    for _ in range(2):
        await both.control("advocate", "retract", update_id=str(draft.update_id))
    assert sorted(both.retractions()) == [(LOCAL.key, "deleted"), (X.key, "deleted")]


async def test_what_was_not_out_yet_never_goes_out(both: Both) -> None:
    await both.control("reviewer", "hold")
    draft = await both.publish("The right knee is done.")
    await both.control("physician", "retract", update_id=str(draft.update_id))
    await both.control("director", "resume")
    assert both.stage.texts() == []
    told = {(r.destination, r.outcome, r.reason) for r in both.stage.receipts() if isinstance(r, Receipt)}
    assert told == {(LOCAL.key, "not-posted", "retracted"), (X.key, "not-posted", "retracted")}


async def test_a_withdrawal_takes_back_all_and_names_what_stayed(both: Both) -> None:
    await both.publish("Half way.")
    await both.publish("All readings are steady.")
    both.stage.x.next("refuse")
    await both.control("advocate", "withdraw")
    assert both.stage.texts() == ["All readings are steady. #OurKneeLive"]
    assert sorted(both.retractions()) == [
        (LOCAL.key, "deleted"), (LOCAL.key, "deleted"), (X.key, "deleted"), (X.key, "not-deleted"),
    ]  # fmt: skip
    assert await both.thread() == [
        (LOCAL.key, "retracted", ""),
        (LOCAL.key, "retracted", ""),
        (X.key, "retracted", ""),
        (X.key, "not-deleted", "All readings are steady. #OurKneeLive"),
    ]
    status = (await both.world.ask("auditor", "GET", f"/live-events/{EVENT}/status")).json()["destinations"]
    assert (status[LOCAL.key]["retracted"], status[X.key]["retracted"], status[X.key]["not-deleted"]) == (2, 1, 1)
    stopped = await (await Person(both.world).sign_in("advocate")).read(f"/desk/{EVENT}/stopped")
    assert "It could not be deleted" in stopped
    assert "Half way." not in stopped


async def test_a_correction_from_the_desk_cites_the_post_on_x_and_is_linked_on_the_page(both: Both) -> None:
    wrong = await both.publish("The right knee is done.")
    path = f"/live-events/{EVENT}/updates/{wrong.update_id}/corrections"
    answer = await both.world.ask("reviewer", "POST", path, {"text": "It was the left.", "update_id": str(new_id())})
    assert answer.status_code == 202
    correction: Draft = both.world.records(DRAFTS)[-1]
    await both.settle()
    assert len(both.stage.texts()) == 1
    assert (await both.world.decide("physician", correction, "approve")).status_code == 200
    await both.settle()
    (url,) = {r.url for r in both.stage.receipts() if isinstance(r, Receipt) and r.n == 1 and r.destination == X.key}
    assert both.stage.texts()[-1] == f"It was the left. {url} #OurKneeLive"
    assert [(p.text, p.corrects) for p in both.stage.pages()] == [
        ("The right knee is done.", None),
        ("It was the left.", wrong.update_id),
    ]

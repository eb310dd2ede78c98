"""A correction cites the post it corrects, on each destination its own one, and only what still stands there."""

from collections.abc import AsyncIterator

import pytest

from consumers.poster.book import Book
from consumers.poster.platforms.memory import ADDRESS, MemoryPlatform
from consumers.poster.steps import Delete, Idle, Retract
from schemas.live_event import Destination, Platform
from schemas.topics import CONTROLS, LIVE_EVENTS, RELEASES
from tests.poster_cases import LOCAL, X, control, live_event, release, update_id
from tests.unit.poster.machine import Machine
from tests.unit.poster.test_worker import Stage

MASTODON = Destination(platform=Platform.MASTODON, account="@hospital@social.example")
EVERYWHERE = (LOCAL, X, MASTODON)
RIGHT = "It was the left knee."
LONG = " ".join(f"Sentence {n} of a long correction." for n in range(1, 13))


class Everywhere(Stage):
    """The page, X and Mastodon. X has had a post more, so that one update has another address on each."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.mastodon = MemoryPlatform(MASTODON, self.clock)
        self.platforms[MASTODON.key] = self.mastodon

    async def release(self, number: int, text: str, *, corrects: int | None = None) -> None:
        corrected = None if corrects is None else update_id(corrects)
        await self.bus.send(RELEASES, release(number, text, destinations=EVERYWHERE, corrects=corrected))
        await self.settle(1)


@pytest.fixture
async def stage() -> AsyncIterator[Everywhere]:
    stage = Everywhere()
    await stage.bus.send(LIVE_EVENTS, live_event(destinations=EVERYWHERE))
    async with stage.running():
        await stage.bus.send(RELEASES, release(1, "Welcome.", destinations=(X,)))
        await stage.settle(1)
        await stage.release(2, "The right knee is done.")
        yield stage


async def test_it_cites_on_each_destination_the_post_that_stands_there(stage: Everywhere) -> None:
    await stage.release(3, RIGHT, corrects=2)
    x, mastodon = stage.x.public(), stage.mastodon.public()
    assert [p.text for p in x][1:] == [
        "The right knee is done. #OurKneeLive",
        f"{RIGHT} {ADDRESS}1002 #OurKneeLive",
    ]
    assert [p.text for p in mastodon] == [
        "The right knee is done. #OurKneeLive",
        f"{RIGHT} {ADDRESS}1001 #OurKneeLive",
    ]


async def test_the_page_links_it_and_leaves_its_words_as_they_were_released(stage: Everywhere) -> None:
    await stage.release(3, RIGHT, corrects=2)
    assert [(p.text, p.corrects) for p in stage.pages()] == [
        ("The right knee is done.", None),
        (RIGHT, update_id(2)),
    ]


async def test_a_correction_of_what_was_taken_back_cites_nothing(stage: Everywhere) -> None:
    await stage.bus.send(CONTROLS, control("retract", number=2))
    await stage.settle(1)
    await stage.release(3, RIGHT, corrects=2)
    assert stage.texts() == ["Welcome. #OurKneeLive", f"{RIGHT} #OurKneeLive"]
    assert [p.text for p in stage.mastodon.public()] == [f"{RIGHT} #OurKneeLive"]


async def test_where_the_corrected_update_never_stood_the_correction_goes_without_a_cite(stage: Everywhere) -> None:
    await stage.release(3, "It was not the first.", corrects=1)
    assert stage.texts()[-1] == f"It was not the first. {ADDRESS}1001 #OurKneeLive"
    assert [p.text for p in stage.mastodon.public()][-1] == "It was not the first. #OurKneeLive"


async def test_a_correction_waits_its_turn_behind_what_it_corrects(stage: Everywhere) -> None:
    await stage.bus.send(CONTROLS, control("hold"))
    await stage.release(3, "The right hip is done.")
    await stage.release(4, "It was the left hip.", corrects=3)
    await stage.bus.send(CONTROLS, control("resume"))
    await stage.settle(1)
    assert stage.texts()[-2:] == [
        "The right hip is done. #OurKneeLive",
        f"It was the left hip. {ADDRESS}1003 #OurKneeLive",
    ]


def test_a_split_correction_cites_in_its_first_part_only() -> None:
    machine = Machine().admit(release(1), release(2, LONG, corrects=update_id(1)))
    machine.post("p1")
    parts = [machine.post(f"c{n}").post.text for n in (1, 2)]
    assert ["https://x.example/p1" in text for text in parts] == [True, False]
    assert [text.count("(1/2)") + text.count("(2/2)") for text in parts] == [1, 1]
    assert isinstance(machine.step(), Idle)


def test_it_cites_the_first_part_of_a_split_update() -> None:
    machine = Machine().admit(release(1, LONG), release(2, RIGHT, corrects=update_id(1)))
    machine.post("p1")
    machine.post("p2")
    assert machine.post("c1").post.text == f"{RIGHT} https://x.example/p1 #OurKneeLive"


def test_a_correction_of_a_correction_cites_what_it_names() -> None:
    machine = Machine().admit(
        release(1), release(2, RIGHT, corrects=update_id(1)), release(3, "Both.", corrects=update_id(2))
    )
    machine.post("p1")
    machine.post("p2")
    assert machine.post("p3").post.text == "Both. https://x.example/p2 #OurKneeLive"


def test_a_half_posted_correction_is_completed_after_a_restart_though_what_it_cites_was_taken_back() -> None:
    correction = release(2, LONG, corrects=update_id(1))
    machine = Machine().admit(release(1), correction)
    machine.post("p1")
    machine.post("c1")
    machine.control(control("retract", number=1))
    taken = machine.step()
    assert isinstance(taken, Retract)
    machine.write("deleting", taken.out)
    delete = machine.step()
    assert isinstance(delete, Delete)
    machine.write("deleted", delete.out)
    again = machine.restarted().admit(release(1), correction)
    assert "(2/2)" in again.post("c2").post.text


def test_taking_a_correction_back_leaves_what_it_corrected() -> None:
    machine = Machine().admit(release(1), release(2, RIGHT, corrects=update_id(1)))
    machine.post("p1")
    machine.post("c1")
    machine.control(control("retract", number=2))
    taken = machine.step()
    assert isinstance(taken, Retract)
    assert taken.out.post.update_id == update_id(2)
    machine.write("deleting", taken.out)
    delete = machine.step()
    assert isinstance(delete, Delete)
    machine.write("deleted", delete.out)
    assert isinstance(machine.step(), Idle)
    assert _states(machine.book) == ["posted", "deleted"]


def _states(book: Book) -> list[str]:
    return [entry.state for entry in book.entries.values()]

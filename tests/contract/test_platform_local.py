"""The public page as a destination keeps the contract."""

from typing import TypeVar

import pytest

from consumers.poster.platforms.local import LocalPlatform
from schemas.envelope import Envelope
from schemas.errors import Unavailable
from schemas.page import PagePost
from schemas.topics import PAGES, Topic
from streams.bus import Position
from streams.clock import ManualClock
from streams.memory import MemoryBus
from tests.contract.platform_suite import Case, PlatformContract, Shown, outgoing
from tests.poster_cases import START

M = TypeVar("M", bound=Envelope)


class LossyBus(MemoryBus):
    """A broker whose acknowledgement, or whose record, gets lost once."""

    lose: str = ""

    async def send(self, topic: Topic[M], record: M) -> Position:
        lose, self.lose = self.lose, ""
        if lose == "record":
            raise Unavailable("The broker is away.")
        position = await super().send(topic, record)
        if lose == "answer":
            raise Unavailable("The broker is away.")
        return position


@pytest.fixture
def bus() -> LossyBus:
    return LossyBus()


@pytest.fixture
def case(bus: LossyBus) -> Case:
    clock = ManualClock(START)

    async def public() -> list[Shown]:
        latest = {m.key: PagePost.decode(m.value or b"") for m in bus.everything(PAGES.name)}
        return [Shown(p.text, None) for p in latest.values() if p.state == "posted"]

    async def lose_answer() -> None:
        bus.lose = "answer"

    async def lose_request() -> None:
        bus.lose = "record"

    async def settle() -> None:
        await clock.advance(1)

    platform = LocalPlatform(bus, clock, page_url="http://127.0.0.1:8002/")
    return Case(platform, clock, public, lose_answer, lose_request, settle, keeps_parents=False)


class TestLocalPlatform(PlatformContract):
    async def test_a_post_is_a_record_with_its_place_and_no_word_added(self, case: Case, bus: LossyBus) -> None:
        out = outgoing(7, "Good morning.", case.clock)
        published = await case.platform.publish(out)
        (message,) = bus.everything(PAGES.name)
        record = PagePost.decode(message.value or b"")
        assert (record.id, record.n, record.text, record.lang) == (out.post.id, 7, "Good morning.", "en")
        assert published.url == f"http://127.0.0.1:8002/t/knee-2026#p-{out.post.id}"

    async def test_taking_back_leaves_no_word_on_the_topic_but_the_old_record(self, case: Case, bus: LossyBus) -> None:
        out = outgoing(1, "Taken back.", case.clock)
        await case.platform.delete(out, await case.platform.publish(out))
        first, second = bus.everything(PAGES.name)
        assert first.key == second.key
        record = PagePost.decode(second.value or b"")
        assert (record.state, record.text, record.retracted_at) == ("retracted", "", START)

"""The public page is asked as readers ask it, and compared with what the poster put on its topic."""

from uuid import uuid4

import pytest

from consumers.page.app import create_app
from consumers.poster.platforms.local import LocalPlatform
from schemas.envelope import system
from schemas.errors import Uncertain
from schemas.page import PagePost
from schemas.topics import PAGES
from streams.clock import SystemClock
from streams.memory import MemoryBus
from tests.browser_fixture import serving
from tests.poster_cases import update_id
from tests.read_back import ReadBack

CLOCK = SystemClock()


async def test_what_somebody_writes_on_the_pages_topic_is_found() -> None:
    bus = MemoryBus()
    async with serving(create_app(bus, CLOCK)) as url:
        thread = ReadBack(LocalPlatform(bus, CLOCK, page_url=url), bus=bus)
        posts = await thread.post("Good morning.", "The joint is in.", "All went well.")
        thread.later(minutes=10)
        assert await thread.look() == []

        (first, second, _) = [PagePost.decode(m.value or b"") for m in bus.everything(PAGES.name)]
        await bus.send(PAGES, first.model_copy(update={"text": "The joint broke."}))
        await bus.send(PAGES, second.model_copy(update={"text": "", "state": "retracted"}))
        added = PagePost(
            id=uuid4(), live_event_id="knee-2026", at=CLOCK.now(), actor=system("poster"), update_id=update_id(9), n=9,
            text="Give here.", posted_at=CLOCK.now(),
        )  # fmt: skip
        await bus.send(PAGES, added)
        found: dict[str | None, object] = {}
        while len(found) < 3:  # until the page has read its topic
            found |= {s.platform_id: (s.what, s.parts, s.source) for s in await thread.look()}
        assert found == {
            str(posts[0].post_id): ("edited", ("text",), "page"),
            str(posts[1].post_id): ("deleted", (), "page"),
            str(added.id): ("added", (), "page"),
        }


async def test_a_page_that_does_not_answer_says_nothing_of_any_post() -> None:
    bus = MemoryBus()
    thread = ReadBack(LocalPlatform(bus, CLOCK, page_url="http://127.0.0.1:9"), bus=bus)
    await thread.post("Good morning.")
    thread.later(minutes=10)
    with pytest.raises(Uncertain, match="The page gave no answer"):
        await thread.look()
    assert thread.said() == []

"""What waits is shown on each platform's tab as that platform will show it, and is posted so, byte by byte."""

import asyncio
import re
from contextlib import suppress
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from consumers.poster.platforms.base import Platform as Door
from consumers.poster.platforms.limits import SHAPES
from consumers.poster.platforms.local import LocalPlatform
from consumers.poster.platforms.memory import MemoryPlatform
from consumers.poster.worker import run
from deploy.previewing import compose
from schemas.draft import Draft
from schemas.live_event import Destination, Platform
from schemas.page import PagePost
from schemas.topics import PAGES
from tests.desk_world import EVENT, TOKENS, RunningClock, World, desk_world

ACCOUNT = "@StAnna"
PLACES = {p: Destination(platform=p, account=None if p is Platform.LOCAL else ACCOUNT) for p in Platform}
OPTIONS: dict[str, Any] = {"compose": compose, "known_platforms": frozenset({"local", "x", "bluesky", "mastodon"})}
LONG = (
    "The surgeon has now prepared the bone & every cut was checked twice against the plan of last week. "
    "The trial joint is in place, it bends as it should, and it stays where it is when the leg is turned. "
    "The team is calm, the music is quiet, and the next step is to mix the cement for the real joint."
)
SHORT = "All is steady."
WAIT_S = 20.0


async def opened(world: World, **release: Any) -> None:
    file = [place.model_dump(mode="json", exclude_none=True) for place in PLACES.values()]
    answer = await world.open(destinations=file, release={"delay_s": 1, "stamp": "clock"} | release)
    assert answer.status_code == 201, answer.text


async def html(world: World, place: Destination, path: str = "", role: str = "reviewer") -> str:
    headers = {"Authorization": f"Bearer {TOKENS[role]}"}
    answer = await world.http.get(f"/desk/{EVENT}{path}", params={"to": place.key}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


def made(page: str) -> list[str]:
    """The posts that are shown, as a reader would read them, from the top."""
    found = re.findall(r'<p class="text made">(.*?)</p>', page, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", one)) for one in found]


async def approved(world: World, text: str, **changes: Any) -> Draft:
    draft = await world.held(text, **changes)
    answer = await world.decide("reviewer", draft, "approve")
    assert answer.status_code == 200, answer.text
    await world.settle()
    return draft


class Posters:
    """The real poster, over platforms in memory that have the limits of those they stand for."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._in_memory = {
            place.key: MemoryPlatform(
                place, world.clock, limits=replace(SHAPES[kind], timeout_s=5.0, settle_s=30.0), honours_keys=True
            )
            for kind, place in PLACES.items()
            if kind is not Platform.LOCAL
        }  # fmt: skip

    async def post_until(self, count: dict[str, int]) -> None:
        """Runs until so many posts stand in each place."""
        doors: dict[str, Door] = {**self._in_memory}
        doors["local"] = LocalPlatform(self._world.bus, self._world.clock, page_url="http://page.example")
        stop = asyncio.Event()
        posting = asyncio.create_task(run(self._world.bus, self._world.clock, doors, writer=uuid4(), stop=stop))
        try:
            async with asyncio.timeout(WAIT_S):
                while {key: len(self.public(key)) for key in count} != count:
                    await asyncio.sleep(0.02)
        finally:
            stop.set()
            with suppress(asyncio.CancelledError):
                await posting
        await self._world.settle()

    def public(self, key: str) -> list[str]:
        if key == "local":
            return [record.text for record in self._world.records(PAGES) if isinstance(record, PagePost)]
        return [post.text for post in self._in_memory[key].public()]


def shown_in_order(page: str, texts: list[int]) -> list[str]:
    """The newest waits at the top, the parts of one in their order; `texts`: how many parts each has, oldest first."""
    found, out = made(page), list[list[str]]()
    for parts in reversed(texts):
        out.append(found[:parts])
        found = found[parts:]
    assert found == []
    return [text for one in reversed(out) for text in one]


async def test_each_tab_shows_the_parts_of_its_platform(tmp_path: Path) -> None:
    async with desk_world(tmp_path, **OPTIONS) as world:
        await opened(world, delay_s=60)
        await approved(world, LONG)
        on_x = await html(world, PLACES[Platform.X])
        assert len(made(on_x)) == 2
        assert made(on_x)[1].startswith("10:01 The team is calm,")
        assert made(on_x)[1].endswith(" (2/2) #OurKneeLive")
        assert "As it would go now: 2 posts" in on_x
        assert "part 2 of 2 · 121 of 270 characters" in on_x
        assert "Before each post stands" not in on_x  # it stands there
        assert len(made(await html(world, PLACES[Platform.BLUESKY]))) == 2
        on_mastodon = await html(world, PLACES[Platform.MASTODON])
        assert made(on_mastodon) == [f"10:01 {LONG} #OurKneeLive"]
        assert f"{len(LONG) + 19} of 500 characters, more where the server takes more" in on_mastodon
        on_page = await html(world, PLACES[Platform.LOCAL])
        assert made(on_page) == [LONG]
        assert "As it would go now" not in on_page


async def test_the_draft_under_decision_shows_them_too_after_what_already_waits(tmp_path: Path) -> None:
    async with desk_world(tmp_path, **OPTIONS) as world:
        await opened(world, delay_s=60, stamp="counter")
        await approved(world, SHORT)
        draft = await world.held("The joint fits.")
        page = await html(world, PLACES[Platform.X], f"/drafts/{draft.id}")
        assert made(page) == ["2. The joint fits. #OurKneeLive", f"1. {SHORT} #OurKneeLive"]
        assert "X: As it would go now" in page
        assert made(await html(world, PLACES[Platform.X])) == made(page)  # where the desk opens on it by itself
        assert made(await html(world, PLACES[Platform.LOCAL], f"/drafts/{draft.id}")) == [SHORT]  # it says what it says
        await world.decide("reviewer", draft, "approve")
        await world.settle()
        waiting = await html(world, PLACES[Platform.X])
        assert made(waiting) == ["2. The joint fits. #OurKneeLive", f"1. {SHORT} #OurKneeLive"]


async def test_a_text_that_fits_no_post_is_told_before_it_is_approved(tmp_path: Path) -> None:
    async with desk_world(tmp_path, **OPTIONS) as world:
        await opened(world)
        draft = await world.held("#" + "a" * 400)
        page = await html(world, PLACES[Platform.X], f"/drafts/{draft.id}")
        assert "X: It cannot be posted there: " in page
        assert made(page) == []


async def test_whoever_may_not_read_drafts_is_shown_no_part_of_one(tmp_path: Path) -> None:
    async with desk_world(tmp_path, **OPTIONS) as world:
        await opened(world)
        await world.held("The joint fits.")
        assert "The joint fits." not in await html(world, PLACES[Platform.X], role="advocate")


async def test_without_a_composer_the_words_stand_as_they_were_approved(tmp_path: Path) -> None:
    async with desk_world(tmp_path) as world:
        await world.open(release={"delay_s": 60, "stamp": "clock"})
        await approved(world, LONG)
        page = await html(world, PLACES[Platform.X])
        assert made(page) == []
        assert "Before each post stands the time" in page
        assert unescape(page).count(LONG) == 1


async def test_what_was_shown_is_what_is_posted_byte_by_byte(tmp_path: Path) -> None:
    async with desk_world(tmp_path, clock=RunningClock(), **OPTIONS) as world:
        await opened(world)
        posters = Posters(world)
        first = await approved(world, SHORT)
        await approved(world, LONG)
        await approved(world, SHORT)  # the same again: X gets a finer time
        parts = {
            "local": [1, 1, 1],
            "x:@StAnna": [1, 2, 1],
            "bluesky:@StAnna": [1, 2, 1],
            "mastodon:@StAnna": [1, 1, 1],
        }
        shown = {place.key: shown_in_order(await html(world, place), parts[place.key]) for place in PLACES.values()}
        await posters.post_until({key: sum(of) for key, of in parts.items()})
        assert {key: posters.public(key) for key in parts} == shown
        assert shown["x:@StAnna"][0] != shown["x:@StAnna"][-1]

        await correction(world, posters, first.update_id, {key: sum(of) for key, of in parts.items()})


async def correction(world: World, posters: Posters, of: UUID, before: dict[str, int]) -> None:
    """One more, which cites the post it corrects."""
    await approved(world, "All is steady again.", corrects=of)
    shown = {place.key: made(await html(world, place)) for place in PLACES.values()}
    await posters.post_until({key: count + 1 for key, count in before.items()})
    assert {key: posters.public(key)[-1:] for key in before} == shown
    assert "https://memory.example/1001" in shown["x:@StAnna"][0]

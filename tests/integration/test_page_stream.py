"""The live stream of a thread through a real server: greeting, new posts, coming back, and the end."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI

from consumers.page.app import create_app
from schemas.topics import CONTROLS, LIVE_EVENTS, PAGES
from streams.clock import SystemClock
from streams.memory import MemoryBus
from tests.browser_fixture import serving
from tests.page_records import control, live_event, post, taken_back

FIRST = post(1, "Team time-out done.", minutes=-26)
SECOND = post(2, "First incision.", minutes=-24)


@dataclass(frozen=True)
class Frame:
    event: str
    id: str | None
    data: Any


async def frames_of(lines: AsyncIterator[str]) -> AsyncIterator[Frame]:
    fields: dict[str, str] = {}
    async for line in lines:
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "data" in fields:
            yield Frame(fields.get("event", "message"), fields.get("id"), json.loads(fields["data"]))
            fields = {}
        else:
            fields = {}


@asynccontextmanager
async def page_of(bus: MemoryBus, **options: Any) -> AsyncIterator[tuple[httpx.AsyncClient, FastAPI]]:
    now = SystemClock().now()
    await bus.send(LIVE_EVENTS, live_event(now=now))
    app = create_app(bus, SystemClock(), **options)
    async with serving(app) as origin, httpx.AsyncClient(base_url=origin, timeout=10) as client:
        while (await client.get("/readyz")).status_code != 200:
            pass
        yield client, app


@asynccontextmanager
async def reading(client: httpx.AsyncClient, *, last: str | None = None, query: str = "") -> AsyncIterator[Any]:
    """next_frame() of one reader."""
    headers = {"Last-Event-ID": last} if last is not None else {}
    async with client.stream("GET", f"/t/knee-2026/stream{query}", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers
        frames = frames_of(answer.aiter_lines())

        async def next_frame() -> Frame:
            async with asyncio.timeout(5):
                return await anext(frames)

        yield next_frame


async def test_a_new_post_reaches_every_reader_in_that_readers_language() -> None:
    bus = MemoryBus()
    async with page_of(bus) as (client, _), reading(client) as one, reading(client, query="?lang=de") as other:
        assert (await one()).data["label"] == "Live. No post yet"
        assert (await other()).data["label"] == "Live. Noch kein Beitrag"
        await bus.send(PAGES, FIRST)
        for reader in (one, other):
            frame = await reader()
            assert (frame.event, frame.id) == ("post", "0")
            assert frame.data["pieces"] == [["text", "Team time-out done.", None]]
        assert (await one()).data["label"] == "Live. Last post 10:16"
        assert (await other()).data["label"] == "Live. Letzter Beitrag 10:16"


async def test_a_reader_who_comes_back_gets_what_was_missed_and_nothing_else() -> None:
    bus = MemoryBus()
    await bus.send(PAGES, FIRST)
    async with page_of(bus) as (client, _):
        async with reading(client, last="0") as reader:
            assert (await reader()).event == "state"
        await bus.send(PAGES, SECOND)
        await bus.send(PAGES, taken_back(FIRST))
        # The header of a reader that came back counts, not the place in the address it first came by.
        async with reading(client, last="0", query="?after=-1") as reader:
            missed = [await reader() for _ in range(3)]
    assert [(f.event, f.id) for f in missed] == [("post", "1"), ("post", "2"), ("state", None)]
    assert missed[1].data["taken_back"] == "Taken back at 10:42"
    assert missed[1].data["pieces"] == []


async def test_a_restarted_page_knows_the_places_that_readers_come_back_with() -> None:
    bus = MemoryBus()
    await bus.send(PAGES, FIRST)
    async with page_of(bus):
        pass
    await bus.send(PAGES, SECOND)
    async with page_of(bus) as (client, _), reading(client, last="0") as reader:
        assert (await reader()).data["n"] == 2


async def test_a_place_that_makes_no_sense_gets_everything() -> None:
    bus = MemoryBus()
    await bus.send(PAGES, FIRST)
    async with page_of(bus) as (client, _):
        for last in ("x", "9" * 40, "99", "-5", "²"):
            async with client.stream(
                "GET", "/t/knee-2026/stream", headers=[(b"Last-Event-ID", last.encode())]
            ) as answer:
                assert (await anext(frames_of(answer.aiter_lines()))).data["n"] == 1


async def test_what_a_control_takes_back_is_gone_from_every_open_page_at_once() -> None:
    bus = MemoryBus()
    await bus.send(PAGES, FIRST)
    async with page_of(bus) as (client, _), reading(client, last="0") as reader:
        assert (await reader()).event == "state"
        await bus.send(CONTROLS, control("retract", update_id=FIRST.update_id))
        frame = await reader()
        assert (frame.event, frame.data["taken_back"], frame.data["pieces"]) == ("post", "Taken back at 10:42", [])
        assert (await reader()).event == "state"
        await bus.send(CONTROLS, control("withdraw"))
        assert (await reader()).data["state"] == "ended"


async def test_a_window_that_ends_is_told_without_any_record() -> None:
    bus = MemoryBus()
    async with page_of(bus) as (client, _):
        now = SystemClock().now()
        window = {"opens": "2020-01-01T00:00:00Z", "closes": now.replace(year=now.year + 1).isoformat()}
        await bus.send(LIVE_EVENTS, live_event(window=window))
        async with reading(client) as reader:
            while (await reader()).data["state"] != "live":
                pass
            ended = {"opens": "2020-01-01T00:00:00Z", "closes": now.isoformat()}
            await bus.send(LIVE_EVENTS, live_event(window=ended))
            while (await reader()).data["state"] != "closed":
                pass


async def test_one_reader_too_many_is_told_when_to_come_again() -> None:
    async with page_of(MemoryBus(), readers_max=1) as (client, _), reading(client) as reader:
        assert (await reader()).event == "state"
        refused = await client.get("/t/knee-2026/stream")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "20")
        assert refused.json()["type"] == "urn:scrubcast:full"
        assert (await client.get("/t/knee-2026")).status_code == 200


async def test_a_server_that_ends_ends_its_streams() -> None:
    async with page_of(MemoryBus()) as (client, app), client.stream("GET", "/t/knee-2026/stream") as answer:
        frames = frames_of(answer.aiter_lines())
        assert (await anext(frames)).event == "state"
        app.state.end_streams()
        async with asyncio.timeout(5):
            assert [frame async for frame in frames] == []


async def test_a_reader_that_leaves_gives_its_place_back() -> None:
    async with page_of(MemoryBus(), readers_max=1) as (client, _):
        for _ in range(3):
            async with asyncio.timeout(5):
                while (await _status(client)) != 200:
                    await asyncio.sleep(0)


async def _status(client: httpx.AsyncClient) -> int:
    async with client.stream("GET", "/t/knee-2026/stream") as answer:
        return answer.status_code


async def test_only_reading_is_possible() -> None:
    async with page_of(MemoryBus()) as (client, _):
        for method in ("POST", "PUT", "DELETE"):
            for path in ("/", "/t/knee-2026", "/t/knee-2026/stream", "/api/v1/live-events/knee-2026/thread"):
                assert (await client.request(method, path)).status_code == 405


async def test_every_reader_of_a_crowd_gets_every_post_in_order() -> None:
    bus = MemoryBus()
    readers, posts = 60, 20
    async with page_of(bus) as (client, _):
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=client.base_url, timeout=20, limits=limits) as crowd:

            async def one() -> list[int]:
                seen: list[int] = []
                async with crowd.stream("GET", "/t/knee-2026/stream") as answer:
                    async for frame in frames_of(answer.aiter_lines()):
                        # A reader who comes in the middle may get a post twice; it is known by its id.
                        if frame.event == "post" and frame.data["n"] not in seen:
                            seen.append(frame.data["n"])
                        if len(seen) == posts:
                            break
                return seen

            tasks = [asyncio.create_task(one()) for _ in range(readers)]
            for n in range(1, posts + 1):
                await bus.send(PAGES, post(n, f"post {n}"))
                await asyncio.sleep(0)
            async with asyncio.timeout(20):
                seen = await asyncio.gather(*tasks)
    assert seen == [list(range(1, posts + 1))] * readers

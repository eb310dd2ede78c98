"""How quick the desk is: a press until it is durable, a held update until it is on the screen, an approval until it is
on its topic; and each act of a reviewer with three hundred drafts held and forty people connected.

The real system with its embedded Kafka. The floor beside it is bare aiokafka writing and reading one record of the same
topic's settings, and the desk's own `/healthz`, in the same run.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import uvloop
from aiokafka import AIOKafkaConsumer

from producers.client import Client
from schemas.draft import Disposition, Draft
from schemas.release import Release
from schemas.topics import DRAFTS, RELEASES, partition_of
from tests.bench import floor
from tests.bench.figures import Part, Row, at_most, median, shown, spread, told
from tests.bench.way import PARTITIONS, open_event, running_system

STOP_MAX_MS = 200.0
SCREEN_MAX_MS = 300.0
RELEASE_MAX_MS = 150.0
ACT_MAX_MS = 100.0
ONE, FULL = "bench-desk", "bench-desk-full"
HELD = 300
PEOPLE = 40
ROUNDS = 20  # of each act
ARRIVES_S = 60.0  # then something is wrong, and the bench says what is missing
ROLES = ("reviewer", "physician", "director", "advocate", "liaison")
ACTS = ("open the queue page", "open a draft", "approve", "return", "say in the back channel")
TEXT = "The patient's daughter Emma hears of reading {n}."  # a name that nobody has heard of: a person reads it first
SIZES = {"submissions": 900, "drafts": 1200, "releases": 900, "ledger": 700, "pages": 700}  # about the system's own

Streamed = asyncio.Queue[dict[str, Any]]


@dataclass
class Hand:
    """Somebody at the desk, by a role's key as a program has it."""

    http: httpx.AsyncClient
    live_event_id: str

    async def page(self, path: str = "") -> httpx.Response:
        return _fine(await self.http.get(f"/desk/{self.live_event_id}{path}"))

    async def look(self) -> httpx.Response:
        return _fine(await self.http.get(f"/desk/{self.live_event_id}", headers={"Scrubcast-Look": "1"}))

    async def press(self, path: str, **form: str) -> httpx.Response:
        """Until the page after the press is there."""
        return _fine(await self.http.post(f"/desk/{self.live_event_id}{path}", data=form, follow_redirects=True))

    async def control(self, kind: str) -> None:
        _fine(await self.http.post(f"/api/v1/live-events/{self.live_event_id}/controls", json={"kind": kind}))

    async def drafts(self) -> list[dict[str, Any]]:
        answer = _fine(await self.http.get(f"/api/v1/live-events/{self.live_event_id}/drafts"))
        found: list[dict[str, Any]] = answer.json()["drafts"]
        return found

    async def approve(self, draft: dict[str, Any]) -> None:
        body = {"verdict": "approve", "text_sha256": draft["text_sha256"]}
        path = f"/api/v1/live-events/{self.live_event_id}/drafts/{draft['id']}/decision"
        _fine(await self.http.post(path, json=body))


def _fine(answer: httpx.Response) -> httpx.Response:
    assert answer.is_success, f"{answer.request.method} {answer.request.url.path} answered {answer.status_code}"
    return answer


@dataclass
class Desk:
    """The running system, as many hands at it as are asked for."""

    facts: dict[str, Any]
    held: list[httpx.AsyncClient] = field(default_factory=list)

    def hand(self, role: str, live_event_id: str) -> Hand:
        headers = {"Authorization": f"Bearer {self.facts['tokens'][role]}"}
        http = httpx.AsyncClient(base_url=self.facts["desk_url"], headers=headers, timeout=30, trust_env=False)
        self.held.append(http)
        return Hand(http, live_event_id)

    async def aclose(self) -> None:
        await asyncio.gather(*(http.aclose() for http in self.held))


async def _timed(act: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await act()
    return (time.perf_counter() - began) * 1000


@asynccontextmanager
async def _listening(hand: Hand, heard: Callable[[], None]) -> AsyncIterator[None]:
    """An open page's event stream; `heard` at each piece of news."""
    opened = asyncio.Event()

    async def listen() -> None:
        path = f"/api/v1/live-events/{hand.live_event_id}/stream"
        async with hand.http.stream("GET", path, timeout=None) as answer:
            async for line in answer.aiter_lines():
                opened.set()
                if line.startswith("data:"):
                    heard()

    listening = asyncio.create_task(listen())
    try:
        await opened.wait()
        yield
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


@dataclass
class Looker:
    """An open page: hears of a change and fetches itself, once at a time, as desk.js does."""

    hand: Hand
    wants: asyncio.Event = field(default_factory=asyncio.Event)
    took_ms: list[float] = field(default_factory=list)

    async def look(self) -> None:
        while True:
            await self.wants.wait()
            self.wants.clear()
            self.took_ms.append(await _timed(self.hand.look))


@asynccontextmanager
async def _people(desk: Desk, *, look: bool) -> AsyncIterator[list[Looker]]:
    """Forty open pages; `look`: each fetches itself at each piece of news."""
    lookers = [Looker(desk.hand(ROLES[n % len(ROLES)], FULL)) for n in range(PEOPLE)]
    tasks = [asyncio.create_task(each.look()) for each in lookers] if look else []
    streams = [_listening(each.hand, each.wants.set) for each in lookers]
    try:
        await asyncio.gather(*(stream.__aenter__() for stream in streams))
        yield lookers
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(stream.__aexit__(None, None, None) for stream in streams), return_exceptions=True)


def run() -> Part:
    with running_system() as system:
        for live_event_id in (ONE, FULL):
            open_event(system, live_event_id)
        return uvloop.run(_measure(system.facts()))


async def _measure(facts: dict[str, Any]) -> Part:
    desk = Desk(facts)
    try:
        async with Client(facts["url"], facts["tokens"]["reporter"], device="bench") as reporter:
            bare_ms = await _bare(facts["bootstrap"])
            stops_ms = await _stops(desk)
            screen_ms = await _screens(desk, reporter)
            release_ms = await _releases(desk)
            await _fill(desk, reporter)
        bare_page_ms = [await _timed(partial(desk.hand("reviewer", FULL).http.get, "/healthz")) for _ in range(ROUNDS)]
        acts, _ = await _acts(desk, look=False)
        looked, looks = await _acts(desk, look=True)
    finally:
        await desk.aclose()
    return _part(Measured(bare_ms, stops_ms, screen_ms, release_ms, bare_page_ms, acts, looked, looks))


async def _bare(bootstrap: str) -> list[float]:
    """One record written by bare aiokafka until it is durable."""
    async with floor.running(bootstrap, SIZES, PARTITIONS) as below:
        return [await _timed(partial(below.send, "ledger", n)) for n in range(2 * ROUNDS)][ROUNDS:]


async def _stops(desk: Desk) -> list[float]:
    """Press → acknowledged, which the desk does once every replica has it. Two people resume it before the next."""
    pressing, resuming = desk.hand("advocate", ONE), [desk.hand(role, ONE) for role in ("physician", "director")]
    took: list[float] = []
    for _ in range(ROUNDS):
        took.append(await _timed(partial(pressing.control, "stop")))
        for hand in resuming:
            await hand.control("resume")
    return took


async def _screens(desk: Desk, reporter: Client) -> list[float]:
    """From the time in the draft's record until the reviewer's open page has fetched itself with it."""
    hand, news = desk.hand("reviewer", ONE), asyncio.Event()
    consumer = await floor.at_end(desk.facts["bootstrap"], DRAFTS.name, partition_of(ONE, PARTITIONS))
    took: list[float] = []
    async with _listening(hand, news.set):
        for n in range(ROUNDS):
            news.clear()
            await reporter.submit(ONE, TEXT.format(n=n), lang="en")
            shown_at = await _on_the_screen(hand, news, f"reading {n}.")
            took.append((shown_at - (await _next_draft(consumer)).timestamp()) * 1000)
    await consumer.stop()
    return took


async def _on_the_screen(hand: Hand, news: asyncio.Event, words: str) -> float:
    async with asyncio.timeout(ARRIVES_S):
        while True:
            await news.wait()
            news.clear()
            if words in (await hand.page()).text:
                return time.time()


async def _next_draft(consumer: AIOKafkaConsumer) -> datetime:
    while True:
        draft = Draft.decode((await consumer.getone()).value)
        if draft.live_event_id == ONE:
            assert draft.disposition is Disposition.HOLD
            return draft.at


async def _releases(desk: Desk) -> list[float]:
    """Press → a bare reader of the topic has the release; of the drafts that _screens() left waiting."""
    hand = desk.hand("physician", ONE)
    consumer = await floor.at_end(desk.facts["bootstrap"], RELEASES.name, partition_of(ONE, PARTITIONS))
    took: list[float] = []
    for draft in await hand.drafts():
        began = time.perf_counter()
        pressing = asyncio.create_task(hand.approve(draft))
        while str(Release.decode((await consumer.getone()).value).draft_id) != draft["id"]:
            pass
        took.append((time.perf_counter() - began) * 1000)
        await pressing
    await consumer.stop()
    return took


async def _fill(desk: Desk, reporter: Client) -> None:
    for n in range(HELD):
        await reporter.submit(FULL, TEXT.format(n=n), lang="en")
    hand, until = desk.hand("director", FULL), time.perf_counter() + ARRIVES_S
    while len(found := await hand.drafts()) < HELD:
        assert time.perf_counter() < until, f"{len(found)} of {HELD} drafts are held"
        await asyncio.sleep(0.2)


async def _acts(desk: Desk, *, look: bool) -> tuple[dict[str, list[float]], list[float]]:
    """Each act's times, until the page after it is there; and those of the forty pages' own looks."""
    hand, took = desk.hand("reviewer", FULL), {act: list[float]() for act in ACTS}
    async with _people(desk, look=look) as lookers:
        for draft in (await desk.hand("reviewer", FULL).drafts())[: 2 * ROUNDS : 2]:
            for act, timed in zip(ACTS, await _one_of_each(hand, draft), strict=True):
                took[act].append(timed)
    return took, [each for looker in lookers for each in looker.took_ms]


async def _one_of_each(hand: Hand, draft: dict[str, Any]) -> list[float]:
    waiting = await hand.drafts()
    other = next(one for one in waiting if one["id"] != draft["id"])
    return [
        await _timed(hand.page),
        await _timed(partial(hand.page, f"/drafts/{draft['id']}")),
        await _timed(partial(_decided, hand, draft, verdict="approve")),
        await _timed(partial(_decided, hand, other, verdict="return", reason="not-now")),
        await _timed(partial(hand.press, "/messages", form_id=str(uuid4()), text="We go on in a minute.")),
    ]


async def _decided(hand: Hand, draft: dict[str, Any], **form: str) -> None:
    answer = await hand.press(f"/drafts/{draft['id']}/decision", text_sha256=draft["text_sha256"], **form)
    assert answer.url.params.get("said") in ("approved", "returned"), answer.url.params


@dataclass(frozen=True)
class Measured:
    """Milliseconds of everything; an act's by its words."""

    bare: Sequence[float]
    stops: Sequence[float]
    screen: Sequence[float]
    release: Sequence[float]
    healthz: Sequence[float]
    acts: Mapping[str, Sequence[float]]
    acts_while_looked_at: Mapping[str, Sequence[float]]
    looks: Sequence[float]


def _part(found: Measured) -> Part:
    wrote = f"bare aiokafka, one durable record: {shown(median(found.bare))} ms"
    answered = f"`/healthz` of the same desk: {shown(median(found.healthz))} ms"
    full = f"{HELD} drafts held, {PEOPLE} event streams open"
    rows: list[Row] = [
        at_most("stop pressed → acknowledged and durable, median", STOP_MAX_MS, median(found.stops), "ms", wrote),
        at_most("draft held → on the reviewer's screen, median", SCREEN_MAX_MS, median(found.screen), "ms", wrote),
        at_most("approved → its release on the topic, median", RELEASE_MAX_MS, median(found.release), "ms", wrote),
        *(at_most(f"{full}: {act}, median", ACT_MAX_MS, median(ms), "ms", answered) for act, ms in found.acts.items()),
        *(
            told(f"the same while {PEOPLE} pages fetch themselves anew: {act}, median", f"{shown(median(ms))} ms")
            for act, ms in found.acts_while_looked_at.items()
        ),
    ]
    return Part(
        "The desk",
        rows,
        [
            f"{ROUNDS} of each; one after the other, two people resuming after each stop",
            f"stop: {spread(found.stops)}; on the screen: {spread(found.screen)}; release: {spread(found.release)}",
            "on the screen: from the time in the draft's record until a page that heard of it has fetched itself",
            "an act takes until the page after the press is there, its redirect followed",
            f"a look of one of the {PEOPLE} pages that fetch themselves: {spread(found.looks)}",
        ],
    )

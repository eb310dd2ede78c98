"""Plays one seed: a reporter who writes while tabs, network, clock, disk and server fail; then says what must not be.

What must hold, T4: an update that was ever shown as received is in `submissions` exactly once; one whose Send was
pressed is received, or waits, or stands in the text box again: nowhere is it lost, and nowhere is it taken twice.
"""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.e2e.outbox_battery import judge
from tests.e2e.outbox_battery.enter import enter
from tests.e2e.outbox_battery.judge import Broke
from tests.e2e.outbox_battery.tabs import POLL_S, Tab, Tabs, until
from tests.e2e.outbox_battery.world import UPDATES, Change, World, world

POINTS = ("sealing", "signing", "storing", "claiming", "sending", "answering", "letting-go")
STORED = ("claiming", "sending", "answering", "letting-go")  # the update is on the disk already
FAULTS = (
    "drop-before",
    "drop-after",
    "late",
    "html-503",
    "html-503-after",
    "empty-after",
    "half-after",
    "status-after:500",
)
DAY_MS = 86_400_000
DRAFT_S = 0.5  # a draft rests 50 ms between two writes: what is older is on the disk

TYPE = """const box = document.querySelector('#text'); box.focus(); box.value = arguments[0];
  box.dispatchEvent(new InputEvent('input', { bubbles: true }));"""
TYPE_ON = """const box = document.querySelector('#text'); box.focus();
  box.value = `${box.value} ${arguments[0]}`.trim();
  box.dispatchEvent(new InputEvent('input', { bubbles: true }));"""
SEND = "document.querySelector('#send').click()"
BOX = "return document.querySelector('#text')?.value ?? ''"
LOOK = """return [document.querySelector('#text')?.value ?? '',
  [...document.querySelectorAll('.mine li')].map((row) => [row.dataset.id,
    row.querySelector('.text')?.textContent ?? '', row.querySelector('.state')?.textContent.trim() ?? ''])]"""
UNSENT = "return Number(document.querySelector('#unsent')?.dataset.count ?? 0)"
ALL_GONE = (
    "return document.querySelector('#text').value === '' && document.querySelector('#unsent').dataset.count === '0'"
)
RECEIVED = ("Received", "Checking", "In review", "Cleared", "Published")
REFUSED = "Not accepted"


@dataclass
class Player:
    tabs: Tabs
    world: World
    seed: int
    random: random.Random
    tab: Tab | None = None
    others: list[Tab] = field(default_factory=list)
    pressed: list[str] = field(default_factory=list)
    shown_received: set[str] = field(default_factory=set)  # ids
    reached: Counter[str] = field(default_factory=Counter)
    skew_ms: int = 0
    several: bool = False  # tabs, which number what they seal beside each other

    # -- deeds -------------------------------------------------------------------------------------------------------

    async def open(self) -> Tab:
        tab = await self.tabs.open()
        await enter(tab, self.world, skew_ms=self.skew_ms)
        return tab

    async def current(self) -> Tab:
        if self.tab is None:
            self.tab = await self.open()
            await self.recover()
        return self.tab

    async def send(self, *, wait: bool = True) -> str:
        tab = await self.current()
        mark = f"[{self.seed}-{len(self.pressed)}]"
        await tab.run(TYPE_ON, f"Update {mark} goes to plan")
        self.pressed.append(mark)
        await tab.run(SEND)
        if wait:
            await self.taken(mark)
        return mark

    async def taken(self, mark: str) -> None:
        """Shown as waiting or more, or back in the text box."""
        tab = await self.current()
        for _ in range(500):
            box, rows = await self.look(tab)
            if mark in box or any(mark in text and state != "On this tablet" for _, text, state in rows):
                return
            await asyncio.sleep(POLL_S)
        raise Broke(f"{mark} was pressed and is nowhere to be seen")

    async def look(self, tab: Tab) -> tuple[str, list[tuple[str, str, str]]]:
        """The text box and the list: id, text, state. What is shown as received is remembered."""
        box, found = await tab.run(LOOK)
        rows = [(str(a), str(b), str(c)) for a, b, c in found]
        received = {row for row, _, state in rows if state.startswith(RECEIVED)}
        judge.received_by_nobody(self.world, received - self.shown_received)
        self.shown_received |= received
        refused = [state for _, _, state in rows if state.startswith(REFUSED)]
        if refused:
            raise Broke(f"a person was told: {refused}")
        return str(box), rows

    async def close(self) -> None:
        """The tab goes at once; what it showed until then counts."""
        if self.tab is None:
            return
        await self.look(self.tab)
        tab, self.tab = self.tab, None
        await tab.close()

    async def recover(self) -> None:
        """As a person does: what stands in the box again after a reload is sent again."""
        assert self.tab is not None
        await asyncio.sleep(0.05)
        for mark in self.pressed:
            await self.found_again(mark)
        if (await self.tab.run(BOX)).strip():
            await self.tab.run(SEND)

    async def found_again(self, mark: str) -> None:
        assert self.tab is not None
        for _ in range(250):
            box, rows = await self.look(self.tab)
            boxed = mark in box
            listed = [state for _, text, state in rows if mark in text]
            taken = any(mark in text for text in self.world.texts())
            if boxed and (listed or taken):
                raise Broke(f"{mark} is in the box again though it is {listed or 'received'}")
            if boxed or listed or taken:
                return
            await asyncio.sleep(POLL_S)
        raise Broke(f"{mark} was pressed and is lost after the tab was opened again")

    # -- what goes wrong ---------------------------------------------------------------------------------------------

    async def closed_at(self, point: str) -> None:
        tab = await self.current()
        if self.random.random() < 0.5:
            await self.send()
        await asyncio.sleep(DRAFT_S)
        await tab.run("battery.armed = arguments[0]", point)
        mark = await self.write_then_send()
        try:
            await until(tab, "return battery.at === arguments[0]", point, within_s=5.0)
            self.reached[point] += 1
        except TimeoutError:
            self.reached[f"not {point}"] += 1
        if point in STORED and self.random.random() < 0.3:  # one goes on writing while it is stuck
            self.pressed.append(f"{mark[:-1]}b]")
            await tab.run(TYPE, f"Update {mark[:-1]}b] goes to plan")
            await asyncio.sleep(DRAFT_S)
            await tab.run(SEND)
            await asyncio.sleep(self.random.random() * 0.1)
        await self.close()

    async def write_then_send(self) -> str:
        """Typed long enough ago to be a draft, as a person's text is when Send is pressed."""
        tab = await self.current()
        mark = f"[{self.seed}-{len(self.pressed)}]"
        await tab.run(TYPE, f"Update {mark} goes to plan")
        await asyncio.sleep(DRAFT_S)
        self.pressed.append(mark)
        await tab.run(SEND)
        return mark

    async def closed_while_writing(self) -> None:
        tab = await self.current()
        mark = f"[{self.seed}-{len(self.pressed)}]"
        await tab.run(TYPE, f"Update {mark} goes to plan")
        await asyncio.sleep(DRAFT_S)
        self.pressed.append(mark)  # not sent, and yet not to be lost
        await self.close()
        self.reached["writing"] += 1

    async def closed_any_time(self) -> None:
        await self.write_then_send()
        await asyncio.sleep(self.random.random() * 0.08)
        await self.close()
        self.reached["any time"] += 1

    async def offline(self) -> None:
        await self.current()
        await self.world.proxy.settings(down=True)
        for _ in range(self.random.randint(1, 3)):
            await self.send()
        if self.random.random() < 0.5:
            await self.close()
        await self.world.proxy.settings(down=False)
        self.reached["offline"] += 1

    async def two_tabs(self) -> None:
        first = await self.current()
        self.several = True
        second = await self.open()
        self.others.append(second)
        for _ in range(self.random.randint(2, 4)):
            self.tab = self.random.choice([first, second])
            await self.send(wait=self.random.random() < 0.5)
        await asyncio.sleep(DRAFT_S)
        self.tab = first
        if self.random.random() < 0.5:
            await self.taken_all(second)
            await self.close()
        self.reached["two tabs"] += 1

    async def taken_all(self, tab: Tab) -> None:
        await until(tab, "return document.querySelectorAll('.mine li').length > 0")

    async def disk_full(self) -> None:
        tab = await self.current()
        await tab.run("battery.full = true")
        for _ in range(self.random.randint(1, 2)):
            await self.send()
        await tab.run("battery.full = false")
        if (await tab.run(BOX)).strip():
            await tab.run(SEND)
        self.reached["disk full"] += 1

    async def wrong_clock(self) -> None:
        await self.close()
        self.skew_ms = self.random.choice([-DAY_MS, DAY_MS])
        await self.send()
        if self.random.random() < 0.5:
            await self.close()
            self.skew_ms = -self.skew_ms
            await self.send(wait=False)
            await asyncio.sleep(DRAFT_S)
        self.reached["wrong clock"] += 1

    async def server_killed(self) -> None:
        await self.current()
        await self.world.proxy.fault(
            "POST", UPDATES, self.random.choice(["drop-before", "drop-after", "late"]), after_s=0.1
        )
        await self.send(wait=False)
        await self.world.restart()
        await self.send()
        self.reached["server killed"] += 1

    async def bad_network(self) -> None:
        await self.current()
        for _ in range(self.random.randint(1, 3)):
            await self.world.proxy.fault("POST", UPDATES, self.random.choice(FAULTS), after_s=0.1)
        await self.send(wait=False)
        await asyncio.sleep(self.random.random() * 0.1)
        await self.send()
        self.reached["bad network"] += 1

    async def kafka_away(self) -> None:
        await self.current()
        self.world.bus.away = True
        await self.send()
        if self.random.random() < 0.5:
            await self.close()
        self.world.bus.away = False
        self.reached["Kafka away"] += 1

    def deeds(self) -> list[Callable[[], Awaitable[None]]]:
        def at(point: str) -> Callable[[], Awaitable[None]]:
            return lambda: self.closed_at(point)

        points = POINTS if self.world.signed else [p for p in POINTS if p != "signing"] + ["sealing"]
        return [
            *(at(point) for point in points),
            self.closed_while_writing,
            self.closed_any_time,
            self.offline,
            self.two_tabs,
            self.disk_full,
            self.wrong_clock,
            self.server_killed,
            self.bad_network,
            self.kafka_away,
        ]

    # -- the end -----------------------------------------------------------------------------------------------------

    async def settle(self) -> None:
        """All is well again, and one tab is opened. Everything goes out that waits."""
        await self.world.heal()
        for other in self.others:
            await self.look(other)
            if other is not self.tab:
                await other.close()
        await self.close()
        self.skew_ms = 0
        tab = await self.current()
        try:
            await until(tab, ALL_GONE)
        except TimeoutError:
            raise Broke(f"still waits: {await tab.run(UNSENT)}; {await self.look(tab)}") from None
        await self.look(tab)
        await self.close()

    async def judge(self) -> None:
        judge.once(self.world, self.pressed, self.shown_received)
        await judge.never_refused(self.world)
        if self.world.signed:
            judge.signed(self.world, in_order=not self.several)


async def play(tabs: Tabs, seed: int, broken: Change | None = None) -> Counter[str]:
    """What the seed reached. Raises Broke. What goes wrong first goes round, so that each is in every sixteen seeds."""
    rolls = random.Random(seed)
    signed = seed % 3 > 0  # most tablets are enrolled; all that goes wrong meets both kinds within 48 seeds
    async with world(signed=signed, broken=broken) as behind:
        player = Player(tabs, behind, seed, rolls)
        deeds = player.deeds()
        chosen = [deeds[seed % len(deeds)], *rolls.choices(deeds, k=rolls.randint(0, 1))]
        try:
            if rolls.random() < 0.3:
                await player.send()
            for deed in chosen:
                await deed()
            await player.settle()
            await player.judge()
        finally:
            for tab in {id(t): t for t in (*player.others, player.tab) if t is not None}.values():
                await _closed(tab)
        player.reached["signed" if signed else "by token"] += 1
        return player.reached


async def _closed(tab: Tab) -> None:
    with contextlib.suppress(Exception):  # closed before: each browser has another word for it
        await tab.close()

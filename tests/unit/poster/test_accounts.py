"""Several live events on one account, an account that is away or may not reply: the poster as a process, in memory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from consumers.poster.platforms.base import Outgoing, Platform
from consumers.poster.platforms.memory import MemoryPlatform
from consumers.poster.worker import run
from schemas.control import Control
from schemas.live_event import Destination, LiveEvent, ReleaseRules
from schemas.live_event import Platform as Kind
from schemas.receipt import Notice, Receipt
from schemas.topics import CONTROLS, LIVE_EVENTS, RECEIPTS, RELEASES, decode_receipt
from streams.clock import ManualClock
from streams.memory import MemoryBus
from tests.poster_cases import START, X, control, live_event, release

BLUESKY = Destination(platform=Kind.BLUESKY, account="hospital.example")


@dataclass
class Accounts:
    """A poster with an account on X and one on Bluesky, both in memory."""

    bus: MemoryBus = field(default_factory=MemoryBus)
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))

    def __post_init__(self) -> None:
        self.x = MemoryPlatform(X, self.clock)
        self.bluesky = MemoryPlatform(BLUESKY, self.clock, honours_keys=True)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        platforms: dict[str, Platform] = {X.key: self.x, BLUESKY.key: self.bluesky}
        stop = asyncio.Event()
        task = asyncio.create_task(run(self.bus, self.clock, platforms, writer=uuid4(), stop=stop))
        await self.settle()
        yield
        stop.set()
        await self.settle()
        await task

    async def settle(self, seconds: float = 0) -> None:
        await self.clock.advance(seconds)
        for _ in range(6):
            await self.clock.advance(0)

    def notices(self) -> list[Notice]:
        found = [decode_receipt(m.value or b"") for m in self.bus.everything(RECEIPTS.name)]
        return [r for r in found if isinstance(r, Notice)]

    def outcomes(self) -> list[tuple[str, str]]:
        found = [decode_receipt(m.value or b"") for m in self.bus.everything(RECEIPTS.name)]
        return [(r.destination, r.outcome) for r in found if isinstance(r, Receipt)]


def as_live() -> LiveEvent:
    made = live_event()
    rules = ReleaseRules(mode="as-live", delay_s=0, stamp="none")
    return made.model_copy(update={"plan": made.plan.model_copy(update={"release": rules})})


async def test_an_account_that_may_not_reply_goes_on_with_numbered_posts_and_says_so() -> None:
    accounts = Accounts()
    accounts.x.forbids_replies = True
    await accounts.bus.send(LIVE_EVENTS, live_event())
    async with accounts.running():
        for number in (1, 2, 3):
            await accounts.bus.send(RELEASES, release(number))
        await accounts.settle()
    assert [(p.text, p.reply_to) for p in accounts.x.posts] == [
        ("Update 1. #OurKneeLive", None),
        ("2. Update 2. #OurKneeLive", None),
        ("3. Update 3. #OurKneeLive", None),
    ]
    assert [(n.notice, n.destination, n.reason) for n in accounts.notices()] == [
        ("standalone", "x:@OurHospital", "replies-forbidden")
    ]


async def test_after_a_restart_it_still_stands_alone_without_asking_again() -> None:
    accounts = Accounts()
    accounts.x.forbids_replies = True
    await accounts.bus.send(LIVE_EVENTS, live_event())
    async with accounts.running():
        for number in (1, 2):
            await accounts.bus.send(RELEASES, release(number))
        await accounts.settle()
    asked = accounts.x.requests
    async with accounts.running():
        await accounts.bus.send(RELEASES, release(3))
        await accounts.settle()
    assert accounts.x.requests == asked + 1
    assert accounts.x.posts[-1].text == "3. Update 3. #OurKneeLive"


async def test_while_an_account_rests_no_event_of_it_tries_and_then_they_go_on_in_turn() -> None:
    accounts = Accounts()
    events = [f"event-{n}" for n in range(6)]
    for name in events:
        await accounts.bus.send(LIVE_EVENTS, live_event(name))
    accounts.x.next("limit")
    async with accounts.running():
        for name in events:
            for number in (1, 2, 3):
                await accounts.bus.send(RELEASES, release(number, f"{name} {number}", of=name))
        await accounts.settle(29)
        # Those that had begun before the first answer came have theirs; nobody begins after it.
        assert accounts.x.requests <= 4
        await accounts.settle(60)
    assert len(accounts.x.posts) == 18
    firsts = {p.text.split()[0] for p in accounts.x.posts[:9]}
    assert firsts == set(events), "an event got its second turn before another had its first"


async def test_people_hear_that_a_destination_is_away_and_that_it_is_back() -> None:
    accounts = Accounts()
    await accounts.bus.send(LIVE_EVENTS, live_event(destinations=(X, BLUESKY)))
    accounts.x.next("limit", "limit")
    async with accounts.running():
        await accounts.bus.send(RELEASES, release(1, destinations=(X, BLUESKY)))
        await accounts.settle(40)
        assert accounts.outcomes() == [("bluesky:hospital.example", "posted")]
        await accounts.settle(40)
    assert [(n.notice, n.destination, n.reason, n.since) for n in accounts.notices()] == [
        ("away", "x:@OurHospital", "limit", START),
        ("back", "x:@OurHospital", None, START),
    ]


async def test_an_as_live_event_goes_out_at_the_directors_word_in_its_own_pace() -> None:
    accounts = Accounts()
    await accounts.bus.send(LIVE_EVENTS, as_live())
    async with accounts.running():
        for number, at in ((1, 0), (2, 60), (3, 180)):
            await accounts.bus.send(RELEASES, release(number, at=START + timedelta(seconds=at)))
        await accounts.settle(600)
        assert accounts.x.posts == []
        word = control("release", at=accounts.clock.now()).model_copy(update={"pace_percent": 50})
        await accounts.bus.send(CONTROLS, word)
        await accounts.settle(200)
    assert [(p.posted_at - START).total_seconds() for p in accounts.x.posts] == [600, 630, 690]


async def test_a_persons_word_settles_what_the_platform_cannot_be_asked() -> None:
    accounts = Accounts()
    await accounts.bus.send(LIVE_EVENTS, live_event())
    accounts.x.refuses_equal_text = True
    for _ in range(11):
        accounts.x.next("lose-request")
    async with accounts.running():
        await accounts.bus.send(RELEASES, release(1))
        await accounts.settle(600)
        (*_, last) = (r for r in map(_receipt, accounts.bus.everything(RECEIPTS.name)) if r)
        assert (last.outcome, last.reason) == ("unknown", "needs-person")
        await accounts.bus.send(CONTROLS, settled(last.post_id, accounts))
        await accounts.settle(10)
    assert [p.text for p in accounts.x.posts] == ["Update 1. #OurKneeLive"]
    assert accounts.outcomes()[-1] == ("x:@OurHospital", "posted")


def settled(post_id: UUID, accounts: Accounts) -> Control:
    said = {"kind": "settle", "destination": X.key, "post_id": post_id, "found": "absent"}
    return control("stop", at=accounts.clock.now()).model_copy(update=said)


def _receipt(message: object) -> Receipt | None:
    found = decode_receipt(getattr(message, "value", b""))
    return found if isinstance(found, Receipt) else None


class MeetsTheStop(MemoryPlatform):
    """Stop is pressed while what a post needs is being brought."""

    press: Callable[[], Awaitable[object]] | None = None

    async def prepare(self, out: Outgoing) -> None:
        if self.press is not None:
            await self.press()


async def test_a_stop_while_a_post_is_prepared_keeps_it_back() -> None:
    accounts = Accounts()
    accounts.x = slow = MeetsTheStop(X, accounts.clock)
    slow.press = lambda: accounts.bus.send(CONTROLS, control("stop"))
    await accounts.bus.send(LIVE_EVENTS, live_event())
    async with accounts.running():
        await accounts.bus.send(RELEASES, release(1))
        await accounts.settle()
    assert slow.requests == 0
    assert accounts.outcomes() == [("x:@OurHospital", "not-posted")]

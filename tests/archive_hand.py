"""A whole rehearsal, played through the real screening and a real desk, then archived in a folder; for tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from consumers.archive.disk import RealDisk
from consumers.archive.entry import TOPIC_NAMES
from consumers.archive.store import Store
from deploy.audit_pages import audit_pages
from deploy.home import Home
from schemas.draft import Disposition, Draft
from schemas.envelope import Role, system
from schemas.ids import derive
from schemas.receipt import Receipt, Retraction
from schemas.topics import DRAFTS, RECEIPTS
from streams.clock import ManualClock
from streams.policies import SHIPPED_ONLY
from tests.browser_fixture import serving
from tests.desk_world import EVENT, TOKENS, StillClock, World, make_app
from tests.examples import NOW
from tests.rehearsal_hand import REHEARSAL, options, posted, rehearsing_world

KEY = bytes(range(32))
HERE = f"/desk/rehearse/{EVENT}"
LASTS_S = 1_430  # as recorded
SPEED = 20


async def press(world: World, path: str, data: dict[str, str]) -> None:
    headers = {"Authorization": f"Bearer {TOKENS['director']}", "Accept-Language": "en"}
    answer = await world.http.post(path, data=data, headers=headers)
    assert answer.status_code == 303, answer.text
    await world.settle()


async def goes_on(world: World, seconds: int, *, posts: bool = True) -> None:
    assert isinstance(world.clock, ManualClock)
    for second in range(seconds):
        await world.clock.advance(1)
        await world.settle()
        if posts and second % 5 == 0:
            await posted(world)


def held(world: World) -> list[Draft]:
    found = [d for d in world.records(DRAFTS) if d.live_event_id == REHEARSAL]
    return [d for d in found if d.disposition is Disposition.HOLD and d.needs is Role.REVIEWER]


async def decide(world: World, draft: Draft, verdict: str) -> None:
    path = f"/live-events/{REHEARSAL}/drafts/{draft.id}/decision"
    why = {"reason": "without-detail"} if verdict == "return" else {}
    answer = await world.ask("reviewer", "POST", path, {"verdict": verdict, "text_sha256": draft.text_sha256} | why)
    assert answer.status_code == 200, answer.text
    await world.settle()


async def play(world: World) -> None:
    """40 lines, four words of a reviewer, one taken back, a stop and its end."""
    await press(world, HERE, {"lang": "en", "speed": str(SPEED)})
    await goes_on(world, LASTS_S // SPEED // 2)
    first, second, third, fourth = held(world)[:4]
    await decide(world, first, "return")
    await decide(world, second, "approve")
    await goes_on(world, 12)
    await decide(world, third, "approve")
    await control(world, "retract", update_id=str(second.update_id))
    await goes_on(world, 20)
    await control(world, "stop", role="physician")
    await world.send(RECEIPTS, deleted(world, second))
    await goes_on(world, 20, posts=False)
    await decide(world, fourth, "return")
    await press(world, f"{HERE}/end", {})


def deleted(world: World, draft: Draft) -> Retraction:
    """What the poster says once it has deleted the post."""
    post: Receipt = next(r for r in world.records(RECEIPTS) if r.update_id == draft.update_id)
    return Retraction(
        id=derive(post.id, "deleted"), live_event_id=REHEARSAL, at=world.clock.now(), actor=system("poster"),
        update_id=draft.update_id, destination="local", post_id=post.post_id, outcome="deleted",
    )  # fmt: skip


async def control(world: World, kind: str, *, role: str = "director", **more: Any) -> None:
    answer = await world.ask(role, "POST", f"/live-events/{REHEARSAL}/controls", {"kind": kind} | more)
    assert answer.status_code == 202, answer.text
    await world.settle()


def archived(world: World, root: Path) -> Path:
    """The folder of the rehearsal's log, written by the archive's own store."""
    messages = [m for topic in TOPIC_NAMES for m in world.bus.everything(topic)]
    messages.sort(key=lambda m: m.timestamp_ms)
    root.mkdir(parents=True, exist_ok=True)
    store = Store(RealDisk(root), KEY, origin="stanna.example", policy_document=SHIPPED_ONLY.document)
    store.append(messages, world.clock.now())
    store.close(world.clock.now())
    return root / REHEARSAL


@asynccontextmanager
async def audited(world: World, home: Home) -> AsyncIterator[str]:
    """A desk over the same topics with the archive's pages beside it, on a loopback port; its origin."""
    beside = audit_pages(home, world.bus, world.clock, SHIPPED_ONLY, vault=world.vault)
    app = make_app(world.bus, world.clock, world.vault, **options(world.vault, world.clock), beside=beside)
    async with serving(app) as origin:
        yield origin


@asynccontextmanager
async def rehearsed(folder: Path) -> AsyncIterator[tuple[World, Home]]:
    """A data folder with the archive of a rehearsal, and the world it was played in."""
    async with rehearsing_world(folder, StillClock(NOW)) as world:
        await play(world)
        home = Home(folder)
        archived(world, home.archive)
        yield world, home

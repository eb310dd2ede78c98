"""The closing root: released by the act of closing, last, only where it is asked for, and found again in the log."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from consumers.archive.bundle import verify_bundle
from consumers.archive.checkpoint import open_checkpoint, parse_keys
from consumers.archive.reading import FilesReader
from consumers.archive.verify import verify
from deploy.anchoring import signed_root
from schemas.release import Release
from schemas.topics import LIVE_EVENTS, RELEASES
from streams import release as rules
from streams.policies import SHIPPED_ONLY
from streams.scrub.bound import forget, redraft_with
from streams.standing import Standing
from streams.vault import Vault
from tests.contract.witness_suite import archived, more
from tests.desk_world import EVENT, StillClock, World, desk_world
from tests.examples import NOW
from tests.unit.archive.records import KNEE, story

ROOT = bytes(range(100, 132))
SAID = f"The archive of this event at its close: 812 entries, root {base64.b64encode(ROOT).decode()}"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    clock = StillClock(NOW)
    vault = Vault(tmp_path / "vault", b"v" * 32)
    async with desk_world(
        tmp_path,
        clock=clock,
        screen=redraft_with(vault, clock),
        policy_of=SHIPPED_ONLY.ref,
        forget=forget,
        root_of=lambda _: (812, ROOT),
    ) as made:
        yield made


async def closed(world: World, *, asked: bool) -> list[Release]:
    await world.open(release={"closing_root": asked, "delay_s": 30})
    assert (await world.ask("director", "POST", f"/live-events/{EVENT}/close")).status_code == 200
    await world.settle()
    found: list[Release] = world.records(RELEASES)
    return found


async def test_who_closes_releases_the_root_and_it_may_still_go_out(world: World) -> None:
    (release,) = await closed(world, asked=True)
    assert release.text == SAID
    assert release.approved_by is not None
    assert (release.approved_by.role, release.decision_id) == ("director", None)

    event = world.records(LIVE_EVENTS)[-1]
    assert event.state == "closed"
    for destination in event.plan.destinations:
        assert isinstance(rules.may_go(release, destination, event, Standing(), release.not_before), rules.Go)


async def test_an_event_that_does_not_ask_for_it_closes_without(world: World) -> None:
    assert await closed(world, asked=False) == []
    assert "closing_root" not in world.records(LIVE_EVENTS)[-1].model_dump_json()


@pytest.fixture
def files(tmp_path: Path) -> dict[str, bytes]:
    archived(tmp_path, story(), more(100, 300))
    log = tmp_path / KNEE
    return {p.relative_to(log).as_posix(): p.read_bytes() for p in log.rglob("*") if p.is_file()}


def post(size: int, root: bytes) -> bytes:
    return f"14:05 The archive: {size} entries, root {base64.b64encode(root).decode()} #knee".encode()


def strangers(files: dict[str, bytes], known: bytes) -> str:
    verify_bundle._opened.clear()
    try:
        verify_bundle.Log(verify_bundle.Files(files)).check([], [known])
    except verify_bundle.Bad as bad:
        return bad.place
    return "good"


def test_a_copied_post_is_found_in_the_log_by_both_verifiers(files: dict[str, bytes], tmp_path: Path) -> None:
    earlier = tmp_path / "earlier"
    archived(earlier, story())
    head = open_checkpoint((earlier / KNEE / "checkpoint").read_bytes(), parse_keys(files["keys.txt"]))
    assert signed_root(earlier, KNEE) == (57, head.root)

    assert verify(FilesReader(files), known=[post(57, head.root)]).ok
    assert strangers(files, post(57, head.root)) == "good"
    for size, root in ((56, head.root), (57, ROOT), (500, head.root)):
        bad = verify(FilesReader(files), known=[post(size, root)]).bad
        assert bad is not None
        assert bad.place == strangers(files, post(size, root)) == "known checkpoint 1"

"""`control`, `settle` and `live-event open` from the command line, against a desk that answers on a port."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.cli import main
from schemas.topics import CONTROLS, RELEASES
from streams.clock import ManualClock
from tests.commanded_desk import command, commanded_desk
from tests.desk_world import EVENT, World
from tests.examples import NOW

X = "x:@StAnna"
THERE = "https://x.com/StAnna/status/1790000000000000001"


@pytest_asyncio.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    async with commanded_desk(tmp_path, monkeypatch, clock=ManualClock(NOW)) as made:
        yield made


async def test_a_stop_is_ended_by_two_persons_and_the_first_is_told_who_is_missing(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    await world.open()
    assert (await command(capsys, "control", EVENT, "stop"))[0] == 0
    code, first, _ = await command(capsys, "control", EVENT, "resume")
    assert code == 0
    assert first.splitlines()[1] == (
        "director agreed; a second person has to agree before 2026-12-01T09:15:00Z: "
        "scrubcast control knee-2026 resume --as physician"
    )
    code, second, _ = await command(capsys, "control", EVENT, "resume", "--as", "physician")
    assert (code, second.splitlines()[1]) == (0, "physician agreed; posting goes on")


async def test_a_hold_is_ended_by_one_person(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    await world.open()
    await command(capsys, "control", EVENT, "hold")
    code, out, _ = await command(capsys, "control", EVENT, "resume")
    assert (code, out.splitlines()[1]) == (0, "director agreed; posting goes on")


async def test_a_director_releases_what_was_kept_at_half_the_pauses(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    await world.open(release={"delay_s": 0, "mode": "as-live"})
    await world.decide("reviewer", await world.held("One is steady."), "approve")
    assert (await command(capsys, "control", EVENT, "release", "--pace", "0.5"))[0] == 0
    (control,) = world.records(CONTROLS)
    assert (control.kind, control.pace_percent, control.actor.role) == ("release", 50, "director")


async def test_what_waits_for_a_persons_word_is_listed_and_answered(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    await world.open()
    await world.decide("reviewer", await world.held("All is steady."), "approve")
    receipt = await world.outcome(world.records(RELEASES)[0], X, "unknown", reason="needs-person")
    code, out, _ = await command(capsys, "settle", EVENT)
    assert (code, out.split()) == (0, [str(receipt.post_id), X, "there|absent", "-", "All", "is", "steady."])
    code, out, _ = await command(capsys, "settle", EVENT, str(receipt.post_id), "there", "--url", THERE)
    assert (code, out.split()[:4]) == (0, ["settle", str(receipt.post_id), X, "there"])
    (control,) = world.records(CONTROLS)
    assert (control.kind, control.destination, control.found, control.url) == ("settle", X, "there", THERE)


async def test_a_word_on_a_post_that_waits_for_none_is_refused(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    await world.open()
    code, _, err = await command(capsys, "settle", EVENT, "01930000-0000-7000-8000-000000000009", "absent")
    assert (code, len(err.splitlines())) == (1, 1)
    assert "--destination" in err


@pytest.mark.parametrize(
    "given",
    [
        ["control", EVENT, "stop", "--as", "physician"],
        ["control", EVENT, "stop", "--pace", "1"],
        ["control", EVENT, "release", "--pace", "11"],
        ["control", EVENT, "release", "--pace", "-1"],
        ["control", EVENT, "release", "--pace", "fast"],
        ["settle", EVENT, "01930000-0000-7000-8000-000000000009"],
        ["settle", EVENT, "not-an-id", "there"],
        ["account", "check", "fax:@a"],
        ["account", "check", "local"],
        ["account", "login", "bluesky"],
        ["live-event", "open", "event.yaml", "--posts", "0"],
    ],
)
def test_bad_use_ends_with_2_before_anything_is_asked(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(given)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err

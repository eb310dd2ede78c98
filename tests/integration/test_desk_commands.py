"""`control`, `settle` and `live-event open` from the command line, against a desk that answers on a port."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.cli import main
from schemas.topics import CONTROLS, RELEASES
from tests.commanded_desk import command, commanded_desk
from tests.desk_world import EVENT, StillClock, World
from tests.examples import NOW

X = "x:@StAnna"
THERE = "https://x.com/StAnna/status/1790000000000000001"


@pytest_asyncio.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    async with commanded_desk(tmp_path, monkeypatch, clock=StillClock(NOW)) as made:
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


async def test_a_complication_says_what_the_plan_chose(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    await world.open(complication="text-only")
    code, out, _ = await command(capsys, "control", EVENT, "complication", "--as", "advocate")
    assert (code, out.splitlines()[1]) == (0, "a physician reads every word now")
    assert (await command(capsys, "control", EVENT, "complication-over", "--as", "physician"))[0] == 0
    assert [(c.kind, c.mode, c.actor.role) for c in world.records(CONTROLS)] == [
        ("complication", "text-only", "advocate"),
        ("complication-over", None, "physician"),
    ]


async def test_a_family_that_was_told_and_a_signature(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    await world.open(family_first=["closing"])
    assert (await command(capsys, "control", EVENT, "told", "--phase", "closing"))[0] == 0
    assert (await command(capsys, "control", EVENT, "sign-run-sheet"))[0] == 0
    assert [(c.kind, c.phase, c.actor.role) for c in world.records(CONTROLS)] == [
        ("told", "closing", "director"),
        ("sign-run-sheet", None, "physician"),
    ]
    code, _, err = await command(capsys, "control", EVENT, "told", "--phase", "tea")
    assert (code, err.strip().splitlines()[-1]) == (
        1,
        "scrubcast: This event has no such phase. Choose one of its own.",
    )


async def test_the_status_says_how_the_event_lives(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    await world.open()
    await command(capsys, "control", EVENT, "hold")
    _, out, _ = await command(capsys, "status", EVENT)
    assert ["lifecycle", "held"] in [line.split() for line in out.splitlines()]


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
        ["control", EVENT, "resume", "--as", "advocate"],
        ["control", EVENT, "told"],
        ["control", EVENT, "stop", "--phase", "closing"],
        ["control", EVENT, "told", "--as", "director", "--phase", "closing"],
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

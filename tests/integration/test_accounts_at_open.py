"""When an event opens its accounts are asked: wrong keys are found out there and then, not at the first post."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml

from deploy.accounts import checking
from deploy.settings import load, slug
from schemas.topics import LIVE_EVENTS
from streams.clock import SystemClock
from tests.commanded_desk import command, commanded_desk
from tests.desk_world import desk_world
from tests.peers.mastodon.server import mastodon
from tests.peers.x.accounts import Account
from tests.peers.x.running import Door, serving
from tests.system_fixture import event_now

LOCAL = {"platform": "local"}
OURS = {"platform": "x", "account": "@OurHospital"}
CLINIC = {"platform": "x", "account": "@OurClinic"}
KEYS = Account()
NOWHERE = "http://127.0.0.1:1"


@pytest_asyncio.fixture
async def x(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    """X with the account @OurHospital, and settings that hold its keys."""
    async with serving(tmp_path / "x.jsonl") as peer:
        for name in ("consumer_key", "consumer_secret", "access_token", "access_secret"):
            monkeypatch.setenv(f"SCRUBCAST_X__{name.upper()}", str(getattr(KEYS, name)))
        monkeypatch.setenv("SCRUBCAST_X__BASE_URL", peer.url)
        yield peer


@dataclass
class Asked:
    """How one try to open an event ended."""

    status: int
    body: Mapping[str, Any]
    opened: int


async def opening(folder: Path, *destinations: Mapping[str, str], times: int = 1, **changes: Any) -> Asked:
    """A desk with the settings of now, asked to open the example event on these destinations."""
    settings = load()
    check = checking(settings, SystemClock()) if settings.desk.check_accounts else None
    async with desk_world(
        folder,
        known_platforms=settings.known_platforms,
        has_credentials=settings.has_credentials,
        check_account=check,
    ) as world:
        for _ in range(times):
            answer = await world.open(destinations=list(destinations), **changes)
        return Asked(answer.status_code, answer.json(), len(world.records(LIVE_EVENTS)))


@pytest.mark.usefixtures("x")
async def test_the_right_keys_open_it_and_the_answer_says_who_and_what_it_costs(tmp_path: Path) -> None:
    found = await opening(tmp_path, LOCAL, OURS)
    assert (found.status, found.opened) == (201, 1)
    (account,) = found.body["accounts"]
    assert {name: account[name] for name in ("destination", "name", "ok", "gap", "price_usd")} == {
        "destination": "x:@OurHospital",
        "name": "OurHospital",
        "ok": True,
        "gap": None,
        "price_usd": 0.015,
    }
    assert [(line["destination"], line["usd"]) for line in found.body["cost"]] == [
        ("local", 0.0),
        ("x:@OurHospital", 0.75),
    ]
    assert found.body["warnings"] == []


@pytest.mark.usefixtures("x")
async def test_keys_of_another_account_are_named_in_words_and_nothing_opens(tmp_path: Path) -> None:
    found = await opening(tmp_path, LOCAL, CLINIC)
    assert (found.status, found.opened) == (422, 0)
    assert found.body["gaps"] == [
        "destinations.1: X says these keys are @OurHospital's, not @OurClinic's; give the keys of @OurClinic"
    ]


@pytest.mark.usefixtures("x")
async def test_keys_that_x_refuses_are_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRUBCAST_X__ACCESS_SECRET", "not-it")
    found = await opening(tmp_path, OURS)
    assert (found.status, found.opened) == (422, 0)
    assert found.body["gaps"] == [
        "destinations.0: X does not accept the keys; give keys of @OurHospital that are valid, or log in again"
    ]
    assert "not-it" not in json.dumps(found.body)


@pytest.mark.usefixtures("x")
async def test_x_out_of_reach_is_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRUBCAST_X__BASE_URL", NOWHERE)
    found = await opening(tmp_path, OURS)
    assert (found.status, found.opened) == (422, 0)
    assert found.body["gaps"] == ["destinations.0: X cannot be reached; try again when it can be reached from here"]


async def test_a_limit_that_is_used_up_is_a_warning_and_the_event_opens(tmp_path: Path, x: Door) -> None:
    await x.faults("me", "limit", reset_s=600)
    found = await opening(tmp_path, OURS)
    assert (found.status, found.opened) == (201, 1)
    (warning,) = found.body["warnings"]
    assert warning.startswith("x:@OurHospital: 0 more posts until 2026-")
    assert warning.endswith("50 are expected; the rest will wait")


async def test_opening_the_same_plan_again_asks_nobody(tmp_path: Path, x: Door) -> None:
    found = await opening(tmp_path, OURS, times=2)
    assert (found.status, found.opened, found.body["accounts"]) == (200, 1, "not checked again")
    assert await x.requests("me") == 1


async def test_an_account_without_credentials_is_a_gap_beside_the_others_and_is_not_asked(
    tmp_path: Path, x: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCRUBCAST_X__ACCOUNT", "@OurHospital")
    found = await opening(tmp_path, CLINIC, OURS, hashtag="#LopezKnee")
    assert found.status == 422
    assert [gap.partition(":")[0] for gap in found.body["gaps"]] == ["destinations.0", "hashtag"]
    assert "SCRUBCAST_X__ACCOUNTS__<NAME>__" in found.body["gaps"][0]
    assert await x.requests("me") == 1


async def test_each_account_is_asked_with_its_own_keys(
    tmp_path: Path, x: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ACCESS_TOKEN", "ACCESS_SECRET"):
        monkeypatch.delenv(f"SCRUBCAST_X__{name}")
        monkeypatch.setenv(f"SCRUBCAST_X__ACCOUNTS__OURHOSPITAL__{name}", str(getattr(KEYS, name.lower())))
        monkeypatch.setenv(f"SCRUBCAST_X__ACCOUNTS__OURCLINIC__{name}", "revoked")
    found = await opening(tmp_path, OURS, CLINIC)
    assert [gap.partition(":")[0] for gap in found.body["gaps"]] == ["destinations.1"]
    assert await x.requests("me") == 2


async def test_a_desk_without_credentials_opens_it_and_says_that_it_did_not_ask(
    tmp_path: Path, x: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCRUBCAST_DESK__CHECK_ACCOUNTS", "false")
    monkeypatch.delenv("SCRUBCAST_X__ACCESS_TOKEN")
    found = await opening(tmp_path, OURS)
    assert (found.status, found.opened, found.body["accounts"]) == (201, 1, "not checked here")
    assert await x.requests("me") == 0


async def test_each_account_on_a_mastodon_server_has_a_token_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with mastodon(tmp_path / "server") as server:
        hospital, clinic = await server.user("hospital"), await server.user("clinic")
        monkeypatch.setenv("SCRUBCAST_MASTODON__URL", server.url)
        monkeypatch.setenv(f"SCRUBCAST_MASTODON__ACCOUNTS__{slug(hospital.account)}__TOKEN", hospital.token)
        monkeypatch.setenv(f"SCRUBCAST_MASTODON__ACCOUNTS__{slug(clinic.account)}__TOKEN", hospital.token)
        wanted = [{"platform": "mastodon", "account": user.account} for user in (hospital, clinic)]
        mixed_up = await opening(tmp_path / "first", *wanted)
        monkeypatch.setenv(f"SCRUBCAST_MASTODON__ACCOUNTS__{slug(clinic.account)}__TOKEN", clinic.token)
        right = await opening(tmp_path / "second", *wanted)
    (gap,) = mixed_up.body["gaps"]
    assert gap == (
        f"destinations.1: Mastodon says these keys are {hospital.account}'s, not {clinic.account}'s; "
        f"give the keys of {clinic.account}"
    )
    assert (right.status, [one["ok"] for one in right.body["accounts"]]) == (201, [True, True])
    assert [line["usd"] for line in right.body["cost"]] == [0.0, 0.0]


async def test_bluesky_out_of_reach_is_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRUBCAST_BLUESKY__URL", NOWHERE)
    monkeypatch.setenv("SCRUBCAST_BLUESKY__PASSWORD", "app-password")
    found = await opening(tmp_path, {"platform": "bluesky", "account": "@our-hospital.bsky.social"})
    assert (found.status, found.opened) == (422, 0)
    assert found.body["gaps"] == [
        "destinations.0: Bluesky cannot be reached; try again when it can be reached from here"
    ]


# -- the same from the command line


@pytest.fixture
def event(tmp_path: Path) -> Path:
    path = tmp_path / "event.yaml"
    path.write_text(yaml.safe_dump(event_now() | {"destinations": [LOCAL, OURS]}), encoding="utf-8")
    return path


@pytest.mark.usefixtures("x")
async def test_account_check_says_who_they_are_and_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    found = await command(capsys, "account", "check", "x:@OurHospital")
    assert found == (0, "x:@OurHospital: OurHospital may post\n", "")


@pytest.mark.usefixtures("x")
async def test_account_check_ends_with_1_when_one_cannot_be_used(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCRUBCAST_X__ACCOUNT", "@OurHospital")
    monkeypatch.setenv("SCRUBCAST_X__ACCOUNTS__OURCLINIC__BEARER_TOKEN", "revoked")
    code, out, _ = await command(capsys, "account", "check")
    assert code == 1
    assert out.splitlines() == [
        "x:@OurHospital: OurHospital may post",
        "x:ourclinic: X does not accept the keys; give keys of ourclinic that are valid, or log in again",
    ]


@pytest.mark.usefixtures("x")
async def test_account_check_asks_for_the_name_of_keys_that_have_none(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = await command(capsys, "account", "check", "--json")
    assert code == 1
    (one,) = json.loads(out)
    assert one["gap"].startswith("the settings do not say whose keys these are; give SCRUBCAST_X__ACCOUNT,")


@pytest.mark.usefixtures("x")
async def test_live_event_check_asks_the_accounts_and_prints_the_cost(
    event: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = await command(capsys, "live-event", "check", str(event), "--posts", "100")
    assert (code, out) == (0, f"{event}: ready to open\n")
    assert err.splitlines()[:3] == [
        "account  x:@OurHospital: OurHospital may post",
        "cost     local: free",
        "cost     x:@OurHospital: 100 posts × $0.015 = $1.50",
    ]


async def test_live_event_check_offline_asks_nobody_and_says_so(
    event: Path, x: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = await command(capsys, "live-event", "check", str(event), "--offline")
    assert (code, out) == (0, f"{event}: ready to open\n")
    assert err.splitlines()[:2] == [
        "account  the accounts were not asked",
        "cost     local: free (for 50 posts each; say another number with --posts)",
    ]
    assert await x.requests("me") == 0


@pytest.mark.usefixtures("x")
async def test_live_event_check_names_keys_that_do_not_work(
    event: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCRUBCAST_X__BASE_URL", NOWHERE)
    code, out, _ = await command(capsys, "live-event", "check", str(event))
    assert (code, out) == (
        1,
        f"{event}: destinations.1: X cannot be reached; try again when it can be reached from here\n",
    )


@pytest.mark.usefixtures("x")
async def test_live_event_open_prints_the_id_alone_and_the_rest_beside_it(
    event: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load()
    async with commanded_desk(tmp_path, monkeypatch, check_account=checking(settings, SystemClock())):
        code, out, err = await command(capsys, "live-event", "open", str(event), "--posts", "100")
    assert (code, out) == (0, f"{event_now()['id']}\n")
    assert "account  x:@OurHospital: OurHospital may post" in err
    assert "cost     x:@OurHospital: 100 posts × $0.015 = $1.50" in err

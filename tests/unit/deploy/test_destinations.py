"""Each account gets its own keys, else the platform's default ones; without any it is no destination here."""

from typing import Any

import pytest

from consumers.poster.platforms.local import LocalPlatform
from deploy.destinations import Destinations
from deploy.settings import load
from streams.clock import SystemClock
from streams.memory import MemoryBus


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> Any:
    def given(**values: str) -> Destinations:
        for name, value in values.items():
            monkeypatch.setenv(f"SCRUBCAST_{name}", value)
        return Destinations(load(), MemoryBus(), SystemClock())

    return given


def test_without_settings_there_is_the_page_alone(env: Any) -> None:
    found = env()
    assert isinstance(found["local"], LocalPlatform)
    for key in ("x:@OurHospital", "bluesky:@a.example", "mastodon:@a@b.example", "x", "x:", "local:@a", "fax:@a", ""):
        assert key not in found


def test_a_destination_is_made_once(env: Any) -> None:
    found = env()
    assert found["local"] is found["local"]
    assert list(found) == ["local"]


async def test_default_keys_of_x_serve_any_account_until_they_are_said_to_be_of_one(env: Any) -> None:
    assert "x:@OurClinic" in env(X__BEARER_TOKEN="t")
    named = env(X__ACCOUNT="@OurHospital")
    assert "x:@ourhospital" in named
    assert "x:@OurClinic" not in named


async def test_bluesky_and_mastodon_are_there_where_their_keys_are(env: Any) -> None:
    found = env(
        BLUESKY__PASSWORD="app-password",
        MASTODON__ACCOUNTS__LIVEHOSPITAL_EXAMPLE__URL="http://127.0.0.1:1",
        MASTODON__ACCOUNTS__LIVEHOSPITAL_EXAMPLE__TOKEN="t",
    )
    assert found["bluesky:@our-hospital.bsky.social"].destination.account == "@our-hospital.bsky.social"
    assert found["mastodon:@live@hospital.example"].destination.account == "@live@hospital.example"
    assert "mastodon:@other@hospital.example" not in found
    for key in list(found):
        await found[key].close()


def test_a_poster_with_accounts_of_its_own_serves_no_others(env: Any) -> None:
    found = env(X__BEARER_TOKEN="t", POSTER__ACCOUNTS="x:@OurHospital, x:@OurClinic")
    assert "x:@ourhospital" in found
    assert "x:@OurClinic" in found
    assert "x:@OurLab" not in found
    assert "local" not in found


def test_x_never_replies_where_settings_forbid_it(env: Any) -> None:
    assert env(X__BEARER_TOKEN="t", X__REPLIES="never")["x:@OurHospital"]._replies is False

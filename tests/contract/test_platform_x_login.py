"""X's OAuth 2.0 logins, against the peer: a refresh token works once, and is never spent before its heir is kept."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from yarl import URL

from consumers.poster.platforms.base import AccountBusy
from consumers.poster.platforms.x import XPlatform
from consumers.poster.platforms.x_oauth2 import OAuth2, Tokens, authorize_url, challenge_of
from schemas.errors import Refused, Unavailable
from streams.clock import SystemClock
from tests.contract.platform_suite import outgoing
from tests.peers.x.accounts import Account
from tests.peers.x.running import Door, client, process, serving
from tests.poster_cases import X

KEYS = Account()
CLOCK = SystemClock()
BACK = "http://127.0.0.1:9/back"
VERIFIER = "v" * 43


class Kept:
    """A store whose disk may be full."""

    def __init__(self, tokens: Tokens | None = None) -> None:
        self.tokens = tokens
        self.saves: list[Tokens] = []
        self.full = False

    def load(self) -> Tokens | None:
        return self.tokens

    def save(self, tokens: Tokens) -> None:
        if self.full:
            raise OSError("no space left")
        self.tokens = tokens
        self.saves.append(tokens)


def tokens_of(answer: dict[str, Any]) -> Tokens:
    expires_at = datetime.now(UTC) + timedelta(seconds=answer["expires_in"])
    return Tokens(answer["access_token"], answer["refresh_token"], expires_at)


def login(peer: Door, store: Kept, *, public: bool = False) -> OAuth2:
    if public:
        return OAuth2(store, client_id=KEYS.public_client_id, base_url=peer.url, clock=CLOCK)
    secret = KEYS.client_secret
    return OAuth2(store, client_id=KEYS.client_id, client_secret=secret, base_url=peer.url, clock=CLOCK, timeout_s=2.0)


@pytest.fixture
async def peer(tmp_path: Path) -> AsyncIterator[Door]:
    async with serving(tmp_path / "x.jsonl") as peer:
        yield peer


@pytest.fixture
async def store(peer: Door) -> Kept:
    return Kept(tokens_of(await peer.grant()))


@pytest.fixture
async def platform(peer: Door, store: Kept) -> AsyncIterator[XPlatform]:
    platform = XPlatform(X, CLOCK, base_url=peer.url, oauth2=login(peer, store), timeout_s=2.0, settle_s=0.0)
    yield platform
    await platform.close()


async def consent(peer: Door, client_id: str) -> URL:
    url = authorize_url(client_id, BACK, "a-state", challenge_of(VERIFIER), url=f"{peer.url}/i/oauth2/authorize")
    async with client() as browser:
        return URL((await browser.get(url)).headers["location"])


@pytest.mark.parametrize("public", [False, True], ids=["confidential", "public"])
async def test_a_persons_consent_becomes_a_login_that_posts_and_is_renewed(peer: Door, public: bool) -> None:
    store = Kept()
    oauth2 = login(peer, store, public=public)
    back = await consent(peer, KEYS.public_client_id if public else KEYS.client_id)
    assert back.query["state"] == "a-state"
    first = await oauth2.exchange(back.query["code"], VERIFIER, BACK)
    assert store.tokens == first
    platform = XPlatform(X, CLOCK, base_url=peer.url, oauth2=login(peer, store, public=public))
    await platform.publish(outgoing(1, "Once.", CLOCK))
    await peer.advance(7200)  # the peer's clock alone: ours does not know yet
    with pytest.raises(Unavailable, match="renewed"):
        await platform.publish(outgoing(2, "Twice.", CLOCK))
    await platform.publish(outgoing(2, "Twice.", CLOCK))
    await platform.close()
    assert len(store.saves) == 2
    assert [p["text"] for p in await peer.posts()] == ["Once.", "Twice."]


async def test_a_refused_or_wrong_consent_is_no_login(peer: Door) -> None:
    store = Kept()
    oauth2 = login(peer, store)
    code = (await consent(peer, KEYS.client_id)).query["code"]
    with pytest.raises(Refused) as refused:
        await oauth2.exchange(code, "w" * 43, BACK)
    assert refused.value.code == "login-refused"
    with pytest.raises(Refused):
        await oauth2.exchange(code, VERIFIER, BACK)  # a code works once, whatever came of it
    await peer.consent(None)
    assert (await consent(peer, KEYS.client_id)).query["error"] == "access_denied"
    assert store.tokens is None


async def test_a_token_about_to_expire_is_renewed_before_the_post(peer: Door, platform: XPlatform, store: Kept) -> None:
    assert store.tokens is not None
    store.tokens = old = replace(store.tokens, expires_at=datetime.now(UTC) + timedelta(seconds=60))
    await platform.publish(outgoing(1, "Once.", CLOCK))
    assert len(store.saves) == 1
    assert store.saves[0].access != old.access
    assert store.saves[0].refresh != old.refresh
    assert await peer.requests("token") == 1
    assert await peer.requests("create") == 1


async def test_many_who_ask_at_once_renew_once(peer: Door, platform: XPlatform, store: Kept) -> None:
    assert store.tokens is not None
    store.tokens = replace(store.tokens, expires_at=datetime.now(UTC))
    await asyncio.gather(*(platform.publish(outgoing(n, f"Update {n}.", CLOCK)) for n in range(1, 9)))
    assert await peer.requests("token") == 1
    assert len(await peer.posts()) == 8


async def test_many_refused_at_once_renew_once_and_each_is_sent_anew_once(
    peer: Door, platform: XPlatform, store: Kept
) -> None:
    await platform.check()
    await peer.advance(7200)
    made = [platform.publish(outgoing(n, f"Update {n}.", CLOCK)) for n in range(1, 5)]
    first = await asyncio.gather(*made, return_exceptions=True)
    assert all(type(it) is Unavailable for it in first)
    assert await peer.posts() == []
    await asyncio.gather(*(platform.publish(outgoing(n, f"Update {n}.", CLOCK)) for n in range(1, 5)))
    assert await peer.requests("token") == 1
    assert len(store.saves) == 1
    assert len(await peer.posts()) == 4


async def test_a_question_is_asked_again_by_itself_after_a_renewal(
    peer: Door, platform: XPlatform, store: Kept
) -> None:
    await peer.advance(7200)
    assert (await platform.check()).name == "OurHospital"
    assert len(store.saves) == 1


async def test_a_fresh_token_that_is_refused_is_not_renewed_over_and_over(peer: Door, platform: XPlatform) -> None:
    await peer.advance(7200)
    await platform.check()
    for _ in range(3):
        await peer.faults("create", "unauthorized")
        with pytest.raises(AccountBusy) as busy:
            await platform.publish(outgoing(1, "Once.", CLOCK))
        assert busy.value.code == "credentials"
    assert await peer.requests("token") == 1


async def test_new_tokens_are_not_used_before_they_are_kept(peer: Door, platform: XPlatform, store: Kept) -> None:
    await peer.advance(7200)
    store.full = True
    for _ in range(2):
        with pytest.raises(AccountBusy, match="cannot be kept") as busy:
            await platform.publish(outgoing(1, "Once.", CLOCK))
        assert busy.value.code == "credentials"
    assert await peer.posts() == []
    store.full = False
    await platform.publish(outgoing(1, "Once.", CLOCK))
    assert await peer.requests("token") == 1  # what X gave was kept in memory until the disk had room
    assert len(store.saves) == 1


async def test_a_death_between_answer_and_keeping_says_that_a_person_must_log_in(peer: Door, store: Kept) -> None:
    lost = Kept(store.tokens)
    await peer.advance(7200)
    dying = login(peer, lost)
    assert store.tokens is not None
    await dying.access(refused=store.tokens.access)  # this process keeps them in vain: its disk is gone
    restarted = login(peer, store)
    for _ in range(2):
        with pytest.raises(AccountBusy, match="a person must log in to X again") as busy:
            await restarted.access(refused=store.tokens.access)
        assert busy.value.code == "credentials"
    assert await peer.requests("token") == 2  # the spent token is sent once, not again and again
    store.tokens = tokens_of(await peer.grant())  # a person logged in
    assert await restarted.access() == store.tokens.access


async def test_what_another_process_renewed_is_used(peer: Door, store: Kept) -> None:
    assert store.tokens is not None
    old = store.tokens
    ours, other = login(peer, store), login(peer, store)
    renewed = await other.access(refused=old.access)
    assert await ours.access(refused=old.access) == renewed
    assert await peer.requests("token") == 1


@pytest.mark.parametrize("what", ["drop", "html", "hang", "empty", "limit-bare"])
async def test_an_unanswered_renewal_is_tried_again_with_the_same_token(peer: Door, store: Kept, what: str) -> None:
    assert store.tokens is not None
    oauth2 = OAuth2(
        store,
        client_id=KEYS.client_id,
        client_secret=KEYS.client_secret,
        base_url=peer.url,
        clock=CLOCK,
        timeout_s=0.3,
    )
    await peer.faults("token", what)
    with pytest.raises(AccountBusy):
        await oauth2.access(refused=store.tokens.access)
    assert await oauth2.access(refused=store.tokens.access) == store.saves[0].access


async def test_without_a_login_nothing_is_sent(peer: Door) -> None:
    platform = XPlatform(X, CLOCK, base_url=peer.url, oauth2=login(peer, Kept()))
    with pytest.raises(AccountBusy, match="log in"):
        await platform.publish(outgoing(1, "Once.", CLOCK))
    await platform.close()
    assert await peer.requests("create") == 0


async def test_a_wrong_client_secret_spends_nothing(peer: Door, store: Kept) -> None:
    assert store.tokens is not None
    wrong = OAuth2(store, client_id=KEYS.client_id, client_secret="not-it", base_url=peer.url, clock=CLOCK)
    with pytest.raises(AccountBusy) as busy:
        await wrong.access(refused=store.tokens.access)
    assert busy.value.code == "credentials"
    await login(peer, store).access(refused=store.tokens.access)
    assert len(store.saves) == 1


async def test_logins_outlive_a_killed_peer(tmp_path: Path) -> None:
    async with process(tmp_path / "x.jsonl") as (peer, killed):
        store = Kept(tokens_of(await peer.grant()))
        assert store.tokens is not None
        await login(peer, store).access(refused=store.tokens.access)
        killed.kill()
    async with process(tmp_path / "x.jsonl") as (peer, _):
        platform = XPlatform(X, CLOCK, base_url=peer.url, oauth2=login(peer, store))
        await platform.publish(outgoing(1, "Once.", CLOCK))
        await platform.close()


async def test_a_post_whose_token_took_long_is_not_sent_late(
    peer: Door, platform: XPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    await platform.check()
    monkeypatch.setattr("consumers.poster.platforms.x_transport.START_S", -1.0)
    with pytest.raises(Unavailable, match="sent anew"):
        await platform.publish(outgoing(1, "Once.", CLOCK))
    assert await peer.requests("create") == 0

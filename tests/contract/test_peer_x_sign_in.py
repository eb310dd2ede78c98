"""The peer of X opens only to what X would: whole signatures used once, tokens of the right kind, codes and heirs."""

import re
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from oauthlib.oauth1 import Client as OAuth1  # type: ignore[import-untyped]  # it ships no types

from tests.peers.x.accounts import Account, account
from tests.peers.x.oauth import Signatures, signature
from tests.peers.x.running import Door, client, serving

KEYS = Account()
ACCOUNTS = {a.user_id: a for a in (account(0), account(1))}
URL = "http://127.0.0.1:8080/2/tweets?max_results=5&start_time=2026-12-01T09%3A00%3A00Z"
NOW_S = 1_790_000_000.0


def signed(
    method: str = "POST", url: str = URL, keys: Account = KEYS, stamp: float = NOW_S, nonce: str = "once"
) -> str:
    """What follows `OAuth `, as the client's library writes it."""
    signer = OAuth1(
        keys.consumer_key, keys.consumer_secret, keys.access_token, keys.access_secret,
        timestamp=str(int(stamp)), nonce=nonce,
    )  # fmt: skip
    return str(signer.sign(url, method)[1]["Authorization"]).removeprefix("OAuth ")


def whose(header: str, method: str = "POST", url: str = URL) -> str | None:
    found = Signatures(ACCOUNTS).account(header, method, url, [], NOW_S)
    return found.username if found else None


def test_the_signature_is_the_one_of_xs_own_example() -> None:
    # https://docs.x.com/fundamentals/authentication/oauth-1-0a/creating-a-signature (keys published there as invalid)
    example = replace(
        KEYS,
        consumer_key="xvz1evFS4wEEPTGEFPHBog",
        consumer_secret="kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
        access_token="370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        access_secret="LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
    )
    said = {
        "oauth_consumer_key": example.consumer_key,
        "oauth_nonce": "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": "1318622958",
        "oauth_token": example.access_token,
        "oauth_version": "1.0",
    }
    url = "https://api.x.com/1.1/statuses/update.json?include_entities=true"
    form = [("status", "Hello Ladies + Gentlemen, a signed OAuth request!")]
    assert signature(example, said, "post", url, form) == "Ls93hJiZbQ3akF3HF3x1Bz8/zU4="


def test_a_whole_signature_opens_its_own_account() -> None:
    assert whose(signed()) == "OurHospital"
    assert whose(signed(keys=account(1))) == "OurHospital2"


def test_a_signature_with_any_byte_changed_opens_nothing() -> None:
    header = signed()
    assert whose(header, method="DELETE") is None
    assert whose(header, url=URL.replace("max_results=5", "max_results=6")) is None
    assert whose(header, url=URL.replace("/2/tweets", "/2/tweet")) is None
    assert whose(header, url=URL.replace("8080", "8081")) is None
    signed_places = [place for part in re.finditer(r'\w+="[^"]+"', header) for place in range(*part.span())]
    assert len(signed_places) > 200
    for place in signed_places:
        changed = header[:place] + chr(ord(header[place]) ^ 1) + header[place + 1 :]
        assert whose(changed) is None, changed


def test_a_signature_opens_once_and_for_five_minutes() -> None:
    signatures = Signatures(ACCOUNTS)
    header = signed()
    assert signatures.account(header, "POST", URL, [], NOW_S) is not None
    assert signatures.account(header, "POST", URL, [], NOW_S) is None
    assert signatures.account(signed(nonce="twice"), "POST", URL, [], NOW_S) is not None
    assert whose(signed(stamp=NOW_S - 300)) == "OurHospital"
    assert whose(signed(stamp=NOW_S - 301)) is None
    assert whose(signed(stamp=NOW_S + 301)) is None


def test_another_accounts_secret_or_another_apps_key_opens_nothing() -> None:
    assert whose(signed(keys=replace(KEYS, access_secret=account(1).access_secret))) is None
    assert whose(signed(keys=replace(KEYS, consumer_secret="other"))) is None
    assert whose(signed(keys=replace(KEYS, consumer_key="other"))) is None
    assert whose("") is None
    assert whose(signed().replace("HMAC-SHA1", "PLAINTEXT")) is None


# -- over the wire ----------------------------------------------------------------------------------------------------


@pytest.fixture
async def peer(tmp_path: Path) -> AsyncIterator[Door]:
    async with serving(tmp_path / "x.jsonl") as peer:
        yield peer


async def ask(peer: Door, method: str, path: str, authorization: str | None = None, **more: Any) -> httpx.Response:
    headers = {"Authorization": authorization} if authorization else {}
    async with client() as asking:
        return await asking.request(method, peer.url + path, headers=headers, **more)


async def test_without_or_with_unknown_credentials_it_is_401(peer: Door) -> None:
    for authorization in (None, "Bearer nobody", "Bearer", "Basic eA==", "OAuth oauth_token=x", "nonsense"):
        answer = await ask(peer, "POST", "/2/tweets", authorization, json={"text": "Hello."})
        assert (answer.status_code, answer.json()["title"]) == (401, "Unauthorized")
    assert await peer.posts() == []


async def test_a_request_signed_as_a_library_does_it_opens(peer: Door) -> None:
    path = "/2/users/4711/tweets?max_results=5&start_time=2026-11-01T00%3A00%3A00Z"
    header = "OAuth " + signed("GET", peer.url + path, stamp=time.time())
    answer = await ask(peer, "GET", path, header)
    assert (answer.status_code, answer.headers["x-access-level"]) == (200, "read-write")
    assert (await ask(peer, "GET", path, header)).status_code == 401  # the nonce was used


async def test_an_app_alone_reads_but_neither_posts_nor_is_somebody(peer: Door) -> None:
    app = f"Bearer {KEYS.app_token}"
    for method, path in (("POST", "/2/tweets"), ("GET", "/2/users/me"), ("DELETE", "/2/tweets/1")):
        answer = await ask(peer, method, path, app, json={"text": "Hello."})
        assert answer.status_code == 403
        assert answer.json()["type"].endswith("/unsupported-authentication")
    assert (await ask(peer, "GET", "/2/users/4711/tweets", app)).status_code == 200
    stream = await ask(peer, "GET", "/2/tweets/search/stream", f"Bearer {KEYS.user_token}")
    assert stream.status_code == 403


async def test_tokens_expire_and_open_only_what_was_allowed(peer: Door) -> None:
    grant = await peer.grant(life_s=60, scopes=["tweet.read", "users.read"])
    bearer = f"Bearer {grant['access_token']}"
    assert "refresh_token" not in grant  # offline.access was not asked for
    assert (await ask(peer, "GET", "/2/users/me", bearer)).status_code == 200
    assert (await ask(peer, "POST", "/2/tweets", bearer, json={"text": "Hello."})).status_code == 403
    await peer.advance(60)
    assert (await ask(peer, "GET", "/2/users/me", bearer)).status_code == 401


def renewing(token: str) -> dict[str, str]:
    return {"grant_type": "refresh_token", "refresh_token": token, "client_id": KEYS.public_client_id}


async def test_a_refresh_token_works_once_and_used_twice_ends_the_login(peer: Door) -> None:
    first = await peer.grant(public=True)
    answer = await ask(peer, "POST", "/2/oauth2/token", data=renewing(first["refresh_token"]))
    second = answer.json()
    assert (answer.status_code, second["token_type"], second["expires_in"]) == (200, "bearer", 7200)
    assert (await ask(peer, "GET", "/2/users/me", f"Bearer {first['access_token']}")).status_code == 401
    assert (await ask(peer, "GET", "/2/users/me", f"Bearer {second['access_token']}")).status_code == 200
    again = await ask(peer, "POST", "/2/oauth2/token", data=renewing(first["refresh_token"]))
    assert (again.status_code, again.json()["error"]) == (400, "invalid_request")
    assert (await ask(peer, "GET", "/2/users/me", f"Bearer {second['access_token']}")).status_code == 401
    assert (await ask(peer, "POST", "/2/oauth2/token", data=renewing(second["refresh_token"]))).status_code == 400


async def test_a_login_is_for_its_own_client_and_can_be_revoked(peer: Door) -> None:
    confidential = await peer.grant()
    answer = await ask(peer, "POST", "/2/oauth2/token", data=renewing(confidential["refresh_token"]))
    assert answer.status_code == 400
    answer = await ask(peer, "POST", "/2/oauth2/token", data={"grant_type": "refresh_token", "client_id": "client-id"})
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized_client")  # it has to name its secret
    public = await peer.grant(public=True)
    revoke = {"token": public["access_token"], "client_id": KEYS.public_client_id}
    assert (await ask(peer, "POST", "/2/oauth2/revoke", data=revoke)).json() == {"revoked": True}
    assert (await ask(peer, "GET", "/2/users/me", f"Bearer {public['access_token']}")).status_code == 401


async def test_a_code_is_good_for_half_a_minute_one_client_and_one_address(peer: Door) -> None:
    asked = {
        "response_type": "code", "client_id": KEYS.public_client_id, "redirect_uri": "http://127.0.0.1:9/back",
        "scope": "users.read offline.access", "state": "s", "code_challenge_method": "S256",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    }  # fmt: skip

    async def exchanged(**changed: str) -> int:
        consent = await ask(peer, "GET", "/i/oauth2/authorize", params=asked)
        code = httpx.URL(consent.headers["location"]).params["code"]
        if changed.pop("late", ""):
            await peer.advance(31)
        form = {
            "grant_type": "authorization_code", "code": code, "client_id": KEYS.public_client_id,
            "redirect_uri": asked["redirect_uri"], "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        }  # fmt: skip
        return (await ask(peer, "POST", "/2/oauth2/token", data=form | changed)).status_code

    assert await exchanged() == 200
    assert await exchanged(late="yes") == 400
    assert await exchanged(redirect_uri="http://127.0.0.1:9/other") == 400
    assert await exchanged(code_verifier="d" * 43) == 400
    assert await exchanged(code="guessed") == 400
    plain = await ask(peer, "GET", "/i/oauth2/authorize", params=asked | {"code_challenge_method": "plain"})
    assert plain.status_code == 400

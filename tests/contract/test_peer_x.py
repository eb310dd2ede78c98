"""The peer of X does what X is documented to do with posts, limits, searches and streams, and forgets nothing."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.peers.x.accounts import Account, account
from tests.peers.x.running import Door, client, process, serving
from tests.peers.x.weight import weight

KEYS = Account()
USER = f"Bearer {KEYS.user_token}"
OTHER = f"Bearer {account(1).user_token}"
APP = f"Bearer {KEYS.app_token}"


@pytest.fixture
async def peer(tmp_path: Path) -> AsyncIterator[Door]:
    async with serving(tmp_path / "x.jsonl", accounts=2) as peer:
        yield peer


async def ask(peer: Door, method: str, path: str, authorization: str = USER, **more: Any) -> httpx.Response:
    async with client() as asking:
        return await asking.request(method, peer.url + path, headers={"Authorization": authorization}, **more)


async def post(peer: Door, text: str, reply_to: str | None = None, authorization: str = USER) -> httpx.Response:
    body: dict[str, Any] = {"text": text}
    if reply_to:
        body["reply"] = {"in_reply_to_tweet_id": reply_to}
    return await ask(peer, "POST", "/2/tweets", authorization, json=body)


async def made(peer: Door, text: str, reply_to: str | None = None, authorization: str = USER) -> str:
    answer = await post(peer, text, reply_to, authorization)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


async def found(peer: Door, query: str, authorization: str = USER) -> list[str]:
    answer = await ask(peer, "GET", "/2/tweets/search/recent", authorization, params={"query": query})
    assert answer.status_code == 200, answer.text
    return [p["id"] for p in answer.json().get("data", ())]


# -- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "content-type of application/json"),
        (b"[]", "must be JSON objects"),
        (b"{}", "must provide text or media"),
        (b'{"text": "  "}', "must provide text or media"),
        (b'{"text": 5}', "$.text: string expected"),
        (b'{"text": "Hello.", "idempotency_key": "1"}', "$.idempotency_key: is not defined in the schema"),
        (b'{"text": "Hello.", "reply": {"to": "1"}}', "$.reply.to: is not defined in the schema"),
        (b'{"text": "Hello.", "reply": {}}', "$.reply.in_reply_to_tweet_id: is missing"),
        (b'{"text": "Hello.", "reply": {"in_reply_to_tweet_id": 5}}', "does not match the regex pattern"),
        (b'{"text": "Hello.", "reply": {"in_reply_to_tweet_id": "17"}}', "does not exist"),
        (b'{"text": "Hello.", "media": {"media_ids": []}}', "between 1 and 4 items"),
        (b'{"text": "Hello.", "media": {"media_ids": ["17"]}}', "media IDs are invalid"),
        (json.dumps({"text": "x" * 281}).encode(), "Your Tweet text is too long."),
    ],
)
async def test_a_wrong_body_is_400_and_says_why(peer: Door, body: bytes, said: str) -> None:
    answer = await ask(peer, "POST", "/2/tweets", content=body)
    assert answer.status_code == 400
    assert said in answer.json()["errors"][0]["message"]
    assert await peer.posts() == []


@pytest.mark.parametrize(
    ("text", "weighs"),
    [
        ("x" * 280, 280),
        ("手術" * 70, 280),
        ("e\u0301", 1),
        ("https://example.com/" + "p" * 200, 23),
        ("See example.com/now.", 28),
        ("\u26bd\ufe0f", 2),
        ("\U0001f9d1\u200d\u2695\ufe0f", 2),
        ("\U0001f1e9\U0001f1ea", 2),
        ("1\ufe0f\u20e3", 2),
        ("\U0001f44d\U0001f3fd", 2),
        ("\u201cquoted\u201d \u2013 yes\u2026", 16),
    ],
)
def test_a_text_weighs_what_x_publishes(text: str, weighs: int) -> None:
    assert weight(text) == weighs


async def test_an_equal_text_is_refused_in_xs_words_without_the_id_of_the_first(peer: Door) -> None:
    first = await made(peer, "Vitals stable.")
    answer = await post(peer, " Vitals stable. ")
    assert answer.status_code == 403
    assert answer.json() == {
        "title": "Forbidden",
        "detail": "You are not allowed to create a Tweet with duplicate content.",
        "type": "about:blank",
        "status": 403,
    }
    await made(peer, "Vitals stable.", authorization=OTHER)  # another account may say the same
    await ask(peer, "DELETE", f"/2/tweets/{first}")
    await made(peer, "Vitals stable.")  # what is gone is no duplicate
    await peer.settings(duplicate_s=60)
    await peer.advance(61)
    await made(peer, "Vitals stable.")


async def test_a_parent_must_be_there_and_of_some_age_when_that_is_set(peer: Door) -> None:
    await peer.settings(young_parent_s=5)
    first = await made(peer, "The first.")
    young = await post(peer, "The second.", first)
    assert (young.status_code, young.json()["detail"]) == (
        403,
        "You attempted to reply to a Tweet that is deleted or not visible to you.",
    )
    await peer.advance(5)
    await made(peer, "The second.", first)
    await ask(peer, "DELETE", f"/2/tweets/{first}")
    assert (await post(peer, "The third.", first)).status_code == 403


async def test_a_tier_may_reply_only_to_who_mentioned_it(peer: Door) -> None:
    await peer.settings(account="OurHospital", replies="mentioned")
    own = await made(peer, "The first.")
    refused = await post(peer, "The second.", own)
    assert refused.status_code == 403
    assert refused.json()["detail"].startswith("Reply to this conversation is not allowed because you have not been")
    mention = await made(peer, "How is it going, @OurHospital ?", authorization=OTHER)
    await made(peer, "Well.", mention)
    await peer.settings(account="OurHospital", replies="mentioned-or-own")
    await made(peer, "The second.", own)
    stranger = await made(peer, "A stranger's.", authorization=OTHER)
    refused = await post(peer, "A cold reply.", stranger)
    assert refused.status_code == 403
    assert refused.json()["detail"] == (
        "You can only reply to or quote posts where you are mentioned or are the author."
    )
    assert refused.json()["type"] == "https://api.x.com/2/problems/not-authorized-for-resource"
    await made(peer, "Glad to hear.", own, authorization=OTHER)  # the other account's tier is another matter


async def test_nobody_deletes_what_is_anothers_and_a_deleted_post_is_404(peer: Door) -> None:
    it = await made(peer, "Mine.")
    assert (await ask(peer, "DELETE", f"/2/tweets/{it}", OTHER)).status_code == 403
    assert (await ask(peer, "DELETE", f"/2/tweets/{it}")).json() == {"data": {"deleted": True}}
    assert (await ask(peer, "DELETE", f"/2/tweets/{it}")).status_code == 404


# -- limits -----------------------------------------------------------------------------------------------------------


async def test_limits_are_told_on_each_answer_and_kept(peer: Door) -> None:
    answer = await post(peer, "Update 0.")
    told = {k: v for k, v in answer.headers.items() if "limit" in k and "reset" not in k}
    assert told == {
        "x-rate-limit-limit": "100",
        "x-rate-limit-remaining": "99",
        "x-app-limit-24hour-limit": "10000",
        "x-app-limit-24hour-remaining": "9999",
    }
    await peer.settings(windows={"create": 3})
    statuses = [(await post(peer, f"Update {n}.")).status_code for n in range(1, 5)]
    assert statuses == [201, 201, 429, 429]
    await made(peer, "Another account has its own.", authorization=OTHER)
    await peer.advance(900)
    await made(peer, "A new window.")


async def test_a_days_limits_outlast_the_window(peer: Door) -> None:
    await peer.settings(user_day=2, app_day=4)
    await made(peer, "One.")
    await made(peer, "Two.")
    await peer.advance(900)
    refused = await post(peer, "Three.")
    assert refused.status_code == 429
    assert refused.headers["x-user-limit-24hour-remaining"] == "0"
    assert refused.headers["x-rate-limit-remaining"] == "100"
    await made(peer, "One.", authorization=OTHER)
    await made(peer, "Two.", authorization=OTHER)
    assert (await post(peer, "Three.", authorization=OTHER)).headers["x-app-limit-24hour-remaining"] == "0"
    await peer.advance(86_400)
    await made(peer, "Three.")


# -- reading ----------------------------------------------------------------------------------------------------------


async def test_a_thread_is_one_conversation_that_can_be_searched(peer: Door) -> None:
    root = await made(peer, "The first. #OurKneeLive")
    second = await made(peer, "The second.", root)
    third = await made(peer, "The third.", second)
    elsewhere = await made(peer, "Not of it. #OurKneeLive2", authorization=OTHER)
    for authorization in (USER, APP):
        assert await found(peer, f"conversation_id:{root}", authorization) == [third, second, root]
    assert await found(peer, "#OurKneeLive from:OurHospital") == [root]
    assert await found(peer, "from:OurHospital is:reply -third") == [second]
    assert await found(peer, '"Not of it" -from:OurHospital') == [elsewhere]
    for query in ("", "a OR b", "has:links", "(a)"):
        answer = await ask(peer, "GET", "/2/tweets/search/recent", params={"query": query})
        assert answer.status_code == 400
    fields = {"tweet.fields": "conversation_id,referenced_tweets,created_at,author_id"}
    data = (await ask(peer, "GET", f"/2/tweets/{third}", params=fields)).json()["data"]
    assert data["conversation_id"] == root
    assert data["referenced_tweets"] == [{"type": "replied_to", "id": second}]
    assert data["author_id"] == KEYS.user_id
    assert data["created_at"].endswith("Z")


async def test_a_post_is_seen_after_the_delay_and_a_missing_one_is_an_error_within_200(peer: Door) -> None:
    await peer.settings(visible_after_s=30)
    it = await made(peer, "Soon. A & B < C")
    missing = await ask(peer, "GET", f"/2/tweets/{it}")
    assert (missing.status_code, missing.json()["errors"][0]["title"]) == (200, "Not Found Error")
    assert await found(peer, "Soon") == []
    await peer.advance(30)
    assert (await ask(peer, "GET", f"/2/tweets/{it}")).json()["data"]["text"] == "Soon. A &amp; B &lt; C"
    assert await found(peer, "Soon") == [it]


async def test_a_timeline_comes_in_pages_newest_first(peer: Door) -> None:
    ids = [await made(peer, f"Update {n}.") for n in range(12)]
    query = {"max_results": "5"}
    seen: list[str] = []
    while True:
        page = (await ask(peer, "GET", "/2/users/4711/tweets", params=query)).json()
        seen += [p["id"] for p in page["data"]]
        if "next_token" not in page["meta"]:
            break
        query["pagination_token"] = page["meta"]["next_token"]
    assert seen == ids[::-1]
    since = await ask(peer, "GET", "/2/users/4711/tweets", params={"since_id": ids[9]})
    assert [p["id"] for p in since.json()["data"]] == [ids[11], ids[10]]
    for wrong in ({"max_results": "4"}, {"max_results": "ten"}, {"limit": "5"}):
        assert (await ask(peer, "GET", "/2/users/4711/tweets", params=wrong)).status_code == 400


async def test_a_reader_of_the_stream_sees_what_fits_its_rules_and_blank_lines(peer: Door) -> None:
    stream = f"{peer.url}/2/tweets/search/stream"
    app = {"Authorization": APP}
    assert (await ask(peer, "GET", "/2/tweets/search/stream", APP)).status_code == 409  # no rules
    rule = {"add": [{"value": "from:OurHospital #OurKneeLive", "tag": "ours"}]}
    added = await ask(peer, "POST", "/2/tweets/search/stream/rules", APP, json=rule)
    rule_id = added.json()["data"][0]["id"]
    assert (await ask(peer, "POST", "/2/tweets/search/stream/rules", APP, json=rule)).status_code == 409
    await peer.settings(keep_alive_s=0.05)
    async with (
        asyncio.timeout(10),
        client() as asking,
        asking.stream("GET", stream, headers=app) as answer,
    ):
        lines = answer.aiter_lines()
        assert await anext(lines) == ""
        second = await ask(peer, "GET", "/2/tweets/search/stream", APP)
        assert (second.status_code, second.json()["connection_issue"]) == (429, "TooManyConnections")
        await made(peer, "Not for them.")
        it = await made(peer, "Half way. #OurKneeLive")
        while not (line := await anext(lines)):
            pass
    told = json.loads(line)
    assert (told["data"]["id"], told["matching_rules"]) == (it, [{"id": rule_id, "tag": "ours"}])
    gone = await ask(peer, "POST", "/2/tweets/search/stream/rules", APP, json={"delete": {"ids": [rule_id]}})
    assert gone.json()["meta"]["summary"]["deleted"] == 1


# -- faults and crashes -----------------------------------------------------------------------------------------------


async def test_faults_happen_once_each_in_order_and_to_the_account_they_name(peer: Door) -> None:
    await peer.faults("create", "limit-bare", "html", account="OurHospital")
    assert (await post(peer, "One.", authorization=OTHER)).status_code == 201
    assert [(await post(peer, "One.")).status_code for _ in range(3)] == [429, 503, 201]


@pytest.mark.parametrize("what", ["drop", "late", "commit-then-drop", "commit-then-cut"])
async def test_a_dropped_request_has_no_answer(peer: Door, what: str) -> None:
    await peer.faults("create", what, after_s=0)
    with pytest.raises(httpx.RemoteProtocolError):
        await post(peer, "Once.")
    async with asyncio.timeout(5):
        while len(await peer.posts()) != (what != "drop"):
            await asyncio.sleep(0.01)


async def test_unknown_faults_and_settings_are_told(peer: Door) -> None:
    for body in ({"on": "create", "what": "nonsense"}, {"on": "nothing", "what": "drop"}):
        async with client() as asking:
            assert (await asking.post(f"{peer.url}/_control/faults", json=[body])).status_code == 400
    async with client() as asking:
        assert (await asking.post(f"{peer.url}/_control/settings", json={"visible": 5})).status_code == 400


async def test_ids_only_grow_and_hold_the_time_even_after_a_kill_and_a_deletion(tmp_path: Path) -> None:
    state = tmp_path / "x.jsonl"
    async with process(state, ["--accounts", "2"]) as (peer, killed):
        first = await made(peer, "The first.")
        second = await made(peer, "The second.", first)
        await ask(peer, "DELETE", f"/2/tweets/{second}")
        killed.kill()
    with state.open("ab") as file:
        file.write(b'{"table": "tweets", "id": "99')  # a line that the kill cut off
    async with process(state, ["--accounts", "2", "--settings", '{"young_parent_s": 3600}']) as (peer, _):
        third = await made(peer, "The second.")
        assert int(first) < int(second) < int(third)
        assert (await post(peer, "The fourth.", first)).status_code == 403  # the settings of the command line
        assert [p["id"] for p in await peer.posts()] == [first, third]
        await made(peer, "Another account's.", authorization=OTHER)

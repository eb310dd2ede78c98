"""The whole way to X, against a peer in a process of its own: one thread, hashtag once, nothing twice."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.peers.x.oauth import Account
from tests.system.posting_peers import running
from tests.system_fixture import System, event_now, wait_until

pytestmark = [pytest.mark.kafka, pytest.mark.system]

KEYS = Account()


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[str]:
    with running("tests.peers.x", "--state", str(tmp_path / "x.jsonl")) as facts:
        yield f"http://127.0.0.1:{facts['port']}"


@pytest.fixture
def x_system(tmp_path: Path, peer: str, kafka_cache_dir: Path, needs_java: None) -> Iterator[System]:
    keys = {
        "BASE_URL": peer,
        "CONSUMER_KEY": KEYS.consumer_key,
        "CONSUMER_SECRET": KEYS.consumer_secret,
        "ACCESS_TOKEN": KEYS.access_token,
        "ACCESS_SECRET": KEYS.access_secret,
        "SETTLE_S": "0",
    }
    environment = {f"SCRUBCAST_X__{name}": value for name, value in keys.items()}
    made = System(tmp_path / "data", environment | {"SCRUBCAST_CACHE_DIR": str(kafka_cache_dir)})
    made.start()
    yield made
    made.stop()


def posts(peer: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(f"{peer}/_control/posts", trust_env=False).json()["posts"]
    return [post for post in found if not post["deleted"]]


def on_x(account: str) -> list[dict[str, str]]:
    return [{"platform": "local"}, {"platform": "x", "account": account}]


def test_a_thread_on_x_survives_lost_answers_and_a_killed_poster(x_system: System, peer: str) -> None:
    event = x_system.open(id="on-x", destinations=on_x(f"@{KEYS.username}"))
    x_system.submit(event, "Half way.")
    wait_until(lambda: posts(peer))
    faults = [{"on": "create", "what": "commit-then-drop"}, {"on": "create", "what": "drop"}]
    httpx.post(f"{peer}/_control/faults", json=faults, trust_env=False).raise_for_status()
    x_system.submit(event, "All readings steady.", "The team swaps instruments.")
    x_system.kill("poster")
    x_system.submit(event, "Going to plan.")
    wait_until(lambda: len(posts(peer)) == 4, 120, lambda: json.dumps(posts(peer)))
    wait_until(
        lambda: Counter(r["state"] for r in x_system.thread(event) if r["destination"] != "local") == {"posted": 4}, 60
    )
    found = sorted(posts(peer), key=lambda post: int(post["id"]))
    assert [post["text"].count("#OurKneeLive") for post in found] == [1, 1, 1, 1]
    assert [text in post["text"] for text, post in zip(("Half", "steady", "swaps", "plan"), found, strict=True)] == [
        True
    ] * 4
    parents = [row["reply_to"] for row in x_system.thread(event) if row["destination"] != "local"]
    assert parents == [None, *(post["id"] for post in found[:-1])]


def test_credentials_of_another_account_open_nothing_and_post_nothing(x_system: System, peer: str) -> None:
    file = x_system.data.parent / "other.yaml"
    file.write_text(yaml.safe_dump(event_now(id="other", destinations=on_x("@SomebodyElse"))), encoding="utf-8")
    refused = x_system.cli("live-event", "open", str(file), check=False)
    assert refused.returncode == 1
    assert f"X says these keys are @{KEYS.username}'s, not @SomebodyElse's" in refused.stderr
    assert posts(peer) == []

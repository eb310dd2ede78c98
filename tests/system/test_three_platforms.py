"""One live event on all four destinations while everything goes wrong that may: each holds each release once, in order,
each post under the one before; and what is taken back is gone everywhere.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.receipt import Notice, Receipt, Retraction
from schemas.topics import RECEIPTS, decode_receipt
from tests.peers.bluesky.install import Installed
from tests.peers.bluesky.needed import needed
from tests.system.posting_peers import Peers, Place, posting_peers, reading, tally
from tests.system_fixture import System, wait_until

pytestmark = [pytest.mark.kafka, pytest.mark.system]

EVENT, TAG = "on-all", "#OurKneeLive"
BUSY = {"what": "status:429", "headers": {"Retry-After": "1"}}
WORKED_OFF_S = 90.0


@pytest.fixture
def bluesky_server() -> Installed:
    return needed()


@pytest.fixture
def peers(tmp_path: Path, bluesky_server: Installed) -> Iterator[Peers]:
    with posting_peers(tmp_path) as running:
        yield running


@pytest.fixture
def everywhere(tmp_path: Path, peers: Peers, kafka_cache_dir: Path, needs_java: None) -> Iterator[System]:
    made = System(tmp_path / "data", peers.environment | {"SCRUBCAST_CACHE_DIR": str(kafka_cache_dir)})
    try:
        made.start()
        yield made
    finally:
        made.stop()


def spoil(place: Place, *what: str | dict[str, Any]) -> None:
    steps = [each if isinstance(each, dict) else {"what": each} for each in what]
    place.script([{"method": "POST", "path": place.posting, "after_s": 0.5, **step} for step in steps])


def status(system: System) -> dict[str, Any]:
    """As `status --json` says it; asked over HTTP, because a command costs a second of a core."""
    found: dict[str, Any] = system.request("director", "GET", f"/live-events/{EVENT}/status").json()
    return found


def states(system: System) -> dict[str, dict[str, int]]:
    """How many posts are in which state, by destination."""
    found = status(system)["destinations"]
    return {
        k: {s: n for s, n in of.items() if isinstance(n, int) and n and s != "standalone"} for k, of in found.items()
    }


def until_public(system: System, peers: Peers, count: int) -> None:
    def there() -> bool:
        return all(len(place.standing()) >= count for place in peers.places)

    wait_until(there, WORKED_OFF_S, lambda: f"{[(p.key, len(p.standing())) for p in peers.places]}")
    # What the product knows of it: an answer that was lost is looked up after the post is public.
    wait_until(
        lambda: all(of == {"posted": count} for of in states(system).values()),
        WORKED_OFF_S,
        lambda: str(states(system)),
    )


def latest_receipts(system: System) -> dict[tuple[str, str], Receipt | Retraction]:
    """By destination and post."""
    found: dict[tuple[str, str], Receipt | Retraction] = {}
    for message in system.records(RECEIPTS.name):
        receipt = decode_receipt(message.value or b"")
        if not isinstance(receipt, Notice):
            found[receipt.destination, str(receipt.post_id)] = receipt
    return found


def kill_poster_at(system: System, place: Place, posts: int) -> None:
    """As soon as so many posts stand there: somewhere between two posts on each platform."""
    wait_until(lambda: len(place.standing()) >= posts, WORKED_OFF_S)
    system.kill("poster")


def test_each_release_is_on_all_destinations_once_and_goes_when_it_is_taken_back(
    everywhere: System, peers: Peers
) -> None:
    event = everywhere.open(id=EVENT, languages=["en"], destinations=peers.destinations())

    # Answers lost, requests lost, pages of HTML, silence, limits, late application; and the poster killed twice.
    spoil(
        peers.x, "ok", "drop-after", "ok", "late", "ok", BUSY, "html-503-after", "ok", "ok", "half-after", "ok", "hang"
    )
    spoil(peers.bluesky, "drop-after", "ok", "drop-before", "html-503", "ok", "hang", BUSY, "late", "ok", "hang-after")
    spoil(peers.mastodon, "ok", "drop-after", "ok", BUSY, "ok", "html-503", "ok", "ok", "late")
    updates = everywhere.submit(event, *map(reading, range(1, 13)))
    kill_poster_at(everywhere, peers.x, 5)
    updates += everywhere.submit(event, *map(reading, range(13, 25)))
    kill_poster_at(everywhere, peers.bluesky, 17)
    until_public(everywhere, peers, 24)
    assert {place.key: place.faults_left() for place in peers.places} == {place.key: [] for place in peers.places}

    # One platform is away: the others go on, people are told, and its queue goes out in order when it is back.
    peers.mastodon.down("refuse")
    updates += everywhere.submit(event, *map(reading, range(25, 31)))
    others = (peers.x, peers.bluesky)
    wait_until(lambda: all(len(place.standing()) == 30 for place in others), WORKED_OFF_S)
    away = wait_until(lambda: status(everywhere)["destinations"][peers.mastodon.key]["away_reason"], WORKED_OFF_S)
    assert away == "unreachable"
    assert len(peers.mastodon.standing()) == 24
    peers.mastodon.down(how=False)
    until_public(everywhere, peers, 30)
    assert status(everywhere)["destinations"][peers.mastodon.key]["away_since"] is None

    # Exactly once, in order, each under the one before: as the platforms have it.
    tallies = {place.key: tally(peers, place, range(1, 31), TAG) for place in peers.places}
    assert {key: (found.posts, found.faults) for key, found in tallies.items()} == {
        place.key: (30, {}) for place in peers.places
    }
    actions = Counter(seen.action for seen in peers.witness.seen())
    assert actions == {"create": 30}

    # What the product says is what is there.
    thread = everywhere.thread(event)
    receipts = [r for r in latest_receipts(everywhere).values() if isinstance(r, Receipt)]
    for place in peers.places:
        rows = [row for row in thread if row["destination"] == place.key]
        there = [(post.id, post.parent) for post in tallies[place.key].public]
        assert [(row["platform_id"], row["reply_to"]) for row in rows] == there
        assert [row["update_id"] for row in rows] == updates
        assert all(row["url"].endswith(row["platform_id"].rpartition("/")[2]) for row in rows)
        told = sorted((r.n, r.platform_id, r.text) for r in receipts if r.destination == place.key)
        assert told == [(n, p.id, p.text) for n, p in enumerate(tallies[place.key].public, 1)]
    assert {r.outcome for r in receipts} == {"posted"}

    # One update is taken back, then all.
    everywhere.cli("retract", event, updates[4])
    wait_until(lambda: [len(place.standing()) for place in peers.places] == [29, 29, 29], WORKED_OFF_S)
    for place in peers.places:
        assert not any(reading(5) in post.text for post in place.standing())
    everywhere.cli("control", event, "withdraw")
    wait_until(lambda: [len(place.standing()) for place in peers.places] == [0, 0, 0], WORKED_OFF_S)

    def taken_back() -> bool:
        return all(of == {"retracted": 30} for of in states(everywhere).values())

    wait_until(taken_back, WORKED_OFF_S, lambda: str(states(everywhere)))
    ends = Counter((k[0], r.outcome) for k, r in latest_receipts(everywhere).items())
    assert ends == {(key, "deleted"): 30 for key in ("local", *(place.key for place in peers.places))}
    assert Counter(seen.action for seen in peers.witness.seen()) == {"create": 30, "delete": 30}
    assert [row for row in everywhere.thread(event) if row["state"] == "posted"] == []

    # No text of an update is in any log; each line of the poster's can be read, and no library had to complain.
    assert everywhere.stop() == 0
    logs = {path.name: path.read_text() for path in (everywhere.data / "logs").glob("*.log")}
    assert [name for name, text in [*logs.items(), ("up", everywhere.said.read_text())] if "is steady" in text] == []
    lines = [json.loads(line) for line in logs["poster.log"].splitlines()]
    assert [line for line in lines if line["event"] in {"library", "crashed"} or "dropped_fields" in line] == []

"""A thousand releases on three destinations while requests and answers are lost by a seeded script and the poster is
killed twenty times: each destination holds each release once, in order, under the right parent. Prints the table.
"""

import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.peers.bluesky.needed import needed
from tests.system.posting_peers import Peers, Place, Tally, posting_peers, reading, tally
from tests.system_fixture import System, wait_until

pytestmark = [pytest.mark.kafka, pytest.mark.system, pytest.mark.soak]

SEED = int(os.environ.get("SCRUBCAST_SOAK_SEED", "5"))
THREADS, EACH, KILLS = 4, 250, 20  # live events on the same accounts at once
FAULTS = 6  # of each kind on each platform
ALL_S = 2400.0
TAG = "#OurKneeLive"
SPOILT = (
    "drop-before", "drop-after", "hang", "hang-after", "late", "html-503", "html-503-after", "empty-after",
    "half-after", "status:429", "status:500", "status-after:500",
)  # fmt: skip
BUSY: dict[str, Any] = {"headers": {"Retry-After": "1"}}
YOUNG: dict[str, Any] = {
    "what": "status:403",
    "body": {
        "title": "Forbidden",
        "status": 403,
        "detail": "You attempted to reply to a Tweet that is deleted or not visible to you.",
    },
}
ASKING = {"x": "/2/users", "bluesky": "/xrpc/com.atproto.repo.getRecord", "mastodon": "/api/v1/accounts"}


def script(place: Place, chance: random.Random) -> list[dict[str, Any]]:
    """Faults at random places among the requests that post, and some among those that look up."""
    faults: list[dict[str, Any]] = [{"what": what} for what in SPOILT for _ in range(FAULTS)]
    if place.platform == "x":
        faults += [YOUNG] * FAULTS
    posting: list[dict[str, Any]] = [{"what": "ok"} for _ in range(THREADS * EACH - len(faults))] + faults
    chance.shuffle(posting)
    for step in posting:
        step.update({"method": "POST", "path": place.posting, "after_s": round(chance.uniform(0.1, 3.0), 1)})
        step.update(BUSY if step["what"] == "status:429" else {})
    looking = [{"method": "GET", "path": ASKING[place.platform], "what": what} for what in ("drop-before", "html-503")]
    return [dict(step) for step in posting] + looking * 3


@dataclass
class Run:
    """One run: four live events whose updates come in while the poster dies."""

    system: System
    peers: Peers
    chance: random.Random
    began: float

    def numbers(self, thread: int) -> range:
        return range(thread * EACH + 1, (thread + 1) * EACH + 1)

    def submit(self, event: str, numbers: range) -> None:
        self.system.submit(event, *map(reading, numbers))

    def kill(self) -> int:
        """At moments spread over all that there is to post; gives how many died of it."""
        in_all = THREADS * EACH * len(self.peers.places)
        killed, pid = 0, 0
        for moment in sorted(self.chance.sample(range(in_all - THREADS), KILLS)):
            wait_until(partial(self._has, moment), ALL_S)
            wait_until(partial(self._is_another, pid))
            time.sleep(self.chance.uniform(0.0, 1.0))  # no synchronisation: a moment by chance
            pid = self._poster()
            self.system.kill("poster")
            killed += 1
        return killed

    def _has(self, posts: int) -> bool:
        return sum(len(place.standing()) for place in self.peers.places) >= posts

    def _is_another(self, pid: int) -> bool:
        return self._poster() != pid

    def _poster(self) -> int:
        return int(self.system.facts()["pids"]["poster"])

    def states(self, event: str) -> dict[str, dict[str, int]]:
        told = self.system.request("director", "GET", f"/live-events/{event}/status").json()["destinations"]
        counted = ("posted", "unknown", "not-posted")
        return {key: {s: of[s] for s in counted if of[s]} for key, of in told.items()}

    def done(self, events: list[str]) -> bool:
        if time.monotonic() - self.began > ALL_S:
            return True
        every = {"posted": EACH}
        return all(of == every for event in events for of in self.states(event).values())


@pytest.fixture
def run(tmp_path: Path, kafka_cache_dir: Path, needs_java: None) -> Iterator[Run]:
    needed()
    with posting_peers(tmp_path) as peers:
        system = System(tmp_path / "data", peers.environment | {"SCRUBCAST_CACHE_DIR": str(kafka_cache_dir)})
        try:
            system.start()
            yield Run(system, peers, random.Random(SEED), time.monotonic())
        finally:
            system.stop()


def test_a_thousand_releases_are_on_three_destinations_once_each(run: Run) -> None:
    print(f"\nseed {SEED}: {THREADS} live events of {EACH} updates each on the same three accounts")
    places = [{"platform": place.platform, "account": place.account} for place in run.peers.places]
    events = [run.system.open(id=f"soak-{t}", languages=["en"], destinations=places) for t in range(THREADS)]
    # The first of each comes before the faults: a parent that X does not see has to be there.
    for thread, event in enumerate(events):
        run.submit(event, run.numbers(thread)[:1])
    wait_until(lambda: [len(place.standing()) for place in run.peers.places] == [THREADS] * 3)
    for place in run.peers.places:
        place.script(script(place, run.chance))
    with ThreadPoolExecutor(THREADS) as staff:
        writing = [staff.submit(run.submit, event, run.numbers(t)[1:]) for t, event in enumerate(events)]
        killed = run.kill()
        for one in writing:
            one.result()
    wait_until(lambda: run.done(events), ALL_S, lambda: json.dumps([run.states(event) for event in events]))
    table = {
        place.key: [tally(run.peers, place, run.numbers(t), TAG) for t in range(THREADS)] for place in run.peers.places
    }
    unknown = sum(of.get("unknown", 0) for event in events for of in run.states(event).values())
    show(run, table, killed, unknown)
    assert killed == KILLS
    assert unknown == 0
    assert {key: [(t.posts, t.faults) for t in tallies] for key, tallies in table.items()} == {
        place.key: [(EACH, {})] * THREADS for place in run.peers.places
    }
    assert {key: states for event in events for key, states in run.states(event).items()} == {
        place.key: {"posted": EACH} for place in run.peers.places
    }
    heard = Counter((seen.action, seen.uri) for seen in run.peers.witness.seen())
    assert set(heard.values()) == {1}


def show(run: Run, table: Mapping[str, list[Tally]], killed: int, unknown: int) -> None:
    columns = ("twice", "lost", "out_of_order", "wrong_parents", "wrong_tags")
    print(f"{'':24}{'posts':>7}" + "".join(f"{name.replace('_', ' '):>15}" for name in columns))
    for key, tallies in table.items():
        counts = [sum(len(getattr(t, name)) for t in tallies) for name in columns]
        print(f"{key[:23]:24}{sum(t.posts for t in tallies):7}" + "".join(f"{n:15}" for n in counts))
    for place in run.peers.places:
        used = Counter(seen["fault"] for seen in place.log() if seen["fault"] not in (None, "ok"))
        print(f"faults used, {place.platform}: {', '.join(f'{what} {n}' for what, n in sorted(used.items()))}")
        print(f"   of {len(place.log())} requests; not reached: {place.faults_left() or 'none'}")
    minutes = (time.monotonic() - run.began) / 60
    print(f"kills {killed}, unknown left {unknown}, {minutes:.1f} minutes")

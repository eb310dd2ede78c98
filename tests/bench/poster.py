"""What the poster adds to a platform's own answer, how soon it posts again after its end, and how it serves a hundred
live events on twenty accounts, in the real stage on real Kafka against the peers of the tests.
"""

import asyncio
import os
import signal
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import psutil
import uvloop

from consumers.poster.ledger import opened
from consumers.poster.outcomes import entry_of
from consumers.poster.platforms.base import FRESH_S, Outgoing
from consumers.poster.platforms.base import Platform as Door
from consumers.poster.platforms.local import LocalPlatform
from consumers.poster.platforms.x import PREPARE_S, XPlatform
from producers.client import Client
from schemas.control import Control, ControlKind
from schemas.envelope import Actor, Role
from schemas.ids import derive
from schemas.ledger import Ledger
from schemas.live_event import Destination, Platform
from schemas.thread import Post
from schemas.topics import CONTROLS, LEDGER, PAGES
from streams.bus import Bus
from streams.clock import SystemClock
from streams.kafka import Connection, KafkaBus
from tests.bench import machine
from tests.bench.figures import Part, Row, at_least, at_most, median, shown, spread, told
from tests.bench.texts import event_file
from tests.peers.bluesky.install import installed
from tests.peers.x.accounts import account
from tests.system.posting_peers import Peers, posting_peers, reading
from tests.system_fixture import System, wait_until

OVERHEAD_MAX_MS = 20.0
CLEAN_MAX_S = 3.0
KILLED_MAX_S = 3.0  # above the settle time
MEMORY_MAX_MB = 200.0
BACKLOG = 200  # posts of one thread that wait, and as many of the floor
WARM_UP = 20
RESTARTS = 3
REST_S = 6.0  # the supervisor starts again at once what has lived for so long
ACCOUNTS, EVENTS, EACH = 20, 100, 5
TIMEOUT_S = 2.0  # as posting_peers sets it
SETTLE_S = FRESH_S + PREPARE_S + TIMEOUT_S  # of the peer, which shows a post at once: what the door adds by itself
# Four of an account's threads post at once and the fifth comes next: none may be more than two posts behind.
FAIR_MIN = EACH - 2
POSTED_S = 300.0
DIRECTOR = Actor(role=Role.DIRECTOR, name="bench")


@dataclass
class Bench:
    """A running system and the peers it posts to."""

    system: System
    peers: Peers

    def open(self, live_event_id: str, *destinations: dict[str, str]) -> None:
        file = event_file(live_event_id) | {"destinations": list(destinations), "languages": ["en"]}
        answer = self.system.request("director", "POST", "/live-events", file)
        assert answer.status_code == 201, answer.text
        path = f"/live-events/{live_event_id}"  # intake reads of it a moment after the desk has written it
        wait_until(lambda: self.system.request("reporter", "GET", path, origin="url").is_success)

    def hold(self, live_event_id: str) -> None:
        answer = self.system.request("director", "POST", f"/live-events/{live_event_id}/controls", {"kind": "hold"})
        assert answer.status_code == 202, answer.text

    def resume(self, *live_event_ids: str) -> float:
        """All at once, straight to the topic; gives the moment."""
        now = datetime.now(UTC)

        def resumed(live_event_id: str) -> Control:
            kind: ControlKind = "resume"
            name = derive(live_event_id, "bench", now.isoformat())
            return Control(id=name, live_event_id=live_event_id, at=now, actor=DIRECTOR, kind=kind)

        async def send() -> None:
            async with self.bus() as bus:
                await asyncio.gather(*(bus.send(CONTROLS, resumed(each)) for each in live_event_ids))

        uvloop.run(send())
        return now.timestamp()

    def submit(self, updates: Sequence[tuple[str, int]]) -> None:
        """Readings, each for a live event; in order."""
        facts = self.system.facts()

        async def send() -> None:
            async with Client(facts["url"], facts["tokens"]["reporter"], device="bench") as client:
                for live_event_id, number in updates:
                    await client.submit(live_event_id, reading(number), lang="en")

        uvloop.run(send())

    def until_released(self, live_event_id: str, count: int) -> None:
        """Through screening, and waiting for the poster."""
        wait_until(lambda: int(self._status(live_event_id)["counts"]["released"]) >= count, POSTED_S)

    def until_posted(self, live_event_id: str, count: int) -> None:
        def are() -> bool:
            return sum(int(of["posted"]) for of in self._status(live_event_id)["destinations"].values()) == count

        wait_until(are, POSTED_S)

    def _status(self, live_event_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.system.request("director", "GET", f"/live-events/{live_event_id}/status").json()
        return found

    def posts_on_x(self) -> list[dict[str, Any]]:
        """In the order in which they were made, with `created_ms`."""
        found: list[dict[str, Any]] = self.ask_x("GET", "posts")["posts"]
        return sorted(found, key=lambda post: int(post["id"]))

    def ask_x(self, method: str, what: str, body: Any = None) -> Any:
        with httpx.Client(trust_env=False, verify=False) as client:
            return client.request(method, f"{self.peers.x.direct}/_control/{what}", json=body).raise_for_status().json()

    def bus(self) -> Any:
        return KafkaBus.open(Connection(self.system.facts()["bootstrap"]))

    def poster(self) -> int:
        return int(self.system.facts()["pids"]["poster"])


@contextmanager
def running_bench() -> Iterator[Bench]:
    installed()
    with (
        tempfile.TemporaryDirectory(prefix="scrubcast-bench-") as folder,
        posting_peers(Path(folder), x_accounts=ACCOUNTS) as peers,
    ):
        straight = {"SCRUBCAST_X__BASE_URL": peers.x.direct}  # no proxy between: its time would be ours
        system = System(Path(folder) / "data", peers.environment | straight)
        try:
            system.start()
            yield Bench(system, peers)
        finally:
            system.stop()


def run() -> Part:
    with running_bench() as bench:
        rows, notes = _overhead(bench)
        more, restarts = _restarts(bench)
        rows += more
        notes += restarts
        many, fairness = _many(bench)
        rows += many
        notes += fairness
        rows.append(_all_platforms(bench))
    return Part("Poster", rows, notes)


# -- above the platform's own time -------------------------------------------------------------------------------------


def _overhead(bench: Bench) -> tuple[list[Row], list[str]]:
    rows: list[Row] = []
    notes: list[str] = []
    ledger_ms = uvloop.run(_ledger_ms(bench))
    for place, destination in (("x", _on_x(0)), ("local", {"platform": "local"})):
        event = f"bench-{place}"
        bench.open(event, destination)
        bench.hold(event)
        bench.submit([(event, n) for n in range(WARM_UP + BACKLOG)])
        bench.until_released(event, WARM_UP + BACKLOG)
        bench.resume(event)
        bench.until_posted(event, WARM_UP + BACKLOG)
        moments = _moments_ms(bench, event)
        between = [after - before for before, after in pairwise(moments[WARM_UP:])]
        floor = uvloop.run(_floor_ms(bench, place))
        own_ms = median(between) - median(floor)
        rows.append(
            at_most(
                f"poster's own time for each post on `{place}`, median",
                OVERHEAD_MAX_MS,
                own_ms,
                "ms",
                f"{shown(median(between))} ms from post to post, less {shown(median(floor))} ms of the door alone; "
                f"{shown(own_ms / median(ledger_ms))} × one ledger record",
            )
        )
        notes.append(
            f"`{place}`: from post to post {spread(between)}; the same requests by the door alone {spread(floor)}; "
            f"{_hops(bench, event)}"
        )
    notes.append(
        f"a thread of {BACKLOG} posts that waited for a resumption, {WARM_UP} before them not counted; moments are the "
        "platform's own; the floor is the same door in this bench's process, one post after the other, same run"
    )
    notes.append(
        f"one ledger record, synced and read back, alone: {spread(ledger_ms)}; a post has two of them, one after the "
        "other, and reads the controls between them, while archive, desk and page take in what was written"
    )
    notes.append(f"load of the machine meanwhile: {machine.load()}; whatever else runs on two cores counts here")
    return rows, notes


def _on_x(number: int) -> dict[str, str]:
    return {"platform": "x", "account": f"@{account(number).username}"}


def _moments_ms(bench: Bench, live_event_id: str) -> list[float]:
    """When each post was made, as the platform says."""
    if live_event_id == "bench-x":
        return [post["created_ms"] for post in bench.posts_on_x() if post["author_id"] == account(0).user_id]
    records = (m for m in bench.system.records(PAGES.name) if m.key is not None and m.value is not None)
    posts = [PAGES.model.decode(m.value) for m in records if m.value is not None]
    return sorted(post.posted_at.timestamp() * 1000 for post in posts if post.live_event_id == live_event_id)


async def _floor_ms(bench: Bench, place: str) -> list[float]:
    """Each request by the door alone, under the one before."""
    took: list[float] = []
    async with bench.bus() as bus:
        door = _door(bench, bus, place)
        parent: str | None = None
        for n in range(WARM_UP + BACKLOG):
            out = _outgoing(n, parent)
            began = time.perf_counter()
            parent = (await door.publish(out)).platform_id
            took.append((time.perf_counter() - began) * 1000)
        await door.close()
    return took[WARM_UP:]


def _door(bench: Bench, bus: Bus, place: str) -> Door:
    if place == "local":
        return LocalPlatform(bus, SystemClock(), page_url="http://127.0.0.1")
    keys = account(1)
    return XPlatform(
        Destination(platform=Platform.X, account=f"@{keys.username}"),
        SystemClock(),
        base_url=bench.peers.x.direct,
        consumer_key=keys.consumer_key,
        consumer_secret=keys.consumer_secret,
        access_token=keys.access_token,
        access_secret=keys.access_secret,
    )


def _outgoing(n: int, parent: str | None) -> Outgoing:
    text = f"10:42 {reading(n)} #OurKneeLive"
    post = Post.model_validate(
        {
            "id": derive("bench", "post", n),
            "release_id": derive("bench", "release", n),
            "update_id": derive("bench", "update", n),
            "part": 0,
            "parts": 1,
            "text": text,
            "lang": "en",
        }
    )
    return Outgoing(post, "bench-floor", n + 1, parent, None, datetime.now(UTC))


async def _ledger_ms(bench: Bench) -> list[float]:
    """As the poster writes them, in a book of its own that no live event has."""
    took: list[float] = []
    async with bench.bus() as bus, opened(bus, SystemClock(), derive("bench", "writer")) as ledger:
        book = ledger.book("local", "bench-ledger")
        await ledger.claim(book)
        for n in range(WARM_UP + BACKLOG):
            record = entry_of(book, ledger.writer, "intent", _outgoing(n, None), datetime.now(UTC))
            began = time.perf_counter()
            await ledger.append(book, record)
            took.append((time.perf_counter() - began) * 1000)
    return took[WARM_UP:]


def _hops(bench: Bench, live_event_id: str) -> str:
    """Where the time between two posts goes, after what the ledger's records say of themselves."""
    at: dict[str, dict[int, float]] = defaultdict(dict)
    for message in bench.system.records(LEDGER.name):
        record = Ledger.decode(message.value or b"")
        if record.live_event_id == live_event_id and record.n is not None:
            at[record.kind][record.n] = record.at.timestamp() * 1000
    numbers = [n for n in at["posted"] if n > WARM_UP and n + 1 in at["intent"]]
    answered = median([at["posted"][n] - at["intent"][n] for n in numbers])
    next_one = median([at["intent"][n + 1] - at["posted"][n] for n in numbers])
    return (
        f"intent begun → answered {shown(answered)} ms (intent written, controls read, request), "
        f"answered → next intent begun {shown(next_one)} ms (outcome and receipt written)"
    )


# -- after an end ------------------------------------------------------------------------------------------------------


def _restarts(bench: Bench) -> tuple[list[Row], list[str]]:
    """The poster ends, an update is sent: until it is public. The thread has its history of the part before."""
    clean = [_until_post_s(bench, signal.SIGTERM, 1000 + n) for n in range(RESTARTS)]
    idle = [_until_post_s(bench, signal.SIGKILL, 2000 + n) for n in range(RESTARTS)]
    underway = [_until_post_s(bench, signal.SIGKILL, 3000 + n, underway=True) for n in range(RESTARTS)]
    above = [seconds - SETTLE_S for seconds in underway]
    return [
        at_most(
            "end → first post, after a clean stop", CLEAN_MAX_S, median(clean), "s", f"worst {shown(max(clean))} s"
        ),
        at_most(
            "kill -9 → first post, with a request under way, above the settle time",
            KILLED_MAX_S,
            median(above),
            "s",
            f"worst {shown(max(above))} s; the settle time here is {SETTLE_S:g} s",
        ),
        told("kill -9 → first post, nothing under way", f"{shown(median(idle))} s", f"worst {shown(max(idle))} s"),
    ], [
        (
            "ends by signal to the poster's process alone; `up` starts it again by itself, within its 0.2 s; from the "
            f"end of the process to the post's own moment: clean {_each(clean)}, killed {_each(idle)}, killed with a "
            f"request under way that had no effect {_each(underway)}"
        )
    ]


def _each(seconds: Sequence[float]) -> str:
    return ", ".join(f"{shown(each)} s" for each in seconds)


def _until_post_s(bench: Bench, sign: signal.Signals, number: int, *, underway: bool = False) -> float:
    time.sleep(REST_S)
    pid = bench.poster()
    if underway:
        bench.ask_x("POST", "faults", [{"on": "create", "what": "hang"}])
        bench.submit([("bench-x", number)])
        wait_until(lambda: not bench.ask_x("GET", "faults")["faults"])
    os.kill(pid, sign)
    process = psutil.Process(pid)
    wait_until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
    ended = time.time()
    if not underway:
        bench.submit([("bench-x", number)])

    def posted() -> list[int]:
        return [p["created_ms"] for p in bench.posts_on_x() if reading(number) in p["text"]]

    created: list[int] = wait_until(posted, POSTED_S)
    return created[0] / 1000 - ended


# -- many at once ------------------------------------------------------------------------------------------------------


def _many(bench: Bench) -> tuple[list[Row], list[str]]:
    events = [f"bench-many-{n}" for n in range(EVENTS)]
    for n, event in enumerate(events):
        bench.open(event, _on_x(n % ACCOUNTS))
        bench.hold(event)
    bench.submit([(event, 10_000 + n * EACH + part) for part in range(EACH) for n, event in enumerate(events)])
    for event in events:
        bench.until_released(event, EACH)
    before_mb = _resident_mb(bench)
    began = bench.resume(*events)
    wait_until(lambda: len(_of_many(bench)) == EVENTS * EACH, POSTED_S)
    posts = _of_many(bench)
    took_s = posts[-1][0] / 1000 - began
    behind = _fewest_when_the_first_was_done(posts)
    firsts = [min(ms for ms, event in posts if event == n) / 1000 - began for n in range(EVENTS)]
    after_mb = _resident_mb(bench)
    return [
        at_least(
            f"{EVENTS} events at once on {ACCOUNTS} accounts: posts of the last when the first of its account is done",
            FAIR_MIN,
            min(behind),
            f"of {EACH}",
            f"median over the accounts {shown(median(behind))}",
        ),
        told(
            f"{EVENTS * EACH} posts of those events",
            f"{shown(took_s)} s",
            f"{shown(EVENTS * EACH / took_s)} posts/s; the last event's first post after {shown(max(firsts))} s",
        ),
        at_most(
            "memory of the poster after it", MEMORY_MAX_MB, after_mb, "MB", f"RSS; before it {shown(before_mb)} MB"
        ),
    ], [
        (
            f"{EVENTS} held events, {EACH} updates waiting in each, resumed by records written at once; an account has "
            f"{EVENTS // ACCOUNTS} events, of which 4 may have a request under way"
        )
    ]


def _of_many(bench: Bench) -> list[tuple[int, int]]:
    """When, and number of the event."""
    texts = {reading(10_000 + n): n // EACH for n in range(EVENTS * EACH)}
    found = []
    for post in bench.posts_on_x():
        number = next((n for text, n in texts.items() if text in post["text"]), None)
        if number is not None:
            found.append((post["created_ms"], number))
    return found


def _fewest_when_the_first_was_done(posts: Sequence[tuple[int, int]]) -> list[int]:
    """For each account."""
    fewest = []
    for number in range(ACCOUNTS):
        counts = dict.fromkeys(range(number, EVENTS, ACCOUNTS), 0)
        for _, event in posts:
            if event in counts:
                counts[event] += 1
                if counts[event] == EACH:
                    break
        fewest.append(min(counts.values()))
    return fewest


def _resident_mb(bench: Bench) -> float:
    return float(psutil.Process(bench.poster()).memory_info().rss / 1e6)


def _all_platforms(bench: Bench) -> Row:
    bench.open("bench-all", *({"platform": p.platform, "account": p.account} for p in bench.peers.places))
    bench.submit([("bench-all", 90_000 + n) for n in range(EACH)])
    bench.until_posted("bench-all", EACH * len(bench.peers.places))
    return at_most("the same with X, Bluesky and Mastodon at work", MEMORY_MAX_MB, _resident_mb(bench), "MB", "RSS")

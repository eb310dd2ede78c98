"""The outbox of programs against a real intake: killed, cut off, two at once, disk full; each update exactly once."""

import asyncio
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from producers.client import Client, new_id
from producers.client_outbox import Outbox, SetAside
from schemas.errors import Refused, Unavailable
from schemas.topics import LIVE_EVENTS
from streams.clock import ManualClock, SystemClock
from streams.sealing import new_key, unseal
from tests.browser_fixture import serving
from tests.examples import NOW
from tests.intake_records import PRIVATE, Intake, intake, open_event, speaking_to
from tests.integration.test_intake_client import Line

SENTINEL = "Maria Lopez, born 1958-03-04"


@pytest.fixture
async def door() -> AsyncIterator[Intake]:
    clock = ManualClock(NOW)
    found = await intake(clock, open_event(clock), ack_timeout_s=0.05)
    async with speaking_to(found):
        yield found


@pytest.fixture
def line(door: Intake) -> Line:
    return Line(door)


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "outbox")


Connect = Callable[..., Client]


@pytest.fixture
async def connect(line: Line, outbox: Outbox) -> AsyncIterator[Connect]:
    """Clients as a program makes them one after another on the same folder."""
    made: list[Client] = []

    async def at_once(seconds: float) -> None:
        await asyncio.sleep(0)

    def again(**how: object) -> Client:
        how = {"transport": line, "sleep": at_once, "now": lambda: NOW, "tries_max": 2, "outbox": outbox} | how
        made.append(Client("http://intake", "reporter-token", "program-1", **how))  # type: ignore[arg-type]  # typed one by one in the class
        return made[-1]

    yield again
    for client in made:
        await client.aclose()


def texts(door: Intake) -> list[str]:
    return [json.loads(unseal(PRIVATE, record.sealed))["text"] for record in door.submissions()]


def all_bytes(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


async def test_what_could_not_be_sent_goes_first_at_the_next_call_with_the_same_bytes(
    connect: Connect, door: Intake, line: Line, outbox: Outbox
) -> None:
    first = connect()
    await first.submit("knee-2026", "Zero")
    door.bus.away = True
    for text in ("One", "Two"):
        with pytest.raises(Unavailable):
            await first.submit("knee-2026", text)
    assert len(outbox.waiting("knee-2026")) == 2
    door.bus.away = False
    await connect().submit("knee-2026", "Three")
    assert texts(door) == ["Zero", "One", "Two", "Three"]
    assert outbox.waiting() == ()
    assert [r.update_id for r in outbox.receipts()] == [s.id for s in door.submissions()]
    assert len(set(line.bodies)) == 4


async def test_no_text_is_ever_on_disk(connect: Connect, door: Intake, outbox: Outbox) -> None:
    client = connect()
    await client.submit("knee-2026", SENTINEL)
    door.bus.away = True
    with pytest.raises(Unavailable):
        await client.submit("knee-2026", SENTINEL)
    door.bus.away = False
    with pytest.raises(Refused):
        await client.submit("knee-2026", SENTINEL, phase="lunch")
    kept = all_bytes(outbox.folder)
    assert b"sealed" in kept
    for part in SENTINEL.replace(",", "").split():
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert part.encode(encoding) not in kept
    assert b"reporter-token" not in kept


async def test_with_a_known_key_an_update_is_safe_while_intake_is_away(
    connect: Connect, door: Intake, line: Line, outbox: Outbox
) -> None:
    await connect().submit("knee-2026", "One")

    class NoWay(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("cut")

    with pytest.raises(Unavailable):
        await connect(transport=NoWay()).submit("knee-2026", "Two")
    assert len(outbox.waiting()) == 1
    await connect().flush("knee-2026")
    assert texts(door) == ["One", "Two"]


async def test_the_same_id_brings_the_same_receipt_until_it_is_acknowledged(
    connect: Connect, door: Intake, line: Line, outbox: Outbox
) -> None:
    update_id = new_id()
    first = await connect().submit("knee-2026", "One", update_id=update_id)
    assert await connect().submit("knee-2026", "One", update_id=update_id) == first
    assert len(line.bodies) == 1
    outbox.acknowledge(first)
    with pytest.raises(Refused) as refused:
        await connect().submit("knee-2026", "Other", update_id=update_id)
    assert refused.value.code == "other-content"
    assert texts(door) == ["One"]


async def test_a_refused_update_is_set_aside_and_those_behind_it_go_on(
    connect: Connect, door: Intake, line: Line, outbox: Outbox
) -> None:
    await connect().submit("knee-2026", "One")
    line.before = lambda _: httpx.Response(503)
    for phase in ("lunch", "incision"):
        with pytest.raises(Unavailable):
            await connect().submit("knee-2026", "Two", phase=phase)
    line.before = lambda _: None
    told: list[SetAside] = []
    await connect(aside=told.append).flush("knee-2026")
    assert texts(door) == ["One", "Two"]
    (aside,) = told
    assert (aside.code, aside.path.parent.name) == ("unknown-phase", "refused")
    assert aside.path.is_file()


async def test_an_event_that_closed_meanwhile_loses_nothing(connect: Connect, door: Intake, outbox: Outbox) -> None:
    await connect().submit("knee-2026", "One")
    door.bus.away = True
    with pytest.raises(Unavailable):
        await connect().submit("knee-2026", "Two")
    door.bus.away = False
    event = open_event(door.clock)
    await door.bus.send(LIVE_EVENTS, event.model_copy(update={"state": "closed", "closed_at": NOW}))
    told: list[SetAside] = []
    async with asyncio.timeout(10):
        while (await connect().live_event("knee-2026")).state == "open":
            await asyncio.sleep(0.005)
    await connect(aside=told.append).flush("knee-2026")
    assert [aside.code for aside in told] == ["window-closed"]
    body = json.loads(json.loads(told[0].path.read_bytes())["body"])
    assert json.loads(unseal(PRIVATE, body["sealed"]))["text"] == "Two"


async def test_a_token_that_is_wrong_is_not_the_updates_fault(connect: Connect, door: Intake, outbox: Outbox) -> None:
    good = connect()
    await good.submit("knee-2026", "One")
    bad = connect()
    bad._http.headers["Authorization"] = "Bearer stolen"
    with pytest.raises(Refused, match="not known here"):
        await bad.submit("knee-2026", "Two")
    assert len(outbox.waiting()) == 1
    await good.flush("knee-2026")
    assert texts(door) == ["One", "Two"]


@pytest.mark.parametrize(
    "portal",
    [
        httpx.Response(200, html="<h1>Welcome to the hospital's wifi</h1>"),
        httpx.Response(200, json={"update_id": "yes"}),
        httpx.Response(403, html="<h1>Sign in to the wifi</h1>"),
        httpx.Response(404, html="<h1>Not found</h1>"),
        httpx.Response(302, headers={"Location": "http://wifi.example/"}),
    ],
)
async def test_what_is_not_intakes_answer_is_no_receipt_and_no_refusal(
    connect: Connect, door: Intake, line: Line, outbox: Outbox, portal: httpx.Response
) -> None:
    await connect().submit("knee-2026", "One")
    line.before = lambda _: portal
    with pytest.raises(Unavailable, match="something else answers"):
        await connect().submit("knee-2026", "Two")
    assert len(outbox.waiting()) == 1
    line.before = lambda _: None
    await connect().flush("knee-2026")
    assert texts(door) == ["One", "Two"]


async def test_a_new_key_is_fetched_after_the_old_one_was_refused(
    connect: Connect, door: Intake, outbox: Outbox
) -> None:
    _, other = new_key()
    outbox.keep_key("knee-2026", other)
    with pytest.raises(Refused) as refused:
        await connect().submit("knee-2026", "One")
    assert refused.value.code == "wrong-key"
    await connect().submit("knee-2026", "One")
    assert texts(door) == ["One"]


async def test_many_at_once_share_one_outbox_and_each_is_there_once(connect: Connect, door: Intake) -> None:
    clients = [connect() for _ in range(3)]
    wanted = [f"Update {n}" for n in range(30)]
    await asyncio.gather(*(clients[n % 3].submit("knee-2026", text) for n, text in enumerate(wanted)))
    assert sorted(texts(door)) == sorted(wanted)


DIES = """
import asyncio, os, signal, sys
from pathlib import Path
import httpx
from producers.client import Client
from producers.client_outbox import Outbox

url, folder, update_id, point = sys.argv[1:]

def die():
    os.kill(os.getpid(), signal.SIGKILL)

class Dying(httpx.AsyncHTTPTransport):
    async def handle_async_request(self, request):
        if request.method == "POST" and point == "before sending":
            die()
        answer = await super().handle_async_request(request)
        if request.method == "POST" and point == "after the answer":
            die()
        return answer

class Box(Outbox):
    def _write(self, path, content):
        if point == "before writing" and path.parent.name == "waiting":
            die()
        super()._write(path, content)
        if point == "after the receipt" and path.parent.name == "receipts":
            die()

    def receive(self, entry, receipt):
        super().receive(entry, receipt)
        if point == "after all":
            die()

async def main():
    from uuid import UUID
    async with Client(url, "reporter-token", "program-1", outbox=Box(Path(folder)), transport=Dying()) as client:
        await client.submit("knee-2026", "Maria Lopez", update_id=UUID(update_id))

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("point", "kept", "received"),
    [
        ("before writing", 0, 0),  # submit() had not got as far as the outbox: the caller still has the text
        ("before sending", 1, 0),
        ("after the answer", 1, 1),
        ("after the receipt", 1, 1),
        ("after all", 0, 1),
    ],
)
async def test_killed_anywhere_the_update_is_received_once_and_never_lost(
    tmp_path: Path, point: str, kept: int, received: int
) -> None:
    clock = SystemClock()
    door = await intake(clock, open_event(clock))
    folder, update_id = tmp_path / "outbox", new_id()
    async with serving(door.app) as url:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", DIES, url, str(folder), str(update_id), point, cwd=Path(__file__).parents[2]
        )
        assert await process.wait() == -signal.SIGKILL
        outbox = Outbox(folder)
        assert (len(outbox.waiting()), len(door.submissions())) == (kept, received)
        assert b"Maria" not in all_bytes(folder)
        async with Client(url, "reporter-token", outbox=outbox) as client:
            receipt = await client.submit("knee-2026", "Maria Lopez", update_id=update_id)
    assert receipt.update_id == update_id
    assert [s.id for s in door.submissions()] == [update_id]
    assert outbox.waiting() == ()


SENDS = """
import asyncio, sys
from pathlib import Path
from producers.client import Client
from producers.client_outbox import Outbox

url, folder, name = sys.argv[1:]

async def main():
    async with Client(url, "reporter-token", name, outbox=Outbox(Path(folder))) as client:
        for n in range(15):
            await client.submit("knee-2026", f"{name} {n}")

asyncio.run(main())
"""


async def test_two_processes_at_once_send_everything_once_each_in_order(tmp_path: Path) -> None:
    clock = SystemClock()
    door = await intake(clock, open_event(clock))
    async with serving(door.app) as url:
        processes = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-c", SENDS, url, str(tmp_path / "outbox"), name, cwd=Path(__file__).parents[2]
            )
            for name in ("left", "right")
        ]
        assert [await process.wait() for process in processes] == [0, 0]
    found = texts(door)
    assert [t for t in found if t.startswith("left")] == [f"left {n}" for n in range(15)]
    assert [t for t in found if t.startswith("right")] == [f"right {n}" for n in range(15)]
    assert {s.actor.device for s in door.submissions()} == {"left", "right"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir(mode=0o700)
    mount = shutil.which("mount")
    done = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=112k,mode=700", "tmpfs", str(disk)], check=False, capture_output=True
    )
    if not done or done.returncode:
        pytest.skip("a full disk: needs the right to mount a small tmpfs")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


async def test_a_full_disk_is_said_nothing_is_sent_and_what_waited_before_is_safe(
    connect: Connect, door: Intake, line: Line, small_disk: Path
) -> None:
    outbox = Outbox(small_disk / "outbox")
    await connect(outbox=outbox).submit("knee-2026", "One")
    door.bus.away = True
    said: Unavailable | None = None
    kept: list[UUID] = []
    for n in range(100):
        update_id = new_id()
        try:
            await connect(outbox=outbox).submit("knee-2026", f"{n} " + "x" * 1_900, update_id=update_id)
        except Unavailable as error:
            if "No space left" in str(error):
                said = error
                break
        kept.append(update_id)
    assert said is not None
    assert "cannot be used (No space left on device). What was not kept there was not sent." in str(said)
    assert [e.update_id for e in outbox.waiting()] == kept
    door.bus.away = False
    subprocess.run(["mount", "-o", "remount,size=2m", str(small_disk)], check=True)
    await connect(outbox=outbox).flush("knee-2026")
    assert [s.id for s in door.submissions()][1:] == kept
    assert outbox.waiting() == ()


async def test_a_device_is_the_one_that_wrote_it(connect: Connect, door: Intake) -> None:
    await connect().submit("knee-2026", "One")
    door.bus.away = True
    with pytest.raises(Unavailable):
        await replace(connect(), device="ward-3").submit("knee-2026", "Two")
    door.bus.away = False
    await connect().flush("knee-2026")
    assert [s.actor.device for s in door.submissions()] == ["program-1", "ward-3"]

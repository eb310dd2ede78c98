"""`scrubcast up`: the whole system, supervised, until Ctrl-C."""

import argparse
import asyncio
import signal
import sys
from contextlib import suppress
from pathlib import Path

import segno

from deploy import terminal
from deploy.cli import with_data
from deploy.home import Home
from deploy.ports import choose
from deploy.settings import Settings, load
from deploy.up import Supervisor


def add(parser: argparse.ArgumentParser) -> None:
    with_data(parser)
    parser.add_argument(
        "--live-event",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="open this live event; may be repeated",
    )
    parser.add_argument(
        "--port", type=int, default=None, help="first of three ports (intake, desk, page); 0 for any free ones"
    )
    parser.add_argument("--ready-file", type=Path, default=None, metavar="FILE", help="written once all stages answer")
    parser.add_argument("--seed-demo", action="store_true", help="open the demo event and play its recorded stream")
    parser.add_argument(
        "--demo-speed",
        type=float,
        default=30.0,
        metavar="N",
        help="how many times faster than it happened (default 30)",
    )


def run(arguments: argparse.Namespace) -> int:
    settings = load(**({"data": arguments.data} if arguments.data else {}))
    settings = settings.model_copy(update={"data": settings.data.absolute()})
    home = Home(settings.data)
    home.make()
    with home.claim():
        return _claimed(home, settings, arguments)


def _claimed(home: Home, settings: Settings, arguments: argparse.Namespace) -> int:
    ports = choose(arguments.port, home.run / "ports.json")
    supervisor = Supervisor(home, settings, ports, terminal.say, terminal.progress)
    return asyncio.run(_up(supervisor, arguments))


async def _up(supervisor: Supervisor, arguments: argparse.Namespace) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    starting = asyncio.ensure_future(_start(supervisor, arguments))
    stopping = asyncio.ensure_future(stop.wait())
    extras: list[asyncio.Task[None]] = []
    try:
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            await starting
            _addresses(supervisor)
            if arguments.seed_demo:
                extras.append(asyncio.create_task(_play_demo(supervisor, arguments.demo_speed)))
            await supervisor.watch(stop)
    finally:
        for task in (starting, stopping, *extras):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        terminal.say("stopping")
        await supervisor.stop()
        if arguments.ready_file:
            arguments.ready_file.unlink(missing_ok=True)
    return 0


async def _start(supervisor: Supervisor, arguments: argparse.Namespace) -> None:
    await supervisor.start()
    supervisor.write_facts(None)
    for file in arguments.live_event:
        await asyncio.to_thread(_open_file, file, supervisor)
    if arguments.seed_demo:
        await asyncio.to_thread(_open_demo, supervisor)
    supervisor.changed = lambda: supervisor.write_facts(arguments.ready_file)
    supervisor.changed()


def _open_file(file: Path, supervisor: Supervisor) -> None:
    from deploy.commands.live_event import open_event, read_file  # noqa: PLC0415  # yaml is needed here only

    live_event_id = open_event(read_file(file), supervisor.home.root)
    terminal.say(f"live event {live_event_id} is open")


def _open_demo(supervisor: Supervisor) -> None:
    from datetime import UTC, datetime  # noqa: PLC0415  # only the demo needs the clock here

    from deploy.commands.live_event import open_event  # noqa: PLC0415  # as above
    from deploy.demo import demo_event  # noqa: PLC0415  # as above

    terminal.say(f"demo event {open_event(demo_event(datetime.now(UTC)), supervisor.home.root)} is open")


async def _play_demo(supervisor: Supervisor, speed: float) -> None:
    from deploy.commands.rehearse import play  # noqa: PLC0415  # only the demo plays
    from deploy.demo import demo_stream  # noqa: PLC0415  # as above

    await play(demo_stream().splitlines(), speed, supervisor.home.root, live_event_id=None)


def _addresses(supervisor: Supervisor) -> None:
    facts = supervisor.facts()
    tokens = supervisor.home.tokens()
    tablet = f"{facts['url']}/#token={tokens['reporter']}"
    print(
        f"\nscrubcast is up.\n"
        f"  tablet   {tablet}\n"
        f"  desk     {facts['desk_url']}/desk/enter#{tokens['reviewer']}     (reviewer)\n"
        f"           {facts['desk_url']}/desk/enter#{tokens['physician']}     (physician)\n"
        f"           {facts['desk_url']}/desk/enter#{tokens['director']}     (director)\n"
        f"  thread   {facts['page_url']}/\n"
        f"  data     {supervisor.home.root}\n"
        f"Ctrl-C stops it; the next `up` goes on where it stopped.\n",
        flush=True,
    )
    if sys.stdout.isatty():
        segno.make(tablet, micro=False).terminal(compact=True)

"""`scrubcast up`: the whole system, supervised, until Ctrl-C."""

import argparse
import asyncio
import signal
from pathlib import Path

from deploy import listening, terminal
from deploy.cli import with_data
from deploy.home import Home
from deploy.ports import choose
from deploy.reached import find
from deploy.remote import Remote
from deploy.settings import Settings, load
from deploy.up import Supervisor
from schemas.envelope import Role
from schemas.errors import Refused, ScrubcastError

# Who enters the desk with which key, in the order in which they are needed.
AT_THE_DESK = (Role.REVIEWER, Role.PHYSICIAN, Role.DIRECTOR, Role.ADVOCATE)


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
    parser.add_argument(
        "--lan",
        action="store_true",
        help="let tablets on the local net in, over TLS with a certificate that this machine makes",
    )
    parser.add_argument("--tls-cert", type=Path, default=None, metavar="FILE", help="as --lan, with this certificate")
    parser.add_argument("--tls-key", type=Path, default=None, metavar="FILE", help="the key of --tls-cert")
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
    try:
        home.make()
    except OSError as error:
        words = f"{home.root} cannot be written ({error.strerror}). Choose another folder with --data."
        raise Refused(words, code="no-folder") from None
    with home.claim():
        return _claimed(home, settings, arguments)


def _claimed(home: Home, settings: Settings, arguments: argparse.Namespace) -> int:
    reached = find(home, settings, on_the_lan=arguments.lan, cert=arguments.tls_cert, key=arguments.tls_key)
    if reached.cert_file is None:
        listening.check(settings)
    ports = choose(arguments.port, home.run / "ports.json", host=reached.bound, trust=reached.is_private)
    supervisor = Supervisor(home, settings, ports, terminal.say, terminal.progress, reached)
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
            demo = await starting
            _addresses(supervisor)
            if demo is not None:
                extras.append(asyncio.create_task(_play_demo(supervisor, demo, arguments.demo_speed)))
            await supervisor.watch(stop)
    finally:
        # Whatever became of these, broker and stages have to be stopped.
        for task in (starting, stopping, *extras):
            task.cancel()
        await asyncio.gather(starting, stopping, *extras, return_exceptions=True)
        terminal.say("stopping")
        await supervisor.stop()
        if arguments.ready_file:
            arguments.ready_file.unlink(missing_ok=True)
    return 0


async def _start(supervisor: Supervisor, arguments: argparse.Namespace) -> str | None:
    """The id of the demo event when it was opened now and is still to be played."""
    await supervisor.start()
    supervisor.write_facts(None)
    for file in arguments.live_event:
        await asyncio.to_thread(_open_file, file, supervisor)
    demo = await asyncio.to_thread(_open_demo, supervisor) if arguments.seed_demo else None
    supervisor.changed = lambda: supervisor.write_facts(arguments.ready_file)
    supervisor.changed()
    return demo


def _open_file(file: Path, supervisor: Supervisor) -> None:
    from deploy.commands.live_event import opened, read_file, told  # noqa: PLC0415  # yaml is needed here only

    answer = opened(read_file(file), supervisor.home.root)
    terminal.say(f"live event {answer['id']} is open")
    for row in told(answer, answer["cost"][0]["posts"]):
        terminal.say(f"  {row}")


def _open_demo(supervisor: Supervisor) -> str | None:
    """Opens the demo event, once in the life of a data folder: played twice it would say everything twice."""
    from datetime import UTC, datetime  # noqa: PLC0415  # only the demo needs the clock here

    from deploy.commands.live_event import open_event  # noqa: PLC0415  # as above
    from deploy.demo import demo_event  # noqa: PLC0415  # as above

    file = demo_event(datetime.now(UTC))
    known = Remote.find(supervisor.home.root).desk("GET", "/live-events", role=Role.DIRECTOR)["live_events"]
    if any(event["id"] == file["id"] for event in known):
        terminal.say(f"demo event {file['id']} is here from before; a new --data folder plays it from the start")
        return None
    live_event_id = open_event(file, supervisor.home.root)
    terminal.say(f"demo event {live_event_id} is open")
    return live_event_id


async def _play_demo(supervisor: Supervisor, live_event_id: str, speed: float) -> None:
    from deploy.commands.rehearse import play  # noqa: PLC0415  # only the demo plays
    from deploy.demo import demo_stream  # noqa: PLC0415  # as above

    terminal.say(f"the demo is played {speed:g} times as fast as it happened; watch the thread, and the desk")
    try:
        report = await play(demo_stream().splitlines(), speed, supervisor.home.root, live_event_id=live_event_id)
    except ScrubcastError as error:
        terminal.say(f"the demo ended early: {error}")
        return
    terminal.say(f"the demo has been played: {report.total} updates; what needs a person waits at the desk")


def _addresses(supervisor: Supervisor) -> None:
    facts = supervisor.facts()
    tokens = supervisor.home.tokens()
    tablet = f"{facts['url']}/#token={tokens['reporter']}"
    trust = facts.get("trust_url")
    rows = {
        "thread": f"{facts['page_url']}/",
        "tablet": tablet,
        **{f"desk, {role}": f"{facts['desk_url']}/desk/enter#{tokens[role]}" for role in AT_THE_DESK},
        "data": supervisor.home.root,
        **({"trust first": trust, "its words": supervisor.reached.said} if trust else {}),
    }
    print("\nscrubcast is up. The thread is public; tablet and desk addresses hold keys, each for one role alone.")
    print("\n".join(f"  {name:<16} {where}" for name, where in rows.items()))
    if trust:
        print("Each device opens `trust first` once, compares the words, and follows its steps.")
    print("Ctrl-C stops it; the next `up` goes on where it stopped.\n", flush=True)
    if trust:
        terminal.code("Trust this system, once on each tablet", str(trust))
    terminal.code("The tablet app", tablet)

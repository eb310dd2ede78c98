"""`scrubcast rehearse FILE [--speed N]`: plays a recorded stream into a running system, each reporter on a device."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from uuid import UUID

import uuid_utils.compat as uuids

from deploy import terminal
from deploy.cli import with_data
from deploy.commands.live_event import why_unreadable
from deploy.remote import Remote
from producers.playing import Line, Progress, Report, rehearse
from schemas.envelope import Role
from schemas.errors import Refused, Unavailable
from streams.clock import SystemClock

if TYPE_CHECKING:
    from producers.client import Client

LOOK_AGAIN_S = 1.0  # a correction waits so long for another reporter's update that it names
LANGUAGES: dict[str, Literal["en", "de", "nl"]] = {"en": "en", "de": "de", "nl": "nl"}


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        type=Path,
        metavar="FILE",
        help="JSON lines with `text`, and `at_s`, `reporter`, `lang`, `corrects`, … where known",
    )
    parser.add_argument(
        "--speed", type=float, default=1.0, metavar="N", help="how many times faster than recorded (default 1)"
    )
    parser.add_argument("--live-event", default=None, metavar="ID", help="which one, where several are open")
    with_data(parser)


def run(arguments: argparse.Namespace) -> int:
    try:
        rows = arguments.file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{arguments.file}: cannot be read ({why_unreadable(error)}).", code="unreadable") from None
    report = asyncio.run(
        play(rows, arguments.speed, arguments.data, live_event_id=arguments.live_event, progress=_progress)
    )
    _say(report)
    return 1 if report.refused or report.gave_up else 0


async def play(
    rows: Iterable[str],
    speed: float,
    data: Path | None,
    *,
    live_event_id: str | None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Plays the rows into the system on `data`."""
    from producers.client import Client  # noqa: PLC0415  # sealing is slow to import and not needed for --help

    remote = Remote.find(data)
    token, verify = remote.token(Role.REPORTER), remote.verify()
    clients: dict[str, Client] = {}
    ids: dict[int, UUID] = {}
    taken: dict[str, UUID] = {}  # from what the recording calls an update to its id here
    async with Client(remote.url, token, "rehearsal", verify=verify) as first:
        event = live_event_id or await _only_open(first)

        async def submit(reporter: str, line: Line) -> object:
            if reporter not in clients:
                clients[reporter] = await Client(remote.url, token, f"rehearsal-{reporter}", verify=verify).__aenter__()
            # The same line keeps its id when it is offered again: a lost answer must not make two updates.
            update_id = ids.setdefault(id(line), UUID(str(uuids.uuid7())))
            if line.corrects is not None and line.corrects not in taken:
                raise Unavailable("The update that this one corrects was not taken yet.", retry_after_s=LOOK_AGAIN_S)
            receipt = await clients[reporter].submit(
                event,
                line.text,
                update_id=update_id,
                lang=LANGUAGES.get(line.lang or ""),
                phase=line.phase,
                run_sheet_item=line.run_sheet_item,
                corrects=None if line.corrects is None else taken[line.corrects],
            )
            if line.update_id is not None:
                taken[line.update_id] = update_id
            return receipt

        try:
            return await rehearse(rows, speed=speed, submit=submit, clock=SystemClock(), progress=progress)
        finally:
            for client in clients.values():
                await client.__aexit__(None, None, None)


async def _only_open(client: "Client") -> str:
    found = [event.id for event in await client.live_events()]
    if len(found) != 1:
        which = f"open: {', '.join(found)}" if found else "none is open"
        raise Refused(f"Name the live event with --live-event ({which}).", code="which-event")
    return str(found[0])


def _progress(now: Progress) -> None:
    terminal.progress("Playing the recording", now.done, now.of)


def _say(report: Report) -> None:
    for reporter in sorted({*report.accepted, *report.refused, *report.gave_up}):
        refused = ", ".join(f"{count} refused ({code})" for code, count in report.refused.get(reporter, {}).items())
        gave_up = report.gave_up.get(reporter, 0)
        parts = [f"{report.accepted.get(reporter, 0)} accepted", refused, f"{gave_up} given up" if gave_up else ""]
        print(f"{reporter}: {', '.join(part for part in parts if part)}")
    print(f"{report.total} updates in {report.took_s:.1f} s", file=sys.stderr)

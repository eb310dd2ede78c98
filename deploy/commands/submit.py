"""`scrubcast submit ID [TEXT]`: the same sealed intake as a tablet; one receipt a line, as JSON.

What could not be delivered waits, sealed, in an outbox on disk and goes first at the next call.
"""

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from deploy.cli import with_data
from deploy.remote import Remote
from schemas.envelope import Role
from schemas.errors import Refused, ScrubcastError, Unavailable

if TYPE_CHECKING:
    from producers.client import Client
    from producers.client_outbox import Outbox, SetAside

TRIES_MAX = 6  # half a minute: a person at a terminal wants an answer, and nothing is lost by its being "not yet"
FIELDS = frozenset({"text", "update_id", "lang", "phase", "run_sheet_item", "corrects"})
IDS = {"update_id": "a UUID of version 7", "corrects": "the id of an update"}


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the live event")
    parser.add_argument(
        "text", metavar="TEXT", nargs="?", help="one update; without it, a line or JSON object a line from stdin"
    )
    parser.add_argument("--lang", choices=["en", "de", "nl"], default=None, help="language of the update")
    parser.add_argument("--phase", default=None, help="one of the event's phases")
    parser.add_argument("--run-sheet-item", default=None, help="id of the run-sheet item that TEXT is")
    parser.add_argument("--corrects", metavar="UPDATE", default=None, help="id of the update that TEXT corrects")
    parser.add_argument("--device", default="cli", help="name of this device; the rate limit counts per device")
    parser.add_argument("--flush", action="store_true", help="only send what waits in the outbox; stdin is not read")
    parser.add_argument(
        "--outbox",
        type=Path,
        metavar="DIR",
        default=None,
        help="where sealed updates wait that could not be delivered (default: outbox in the data folder)",
    )
    with_data(parser)


def run(arguments: argparse.Namespace) -> int:
    if arguments.flush and arguments.text is not None:
        raise Refused("--flush sends what waits already: leave TEXT out.", code="bad-use")
    return asyncio.run(_run(arguments))


async def _run(arguments: argparse.Namespace) -> int:
    from producers.client import Client  # noqa: PLC0415  # sealing is slow to import and not needed for --help
    from producers.client_outbox import Outbox  # noqa: PLC0415  # likewise

    remote = Remote.find(arguments.data)
    if not remote.url:
        raise Refused("Name the intake with SCRUBCAST_URL.", code="no-intake")
    outbox = Outbox(arguments.outbox or remote.home.root / "outbox")
    token, verify = remote.token(Role.REPORTER), remote.verify()
    async with Client(remote.url, token, arguments.device, outbox=outbox, verify=verify, tries_max=TRIES_MAX) as client:
        sender = Sender(client, outbox, arguments.id)
        await sender.flush()
        if not arguments.flush:
            given = {name: getattr(arguments, name) for name in ("lang", "phase", "run_sheet_item", "corrects")}
            for number, fields in _updates(arguments.text, given):
                await sender.submit(number, fields)
            await sender.flush()
    return sender.end()


class Sender:
    """One call of the command. A receipt is printed before the outbox forgets it: rather twice than never."""

    def __init__(self, client: "Client", outbox: "Outbox", live_event_id: str) -> None:
        self._client = client
        self._outbox = outbox
        self._live_event_id = live_event_id
        self._number = 0
        self._own: UUID | None = None
        self._failed = 0
        self._why: ScrubcastError | None = None  # of the last try, while intake is away
        self._told: set[str] = set()  # ids whose refusal was said
        client.aside = self._set_aside

    async def flush(self) -> None:
        """What waits for this live event, and receipts that an earlier call could not print."""
        if self._outbox.waiting(self._live_event_id):
            self._client.tries_max = TRIES_MAX
            try:
                await self._client.flush(self._live_event_id)
                self._why = None
            except ScrubcastError as error:
                self._why = error
        self._print_receipts()

    async def submit(self, number: int, fields: dict[str, Any]) -> None:
        self._number = number
        # While intake is away each is put on disk and tried once: those behind it on stdin shall be safe soon as well.
        self._client.tries_max = 1 if self._why else TRIES_MAX
        from producers.client import new_id  # noqa: PLC0415  # as above

        try:
            checked = _checked(fields)
            self._own = checked.pop("update_id", None) or new_id()
            await self._client.submit(self._live_event_id, update_id=self._own, **checked)
            self._why = None
        except ScrubcastError as error:
            self._not_delivered(error)
        finally:
            self._own = None
            self._print_receipts()

    def end(self) -> int:
        """Says what waits. 1 when anything was refused, could not be kept, or is still to be delivered."""
        here = len(self._outbox.waiting(self._live_event_id))
        if here:
            why = f" ({self._why})" if self._why else ""
            flush = f"`scrubcast submit --flush {self._live_event_id}`"
            _say(
                f"{_updates_wait(here)} in {self._outbox.folder}{why}. Do not send them anew: "
                f"they go first at the next submit, or now with {flush}."
            )
        others = Counter(entry.live_event_id for entry in self._outbox.waiting())
        for other in sorted(others.keys() - {self._live_event_id}):
            _say(f"{_updates_wait(others[other])} for {other}: `scrubcast submit --flush {other}` sends them.")
        return 1 if self._failed or here else 0

    def _not_delivered(self, error: ScrubcastError) -> None:
        if self._own is not None and self._outbox.find(self._own) is not None:
            self._why = error
            _say(f"update {self._number}: waits in the outbox.")
        elif not (isinstance(error, Refused) and str(self._own) in self._told):
            self._failed += 1
            kept_nowhere = " It is kept nowhere: send it again." if isinstance(error, Unavailable) else ""
            _say(f"update {self._number}: {error}{kept_nowhere}")

    def _set_aside(self, aside: "SetAside") -> None:
        self._failed += 1
        self._told.add(aside.name)
        which = f"update {self._number}" if aside.name == str(self._own) else f"update {aside.name}"
        _say(f"{which}: {aside.detail} ({aside.code}) It lies in {aside.path}")

    def _print_receipts(self) -> None:
        for receipt in self._outbox.receipts(self._live_event_id):
            print(receipt.model_dump_json(), flush=True)
            self._outbox.acknowledge(receipt)


def _say(words: str) -> None:
    print(f"scrubcast: {words}", file=sys.stderr)


def _updates_wait(count: int) -> str:
    return "1 update waits" if count == 1 else f"{count:,} updates wait"


def _updates(text: str | None, given: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each update with its number; a line that starts with a brace is a JSON object, any other is its text."""
    if text is not None:
        yield 1, given | {"text": text}
        return
    for number, raw in enumerate(sys.stdin, start=1):
        line = raw.rstrip("\n")
        if line.strip():
            yield number, given | _line(line)


def _line(line: str) -> dict[str, Any]:
    if not line.lstrip().startswith("{"):
        return {"text": line}
    try:
        fields = json.loads(line)
    except ValueError:
        return {"text": line}
    return {str(name): value for name, value in fields.items()}


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(fields) - FIELDS)
    if unknown:
        raise Refused(f"unknown fields: {', '.join(unknown)}.", code="unknown-field")
    if not isinstance(fields.get("text"), str):
        raise Refused("a field `text` was expected.", code="no-text")
    if not fields["text"].strip():
        raise Refused("there is no text in it. Write what should go out.", code="no-text")
    return fields | {name: _id(name, str(fields[name])) for name in IDS if fields.get(name) is not None}


def _id(name: str, value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise Refused(f"{name} has to be {IDS[name]}.", code="bad-id") from None

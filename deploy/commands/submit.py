"""`scrubcast submit ID [TEXT]`: the same sealed intake as a tablet; one receipt a line, as JSON."""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from deploy.cli import with_data
from deploy.remote import Remote
from schemas.envelope import Role
from schemas.errors import Refused, ScrubcastError

TRIES_MAX = 6  # half a minute: a person at a terminal wants an answer, and the same line can be sent again
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
    with_data(parser)


def run(arguments: argparse.Namespace) -> int:
    return asyncio.run(_run(arguments))


async def _run(arguments: argparse.Namespace) -> int:
    from producers.client import Client  # noqa: PLC0415  # sealing is slow to import and not needed for --help

    remote = Remote.find(arguments.data)
    if not remote.url:
        raise Refused("Name the intake with SCRUBCAST_URL.", code="no-intake")
    given = {name: getattr(arguments, name) for name in ("lang", "phase", "run_sheet_item", "corrects")}
    failed = 0
    async with Client(remote.url, remote.token(Role.REPORTER), arguments.device, tries_max=TRIES_MAX) as client:
        for number, fields in _updates(arguments.text, given):
            try:
                receipt = await client.submit(arguments.id, **_checked(fields))
                print(receipt.model_dump_json(), flush=True)
            except ScrubcastError as error:
                failed += 1
                print(f"scrubcast: update {number}: {error}", file=sys.stderr)
    return 1 if failed else 0


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

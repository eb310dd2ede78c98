"""`audit opens`: whether a given text is what was typed in an update, as far as the event's key still lives to tell."""

import argparse
import json
import sys
from pathlib import Path
from uuid import UUID

from consumers.archive import audit
from consumers.archive.derived import entries_of
from consumers.archive.expiry import head_of
from deploy.cli import with_data
from deploy.commands.audit.accessing import enter
from deploy.commands.live_event import why_unreadable
from deploy.home import Home
from deploy.settings import load
from schemas.errors import Refused
from streams.vault import Vault

LINE = "whether a text is what was typed in an update, while the event's key lives"


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the live event")
    parser.add_argument("update", type=UUID, metavar="UPDATE", help="the update's id")
    parser.add_argument("--text-file", required=True, type=Path, metavar="FILE", help="the text; - is standard input")
    parser.add_argument("--revision", type=int, metavar="N", help="what was typed for this revision (default: any)")
    parser.add_argument("--scrubbed", action="store_true", help="compare with what screening left of it")
    with_data(parser)


def run(arguments: argparse.Namespace) -> int:
    home = Home(load(**({"data": arguments.data} if arguments.data else {})).data)
    folder, text = audit.find(home.archive, arguments.id), _text(arguments.text_file)
    name = "text_commit" if arguments.scrubbed else "raw_commit"
    made = commitments(folder, arguments.update, name)
    if arguments.revision is not None:
        made = {n: value for n, value in made.items() if n == arguments.revision}
    if not made:
        raise Refused(
            "The archive has no commitment for this: the update is unknown, or could not be opened.", code="none"
        )
    vault = Vault(home.vault, home.kek())
    enter(arguments, "replayed", arguments.id)
    for revision, value in sorted(made.items()):
        how = vault.opens(arguments.id, "text" if arguments.scrubbed else "raw", arguments.update, text, value)
        if how is not None:
            what = "what screening left of it" if arguments.scrubbed else "what was typed"
            print(f"yes: it is {what}, {how}: update {arguments.update} revision {revision}")
            return 0
    print(f"no: it is none of the {len(made)} texts of update {arguments.update}")
    return 1


def commitments(folder: Path, update_id: UUID, name: str) -> dict[int, str]:
    """By revision, from the entries of one log. `name`: raw_commit or text_commit."""
    mark, out = str(update_id).encode(), dict[int, str]()
    for entry in entries_of(folder, 0, head_of(folder).size):
        if mark in entry and b'"type":"draft"' in entry:
            said = json.loads(entry)
            if said["update_id"] == str(update_id) and said["record"].get(name):
                out.setdefault(said["record"]["revision"], said["record"][name])
    return out


def _text(path: Path) -> str:
    try:
        return sys.stdin.buffer.read().decode() if str(path) == "-" else path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path}: cannot be read ({why_unreadable(error)}).", code="unreadable") from None

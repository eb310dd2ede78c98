"""`scrubcast erase`: an event's keys, one person's protected terms, or what a colleague signed in with; for good.

Names are read from a file or from standard input: on a command line they would stay in the shell's history and in the
list of processes.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from deploy.cli import with_data
from deploy.commands.live_event import why_unreadable
from deploy.remote import Remote
from schemas.envelope import Role
from schemas.errors import Refused

WORDS = {
    "public-post": "posts are still public, or not confirmed as deleted",
    "published-text": "texts that were released stand in the archive: they are its proof",
    "scrubbed-drafts": "scrubbed drafts lie on their topic",
    "sealed-updates": "sealed updates lie on their topic, unreadable without the key",
    "what-was-typed": "what was typed stays sealed to the event's key",
    "backup": "a backup of the vault could bring it back",
    "bundle": "exported bundles are in other hands",
    "name-of-staff": "the archive keeps who wrote, decided and pressed",
    "older-versions": "older versions of the record lie on a topic",
}


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", nargs="?", help="the live event; left out with --person: look in all")
    parser.add_argument("--person", type=Path, metavar="FILE",
                        help="one person: names, dates, numbers, as protected, one a line; - is stdin")  # fmt: skip
    parser.add_argument("--role", metavar="ROLE", help="with --person: as the consent speaks of them (patient, …)")
    parser.add_argument("--staff", type=Path, metavar="FILE", help="a colleague who was removed: the name; - is stdin")
    parser.add_argument("--as", dest="actor", choices=(Role.DIRECTOR.value, Role.ADVOCATE.value), default="director",
                        help="whose word this is (default: director)")  # fmt: skip
    parser.add_argument("--yes", action="store_true", help="do not ask; nothing of this can be undone")
    with_data(parser)
    parser.set_defaults(parser=parser)


def run(arguments: argparse.Namespace) -> int:
    remote, role = Remote.find(arguments.data), Role(arguments.actor)
    if arguments.staff is not None:
        if arguments.id or arguments.person:
            arguments.parser.error("--staff goes alone")
        _sure(arguments, "a colleague's sign-in and name in the enrolments")
        names = _lines(arguments.staff)
        for name in names:
            answer = remote.desk("POST", "/people/erase", role=Role.DIRECTOR, body={"name": name})
            for one in answer["erased"]:
                _tell("a colleague", one)
        return 0
    if arguments.person is None:
        if arguments.id is None:
            arguments.parser.error("name a live event, --person or --staff")
        _sure(arguments, f"the keys of {arguments.id}, and with them all that was typed")
        _tell(arguments.id, remote.desk("POST", f"/live-events/{arguments.id}/erasures", role=role, body={}))
        return 0
    identifiers = _lines(arguments.person)
    if arguments.id is None:
        found = remote.desk("POST", "/erasures/find", role=role, body={"identifiers": identifiers})["live_events"]
        print("\n".join(f"{one['id']}: {one['terms']} protected terms" for one in found) or "nowhere")
        return 0
    if arguments.role is None:
        arguments.parser.error("--person with an ID needs --role")
    _sure(arguments, f"what {arguments.id} protects of one person")
    body = {"role": arguments.role, "identifiers": identifiers}
    _tell(arguments.id, remote.desk("POST", f"/live-events/{arguments.id}/erasures", role=role, body=body))
    return 0


def _sure(arguments: argparse.Namespace, what: str) -> None:
    if arguments.yes:
        return
    if not sys.stdin.isatty():
        raise Refused("This cannot be undone. Say --yes where nobody can be asked.", code="not-sure")
    print(f"This destroys {what}, for good. Type erase to go on: ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip() != "erase":
        raise Refused("Nothing was erased.", code="not-sure")


def _lines(path: Path) -> list[str]:
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path}: cannot be read ({why_unreadable(error)}).", code="unreadable") from None
    found = [line.strip() for line in text.splitlines() if line.strip()]
    if not found:
        raise Refused(f"{path}: there is nothing in it.", code="empty")
    return found


def _tell(of: str, record: dict[str, Any]) -> None:
    terms = f", {record['terms']} protected terms" if record["terms"] else ""
    print(f"erased {of} {record['at']} {record['id']}: {', '.join(record['erased'])}{terms}")
    for left in record["left"]:
        n = f" ({left['count']})" if left.get("count") is not None else ""
        where = f" on {left['place']}" if left.get("place") else ""
        until = f", until {left['until'][:10]}" if left.get("until") else ""
        print(f"  not erased: {WORDS[left['what']]}{n}{where}{until}")

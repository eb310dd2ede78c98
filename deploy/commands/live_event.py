"""`scrubcast live-event check|open|close|list`: an event with gaps is refused, and each gap is named."""

import argparse
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from deploy.cli import with_data
from deploy.policy_files import policies
from deploy.remote import Remote
from deploy.settings import load
from schemas.envelope import Role
from schemas.errors import Refused
from streams.readiness import check

FILE_BYTES_MAX = 1_000_000


def add(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="check|open|close|list", required=True)
    for name, line in (("check", "name every gap of a file"), ("open", "open the event of a file")):
        sub = acts.add_parser(name, help=line)
        sub.add_argument("file", type=Path, metavar="FILE", help="YAML, such as deploy/demo/knee.yaml")
        with_data(sub)
    sub = acts.add_parser("close", help="close an event: nothing more is taken")
    sub.add_argument("id", metavar="ID", help="the live event")
    with_data(sub)
    sub = acts.add_parser("list", help="all events of the system")
    sub.add_argument("--json", action="store_true", help="for programs")
    with_data(sub)


def run(arguments: argparse.Namespace) -> int:
    if arguments.act == "check":
        return _check(arguments.file)
    if arguments.act == "open":
        print(open_event(read_file(arguments.file), arguments.data))
        return 0
    remote = Remote.find(arguments.data)
    if arguments.act == "close":
        remote.desk("POST", f"/live-events/{arguments.id}/close", role=Role.DIRECTOR)
        print(f"{arguments.id} closed")
        return 0
    found = remote.desk("GET", "/live-events", role=Role.DIRECTOR)["live_events"]
    if arguments.json:
        print(json.dumps(found))
    else:
        for event in found:
            print(f"{event['id']}\t{event['state']}\t{event['hashtag']}\t{event['title']}")
    return 0


def read_file(path: Path) -> dict[str, Any]:
    """The YAML of a live event. Raises Refused with the line that is wrong, never its text."""
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise Refused(f"{path}: larger than {FILE_BYTES_MAX} bytes.", code="too-large")
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path}: cannot be read ({why_unreadable(error)}).", code="unreadable") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise Refused(f"{path}: not YAML{where}.", code="not-yaml") from None
    if not isinstance(content, dict):
        raise Refused(f"{path}: a table of fields was expected.", code="not-a-table")
    return content


def why_unreadable(error: OSError | UnicodeDecodeError) -> str:
    """In words; never the error itself, which may quote the file."""
    return error.strerror or "no reason given" if isinstance(error, OSError) else "it is not UTF-8"


def _check(path: Path) -> int:
    settings = load()
    _, gaps = check(read_file(path), datetime.now(UTC), settings.known_platforms, policies(settings).by_name)
    for gap in gaps:
        print(f"{path}: {gap}")
    if any(gap.startswith("consent") for gap in gaps):
        print("docs/consent.md says for each field of the consent what it is and which law asks for it.")
    if not gaps:
        print(f"{path}: ready to open")
    return 1 if gaps else 0


def open_event(content: Mapping[str, Any], data: Path | None) -> str:
    """Opens the event in the running system; its id comes back. Raises Refused naming each gap."""
    remote = Remote.find(data)
    answer = remote.desk(
        "POST", "/live-events", role=Role.DIRECTOR, body=json.loads(json.dumps(content, default=_plain))
    )
    return str(answer["id"])


def _plain(value: Any) -> str:
    """YAML reads dates and times as objects; JSON has them as text."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)

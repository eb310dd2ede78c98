"""`scrubcast live-event check|open|close|list`: an event with gaps is refused, and each gap is named."""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from deploy.accounts import checking
from deploy.cli import with_data
from deploy.policy_files import policies
from deploy.remote import Remote
from deploy.settings import Settings, load
from schemas.envelope import Role
from schemas.errors import Refused
from schemas.live_event import LiveEventFile
from streams import accounts, cost
from streams.clock import SystemClock
from streams.readiness import check

FILE_BYTES_MAX = 1_000_000


def add(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="check|open|close|list", required=True)
    for name, line in (("check", "name every gap of a file"), ("open", "open the event of a file")):
        sub = acts.add_parser(name, help=line)
        sub.add_argument("file", type=Path, metavar="FILE", help="YAML, such as deploy/demo/knee.yaml")
        sub.add_argument(
            "--posts",
            type=_posts,
            default=None,
            metavar="N",
            help=f"expected on each destination, for the cost (default: {cost.POSTS})",
        )
        if name == "check":
            sub.add_argument("--offline", action="store_true", help="do not ask the accounts")
        with_data(sub)
    sub = acts.add_parser("close", help="close an event: nothing more is taken")
    sub.add_argument("id", metavar="ID", help="the live event")
    with_data(sub)
    sub = acts.add_parser("list", help="all events of the system")
    sub.add_argument("--json", action="store_true", help="for programs")
    with_data(sub)


def run(arguments: argparse.Namespace) -> int:
    if arguments.act == "check":
        return _check(arguments)
    if arguments.act == "open":
        return _open(arguments)
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


def _posts(given: str) -> int:
    number = int(given)
    if number < 1:
        raise argparse.ArgumentTypeError("one post at least")
    return number


def _check(arguments: argparse.Namespace) -> int:
    path: Path = arguments.file
    settings = load(**({"data": arguments.data} if arguments.data else {}))
    parsed, gaps = check(
        read_file(path),
        datetime.now(UTC),
        settings.known_platforms,
        policies(settings).by_name,
        settings.has_credentials,
    )
    asked, said = ((), []) if parsed is None else _ask(parsed, settings, offline=arguments.offline)
    if parsed is not None:
        gaps = (*gaps, *accounts.gaps(parsed.destinations, asked))
    for gap in gaps:
        print(f"{path}: {gap}")
    if any(gap.startswith("consent") for gap in gaps):
        print("docs/consent.md says for each field of the consent what it is and which law asks for it.")
    if parsed is not None:
        lines = cost.estimate(parsed, arguments.posts or cost.POSTS)
        warnings = (
            *accounts.warnings(asked, arguments.posts or cost.POSTS),
            *(f"{line.destination}: {warning}" for line in lines for warning in line.warnings),
        )
        notes = (note for line in lines for note in line.notes)
        _tell(_rows(said, map(cost.said, lines), notes, warnings, arguments.posts))
    if not gaps:
        print(f"{path}: ready to open")
    return 1 if gaps else 0


def _ask(
    parsed: LiveEventFile, settings: Settings, *, offline: bool
) -> tuple[tuple[accounts.AccountCheck, ...], list[str]]:
    """The answers of those accounts that are set up here, and what to tell of them."""
    wanted = [d for d in accounts.external(parsed.destinations) if settings.has_credentials(d)]
    if not wanted:
        return (), []
    if offline or not settings.desk.check_accounts:
        return (), ["the accounts were not asked"]
    asked = asyncio.run(accounts.ask(checking(settings, SystemClock()), wanted))
    return asked, [accounts.said(one) for one in asked if one.ok]


def _rows(
    said: Iterable[str], costs: Iterable[str], notes: Iterable[str], warnings: Iterable[str], posts: int | None
) -> list[str]:
    first, *others = costs
    assumed = "" if posts else f" (for {cost.POSTS} posts each; say another number with --posts)"
    return [
        *(f"account  {line}" for line in said),
        f"cost     {first}{assumed}",
        *(f"cost     {line}" for line in others),
        *(f"         {note}" for note in dict.fromkeys(notes)),
        *(f"warning  {warning}" for warning in warnings),
    ]


def _tell(rows: Iterable[str]) -> None:
    """To stderr: what programs read is on stdout."""
    print("\n".join(rows), file=sys.stderr)


def _open(arguments: argparse.Namespace) -> int:
    answer = opened(read_file(arguments.file), arguments.data, arguments.posts)
    _tell([*told(answer, arguments.posts), *unready(answer)])
    print(answer["id"])
    return 0


def told(answer: Mapping[str, Any], posts: int | None = None) -> list[str]:
    """What the desk said of accounts and cost as it opened the event, for people. `posts`: None where assumed."""
    asked, lines = answer["accounts"], answer["cost"]
    said = [f"the accounts were {asked}"] if isinstance(asked, str) else [one["said"] for one in asked]
    notes = (note for line in lines for note in line["notes"])
    return _rows(said, (line["said"] for line in lines), notes, answer["warnings"], posts)


def unready(answer: Mapping[str, Any]) -> list[str]:
    """What the browser would have asked for before opening: people, their presence, a signature, a rehearsal."""
    return [f"warning  opened without: {check}" for check in answer["unready"]]


def open_event(content: Mapping[str, Any], data: Path | None) -> str:
    """Opens the event in the running system; its id comes back. Raises Refused naming each gap."""
    return str(opened(content, data)["id"])


def opened(content: Mapping[str, Any], data: Path | None, posts: int | None = None) -> dict[str, Any]:
    """Opens the event in the running system; all that the desk says of it comes back. Raises Refused as above."""
    path = f"/live-events?posts={posts}" if posts else "/live-events"
    body = json.loads(json.dumps(content, default=_plain))
    answer: dict[str, Any] = Remote.find(data).desk("POST", path, role=Role.DIRECTOR, body=body)
    return answer


def _plain(value: Any) -> str:
    """YAML reads dates and times as objects; JSON has them as text."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)

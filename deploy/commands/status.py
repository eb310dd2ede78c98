"""`scrubcast status [ID] [--json]`: counts per stage, the oldest that waits, unknowns."""

import argparse
import json
from datetime import UTC, datetime
from typing import Any

from deploy.anchoring import told
from deploy.cli import with_data
from deploy.home import Home
from deploy.remote import Remote
from deploy.settings import load
from schemas.envelope import Role


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", nargs="?", help="one live event; without it, all of them")
    parser.add_argument("--json", action="store_true", help="for programs")
    with_data(parser)


def run(arguments: argparse.Namespace) -> int:
    path = f"/live-events/{arguments.id}/status" if arguments.id else "/status"
    found = Remote.find(arguments.data).desk("GET", path, role=Role.DIRECTOR)
    home, now = Home(load(**({"data": arguments.data} if arguments.data else {})).data), datetime.now(UTC)
    anchors = {name: anchors_of(home, name, now) for name in told(home) if arguments.id in {None, name}}
    if anchors:  # of a system on this machine; another one's archive is asked there
        found["anchors"] = anchors
    if arguments.json:
        print(json.dumps(found))
        return 0
    _show(found, 0)
    return 0


def anchors_of(home: Home, live_event_id: str, now: datetime) -> dict[str, Any]:
    """What each witness, and the time stamps, stand at: the last one's size and age, failures since, an alarm."""
    return {
        peer: {**said, "age_s": _age_s(said.get("at"), now)} for peer, said in told(home).get(live_event_id, {}).items()
    }


def _age_s(at: str | None, now: datetime) -> int | None:
    return int((now - datetime.fromisoformat(at)).total_seconds()) if at else None


def _show(value: Any, depth: int) -> None:
    for name, inner in value.items():
        label = f"{'  ' * depth}{name.replace('_', ' ')}"
        if isinstance(inner, dict):
            print(label)
            _show(inner, depth + 1)
        elif isinstance(inner, list) and inner and isinstance(inner[0], dict):
            for row in inner:
                print(label)
                _show(row, depth + 1)
        else:
            print(f"{label:<28} {inner if inner is not None else '-'}")

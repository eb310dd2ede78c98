"""`scrubcast retract ID UPDATE`: takes one update back on every destination."""

import argparse
from uuid import UUID

from deploy.cli import with_data
from deploy.remote import Remote
from schemas.envelope import Role


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the live event")
    parser.add_argument("update", type=UUID, metavar="UPDATE", help="its `update_id`, as `thread ID --json` shows it")
    with_data(parser)


def run(arguments: argparse.Namespace) -> int:
    body = {"kind": "retract", "update_id": str(arguments.update)}
    answer = Remote.find(arguments.data).desk(
        "POST", f"/live-events/{arguments.id}/controls", role=Role.DIRECTOR, body=body
    )
    print(f"retract {arguments.update} {answer['at']} {answer['id']}")
    return 0

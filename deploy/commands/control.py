"""`scrubcast control ID stop|hold|resume|withdraw`: acknowledged once it is durable."""

import argparse

from deploy.cli import with_data
from deploy.remote import Remote
from schemas.envelope import Role

AS = {"stop": Role.DIRECTOR, "hold": Role.DIRECTOR, "resume": Role.DIRECTOR, "withdraw": Role.ADVOCATE}


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the live event")
    parser.add_argument(
        "kind",
        choices=sorted(AS),
        help="stop: nothing more goes out, approvals end; hold: pause; resume: ends both; withdraw: consent is "
        "withdrawn for ever, posts are deleted, keys destroyed",
    )
    with_data(parser)


def run(arguments: argparse.Namespace) -> int:
    remote = Remote.find(arguments.data)
    answer = remote.desk(
        "POST", f"/live-events/{arguments.id}/controls", role=AS[arguments.kind], body={"kind": arguments.kind}
    )
    print(f"{arguments.kind} {arguments.id} {answer['at']} {answer['id']}")
    return 0

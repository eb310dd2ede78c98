"""`audit report`: the report as HTML."""

import argparse
from pathlib import Path

from consumers.archive import audit
from deploy.commands.audit.accessing import enter
from deploy.commands.audit.common import path_of, with_event
from deploy.home import write_private
from streams.scrub.policy import dispose

LINE = "the report as HTML"


def add(parser: argparse.ArgumentParser) -> None:
    with_event(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", help="where it is written")


def run(arguments: argparse.Namespace) -> int:
    text = audit.report(path_of(arguments), dispose)
    enter(arguments, "reported", arguments.id)
    if arguments.out is None:
        print(text)
    else:
        write_private(arguments.out, text.encode())
        print(arguments.out)
    return 0

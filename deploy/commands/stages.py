"""`scrubcast intake|scrub|desk|poster|page|archive`: one stage as a process, for a cluster or under `up`."""

import argparse
from pathlib import Path

from deploy import stage
from deploy.cli import with_data
from deploy.settings import load


def add(parser: argparse.ArgumentParser) -> None:
    with_data(parser)
    parser.add_argument("--ready-file", type=Path, default=None, metavar="FILE", help="written once this stage works")


def run(arguments: argparse.Namespace) -> int:
    from deploy.wiring import STAGES  # noqa: PLC0415  # pulls in a stage's vendors

    settings = load(**({"data": arguments.data} if arguments.data else {}))
    return stage.run(arguments.command, settings, STAGES[arguments.command], ready_file=arguments.ready_file)

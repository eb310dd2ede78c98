"""`audit import`: a bundle of another installation, verified first, laid beside the own logs to be read."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from consumers.archive import imported
from consumers.archive.checkpoint import Key
from deploy.cli import with_data
from deploy.commands.audit.accessing import enter
from deploy.home import Home
from deploy.settings import load
from schemas.errors import Refused

LINE = "a bundle of another installation, to be replayed and searched here"


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("bundle", type=Path, metavar="ZIP", help="a zip of `audit export`")
    parser.add_argument("--key", default=None, metavar="VKEY", help="the key that has to have signed it")
    parser.add_argument(
        "--known", type=Path, action="append", default=[], metavar="FILE", help="a checkpoint kept from before"
    )
    with_data(parser)


def run(arguments: argparse.Namespace) -> int:
    if not arguments.bundle.is_file():
        raise Refused(f"{arguments.bundle}: no such file.", code="no-bundle")
    settings = load(**({"data": arguments.data} if arguments.data else {}))
    found = imported.judged(
        Home(settings.data).archive,
        arguments.bundle,
        by="auditor",
        now=datetime.now(UTC),
        known=[path.read_bytes() for path in arguments.known],
        trusted=[Key.parse(arguments.key)] if arguments.key else [],
    )
    told = found.told
    enter(arguments, "imported", told.name)
    imported.lay_down(found)
    print(f"{told.name}: {told.size} entries, {'imported' if found.is_new else 'here already, nothing was changed'}")
    print(f"root {told.root}")
    print(f"key {told.key}")
    if not arguments.key:
        print("Compare the key with one that the other installation told you by another way.")
    return 0

"""`audit report`: the report as a page, and as a PDF."""

import argparse
import sys
from pathlib import Path

from consumers.archive import audit
from deploy.commands.audit.accessing import enter
from deploy.commands.audit.common import path_of, with_event_or_bundle
from deploy.home import write_private
from streams.scrub.policy import dispose

LINE = "the report as a self-contained page, and as a PDF"


def add(parser: argparse.ArgumentParser) -> None:
    with_event_or_bundle(parser)
    parser.add_argument("--out", type=Path, metavar="FILE.html", help="where the page is written; default: printed")
    parser.add_argument("--pdf", type=Path, metavar="FILE.pdf", help="where the PDF is written")


def run(arguments: argparse.Namespace) -> int:
    """Ends with 1 over a log that is not as it was written: the report then says so, and claims nothing."""
    found = audit.facts(path_of(arguments), dispose)
    if arguments.bundle is None:
        enter(arguments, "reported", arguments.id)
    if arguments.pdf is not None:
        write_private(arguments.pdf, audit.pdf(found))
        print(arguments.pdf)
    if arguments.out is not None:
        write_private(arguments.out, audit.page(found).encode())
        print(arguments.out)
    if arguments.out is None and arguments.pdf is None:
        print(audit.page(found))
    if found.verdict.bad is None:
        return 0
    print(f"NOT whole: {found.verdict.bad.place}: {found.verdict.bad.reason}", file=sys.stderr)
    return 1

"""`audit export`: one zip that a stranger can check with plain Python."""

import argparse
import sys
import time
from pathlib import Path

from consumers.archive import audit
from deploy.commands.audit.accessing import enter
from deploy.commands.audit.common import path_of, with_event
from deploy.home import private_file
from streams.scrub.policy import dispose

LINE = "one zip that a stranger can check with plain Python"
SIGNED_WITHIN_S = 13.0  # the archive signs every 10 s while it works


def add(parser: argparse.ArgumentParser) -> None:
    with_event(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where it is written")


def run(arguments: argparse.Namespace) -> int:
    path = path_of(arguments)
    pending = _signed(path)
    enter(arguments, "exported", arguments.id)
    with private_file(arguments.out) as out:
        audit.export_into(path, dispose, out)
        size = out.tell()
    if pending:
        words = f"{pending} entries are not signed yet and not in it; export again when the archive runs"
        print(words, file=sys.stderr)
    print(f"{arguments.out}: {size} bytes; read VERIFY.md in it, then run verify.py")
    return 0


def _signed(path: Path) -> int:
    """Waits for the running archive to sign what it holds; gives back how many entries still are not."""
    deadline = time.monotonic() + SIGNED_WITHIN_S
    while (pending := audit.judge(path).pending) and time.monotonic() < deadline:
        time.sleep(0.5)
    return pending

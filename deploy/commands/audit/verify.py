"""`audit verify`: whether the archive is whole; the first bad entry is named."""

import argparse
import os
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

from consumers.archive import audit
from consumers.archive.anchors.cosignature import WitnessKey
from consumers.archive.anchors.found import Anchors
from consumers.archive.anchors.judge import Trust
from consumers.archive.anchors.said import lines
from consumers.archive.checkpoint import Key
from deploy.commands.audit.common import archive_of, path_of, with_event_or_bundle
from schemas.errors import Refused

LINE = "whether the archive is whole; the first bad entry is named"


def add(parser: argparse.ArgumentParser) -> None:
    which = with_event_or_bundle(parser)
    which.add_argument("--all", action="store_true", help="every log of the archive")
    kept = "a checkpoint kept from before, or a copy of the post with the closing root"
    parser.add_argument("--known", type=Path, action="append", default=[], metavar="FILE", help=kept)
    parser.add_argument(
        "--key", default=None, metavar="VKEY", help="the key that has to have signed; default: the log's own"
    )
    parser.add_argument(
        "--witness", action="append", default=[], metavar="VKEY", help="a witness that is trusted; default: the log's"
    )
    parser.add_argument(
        "--tsa-roots", type=Path, metavar="PEM", help="what time stamps have to hold under; default: the log's own"
    )


def run(arguments: argparse.Namespace) -> int:
    known = [path.read_bytes() for path in arguments.known]
    trusted = [Key.parse(arguments.key)] if arguments.key else []
    if arguments.all:
        return _all(arguments)
    verdict = audit.judge(
        path_of(arguments), known=known, trusted=trusted, trust=trust_of(arguments), cores=os.cpu_count() or 1
    )
    if verdict.bad is not None:
        raise Refused(f"NOT whole: {verdict.bad.place}: {verdict.bad.reason}", code="not-whole")
    print(f"whole: {verdict.size} entries, {verdict.pending} of them not signed yet, {verdict.proofs} proofs")
    print(f"root {verdict.root.hex()}")
    print(f"key {verdict.key}")
    for line in said(verdict.anchors):
        print(line)
    return 0


def trust_of(arguments: argparse.Namespace) -> Trust:
    """Whom the person at the terminal trusts from elsewhere. Raises Refused for what is no key of a witness."""
    roots = arguments.tsa_roots.read_bytes() if arguments.tsa_roots else None
    return Trust(tuple(map(WitnessKey.parse, arguments.witness)), roots)


def said(anchors: Anchors) -> Iterator[str]:
    """What others said of the log."""
    for line in lines(anchors):
        words = f": {line.said}" if line.said else ""
        at = line.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        yield f"{line.kind} by {line.by} at {at} for size {line.size}{words}"


def _all(arguments: argparse.Namespace) -> int:
    """Every log says its own name in its key, so no --key and no --known fits all of them."""
    bad = 0
    for name, verdict in audit.judge_all(archive_of(arguments), cores=os.cpu_count() or 1):
        whole = f"whole: {verdict.size} entries, {verdict.pending} of them not signed yet, {verdict.proofs} proofs"
        print(f"{name}: {f'NOT whole: {verdict.bad.place}: {verdict.bad.reason}' if verdict.bad else whole}")
        bad += verdict.bad is not None
    return 1 if bad else 0

"""Which log an act is about: the folder of a live event in the archive, or a bundle's zip."""

import argparse
from pathlib import Path

from consumers.archive import audit
from deploy.cli import with_data
from deploy.home import Home
from deploy.settings import load
from schemas.errors import Refused


def with_event(parser: argparse.ArgumentParser) -> None:
    """The id of a live event, and where its archive is."""
    parser.add_argument("id", metavar="ID", help="the live event")
    with_data(parser)


def with_event_or_bundle(parser: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    """The group in which the act may have a third choice."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("id", metavar="ID", nargs="?", help="the live event")
    with_data(parser)
    which.add_argument("--bundle", type=Path, metavar="ZIP", help="a zip of `audit export` in place of ID")
    return which


def archive_of(arguments: argparse.Namespace) -> Path:
    """The folder with all logs."""
    settings = load(**({"data": arguments.data} if arguments.data else {}))
    return Home(settings.data).archive


def path_of(arguments: argparse.Namespace) -> Path:
    """Raises Refused where there is no such bundle or archive."""
    bundle = getattr(arguments, "bundle", None)
    if bundle is not None:
        if not bundle.is_file():
            raise Refused(f"{bundle}: no such file.", code="no-bundle")
        return Path(bundle)
    return audit.find(archive_of(arguments), arguments.id)

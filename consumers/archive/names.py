"""Where a log lies by its name: ours by its live event's id, one of another installation as `<origin>~<log>`.

The origin is the installation's name and the fingerprint of its key: two installations may bear one name, and two may
have a live event of one id.
"""

import re
from pathlib import Path

from schemas.errors import Refused

FOLDER = "archive-imported"  # beside `archive`
LOG = re.compile(
    r"_unplaced|_accesses|_installation|[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?"
)  # schemas.ids.LiveEventId, or of none
HOUSE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,98}[A-Za-z0-9])?")
_FOREIGN = re.compile(rf"({HOUSE.pattern}\.[0-9a-f]{{16}})~({LOG.pattern})")


def is_foreign(name: str) -> bool:
    return "~" in name


def folder_of(archive: Path, name: str) -> Path:
    """Raises Refused (404) for what is no name of a log: nothing else ever becomes a path."""
    if LOG.fullmatch(name):
        return archive / name
    found = _FOREIGN.fullmatch(name)
    if found is None:
        raise Refused("there is no archive of this name", code="no-archive", status=404)
    return archive.with_name(FOLDER) / found[1] / found[2]

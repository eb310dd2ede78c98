"""Whoever reads the archive by command is entered first, by the running system; without one, that is said.

A folder is written by its archive alone, so a command cannot add the entry itself. Where a system answers and cannot
write it, the command ends and shows nothing. Where none runs, the folder can be read, as any copy of it can: the look
is not on record then, and stderr says so (ADR 22).
"""

import argparse
import sys
from contextlib import suppress
from typing import Any

from deploy.home import Home
from deploy.remote import Remote
from deploy.settings import load
from schemas.access import ALL, What
from schemas.envelope import Role
from schemas.errors import Refused, Unavailable

UNRECORDED = "no system runs on this data folder: that you looked is not on record"


def enter(arguments: argparse.Namespace, what: What, live_event_id: str, **more: Any) -> None:
    """Returns once the access is durable, or once it was said that it is not. Raises Refused or Unavailable when a
    system runs and does not write it. `live_event_id` may be `origin~event` of an imported log."""
    if "~" in live_event_id:
        more, live_event_id = {**more, "origin": live_event_id}, ALL
    try:
        remote = Remote.find(arguments.data)
        body = {"what": what, "live_event_id": live_event_id, **more}
        remote.desk("POST", "/audit/accesses", role=Role.AUDITOR, body=body)
    except Refused as refused:
        if refused.code != "not-running":
            raise
        print(UNRECORDED, file=sys.stderr)
    except Unavailable:
        if not _nobody_runs(arguments):
            raise
        print(UNRECORDED, file=sys.stderr)


def _nobody_runs(arguments: argparse.Namespace) -> bool:
    """Whether what the folder says of a running system is left over from one that was killed."""
    settings = load(**({"data": arguments.data} if arguments.data else {}))
    if settings.url or settings.desk_url:
        return False
    with suppress(Refused, OSError):
        Home(settings.data).claim().close()
        return True
    return False

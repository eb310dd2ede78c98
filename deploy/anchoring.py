"""Joins the archive with those who anchor it: settings become witnesses and an authority, and status gets a file."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from deploy.home import Home, write_private
from deploy.settings import Archive
from schemas.errors import Refused
from streams.clock import SystemClock

if TYPE_CHECKING:
    from consumers.archive.anchors.anchoring import Authority, Witness

log = structlog.get_logger("anchors")


@asynccontextmanager
async def anchored(settings: Archive, home: Home) -> AsyncIterator[None]:
    """Asks for anchors while the block runs. Raises Refused at the start for settings that nobody could be asked with;
    whatever goes wrong later is logged, and the archive goes on without."""
    if not settings.witnesses and not settings.tsa_url:
        yield
        return
    witnesses, authority = witnesses_of(settings), authority_of(settings)
    asking = asyncio.create_task(_run(witnesses, authority, home))
    asking.add_done_callback(_told_why)
    try:
        yield
    finally:
        asking.cancel()
        await asyncio.wait({asking})


async def _run(witnesses: "Sequence[Witness]", authority: "Authority | None", home: Home) -> None:
    from consumers.archive.anchors.anchoring import Anchoring  # noqa: PLC0415  # 10 MB, for those who set it
    from consumers.archive.anchors.asking import over_http  # noqa: PLC0415  # as above
    from consumers.archive.disk import RealDisk  # noqa: PLC0415  # as above

    async with over_http() as post:
        anchoring = Anchoring(
            RealDisk(home.archive),
            home.archive,
            lambda: logs_of(home.archive),
            SystemClock(),
            post,
            lambda found: write_private(home.anchors_file, json.dumps(found, indent=1).encode()),
            witnesses=witnesses,
            authority=authority,
        )
        await anchoring.run()


def _told_why(asking: asyncio.Task[None]) -> None:
    error = None if asking.cancelled() else asking.exception()
    if error is not None:
        reason = str(error) if isinstance(error, Refused) else ""  # another one's words may quote anything
        log.error("anchoring_ended", error=type(error).__name__, reason=reason)


def logs_of(archive: Path) -> list[str]:
    """The names of all logs there are now; a folder that is being removed is none."""
    return sorted(path.parent.name for path in archive.glob("*/checkpoint") if not path.parent.name.startswith("_rem"))


def signed_root(archive: Path, live_event_id: str) -> tuple[int, bytes] | None:
    """How many entries the event's log has signed, and their root; None where it cannot be read from here."""
    from consumers.archive.expiry import head_of  # noqa: PLC0415  # once for each event

    try:
        head = head_of(archive / live_event_id)
    except (Refused, OSError):
        return None
    return head.size, head.root


def witnesses_of(settings: Archive) -> "tuple[Witness, ...]":
    """Raises Refused for a key that is none."""
    from consumers.archive.anchors.anchoring import Witness  # noqa: PLC0415  # as above
    from consumers.archive.anchors.cosignature import WitnessKey  # noqa: PLC0415  # as above

    parts = [one.split() for one in settings.witnesses]
    return tuple(Witness(WitnessKey.parse(vkey), url) for vkey, url in parts)


def authority_of(settings: Archive) -> "Authority | None":
    """None where no authority is set. Raises Refused for roots that cannot be read."""
    if not settings.tsa_url or settings.tsa_roots is None:
        return None
    from consumers.archive.anchors.anchoring import Authority  # noqa: PLC0415  # as above
    from consumers.archive.anchors.stamp import roots_of  # noqa: PLC0415  # as above

    try:
        roots = settings.tsa_roots.read_bytes()
    except OSError as error:
        raise Refused(f"SCRUBCAST_ARCHIVE__TSA_ROOTS: the file cannot be read ({error.strerror}).") from None
    roots_of(roots)
    return Authority(settings.tsa_url, roots.rstrip(b"\n") + b"\n", timedelta(minutes=settings.tsa_every_min))


def told(home: Home) -> dict[str, Any]:
    """What the archive said last of its anchors, by log and by whom; empty where nothing is set or known."""
    with suppress(OSError, ValueError):
        found: dict[str, Any] = json.loads(home.anchors_file.read_bytes())
        return found
    return {}

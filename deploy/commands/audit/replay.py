"""`audit replay`: the event again from the log alone; what was public at an instant; what another policy would say."""

import argparse
import asyncio
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from consumers.archive import audit
from consumers.archive.instants import meant
from consumers.archive.replay import Difference, Replay, Step, about, by, in_order
from consumers.archive.retrial import Lack, Retrial, retry
from consumers.archive.timeline import Timeline, state_at, timeline
from deploy import retrying
from deploy.commands.audit import differing, moments, playing
from deploy.commands.audit.accessing import enter
from deploy.commands.audit.common import path_of, with_event_or_bundle
from deploy.home import Home
from deploy.policy_files import named, policies
from deploy.settings import Settings, load
from schemas.errors import Refused
from schemas.policy import Policy
from streams.scrub.policy import dispose
from streams.vault import Vault

LINE = "the event again from the log alone: its way, what was public when, what another policy would say"
SPEED = 10.0


def add(parser: argparse.ArgumentParser) -> None:
    with_event_or_bundle(parser)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--at", metavar="TIME", help="what was public, waiting and in force then: 10:43:20")
    how.add_argument("--play", action="store_true", help="as it happened; keys: space, +, -, q")
    how.add_argument("--policy", metavar="NAME|FILE", help="list what this policy would have decided otherwise")
    parser.add_argument("--from", dest="start", metavar="TIME", help="where to begin playing; default: the beginning")
    parser.add_argument(
        "--speed", type=float, default=SPEED, metavar="N", help=f"of playing, 1 as it was; default {SPEED:g}"
    )
    parser.add_argument("--json", action="store_true", help="for programs")


def run(arguments: argparse.Namespace) -> int:
    if not playing.SPEED_MIN <= arguments.speed <= playing.SPEED_MAX:
        raise Refused(f"--speed: expected {playing.SPEED_MIN:g} to {playing.SPEED_MAX:g}.", code="bad-speed")
    path, settings = path_of(arguments), load(**({"data": arguments.data} if arguments.data else {}))
    other = named(arguments.policy, policies(settings)) if arguments.policy else None
    found = audit.replay(path, dispose)
    of = timeline(found.told)
    # A bundle is a copy in somebody's hands; of our own archive each look is on record before anything is shown.
    if arguments.id is not None:
        enter(arguments, "replayed", arguments.id, **({"policy_sha256": other.sha256} if other else {}))
    if arguments.at is not None:
        return _at(of, arguments)
    if arguments.play:
        playing.play(of, meant(arguments.start, of) if arguments.start else of.span[0], arguments.speed)
        return 0
    retried = _retried(arguments, settings, found, other) if other else None
    print(_as_json(found, retried) if arguments.json else "\n".join(_as_text(of, found, retried)))
    if not arguments.json:
        for missing in found.policies_missing:
            print(f"policy {missing} is not in the archive: its decisions could not be derived again")
    return 1 if found.rederived or found.policies_missing else 0


def _at(of: Timeline, arguments: argparse.Namespace) -> int:
    now = state_at(of, meant(arguments.at, of))
    if arguments.json:
        print(json.dumps(moments.as_json(of, now), ensure_ascii=False))
    else:
        print("\n".join(moments.as_text(of, now)))
    return 0


def _retried(arguments: argparse.Namespace, settings: Settings, found: audit.Replayed, other: Policy) -> Retrial:
    sealed, vault, home = retrying.Sealed(), None, Home(settings.data)
    lack: Lack = "no-raw-text-in-a-bundle" if arguments.id is None else "not-reached"
    if arguments.id is not None and home.vault.is_dir():
        sealed = asyncio.run(_sealed(settings, arguments.id))
        vault = Vault(home.vault, home.kek())
    try:
        given = retrying.materials(found.told, sealed, vault, settings.scrub, other, lack=lack)
        return retry(found.told, other, dispose, given)
    finally:
        retrying.forget()


async def _sealed(settings: Settings, live_event_id: str) -> retrying.Sealed:
    """From the cluster of the settings, or the broker of the system that runs on the data folder."""
    from deploy.commands.topics import reachable  # noqa: PLC0415  # the vendor's client, for this alone
    from streams.kafka import KafkaBus  # noqa: PLC0415  # as above

    try:
        async with KafkaBus.open(reachable(settings).connection("audit")) as bus:
            return await retrying.sealed_of(bus, live_event_id)
    except retrying.AWAY:
        return retrying.NOT_REACHED


def _of_event(told: Replay) -> list[Step]:
    """What happened to the event as a whole, holds and erasures too, in its order."""
    kept = (s for s in told.others if s.detail["type"] in ("legal-hold", "erasure", "sighting"))
    return sorted((*told.live_event, *kept), key=in_order)


def _as_text(of: Timeline, found: audit.Replayed, retried: Retrial | None) -> Iterator[str]:
    if retried is None:
        yield from (_told(step) for step in _of_event(found.told))
        for story in found.told.stories:
            yield f"update {story.update_id}  {story.state}  {story.text or ''}".rstrip()
            yield from (f"  {_told(step)}" for step in story.steps)
    else:
        yield from differing.as_text(of, retried)
        yield ""
    yield from (f"recorded {_line(d)}" for d in found.rederived)
    yield f"{len(found.told.stories)} updates; {len(found.rederived)} decisions came out otherwise than recorded"


def _told(step: Step) -> str:
    """When, what, by whom, and what goes with it: `… decided  A. Visser, physician  approve`."""
    return "  ".join(part for part in (step.at, step.what, by(step), about(step)) if part)


def _line(d: Difference) -> str:
    public = ", public" if d.published else ""
    reasons = f" ({', '.join(d.reasons)})" if d.reasons else ""
    return f"{d.recorded} → {d.derived}{reasons}: update {d.update_id} revision {d.revision}, entry {d.seq}{public}"


def _as_json(found: audit.Replayed, retried: Retrial | None) -> str:
    return json.dumps(
        {
            "live_event": [_as_fields(s) for s in _of_event(found.told)],
            "updates": [
                {
                    "update_id": story.update_id,
                    "state": story.state,
                    "text": story.text,
                    "steps": [{**_as_fields(s), "entry": s.seq} for s in story.steps],
                }
                for story in found.told.stories
            ],
            "otherwise_than_recorded": [asdict(d) for d in found.rederived],
            "policies_missing": list(found.policies_missing),
            "under_policy": [] if retried is None else differing.rows_as_json(retried),
            **({} if retried is None else {"retrial": differing.as_json(retried)}),
        },
        ensure_ascii=False,
    )


def _as_fields(step: Step) -> dict[str, Any]:
    return {"at": step.at, "what": step.what, "by": by(step), "about": about(step)}

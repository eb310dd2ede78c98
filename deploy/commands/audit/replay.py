"""`audit replay`: each update's way from the log alone, every decision derived again."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from consumers.archive import audit
from consumers.archive.replay import Difference, Step, about, by, in_order
from deploy.commands.audit.common import path_of, with_event_or_bundle
from deploy.commands.live_event import why_unreadable
from schemas.errors import Refused
from schemas.policy import Policy
from streams.scrub.policy import dispose, parse

LINE = "each update's way from the log alone, every decision derived again"


def add(parser: argparse.ArgumentParser) -> None:
    with_event_or_bundle(parser)
    parser.add_argument(
        "--policy", type=Path, metavar="FILE", help="list what this policy would have decided otherwise"
    )
    parser.add_argument("--json", action="store_true", help="for programs")


def run(arguments: argparse.Namespace) -> int:
    other = _policy(arguments.policy) if arguments.policy else None
    found = audit.replay(path_of(arguments), dispose, other=other)
    print(_as_json(found) if arguments.json else _as_text(found))
    for missing in found.policies_missing:
        print(f"policy {missing} is not in the archive: its decisions could not be derived again")
    return 1 if found.rederived or found.policies_missing else 0


def _as_text(found: audit.Replayed) -> str:
    rows = [_told(step) for step in sorted(found.told.live_event, key=in_order)]
    for story in found.told.stories:
        rows.append(f"update {story.update_id}  {story.state}  {story.text or ''}".rstrip())
        rows += [f"  {_told(step)}" for step in story.steps]
    rows += [f"recorded {_line(d)}" for d in found.rederived]
    rows += [f"this policy: {_line(d)}" for d in found.compared]
    rows.append(f"{len(found.told.stories)} updates; {len(found.rederived)} decisions came out otherwise than recorded")
    return "\n".join(rows)


def _told(step: Step) -> str:
    """When, what, by whom, and what goes with it: `… decided  A. Visser, physician  approve`."""
    return "  ".join(part for part in (step.at, step.what, by(step), about(step)) if part)


def _line(d: Difference) -> str:
    public = ", public" if d.published else ""
    reasons = f" ({', '.join(d.reasons)})" if d.reasons else ""
    return f"{d.recorded} → {d.derived}{reasons}: update {d.update_id} revision {d.revision}, entry {d.seq}{public}"


def _as_json(found: audit.Replayed) -> str:
    return json.dumps(
        {
            "live_event": [_as_fields(s) for s in sorted(found.told.live_event, key=in_order)],
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
            "under_policy": [asdict(d) for d in found.compared],
        },
        ensure_ascii=False,
    )


def _as_fields(step: Step) -> dict[str, str]:
    return {"at": step.at, "what": step.what, "by": by(step), "about": about(step)}


def _policy(path: Path) -> Policy:
    try:
        return parse(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path}: cannot be read ({why_unreadable(error)}).", code="unreadable") from None

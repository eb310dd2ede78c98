"""`scrubcast audit verify|replay|export|report`: on the archive's folder or a bundle, with no running system."""

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from consumers.archive import audit
from consumers.archive.checkpoint import Key
from consumers.archive.replay import Difference, Step, about, by, in_order
from deploy.cli import with_data
from deploy.commands.live_event import why_unreadable
from deploy.home import Home, write_private
from deploy.settings import load
from schemas.errors import Refused
from schemas.policy import Policy
from streams.scrub.policy import dispose, parse

SIGNED_WITHIN_S = 13.0  # the archive signs every 10 s while it works


def add(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="verify|replay|export|report", required=True)
    lines = {
        "verify": "whether the archive is whole; the first bad entry is named",
        "replay": "each update's way from the log alone, every decision derived again",
        "export": "one zip that a stranger can check with plain Python",
        "report": "the report as HTML",
    }
    for name, line in lines.items():
        sub = acts.add_parser(name, help=line, description=line[0].upper() + line[1:] + ".")
        which = sub.add_mutually_exclusive_group(required=True) if name in ("verify", "replay") else sub
        which.add_argument("id", metavar="ID", nargs=None if which is sub else "?", help="the live event")
        with_data(sub)
        if which is not sub:
            which.add_argument("--bundle", type=Path, metavar="ZIP", help="a zip of `audit export` in place of ID")
        if name == "verify":
            sub.add_argument(
                "--known", type=Path, action="append", default=[], metavar="FILE", help="a checkpoint kept from before"
            )
            sub.add_argument(
                "--key", default=None, metavar="VKEY", help="the key that has to have signed; default: the log's own"
            )
        if name == "replay":
            sub.add_argument(
                "--policy", type=Path, metavar="FILE", help="list what this policy would have decided otherwise"
            )
            sub.add_argument("--json", action="store_true", help="for programs")
        if name in ("export", "report"):
            sub.add_argument("--out", type=Path, required=name == "export", metavar="FILE", help="where it is written")


def run(arguments: argparse.Namespace) -> int:
    return {"verify": _verify, "replay": _replay, "export": _export, "report": _report}[arguments.act](arguments)


def _path(arguments: argparse.Namespace) -> Path:
    bundle = getattr(arguments, "bundle", None)
    if bundle is not None:
        if not bundle.is_file():
            raise Refused(f"{bundle}: no such file.", code="no-bundle")
        return Path(bundle)
    settings = load(**({"data": arguments.data} if arguments.data else {}))
    return audit.find(Home(settings.data).archive, arguments.id)


def _verify(arguments: argparse.Namespace) -> int:
    known = [path.read_bytes() for path in arguments.known]
    trusted = [Key.parse(arguments.key)] if arguments.key else []
    verdict = audit.judge(_path(arguments), known=known, trusted=trusted)
    if verdict.bad is not None:
        raise Refused(f"NOT whole: {verdict.bad.place}: {verdict.bad.reason}", code="not-whole")
    print(f"whole: {verdict.size} entries, {verdict.pending} of them not signed yet, {verdict.proofs} proofs")
    print(f"root {verdict.root.hex()}")
    print(f"key {verdict.key}")
    return 0


def _replay(arguments: argparse.Namespace) -> int:
    other = _policy(arguments.policy) if arguments.policy else None
    found = audit.replay(_path(arguments), dispose, other=other)
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


def _export(arguments: argparse.Namespace) -> int:
    path = _path(arguments)
    pending = _signed(path)
    bundle = audit.export_bundle(path, dispose)
    write_private(arguments.out, bundle)
    if pending:
        words = f"{pending} entries are not signed yet and not in it; export again when the archive runs"
        print(words, file=sys.stderr)
    print(f"{arguments.out}: {len(bundle)} bytes; read VERIFY.md in it, then run verify.py")
    return 0


def _signed(path: Path) -> int:
    """Waits for the running archive to sign what it holds; gives back how many entries still are not."""
    deadline = time.monotonic() + SIGNED_WITHIN_S
    while (pending := audit.judge(path).pending) and time.monotonic() < deadline:
        time.sleep(0.5)
    return pending


def _report(arguments: argparse.Namespace) -> int:
    text = audit.report(_path(arguments), dispose)
    if arguments.out is None:
        print(text)
    else:
        write_private(arguments.out, text.encode())
        print(arguments.out)
    return 0

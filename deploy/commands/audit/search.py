"""`audit search`: entries of all logs that fit, newest first; the same filters as the page."""

import argparse
import json
import shlex
import sys

from consumers.archive import search
from consumers.archive.asking import Query, asked
from consumers.archive.derived import Derived
from consumers.archive.imported import every_log
from consumers.archive.search import Hit, Page
from consumers.archive.table import stamp
from deploy.cli import with_data
from deploy.commands.audit.accessing import enter
from deploy.home import Home
from deploy.settings import load
from schemas.access import ALL, Filter
from schemas.errors import Refused

LINE = "entries of all live events: by words, finding, person, device, platform, time"

_HELP: dict[Filter, str] = {
    "event": "of one live event",
    "class": "that had a finding of this kind, as name.person or name",
    "rule": "that had a finding of this rule",
    "by": "done or approved by who has this in their name",
    "device": "from this tablet",
    "platform": "on this platform: local, x, bluesky, mastodon",
    "platform-id": "the post with this id on its platform",
    "url": "whose address holds this",
    "from": "from this time on, as 2026-12-01 or 2026-12-01T09:30 (UTC)",
    "to": "up to and with this time",
    "type": "of this type: draft, decision, release, receipt, control, access, …",
}
LIMIT_MAX = search.CSV_MAX


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", metavar="WORDS", nargs="*", help="all have to stand in the public text")
    for name, line in _HELP.items():
        parser.add_argument(f"--{name}", default="", metavar=name.upper(), dest=f"f_{name}", help=line)
    parser.add_argument("--limit", type=int, default=50, metavar="N", help=f"how many, at most {LIMIT_MAX}; default 50")
    parser.add_argument("--before", default="", metavar="KEY", help="go on where an answer ended")
    parser.add_argument("--json", action="store_true", help="for programs")
    with_data(parser)


def run(arguments: argparse.Namespace) -> int:
    if not 0 < arguments.limit <= LIMIT_MAX:
        raise Refused(f"--limit: expected 1 to {LIMIT_MAX}.", code="bad-filter")
    query = asked({"words": " ".join(arguments.words), **{name: getattr(arguments, f"f_{name}") for name in _HELP}})
    settings = load(**({"data": arguments.data} if arguments.data else {}))
    home = Home(settings.data)
    derived = Derived(home.archive_search, lambda: every_log(home.archive))
    page = search.search(derived, query, before=arguments.before, limit=arguments.limit)
    _enter(arguments, query, page)
    print(_as_json(page) if arguments.json else _as_text(page))
    for log, why in page.left_out:
        print(f"not searched: {log.name}: {why}", file=sys.stderr)
    return 1 if page.left_out else 0


def _enter(arguments: argparse.Namespace, query: Query, page: Page) -> None:
    """Which filters, never what was in them."""
    about = {"filters": list(query.filters), "results": len(page.hits), "live_events": list(page.shown)}
    enter(arguments, "searched", ALL, **about)


def _as_json(page: Page) -> str:
    hits = [
        {"source": hit.source, "log": hit.log, **{k: v for k, v in hit.told.items() if v is not None}}
        | {name: stamp(hit.told[name]) for name in ("ts", "happened_at", "posted_at") if hit.told[name] is not None}
        for hit in page.hits
    ]
    left_out = [{"source": log.source, "log": log.name, "why": why} for log, why in page.left_out]
    return json.dumps({"count": page.count, "next": page.next, "hits": hits, "left_out": left_out}, ensure_ascii=False)


def _as_text(page: Page) -> str:
    rows = [_line(hit) for hit in page.hits]
    rows.append(f"{page.count} entries fit, {len(page.hits)} shown")
    if page.next is not None:
        rows.append(f"older ones: --before {shlex.quote(page.next)}")
    return "\n".join(rows)


def _line(hit: Hit) -> str:
    """When, where, what, by whom, and what it says."""
    told = hit.told
    where = f"{hit.source}~{hit.log}" if hit.source else hit.log
    what = next((told[k] for k in ("control", "access", "outcome", "verdict", "disposition", "state") if told[k]), "")
    said = " ".join(str(told[name]) for name in ("finding_classes", "url", "text") if told[name])
    parts = (stamp(told["ts"]), f"{where} {hit.seq}", f"{told['type']} {what}".strip(), told["person"], said)
    return "  ".join(str(part) for part in parts if part)

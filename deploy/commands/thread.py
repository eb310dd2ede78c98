"""`scrubcast thread ID [--json]`: what is public, a row for each post and destination."""

import argparse
import json

from deploy.cli import with_data
from deploy.remote import Remote
from schemas.envelope import Role


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the live event")
    parser.add_argument("--json", action="store_true", help="all that is known of each post")
    with_data(parser)


def run(arguments: argparse.Namespace) -> int:
    items = Remote.find(arguments.data).desk("GET", f"/live-events/{arguments.id}/thread", role=Role.DIRECTOR)["items"]
    if arguments.json:
        print(json.dumps(items, ensure_ascii=False))
        return 0
    width = max((len(item["destination"]) for item in items), default=0)
    for item in items:
        row = f"{item['n']:>4}  {item['destination']:<{width}} {item['state']:<10} {item['posted_at'] or '-':<28}"
        print(row, item["text"])
    return 0

"""`scrubcast settle ID [POST there|absent|deleted]`: a person's word on a post that nobody here can find out about."""

import argparse
from typing import Any
from uuid import UUID

from deploy.cli import with_data
from deploy.remote import Remote
from schemas.envelope import Role
from schemas.errors import Refused

Row = dict[str, Any]


def _post_id(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise argparse.ArgumentTypeError("is no post's id; `scrubcast settle ID` lists those that wait") from None


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the live event")
    parser.add_argument(
        "post",
        metavar="POST",
        type=_post_id,
        nargs="?",
        help="the post's id; without it, all that wait for such a word",
    )
    parser.add_argument(
        "found",
        nargs="?",
        choices=("there", "absent", "deleted"),
        help="there: it is public, at --url; absent: it is not, and may go out again; deleted: you deleted it by hand",
    )
    parser.add_argument("--destination", metavar="KEY", help="such as x:@OurHospital (default: where the post waits)")
    parser.add_argument("--url", help="the post's address, when it is there: the next posts reply to it")
    with_data(parser)
    parser.set_defaults(parser=parser)


def run(arguments: argparse.Namespace) -> int:
    if arguments.post is not None and arguments.found is None:
        arguments.parser.error("say what was found: there, absent or deleted")
    remote = Remote.find(arguments.data)
    if arguments.post is None:
        return _list(_waiting(remote, arguments.id))
    post_id = str(arguments.post)
    destination = arguments.destination or _destination(_waiting(remote, arguments.id), post_id)
    body = {"post_id": post_id, "destination": destination, "found": arguments.found}
    if arguments.url:
        body["url"] = arguments.url
    answer = remote.desk("POST", f"/live-events/{arguments.id}/settlements", role=Role.DIRECTOR, body=body)
    print(f"settle {post_id} {destination} {arguments.found} {answer['at']} {answer['id']}")
    return 0


def _waiting(remote: Remote, live_event_id: str) -> list[Row]:
    """Posts that may or may not be public, and posts that should be gone and are not."""
    queue = remote.desk("GET", f"/live-events/{live_event_id}/drafts", role=Role.DIRECTOR)
    return [*queue["unknown"], *queue["not_deleted"]]


def _list(rows: list[Row]) -> int:
    width = max((len(row["destination"]) for row in rows), default=0)
    for row in rows:
        answers = "|".join(row["answers"])
        print(f"{row['post_id']}  {row['destination']:<{width}}  {answers:<12} {row['url'] or '-'}  {row['text']}")
    return 0


def _destination(rows: list[Row], post_id: str) -> str:
    found = {str(row["destination"]) for row in rows if row["post_id"] == post_id}
    if len(found) != 1:
        raise Refused("No post of this id waits for a word, or on more than one destination: give --destination.")
    return found.pop()

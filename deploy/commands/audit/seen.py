"""`audit seen`: what was found when the posts were read back from the platforms, and what of it still stands."""

import argparse
import json
from collections.abc import Iterable
from typing import Any

from consumers.archive import audit
from consumers.archive.replay import Replay, Step, in_order
from deploy.commands.audit.accessing import enter
from deploy.commands.audit.common import path_of, with_event_or_bundle
from deploy.home import Home
from deploy.settings import load
from schemas.errors import Refused
from schemas.sighting import DIFFERENCES
from streams.scrub.policy import dispose
from streams.vault import Vault

LINE = "what was found when posts were read back: edited, deleted, added, still public; 1 while something differs"

_WORDS = {
    "as-posted": "stands as it was sent",
    "edited": "was changed after it was posted",
    "deleted": "is gone, and nobody here took it back",
    "added": "is not from here",
    "still-public": "was taken back, and can still be read",
    "gone": "cannot be read any more",
    "unreadable": "could not be read back",
    "read": "was read back",
}


def add(parser: argparse.ArgumentParser) -> None:
    with_event_or_bundle(parser)
    how = "open what others wrote, while the event's key lives"
    parser.add_argument("--text", action="store_true", help=how)
    parser.add_argument("--json", action="store_true", help="for programs")


def run(arguments: argparse.Namespace) -> int:
    path = path_of(arguments)
    if arguments.text and arguments.id is None:
        raise Refused("--text: a bundle has no key; give the ID of a live event of this house.", code="no-key")
    found = sightings_of(audit.replay(path, dispose).told)
    if arguments.id is not None:
        enter(arguments, "replayed", arguments.id)
    texts = _texts(arguments, found) if arguments.text else {}
    if arguments.json:
        print(json.dumps([{**_fields(s), "text": texts.get(s.seq)} for s in found], ensure_ascii=False))
    else:
        for s in found:
            print(_line(s))
            if s.seq in texts:
                print(f"      {texts[s.seq]}")
        print(f"{len(found)} sightings; {len(standing(found))} differences stand")
    return 1 if standing(found) else 0


def sightings_of(told: Replay) -> tuple[Step, ...]:
    """All of them, the oldest first."""
    every = (*told.others, *(s for story in told.stories for s in story.steps))
    return tuple(sorted((s for s in every if s.detail["type"] == "sighting"), key=in_order))


def standing(found: Iterable[Step]) -> tuple[Step, ...]:
    """The latest of each post, where it is a difference."""
    latest = {(s.detail["destination"], s.detail["platform_id"]): s for s in found if s.detail.get("platform_id")}
    return tuple(s for s in latest.values() if s.detail["what"] in DIFFERENCES)


def _texts(arguments: argparse.Namespace, found: Iterable[Step]) -> dict[int, str]:
    """By entry. Raises KeyDestroyed once the event's keys are."""
    home = Home(load(**({"data": arguments.data} if arguments.data else {})).data)
    vault = Vault(home.vault, home.kek())
    sealed = {s.seq: s.detail["sealed"] for s in found if s.detail.get("sealed")}
    return {seq: str(json.loads(vault.open_sealed(arguments.id, one))["text"]) for seq, one in sealed.items()}


def _line(s: Step) -> str:
    d = s.detail
    which = f"post {d['n']}" if d.get("n") else "a post" if d.get("platform_id") else "all of it"
    about = [", ".join(d.get("parts", ())), d.get("place"), d.get("reason"), _counted(d), d.get("url")]
    more = "; ".join(str(part) for part in about if part)
    return f"{s.at}  {d['destination']}  {which} {_WORDS[d['what']]}" + (f"  ({more})" if more else "")


def _counted(d: Any) -> str:
    return f"{d['checked']} as sent, {d.get('differing', 0)} differ" if d.get("checked") is not None else ""


def _fields(s: Step) -> dict[str, Any]:
    names = ("what", "destination", "source", "post_id", "platform_id", "n", "url", "parts", "place", "text_sha256",
             "version", "since", "reason", "checked", "differing")  # fmt: skip
    return {"at": s.at, "entry": s.seq, "update_id": s.update_id, **{name: s.detail.get(name) for name in names}}

"""`scrubcast account check|login`: who the accounts to post on say they are, and a login to one of X by OAuth 2.0."""

import argparse
import asyncio
import json

from deploy.accounts import checking
from deploy.cli import with_data
from deploy.settings import UNNAMED, Settings, destination_of, load, slug
from schemas.errors import Refused
from schemas.live_event import Destination, Platform
from streams import accounts
from streams.accounts import AccountCheck
from streams.clock import SystemClock

HOW_TO_NAME = {Platform.X: "ACCOUNT", Platform.BLUESKY: "HANDLE", Platform.MASTODON: "ACCOUNT"}


def add(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="check|login", required=True)
    sub = acts.add_parser("check", help="who am I, may I post, what is left of the limits; posts nothing")
    sub.add_argument(
        "key", metavar="KEY", type=_key, nargs="?", help="such as x:@OurHospital (default: every account set up here)"
    )
    sub.add_argument("--json", action="store_true", help="for programs")
    with_data(sub)
    sub = acts.add_parser("login", help="let this installation post on an account of X, by OAuth 2.0")
    sub.add_argument("platform", choices=("x",))
    sub.add_argument("--account", metavar="NAME", help="such as @OurHospital (default: SCRUBCAST_X__ACCOUNT)")
    sub.add_argument(
        "--code",
        metavar="URL",
        help="the address (or the code in it) at which the browser ended, for a login begun before on this machine",
    )
    sub.add_argument("--port", type=int, default=8091, help="where X sends the browser back to (default: 8091)")
    with_data(sub)


def _key(given: str) -> Destination:
    try:
        found = destination_of(given)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if found.platform is Platform.LOCAL:
        raise argparse.ArgumentTypeError("the page is no account")
    return found


def run(arguments: argparse.Namespace) -> int:
    settings = load(**({"data": arguments.data} if arguments.data else {}))
    if arguments.act == "login":
        from deploy.x_login import login  # noqa: PLC0415  # X's door is needed only here

        name = arguments.account or settings.x.account
        if not slug(name or ""):
            raise Refused("Name the account: --account @OurHospital.", code="no-account")
        print(asyncio.run(login(settings, name, port=arguments.port, code=arguments.code)))
        return 0
    found = asyncio.run(_check(settings, arguments.key))
    if arguments.json:
        print(json.dumps([_plain(one) for one in found]))
    else:
        print("\n".join(accounts.said(one) for one in found) or "no account is set up here")
    return 0 if all(one.ok for one in found) else 1


async def _check(settings: Settings, key: Destination | None) -> tuple[AccountCheck, ...]:
    wanted = [key] if key else list(settings.configured())
    named = [d for d in wanted if _is_named(d)]
    answers = iter(await accounts.ask(checking(settings, SystemClock()), named))
    return tuple(next(answers) if d in named else _nameless(d) for d in wanted)


def _is_named(destination: Destination) -> bool:
    return not (destination.account or "").startswith(UNNAMED)


def _nameless(destination: Destination) -> AccountCheck:
    platform, name = destination.platform, slug(destination.account or "").upper()
    setting = f"SCRUBCAST_{platform.upper()}__{f'ACCOUNTS__{name}__' if name else ''}{HOW_TO_NAME[platform]}"
    gap = f"the settings do not say whose keys these are; give {setting}, or ask for one account by its name"
    return AccountCheck(destination.key, gap=gap)


def _plain(one: AccountCheck) -> dict[str, object]:
    return {
        "destination": one.destination,
        "name": one.name,
        "ok": one.ok,
        "gap": one.gap,
        "left": one.left,
        "resets_at": one.resets_at.isoformat() if one.resets_at else None,
    }

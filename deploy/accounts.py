"""What an account answers when it is asked whether it may be posted to, in words that say what to do."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from consumers.poster.platforms.base import WrongAccount
from deploy.destinations import door
from deploy.settings import Settings
from schemas.errors import Refused, ScrubcastError, Unavailable
from schemas.live_event import Destination, Platform
from streams import cost
from streams.accounts import AccountCheck, CheckAccount
from streams.clock import Clock

if TYPE_CHECKING:
    from consumers.poster.platforms.base import Platform as PlatformDoor

TITLES = {Platform.LOCAL: "The page", Platform.X: "X", Platform.BLUESKY: "Bluesky", Platform.MASTODON: "Mastodon"}


def checking(settings: Settings, clock: Clock) -> CheckAccount:
    """Asks with a door of its own, which is closed after it: the poster's doors live in another process."""

    async def check(destination: Destination) -> AccountCheck:
        try:
            # In a thread: importing a vendor's package takes up to a second, and a stop must not wait for it.
            asked = await asyncio.to_thread(door, settings, destination, clock)
        except Refused as refused:
            return AccountCheck(destination.key, gap=_sentence(refused))
        try:
            return await check_with(asked, clock)
        finally:
            await asked.close()

    return check


async def check_with(asked: "PlatformDoor", clock: Clock) -> AccountCheck:
    """One account's answer by this door; what it cannot or will not answer is a gap, a used-up limit is none."""
    from consumers.poster.platforms.base import AccountBusy  # noqa: PLC0415  # the desk needs it only here

    destination = asked.destination
    key, price = destination.key, cost.price(destination.platform)
    try:
        found = await asked.check()
    except AccountBusy as busy:
        if busy.code == "limit":
            resets_at = clock.now() + timedelta(seconds=busy.retry_after_s)
            return AccountCheck(key, name=destination.account, left=0, resets_at=resets_at, price=price)
        return AccountCheck(key, gap=_busy(destination, busy.code, busy), price=price)
    except Refused as refused:
        return AccountCheck(key, gap=_refused(destination, refused), price=price)
    except ScrubcastError as error:
        return AccountCheck(key, gap=f"{_sentence(error)}; try again", price=price)
    gap = None if found.may_post else f"{TITLES[destination.platform]} does not let {found.name} post"
    return AccountCheck(key, found.name, gap, found.left, found.resets_at, price)


def _busy(destination: Destination, code: str, error: Unavailable) -> str:
    account = destination.account
    todo = {
        "unreachable": "try again when it can be reached from here",
        "credentials": f"give keys of {account} that are valid, or log in again",
        "credits": "buy credits in its console",
    }
    return f"{_sentence(error)}; {todo.get(code, 'try again')}"


def _refused(destination: Destination, refused: Refused) -> str:
    account, title = destination.account, TITLES[destination.platform]
    if isinstance(refused, WrongAccount):
        return f"{title} says these keys are {refused.found}'s, not {account}'s; give the keys of {account}"
    if refused.code == "may-not-post":
        return f"{_sentence(refused)}; give keys of {account} that may post"
    return _sentence(refused)


def _sentence(error: ScrubcastError) -> str:
    return str(error).rstrip(".")

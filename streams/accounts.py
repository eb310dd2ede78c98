"""What is asked of the accounts a live event posts to before it opens, and what follows from their answers."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas.live_event import Destination, Platform

CHECK_TIMEOUT_S = 15.0  # below what a program waits for the desk (20 s); platforms answer within one


@dataclass(frozen=True, slots=True)
class AccountCheck:
    """One account's answer. `gap` says in words why nothing could be posted there, and what to do.

    `left`: posts that the platform's limits still allow until `resets_at`; None where it does not say. `price`: of a
    post, in mills (thousandths of a US dollar).
    """

    destination: str
    name: str | None = None
    gap: str | None = None
    left: int | None = None
    resets_at: datetime | None = None
    price: int = 0

    @property
    def ok(self) -> bool:
        return self.gap is None


CheckAccount = Callable[[Destination], Awaitable[AccountCheck]]
"""Asks one account. Never raises for what the platform answers or does not answer: that is a gap."""


def external(destinations: Sequence[Destination]) -> list[Destination]:
    """Those that are accounts elsewhere; the public page is our own."""
    return [d for d in destinations if d.platform is not Platform.LOCAL]


async def ask(
    check: CheckAccount, destinations: Sequence[Destination], *, timeout_s: float = CHECK_TIMEOUT_S
) -> tuple[AccountCheck, ...]:
    """All accounts at once, in the order given; one that does not answer in time is a gap."""

    async def one(destination: Destination) -> AccountCheck:
        try:
            async with asyncio.timeout(timeout_s):
                return await check(destination)
        except TimeoutError:
            gap = f"{destination.key} gave no answer within {timeout_s:g} seconds; try again"
            return AccountCheck(destination.key, gap=gap)

    return tuple(await asyncio.gather(*(one(d) for d in external(destinations))))


def gaps(destinations: Sequence[Destination], checks: Sequence[AccountCheck]) -> tuple[str, ...]:
    """What keeps the event from opening, by the place of the destination in its file."""
    places = {d.key: index for index, d in enumerate(destinations)}
    return tuple(f"destinations.{places[c.destination]}: {c.gap}" for c in checks if c.gap)


def warnings(checks: Sequence[AccountCheck], posts: int) -> tuple[str, ...]:
    """Accounts whose limits allow fewer posts now than are expected: the rest waits, nothing is lost."""
    return tuple(
        f"{c.destination}: {c.left} more posts until {_time(c.resets_at)}, {posts} are expected; the rest will wait"
        for c in checks
        if c.ok and c.left is not None and c.left < posts
    )


def said(check: AccountCheck) -> str:
    """The answer in words, for people."""
    if check.gap:
        return f"{check.destination}: {check.gap}"
    left = "" if check.left is None else f", {check.left} posts left until {_time(check.resets_at)}"
    return f"{check.destination}: {check.name} may post{left}"


def _time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "the limit begins anew"

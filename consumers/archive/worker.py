"""Reads every topic as the group `archive` and commits only what is durable in a log."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog

from consumers.archive.entry import TOPIC_NAMES
from consumers.archive.store import Appended, Store
from schemas.errors import Unavailable
from streams.bus import Bus, Group, Message
from streams.clock import Clock

GROUP = "archive"
WAIT_S = 1.0  # also how often we look whether a checkpoint is due

QUIET_ROUNDS = 30  # half a minute: a group that has just joined hears nothing for some seconds although much waits

_log = structlog.get_logger("archive")
R = TypeVar("R")


def _nothing() -> None:
    pass


async def run(
    bus: Bus,
    store: Store,
    clock: Clock,
    *,
    topics: Sequence[str] = TOPIC_NAMES,
    ready: Callable[[], None] = _nothing,
    tend: Callable[[datetime], object] | None = None,
) -> None:
    """Runs until cancelled; then signs what it holds. Broken comes out: the supervisor decides.

    `ready` is called once the group is joined; `tend` while nothing has come for a while: what it removes must not be
    held by a record that was not read yet. At least once: a batch that was written but not committed comes again, and
    is known by then.
    """
    try:
        await _patiently(clock, "join", lambda: _serve(bus, store, clock, topics, ready, tend))
    finally:
        await _finish(store, clock)


async def _finish(store: Store, clock: Clock) -> None:
    try:
        await _in_thread(partial(store.close, clock.now()))
    except Unavailable as away:  # every entry is durable already; the next start signs them
        _log.warning("archive_closed_unsigned", reason=str(away))


async def _serve(  # noqa: PLR0917  # what run() was given
    bus: Bus,
    store: Store,
    clock: Clock,
    topics: Sequence[str],
    ready: Callable[[], None],
    tend: Callable[[datetime], object] | None,
) -> None:
    async with bus.join(topics, GROUP) as group:
        ready()
        quiet = 0
        while True:
            messages = await _patiently(clock, "read", lambda: group.get(timeout_s=WAIT_S))
            if messages:
                await _patiently(clock, "write", partial(_write, store, clock, group, messages))
            await _patiently(clock, "sign", lambda: _in_thread(partial(store.tick, clock.now())))
            quiet = 0 if messages else quiet + 1
            if tend is not None and quiet >= QUIET_ROUNDS:
                await _patiently(clock, "tend", lambda: _in_thread(partial(tend, clock.now())))


async def _write(store: Store, clock: Clock, group: Group, messages: Sequence[Message]) -> None:
    done = await _in_thread(partial(store.append, messages, clock.now()))
    await group.commit(_next(messages))
    _tell(done)


def _next(messages: Sequence[Message]) -> dict[tuple[str, int], int]:
    """The next offset of each partition in a batch."""
    following: dict[tuple[str, int], int] = {}
    for m in messages:
        following[m.topic, m.partition] = max(following.get((m.topic, m.partition), 0), m.offset + 1)
    return following


def _tell(done: Appended) -> None:
    if done.unread or done.policies_missing:
        _log.warning("archived_with_gaps", unread=done.unread, policies_missing=done.policies_missing)
    _log.debug("archived", new=done.new, known=done.known)


async def _patiently(clock: Clock, step: str, act: Callable[[], Awaitable[R]]) -> R:
    """Does it again for as long as disk or broker are away: a record is late then, never lost."""
    while True:
        try:
            return await act()
        except Unavailable as away:
            _log.warning("archive_waits", step=step, reason=str(away), retry_after_s=away.retry_after_s)
            await clock.sleep(away.retry_after_s)


async def _in_thread(act: Callable[[], R]) -> R:
    """Disk work beside the event loop, or a slow fsync would cost us our place in the group.

    A cancelled caller still waits for the thread: two of them must never write at the same time.
    """
    running = asyncio.ensure_future(asyncio.to_thread(act))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        raise

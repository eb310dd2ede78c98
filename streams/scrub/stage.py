"""The compliance stage round screen(): open, screen, write the draft, and let go on what policy allows.

Everything happens in one try: a record that cannot be handled becomes a dead letter and a held draft, never an
exception, because the stream engine would skip a record whose agent raises.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Protocol

import structlog
from pydantic import ValidationError

from schemas.draft import Draft
from schemas.envelope import problems
from schemas.errors import Broken, Refused, Unavailable
from schemas.live_event import LiveEvent
from schemas.policy import Policy
from schemas.submission import TEXT_MAX, Submission, Written
from schemas.topics import DEAD_LETTERS, DRAFTS, RELEASES, SUBMISSIONS
from streams import consent
from streams.bus import Bus, Message, Position
from streams.clock import Clock
from streams.quarantine import Limit, TooManyDeadLetters, dead_letter
from streams.release import by_policy
from streams.scrub.draft import Screened, drafted, failed
from streams.scrub.history import History
from streams.vault import Vault

UNKNOWN_EVENT_WAIT_S = 5.0  # how long a live event's record may come after its first submission
RETRY_S = 0.2

log = structlog.get_logger("scrub")


class Screen(Protocol):
    """screen() of one live event: its terms and its policy are bound already."""

    def __call__(self, text: str, *, lang: str | None, recent: tuple[str, ...]) -> Screened: ...


@dataclass(frozen=True)
class Screening:
    """What the stage needs to know of a live event."""

    policy: Policy
    screen: Screen


@dataclass(frozen=True)
class Sources:
    """Where the stage gets what it needs; each a plain callable, given by the wiring."""

    live_event: Callable[[str], LiveEvent | None]
    live_event_changed: Callable[[float], Awaitable[None]]
    screening: Callable[[LiveEvent, tuple[str, ...]], Screening]
    fallback_policy: Policy
    forget: Callable[[], None] = lambda: None  # drops what was compiled from protected terms


class Scrubber:
    """Handles one submission after the other, in order. `handle` gives back what has to become durable."""

    def __init__(self, bus: Bus, vault: Vault, clock: Clock, sources: Sources, limit: Limit) -> None:
        self._bus = bus
        self._vault = vault
        self._clock = clock
        self._sources = sources
        self._limit = limit
        self._history = History(bus, SUBMISSIONS.name)
        self._opened = lru_cache(maxsize=512)(self._open)  # once as itself, then as the thread before others

    async def handle(self, message: Message) -> list[Awaitable[Position]]:
        """Raises nothing but TooManyDeadLetters and cancellation; when the broker is away it waits and goes on."""
        while True:
            try:
                return await self._handle(message)
            except (TooManyDeadLetters, asyncio.CancelledError):
                raise
            except Unavailable as error:
                await self._clock.sleep(min(error.retry_after_s, 2.0))

    async def _handle(self, message: Message) -> list[Awaitable[Position]]:
        submission: Submission | None = None
        try:
            history, submission = await self._history.up_to(message)
            if submission is None:
                return await self._undecodable(message)
            update_id = submission.update_id or submission.id
            if history.is_repeat(update_id, message.offset):
                log.info("repeat", update_id=str(update_id), live_event_id=submission.live_event_id)
                return []
            live_event = await self._live_event(submission.live_event_id)
            bound = self._sources.screening(live_event, self._vault.terms(live_event.live_event_id))
            recent = history.before(submission.live_event_id, update_id, bound.policy.lookback)
            draft = self._screened(submission, live_event, bound, recent, message)
            return await self._send(draft, live_event)
        except Unavailable:
            raise
        except Refused as error:
            if error.code == "key-destroyed":
                self._forget()
            return await self._quarantine(message, submission, error.code, str(error))
        except Broken as error:
            return await self._quarantine(message, submission, "broken", str(error))
        except Exception as error:  # noqa: BLE001  # the engine would skip the record: it is held instead, by name only
            return await self._quarantine(message, submission, "screening-failed", type(error).__name__)

    def sweep(self) -> None:
        """Forgets what it read of events whose keys are destroyed, also when nothing more comes of them."""
        if self._vault.sweep():
            self._forget()

    def _forget(self) -> None:
        self._opened.cache_clear()
        self._sources.forget()

    async def _undecodable(self, message: Message) -> list[Awaitable[Position]]:
        try:
            Submission.decode(message.value or b"")
        except Refused as error:
            return await self._quarantine(message, None, error.code, str(error))
        raise Broken("A record could not be read and then could.")

    async def _live_event(self, live_event_id: str) -> LiveEvent:
        deadline = self._clock.monotonic() + UNKNOWN_EVENT_WAIT_S
        while (found := self._sources.live_event(live_event_id)) is None:
            if self._clock.monotonic() >= deadline:
                raise Refused(f"No live event {live_event_id}.", code="unknown-event")
            await self._sources.live_event_changed(RETRY_S)
        return found

    def _screened(
        self, submission: Submission, live_event: LiveEvent, bound: Screening, recent: list[str], message: Message
    ) -> Draft:
        written = self._opened(submission.live_event_id, submission.sealed)
        if written.update_id not in (None, submission.update_id or submission.id):
            raise Refused("The seal belongs to another update.", code="moved-seal")
        if len(written.text) > TEXT_MAX:
            raise Refused(f"More than {TEXT_MAX} characters.", code="too-long")
        earlier = tuple(self._text_or_none(submission.live_event_id, sealed) for sealed in recent)
        screened = bound.screen(written.text, lang=written.lang, recent=tuple(t for t in earlier if t))
        now = self._clock.now()
        return drafted(
            submission,
            written,
            screened,
            bound.policy,
            now,
            partition=message.partition,
            offset=message.offset,
            commit=partial(self._vault.commit, live_event.live_event_id),
            run_sheet=live_event.plan.run_sheet,
            out_of_scope=consent.out_of_scope_anywhere(live_event, now),
        )

    def _text_or_none(self, live_event_id: str, sealed: str) -> str | None:
        try:
            return self._opened(live_event_id, sealed).text
        except Refused:
            return None  # it was dead-lettered in its own turn

    def _open(self, live_event_id: str, sealed: str) -> Written:
        content = self._vault.open_sealed(live_event_id, sealed)
        try:
            written = Written.model_validate_json(content)
        except ValidationError as error:
            raise Refused(f"The sealed content is wrong: {problems(error)}.", code="not-understood") from None
        if written.live_event_id not in (None, live_event_id):
            raise Refused("The seal belongs to another live event.", code="moved-seal")
        return written

    async def _send(self, draft: Draft, live_event: LiveEvent | None) -> list[Awaitable[Position]]:
        durable = [await self._bus.enqueue(DRAFTS, draft)]
        release = by_policy(draft, live_event, self._clock.now()) if live_event else None
        if release is not None:
            durable.append(await self._bus.enqueue(RELEASES, release))
        return durable

    async def _quarantine(
        self, message: Message, submission: Submission | None, code: str, reason: str
    ) -> list[Awaitable[Position]]:
        now = self._clock.now()
        event = submission.live_event_id if submission else None
        update_id = (submission.update_id or submission.id) if submission else None
        letter = dead_letter(message, "scrub", code, reason, now, live_event_id=event, update_id=update_id)
        log.warning("dead-letter", code=code, update_id=str(update_id), topic=message.topic, offset=message.offset)
        durable = [await self._bus.enqueue(DEAD_LETTERS, letter)]
        if submission is not None:
            draft = failed(
                submission,
                self._sources.fallback_policy,
                now,
                code=code,
                partition=message.partition,
                offset=message.offset,
            )
            durable.append(await self._bus.enqueue(DRAFTS, draft))
        if code == "key-destroyed":  # a tombstone: no fault of a deploy, and a tablet may send many of them
            return durable
        try:
            self._limit.add(now)
        except TooManyDeadLetters:
            await asyncio.gather(*durable)
            raise
        return durable

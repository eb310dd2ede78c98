"""Rehearsing: a training event is opened, a recording is played into it as reporters would, in the end it is scored.

What is being played is known in memory alone: after a restart nothing is played on, and the page says so.
"""

import asyncio
import contextlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog

from producers import playing
from producers.desk import rehearsal_plan, score
from producers.desk.opening import MAY_OPEN, Opening
from producers.desk.preparing import Preparing
from producers.desk.queue import LiveEventView
from producers.desk.reach import Reach
from producers.desk.recording import Recording, played, recording, update_id
from producers.desk.score_values import Score
from producers.desk.words import LANGS, Lang
from producers.playing import Line, Progress
from schemas.envelope import Actor, Role, sha256_hex
from schemas.errors import Broken, Refused
from schemas.live_event import LiveEvent
from schemas.submission import Submission, Written
from schemas.topics import SUBMISSIONS
from streams import ready, sealing
from streams.auth import require
from streams.rehearsals import rehearsal_id, rehearsal_of

SPEED_MIN, SPEED_MAX = 1.0, 20.0  # as recorded; and 24 minutes in little more than one, to look at the screens
REHEARSALS_MAX = 50  # of one event; nobody rehearses that often
# What was played last is screened within a second; past this the score sheet says what is missing.
SCREENED_S = 5.0
DEVICE = "rehearsal"

log = structlog.get_logger()


class _OverError(Exception):
    """The training event is closed: there is nothing to play into any more."""


@dataclass
class Playing:
    """A recording on its way into a training event."""

    recording: Recording
    speed: float
    began_at: datetime
    done: int = 0
    sent: set[UUID] = field(default_factory=set)
    task: asyncio.Task[None] | None = None

    @property
    def is_going(self) -> bool:
        return self.task is not None and not self.task.done()


@dataclass(frozen=True)
class Where:
    """`of`: the event that is prepared, where it is one; `event`: its latest training event, where there is one."""

    of: str | None
    event: LiveEventView | None


@dataclass
class Rehearsing:
    """The acts of the page of a rehearsal."""

    reach: Reach
    opening: Opening
    preparing: Preparing
    known: dict[str, Playing] = field(default_factory=dict)  # by training event, since the desk was started
    _locks: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    # -- how it stands

    def where(self, live_event_id: str) -> Where:
        """From the id of a preparation or of a training event. Raises Refused (404) for any other."""
        view = self._event(live_event_id)
        if view is not None and view.live_event is not None and view.live_event.plan.training:
            of = rehearsal_of(live_event_id)
            one = self.preparing.known.get(of or "")
            return Where(None if one is None or one.state == "dropped" else of, view)
        self.preparing.get(live_event_id)
        found = (self._event(rehearsal_id(live_event_id, n)) for n in self._numbers(live_event_id))
        return Where(live_event_id, next((one for one in found if one is not None), None))

    def _numbers(self, live_event_id: str) -> list[int]:
        """The latest first."""
        with contextlib.suppress(Refused):  # one digit more may be one too many
            return [n for n in range(REHEARSALS_MAX, 0, -1) if self._event(rehearsal_id(live_event_id, n)) is not None]
        return []

    def _event(self, live_event_id: str) -> LiveEventView | None:
        view = self.reach.projection.events.get(live_event_id)
        return view if view is not None and view.live_event is not None else None

    def languages(self, where: Where) -> tuple[Lang, ...]:
        """Those of the plan: a recording in another one would be held for its language alone."""
        if where.of is None:
            known = where.event.live_event if where.event is not None else None
            assert known is not None, "one of the two is there"
            named: tuple[str, ...] = known.plan.languages
        else:
            named = ready.file_of(self.preparing.inputs(where.of)).languages
        return tuple(lang for lang in LANGS if lang in named)

    def score(self, view: LiveEventView) -> Score | None:
        """None where no recording was played into this event."""
        found = played(view.live_event_id, view.updates())
        return None if found is None else score.score(view, found[0], self.reach.clock.now())

    def has_counted(self, where: Where) -> bool:
        """Whether this training event is the one that its preparation shows as done."""
        one = self.preparing.known.get(where.of or "")
        return (
            one is not None
            and one.rehearsal is not None
            and where.event is not None
            and one.rehearsal.live_event_id == where.event.live_event_id
        )

    # -- the acts

    async def start(self, actor: Actor, live_event_id: str, lang: Lang, speed: float) -> str:
        """Opens the training event and begins to play; the id of that event comes back.

        Raises Refused while one goes on, and NotReady where the plan has gaps that a rehearsal needs filled.
        """
        require(actor, *MAY_OPEN)
        if not SPEED_MIN <= speed <= SPEED_MAX:
            raise Refused("The speed is between 1 and 20.", code="bad-speed", status=422)
        async with self._locks[rehearsal_of(live_event_id) or live_event_id]:
            where = self.where(live_event_id)
            event = where.event
            if lang not in self.languages(where):
                raise Refused("The plan does not have this language.", code="bad-language", status=422)
            if where.of is None:
                assert event is not None, "neither prepared nor a training event is Refused above"
                self._check_untouched(event)
            else:
                event = await self._opened(actor, where, recording(lang))
            self._play(event, recording(lang), speed)
            return event.live_event_id

    def _check_untouched(self, event: LiveEventView) -> None:
        if event.live_event is None or event.live_event.state != "open":
            raise Refused("This rehearsal has ended.", code="rehearsal-over", status=409)
        if event.live_event_id in self.known or played(event.live_event_id, event.updates()) is not None:
            raise Refused("A recording was played here already.", code="rehearsal-open", status=409)

    async def _opened(self, actor: Actor, where: Where, chosen: Recording) -> LiveEventView:
        of = where.of
        assert of is not None, "only a preparation is rehearsed under an id of its own"
        if self.preparing.is_opened(of):
            raise Refused("This event has been opened; its plan stands.", code="already-opened", status=409)
        before = where.event
        if before is not None and before.live_event is not None and before.live_event.state == "open":
            raise Refused("A rehearsal of this event goes on. End it first.", code="rehearsal-open", status=409)
        real = ready.file_of(self.preparing.inputs(of))
        file = rehearsal_plan.training_file(real, self._free_id(of), chosen, self.reach.clock.now())
        opened = await self.opening.open(actor, file, checks=())
        return self.reach.watched(opened.live_event.live_event_id)

    def _free_id(self, of: str) -> str:
        for number in range(1, REHEARSALS_MAX + 1):
            found = rehearsal_id(of, number)
            if not self.preparing.is_taken(found):
                return found
        raise Refused("This event was rehearsed too often to be rehearsed again.", code="rehearsal-id", status=409)

    def _play(self, event: LiveEventView, chosen: Recording, speed: float) -> None:
        going = Playing(chosen, speed, self.reach.clock.now())
        self.known[event.live_event_id] = going
        going.task = asyncio.create_task(self._to_the_end(event, going))

    async def _to_the_end(self, event: LiveEventView, going: Playing) -> None:
        numbers = {one.line: n for n, one in enumerate(going.recording.lines, start=1)}

        async def submit(_: str, line: Line) -> None:
            await self._submit(event, going, line, numbers[line])

        def progress(now: Progress) -> None:
            going.done = now.done

        lines = [one.line for one in going.recording.lines]
        try:
            await playing.play(lines, speed=going.speed, submit=submit, clock=self.reach.clock, progress=progress)
        except* _OverError:
            log.info("rehearsal-closed", live_event_id=event.live_event_id)
        except* Broken:
            log.warning("rehearsal-broke", live_event_id=event.live_event_id)

    async def _submit(self, event: LiveEventView, going: Playing, line: Line, number: int) -> None:
        """As intake writes what a tablet sealed. The same line has the same id, so that a second try adds nothing."""
        known = event.live_event
        if known is None or known.state != "open":
            raise _OverError
        key = update_id(event.live_event_id, going.recording.lang, number)
        await self.reach.bus.send(SUBMISSIONS, _sealed(known, line, key, self.reach.clock.now()))
        going.sent.add(key)

    async def stop(self, actor: Actor, live_event_id: str) -> None:
        """No more lines come; the training event stays open, and what waits can be decided."""
        require(actor, *MAY_OPEN)
        event = self.where(live_event_id).event
        if event is not None:
            await self._halt(event.live_event_id)

    async def end(self, actor: Actor, live_event_id: str) -> str:
        """Stops playing, closes the training event and writes how it went; the id of that event comes back.

        Pressed again, or after somebody closed the event by hand, it writes what is not written yet.
        """
        require(actor, *MAY_OPEN)
        async with self._locks[rehearsal_of(live_event_id) or live_event_id]:
            where = self.where(live_event_id)
            event = where.event
            if event is None or event.live_event is None:
                raise Refused("There is no rehearsal to end.", code="no-rehearsal", status=409)
            await self._halt(event.live_event_id)
            await self._screened(event)
            if event.live_event.state == "open":
                await self.opening.close(actor, event.live_event_id)
            await self._count(actor, where, event)
            return event.live_event_id

    async def _count(self, actor: Actor, where: Where, event: LiveEventView) -> None:
        found = self.score(event)
        of = where.of
        if found is None or not found.counts or of is None or self.preparing.is_opened(of) or self.has_counted(where):
            return
        await self.preparing.rehearsed(actor, of, score.rehearsal(found, self.reach.clock.now()))

    async def _halt(self, live_event_id: str) -> None:
        going = self.known.get(live_event_id)
        if going is not None and going.task is not None and not going.task.done():
            going.task.cancel()
            await asyncio.gather(going.task, return_exceptions=True)

    async def _screened(self, event: LiveEventView) -> None:
        """Until what was played is screened, so that the last lines are on the sheet too."""
        going = self.known.get(event.live_event_id)
        clock = self.reach.clock
        until = clock.monotonic() + SCREENED_S
        while going is not None and not all(event.knows(key) for key in going.sent):
            version, left = self.reach.view.version, until - clock.monotonic()
            if left <= 0 or await self.reach.view.changed(version, left) == version:
                return

    async def close(self) -> None:
        """The desk ends, and with it what it plays."""
        for live_event_id in tuple(self.known):
            await self._halt(live_event_id)


def _sealed(known: LiveEvent, line: Line, key: UUID, now: datetime) -> Submission:
    lang = next((one for one in ("en", "de", "nl") if one == line.lang), None)
    written = Written(text=line.text, lang=lang, update_id=key, live_event_id=known.live_event_id, written_at=now)
    sealed = sealing.seal(known.sealing_key, written.model_dump_json(exclude_none=True).encode())
    return Submission(
        id=key,
        live_event_id=known.live_event_id,
        at=now,
        actor=Actor(role=Role.REPORTER, name=line.reporter, device=DEVICE),
        update_id=key,
        sealed=sealed,
        sealed_sha256=sha256_hex(sealed),
        phase=rehearsal_plan.phase_of(line.phase, known.plan.phases),
    )

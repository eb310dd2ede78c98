"""Asks witnesses and the time-stamping authority about what the logs have signed, beside the archive, never before it.

Theory of operation. Each peer has a task of its own, which looks at the `checkpoint` files every few seconds; nothing
in the archive's writing knows of it, so nothing there can wait for it. What was anchored is read from `anchors/` at the
start, so a crash at any step costs one question more. A peer that fails is asked again later and later, log by log. A
witness that has seen another log than ours is an alarm: it is kept and told, and nothing is repaired.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from cryptography import x509

from consumers.archive.anchors import stamp as stamps
from consumers.archive.anchors import witness
from consumers.archive.anchors.asking import Answer, Post
from consumers.archive.anchors.cosignature import WitnessKey
from consumers.archive.anchors.place import Place, Signed
from consumers.archive.anchors.witness import Alarm, Asked, Behind, Cosigned, Failed
from consumers.archive.disk import Disk
from schemas.errors import Refused, Unavailable
from streams.clock import Clock

LOOK_S = 5.0
COSIGN_EVERY = timedelta(minutes=1)  # each co-signature is a file for ever: 360 of six hours, not 2160
RETRY_FIRST, RETRY_MAX = timedelta(seconds=30), timedelta(hours=1)
ASKED_AGAIN = 2  # once more with the size that a witness told, not for ever
QUERY, PLAIN = "application/timestamp-query", "text/plain; charset=utf-8"

Final = Cosigned | Alarm | Failed
Told = Callable[[dict[str, Any]], None]
_log = structlog.get_logger("anchors")


@dataclass(frozen=True, slots=True)
class Witness:
    """`url` is its submission prefix: `/add-checkpoint` comes behind it."""

    key: WitnessKey
    url: str


@dataclass(frozen=True, slots=True)
class Authority:
    """A time-stamping authority: where it is asked, the roots (PEM) that its stamps hold under, and how often."""

    url: str
    roots: bytes
    every: timedelta


@dataclass(slots=True)
class Course:
    """How it stands between one peer and one log."""

    size: int = 0  # that was anchored last
    held: int = 0  # that the witness holds, as far as we know
    at: datetime | None = None  # by the peer's clock
    kept_at: datetime | None = None  # by ours, where we know it
    looked: int = 0  # entries that were looked through for the event's close
    failures: int = 0
    why: str = ""
    alarm: str = ""
    not_before: datetime | None = None
    done: bytes = b""  # the checkpoint that needs nothing more

    def failed(self, why: str, now: datetime) -> None:
        self.failures += 1
        self.why = why
        self.not_before = now + min(RETRY_MAX, RETRY_FIRST * 2 ** min(self.failures - 1, 10))

    def anchored(self, size: int, at: datetime, now: datetime) -> None:
        self.size = self.held = size
        self.at, self.kept_at = at, now
        self.failures, self.why, self.not_before = 0, "", None

    def is_fresh(self, now: datetime, every: timedelta) -> bool:
        last = self.kept_at or self.at
        return last is not None and timedelta(0) <= now - last < every


class Anchoring:
    """`logs` names the logs there are now. `told` gets, after each change, what status says of anchors."""

    def __init__(  # noqa: PLR0917  # what wiring has
        self,
        disk: Disk,
        root: Path,
        logs: Callable[[], Sequence[str]],
        clock: Clock,
        post: Post,
        told: Told,
        *,
        witnesses: Sequence[Witness] = (),
        authority: Authority | None = None,
    ) -> None:
        self._disk, self._root, self._logs = disk, root, logs
        self._clock, self._post, self._told = clock, post, told
        self._witnesses, self._authority = witnesses, authority
        self._roots: Sequence[x509.Certificate] = stamps.roots_of(authority.roots) if authority else ()
        self._courses: dict[str, dict[str, Course]] = {}
        self._writing = asyncio.Lock()  # one file may get lines of two witnesses

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for one in self._witnesses:
                tasks.create_task(self._for_ever(partial(self.cosign, one)))
            if self._authority is not None:
                tasks.create_task(self._for_ever(self.stamp))

    async def _for_ever(self, look: Callable[[], Awaitable[None]]) -> None:
        while True:
            with suppress(Unavailable):  # the disk: the archive itself says so
                await look()
            await self._clock.sleep(LOOK_S)

    # --- witnesses ---

    async def cosign(self, one: Witness) -> None:
        """Asks one witness about each log that has signed more than it saw."""
        for name in await asyncio.to_thread(self._logs):
            place = Place(self._disk, self._root, name)
            course = await self._course(one.key.name, place, partial(_seen_by, place, one.key))
            signed = await self._due(course, place, COSIGN_EVERY)
            if signed is None:
                continue
            try:
                found: Final = await self._asked(one, place, signed, course)
            except Unavailable as away:
                found = Failed(str(away))
            await self._take(one, place, signed, course, found)
            self._tell()

    async def _asked(self, one: Witness, place: Place, signed: Signed, course: Course) -> Final:
        for _ in range(ASKED_AGAIN):
            old = min(course.held, signed.head.size)
            proof = await asyncio.to_thread(place.proof, old, signed.head.size)
            body = witness.request(old, proof, signed.note)
            answer = await self._post(f"{one.url.rstrip('/')}/add-checkpoint", PLAIN, body)
            found = witness.outcome(Asked(signed.text, signed.head.size, old), one.key, answer.status, answer.body)
            if not isinstance(found, Behind):
                return found
            if found.size < course.held:
                _log.warning("witness_forgot", log=place.name, witness=one.key.name, held=course.held, now=found.size)
            course.held = found.size
        return Failed("it tells another size each time")

    async def _take(self, one: Witness, place: Place, signed: Signed, course: Course, found: Final) -> None:
        now = self._clock.now()
        if isinstance(found, Cosigned):
            await self._keep(place.keep_cosignatures, signed, one.key, found.cosignatures)
            course.anchored(signed.head.size, found.cosignatures[-1].at, now)
            course.done = signed.note
            return
        if isinstance(found, Alarm):
            course.alarm = found.said
            await self._keep(place.keep_alarm, signed, one.key.name, found.said, now)
            _log.error("witness_saw_another_log", log=place.name, witness=one.key.name, said=found.said)
        why = found.said if isinstance(found, Alarm) else found.why
        course.failed(why, now)
        _log.warning("not_cosigned", log=place.name, witness=one.key.name, reason=why, failures=course.failures)

    # --- time stamps ---

    async def stamp(self) -> None:
        """Asks for a stamp over each log that has signed more: now and then, and when its event has closed."""
        assert self._authority is not None
        for name in await asyncio.to_thread(self._logs):
            place = Place(self._disk, self._root, name)
            course = await self._course("", place, partial(self._stamped, place))
            signed = await self._due(course, place, timedelta(0))
            if signed is None or not await asyncio.to_thread(self._is_time, course, place, signed):
                continue
            try:
                answer = await self._ask_stamp(self._authority, signed)
            except (Unavailable, Refused) as error:
                course.failed(str(error), self._clock.now())
                _log.warning("not_stamped", log=place.name, reason=str(error), failures=course.failures)
            else:
                await self._keep(place.keep_stamp, signed, answer[1], self._authority.roots)
                course.anchored(signed.head.size, answer[0].at, self._clock.now())
                course.looked, course.done = signed.head.size, signed.note
            self._tell()

    def _is_time(self, course: Course, place: Place, signed: Signed) -> bool:
        assert self._authority is not None
        if not course.is_fresh(self._clock.now(), self._authority.every):
            return True
        with suppress(Refused):
            if place.closes_in(max(course.looked, course.size), signed.head.size):
                return True
        course.looked = signed.head.size
        return False

    async def _ask_stamp(self, authority: Authority, signed: Signed) -> tuple[stamps.Stamp, bytes]:
        query = stamps.request(signed.note)
        answer: Answer = await self._post(authority.url, QUERY, query.body)
        if answer.status != 200:
            raise Unavailable(f"it answered {answer.status}")
        return stamps.check(answer.body, signed.note, self._roots, query.nonce), answer.body

    def _stamped(self, place: Place) -> Course:
        size = place.last_stamped()
        if not size:
            return Course()
        tsr, note = place.stamp_of(size)
        one = stamps.check(tsr, note, self._roots)
        return Course(size=size, held=size, at=one.at, looked=size)

    # --- both ---

    async def _course(self, peer: str, place: Place, read: Callable[[], Course]) -> Course:
        known = self._courses.setdefault(place.name, {})
        if peer not in known:
            try:
                known[peer] = await asyncio.to_thread(read)
            except Refused as refused:  # what lies there does not hold: `audit verify` names it, we go on anew
                _log.warning("anchors_unreadable", log=place.name, reason=str(refused))
                known[peer] = Course()
        return known[peer]

    async def _due(self, course: Course, place: Place, every: timedelta) -> Signed | None:
        """The checkpoint, when there is a new one and it is time to ask about it."""
        now = self._clock.now()
        if course.not_before and now < course.not_before:
            return None
        if course.is_fresh(now, every):
            return None
        note = await asyncio.to_thread(place.note)
        if note is None or note == course.done:
            return None
        try:
            signed = await asyncio.to_thread(place.signed, note)
        except Refused as refused:
            course.failed(str(refused), now)
            return None
        if signed.head.size == 0 or (signed.head.size == course.size and not course.alarm):
            course.done = note
            return None
        return signed

    async def _keep(self, act: Callable[..., None], *given: object) -> None:
        async with self._writing:
            running = asyncio.ensure_future(asyncio.to_thread(act, *given))
            try:
                await asyncio.shield(running)
            except asyncio.CancelledError:
                await asyncio.wait({running})  # half a file more is no harm, two writers of it would be
                raise

    def _tell(self) -> None:
        self._told(
            {
                name: {peer or "time stamp": _status(course) for peer, course in sorted(courses.items())}
                for name, courses in sorted(self._courses.items())
            }
        )


def _seen_by(place: Place, key: WitnessKey) -> Course:
    last = place.last_cosigned(key)
    return Course(size=last[0], held=last[0], at=last[1]) if last else Course()


def _status(course: Course) -> dict[str, Any]:
    return {
        "size": course.size,
        "at": course.at.isoformat(timespec="seconds") if course.at else None,
        "failures": course.failures,
        "why": course.why or None,
        "alarm": course.alarm or None,
    }

"""Preparing a live event: begun, filled in section by section, ticked, signed, opened. A director's; a physician signs.

Protected terms go to the vault at once and stand nowhere else: a preparation knows only how many there are.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import uuid_utils

from producers.desk.opening import MAY_OPEN, TAKEN_IDS, NotReady, Opened, Opening, done
from producers.desk.reach import READ_BACK_S, Reach
from schemas.assertion import Assertion
from schemas.control import Control
from schemas.enrolment import Person
from schemas.envelope import Actor, Role
from schemas.errors import Refused, Unavailable
from schemas.ids import derive
from schemas.live_event import TERMS_MAX, LiveEventFile, RunSheetItem
from schemas.preparation import Preparation, Rehearsal, Tick
from schemas.topics import CONTROLS, PREPARATIONS
from streams import accounts, readiness, ready, run_sheet
from streams.auth import require
from streams.bus import Message, Position
from streams.enrolments import Enrolments, names_event
from streams.ready import Asked, Check, Inputs, Present

MAY_PREPARE = MAY_OPEN
MAY_SIGN = frozenset({Role.PHYSICIAN})
MAY_LOOK = MAY_PREPARE | MAY_SIGN | {Role.ADVOCATE}  # whose presence is asked for sees what they are asked to
PREPARATIONS_MAX = 200  # drafts beside one another; a house prepares a handful
TICKS_MAX = 50  # the latest; older ones say nothing any more

Here = Callable[[str], Sequence[Present]]
"""Who has the desk of this live event open now."""


@dataclass
class Preparing:
    """The acts, and the topic folded: the latest record of an id stands. `apply` is handed each record."""

    reach: Reach
    opening: Opening
    enrolments: Enrolments
    here: Here = lambda _: ()
    known: dict[str, Preparation] = field(default_factory=dict)
    _places: dict[tuple[str, int], int] = field(default_factory=dict)
    _asked: dict[str, Asked] = field(default_factory=dict)
    _locks: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    # -- what there is

    def drafts(self) -> tuple[Preparation, ...]:
        """Those that are neither opened nor dropped, the latest first."""
        found = (p for p in self.known.values() if p.state == "draft")
        return tuple(sorted(found, key=lambda p: p.at, reverse=True))

    def get(self, live_event_id: str) -> Preparation:
        """Raises Refused (404) for an id nobody prepares."""
        found = self.known.get(live_event_id)
        if found is None or found.state == "dropped":
            if not self.reach.view.is_ready:
                raise Unavailable("The desk still reads what was there before. Try again in a moment.")
            raise Refused("There is no preparation of this id.", code="unknown-preparation", status=404)
        return found

    def is_opened(self, live_event_id: str) -> bool:
        found = self.known.get(live_event_id)
        return (found is not None and found.state == "opened") or self._has_event(live_event_id)

    def terms(self, live_event_id: str) -> tuple[str, ...]:
        """For checks and for opening alone; never to be shown."""
        try:
            return self.reach.vault.terms(live_event_id)
        except Refused:  # never given, or destroyed with the event
            return ()

    def enrolled(self, live_event_id: str) -> tuple[Person, ...]:
        """Those whose right names this event, by name."""
        return tuple(p for p in self.enrolments.people() if names_event(p, live_event_id))

    def with_passkey(self) -> frozenset[UUID]:
        return frozenset(k.person_id for k in self.enrolments.passkeys() if k.state == "active")

    def tablets(self) -> int:
        return sum(t.state == "enrolled" for t in self.enrolments.tablets())

    def whole(self, live_event_id: str) -> dict[str, Any]:
        """The file with its protected terms, as opening and a rehearsal need it; never to be shown."""
        return {**self.get(live_event_id).file, "protect": self.terms(live_event_id)}

    def is_taken(self, live_event_id: str) -> bool:
        """Whether another event or preparation has this id, or had it and its keys are destroyed."""
        known = self.known.get(live_event_id)
        if live_event_id in TAKEN_IDS or self._has_event(live_event_id):
            return True
        return (known is not None and known.state != "dropped") or self._is_destroyed(live_event_id)

    def _has_event(self, live_event_id: str) -> bool:
        found = self.reach.projection.events.get(live_event_id)
        return found is not None and found.live_event is not None

    def _is_destroyed(self, live_event_id: str) -> bool:
        try:
            self.reach.vault.terms(live_event_id)
        except Refused as refused:
            return refused.code == "key-destroyed"
        return False

    def title(self, live_event_id: str) -> str:
        """As pages may show it: the address instead, where there is none or a protected term stands in it."""
        title = self.get(live_event_id).file.get("title")
        if not isinstance(title, str) or not title or readiness.hides(title, self.terms(live_event_id)):
            return live_event_id
        return title

    def titles(self) -> dict[str, str]:
        """Of what is being prepared, by id; empty where none may be shown."""
        found = {one.live_event_id: self.title(one.live_event_id) for one in self.drafts()}
        return {key: "" if title == key else title for key, title in found.items()}

    # -- acts on a draft

    async def create(
        self, actor: Actor, live_event_id: str, file: Mapping[str, Any], protect: tuple[str, ...] = ()
    ) -> Preparation:
        """Begins a preparation; `file` may have any gaps. Raises Refused for an id that is taken."""
        require(actor, *MAY_PREPARE)
        async with self._locks[live_event_id]:
            if self.is_taken(live_event_id):
                raise Refused("There is an event of this id. Choose another.", code="taken-id", status=409)
            if len(self.drafts()) >= PREPARATIONS_MAX:
                raise Refused("Too many events are being prepared. Drop one.", code="too-many", status=409)
            if protect:
                self.reach.vault.create(live_event_id, protect)
            fields = {key: value for key, value in file.items() if key not in ("protect", "id")}
            return await self._write(
                Preparation(
                    id=_new_id(), live_event_id=live_event_id, at=self.reach.clock.now(), actor=actor,
                    file={"id": live_event_id, **fields}, protected=len(protect),
                )
            )  # fmt: skip

    async def save(self, actor: Actor, live_event_id: str, file: Mapping[str, Any]) -> Preparation:
        """The file as it is now. Another id moves all of it there; the old one is free again."""
        require(actor, *MAY_PREPARE)
        async with self._locks[live_event_id]:
            before = self._draft(live_event_id)
            new_id = str(file.get("id", live_event_id))
            if new_id != live_event_id:
                return await self._move(actor, before, new_id, file)
            return await self._change(actor, before, file={**file, "id": live_event_id})

    async def _move(self, actor: Actor, before: Preparation, new_id: str, file: Mapping[str, Any]) -> Preparation:
        made = await self.create(actor, new_id, file, self.terms(before.live_event_id))
        moved = await self._change(actor, made, ticks=before.ticks, rehearsal=before.rehearsal)
        await self._forget(actor, before)
        return moved

    async def drop(self, actor: Actor, live_event_id: str) -> None:
        """Its protected terms leave the vault; the record on the topic holds nothing more of it."""
        require(actor, *MAY_PREPARE)
        async with self._locks[live_event_id]:
            await self._forget(actor, self._draft(live_event_id))

    async def _forget(self, actor: Actor, before: Preparation) -> None:
        if self.terms(before.live_event_id):
            self.reach.vault.create(before.live_event_id, ())
        await self._change(actor, before, state="dropped", file={}, protected=0, ticks=(), rehearsal=None)

    async def protect(
        self, actor: Actor, live_event_id: str, terms: tuple[str, ...], *, replace: bool = False
    ) -> Preparation:
        """Adds to the vault's terms, or puts these in their place."""
        require(actor, *MAY_PREPARE)
        async with self._locks[live_event_id]:
            before = self._draft(live_event_id)
            kept = () if replace else self.terms(live_event_id)
            every = tuple(dict.fromkeys((*kept, *terms)))
            if len(every) > TERMS_MAX:
                raise Refused("At most 500 protected terms are kept.", code="too-many-terms")
            self.reach.vault.create(live_event_id, every)
            return await self._change(actor, before, protected=len(every))

    async def tick(self, actor: Actor, live_event_id: str, check: str) -> Preparation:
        """That the cost was seen, or somebody is in the room."""
        require(actor, *MAY_PREPARE)
        if check not in ready.TICKS:
            raise Refused("There is nothing to tick of this name.", code="unknown-tick", status=404)
        async with self._locks[live_event_id]:
            before = self._draft(live_event_id)
            of = self._cost_sha256(before) if check == ready.COST else None
            return await self._ticked(actor, before, check, of)

    def _cost_sha256(self, before: Preparation) -> str | None:
        return ready.cost_sha256(ready.file_of(self.inputs(before.live_event_id)))

    async def sign(
        self, actor: Actor, live_event_id: str, sha256: str, assertion: Assertion | None = None
    ) -> Preparation:
        """A physician signs the items whose hash is `sha256`: what was read, which must still be what stands there."""
        require(actor, *MAY_SIGN)
        async with self._locks[live_event_id]:
            before = self._draft(live_event_id)
            if sha256 != self.run_sheet_sha256(live_event_id):
                raise Refused("The run sheet was changed. Read it again.", code="sheet-changed", status=409)
            return await self._ticked(actor, before, ready.RUN_SHEET, sha256, assertion)

    async def _ticked(
        self, actor: Actor, before: Preparation, check: str, of: str | None, assertion: Assertion | None = None
    ) -> Preparation:
        tick = Tick(check=check, by=actor, at=self.reach.clock.now(), of=of, assertion=assertion)
        others = tuple(t for t in before.ticks if t.check != check)[-TICKS_MAX:]
        return await self._change(actor, before, ticks=(*others, tick))

    async def rehearsed(self, actor: Actor, live_event_id: str, rehearsal: Rehearsal) -> Preparation:
        """How a rehearsal of this event ended; the latest one stands."""
        async with self._locks[live_event_id]:
            return await self._change(actor, self._draft(live_event_id), rehearsal=rehearsal)

    def _draft(self, live_event_id: str) -> Preparation:
        found = self.get(live_event_id)
        if self.is_opened(live_event_id):
            raise Refused("This event has been opened; its plan stands.", code="already-opened", status=409)
        return found

    # -- whether it is ready

    def run_sheet(self, live_event_id: str) -> tuple[RunSheetItem, ...]:
        """The items that can be read; one that is not whole is no item yet."""
        return _items(self.get(live_event_id).file)

    def run_sheet_sha256(self, live_event_id: str) -> str | None:
        items = self.run_sheet(live_event_id)
        return str(run_sheet.sha256(items)) if items else None

    def inputs(self, live_event_id: str) -> Inputs:
        one = self.get(live_event_id)
        return self._inputs(one.file, self.terms(live_event_id), one)

    def _inputs(self, file: Mapping[str, Any], terms: tuple[str, ...], one: Preparation | None) -> Inputs:
        live_event_id = str(file.get("id", ""))
        items = _items(file)
        return Inputs(
            file=file,
            now=self.reach.clock.now(),
            known_platforms=self.opening.known_platforms,
            protect=terms,
            policies=self.opening.policies,
            has_credentials=self.opening.has_credentials,
            asks=self.opening.check_account is not None,
            asked=self._asked.get(live_event_id),
            people=self.enrolled(live_event_id),
            with_passkey=self.with_passkey(),
            tablets=self.tablets(),
            present=tuple(self.here(live_event_id)),
            ticks=() if one is None else one.ticks,
            rehearsal=None if one is None else one.rehearsal,
            run_sheet_sha256=str(run_sheet.sha256(items)) if items else None,
        )

    def checks(self, live_event_id: str) -> tuple[Check, ...]:
        """Every check as it stands now; accounts as they answered when they were last asked."""
        return ready.checks(self.inputs(live_event_id))

    def checks_of(self, file: LiveEventFile) -> tuple[Check, ...]:
        """The checks for an event that is opened from its file, of which nobody has prepared anything here."""
        draft = self.known.get(file.id)
        plain = file.model_dump(mode="json", exclude={"protect"})
        return ready.checks(self._inputs(plain, file.protect, draft if draft and draft.state == "draft" else None))

    async def ask_accounts(self, actor: Actor, live_event_id: str) -> None:
        """Asks every account of the file now."""
        require(actor, *MAY_PREPARE)
        await self._ask(self._draft(live_event_id))

    async def _ask(self, one: Preparation) -> None:
        check, wanted = self.opening.check_account, ready.file_of(self.inputs(one.live_event_id)).destinations
        if check is None:
            return
        answers = await accounts.ask(check, wanted)
        self._asked[one.live_event_id] = Asked(self.reach.clock.now(), answers)

    # -- opening

    async def open(self, actor: Actor, live_event_id: str) -> Opened:
        """Opens the event when every check is green, the accounts asked anew. Raises NotReady naming what is missing.

        Pressed again after a crash it goes on where it was: each step has the same ids.
        """
        require(actor, *MAY_PREPARE)
        async with self._locks[live_event_id]:
            one = self.get(live_event_id)
            if one.state == "opened":
                raise Refused("This event has been opened; its plan stands.", code="already-opened", status=409)
            if not self._has_event(live_event_id):
                await self._ask(one)
            found = self.checks(live_event_id)
            lacking = ready.missing(found)
            if lacking and not self._has_event(live_event_id):
                raise NotReady(tuple(str(check.title) for check in lacking))
            opened = await self.opening.open(actor, self.whole(live_event_id), checks=done(found))
            await self._sign(one)
            await self._change(actor, one, state="opened")
            return opened

    async def _sign(self, one: Preparation) -> None:
        """The signature under the run sheet becomes a control of the event."""
        signed = next((t for t in reversed(one.ticks) if t.check == ready.RUN_SHEET), None)
        if signed is None or signed.of is None or signed.of != self.run_sheet_sha256(one.live_event_id):
            return
        control = Control(
            id=derive(one.live_event_id, "sign-run-sheet", signed.of),
            live_event_id=one.live_event_id,
            at=signed.at,
            actor=signed.by,
            kind="sign-run-sheet",
            run_sheet_sha256=signed.of,
            assertion=signed.assertion,
        )
        await self.reach.applied(await self.reach.bus.send(CONTROLS, control))

    # -- the topic

    async def _change(self, actor: Actor, before: Preparation, **change: object) -> Preparation:
        now = max(self.reach.clock.now(), before.at + timedelta(microseconds=1))
        return await self._write(before.model_copy(update={"id": _new_id(), "at": now, "actor": actor, **change}))

    async def _write(self, record: Preparation) -> Preparation:
        """Durable, and read back, so that the next page shows it."""
        await self._applied(await self.reach.bus.send(PREPARATIONS, record))
        return record

    async def _applied(self, position: Position) -> None:
        place = (position.topic, position.partition)
        try:
            async with asyncio.timeout(READ_BACK_S):
                while self._places.get(place, -1) < position.offset:
                    version = self.reach.view.version
                    if self._places.get(place, -1) >= position.offset:
                        return
                    await self.reach.view.changed(version, 1.0)
        except TimeoutError:
            raise Unavailable("It was written, but could not be read back yet. Look again.") from None

    def apply(self, message: Message) -> None:
        """One record of the topic."""
        with suppress(Refused):  # a record that nobody can read takes nothing away from the others
            if message.value is not None:
                record = Preparation.decode(message.value)
                self.known[record.live_event_id] = record
        self._places[message.topic, message.partition] = message.offset


def _items(file: Mapping[str, Any]) -> tuple[RunSheetItem, ...]:
    found = file.get("run_sheet")
    items = []
    for one in found if isinstance(found, list | tuple) else ():
        with suppress(ValueError):
            items.append(RunSheetItem.model_validate(one))
    return tuple(items)


def _new_id() -> UUID:
    return UUID(bytes=uuid_utils.uuid7().bytes)

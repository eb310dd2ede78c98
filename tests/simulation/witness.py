"""Sees all that passes between processes and world: which situations a run reached, and what nobody may ever do.

A battery that never reaches the situation it was written for proves nothing; so each names those it must reach.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import get_args
from uuid import UUID

from consumers.poster.platforms.base import FRESH_S, AccountBusy, Duplicate, Outgoing, Published, RepliesForbidden
from schemas.envelope import Envelope
from schemas.errors import Refused, ScrubcastError, Unavailable, Uncertain
from schemas.ledger import Ledger
from schemas.receipt import Notice, Receipt, Retraction
from tests.simulation.kernel import Process
from tests.simulation.situations import Situation

SITUATIONS: tuple[Situation, ...] = get_args(Situation)


class Presses:
    """When stop was acknowledged, and whether a request began after it.

    It is durable first, and acknowledged LOOK_S later. A request whose reading of the controls came before it was
    durable may begin between the two; after the second none may.
    """

    def __init__(self) -> None:
        self._durable = self._acknowledged = False
        self.begun_after = 0

    def durable(self) -> None:
        self._durable = True

    def acknowledged(self) -> None:
        self._acknowledged = self._durable  # not if it was resumed meanwhile

    def resumed(self) -> None:
        self._durable = self._acknowledged = False

    def request_begins(self) -> bool:
        """Whether it came after a stop was durable, and before anybody was told so."""
        self.begun_after += self._acknowledged
        return self._durable and not self._acknowledged


@dataclass
class _Seen:
    """How far one post has come, as nobody in the world knows it."""

    intended: bool = False
    requested: bool = False
    answered: bool = False
    recorded: bool = False
    told: bool = False
    in_doubt: bool = False
    looked_in_vain: bool = False


@dataclass
class Witness:
    reached: Counter[Situation] = field(default_factory=Counter)
    presses: Presses = field(default_factory=Presses)
    begun_after_fenced: int = 0  # requests of a writer that was put out longer ago than an intent is fresh
    took_over_in_s: float | None = None
    _died_at_s: float | None = None
    _posts: dict[UUID, _Seen] = field(default_factory=dict)
    _epochs: dict[tuple[str, str], tuple[int, UUID, float]] = field(default_factory=dict)
    _writers: dict[tuple[int, str, str], UUID] = field(default_factory=dict)  # of a process's latest claim
    _standalone: set[tuple[str, str]] = field(default_factory=set)
    _away: set[str] = field(default_factory=set)

    def _of(self, post_id: UUID) -> _Seen:
        return self._posts.setdefault(post_id, _Seen())

    # -- what is written -----------------------------------------------------------------------------------------------

    def written(self, process: Process, record: Envelope) -> None:
        if isinstance(record, Ledger):
            self._ledger(process, record)
        elif isinstance(record, Receipt):
            self._of(record.post_id).told = record.outcome != "unknown"
            if record.outcome == "unknown":
                self.reached["shown as unknown"] += 1
                self.reached["shown to a person"] += record.reason == "needs-person"
        elif isinstance(record, Retraction):
            self.reached["a post deleted"] += record.outcome == "deleted"
        elif isinstance(record, Notice):
            self.reached["told that a destination is away"] += record.notice == "away"
            self.reached["told that a destination is back"] += record.notice == "back"
            self.reached["stand-alone from here on"] += record.notice == "standalone"

    def _ledger(self, process: Process, record: Ledger) -> None:
        thread = (record.destination, record.live_event_id)
        epoch, writer, _ = self._epochs.get(thread, (0, None, 0.0))
        if record.kind == "claim":
            self._writers[id(process), *thread] = record.writer
            if self._died_at_s is not None and self.took_over_in_s is None:
                self.took_over_in_s = _now() - self._died_at_s
            if record.epoch > epoch:
                self.reached["a thread taken over"] += writer is not None
                self._epochs[thread] = (record.epoch, record.writer, _now())
            return
        if (record.epoch, record.writer) != (epoch, writer):
            self.reached["a record of a fenced writer"] += 1
            return
        if record.post is None:
            return
        seen = self._of(record.post.id)
        if record.kind == "intent":
            self._posts[record.post.id] = _Seen(
                intended=True, in_doubt=seen.in_doubt, looked_in_vain=seen.looked_in_vain
            )
        elif record.kind in ("posted", "not-posted"):
            seen.recorded, seen.in_doubt = True, False
        self.reached["settled by a person"] += record.settled_by is not None

    # -- what passes between poster and platform -----------------------------------------------------------------------

    def request_begins(self, process: Process, destination: str, out: Outgoing) -> None:
        self.reached["a request under way when stop was pressed"] += self.presses.request_begins()
        thread = (destination, out.live_event_id)
        mine, (_, writer, since) = self._writers.get((id(process), *thread)), self._epochs.get(thread, (0, None, 0.0))
        if mine is not None and mine != writer:
            self.begun_after_fenced += _now() > since + FRESH_S
        seen = self._of(out.post.id)
        self.reached["sent anew after its absence was proved"] += seen.in_doubt and seen.looked_in_vain
        seen.requested, seen.looked_in_vain = True, False
        self.reached["one goes on while another is away"] += bool(self._away - {destination})

    def answered(self, destination: str, out: Outgoing, answer: Published | ScrubcastError) -> None:
        seen = self._of(out.post.id)
        if isinstance(answer, Published):
            seen.answered = True
            self._away.discard(destination)
            if (destination, out.live_event_id) in self._standalone and out.reply_to is None:
                self.reached["posted stand-alone"] += 1
        elif isinstance(answer, Duplicate):
            seen.in_doubt = True
            self.reached["refused as a duplicate"] += 1
        elif isinstance(answer, Uncertain):
            seen.in_doubt = True
            self.reached["an answer lost"] += 1
        elif isinstance(answer, AccountBusy):
            self.reached["the account's limit reached"] += answer.code == "limit"
            self.away(destination, answer)
        elif isinstance(answer, RepliesForbidden):
            self._standalone.add((destination, out.live_event_id))
            self.reached["replies forbidden"] += 1
        elif isinstance(answer, Unavailable):
            self.reached["a platform busy"] += 1
        elif isinstance(answer, Refused):
            self.reached["refused for good"] += 1

    def away(self, destination: str, busy: AccountBusy) -> None:
        if busy.code == "unreachable":
            self._away.add(destination)

    def looked_up(self, destination: str, out: Outgoing, found: Published | None) -> None:
        self._away.discard(destination)
        seen = self._of(out.post.id)
        self.reached["a lost answer found by look-up"] += found is not None
        self.reached["found only after looking in vain"] += found is not None and seen.looked_in_vain
        seen.looked_in_vain = found is None

    # -- what happens at a moment --------------------------------------------------------------------------------------

    def died(self) -> None:
        self._died_at_s = _now()
        for seen in self._posts.values():
            if seen.intended and not seen.requested:
                self.reached["killed between intent and request"] += 1
            elif seen.requested and not seen.answered and not seen.recorded:
                seen.in_doubt = True
                self.reached["killed between request and answer"] += 1
            elif seen.answered and not seen.recorded and not seen.told:
                seen.in_doubt = True
                self.reached["killed between answer and record"] += 1
            elif seen.recorded is not seen.told and seen.answered:
                self.reached["killed between record and receipt"] += 1

    def pressed(self) -> None:
        for seen in self._posts.values():
            self.reached["pressed between intent and request"] += seen.intended and not seen.requested
            self.reached["pressed between request and answer"] += (
                seen.requested and not seen.answered and not seen.recorded
            )
            self.reached["pressed while a post was in doubt"] += seen.in_doubt


def _now() -> float:
    return asyncio.get_running_loop().time()

"""Opening a live event from its file, once its accounts have said that they may be posted to; and closing it."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from producers.desk.closing_root import ClosingRoot
from producers.desk.reach import Reach
from schemas.draft import PolicyRef
from schemas.enrolment import ENROLMENTS_OF
from schemas.envelope import Actor, Role, sha256_hex, system
from schemas.errors import Refused
from schemas.ids import derive
from schemas.live_event import CheckDone, LiveEvent, LiveEventFile, Plan
from schemas.policy import Policy
from schemas.topics import LIVE_EVENTS
from streams import accounts, cost, lifecycle, readiness
from streams.accounts import AccountCheck, CheckAccount
from streams.auth import require
from streams.cost import CostLine
from streams.ready import Check
from streams.rehearsals import rehearsal_of

MAY_OPEN = frozenset({Role.DIRECTOR})
# The desk's own pages stand at these words; an event of such an id could not be reached. Under `tablets` there are
# the enrolments besides: an event of that name would share their partition and their place.
TAKEN_IDS = frozenset(
    {
        "sign-in", "sign-out", "enter", "language", "static", ENROLMENTS_OF, "prepare", "guidance", "people", "join",
        "passkeys", "rehearse", "rehearsal", "score", "messages",
    }
)  # fmt: skip
# Checks that a file cannot pass by itself: where an event is opened from its file they are said, and hinder nothing.
BEYOND_THE_FILE = frozenset({"run-sheet", "people", "liaison", "in-room-physician", "in-room-advocate", "rehearsal"})

PolicyOf = Callable[[str], PolicyRef]
"""The policy of a name as it is today. Raises Refused for a name nobody knows."""


class NotReady(Refused):
    """An event file with gaps; each is named in words, none repeats a value."""

    def __init__(self, gaps: tuple[str, ...]) -> None:
        super().__init__("The live event cannot open yet. " + "; ".join(gaps), code="not-ready", status=422)
        self.gaps = gaps


NOT_CHECKED_HERE = "not checked here"
NOT_CHECKED_AGAIN = "not checked again"


@dataclass(frozen=True, slots=True)
class Opened:
    """The event, whether it was opened just now, what its accounts answered or why they were not asked, what it costs.

    `warnings` name what will go otherwise than one may expect, and keep nothing from opening.
    """

    live_event: LiveEvent
    is_new: bool
    accounts: tuple[AccountCheck, ...] | str
    cost: tuple[CostLine, ...]
    warnings: tuple[str, ...]
    unready: tuple[str, ...] = ()  # checks that were not green and hindered nothing


ChecksOf = Callable[[LiveEventFile], tuple[Check, ...]]
"""How every check of readiness stands for an event that is opened from its file."""


class Opening:
    """Open, open again, close."""

    def __init__(
        self,
        reach: Reach,
        policy_of: PolicyOf,
        known_platforms: frozenset[str],
        policies: Mapping[str, Policy] | None,
        *,
        has_credentials: readiness.HasCredentials | None = None,
        check_account: CheckAccount | None = None,
    ) -> None:
        self._reach = reach
        self._policy_of = policy_of
        self.known_platforms = known_platforms
        self.policies = policies
        self.has_credentials = has_credentials
        self.check_account = check_account
        self.checks_of: ChecksOf = lambda _: ()
        self.closing_root: ClosingRoot | None = None
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def open(
        self,
        actor: Actor,
        file: Mapping[str, Any],
        *,
        posts: int = cost.POSTS,
        checks: tuple[CheckDone, ...] | None = None,
    ) -> Opened:
        """Opens the live event of this file; the same plan again changes nothing, and asks nobody.

        `posts`: how many each destination is expected to get, for the cost. `checks`: how those of readiness stood, for
        the record; None: they are looked at here, and hinder nothing. Raises NotReady naming every gap.
        """
        require(actor, *MAY_OPEN)
        parsed, gaps = readiness.check(
            file, self._reach.clock.now(), self.known_platforms, self.policies, self.has_credentials
        )
        if parsed is None:
            raise NotReady(gaps)
        if parsed.id in TAKEN_IDS:
            raise NotReady((*gaps, "id: is a word of the desk's own pages; choose another"))
        if rehearsal_of(parsed.id) is not None and not parsed.training:  # the rights of the event it names would hold
            raise NotReady((*gaps, "id: ends as that of a rehearsal does; choose another"))
        async with self._locks[parsed.id]:
            known = self._reach.projection.of(parsed.id).live_event
            if known is not None:
                again = await self._open_again(actor, known, parsed)
                return self._opened(again, parsed, NOT_CHECKED_AGAIN, posts, is_new=False)
            checked = await self._ask_accounts(parsed, gaps)
            gaps += () if isinstance(checked, str) else accounts.gaps(parsed.destinations, checked)
            if gaps:
                raise NotReady(gaps)
            unready: tuple[str, ...] = ()
            if checks is None:
                checks, unready = _looked_at(self.checks_of(parsed))
            record = await self._open_new(actor, parsed, checks)
            return replace(self._opened(record, parsed, checked, posts, is_new=True), unready=unready)

    async def _ask_accounts(self, parsed: LiveEventFile, gaps: tuple[str, ...]) -> tuple[AccountCheck, ...] | str:
        """Those that are set up; also beside other gaps, so that all are named at once."""
        named = tuple(gap.partition(":")[0] for gap in gaps)
        wanted = [d for i, d in enumerate(parsed.destinations) if f"destinations.{i}" not in named]
        if self.check_account is None and accounts.external(wanted):
            return NOT_CHECKED_HERE
        return await accounts.ask(self.check_account, wanted) if self.check_account else ()

    def _opened(
        self,
        record: LiveEvent,
        parsed: LiveEventFile,
        checked: tuple[AccountCheck, ...] | str,
        posts: int,
        *,
        is_new: bool,
    ) -> Opened:
        lines = cost.estimate(parsed, posts)
        low = () if isinstance(checked, str) else accounts.warnings(checked, posts)
        dear = tuple(f"{line.destination}: {warning}" for line in lines for warning in line.warnings)
        return Opened(record, is_new, checked, lines, (*low, *dear))

    async def _open_new(self, actor: Actor, parsed: LiveEventFile, checks: tuple[CheckDone, ...]) -> LiveEvent:
        policy = self._policy_of(parsed.policy)
        plan = Plan.of(parsed)
        now = self._reach.clock.now()
        record = LiveEvent(
            id=derive(parsed.id, "live-event", "open"),
            live_event_id=parsed.id,
            at=now,
            actor=actor,
            plan=plan,
            state="open",
            sealing_key=self._reach.vault.create(parsed.id, parsed.protect),
            policy_sha256=policy.sha256,
            consent_sha256=sha256_hex(plan.consent.model_dump_json()),
            opened_at=now,
            checks=checks,
        )
        await self._reach.write(LIVE_EVENTS, record)
        return record

    async def _open_again(self, actor: Actor, known: LiveEvent, parsed: LiveEventFile) -> LiveEvent:
        if known.state == "closed":
            raise Refused("This live event is closed. Open a new one under another id.", code="closed", status=409)
        changed = _changed_fields(known.plan, Plan.of(parsed))
        if changed:
            what = ", ".join(changed)
            raise Refused(
                f"This live event is open with another plan (other: {what}). Close it, or keep to the plan.",
                code="other-plan",
                status=409,
            )
        self._reach.vault.create(parsed.id, parsed.protect)  # a name may be added to the protected terms at any time
        policy = self._policy_of(parsed.policy)
        if policy.sha256 == known.policy_sha256:
            return known
        gaps = readiness.policy_gaps(parsed, self.policies[parsed.policy]) if self.policies else ()
        if gaps:
            raise NotReady(tuple(gaps))
        # A newer policy file: what was approved under the old one has to be asked for again.
        renewed = known.model_copy(
            update={"policy_sha256": policy.sha256, "at": self._reach.clock.now(), "actor": actor}
        )
        await self._reach.write(LIVE_EVENTS, renewed)
        return renewed

    async def close(self, actor: Actor, live_event_id: str) -> LiveEvent:
        require(actor, *MAY_OPEN)
        async with self._locks[live_event_id]:
            view = self._reach.watched(live_event_id)
            known = view.live_event
            assert known is not None
            if known.state == "closed":
                return known
            lifecycle.after(view.lifecycle(), "close")
            if view.is_kept and view.standing.state == "held" and view.kept(self._reach.clock.now()):
                raise Refused(_KEPT_HELD, code="kept-held", status=409)
            if self.closing_root is not None:  # before the record of the close: after it nothing is released
                await self.closing_root.release(known, actor, self._reach.clock.now())
            return await self.set_closed(known, actor)

    async def set_archived(self, known: LiveEvent) -> LiveEvent:
        """Written once the keys of a closed event are destroyed; from then on nothing of it can be read again."""
        now = self._reach.clock.now()
        changes = {
            "id": derive(known.live_event_id, "live-event", "archived"),
            "at": now,
            "actor": system("desk"),
            "cause": known.id,
            "archived_at": now,
        }
        record = known.model_copy(update=changes)
        await self._reach.write(LIVE_EVENTS, record)
        return record

    async def set_closed(self, known: LiveEvent, actor: Actor) -> LiveEvent:
        now = self._reach.clock.now()
        changes = {
            "id": derive(known.live_event_id, "live-event", "closed"),
            "at": now,
            "actor": actor,
            "cause": known.id,
            "state": "closed",
            "closed_at": now,
        }
        record = known.model_copy(update=changes)
        await self._reach.write(LIVE_EVENTS, record)
        return record


def done(found: Iterable[Check]) -> tuple[CheckDone, ...]:
    """As the event's record keeps them: our own words alone, no name and no text of staff."""
    return tuple(CheckDone(id=check.id, ok=check.ok, words=check.title.english) for check in found)


def _looked_at(found: tuple[Check, ...]) -> tuple[tuple[CheckDone, ...], tuple[str, ...]]:
    """For the record, and what was not green of that which a file does not hold."""
    return done(found), tuple(str(c.title) for c in found if not c.ok and c.id in BEYOND_THE_FILE)


# A hold cannot end once the event is closed, so what is kept would wait for ever; that is not what closing says.
_KEPT_HELD = "The event is held and keeps posts for later. Resume it, or stop it, then close it."


def _changed_fields(before: Plan, after: Plan) -> list[str]:
    return [name for name in Plan.model_fields if getattr(before, name) != getattr(after, name)]

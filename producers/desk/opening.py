"""Opening a live event from its file, once its accounts have said that they may be posted to; and closing it."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from producers.desk.reach import Reach
from schemas.draft import PolicyRef
from schemas.enrolment import ENROLMENTS_OF
from schemas.envelope import Actor, Role, sha256_hex
from schemas.errors import Refused
from schemas.ids import derive
from schemas.live_event import LiveEvent, LiveEventFile, Plan
from schemas.policy import Policy
from schemas.topics import LIVE_EVENTS
from streams import accounts, cost, readiness
from streams.accounts import AccountCheck, CheckAccount
from streams.auth import require
from streams.cost import CostLine

MAY_OPEN = frozenset({Role.DIRECTOR})
# The desk's own pages stand at these words; an event of such an id could not be reached. Under `tablets` there are
# the enrolments besides: an event of that name would share their partition and their place.
TAKEN_IDS = frozenset({"sign-in", "sign-out", "enter", "language", "static", ENROLMENTS_OF})

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
        self._known_platforms = known_platforms
        self._policies = policies
        self._has_credentials = has_credentials
        self._check_account = check_account
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def open(self, actor: Actor, file: Mapping[str, Any], *, posts: int = cost.POSTS) -> Opened:
        """Opens the live event of this file; the same plan again changes nothing, and asks nobody.

        `posts`: how many each destination is expected to get, for the cost. Raises NotReady naming every gap.
        """
        require(actor, *MAY_OPEN)
        parsed, gaps = readiness.check(
            file, self._reach.clock.now(), self._known_platforms, self._policies, self._has_credentials
        )
        if parsed is None:
            raise NotReady(gaps)
        if parsed.id in TAKEN_IDS:
            raise NotReady((*gaps, "id: is a word of the desk's own pages; choose another"))
        async with self._locks[parsed.id]:
            known = self._reach.projection.of(parsed.id).live_event
            if known is not None:
                again = await self._open_again(actor, known, parsed)
                return self._opened(again, parsed, NOT_CHECKED_AGAIN, posts, is_new=False)
            checked = await self._ask_accounts(parsed, gaps)
            gaps += () if isinstance(checked, str) else accounts.gaps(parsed.destinations, checked)
            if gaps:
                raise NotReady(gaps)
            return self._opened(await self._open_new(actor, parsed), parsed, checked, posts, is_new=True)

    async def _ask_accounts(self, parsed: LiveEventFile, gaps: tuple[str, ...]) -> tuple[AccountCheck, ...] | str:
        """Those that are set up; also beside other gaps, so that all are named at once."""
        named = tuple(gap.partition(":")[0] for gap in gaps)
        wanted = [d for i, d in enumerate(parsed.destinations) if f"destinations.{i}" not in named]
        if self._check_account is None and accounts.external(wanted):
            return NOT_CHECKED_HERE
        return await accounts.ask(self._check_account, wanted) if self._check_account else ()

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

    async def _open_new(self, actor: Actor, parsed: LiveEventFile) -> LiveEvent:
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
        )
        await self._reach.applied(await self._reach.bus.send(LIVE_EVENTS, record))
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
        gaps = readiness.policy_gaps(parsed, self._policies[parsed.policy]) if self._policies else ()
        if gaps:
            raise NotReady(tuple(gaps))
        # A newer policy file: what was approved under the old one has to be asked for again.
        renewed = known.model_copy(
            update={"policy_sha256": policy.sha256, "at": self._reach.clock.now(), "actor": actor}
        )
        await self._reach.applied(await self._reach.bus.send(LIVE_EVENTS, renewed))
        return renewed

    async def close(self, actor: Actor, live_event_id: str) -> LiveEvent:
        require(actor, *MAY_OPEN)
        async with self._locks[live_event_id]:
            known = self._reach.watched(live_event_id).live_event
            assert known is not None
            return known if known.state == "closed" else await self.set_closed(known, actor)

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
        await self._reach.applied(await self._reach.bus.send(LIVE_EVENTS, record))
        return record


def _changed_fields(before: Plan, after: Plan) -> list[str]:
    return [name for name in Plan.model_fields if getattr(before, name) != getattr(after, name)]

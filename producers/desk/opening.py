"""Opening a live event from its file, and closing it."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from producers.desk.reach import Reach
from schemas.draft import PolicyRef
from schemas.envelope import Actor, Role, sha256_hex
from schemas.errors import Refused
from schemas.ids import derive
from schemas.live_event import LiveEvent, LiveEventFile, Plan
from schemas.policy import Policy
from schemas.topics import LIVE_EVENTS
from streams import readiness
from streams.auth import require

MAY_OPEN = frozenset({Role.DIRECTOR})
# The desk's own pages stand at these words; an event of such an id could not be reached.
TAKEN_IDS = frozenset({"sign-in", "sign-out", "enter", "language", "static"})

PolicyOf = Callable[[str], PolicyRef]
"""The policy of a name as it is today. Raises Refused for a name nobody knows."""


class NotReady(Refused):
    """An event file with gaps; each is named in words, none repeats a value."""

    def __init__(self, gaps: tuple[str, ...]) -> None:
        super().__init__("The live event cannot open yet. " + "; ".join(gaps), code="not-ready", status=422)
        self.gaps = gaps


class Opening:
    """Open, open again, close."""

    def __init__(
        self,
        reach: Reach,
        policy_of: PolicyOf,
        known_platforms: frozenset[str],
        policies: Mapping[str, Policy] | None,
    ) -> None:
        self._reach = reach
        self._policy_of = policy_of
        self._known_platforms = known_platforms
        self._policies = policies
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def open(self, actor: Actor, file: Mapping[str, Any]) -> tuple[LiveEvent, bool]:
        """The live event of this file, and whether it was opened just now. The same plan again changes nothing."""
        require(actor, *MAY_OPEN)
        parsed, gaps = readiness.check(file, self._reach.clock.now(), self._known_platforms, self._policies)
        if parsed is None:
            raise NotReady(gaps)
        if parsed.id in TAKEN_IDS:
            raise NotReady((*gaps, "id: is a word of the desk's own pages; choose another"))
        async with self._locks[parsed.id]:
            known = self._reach.projection.of(parsed.id).live_event
            if known is not None:
                return await self._open_again(actor, known, parsed), False
            if gaps:
                raise NotReady(gaps)
            return await self._open_new(actor, parsed), True

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

"""What the report says, as values: everything an auditor asks of one live event, from its entries alone. Pure.

Over a log that is not as it was written there are no facts: only the verdict, which says what was found.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from consumers.archive import facts_course as course_of
from consumers.archive import facts_people as people_of
from consumers.archive import facts_posts as posts_of
from consumers.archive.replay import Difference, Replay, Step, in_order
from consumers.archive.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Tally:
    """How many updates, each counted once: written = published + returned + refused + waiting."""

    written: int = 0
    published: int = 0
    returned: int = 0
    refused: int = 0
    never_released: int = 0
    taken_back: int = 0
    held: int = 0  # of all: those that waited for a person at some time
    held_published: int = 0
    unknown: int = 0  # of all: whose outcome somewhere is not known today


@dataclass(frozen=True, slots=True)
class Facts:
    """`plan` is that of the last record of the live event. Times are instants; `zone` is where the event was."""

    live_event_id: str
    verdict: Verdict
    zone: ZoneInfo
    title: str = ""
    training: bool = False
    plan: Mapping[str, Any] = field(default_factory=dict)
    policy_sha256: str = ""
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    archived_at: datetime | None = None
    tally: Tally = Tally()
    posts: tuple[posts_of.Post, ...] = ()
    gaps: tuple[posts_of.Gap, ...] = ()
    halts: tuple[course_of.Halt, ...] = ()
    aways: tuple[course_of.Away, ...] = ()
    letters: tuple[course_of.Letter, ...] = ()
    consents: tuple[course_of.ConsentVersion, ...] = ()
    disclosures: tuple[course_of.Disclosure, ...] = ()
    deletions: tuple[posts_of.Deletion, ...] = ()
    people: tuple[people_of.Person, ...] = ()
    tablets: tuple[people_of.Tablet, ...] = ()
    looks: tuple[people_of.Look, ...] = ()
    policies: tuple[course_of.PolicyInForce, ...] = ()
    differences: tuple[Difference, ...] = ()
    missing: tuple[str, ...] = ()
    seen: tuple[course_of.Seen, ...] = ()
    keepings: tuple[course_of.Keeping, ...] = ()
    found: tuple[tuple[str, int], ...] = ()  # kind of finding, in how many places of all updates

    @property
    def corrections(self) -> tuple[posts_of.Post, ...]:
        return tuple(post for post in self.posts if post.corrects is not None)

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each post, by its update."""
        return {post.update_id: post.number for post in self.posts}


def facts(
    told: Replay,
    verdict: Verdict,
    *,
    differences: Sequence[Difference] = (),
    missing: Sequence[str] = (),
    leaves: Mapping[int, bytes] | None = None,
) -> Facts:
    """`differences` are drafts that come out otherwise under their own policy, `missing` the hashes of policies that
    are not in the archive, `leaves` the leaf hashes of the receipts that say "posted", by entry."""
    live_event_id = verdict.origin.rpartition("/")[2]
    if not verdict.ok:
        return Facts(live_event_id, verdict, ZoneInfo("UTC"), live_event_id)
    record = _latest(told)
    plan = record.detail.get("plan", {}) if record else {}
    zone = zone_of(plan)
    all_posts = posts_of.posts_of(told, leaves or {})
    gaps = posts_of.gaps_of(told, all_posts, leaves or {})
    consents = course_of.consents_of(told, zone, all_posts)
    return Facts(
        live_event_id=live_event_id,
        verdict=verdict,
        zone=zone,
        title=plan.get("title", live_event_id),
        training=plan.get("training") is True,
        plan=plan,
        policy_sha256=record.detail.get("policy_sha256", "") if record else "",
        opened_at=_instant(record, "opened_at"),
        closed_at=_instant(record, "closed_at"),
        archived_at=_instant(record, "archived_at"),
        tally=_tally(told, all_posts, gaps),
        posts=all_posts,
        gaps=gaps,
        halts=course_of.halts_of(course_of.controls_of(told), all_posts),
        aways=course_of.aways_of(told),
        letters=course_of.letters_of(told),
        consents=consents,
        disclosures=course_of.disclosures_of(consents, all_posts),
        deletions=posts_of.deletions_of(told, all_posts),
        people=people_of.people_of(told),
        tablets=people_of.tablets_of(told),
        looks=people_of.looks_of(told),
        policies=course_of.policies_of(told, missing),
        differences=tuple(differences),
        missing=tuple(missing),
        seen=course_of.seen_of(told, all_posts),
        keepings=course_of.keepings_of(told),
        found=_found(told),
    )


def _latest(told: Replay) -> Step | None:
    records = [s for s in told.live_event if s.detail["type"] == "live-event"]
    return max(records, key=in_order, default=None)


def _instant(record: Step | None, name: str) -> datetime | None:
    said = record.detail.get(name) if record else None
    return posts_of.when(said) if said else None


def zone_of(plan: Mapping[str, Any]) -> ZoneInfo:
    """The event's own, and UTC where its name is none."""
    try:
        return ZoneInfo(plan.get("timezone", "UTC"))
    except (ValueError, ZoneInfoNotFoundError, OSError):  # OSError: a folder of the zone files, as Europe is
        return ZoneInfo("UTC")


def _tally(told: Replay, public: Sequence[posts_of.Post], gaps: Sequence[posts_of.Gap]) -> Tally:
    numbers = {post.update_id for post in public}
    held = {d.update_id for d in told.drafts if d.detail["disposition"] == "hold"}
    unpublished = [gap for gap in gaps if gap.update_id not in numbers]
    kinds = Counter({gap.update_id: gap.kind for gap in unpublished}.values())
    written = len(told.stories)
    return Tally(
        written=written,
        published=len(public),
        returned=kinds["returned"],
        refused=kinds["refused"],
        never_released=written - len(public) - kinds["returned"] - kinds["refused"],
        taken_back=sum(post.state == "retracted" for post in public),
        held=len(held),
        held_published=len(held & numbers),
        unknown=len({gap.update_id for gap in gaps if gap.kind == "unknown" and gap.to is None}),
    )


def _found(told: Replay) -> tuple[tuple[str, int], ...]:
    total: Counter[str] = Counter()
    for story in told.stories:
        total.update(dict(posts_of.findings_of(story)))
    return tuple(sorted(total.items(), key=lambda kind: (-kind[1], kind[0])))

"""What another policy, or today's detectors, would decide otherwise: both ways, sorted by what there is to do. Pure.

What is judged anew is, in this order: what was typed, while it is kept sealed and the event's key lives; else what was
published together with the findings on record; else the findings on record alone. Raw text goes into the screening and
nowhere else: of what was never public a difference shows classes of findings.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from consumers.archive.replay import Dispose, Replay, Step, Story, in_order
from schemas.draft import Disposition, Finding
from schemas.envelope import Role
from schemas.policy import Policy
from streams.review import MAY_APPROVE

Judged = Literal["typed", "published", "recorded"]
Lack = Literal["", "keys-destroyed", "not-kept", "not-reached", "no-raw-text-in-a-bundle"]
"""Why what was typed was not at hand."""

Group = Literal[
    "look-now", "was-public", "other-word", "would-let-through", "without-a-person", "would-show", "more-work"
]
GROUPS: tuple[Group, ...] = (
    "look-now", "was-public", "other-word", "would-let-through", "would-show", "without-a-person", "more-work",
)  # fmt: skip
DO: Mapping[Group, tuple[str, str]] = {
    "look-now": (
        "Public now, and this policy would have held, refused or covered it",
        "Read each one now. Take back what should not stay: scrubcast retract ID UPDATE.",
    ),
    "was-public": (
        "Was public for a time, and this policy would have held, refused or covered it",
        "It is taken back here. Count it among the disclosures, and look whether copies are left.",
    ),
    "other-word": (
        "Let go by somebody whose word this policy does not take",
        "Have each one read by the role that is named.",
    ),
    "would-let-through": (
        "Kept from the public, and this policy would let it go by itself",
        "Before this policy is used: hold the kinds that are named, or be sure that nobody has to read them.",
    ),
    "would-show": (
        "Covered then, and this policy would show it",
        "Before this policy is used: decide whether what is named may be shown.",
    ),
    "without-a-person": (
        "Read by a person before it went, and under this policy nobody would",
        "Before this policy is used: decide whether that is meant.",
    ),
    "more-work": (
        "Never public, and this policy would have kept it more strictly",
        "Nothing to take back. The desk would have had so much more to read.",
    ),
}
"""What a group is, and what to do about it; the pages translate both."""

# Findings about the event or the way a text came, which no screening of the text finds again.
ABOUT_EVENT = frozenset(
    {"revoked-tablet", "out-of-consent", "not-as-signed", "correction", "edited", "unreadable", "screening-failed"}
)
READ_FIRST = "read-first"
RECENT_MAX = 20  # the most a policy may look back (schemas/policy.py)
_GATE = {Disposition.CLEAR: 0, Disposition.REDACTED: 0, Disposition.HOLD: 1, Disposition.REFUSE: 2}
_STRENGTH = {Disposition.CLEAR: 0, Disposition.REDACTED: 1, Disposition.HOLD: 2, Disposition.REFUSE: 3}


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, and the raw texts of the thread before it."""

    text: str = field(repr=False)
    lang: str | None
    recent: tuple[str, ...] = field(repr=False)


Screen = Callable[[str, str | None, tuple[str, ...]], Sequence[Finding]]
"""Text, language, earlier texts → findings under the other policy."""


@dataclass(frozen=True)
class Materials:
    """What can be screened with.

    `typed` by (update, revision); `lack` says why it is empty or has gaps; `protected` whether the event's protected
    terms were at hand.
    """

    screen: Screen | None = None
    typed: Mapping[tuple[str, int], Typed] = field(default_factory=dict, repr=False)
    lack: Lack = ""
    protected: bool = True


@dataclass(frozen=True, slots=True)
class Retried:
    """One update that would have gone another way. `text` is what readers saw, None when it was never public.

    `because`: the kinds of findings that make the difference, as (kind, how many).
    """

    group: Group
    update_id: str
    revision: int
    seq: int
    at: str
    state: str
    text: str | None
    where: tuple[tuple[str, str | None], ...]  # destination and link
    recorded: Disposition
    derived: Disposition
    direction: Literal["stricter", "looser", "role"]
    because: tuple[tuple[str, int], ...]
    needs: Role | None
    approved_by: str | None  # the role
    judged_by: Judged
    published: bool


@dataclass(frozen=True, slots=True)
class Retrial:
    """All differences, those to act on first; how many updates were judged, and by what."""

    policy: tuple[str, str]
    found: tuple[Retried, ...]
    judged: Mapping[Judged, int]
    lack: Lack
    protected: bool

    @property
    def total(self) -> int:
        return sum(self.judged.values())

    def of(self, group: Group) -> tuple[Retried, ...]:
        return tuple(one for one in self.found if one.group == group)


def retry(told: Replay, policy: Policy, dispose: Dispose, materials: Materials) -> Retrial:
    """Judges the revision that went out of every update, or the last one of those that never did."""
    judged: Counter[Judged] = Counter({"typed": 0, "published": 0, "recorded": 0})
    found, before = list[Retried](), list[str]()
    read_all = policy.review is not None and policy.review.read == "all"
    for case in sorted(filter(None, (_case(story) for story in told.stories)), key=lambda c: in_order(c.draft)):
        by, findings = _findings(case, materials, tuple(before[-RECENT_MAX:]))
        judged[by] += 1
        if case.released is not None:
            before.append(str(case.released.detail["text"]))
        derived, needs, reasons = dispose(findings, policy)
        if read_all and case.approved_by is None and _GATE[derived] == 0:
            derived, needs, reasons = Disposition.HOLD, Role.REVIEWER, (READ_FIRST,)
        acted = tuple(f for f in findings if dispose((f,), policy)[0] is not Disposition.CLEAR)
        shows = case.published and dispose(_in_public(case, materials), policy)[0] is not Disposition.CLEAR
        outcome = _Outcome(derived, needs, tuple(reasons), acted, by, shows)
        group = _group(case, outcome)
        if group is not None:
            found.append(_retried(case, outcome, group))
    ordered = sorted(found, key=lambda r: (GROUPS.index(r.group), r.at, r.seq))
    return Retrial((policy.name, policy.sha256), tuple(ordered), judged, materials.lack, materials.protected)


@dataclass(frozen=True, slots=True)
class _Case:
    """What there is to judge of one update."""

    story: Story
    draft: Step
    released: Step | None

    @property
    def recorded(self) -> Disposition:
        return Disposition(self.draft.detail["disposition"])

    @property
    def published(self) -> bool:
        return self.story.text is not None

    @property
    def approved_by(self) -> str | None:
        by = (self.released.detail.get("approved_by") or {}) if self.released else {}
        return str(by["role"]) if by else None


@dataclass(frozen=True, slots=True)
class _Outcome:
    derived: Disposition
    needs: Role | None
    reasons: tuple[str, ...]
    acted: tuple[Finding, ...]  # the findings that policy does something about
    by: Judged
    shows: bool  # what was published holds something that this policy acts on


def _case(story: Story) -> _Case | None:
    drafts = [s for s in story.steps if s.what == "screened"]
    if not drafts:
        return None
    released = next((s for s in reversed(story.steps) if s.what == "released"), None)
    went = [d for d in drafts if released is not None and d.detail["id"] == released.detail["draft_id"]]
    return _Case(story, went[-1] if went else max(drafts, key=lambda d: d.detail["revision"]), released)


def _findings(case: _Case, materials: Materials, before: tuple[str, ...]) -> tuple[Judged, tuple[Finding, ...]]:
    recorded = tuple(Finding.model_validate(f) for f in case.draft.detail.get("findings", ()))
    kept = tuple(f for f in recorded if f.kind in ABOUT_EVENT)
    typed = materials.typed.get((case.story.update_id, int(case.draft.detail["revision"])))
    if materials.screen is None:
        return "recorded", recorded
    if typed is not None:
        return "typed", (*kept, *materials.screen(typed.text, typed.lang, typed.recent))
    if case.published and case.released is not None:
        text, lang = str(case.released.detail["text"]), case.draft.detail.get("lang")
        return "published", (*recorded, *materials.screen(text, lang, before))
    return "recorded", recorded


def _in_public(case: _Case, materials: Materials) -> Sequence[Finding]:
    """What is found in the very text that was cleared: there what was covered is covered."""
    if materials.screen is None or case.released is None:
        return ()
    return materials.screen(str(case.released.detail["text"]), case.draft.detail.get("lang"), ())


def _group(case: _Case, outcome: _Outcome) -> Group | None:
    then, now = case.recorded, outcome.derived
    covers_more = outcome.shows and then is now is Disposition.REDACTED
    if _STRENGTH[now] > _STRENGTH[then] or covers_more:
        if not case.published:
            return "more-work"
        return "was-public" if case.story.state == "retracted" else "look-now"
    if case.published and case.approved_by is not None and now is Disposition.HOLD:
        may = MAY_APPROVE[outcome.needs or Role.REVIEWER]
        return None if Role(case.approved_by) in may else "other-word"
    if _GATE[now] < _GATE[then]:
        return "without-a-person" if case.published else "would-let-through"
    if _STRENGTH[now] < _STRENGTH[then]:
        return "would-show" if now is Disposition.CLEAR else "would-let-through"
    return None


def _retried(case: _Case, outcome: _Outcome, group: Group) -> Retried:
    stricter = group in ("look-now", "was-public", "more-work")
    detail = case.draft.detail
    posted = [s for s in case.story.steps if s.what == "posted"]
    where = {str(s.detail["destination"]): s.detail.get("url") for s in posted}
    return Retried(
        group,
        case.story.update_id,
        int(detail["revision"]),
        case.draft.seq,
        posted[0].at if posted else case.draft.at,
        case.story.state,
        _as_read(posted),
        tuple(where.items()),
        case.recorded,
        outcome.derived,
        "role" if group == "other-word" else "stricter" if stricter else "looser",
        _because(detail, outcome, stricter=stricter or group == "other-word"),
        outcome.needs,
        case.approved_by,
        outcome.by,
        case.published,
    )


def _as_read(posted: Sequence[Step]) -> str | None:
    """As it stood at one destination, the local page first: elsewhere the same words may be cut otherwise."""
    by_place: dict[str, dict[int, str]] = {}
    for s in posted:
        by_place.setdefault(str(s.detail["destination"]), {})[int(s.detail["part"])] = str(s.detail["text"])
    parts = by_place.get("local") or next(iter(by_place.values()), {})
    return " ".join(text for _, text in sorted(parts.items())) or None


def _because(detail: Mapping[str, Any], outcome: _Outcome, *, stricter: bool) -> tuple[tuple[str, int], ...]:
    """Of what is stricter the kinds that policy acts on now; of what is looser those that were acted on then."""
    if stricter:
        now = [f.kind for f in outcome.acted]
        return _counted(outcome.reasons or tuple(now), now)
    then = [str(f["kind"]) for f in detail.get("findings", ()) if f["action"] != "allow"]
    return _counted(tuple(detail.get("reasons", ())) or tuple(then), then)


def _counted(named: Sequence[str], found: Sequence[str]) -> tuple[tuple[str, int], ...]:
    counts = Counter(found)
    return tuple((kind, max(1, counts[kind])) for kind in dict.fromkeys(named))

"""What an auditor asks of each update: which text went where, when, by whose word and under which proof; and of those
that never became public, why. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from consumers.archive.replay import Replay, Step, Story, in_order

PlaceState = Literal["public", "taken back", "not taken back", "taking back unknown", "unknown", "not posted"]
_OF_RECEIPT: Mapping[str, PlaceState] = {
    "posted": "public", "unknown": "unknown", "not-posted": "not posted", "retracted": "taken back",
    "retraction-not-deleted": "not taken back", "retraction-unknown": "taking back unknown",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Who:
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Of one receipt: its entry, the leaf's hash in hex, and the post whose name the proof file has."""

    entry: int
    leaf: str
    post_id: str


@dataclass(frozen=True, slots=True)
class Place:
    """One destination of one update, as its receipts leave it. `texts` are the parts that were sent there."""

    destination: str
    state: PlaceState
    at: datetime
    texts: tuple[str, ...] = ()
    url: str | None = None
    reason: str | None = None
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """By whose word it went out. `passkey`: the approval bears a signature that verification found to hold."""

    kind: Literal["person", "run sheet", "policy", "no release"]
    who: Who | None = None
    passkey: bool = False
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One update that became public, numbered in the order in which the archive heard of it."""

    number: int
    update_id: str
    at: datetime
    places: tuple[Place, ...]
    policy: tuple[str, str] | None  # name, sha256
    findings: tuple[tuple[str, int], ...]  # kind, how often
    word: Word
    state: str
    corrects: str | None
    waited_s: float | None  # from the tablet's send to the first place

    @property
    def wordings(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each text that was published, with where: platforms have other limits, so texts may differ."""
        where: dict[str, list[str]] = {}
        for place in self.places:
            if place.texts:
                where.setdefault("\n".join(place.texts), []).append(place.destination)
        return tuple((text, tuple(names)) for text, names in where.items())


GapKind = Literal["held", "returned", "refused", "not posted", "unknown", "never screened", "released, not posted"]


@dataclass(frozen=True, slots=True)
class Gap:
    """What was written and did not become public, or not everywhere. `to` None: it lasts."""

    kind: GapKind
    since: datetime
    to: datetime | None
    update_id: str
    number: int | None  # of the post, where it is public elsewhere
    place: str | None
    findings: tuple[tuple[str, int], ...]
    who: Who | None
    reason: str


@dataclass(frozen=True, slots=True)
class Deletion:
    """One place from which a post was taken back, or should have been."""

    number: int | None
    update_id: str
    destination: str
    ordered: datetime | None
    by: Who | None
    at: datetime
    outcome: PlaceState
    reason: str


def when(at: str) -> datetime:
    return datetime.fromisoformat(at)


def who(step: Step | None) -> Who | None:
    """The person whose act it was; None for what the stages did by themselves."""
    actor = step.detail.get("actor") if step else None
    return _person(actor)


def _person(actor: Mapping[str, Any] | None) -> Who | None:
    return Who(str(actor["name"]), str(actor["role"])) if actor and actor["role"] != "system" else None


def findings_of(story: Story) -> tuple[tuple[str, int], ...]:
    """How often each kind was found in one revision at most: an edit is screened anew, and must not count twice."""
    most: Counter[str] = Counter()
    for s in story.steps:
        if s.what == "screened":
            most |= Counter(f["kind"] for f in s.detail.get("findings", ()))
    return tuple(sorted(most.items(), key=lambda found: (-found[1], found[0])))


def _last(story: Story, *whats: str) -> Step | None:
    return next((s for s in reversed(story.steps) if s.what in whats), None)


def _first(story: Story, what: str) -> Step | None:
    return next((s for s in story.steps if s.what == what), None)


def posts_of(told: Replay, leaves: Mapping[int, bytes]) -> tuple[Post, ...]:
    """`leaves` has the leaf hash of each receipt that says "posted", by its entry."""
    public = [(first, story) for story in told.stories if (first := _first_posted(story)) is not None]
    public.sort(key=lambda pair: pair[0].seq)
    signer = _signer(told)
    return tuple(_post(n, first, story, leaves, signer) for n, (first, story) in enumerate(public, 1))


def _first_posted(story: Story) -> Step | None:
    return min((s for s in story.steps if s.what == "posted"), key=in_order, default=None)


def _signer(told: Replay) -> Step | None:
    return next((s for s in reversed(told.live_event) if s.what == "sign-run-sheet"), None)


def _post(number: int, first: Step, story: Story, leaves: Mapping[int, bytes], signer: Step | None) -> Post:
    release = _last(story, "released")
    policy = release.detail.get("policy") if release else None
    sent = _first(story, "submitted")
    return Post(
        number=number,
        update_id=story.update_id,
        at=when(first.detail.get("posted_at") or first.at),
        places=places_of(story, leaves),
        policy=(policy["name"], policy["sha256"]) if policy else None,
        findings=findings_of(story),
        word=_word(story, release, signer),
        state=story.state,
        corrects=release.detail.get("corrects") if release else None,
        waited_s=(when(first.at) - when(sent.at)).total_seconds() if sent else None,
    )


def _word(story: Story, release: Step | None, signer: Step | None) -> Word:
    if release is None:
        return Word("no release")
    person = _person(release.detail.get("approved_by"))
    if person is not None:
        return Word("person", person, passkey=_signed(story, release.detail.get("decision_id")))
    item = next((s.detail["run_sheet_item"] for s in story.steps if s.detail.get("run_sheet_item")), None)
    if item is not None:
        return Word("run sheet", who(signer), passkey=bool(signer and signer.detail.get("assertion")), item=str(item))
    return Word("policy")


def _signed(story: Story, decision_id: str | None) -> bool:
    """Whether the decision bears an assertion. That it holds, verify() has found: over a bad log nothing is told."""
    decisions = (s for s in story.steps if s.what == "decided" and s.detail["id"] == decision_id)
    return any(s.detail.get("assertion") is not None for s in decisions)


def places_of(story: Story, leaves: Mapping[int, bytes]) -> tuple[Place, ...]:
    by_place: dict[str, list[Step]] = {}
    for s in story.steps:
        if s.what in _OF_RECEIPT and s.detail["type"] in ("receipt", "retraction"):
            by_place.setdefault(s.detail["destination"], []).append(s)
    return tuple(_place(name, steps, leaves) for name, steps in by_place.items())


def _place(name: str, steps: Sequence[Step], leaves: Mapping[int, bytes]) -> Place:
    posted = {s.detail["post_id"]: s for s in reversed(steps) if s.what == "posted"}
    ordered = sorted(posted.values(), key=lambda s: (s.detail.get("part", 0), s.seq))
    deciding = _deciding(steps)
    return Place(
        destination=name,
        state=_OF_RECEIPT[deciding.what],
        at=when(deciding.at),
        texts=tuple(s.detail["text"] for s in ordered),
        url=next((s.detail["url"] for s in ordered if s.detail.get("url")), None),
        reason=deciding.detail.get("reason"),
        proofs=tuple(Proof(s.seq, leaves.get(s.seq, b"").hex(), s.detail["post_id"]) for s in ordered),
    )


_WORST = ("unknown", "not-posted", "retraction-not-deleted", "retraction-unknown", "posted", "retracted")


def _deciding(steps: Sequence[Step]) -> Step:
    """The last word on each part; of several parts the worst one stands for the place."""
    last = {s.detail["post_id"]: s for s in steps}
    return min(last.values(), key=lambda s: _WORST.index(s.what))


# --- what did not become public ---


def gaps_of(told: Replay, posts: Sequence[Post], leaves: Mapping[int, bytes]) -> tuple[Gap, ...]:
    numbers = {post.update_id: post.number for post in posts}
    found = [gap for story in told.stories for gap in _gaps(story, numbers.get(story.update_id), leaves)]
    return tuple(sorted(found, key=lambda gap: gap.since))


def _gaps(story: Story, number: int | None, leaves: Mapping[int, bytes]) -> Iterable[Gap]:
    places = places_of(story, leaves)
    for place in places:
        if place.state in ("unknown", "not posted"):
            yield _gap(story, number, place.state, place.at, None, place=place.destination, reason=place.reason or "")
    yield from (
        _gap(story, number, "unknown", when(s.at), end, place=s.detail["destination"], reason=s.detail.get("reason"))
        for s, end in _resolved(story)
    )
    if number is None and not places:
        yield _unpublished(story)


def _resolved(story: Story) -> Iterable[tuple[Step, datetime]]:
    """Doubts that were cleared: when nobody knew, and since when one does."""
    for s in story.steps:
        if s.what == "unknown":
            after = (t for t in story.steps if t.detail.get("post_id") == s.detail["post_id"] and t.seq > s.seq)
            later = next((t for t in after if t.what in ("posted", "not-posted")), None)
            if later is not None:
                yield s, when(later.at)


def _unpublished(story: Story) -> Gap:
    screened, decided, released = _last(story, "screened"), _last(story, "decided"), _last(story, "released")
    start = when((screened or story.steps[0]).at)
    if story.state == "returned" and decided is not None:
        reason = decided.detail.get("reason")
        return _gap(story, None, "returned", start, when(decided.at), who=who(decided), reason=reason)
    if released is not None:
        return _gap(story, None, "released, not posted", when(released.at), None)
    if screened is None:
        return _gap(story, None, "never screened", start, None)
    kind: GapKind = "refused" if screened.detail.get("disposition") == "refuse" else "held"
    return _gap(story, None, kind, start, None, reason=", ".join(screened.detail.get("reasons", ())))


def _gap(
    story: Story, number: int | None, kind: GapKind, since: datetime, to: datetime | None,
    *, place: str | None = None, who: Who | None = None, reason: str | None = "",
) -> Gap:  # fmt: skip
    return Gap(kind, since, to, story.update_id, number, place, findings_of(story), who, reason or "")


# --- what was taken back ---


def deletions_of(told: Replay, posts: Sequence[Post]) -> tuple[Deletion, ...]:
    numbers = {post.update_id: post.number for post in posts}
    withdrawn = next((s for s in told.live_event if s.what == "withdraw"), None)
    found = [
        _deletion(story, place, numbers.get(story.update_id), _last(story, "retract") or withdrawn)
        for story in told.stories
        for place in places_of(story, {})
        if place.state in ("taken back", "not taken back", "taking back unknown")
        or (place.state == "public" and (withdrawn or _last(story, "retract")))
    ]
    return tuple(sorted(found, key=lambda d: (d.ordered or d.at, d.number or 0)))


def _deletion(story: Story, place: Place, number: int | None, order: Step | None) -> Deletion:
    return Deletion(
        number=number,
        update_id=story.update_id,
        destination=place.destination,
        ordered=when(order.at) if order else None,
        by=who(order),
        at=place.at,
        outcome=place.state,
        reason=place.reason or "",
    )

"""What the world looks like after a run, and what has to be true of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from consumers.poster.platforms.memory import MemoryPlatform, Stored
from schemas.ledger import Ledger
from schemas.receipt import Receipt, Retraction
from schemas.topics import LEDGER, RECEIPTS, decode_receipt
from streams.memory import MemoryBus
from tests.simulation.kernel import BEGIN
from tests.simulation.plans import HASHTAGS, Plan, hashtags
from tests.simulation.situations import Situation

PART = "The new joint is in place."
LONG = " ".join([PART] * 14)  # two posts


def expected(hashtag: str = HASHTAGS[0]) -> list[str]:
    """The thread of the four releases that every run sends."""
    return [
        f"Update 1. {hashtag}",
        " ".join([PART] * 9) + f" (1/2) {hashtag}",
        " ".join([PART] * 5) + f" (2/2) {hashtag}",
        f"Update 3. {hashtag}",
        f"Update 4. {hashtag}",
    ]


@dataclass
class ThreadOutcome:
    """One live event on one destination."""

    texts: list[str]  # of what is public
    chained: bool  # each under the one of its language that was made before it
    replies: list[bool]  # whether each is one
    linked: bool  # each under one that was made before it, or under none
    ids_right: bool  # each receipt names the very post that was made for it
    doubles: int
    outcomes: list[str]  # of each post, in the order of the receipts
    reasons: list[str]  # of those that were not posted
    last_posted_s: float  # after the start


@dataclass
class Outcome:
    threads: list[ThreadOutcome]  # event by event, destination by destination
    points: int
    finished: bool
    settled_in_s: float  # after the last fault, death, press and release
    reached: Counter[Situation]
    begun_after_stop: int = 0
    begun_after_fenced: int = 0
    took_over_in_s: float | None = None  # from the death of the one at work to the claim of its standby

    @property
    def thread(self) -> ThreadOutcome:
        assert len(self.threads) == 1
        return self.threads[0]


@dataclass
class Told:
    """The receipts so far, folded: by post, in the order of the first one."""

    bus: MemoryBus
    receipts: dict[UUID, Receipt] = field(default_factory=dict)
    outcomes: dict[UUID, str] = field(default_factory=dict)
    questions: list[UUID] = field(default_factory=list)  # posts of which a person is asked whether they are there
    _read: int = 0

    def read_on(self) -> int:
        """How many receipts there are by now."""
        everything = self.bus.everything(RECEIPTS.name)
        for message in everything[self._read :]:
            told = decode_receipt(message.value or b"")
            if isinstance(told, Receipt):
                if told.outcome == "unknown" and told.reason == "needs-person":
                    self.questions.append(told.post_id)
                # A late copy of an earlier one, told again after a restart, changes nothing.
                if self.outcomes.get(told.post_id) in (None, "unknown"):
                    self.outcomes[told.post_id], self.receipts[told.post_id] = told.outcome, told
            elif isinstance(told, Retraction):
                self.outcomes[told.post_id] = told.outcome
        self._read = len(everything)
        return self._read

    def settled(self, release_id: UUID, destination: str) -> bool:
        """Whether each post of the release has an outcome there that is known."""
        of = [r for r in self.receipts.values() if r.release_id == release_id and r.destination == destination]
        return bool(of) and sum(self.outcomes[r.post_id] != "unknown" for r in of) >= of[-1].parts


def thread_outcome(told: Told, platform: MemoryPlatform, live_event_id: str) -> ThreadOutcome:
    key = platform.destination.key
    receipts = [r for r in told.receipts.values() if (r.live_event_id, r.destination) == (live_event_id, key)]
    mine = _langs(told.bus, live_event_id, key) or {r.post_id: None for r in receipts}
    made = [p for p in platform.posts if p.key in mine]
    by_id = {p.platform_id: p for p in made}
    return ThreadOutcome(
        texts=[p.text for p in made if not p.deleted],
        chained=all(
            p.reply_to == next((q.platform_id for q in reversed(made[:at]) if mine[q.key] == mine[p.key]), None)
            for at, p in enumerate(made)
        ),
        replies=[p.reply_to is not None for p in made],
        linked=_linked(made),
        ids_right=all(
            r.platform_id in by_id and by_id[r.platform_id].key == r.post_id for r in receipts if r.outcome == "posted"
        ),
        doubles=len(made) - len({p.key for p in made}),
        outcomes=[told.outcomes[r.post_id] for r in receipts],
        reasons=[r.reason or "" for r in receipts if told.outcomes[r.post_id] == "not-posted"],
        last_posted_s=max(((p.posted_at - BEGIN).total_seconds() for p in made), default=0.0),
    )


def _linked(made: Sequence[Stored]) -> bool:
    before: set[str | None] = {None}
    for post in made:
        if post.reply_to not in before:
            return False
        before.add(post.platform_id)
    return True


def _langs(bus: MemoryBus, live_event_id: str, destination: str) -> dict[UUID, str | None]:
    """The posts that the ledger knows there, and their languages."""
    records = (Ledger.decode(m.value or b"") for m in bus.everything(LEDGER.name))
    return {
        r.post.id: r.post.lang
        for r in records
        if r.post and (r.live_event_id, r.destination) == (live_event_id, destination)
    }


def again(plan: Plan) -> str:
    """What plays a run again."""
    return f"again with: play({plan!r})"


def check_safe(plan: Plan, outcome: Outcome) -> None:
    """What holds in every run, whatever happens in it: nothing twice, nothing under a wrong parent, all settled."""
    assert outcome.finished, f"not all was settled; {again(plan)}"
    assert outcome.begun_after_stop == 0, f"a request began after the stop; {again(plan)}"
    assert outcome.begun_after_fenced == 0, f"a request began after another had taken over; {again(plan)}"
    for thread in outcome.threads:
        assert thread.doubles == 0, f"a post stands there twice; {again(plan)}"
        assert thread.linked, f"a post stands under a wrong one; {again(plan)}"
        assert thread.ids_right, f"a receipt names another post; {again(plan)}"


def check_numbered(plan: Plan, outcome: Outcome) -> None:
    """Besides what holds in every run: a whole chain, then posts that stand alone and are numbered, and no way back."""
    check_safe(plan, outcome)
    thread = outcome.thread
    alone = next((at for at, reply in enumerate(thread.replies) if at and not reply), 5)
    assert thread.replies == [False] + [True] * (alone - 1) + [False] * (5 - alone), again(plan)
    numbered = [f"{number}. {text}" for number, text in zip((1, 2, 2, 3, 4), expected(), strict=True)]
    assert thread.texts == expected()[:alone] + numbered[alone:], again(plan)
    assert thread.outcomes == ["posted"] * 5, again(plan)


def check_whole(plan: Plan, outcome: Outcome) -> None:
    """Besides: each release once, in order, each under the one before, each with its receipt."""
    check_safe(plan, outcome)
    per_event = len(plan.kinds)
    for number, thread in enumerate(outcome.threads):
        assert thread.texts == expected(hashtags(plan)[number // per_event]), again(plan)
        assert thread.chained, f"the chain is broken; {again(plan)}"
        assert thread.outcomes == ["posted"] * 5, again(plan)

"""Whatever is lost, late, refused, pressed or restarted, in any order: each post is public at most once, in order."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from consumers.poster.platforms.base import Outgoing, Published
from consumers.poster.platforms.memory import MEMORY_LIMITS
from consumers.poster.steps import Delete, Doubt, Intend, LookUp, Publish, Retract, Skip, Step, Wait
from schemas.envelope import Actor
from schemas.release import Release
from tests.poster_cases import DIRECTOR, PHYSICIAN, control, release
from tests.unit.poster.machine import Machine

LATE_S = 20.0  # less than the settle time of 30 s, as the platform's limits promise
ANSWERS = st.sampled_from(["ok", "ok", "late", "late", "lost-answer", "lost-request", "busy", "refused"])


class PostedAtMostOnce(RuleBasedStateMachine):
    """The world is a list of posts; the machine sees it through answers alone."""

    keys = False

    def __init__(self) -> None:
        super().__init__()
        self.machine = Machine(replace(MEMORY_LIMITS, repeatable_s=3600.0) if self.keys else MEMORY_LIMITS)
        self.releases: list[Release] = []
        self.public: list[Outgoing] = []  # every post ever made, in the order it was made
        self.gone: set[UUID] = set()
        self.late: list[tuple[datetime, Outgoing]] = []

    # -- the world ----------------------------------------------------------------------------------------------------

    def apply(self, out: Outgoing) -> None:
        if not (self.keys and any(p.post.id == out.post.id for p in self.public)):
            self.public.append(out)

    def pass_time(self, seconds: float) -> None:
        self.machine.after(seconds)
        for at, out in [each for each in self.late if each[0] <= self.machine.now]:
            self.late.remove((at, out))
            self.apply(out)

    def published(self, out: Outgoing) -> Published:
        return Published(f"p-{out.post.id}", f"https://x.example/{out.post.id}", self.machine.now)

    # -- what may happen ----------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.releases) < 5)
    @rule(long=st.booleans(), again=st.booleans())
    def a_release_arrives(self, long: bool, again: bool) -> None:
        number = len(self.releases) + 1
        if again and self.releases:
            new = self.releases[-1]
        else:
            new = release(number, "The new joint is in place. " * 13 if long else None, at=self.machine.now)
        self.releases.append(new)
        self.machine.admit(new)

    @rule(seconds=st.sampled_from([0.5, 4.0, 16.0, 31.0, 120.0]))
    def time_passes(self, seconds: float) -> None:
        self.pass_time(seconds)

    @rule(
        kind=st.sampled_from(["resume", "resume", "resume", "hold", "stop"]), by=st.sampled_from([DIRECTOR, PHYSICIAN])
    )
    def a_control_is_pressed(self, kind: str, by: Actor) -> None:
        self.machine.control(control(kind, at=self.machine.now, by=by))  # type: ignore[arg-type]  # sampled from its literals

    @rule(number=st.integers(1, 3))
    def an_update_is_retracted(self, number: int) -> None:
        self.machine.control(control("retract", number=number, at=self.machine.now))

    @rule()
    def the_process_dies_and_another_starts(self) -> None:
        self.machine = self.machine.restarted().admit(*self.releases)

    @rule(answer=ANSWERS)
    def a_post_is_sent(self, answer: str) -> None:
        step = self.machine.step()
        self.do(step, answer)
        if isinstance(step, Intend):
            self.do(self.machine.step(), answer)

    @rule(answers=st.lists(ANSWERS, min_size=12, max_size=16))
    def it_runs_on(self, answers: list[str]) -> None:
        """As the lane would: each wait is waited out to its second."""
        for answer in answers:
            step = self.machine.step()
            if isinstance(step, Wait) and step.until is not None:
                self.pass_time((step.until - self.machine.now).total_seconds())
            self.do(step, answer)

    def do(self, step: Step, answer: str) -> None:
        machine = self.machine
        if isinstance(step, Intend):
            machine.write("intent", step.out)
            machine.publication.intended(step, machine.now)
        elif isinstance(step, Publish):
            self.request(step, answer)
        elif isinstance(step, LookUp):
            found = next((p for p in self.public if p.post.id == step.out.post.id), None)
            if found is not None:
                machine.write("posted", step.out, self.published(found))
            else:
                machine.publication.absent(step.out.post.id, machine.now)
        elif isinstance(step, Skip | Doubt):
            machine.write("not-posted" if isinstance(step, Skip) else "unknown", step.out, reason=step.reason)
        elif isinstance(step, Retract):
            machine.write("deleting", step.out)
        elif isinstance(step, Delete):
            self.gone.add(step.out.post.id)
            machine.write("deleted", step.out)

    def request(self, step: Publish, answer: str) -> None:
        machine, out = self.machine, step.out
        assert machine.standing.state == "running", "a request started under a stop or hold"
        assert out.post.update_id not in machine.standing.retracted
        machine.publication.started(out.post.id, machine.now)
        if answer == "busy":
            machine.publication.busy(out.post.id, machine.now)
            return
        if answer == "refused":
            if step.repeat:
                machine.publication.stuck(out.post.id, machine.now)
            else:
                machine.write("not-posted", out, reason="x-400")
            return
        if answer == "late":
            self.late.append((machine.now + timedelta(seconds=LATE_S), out))
        elif answer in ("ok", "lost-answer"):
            self.apply(out)
        if answer == "ok":
            machine.write("posted", out, self.published(out))
            return
        machine.publication.lost(out.post.id, machine.now)
        if not machine.publication.repeatable(out.post.id, machine.now):
            machine.write("unknown", out, reason="no-answer")

    # -- what must hold -----------------------------------------------------------------------------------------------

    @invariant()
    def each_post_is_public_at_most_once(self) -> None:
        ids = [p.post.id for p in self.public]
        assert len(ids) == len(set(ids))

    @invariant()
    def posts_are_in_the_order_of_their_releases(self) -> None:
        order = {r.id: at for at, r in reversed(list(enumerate(self.releases)))}
        places = [(order[p.post.release_id], p.post.part) for p in self.public]
        assert places == sorted(places)

    @invariant()
    def each_stands_under_one_made_before_it(self) -> None:
        for at, out in enumerate(self.public):
            assert out.reply_to is None or out.reply_to in {f"p-{p.post.id}" for p in self.public[:at]}

    @invariant()
    def what_the_ledger_calls_not_posted_is_not_public(self) -> None:
        public = {p.post.id for p in self.public}
        assert not any(e.state == "not-posted" and e.post.id in public for e in self.machine.book.entries.values())

    @invariant()
    def only_what_was_taken_back_is_deleted(self) -> None:
        retracted = self.machine.standing.retracted
        assert all(p.post.update_id in retracted for p in self.public if p.post.id in self.gone)


class PostedAtMostOnceWithKeys(PostedAtMostOnce):
    keys = True


TestWithoutKeys = PostedAtMostOnce.TestCase
TestWithoutKeys.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestWithKeys = PostedAtMostOnceWithKeys.TestCase
TestWithKeys.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)

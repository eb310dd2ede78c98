"""One live event lived at random through the real pure rules, and an oracle of its own that says what may be public.

The oracle reads nothing but the story: what was written, decided and pressed, in order. It shares no rule with them.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from schemas.control import Control
from schemas.decision import Decision
from schemas.draft import Action, Disposition, Draft, Finding
from schemas.envelope import Actor, Role, sha256_hex
from schemas.errors import Refused
from schemas.ids import derive
from schemas.live_event import Destination, LiveEvent
from schemas.policy import Policy
from schemas.release import Release
from schemas.submission import Submission, Written
from streams import consent, lifecycle, release, review, run_sheet
from streams.policies import SHIPPED_ONLY
from streams.review import Review
from streams.scrub.draft import drafted, redrafted
from streams.standing import Standing
from tests.examples import ADVOCATE, DIRECTOR, NOOR, NOW, PHYSICIAN, REVIEWER, live_event

SECOND = Actor(role=Role.PHYSICIAN, name="B. Kuiper")
LIAISON = Actor(role=Role.LIAISON, name="F. Okafor")
ALL = (NOOR, REVIEWER, PHYSICIAN, SECOND, DIRECTOR, ADVOCATE, LIAISON)
POLICY: Policy = SHIPPED_ONLY.by_name["strict"]
NEWER = POLICY.model_copy(update={"version": POLICY.version + 1})
SHEET = [{"id": "welcome", "text": "Welcome to the operating theatre."}, {"id": "fits", "text": "It fits, at {time}."}]
PLACES = [{"platform": "local"}, {"platform": "x", "account": "@StAnna"}]
LOCAL, X = (Destination.model_validate(place) for place in PLACES)
ELSEWHERE = Destination.model_validate({"platform": "mastodon", "account": "@other@m.example"})
MAY_PRESS: dict[str, frozenset[Role]] = {
    "stop": review.MAY_STOP,
    "hold": review.MAY_STOP,
    "resume": review.MAY_RESUME,
    "retract": review.MAY_RETRACT,
    "withdraw": review.MAY_WITHDRAW,
    "release": review.MAY_RELEASE,
    "complication": review.MAY_COMPLICATION,
    "complication-over": review.MAY_COMPLICATION_OVER,
    "told": review.MAY_TELL,
    "sign-run-sheet": review.MAY_SIGN,
}

# What the oracle knows of roles, written out once more: whose word suffices for what needs the role on the left.
ENOUGH = {
    None: {Role.REVIEWER, Role.PHYSICIAN, Role.DIRECTOR},
    Role.REVIEWER: {Role.REVIEWER, Role.PHYSICIAN, Role.DIRECTOR},
    Role.PHYSICIAN: {Role.PHYSICIAN},
    Role.DIRECTOR: {Role.DIRECTOR},
}
AGREE_S = 900


@dataclass(frozen=True)
class Screened:
    """What screening would answer."""

    text: str
    findings: tuple[Finding, ...]
    disposition: Disposition
    needs: Role | None
    reasons: tuple[str, ...]


def screened(text: str, kind: str | None) -> Screened:
    if kind is None:
        return Screened(text, (), Disposition.CLEAR, None, ())
    needs = Role.PHYSICIAN if kind == "claim" else Role.REVIEWER
    found = Finding(start=0, end=1, kind=kind, rule=kind, action=Action.HOLD)
    return Screened(text, (found,), Disposition.HOLD, needs, (kind,))


@dataclass
class Story:
    """All that happened, in order; the oracle's only source."""

    drafts: dict[UUID, Draft] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)

    def pressed(self, *kinds: str) -> list[Control]:
        return [c for c in self.controls if c.kind in kinds]

    def stops(self) -> list[Control]:
        return [c for c in self.controls if c.kind in ("stop", "withdraw") or c.mode == "stop"]

    def runs(self) -> bool:
        """Nothing holds it: every stop was ended by two people in time, every hold by one."""
        ends: Literal["", "one", "two"] = ""
        first: Control | None = None
        for c in self.controls:
            if c.kind == "withdraw":
                return False
            if c.kind == "stop" or c.mode == "stop":
                ends, first = "two", None
            elif (c.kind == "hold" or c.mode == "hold") and ends != "two":
                ends = "one"
            elif c.kind == "resume" and ends == "two":
                agreed = first is not None and first.actor.name != c.actor.name
                if first is not None and agreed and (c.at - first.at).total_seconds() <= AGREE_S:
                    ends = ""
                else:
                    first = c
            elif c.kind == "resume":
                ends = ""
        return not ends

    def text_only(self) -> list[tuple[datetime, datetime | None]]:
        times: list[tuple[datetime, datetime | None]] = []
        for c in self.controls:
            lasts = bool(times) and times[-1][1] is None
            if c.mode == "text-only" and not lasts:
                times.append((c.at, None))
            elif c.kind == "complication-over" and lasts:
                times[-1] = (times[-1][0], c.at)
        return times


def why_not(story: Story, event: LiveEvent, made: Release, key: str, now: datetime) -> str | None:
    """The oracle: why this may not be public there now; None when it may. `made` may have been tampered with."""
    plan, form = event.plan, event.plan.consent
    platform = key.partition(":")[0]
    today = now.astimezone(ZoneInfo(plan.timezone)).date()
    if not form.media.text or form.signed_at > now or today > form.expires:
        return "consent"
    if form.platforms is not None and platform not in form.platforms:
        return "consent"
    draft = story.drafts[made.draft_id]
    if made.text != draft.text or draft.policy.sha256 != event.policy_sha256 or made.policy != draft.policy:
        return "another text or policy"
    if key not in {d.key for d in plan.destinations}:
        return "another place"
    said = [d for d in story.decisions if d.draft_id == draft.id]
    approved = said[0] if said and said[0].verdict == "approve" else None
    why = _unread(story, event, draft, approved) or _unapproved(draft, approved, key, now, plan.release.mode)
    return why or _controlled(story, event, made, approved, now)


def _is_item(event: LiveEvent, draft: Draft) -> bool:
    minute = draft.text.removeprefix("It fits, at ").removesuffix(".")
    filled = draft.text == f"It fits, at {minute}." and minute in ("9:05", "14:30")
    is_text = draft.text == SHEET[0]["text"] if draft.run_sheet_item == "welcome" else filled
    return draft.run_sheet_item in {item.id for item in event.plan.run_sheet} and is_text


def _unread(story: Story, event: LiveEvent, draft: Draft, approved: Decision | None) -> str | None:
    held = draft.revision > 0 or draft.disposition is not Disposition.CLEAR
    signed = story.pressed("sign-run-sheet")
    if not held and event.plan.release.review == "all":
        of_this = not signed or signed[-1].run_sheet_sha256 == run_sheet.sha256(event.plan.run_sheet)
        held = not (_is_item(event, draft) and of_this)
    return "nobody read it" if held and approved is None else None


def _unapproved(draft: Draft, approved: Decision | None, key: str, now: datetime, mode: str) -> str | None:
    if approved is None:
        return None
    if approved.actor.name in draft.authors:
        return "own words"
    if approved.actor.role not in ENOUGH[draft.needs]:
        return "the wrong role"
    if approved.text_sha256 != sha256_hex(draft.text) or key not in approved.destinations:
        return "another text or place was approved"
    if mode == "live" and approved.expires_at is not None and now >= approved.expires_at:
        return "the approval ended"
    return None


def _controlled(story: Story, event: LiveEvent, made: Release, approved: Decision | None, now: datetime) -> str | None:
    at = approved.at if approved else story.drafts[made.draft_id].at
    if any(c.update_id == made.update_id for c in story.pressed("retract")):
        return "taken back"
    if any(at <= c.at for c in story.stops()) or not story.runs():
        return "stopped or held"
    if event.state == "closed" and (event.closed_at is None or at > event.closed_at):
        return "closed"
    by_physician = approved is not None and approved.actor.role is Role.PHYSICIAN
    kept = event.plan.release.mode == "as-live"
    for began, over in story.text_only():
        if not by_physician and (over is None or at <= over) and (at >= began or not kept):
            return "no physician read it"
    phase = story.drafts[made.draft_id].phase
    if phase in event.plan.family_first and phase not in {c.phase for c in story.pressed("told")}:
        return "the family does not know"
    if kept and not story.pressed("release"):
        return "kept"
    return None if now >= at + timedelta(seconds=event.plan.release.delay_s) or kept else "in its delay"


class PromiseMachine(RuleBasedStateMachine):
    """Each rule is something a person or the clock does; what the rules refuse has not happened."""

    reached: ClassVar[set[str]] = set()  # what the poster was ever told, over all runs

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.event = live_event()
        self.standing = Standing()
        self.story = Story()
        self.reviews: dict[UUID, Review] = {}
        self.releases: list[Release] = []
        self.policy = POLICY
        self.number = 0

    @initialize(
        mode=st.sampled_from(["live", "live", "live", "as-live"]),
        read=st.sampled_from(["flagged", "all"]),
        delay=st.sampled_from([0, 0, 30]),
        complication=st.sampled_from(["hold", "stop", "text-only", "text-only", "text-only"]),
        family=st.sampled_from([(), (), ("closing",)]),
    )
    def open(self, mode: str, read: str, delay: int, complication: str, family: tuple[str, ...]) -> None:
        rules = {"mode": mode, "review": read, "delay_s": delay, "approval_expires_s": 900}
        opened = live_event(
            release=rules, complication=complication, family_first=family, run_sheet=SHEET, destinations=PLACES
        )
        self.event = opened.model_copy(update={"policy_sha256": self.policy.ref.sha256})
        # A life begins with something that may go, of a phase that may wait for the family, so that each step counts.
        for phase in (None, "closing"):
            self.send(("All is going to plan.", None, None), phase, None, NOOR)
        self.send((SHEET[0]["text"], None, "welcome"), None, None, NOOR)
        self.approve_all()

    # -- time

    @rule(seconds=st.sampled_from([1, 31, 31, 600, 901, 901]))
    def pass_time(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    # -- texts

    @rule(
        said=st.sampled_from(
            [
                ("All is going to plan.", None, None),
                ("All is going to plan.", None, None),
                ("All is going to plan.", None, None),
                ("She is well.", "relative", None),
                ("The best knee ever.", "claim", None),
                ("Nobody does it better.", "claim", None),
                (SHEET[0]["text"], None, "welcome"),
                ("It fits, at 9:05.", None, "fits"),
                ("It fits, at Maria.", None, "fits"),
                ("Something else.", None, "welcome"),
            ]
        ),
        phase=st.sampled_from([None, None, "closing"]),
        held_back=st.sampled_from([None, None, None, None, "revoked-tablet"]),
        author=st.sampled_from([NOOR, NOOR, REVIEWER, PHYSICIAN]),
    )
    def send(self, said: tuple[str, str | None, str | None], phase: str | None, held_back: Any, author: Actor) -> None:
        if self.event.state == "closed":
            return
        text, kind, item = said
        self.number += 1
        update_id = UUID(f"01930000-0000-7000-8000-{self.number:012d}")
        submission = Submission(
            id=update_id, live_event_id="knee-2026", at=self.now, actor=author, update_id=update_id, sealed="x",
            sealed_sha256="0" * 64, phase=phase, run_sheet_item=item, held_back=held_back,
        )  # fmt: skip
        scope = consent.out_of_scope_anywhere(self.event, self.now)
        draft = drafted(
            submission, Written(text=text), screened(text, kind), self.policy, self.now, partition=0, offset=0,
            run_sheet=self.event.plan.run_sheet, out_of_scope=scope,
        )  # fmt: skip
        self.arrive(draft)
        cleared = release.by_policy(draft, self.event, self.now)
        if cleared is not None:
            self.releases.append(cleared)

    def arrive(self, draft: Draft) -> None:
        self.story.drafts[draft.id] = draft
        self.reviews[draft.id] = review.opened(
            draft, needs_person=draft.revision > 0 or release.needs_person(draft, self.event)
        )

    def waiting(self) -> list[Review]:
        return [one for one in self.reviews.values() if one.state == "waiting"]

    # -- people at the desk

    @precondition(lambda self: self.waiting())
    @rule(which=st.integers(0, 50), actor=st.sampled_from(ALL), verdict=st.sampled_from(["approve"] * 5 + ["return"]))
    def decide(self, which: int, actor: Actor, verdict: Any) -> None:
        """On what waits; what may not be is refused, and then it has not happened."""
        one = self.waiting()[which % len(self.waiting())]
        self.say(one, actor, verdict, one.draft.text_sha256)

    @precondition(lambda self: self.waiting())
    @rule()
    def approve_all(self) -> None:
        """By whoever may, one after the other."""
        for one in self.waiting():
            for actor in (REVIEWER, PHYSICIAN, DIRECTOR):
                if self.say(one, actor, "approve", one.draft.text_sha256):
                    break

    @precondition(lambda self: self.reviews)
    @rule(which=st.integers(0, 50), actor=st.sampled_from([REVIEWER, PHYSICIAN, DIRECTOR]))
    def approve_what_was_read_before(self, which: int, actor: Actor) -> None:
        """A page that was left open: the text on it may be that of another revision."""
        known = list(self.reviews.values())
        one, read = known[which % len(known)], known[(which * 7 + 1) % len(known)]
        self.say(one, actor, "approve", read.draft.text_sha256)

    def say(self, one: Review, actor: Actor, verdict: Any, text_sha256: str) -> bool:
        try:
            said = review.decide(
                one, verdict, actor, self.event, self.now, text_sha256=text_sha256, standing=self.standing
            )
        except Refused:
            return False
        self.story.decisions.append(said)
        self.reviews[one.draft.id] = review.after(one, said)
        if verdict == "approve":
            self.releases.append(release.by_decision(one.draft, said, self.event, said.at))
        return True

    @precondition(lambda self: self.waiting())
    @rule(
        which=st.integers(0, 50),
        actor=st.sampled_from([REVIEWER, PHYSICIAN, DIRECTOR]),
        said=st.sampled_from([("It fits well.", None), ("The best one.", "claim")]),
    )
    def edit(self, which: int, actor: Actor, said: tuple[str, str | None]) -> None:
        one = self.waiting()[which % len(self.waiting())]
        if self.say(one, actor, "edit", one.draft.text_sha256):
            found = screened(*said)
            self.arrive(redrafted(one.draft, found, self.policy, actor, self.now, sealed_edit="x"))

    # -- controls

    @rule(
        kind=st.sampled_from(["stop", "hold", "resume", "resume", "complication-over", "told", "told"]),
        actor=st.sampled_from([REVIEWER, PHYSICIAN, SECOND, DIRECTOR, DIRECTOR, ADVOCATE, LIAISON]),
    )
    def press(self, kind: Any, actor: Actor) -> None:
        self.control(kind, actor, phase="closing" if kind == "told" else None)

    @rule(actor=st.sampled_from([PHYSICIAN, DIRECTOR, ADVOCATE, REVIEWER]))
    def complicate(self, actor: Actor) -> None:
        self.control("complication", actor, mode=self.event.plan.complication)

    @precondition(lambda self: self.releases)
    @rule(which=st.integers(0, 50), actor=st.sampled_from([PHYSICIAN, DIRECTOR, ADVOCATE, NOOR]))
    def retract(self, which: int, actor: Actor) -> None:
        self.control("retract", actor, update_id=self.releases[which % len(self.releases)].update_id)

    @precondition(lambda self: len(self.releases) > 1)
    @rule(actor=st.sampled_from([DIRECTOR, ADVOCATE, REVIEWER]), sure=st.sampled_from([True, False, False, False]))
    def withdraw(self, actor: Actor, *, sure: bool) -> None:
        if sure:
            self.control("withdraw", actor)

    @precondition(lambda self: self.event.plan.release.mode == "as-live")
    @rule(actor=st.sampled_from([DIRECTOR, PHYSICIAN]))
    def release_it(self, actor: Actor) -> None:
        self.control("release", actor, pace_percent=0)

    @rule(actor=st.sampled_from([PHYSICIAN, DIRECTOR]), of_this=st.booleans())
    def sign(self, actor: Actor, *, of_this: bool) -> None:
        signed = run_sheet.sha256(self.event.plan.run_sheet) if of_this else "9" * 64
        self.control("sign-run-sheet", actor, run_sheet_sha256=signed)

    def control(self, kind: Any, actor: Actor, **more: Any) -> None:
        """Taken when role and state allow it, as the desk does."""
        if actor.role not in MAY_PRESS[kind]:
            return
        act: Any = lifecycle.resuming(self.standing, actor, self.now) if kind == "resume" else kind
        act = f"complication-{more['mode']}" if kind == "complication" else act
        try:
            lifecycle.after(self.state(), act)
        except Refused:
            return
        self.number += 1
        pressed = Control(
            id=derive(kind, self.number), live_event_id="knee-2026", at=self.now, actor=actor, kind=kind, **more
        )
        self.story.controls.append(pressed)
        self.standing = self.standing.after(pressed)

    def state(self) -> lifecycle.State:
        return lifecycle.state_of(None, self.event, self.standing, is_ready=False)

    # -- the event changes under way

    @rule(
        what=st.sampled_from(
            ["policy", "places", "places", "platforms", "not signed yet", "expired", "no text", "time", "close"]
        ),
        places=st.sampled_from([(LOCAL,), (X,), (LOCAL, X), (LOCAL, X, ELSEWHERE)]),
    )
    def change(self, what: str, places: tuple[Destination, ...]) -> None:
        form = self.event.plan.consent
        changes: dict[str, dict[str, Any]] = {
            "platforms": {"platforms": (places[0].platform,)},
            "not signed yet": {"signed_at": self.now + timedelta(seconds=300)},
            "expired": {"expires": self.now.date() - timedelta(days=1)},
            "no text": {"media": form.media.model_copy(update={"text": False})},
        }
        if what in changes:
            self.change_plan(consent=form.model_copy(update=changes[what]))
        elif what == "places":
            self.change_plan(destinations=places)
        elif what == "policy":
            self.follow(NEWER if self.policy is POLICY else POLICY)
        elif what == "time":
            self.now += timedelta(days=400)
        elif self.releases and self.event.state == "open":
            self.send(("She is well.", "relative", None), None, None, NOOR)  # waits while it closes
            lifecycle.after(self.state(), "close")
            self.event = self.event.model_copy(update={"state": "closed", "closed_at": self.now})
            self.now += timedelta(seconds=1)

    def change_plan(self, **changes: Any) -> None:
        self.event = self.event.model_copy(update={"plan": self.event.plan.model_copy(update=changes)})

    def follow(self, policy: Policy) -> None:
        self.policy = policy
        self.event = self.event.model_copy(update={"policy_sha256": policy.ref.sha256})

    @rule(over=st.booleans())
    def mend(self, *, over: bool) -> None:
        """People set it right again: or most lives would end at the first thing that keeps everything."""
        form = self.event.plan.consent
        again = {
            "signed_at": NOW - timedelta(days=3),
            "expires": self.now.date() + timedelta(days=200),
            "platforms": None,
            "media": form.media.model_copy(update={"text": True}),
        }
        self.change_plan(consent=form.model_copy(update=again), destinations=(LOCAL, X))
        self.follow(POLICY)
        if over and self.standing.is_text_only:
            self.control("complication-over", PHYSICIAN)
        for actor in (DIRECTOR, PHYSICIAN):
            if self.standing.state != "running":
                self.control("resume", actor)

    @precondition(lambda self: self.releases)
    @rule(
        which=st.integers(0, 50),
        change=st.sampled_from(
            [
                {"text": "Nobody read this."},
                {"text_sha256": sha256_hex("Nobody read this.")},
                {"text": "Nobody read this.", "text_sha256": sha256_hex("Nobody read this.")},
                {"policy": NEWER.ref},
                {"destinations": (LOCAL, X, ELSEWHERE)},
                {"binding_sha256": "e" * 64},
            ]
        ),
    )
    def tamper(self, which: int, change: dict[str, Any]) -> None:
        self.releases.append(self.releases[which % len(self.releases)].model_copy(update=change))

    # -- the promise

    @invariant()
    def nothing_goes_that_may_not(self) -> None:
        for made in self.releases:
            for place in (LOCAL, X, ELSEWHERE):
                verdict = release.may_go(made, place, self.event, self.standing, self.now, origin=made.received_at)
                self.reached.add("go" if isinstance(verdict, release.Go) else verdict.reason)
                if isinstance(verdict, release.Go):
                    assert why_not(self.story, self.event, made, place.key, self.now) is None

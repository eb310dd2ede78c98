"""Who may decide what about a held draft."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.decision import Verdict
from schemas.draft import Action, Disposition, Draft, Finding
from schemas.envelope import Actor, Role
from schemas.errors import Refused
from streams.release import binding
from streams.review import Review, after, decide, may_approve, opened
from streams.standing import Standing, TextOnly
from tests.examples import ADVOCATE, DIRECTOR, NOOR, NOW, PHYSICIAN, REVIEWER, draft, live_event

HELD = draft(disposition=Disposition.HOLD, needs=Role.REVIEWER)
CLAIM = draft(disposition=Disposition.HOLD, needs=Role.PHYSICIAN)


def test_an_approval_binds_text_policy_and_destinations_and_expires() -> None:
    decision = decide(Review(HELD), "approve", REVIEWER, live_event(), NOW, text_sha256=HELD.text_sha256)
    assert decision.binding_sha256 == binding(HELD.text_sha256, HELD.policy.sha256, ("local",))
    assert decision.expires_at == NOW + timedelta(seconds=900)


@pytest.mark.parametrize(("actor", "allowed"), [(REVIEWER, True), (PHYSICIAN, True), (DIRECTOR, True)])
def test_what_needs_a_reviewer(actor: Actor, *, allowed: bool) -> None:
    assert (may_approve(Review(HELD), actor) is None) is allowed


@pytest.mark.parametrize(
    ("actor", "why"), [(REVIEWER, "needs-role"), (DIRECTOR, "needs-role"), (PHYSICIAN, None), (ADVOCATE, "needs-role")]
)
def test_what_needs_a_physician(actor: Actor, why: str | None) -> None:
    assert may_approve(Review(CLAIM), actor) == why


def test_nobody_approves_own_words() -> None:
    own = Review(HELD.model_copy(update={"authors": ("Noor", "S. de Wit")}))
    with pytest.raises(Refused, match="Someone else has to approve it") as refused:
        decide(own, "approve", REVIEWER, live_event(), NOW, text_sha256=HELD.text_sha256)
    assert (refused.value.code, refused.value.status) == ("own-words", 403)


@pytest.mark.parametrize("verdict", ["approve", "edit", "return"])
def test_a_reporter_and_an_advocate_decide_nothing(verdict: Verdict) -> None:
    for actor in (NOOR, ADVOCATE):
        with pytest.raises(Refused, match="Only a reviewer, a physician or the director"):
            decide(Review(HELD), verdict, actor, live_event(), NOW, text_sha256=HELD.text_sha256)


def test_a_text_that_was_changed_meanwhile_is_stale() -> None:
    with pytest.raises(Refused, match="Read it again") as refused:
        decide(Review(HELD), "approve", REVIEWER, live_event(), NOW, text_sha256="e" * 64)
    assert refused.value.status == 409


def test_the_second_of_two_reviewers_is_told() -> None:
    first = decide(Review(HELD), "return", REVIEWER, live_event(), NOW, text_sha256=HELD.text_sha256)
    decided = after(Review(HELD), first)
    assert decided.state == "returned"
    with pytest.raises(Refused, match="Someone has decided this already"):
        decide(decided, "approve", PHYSICIAN, live_event(), NOW, text_sha256=HELD.text_sha256)


def test_a_changed_policy_asks_for_a_new_check() -> None:
    changed = live_event().model_copy(update={"policy_sha256": "d" * 64})
    with pytest.raises(Refused, match="policy was changed"):
        decide(Review(HELD), "approve", REVIEWER, changed, NOW, text_sha256=HELD.text_sha256)


def test_a_decision_on_another_draft_changes_nothing() -> None:
    other = decide(Review(CLAIM), "return", REVIEWER, live_event(), NOW, text_sha256=CLAIM.text_sha256)
    different = Review(draft(update_id="01930000-0000-7000-8000-000000000009", disposition=Disposition.HOLD))
    assert after(different, other) == different


def test_how_a_draft_arrives() -> None:
    assert opened(HELD, needs_person=True).state == "waiting"
    assert opened(draft(), needs_person=False).state == "released"
    assert opened(draft(disposition=Disposition.REFUSE), needs_person=True).state == "refused"


@pytest.mark.parametrize("verdict", ["approve", "return"])
def test_what_came_from_a_revoked_tablet_is_accepted_or_dropped_by_the_director_alone(verdict: Verdict) -> None:
    found = Finding(start=0, end=0, kind="revoked-tablet", rule="revoked-tablet", action=Action.HOLD)
    held = draft(disposition=Disposition.HOLD, needs=Role.DIRECTOR, findings=(found,), reasons=("revoked-tablet",))
    for actor in (REVIEWER, PHYSICIAN):
        with pytest.raises(Refused, match="Only the director") as refused:
            decide(Review(held), verdict, actor, live_event(), NOW, text_sha256=held.text_sha256)
        assert (refused.value.code, refused.value.status) == ("needs-role", 403)
    decided = decide(Review(held), verdict, DIRECTOR, live_event(), NOW, text_sha256=held.text_sha256)
    assert decided.verdict == verdict


TEXT_ONLY = Standing(text_only=(TextOnly(NOW),))
OF_THE_DIRECTOR = draft(disposition=Disposition.HOLD, needs=Role.DIRECTOR)


@pytest.mark.parametrize(
    ("held", "actor", "why"),
    [
        (HELD, REVIEWER, "needs-role"),
        (HELD, DIRECTOR, "needs-role"),
        (HELD, PHYSICIAN, None),
        (CLAIM, PHYSICIAN, None),
        (OF_THE_DIRECTOR, DIRECTOR, "complication"),
        (OF_THE_DIRECTOR, PHYSICIAN, "needs-role"),
    ],
)
def test_in_text_alone_after_a_complication_a_physician_reads_every_word(
    held: Draft, actor: Actor, why: str | None
) -> None:
    assert may_approve(Review(held), actor, TEXT_ONLY) == why
    if why is None:
        decided = decide(
            Review(held), "approve", actor, live_event(), NOW, text_sha256=held.text_sha256, standing=TEXT_ONLY
        )
        assert decided.verdict == "approve"
        return
    with pytest.raises(Refused) as refused:
        decide(Review(held), "approve", actor, live_event(), NOW, text_sha256=held.text_sha256, standing=TEXT_ONLY)
    assert refused.value.code == why


def test_returning_stays_free_after_a_complication() -> None:
    decided = decide(
        Review(HELD), "return", REVIEWER, live_event(), NOW, text_sha256=HELD.text_sha256, standing=TEXT_ONLY
    )
    assert decided.verdict == "return"


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"expires": NOW.date() - timedelta(days=1)}, "consent-expired", "The consent does not cover this day"),
        ({"signed_at": NOW + timedelta(days=1)}, "consent-not-yet", "The consent is not signed yet"),
        ({"platforms": ("x",)}, "consent-platform", "The consent does not cover every destination"),
    ],
)
def test_what_the_consent_does_not_cover_is_not_approved(changes: dict[str, Any], code: str, words: str) -> None:
    plan = live_event().plan
    consent = plan.consent.model_copy(update=changes)
    out = live_event().model_copy(update={"plan": plan.model_copy(update={"consent": consent})})
    with pytest.raises(Refused, match=words) as refused:
        decide(Review(HELD), "approve", REVIEWER, out, NOW, text_sha256=HELD.text_sha256)
    assert (refused.value.code, refused.value.status) == (code, 409)
    assert decide(Review(HELD), "return", REVIEWER, out, NOW, text_sha256=HELD.text_sha256).verdict == "return"


def test_a_decision_names_the_consent_it_was_made_under() -> None:
    decided = decide(Review(HELD), "approve", REVIEWER, live_event(), NOW, text_sha256=HELD.text_sha256)
    assert decided.consent_sha256 == "b" * 64

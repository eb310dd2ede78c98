"""What a tablet is told of its update, from the first record to the last."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from producers.intake.states import States, UpdateState
from schemas.control import Control
from schemas.dead_letter import DeadLetter
from schemas.decision import Decision
from schemas.draft import Disposition, Draft
from schemas.envelope import Envelope, Role, system
from schemas.ids import derive
from schemas.live_event import LiveEvent
from schemas.receipt import Receipt, Retraction
from schemas.release import Release
from schemas.submission import Submission
from streams.release import by_policy
from tests.examples import DIRECTOR, NOOR, NOW, PHYSICIAN, POLICY, REVIEWER, draft, live_event

UPDATE = UUID("01930000-0000-7000-8000-000000000001")
TWO = [{"platform": "local"}, {"platform": "x", "account": "@OurHospital"}]
HASH = "c" * 64


def submission(**changes: Any) -> Submission:
    fields: dict[str, Any] = {"id": UPDATE, "update_id": UPDATE, "live_event_id": "knee-2026", "at": NOW, "actor": NOOR}
    return Submission(**(fields | {"sealed": "x", "sealed_sha256": HASH} | changes))


def decision(verdict: str, *, revision: int = 0, **changes: Any) -> Decision:
    fields: dict[str, Any] = {
        "id": derive(UPDATE, verdict, revision),
        "live_event_id": "knee-2026",
        "at": NOW,
        "actor": REVIEWER,
        "update_id": UPDATE,
        "draft_id": derive(UPDATE, "draft", revision),
        "revision": revision,
        "verdict": verdict,
        "text_sha256": HASH,
        "policy_sha256": POLICY.sha256,
        "destinations": ("local",),
        "binding_sha256": HASH,
    }
    return Decision(**(fields | changes))


def release(event: LiveEvent, of: Draft | None = None) -> Release:
    found = by_policy(of or draft(), event, NOW)
    assert found is not None
    return found


def receipt(
    destination: str = "local", outcome: str = "posted", *, part: int = 0, parts: int = 1, **changes: Any
) -> Receipt:
    fields: dict[str, Any] = {
        "id": derive(UPDATE, destination, part, outcome),
        "live_event_id": "knee-2026",
        "at": NOW + timedelta(seconds=1),
        "actor": system("poster"),
        "update_id": UPDATE,
        "release_id": derive("release"),
        "destination": destination,
        "post_id": derive(UPDATE, destination, part),
        "n": 28,
        "part": part,
        "parts": parts,
        "outcome": outcome,
        "text": "Going to plan #OurKneeLive",
        "text_sha256": HASH,
    }
    return Receipt(**(fields | changes))


def retraction(destination: str = "local", outcome: str = "deleted") -> Retraction:
    return Retraction(
        id=derive(UPDATE, destination, outcome),
        live_event_id="knee-2026",
        at=NOW,
        actor=system("poster"),
        update_id=UPDATE,
        destination=destination,
        post_id=derive(UPDATE, destination, 0),
        outcome=outcome,
    )


def control(kind: str, update_id: UUID | None = None) -> Control:
    return Control.model_validate(
        {
            "id": derive(kind, str(update_id)),
            "live_event_id": "knee-2026",
            "at": NOW,
            "actor": DIRECTOR,
            "kind": kind,
            "update_id": update_id,
        }
    )


def told(*records: Envelope, event: LiveEvent | None = None) -> UpdateState:
    states = States()
    for record in (event or live_event(), *records):
        states.apply(record)
    return states.since("knee-2026", 0)[-1]


def test_a_submission_is_received() -> None:
    assert told(submission()).shown() == {"update_id": str(UPDATE), "state": "received"}


def test_a_clear_draft_is_being_checked_until_it_is_released() -> None:
    assert told(submission(), draft()).state == "checking"
    assert told(submission(), draft(), release(live_event())).state == "cleared"


def test_a_held_draft_is_in_review_with_its_first_reason() -> None:
    held = draft(disposition=Disposition.HOLD, reasons=("relative", "name"))
    assert told(submission(), held).shown() == {"update_id": str(UPDATE), "state": "in-review", "reason": "relative"}


def test_a_clear_draft_is_in_review_where_all_are_reviewed_but_not_an_item_of_the_run_sheet() -> None:
    event = live_event(release={"review": "all"})
    assert told(submission(), draft(), event=event).state == "in-review"
    assert told(submission(run_sheet_item="welcome"), draft(run_sheet_item="welcome"), event=event).state == "checking"


def test_the_event_may_be_read_after_its_updates() -> None:
    states = States()
    states.apply(draft())
    states.apply(live_event(release={"review": "all"}))
    assert states.since("knee-2026", 0)[0].state == "in-review"


def test_a_returned_update_says_why_and_by_whom() -> None:
    held = draft(disposition=Disposition.HOLD, reasons=("claim",))
    back = decision("return", reason="what-you-see", note="Say what you see.")
    assert told(submission(), held, back).shown() == {
        "update_id": str(UPDATE),
        "state": "returned",
        "reason": "what-you-see",
        "note": "Say what you see.",
        "by": "S. de Wit",
    }


def test_an_edit_is_checked_again_and_then_waits_for_another_person() -> None:
    held = draft(disposition=Disposition.HOLD)
    assert told(submission(), held, decision("edit")).state == "checking"
    assert told(submission(), held, decision("edit"), draft("Shorter.", revision=1)).state == "in-review"


def test_the_first_decision_on_a_revision_stands() -> None:
    held = draft(disposition=Disposition.HOLD)
    assert told(submission(), held, decision("approve"), decision("return")).state == "checking"


def test_a_refused_draft_and_a_dead_letter_say_why() -> None:
    refused = draft(disposition=Disposition.REFUSE, reasons=("bad-seal",))
    assert (told(submission(), refused).state, told(submission(), refused).reason) == ("refused", "bad-seal")
    dead = DeadLetter(
        id=derive("dead"),
        live_event_id="knee-2026",
        at=NOW,
        actor=system("scrub"),
        update_id=UPDATE,
        topic="scrubcast.submissions.v1",
        partition=0,
        offset=3,
        stage="scrub",
        code="moved-seal",
        reason="The ids inside the seal are others.",
    )
    assert (told(submission(), dead).state, told(submission(), dead).reason) == ("refused", "moved-seal")


def test_published_says_on_how_many_of_how_many_and_where_to_look() -> None:
    event = live_event(destinations=TWO)
    first = receipt(url="https://live.st-anna.example/t/knee-2026")
    assert told(submission(), draft(), release(event), first, event=event).shown() == {
        "update_id": str(UPDATE),
        "state": "published",
        "published": 1,
        "of": 2,
        "post": 28,
        "url": "https://live.st-anna.example/t/knee-2026",
    }
    both = told(submission(), draft(), release(event), first, receipt("x:@OurHospital"), event=event)
    assert (both.state, both.published, both.of) == ("published", 2, 2)


def test_a_destination_counts_only_when_all_its_posts_are_public() -> None:
    event = live_event()
    one = receipt(part=0, parts=2)
    assert told(submission(), draft(), release(event), one).state == "cleared"
    assert told(submission(), draft(), release(event), one, receipt(part=1, parts=2)).state == "published"


def test_an_unknown_outcome_is_said_as_such_until_it_is_settled() -> None:
    event = live_event(destinations=TWO)
    doubt = (submission(), draft(), release(event), receipt(), receipt("x:@OurHospital", "unknown", reason="no-answer"))
    found = told(*doubt, event=event)
    assert (found.state, found.published, found.of, found.reason) == ("unknown", 1, 2, "no-answer")
    assert told(*doubt, receipt("x:@OurHospital"), event=event).state == "published"


def test_not_posted_is_said_when_no_destination_has_it() -> None:
    event = live_event(destinations=TWO)
    start = (submission(), draft(), release(event))
    stopped = receipt(outcome="not-posted", reason="stopped")
    assert told(*start, stopped, event=event).state == "cleared"
    found = told(*start, stopped, receipt("x:@OurHospital", "not-posted", reason="stopped"), event=event)
    assert (found.state, found.reason) == ("not-posted", "stopped")


def test_a_retracted_update_says_on_how_many_it_is_still_public() -> None:
    start = (submission(), draft(), release(live_event()), receipt(), control("retract", UPDATE))
    assert (told(*start).state, told(*start).published) == ("retracted", 1)
    assert (told(*start, retraction()).state, told(*start, retraction()).published) == ("retracted", 0)
    assert told(*start[:4], retraction()).state == "retracted"
    assert told(*start[:4], retraction(outcome="not-deleted")).state == "published"
    assert told(*start[:4], retraction(outcome="unknown")).state == "unknown"


def test_withdrawn_consent_ends_what_was_not_public() -> None:
    found = told(submission(), draft(), release(live_event()), control("withdraw"))
    assert (found.state, found.reason) == ("not-posted", "withdrawn")
    assert told(submission(), draft(), release(live_event()), receipt(), control("withdraw")).state == "published"


def test_no_word_of_any_text_is_kept() -> None:
    states = States()
    secret = draft("Sentinel words", disposition=Disposition.HOLD)
    for record in (live_event(), submission(), secret, receipt(text="Sentinel words")):
        states.apply(record)
    assert "Sentinel" not in repr(states.__dict__)
    assert "Sentinel" not in repr(states.since("knee-2026", 0))


def test_only_what_changed_is_told_again() -> None:
    states = States()
    other = UUID("01930000-0000-7000-8000-000000000002")
    for record in (live_event(), submission(), submission(id=other, update_id=other)):
        states.apply(record)
    version = states.version
    assert states.since("knee-2026", version) == []
    states.apply(draft())
    assert [s.update_id for s in states.since("knee-2026", version)] == [UPDATE]
    states.apply(draft())
    assert states.version == version + 1
    assert states.since("hip-2026", 0) == []


def test_withdrawal_tells_all_updates_again() -> None:
    states = States()
    states.apply(submission())
    version = states.version
    states.apply(control("withdraw"))
    assert [s.state for s in states.since("knee-2026", version)] == ["not-posted"]


def test_the_update_that_changed_longest_ago_is_forgotten_past_the_limit() -> None:
    states = States(updates_max=2)
    ids = [UUID(f"01930000-0000-7000-8000-00000000000{n}") for n in (1, 2, 3)]
    for update_id in ids:
        states.apply(submission(id=update_id, update_id=update_id))
    assert [s.update_id for s in states.since("knee-2026", 0)] == ids[1:]


def after_a_word(kind: str, **changes: Any) -> Control:
    fields = {"id": derive(kind, *map(str, changes.values())), "live_event_id": "knee-2026", "at": NOW}
    return Control.model_validate(fields | {"actor": DIRECTOR, "kind": kind} | changes)


def kept(*words: Control, event: LiveEvent | None = None, phase: str | None = None) -> str | None:
    found = event or live_event()
    state = told(submission(), draft(phase=phase), release(found, draft(phase=phase)), *words, event=found)
    assert state.state == "cleared"
    return state.reason


def test_what_is_cleared_says_that_the_event_is_held_or_stopped_until_it_goes_on() -> None:
    assert kept() is None
    assert kept(after_a_word("hold")) == "held"
    assert kept(after_a_word("hold"), after_a_word("resume")) is None
    assert kept(after_a_word("stop")) == "stopped"
    assert kept(after_a_word("stop"), after_a_word("resume")) == "stopped"
    assert kept(after_a_word("stop"), after_a_word("resume"), after_a_word("resume", actor=PHYSICIAN)) is None
    assert kept(after_a_word("complication", mode="hold")) == "held"


def test_what_is_cleared_waits_until_the_family_was_told_of_its_phase() -> None:
    event = live_event(family_first=["closing"])
    assert kept(event=event, phase="arrival") is None
    assert kept(event=event, phase="closing") == "family"
    assert kept(after_a_word("told", phase="arrival"), event=event, phase="closing") == "family"
    assert kept(after_a_word("told", phase="closing"), event=event, phase="closing") is None


def test_what_is_cleared_of_an_as_live_event_waits_for_the_director() -> None:
    event = live_event(release={"mode": "as-live"})
    assert kept(event=event) == "as-live"
    assert kept(after_a_word("release"), event=event) is None


def test_in_review_says_when_a_physician_or_the_director_has_to_read() -> None:
    held = draft(disposition=Disposition.HOLD, reasons=("name",))
    only_text = after_a_word("complication", mode="text-only")
    assert told(submission(), held).reads is None
    assert told(submission(), held.model_copy(update={"needs": Role.PHYSICIAN})).reads == "physician"
    assert told(submission(), held, only_text).reads == "physician"
    assert told(submission(), held.model_copy(update={"needs": Role.DIRECTOR}), only_text).reads == "director"
    assert told(submission(), held, only_text, after_a_word("complication-over")).reads is None


def test_what_a_complication_kept_is_in_review_by_a_physician_and_not_called_unposted() -> None:
    event = live_event(destinations=TWO)
    only_text = after_a_word("complication", mode="text-only")
    kept_back = [receipt(d, "not-posted", reason="complication") for d in ("local", "x:@OurHospital")]
    start = (submission(), draft(), release(event), only_text)
    assert told(*start, kept_back[0], event=event).state == "cleared"
    found = told(*start, *kept_back, event=event)
    assert (found.state, found.reason, found.reads) == ("in-review", None, "physician")
    other = told(*start, kept_back[0], receipt("x:@OurHospital", "not-posted", reason="stopped"), event=event)
    assert other.state == "not-posted"


def test_what_was_asked_for_again_is_told_anew_and_not_as_it_ended_the_first_time() -> None:
    event = live_event()
    first = release(event)
    ended = receipt(outcome="not-posted", reason="stopped", release_id=first.id)
    again = draft(revision=1, disposition=Disposition.HOLD, reasons=("stopped",))
    waiting = (submission(), draft(), first, ended, again)
    assert told(*waiting[:4]).state == "not-posted"
    assert told(*waiting).state == "in-review"
    assert told(*waiting, decision("return", revision=1)).state == "returned"
    second = first.model_copy(update={"id": derive("second"), "revision": 1, "draft_id": again.id})
    anew = (*waiting, decision("approve", revision=1), second)
    assert told(*anew).state == "cleared"
    out = told(*anew, receipt(part=0, post_id=derive("second", "post"), release_id=second.id))
    assert (out.state, out.published, out.of, out.reason) == ("published", 1, 1, None)


RECORDS: list[Envelope] = [
    submission(),
    draft(disposition=Disposition.HOLD),
    decision("edit"),
    draft("Shorter.", revision=1),
    release(live_event()),
    receipt(),
    control("retract", UPDATE),
]


@given(st.permutations(RECORDS), st.lists(st.sampled_from(RECORDS), max_size=5))
def test_the_order_across_topics_and_repetitions_do_not_matter(order: list[Envelope], again: list[Envelope]) -> None:
    assert told(*order, *again) == told(*RECORDS)

"""The desk's projection: what waits, in which order, and what is public where."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from producers.desk.projection import Projection
from producers.desk.queue import LiveEventView
from producers.desk.revisions import ask_again
from schemas.control import Control, ControlKind
from schemas.decision import Verdict
from schemas.draft import Disposition, Draft
from schemas.envelope import Actor, Envelope, Role, system
from schemas.ids import derive
from schemas.ledger import Ledger
from schemas.live_event import LiveEvent
from schemas.receipt import Receipt, Retraction
from schemas.release import Release
from schemas.thread import Post
from schemas.topics import DRAFTS
from streams import release, review
from streams.bus import Message
from tests import examples
from tests.examples import ADVOCATE, DIRECTOR, NOW, PHYSICIAN, REVIEWER

S = timedelta(seconds=1)
EVENT = examples.live_event(destinations=[{"platform": "local"}, {"platform": "x", "account": "@StAnna"}])


def update(n: int) -> UUID:
    return UUID(f"01930000-0000-7000-8000-{n:012d}")


def held(n: int, *, at: datetime = NOW, **changes: Any) -> Draft:
    fields = {"disposition": Disposition.HOLD, "needs": Role.REVIEWER, "reasons": ("relative",), "received_at": at}
    return examples.draft(f"Text {n}.", update_id=update(n), **(fields | changes))


def view_of(*records: Envelope, live_event: LiveEvent = EVENT) -> LiveEventView:
    view = LiveEventView("knee-2026")
    for record in (live_event, *records):
        view.add(record)
    return view


def said(draft: Draft, verdict: Verdict, actor: Actor = REVIEWER, at: datetime = NOW) -> Any:
    waiting = review.opened(draft, needs_person=True)
    return review.decide(waiting, verdict, actor, EVENT, at, text_sha256=draft.text_sha256)


def approved(draft: Draft, at: datetime = NOW) -> tuple[Any, Release]:
    decision = said(draft, "approve", at=at)
    return decision, release.by_decision(draft, decision, EVENT, at)


def receipt(cleared: Release, destination: str = "local", outcome: Any = "posted", **changes: Any) -> Receipt:
    fields = {
        "id": derive(cleared.id, destination, outcome, changes.get("part", 0)),
        "live_event_id": "knee-2026",
        "at": NOW,
        "actor": system("poster"),
        "update_id": cleared.update_id,
        "release_id": cleared.id,
        "destination": destination,
        "post_id": derive(cleared.id, destination, changes.get("part", 0)),
        "n": 1,
        "part": 0,
        "parts": 1,
        "outcome": outcome,
        "text": cleared.text,
        "text_sha256": cleared.text_sha256,
        "posted_at": NOW if outcome == "posted" else None,
    }
    return Receipt.model_validate(fields | changes)


def control(kind: ControlKind, at: datetime, actor: Actor = DIRECTOR, update_id: UUID | None = None) -> Control:
    return Control(
        id=derive(kind, at.isoformat()), live_event_id="knee-2026", at=at, actor=actor, kind=kind, update_id=update_id
    )


def waits(view: LiveEventView, now: datetime = NOW, actor: Actor | None = None) -> list[tuple[int, str]]:
    return [(view.number(i.update_id), i.reason) for i in view.queue(now, actor)]


# -- order


def test_what_the_person_may_approve_comes_first_and_the_oldest_of_it_on_top() -> None:
    claim = held(1, at=NOW - 60 * S, needs=Role.PHYSICIAN, reasons=("claim",))
    view = view_of(claim, held(2, at=NOW - 10 * S), held(3, at=NOW - 30 * S))
    assert waits(view, actor=REVIEWER) == [(3, "relative"), (2, "relative"), (1, "claim")]
    assert waits(view, actor=PHYSICIAN) == [(1, "claim"), (3, "relative"), (2, "relative")]


def test_own_words_come_after_what_may_be_approved() -> None:
    view = view_of(held(1, at=NOW - 60 * S, authors=("S. de Wit",)), held(2))
    assert waits(view, actor=REVIEWER) == [(2, "relative"), (1, "relative")]


def test_an_unknown_outcome_comes_before_everything() -> None:
    draft = held(1)
    decision, cleared = approved(draft)
    view = view_of(draft, decision, cleared, receipt(cleared, "x:@StAnna", "unknown"), held(2, at=NOW - 90 * S))
    assert waits(view, actor=REVIEWER) == [(1, "unknown-outcome"), (2, "relative")]


def test_a_settled_outcome_leaves_the_queue() -> None:
    draft = held(1)
    decision, cleared = approved(draft)
    view = view_of(draft, decision, cleared, receipt(cleared, outcome="unknown"), receipt(cleared, outcome="posted"))
    assert waits(view) == []
    assert [row.state for row in view.rows("local")] == ["posted"]


# -- a draft's life


def test_what_policy_lets_go_needs_nobody() -> None:
    view = view_of(examples.draft(update_id=update(1)))
    assert [one.state for one in view.reviews(NOW)] == ["released"]
    assert waits(view) == []


def test_a_draft_of_an_event_nobody_knows_waits() -> None:
    view = LiveEventView("knee-2026")
    view.add(examples.draft(update_id=update(1)))
    assert [one.state for one in view.reviews(NOW)] == ["waiting"]


def test_an_edited_text_waits_even_when_it_is_clear() -> None:
    draft = held(1)
    new = draft.model_copy(update={"id": derive("new"), "revision": 1, "disposition": Disposition.CLEAR})
    view = view_of(draft, said(draft, "edit"), new)
    (one,) = view.reviews(NOW)
    assert (one.draft.id, one.state) == (new.id, "waiting")
    old = view.review(draft.id, NOW)
    assert old is not None
    assert old.state == "superseded"


def test_the_first_decision_on_the_topic_wins() -> None:
    draft = held(1)
    view = view_of(draft, said(draft, "return"), said(draft, "approve", PHYSICIAN))
    (one,) = view.reviews(NOW)
    assert one.state == "returned"


def test_a_decision_on_another_text_does_not_count() -> None:
    draft = held(1)
    stale = said(draft, "approve").model_copy(update={"text_sha256": "0" * 64})
    assert waits(view_of(draft, stale)) == [(1, "relative")]


def test_an_edit_whose_revision_never_came_gives_way_after_a_minute() -> None:
    draft = held(1)
    view = view_of(draft, said(draft, "edit"))
    assert waits(view, NOW + 59 * S) == []
    assert waits(view, NOW + 60 * S) == [(1, "relative")]
    view.add(said(draft, "return", PHYSICIAN, at=NOW + 61 * S))
    assert [one.state for one in view.reviews(NOW + 62 * S)] == ["returned"]


def test_a_revision_that_went_out_is_the_last_word_of_its_update() -> None:
    draft = held(1)
    decision, cleared = approved(draft)
    late = draft.model_copy(update={"id": derive("late"), "revision": 1})
    (one,) = view_of(draft, decision, cleared, late).reviews(NOW)
    assert (one.draft.id, one.state) == (draft.id, "approved")


# -- what has to be asked for again


def test_what_a_stop_ended_is_asked_for_again_once_no_destination_has_it() -> None:
    draft = held(1)
    decision, cleared = approved(draft)
    view = view_of(draft, decision, cleared, control("stop", NOW + S))
    view.add(receipt(cleared, "local", "not-posted", reason="stopped"))
    assert waits(view, NOW + 2 * S) == []
    view.add(receipt(cleared, "x:@StAnna", "not-posted", reason="stopped"))
    assert waits(view, NOW + 2 * S) == [(1, "stopped")]


def test_what_is_posted_anywhere_is_never_asked_for_again() -> None:
    draft = held(1)
    decision, cleared = approved(draft)
    half = (receipt(cleared, "local"), receipt(cleared, "x:@StAnna", "not-posted", reason="stopped"))
    assert waits(view_of(draft, decision, cleared, *half)) == []


def test_what_a_platform_refused_is_not_asked_for_again() -> None:
    draft = held(1)
    decision, cleared = approved(draft)
    refused = [receipt(cleared, d, "not-posted", reason="refused") for d in ("local", "x:@StAnna")]
    assert waits(view_of(draft, decision, cleared, *refused)) == []


def test_an_approval_without_release_waits_again_after_it_expired_or_a_stop() -> None:
    draft = held(1)
    decision = said(draft, "approve")
    assert waits(view_of(draft, decision), NOW + timedelta(minutes=14)) == []
    assert waits(view_of(draft, decision), NOW + timedelta(minutes=15)) == [(1, "approval-expired")]
    assert waits(view_of(draft, decision, control("stop", NOW + S)), NOW + 2 * S) == [(1, "stopped")]


def test_asking_again_is_the_same_words_as_a_new_revision_for_a_person() -> None:
    draft = examples.draft(update_id=update(1))
    again = ask_again(draft, "stopped", NOW, REVIEWER)
    assert again == ask_again(draft, "stopped", NOW, REVIEWER)
    assert (again.text_sha256, again.authors, again.revision) == (draft.text_sha256, draft.authors, 1)
    assert (again.disposition, again.reasons) == (Disposition.HOLD, ("stopped",))
    assert release.by_policy(again, EVENT, NOW) is None


# -- what is public


def test_posts_of_each_destination_stand_by_themselves() -> None:
    draft = held(1)
    decision, cleared = approved(draft)
    view = view_of(draft, decision, cleared, receipt(cleared, "local"), receipt(cleared, "x:@StAnna", "unknown"))
    assert [(r.receipt.destination, r.state) for d in EVENT.plan.destinations for r in view.rows(d.key)] == [
        ("local", "posted"),
        ("x:@StAnna", "unknown"),
    ]
    assert [(i.destination, i.state) for i in view.thread()] == [("local", "posted"), ("x:@StAnna", "unknown")]


def test_a_taken_back_post_goes_through_three_states_and_loses_its_text() -> None:
    draft = held(1)
    decision, cleared = approved(draft)
    posted = receipt(cleared)
    view = view_of(draft, decision, cleared, posted, control("retract", NOW + S, PHYSICIAN, draft.update_id))
    assert [row.state for row in view.rows("local")] == ["taking-back"]
    fields = {
        "live_event_id": "knee-2026", "at": NOW, "actor": system("poster"), "update_id": draft.update_id,
        "destination": "local", "post_id": posted.post_id,
    }  # fmt: skip
    view.add(Retraction.model_validate({"id": derive("1"), "outcome": "not-deleted", **fields}))
    assert [(i.state, i.text) for i in view.thread()] == [("not-deleted", "Text 1.")]
    view.add(Retraction.model_validate({"id": derive("2"), "outcome": "deleted", **fields}))
    assert [(i.state, i.text) for i in view.thread()] == [("retracted", "")]


def test_a_release_waits_out_its_delay_where_it_has_not_begun() -> None:
    event = examples.live_event(release={"delay_s": 30})
    cleared = release.by_policy(examples.draft(update_id=update(1)), event, NOW)
    assert cleared is not None
    view = view_of(examples.draft(update_id=update(1)), cleared, live_event=event)
    (local,) = event.plan.destinations
    assert [(p.until, p.reason) for p in view.pending(local, NOW + S)] == [(NOW + 30 * S, "delay")]
    assert [p.reason for p in view.pending(local, NOW + 31 * S)] == ["going"]
    view.add(control("hold", NOW + 2 * S))
    assert [p.reason for p in view.pending(local, NOW + 3 * S)] == ["held"]
    view.add(control("stop", NOW + 4 * S))
    assert view.pending(local, NOW + 5 * S) == ()
    view.add(receipt(cleared))
    assert view.pending(local, NOW + 5 * S) == ()


def test_withdrawal_ends_every_queue_and_takes_back_every_post() -> None:
    draft = held(1)
    decision, cleared = approved(draft)
    view = view_of(draft, decision, cleared, receipt(cleared), held(2), control("withdraw", NOW + S, ADVOCATE))
    assert waits(view, NOW + 2 * S) == []
    assert [row.state for row in view.rows("local")] == ["taking-back"]


def test_the_stop_tells_what_was_public_then_what_was_in_flight_and_what_waits() -> None:
    drafts = [held(n) for n in range(1, 6)]
    pairs = [approved(d) for d in drafts[:4]]
    cleared = [r for _, r in pairs]
    post = Post(
        id=derive("p"), release_id=cleared[2].id, update_id=drafts[2].update_id, part=0, parts=1, text="Text 3."
    )
    intent = Ledger(
        id=derive("i"), live_event_id="knee-2026", at=NOW, actor=system("poster"), destination="local", epoch=1,
        writer=derive("w"), kind="intent", post=post,
    )  # fmt: skip
    view = view_of(
        *drafts, *(d for d, _ in pairs), *cleared,
        receipt(cleared[0], "local", posted_at=NOW), receipt(cleared[0], "x:@StAnna", "unknown"),
        receipt(cleared[1], "local", posted_at=NOW + 3 * S), intent,
        control("stop", NOW + 2 * S), held(6, at=NOW + 5 * S),
    )  # fmt: skip
    found = view.at_stop(NOW + 6 * S)
    assert found is not None
    assert [row.receipt.text for row in found.public] == ["Text 1."]
    assert len(found.in_flight) == 3
    assert (found.approved, found.waiting, found.since) == (2, 1, 1)
    assert view_of().at_stop(NOW) is None


# -- the fold


def test_a_record_read_twice_changes_nothing_and_one_that_cannot_be_read_is_counted() -> None:
    projection = Projection()
    draft = held(1)
    projection.apply(Message(DRAFTS.name, 0, 0, "knee-2026", draft.encode(), 0))
    projection.apply(Message(DRAFTS.name, 0, 1, "knee-2026", b"{}", 0))
    projection.apply(Message(DRAFTS.name, 0, 1, "knee-2026", b"{}", 0))
    projection.apply(Message(DRAFTS.name, 0, 2, "knee-2026", draft.encode(), 0))
    projection.apply(Message(DRAFTS.name, 0, 3, "knee-2026", None, 0))
    assert projection.undecodable == 1
    assert projection.places == {(DRAFTS.name, 0): 3}
    assert projection.of("knee-2026").counts(NOW).received == 1
    assert projection.of("knee-2026").version == 1


def test_open_events_come_before_closed_ones_and_the_latest_first() -> None:
    projection = Projection()
    for n, state in ((1, "open"), (2, "closed"), (3, "open")):
        changes = {"live_event_id": f"e{n}", "state": state, "opened_at": NOW + n * S}
        projection.of(f"e{n}").add(EVENT.model_copy(update=changes))
    projection.of("never-opened")
    assert [view.live_event_id for view in projection.open_events()] == ["e3", "e1", "e2"]


@given(st.permutations(range(7)), st.data())
def test_the_order_between_topics_does_not_matter(order: list[int], data: st.DataObject) -> None:
    draft = held(1)
    decision, cleared = approved(draft)
    records: list[Envelope] = [
        EVENT, draft, decision, cleared, receipt(cleared), held(2), control("retract", NOW, PHYSICIAN, update(2)),
    ]  # fmt: skip
    view = LiveEventView("knee-2026")
    for place in order:
        for _ in range(data.draw(st.integers(1, 2))):
            view.add(records[place])
    one, two = view.counts(NOW), view_of(*records[1:]).counts(NOW)
    assert one == two
    assert (one.received, one.waiting, one.approved, one.posted) == (2, 0, 1, 1)

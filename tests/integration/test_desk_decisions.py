"""Deciding at the desk through its HTTP interface, over topics in memory."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio

from producers.desk.deciding import Deciding
from producers.desk.projection import TOPICS, Projection
from producers.desk.reach import Reach
from schemas.draft import Action, Disposition, Finding
from schemas.envelope import Actor, Role
from schemas.errors import Refused
from schemas.topics import ACCESSES, DECISIONS, DRAFTS, LIVE_EVENTS, RELEASES
from streams import release, review
from streams.clock import ManualClock
from streams.views import View
from tests.desk_world import EVENT, World, desk_world, screen
from tests.examples import REVIEWER


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with desk_world(tmp_path) as made:
        assert (await made.open()).status_code == 201
        yield made


async def test_an_approval_binds_the_text_and_becomes_a_release(world: World) -> None:
    draft = await world.held("Her [relative] is here.")
    answer = await world.decide("reviewer", draft, "approve")
    assert answer.status_code == 200
    cleared = world.records(RELEASES)[0]
    assert answer.json()["release_id"] == str(cleared.id)
    assert cleared.text == "Her [relative] is here."
    assert [d.key for d in cleared.destinations] == ["local", "x:@StAnna"]
    assert cleared.approved_by.name == "reviewer"
    assert cleared.expires_at == cleared.at + timedelta(minutes=15)
    assert await world.waiting() == []


async def test_the_same_press_twice_is_one_decision(world: World) -> None:
    draft = await world.held()
    first, second = await world.decide("reviewer", draft, "approve"), await world.decide("reviewer", draft, "approve")
    assert first.json() == second.json()
    assert (len(world.records(DECISIONS)), len(world.records(RELEASES))) == (1, 1)


async def test_of_two_who_approve_and_return_at_once_one_wins_and_the_other_is_told(world: World) -> None:
    draft = await world.held()
    answers = await asyncio.gather(
        world.decide("reviewer", draft, "approve"), world.decide("physician", draft, "return", reason="family-first")
    )
    assert sorted(a.status_code for a in answers) == [200, 409]
    told = next(a for a in answers if a.status_code == 409)
    assert told.json()["detail"] == "Someone has decided this already. Nothing was changed."
    assert len(world.records(DECISIONS)) == 1


async def test_two_desks_agree_on_who_was_first(world: World) -> None:
    draft = await world.held()
    # A second desk on another machine: the same topics, a view of its own, no lock in common.
    other = Projection()
    view = View(world.bus, TOPICS, other.apply)
    following = asyncio.create_task(view.run())
    try:
        await view.ready()
        second = Deciding(Reach(world.bus, world.clock, world.vault, other, view), screen)
        physician = Actor(role=Role.PHYSICIAN, name="physician")
        here, there = await asyncio.gather(
            world.decide("reviewer", draft, "approve"),
            second.decide(physician, EVENT, draft.id, "return", draft.text_sha256, reason="not-now"),
            return_exceptions=True,
        )
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
    assert not isinstance(here, BaseException)
    decisions = world.records(DECISIONS)
    if decisions[0].verdict == "approve":
        assert here.status_code == 200
        assert isinstance(there, Refused)
        assert len(world.records(RELEASES)) == 1
    else:
        assert here.status_code == 409
        assert world.records(RELEASES) == []


async def test_a_text_that_was_not_read_is_not_approved(world: World) -> None:
    draft = await world.held()
    answer = await world.decide("reviewer", draft, "approve", text_sha256="0" * 64)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:scrubcast:stale")
    assert world.records(DECISIONS) == []


async def test_an_edit_is_screened_again_sealed_and_approved_by_someone_else(world: World) -> None:
    draft = await world.held()
    edited = await world.decide("reviewer", draft, "edit", text="Ms Lopez is here.")
    assert edited.status_code == 200
    new = world.records(DRAFTS)[-1]
    assert edited.json()["draft_id"] == str(new.id)
    assert (new.revision, new.text, new.authors) == (1, "Ms [name] is here.", ("reporter", "reviewer"))
    assert "Lopez" not in new.model_dump_json()
    assert [d["id"] for d in await world.waiting()] == [str(new.id)]
    own = await world.decide("reviewer", new, "approve")
    assert (own.status_code, own.json()["detail"]) == (403, "You wrote this. Someone else has to approve it.")
    assert (await world.decide("physician", new, "approve")).status_code == 200
    assert world.records(RELEASES)[0].text == "Ms [name] is here."


async def test_the_old_revision_cannot_be_approved_after_an_edit(world: World) -> None:
    draft = await world.held()
    await world.decide("reviewer", draft, "edit", text="All is well.")
    assert (await world.decide("physician", draft, "approve")).status_code == 409
    assert world.records(RELEASES) == []


async def test_an_edit_of_which_nothing_is_left_changes_nothing(world: World) -> None:
    draft = await world.held()
    answer = await world.decide("reviewer", draft, "edit", text="Lopez")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:scrubcast:nothing-left")
    assert "Lopez" not in answer.text
    assert world.records(DECISIONS) == []
    assert [d["id"] for d in await world.waiting()] == [str(draft.id)]


async def test_a_claim_takes_a_physician(world: World) -> None:
    draft = await world.held("This one lasts longer.", needs=Role.PHYSICIAN, reasons=("claim",))
    assert (await world.waiting("reviewer"))[0]["may_not"] == "needs-role"
    refused = await world.decide("reviewer", draft, "approve")
    assert (refused.status_code, refused.json()["detail"]) == (403, "Only a physician can approve this.")
    assert (await world.decide("director", draft, "approve")).status_code == 403
    assert (await world.decide("physician", draft, "approve")).status_code == 200


async def test_a_return_says_why_in_the_language_of_the_event(world: World) -> None:
    draft = await world.held()
    assert (await world.decide("reviewer", draft, "return", reason="without-detail")).status_code == 200
    decision = world.records(DECISIONS)[0]
    assert (decision.reason, decision.note) == ("without-detail", "Without the detail")
    assert await world.waiting() == []


async def test_a_note_that_names_somebody_is_not_written_down(world: World) -> None:
    draft = await world.held()
    answer = await world.decide("reviewer", draft, "return", note="Leave out Lopez.")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:scrubcast:note-identifies")
    assert "Lopez" not in answer.text
    assert world.records(DECISIONS) == []
    assert (await world.decide("reviewer", draft, "return", note="Say the patient.")).status_code == 200
    assert world.records(DECISIONS)[0].note == "Say the patient."


async def test_a_return_without_any_word_is_refused(world: World) -> None:
    draft = await world.held()
    assert (await world.decide("reviewer", draft, "return")).status_code == 422


async def test_what_was_cleared_before_a_stop_is_asked_for_again_under_a_new_release(world: World) -> None:
    draft = await world.held()
    await world.decide("reviewer", draft, "approve")
    first = world.records(RELEASES)[0]
    assert isinstance(world.clock, ManualClock)
    await world.clock.advance(1)
    await world.control("advocate", "stop")
    for destination in ("local", "x:@StAnna"):
        await world.outcome(first, destination, "not-posted", reason="stopped")
    await world.clock.advance(1)
    for role in ("director", "physician"):
        assert (await world.control(role, "resume")).status_code == 202
    (again,) = await world.waiting()
    assert (again["lapsed"], again["headline"]) == ("stopped", "Cleared before the stop")
    assert (await world.decide("reviewer", draft, "approve")).status_code == 200
    second = world.records(RELEASES)[1]
    assert (second.text, second.revision) == (first.text, 1)
    assert second.id != first.id
    assert await world.waiting() == []


async def test_what_may_be_public_somewhere_is_not_asked_for_again(world: World) -> None:
    draft = await world.held()
    await world.decide("reviewer", draft, "approve")
    cleared = world.records(RELEASES)[0]
    await world.outcome(cleared, "local", "not-posted", reason="stopped")
    assert await world.waiting() == []
    await world.outcome(cleared, "x:@StAnna", "unknown", reason="no-answer")
    answer = (await world.ask("reviewer", "GET", f"/live-events/{EVENT}/drafts")).json()
    assert answer["drafts"] == []
    assert [u["destination"] for u in answer["unknown"]] == ["x:@StAnna"]


async def test_an_approval_that_a_crash_cut_off_is_released_at_the_next_start(world: World) -> None:
    draft = await world.held()

    live_event = world.records(LIVE_EVENTS)[0]
    waiting = review.opened(draft, needs_person=True)
    decision = review.decide(waiting, "approve", REVIEWER, live_event, world.clock.now(), text_sha256=draft.text_sha256)
    await world.send(DECISIONS, decision)
    assert world.records(RELEASES) == []
    assert isinstance(world.clock, ManualClock)
    await world.clock.advance(61)
    await world.settle()
    assert world.records(RELEASES) == [release.by_decision(draft, decision, live_event, decision.at)]


async def test_an_approval_that_nobody_followed_up_in_time_waits_again(world: World) -> None:
    draft = await world.held()
    await world.decide("reviewer", draft, "approve")
    cleared = world.records(RELEASES)[0]
    for destination in ("local", "x:@StAnna"):
        await world.outcome(cleared, destination, "not-posted", reason="approval-expired")
    (again,) = await world.waiting()
    assert again["headline"] == "The approval ended"


async def test_a_draft_without_text_cannot_be_approved(world: World) -> None:
    draft = await world.held("", reasons=("screening-failed",))
    assert (await world.decide("reviewer", draft, "approve")).status_code == 409
    assert (await world.decide("reviewer", draft, "edit", text="All is well.")).status_code == 200


async def test_a_refused_draft_needs_nobody(world: World) -> None:
    draft = await world.held("[name]", disposition=Disposition.REFUSE, needs=None, reasons=("empty",))
    assert await world.waiting() == []
    assert (await world.decide("reviewer", draft, "approve")).status_code == 409


async def test_the_original_is_shown_to_a_reviewer_and_differs_where_something_was_covered(world: World) -> None:
    found = Finding(start=4, end=16, kind="relative", rule="known-term.relative", action=Action.HOLD)
    draft = await world.held("Her [relative] is here.", typed="Her daughter Ana is here.", findings=(found,))
    path = f"/live-events/{EVENT}/drafts/{draft.id}/original"
    answer = await world.ask("reviewer", "GET", path)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["text"] == "Her daughter Ana is here."
    assert answer.json()["pieces"] == [
        {"kind": "same", "text": "Her "},
        {"kind": "del", "text": "daughter Ana"},
        {"kind": "ins", "text": "[relative]"},
        {"kind": "same", "text": " is here."},
    ]
    assert (await world.ask("advocate", "GET", path)).status_code == 403
    opened = world.records(ACCESSES)
    assert [(a.actor.role, a.draft_id, a.what) for a in opened] == [("reviewer", draft.id, "original-opened")]
    assert b"Ana" not in opened[0].encode()


async def test_the_original_of_an_edit_is_what_the_editor_typed(world: World) -> None:
    draft = await world.held()
    await world.decide("reviewer", draft, "edit", text="Ms Lopez is here.")
    new = world.records(DRAFTS)[-1]
    answer = await world.ask("physician", "GET", f"/live-events/{EVENT}/drafts/{new.id}/original")
    assert answer.json()["text"] == "Ms Lopez is here."

"""Corrections written at the desk: screened, somebody else's to approve, released as naming what they correct."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio

from consumers.archive.entry import Source, shape
from producers.client import new_id
from schemas.draft import Draft
from schemas.envelope import system
from schemas.ids import derive
from schemas.receipt import Retraction
from schemas.release import Release
from schemas.topics import DECISIONS, DRAFTS, RECEIPTS, RELEASES, SUBMISSIONS
from streams.policies import SHIPPED_ONLY
from streams.scrub.bound import forget, redraft_with
from streams.vault import Vault
from tests.desk_world import EVENT, StillClock, World, desk_world, update_id
from tests.examples import NOW
from tests.integration.test_desk_pages import Person

WRONG = "The right knee is done."
RIGHT = "It was the left knee."


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    clock = StillClock(NOW)
    vault = Vault(tmp_path / "vault", b"v" * 32)
    screen = redraft_with(vault, clock)
    async with desk_world(tmp_path, clock=clock, screen=screen, policy_of=SHIPPED_ONLY.ref, forget=forget) as made:
        await made.open()
        yield made


async def public(world: World, text: str = WRONG, **changes: Any) -> Release:
    """An update that was approved and posted on the page and on X."""
    draft = await world.held(text, policy=SHIPPED_ONLY.ref("strict"), **changes)
    assert (await world.decide("physician", draft, "approve")).status_code == 200
    release: Release = world.records(RELEASES)[-1]
    for destination in ("local", "x:@StAnna"):
        await world.outcome(release, destination, url=f"https://{destination.partition(':')[0]}.example/1")
    return release


async def correct(
    world: World, release: Release, text: str = RIGHT, role: str = "reviewer", **more: Any
) -> httpx.Response:
    path = f"/live-events/{EVENT}/updates/{release.update_id}/corrections"
    return await world.ask(role, "POST", path, {"text": text} | more)


async def test_a_correction_is_a_new_update_that_somebody_else_approves(world: World) -> None:
    release = await public(world)
    answer = await correct(world, release)
    assert answer.status_code == 202
    draft: Draft = world.records(DRAFTS)[-1]
    assert answer.json() == {
        "update_id": str(draft.update_id),
        "draft_id": str(draft.id),
        "corrects": str(release.update_id),
    }
    assert (draft.text, draft.authors, draft.cause) == (RIGHT, ("reviewer",), release.draft_id)
    assert (draft.update_id != release.update_id, draft.phase, draft.source_offset) == (True, None, -1)
    (waiting,) = await world.waiting("reviewer")
    assert (waiting["headline"], waiting["corrects"]) == ("Corrects an earlier post", str(release.update_id))
    assert waiting["may_not"] == "own-words"
    own = await world.decide("reviewer", draft, "approve")
    assert (own.status_code, own.json()["type"]) == (403, "urn:scrubcast:own-words")
    assert (await world.decide("physician", draft, "approve")).status_code == 200
    released: Release = world.records(RELEASES)[-1]
    assert (released.text, released.corrects) == (RIGHT, release.update_id)
    assert released.id != release.id


async def test_what_was_typed_is_screened_and_lies_sealed_on_the_draft_alone(world: World) -> None:
    release = await public(world)
    typed = "Maria Lopez had the left knee done."
    await correct(world, release, typed)
    draft: Draft = world.records(DRAFTS)[-1]
    assert "Lopez" not in draft.model_dump_json()
    assert [r.update_id for r in world.records(SUBMISSIONS)] == [release.update_id]
    original = await world.ask("physician", "GET", f"/live-events/{EVENT}/drafts/{draft.id}/original")
    assert original.json()["text"] == typed


async def test_an_edited_correction_still_corrects_and_has_two_authors(world: World) -> None:
    release = await public(world)
    await correct(world, release)
    draft: Draft = world.records(DRAFTS)[-1]
    await world.decide("physician", draft, "edit", text="It was the left knee, not the right.")
    edited: Draft = world.records(DRAFTS)[-1]
    assert (edited.corrects, edited.authors) == (release.update_id, ("reviewer", "physician"))
    assert (await world.decide("director", edited, "approve")).status_code == 200
    assert world.records(RELEASES)[-1].corrects == release.update_id


async def test_the_same_request_again_and_twice_at_once_is_one_correction(world: World) -> None:
    release = await public(world)
    mine = str(new_id())
    answers = await asyncio.gather(*(correct(world, release, update_id=mine) for _ in range(3)))
    assert {a.status_code for a in answers} == {202}
    assert len({a.text for a in answers}) == 1
    assert [d.revision for d in world.records(DRAFTS) if d.corrects] == [1]
    other = await correct(world, release, "It was neither.", update_id=mine)
    assert (other.status_code, other.json()["type"]) == (409, "urn:scrubcast:other-content")
    taken = await correct(world, release, update_id=str(release.update_id))
    assert taken.json()["type"] == "urn:scrubcast:other-content"


async def test_only_what_is_public_can_be_corrected(world: World) -> None:
    draft = await world.held()
    path = f"/live-events/{EVENT}/updates/{draft.update_id}/corrections"
    assert (await world.ask("reviewer", "POST", path, {"text": RIGHT})).json()["type"] == "urn:scrubcast:not-public"
    unknown = f"/live-events/{EVENT}/updates/{update_id(99)}/corrections"
    assert (await world.ask("reviewer", "POST", unknown, {"text": RIGHT})).status_code == 404
    assert len(world.records(DRAFTS)) == 1


async def test_what_was_taken_back_withdrawn_or_closed_is_not_corrected(world: World) -> None:
    release = await public(world)
    await world.control("physician", "retract", update_id=str(release.update_id))
    assert (await correct(world, release)).json()["type"] == "urn:scrubcast:retracted"
    other = await public(world, "The left hip is done.")
    await world.ask("director", "POST", f"/live-events/{EVENT}/close")
    assert (await correct(world, other)).json()["type"] == "urn:scrubcast:closed"
    await world.control("advocate", "withdraw")
    answer = await correct(world, other)
    assert answer.json()["type"] == "urn:scrubcast:withdrawn"
    assert not [d for d in world.records(DRAFTS) if d.corrects]


async def test_who_may_not_read_drafts_may_not_correct_and_a_correction_has_words_of_its_own(world: World) -> None:
    release = await public(world)
    for role in ("reporter", "liaison", "advocate", "auditor"):
        assert (await correct(world, release, role=role)).status_code == 403
    assert (await correct(world, release, "  ")).json()["type"] == "urn:scrubcast:invalid"
    assert (await correct(world, release, WRONG)).json()["type"] == "urn:scrubcast:unchanged"
    gone = await correct(world, release, "+31 6 1234 5678")
    assert (gone.status_code, "1234" in gone.text) == (422, False)


async def test_a_reviewer_corrects_with_forms_alone(world: World) -> None:
    release = await public(world)
    person = await Person(world).sign_in("reviewer")
    page = f"/desk/{EVENT}/updates/{release.update_id}"
    assert f'href="{page}/correct#draft"' in await person.read()
    assert f'href="{page}/correct"' in await person.read(page)
    form = await person.read(f"{page}/correct")
    assert f">{WRONG}</textarea>" in form
    mine = form.partition('name="update_id" value="')[2].partition('"')[0]
    done = await person.press(f"{page}/correct", {"update_id": mine, "text": RIGHT})
    draft: Draft = world.records(DRAFTS)[-1]
    assert (str(draft.update_id), done.url.path) == (mine, f"/desk/{EVENT}/drafts/{draft.id}")
    assert "Your correction was checked. Someone else has to approve it." in done.text
    assert "It corrects update 1" in done.text
    assert WRONG in done.text
    again = await person.press(f"{page}/correct", {"update_id": mine, "text": RIGHT})
    assert again.url.path == done.url.path
    assert "Correction: update 2" in await person.read(page)


async def test_who_only_watches_is_offered_no_correction(world: World) -> None:
    release = await public(world)
    page = f"/desk/{EVENT}/updates/{release.update_id}"
    person = await Person(world).sign_in("advocate")
    assert "/correct" not in await person.read()
    assert "/correct" not in await person.read(page)
    assert (await person.http.get(f"{page}/correct")).status_code == 403


async def test_a_refused_correction_keeps_what_was_typed_on_the_page(world: World) -> None:
    release = await public(world)
    person = await Person(world, "de").sign_in("reviewer")
    page = f"/desk/{EVENT}/updates/{release.update_id}/correct"
    assert "Diesen Beitrag berichtigen" in await person.read(page)
    mine = str(new_id())
    answer = await person.press(page, {"update_id": mine, "text": "+31 6 1234 5678"})
    assert answer.status_code == 422
    assert ">+31 6 1234 5678</textarea>" in answer.text
    assert f'value="{mine}"' in answer.text
    assert "Ohne die Namen blieb nichts übrig" in answer.text


async def test_a_corrected_post_that_is_taken_back_later_is_named_without_its_words(world: World) -> None:
    release = await public(world)
    draft_id = (await correct(world, release)).json()["draft_id"]
    await world.control("physician", "retract", update_id=str(release.update_id))
    for destination in ("local", "x:@StAnna"):
        await world.send(RECEIPTS, _deleted(release, destination))
    shown = await (await Person(world).sign_in("physician")).read(f"/desk/{EVENT}/drafts/{draft_id}")
    assert "It corrects update 1" in shown
    assert "which is public nowhere" in shown
    assert WRONG not in shown


async def test_the_archive_keeps_what_a_correction_corrects_and_who_said_so(world: World) -> None:
    release = await public(world)
    await correct(world, release)
    draft: Draft = world.records(DRAFTS)[-1]
    await world.decide("physician", draft, "approve")
    kept = []
    for topic in (DRAFTS, DECISIONS, RELEASES):
        value = world.bus.everything(topic.name)[-1].value
        kept.append(shape(Source(topic=topic.name, partition=0, offset=0), EVENT, value))
    assert {one.update_id for one in kept} == {str(draft.update_id)}
    assert [f'"corrects":"{release.update_id}"'.encode() in one.record for one in kept] == [True, False, True]
    assert RIGHT.encode() not in kept[0].record


def _deleted(release: Release, destination: str) -> Retraction:
    return Retraction(
        id=derive("deleted", destination), live_event_id=EVENT, at=NOW, actor=system("poster"),
        update_id=release.update_id, destination=destination, post_id=derive(release.id, destination, 0),
        outcome="deleted",
    )  # fmt: skip

"""The desk's team while an event is live: who is here, the back channel, the plan, a complication, the stopped page."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from producers.desk.presences import Presences
from schemas.control import Control
from schemas.envelope import Actor, Role
from schemas.live_event import Destination
from schemas.submission import Written
from schemas.topics import CONTROLS, MESSAGES, RELEASES, SUBMISSIONS
from streams.accounts import AccountCheck
from streams.clock import ManualClock
from tests.desk_world import EVENT, TOKENS, StillClock, World, desk_world
from tests.examples import NOW, event_file

SHEET = [
    {"id": "welcome", "text": "Welcome to the operating theatre."},
    {"id": "first-cut", "text": "The first cut was at {time}."},
    {"id": "calm", "text": "All is calm. We tell you more soon."},
]
PLAN: dict[str, Any] = {"run_sheet": SHEET, "holding": {"after_min": 8, "item": "calm"}, "family_first": ["done"]}
STAFF = ("reviewer", "physician", "director", "advocate", "liaison")


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with desk_world(tmp_path) as world:
        assert (await world.open(**PLAN)).status_code == 201
        yield world


async def page(world: World, role: str, path: str = "", **cookies: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {TOKENS[role]}"}
    if cookies:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return await world.http.get(f"/desk/{EVENT}{path}", headers=headers)


def bearer(role: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {TOKENS[role]}"}


async def press(world: World, role: str, path: str, **form: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {TOKENS[role]}"}
    answer = await world.http.post(f"/desk/{EVENT}{path}", data=form, headers=headers)
    await world.settle()
    return answer


async def say(world: World, role: str, text: str, *, form_id: UUID | None = None) -> httpx.Response:
    return await press(world, role, "/messages", form_id=str(form_id or uuid4()), text=text)


def clock(world: World) -> ManualClock:
    assert isinstance(world.clock, ManualClock)
    return world.clock


# -- who is here


async def test_who_asks_for_a_page_is_here_for_a_minute(world: World) -> None:
    await page(world, "advocate")
    assert "<li>Advocate</li>" in (await page(world, "physician", "/present")).text
    await clock(world).advance(61)
    assert "<li>Advocate</li>" not in (await page(world, "physician", "/present")).text


def test_a_named_person_has_the_role_beside_the_name_and_the_moment_they_came() -> None:
    here = Presences(StillClock(NOW))
    here.saw(EVENT, Actor(role=Role.REVIEWER, name="S. de Wit"))
    here.saw(EVENT, Actor(role=Role.PHYSICIAN, name="A. Visser"))
    found = here.here(EVENT)
    assert [(p.name, p.role, p.since) for p in found] == [
        ("A. Visser", Role.PHYSICIAN, NOW), ("S. de Wit", Role.REVIEWER, NOW),
    ]  # fmt: skip
    assert here.here("another-event") == ()


async def test_who_has_an_open_stream_stays_however_long_it_is_quiet() -> None:
    clock_ = StillClock(NOW)
    here = Presences(clock_)

    async def frames() -> AsyncIterator[bytes]:
        yield b": connected\n\n"
        await asyncio.Event().wait()

    stream = here.watching(EVENT, Actor(role=Role.LIAISON, name="T. Okafor"), frames())
    assert await anext(stream) == b": connected\n\n"
    await clock_.advance(3600)
    assert [p.name for p in here.here(EVENT)] == ["T. Okafor"]
    await stream.aclose()  # type: ignore[attr-defined]  # a generator
    await clock_.advance(61)
    assert here.here(EVENT) == ()


def test_who_comes_in_as_somebody_else_is_not_here_twice() -> None:
    here = Presences(StillClock(NOW))
    key, person = Actor(role=Role.DIRECTOR, name="director"), Actor(role=Role.DIRECTOR, name="J. Brandt")
    here.saw(EVENT, key)
    here.left(key)
    here.saw(EVENT, person)
    assert [p.name for p in here.here(EVENT)] == ["J. Brandt"]
    here.saw(EVENT, key)  # on another device
    assert [p.name for p in here.here(EVENT)] == ["J. Brandt", "director"]


async def test_who_signs_out_goes_with_the_page_that_is_still_open() -> None:
    here, one = Presences(StillClock(NOW)), Actor(role=Role.LIAISON, name="T. Okafor")

    async def frames() -> AsyncIterator[bytes]:
        yield b": connected\n\n"
        await asyncio.Event().wait()

    stream = here.watching(EVENT, one, frames())
    await anext(stream)
    here.left(one)
    assert [p.name for p in here.here(EVENT)] == ["T. Okafor"]
    await stream.aclose()  # type: ignore[attr-defined]  # a generator
    assert here.here(EVENT) == ()


@pytest.mark.parametrize("then", ["/desk/sign-out", "/desk/sign-in"])
async def test_a_key_that_is_put_away_or_changed_for_another_is_gone_from_the_line(world: World, then: str) -> None:
    await world.http.post("/desk/sign-in", data={"token": TOKENS["reviewer"]})
    await world.http.get(f"/desk/{EVENT}")
    assert "<li>Reviewer</li>" in (await page(world, "physician", "/present")).text
    await world.http.post(then, data={"token": TOKENS["auditor"]})
    assert "<li>Reviewer</li>" not in (await page(world, "physician", "/present")).text


async def test_who_else_reads_a_draft_stands_beside_it(world: World) -> None:
    draft = await world.held()
    await page(world, "reviewer", f"/drafts/{draft.id}")
    assert "Reviewer reads this" in (await page(world, "physician", f"/drafts/{draft.id}")).text
    assert "Physician reads this" in (await page(world, "reviewer", f"/present?draft={draft.id}")).text
    await page(world, "reviewer", f"/drafts/{draft.id}/edit")
    assert "Reviewer writes another wording" in (await page(world, "physician", f"/drafts/{draft.id}")).text
    await page(world, "reviewer", "/plan")
    assert "Reviewer reads this" not in (await page(world, "physician", f"/drafts/{draft.id}")).text


async def test_the_second_of_two_reviewers_is_told_by_name(world: World) -> None:
    draft = await world.held()
    await world.decide("physician", draft, "approve")
    answer = await press(
        world, "reviewer", f"/drafts/{draft.id}/decision", verdict="approve", text_sha256=draft.text_sha256
    )
    shown = await world.http.get(answer.headers["location"], headers={"Authorization": f"Bearer {TOKENS['reviewer']}"})
    assert "Physician approved this at 10:00:00. Nothing of yours was changed." in shown.text


# -- the back channel

PLANTED = "The daughter of Maria Lopez, 00482913, waits in room 4.12."


@pytest.mark.parametrize("role", STAFF)
async def test_the_staff_talk_and_read_one_another(world: World, role: str) -> None:
    answer = await say(world, role, PLANTED)
    assert answer.headers["location"] == f"/desk/{EVENT}/messages"
    for other in STAFF:
        assert PLANTED in (await page(world, other, "/messages")).text


@pytest.mark.parametrize("role", ["reporter", "auditor"])
async def test_nobody_else_reads_or_says_anything(world: World, role: str) -> None:
    await say(world, "director", PLANTED)
    read, said = await page(world, role, "/messages"), await say(world, role, "Hello")
    assert (read.status_code, said.status_code) == (403, 403)
    assert "Lopez" not in read.text + said.text
    assert len(world.records(MESSAGES)) == 1


async def test_what_is_said_is_on_no_topic_in_no_log_and_on_no_other_page(
    world: World, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    draft = await world.held()
    await say(world, "director", PLANTED)
    too_long = await say(world, "director", PLANTED * 20)
    empty = await say(world, "director", " \n ")
    pages = [await page(world, "director", path) for path in ("", "/plan", f"/drafts/{draft.id}", "/present")]
    status = await world.ask("director", "GET", f"/live-events/{EVENT}/status")
    on_topics = b"".join(m.value or b"" for topic in await world.bus.topics() for m in world.bus.everything(topic))
    for word in ("Lopez", "00482913", "4.12"):
        assert word.encode() not in on_topics
        assert word not in caplog.text + "".join(capsys.readouterr())
        assert all(word not in one.text for one in (*pages, status))
    assert (too_long.status_code, empty.status_code) == (422, 422)
    assert "500 characters at most" in too_long.text  # and what was typed is still there, for the one who typed it
    assert too_long.text.count("Lopez") == 1 + 20


async def test_a_message_pressed_twice_is_said_once(world: World) -> None:
    form = uuid4()
    await say(world, "director", "Once.", form_id=form)
    await say(world, "director", "Once.", form_id=form)
    assert len(world.records(MESSAGES)) == 1


async def test_new_messages_are_counted_until_they_were_looked_at(world: World) -> None:
    await say(world, "director", "One.")
    await say(world, "advocate", "Two.")
    assert "<b>2 new</b>" in (await page(world, "physician")).text
    assert "<b>1 new</b>" in (await page(world, "director")).text  # one's own are not new
    looked = await page(world, "physician", "/messages")
    name, _, value = looked.headers["set-cookie"].partition(";")[0].partition("=")
    assert " new</b>" not in (await page(world, "physician", **{name: value})).text
    await clock(world).advance(1)
    await say(world, "liaison", "Three.")
    assert "<b>1 new</b>" in (await page(world, "physician", **{name: value})).text
    assert "<b>3 new</b>" in (await page(world, "physician", **{name: "x"})).text


async def test_a_withdrawal_destroys_what_was_said(world: World) -> None:
    await say(world, "director", PLANTED)
    await world.control("advocate", "withdraw")
    shown = await page(world, "director", "/messages")
    assert "Lopez" not in shown.text
    assert "destroyed, and with them what was said here" in shown.text
    assert (await say(world, "director", "Hello")).status_code == 410


async def test_a_message_under_another_seal_or_id_is_not_shown(world: World) -> None:
    await say(world, "director", "One.")
    (record,) = world.records(MESSAGES)
    await world.send(MESSAGES, record.model_copy(update={"id": uuid4()}))
    shown = (await page(world, "physician", "/messages")).text
    assert shown.count("talk-text") == 1


# -- the plan


async def test_the_plan_says_what_was_said_and_what_is_next(world: World) -> None:
    draft = await world.held("Welcome to the operating theatre.", run_sheet_item="welcome", reasons=())
    await world.decide("physician", draft, "approve")
    await world.outcome(world.records(RELEASES)[0], "local")
    shown = (await page(world, "liaison", "/plan")).text
    assert "Public since 10:00" in shown
    assert shown.index("Public since") < shown.index("Next</span>") < shown.index("When it was silent for too long")
    assert "After 8 minutes of silence" in shown


async def test_the_liaison_ticks_that_the_family_was_told(world: World) -> None:
    assert "Waits until the family was told" in (await page(world, "reviewer", "/plan")).text
    assert 'action="/desk/knee-2026/told"' not in (await page(world, "reviewer", "/plan")).text
    assert (await press(world, "reviewer", "/told", phase="done")).status_code == 403
    answer = await press(world, "liaison", "/told", phase="done")
    assert answer.headers["location"].endswith("/plan?said=told")
    (record,) = world.records(CONTROLS)
    assert (record.kind, record.phase, record.actor.name) == ("told", "done", "liaison")
    assert "The family knows" in (await page(world, "reviewer", "/plan")).text


@pytest.mark.parametrize(("phases", "heading"), [(["closing"], "Phase"), (["key step", "closing"], "Phases")])
async def test_one_phase_is_not_called_several(tmp_path: Path, phases: list[str], heading: str) -> None:
    async with desk_world(tmp_path) as world:
        await world.open(phases=phases)
        assert f'id="phases">{heading}</h3>' in (await page(world, "director", "/plan")).text


async def test_a_physician_signs_the_very_run_sheet(world: World) -> None:
    shown = (await page(world, "physician", "/run-sheet")).text
    sha256 = shown.split('name="run_sheet_sha256" value="')[1][:64]
    assert (await press(world, "director", "/run-sheet", run_sheet_sha256=sha256)).status_code == 403
    await press(world, "physician", "/run-sheet", run_sheet_sha256=sha256)
    (record,) = world.records(CONTROLS)
    assert (record.kind, record.run_sheet_sha256) == ("sign-run-sheet", sha256)
    assert "Signed by Physician at 10:00." in (await page(world, "advocate", "/run-sheet")).text
    assert "Sign these words" not in (await page(world, "advocate", "/run-sheet")).text


async def test_another_sheet_than_the_one_that_was_read_is_not_signed(world: World) -> None:
    answer = await press(world, "physician", "/run-sheet", run_sheet_sha256="0" * 64)
    assert "said=" in answer.headers["location"]
    assert world.records(CONTROLS) == []


# -- silence


async def test_silence_is_counted_and_a_holding_message_is_proposed(world: World) -> None:
    assert "of 8:00" in (await page(world, "reviewer")).text
    await clock(world).advance(8 * 60)
    shown = (await page(world, "reviewer")).text
    assert "Nothing was said for 8 minutes" in shown
    quiet = (await page(world, "reviewer", "/holding")).text
    assert "All is calm. We tell you more soon." in quiet
    assert "Send the holding message" in quiet


async def test_two_presses_say_the_holding_message_once_through_screening(world: World) -> None:
    await clock(world).advance(9 * 60)
    shown = (await page(world, "reviewer", "/holding")).text
    update_id = shown.split('name="update_id" value="')[1][:36]
    first = await press(world, "reviewer", "/holding", update_id=update_id)
    await press(world, "physician", "/holding", update_id=update_id)
    assert first.headers["location"].endswith("said=holding-sent")
    (record,) = world.records(SUBMISSIONS)
    assert (str(record.id), record.run_sheet_item, record.actor.name) == (update_id, "calm", "reviewer")
    written = Written.model_validate_json(world.vault.open_sealed(EVENT, record.sealed))
    assert (written.text, str(written.update_id)) == ("All is calm. We tell you more soon.", update_id)
    assert "Nothing was said for" not in (await page(world, "reviewer")).text


async def test_nothing_is_proposed_while_held_or_once_something_was_said(world: World) -> None:
    await clock(world).advance(9 * 60)
    shown = (await page(world, "reviewer", "/holding")).text
    update_id = shown.split('name="update_id" value="')[1][:36]
    await world.control("director", "hold")
    assert "Nothing was said for" not in (await page(world, "reviewer")).text
    await world.control("director", "resume")
    await world.decide("physician", await world.held("One is steady."), "approve")
    await world.outcome(world.records(RELEASES)[0], "local")
    answer = await press(world, "reviewer", "/holding", update_id=update_id)
    assert answer.headers["location"].endswith("said=holding-over")
    assert len(world.records(SUBMISSIONS)) == 1  # the update itself


@pytest.mark.parametrize("role", ["advocate", "liaison", "auditor", "reporter"])
async def test_who_reads_no_drafts_says_no_holding_message(world: World, role: str) -> None:
    await clock(world).advance(9 * 60)
    assert (await press(world, role, "/holding", update_id=str(uuid4()))).status_code == 403
    assert world.records(SUBMISSIONS) == []


async def test_blanks_of_the_holding_message_take_their_type_alone(tmp_path: Path) -> None:
    async with desk_world(tmp_path) as world:
        sheet = [{"id": "calm", "text": "At {time} all is calm for {minutes} minutes."}]
        await world.open(run_sheet=sheet, holding={"after_min": 2, "item": "calm"})
        await clock(world).advance(180)
        shown = (await page(world, "reviewer", "/holding")).text
        assert 'value="10:03"' in shown
        update_id = shown.split('name="update_id" value="')[1][:36]
        wrong = await press(world, "reviewer", "/holding", update_id=update_id, blank_0="10:03", blank_1="Maria")
        assert wrong.headers["location"].endswith("/holding?said=blank-wrong")
        await press(world, "reviewer", "/holding", update_id=update_id, blank_0="10:03", blank_1="20")
        (record,) = world.records(SUBMISSIONS)
        written = Written.model_validate_json(world.vault.open_sealed(EVENT, record.sealed))
        assert written.text == "At 10:03 all is calm for 20 minutes."


async def test_an_approval_about_to_end_is_in_the_queue(world: World) -> None:
    await world.decide("physician", await world.held("One is steady."), "approve")
    await world.control("director", "hold")
    assert "Approval is about to end" not in (await page(world, "reviewer")).text
    await clock(world).advance(15 * 60 - 130)
    shown = (await page(world, "reviewer")).text
    assert "Approval is about to end" in shown
    assert "2:10" in shown


# -- a complication


@pytest.mark.parametrize(
    ("plan", "says", "state"),
    [
        ("hold", "Hold everything", "held"),
        ("stop", "Stop everything", "stopped"),
        ("text-only", "Text only", "running"),
    ],
)
async def test_a_complication_does_at_one_press_what_the_button_said(
    tmp_path: Path, plan: str, says: str, state: str
) -> None:
    async with desk_world(tmp_path) as world:
        await world.open(complication=plan)
        shown = (await page(world, "advocate")).text
        assert f"<small>{says}</small>" in shown
        assert 'action="/desk/knee-2026/complication"' not in (await page(world, "reviewer")).text
        await press(world, "advocate", "/complication")
        (record,) = world.records(CONTROLS)
        assert isinstance(record, Control)
        assert (record.kind, record.mode) == ("complication", plan)
        status = (await world.ask("director", "GET", f"/live-events/{EVENT}/status")).json()
        assert status["standing"] == state
        assert "Complication since 10:00, Advocate" in (await page(world, "reviewer")).text


async def test_text_only_ends_by_a_word_of_physician_or_director(tmp_path: Path) -> None:
    async with desk_world(tmp_path) as world:
        await world.open(complication="text-only")
        await press(world, "director", "/complication")
        assert "Complication is over" not in (await page(world, "advocate")).text
        assert (await press(world, "advocate", "/complication-over")).status_code == 403
        assert "Complication is over" in (await page(world, "physician")).text
        await press(world, "physician", "/complication-over")
        assert "Complication since" not in (await page(world, "physician")).text


async def test_the_word_that_it_is_over_leaves_a_hold_to_be_resumed(world: World) -> None:
    await press(world, "advocate", "/complication")
    assert "Complication is over" not in (await page(world, "advocate")).text
    assert "Complication is over" in (await page(world, "director")).text
    answer = await press(world, "physician", "/complication-over")
    shown = (await world.http.get(answer.headers["location"], headers=bearer("physician"))).text
    assert "Nothing goes out until the event is resumed." in shown
    assert "Held since" in shown
    assert ("Complication since" in shown, "Complication is over</span>" in shown) == (False, False)
    await press(world, "director", "/resume")
    assert "Live since" in (await page(world, "director")).text


# -- destinations, consent, returning, and the page after a stop


async def test_posts_left_are_what_the_account_said_less_what_went_out(tmp_path: Path) -> None:
    async def check(destination: Destination) -> AccountCheck:
        return AccountCheck(destination.key, name="St. Anna", left=72, resets_at=NOW + timedelta(hours=1))

    async with desk_world(tmp_path, check_account=check) as world:
        await world.open()
        assert 'data-live="left">X 72<' in (await page(world, "reviewer")).text
        await world.decide("physician", await world.held("One is steady."), "approve")
        await clock(world).advance(60)
        await world.outcome(world.records(RELEASES)[0], "x:@StAnna")
        shown = (await page(world, "reviewer", "?to=x%3A%40StAnna")).text
        assert 'data-live="left">X 71<' in shown
        assert "71 left until 11:00" in shown
        assert "1 in the last hour" in shown
        await clock(world).advance(3600)
        assert 'data-live="left">–<' in (await page(world, "reviewer")).text


async def test_the_consent_s_scope_stands_beside_the_draft(tmp_path: Path) -> None:
    async with desk_world(tmp_path) as world:
        await world.open(consent={**event_file()["consent"], "body_area": "right knee"})
        draft = await world.held()
        shown = (await page(world, "reviewer", f"/drafts/{draft.id}")).text
        assert "Consent covers: text · right knee · no name" in shown


async def test_a_return_offers_what_fits_a_relative(world: World) -> None:
    draft = await world.held(reasons=("relative",))
    shown = (await page(world, "reviewer", f"/drafts/{draft.id}")).text
    for words in ("Without the relative", "When the family was told", "Something else"):
        assert words in shown
    await press(
        world, "reviewer", f"/drafts/{draft.id}/decision", verdict="return", text_sha256=draft.text_sha256,
        reason="without-relative",
    )  # fmt: skip
    assert "Returned by Reviewer" in (await page(world, "reviewer", f"/drafts/{draft.id}")).text


async def test_enter_in_the_field_for_a_note_never_approves(world: World) -> None:
    draft = await world.held()
    shown = (await page(world, "reviewer", f"/drafts/{draft.id}")).text
    form = shown[shown.index('id="decision"') :]
    assert form.index('value="return"') < form.index('value="approve"')


async def test_the_page_after_a_stop_says_what_was_public_where_and_how_fast_the_stop_was(world: World) -> None:
    await world.decide("physician", await world.held("One is steady."), "approve")
    await world.outcome(world.records(RELEASES)[0], "local")
    await press(world, "advocate", "/stop")
    shown = (await page(world, "director", "/stopped")).text
    assert "The stop was durable" in shown
    places = shown[shown.index('class="kv kv-wide"') :]
    assert places.index("<dt>Local") < places.index(">1") < places.index("<dt>X")

"""Legal holds, erasures by event and by person, and the schedule, through the desk's HTTP interface."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from producers.desk.beyond_reach import Times
from schemas.access import Access
from schemas.control import Control
from schemas.ids import derive
from schemas.live_event import LiveEvent
from schemas.retention import Erasure, LegalHold, subject_id
from schemas.topics import ACCESSES, CONTROLS, LIVE_EVENTS, RELEASES, RETENTIONS, SUBMISSIONS, TOPICS, decode_retention
from streams.clock import ManualClock
from streams.vault import KeyDestroyed, Vault
from tests.desk_world import EVENT, TOKENS, StillClock, World, desk_world, make_app
from tests.examples import ADVOCATE, DIRECTOR, NOW

PATH = f"/live-events/{EVENT}"
MATTER = {"matter": "2027/114"}
HOUR = Times(keys_s=3600.0)


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with desk_world(tmp_path, times=HOUR) as made:
        await made.open(protect=["Maria Lopez", "1957-03-14", "Kemal Yilmaz", "K. Yilmaz"], consent=pictured())
        yield made


def pictured() -> dict[str, Any]:
    from tests.examples import event_file  # its consent, with one person more in it

    return {**event_file()["consent"], "pictured": ["scrub nurse"]}


def said(world: World) -> list[Any]:
    return [decode_retention(m.value or b"") for m in world.bus.everything(RETENTIONS.name)]


async def later(world: World, seconds: float) -> None:
    assert isinstance(world.clock, ManualClock)
    await world.clock.advance(seconds)
    await world.settle()


async def ask(world: World, role: str, path: str, body: Any = None) -> httpx.Response:
    answer = await world.ask(role, "POST", path, body)
    await world.settle()
    return answer


async def test_while_a_hold_lies_on_an_event_its_keys_outlive_their_time(world: World) -> None:
    assert (await ask(world, "director", f"{PATH}/holds", MATTER)).status_code == 201
    await ask(world, "director", f"{PATH}/close")
    await later(world, 3 * 3600)

    assert world.vault.has(EVENT)
    assert [r.archived_at for r in world.records(LIVE_EVENTS)][-1] is None
    state = (await world.ask("auditor", "GET", f"{PATH}/retention")).json()
    assert (state["keys"], [h["matter"] for h in state["holds"]]) == ("kept", ["2027/114"])

    assert (await ask(world, "director", f"{PATH}/holds/lift", MATTER)).json()["lifted"] is False
    await later(world, 120)
    assert world.vault.has(EVENT)
    assert (await ask(world, "advocate", f"{PATH}/holds/lift", MATTER)).json() == {"lifted": True, "hold": None}
    await later(world, 61)

    assert not world.vault.has(EVENT)
    erasure = said(world)[-1]
    assert (erasure.reason, erasure.actor.name, erasure.terms) == ("schedule", "desk", 4)
    await later(world, 61)
    assert world.records(LIVE_EVENTS)[-1].archived_at is not None


async def test_the_person_who_asked_to_end_a_hold_cannot_agree_as_well(world: World) -> None:
    await ask(world, "director", f"{PATH}/holds", MATTER)
    await ask(world, "director", f"{PATH}/holds/lift", MATTER)
    again = await ask(world, "director", f"{PATH}/holds/lift", MATTER)
    assert (again.status_code, again.json()["type"]) == (409, "urn:scrubcast:needs-second")
    assert len(said(world)) == 2


async def test_a_word_that_a_hold_may_end_lasts_a_week(world: World) -> None:
    await ask(world, "director", f"{PATH}/holds", MATTER)
    await ask(world, "director", f"{PATH}/holds/lift", MATTER)
    await later(world, 8 * 86_400)
    answer = (await ask(world, "advocate", f"{PATH}/holds/lift", MATTER)).json()
    assert (answer["lifted"], answer["hold"]["asked_to_end"]) == (False, "advocate")


async def test_the_same_matter_twice_is_one_hold_and_two_matters_are_two(world: World) -> None:
    await ask(world, "director", f"{PATH}/holds", MATTER)
    await ask(world, "director", f"{PATH}/holds", {"matter": " 2027/114 "})
    await ask(world, "director", f"{PATH}/holds", {"matter": "2027/115"})
    assert [record.matter for record in said(world)] == ["2027/114", "2027/115"]


@pytest.mark.parametrize("matter", ["Lopez v. St. Anna: Maria Lopez", "maria  LOPEZ", "of 1957-03-14"])
async def test_a_matter_that_names_somebody_protected_is_refused_without_repeating_it(
    world: World, matter: str
) -> None:
    answer = await ask(world, "director", f"{PATH}/holds", {"matter": matter})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:scrubcast:identifies")
    assert "lopez" not in answer.text.lower()
    assert said(world) == []


@pytest.mark.parametrize("matter", ["", "x" * 81, "a\nb", "<b>"])
async def test_a_matter_is_a_short_reference(world: World, matter: str) -> None:
    assert (await ask(world, "director", f"{PATH}/holds", {"matter": matter})).status_code == 422


async def test_a_withdrawal_stops_and_destroys_the_keys_although_a_hold_lies_on_the_event(world: World) -> None:
    await ask(world, "director", f"{PATH}/holds", MATTER)
    (placed,) = said(world)
    assert (await world.control("advocate", "withdraw")).status_code == 202

    assert not world.vault.has(EVENT)
    assert world.records(LIVE_EVENTS)[-1].state == "closed"
    erasure = said(world)[-1]
    assert (erasure.reason, erasure.actor.role, erasure.despite) == ("withdrawal", "advocate", (placed.hold_id,))


async def test_where_the_house_says_so_a_hold_keeps_the_keys_of_a_withdrawn_event(tmp_path: Path) -> None:
    times = Times(keys_s=3600.0, hold_outlasts_withdrawal=True)
    async with desk_world(tmp_path, times=times) as world:
        await world.open()
        await ask(world, "director", f"{PATH}/holds", MATTER)
        assert (await world.control("advocate", "withdraw")).status_code == 202
        assert [c.kind for c in world.records(CONTROLS)] == ["withdraw"]
        assert world.records(LIVE_EVENTS)[-1].state == "closed"
        await later(world, 61)
        assert world.vault.has(EVENT)

        for role in ("director", "advocate"):
            await ask(world, role, f"{PATH}/holds/lift", MATTER)
        await later(world, 61)
        assert not world.vault.has(EVENT)
        assert said(world)[-1].reason == "withdrawal"


async def test_what_a_hold_keeps_outlives_its_topic_and_goes_with_the_hold(tmp_path: Path) -> None:
    folder = tmp_path / "held"
    async with desk_world(tmp_path, times=HOUR, held=folder) as world:
        await world.open()
        before = await world.held("Her [relative] is here.", typed="Her sister is here.")
        await ask(world, "director", f"{PATH}/holds", MATTER)
        after = await world.held("Another [relative] too.", typed="Her brother too.")
        await later(world, 61)
        kept = (folder / f"{EVENT}.jsonl").read_bytes()
        assert kept.count(b'"topic": "scrubcast.submissions.v1"') == 2
        assert kept.count(b'"topic": "scrubcast.drafts.v1"') == 2
        assert b"sister" not in kept
        assert b"brother" not in kept
        await later(world, 61)
        assert (folder / f"{EVENT}.jsonl").read_bytes() == kept

        for place, log in world.bus._logs.items():  # as the broker does after three days: the offsets stay
            if place[0] == SUBMISSIONS.name:
                log[:] = [m.__class__(m.topic, m.partition, m.offset, m.key, None, 0) for m in log]
        for draft, typed in ((before, "Her sister is here."), (after, "Her brother too.")):
            opened = await world.ask("reviewer", "GET", f"{PATH}/drafts/{draft.id}/original")
            assert opened.json()["text"] == typed

        for role in ("director", "advocate"):
            await ask(world, role, f"{PATH}/holds/lift", MATTER)
        await later(world, 61)
        assert list(folder.iterdir()) == []
        gone = await world.ask("reviewer", "GET", f"{PATH}/drafts/{before.id}/original")
        assert (gone.status_code, gone.json()["type"]) == (410, "urn:scrubcast:not-kept")


async def test_a_withdrawal_takes_the_copies_of_a_hold_along(tmp_path: Path) -> None:
    async with desk_world(tmp_path, times=HOUR, held=tmp_path / "held") as world:
        await world.open()
        await world.held("Her [relative] is here.", typed="Her sister is here.")
        await ask(world, "director", f"{PATH}/holds", MATTER)
        assert len(list((tmp_path / "held").iterdir())) == 1
        await world.control("advocate", "withdraw")
        await later(world, 61)
        assert list((tmp_path / "held").iterdir()) == []


async def page(world: World, role: str, path: str) -> str:
    answer = await world.http.get(f"/desk/{EVENT}{path}", headers={"Authorization": f"Bearer {TOKENS[role]}"})
    return answer.text


@pytest.mark.parametrize("outlasts", [False, True])
async def test_who_withdraws_reads_what_a_hold_does_to_the_keys(tmp_path: Path, outlasts: bool) -> None:
    async with desk_world(tmp_path, times=Times(hold_outlasts_withdrawal=outlasts)) as world:
        await world.open()
        assert "legal hold" not in await page(world, "advocate", "/withdraw")
        await ask(world, "director", f"{PATH}/holds", MATTER)
        asked = await page(world, "advocate", "/withdraw")
        answer = (await world.control("advocate", "withdraw")).json()
        done = await page(world, "advocate", "/stopped")
    if outlasts:
        assert "A legal hold keeps the keys. They are destroyed when it ends" in asked
        assert (answer["keys"], answer["held_by"]) == ("kept", ["2027/114"])
        assert "A legal hold keeps the keys; they are destroyed when it ends." in done
        assert "unreadable" not in done
    else:
        assert "The keys are destroyed all the same: consent comes first." in asked
        assert (answer["keys"], answer["held_by"]) == ("destroyed", ["2027/114"])
        assert "its keys are destroyed" in done


async def test_the_held_view_says_of_destroyed_keys_that_nothing_can_be_read_again(world: World) -> None:
    draft = await world.held("Her [relative] is here.", typed="Her sister is here.")
    await ask(world, "director", f"{PATH}/close")
    await ask(world, "advocate", f"{PATH}/erasures", {})
    answer = await world.ask("reviewer", "GET", f"{PATH}/drafts/{draft.id}/original")
    assert (answer.status_code, answer.json()["type"]) == (410, "urn:scrubcast:key-destroyed")
    assert "sister" not in answer.text
    for path in ("", f"/drafts/{draft.id}"):
        assert "Her [relative] is here." in await page(world, "reviewer", path) or path == ""
    assert (await world.ask("reviewer", "GET", f"{PATH}/status")).status_code == 200


async def test_an_event_is_erased_on_request_and_the_record_says_what_stays(world: World) -> None:
    draft = await world.held("All is well.")
    await world.decide("reviewer", draft, "approve")
    (release,) = world.records(RELEASES)
    await world.outcome(release, "local")
    await world.outcome(release, "x:@StAnna", outcome="unknown")
    for n in range(2):
        await world.send(ACCESSES, Access(
            id=derive("export", n), live_event_id=EVENT, at=NOW, actor=DIRECTOR, what="exported"
        ))  # fmt: skip
    await ask(world, "director", f"{PATH}/close")

    answer = await ask(world, "advocate", f"{PATH}/erasures", {})
    assert answer.status_code == 202
    erasure = said(world)[-1]
    assert isinstance(erasure, Erasure)
    assert (erasure.reason, erasure.actor.role, erasure.whose) == ("request", "advocate", subject_id(EVENT, "patient"))
    assert erasure.erased == ("sealing-key", "protected-terms", "commitment-key")
    assert erasure.terms == 4
    assert [(one.what, one.place, one.count) for one in erasure.left] == [
        ("public-post", "local", 1),
        ("public-post", "x:@StAnna", 1),
        ("published-text", None, 1),
        ("scrubbed-drafts", None, None),
        ("sealed-updates", None, None),
        ("backup", None, None),
        ("bundle", None, 2),
    ]
    assert erasure.left[3].until == NOW + timedelta(days=32.5)
    assert erasure.left[4].until == NOW + timedelta(days=3.25)
    with pytest.raises(KeyDestroyed):
        world.vault.terms(EVENT)
    again = await ask(world, "advocate", f"{PATH}/erasures", {})
    assert again.json()["id"] == answer.json()["id"]
    assert len(said(world)) == 1


async def test_an_open_event_is_not_erased_nor_a_held_one_and_nobody_else_may(world: World) -> None:
    refused = await ask(world, "advocate", f"{PATH}/erasures", {})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:scrubcast:open")
    await ask(world, "director", f"{PATH}/holds", MATTER)
    await ask(world, "director", f"{PATH}/close")
    refused = await ask(world, "advocate", f"{PATH}/erasures", {})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:scrubcast:held-by-law")
    assert "2027/114" in refused.json()["detail"]
    for role in ("reporter", "reviewer", "physician", "liaison", "auditor"):
        assert (await ask(world, role, f"{PATH}/erasures", {})).status_code == 403
    assert world.vault.has(EVENT)


async def test_one_pictured_persons_terms_go_and_the_event_works_on(world: World) -> None:
    draft = await world.held("Her [relative] is here.", typed="Her sister is here.")
    await ask(world, "director", f"{PATH}/close")
    body = {"role": "scrub nurse", "identifiers": ["Yilmaz"]}
    answer = await ask(world, "director", f"{PATH}/erasures", body)

    assert answer.status_code == 202
    assert "ilmaz" not in answer.text
    assert (answer.json()["terms"], answer.json()["erased"]) == (2, ["protected-terms"])
    assert answer.json()["whose"] == str(subject_id(EVENT, "scrub nurse"))
    assert answer.json()["left"][0]["what"] == "what-was-typed"
    assert world.vault.terms(EVENT) == ("Maria Lopez", "1957-03-14")
    opened = await world.ask("reviewer", "GET", f"{PATH}/drafts/{draft.id}/original")
    assert opened.json()["text"] == "Her sister is here."
    every = b"".join(m.value or b"" for topic in TOPICS for m in world.bus.everything(topic.name))
    assert b"ilmaz" not in every


async def test_erasing_the_subject_of_the_event_erases_the_event(world: World) -> None:
    await ask(world, "director", f"{PATH}/close")
    answer = await ask(world, "advocate", f"{PATH}/erasures", {"role": "patient", "identifiers": ["Maria Lopez"]})
    assert answer.json()["erased"] == ["sealing-key", "protected-terms", "commitment-key"]
    assert not world.vault.has(EVENT)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"role": "porter", "identifiers": ["Yilmaz"]}, "unknown-role"),
        ({"role": "scrub nurse", "identifiers": ["Somebody Else"]}, "nothing-found"),
        ({"role": "scrub nurse"}, "nothing-found"),
        ({"identifiers": ["Yilmaz"]}, "invalid"),
    ],
)
async def test_what_names_nobody_erases_nothing(world: World, body: dict[str, Any], code: str) -> None:
    await ask(world, "director", f"{PATH}/close")
    answer = await ask(world, "director", f"{PATH}/erasures", body)
    assert answer.json()["type"] == f"urn:scrubcast:{code}"
    assert "ilmaz" not in answer.text
    assert len(world.vault.terms(EVENT)) == 4


async def test_a_person_is_looked_for_in_every_event(world: World) -> None:
    await world.open(id="hip-2026", protect=["Ana Bos"])
    answer = await ask(world, "advocate", "/erasures/find", {"identifiers": ["yilmaz", "Bos"]})
    assert answer.json() == {"live_events": [{"id": "hip-2026", "terms": 1}, {"id": EVENT, "terms": 2}]}


async def test_a_removed_colleague_is_erased_but_for_what_the_archive_has_to_know(world: World) -> None:
    body = {"name": "Noor Bakker", "role": "reporter", "pin": "4711", "live_events": [EVENT]}
    person = (await ask(world, "director", "/people", body)).json()
    refused = await ask(world, "director", "/people/erase", {"name": "noor bakker"})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:scrubcast:not-removed")
    await world.ask("director", "DELETE", f"/people/{person['id']}")

    answer = await ask(world, "director", "/people/erase", {"name": "Noor Bakker"})
    assert answer.status_code == 202
    (erasure,) = said(world)
    assert (str(erasure.whose), erasure.live_event_id) == (person["id"], "tablets")
    assert [left.what for left in erasure.left] == ["name-of-staff", "older-versions"]
    last = json.loads([m for m in world.bus.everything("scrubcast.enrolments.v1") if m.key][-1].value or b"")
    assert (last["name"], last["pin"], last["state"]) == (f"Erased {person['id'][-8:]}", None, "removed")


async def test_what_a_crash_left_between_record_and_key_is_finished_at_the_next_start(tmp_path: Path) -> None:
    async with desk_world(tmp_path, times=HOUR) as world:
        await world.open()
        await ask(world, "director", f"{PATH}/close")
        bus, known = world.bus, world.records(LIVE_EVENTS)[-1]
    record = Erasure(
        id=derive(EVENT, "erasure", subject_id(EVENT, "patient")), live_event_id=EVENT, at=known.closed_at or NOW,
        actor=DIRECTOR, reason="request", whose=subject_id(EVENT, "patient"), erased=("sealing-key",),
    )  # fmt: skip
    await bus.send(RETENTIONS, record)
    vault = Vault(tmp_path / "vault", b"v" * 32)
    assert vault.has(EVENT)
    app = make_app(bus, StillClock(NOW), vault, times=HOUR)
    async with app.router.lifespan_context(app):
        await world.settle()
    assert not vault.has(EVENT)


async def test_a_withdrawal_that_a_crash_cut_off_gets_its_record(tmp_path: Path) -> None:
    async with desk_world(tmp_path, times=HOUR) as world:
        await world.open()
        bus = world.bus
    control = Control(
        id=derive("w"), live_event_id=EVENT, at=NOW, actor=ADVOCATE, kind="withdraw", update_id=None
    )  # fmt: skip
    await bus.send(CONTROLS, control)
    vault = Vault(tmp_path / "vault", b"v" * 32)
    vault.destroy(EVENT)
    app = make_app(bus, StillClock(NOW), vault, times=HOUR)
    async with app.router.lifespan_context(app):
        await world.settle()
    (erasure,) = said(world)
    assert (erasure.reason, erasure.actor) == ("withdrawal", ADVOCATE)
    assert LiveEvent.decode(bus.everything(LIVE_EVENTS.name)[-1].value or b"").state == "closed"


async def test_the_schedule_may_be_run_at_any_time_and_twice(world: World) -> None:
    await ask(world, "director", f"{PATH}/close")
    assert (await ask(world, "director", "/retention/run")).json() == {"keys_destroyed": []}
    assert isinstance(world.clock, ManualClock)
    world.clock._elapsed_s += 7200  # without the desk's own look at it
    assert (await ask(world, "director", "/retention/run")).json() == {"keys_destroyed": [EVENT]}
    assert (await ask(world, "director", "/retention/run")).json() == {"keys_destroyed": []}
    assert [record.kind for record in said(world)] == ["erasure"]


def test_a_hold_that_was_placed_and_ended_is_told_with_both_times(tmp_path: Path) -> None:
    from streams.holds import Holds  # alone in this test

    holds = Holds()
    head = {"live_event_id": EVENT, "hold_id": derive("h"), "matter": "2027/114"}
    words = [("place", DIRECTOR, 0), ("lift", DIRECTOR, 1), ("lift", DIRECTOR, 2), ("lift", ADVOCATE, 3)]
    for act, actor, minute in words:
        at = NOW + timedelta(minutes=minute)
        holds.apply(LegalHold(**head, id=derive("h", act, minute), at=at, actor=actor, act=act))
    assert holds.on(EVENT) == ()
    ((held, ended),) = holds.ended(EVENT)
    assert (held.since, ended) == (NOW, NOW + timedelta(minutes=3))

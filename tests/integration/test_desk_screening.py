"""The desk with the real screening: what people type at the desk is screened as what reporters type is."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from schemas.topics import DECISIONS, DRAFTS, RELEASES
from streams.policies import SHIPPED_ONLY
from streams.scrub.bound import forget, redraft_with
from streams.vault import Vault
from tests.desk_world import EVENT, StillClock, World, desk_world
from tests.examples import NOW


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    clock = StillClock(NOW)
    vault = Vault(tmp_path / "vault", b"v" * 32)
    screen = redraft_with(vault, clock)
    async with desk_world(tmp_path, clock=clock, screen=screen, policy_of=SHIPPED_ONLY.ref, forget=forget) as made:
        await made.open()
        yield made


async def test_an_edit_that_brings_a_protected_name_back_is_covered_again(world: World) -> None:
    draft = await world.held("The patient is comfortable.", policy=SHIPPED_ONLY.ref("strict"))
    edited = await world.decide("reviewer", draft, "edit", text="Maria Lopez is comfortable and listens to music.")
    assert edited.status_code == 200
    new = world.records(DRAFTS)[-1]
    assert "Lopez" not in new.model_dump_json()
    assert "comfortable and listens to music" in new.text
    original = await world.ask("physician", "GET", f"/live-events/{EVENT}/drafts/{new.id}/original")
    assert original.json()["text"] == "Maria Lopez is comfortable and listens to music."
    assert {"kind": "del", "text": "Maria Lopez"} in original.json()["pieces"]
    assert (await world.decide("physician", new, "approve")).status_code == 200
    assert world.records(RELEASES)[0].text == new.text


async def test_a_note_with_a_protected_name_is_refused_and_a_plain_one_is_not(world: World) -> None:
    draft = await world.held("The patient is comfortable.", policy=SHIPPED_ONLY.ref("strict"))
    assert (await world.decide("reviewer", draft, "return", note="Do not write Lopez")).status_code == 422
    assert world.records(DECISIONS) == []
    assert (await world.decide("reviewer", draft, "return", note="Say the patient.")).status_code == 200


async def test_nothing_that_was_typed_lies_on_any_topic(world: World) -> None:
    draft = await world.held(
        "[name] is comfortable.", typed="Maria Lopez is comfortable.", policy=SHIPPED_ONLY.ref("strict")
    )
    await world.decide("reviewer", draft, "edit", text="Ms Lopez is comfortable.")
    everything = b"".join(m.value or b"" for log in world.bus._logs.values() for m in log)
    assert b"Lopez" not in everything

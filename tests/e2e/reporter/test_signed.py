"""Enrolled tablets: each update is signed, counted and under the name of who wrote it; a revoked one says so."""

import asyncio
import json
from pathlib import Path

from playwright.async_api import Page, expect

from schemas.control import Control
from schemas.topics import CONTROLS
from tests.reporter_ward import (
    NEEDS_THE_PAGE,
    SOON_S,
    STORED,
    TABLET,
    Staffed,
    ask,
    drafted,
    enrol,
    killable,
    offline_ready,
    pin,
    send,
    stored,
    unsent,
    who_wrote,
)
from tests.tablet_hand import CODE, PIN

pytestmark = NEEDS_THE_PAGE


async def test_an_enrolled_tablet_signs_each_update_and_counts_them(bedside: Page, staffed: Staffed) -> None:
    await send(bedside, "First")
    await send(bedside, "Second")
    await unsent(bedside, 0)
    assert who_wrote(staffed.ward) == [("Noor", "First", True), ("Noor", "Second", True)]
    assert staffed.ward.door is not None
    first, second = staffed.ward.door.submissions()
    assert first.signed is not None
    assert second.signed is not None
    assert second.signed.counter > first.signed.counter
    assert str(first.signed.tablet_id) == first.actor.device
    assert (await ask(bedside, f"{TABLET}.readiness"))["enrolled"] == "yes"


async def test_thirty_updates_arrive_once_in_order_and_under_the_name_of_their_writer(
    bedside: Page, staffed: Staffed
) -> None:
    await ask(bedside, f"for (let n = 0; n < 30; n++) {{ const t = {TABLET}; t.write(`Update ${{n}}`); t.send(); }}")
    await unsent(bedside, 0)
    assert who_wrote(staffed.ward) == [("Noor", f"Update {n}", True) for n in range(30)]


async def test_undo_of_a_received_update_takes_it_back_and_puts_the_text_into_the_box(
    bedside: Page, staffed: Staffed
) -> None:
    await send(bedside, "Not that")
    await expect(bedside.locator(".mine li .state").first).to_contain_text("Received")
    await ask(bedside, f"{TABLET}.undo({TABLET}.updates[0])")
    await expect(bedside.locator("#text")).to_have_value("Not that")
    await expect(bedside.locator(".mine li .state").first).to_contain_text("Taken back")
    records = [Control.decode(m.value or b"") for m in staffed.ward.bus.everything(CONTROLS.name)]
    assert [(r.kind, str(r.update_id)) for r in records] == [("retract", await ask(bedside, f"{TABLET}.updates[0].id"))]


async def test_an_update_that_was_undone_while_its_answer_was_lost_is_taken_back_at_the_server(
    bedside: Page, staffed: Staffed
) -> None:
    staffed.ward.faults.lose_answers = 1
    await send(bedside, "Not that")
    async with asyncio.timeout(SOON_S):
        while not staffed.ward.texts():
            await asyncio.sleep(0.01)
    await ask(bedside, f"{TABLET}.undo({TABLET}.updates[0])")
    await unsent(bedside, 0)
    records = [Control.decode(m.value or b"") for m in staffed.ward.bus.everything(CONTROLS.name)]
    assert [r.kind for r in records] == ["retract"]
    await expect(bedside.locator("#text")).to_have_value("Not that")


async def test_after_hand_over_each_update_goes_under_the_name_of_who_wrote_it(bedside: Page, staffed: Staffed) -> None:
    await bedside.context.set_offline(True)
    await send(bedside, "By Noor")
    await stored(bedside, 1)
    await bedside.locator("#text").press_sequentially("Noor was about to")
    await drafted(bedside)
    await ask(bedside, f"{TABLET}.handOver()")
    await bedside.context.set_offline(False)
    await ask(bedside, f"{TABLET}.retry()")
    await pin(bedside, staffed.wim)
    await expect(bedside.locator("#text")).to_have_value("")
    await send(bedside, "By Wim")
    await unsent(bedside, 0)
    assert who_wrote(staffed.ward) == [("Noor", "By Noor", True), ("Wim", "By Wim", True)]
    await expect(bedside.locator(".mine li")).to_have_count(1)
    await ask(bedside, f"{TABLET}.handOver()")
    await pin(bedside, staffed.noor)
    await expect(bedside.locator("#text")).to_have_value("Noor was about to")


async def test_a_killed_tablet_sends_what_waited_before_anyone_signs_in_and_lets_its_last_user_write_offline(
    staffed: Staffed, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    ward = staffed.ward
    async with killable(profile) as (_, page):
        await enrol(page, staffed)
        await offline_ready(page)
        await ward.stop()
        await send(page, "Before the kill")
        await stored(page, 1)
    async with killable(profile) as (_, page):
        await page.goto(ward.origin)
        await page.wait_for_function(f"() => {TABLET}.canWriteOffline")
        await ask(page, f"{TABLET}.writeOffline()")
        await page.wait_for_selector("#send")
        await send(page, "Without a PIN")
        await stored(page, 2)
        await ward.start()
        async with asyncio.timeout(SOON_S * 2):
            while ward.texts() != ["Before the kill"]:
                await asyncio.sleep(0.05)
        await page.wait_for_function(f"() => {TABLET}.waitsForPin && {TABLET}.reached", timeout=SOON_S * 1000)
        await ask(page, f"{TABLET}.handOver()")
        await page.wait_for_function(f"() => {TABLET}.people.length === 2")
        await pin(page, staffed.noor)
        await unsent(page, 0)
    assert who_wrote(ward) == [("Noor", "Before the kill", True), ("Noor", "Without a PIN", True)]


async def test_a_revoked_tablet_says_so_and_what_it_had_sealed_goes_to_the_director(
    bedside: Page, staffed: Staffed
) -> None:
    await bedside.context.set_offline(True)
    await send(bedside, "Sealed before")
    await stored(bedside, 1)
    assert staffed.ward.door is not None
    tablet_id = await ask(bedside, f"{TABLET}.signer.tabletId")
    await staffed.desk.revoke(tablet_id, by="J. Brandt")
    await bedside.context.set_offline(False)
    await bedside.wait_for_function(f"() => {TABLET}.screen === 'revoked'", timeout=SOON_S * 1000)
    async with asyncio.timeout(SOON_S):
        while staffed.ward.texts() != ["Sealed before"]:
            await asyncio.sleep(0.05)
    (record,) = staffed.ward.door.submissions()
    assert record.held_back == "revoked-tablet"
    await stored(bedside, 0)
    for _ in range(2):
        await expect(bedside.get_by_role("heading")).to_have_text("This tablet was switched off by J. Brandt")
        await expect(bedside.get_by_role("status")).to_have_text("Your update is kept for the director to decide.")
        await bedside.reload()
        await bedside.wait_for_function(f"() => {TABLET}.screen === 'revoked'")


async def test_a_pin_and_a_code_lie_nowhere_and_a_token_in_the_session_of_its_own_tab_alone(
    bedside: Page, staffed: Staffed
) -> None:
    other = await bedside.context.new_page()
    await other.goto(staffed.ward.origin)
    await other.wait_for_function(f"() => {TABLET}.screen === 'people'")
    await bedside.context.set_offline(True)
    await send(bedside, "Waiting")
    await stored(bedside, 1)
    token = await ask(bedside, "JSON.parse(sessionStorage.getItem('scrubcast-signed-in')).token")
    here, there = await ask(bedside, f"({STORED})()"), await ask(other, f"({STORED})()")
    cookies = json.dumps(await bedside.context.cookies())
    assert [word for word in (PIN, CODE) for kept in (here, there, cookies) if word in kept] == []
    in_its_session = (await ask(bedside, "JSON.stringify(sessionStorage)")).count(token)
    assert here.count(token) == in_its_session > 0
    assert [kept for kept in (there, cookies) if token in kept] == []

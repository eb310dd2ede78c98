"""A browser that is killed at any moment loses nothing, and its profile holds nothing that can be read."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.reporter_ward import (
    NEEDS_THE_PAGE,
    SOON_S,
    STORED,
    TABLET,
    Ward,
    ask,
    drafted,
    killable,
    offline_ready,
    send,
    sign_in,
    stored,
    unsent,
)

pytestmark = NEEDS_THE_PAGE


@pytest.mark.parametrize("moment", ["typed", "send pressed", "stored", "asked"])
async def test_a_browser_killed_at_any_moment_has_each_text_once(ward: Ward, tmp_path: Path, moment: str) -> None:
    profile = tmp_path / "profile"
    async with killable(profile) as (context, page):
        await sign_in(page, ward.origin)
        await offline_ready(page)
        if moment == "asked":
            ward.faults.lose_answers = 1
        else:
            await context.set_offline(True)
        await page.locator("#text").press_sequentially("Written before the kill")
        await drafted(page)
        if moment != "typed":
            await page.keyboard.press("Control+Enter")
        if moment == "stored":
            await stored(page, 1)
        if moment == "asked":
            async with asyncio.timeout(SOON_S):
                while not ward.faults.asked:
                    await asyncio.sleep(0.01)
    async with killable(profile) as (_, page):
        await sign_in(page, ward.origin)
        await page.wait_for_function(f"() => {TABLET}.reached")
        await unsent(page, 0)
        if not ward.texts():
            await expect(page.locator("#text")).not_to_have_value("")
        in_box = await page.locator("#text").input_value()
    assert [text for text in [in_box, *ward.texts()] if text] == ["Written before the kill"]


PLANTED = ("Zwartendijk", "0612987543", "Marquardt", "kamer 4711", "hartslag 188")


async def test_nothing_typed_is_stored_in_the_clear_in_any_state(ward: Ward, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    async with killable(profile) as (_, page):
        await sign_in(page, ward.origin)
        await offline_ready(page)
        await send(page, f"Received: {PLANTED[0]}")
        await unsent(page, 0)
        await ward.stop()
        await send(page, f"Waiting: {PLANTED[1]}")
        await send(page, f"Waiting: {PLANTED[2]}")
        await page.locator("#text").press_sequentially(f"Draft: {PLANTED[3]}")
        await drafted(page)
        await stored(page, 2)
        await page.reload()
        await expect(page.locator("#text")).to_have_value(f"Draft: {PLANTED[3]}")
        kept = await ask(page, STORED)
        assert '"alg":"ECDH-ES"' not in kept  # inside base64
        assert len(kept) > 1_000
        assert [word for word in PLANTED if word in kept] == []
    files = [path for path in profile.rglob("*") if path.is_file()]
    assert any("IndexedDB" in str(path) for path in files)
    found = []
    for path in files:
        content = path.read_bytes()
        found += [
            (word, path.name) for word in PLANTED for code in ("utf-8", "utf-16-le") if word.encode(code) in content
        ]
    assert found == []


async def test_the_keys_of_a_tablet_cannot_be_taken_out(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    await page.locator("#text").press_sequentially("x")
    await drafted(page)
    extractable = await ask(
        page,
        """() => new Promise((done) => {
          const asked = indexedDB.open('scrubcast');
          asked.onsuccess = () => {
            const found = asked.result.transaction('keys').objectStore('keys').get('draft');
            found.onsuccess = () => { asked.result.close(); done([found.result.type, found.result.extractable]); };
          };
        })""",
    )
    assert extractable == ["secret", False]

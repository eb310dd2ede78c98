"""After a day's use nothing that was typed lies readable in the browser's profile: every file is searched."""

from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.async_api import Page, expect

from producers.intake.pages import DIST
from schemas.decision import Decision
from schemas.draft import Disposition
from schemas.ids import derive
from schemas.topics import DECISIONS, DRAFTS
from tests.e2e.outbox_battery.enter import enter
from tests.e2e.outbox_battery.search import found_in, unsnapped
from tests.e2e.outbox_battery.tabs import ChromiumTab
from tests.e2e.outbox_battery.world import World, world
from tests.examples import REVIEWER, draft
from tests.optional import IN_CI
from tests.reporter_ward import TABLET, killable

page_built = pytest.mark.skipif(
    not IN_CI and not (DIST / "index.html").is_file(), reason="the reporter's page was not built (make setup)"
)
UPDATES = 200
ROUND = 50  # in each of the four: ten offline, a reload, one taken back, one returned
FIRST = ("Marjolein", "Thaddeus", "Oluwaseun", "Brunhilde", "Ximena")
LAST = ("Quistvater", "Zandhoeven", "Pfefferkron", "Wyckmanse", "Abendrotsky")
PEOPLE = [f"{first} {last}" for first in FIRST for last in LAST]
NUMBERS = [f"4711{n:02d}93586" for n in range(25)]
PLANTED = [*PEOPLE, *NUMBERS]  # fifty, all invented, each in four updates
CONTROL = "control-marker-68231"
STEMS = (*LAST, NUMBERS[0][-5:], CONTROL)
KEYS_MS = 5  # between two keys: many drafts are stored while a text grows
UNSENT = f"Not sent: {PEOPLE[0]} {NUMBERS[0]}"
PLANT = """(word) => new Promise((done) => {
  localStorage.setItem('control', word);
  const asked = indexedDB.open('control');
  asked.onupgradeneeded = () => asked.result.createObjectStore('plain');
  asked.onsuccess = () => {
    const tx = asked.result.transaction('plain', 'readwrite', { durability: 'strict' });
    tx.objectStore('plain').put([btoa(`a ${word}`), encodeURIComponent(`ä ${word}`), word], 1);
    tx.oncomplete = () => done(null);
  };
})"""


def planted(number: int) -> str:
    """Each of the fifty in four updates and more."""
    return f"{PEOPLE[number % 25]}, file {NUMBERS[(number * 7) % 25]}, is doing well ({number})"


async def write(page: Page, text: str, *, typed: bool) -> None:
    if typed:
        await page.locator("#text").press_sequentially(text, delay=KEYS_MS)
    else:
        await page.locator("#text").fill(text)
    await page.locator("#send").click()
    await expect(page.locator("#text")).to_have_value("")


async def on_the_disk(page: Page) -> None:
    """All that Send took. What is still being sealed when the page ends comes back into the box instead, and the next
    text of this day would be written over it."""
    await page.wait_for_function(f"() => {TABLET}.updates.every((update) => update.local.kind !== 'sealing')")


async def all_received(page: Page) -> None:
    await expect(page.locator("#unsent")).to_have_attribute("data-count", "0", timeout=60_000)


async def taken_back(page: Page, text: str) -> None:
    await all_received(page)
    await page.locator(".undo").first.click()
    await expect(page.locator("#text")).to_have_value(text)
    await page.locator("#text").fill("")


async def returned(page: Page, behind: World, text: str) -> None:
    """By a reviewer, whose note names a patient; Edit brings the text into the box again."""
    await all_received(page)
    update_id = behind.door.submissions()[-1].id
    held = draft(update_id=update_id, disposition=Disposition.HOLD)
    await behind.bus.send(DRAFTS, held)
    decision = Decision(
        id=derive(update_id, "decision"), live_event_id="knee-2026", at=behind.door.clock.now(), actor=REVIEWER,
        update_id=update_id, draft_id=held.id, revision=0, verdict="return", text_sha256=held.text_sha256,
        policy_sha256=held.policy.sha256, destinations=("local",), binding_sha256="c" * 64, reason="what-you-see",
        note=f"Do not name {PEOPLE[3]}",
    )  # fmt: skip
    await behind.bus.send(DECISIONS, decision)
    row = page.locator(".mine li").first
    await expect(row).to_contain_text(f"Do not name {PEOPLE[3]}")
    await row.get_by_role("button", name="Edit").click()
    await expect(page.locator("#text")).to_have_value(text)
    await page.locator("#text").fill("")


async def work(page: Page, behind: World, numbers: range) -> None:
    for number in numbers:
        text, turn = planted(number), number % ROUND
        if turn == 20:
            await behind.proxy.settings(down=True)
        if turn == 30:
            await on_the_disk(page)
            await page.reload()  # with ten in the outbox
            await page.wait_for_selector("#send")
            await behind.proxy.settings(down=False)
        await write(page, text, typed=turn % 25 == 0)
        if turn == 44:
            await taken_back(page, text)
        if turn == 46:
            await returned(page, behind, text)
    await on_the_disk(page)


@pytest.mark.browser
@page_built
async def test_a_search_through_the_profile_of_a_day_finds_no_identifier(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    assert len(PLANTED) == 50
    async with world(signed=True) as behind:
        async with killable(folder) as (_, page):  # killed after the first half
            await enter(ChromiumTab(page), behind)
            await page.evaluate(PLANT, CONTROL)
            await work(page, behind, range(UPDATES // 2))
        async with killable(folder) as (_, page):
            await enter(ChromiumTab(page), behind)
            await work(page, behind, range(UPDATES // 2, UPDATES))
            await all_received(page)
            await page.locator("#text").press_sequentially(UNSENT, delay=KEYS_MS)
            open_yet = found_in(folder, [*PLANTED, CONTROL], STEMS)  # a tablet that is stolen while the page is open
        assert sorted(behind.texts()) == sorted(planted(number) for number in range(UPDATES))
        after = found_in(folder, [*PLANTED, CONTROL], STEMS)
        assert [hit for hit in (*open_yet, *after) if not hit.endswith(CONTROL)] == []
        for place in ("Local Storage", "IndexedDB"):
            assert any(place in hit for hit in after), f"the search has to find what lies in {place}"
        async with killable(folder) as (_, page):  # and the unsent text is still its writer's
            await enter(ChromiumTab(page), behind)
            await expect(page.locator("#text")).to_have_value(UNSENT)


@pytest.mark.parametrize("before", ["", "a", "ab", "abc", "Patient: "])
@pytest.mark.parametrize("code", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_word_is_found_in_base64_wherever_it_falls(tmp_path: Path, before: str, code: str) -> None:
    word = PEOPLE[7]
    (tmp_path / "log").write_bytes(b"\0\1" + b64encode(f"{before}{word} is well".encode(code)) + b"\0")
    assert found_in(tmp_path, [word], LAST) == [f"log: {word}"]


@pytest.mark.parametrize(
    "text",
    [
        PEOPLE[0].encode(),
        PEOPLE[0].upper().encode("utf-16-le"),
        PEOPLE[0].encode("utf-16-be"),
        quote(PEOPLE[0]).encode(),
        "".join(f"\\u{ord(c):04X}" for c in PEOPLE[0]).encode(),
    ],
)
def test_a_word_is_found_in_each_encoding(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "log").write_bytes(b"before " + text + b" after")
    assert found_in(tmp_path, PEOPLE, LAST) == [f"log: {PEOPLE[0]}"]


def test_what_snappy_packed_is_read() -> None:
    assert unsnapped(bytes([12, 3 << 2, *b"abcd", 4 << 2 | 1, 4])) == b"abcdabcdabcd"
    assert unsnapped(bytes([9, 2 << 2, *b"abc", 5 << 2 | 2, 3, 0])) == b"abcabcabc"

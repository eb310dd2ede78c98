"""The public origin through a real server: pages, feed, caching, errors and headers."""

import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from consumers.page.app import create_app
from schemas.errors import Unavailable
from schemas.topics import CONTROLS, LIVE_EVENTS, PAGES
from streams.clock import ManualClock
from streams.memory import MemoryBus
from tests.browser_fixture import serving
from tests.page_records import CONSENT, NOW, control, live_event, post, taken_back

FIRST = post(1, "Team time-out done.", minutes=-26, phase="incision")
SECRET = post(2, "Mrs Hidden is fine.", minutes=-20, phase="incision")
ATTACK = "<img src=x onerror=alert(1)> </script><script>alert(2)</script> \" ' &amp; javascript:alert(3)"


@asynccontextmanager
async def visiting(bus: MemoryBus, **options: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A reader of a page that has read all there is."""
    app = create_app(bus, ManualClock(NOW), **options)
    async with serving(app) as origin, httpx.AsyncClient(base_url=origin, headers={"Accept": "text/html"}) as reader:
        while (await reader.get("/readyz")).status_code != 200:
            pass
        yield reader


async def a_bus(*records: object) -> MemoryBus:
    bus = MemoryBus()
    await bus.send(LIVE_EVENTS, live_event())
    for record in records:
        await bus.send(CONTROLS if hasattr(record, "kind") else PAGES, record)  # type: ignore[misc]  # one of the two
    return bus


class Seen(HTMLParser):
    """Tags, their attributes, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


async def test_the_page_shows_the_thread_to_a_reader_without_script() -> None:
    async with visiting(await a_bus(FIRST, SECRET, taken_back(SECRET, minutes=-9))) as reader:
        answer = await reader.get("/t/knee-2026")
    assert answer.status_code == 200
    assert "Team time-out done." in answer.text
    assert "Taken back at 10:33" in answer.text
    assert "Hidden" not in answer.text
    assert "Look for new posts" in answer.text
    assert "set-cookie" not in answer.headers


async def test_a_text_never_becomes_markup() -> None:
    event = live_event(
        title=ATTACK, phases=[ATTACK[:40]], consent=CONSENT | {"disclosed_by": ATTACK[:55]}, hashtag="#OurKneeLive"
    )
    bus = MemoryBus()
    await bus.send(LIVE_EVENTS, event)
    await bus.send(PAGES, post(1, ATTACK, phase=ATTACK[:40], lang='"><x'))
    async with visiting(bus) as reader:
        for path in ("/t/knee-2026", "/"):
            seen = Seen((await reader.get(path)).text)
            assert ATTACK in seen.text
            assert not [tag for tag, _ in seen.tags if tag in {"img", "x", "iframe"}]
            assert not [name for _, attrs in seen.tags for name in attrs if name.startswith("on")]
            assert all((attrs.get("src") or "").startswith("/page/") for tag, attrs in seen.tags if tag == "script")
            assert not [attrs for _, attrs in seen.tags if (attrs.get("href") or "").startswith("javascript")]


async def test_links_in_a_text_tell_nothing_to_where_they_lead() -> None:
    async with visiting(await a_bus(post(1, "More at https://example.org/knee?a=1&b=2."))) as reader:
        seen = Seen((await reader.get("/t/knee-2026")).text)
    links = [attrs for tag, attrs in seen.tags if tag == "a" and (attrs.get("href") or "").startswith("https://")]
    assert links == [{"href": "https://example.org/knee?a=1&b=2", "rel": "nofollow noopener noreferrer"}]


@pytest.mark.parametrize("path", ["/t/knee-2026", "/", "/t/unknown", "/api/v1/live-events/knee-2026/thread"])
async def test_every_answer_has_a_strict_policy_and_no_cookie(path: str) -> None:
    async with visiting(await a_bus(FIRST)) as reader:
        answer = await reader.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers
    seen = Seen(answer.text)
    assert not [attrs for _, attrs in seen.tags if "style" in attrs]
    assert not [1 for tag, attrs in seen.tags if tag == "style" or (tag == "script" and "src" not in attrs)]


async def test_the_page_is_kept_for_a_moment_and_known_by_its_tag() -> None:
    bus = await a_bus(FIRST)
    async with visiting(bus) as reader:
        first = await reader.get("/t/knee-2026")
        assert first.headers["cache-control"] == "public, max-age=2"
        assert first.headers["vary"] == "Accept-Language, Accept-Encoding"
        assert first.headers["x-robots-tag"] == "noindex, noarchive"
        same = await reader.get("/t/knee-2026", headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
        assert (same.status_code, same.content) == (304, b"")
        await bus.send(PAGES, SECRET)
        while (newer := await reader.get("/t/knee-2026")).headers["etag"] == first.headers["etag"]:
            pass
        stale = await reader.get("/t/knee-2026", headers={"If-None-Match": first.headers["etag"]})
    assert "Mrs Hidden" in newer.text
    assert stale.status_code == 200


async def test_the_page_comes_compressed_to_those_who_can_read_that() -> None:
    async with visiting(await a_bus(FIRST)) as reader:
        small = await reader.get("/t/knee-2026", headers={"Accept-Encoding": "gzip"})
        plain = await reader.get("/t/knee-2026", headers={"Accept-Encoding": "identity"})
    assert small.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert small.text == plain.text
    assert small.headers["etag"] != plain.headers["etag"]


async def test_style_and_script_are_kept_for_a_year_under_the_hash_of_their_content() -> None:
    async with visiting(await a_bus(FIRST)) as reader:
        page = (await reader.get("/t/knee-2026")).text
        found = re.findall(r'(?:href|src)="(/page/[^"]+)"', page)
        assert [path.split("?")[0] for path in found] == [
            "/page/static/thread.js",
            "/page/static/icon.svg",
            "/page/style/scrubcast.css",
            "/page/static/page.css",
        ]
        for path in found:
            asset = await reader.get(path)
            assert asset.status_code == 200
            assert asset.headers["cache-control"] == "public, max-age=31536000"
        assert "max-age=2" in (await reader.get("/page/static/thread.js")).headers["cache-control"]


@pytest.mark.parametrize(
    ("path", "header", "lang", "words"),
    [
        ("/t/knee-2026", "de-DE", "de", "Mit Einwilligung."),
        ("/t/knee-2026?lang=nl", "de-DE", "nl", "Met toestemming."),
        ("/t/knee-2026", "fr", "en", "With consent."),
        ("/t/unknown", "nl", "nl", "Geen thread op dit adres"),
        ("/?lang=de", "", "de", "Live-Threads"),
    ],
)
async def test_pages_speak_the_readers_language(path: str, header: str, lang: str, words: str) -> None:
    async with visiting(await a_bus(FIRST)) as reader:
        answer = await reader.get(path, headers={"Accept-Language": header})
    assert answer.headers["content-language"] == lang
    assert f'<html lang="{lang}">' in answer.text
    assert words in answer.text


async def test_an_unknown_thread_is_a_page_for_people_and_a_problem_for_programs() -> None:
    async with visiting(await a_bus(FIRST)) as reader:
        page = await reader.get("/t/unknown")
        odd = await reader.get("/nothing/<script>")
        feed = await reader.get("/api/v1/live-events/unknown/thread")
        stream = await reader.get("/t/unknown/stream")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "No thread at this address" in page.text
    assert odd.status_code == 404
    assert "script>" not in odd.text
    for problem in (feed, stream):
        assert (problem.status_code, problem.headers["content-type"]) == (404, "application/problem+json")
        assert "unknown" not in problem.text


async def test_a_live_event_that_posts_only_elsewhere_has_no_page_and_is_not_listed() -> None:
    bus = MemoryBus()
    await bus.send(LIVE_EVENTS, live_event("away", destinations=[{"platform": "x", "account": "@house"}], title="Away"))
    async with visiting(bus) as reader:
        assert (await reader.get("/t/away")).status_code == 404
        assert "Away" not in (await reader.get("/")).text


async def test_the_list_has_what_is_live_first() -> None:
    bus = MemoryBus()
    await bus.send(LIVE_EVENTS, live_event("over", title="Over one", state="closed"))
    await bus.send(LIVE_EVENTS, live_event("now", title="Live one"))
    await bus.send(LIVE_EVENTS, live_event("gone", title="Gone one"))
    await bus.send(CONTROLS, control("withdraw", live_event_id="gone"))
    async with visiting(bus) as reader:
        page = (await reader.get("/")).text
    assert 0 < page.index("Live one") < page.index("Over one")
    assert "Gone one" not in page


async def test_after_a_withdrawal_the_page_is_gone_and_says_so() -> None:
    async with visiting(await a_bus(FIRST, control("withdraw"))) as reader:
        page = await reader.get("/t/knee-2026")
        feed = (await reader.get("/api/v1/live-events/knee-2026/thread")).json()
    assert page.status_code == 410
    assert page.headers["cache-control"] == "no-store"
    assert "its posts were taken back" in page.text
    assert "Team time-out" not in page.text
    assert "thread.js" not in page.text
    assert (feed["state"], feed["items"]) == ("ended", [])


async def test_the_feed_is_for_programs() -> None:
    async with visiting(await a_bus(FIRST, SECRET, control("retract", update_id=SECRET.update_id))) as reader:
        answer = await reader.get("/api/v1/live-events/knee-2026/thread")
    assert answer.headers["content-type"] == "application/json"
    thread = answer.json()
    assert [(i["n"], i["text"], i["state"]) for i in thread["items"]] == [
        (1, "Team time-out done.", "posted"),
        (2, "", "retracted"),
    ]
    assert thread["items"][0]["posted_at"] == "2026-12-01T09:16:00Z"


async def test_a_record_that_cannot_be_read_is_passed_over() -> None:
    bus = await a_bus(FIRST)
    for topic in (PAGES.name, LIVE_EVENTS.name, CONTROLS.name):
        for partition in range(2):
            await bus.send_raw(topic, partition, "key", b'{"text": "raw"')
            await bus.send_raw(topic, partition, None, None)
    async with visiting(bus) as reader:
        assert "Team time-out" in (await reader.get("/t/knee-2026")).text


async def test_a_tombstone_takes_a_post_off_the_page() -> None:
    bus = await a_bus(FIRST, SECRET)
    place = bus.everything(PAGES.name)[0]
    await bus.send_raw(PAGES.name, place.partition, str(SECRET.id), None)
    async with visiting(bus) as reader:
        page = (await reader.get("/t/knee-2026")).text
    assert "Team time-out" in page
    assert "Hidden" not in page


async def test_before_the_topics_are_read_nothing_half_is_shown() -> None:
    class Away(MemoryBus):
        def follow(self, topics: Sequence[str], *, start: Any = None) -> Any:
            raise Unavailable("The broker is away.", retry_after_s=1.0)

    app = create_app(Away(), ManualClock(NOW))
    async with serving(app) as origin, httpx.AsyncClient(base_url=origin) as reader:
        assert (await reader.get("/healthz")).status_code == 200
        assert (await reader.get("/readyz")).status_code == 503
        page = await reader.get("/t/knee-2026", headers={"Accept": "text/html"})
        stream = await reader.get("/t/knee-2026/stream")
        feed = await reader.get("/api/v1/live-events/knee-2026/thread")
    assert page.status_code == stream.status_code == feed.status_code == 503
    assert page.headers["retry-after"] == "20"
    assert "being prepared" in page.text
    assert feed.headers["content-type"] == "application/problem+json"


async def test_the_interface_is_described() -> None:
    async with visiting(await a_bus(FIRST)) as reader:
        document = json.loads((await reader.get("/openapi.json")).text)
        head = await reader.head("/t/knee-2026")
    assert set(document["paths"]) == {
        "/api/v1/live-events/{live_event_id}/thread",
        "/healthz",
        "/readyz",
        "/t/{live_event_id}/stream",
    }
    assert (head.status_code, head.content) == (200, b"")

"""What the desk does not take: other sites' presses, broken and endless bodies; and no error repeats what was sent."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import pytest_asyncio

from schemas.topics import CONTROLS, DECISIONS, RELEASES
from tests.desk_world import EVENT, TOKENS, World, desk_world, update_id

UNKNOWN = str(update_id(999))
HASH = "0" * 64


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with desk_world(tmp_path) as made:
        await made.open()
        yield made


async def test_a_reporters_key_opens_no_desk(world: World) -> None:
    answer = await world.http.post("/desk/sign-in", data={"token": TOKENS["reporter"]})
    assert answer.headers["location"] == "/desk/sign-in?said=no-desk-role"
    assert "set-cookie" not in answer.headers


async def test_the_stream_is_for_those_who_watch(world: World) -> None:
    assert (await world.ask("reporter", "GET", f"/live-events/{EVENT}/stream")).status_code == 403
    assert (await world.ask("", "GET", f"/live-events/{EVENT}/stream")).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/live-events", {"id": "geheim", "title": "Lopez"}),
        ("POST", f"/live-events/{EVENT}/controls", {"kind": "Lopez"}),
        ("POST", f"/live-events/{EVENT}/controls", {"kind": "stop", "Lopez": "Lopez"}),
        ("POST", f"/live-events/{EVENT}/controls", {"kind": "retract", "update_id": UNKNOWN}),
        ("POST", f"/live-events/{EVENT}/controls", {"kind": "retract"}),
        ("POST", f"/live-events/{EVENT}/controls", {"kind": "stop", "update_id": UNKNOWN}),
        ("POST", f"/live-events/{EVENT}/drafts/{UNKNOWN}/decision", {"verdict": "Lopez", "text_sha256": "Lopez"}),
        ("POST", f"/live-events/{EVENT}/drafts/{UNKNOWN}/decision", {"verdict": "approve", "text_sha256": HASH}),
        ("POST", f"/live-events/{EVENT}/drafts/Lopez/decision", {"verdict": "approve", "text_sha256": HASH}),
        ("GET", "/live-events/Lopez/drafts", None),
        ("GET", f"/live-events/{EVENT}/drafts/{UNKNOWN}", None),
    ],
)
async def test_errors_say_what_is_wrong_and_repeat_nothing(world: World, method: str, path: str, body: Any) -> None:
    answer = await world.ask("director", method, path, body)
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Lopez" not in answer.text
    assert (world.records(CONTROLS), world.records(DECISIONS), world.records(RELEASES)) == ([], [], [])


async def test_a_request_larger_than_an_event_file_is_not_read(world: World) -> None:
    headers = {"Authorization": f"Bearer {TOKENS['director']}", "Content-Type": "application/json"}
    answer = await world.http.post("/api/v1/live-events", content=b"[" * 1_000_001, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:scrubcast:too-large")

    async def in_pieces() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b"[" * 100_000

    answer = await world.http.post("/api/v1/live-events", content=in_pieces(), headers=headers)
    assert answer.status_code in (400, 413)
    assert (await world.http.post("/api/v1/live-events", content=b"[" * 900_000, headers=headers)).status_code in (
        400,
        422,
    )


async def test_pages_of_what_is_not_there_are_pages(world: World) -> None:
    cookie = await signed_in(world, "director")
    for path in ("/desk/lopez", f"/desk/{EVENT}/drafts/{UNKNOWN}", f"/desk/{EVENT}/updates/{UNKNOWN}", "/desk/a/b/c"):
        answer = await press(world, "GET", path, None, cookie)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert "opez" not in answer.text


async def test_a_press_from_another_site_does_nothing(world: World) -> None:
    draft = await world.held()
    cookie = await signed_in(world, "director")
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        for path in (f"/desk/{EVENT}/stop", f"/desk/{EVENT}/withdraw", f"/api/v1/live-events/{EVENT}/controls"):
            answer = await world.http.post(path, json={"kind": "stop"}, headers={**cookie, **headers})
            assert answer.status_code == 403
        form = {"verdict": "approve", "text_sha256": draft.text_sha256}
        answer = await world.http.post(
            f"/desk/{EVENT}/drafts/{draft.id}/decision", data=form, headers={**cookie, **headers}
        )
        assert answer.status_code == 403
    assert (world.records(CONTROLS), world.records(DECISIONS)) == ([], [])


async def signed_in(world: World, role: str) -> dict[str, str]:
    """The headers of somebody who signed in with the form."""
    answer = await world.http.post("/desk/sign-in", data={"token": TOKENS[role], "next": "/desk"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    world.http.cookies.clear()
    return {"Cookie": answer.headers["set-cookie"].partition(";")[0]}


async def press(world: World, method: str, path: str, form: dict[str, str] | None, headers: dict[str, str]) -> Any:
    body = None if form is None else urlencode(form)
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
    return await world.http.request(method, path, content=body, headers={**headers, **kind})

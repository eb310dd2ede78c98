"""Every route of the desk for every role: who is let in, who is told no; and that no error repeats what was sent."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from fastapi.routing import APIRoute

from schemas.topics import CONTROLS, DECISIONS, RELEASES
from tests.desk_world import EVENT, TOKENS, World, desk_world, update_id

ROLES = ("reporter", "reviewer", "physician", "director", "advocate", "liaison", "auditor")
READ = {"reviewer", "physician", "director"}
WATCH = {"reviewer", "physician", "director", "advocate", "liaison", "auditor"}
STOP = {"reviewer", "physician", "director", "advocate"}
RESUME = {"physician", "director"}
WITHDRAW = {"director", "advocate"}
RETRACT = {"physician", "director", "advocate"}
OPEN = {"director"}
RELEASE = {"director"}
ENROL = {"director"}
SETTLE = {"reviewer", "physician", "director"}
UNKNOWN = str(update_id(999))
HASH = "0" * 64

# method, path, body, who may. {d} is a draft's id, {u} its update's.
API: tuple[tuple[str, str, Any, set[str]], ...] = (
    ("GET", "/live-events", None, WATCH),
    ("POST", "/live-events", {}, OPEN),
    ("GET", "/live-events/{e}", None, WATCH),
    ("GET", "/live-events/{e}/thread", None, WATCH),
    ("GET", "/live-events/{e}/status", None, WATCH),
    ("GET", "/status", None, WATCH),
    ("GET", "/live-events/{e}/drafts", None, READ),
    ("GET", "/live-events/{e}/drafts/{d}", None, READ),
    ("GET", "/live-events/{e}/drafts/{d}/original", None, READ),
    ("POST", "/live-events/{e}/drafts/{d}/decision", {"verdict": "approve", "text_sha256": HASH}, READ),
    ("POST", "/live-events/{e}/drafts/{d}/decision", {"verdict": "edit", "text_sha256": HASH, "text": "x"}, READ),
    ("POST", "/live-events/{e}/drafts/{d}/decision", {"verdict": "return", "text_sha256": HASH}, READ),
    ("POST", "/live-events/{e}/controls", {"kind": "hold"}, STOP),
    ("POST", "/live-events/{e}/controls", {"kind": "stop"}, STOP),
    ("POST", "/live-events/{e}/controls", {"kind": "resume"}, RESUME),
    ("POST", "/live-events/{e}/controls", {"kind": "retract", "update_id": "{u}"}, RETRACT),
    ("POST", "/live-events/{e}/controls", {"kind": "release", "pace_percent": 50}, RELEASE),
    ("POST", "/live-events/{e}/settlements", {"post_id": UNKNOWN, "destination": "local", "found": "absent"}, SETTLE),
    ("POST", "/live-events/{e}/updates/{u}/corrections", {"text": "The cut is 5 cm."}, READ),
    ("POST", "/live-events/{e}/controls", {"kind": "withdraw"}, WITHDRAW),
    ("POST", "/live-events/{e}/close", None, OPEN),
    ("GET", "/tablets", None, ENROL),
    ("POST", "/tablets/invitations", None, ENROL),
    ("GET", f"/tablets/invitations/{UNKNOWN}", None, ENROL),
    ("POST", f"/tablets/{UNKNOWN}/revoke", None, ENROL),
    ("GET", "/people", None, ENROL),
    ("POST", "/people", {"name": "Noor Bakker", "pin": "12"}, ENROL),
    ("POST", f"/people/{UNKNOWN}/pin", {"pin": "12"}, ENROL),
    ("DELETE", f"/people/{UNKNOWN}", None, ENROL),
)
PAGES: tuple[tuple[str, str, dict[str, str] | None, set[str]], ...] = (
    ("GET", "/desk", None, WATCH),
    ("GET", "/desk/{e}", None, WATCH),
    ("GET", "/desk/{e}/updates/{u}", None, WATCH),
    ("GET", "/desk/{e}/stopped", None, WATCH),
    ("GET", "/desk/{e}/drafts/{d}", None, READ),
    ("GET", "/desk/{e}/drafts/{d}/edit", None, READ),
    ("GET", "/desk/{e}/drafts/{d}/original", None, READ),
    ("POST", "/desk/{e}/drafts/{d}/original", {}, READ),
    ("POST", "/desk/{e}/drafts/{d}/decision", {"verdict": "approve", "text_sha256": HASH}, READ),
    ("POST", "/desk/{e}/drafts/{d}/edit", {"text": "x", "text_sha256": HASH}, READ),
    ("GET", "/desk/{e}/withdraw", None, WITHDRAW),
    ("GET", "/desk/{e}/close", None, OPEN),
    ("POST", "/desk/{e}/hold", {}, STOP),
    ("POST", "/desk/{e}/stop", {}, STOP),
    ("POST", "/desk/{e}/resume", {}, RESUME),
    ("POST", "/desk/{e}/release", {"pace_percent": "50"}, RELEASE),
    ("POST", "/desk/{e}/updates/{u}/settle", {"post_id": UNKNOWN, "destination": "local", "found": "absent"}, SETTLE),
    ("GET", "/desk/{e}/updates/{u}/correct", None, READ),
    ("POST", "/desk/{e}/updates/{u}/correct", {"update_id": UNKNOWN, "text": "The cut is 5 cm."}, READ),
    ("POST", "/desk/{e}/updates/{u}/retract", {}, RETRACT),
    ("POST", "/desk/{e}/withdraw", {}, WITHDRAW),
    ("POST", "/desk/{e}/close", {}, OPEN),
    ("GET", "/desk/tablets", None, ENROL),
    ("POST", "/desk/tablets/invitations", {}, ENROL),
    ("POST", f"/desk/tablets/{UNKNOWN}/revoke", {}, ENROL),
    ("POST", "/desk/tablets/people", {"name": "Noor Bakker", "pin": "12", "again": "12"}, ENROL),
    ("POST", f"/desk/tablets/people/{UNKNOWN}/pin", {"pin": "12", "again": "12"}, ENROL),
    ("POST", f"/desk/tablets/people/{UNKNOWN}/remove", {}, ENROL),
)
# For everybody: they lead in, or say nothing about any event. The stream is tried on its own, for it never ends.
OPEN_TO_ALL = {"/", "/desk/sign-in", "/desk/enter", "/desk/sign-out", "/desk/language", "/healthz", "/readyz"}
STREAM = "/api/v1/live-events/{live_event_id}/stream"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with desk_world(tmp_path) as made:
        await made.open()
        yield made


def test_the_matrix_names_every_route(world: World) -> None:
    def shape(path: str) -> str:
        for kind, name in (("people", "person"), ("invitations", "invitation"), ("tablets", "tablet")):
            path = path.replace(f"/{kind}/{UNKNOWN}", f"/{kind}/{{{name}_id}}")
        return path.replace("{e}", "{live_event_id}").replace("{d}", "{draft_id}").replace("{u}", "{update_id}")

    tried = {(m, "/api/v1" + shape(p)) for m, p, _, _ in API} | {(m, shape(p)) for m, p, _, _ in PAGES}
    routes = {(m, r.path) for r in _all(world.app.routes) if isinstance(r, APIRoute) for m in r.methods or ()}
    assert {(m, p) for m, p in routes if p not in OPEN_TO_ALL and p != STREAM} == tried


def _all(routes: Any) -> list[Any]:
    """With those of included routers, which FastAPI keeps behind a route of its own."""
    return [
        r for one in routes for r in (_all(one.original_router.routes) if hasattr(one, "original_router") else [one])
    ]


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_may_what_the_table_says_and_nothing_else(world: World, role: str) -> None:
    draft = await world.held()
    for method, path, body, allowed in API:
        where = path.format(e=EVENT, d=draft.id, u=draft.update_id)
        said = {**body, "update_id": str(draft.update_id)} if isinstance(body, dict) and "update_id" in body else body
        answer = await world.ask(role, method, where, said)
        assert (answer.status_code == 403) == (role not in allowed), (role, method, path, body, answer.text)
        assert answer.status_code != 401
        await world.settle()


@pytest.mark.parametrize("role", sorted(WATCH))
async def test_each_role_finds_on_pages_what_the_table_says(world: World, role: str) -> None:
    draft = await world.held()
    cookie = await signed_in(world, role)
    for method, path, form, allowed in PAGES:
        where = path.format(e=EVENT, d=draft.id, u=draft.update_id)
        answer = await press(world, method, where, form, cookie)
        assert (answer.status_code == 403) == (role not in allowed), (role, method, path, answer.status_code)
        assert answer.status_code < 500
        await world.settle()


async def test_without_a_key_the_interface_says_so_and_pages_lead_to_the_form(world: World) -> None:
    draft = await world.held()
    for method, path, body, _ in API:
        answer = await world.ask("", method, path.format(e=EVENT, d=draft.id, u=draft.update_id), body)
        assert answer.status_code == 401, path
        assert answer.headers["www-authenticate"] == "Bearer"
    for method, path, form, _ in PAGES:
        answer = await press(world, method, path.format(e=EVENT, d=draft.id, u=draft.update_id), form, {})
        assert (answer.status_code, answer.headers["location"][:14]) == (303, "/desk/sign-in?"), path
    assert (world.records(CONTROLS), world.records(DECISIONS)) == ([], [])


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

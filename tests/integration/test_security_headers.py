"""What every answer of desk and intake says to browsers: pages, errors and files, to nobody and to somebody."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.desk_world import EVENT, TOKENS, StillClock, desk_world
from tests.examples import NOW
from tests.intake_records import intake, open_event, speaking_to

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
PATHS = {
    "desk": (
        "/", "/desk", f"/desk/{EVENT}", "/desk/sign-in", "/desk/join", "/desk/people", "/desk/nothing/at/all",
        "/healthz", "/api/v1/live-events", "/api/v1/nothing", "/openapi.json",
    ),
    "intake": ("/api/v1/me", "/api/v1/live-events", "/api/v1/nothing", "/healthz", "/openapi.json"),
}  # fmt: skip


@asynccontextmanager
async def asked(name: str, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    if name == "desk":
        async with desk_world(folder) as world:
            await world.open()
            yield world.http
    else:
        clock = StillClock(NOW)
        async with speaking_to(await intake(clock, open_event(clock)), role=None) as client:
            yield client


@pytest.mark.parametrize("name", PATHS)
async def test_every_answer_has_the_headers_and_nobody_may_keep_it(tmp_path: Path, name: str) -> None:
    token = TOKENS["director"] if name == "desk" else "director-token"
    async with asked(name, tmp_path) as http:
        for path in PATHS[name]:
            for method in ("GET", "POST", "DELETE"):
                for headers in ({}, {"Authorization": f"Bearer {token}"}):
                    answer = await http.request(method, path, headers=headers)
                    said = {key: answer.headers.get(key) for key in HEADERS}
                    assert said == HEADERS, (method, path)
                    policy = answer.headers["content-security-policy"]
                    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'"), path
                    assert "frame-ancestors 'none'" in policy
                    assert answer.headers["cache-control"] == "no-store", (method, path)


@pytest.mark.parametrize("name", PATHS)
async def test_no_other_origin_may_read_an_answer(tmp_path: Path, name: str) -> None:
    elsewhere = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    async with asked(name, tmp_path) as http:
        for path in PATHS[name]:
            for method in ("GET", "OPTIONS"):
                answer = await http.request(method, path, headers=elsewhere)
                assert [key for key in answer.headers if key.startswith("access-control")] == [], path


@pytest.mark.parametrize("name", PATHS)
async def test_no_folder_is_listed_and_nothing_beyond_it_is_given(tmp_path: Path, name: str) -> None:
    outside = ("/", "/%2e%2e/headers.py", "/..%2fheaders.py", "/%2e%2e%2fheaders.py", "/.git/config")
    async with asked(name, tmp_path) as http:
        for path in (f"/static{one}" for one in outside):
            assert (await http.get(path)).status_code in (404, 405), path
        for path in (f"/desk/static{one}" for one in outside if name == "desk"):
            assert (await http.get(path)).status_code in (303, 404, 405), path
        for path in PATHS[name]:
            assert (await http.request("TRACE", path)).status_code in (404, 405), path

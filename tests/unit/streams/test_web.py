"""What the three origins share: errors without echo, strict headers, same-origin changes, resumable streams."""

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request

from schemas.errors import Refused, Unavailable
from streams.web import install
from streams.web.icons import ICONS, sprite
from streams.web.origin import check
from streams.web.sse import encode


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")
    count: int


def app() -> FastAPI:
    made = FastAPI()
    install(made, trusted_types="lit-html")

    @made.get("/refused")
    async def refused() -> None:
        raise Refused("Own words have to wait.", code="own-words", status=403)

    @made.get("/away")
    async def away() -> None:
        raise Unavailable("Kafka is away.", retry_after_s=7)

    @made.get("/broken")
    async def broken() -> None:
        raise RuntimeError("Maria Lopez is awake")

    @made.post("/body")
    async def body(_: Body) -> None:
        return None

    return made


async def ask(method: str, path: str, **options: object) -> httpx.Response:
    transport = httpx.ASGITransport(app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.example") as client:
        return await client.request(method, path, **options)  # type: ignore[arg-type]  # httpx's own options


async def test_a_refusal_is_a_problem_with_its_own_words_and_code() -> None:
    answer = await ask("GET", "/refused")
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:scrubcast:own-words",
        "title": "Not allowed",
        "status": 403,
        "detail": "Own words have to wait.",
    }


async def test_what_is_away_says_when_to_come_back() -> None:
    answer = await ask("GET", "/away")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")


async def test_an_unexpected_error_says_nothing_of_what_it_was() -> None:
    answer = await ask("GET", "/broken")
    assert answer.status_code == 500
    assert "Lopez" not in answer.text


@pytest.mark.parametrize(
    "body", [b'{"count":"Maria Lopez"}', b'{"Maria Lopez":1,"count":1}', b"Maria Lopez", b'["Maria Lopez"]']
)
async def test_a_wrong_body_is_named_by_place_and_never_echoed(body: bytes) -> None:
    answer = await ask("POST", "/body", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert "Lopez" not in answer.text


async def test_every_answer_has_a_strict_policy() -> None:
    for path in ("/refused", "/nowhere", "/static/scrubcast.css"):
        headers = (await ask("GET", path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "require-trusted-types-for 'script'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
    assert (await ask("GET", "/static/scrubcast.css")).headers["cache-control"] == "no-cache"
    assert (await ask("GET", "/nowhere")).headers["cache-control"] == "no-store"


def request(method: str = "POST", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": method, "path": "/", "headers": [(b"host", b"desk.example"), *raw]})


@pytest.mark.parametrize(
    "headers",
    [{"sec_fetch_site": "same-origin"}, {"sec_fetch_site": "none"}, {"origin": "https://desk.example"}, {}],
)
def test_our_own_pages_and_programs_may_change_things(headers: dict[str, str]) -> None:
    check(request(**headers))


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site", "origin": "https://desk.example"},
    ],
)
def test_another_site_may_not(headers: dict[str, str]) -> None:
    with pytest.raises(Refused, match="another site"):
        check(request(**headers))
    check(request("GET", **headers))


def test_a_frame_holds_its_lines_and_cannot_be_broken_out_of() -> None:
    assert encode("one\ntwo", event="state", id="7") == b"id: 7\nevent: state\ndata: one\ndata: two\n\n"
    assert encode("") == b"data: \n\n"


def test_icons_come_as_one_sprite() -> None:
    assert 'id="i-check"' in sprite("check", "stop")
    assert len(ICONS) > 20
    with pytest.raises(KeyError):
        sprite("no-such-icon")

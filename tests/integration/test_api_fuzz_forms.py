"""Whatever is posted to a form of the desk, it answers: huge, empty, of the wrong kind, from nobody and from everybody.

The forms are those of the routes, their fields those of the templates; a route that is added is asked without a word
here.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from producers.desk import app as desk_app
from producers.desk.preparing_fields import SECTIONS
from schemas.envelope import Role
from streams.clock import ManualClock
from tests.api_cases import CANARY, WRONG, leaves, put
from tests.desk_world import EVENT, World, desk_world, update_id
from tests.integration.test_desk_refusals import press, signed_in
from tests.integration.test_rights_matrix import _all, shapes
from tests.person_hand import JSON, Hand
from tests.prepare_hand import ID, TITLE

MARKUP = f"<script>{CANARY}</script>"
FORM = "application/x-www-form-urlencoded"
UNKNOWN = str(update_id(999))
TEMPLATES = Path(desk_app.__file__).parent / "templates"
FIELDS = sorted(
    {
        name
        for path in TEMPLATES.glob("*.html")
        for name in re.findall(r'\bname="([a-z][a-z_0-9.]*)"', path.read_text(encoding="utf-8"))
        if name not in ("viewport", "theme-color", "referrer", "color-scheme")
    }
)
FILE = (
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="../../etc/passwd"\r\n'
    b"Content-Type: image/svg+xml\r\n\r\n<svg onload=alert(1)>\xff\xfe\x00</svg>\r\n--x--\r\n"
)


async def fields(world: World, cookie: dict[str, str]) -> list[str]:
    """Of the templates, and of the sections of a preparation, whose names are made as they are shown."""
    found = set(FIELDS)
    for section in SECTIONS:
        page = await world.http.get(f"/desk/prepare/{ID}/{section}", headers=cookie)
        found |= set(re.findall(r'\bname="([^"]{1,60})"', page.text))
    return sorted(found)


def bodies(typed: str, names: list[str]) -> Iterator[tuple[str, bytes]]:
    """Kind and bytes: each is what no browser of ours would send, but anybody can."""
    for value in ("", typed, UNKNOWN, "-1", "é" * 300, "2026-13-45T99:99", "en"):
        yield FORM, urlencode(dict.fromkeys(names, value)).encode()
    yield FORM, b""
    yield FORM, urlencode([(name, typed) for name in names for _ in range(3)]).encode()
    yield FORM, urlencode(dict.fromkeys(names, CANARY * 50)).encode()
    yield FORM, urlencode({f"{CANARY}{n}": "" for n in range(2_000)}).encode()
    yield FORM, b"text=%00%ff%fe&name=%ED%A0%80&" + b"text=%zz" * 20
    yield FORM, b"&" * 10_000
    yield FORM, b"=" * 10_000
    yield FORM, b"x=" + b"y" * 1_000_001
    yield "application/json", b'{"text": "' + CANARY.encode() + b'"}'
    yield "application/json", b"[" * 5_000
    yield "text/plain", typed.encode()
    yield "multipart/form-data; boundary=x", FILE
    yield "multipart/form-data; boundary=x", b"--x\r\n" * 500
    yield "multipart/form-data; boundary=x", b"no part at all"
    yield "multipart/form-data", FILE
    yield f"multipart/form-data; boundary={'x' * 300}", FILE
    yield "", typed.encode()
    yield "Kanarie/;;=", b"\xff" * 100


def addresses(world: World, draft: Any) -> list[str]:
    """Every form of the desk: with ids that are there, with ids that are not, with what is no id. What ends an event
    comes last."""
    update = str(draft.update_id)
    ids = {"live_event_id": EVENT, "draft_id": str(draft.id), "update_id": update, "check": "rehearsed"}
    found = set()
    for route in _all(world.app.routes):
        if "POST" not in (getattr(route, "methods", None) or ()) or route.path.startswith("/api/"):
            continue
        names = re.findall(r"\{([a-z_]+)\}", route.path)
        for section in SECTIONS if "section" in names else ("",):
            event = ID if route.path.startswith("/desk/prepare/") else EVENT
            there = {**ids, "live_event_id": event, "section": section}
            for known in (there, dict.fromkeys(names, UNKNOWN), dict.fromkeys(names, CANARY)):
                path = route.path
                for name in names:
                    path = path.replace("{" + name + "}", known.get(name, UNKNOWN))
                found.add(path)
    return sorted(found - {"/desk/sign-out"}, key=lambda p: (p.endswith(("/withdraw", "/close", "/drop", "/end")), p))


@pytest.mark.parametrize("role", ["director", "physician", ""])
async def test_no_form_breaks_the_desk_and_nothing_typed_becomes_markup(tmp_path: Path, role: str) -> None:
    wrong, sent = [], 0
    async with desk_world(tmp_path) as world:
        await world.open()
        draft = await world.held()
        director = await signed_in(world, "director")
        await press(world, "POST", "/desk/prepare", {"title": TITLE, "lang": "en"}, director)
        await world.settle()
        names = await fields(world, director)
        assert len(names) > 60
        cookie = await signed_in(world, role) if role else {}
        odd = list(bodies(MARKUP, names))
        for path in addresses(world, draft):
            everything = role == "director" and UNKNOWN not in path and CANARY not in path
            for kind, body in odd if everything else odd[::6]:
                headers = {**cookie, **({"Content-Type": kind} if kind else {})}
                answer = await world.http.post(path, content=body, headers=headers)
                world.http.cookies.clear()
                sent += 1
                if answer.status_code >= 500 or MARKUP in answer.text:
                    wrong.append((path, kind, body[:60], answer.status_code, answer.text[:200]))
        assert (await world.http.get("/healthz")).status_code == 200
        assert (await world.http.get(f"/desk/{EVENT}", headers=director)).status_code == 200
    assert wrong == []
    assert sent > 500


async def test_no_answer_of_a_passkey_breaks_the_desk_or_is_repeated(tmp_path: Path) -> None:
    wrong = []
    async with desk_world(tmp_path) as world:
        await world.open()
        hand = await Hand.of(world, "Ada Vos", Role.REVIEWER)

        async def fresh() -> dict[str, Any]:
            """What a browser would send now, each but for what is put into it: after twelve seconds a person may be
            wrong once more, and what they were asked before is old after five minutes."""
            assert isinstance(world.clock, ManualClock)
            await world.clock.advance(12)
            code = await hand.invited()
            asked = (await hand.http.post("/desk/join/options", json={"code": code}, headers=JSON)).json()["options"]
            options = (await hand.http.get("/desk/sign-in/passkey", headers=JSON)).json()
            return {
                "/desk/join/options": {"code": code},
                "/desk/join": {"code": code, "credential": hand.device.create(asked)},
                "/desk/sign-in/passkey": {"credential": hand.device.get(options), "next": "/desk"},
            }

        for path, whole in (await fresh()).items():
            for place in leaves(whole):
                for value in WRONG:
                    body = put((await fresh())[path], place, value)
                    answer = await hand.http.post(path, json=body, headers=JSON)
                    if answer.status_code >= 500 or answer.status_code == 429 or CANARY in answer.text:
                        wrong.append((path, place, str(value)[:30], answer.status_code, answer.text[:200]))
        await hand.http.aclose()
    assert wrong == []


async def test_pages_answer_whatever_stands_in_their_address(tmp_path: Path) -> None:
    odd = (CANARY, "%00", "%ff", "..%2f..%2fetc", quote(MARKUP, safe=""), "a" * 3_000)
    wrong = []
    async with desk_world(tmp_path) as world:
        await world.open()
        cookie = await signed_in(world, "director")
        for method, path in sorted(shapes(world.app)):
            if method != "GET" or not path.startswith("/desk"):
                continue
            for one in odd:
                for query in ("", f"?said={one}&next={one}&draft={one}&lang={one}&run_sheet_sha256={one}"):
                    answer = await world.http.get(path.replace("{}", one) + query, headers=cookie)
                    if answer.status_code >= 500 or MARKUP in answer.text:
                        wrong.append((path, one, query, answer.status_code))
    assert wrong == []

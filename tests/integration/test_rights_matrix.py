"""Every route of every origin, for every role, as a key and as a person, in their own live event and in another.

One table says who may; each cell of it is asked. A route that has no row fails here, so does a row without a route.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Route

from consumers.page.app import create_app as create_page
from schemas.envelope import Role
from streams.memory import MemoryBus
from tests.desk_world import EVENT, TOKENS, StillClock, World, desk_world, update_id
from tests.examples import NOW
from tests.intake_records import intake, open_event, speaking_to
from tests.person_hand import Hand, key_signed_in
from tests.tablet_hand import PIN_KEY, SESSION_KEY, Desk
from tests.tablet_hand import Hand as TabletHand

ROLES = ("reporter", "reviewer", "physician", "director", "advocate", "liaison", "auditor")
READ = frozenset({"reviewer", "physician", "director"})
WATCH = frozenset(ROLES) - {"reporter"}
STOP = READ | {"advocate"}
TALK = STOP | {"liaison"}
RESUME = frozenset({"physician", "director"})
WITHDRAW = frozenset({"director", "advocate"})
RETRACT = RESUME | WITHDRAW
TELL = frozenset({"director", "liaison"})
SIGN = frozenset({"physician"})
LOOK = RETRACT  # at what is being prepared
DIRECT = frozenset({"director"})
UNKNOWN = str(update_id(999))
HASH = "0" * 64
Kind = Literal["key", "person, own event", "person, other event"]
KEY: Kind = "key"
OWN: Kind = "person, own event"
OTHER: Kind = "person, other event"
CODE = {"code": "WRONG"}
CREDENTIAL: dict[str, Any] = CODE | {"credential": {}}


@dataclass(frozen=True)
class Row:
    """`passkey`: `signs`: a person's has to sign it, which nobody here does; `only`: a key has nothing to sign with.

    {e} the event, {d} a held draft, {u} its update, {x} an id that nobody has.
    """

    method: str
    path: str
    body: dict[str, Any] | None
    may: frozenset[str]
    passkey: Literal["", "signs", "only"] = ""

    def allows(self, role: str, kind: Kind) -> bool:
        if role not in self.may or (kind == OTHER and "{e}" in f"{self.path}{self.body}"):
            return False
        return {"": True, "signs": kind == KEY, "only": kind != KEY}[self.passkey]


def api(method: str, path: str, body: Any, may: frozenset[str], passkey: Any = "") -> Row:
    return Row(method, f"/api/v1{path}", body, may, passkey)


def control(kind: str, may: frozenset[str], passkey: Any = "", **more: Any) -> Row:
    return api("POST", "/live-events/{e}/controls", {"kind": kind, **more}, may, passkey)


def decision(verdict: str, **more: Any) -> Row:
    body = {"verdict": verdict, "text_sha256": HASH, **more}
    return api("POST", "/live-events/{e}/drafts/{d}/decision", body, READ)


D = "/desk/{e}/drafts/{d}"
U = "/desk/{e}/updates/{u}"
P = "/desk/prepare/{e}"
SETTLE = {"post_id": UNKNOWN, "destination": "local", "found": "absent"}
PINS = {"pin": "12", "again": "12"}
# In this order each is asked: what ends an event comes last.
DESK: tuple[Row, ...] = (
    api("GET", "/live-events", None, WATCH),
    api("POST", "/live-events", {"id": "{e}"}, DIRECT),
    api("GET", "/live-events/{e}", None, WATCH),
    api("GET", "/live-events/{e}/thread", None, WATCH),
    api("GET", "/live-events/{e}/status", None, WATCH),
    api("GET", "/status", None, WATCH),
    api("GET", "/live-events/{e}/drafts", None, READ),
    api("GET", "/live-events/{e}/drafts/{d}", None, READ),
    api("GET", "/live-events/{e}/drafts/{d}/original", None, READ),
    decision("approve"),
    decision("edit", text="x"),
    decision("return"),
    api("POST", "/live-events/{e}/settlements", SETTLE, READ),
    api("POST", "/live-events/{e}/updates/{u}/corrections", {"text": "The cut is 5 cm."}, READ),
    api("GET", "/tablets", None, DIRECT),
    api("POST", "/tablets/invitations", None, DIRECT),
    api("GET", "/tablets/invitations/{x}", None, DIRECT),
    api("POST", "/tablets/{x}/revoke", None, DIRECT),
    api("GET", "/people", None, DIRECT),
    api("POST", "/people", {"name": "Noor Bakker", "pin": "12", "live_events": []}, DIRECT),
    api("GET", "/people/invitations/{x}", None, DIRECT),
    api("POST", "/people/{x}/pin", {"pin": "12"}, DIRECT),
    api("POST", "/people/{x}/events", {"live_events": [EVENT]}, DIRECT),
    api("POST", "/people/{x}/invitations", None, DIRECT),
    api("POST", "/people/{x}/lost", None, DIRECT),
    api("POST", "/people/{x}/passkeys/{x}/revoke", None, DIRECT),
    api("DELETE", "/people/{x}", None, DIRECT),
    api("GET", "/live-events/{e}/retention", None, WATCH),
    api("POST", "/live-events/{e}/holds/lift", {"matter": "2027/9"}, WITHDRAW),
    api("POST", "/live-events/{e}/erasures", {}, WITHDRAW),
    api("POST", "/erasures/find", {"identifiers": ["nobody"]}, WITHDRAW),
    api("POST", "/people/erase", {"name": "Nobody"}, DIRECT),
    api("POST", "/retention/run", None, DIRECT),
    api("POST", "/live-events/{e}/holds", {"matter": "2027/1"}, DIRECT),
    Row("GET", "/desk", None, WATCH),
    Row("GET", "/desk/guidance", None, WATCH),
    Row("GET", "/desk/tablets", None, DIRECT),
    Row("POST", "/desk/tablets/invitations", {}, DIRECT),
    Row("POST", "/desk/tablets/{x}/revoke", {}, DIRECT),
    Row("GET", "/desk/people", None, DIRECT),
    Row("POST", "/desk/people/staff", {"name": "Eva Lind", "role": "reviewer"}, DIRECT),
    Row("POST", "/desk/people/reporters", {"name": "Noor Bakker", "other": "{e}", **PINS}, DIRECT),
    Row("POST", "/desk/people/{x}/events", {"other": EVENT}, DIRECT),
    Row("POST", "/desk/people/{x}/pin", PINS, DIRECT),
    Row("POST", "/desk/people/{x}/invitations", {}, DIRECT),
    Row("POST", "/desk/people/{x}/lost", {}, DIRECT),
    Row("POST", "/desk/people/{x}/passkeys/{x}/revoke", {}, DIRECT),
    Row("POST", "/desk/people/{x}/remove", {}, DIRECT),
    Row("GET", "/desk/prepare", None, LOOK),
    Row("POST", "/desk/prepare", {}, DIRECT),
    Row("POST", "/desk/prepare", {"title": "A valve", "id": "{e}"}, DIRECT),
    Row("POST", "/desk/prepare/yaml", {}, DIRECT),
    Row("POST", "/desk/prepare/yaml", {"text": "id: {e}"}, DIRECT),
    Row("POST", "/desk/prepare/yaml", {"text": "id: {e}\ntitle: A valve\nprotect: [Marlene]"}, DIRECT),
    Row("GET", P, None, LOOK),
    Row("GET", f"{P}/people", None, DIRECT),
    Row("POST", f"{P}/people", {}, DIRECT),
    Row("POST", f"{P}/people/add", {}, DIRECT),
    Row("GET", f"{P}/protected", None, DIRECT),
    Row("POST", f"{P}/protected", {}, DIRECT),
    Row("GET", f"{P}/sign", None, LOOK),
    Row("POST", f"{P}/sign", {"sha256": HASH}, SIGN, "signs"),
    Row("POST", f"{P}/tick/rehearsed", {}, DIRECT),
    Row("POST", f"{P}/accounts", {}, DIRECT),
    Row("POST", f"{P}/open", {}, DIRECT),
    Row("GET", f"{P}/drop", None, DIRECT),
    Row("POST", f"{P}/drop", {}, DIRECT),
    Row("GET", f"{P}/consent", None, DIRECT),
    Row("POST", f"{P}/consent", {}, DIRECT),
    Row("GET", "/desk/rehearse/{e}", None, DIRECT),
    Row("POST", "/desk/rehearse/{e}", {"lang": "xx"}, DIRECT),
    Row("POST", "/desk/rehearse/{e}/stop", {}, DIRECT),
    Row("POST", "/desk/rehearse/{e}/end", {}, DIRECT),
    Row("GET", "/desk/{e}/score", None, WATCH),
    Row("GET", "/desk/{e}/score.json", None, WATCH),
    Row("GET", "/desk/{e}/score.csv", None, WATCH),
    Row("GET", "/desk/{e}", None, WATCH),
    Row("GET", "/desk/{e}/plan", None, WATCH),
    Row("GET", "/desk/{e}/present", None, WATCH),
    Row("GET", "/desk/{e}/holding", None, READ),
    Row("POST", "/desk/{e}/holding", {"update_id": UNKNOWN}, READ),
    Row("GET", "/desk/{e}/messages", None, TALK),
    Row("POST", "/desk/{e}/messages", {"text": "Two minutes.", "form_id": UNKNOWN}, TALK),
    Row("GET", "/desk/{e}/run-sheet", None, WATCH),
    Row("POST", "/desk/{e}/run-sheet", {"run_sheet_sha256": HASH}, SIGN),
    Row("GET", f"/desk/{{e}}/run-sheet/approval?run_sheet_sha256={HASH}", None, SIGN, "only"),
    Row("GET", U, None, WATCH),
    Row("GET", "/desk/{e}/stopped", None, WATCH),
    Row("GET", D, None, READ),
    Row("GET", f"{D}/edit", None, READ),
    Row("GET", f"{D}/original", None, READ),
    Row("POST", f"{D}/original", {}, READ),
    Row("GET", f"{D}/approval", None, READ, "only"),
    Row("POST", f"{D}/decision", {"verdict": "approve", "text_sha256": HASH}, READ),
    Row("POST", f"{D}/edit", {"text": "x", "text_sha256": HASH}, READ),
    Row("POST", f"{U}/settle", SETTLE, READ),
    Row("GET", f"{U}/correct", None, READ),
    Row("POST", f"{U}/correct", {"update_id": UNKNOWN, "text": "The cut is 5 cm."}, READ),
    Row("GET", "/desk/{e}/withdraw", None, WITHDRAW),
    Row("GET", "/desk/{e}/close", None, DIRECT),
    Row("POST", "/desk/{e}/told", {"phase": "closing"}, TELL),
    Row("POST", "/desk/{e}/complication", {}, RETRACT),
    Row("POST", "/desk/{e}/complication-over", {}, RESUME),
    Row("POST", "/desk/{e}/hold", {}, STOP),
    Row("POST", "/desk/{e}/stop", {}, STOP),
    Row("POST", "/desk/{e}/resume", {}, RESUME),
    Row("POST", "/desk/{e}/release", {"pace_percent": "50"}, DIRECT),
    control("told", TELL, phase="closing"),
    control("sign-run-sheet", SIGN, "signs", run_sheet_sha256=HASH),
    control("complication", RETRACT),
    control("complication-over", RESUME),
    control("hold", STOP),
    control("stop", STOP),
    control("resume", RESUME),
    control("release", DIRECT, pace_percent=50),
    control("retract", RETRACT, update_id="{u}"),
    Row("POST", f"{U}/retract", {}, RETRACT),
    Row("POST", "/desk/{e}/withdraw", {}, WITHDRAW),
    control("withdraw", WITHDRAW),
    Row("POST", "/desk/{e}/close", {}, DIRECT),
    api("POST", "/live-events/{e}/close", None, DIRECT),
)
# They lead in, or say nothing about any event; the stream of news is asked on its own, for it never ends.
OPEN_TO_ALL: tuple[Row, ...] = (
    Row("GET", "/", None, frozenset(ROLES)),
    Row("GET", "/healthz", None, frozenset(ROLES)),
    Row("GET", "/readyz", None, frozenset(ROLES)),
    Row("GET", "/desk/sign-in", None, frozenset(ROLES)),
    Row("GET", "/desk/enter", None, frozenset(ROLES)),
    Row("POST", "/desk/sign-in", {"token": "none"}, frozenset(ROLES)),
    Row("POST", "/desk/sign-out", {}, frozenset(ROLES)),
    Row("POST", "/desk/language", {"lang": "nl"}, frozenset(ROLES)),
    Row("GET", "/desk/join", None, frozenset(ROLES)),
    Row("POST", "/desk/join/options", CODE, frozenset(ROLES)),
    Row("POST", "/desk/join", CREDENTIAL, frozenset(ROLES)),
    Row("GET", "/desk/sign-in/passkey", None, frozenset(ROLES)),
    Row("POST", "/desk/sign-in/passkey", {"credential": {}}, frozenset(ROLES)),
)
STREAM = "/api/v1/live-events/{}/stream"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with desk_world(tmp_path, clock=StillClock(NOW)) as made:
        await made.open()
        yield made


def shapes(app: FastAPI) -> set[tuple[str, str]]:
    """All routes, their parameters without names."""
    found = ((m, r.path) for r in _all(app.routes) if isinstance(r, APIRoute | Route) for m in r.methods or ("GET",))
    return {(m, re.sub(r"\{[a-z_]+\}", "{}", p)) for m, p in found if m != "HEAD" and p != "/openapi.json"}


def _all(routes: Any) -> list[Any]:
    """With those of included routers, which FastAPI keeps behind a route of its own."""
    return [
        r for one in routes for r in (_all(one.original_router.routes) if hasattr(one, "original_router") else [one])
    ]


def _shape(row: Row) -> tuple[str, str]:
    path = row.path.partition("?")[0]
    path = path.replace(f"{P}/consent", f"{P}/{{s}}").replace("/tick/rehearsed", "/tick/{c}")
    return row.method, re.sub(r"\{[a-z]\}", "{}", path)


def test_the_table_names_every_route_of_the_desk(world: World) -> None:
    rows = {_shape(row) for row in (*DESK, *OPEN_TO_ALL)} | {("GET", STREAM)}
    assert shapes(world.app) - rows == set(), "routes without a row"
    assert rows - shapes(world.app) == set(), "rows without a route"


@dataclass
class Asking:
    """Somebody at the desk: a role's key as bearer or cookie, or a person's cookie."""

    http: httpx.AsyncClient
    headers: dict[str, str]

    async def ask(self, row: Row, ids: dict[str, str]) -> httpx.Response:
        body = None if row.body is None else {k: _filled(v, ids) for k, v in row.body.items()}
        path = _filled(row.path, ids)
        if path.startswith("/api/") or row.path in ("/desk/join", "/desk/join/options", "/desk/sign-in/passkey"):
            return await self.http.request(row.method, path, json=body, headers=self.headers)
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        content = None if body is None else urlencode(body)
        return await self.http.request(row.method, path, content=content, headers=self.headers | kind)


def _filled(value: Any, ids: dict[str, str]) -> Any:
    if not isinstance(value, str):
        return value
    for name, own in ids.items():
        value = value.replace("{" + name + "}", own)
    return value


async def _somebody(world: World, role: str, kind: Kind) -> Asking:
    if kind == KEY:
        return Asking(world.http, {"Authorization": f"Bearer {TOKENS[role]}"})
    hand = await Hand.of(world, "Ada Vos", Role(role), EVENT if kind == OWN else "elsewhere-2026")
    return Asking(hand.http, {"Cookie": "; ".join(f"{k}={v}" for k, v in hand.http.cookies.items())})


CELLS: list[tuple[str, Kind]] = [(role, KEY) for role in ROLES] + [
    (role, kind) for role in sorted(WATCH) for kind in (OWN, OTHER)
]


@pytest.mark.parametrize(("role", "kind"), CELLS)
async def test_each_role_may_what_the_table_says_and_nothing_else(world: World, role: str, kind: Kind) -> None:
    draft = await world.held()
    ids = {"e": EVENT, "d": str(draft.id), "u": str(draft.update_id), "x": UNKNOWN}
    asking = await _somebody(world, role, kind)
    wrong = []
    for row in DESK:
        answer = await asking.ask(row, ids)
        found = "no" if answer.status_code == 403 else "yes" if answer.status_code < 500 else "broken"
        assert answer.status_code != 401, row
        if found != ("yes" if row.allows(role, kind) else "no"):
            wrong.append((row.method, row.path, row.body, answer.status_code, answer.text[:200]))
        await world.settle()
    assert wrong == []
    stream = await asking.http.get(STREAM.format("nothing-2026"), headers=asking.headers)
    assert stream.status_code == (404 if role in WATCH and kind == KEY else 403)
    for row in OPEN_TO_ALL:
        assert (await asking.ask(row, ids)).status_code in (200, 303, 403, 422), row
    await asking.http.aclose()


async def test_without_a_key_the_interface_says_so_and_pages_lead_to_the_form(world: World) -> None:
    draft = await world.held()
    ids = {"e": EVENT, "d": str(draft.id), "u": str(draft.update_id), "x": UNKNOWN}
    before = {name: len(world.bus.everything(name)) for name in ("scrubcast.controls.v1", "scrubcast.decisions.v1")}
    for row in DESK:
        answer = await Asking(world.http, {}).ask(row, ids)
        if row.path.startswith("/api/"):
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), row
        else:
            assert (answer.status_code, answer.headers["location"][:14]) == (303, "/desk/sign-in?"), row
    assert before == {name: len(world.bus.everything(name)) for name in before}


@pytest.mark.parametrize("role", sorted(WATCH))
async def test_a_keys_cookie_is_let_in_where_the_key_is(world: World, role: str) -> None:
    ids = {"e": EVENT, "d": str((await world.held()).id), "u": str(update_id(1)), "x": UNKNOWN}
    asking = Asking(world.http, await key_signed_in(world, role))
    for row in (r for r in DESK if r.method == "GET"):
        answer = await asking.ask(row, ids)
        assert (answer.status_code == 403) == (not row.allows(role, KEY)), row


# -- tablets: a role's key, or a person who signed in by PIN on an enrolled tablet

WRITE = frozenset({"reporter", "reviewer", "physician", "director"})
E = "/api/v1/live-events/{e}"
INTAKE: tuple[Row, ...] = (
    Row("GET", "/api/v1/me", None, WRITE),
    Row("GET", "/api/v1/live-events", None, WRITE),
    Row("GET", E, None, WRITE),
    Row("POST", f"{E}/updates", {"update_id": UNKNOWN, "sealed": "x"}, WRITE),
    Row("POST", f"{E}/updates/{{u}}/undo", None, WRITE),
    Row("DELETE", "/api/v1/sessions", None, WRITE),
)
INTAKE_OPEN = {
    ("GET", "/"), ("GET", "/sw.js"), ("GET", "/app.webmanifest"), ("GET", "/app/{}"), ("GET", "/healthz"),
    ("GET", "/readyz"), ("POST", "/api/v1/enrolments"),
}  # fmt: skip
# Signed by a tablet, before anybody has signed in; test_intake_enrolment.py asks them with every kind of tablet.
INTAKE_SIGNED = {("GET", "/api/v1/people"), ("POST", "/api/v1/sessions")}
INTAKE_STREAM = ("GET", "/api/v1/live-events/{}/updates/stream")
KEYS: dict[str, Any] = {"session_key": SESSION_KEY, "pin_key": PIN_KEY}


async def test_the_table_names_every_route_of_the_tablets_origin() -> None:
    door = await intake(StillClock(NOW))
    rows = {_shape(row) for row in INTAKE} | INTAKE_OPEN | INTAKE_SIGNED | {INTAKE_STREAM}
    assert shapes(door.app) == rows


@pytest.mark.parametrize("role", ["reporter", "reviewer", "physician", "director", "advocate", "auditor"])
async def test_a_key_writes_where_the_table_says(role: str) -> None:
    clock = StillClock(NOW)
    async with speaking_to(await intake(clock, open_event(clock), **KEYS), role=role) as client:
        for row in INTAKE:
            ids = {"e": EVENT, "u": str(uuid4())}
            answer = await client.request(row.method, _filled(row.path, ids), json=row.body)
            assert (answer.status_code == 403) == (role not in row.may), (row, answer.text)
            assert answer.status_code not in (401, 500)
        stream = await client.get("/api/v1/live-events/nothing-2026/updates/stream")
        assert stream.status_code == (404 if role in WRITE else 403)
        for method, path in INTAKE_SIGNED:
            assert (await client.request(method, path, json={})).status_code == 401


@pytest.mark.parametrize(("named", "own"), [(None, True), ((EVENT,), True), (("elsewhere-2026",), False)])
async def test_a_person_writes_for_the_events_that_name_them(named: tuple[str, ...] | None, own: bool) -> None:
    clock = StillClock(NOW)
    door = await intake(clock, open_event(clock), **KEYS)
    desk = Desk(door.bus, clock)
    await desk.invite()
    noor = await desk.add(live_events=named)
    async with speaking_to(door, role=None) as client:
        hand = TabletHand()
        await hand.enrol(client)
        assert (await hand.sign_in(client, noor.id)).status_code == 200
        for row in (replace(INTAKE[2], path=f"{E}/updates/stream?last=0"), *INTAKE):
            ids = {"e": EVENT, "u": str(UUID(UNKNOWN))}
            path = _filled(row.path, ids)
            if path.endswith("?last=0") and own:
                continue  # it never ends
            sent = UNKNOWN if "updates" in path and row.method == "POST" else ""
            body = b"" if row.body is None else b'{"update_id":"%s","sealed":"x"}' % UNKNOWN.encode()
            headers = hand.headers(row.method, path, body, sent)
            answer = await client.request(row.method, path, content=body, headers=headers)
            refused = not own and "{e}" in row.path
            assert (answer.status_code == 403) == refused, (row, answer.text)
            assert not refused or answer.json()["type"] == "urn:scrubcast:other-event"
            if row.path == "/api/v1/live-events":
                assert len(answer.json()["items"]) == int(own)


# -- the public page: there is nobody to be


def test_the_page_has_no_rights_and_nothing_that_changes() -> None:
    found = shapes(create_page(MemoryBus(), StillClock(NOW)))
    assert found == {
        ("GET", "/"), ("GET", "/t/{}"), ("GET", "/t/{}/stream"), ("GET", "/api/v1/live-events/{}/thread"),
        ("GET", "/healthz"), ("GET", "/readyz"),
    }  # fmt: skip

"""Tablets at the desk: invited with a code that is said once, switched off at once; and what one still sends after that
is the director's to decide."""

import base64
import hashlib
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from producers.desk.enrolling import initials_of
from schemas.draft import Action, Finding
from schemas.enrolment import ENROLMENTS_OF, Invitation, Passkey, Person, PublicKey, Tablet
from schemas.envelope import Role, system
from schemas.topics import ENROLMENTS, decode_enrolment
from tests.desk_world import TOKENS, StillClock, World, desk_world, update_id
from tests.examples import NOW

PIN = "4711"
X = base64.urlsafe_b64encode(bytes(32)).decode().rstrip("=")


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with desk_world(tmp_path) as made:
        await made.open()
        yield made


def enrolments(world: World) -> list[Invitation | Tablet | Person | Passkey]:
    return [decode_enrolment(m.value or b"") for m in world.bus.everything(ENROLMENTS.name)]


async def enrolled(world: World, name: str = "Theatre 3", n: int = 7) -> Tablet:
    """As intake writes it when a tablet took the code up."""
    invitation = UUID((await world.ask("director", "POST", "/tablets/invitations")).json()["id"])
    tablet = Tablet(
        id=update_id(n), live_event_id=ENROLMENTS_OF, at=world.clock.now(), actor=system("intake"), name=name,
        public_key=PublicKey(x=X, y=X), invitation_id=invitation, enrolled_at=world.clock.now(), state="enrolled",
    )  # fmt: skip
    await world.send(ENROLMENTS, tablet)
    return tablet


async def signed_in(world: World, role: str = "director") -> dict[str, str]:
    answer = await world.http.post("/desk/sign-in", data={"token": TOKENS[role], "next": "/desk"})
    world.http.cookies.clear()
    return {"Cookie": answer.headers["set-cookie"].partition(";")[0]}


async def page(world: World, lang: str = "en") -> str:
    headers = {**await signed_in(world), "Accept-Language": lang}
    answer = await world.http.get("/desk/tablets", headers=headers)
    assert answer.status_code == 200
    return answer.text


async def press(world: World, path: str, **form: str) -> httpx.Response:
    return await world.http.post(f"/desk/tablets{path}", data=form, headers=await signed_in(world))


async def test_an_invitation_is_for_five_minutes_and_its_code_is_on_no_topic(world: World) -> None:
    answer = (await world.ask("director", "POST", "/tablets/invitations")).json()
    assert re.fullmatch(r"[A-Z2-7]{26}", answer["code"])
    assert answer["url"] == f"https://tablets.example/#enrol={answer['code']}"
    (record,) = enrolments(world)
    assert isinstance(record, Invitation)
    assert record.expires_at - NOW == timedelta(minutes=5)
    assert record.code_sha256 == hashlib.sha256(answer["code"].encode()).hexdigest()
    assert answer["code"].encode() not in b"".join(m.value or b"" for m in world.bus.everything(ENROLMENTS.name))


async def test_the_page_shows_the_code_once_as_picture_and_in_groups(world: World) -> None:
    shown = (await press(world, "/invitations")).text
    assert "<svg" in shown
    assert re.search(r'code-words" translate="no">(?:[A-Z2-7]{4} ){6}[A-Z2-7]{2}</p>', shown)
    assert f'data-ends="{(NOW + timedelta(minutes=5)).isoformat().replace("+00:00", "Z")}"' in shown
    assert "style=" not in shown  # the policy forbids it
    assert "code-words" not in await page(world)


async def test_two_codes_are_never_the_same(world: World) -> None:
    codes = {(await world.ask("director", "POST", "/tablets/invitations")).json()["code"] for _ in range(5)}
    assert len(codes) == 5


async def test_it_is_seen_which_tablet_took_an_invitation_up_and_that_it_ends(tmp_path: Path) -> None:
    clock = StillClock(NOW)
    async with desk_world(tmp_path, clock=clock) as world:
        first = (await world.ask("director", "POST", "/tablets/invitations")).json()["id"]
        where = f"/tablets/invitations/{first}"
        assert (await world.ask("director", "GET", where)).json() == {"id": first, "state": "open", "tablet": None}
        tablet = await enrolled(world)
        used = (await world.ask("director", "GET", f"/tablets/invitations/{tablet.invitation_id}")).json()
        assert (used["state"], used["tablet"]["name"]) == ("used", "Theatre 3")
        await clock.advance(301)
        assert (await world.ask("director", "GET", where)).json()["state"] == "ended"


async def test_a_tablet_is_switched_off_at_once_and_for_good(world: World) -> None:
    tablet = await enrolled(world)
    assert "Theatre 3" in await page(world)
    answer = await press(world, f"/{tablet.id}/revoke")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/tablets?said=tablet-revoked")
    record = enrolments(world)[-1]
    assert isinstance(record, Tablet)
    assert (record.state, record.revoked_by, record.revoked_at) == ("revoked", "director", NOW)
    assert record.public_key == tablet.public_key
    (listed,) = (await world.ask("director", "GET", "/tablets")).json()["tablets"]
    assert (listed["state"], listed["revoked_by"]) == ("revoked", "director")
    before = len(enrolments(world))
    assert (await world.ask("director", "POST", f"/tablets/{tablet.id}/revoke")).status_code == 200
    assert len(enrolments(world)) == before


@pytest.mark.parametrize(("lang", "heading"), [("de", "Tablets"), ("nl", "Tablets")])
async def test_the_page_speaks_three_languages(world: World, lang: str, heading: str) -> None:
    await enrolled(world)
    shown = await page(world, lang)
    assert f'<h1 class="title">{heading}</h1>' in shown
    assert "Switch off" not in shown


async def test_the_list_of_events_leads_the_director_there_and_nobody_else(world: World) -> None:
    for role, leads in (("director", True), ("reviewer", False), ("physician", False)):
        answer = await world.http.get("/desk", headers=await signed_in(world, role))
        assert ('href="/desk/tablets"' in answer.text) is leads


async def test_what_a_switched_off_tablet_sent_is_the_directors_to_decide(world: World) -> None:
    found = Finding(start=0, end=0, kind="revoked-tablet", rule="revoked-tablet", action=Action.HOLD)
    draft = await world.held("The cut is closed.", reasons=("revoked-tablet",), findings=(found,), needs=Role.DIRECTOR)
    (waiting,) = await world.waiting("director")
    assert waiting["headline"] == "Came from a tablet that was switched off"
    for role in ("reviewer", "physician"):
        for verdict, more in (("approve", {}), ("return", {"reason": "other"}), ("edit", {"text": "It is closed."})):
            answer = await world.decide(role, draft, verdict, **more)
            assert (answer.status_code, answer.json()["type"]) == (403, "urn:scrubcast:needs-role")
    assert (await world.decide("director", draft, "approve")).status_code == 200


def test_initials_are_of_the_first_and_the_last_word() -> None:
    names = ["Noor van den Berg", "Jan", "émile zola", "  - Ada - Lovelace", "李 小龙"]
    assert [initials_of(name) for name in names] == ["NB", "J", "ÉZ", "AL", "李小"]

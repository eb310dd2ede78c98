"""Staff of every role at the desk: added for events by name, invited once, out at once; no rights but their own."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from schemas.enrolment import Invitation, Passkey, Person, Tablet
from schemas.envelope import Role
from schemas.topics import ENROLMENTS, decode_enrolment
from streams.clock import ManualClock
from streams.pins import pin_matches
from tests.authenticator import Authenticator
from tests.desk_world import EVENT, StillClock, World, desk_world, update_id
from tests.examples import NOW
from tests.person_hand import JSON, SITE, Hand, add, key_signed_in

PIN = "4711"
UNKNOWN = str(update_id(999))


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with desk_world(tmp_path, clock=StillClock(NOW)) as made:
        await made.open()
        yield made


def enrolments(world: World) -> list[Invitation | Tablet | Person | Passkey]:
    return [decode_enrolment(m.value or b"") for m in world.bus.everything(ENROLMENTS.name)]


async def page(world: World, lang: str = "en") -> str:
    headers = {**await key_signed_in(world, "director"), "Accept-Language": lang}
    answer = await world.http.get("/desk/people", headers=headers)
    assert answer.status_code == 200
    return answer.text


async def press(world: World, path: str, **form: str | list[str]) -> httpx.Response:
    headers = await key_signed_in(world, "director")
    return await world.http.post(f"/desk/people{path}", data=form, headers=headers)


async def test_a_reporter_is_added_with_initials_and_a_pin_that_nobody_can_read(world: World) -> None:
    answer = await press(world, "/reporters", name="Noor van den Berg", pin=PIN, again=PIN, every="true")
    assert answer.headers["location"] == "/desk/people?said=person-added"
    (person,) = enrolments(world)
    assert isinstance(person, Person)
    assert person.pin is not None
    assert (person.name, person.initials, person.role) == ("Noor van den Berg", "NB", Role.REPORTER)
    assert person.live_events is None
    assert pin_matches(PIN, person.pin, pepper=b"p" * 32)
    assert not pin_matches(PIN, person.pin, pepper=b"q" * 32)
    shown = await page(world)
    assert "Noor van den Berg" in shown
    assert (PIN in shown, person.pin.hash in shown) == (False, False)
    (listed,) = (await world.ask("director", "GET", "/people")).json()["people"]
    assert listed == {
        "id": str(person.id), "name": "Noor van den Berg", "initials": "NB", "role": "reporter", "live_events": None,
        "state": "active", "passkeys": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "pin", "again", "why"),
    [
        ("Noor", "12", "12", "4 to 8 digits"),
        ("Noor", "123456789", "123456789", "4 to 8 digits"),
        ("Noor", "47l1", "47l1", "4 to 8 digits"),
        ("Noor", "1234", "1234", "among the first"),
        ("Noor", "4711", "4712", "The two PINs differ"),
        ("--", "4711", "4711", "1 to 40 characters"),
        ("N" * 41, "4711", "4711", "1 to 40 characters"),
        ("Reviewer", "4711", "4711", "Somebody has this name already"),
    ],
)
async def test_what_will_not_do_is_said_and_the_name_is_kept(
    world: World, name: str, pin: str, again: str, why: str
) -> None:
    answer = await press(world, "/reporters", name=name, pin=pin, again=again, every="true")
    assert 400 <= answer.status_code < 500
    assert why in answer.text
    assert f'value="{name}"' in answer.text
    assert f'value="{pin}"' not in answer.text
    assert enrolments(world) == []


async def test_two_people_cannot_be_taken_for_one(world: World) -> None:
    body = {"name": "Noor Bakker", "pin": PIN}
    assert (await world.ask("director", "POST", "/people", body)).status_code == 201
    answer = await world.ask("director", "POST", "/people", {"name": "noor bakker", "pin": PIN})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:scrubcast:taken-name")


async def test_a_pin_is_set_anew_and_a_person_taken_away(world: World) -> None:
    person = (await world.ask("director", "POST", "/people", {"name": "Noor Bakker", "pin": PIN})).json()
    answer = await press(world, f"/{person['id']}/pin", pin="8203", again="8203")
    assert answer.headers["location"] == "/desk/people?said=pin-set"
    record = enrolments(world)[-1]
    assert isinstance(record, Person)
    assert record.pin is not None
    assert pin_matches("8203", record.pin, pepper=b"p" * 32)
    assert not pin_matches(PIN, record.pin, pepper=b"p" * 32)
    differs = await press(world, f"/{person['id']}/pin", pin="8203", again="8204")
    assert "The two PINs differ" in differs.text
    assert (await press(world, f"/{person['id']}/remove")).headers["location"].endswith("person-removed")
    assert (await world.ask("director", "GET", "/people")).json() == {"people": []}
    again = await world.ask("director", "DELETE", f"/people/{person['id']}")
    assert (again.status_code, again.json()["type"]) == (404, "urn:scrubcast:unknown-person")


async def test_no_answer_repeats_what_was_typed_as_a_pin(world: World) -> None:
    for body in ({"name": "Noor", "pin": "9" * 30}, {"name": "Noor", "pin": "98a7"}, {"name": "Noor", "pin": 987654}):
        answer = await world.ask("director", "POST", "/people", body)
        assert answer.status_code == 422
        assert all(part not in answer.text for part in ("999", "98a7", "987"))


async def test_a_reviewer_is_added_and_shown_an_invitation_in_one_press(world: World) -> None:
    answer = await press(world, "/staff", name="Ada Vos", role="reviewer", events=[EVENT], other="hip-2026, hip-2027")
    assert answer.status_code == 200
    assert re.search(r'code-words" translate="no">(?:[A-Z2-7]{4} ){6}[A-Z2-7]{2}</p>', answer.text)
    assert "A passkey for Ada Vos" in answer.text
    assert "http://desk.example/desk/join" in answer.text
    person, invitation = enrolments(world)
    assert isinstance(person, Person)
    assert isinstance(invitation, Invitation)
    assert (person.role, person.pin, person.live_events) == (Role.REVIEWER, None, (EVENT, "hip-2026", "hip-2027"))
    assert (invitation.person_id, invitation.expires_at - NOW) == (person.id, timedelta(minutes=5))
    assert "No passkey yet" in await page(world)


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"role": "reviewer"}, "Choose one at least"),
        ({"role": "reviewer", "every": "true"}, "Choose one at least"),
        ({"role": "reviewer", "other": "Knie 2026"}, "small letters"),
        ({"role": "reporter", "events": EVENT}, "Reporters have a PIN"),
    ],
)
async def test_a_right_that_names_nothing_is_none(world: World, form: dict[str, str], why: str) -> None:
    answer = await press(world, "/staff", name="Ada Vos", **form)
    assert answer.status_code == 422
    assert why in answer.text
    assert enrolments(world) == []
    system = await press(world, "/staff", name="Ada Vos", role="system", events=EVENT)
    assert system.status_code == 422


async def test_an_invitation_works_once_for_five_minutes_and_a_new_one_ends_it(world: World) -> None:
    clock = world.clock
    assert isinstance(clock, ManualClock)
    hand = await Hand.of(world, "Ada Vos", Role.REVIEWER)
    first, second = await hand.invited(), await hand.invited()
    fresh = Authenticator(SITE)
    assert (await hand.join(first, fresh)).json()["type"] == "urn:scrubcast:bad-code"
    assert (await hand.join(second, fresh)).json() == {"to": "/desk"}
    assert (await hand.join(second, Authenticator(SITE))).status_code == 403
    third = await hand.invited()
    await clock.advance(300)
    assert (await hand.join(third, Authenticator(SITE))).status_code == 403
    keys = (await world.ask("director", "GET", "/people")).json()["people"][0]["passkeys"]
    assert [k["state"] for k in keys] == ["active", "active"]


async def test_it_is_seen_who_took_an_invitation_up(world: World) -> None:
    person = await add(world, "Ada Vos", Role.REVIEWER)
    made = (await world.ask("director", "POST", f"/people/{person['id']}/invitations")).json()
    where = f"/people/invitations/{made['id']}"
    assert (await world.ask("director", "GET", where)).json()["state"] == "open"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(world.app), base_url=SITE) as http:
        assert (await Hand(world, person["id"], Authenticator(SITE), http).join(made["code"])).status_code == 200
    used = (await world.ask("director", "GET", where)).json()
    assert (used["state"], used["person"]) == ("used", {"name": "Ada Vos"})
    tablet = (await world.ask("director", "POST", "/tablets/invitations")).json()["id"]
    assert (await world.ask("director", "GET", f"/people/invitations/{tablet}")).status_code == 404


async def test_a_tablets_code_makes_no_passkey(world: World) -> None:
    code = (await world.ask("director", "POST", "/tablets/invitations")).json()["code"]
    answer = await world.http.post(f"{SITE}/desk/join/options", json={"code": code}, headers=JSON)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:scrubcast:bad-code")


async def test_a_person_sees_their_own_events_alone(world: World) -> None:
    await world.open(id="hip-2026", title="Hip replacement")
    hand = await Hand.of(world, "Ada Vos", Role.REVIEWER, "hip-2026")
    shown = (await hand.http.get("/desk")).text
    assert ("Hip replacement" in shown, f"/desk/{EVENT}" in shown) == (True, False)
    listed = (await hand.http.get("/api/v1/live-events")).json()["live_events"]
    assert [e["id"] for e in listed] == ["hip-2026"]
    states = (await hand.http.get("/api/v1/status")).json()["live_events"]
    assert len(states) == 1
    other = await hand.http.get(f"/desk/{EVENT}")
    assert other.status_code == 403
    assert "You are not named for this live event." in other.text
    assert (await hand.http.get("/desk/nothing-2026")).status_code == 403  # nobody learns which events there are
    answer = await press(world, f"/{hand.person_id}/events", events=[EVENT])
    assert answer.headers["location"].endswith("events-named")
    assert (await hand.http.get(f"/desk/{EVENT}")).status_code == 200
    assert (await hand.http.get("/desk/hip-2026")).status_code == 403


@pytest.mark.parametrize("how", ["remove", "revoke", "lost", "sign-out"])
async def test_who_is_removed_revoked_or_signed_out_is_out_at_once(world: World, how: str) -> None:
    hand = await Hand.of(world, "Ada Vos", Role.REVIEWER)
    kept = dict(hand.http.cookies)
    assert (await hand.http.get(f"/desk/{EVENT}")).status_code == 200
    (key,) = (await world.ask("director", "GET", "/people")).json()["people"][0]["passkeys"]
    if how == "remove":
        assert (await press(world, f"/{hand.person_id}/remove")).status_code == 303
    elif how == "revoke":
        answer = await press(world, f"/{hand.person_id}/passkeys/{key['id']}/revoke")
        assert answer.headers["location"].endswith("passkey-revoked")
    elif how == "lost":
        assert "A passkey for Ada Vos" in (await press(world, f"/{hand.person_id}/lost")).text
    else:
        out = await hand.http.post("/desk/sign-out")
        assert out.headers["clear-site-data"] == '"cache", "storage"'
    hand.http.cookies.update(kept)
    answer = await hand.http.get(f"/desk/{EVENT}")
    assert (answer.status_code, answer.headers["location"][:14]) == (303, "/desk/sign-in?")
    assert (await hand.http.get("/api/v1/live-events")).status_code == 401
    again = await hand.sign_in()
    assert again.status_code == (200 if how == "sign-out" else 403)


async def test_a_lost_passkey_is_recorded_and_the_person_goes_on_with_another(world: World) -> None:
    hand = await Hand.of(world, "Ada Vos", Role.REVIEWER)
    code = await hand.invited("lost")
    (revoked,) = [r for r in enrolments(world) if isinstance(r, Passkey) and r.state == "revoked"]
    assert (revoked.revoked_by, revoked.revoked_at) == ("director", NOW)
    assert (await hand.join(code, Authenticator(SITE))).status_code == 200
    assert (await hand.http.get(f"/desk/{EVENT}")).status_code == 200
    shown = await page(world)
    assert "Revoked passkeys: 1" in re.sub(r"\s+", " ", shown)


async def test_a_session_of_a_person_ends_when_nobody_touches_it_and_after_a_shift(world: World) -> None:
    clock = world.clock
    assert isinstance(clock, ManualClock)
    hand = await Hand.of(world, "Ada Vos", Role.REVIEWER)
    await clock.advance(899)
    assert (await hand.http.get("/api/v1/live-events")).status_code == 200
    await clock.advance(900)
    assert (await hand.http.get("/api/v1/live-events")).status_code == 401
    stop = await hand.http.post(f"/api/v1/live-events/{EVENT}/controls", json={"kind": "stop"})
    assert stop.status_code == 202  # from an idle session too
    assert (await hand.sign_in()).json() == {"to": "/desk"}
    for _ in range(48):
        await clock.advance(890)
        await hand.http.get("/api/v1/live-events")
    await clock.advance(890)
    assert (await hand.http.get("/api/v1/live-events")).status_code == 401


async def test_a_director_who_is_a_person_gives_no_rights_they_do_not_have(world: World) -> None:
    lead = await Hand.of(world, "J. Brandt", Role.DIRECTOR, EVENT)
    elsewhere = await add(world, "Ben Ito", Role.REVIEWER, "hip-2026")
    both = await add(world, "Eva Lind", Role.REVIEWER, EVENT, "hip-2026")
    listed = (await lead.http.get("/api/v1/people")).json()["people"]
    assert [p["name"] for p in listed] == ["J. Brandt", "Eva Lind"]
    new = {"name": "Ada Vos", "role": "reviewer"}
    for events, status in (([EVENT], 201), (["hip-2026"], 403), ([EVENT, "hip-2026"], 403), (None, 422), ([], 422)):
        answer = await lead.http.post("/api/v1/people", json=new | {"live_events": events})
        assert answer.status_code == status, events
    reporter = {"name": "Noor Bakker", "pin": PIN}
    assert (await lead.http.post("/api/v1/people", json=reporter)).status_code == 403  # for every event
    for person in (elsewhere, both):
        for path in ("invitations", "lost", f"passkeys/{UNKNOWN}/revoke"):
            assert (await lead.http.post(f"/api/v1/people/{person['id']}/{path}")).status_code == 403
        assert (await lead.http.delete(f"/api/v1/people/{person['id']}")).status_code == 403
        named = await lead.http.post(f"/api/v1/people/{person['id']}/events", json={"live_events": [EVENT]})
        assert named.status_code == 403
    grown = await lead.http.post(f"/api/v1/people/{lead.person_id}/events", json={"live_events": [EVENT, "hip-2026"]})
    assert grown.status_code == 403
    opened = await lead.http.post("/api/v1/live-events", json={"id": "hip-2026"})
    assert (opened.status_code, opened.json()["type"]) == (403, "urn:scrubcast:other-event")
    shown = (await lead.http.get("/desk/people")).text
    assert ("Ben Ito" in shown, "Eva Lind" in shown, "hip-2026" in shown) == (False, True, False)


async def test_a_desk_that_was_opened_by_its_address_says_its_name(world: World) -> None:
    cases = {
        "http://127.0.0.1:8481": "http://localhost:8481/desk/sign-in",
        "http://[::1]:8481": "http://localhost:8481/desk/sign-in",
        "http://192.168.1.5:8481": "The operator can tell",
        "http://desk.example": "The operator can tell",
        "http://localhost:8481": "data-sign-in",
        "https://desk.example": "data-sign-in",
    }
    for origin, expected in cases.items():
        shown = (await world.http.get(f"{origin}/desk/sign-in")).text
        assert expected in shown, origin
        asked = await world.http.get(f"{origin}/desk/sign-in/passkey", headers=JSON)
        assert asked.status_code == (200 if expected == "data-sign-in" else 403), origin


@pytest.mark.parametrize("lang", ["de", "nl"])
async def test_the_pages_speak_three_languages(world: World, lang: str) -> None:
    await Hand.of(world, "Ada Vos", Role.REVIEWER)
    shown = await page(world, lang)
    for english in ("Revoke", "Every event", "The team", "Add and invite"):
        assert english not in shown
    for path in ("/desk/join", "/desk/sign-in"):
        answer = await world.http.get(f"{SITE}{path}", headers={"Accept-Language": lang})
        assert "passkey" in answer.text.lower()
        assert "Make the" not in answer.text
    refused = await world.http.post(
        f"{SITE}/desk/join/options", json={"code": "WRONG"}, headers=JSON | {"Accept-Language": lang}
    )
    assert "This code does not work" not in refused.json()["detail"]


async def test_sign_in_takes_no_challenge_twice_or_from_elsewhere(world: World) -> None:
    clock = world.clock
    assert isinstance(clock, ManualClock)
    hand = await Hand.of(world, "Ada Vos", Role.REVIEWER)
    options = (await hand.http.get("/desk/sign-in/passkey", headers=JSON)).json()
    body = {"credential": hand.device.get(options)}
    assert (await hand.http.post("/desk/sign-in/passkey", json=body, headers=JSON)).status_code == 200
    again = await hand.http.post("/desk/sign-in/passkey", json=body, headers=JSON)
    assert again.json()["type"] == "urn:scrubcast:old-challenge"
    made_up = {"credential": hand.device.get(options | {"challenge": "AAAA"})}
    assert (await hand.http.post("/desk/sign-in/passkey", json=made_up, headers=JSON)).status_code == 403
    late = (await hand.http.get("/desk/sign-in/passkey", headers=JSON)).json()
    await clock.advance(301)
    body = {"credential": hand.device.get(late)}
    assert (await hand.http.post("/desk/sign-in/passkey", json=body, headers=JSON)).status_code == 403
    cross = JSON | {"Sec-Fetch-Site": "cross-site"}
    assert (await hand.http.post("/desk/sign-in/passkey", json=body, headers=cross)).status_code == 403
    stranger = Authenticator(SITE).get((await hand.http.get("/desk/sign-in/passkey", headers=JSON)).json())
    answer = await hand.http.post("/desk/sign-in/passkey", json={"credential": stranger}, headers=JSON)
    assert answer.json()["type"] == "urn:scrubcast:unknown-passkey"


async def test_a_passkey_whose_counter_went_back_is_refused_and_stays(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    hand = await Hand.of(world, "Ada Vos", Role.REVIEWER)
    assert (await hand.sign_in()).status_code == 200
    hand.device.count = 0
    answer = await hand.sign_in()
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:scrubcast:passkey-counter")
    logged = "".join(capsys.readouterr())
    assert "passkey-count-went-back" in logged
    assert "Ada" not in logged
    (key,) = (await world.ask("director", "GET", "/people")).json()["people"][0]["passkeys"]
    assert key["state"] == "active"
    hand.device.count = 5
    assert (await hand.sign_in()).status_code == 200

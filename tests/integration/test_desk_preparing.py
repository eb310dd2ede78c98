"""The routes of preparing: what comes in from outside is named and never lost, and a protected term is seen nowhere."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
import yaml

from schemas.enrolment import Person
from schemas.envelope import Role
from schemas.live_event import Destination
from schemas.topics import CONTROLS, ENROLMENTS, LIVE_EVENTS, PREPARATIONS, TOPICS, decode_enrolment
from streams.accounts import AccountCheck
from tests.desk_world import TOKENS, StillClock, World, desk_world
from tests.examples import NOW, event_file
from tests.person_hand import Hand
from tests.prepare_hand import CONSENT_FORM, ID, TERMS, TITLE, enrol, preparation, rehearse

HERE = f"/desk/prepare/{ID}"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with desk_world(tmp_path) as made:
        yield made


async def ask(
    world: World, method: str, path: str, role: str = "director", *, lang: str = "en", **more: Any
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {TOKENS[role]}", "Accept-Language": lang}
    return await world.http.request(method, path, headers=headers, **more)


async def begun(world: World) -> None:
    answer = await ask(world, "POST", "/desk/prepare", data={"title": TITLE})
    assert answer.headers["location"] == f"{HERE}/event"


async def put(world: World, section: str, form: dict[str, Any]) -> httpx.Response:
    """Sends the form as its page would, with the mark of what it was filled from."""
    page = (await ask(world, "GET", f"{HERE}/{section}")).text
    seen = page.partition('name="seen" value="')[2][:16]
    return await ask(world, "POST", f"{HERE}/{section}", data={**form, "seen": seen})


EVENT = {
    "title": TITLE, "id": ID, "hashtag": "#OurKneeLive", "languages": ["en"], "timezone": "Europe/Amsterdam",
    "window.opens": "2026-12-01T09:00", "window.closes": "2026-12-01T13:00",
}  # fmt: skip


async def filled(world: World) -> None:
    await begun(world)
    for section, form in (("event", EVENT), ("consent", CONSENT_FORM)):
        assert (await put(world, section, form)).status_code == 303


async def green(world: World) -> None:
    await filled(world)
    await enrol(world)
    await rehearse(world)
    for who in ("physician", "advocate"):
        await ask(world, "POST", f"{HERE}/tick/in-room-{who}")


async def test_it_opens_when_every_check_is_green_and_is_read_only_from_then_on(world: World) -> None:
    await green(world)
    opened = await ask(world, "POST", f"{HERE}/open")
    assert (opened.status_code, opened.headers["location"]) == (303, f"/desk/{ID}")
    (event,) = world.records(LIVE_EVENTS)
    assert {check.id: check.ok for check in event.checks} == dict.fromkeys(
        ("event", "consent", "hashtag", "accounts", "policy", "run-sheet", "people", "in-room-physician",
         "in-room-advocate", "cost", "rehearsal"), True,
    )  # fmt: skip
    assert preparation(world).state == "opened"
    for section in ("event", "consent"):
        assert (await put(world, section, EVENT)).status_code == 409
    for path in ("open", "drop", "tick/cost", "accounts"):
        assert (await ask(world, "POST", f"{HERE}/{path}")).status_code == 409
    assert (await ask(world, "POST", f"{HERE}/protected", data={"terms": "Somebody"})).status_code == 409


async def test_it_does_not_open_while_something_is_missing_and_says_what(world: World) -> None:
    await filled(world)
    answer = await ask(world, "POST", f"{HERE}/open")
    assert answer.status_code == 422
    assert "It was not opened. What is missing stands below." in answer.text
    for words in ("People are missing", "The physician is not here yet", "No rehearsal yet"):
        assert words in answer.text
    assert world.records(LIVE_EVENTS) == []


async def test_opening_that_died_half_way_is_gone_on_with(world: World) -> None:
    await green(world)
    before = preparation(world)
    await ask(world, "POST", f"{HERE}/open")
    await world.send(PREPARATIONS, before)  # as if the last record had never been written
    assert (await ask(world, "POST", f"{HERE}/open")).status_code == 303
    assert preparation(world).state == "opened"
    assert len(world.records(LIVE_EVENTS)) == 1


async def test_a_run_sheet_is_signed_by_a_physician_and_by_what_it_says(world: World) -> None:
    await filled(world)
    items = {"run_sheet.0.id": "welcome", "run_sheet.0.text": "Welcome at {time}."}
    await put(world, "run-sheet", items)
    page = (await ask(world, "GET", f"{HERE}/sign", "physician")).text
    sha256 = page.partition('name="sha256" value="')[2][:64]
    assert (await ask(world, "POST", f"{HERE}/sign", data={"sha256": sha256})).status_code == 403  # a director
    await put(world, "run-sheet", {**items, "run_sheet.0.text": "Welcome, all."})
    stale = await ask(world, "POST", f"{HERE}/sign", "physician", data={"sha256": sha256})
    assert (stale.status_code, "nothing was signed" in stale.text) == (409, True)
    now = stale.text.partition('name="sha256" value="')[2][:64]
    assert (await ask(world, "POST", f"{HERE}/sign", "physician", data={"sha256": now})).status_code == 303
    assert "1 item, signed by physician" in (await ask(world, "GET", HERE)).text
    await put(world, "run-sheet", {**items, "run_sheet.0.text": "Welcome, everybody."})
    assert "The run sheet was changed after it was signed" in (await ask(world, "GET", HERE)).text


async def test_the_signature_becomes_a_control_of_the_event(world: World) -> None:
    await green(world)
    await put(world, "run-sheet", {"run_sheet.0.id": "welcome", "run_sheet.0.text": "Welcome."})
    page = (await ask(world, "GET", f"{HERE}/sign", "physician")).text
    sha256 = page.partition('name="sha256" value="')[2][:64]
    await ask(world, "POST", f"{HERE}/sign", "physician", data={"sha256": sha256})
    assert (await ask(world, "POST", f"{HERE}/open")).status_code == 303
    (control,) = world.records(CONTROLS)
    assert (control.kind, control.run_sheet_sha256, control.actor.role) == ("sign-run-sheet", sha256, "physician")


async def test_protected_terms_are_counted_and_stand_on_no_page_and_no_topic(world: World) -> None:
    await begun(world)
    pages = [(await ask(world, "POST", f"{HERE}/protected", data={"terms": TERMS})).text]
    csv = b'\xef\xbb\xbf"Lopez, Ana";\r\nRex,,\r\nMaria Lopez\r\n'
    pages.append((await ask(world, "POST", f"{HERE}/protected", files={"file": ("t.csv", csv)})).text)
    assert preparation(world).protected == 5
    assert world.vault.terms(ID) == ("Maria Lopez", "1957-03-14", "00482913", "Lopez, Ana", "Rex")
    wrong = await ask(world, "POST", f"{HERE}/protected", data={"terms": "Zacharias\nx\n" + "y" * 201})
    assert "These lines have not: 3, 4." in wrong.text or "These lines have not: 2, 3." in wrong.text
    pages += [wrong.text, *[(await ask(world, "GET", f"{HERE}{p}")).text for p in ("", "/event", "/protected")]]
    topics = b"".join(m.value or b"" for topic in TOPICS for m in world.bus.everything(topic.name)).decode()
    for term in ("Maria", "1957-03-14", "00482913", "Rex", "Zacharias", "yyy"):
        assert all(term not in text for text in (*pages, topics)), term
    await ask(world, "POST", f"{HERE}/protected", data={"terms": "Only One", "replace": "1"})
    assert world.vault.terms(ID) == ("Only One",)
    too_many = "\n".join(f"term {n}" for n in range(501))
    assert "At most 500" in (await ask(world, "POST", f"{HERE}/protected", data={"terms": too_many})).text
    await ask(world, "POST", f"{HERE}/drop")
    assert world.vault.terms(ID) == ()
    assert preparation(world).file == {}


async def test_a_hashtag_that_names_the_patient_is_missing_another(world: World) -> None:
    await filled(world)
    await ask(world, "POST", f"{HERE}/protected", data={"terms": "Maria Lopez"})
    await put(world, "event", {**EVENT, "hashtag": "MariasKnee"})
    page = (await ask(world, "GET", HERE)).text
    assert "The hashtag names somebody who is protected" in page
    assert f'href="{HERE}/event#hashtag"' in page
    assert "Maria" not in page


def as_yaml(**changes: Any) -> str:
    plain = json.loads(json.dumps(event_file(**changes), default=str))
    return yaml.safe_dump({"id": ID, **{k: v for k, v in plain.items() if k != "id"}})


async def upload(world: World, text: str | bytes) -> httpx.Response:
    data = text if isinstance(text, bytes) else text.encode()
    return await ask(world, "POST", "/desk/prepare/yaml", files={"file": ("event.yaml", data)})


async def test_a_yaml_is_taken_with_its_gaps_and_its_terms_go_to_the_vault(world: World) -> None:
    text = as_yaml()
    answer = await upload(world, text)
    assert (answer.status_code, answer.headers["location"]) == (303, HERE)
    assert "protect" not in preparation(world).file
    assert world.vault.terms(ID) == ("Maria Lopez", "1957-03-14", "00482913")
    assert (await upload(world, text)).status_code == 409
    pasted = await ask(world, "POST", "/desk/prepare/yaml", data={"text": "id: two\ntitle: Two\n"})
    assert pasted.headers["location"] == "/desk/prepare/two"


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nid: x\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Choose a file, or paste its text."),
        ("id: [", "This is not YAML; line"),
        ("- a\n- b\n", "A table of fields was expected."),
        (BOMB, "Aliases (*name) are not taken"),
        ("[" * 5_000, "deeper or longer"),
        ("a: " + "[0]\n" * 10, "This is not YAML"),
        ("x" * 300_000, "larger than 256 kB"),
        ("id: !!python/object/apply:os.system [ls]\n", "This is not YAML; line"),
        ("id: " + "9" * 5_000 + "\n", "This is not YAML."),
        ('id: "\\ud800"\n', "This is not YAML"),
        ("id: x\nwhen: 2026-99-99\n", "This is not YAML"),
        ("id: Not a slug\n", "id: Small letters"),
        ("id: x\ntitel: T\n", "titel: Is not a field of this file"),
        ("id: x\nhashtag: no\nlanguages: [fr]\n", "hashtag: “#” and then letters or digits."),
        ("id: x\ntimezone: Europe\n", "timezone: A zone of the list"),
        ("id: x\nwindow: 3\nconsent: 4\nphases: {}\n", "This does not fit here."),
        (b"\x00\x01\x02", "This is not text."),
        (b"\xff\xfe" + b"x" * 3, "This is not text."),
    ],
)
async def test_a_yaml_that_cannot_be_taken_is_refused_in_words(world: World, text: str | bytes, said: str) -> None:
    answer = await upload(world, text)
    assert answer.status_code == 422
    assert said in answer.text
    assert world.records(PREPARATIONS) == []


async def test_what_was_pasted_comes_back_but_for_its_protected_terms(world: World) -> None:
    text = 'id: x\ntitle: "An <b>event</b>"\nprotect:\n  - Maria Lopez\n- Rika\nhashtag: [\n'
    answer = await ask(world, "POST", "/desk/prepare/yaml", data={"text": text})
    assert "An &lt;b&gt;event&lt;/b&gt;" in answer.text
    assert "Protected terms were left out of the text below." in answer.text
    for term in ("Maria", "Rika", "<b>event"):
        assert term not in answer.text
    inline = await ask(world, "POST", "/desk/prepare/yaml", data={"text": "{id: x, protect: [Maria], a: }}"})
    assert "Maria" not in inline.text


@pytest.mark.parametrize(
    ("section", "form", "said"),
    [
        ("event", {"title": "t" * 201}, "At most 200 characters."),
        ("event", {"window.opens": "yesterday"}, "A date and a time."),
        ("event", {"window.opens": "2026-12-02T09:00"}, "It closes before it opens."),
        ("event", {"timezone": "Mars/Base"}, "A zone of the list"),
        ("event", {"languages": ["fr"]}, "One or more of the list."),
        ("consent", {"consent.signature": "sha256:12"}, "64 digits from 0 to f"),
        ("consent", {"consent.expires": "soon"}, "A date."),
        ("consent", {"consent.pictured.0.who": "nurse", "consent.pictured.0.signature": "x"}, "64 digits"),
        ("destinations", {"destinations.0.platform": "x"}, "every other platform needs one"),
        ("destinations", {"destinations.0.platform": "myspace", "destinations.0.account": "@a"}, "One of the list."),
        ("release", {"release.delay_s": "-1"}, "At least 0."),
        ("release", {"release.delay_s": "9" * 30}, "0 to 86400."),
        ("release", {"holding.after_min": "1", "holding.item": "x"}, "At least 2."),
        ("run-sheet", {"run_sheet.0.id": "Not A Slug", "run_sheet.0.text": "x"}, "Small letters"),
        ("run-sheet", {"run_sheet.0.id": "x", "run_sheet.0.text": "y" * 2001}, "At most 2000 characters."),
        ("phases", {f"phases.{n}.name": f"p{n}" for n in range(21)}, "At most 20 lines."),
        ("phrases", {"phrases.0.text.en": "x" * 201}, "At most 200 characters."),
        ("allow", {"allow": "a\nbb"}, "Line 1: At least 2 characters."),
    ],
)
async def test_a_wrong_value_is_named_at_its_field_and_everything_typed_comes_back(
    world: World, section: str, form: dict[str, Any], said: str
) -> None:
    await begun(world)
    before = len(world.records(PREPARATIONS))
    base = EVENT if section == "event" else {}
    answer = await put(world, section, {**base, **form, "content_warning": "<script>alert(1)</script>"})
    assert answer.status_code == 422
    assert said in answer.text
    assert "<script>alert" not in answer.text
    typed = [value for value in form.values() if isinstance(value, str)] or [TITLE]
    assert typed[-1][:150] in answer.text.replace("&#34;", '"')
    assert len(world.records(PREPARATIONS)) == before


async def test_two_people_on_one_section_lose_nothing(world: World) -> None:
    await begun(world)
    answer = await ask(world, "POST", f"{HERE}/event", data={**EVENT, "title": "Mine", "seen": "0" * 16})
    assert answer.status_code == 409
    assert "Somebody changed this section meanwhile." in answer.text
    assert 'value="Mine"' in answer.text
    assert preparation(world).file["title"] == TITLE


async def test_another_address_moves_all_of_it_and_a_taken_one_is_refused(world: World) -> None:
    await begun(world)
    await ask(world, "POST", f"{HERE}/protected", data={"terms": "Maria Lopez"})
    await ask(world, "POST", "/desk/prepare", data={"title": "Other", "id": "other"})
    taken = await put(world, "event", {**EVENT, "id": "other"})
    assert (taken.status_code, "of this address already" in taken.text) == (409, True)
    moved = await put(world, "event", {**EVENT, "id": "knee-9"})
    assert moved.headers["location"] == "/desk/prepare/knee-9?said=saved"
    assert (world.vault.terms("knee-9"), world.vault.terms(ID)) == (("Maria Lopez",), ())
    assert (await ask(world, "GET", HERE)).status_code == 404


@pytest.mark.parametrize("words", ["tablets", "people", "prepare", "guidance", "Über", "-x", "x" * 65, "a/b"])
async def test_an_address_that_cannot_be_is_refused(world: World, words: str) -> None:
    answer = await ask(world, "POST", "/desk/prepare", data={"title": "T", "id": words})
    assert answer.status_code == 422
    assert world.records(PREPARATIONS) == []


async def test_an_empty_or_endless_title_is_refused_and_comes_back(world: World) -> None:
    for title in ("", " ", "t" * 201):
        assert (await ask(world, "POST", "/desk/prepare", data={"title": title})).status_code == 422


async def test_a_plan_is_taken_from_an_earlier_event_without_its_patient(world: World) -> None:
    await world.open()
    await ask(world, "POST", "/desk/prepare", data={"title": TITLE, "from": "knee-2026"})
    file = preparation(world).file
    assert file["run_sheet"] == [{"id": "welcome", "text": "Welcome to the operating theatre."}]
    assert file["consent"]["disclosed_by"] == "St. Anna"
    assert not {"signature", "signed_at", "taken_by", "information", "expires", "media"} & set(file["consent"])
    assert file["window"]["opens"].startswith("2026-12-02T08:00")
    assert preparation(world).protected == 0


@pytest.mark.parametrize("role", ["reporter", "reviewer", "liaison", "auditor"])
async def test_others_are_turned_away(world: World, role: str) -> None:
    await begun(world)
    for method, path in (
        ("GET", "/desk/prepare"), ("POST", "/desk/prepare"), ("POST", "/desk/prepare/yaml"), ("GET", HERE),
        ("GET", f"{HERE}/event"), ("POST", f"{HERE}/event"), ("POST", f"{HERE}/protected"), ("POST", f"{HERE}/open"),
        ("POST", f"{HERE}/tick/cost"), ("POST", f"{HERE}/accounts"), ("GET", f"{HERE}/people"),
        ("POST", f"{HERE}/people"), ("POST", f"{HERE}/people/add"), ("POST", f"{HERE}/sign"), ("POST", f"{HERE}/drop"),
    ):  # fmt: skip
        assert (await ask(world, method, path, role)).status_code == 403, path


@pytest.mark.parametrize("role", ["physician", "advocate"])
async def test_who_is_asked_for_sees_the_checks_and_changes_nothing(world: World, role: str) -> None:
    await begun(world)
    page = await ask(world, "GET", HERE, role)
    assert (page.status_code, "The director opens the event." in page.text) == (200, True)
    assert (await ask(world, "POST", f"{HERE}/event", role)).status_code == 403
    assert f"{role} is at the desk since" in (await ask(world, "GET", HERE)).text


async def test_accounts_are_asked_on_a_press_and_again_when_it_opens(tmp_path: Path) -> None:
    answers = {"gap": "X does not accept these keys; log in again"}

    async def check(destination: Destination) -> AccountCheck:
        return AccountCheck(destination.key, "St. Anna", answers["gap"] or None, left=71, price=15)

    async with desk_world(tmp_path, check_account=check) as world:
        await green(world)
        places = {
            "destinations.0.platform": "local",
            "destinations.1.platform": "x",
            "destinations.1.account": "@StAnna",
        }
        await put(world, "destinations", places)
        await ask(world, "POST", f"{HERE}/tick/cost")
        assert "The account X @StAnna is not proven" in (await ask(world, "GET", HERE)).text
        await ask(world, "POST", f"{HERE}/accounts")
        assert "X does not accept these keys; log in again." in (await ask(world, "GET", HERE)).text
        answers["gap"] = ""
        assert (await ask(world, "POST", f"{HERE}/open")).status_code == 303


async def test_the_cost_is_seen_anew_when_another_place_is_added(world: World) -> None:
    await filled(world)
    places = {"destinations.0.platform": "x", "destinations.0.account": "@StAnna"}
    await put(world, "destinations", places)
    page = (await ask(world, "GET", HERE)).text
    assert "About 50 posts on X: $0.75. With a link in each it would be $10.00." in page
    await ask(world, "POST", f"{HERE}/tick/cost")
    assert "The cost was not looked at yet" not in (await ask(world, "GET", HERE)).text
    await put(world, "destinations", {**places, "destinations.1.platform": "x", "destinations.1.account": "@Two"})
    assert "The cost was not looked at yet" in (await ask(world, "GET", HERE)).text


async def test_who_was_in_the_room_hours_ago_may_have_left(tmp_path: Path) -> None:
    clock = StillClock(NOW)
    async with desk_world(tmp_path, clock=clock) as world:
        await begun(world)
        await ask(world, "POST", f"{HERE}/tick/in-room-advocate")
        assert "The advocate is here" in (await ask(world, "GET", HERE)).text
        await clock.advance(timedelta(hours=2, seconds=1).total_seconds())
        assert "The advocate is not here yet" in (await ask(world, "GET", HERE)).text


async def test_a_tick_or_section_nobody_knows_is_not_here(world: World) -> None:
    await begun(world)
    assert (await ask(world, "POST", f"{HERE}/tick/run-sheet")).status_code == 404
    assert (await ask(world, "GET", f"{HERE}/nothing")).status_code == 404
    assert (await ask(world, "GET", "/desk/prepare/unknown")).status_code == 404


STAFF = (
    "name,role,initials,events\nNoor Bakker,reporter,NB,\nA. Visser,Physician,,\nEva Martens,advocate,,unknown-event\n"
)


async def test_a_staff_list_is_shown_first_and_each_bad_row_is_named(world: World) -> None:
    await begun(world)
    text = STAFF + "Noor Bakker,reporter\n,reviewer\nSomebody Else,president,,<b>x\nreviewer,reviewer\n"
    page = (await ask(world, "POST", f"{HERE}/people", data={"text": text})).text
    assert "2 can be added." in page
    assert "5 cannot as they stand." in page
    assert list(world.bus.everything(ENROLMENTS.name)) == []
    for words in ("president", "unknown-event", "&lt;b&gt;x</td>"):
        assert f"<td>{words}" not in page


async def test_people_are_added_and_their_pins_are_seen_once(world: World) -> None:
    await begun(world)
    page = await ask(world, "POST", f"{HERE}/people/add", data={"text": STAFF})
    assert "2 people were added" in page.text
    assert page.headers["cache-control"] == "no-store"
    pin = page.text.partition('figure">')[2][:6]
    assert pin.isdecimal()
    people = [decode_enrolment(m.value or b"") for m in world.bus.everything(ENROLMENTS.name)]
    assert [(p.name, p.role, p.live_events) for p in people if isinstance(p, Person)] == [
        ("Noor Bakker", "reporter", (ID,)),
        ("A. Visser", "physician", (ID,)),
    ]
    again = (await ask(world, "POST", f"{HERE}/people/add", data={"text": STAFF})).text
    assert "0 people were added" in again
    assert pin not in (await ask(world, "GET", f"{HERE}/people")).text


@pytest.mark.parametrize(
    ("data", "said"),
    [("", "There is no row in it."), ("x," * 40_000, "longer than 200 people"), ("\n\n", "There is no row in it.")],
)
async def test_a_list_that_is_none_is_refused(world: World, data: str, said: str) -> None:
    await begun(world)
    assert said in (await ask(world, "POST", f"{HERE}/people", data={"text": data})).text


async def test_guidance_is_printed_in_the_language_that_is_asked_for(world: World) -> None:
    for lang, words in (
        ("en", "Never write a name"),
        ("de", "Schreiben Sie nie Name"),
        ("nl", "Schrijf nooit een naam"),
    ):
        page = (await ask(world, "GET", f"/desk/guidance?lang={lang}", "liaison")).text
        assert words in page
        assert page.count("<article") == 6
        assert f'<html lang="{lang}">' in page


async def test_an_event_opened_from_its_file_says_what_the_browser_would_have_asked_for(world: World) -> None:
    answer = (await world.open()).json()
    assert answer["unready"] == [
        "The run sheet is not signed", "People are missing", "The physician is not here yet",
        "The advocate is not here yet", "No rehearsal yet",
    ]  # fmt: skip
    (event,) = world.records(LIVE_EVENTS)
    lacking = {c.id for c in event.checks if not c.ok}
    assert {"run-sheet", "people", "in-room-physician", "in-room-advocate", "rehearsal", "cost"} <= lacking


async def test_a_director_who_is_a_person_sees_and_begins_what_is_prepared_for_their_own_events_alone(
    world: World,
) -> None:
    await begun(world)  # by a role's key, for another event
    hand = await Hand.of(world, "Eva Lind", Role.DIRECTOR, "valve-2026")
    before = len(world.records(PREPARATIONS))
    assert ID not in (await hand.http.get("/desk/prepare")).text
    for path, form in (
        ("/desk/prepare", {"title": "Another valve", "id": "elsewhere-2026"}),
        ("/desk/prepare/yaml", {"text": "id: elsewhere-2026\ntitle: Another valve\nprotect: [Marlene]"}),
    ):
        answer = await hand.http.post(path, data=form)
        assert answer.status_code == 403
        assert "You are named for other events alone." in answer.text
        assert "Another valve" in answer.text  # nothing typed is lost
        assert "Marlene" not in answer.text
    assert len(world.records(PREPARATIONS)) == before
    began = await hand.http.post("/desk/prepare", data={"title": "A valve", "id": "valve-2026", "from": ID})
    assert (began.status_code, len(world.records(PREPARATIONS))) == (422, before)  # nor taken from what they do not see
    began = await hand.http.post("/desk/prepare", data={"title": "A valve", "id": "valve-2026"})
    assert (began.status_code, began.headers["location"]) == (303, "/desk/prepare/valve-2026/event")
    assert "valve-2026" in (await hand.http.get("/desk/prepare")).text
    await hand.http.aclose()


async def test_blanks_that_run_together_are_told_in_words_when_the_sheet_is_saved(world: World) -> None:
    await begun(world)
    text = yaml.safe_dump(event_file(id="blanks-2026", run_sheet=[{"id": "a", "text": "At {time}{number} o clock"}]))
    await ask(world, "POST", "/desk/prepare/yaml", data={"text": text})
    page = (await ask(world, "GET", "/desk/prepare/blanks-2026", lang="nl")).text
    assert "heeft twee open plekken zonder iets ertussen; zet daar een woord" in page

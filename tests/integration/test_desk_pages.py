"""The desk's pages as forms and links alone: what a browser without script would do."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import pytest_asyncio

from schemas.draft import Action, Finding
from schemas.envelope import Role, system
from schemas.ids import derive
from schemas.receipt import Notice, Retraction
from schemas.topics import CONTROLS, DECISIONS, DRAFTS, LIVE_EVENTS, RECEIPTS, RELEASES
from streams.clock import ManualClock
from tests.desk_world import EVENT, TOKENS, World, desk_world

MINUTE = 60.0
X = "x:@StAnna"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with desk_world(tmp_path) as made:
        await made.open()
        yield made


class Person:
    """Somebody with a browser that follows redirects and keeps cookies, and knows nothing else."""

    def __init__(self, world: World, lang: str = "en") -> None:
        self.world = world
        transport = httpx.ASGITransport(world.app)
        headers = {"Accept-Language": lang, "Sec-Fetch-Site": "same-origin"}
        self.http = httpx.AsyncClient(
            transport=transport, base_url="http://desk.example", headers=headers, follow_redirects=True
        )

    async def sign_in(self, role: str) -> "Person":
        answer = await self.http.post("/desk/sign-in", data={"token": TOKENS[role], "next": "/desk"})
        assert answer.url.path == "/desk"
        return self

    async def read(self, path: str = f"/desk/{EVENT}") -> str:
        await self.world.settle()
        answer = await self.http.get(path)
        assert answer.status_code == 200, answer.url
        return answer.text

    async def press(self, path: str, form: dict[str, str] | None = None) -> httpx.Response:
        body = urlencode(form or {})
        answer = await self.http.post(path, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
        await self.world.settle()
        return answer


async def test_the_address_after_signing_in_is_the_one_that_was_asked_for(world: World) -> None:
    person = Person(world)
    form = await person.http.get(f"/desk/{EVENT}")
    assert form.url.path == "/desk/sign-in"
    assert f'name="next" value="/desk/{EVENT}"' in form.text
    answer = await person.http.post(
        "/desk/sign-in", data={"token": f" {TOKENS['reviewer']} ", "next": f"/desk/{EVENT}"}
    )
    assert answer.url.path == f"/desk/{EVENT}"


async def test_a_wrong_key_is_told_in_words_and_not_repeated(world: World) -> None:
    answer = await Person(world).http.post("/desk/sign-in", data={"token": "guess-of-somebody"})
    assert "This key is not known here" in answer.text
    assert "guess-of-somebody" not in answer.text


async def test_signing_out_ends_it(world: World) -> None:
    person = await Person(world).sign_in("reviewer")
    await person.press("/desk/sign-out")
    assert (await person.http.get("/desk")).url.path == "/desk/sign-in"


async def test_the_queue_says_why_and_the_draft_shows_what_the_public_would_read(world: World) -> None:
    found = Finding(
        start=4,
        end=16,
        kind="relative",
        rule="known-term.relative",
        action=Action.HOLD,
        law="45 CFR 164.514(b)(2)(i)(A)",
    )
    await world.held("Her [relative] is here. #OurKneeLive", typed="Her daughter Ana is here.", findings=(found,))
    page = await (await Person(world).sign_in("reviewer")).read()
    assert "Names a relative" in page
    assert 'Her <span class="redacted">relative</span> is here. <span class="tag">#OurKneeLive</span>' in page
    assert "45 CFR 164.514(b)(2)(i)(A)" in page
    assert "Ana" not in page
    assert "STOP" in page


async def test_what_a_person_is_to_judge_is_marked_with_its_kind_rule_and_law(world: World) -> None:
    found = Finding(
        start=3,
        end=18,
        kind="claim",
        rule="claim-best",
        action=Action.HOLD,
        law="15 U.S.C. 45; HWG § 3",
    )
    text = "It outperforms all of them."
    await world.held(text, typed=text, findings=(found,), reasons=("claim",), needs=Role.PHYSICIAN)
    page = await (await Person(world).sign_in("physician")).read()
    assert 'It <mark class="suspect">outperforms all</mark> of them.' in page
    assert "Makes a medical claim" in page
    row = '<td><span class="kind">Medical claim</span></td><td>Held for a person</td><td><code>claim-best</code></td>'
    assert f'{row}<td class="law">15 U.S.C. 45<br>HWG § 3</td>' in page


async def test_an_approval_is_a_form_and_a_redirect(world: World) -> None:
    draft = await world.held()
    person = await Person(world).sign_in("reviewer")
    form = {"verdict": "approve", "text_sha256": draft.text_sha256, "reason": "without-detail", "note": ""}
    answer = await person.press(f"/desk/{EVENT}/drafts/{draft.id}/decision", form)
    assert (answer.history[0].status_code, answer.url.path) == (303, f"/desk/{EVENT}")
    assert "Approved. It goes out after the delay." in answer.text
    assert len(world.records(RELEASES)) == 1


async def test_the_second_person_reads_that_it_was_decided_and_by_whom(world: World) -> None:
    draft = await world.held()
    await world.decide("physician", draft, "approve")
    person = await Person(world).sign_in("reviewer")
    form = {"verdict": "approve", "text_sha256": draft.text_sha256}
    answer = await person.press(f"/desk/{EVENT}/drafts/{draft.id}/decision", form)
    assert "Physician approved this at 10:00:00. Nothing of yours was changed." in answer.text
    assert "Approved by Physician at 10:00:00." in answer.text
    assert len(world.records(DECISIONS)) == 1


async def test_an_edit_goes_to_its_new_revision_and_its_writer_cannot_approve_it(world: World) -> None:
    draft = await world.held()
    person = await Person(world).sign_in("reviewer")
    assert "<textarea" in await person.read(f"/desk/{EVENT}/drafts/{draft.id}/edit")
    form = {"text": "The family\r\nis here.", "text_sha256": draft.text_sha256}
    answer = await person.press(f"/desk/{EVENT}/drafts/{draft.id}/edit", form)
    new = world.records(DRAFTS)[-1]
    assert (new.text, answer.url.path) == ("The family\nis here.", f"/desk/{EVENT}/drafts/{new.id}")
    assert "You wrote this. Someone else has to approve it." in answer.text
    assert re.search(r'value="approve" disabled', answer.text)


async def test_a_refused_edit_keeps_what_was_typed_for_the_one_who_typed_it(world: World) -> None:
    draft = await world.held()
    person = await Person(world).sign_in("reviewer")
    form = {"text": "Lopez", "text_sha256": draft.text_sha256}
    answer = await person.press(f"/desk/{EVENT}/drafts/{draft.id}/edit", form)
    assert answer.status_code == 422
    assert "Nothing was left after names were removed" in answer.text
    assert re.search(r"<textarea[^>]*>Lopez</textarea>", answer.text)


async def test_what_was_typed_is_shown_in_the_one_answer_to_the_press_and_the_opening_is_logged(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    found = Finding(start=4, end=16, kind="relative", rule="known-term.relative", action=Action.HOLD)
    draft = await world.held("Her [relative] is here.", typed="Her daughter Ana is here.", findings=(found,))
    person = await Person(world).sign_in("reviewer")
    answer = await person.press(f"/desk/{EVENT}/drafts/{draft.id}/original")
    assert "<del>daughter Ana</del> <ins>[relative]</ins>" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    again = await person.http.get(f"/desk/{EVENT}/drafts/{draft.id}/original")
    assert "Ana" not in again.text
    said = capsys.readouterr().out
    assert "original-opened" in said
    assert str(draft.id) in said
    assert "Ana" not in said


async def test_stop_is_one_press_and_the_page_after_it_is_complete(world: World) -> None:
    one = await world.held("One is steady.")
    await world.held("Two is steady.")
    await world.decide("reviewer", one, "approve")
    await world.outcome(world.records(RELEASES)[0], "local")
    person = await Person(world).sign_in("advocate")
    assert isinstance(world.clock, ManualClock)
    await world.clock.advance(5)
    answer = await person.press(f"/desk/{EVENT}/stop")
    assert answer.url.path == f"/desk/{EVENT}/stopped"
    assert "Stopped at 10:00:05. Nothing more goes out." in answer.text
    assert "Advocate pressed stop. No reason is needed." in answer.text
    assert "<q>One is steady.</q>" in answer.text
    assert "A physician or the director can resume." in answer.text
    assert [c.kind for c in world.records(CONTROLS)] == ["stop"]


async def test_a_stop_is_taken_from_a_session_that_has_gone_idle_and_nothing_else_is(world: World) -> None:
    draft = await world.held()
    person = await Person(world).sign_in("director")
    assert isinstance(world.clock, ManualClock)
    await world.clock.advance(20 * MINUTE)
    approve = {"verdict": "approve", "text_sha256": draft.text_sha256}
    for path, form in (("hold", {}), ("withdraw", {}), (f"drafts/{draft.id}/decision", approve)):
        assert (await person.press(f"/desk/{EVENT}/{path}", form)).url.path == "/desk/sign-in"
    await person.press(f"/desk/{EVENT}/stop")
    assert [c.kind for c in world.records(CONTROLS)] == ["stop"]
    await world.clock.advance(12 * 60 * MINUTE)
    await person.press(f"/desk/{EVENT}/stop")
    assert len(world.records(CONTROLS)) == 1


async def test_a_page_that_only_watches_keeps_no_session_open(world: World) -> None:
    person = await Person(world).sign_in("director")
    assert isinstance(world.clock, ManualClock)
    await world.clock.advance(10 * MINUTE)
    quiet = await person.http.get(f"/desk/{EVENT}", headers={"Scrubcast-Background": "1"})
    assert (quiet.status_code, "set-cookie" in quiet.headers) == (200, False)
    touched = await person.http.get(f"/desk/{EVENT}")
    assert "HttpOnly; SameSite=Strict" in touched.headers["set-cookie"]
    await world.clock.advance(10 * MINUTE)
    assert (await person.http.get(f"/desk/{EVENT}")).url.path == f"/desk/{EVENT}"
    await world.clock.advance(16 * MINUTE)
    watching = await person.http.get(f"/desk/{EVENT}", headers={"Scrubcast-Background": "1"})
    assert watching.status_code == 401


async def test_hold_and_resume_stand_at_the_top_of_the_desk(world: World) -> None:
    person = await Person(world).sign_in("physician")
    held = await person.press(f"/desk/{EVENT}/hold")
    assert "Held since 10:00" in held.text
    assert "Resume" in held.text
    resumed = await person.press(f"/desk/{EVENT}/resume")
    assert "Live since 10:00" in resumed.text
    assert "Resumed. What waited goes on." in resumed.text


async def test_two_people_take_the_two_seats_after_a_stop(world: World) -> None:
    one, two = await Person(world).sign_in("director"), await Person(world).sign_in("physician")
    stopped = await one.press(f"/desk/{EVENT}/stop")
    assert "To resume, two people agree" in stopped.text
    assert "0 of 2" in stopped.text
    agreed = await one.press(f"/desk/{EVENT}/resume")
    assert agreed.url.path == f"/desk/{EVENT}/stopped"
    assert "You agreed. It goes on when a second person agrees too." in agreed.text
    assert "Agreed at 10:00:00" in agreed.text
    assert "Director agrees to resume. A second person has to agree before 10:15." in agreed.text
    assert re.search(r"<button[^>]* disabled>.*?Agree to resume.*?You have agreed. It has to be someone else.",
                     agreed.text, re.DOTALL)  # fmt: skip
    assert f'action="/desk/{EVENT}/resume"' not in agreed.text
    again = await one.press(f"/desk/{EVENT}/resume")
    assert "You have agreed already. A second person has to agree too." in again.text
    assert f'action="/desk/{EVENT}/resume"' in await two.read()
    resumed = await two.press(f"/desk/{EVENT}/resume")
    assert (resumed.url.path, "Live since 10:00" in resumed.text) == (f"/desk/{EVENT}", True)
    assert "Two people agreed. It goes on." in await two.read(f"/desk/{EVENT}/stopped")


async def test_an_agreement_that_has_ended_says_so_and_may_be_given_again(world: World) -> None:
    person = await Person(world).sign_in("director")
    await person.press(f"/desk/{EVENT}/stop")
    await person.press(f"/desk/{EVENT}/resume")
    assert isinstance(world.clock, ManualClock)
    for _ in range(2):
        await world.clock.advance(8 * MINUTE)
        page = await person.read(f"/desk/{EVENT}/stopped")
    assert "Agreed at 10:00:00. That has ended." in page
    assert f'action="/desk/{EVENT}/resume"' in page
    assert "Agreed at 10:16:00" in (await person.press(f"/desk/{EVENT}/resume")).text


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("de", "Leitung ist für die Fortsetzung. Bis 10:15 muss eine zweite Person zustimmen."),
        ("nl", "Leiding wil hervatten. Een tweede persoon moet vóór 10:15 instemmen."),
    ],
)
async def test_who_agreed_is_told_in_the_readers_language(world: World, lang: str, sentence: str) -> None:
    await world.control("director", "stop")
    await world.control("director", "resume")
    person = await Person(world, lang).sign_in("advocate")
    for path in (f"/desk/{EVENT}", f"/desk/{EVENT}/stopped"):
        page = await person.read(path)
        assert sentence in page
        assert f'action="/desk/{EVENT}/resume"' not in page


async def test_a_single_post_is_taken_back_after_a_question(world: World) -> None:
    draft = await world.held("All readings steady.")
    await world.decide("reviewer", draft, "approve")
    await world.outcome(world.records(RELEASES)[0], "local")
    person = await Person(world).sign_in("physician")
    path = f"/desk/{EVENT}/updates/{draft.update_id}"
    assert f'href="{path}"' in await person.read()
    assert "Take back this update?" in await person.read(path)
    answer = await person.press(f"{path}/retract")
    assert "It is being taken back everywhere." in answer.text
    assert "Being taken back" in answer.text


async def test_a_post_in_doubt_is_answered_with_a_form(world: World) -> None:
    await world.decide("reviewer", await world.held("All readings steady."), "approve")
    (release,) = world.records(RELEASES)
    url = "https://x.com/StAnna/status/1001"
    await world.outcome(release, X, id=derive("first"), post_id=derive("before"), platform_id="1001", url=url)
    post = await world.outcome(release, X, "unknown", n=2, reason="needs-person", reply_to="1001")
    person = await Person(world).sign_in("reviewer")
    path = f"/desk/{EVENT}/updates/{post.update_id}"
    assert "Did this reach X? Nobody knows" in await person.read()
    page = await person.read(path)
    assert "X gave no answer. Nobody knows if this is public. Open X and look" in page
    assert 'href="https://x.com/StAnna/with_replies"' in page
    assert re.search(r'href="https://x.com/StAnna/status/1001"[^>]*>Open the post before it', page)
    form = {"destination": X, "post_id": str(post.post_id), "found": "there", "url": ""}
    refused = await person.press(f"{path}/settle", form)
    assert "The address of the post is missing" in refused.text
    assert world.records(CONTROLS) == []
    settled = await person.press(f"{path}/settle", form | {"url": "https://x.com/StAnna/status/1002"})
    assert "Noted. The poster acts on it." in settled.text
    assert "Reviewer said at 10:00:00: it is there. The poster acts on it." in settled.text
    assert world.records(CONTROLS)[0].url == "https://x.com/StAnna/status/1002"
    await world.outcome(release, X, n=2)
    assert "Did this reach" not in await person.read()
    late = await person.press(f"{path}/settle", form | {"found": "absent"})
    assert "This is known already. Nothing was changed." in late.text


async def test_what_the_poster_still_looks_for_has_one_answer_only(world: World) -> None:
    await world.decide("reviewer", await world.held("All readings steady."), "approve")
    post = await world.outcome(world.records(RELEASES)[0], X, "unknown", reason="no-answer")
    page = await (await Person(world).sign_in("reviewer")).read(f"/desk/{EVENT}/updates/{post.update_id}")
    assert "The poster goes on looking by itself" in page
    assert ('value="there"' in page, 'value="absent"' in page) == (True, False)


async def test_what_could_not_be_deleted_is_answered_by_hand(world: World) -> None:
    await world.decide("reviewer", await world.held("All readings steady."), "approve")
    (release,) = world.records(RELEASES)
    post = await world.outcome(release, X, url="https://x.com/StAnna/status/1001")
    await world.control("director", "retract", update_id=str(post.update_id))
    fields = {
        "live_event_id": EVENT, "at": world.clock.now(), "actor": system("poster"), "update_id": post.update_id,
        "destination": X, "post_id": post.post_id,
    }  # fmt: skip
    await world.send(RECEIPTS, Retraction(id=derive("1"), outcome="not-deleted", reason="x-403", **fields))
    person = await Person(world).sign_in("director")
    assert "Still on X: it could not be deleted" in await person.read()
    path = f"/desk/{EVENT}/updates/{post.update_id}"
    assert "the platform refused it (403). Delete it on X yourself, then say so here." in await person.read(path)
    form = {"destination": X, "post_id": str(post.post_id), "found": "deleted"}
    assert "it was deleted there" in (await person.press(f"{path}/settle", form)).text
    await world.send(RECEIPTS, Retraction(id=derive("2"), outcome="deleted", **fields))
    assert "Still on X" not in await person.read()


async def test_the_director_releases_what_was_kept_and_everybody_reads_it(tmp_path: Path) -> None:
    async with desk_world(tmp_path) as world:
        await world.open(release={"delay_s": 0, "mode": "as-live", "review": "all"})
        for n in (0, 1):
            at = world.clock.now() + timedelta(minutes=10 * n)
            await world.decide("reviewer", await world.held(f"{n} is steady.", received_at=at), "approve")
        director = await Person(world).sign_in("director")
        page = await director.read()
        assert "Kept, not out yet" in page
        assert "Kept until it is released: 2 updates" in page
        assert "from 10:00:00 to 10:10:00" in page
        assert '<option value="50">Pauses half as long, 5:00</option>' in page
        assert "Only the director can release it." in await (await Person(world).sign_in("reviewer")).read()
        released = await director.press(f"/desk/{EVENT}/release", {"pace_percent": "50"})
        assert "Released. It goes out in the order it was written." in released.text
        assert "Released at 10:00:00 by Director, with 50 % of the original pauses." in released.text
        assert "Goes out at 10:05:00" in released.text
        again = await director.press(f"/desk/{EVENT}/release", {"pace_percent": "0"})
        assert "It was released already. Nothing was changed." in again.text
        assert [c.pace_percent for c in world.records(CONTROLS)] == [50]


@pytest.mark.parametrize(
    ("lang", "away", "alone"),
    [
        ("en", "X is away since 10:00. 1 post waits there. The local page goes on.",
         "X does not let this account reply"),
        ("de", "X ist seit 10:00 nicht erreichbar. 1 Beitrag wartet dort. Die eigene Seite läuft weiter.",
         "X lässt dieses Konto nicht antworten"),
        ("nl", "X is sinds 10:00 onbereikbaar. Daar wacht 1 bericht. De eigen pagina gaat door.",
         "X laat dit account niet antwoorden"),
    ],
)  # fmt: skip
async def test_how_a_place_does_is_said_in_words(world: World, lang: str, away: str, alone: str) -> None:
    await world.decide("reviewer", await world.held("All readings steady."), "approve")
    fields = {
        "live_event_id": EVENT, "at": world.clock.now(), "actor": system("poster"), "destination": X,
        "since": world.clock.now(),
    }  # fmt: skip
    await world.send(RECEIPTS, Notice(id=derive("1"), notice="standalone", reason="replies-forbidden", **fields))
    await world.send(RECEIPTS, Notice(id=derive("2"), notice="away", reason="unreachable", **fields))
    person = await Person(world, lang).sign_in("reviewer")
    page = await person.read()
    assert away in page
    assert alone in page
    await world.send(RECEIPTS, Notice(id=derive("3"), notice="back", **fields))
    assert away not in await person.read()


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("limit", "X takes no more posts until 10:20: its limit is reached."),
        ("credentials", "X refuses our credentials since 10:00. Someone has to renew them."),
        ("credits", "The credits for X are used up since 10:00. Someone has to buy more."),
    ],
)
async def test_why_a_place_is_away_is_told(world: World, reason: str, sentence: str) -> None:
    notice = Notice(
        id=derive(reason), live_event_id=EVENT, at=world.clock.now(), actor=system("poster"), notice="away",
        destination=X, since=world.clock.now(), reason=reason, until=world.clock.now() + timedelta(minutes=20),
    )  # fmt: skip
    await world.send(RECEIPTS, notice)
    assert sentence in await (await Person(world).sign_in("reviewer")).read()


async def test_two_accounts_on_one_platform_are_told_apart(tmp_path: Path) -> None:
    async with desk_world(tmp_path) as world:
        await world.open(destinations=[{"platform": "x", "account": a} for a in ("@StAnna", "@StAnnaDE")])
        await world.decide("reviewer", await world.held("All readings steady."), "approve")
        await world.outcome(world.records(RELEASES)[0], "x:@StAnnaDE", "unknown", reason="needs-person")
        assert "Did this reach X @StAnnaDE? Nobody knows" in await (await Person(world).sign_in("reviewer")).read()


async def test_an_update_tells_how_it_stands_on_each_place(world: World) -> None:
    draft = await world.held("All readings steady.")
    await world.decide("reviewer", draft, "approve")
    (release,) = world.records(RELEASES)
    person = await Person(world).sign_in("physician")
    path = f"/desk/{EVENT}/updates/{draft.update_id}"
    assert (await person.read(path)).count("Going out now") >= 2
    await world.outcome(release, "local")
    await world.outcome(release, X, "not-posted", reason="may-not-post")
    page = await person.read(path)
    assert "Posted 10:00:00" in page
    assert "Not posted: this account may not post there." in page


async def test_withdrawing_asks_once_and_then_says_what_is_gone(world: World) -> None:
    await world.held()
    person = await Person(world).sign_in("advocate")
    assert "Withdraw consent?" in await person.read(f"/desk/{EVENT}/withdraw")
    assert world.records(CONTROLS) == []
    answer = await person.press(f"/desk/{EVENT}/withdraw")
    assert "Consent withdrawn at 10:00:00. Nothing more goes out." in answer.text
    assert "Nothing is public any more." in answer.text
    assert world.records(LIVE_EVENTS)[-1].state == "closed"


async def test_closing_asks_once(world: World) -> None:
    person = await Person(world).sign_in("director")
    assert "Close this live event?" in await person.read(f"/desk/{EVENT}/close")
    assert "Closed 10:00" in (await person.press(f"/desk/{EVENT}/close")).text


async def test_who_may_not_read_drafts_sees_what_is_public_and_can_stop(world: World) -> None:
    await world.held("Her [relative] is here.")
    page = await (await Person(world).sign_in("advocate")).read()
    assert "is here" not in page
    assert "STOP" in page
    auditors = await (await Person(world).sign_in("auditor")).read()
    assert "STOP" not in auditors


@pytest.mark.parametrize(
    ("lang", "words"), [("de-AT, en", "Nennt Angehörige"), ("nl", "Noemt een familielid"), ("fr", "Names a relative")]
)
async def test_pages_speak_the_language_of_the_browser(world: World, lang: str, words: str) -> None:
    await world.held()
    assert words in await (await Person(world, lang).sign_in("reviewer")).read()


async def test_a_chosen_language_stays_on_the_device(world: World) -> None:
    person = await Person(world).sign_in("reviewer")
    answer = await person.press("/desk/language", {"lang": "nl", "back": f"/desk/{EVENT}"})
    assert answer.url.path == f"/desk/{EVENT}"
    assert "Vraagt een mens" in await person.read()


@pytest.mark.parametrize("role", ["reviewer", "physician", "director", "advocate", "liaison", "auditor"])
@pytest.mark.parametrize("lang", ["en", "de", "nl"])
async def test_every_page_renders_for_every_role_in_every_state(world: World, role: str, lang: str) -> None:
    draft = await world.held()
    gone = await world.held("It was steady.")
    await world.decide("reviewer", gone, "approve")
    await world.outcome(world.records(RELEASES)[0], "local")
    await world.outcome(world.records(RELEASES)[0], "x:@StAnna", "unknown", reason="no-answer")
    person = await Person(world, lang).sign_in(role)
    for kind in (None, "hold", "stop", "withdraw"):
        if kind is not None:
            await world.control("director", kind)
        for path in (
            "/desk",
            f"/desk/{EVENT}",
            f"/desk/{EVENT}?to=x:@StAnna",
            f"/desk/{EVENT}/updates/{gone.update_id}",
        ):
            assert await person.read(path)
        answer: Any = await person.http.get(f"/desk/{EVENT}/drafts/{draft.id}")
        assert answer.status_code in (200, 403)
        assert (await person.http.get(f"/desk/{EVENT}/stopped")).status_code == 200


async def test_when_the_broker_is_away_a_press_says_so_and_changes_nothing(world: World) -> None:
    draft = await world.held()
    person = await Person(world).sign_in("reviewer")
    world.bus.away = True
    answer = await person.press(
        f"/desk/{EVENT}/drafts/{draft.id}/decision", {"verdict": "approve", "text_sha256": draft.text_sha256}
    )
    world.bus.away = False
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert "Kafka is away. Nothing was changed" in answer.text
    assert world.records(DECISIONS) == []


async def test_text_is_escaped_wherever_it_stands(world: World) -> None:
    draft = await world.held('<img src=x onerror="alert(1)"> [name]', typed="<b>Ana</b>")
    person = await Person(world).sign_in("reviewer")
    page = await person.read() + (await person.press(f"/desk/{EVENT}/drafts/{draft.id}/original")).text
    assert "<img" not in page
    assert "<b>Ana" not in page

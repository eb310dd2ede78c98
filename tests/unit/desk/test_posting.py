"""What the desk knows of posts that need a person, of places that are away, and of what is kept; without any I/O."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from producers.desk import doubts, plan, thread_screens
from producers.desk.going_on import as_live, resuming
from producers.desk.limits import Limits
from producers.desk.look import Look
from producers.desk.notices import notices
from producers.desk.queue import LiveEventView
from producers.desk.settling import is_address
from schemas.control import Control
from schemas.draft import Draft
from schemas.envelope import Actor, Envelope, Role, system
from schemas.ids import derive
from schemas.live_event import Destination, LiveEvent, Platform
from schemas.receipt import Notice, Receipt, Retraction
from schemas.release import Release
from streams import release
from streams.clock import ManualClock
from tests import examples
from tests.desk_world import StillClock
from tests.examples import ADVOCATE, DIRECTOR, NOW, PHYSICIAN, REVIEWER

S = timedelta(seconds=1)
X, LOCAL = "x:@StAnna", "local"
PLACES = [{"platform": "local"}, {"platform": "x", "account": "@StAnna"}]
LIVE = examples.live_event(destinations=PLACES)
AS_LIVE = examples.live_event(destinations=PLACES, release={"mode": "as-live", "delay_s": 0})


def cleared(n: int, event: LiveEvent = LIVE, *, at: datetime = NOW) -> tuple[Draft, Release]:
    draft = examples.draft(f"Text {n}.", update_id=derive("update", n), received_at=at)
    found = release.by_policy(draft, event, at)
    assert found is not None
    return draft, found


def receipt(of: Release, destination: str = X, outcome: Any = "posted", **changes: Any) -> Receipt:
    fields = {
        "id": derive(of.id, destination, outcome, changes.get("reason", "")), "live_event_id": "knee-2026", "at": NOW,
        "actor": system("poster"), "update_id": of.update_id, "release_id": of.id, "destination": destination,
        "post_id": derive(of.id, destination, 0), "n": 1, "part": 0, "parts": 1, "outcome": outcome, "text": of.text,
        "text_sha256": of.text_sha256, "posted_at": NOW if outcome == "posted" else None,
    }  # fmt: skip
    return Receipt.model_validate(fields | changes)


def retraction(of: Receipt, outcome: Any, **changes: Any) -> Retraction:
    fields = {
        "id": derive(of.post_id, outcome), "live_event_id": "knee-2026", "at": NOW + 9 * S, "actor": system("poster"),
        "update_id": of.update_id, "destination": of.destination, "post_id": of.post_id, "outcome": outcome,
    }  # fmt: skip
    return Retraction.model_validate(fields | changes)


def control(kind: Any, at: datetime, actor: Actor = DIRECTOR, **changes: Any) -> Control:
    identity = derive(kind, at.isoformat(), actor.name)
    return Control(id=identity, live_event_id="knee-2026", at=at, actor=actor, kind=kind, **changes)


def notice(kind: Any, destination: str = X, at: datetime = NOW, **changes: Any) -> Notice:
    return Notice(
        id=derive(kind, destination, at.isoformat()), live_event_id="knee-2026", at=at, actor=system("poster"),
        notice=kind, destination=destination, since=at, **changes,
    )  # fmt: skip


def view_of(*records: Envelope, live_event: LiveEvent = LIVE) -> LiveEventView:
    view = LiveEventView("knee-2026")
    for record in (live_event, *records):
        view.add(record)
    return view


def look(actor: Actor = DIRECTOR, now: datetime = NOW) -> Look:
    return Look(actor, now, "en")


# -- what stands on the desk beside the queue


def words_on_the_desk(view: LiveEventView, destination: str = LOCAL) -> list[str]:
    """The line under each post there, the newest first."""
    shown = thread_screens.posts(view, look(), destination, plan.waiting(view, NOW), Limits(StillClock(NOW)))
    return [row["word"] for row in shown["rows"]]


def test_what_stayed_is_told_until_the_same_update_is_posted_after_all() -> None:
    draft, first = cleared(1)
    again = first.model_copy(update={"id": derive(first.id, "again")})
    stayed = receipt(first, LOCAL, "not-posted", reason="approval-expired")
    assert words_on_the_desk(view_of(draft, first, stayed)) == ["Not posted: the approval ended."]
    posted = view_of(draft, first, stayed, again, receipt(again, LOCAL))
    assert words_on_the_desk(posted) == ["Posted 10:00:00"]
    assert {row.state for row in posted.on(draft.update_id)} == {"posted", "not-posted"}  # its own page tells all


def test_a_part_that_stayed_is_told_beside_the_part_that_went() -> None:
    draft, one = cleared(1)
    rest = receipt(one, LOCAL, "not-posted", reason="stopped", part=1, parts=2, n=2, post_id=derive(one.id, "rest"))
    view = view_of(draft, one, receipt(one, LOCAL, parts=2), rest)
    assert words_on_the_desk(view) == ["Not posted: the stop came first.", "Posted 10:00:00"]


def test_what_stayed_elsewhere_stays_told_there() -> None:
    draft, first = cleared(1)
    again = first.model_copy(update={"id": derive(first.id, "again")})
    view = view_of(draft, first, receipt(first, X, "not-posted", reason="approval-expired"), receipt(again, LOCAL))
    assert words_on_the_desk(view, X) == ["Not posted: the approval ended."]


def test_what_only_follows_a_post_that_waits_for_the_family_does_not_say_its_own_phase_waits() -> None:
    event = examples.live_event(family_first=["closing"], release={"delay_s": 0})
    one, following = (
        examples.draft(f"Text {n}.", update_id=derive("update", n), received_at=NOW + n * S, phase=phase)
        for n, phase in ((1, "closing"), (2, "key step"))
    )
    first, then = release.by_policy(one, event, NOW + S), release.by_policy(following, event, NOW + 2 * S)
    assert first is not None
    assert then is not None
    view, at = view_of(one, following, first, then, live_event=event), NOW + 9 * S
    shown = thread_screens.posts(view, look(now=at), LOCAL, plan.waiting(view, at), Limits(ManualClock(at)))
    assert [(row["word"], row["family"]) for row in shown["pending"]] == [
        ("Waits behind a post that waits for the family", True),
        ("Waits until the family was told of “closing”", True),
    ]


# -- what a person may say


def test_an_unknown_post_may_be_there_and_once_the_poster_gives_up_absent_too() -> None:
    draft, one = cleared(1)
    view = view_of(draft, one, receipt(one, outcome="unknown", reason="no-answer"))
    assert [row.answers for row in view.rows(X)] == [("there",)]
    view.add(receipt(one, outcome="unknown", reason="needs-person"))
    assert [row.answers for row in view.rows(X)] == [("there", "absent")]
    view.add(receipt(one))
    assert [(row.state, row.answers) for row in view.rows(X)] == [("posted", ())]


def test_a_deletion_without_answer_goes_on_and_a_refused_one_needs_a_person() -> None:
    draft, one = cleared(1)
    posted = receipt(one)
    view = view_of(draft, one, posted, control("retract", NOW + S, update_id=one.update_id))
    view.add(retraction(posted, "unknown", reason="no-answer"))
    assert [(row.state, row.answers) for row in view.rows(X)] == [("taking-back", ())]
    view.add(retraction(posted, "not-deleted", reason="x-403"))
    assert [(row.state, row.answers, row.since) for row in view.rows(X)] == [("not-deleted", ("deleted",), NOW + 9 * S)]
    assert [item.reason for item in view.queue(NOW, REVIEWER)] == ["not-deleted"]
    view.add(retraction(posted, "deleted"))
    assert view.queue(NOW, REVIEWER) == ()


def test_a_word_counts_for_the_state_it_was_said_of() -> None:
    draft, one = cleared(1)
    unknown = receipt(one, outcome="unknown", reason="needs-person")
    said = control("settle", NOW + S, destination=X, post_id=unknown.post_id, found="absent", update_id=one.update_id)
    view = view_of(draft, one, unknown, said)
    (row,) = view.rows(X)
    assert view.word_on(row) == said
    view.add(receipt(one, id=derive("again"), outcome="unknown", reason="needs-person", at=NOW + 60 * S))
    (row,) = view.rows(X)
    assert view.word_on(row) is None


def test_a_withdrawal_leaves_doubts_in_the_queue() -> None:
    draft, one = cleared(1)
    unknown = receipt(one, outcome="unknown", reason="needs-person")
    view = view_of(draft, one, unknown, control("withdraw", NOW + S, ADVOCATE))
    assert [(item.reason, item.text) for item in view.queue(NOW, REVIEWER)] == [("unknown-outcome", "Text 1.")]


@pytest.mark.parametrize(
    ("platform", "account", "url"),
    [
        (Platform.X, "@StAnna", "https://x.com/StAnna/with_replies"),
        (Platform.BLUESKY, "@stanna.example", "https://bsky.app/profile/stanna.example"),
        (Platform.MASTODON, "@stanna@social.example", "https://social.example/@stanna/with_replies"),
        (Platform.MASTODON, "stanna", None),
        (Platform.MASTODON, "a@evil.example/path?x=", None),
        (Platform.LOCAL, None, "https://page.example/t/knee-2026"),
    ],
)
def test_where_to_look_follows_from_the_account(platform: Platform, account: str | None, url: str | None) -> None:
    destination = Destination(platform=platform, account=account)
    assert doubts.account_url(destination, "https://page.example/t/knee-2026") == url


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("https://x.com/StAnna/status/1", True),
        ("http://127.0.0.1:8080/@stanna/1", True),
        ("ftp://x.com/1", False),
        ("x.com/StAnna/status/1", False),
        ("https://x.com\n/1", False),
        ("https://" + "x" * 500, False),
        ("https://user@x.com/1", False),
    ],
)
def test_an_address_is_one_of_a_web_page(text: str, fits: bool) -> None:
    assert is_address(text) is fits


# -- places


def test_what_waits_says_for_what() -> None:
    draft, one = cleared(1)
    two_draft, two = cleared(2, at=NOW + S)
    view = view_of(draft, one, two_draft, two, receipt(one, outcome="unknown"), receipt(one, LOCAL))
    local, x = LIVE.plan.destinations
    later = NOW + 60 * S
    assert [p.reason for p in view.pending(x, later)] == ["behind-unknown"]
    assert [p.reason for p in view.pending(local, later)] == ["going"]
    view.add(notice("away", LOCAL, reason="unreachable"))
    assert [p.reason for p in view.pending(local, later)] == ["away"]
    view.add(notice("back", LOCAL, NOW + 5 * S))
    assert [p.reason for p in view.pending(local, later)] == ["going"]


def test_nobody_is_said_to_go_on_while_the_event_is_stopped() -> None:
    view = view_of(notice("away", reason="unreachable"))
    assert [n["words"] for n in notices(view, look())] == ["X is away since 10:00. The local page goes on."]
    view.add(control("stop", NOW + S))
    assert [n["words"] for n in notices(view, look())] == ["X is away since 10:00."]


def test_only_what_does_not_end_by_waiting_asks_for_a_person() -> None:
    view = view_of(notice("away", reason="credentials"), notice("away", LOCAL, reason="limit"), notice("standalone"))
    assert [(n["words"].partition(".")[0], n["you"]) for n in notices(view, look())] == [
        ("The local page takes no more posts for now: its limit is reached", False),
        ("X refuses our credentials since 10:00", True),
        ("X does not let this account reply: posts stand alone there, numbered", False),
    ]


# -- two people, and what was kept


def test_the_seats_show_who_agreed_until_it_ends() -> None:
    view = view_of(control("stop", NOW, ADVOCATE), control("resume", NOW + S, PHYSICIAN))
    mine, other, watching = (resuming(view, look(a, NOW + 2 * S)) for a in (PHYSICIAN, DIRECTOR, ADVOCATE))
    assert mine
    assert other
    assert watching
    assert [(v["agreed"], v["mine"], v["may"]) for v in (mine, other, watching)] == [
        (True, True, True), (True, False, True), (True, False, False),
    ]  # fmt: skip
    assert other["first"] == {
        "name": "A. Visser", "role": "Physician", "holds": True, "word": "Agreed at 10:00:01",
    }  # fmt: skip
    assert other["sentence"] == "A. Visser agrees to resume. A second person has to agree before 10:15."
    ended = resuming(view, look(PHYSICIAN, NOW + 902 * S))
    assert ended is not None
    assert (ended["agreed"], ended["mine"], ended["sentence"], ended["first"]["holds"]) == (False, False, None, False)
    view.add(control("resume", NOW + 3 * S, DIRECTOR))
    assert resuming(view, look()) is None


def test_what_is_kept_is_told_with_its_span_and_goes_out_in_its_pace() -> None:
    one_draft, one = cleared(1, AS_LIVE)
    two_draft, two = cleared(2, AS_LIVE, at=NOW + 600 * S)
    view = view_of(one_draft, one, two_draft, two, live_event=AS_LIVE)
    assert [r.text for r in view.kept(NOW)] == ["Text 1.", "Text 2."]
    panel = as_live(view, look())
    assert panel is not None
    assert (panel["kept"], panel["from"], panel["to"], panel["blocked"]) == (2, "10:00:00", "10:10:00", None)
    assert [(p["percent"], p["word"]) for p in panel["paces"]] == [
        (100, "Original pauses, 10:00"), (50, "Pauses half as long, 5:00"), (25, "Pauses a quarter as long, 2:30"),
        (0, "All at once"),
    ]  # fmt: skip
    view.add(control("release", NOW + 1000 * S, pace_percent=50))
    local = AS_LIVE.plan.destinations[0]
    assert [(p.reason, p.until) for p in view.pending(local, NOW + 1001 * S)] == [
        ("going", None), ("as-live", NOW + 1300 * S),
    ]  # fmt: skip
    released = as_live(view, look())
    assert released is not None
    assert released["released"] == "Released at 10:16:40 by J. Brandt, with 50 % of the original pauses."


def test_a_second_release_changes_neither_pace_nor_name() -> None:
    view = view_of(
        control("release", NOW, pace_percent=0), control("release", NOW + S, PHYSICIAN, pace_percent=100),
        live_event=AS_LIVE,
    )  # fmt: skip
    assert (view.standing.pace, view.released_by) == (0.0, DIRECTOR)


def test_who_may_not_release_reads_why() -> None:
    one_draft, one = cleared(1, AS_LIVE)
    view = view_of(one_draft, one, live_event=AS_LIVE)
    reviewers = as_live(view, look(Actor(role=Role.REVIEWER, name="S. de Wit")))
    assert reviewers is not None
    assert reviewers["blocked"] == "Only the director can release it."
    assert as_live(view_of(), look()) is None

"""What may go out, and when: each way to be held has a test of its own."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from schemas.control import Control, ControlKind
from schemas.draft import Disposition
from schemas.live_event import Destination, Platform
from schemas.release import Release
from streams.release import Go, Never, Wait, by_policy, may_go
from streams.standing import Standing
from tests.examples import DIRECTOR, NOW, REVIEWER, draft, live_event

LOCAL = Destination(platform=Platform.LOCAL)


def release(delay_s: int = 0, **changes: Any) -> Release:
    made = by_policy(draft(), live_event(release={"delay_s": delay_s}), NOW)
    assert made is not None
    return made.model_copy(update=changes)


def control(kind: ControlKind, seconds: float = 1.0, **changes: object) -> Control:
    at = NOW + timedelta(seconds=seconds)
    made = Control(id=uuid4(), live_event_id="knee-2026", at=at, actor=DIRECTOR, kind=kind)
    return made.model_copy(update=changes)


def test_clear_text_goes_by_policy_alone() -> None:
    made = by_policy(draft(), live_event(), NOW)
    assert made is not None
    assert (made.text, made.approved_by, made.not_before) == ("The new joint fits.", None, NOW)


@pytest.mark.parametrize("disposition", [Disposition.HOLD, Disposition.REFUSE])
def test_held_and_refused_text_never_goes_by_policy(disposition: Disposition) -> None:
    assert by_policy(draft(disposition=disposition), live_event(), NOW) is None


def test_where_all_is_reviewed_only_signed_items_go_by_policy() -> None:
    strict = live_event(release={"review": "all", "delay_s": 0})
    assert by_policy(draft(), strict, NOW) is None
    assert by_policy(draft("Welcome to the operating theatre.", run_sheet_item="welcome"), strict, NOW) is not None
    assert by_policy(draft("Welcome, and Maria too.", run_sheet_item="welcome"), strict, NOW) is None
    assert by_policy(draft("Welcome to the operating theatre.", run_sheet_item="gone"), strict, NOW) is None


def test_an_edited_revision_never_goes_by_policy() -> None:
    assert by_policy(draft(revision=1), live_event(), NOW) is None


def test_a_release_says_what_it_corrects() -> None:
    earlier = uuid4()
    made = by_policy(draft(corrects=earlier), live_event(), NOW)
    assert made is not None
    assert made.corrects == earlier


def test_the_same_draft_gives_the_same_release_id() -> None:
    first, second = by_policy(draft(), live_event(), NOW), by_policy(draft(), live_event(), NOW + timedelta(hours=1))
    assert first is not None
    assert second is not None
    assert first.id == second.id


def test_it_goes_when_nothing_stands_against_it() -> None:
    assert may_go(release(), LOCAL, live_event(), Standing(), NOW) == Go()


def test_it_waits_out_the_broadcast_delay() -> None:
    waiting = release(delay_s=30)
    end = NOW + timedelta(seconds=30)
    assert may_go(waiting, LOCAL, live_event(), Standing(), NOW) == Wait(end, "delay")
    assert may_go(waiting, LOCAL, live_event(), Standing(), end) == Go()


def test_a_hold_waits_and_a_resume_lets_go() -> None:
    held = Standing().after(control("hold"))
    assert may_go(release(), LOCAL, live_event(), held, NOW) == Wait(None, "held")
    assert may_go(release(), LOCAL, live_event(), held.after(control("resume")), NOW) == Go()


def test_what_was_released_before_a_stop_never_goes_even_after_resume() -> None:
    stopped = Standing().after(control("stop"))
    assert may_go(release(), LOCAL, live_event(), stopped, NOW) == Never("stopped")
    assert may_go(release(), LOCAL, live_event(), stopped.after(control("resume", 5)), NOW) == Never("stopped")


def test_what_comes_in_after_a_stop_waits_for_resume() -> None:
    stopped = Standing().after(control("stop"))
    later = release(at=NOW + timedelta(seconds=3))
    assert may_go(later, LOCAL, live_event(), stopped, NOW + timedelta(seconds=4)) == Wait(None, "stopped")
    resumed = stopped.after(control("resume", 4.5)).after(control("resume", 5, actor=REVIEWER))
    assert may_go(later, LOCAL, live_event(), resumed, NOW + timedelta(seconds=6)) == Go()


def test_a_stop_is_ended_by_two_persons_and_not_by_one_twice() -> None:
    stopped = Standing().after(control("stop"))
    agreed = stopped.after(control("resume", 10))
    assert (agreed.state, agreed.agreed) == ("stopped", DIRECTOR)
    assert agreed.after(control("resume", 20)).state == "stopped"
    assert agreed.after(control("resume", 20, actor=REVIEWER)).state == "running"


def test_an_agreement_to_resume_ends_after_a_quarter_of_an_hour_and_with_another_stop() -> None:
    agreed = Standing().after(control("stop")).after(control("resume", 10))
    late = agreed.after(control("resume", 911, actor=REVIEWER))
    assert (late.state, late.agreed) == ("stopped", REVIEWER)
    assert agreed.after(control("stop", 20)).agreed is None


def test_an_as_live_event_keeps_everything_until_the_director_releases_it() -> None:
    as_live = live_event(release={"mode": "as-live"})
    assert may_go(release(), LOCAL, as_live, Standing(), NOW + timedelta(hours=9)) == Wait(None, "as-live")
    out = Standing().after(control("release", 3600))
    assert may_go(release(), LOCAL, as_live, out, NOW + timedelta(seconds=3600)) == Go()


def test_as_live_keeps_the_pauses_times_the_pace() -> None:
    as_live = live_event(release={"mode": "as-live"})
    out = Standing().after(control("release", 3600, pace_percent=50))
    second = release(received_at=NOW + timedelta(seconds=60))
    due = NOW + timedelta(seconds=3630)
    assert may_go(second, LOCAL, as_live, out, due - timedelta(seconds=1), origin=NOW) == Wait(due, "as-live")
    assert may_go(second, LOCAL, as_live, out, due, origin=NOW) == Go()


def test_the_directors_release_renews_an_approval_that_ended_while_the_thread_was_kept() -> None:
    as_live = live_event(release={"mode": "as-live"})
    ended = release(expires_at=NOW + timedelta(minutes=15))
    out = Standing().after(control("release", 3600))
    assert may_go(ended, LOCAL, as_live, out, NOW + timedelta(hours=2)) == Go()


def test_a_second_release_does_not_move_what_is_on_its_way() -> None:
    out = Standing().after(control("release", 10, pace_percent=50)).after(control("release", 20))
    assert (out.released_at, out.pace) == (NOW + timedelta(seconds=10), 0.5)


def test_a_hold_does_not_weaken_a_stop() -> None:
    assert Standing().after(control("stop")).after(control("hold", 2)).state == "stopped"


def test_a_withdrawal_is_for_ever() -> None:
    withdrawn = Standing().after(control("withdraw")).after(control("resume", 2))
    assert may_go(release(), LOCAL, live_event(), withdrawn, NOW) == Never("withdrawn")


def test_a_retracted_update_never_goes() -> None:
    taken_back = Standing().after(control("retract", update_id=release().update_id))
    assert may_go(release(), LOCAL, live_event(), taken_back, NOW) == Never("retracted")


@pytest.mark.parametrize(
    "changes", [{"text": "Another text."}, {"text_sha256": "c" * 64}, {"binding_sha256": "c" * 64}]
)
def test_another_text_than_the_bound_one_never_goes(changes: dict[str, Any]) -> None:
    assert may_go(release(**changes), LOCAL, live_event(), Standing(), NOW) == Never("binding-broken")


def test_a_destination_that_was_not_released_to_never_gets_it() -> None:
    elsewhere = Destination(platform=Platform.X, account="@OurHospital")
    assert may_go(release(), elsewhere, live_event(), Standing(), NOW) == Never("binding-broken")


def test_a_changed_policy_ends_the_release() -> None:
    changed = live_event().model_copy(update={"policy_sha256": "d" * 64})
    assert may_go(release(), LOCAL, changed, Standing(), NOW) == Never("policy-changed")


def test_an_expired_approval_ends_the_release() -> None:
    expiring = release(expires_at=NOW + timedelta(minutes=15))
    assert may_go(expiring, LOCAL, live_event(), Standing(), NOW + timedelta(minutes=14, seconds=59)) == Go()
    assert may_go(expiring, LOCAL, live_event(), Standing(), NOW + timedelta(minutes=15)) == Never("approval-expired")


def test_an_expired_consent_ends_every_release() -> None:
    assert may_go(release(), LOCAL, live_event(), Standing(), NOW + timedelta(days=400)) == Never("consent-expired")


def test_the_last_day_of_the_consent_counts_where_the_event_is() -> None:
    consent = live_event().plan.consent.model_copy(update={"expires": NOW.date()})
    last_day = live_event()
    last_day = last_day.model_copy(update={"plan": last_day.plan.model_copy(update={"consent": consent})})
    before_midnight_in_amsterdam = NOW.replace(hour=22, minute=59)
    after_it = NOW.replace(hour=23, minute=1)
    assert may_go(release(), LOCAL, last_day, Standing(), before_midnight_in_amsterdam) == Go()
    assert may_go(release(), LOCAL, last_day, Standing(), after_it) == Never("consent-expired")


def test_an_unknown_event_waits() -> None:
    assert may_go(release(), LOCAL, None, Standing(), NOW) == Wait(None, "unknown-event")


def test_as_live_waits_for_the_director() -> None:
    recorded = live_event(release={"mode": "as-live", "delay_s": 0})
    assert may_go(release(), LOCAL, recorded, Standing(), NOW) == Wait(None, "as-live")


def test_a_closed_event_still_lets_out_what_was_released_before() -> None:
    closed = live_event().model_copy(update={"state": "closed", "closed_at": NOW + timedelta(seconds=5)})
    assert may_go(release(), LOCAL, closed, Standing(), NOW + timedelta(seconds=9)) == Go()
    late = release(at=NOW + timedelta(seconds=6))
    assert may_go(late, LOCAL, closed, Standing(), NOW + timedelta(seconds=9)) == Never("event-closed")

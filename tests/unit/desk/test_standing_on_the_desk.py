"""What the desk's fold makes of a complication, a family that is told first, and a consent that ends; no I/O."""

from datetime import timedelta
from typing import Any

import pytest

from producers.desk.queue import LiveEventView
from schemas.draft import Disposition, Draft
from schemas.envelope import Actor, Envelope, Role, system
from schemas.ids import derive
from schemas.live_event import LiveEvent
from schemas.receipt import Receipt
from schemas.release import Release
from streams import release, review
from streams.review import Review
from tests.examples import DIRECTOR, NOW, PHYSICIAN, REVIEWER, draft, live_event
from tests.unit.streams.controls import control

S = timedelta(seconds=1)
EVENT = live_event(complication="text-only", family_first=["closing"])
(LOCAL,) = EVENT.plan.destinations


def view_of(*records: Envelope, event: LiveEvent = EVENT) -> LiveEventView:
    view = LiveEventView("knee-2026")
    for record in (event, *records):
        view.add(record)
    return view


def cleared(n: int, **changes: Any) -> tuple[Draft, Release]:
    found = draft(f"Text {n}.", update_id=derive("update", n), **changes)
    made = release.by_policy(found, EVENT, NOW + n * timedelta(milliseconds=1))
    assert made is not None
    return found, made


def skipped(of: Release, reason: str) -> Receipt:
    return Receipt(
        id=derive(of.id, reason), live_event_id="knee-2026", at=NOW + S, actor=system("poster"),
        update_id=of.update_id, release_id=of.id, destination="local", post_id=derive(of.id, "post"), n=1, part=0,
        parts=1, outcome="not-posted", reason=reason, text=of.text, text_sha256=of.text_sha256,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("complication", "after-complication"),
        ("not-as-signed", "not-as-signed"),
        ("consent-expired", "consent-expired"),
        ("consent-not-yet", "consent-not-yet"),
        ("consent-media", "consent-media"),
        ("consent-platform", "consent-platform"),
    ],
)
def test_what_the_poster_would_not_take_waits_for_a_person_and_says_why(reason: str, shown: str) -> None:
    one, made = cleared(1)
    view = view_of(one, made, skipped(made, reason))
    (item,) = view.queue(NOW + 2 * S, REVIEWER)
    assert (item.reason, item.update_id) == (shown, one.update_id)


@pytest.mark.parametrize("reason", ["withdrawn", "retracted", "event-closed", "binding-broken"])
def test_what_is_final_does_not_come_back(reason: str) -> None:
    one, made = cleared(1)
    assert view_of(one, made, skipped(made, reason)).queue(NOW + 2 * S, REVIEWER) == ()


HELD = draft(disposition=Disposition.HOLD, needs=Role.REVIEWER, reasons=("relative",))


def test_in_text_alone_what_waits_is_a_physicians_and_comes_first_on_the_physicians_screen() -> None:
    view = view_of(HELD, control("complication", 1, mode="text-only"))
    (item,) = view.queue(NOW + 2 * S, PHYSICIAN)
    assert item.needs is Role.PHYSICIAN
    over = view_of(HELD, control("complication", 1, mode="text-only"), control("complication-over", 2))
    assert over.queue(NOW + 3 * S, REVIEWER)[0].needs is Role.REVIEWER


@pytest.mark.parametrize(("actor", "lapse"), [(REVIEWER, "after-complication"), (PHYSICIAN, None)])
def test_an_approval_that_has_no_release_yet_ends_with_the_complication_unless_a_physician_gave_it(
    actor: Actor, lapse: str | None
) -> None:
    said = review.decide(Review(HELD), "approve", actor, EVENT, NOW, text_sha256=HELD.text_sha256)
    view = view_of(HELD, said, control("complication", 1, mode="text-only"))
    one = view.review(HELD.id, NOW + 2 * S)
    assert one is not None
    assert view.lapsed(one, NOW + 2 * S) == lapse


def test_what_follows_a_post_that_waits_for_the_family_waits_as_well() -> None:
    records: list[Envelope] = []
    for n, phase in enumerate(("incision", "closing", "done"), start=1):
        records += cleared(n, phase=phase)
    view = view_of(*records)
    assert [p.reason for p in view.pending(LOCAL, NOW + S)] == ["going", "family", "family"]
    assert list(view.awaits_family) == ["closing"]
    view.add(control("told", 2, phase="closing"))
    assert [p.reason for p in view.pending(LOCAL, NOW + 3 * S)] == ["going", "going", "going"]
    assert list(view.awaits_family) == []


@pytest.mark.parametrize(
    ("records", "state"),
    [
        ((), "live"),
        ((control("complication", 1, mode="hold"),), "held"),
        ((control("complication", 1, mode="stop"),), "stopped"),
        ((control("complication", 1, mode="text-only"),), "live"),
        ((control("withdraw", 1, actor=DIRECTOR),), "closed"),
    ],
)
def test_the_lifecycle_follows_the_records(records: tuple[Envelope, ...], state: str) -> None:
    assert view_of(*records).lifecycle() == state

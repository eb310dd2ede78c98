"""The story told from the entries, and what policy says of it, in both directions."""

import json
from typing import Any

import pytest

from consumers.archive.entry import Source, encode, shape, stamp
from consumers.archive.replay import (
    Difference,
    Replay,
    Step,
    about,
    by,
    compare,
    public_at,
    rederive,
    replay,
    unknown_policies,
)
from schemas.draft import Action, Disposition
from schemas.ids import derive
from schemas.policy import KindRule, Policy
from streams.bus import Message
from tests.unit.archive import records
from tests.unit.archive.records import LOOSE, POLICY, at, story

STRICTER = Policy(name="closed", version=1, kinds={"name.person": KindRule(action=Action.REFUSE)})


def as_entries(messages: tuple[Message, ...]) -> list[bytes]:
    shaped = [shape(Source(m.topic, m.partition, m.offset), m.key, m.value) for m in messages]
    return [encode(s, seq, stamp(at(40))) for seq, s in enumerate(shaped)]


@pytest.fixture(scope="module")
def told() -> Replay:
    return replay(as_entries(story()))


def update(n: int) -> str:
    return str(derive("update", records.KNEE, n))


def test_every_update_has_its_way_from_submission_to_its_end(told: Replay) -> None:
    ways = {s.update_id: [step.what for step in s.steps] for s in told.stories}

    assert ways[update(1)] == ["submitted", "screened", "released", "ledger", "page", "posted"]
    assert ways[update(8)] == ["submitted", "screened", "decided", "released", "posted"]
    assert ways[update(9)] == ["submitted", "screened", "decided"]
    assert {s.update_id: s.state for s in told.stories} == {
        **{update(n): "published" for n in (1, 2, 4, 5, 6, 7, 8)},
        update(3): "retracted",
        update(9): "returned",
    }
    assert [s.what for s in told.live_event] == ["opened", "retract", "stop", "closed"]


def test_what_was_public_at_an_instant(told: Replay) -> None:
    texts = [f"Update {n}: the plan fits this knee." for n in range(1, 9)]

    assert public_at(told, "2026-12-01T08:05:00Z") == ()
    assert public_at(told, "2026-12-01T08:05:04Z") == tuple(texts[:3])
    assert public_at(told, "2026-12-01T09:00:00Z") == tuple(texts[:2] + texts[3:])


def test_a_second_copy_of_a_record_changes_nothing(told: Replay) -> None:
    doubled = [m for message in story() for m in (message, message)]

    again = replay(as_entries(tuple(doubled)))
    assert [s.state for s in again.stories] == [s.state for s in told.stories]


def test_under_the_policy_of_its_time_every_disposition_comes_out_the_same(told: Replay) -> None:
    assert rederive(told, {POLICY.sha256: POLICY}, records.dispose) == ()
    assert unknown_policies(told, {POLICY.sha256: POLICY}) == ()
    assert unknown_policies(told, {}) == (POLICY.sha256,)


def test_a_disposition_that_policy_does_not_give_is_listed(told: Replay) -> None:
    written = as_entries(story())
    changed = [e.replace(b'"disposition":"hold"', b'"disposition":"clear"') for e in written]
    first = next(i for i, e in enumerate(written) if b'"disposition":"hold"' in e)

    found = rederive(replay(changed), {POLICY.sha256: POLICY}, records.dispose)

    assert len(found) == 2
    assert found[0] == Difference(
        update(8), 0, first, Disposition.CLEAR, Disposition.HOLD, "stricter", ("name.person",), published=True
    )


def test_another_policy_lists_differences_in_both_directions(told: Replay) -> None:
    looser = compare(told, LOOSE, records.dispose)
    stricter = compare(told, STRICTER, records.dispose)

    assert [(d.update_id, d.direction, d.derived, d.published) for d in looser] == [
        (update(8), "looser", Disposition.REDACTED, True),
        (update(9), "looser", Disposition.REDACTED, False),
    ]
    assert [(d.update_id, d.direction, d.derived, d.published) for d in stricter] == [
        (update(8), "stricter", Disposition.REFUSE, True),
        (update(9), "stricter", Disposition.REFUSE, False),
    ]


def test_a_live_event_kept_beside_the_log_is_told_in_full() -> None:
    large = records.live_event(allow=tuple(f"{n:0200}" for n in range(499)))
    shaped = shape(Source("scrubcast.live-events.v1", 0, 0), "k", large.encode())
    attached = {json.loads(shaped.record)["sha256"]: shaped.attached}

    story_ = replay([encode(shaped, 0, stamp(at(0)))], attached.get)

    assert story_.live_event[0].what == "opened"
    assert story_.live_event[0].detail["plan"]["title"] == "A total knee replacement, live"


def test_an_empty_log_tells_nothing() -> None:
    assert replay([]) == Replay((), (), ())
    assert public_at(Replay((), (), ()), "2026-12-01T08:05:00Z") == ()


# -- by whom, and about what


def a_step(**detail: Any) -> Step:
    return Step(0, "2026-12-01T08:00:00Z", "2026-12-01T08:00:01Z", "decided", None, {"type": "decision", **detail})


def test_a_step_is_by_the_person_whose_word_it_was(told: Replay) -> None:
    (decided,) = (s for story_ in told.stories for s in story_.steps if (s.update_id, s.what) == (update(9), "decided"))
    assert by(decided) == f"{decided.detail['actor']['name']}, {decided.detail['actor']['role']}"
    assert by(a_step(actor={"name": "A. Visser", "role": "physician"})) == "A. Visser, physician"


def test_what_a_stage_did_by_itself_is_nobody_s(told: Replay) -> None:
    assert by(a_step(actor={"name": "poster", "role": "system"})) == ""
    assert by(a_step()) == ""
    assert by(a_step(actor=None)) == ""
    ways = {s.what: by(s) for s in told.stories[0].steps}
    assert (ways["screened"], ways["posted"]) == ("", "")


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ({"verdict": "approve"}, "approve"),
        ({"verdict": "return", "reason": "family-first"}, "return family-first"),
        ({"kind": "complication", "mode": "hold"}, "hold"),
        ({"kind": "told", "phase": "closing"}, "closing"),
        (
            {"disposition": "hold", "phase": "arrival", "reasons": ["known-term", "name"]},
            "hold arrival known-term name",
        ),
        ({"phase": "arrival", "run_sheet_item": "welcome"}, "arrival welcome"),
        ({"destination": "x:@StAnna", "reason": "approval-expired"}, "x:@StAnna approval-expired"),
        ({"mode": None, "phase": "", "reasons": ()}, ""),
        ({"kind": "stop"}, ""),
    ],
)
def test_what_a_step_is_about_is_said_in_the_words_of_its_record(detail: dict[str, Any], said: str) -> None:
    assert about(a_step(**detail)) == said


def test_a_word_that_was_signed_says_so_and_nothing_of_the_signature() -> None:
    signed = {"credential_id": "Zm9v", "signature": "YmFy"}
    assert about(a_step(verdict="approve", assertion=signed)) == "approve with passkey"
    assert about(a_step(kind="sign-run-sheet", assertion=signed)) == "with passkey"
    assert about(a_step(verdict="approve", assertion=None)) == "approve"


def test_neither_says_a_word_that_somebody_wrote() -> None:
    step = a_step(actor={"name": "N. Bakker", "role": "reporter"}, text="Maria is awake.", note="Write it anew.")
    assert (by(step), about(step)) == ("N. Bakker, reporter", "")

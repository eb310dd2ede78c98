"""The score of a rehearsal, case by case: what counts as caught, by whom, what slipped, how fast people were."""

import csv
import io
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from producers.desk import score_files
from producers.desk.queue import LiveEventView
from producers.desk.recording import Recording, read, recording, update_id
from producers.desk.score import rehearsal, score
from producers.desk.score_values import Detail, Score
from producers.desk.words import LANGS, Lang
from schemas.control import Control, ControlKind
from schemas.draft import Action, Disposition, Draft, Finding
from schemas.envelope import Actor, Envelope, Role, system
from schemas.errors import Broken
from schemas.ids import derive
from schemas.live_event import LiveEvent
from schemas.receipt import Receipt, Retraction
from schemas.release import Release
from streams import release, review
from tests import examples
from tests.examples import ADVOCATE, DIRECTOR, NOW, PHYSICIAN, REVIEWER

S = timedelta(seconds=1)
EVENT = examples.live_event(id="knee-2026-rehearsal", training=True)
ROWS = (
    {"at_s": 0, "reporter": "Ines", "text": "The lamps are turned.", "harmless": True, "protect": ["Roz Hart"]},
    {"at_s": 30, "reporter": "Ines", "text": "Roz Hart is here.", "planted": [{"text": "Roz Hart", "kind": "name"}]},
    {"at_s": 60, "reporter": "Tobias", "text": "She bleeds a lot.",
     "planted": [{"text": "bleeds a lot", "kind": "complication"}]},
    {"at_s": 90, "reporter": "Tobias", "text": "The last stitch is in.", "harmless": True},
)  # fmt: skip
TAPE: Recording = read("en", [json.dumps(row) for row in ROWS])


def came(n: int, text: str | None = None, **changes: Any) -> Draft:
    """Line `n` as screening left it: held, and its words as they are, unless said otherwise."""
    fields: dict[str, Any] = {
        "update_id": update_id(EVENT.live_event_id, "en", n),
        "live_event_id": EVENT.live_event_id,
        "disposition": Disposition.HOLD,
        "needs": Role.REVIEWER,
        "reasons": ("name",),
        "authors": ("Ines",),
    }
    return examples.draft(TAPE.lines[n - 1].line.text if text is None else text, **(fields | changes))


def clear(n: int) -> Draft:
    return came(n, disposition=Disposition.CLEAR, needs=None, reasons=())


def points_at(start: int, end: int, action: Action = Action.HOLD) -> tuple[Finding, ...]:
    return (Finding(start=start, end=end, kind="name", rule="known-term", action=action),)


def let_go(draft: Draft) -> Release:
    found = release.by_policy(draft, EVENT, NOW)
    assert found is not None
    return found


def said(draft: Draft, verdict: Any, after_s: float = 0, actor: Actor = REVIEWER) -> Any:
    waiting = review.opened(draft, needs_person=True)
    return review.decide(waiting, verdict, actor, EVENT, NOW + after_s * S, text_sha256=draft.text_sha256)


def approved(draft: Draft, after_s: float = 0, actor: Actor = REVIEWER) -> tuple[Any, Release]:
    decision = said(draft, "approve", after_s, actor)
    return decision, release.by_decision(draft, decision, EVENT, NOW + after_s * S)


def edited(draft: Draft, text: str, after_s: float = 0) -> tuple[Any, Draft]:
    new = came(2, text, id=derive(draft.id, "edited"), revision=1, authors=("Ines", REVIEWER.name))
    return said(draft, "edit", after_s), new


def posted(cleared: Release, after_s: float = 0, **changes: Any) -> Receipt:
    fields: dict[str, Any] = {
        "id": derive(cleared.id, "posted", changes.get("part", 0)),
        "live_event_id": EVENT.live_event_id,
        "at": NOW + after_s * S,
        "actor": system("poster"),
        "update_id": cleared.update_id,
        "release_id": cleared.id,
        "destination": "local",
        "post_id": derive(cleared.id, changes.get("part", 0)),
        "n": 1,
        "part": 0,
        "parts": 1,
        "outcome": "posted",
        "text": cleared.text,
        "text_sha256": cleared.text_sha256,
        "posted_at": NOW + after_s * S,
    }
    return Receipt.model_validate(fields | changes)


def deleted(receipt: Receipt, after_s: float) -> Retraction:
    return Retraction(
        id=derive(receipt.id, "deleted"), live_event_id=EVENT.live_event_id, at=NOW + after_s * S,
        actor=system("poster"), update_id=receipt.update_id or receipt.id, destination="local",
        post_id=receipt.post_id, outcome="deleted",
    )  # fmt: skip


def pressed(kind: ControlKind, after_s: float, actor: Actor = DIRECTOR, update: UUID | None = None) -> Control:
    mode = {"mode": "hold"} if kind == "complication" else {}
    return Control.model_validate(
        {"id": derive(kind, str(after_s)), "live_event_id": EVENT.live_event_id, "at": NOW + after_s * S,
         "actor": actor, "kind": kind, "update_id": update, **mode}
    )  # fmt: skip


def sheet(*records: Envelope, live_event: LiveEvent = EVENT, after_s: float = 600) -> Score:
    view = LiveEventView(EVENT.live_event_id)
    for record in (live_event, *records):
        view.add(record)
    return score(view, TAPE, NOW + after_s * S)


def only(found: Score) -> Detail:
    (one,) = found.details
    return one


# -- what became of a detail


def test_what_screening_covered_was_caught_by_the_system() -> None:
    draft = came(2, "[name] is here.", disposition=Disposition.REDACTED, needs=None, reasons=())
    one = only(sheet(draft, let_go(draft), posted(let_go(draft))))
    assert (one.outcome, one.how, one.by) == ("system", "covered", None)


def test_what_screening_refused_was_caught_by_the_system() -> None:
    assert only(sheet(came(2, disposition=Disposition.REFUSE))).how == "refused"


def test_what_screening_held_for_it_was_caught_by_the_system_whoever_returned_it() -> None:
    draft = came(2, findings=points_at(0, 8))
    one = only(sheet(draft, said(draft, "return")))
    assert (one.outcome, one.how) == ("system", "held")


def test_what_was_held_for_another_word_was_caught_by_who_returned_it() -> None:
    draft = came(2, findings=points_at(12, 16))
    one = only(sheet(draft, said(draft, "return")))
    assert (one.outcome, one.how, one.by) == ("person", "returned", REVIEWER)


def test_a_finding_that_policy_allows_catches_nothing() -> None:
    draft = came(2, findings=points_at(0, 8, Action.ALLOW))
    assert only(sheet(draft)).outcome == "open"


def test_what_somebody_edited_out_was_caught_by_them() -> None:
    draft = came(2)
    decision, new = edited(draft, "The patient is here.")
    go = approved(new, 60, PHYSICIAN)
    one = only(sheet(draft, decision, new, *go, posted(go[1])))
    assert (one.outcome, one.how, one.by) == ("person", "edited", REVIEWER)


def test_an_edit_that_keeps_it_catches_nothing() -> None:
    draft = came(2)
    decision, new = edited(draft, "Roz Hart is here now.")
    assert only(sheet(draft, decision, new)).outcome == "open"


def test_what_policy_let_go_slipped_where_and_until_it_was_taken_back() -> None:
    draft = clear(2)
    post = posted(let_go(draft), 30)
    back = pressed("retract", 50, ADVOCATE, draft.update_id)
    one = only(sheet(draft, let_go(draft), post, back, deleted(post, 72)))
    assert (one.outcome, one.how, one.by) == ("slipped", "public", None)
    assert (one.where, one.public_at, one.public_for_s) == (("local",), NOW + 30 * S, 42.0)


def test_what_is_still_being_taken_back_counts_as_there() -> None:
    draft = clear(2)
    found = sheet(draft, let_go(draft), posted(let_go(draft)), pressed("retract", 50, ADVOCATE, draft.update_id))
    assert (only(found).outcome, only(found).public_for_s) == ("slipped", None)


def test_an_unknown_outcome_counts_as_public() -> None:
    draft = clear(2)
    post = posted(let_go(draft), outcome="unknown", posted_at=None)
    assert only(sheet(draft, let_go(draft), post)).how == "public"


def test_what_a_person_approved_slipped_by_their_word_even_if_screening_had_held_it() -> None:
    draft = came(2, findings=points_at(0, 8))
    go = approved(draft, 20)
    one = only(sheet(draft, *go, posted(go[1])))
    assert (one.outcome, one.how, one.by) == ("slipped", "public", REVIEWER)


def test_what_was_cleared_and_not_out_yet_at_the_end_slipped() -> None:
    draft = clear(2)
    assert only(sheet(draft, let_go(draft))).how == "cleared"


def test_what_was_taken_back_before_its_turn_was_caught_by_who_did() -> None:
    draft = clear(2)
    one = only(sheet(draft, let_go(draft), pressed("retract", 5, ADVOCATE, draft.update_id)))
    assert (one.outcome, one.how, one.by) == ("person", "taken-back", ADVOCATE)


@pytest.mark.parametrize("kind", ["stop", "hold", "complication"])
def test_what_a_stop_or_hold_kept_back_was_caught_by_who_pressed(kind: ControlKind) -> None:
    draft = clear(2)
    one = only(sheet(draft, let_go(draft), pressed(kind, 5, PHYSICIAN)))
    assert (one.outcome, one.how, one.by) == ("person", "stopped", PHYSICIAN)


def test_a_withdrawal_takes_back_what_nobody_had_read() -> None:
    assert only(sheet(came(2), pressed("withdraw", 5, ADVOCATE))).how == "taken-back"


def test_what_nobody_decided_is_neither_caught_nor_slipped() -> None:
    found = sheet(came(2))
    assert (only(found).outcome, found.caught, found.count("slipped"), found.count("open")) == ("open", 0, 0, 1)


def test_a_line_that_has_not_come_counts_nowhere() -> None:
    found = sheet(clear(1))
    assert (found.played, found.of, found.details, found.counts) == (1, 4, (), False)


def test_a_post_that_was_cut_right_through_the_detail_told_it_all_the_same() -> None:
    draft = clear(2)
    cleared = let_go(draft)
    parts = [posted(cleared, part=n, parts=2, text=text) for n, text in enumerate(("Roz", "Hart is here."))]
    assert only(sheet(draft, cleared, *parts)).how == "public"


def test_a_detail_is_read_in_small_and_in_large_letters() -> None:
    draft = came(2, "ROZ HART is here.", disposition=Disposition.CLEAR, needs=None, reasons=())
    assert only(sheet(draft, let_go(draft))).outcome == "slipped"


# -- harmless lines, people, the complication


def test_harmless_lines_that_were_held_are_listed_with_how_long_they_waited() -> None:
    one, other = came(1), clear(4)
    found = sheet(one, *approved(one, 25), other, let_go(other))
    assert found.harmless == 2
    assert [(h.number, h.how, h.decided_s) for h in found.harmless_held] == [(1, "held", 25.0)]


def test_each_person_has_their_count_their_median_and_their_slowest() -> None:
    one, two, three = came(1), came(2), came(4)
    found = sheet(
        one, two, three, *approved(one, 10), said(two, "return", 40), *approved(three, 90, PHYSICIAN),
        pressed("stop", 100, PHYSICIAN), pressed("hold", 95, PHYSICIAN), pressed("resume", 120),
    )  # fmt: skip
    reviewer, physician, director = found.people
    assert (reviewer.approved, reviewer.edited, reviewer.returned) == (1, 0, 1)
    assert (reviewer.median_s, reviewer.slowest_s) == (25.0, 40.0)
    assert (physician.actor.name, physician.decided, physician.slowest_s) == ("A. Visser", 1, 90.0)
    assert (physician.pressed, director.pressed) == ((("hold", 1), ("stop", 1)), (("resume", 1),))
    assert (director.decided, director.median_s) == (0, None)
    assert (found.median_s, found.slowest_s) == (40.0, 90.0)
    assert found.took_part(REVIEWER)
    assert not found.took_part(ADVOCATE)


def test_the_complication_is_timed_to_the_first_press_after_its_line() -> None:
    line = came(3, received_at=NOW + 60 * S)
    found = sheet(line, pressed("hold", 10), pressed("complication", 71, PHYSICIAN), pressed("stop", 80))
    assert found.complication is not None
    assert (found.complication.kind, found.complication.by, found.complication.after_s) == (
        "complication", PHYSICIAN, 11.0,
    )  # fmt: skip


def test_nobody_pressed_after_the_complication() -> None:
    found = sheet(came(3), pressed("resume", 10)).complication
    assert found is not None
    assert (found.number, found.kind, found.after_s) == (3, None, None)
    assert sheet(clear(1)).complication is None


def test_words_of_the_system_are_nobodys_work() -> None:
    assert sheet(came(1), pressed("stop", 1, system("desk"))).people == ()


# -- what is kept


def test_the_preparation_keeps_counts_and_times_alone() -> None:
    one, two, three = clear(1), came(2, findings=points_at(0, 8)), came(3)
    closed = EVENT.model_copy(update={"state": "closed", "closed_at": NOW + 300 * S})
    found = sheet(one, two, said(two, "return", 12), three, live_event=closed)
    kept = rehearsal(found, NOW + 900 * S)
    assert found.counts
    assert kept.model_dump(mode="json") == {
        "live_event_id": "knee-2026-rehearsal", "began_at": "2026-12-01T09:00:00Z", "ended_at": "2026-12-01T09:05:00Z",
        "planted": 2, "caught": 1, "slipped": 0, "slowest_answer_s": 12.0, "median_answer_s": 12.0,
    }  # fmt: skip


def test_files_hold_every_detail_and_every_person() -> None:
    two, three = came(2), came(3)
    found = sheet(two, said(two, "return", 12), three)
    rows = list(csv.DictReader(io.StringIO(score_files.as_csv(found))))
    assert [(r["row"], r["text"] or r["name"], r["outcome"]) for r in rows] == [
        ("detail", "Roz Hart", "person"), ("detail", "bleeds a lot", "open"), ("person", "S. de Wit", ""),
    ]  # fmt: skip
    known = score_files.as_json(found)
    assert known["planted"] == {
        "all": 2, "caught_by_the_system": 0, "caught_by_a_person": 1, "slipped": 0, "waiting": 1,
    }  # fmt: skip
    json.dumps(known)


def test_a_name_is_no_formula_in_a_spreadsheet() -> None:
    two = came(2)
    evil = Actor(role=Role.REVIEWER, name="=1+1")
    rows = csv.DictReader(io.StringIO(score_files.as_csv(sheet(two, said(two, "return", 1, evil)))))
    assert {r["name"] for r in rows} == {"'=1+1"}


# -- the recordings that come with the product


@pytest.mark.parametrize("lang", LANGS)
def test_a_recording_is_whole(lang: Lang) -> None:
    tape = recording(lang)
    assert len(tape.lines) == 40
    assert 23 * 60 <= tape.lasts_s <= 25 * 60
    assert all(one.harmless != bool(one.planted) for one in tape.lines), "each line is one or the other"
    kinds = {p.kind for one in tape.lines for p in one.planted}
    assert {"name", "typo", "hashtag", "hobby", "age", "room", "phone", "claim", "complication", "alarming"} <= kinds
    assert {one.line.lang for one in tape.lines} == {lang}
    assert len({one.line.reporter for one in tape.lines}) == 3
    assert len(tape.protect) == 7


def test_the_three_recordings_tell_the_same_hour() -> None:
    shapes = [[(x.line.at_s, x.line.phase, [p.kind for p in x.planted]) for x in recording(g).lines] for g in LANGS]
    assert shapes[0] == shapes[1] == shapes[2]


def test_a_detail_that_is_not_in_its_line_is_a_defect() -> None:
    with pytest.raises(Broken, match="Line 1"):
        read("en", ['{"text": "Nothing.", "planted": [{"text": "Roz", "kind": "name"}]}'])

"""The compliance stage on topics in memory, with the real screening: what each submission leads to, bad ones too."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from schemas.draft import Action, Disposition, Draft, Finding
from schemas.envelope import Role, sha256_hex
from schemas.errors import Unavailable
from schemas.ids import derive
from schemas.live_event import LiveEvent, RunSheetItem
from schemas.submission import TEXT_MAX, HeldBack, Submission, Written
from schemas.topics import DEAD_LETTERS, DRAFTS, RELEASES, SUBMISSIONS, Topic, partition_of
from streams import sealing
from streams.bus import Message, Position
from streams.clock import ManualClock
from streams.memory import MemoryBus
from streams.quarantine import Limit, TooManyDeadLetters
from streams.scrub import bound, normalise
from streams.scrub.bound import forget, redraft_with, screening_of
from streams.scrub.draft import Screened
from streams.scrub.policy import dispose, load
from streams.scrub.stage import Screening, Scrubber, Sources
from streams.vault import Vault
from tests.examples import NOOR, NOW, REVIEWER, live_event

EVENT, OTHER = "knee-2026", "hip-2026"
CLEAR = "The new joint fits."
PROTECTED = ("Maria Lopez", "1957-03-14", "00482913")
EXPLODES = "This one breaks the rules."


def update_id(n: int) -> UUID:
    return UUID(f"01930000-0000-7000-8000-{n:012d}")


def breaks_on_a_word(live_event: LiveEvent, protect: tuple[str, ...]) -> Screening:
    """The real screening, but for one text."""
    real = screening_of(live_event, protect)

    def screen(text: str, *, lang: str | None, recent: tuple[str, ...]) -> Screened:
        if text.startswith(EXPLODES):
            raise ValueError(text)
        return real.screen(text, lang=lang, recent=recent)

    return Screening(real.policy, screen)


@dataclass
class Stage:
    """Two live events with keys, and a stage that has just started."""

    vault: Vault
    bus: MemoryBus = field(default_factory=MemoryBus)
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    live_events: dict[str, LiveEvent] = field(default_factory=dict)
    limit: int = 50
    scrubber: Scrubber = field(init=False)

    def __post_init__(self) -> None:
        for event in (EVENT, OTHER):
            key = self.vault.create(event, PROTECTED)
            self.live_events[event] = live_event(id=event).model_copy(update={"sealing_key": key})
        self.restart()

    def restart(self) -> None:
        """Another process: it knows nothing but what lies on the topics."""
        sources = Sources(self.live_events.get, self.clock.advance, breaks_on_a_word, load("strict"), forget)
        self.scrubber = Scrubber(self.bus, self.vault, self.clock, sources, Limit("scrub", self.limit))

    def seal(self, text: str | int, n: int, event: str = EVENT, **inside: Any) -> str:
        written = {"text": text, "update_id": str(update_id(n)), "live_event_id": event, "lang": "en"} | inside
        return sealing.seal(self.live_events[event].sealing_key, json.dumps(written).encode())

    async def submit(
        self,
        text: str,
        n: int,
        event: str = EVENT,
        *,
        sealed: str | None = None,
        corrects: UUID | None = None,
        held_back: HeldBack | None = None,
        run_sheet_item: str | None = None,
    ) -> Message:
        """Puts it on the topic, as intake would."""
        sealed = self.seal(text, n, event) if sealed is None else sealed
        submission = Submission(
            id=update_id(n),
            live_event_id=event,
            at=NOW,
            actor=NOOR,
            update_id=update_id(n),
            sealed=sealed,
            sealed_sha256=sha256_hex(sealed),
            corrects=corrects,
            held_back=held_back,
            run_sheet_item=run_sheet_item,
        )
        position = await self.bus.send(SUBMISSIONS, submission)
        return self.message(position)

    def message(self, position: Position) -> Message:
        return self.bus._logs[position.topic, position.partition][position.offset]

    async def screen(
        self,
        text: str,
        n: int,
        event: str = EVENT,
        *,
        sealed: str | None = None,
        corrects: UUID | None = None,
        held_back: HeldBack | None = None,
        run_sheet_item: str | None = None,
    ) -> None:
        message = await self.submit(
            text, n, event, sealed=sealed, corrects=corrects, held_back=held_back, run_sheet_item=run_sheet_item
        )
        await asyncio.gather(*await self.scrubber.handle(message))

    def records(self, topic: Topic[Any], event: str = EVENT) -> list[Any]:
        found = [topic.model.decode(m.value or b"") for m in self.bus.everything(topic.name)]
        return [record for record in found if record.live_event_id == event]

    def drafts(self) -> list[Draft]:
        return self.records(DRAFTS)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(Vault(tmp_path / "vault", b"v" * 32))


async def test_a_clear_update_becomes_a_draft_and_its_release(stage: Stage) -> None:
    await stage.screen(CLEAR, 1)
    (draft,), (release,) = stage.drafts(), stage.records(RELEASES)
    assert (draft.text, draft.disposition, draft.needs) == (CLEAR, Disposition.CLEAR, None)
    assert (draft.update_id, draft.cause, draft.authors) == (update_id(1), update_id(1), ("Noor",))
    assert (draft.source_partition, draft.source_offset) == (partition_of(EVENT, 2), 0)
    assert (release.draft_id, release.text, release.text_sha256) == (draft.id, CLEAR, sha256_hex(CLEAR))
    assert stage.records(DEAD_LETTERS) == []


async def test_what_is_covered_goes_on_covered(stage: Stage) -> None:
    await stage.screen("Write to jo@mailbox.example for slides.", 1)
    assert stage.drafts()[0].disposition is Disposition.REDACTED
    assert stage.records(RELEASES)[0].text == "Write to [e-mail] for slides."


async def test_a_held_update_becomes_a_draft_alone_and_never_shows_what_is_protected(stage: Stage) -> None:
    await stage.screen("Maria Lopez, born 14 March 1957, record 00482913, sleeps.", 1)
    (draft,) = stage.drafts()
    assert (draft.disposition, draft.needs) == (Disposition.HOLD, Role.REVIEWER)
    for secret in ("maria", "lopez", "1957", "482913"):
        assert secret not in draft.model_dump_json().lower()
    assert stage.records(RELEASES) == []


async def test_an_update_that_comes_twice_is_screened_once(stage: Stage) -> None:
    await stage.screen(CLEAR, 1)
    assert await stage.scrubber.handle(await stage.submit(CLEAR, 1)) == []
    assert await stage.scrubber.handle(await stage.submit("Another text under the same id.", 1)) == []
    assert len(stage.drafts()) == len(stage.records(RELEASES)) == 1


async def test_an_update_that_comes_twice_is_known_after_a_restart(stage: Stage) -> None:
    await stage.screen(CLEAR, 1)
    stage.restart()
    assert await stage.scrubber.handle(await stage.submit(CLEAR, 1)) == []


async def test_a_replay_gives_the_same_ids_texts_and_findings(stage: Stage) -> None:
    texts = (CLEAR, "Her son Torvin waits outside.", "not even a seal", "Write to jo@mailbox.example.")
    messages = [
        await stage.submit(text, n, sealed="e30.a.b.c.d" if "seal" in text else None) for n, text in enumerate(texts, 1)
    ]
    for message in messages:
        await stage.scrubber.handle(message)
    topics: tuple[Topic[Any], ...] = (DRAFTS, RELEASES, DEAD_LETTERS)
    once: list[list[Any]] = [stage.records(topic) for topic in topics]
    assert [len(found) for found in once] == [4, 2, 1]
    await stage.clock.advance(60)
    stage.restart()
    for message in messages:
        await stage.scrubber.handle(message)
    for topic, first in zip(topics, once, strict=True):
        again = stage.records(topic)[len(first) :]
        assert [r.id for r in again] == [r.id for r in first]
    first, second = stage.drafts()[:4], stage.drafts()[4:]
    assert [(d.text, d.findings, d.disposition) for d in second] == [(d.text, d.findings, d.disposition) for d in first]


HALVES = ("We wave to Maria Lo", "pez is doing fine.")


async def test_a_name_split_over_two_updates_is_held(stage: Stage) -> None:
    await stage.screen(HALVES[0], 1)
    await stage.screen(HALVES[1], 2)
    second = stage.drafts()[1]
    assert second.disposition is Disposition.HOLD
    assert "known-term" in second.reasons


async def test_a_split_name_is_held_by_a_stage_that_starts_at_its_second_half(stage: Stage) -> None:
    await stage.submit(HALVES[0], 1)
    second = await stage.submit(HALVES[1], 2)
    stage.restart()
    await stage.scrubber.handle(second)
    (draft,) = stage.drafts()
    assert draft.disposition is Disposition.HOLD
    assert "pez" not in draft.text


async def test_the_second_half_alone_is_no_name(stage: Stage) -> None:
    await stage.screen(HALVES[0], 1, OTHER)  # another event's thread
    await stage.screen(HALVES[1], 2)
    assert stage.drafts()[0].disposition is Disposition.CLEAR


async def test_a_partition_that_comes_back_is_read_again_from_where_it_was_left(stage: Stage) -> None:
    await stage.screen(CLEAR, 1)
    await stage.submit(HALVES[0], 2)  # another worker has screened this one
    await stage.screen(HALVES[1], 3)
    assert stage.drafts()[1].disposition is Disposition.HOLD


# -- what cannot be screened


def foreign_seal(text: str) -> str:
    _, public = sealing.new_key()
    return sealing.seal(public, Written(text=text).model_dump_json().encode())


def changed(sealed: str) -> str:
    return sealed[:-4] + ("AAAA" if sealed[-4:] != "AAAA" else "BBBB")


SECRET = "Maria Lopez is awake."
LONG = "é" * (TEXT_MAX - 4) + "Lopez"

Bad = tuple[str, Disposition, str, Callable[[Stage, int], str]]
# What is on the topic under the update's number → code, what becomes of it, kind of its finding.
BAD: dict[str, Bad] = {
    "no seal at all": ("bad-seal", Disposition.REFUSE, "unreadable", lambda s, n: SECRET),
    "another key": ("bad-seal", Disposition.REFUSE, "unreadable", lambda s, n: foreign_seal(SECRET)),
    "a changed seal": ("bad-seal", Disposition.REFUSE, "unreadable", lambda s, n: changed(s.seal(SECRET, n))),
    "another update's": ("moved-seal", Disposition.REFUSE, "unreadable", lambda s, n: s.seal(SECRET, n + 90)),
    "another event's": (
        "moved-seal", Disposition.REFUSE, "unreadable", lambda s, n: s.seal(SECRET, n, live_event_id=OTHER),
    ),
    "no JSON inside": (
        "not-understood", Disposition.REFUSE, "unreadable",
        lambda s, n: sealing.seal(s.live_events[EVENT].sealing_key, SECRET.encode()),
    ),
    "a number for a text": ("not-understood", Disposition.REFUSE, "unreadable", lambda s, n: s.seal(7, n)),
    "no such language": (
        "not-understood", Disposition.REFUSE, "unreadable", lambda s, n: s.seal(SECRET, n, lang="Maria Lopez"),
    ),
    "too long a text": ("too-long", Disposition.REFUSE, "unreadable", lambda s, n: s.seal(LONG, n)),
    "a rule that raises": (
        "screening-failed", Disposition.HOLD, "screening-failed", lambda s, n: s.seal(f"{EXPLODES} {SECRET}", n),
    ),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
async def test_what_cannot_be_screened_is_one_dead_letter_and_a_draft_without_text(stage: Stage, bad: Bad) -> None:
    code, disposition, kind, sealed = bad
    await stage.screen("", 1, sealed=sealed(stage, 1))
    (letter,), (draft,) = stage.records(DEAD_LETTERS), stage.drafts()
    assert (letter.code, letter.topic, letter.offset, letter.update_id) == (code, SUBMISSIONS.name, 0, update_id(1))
    assert (draft.text, draft.reasons, draft.disposition) == ("", (code,), disposition)
    assert draft.needs is (Role.REVIEWER if disposition is Disposition.HOLD else None)
    assert [(f.kind, f.rule) for f in draft.findings] == [(kind, code)]
    assert b"Lopez" not in letter.encode() + draft.encode()
    await stage.screen(CLEAR, 2)
    assert [release.update_id for release in stage.records(RELEASES)] == [update_id(2)]


@pytest.mark.parametrize("value", [None, b"", b"{", b'{"v":1}', b"Maria Lopez"])
async def test_a_record_that_is_no_submission_is_one_dead_letter_and_no_draft(
    stage: Stage, value: bytes | None
) -> None:
    position = await stage.bus.send_raw(SUBMISSIONS.name, partition_of(EVENT, 2), EVENT, value)
    await stage.scrubber.handle(stage.message(position))
    (letter,) = stage.records(DEAD_LETTERS)
    assert (letter.code, letter.offset) == ("undecodable", 0)
    assert b"Lopez" not in letter.encode()
    await stage.screen(CLEAR, 2)
    assert [draft.update_id for draft in stage.drafts()] == [update_id(2)]


async def test_an_event_nobody_knows_is_waited_for_and_then_held(stage: Stage) -> None:
    later = stage.live_events.pop(EVENT)
    await stage.screen(CLEAR, 1, sealed=foreign_seal(CLEAR))
    assert stage.clock.monotonic() == pytest.approx(5, abs=0.3)
    (letter,), (draft,) = stage.records(DEAD_LETTERS), stage.drafts()
    assert (letter.code, draft.disposition, draft.reasons) == ("unknown-event", Disposition.HOLD, ("unknown-event",))
    assert [(f.kind, f.rule) for f in draft.findings] == [("screening-failed", "unknown-event")]
    stage.live_events[EVENT] = later
    await stage.screen(CLEAR, 2)
    assert [release.update_id for release in stage.records(RELEASES)] == [update_id(2)]


async def test_an_event_that_becomes_known_while_it_is_waited_for_loses_nothing(stage: Stage) -> None:
    known = stage.live_events[EVENT]
    message = await stage.submit(CLEAR, 1)
    del stage.live_events[EVENT]

    async def arrives(_: float) -> None:
        stage.live_events[EVENT] = known

    sources = Sources(stage.live_events.get, arrives, screening_of, load("strict"))
    scrubber = Scrubber(stage.bus, stage.vault, stage.clock, sources, Limit("scrub"))
    await scrubber.handle(message)
    assert [release.update_id for release in stage.records(RELEASES)] == [update_id(1)]


async def test_destroyed_keys_refuse_what_comes_and_leave_nothing_of_what_was_read(
    stage: Stage, tmp_path: Path
) -> None:
    await stage.screen("Maria Lopez sleeps.", 1)
    late = await stage.submit(CLEAR, 2)
    assert Vault(tmp_path / "vault", b"v" * 32).destroy(EVENT)  # as the desk does, in a process of its own
    await stage.scrubber.handle(late)
    (letter,), draft = stage.records(DEAD_LETTERS), stage.drafts()[1]
    assert (letter.code, draft.disposition, draft.reasons) == ("key-destroyed", Disposition.REFUSE, ("key-destroyed",))
    assert_nothing_kept(stage)
    await stage.screen(CLEAR, 3, OTHER)
    assert [release.update_id for release in stage.records(RELEASES, OTHER)] == [update_id(3)]


async def test_any_number_of_updates_under_destroyed_keys_stops_nothing(stage: Stage, tmp_path: Path) -> None:
    stage.limit = 2
    stage.restart()
    waiting = [await stage.submit(CLEAR, n) for n in range(1, 6)]
    assert Vault(tmp_path / "vault", b"v" * 32).destroy(EVENT)
    for message in waiting:
        await asyncio.gather(*await stage.scrubber.handle(message))
    assert [letter.code for letter in stage.records(DEAD_LETTERS)] == ["key-destroyed"] * 5
    await stage.screen(CLEAR, 6, OTHER)
    assert [release.update_id for release in stage.records(RELEASES, OTHER)] == [update_id(6)]


async def test_a_draft_commits_to_what_was_typed_and_to_what_is_left_of_it(stage: Stage) -> None:
    await stage.screen("Maria Lopez sleeps.", 1)
    (draft,) = stage.drafts()
    assert "Lopez" not in draft.text
    opened = stage.vault.opens(EVENT, "raw", update_id(1), "Maria Lopez sleeps.", draft.raw_commit or "")
    assert opened == "as it is"
    assert stage.vault.opens(EVENT, "text", update_id(1), draft.text, draft.text_commit or "") == "as it is"
    assert stage.vault.opens(EVENT, "raw", update_id(1), draft.text, draft.raw_commit or "") is None


async def test_an_edit_commits_to_what_the_editor_typed(stage: Stage) -> None:
    await stage.screen("Maria Lopez sleeps.", 1)
    (before,) = stage.drafts()
    typed = "The patient Maria Lopez sleeps."
    edit = redraft_with(stage.vault, stage.clock)(stage.live_events[EVENT], before, typed, REVIEWER)
    assert stage.vault.opens(EVENT, "raw", update_id(1), typed, edit.raw_commit or "") == "as it is"
    assert stage.vault.opens(EVENT, "text", update_id(1), edit.text, edit.text_commit or "") == "as it is"
    assert edit.raw_commit != before.raw_commit


async def test_an_update_that_could_not_be_opened_commits_to_nothing(stage: Stage) -> None:
    await stage.screen("", 1, sealed="e30.a.b.c.d")
    (draft,) = stage.drafts()
    assert (draft.raw_commit, draft.text_commit) == (None, None)


async def test_destroyed_keys_are_forgotten_when_nothing_more_comes(stage: Stage, tmp_path: Path) -> None:
    await stage.screen("Maria Lopez sleeps.", 1)
    stage.scrubber.sweep()
    assert stage.scrubber._opened.cache_info().currsize == 1
    assert Vault(tmp_path / "vault", b"v" * 32).destroy(EVENT)
    stage.scrubber.sweep()
    assert_nothing_kept(stage)


def assert_nothing_kept(stage: Stage) -> None:
    assert EVENT not in stage.vault._open
    assert bound._kept == {}
    for cache in (stage.scrubber._opened, normalise.fold, normalise._cluster):
        assert cache.cache_info().currsize == 0


async def test_past_the_limit_of_dead_letters_the_stage_stops(stage: Stage) -> None:
    stage.limit = 2
    stage.restart()
    for n in (1, 2):
        await stage.screen("", n, sealed="e30.a.b.c.d")
    with pytest.raises(TooManyDeadLetters):
        await stage.screen("", 3, sealed="e30.a.b.c.d")
    assert len(stage.records(DEAD_LETTERS)) == 3


async def test_while_the_broker_is_away_the_stage_waits_and_then_goes_on(stage: Stage) -> None:
    await stage.screen(CLEAR, 1)
    message = await stage.submit(CLEAR, 2)
    stage.bus.away = True
    handling = asyncio.create_task(stage.scrubber.handle(message))
    await stage.clock.advance(30)
    assert not handling.done()
    stage.bus.away = False
    await stage.clock.advance(2)
    assert len(await handling) == 2
    assert [draft.update_id for draft in stage.drafts()] == [update_id(1), update_id(2)]
    assert stage.records(DEAD_LETTERS) == []


class LosesReleasesOnce(MemoryBus):
    """The broker goes away between a draft and its release."""

    lost = False

    async def enqueue(self, topic: Topic[Any], record: Any) -> Awaitable[Position]:
        if topic is RELEASES and not self.lost:
            self.lost = True
            raise Unavailable("The broker is away.", retry_after_s=0)
        return await super().enqueue(topic, record)


async def test_a_broker_that_goes_between_draft_and_release_gets_both_in_the_end(stage: Stage) -> None:
    stage.bus = LosesReleasesOnce()
    stage.restart()
    await stage.screen(CLEAR, 1)
    assert [draft.id for draft in stage.drafts()] == [derive(update_id(1), "draft", 0)] * 2
    assert [release.update_id for release in stage.records(RELEASES)] == [update_id(1)]


# -- what the archive derives again, and edits


async def test_findings_alone_give_every_draft_its_disposition(stage: Stage) -> None:
    texts = (CLEAR, "Write to jo@mailbox.example.", "jo@mailbox.example", "...", "Maria Lopez sleeps.", HALVES[0],
             HALVES[1], "Guaranteed to cure, the best implant there is.")  # fmt: skip
    for n, text in enumerate(texts, 1):
        await stage.screen(text, n)
    for n, (_, _, _, sealed) in enumerate(BAD.values(), 20):
        await stage.screen("", n, sealed=sealed(stage, n))
    redraft = redraft_with(stage.vault, stage.clock)
    drafts = stage.drafts()
    edits = [
        redraft(stage.live_events[EVENT], draft, text, REVIEWER)
        for draft in drafts
        for text in (CLEAR, "Maria Lopez", "...")
    ]
    assert {d.disposition for d in drafts} == set(Disposition)
    assert {r for d in drafts for r in d.reasons} >= {code for code, *_ in BAD.values()}
    assert {d.disposition for d in edits} == {Disposition.HOLD, Disposition.REFUSE}
    for draft in (*drafts, *edits):
        assert dispose(draft.findings, load("strict")).disposition is draft.disposition, draft.reasons
        assert draft.policy == load("strict").ref


async def test_an_edit_is_sealed_screened_and_somebody_elses_to_approve(stage: Stage) -> None:
    await stage.screen("Maria Lopez sleeps.", 1)
    (before,) = stage.drafts()
    await stage.clock.advance(5)
    typed = "Maria Lopez sleeps well."
    edit = redraft_with(stage.vault, stage.clock)(stage.live_events[EVENT], before, typed, REVIEWER)
    assert (edit.revision, edit.cause, edit.update_id, edit.actor) == (1, before.id, update_id(1), REVIEWER)
    assert edit.authors == ("Noor", "S. de Wit")
    assert edit.text == "[name] sleeps well."
    assert edit.text_sha256 == sha256_hex(edit.text)
    assert (edit.disposition, edit.needs) == (Disposition.HOLD, Role.REVIEWER)
    assert edit.reasons == ("known-term", "name", "edited")
    assert edit.findings[0] == Finding(start=0, end=0, kind="edited", rule="edited", action=Action.HOLD)
    assert edit.sealed_edit is not None
    assert b"Lopez" not in edit.encode()
    inside = Written.model_validate_json(stage.vault.open_sealed(EVENT, edit.sealed_edit))
    assert (inside.text, inside.update_id, inside.live_event_id) == (typed, update_id(1), EVENT)


async def test_an_edit_never_lowers_whose_word_is_needed(stage: Stage) -> None:
    await stage.screen("Guaranteed to cure, the best implant there is.", 1)
    (before,) = stage.drafts()
    redraft = redraft_with(stage.vault, stage.clock)
    assert before.needs is Role.PHYSICIAN
    edit = redraft(stage.live_events[EVENT], before, CLEAR, REVIEWER)
    assert (edit.text, edit.disposition, edit.needs) == (CLEAR, Disposition.HOLD, Role.PHYSICIAN)
    assert edit.reasons == ("edited",)
    again = redraft(stage.live_events[EVENT], edit, "It fits.", REVIEWER)
    assert (again.revision, again.needs, again.authors) == (2, Role.PHYSICIAN, ("Noor", "S. de Wit"))


async def test_a_correction_waits_for_a_person_however_clear_it_is(stage: Stage) -> None:
    await stage.screen(CLEAR, 1)
    await stage.screen("It was the left knee.", 2, corrects=update_id(1))
    _, draft = stage.drafts()
    assert (draft.corrects, draft.disposition, draft.needs) == (update_id(1), Disposition.HOLD, Role.REVIEWER)
    assert (draft.text, draft.reasons) == ("It was the left knee.", ("correction",))
    assert [r.update_id for r in stage.records(RELEASES)] == [update_id(1)]
    assert dispose(draft.findings, load("strict")) == (draft.disposition, draft.needs, draft.reasons)


async def test_what_a_correction_says_is_more_urgent_than_that_it_is_one(stage: Stage) -> None:
    await stage.screen("It was Maria Lopez who said so.", 1, corrects=update_id(9))
    await stage.screen("", 2, corrects=update_id(9))
    held, empty = stage.drafts()
    assert (held.reasons[0], held.reasons[-1]) == ("known-term", "correction")
    assert (empty.disposition, empty.reasons) == (Disposition.REFUSE, ("empty", "correction"))


async def test_an_edited_correction_still_corrects(stage: Stage) -> None:
    await stage.screen("It was the left knee.", 1, corrects=update_id(9))
    (before,) = stage.drafts()
    edit = redraft_with(stage.vault, stage.clock)(stage.live_events[EVENT], before, "It is the left knee.", REVIEWER)
    assert (edit.corrects, edit.reasons) == (update_id(9), ("correction", "edited"))
    assert [f.kind for f in edit.findings] == ["edited", "correction"]


async def test_a_correction_that_cannot_be_read_still_says_what_it_corrects(stage: Stage) -> None:
    await stage.screen("", 1, sealed=foreign_seal("It was the left knee."), corrects=update_id(9))
    (draft,) = stage.drafts()
    assert (draft.text, draft.corrects) == ("", update_id(9))


async def test_an_edit_that_makes_a_claim_needs_a_physician_from_then_on(stage: Stage) -> None:
    await stage.screen("Maria Lopez sleeps.", 1)
    (before,) = stage.drafts()
    text = "Guaranteed to cure, the best implant there is."
    edit = redraft_with(stage.vault, stage.clock)(stage.live_events[EVENT], before, text, REVIEWER)
    assert (before.needs, edit.needs) == (Role.REVIEWER, Role.PHYSICIAN)


async def test_what_came_from_a_revoked_tablet_waits_for_the_director_however_clear_it_is(stage: Stage) -> None:
    await stage.screen(CLEAR, 1, held_back="revoked-tablet")
    await stage.screen("Guaranteed to cure, the best implant there is.", 2, held_back="revoked-tablet")
    clear, claim = stage.drafts()
    assert (clear.text, clear.disposition, clear.needs) == (CLEAR, Disposition.HOLD, Role.DIRECTOR)
    assert clear.reasons == ("revoked-tablet",)
    assert (claim.needs, claim.reasons[0]) == (Role.DIRECTOR, "revoked-tablet")
    assert stage.records(RELEASES) == []
    for draft in (clear, claim):
        assert dispose(draft.findings, load("strict")) == (draft.disposition, draft.needs, draft.reasons)


async def test_an_edit_of_it_is_still_the_directors(stage: Stage) -> None:
    await stage.screen(CLEAR, 1, held_back="revoked-tablet")
    (before,) = stage.drafts()
    edit = redraft_with(stage.vault, stage.clock)(stage.live_events[EVENT], before, "It fits well.", REVIEWER)
    assert (edit.disposition, edit.needs) == (Disposition.HOLD, Role.DIRECTOR)
    assert edit.reasons == ("revoked-tablet", "edited")


async def test_what_nobody_can_read_from_a_revoked_tablet_is_refused_as_ever(stage: Stage) -> None:
    await stage.screen("", 1, sealed="e30.a.b.c.d" + "e" * 40, held_back="revoked-tablet")
    (draft,) = stage.drafts()
    assert (draft.disposition, draft.reasons[-1]) == (Disposition.REFUSE, "revoked-tablet")


def change(stage: Stage, **changes: Any) -> None:
    """Another plan than the one the event opened with."""
    known = stage.live_events[EVENT]
    stage.live_events[EVENT] = known.model_copy(update={"plan": known.plan.model_copy(update=changes)})


ITEMS = (
    RunSheetItem(id="welcome", text="Welcome to the operating theatre."),
    RunSheetItem(id="fits", text="The new joint fits, after {minutes} minutes."),
)


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("Welcome to the operating theatre.", "welcome"),
        ("The new joint fits, after 45 minutes.", "fits"),
    ],
)
async def test_an_item_of_the_run_sheet_goes_on_where_a_person_reads_everything_else(
    stage: Stage, text: str, item: str
) -> None:
    rules = stage.live_events[EVENT].plan.release.model_copy(update={"review": "all"})
    change(stage, run_sheet=ITEMS, release=rules)
    await stage.screen(text, 1, run_sheet_item=item)
    await stage.screen(text, 2)
    assert [draft.disposition for draft in stage.drafts()] == [Disposition.CLEAR, Disposition.CLEAR]
    assert [r.update_id for r in stage.records(RELEASES)] == [update_id(1)]


@pytest.mark.parametrize("review", ["flagged", "all"])
@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("All is going to plan.", "welcome"),
        ("The new joint fits, after many minutes.", "fits"),
        ("The new joint fits, after 601 minutes.", "fits"),
        ("Welcome to the operating theatre.", "gone"),
    ],
)
async def test_what_only_says_that_it_is_an_item_waits_for_a_person(
    stage: Stage, text: str, item: str, review: str
) -> None:
    rules = stage.live_events[EVENT].plan.release.model_copy(update={"review": review})
    change(stage, run_sheet=ITEMS, release=rules)
    await stage.screen(text, 1, run_sheet_item=item)
    (draft,) = stage.drafts()
    assert (draft.disposition, draft.needs) == (Disposition.HOLD, Role.REVIEWER)
    assert "not-as-signed" in draft.reasons
    assert stage.records(RELEASES) == []
    assert dispose(draft.findings, load("strict")) == (draft.disposition, draft.needs, draft.reasons)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"signed_at": NOW + timedelta(days=1)}, "consent-not-yet"),
        ({"expires": NOW.date() - timedelta(days=1)}, "consent-expired"),
        ({"platforms": ("x",)}, "consent-platform"),
    ],
)
async def test_what_the_consent_does_not_cover_waits_and_says_so(
    stage: Stage, changes: dict[str, Any], code: str
) -> None:
    change(stage, consent=stage.live_events[EVENT].plan.consent.model_copy(update=changes))
    await stage.screen(CLEAR, 1)
    (draft,) = stage.drafts()
    assert (draft.disposition, draft.reasons) == (Disposition.HOLD, ("out-of-consent",))
    assert [found.rule for found in draft.findings] == [code]
    assert stage.records(RELEASES) == []

"""An invented live event in which everything happens that a report has to tell, of as many posts as asked for."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

from schemas.access import Access
from schemas.consent import Media
from schemas.control import Control
from schemas.dead_letter import DeadLetter
from schemas.decision import Decision
from schemas.draft import Action, Disposition, Draft, Finding
from schemas.envelope import Actor, Envelope, Role, sha256_hex, system
from schemas.ids import derive
from schemas.live_event import Destination, LiveEvent, Plan, Platform, RunSheetItem, Window
from schemas.receipt import Notice, Receipt, Retraction
from schemas.release import Release
from schemas.sighting import Sighting
from schemas.submission import Submission
from schemas.topics import (
    ACCESSES,
    CONTROLS,
    DEAD_LETTERS,
    DECISIONS,
    DRAFTS,
    LIVE_EVENTS,
    RECEIPTS,
    RELEASES,
    SIGHTINGS,
    SUBMISSIONS,
    Topic,
)
from streams.bus import Message
from tests.unit.archive.records import POLICY, at, consent, message

ID = "hip-2026"
PLACES = (
    Destination(platform=Platform.LOCAL),
    Destination(platform=Platform.X, account="@OurHospital"),
    Destination(platform=Platform.BLUESKY, account="ourhospital.example"),
    Destination(platform=Platform.MASTODON, account="@hospital@social.example"),
)
DIRECTOR = Actor(role=Role.DIRECTOR, name="J. Brandt")
PHYSICIAN = Actor(role=Role.PHYSICIAN, name="A. Visser")
REVIEWER = Actor(role=Role.REVIEWER, name="S. de Wit")
ADVOCATE = Actor(role=Role.ADVOCATE, name="E. Martens")
AUDITOR = Actor(role=Role.AUDITOR, name="M. Köhler")
WORDS = (
    "Good morning. Today you can follow a new hip being fitted.",
    "The patient agreed to this and can stop it at any time.",
    "The anaesthetist explains each step before it happens.",
    "Her [relative] walked with her to the door.",
    "Which hip? It is marked with a pen while the patient is awake.",
    "Team briefing: eight people, five minutes, one plan.",
    "The bone is measured on a scan first. The plan fits this hip.",
    "Größe 4 passt. Alles läuft ruhig: ein Schritt nach dem anderen, wie besprochen.",
)
KINDS = ("name", "relative", "unknown-name", "comparison", "date", "room")
EVERY_S = 30.0  # between two updates

_Told = Iterator[tuple[Topic, Envelope]]  # type: ignore[type-arg]  # any topic will do


def _id(n: int) -> Any:
    return derive("update", ID, n)


def _head(n: int, second: float, actor: Actor) -> dict[str, Any]:
    return {"update_id": _id(n), "live_event_id": ID, "at": at(second), "actor": actor}


def live_event(state: str, second: float, *, training: bool = False) -> LiveEvent:
    given = consent().model_copy(
        update={
            "expires": date(2027, 12, 1), "body_area": "left hip", "version": "3",
            "media": Media(text=True, photo=True, video=False), "recipients": "everybody who can read the thread",
            "information": "what is done to my hip, and how it goes", "purpose": "to show what happens",
        }
    )  # fmt: skip
    plan = Plan(
        id=ID, title="A total hip replacement, live", hashtag="#OurHipLive", languages=("en",), training=training,
        timezone="Europe/Amsterdam", window=Window(opens=at(0), closes=at(200_000)), destinations=PLACES, consent=given,
        phases=("arrival", "done"), run_sheet=(RunSheetItem(id="welcome", text=WORDS[0]),),
    )  # fmt: skip
    return LiveEvent(
        id=derive("live-event", ID), live_event_id=ID, at=at(second), actor=DIRECTOR, plan=plan,
        state="open" if state == "open" else "closed", sealing_key={"kty": "EC", "crv": "P-256", "x": "x", "y": "y"},
        policy_sha256=POLICY.sha256, consent_sha256="c" * 64, opened_at=at(0),
        closed_at=None if state == "open" else at(second),
    )  # fmt: skip


def control(kind: str, second: float, actor: Actor, n: int | None = None, **more: Any) -> Control:
    return Control(
        id=derive("control", ID, kind, str(second)), live_event_id=ID, at=at(second), actor=actor,
        kind=kind, update_id=_id(n) if n is not None else None, **more,
    )  # fmt: skip


def submission(n: int, second: float) -> Submission:
    reporter = Actor(role=Role.REPORTER, name=("T. Okafor", "L. Jansen")[n % 2], device=f"tablet-{n % 3 + 1}")
    return Submission(
        id=_id(n), **_head(n, second, reporter), sealed="e" * 60, sealed_sha256=sha256_hex(f"{n}"), phase="arrival",
        run_sheet_item="welcome" if n == 1 else None,
    )  # fmt: skip


def draft(n: int, second: float, text: str, disposition: Disposition, kinds: Sequence[str]) -> Draft:
    found = tuple(Finding(start=0, end=3, kind=kind, rule="terms", action=Action.HOLD) for kind in kinds)
    return Draft(
        id=derive("draft", _id(n), 0), **_head(n, second + 0.2, system("scrub")), text=text,
        text_sha256=sha256_hex(text), findings=found, disposition=disposition, policy=POLICY.ref,
        received_at=at(second), needs=Role.REVIEWER if disposition is Disposition.HOLD else None, reasons=tuple(kinds),
        run_sheet_item="welcome" if n == 1 else None,
    )  # fmt: skip


def decision(n: int, second: float, verdict: str, text: str, by: Actor) -> Decision:
    return Decision(
        id=derive("decision", _id(n)), **_head(n, second, by), draft_id=derive("draft", _id(n), 0), revision=0,
        verdict=verdict, text_sha256=sha256_hex(text), policy_sha256=POLICY.sha256,
        destinations=tuple(p.key for p in PLACES), binding_sha256="b" * 64,
        reason="compares-products" if verdict == "return" else None,
    )  # fmt: skip


def release(n: int, second: float, text: str, by: Actor | None, corrects: int | None = None) -> Release:
    return Release(
        id=derive("release", _id(n)), **_head(n, second, system("scrub")), draft_id=derive("draft", _id(n), 0),
        revision=0, text=text, text_sha256=sha256_hex(text), policy=POLICY.ref, destinations=PLACES,
        binding_sha256="b" * 64, not_before=at(second), received_at=at(second), approved_by=by,
        decision_id=derive("decision", _id(n)) if by else None, corrects=_id(corrects) if corrects else None,
    )  # fmt: skip


def receipt(n: int, place: Destination, second: float, text: str, outcome: str = "posted") -> Receipt:
    url = {
        "local": f"https://live.example/t/{ID}#{n}", "x": f"https://x.com/OurHospital/status/17899{n:05}",
        "bluesky": f"https://bsky.app/profile/ourhospital.example/post/3k{n:05}",
        "mastodon": f"https://social.example/@hospital/1119{n:05}",
    }[place.platform]  # fmt: skip
    return Receipt(
        id=derive("receipt", _id(n), place.key, outcome, str(second)), **_head(n, second, system("poster")),
        release_id=derive("release", _id(n)), destination=place.key, post_id=derive("post", _id(n), place.key), n=n,
        part=1, parts=1, outcome=outcome, text=text, text_sha256=sha256_hex(text),
        url=url if outcome == "posted" else None, posted_at=at(second) if outcome == "posted" else None,
        reason=None if outcome == "posted" else "no-answer",
    )  # fmt: skip


def retraction(n: int, place: Destination, second: float, outcome: str) -> Retraction:
    return Retraction(
        id=derive("retraction", _id(n), place.key), **_head(n, second, system("poster")), destination=place.key,
        post_id=derive("post", _id(n), place.key), outcome=outcome,
        reason=None if outcome == "deleted" else "no-answer",
    )  # fmt: skip


def _update(n: int, text: str, places: Sequence[Destination], *, corrects: int | None = None) -> _Told:
    """One update on its way; every fifth waits for a person, every seventeenth of all is returned."""
    second = n * EVERY_S
    held = n % 5 == 4
    yield SUBMISSIONS, submission(n, second)
    kinds = (KINDS[n % len(KINDS)],) * (n % 2 + 1) if held else ()
    yield DRAFTS, draft(n, second, text, Disposition.HOLD if held else Disposition.CLEAR, kinds)
    by = (REVIEWER, PHYSICIAN)[n % 2] if held else None
    if n % 17 == 14 and by is not None:
        yield DECISIONS, decision(n, second + 20, "return", text, by)
        return
    wait = 1.0 + (n * 37 % 60 if held else n % 7)
    if by is not None:
        yield DECISIONS, decision(n, second + wait, "approve", text, by)
    yield RELEASES, release(n, second + wait, text, by, corrects)
    for i, place in enumerate(places):
        yield RECEIPTS, receipt(n, place, second + wait + 0.5 + i / 4, text)


def _disturbances(posts: int, training: bool) -> _Told:
    """A stop that two people end, a hold, a post taken back but for X, a doubt, a dead letter, looks, a place away."""
    yield CONTROLS, control("sign-run-sheet", 1, PHYSICIAN, run_sheet_sha256="d" * 64)
    yield CONTROLS, control("retract", 200, ADVOCATE, 3)
    for place in PLACES:
        yield RECEIPTS, retraction(3, place, 204, "unknown" if place.platform == "x" else "deleted")
    yield CONTROLS, control("hold", 210.5, REVIEWER)
    yield CONTROLS, control("resume", 238, PHYSICIAN)
    yield CONTROLS, control("stop", 301, ADVOCATE)
    yield CONTROLS, control("resume", 340, DIRECTOR)
    yield CONTROLS, control("resume", 352, PHYSICIAN)
    yield CONTROLS, control("complication", 400, PHYSICIAN, mode="text-only")
    yield CONTROLS, control("complication-over", 430, PHYSICIAN)
    yield RECEIPTS, receipt(7, PLACES[1], 211, WORDS[7], "unknown")
    yield ACCESSES, _look("original-opened", 150, REVIEWER, draft_id=derive("draft", _id(4), 0), update_id=_id(4))
    notice: dict[str, Any] = {"live_event_id": ID, "actor": system("poster"), "destination": PLACES[3].key}
    yield RECEIPTS, Notice(id=derive("away"), at=at(260), notice="away", since=at(259), reason="unreachable", **notice)
    yield RECEIPTS, Notice(id=derive("back"), at=at(290), notice="back", since=at(290), **notice)
    yield DEAD_LETTERS, DeadLetter(
        id=derive("letter"), live_event_id=ID, at=at(300), actor=system("scrub"), topic="scrubcast.submissions.v1",
        partition=0, offset=77, stage="scrub", code="unsealable", reason="the seal is of another key",
    )  # fmt: skip
    last = (posts + 2) * EVERY_S
    yield SIGHTINGS, Sighting(
        id=derive("seen"), live_event_id=ID, at=at(last - 5), actor=system("poster"), update_id=_id(6),
        destination=PLACES[1].key, what="edited", source="platform-read", platform_id="1789900006", parts=("text",),
        url="https://x.com/OurHospital/status/1789900006", sealed="e" * 60,
    )  # fmt: skip
    yield LIVE_EVENTS, live_event("closed", last, training=training)
    yield ACCESSES, _look("exported", last + 90_000, AUDITOR)
    yield ACCESSES, _look("searched", last + 90_100, AUDITOR, filters=("words", "by"), results=12)


def _look(what: str, second: float, actor: Actor, **more: Any) -> Access:
    return Access(
        id=derive("access", what, str(second)), live_event_id=ID, at=at(second), actor=actor,
        what=what, **more,
    )  # fmt: skip


@cache
def eventful(updates: int = 12, *, training: bool = False, texts: tuple[str, ...] = WORDS) -> tuple[Message, ...]:
    """The records of an event of so many updates (12 at least), in the order of their topics' arrival."""
    told: list[tuple[Topic, Envelope]] = [(LIVE_EVENTS, live_event("open", 0, training=training))]  # type: ignore[type-arg]  # as above
    for n in range(1, updates + 1):
        text = texts[(n - 1) % len(texts)]
        told += _update(n, text, PLACES, corrects=5 if n == 8 else None)
    told += _disturbances(updates, training)
    return tuple(message(topic, record, i) for i, (topic, record) in enumerate(told))

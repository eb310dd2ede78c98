"""Invented records of one small live event, as they lie on the topics."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import UUID

from schemas.consent import Consent, Media
from schemas.control import Control
from schemas.decision import Decision
from schemas.draft import Action, Disposition, Draft, Finding
from schemas.envelope import Actor, Envelope, Role, sha256_hex, system
from schemas.ids import derive
from schemas.ledger import Ledger
from schemas.live_event import Destination, LiveEvent, Plan, Platform, Window
from schemas.page import PagePost
from schemas.policy import KindRule, Policy
from schemas.receipt import Receipt, Retraction
from schemas.release import Release
from schemas.submission import Submission
from schemas.thread import Post
from schemas.topics import (
    CONTROLS,
    DECISIONS,
    DRAFTS,
    LEDGER,
    LIVE_EVENTS,
    PAGES,
    RECEIPTS,
    RELEASES,
    SUBMISSIONS,
    Topic,
)
from streams.bus import Message

KNEE = "knee-2026"
START = datetime(2026, 12, 1, 8, 5, tzinfo=UTC)
LOCAL = Destination(platform=Platform.LOCAL)
REPORTER = Actor(role=Role.REPORTER, name="T. Okafor", device="tablet-1")
REVIEWER = Actor(role=Role.REVIEWER, name="S. de Wit")
SECRET = "Joris Vandenberg"  # planted: no byte of the archive may hold it
POLICY = Policy(name="strict", version=1, kinds={"name.person": KindRule(action=Action.HOLD)})
LOOSE = Policy(name="loose", version=1, kinds={"name.person": KindRule(action=Action.REDACT)})


def policy_document(name: str, sha256: str) -> bytes | None:
    for policy in (POLICY, LOOSE):
        if policy.sha256 == sha256 and policy.name == name:
            return policy.canonical
    return None


def dispose(findings: Sequence[Finding], policy: Policy) -> tuple[Disposition, Role | None, tuple[str, ...]]:
    """As the scrubber does: the strongest action of all findings."""
    actions = [policy.rule(finding.kind).action for finding in findings]
    strongest = max(actions, key=list(Action).index, default=Action.ALLOW)
    found = {Action.ALLOW: Disposition.CLEAR, Action.REDACT: Disposition.REDACTED, Action.HOLD: Disposition.HOLD}
    return found.get(strongest, Disposition.REFUSE), None, tuple(f.kind for f in findings)


def message(topic: Topic, record: Envelope, offset: int) -> Message:  # type: ignore[type-arg]  # any topic will do
    return Message(topic.name, 0, offset, topic.key(record), record.encode(), 0)


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def consent() -> Consent:
    words = {
        name: f"{name} of the form"
        for name in (
            "information", "disclosed_by", "recipients", "purpose", "right_to_revoke", "no_conditioning", "redisclosure"
        )
    }  # fmt: skip
    return Consent(
        subject="patient", expires=date(2027, 1, 1), signed_by="the patient", signature="sha256:" + "a" * 64,
        signed_at=at(-86_400), taken_by="E. Martens", copy_given=True, plain_language=True, language="en",
        legal_basis=("45 CFR 164.508",), advocate="E. Martens", remuneration=None,
        media=Media(text=True, photo=False, video=False), **words,
    )  # fmt: skip


def live_event(state: str = "open", live_event_id: str = KNEE, allow: tuple[str, ...] = ("Mako",)) -> LiveEvent:
    plan = Plan(
        id=live_event_id, title="A total knee replacement, live", hashtag="#OurKneeLive", languages=("en",),
        timezone="Europe/Amsterdam", window=Window(opens=at(0), closes=at(14_400)), destinations=(LOCAL,),
        consent=consent(), phases=("arrival", "done"), allow=allow,
    )  # fmt: skip
    return LiveEvent(
        id=derive("live-event", live_event_id), live_event_id=live_event_id, at=at(0), actor=system("desk"), plan=plan,
        state="open" if state == "open" else "closed", sealing_key={"kty": "EC", "crv": "P-256", "x": "x", "y": "y"},
        policy_sha256=POLICY.sha256, consent_sha256="c" * 64, opened_at=at(0),
    )  # fmt: skip


def submission(n: int, live_event_id: str = KNEE) -> Submission:
    update = derive("update", live_event_id, n)
    return Submission(
        id=update, update_id=update, live_event_id=live_event_id, at=at(n), actor=REPORTER,
        sealed=f"eyJhbGciOiJFQ0RILUVTIn0.{n}.{SECRET.replace(' ', '_')}", sealed_sha256=sha256_hex(f"sealed {n}"),
        phase="arrival",
    )  # fmt: skip


def draft(n: int, *, hold: bool = False, text: str | None = None) -> Draft:
    update = derive("update", KNEE, n)
    text = text or f"Update {n}: the plan fits this knee."
    found = (Finding(start=0, end=6, kind="name.person", rule="terms", action=Action.HOLD, score=0.97),) if hold else ()
    return Draft(
        id=derive("draft", update, 0), update_id=update, live_event_id=KNEE, at=at(n + 0.1), actor=system("scrub"),
        text=text, text_sha256=sha256_hex(text), findings=found, authors=("T. Okafor",), received_at=at(n),
        disposition=Disposition.HOLD if hold else Disposition.CLEAR, policy=POLICY.ref,
        needs=Role.REVIEWER if hold else None, reasons=("name.person",) if hold else (),
        sealed_edit=SECRET if hold else None,
    )  # fmt: skip


def decision(n: int, verdict: str = "approve") -> Decision:
    d = draft(n, hold=True)
    return Decision(
        id=derive("decision", d.id), update_id=d.update_id, live_event_id=KNEE, at=at(n + 0.2), actor=REVIEWER,
        draft_id=d.id, revision=0, verdict="approve" if verdict == "approve" else "return", text_sha256=d.text_sha256,
        policy_sha256=POLICY.sha256, destinations=("local",), binding_sha256="b" * 64, reason="name.person",
        note=f"It names {SECRET}",
    )  # fmt: skip


def release(n: int, *, by: Decision | None = None) -> Release:
    d = draft(n)
    return Release(
        id=derive("release", d.update_id), update_id=d.update_id, live_event_id=KNEE, at=at(n + 0.3),
        actor=system("scrub"), draft_id=d.id, revision=0, text=d.text, text_sha256=d.text_sha256, policy=POLICY.ref,
        destinations=(LOCAL,), binding_sha256="b" * 64, not_before=at(n + 0.3), received_at=at(n),
        approved_by=by.actor if by else None, decision_id=by.id if by else None,
    )  # fmt: skip


def post_id(n: int) -> UUID:
    return derive(release(n).id, "local", 1)


def intent(n: int) -> Ledger:
    r = release(n)
    post = Post(id=post_id(n), release_id=r.id, update_id=r.update_id, part=1, parts=1, text=r.text)
    return Ledger(
        id=derive("intent", post.id), live_event_id=KNEE, update_id=r.update_id, at=at(n + 0.4), kind="intent",
        actor=system("poster"), destination="local", epoch=1, writer=derive("writer"), post=post,
    )  # fmt: skip


def receipt(n: int, outcome: str = "posted") -> Receipt:
    r = release(n)
    return Receipt(
        id=derive("receipt", post_id(n), outcome), update_id=r.update_id, live_event_id=KNEE, at=at(n + 0.5),
        actor=system("poster"), release_id=r.id, destination="local", post_id=post_id(n), n=n, part=1, parts=1,
        outcome="posted" if outcome == "posted" else "not-posted", text=r.text, text_sha256=r.text_sha256,
        url=f"http://localhost/t/{KNEE}#{n}", posted_at=at(n + 0.5),
    )  # fmt: skip


def page(n: int, *, retracted: bool = False) -> PagePost:
    r = release(n)
    return PagePost(
        id=post_id(n), update_id=r.update_id, live_event_id=KNEE, at=at(n + 0.5), actor=system("poster"), n=n,
        text="" if retracted else r.text, state="retracted" if retracted else "posted", posted_at=at(n + 0.5),
    )  # fmt: skip


def retraction(n: int) -> Retraction:
    return Retraction(
        id=derive("retraction", post_id(n)), update_id=release(n).update_id, live_event_id=KNEE, at=at(n + 5),
        actor=system("poster"), destination="local", post_id=post_id(n), outcome="deleted",
    )  # fmt: skip


def control(kind: str, second: float, n: int | None = None) -> Control:
    return Control.model_validate(
        {
            "id": derive("control", kind, str(second)), "live_event_id": KNEE, "at": at(second),
            "actor": {"role": "director", "name": "J. Brandt"}, "kind": kind,
            "update_id": derive("update", KNEE, n) if n is not None else None, "reason": f"because of {SECRET}",
        }
    )  # fmt: skip


def posted(n: int) -> list[tuple[Topic, Envelope]]:  # type: ignore[type-arg]  # any topic will do
    """An update that policy alone let through to the local page."""
    return [
        (SUBMISSIONS, submission(n)), (DRAFTS, draft(n)), (RELEASES, release(n)), (LEDGER, intent(n)),
        (PAGES, page(n)), (RECEIPTS, receipt(n)),
    ]  # fmt: skip


@cache
def story() -> tuple[Message, ...]:
    """A small live event of 50 records: seven posted, one approved, one returned, one taken back, a stop."""
    by = decision(8)
    happened: list[tuple[Topic, Envelope]] = [(LIVE_EVENTS, live_event())]  # type: ignore[type-arg]  # as above
    for n in range(1, 8):
        happened += posted(n)
    happened += [(SUBMISSIONS, submission(8)), (DRAFTS, draft(8, hold=True)), (DECISIONS, by)]
    happened += [(RELEASES, release(8, by=by)), (RECEIPTS, receipt(8))]
    happened += [(SUBMISSIONS, submission(9)), (DRAFTS, draft(9, hold=True)), (DECISIONS, decision(9, "return"))]
    happened += [(CONTROLS, control("retract", 20, 3)), (PAGES, page(3, retracted=True)), (RECEIPTS, retraction(3))]
    happened += [(CONTROLS, control("stop", 30)), (LIVE_EVENTS, live_event("closed"))]
    return tuple(message(topic, record, i) for i, (topic, record) in enumerate(happened))

"""One record of each topic, written out; `python -m tests.golden.records` writes new ones, never an old one again."""

from pathlib import Path
from uuid import UUID

from schemas.access import ALL, Access
from schemas.control import Control
from schemas.dead_letter import DeadLetter
from schemas.decision import Decision
from schemas.draft import Action, Disposition, Finding
from schemas.enrolment import ENROLMENTS_OF, Invitation, Passkey, Person, Pin, PublicKey, Tablet
from schemas.envelope import Envelope, Role, sha256_hex, system
from schemas.ledger import Ledger
from schemas.message import StaffMessage
from schemas.page import PagePost
from schemas.preparation import Preparation, Rehearsal, Tick
from schemas.presence import PRESENCES_OF, Presence
from schemas.receipt import Notice, Receipt, Retraction
from schemas.release import Release
from schemas.retention import STAFF, Erasure, Left, LegalHold
from schemas.sighting import Sighting
from schemas.submission import Signed, Submission
from schemas.thread import Post
from tests.examples import DIRECTOR, NOOR, NOW, POLICY, REVIEWER, draft, live_event

GOLDEN = Path(__file__).parent / "v1"
UPDATE = UUID("01930000-0000-7000-8000-000000000001")
OTHER = UUID("01930000-0000-7000-8000-000000000002")
TEXT = "The new joint fits."


def golden_records() -> dict[str, Envelope]:
    head = {"live_event_id": "knee-2026", "at": NOW, "update_id": UPDATE, "cause": OTHER}
    post = Post(id=OTHER, release_id=OTHER, update_id=UPDATE, part=0, parts=1, text=TEXT, lang="en")
    finding = Finding(start=4, end=9, kind="known-term", rule="known-term.exact", action=Action.HOLD, law="GDPR 4(1)")
    bound = {"text_sha256": sha256_hex(TEXT), "binding_sha256": "c" * 64}
    return {
        "submissions": Submission(**head, id=UPDATE, actor=NOOR, sealed="e30.a.b.c.d", sealed_sha256="d" * 64),
        "signed-submission": Submission(
            **head, id=UPDATE, actor=NOOR, sealed="e30.a.b.c.d", sealed_sha256="d" * 64, held_back="revoked-tablet",
            signed=Signed(
                tablet_id=OTHER, time="2026-12-01T09:00:00.000Z", counter=7, signature="A" * 86, body_sha256="b" * 64
            ),
        ),
        "drafts": draft(findings=(finding,), disposition=Disposition.HOLD, needs=Role.REVIEWER, reasons=("name",)),
        "decisions": Decision(
            **head, **bound, id=OTHER, actor=REVIEWER, draft_id=OTHER, revision=0, verdict="approve",
            policy_sha256=POLICY.sha256, destinations=("local",), expires_at=NOW,
        ),
        "releases": Release(
            **head, **bound, id=OTHER, actor=REVIEWER, draft_id=OTHER, revision=0, text=TEXT, policy=POLICY,
            destinations=live_event().plan.destinations, not_before=NOW, received_at=NOW, approved_by=REVIEWER,
        ),
        "receipts": Receipt(
            **head, id=OTHER, actor=system("poster"), release_id=OTHER, destination="local", post_id=OTHER, n=1, part=0,
            parts=1, outcome="posted", text=TEXT, text_sha256=sha256_hex(TEXT), platform_id="p1", posted_at=NOW,
        ),
        "retraction": Retraction(
            **head, id=OTHER, actor=system("poster"), destination="local", post_id=OTHER, outcome="deleted"
        ),
        "notice": Notice(
            id=OTHER, live_event_id="knee-2026", at=NOW, actor=system("poster"), notice="standalone",
            destination="x:@OurHospital", since=NOW, reason="replies-forbidden",
        ),
        "settlement": Control(
            **head, id=OTHER, actor=DIRECTOR, kind="settle", destination="x:@OurHospital", post_id=OTHER,
            found="there", url="https://x.com/OurHospital/status/1",
        ),
        "presences": Presence(
            id=OTHER, live_event_id=PRESENCES_OF, at=NOW, actor=system("poster"), instance="poster-1", writer=OTHER,
            state="works",
        ),
        "invitation": Invitation(
            id=OTHER, live_event_id=ENROLMENTS_OF, at=NOW, actor=DIRECTOR, code_sha256="e" * 64, expires_at=NOW
        ),
        "enrolments": Tablet(
            id=UPDATE, live_event_id=ENROLMENTS_OF, at=NOW, actor=system("intake"), name="OR 3", invitation_id=OTHER,
            # The example of RFC 7515 appendix A.3.
            public_key=PublicKey(
                x="f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y="x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
            ),
            enrolled_at=NOW, state="enrolled",
        ),
        "person": Person(
            id=OTHER, live_event_id=ENROLMENTS_OF, at=NOW, actor=DIRECTOR, name="Noor", initials="N",
            pin=Pin(salt="0" * 32, hash="f" * 64, log2_n=14),
        ),
        "passkey": Passkey(
            id=OTHER, live_event_id=ENROLMENTS_OF, at=NOW, actor=DIRECTOR, person_id=OTHER, invitation_id=UPDATE,
            credential_id="Y3JlZGVudGlhbA", public_key="pQECAyYgASFYIA", sign_count=1, transports=("internal",),
            enrolled_at=NOW,
        ),
        "preparations": Preparation(
            id=OTHER, live_event_id="knee-2026", at=NOW, actor=DIRECTOR, file={"id": "knee-2026"}, protected=3,
            ticks=(Tick(check="cost", by=DIRECTOR, at=NOW),),
            rehearsal=Rehearsal(
                live_event_id="knee-2026-rehearsal", began_at=NOW, ended_at=NOW, planted=40, caught=39, slipped=1,
                slowest_answer_s=65.0, median_answer_s=12.5,
            ),
        ),
        "messages": StaffMessage(
            id=OTHER, live_event_id="knee-2026", at=NOW, actor=DIRECTOR, sealed="e30.a.b.c.d" + "A" * 40
        ),
        "controls": Control(**head, id=OTHER, actor=DIRECTOR, kind="retract"),
        "accesses": Access(**head, id=OTHER, actor=REVIEWER, draft_id=OTHER, what="original-opened"),
        "search-access": Access(
            live_event_id=ALL, at=NOW, id=OTHER, actor=REVIEWER, what="searched", filters=("words", "by"), results=1,
            live_events=("knee-2026",),
        ),
        "committed-draft": draft(raw_commit="a" * 64, text_commit="b" * 64),
        "retentions": LegalHold(
            id=OTHER, live_event_id="knee-2026", at=NOW, actor=DIRECTOR, act="place", hold_id=OTHER, matter="2027/114"
        ),
        "erasure": Erasure(
            id=OTHER, live_event_id="knee-2026", at=NOW, actor=DIRECTOR, reason="withdrawal", whose=OTHER,
            erased=("sealing-key", "protected-terms", "commitment-key"), terms=3, despite=(UPDATE,),
            left=(Left(what="public-post", count=1, place="x:@OurHospital"), Left(what="backup", until=NOW)),
        ),
        "staff-erasure": Erasure(
            id=OTHER, live_event_id=STAFF, at=NOW, actor=DIRECTOR, reason="request", whose=UPDATE,
            erased=("pin", "passkeys", "name-in-enrolments"), left=(Left(what="name-of-staff"),),
        ),
        "sightings": Sighting(
            **head, id=OTHER, actor=system("poster"), destination="bluesky:@ourhospital.test", what="edited",
            source="platform-read", post_id=OTHER, platform_id="at://did:plc:x/app.bsky.feed.post/3k", n=1, url="https://b",
            parts=("text", "links"), text_sha256="a" * 64, sealed="e30.a.b.c.d", version="bafy",
        ),
        "ledger": Ledger(
            **head, id=OTHER, actor=system("poster"), destination="local", epoch=1, writer=OTHER,
            kind="intent", post=post, n=1,
        ),
        "pages": PagePost(**head, id=OTHER, actor=system("poster"), n=1, text=TEXT, phase="key step", posted_at=NOW),
        "live-events": live_event(),
        "dead-letters": DeadLetter(
            **head, id=OTHER, actor=system("scrub"), topic="scrubcast.submissions.v1", partition=0, offset=7,
            stage="scrub", code="undecodable", reason="Submission: sealed: missing",
        ),
    }  # fmt: skip


if __name__ == "__main__":
    for name, record in golden_records().items():
        path = GOLDEN / f"{name}.json"
        if not path.exists():
            path.write_bytes(record.encode())

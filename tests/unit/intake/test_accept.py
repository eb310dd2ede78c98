"""What the door takes and refuses, by example; each refusal with its code, status and no word of the request."""

import base64
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from producers.intake.accept import BODY_MAX, Accepted, Repeated, Seen, Underway, accept
from schemas.envelope import Actor, Role, sha256_hex
from schemas.errors import Refused
from schemas.live_event import LiveEvent
from schemas.submission import SEALED_MAX, IntakeReceipt
from streams.sealing import new_key, seal
from tests.examples import ADVOCATE, NOOR, NOW, live_event

PRIVATE, PUBLIC = new_key()
EVENT = live_event().model_copy(update={"sealing_key": PUBLIC})
UPDATE = UUID("01930000-0000-7000-8000-000000000001")
EARLIER = UUID("01930000-0000-7000-8000-000000000002")
SEALED = seal(PUBLIC, b'{"text":"Going to plan"}')


def body(**changes: Any) -> bytes:
    return json.dumps({"update_id": str(UPDATE), "sealed": SEALED} | changes).encode()


def asked(
    content: bytes,
    *,
    event: LiveEvent | None = EVENT,
    actor: Actor = NOOR,
    after: timedelta = timedelta(0),
    seen: Seen | None = None,
    known: tuple[tuple[str, UUID], ...] = (),
    live_event_id: str = "knee-2026",
) -> Accepted | Repeated | Underway:
    return accept(
        content,
        live_event=event,
        live_event_id=live_event_id,
        actor=actor,
        device="tablet-4",
        now=NOW + after,
        seen=lambda _: seen,
        knows=lambda event_id, update_id: (event_id, update_id) in known,
    )


def refusal(content: bytes, **how: Any) -> tuple[str, int]:
    with pytest.raises(Refused) as refused:
        asked(content, **how)
    return refused.value.code, refused.value.status


def test_a_sealed_update_becomes_a_submission_with_the_tablets_own_id() -> None:
    outcome = asked(body(phase="incision", run_sheet_item="welcome"))
    assert isinstance(outcome, Accepted)
    submission = outcome.submission
    assert (submission.id, submission.update_id, submission.live_event_id) == (UPDATE, UPDATE, "knee-2026")
    assert (submission.phase, submission.run_sheet_item, submission.at) == ("incision", "welcome", NOW)
    assert submission.actor == Actor(role=Role.REPORTER, name="Noor", device="tablet-4")
    assert (submission.sealed, submission.sealed_sha256) == (SEALED, sha256_hex(SEALED))


def test_the_same_bytes_again_get_the_first_receipt_even_after_the_event_has_closed() -> None:
    receipt = IntakeReceipt(
        update_id=UPDATE,
        live_event_id="knee-2026",
        sealed_sha256=sha256_hex(SEALED),
        received_at=NOW,
        partition=1,
        offset=7,
    )
    seen = Seen("knee-2026", sha256_hex(SEALED), receipt)
    assert asked(body(), seen=seen, after=timedelta(days=1)) == Repeated(receipt)


def test_the_same_bytes_while_kafka_has_not_answered_wait_for_the_same_write() -> None:
    assert asked(body(), seen=Seen("knee-2026", sha256_hex(SEALED), None)) == Underway(UPDATE)


def test_another_content_under_a_known_id_is_in_conflict() -> None:
    assert refusal(body(), seen=Seen("knee-2026", "0" * 64, None)) == ("other-content", 409)
    assert refusal(body(), seen=Seen("hip-2026", sha256_hex(SEALED), None)) == ("other-content", 409)


def test_a_correction_names_what_it_corrects() -> None:
    outcome = asked(body(corrects=str(EARLIER)), known=(("knee-2026", EARLIER),))
    assert isinstance(outcome, Accepted)
    assert outcome.submission.corrects == EARLIER


def test_only_an_update_of_this_event_can_be_corrected() -> None:
    assert refusal(body(corrects=str(EARLIER))) == ("unknown-update", 404)
    assert refusal(body(corrects=str(EARLIER)), known=(("hip-2026", EARLIER),)) == ("unknown-update", 404)
    assert refusal(body(corrects=str(UPDATE)), known=(("knee-2026", UPDATE),)) == ("bad-corrects", 422)
    assert refusal(body(corrects="the one before")) == ("bad-corrects", 422)


def test_the_same_words_that_correct_something_else_are_in_conflict() -> None:
    plain, correcting = (Seen("knee-2026", sha256_hex(SEALED), None, c) for c in (None, EARLIER))
    assert refusal(body(corrects=str(EARLIER)), seen=plain) == ("other-content", 409)
    assert refusal(body(), seen=correcting) == ("other-content", 409)
    assert asked(body(corrects=str(EARLIER)), seen=correcting) == Underway(UPDATE)


def test_an_unknown_live_event_is_not_found() -> None:
    assert refusal(body(), event=None) == ("unknown-live-event", 404)


def test_who_may_not_write_is_refused_before_anything_is_read() -> None:
    assert refusal(b"not even JSON", actor=ADVOCATE) == ("wrong-role", 403)


@pytest.mark.parametrize("role", [Role.REPORTER, Role.REVIEWER, Role.PHYSICIAN, Role.DIRECTOR])
def test_these_roles_may_write(role: Role) -> None:
    assert isinstance(asked(body(), actor=Actor(role=role, name="Someone")), Accepted)


def test_after_the_window_the_reason_says_when_it_closed_where_the_event_is() -> None:
    with pytest.raises(Refused) as refused:
        asked(body(), after=timedelta(hours=3))
    assert str(refused.value) == (
        "The event closed at 13:00. Your update is kept on the tablet and is not posted. Ask the director."
    )
    assert (refused.value.code, refused.value.status) == ("window-closed", 409)


def test_a_closed_event_says_when_it_was_closed() -> None:
    closed = EVENT.model_copy(update={"state": "closed", "closed_at": NOW - timedelta(minutes=29)})
    with pytest.raises(Refused, match=r"^The event closed at 09:31\."):
        asked(body(), event=closed)
    with pytest.raises(Refused, match=r"^The event closed at 09:31\."):
        asked(body(), event=closed, after=timedelta(days=1))


def test_the_last_instant_of_the_window_is_taken_and_the_next_is_not() -> None:
    assert isinstance(asked(body(), after=timedelta(hours=3, microseconds=-1)), Accepted)
    assert refusal(body(), after=timedelta(hours=3)) == ("window-closed", 409)


def test_before_the_window_the_reason_says_when_it_opens() -> None:
    with pytest.raises(Refused) as refused:
        asked(body(), after=timedelta(hours=-2))
    assert str(refused.value) == "The event opens at 09:00. Send the update then."
    assert (refused.value.code, refused.value.status) == ("window-not-open", 409)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ("bad-json", 400)),
        (b"{", ("bad-json", 400)),
        (b'{"update_id": "\xff"}', ("bad-json", 400)),
        (b"[" * 5_000, ("bad-json", 400)),
        (b"[]", ("invalid", 422)),
        (b"{}", ("invalid", 422)),
        (body(text="Mrs Lopez is here"), ("unknown-field", 422)),
        (body(**{"Mrs Lopez": 1}), ("unknown-field", 422)),
        (body(update_id="6f1f7f0e-0c7e-4d9a-9f43-4a1e5f6c2b7d"), ("bad-id", 422)),
        (body(update_id="Mrs Lopez"), ("bad-id", 422)),
        (body(update_id=7), ("bad-id", 422)),
        (body(sealed="A" * (SEALED_MAX + 1)), ("too-long", 413)),
        (body(sealed="Mrs Lopez"), ("bad-seal", 422)),
        (body(sealed=None), ("bad-seal", 422)),
        (body(phase=["x"]), ("invalid", 422)),
        (body(phase="x" * 41), ("invalid", 422)),
        (body(phase="Mrs Lopez"), ("unknown-phase", 422)),
        (body(run_sheet_item="Mrs Lopez"), ("unknown-run-sheet-item", 422)),
        (b" " * (BODY_MAX + 1), ("too-large", 413)),
    ],
)
def test_bad_input_is_refused_with_its_code(content: bytes, expected: tuple[str, int]) -> None:
    assert refusal(content) == expected


@pytest.mark.parametrize(
    "content",
    [
        body(text="Mrs Lopez"),
        body(**{"Mrs Lopez": 1}),
        body(update_id="Mrs Lopez"),
        body(sealed="Mrs Lopez"),
        body(phase="Mrs Lopez"),
        body(run_sheet_item="Mrs Lopez"),
    ],
)
def test_no_refusal_repeats_what_was_sent(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        asked(content)
    assert "Lopez" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_body_of_exactly_the_limit_is_read() -> None:
    content = body()
    assert isinstance(asked(content + b" " * (BODY_MAX - len(content))), Accepted)


def _with_header(change: dict[str, Any], *, remove: str = "") -> str:
    header, *rest = SEALED.split(".")
    found = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    found = {name: value for name, value in found.items() if name != remove} | change
    encoded = base64.urlsafe_b64encode(json.dumps(found).encode()).decode().rstrip("=")
    return ".".join((encoded, *rest))


HEADER, KEY, IV, CONTENT, TAG = SEALED.split(".")


@pytest.mark.parametrize(
    "sealed",
    [
        "A" * 60,
        f"{HEADER}.{KEY}.{IV}.{CONTENT}",
        f"{HEADER}.{KEY}.{IV}.{CONTENT}.{TAG}.{TAG}",
        f"{HEADER}.AAAA.{IV}.{CONTENT}.{TAG}",
        ".".join((HEADER, KEY, IV[1:], CONTENT, TAG)),
        f"{HEADER}.{KEY}.{IV}..{TAG}",
        ".".join((HEADER, KEY, IV, CONTENT, TAG[1:])),
        _with_header({"alg": "RSA-OAEP"}),
        _with_header({"enc": "A128GCM"}),
        _with_header({"zip": "DEF"}),
        _with_header({"crit": ["b64"]}),
        _with_header({"epk": {"kty": "EC", "crv": "P-521"}}),
        _with_header({"epk": "x"}),
        _with_header({}, remove="epk"),
        _with_header({"cty": "x" * 600}),
        base64.urlsafe_b64encode(b"[" * 6_000).decode() + "." + f"{KEY}.{IV}.{CONTENT}.{TAG}",
    ],
)
def test_what_is_no_seal_of_ours_is_refused(sealed: str) -> None:
    assert refusal(body(sealed=sealed)) == ("bad-seal", 422)


def test_a_seal_to_another_events_key_is_refused() -> None:
    _, other = new_key()
    assert refusal(body(sealed=seal(other, b"{}"))) == ("wrong-key", 422)
    assert refusal(body(sealed=_with_header({}, remove="kid"))) == ("wrong-key", 422)

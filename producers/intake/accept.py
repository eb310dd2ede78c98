"""Decides whether an update is taken in: bytes of a request in; a submission, an earlier receipt or Refused out.

Nothing that was sent is ever repeated in a reason: field names and values of a request are staff's words too.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from schemas.envelope import Actor, Role, sha256_hex
from schemas.errors import Refused
from schemas.live_event import LiveEvent
from schemas.submission import TEXT_MAX, HeldBack, IntakeReceipt, Signed, Submission, SubmissionRequest
from streams.auth import require
from streams.sealing import header_of

BODY_MAX = 64_000  # bytes; four times the longest seal, so that only what is no update at all is cut off
HEADER_MAX = 600  # characters; ours have about 310, and a longer one could nest deeper than a JSON parser goes
MAY_WRITE = (Role.REPORTER, Role.REVIEWER, Role.PHYSICIAN, Role.DIRECTOR)

# What a seal's header may say. `zip` would let a small body grow without limit, `crit` asks for what we do not know.
SEAL_HEADER = frozenset({"alg", "enc", "kid", "cty", "typ", "epk"})
IV_CHARACTERS = 16  # 96 bits (RFC 7518 section 5.3) in base64url
TAG_CHARACTERS = 22  # 128 bits


@dataclass(frozen=True)
class Seen:
    """What is known of an id that came before; without a receipt while Kafka has not answered yet."""

    live_event_id: str
    sealed_sha256: str
    receipt: IntakeReceipt | None
    corrects: UUID | None = None
    by: Actor | None = None
    signed_with: tuple[UUID, int] | None = None  # the tablet and its counter

    @classmethod
    def of(cls, submission: Submission, receipt: IntakeReceipt | None) -> Self:
        signed = submission.signed
        return cls(
            live_event_id=submission.live_event_id,
            sealed_sha256=submission.sealed_sha256,
            receipt=receipt,
            corrects=submission.corrects,
            by=submission.actor,
            signed_with=(signed.tablet_id, signed.counter) if signed else None,
        )


@dataclass(frozen=True)
class Accepted:
    """New: to be written to `submissions`."""

    submission: Submission


@dataclass(frozen=True)
class Repeated:
    """Sent before, the very same bytes: the same answer again."""

    receipt: IntakeReceipt


@dataclass(frozen=True)
class Underway:
    """Sent before, and its acknowledgement is being waited for: wait with it instead of writing twice."""

    update_id: UUID


def accept(
    body: bytes,
    *,
    live_event: LiveEvent | None,
    live_event_id: str,
    actor: Actor,
    device: str | None,
    now: datetime,
    seen: Callable[[UUID], Seen | None],
    knows: Callable[[str, UUID], bool],
    signed: Signed | None = None,
    held_back: HeldBack | None = None,
    used: Callable[[UUID, int], UUID | None] = lambda _tablet, _counter: None,
) -> Accepted | Repeated | Underway:
    """What to do with the body of a POST. Raises Refused with a reason to act on; then nothing is queued.

    A repetition is answered before the window is looked at: a tablet that lost the answer must get its receipt even
    after the live event has closed. `knows` says whether an update of this live event is known by that id: what it
    names is corrected in its own place, whether it is public yet or still waits. `signed`: the tablet's signature,
    which holds; `used` says which update bore this number of its counter before. `held_back`: only the director may let
    it go on.
    """
    require(actor, *MAY_WRITE)
    request = _parsed(body)
    if live_event is None or live_event.live_event_id != live_event_id:
        raise Refused(
            "There is no such live event here. Choose one from the list.", code="unknown-live-event", status=404
        )
    digest = sha256_hex(request.sealed)
    known = seen(request.update_id)
    if known is not None:
        return _again(known, request, live_event_id, digest)
    if signed is not None and used(signed.tablet_id, signed.counter) not in (None, request.update_id):
        raise replayed()
    _check_window(live_event, now)
    _check_seal(request.sealed, live_event)
    _check_plan(request, live_event)
    _check_corrected(request, live_event_id, knows)
    return Accepted(
        Submission(
            id=request.update_id,
            live_event_id=live_event_id,
            at=now,
            actor=actor.model_copy(update={"device": device}),
            update_id=request.update_id,
            sealed=request.sealed,
            sealed_sha256=digest,
            phase=request.phase,
            run_sheet_item=request.run_sheet_item,
            corrects=request.corrects,
            signed=signed,
            held_back=held_back,
        )
    )


def replayed() -> Refused:
    return Refused(
        "Another request of this tablet bore this number of its counter. Nothing was changed; sign this one anew.",
        code="replayed",
        status=409,
    )


def update_id_in(body: bytes) -> str:
    """The id as a body spells it, for the signature over it; empty where there is none. Judges nothing."""
    try:
        found = json.loads(body).get("update_id")
    except (ValueError, AttributeError, RecursionError):
        return ""
    return found if isinstance(found, str) else ""


def _again(known: Seen, request: SubmissionRequest, live_event_id: str, digest: str) -> Repeated | Underway:
    # What it corrects is part of what it says; phase and run sheet only place it.
    if (known.live_event_id, known.sealed_sha256, known.corrects) != (live_event_id, digest, request.corrects):
        raise Refused(
            "Another update came under this id before. Nothing was changed; send this one under an id of its own.",
            code="other-content",
            status=409,
        )
    return Underway(request.update_id) if known.receipt is None else Repeated(known.receipt)


def _parsed(body: bytes) -> SubmissionRequest:
    if len(body) > BODY_MAX:
        too_large()
    try:
        return SubmissionRequest.model_validate_json(body)
    except ValidationError as error:
        found = error.errors(include_input=False, include_context=False, include_url=False)
    kind, place = found[0]["type"], found[0]["loc"][:1]
    if kind == "json_invalid":
        raise Refused("The body is not JSON.", code="bad-json", status=400)
    if any(e["type"] == "extra_forbidden" for e in found):  # asked first: its place is a word of the request
        raise Refused(
            "There is a field that is not known here; known are update_id, sealed, phase, run_sheet_item and corrects.",
            code="unknown-field",
        )
    if place == ("sealed",) and kind == "string_too_long":
        raise Refused(
            f"The update is too long: at most {TEXT_MAX:,} characters. Send it in two.", code="too-long", status=413
        )
    if place == ("sealed",) and kind.startswith("string_"):
        raise Refused("`sealed` is no sealed update: a compact JWE was expected.", code="bad-seal")
    if place == ("update_id",) and kind != "missing":
        raise Refused("`update_id` has to be a UUID of version 7.", code="bad-id")
    if place == ("corrects",):
        raise Refused("`corrects` has to be the id of an update.", code="bad-corrects")
    where = f"`{place[0]}`" if place else "the body"  # a known field's name: unknown ones were answered above
    raise Refused(f"{where} is wrong: {kind}.", code="invalid")


def too_large() -> NoReturn:
    raise Refused(f"At most {BODY_MAX:,} bytes are taken for one update.", code="too-large", status=413)


def _check_window(live_event: LiveEvent, now: datetime) -> None:
    window = live_event.plan.window
    ends = [window.closes] if now >= window.closes else []
    if live_event.state == "closed":
        ends.append(live_event.closed_at or now)
    if ends:
        raise Refused(
            f"The event closed at {_clock(min(ends), live_event)}. "
            "Your update is kept on the tablet and is not posted. Ask the director.",
            code="window-closed",
            status=409,
        )
    if now < window.opens:
        raise Refused(
            f"The event opens at {_clock(window.opens, live_event)}. Send the update then.",
            code="window-not-open",
            status=409,
        )


def _clock(at: datetime, live_event: LiveEvent) -> str:
    return at.astimezone(ZoneInfo(live_event.plan.timezone)).strftime("%H:%M")


def _check_seal(sealed: str, live_event: LiveEvent) -> None:
    """That it is a JWE of ours, to this event's key. Whether it can be opened only the vault's holder can tell."""
    if len(sealed.partition(".")[0]) > HEADER_MAX:
        raise Refused("The header of the seal is too long.", code="bad-seal")
    header = header_of(sealed)
    _, wrapped_key, iv, content, tag = sealed.split(".")
    epk = header.get("epk")
    well_formed = (
        header.keys() <= SEAL_HEADER
        and isinstance(epk, dict)
        and (epk.get("kty"), epk.get("crv")) == ("EC", "P-256")
        and wrapped_key == ""  # ECDH-ES agrees on the key directly (RFC 7518 section 4.6)
        and (len(iv), len(tag)) == (IV_CHARACTERS, TAG_CHARACTERS)
        and content != ""
    )
    if not well_formed:
        raise Refused("`sealed` is no sealed update of ours.", code="bad-seal")
    if header.get("kid") != live_event.sealing_key.get("kid"):
        raise Refused(
            "The update was sealed to another key than this event's. Load the event again, then send it once more.",
            code="wrong-key",
        )


def _check_plan(request: SubmissionRequest, live_event: LiveEvent) -> None:
    plan = live_event.plan
    if request.phase is not None and request.phase not in plan.phases:
        raise Refused("This event has no such phase. Choose one of its own.", code="unknown-phase")
    items = {item.id for item in plan.run_sheet}
    if request.run_sheet_item is not None and request.run_sheet_item not in items:
        raise Refused("The run sheet has no such item. Choose one of its own.", code="unknown-run-sheet-item")


def _check_corrected(request: SubmissionRequest, live_event_id: str, knows: Callable[[str, UUID], bool]) -> None:
    if request.corrects is None:
        return
    if request.corrects == request.update_id:
        raise Refused("An update cannot correct itself. Name the earlier one.", code="bad-corrects")
    if not knows(live_event_id, request.corrects):
        raise Refused(
            "This event has no update of the id that `corrects` names. Name one of its own.",
            code="unknown-update",
            status=404,
        )

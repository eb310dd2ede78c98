"""What an archived event can be judged with again: the detectors, its terms, and what was typed while that is kept.

What was typed lies sealed on the topics for as long as the schedule keeps it there, and opens while the event's key
lives. It goes into the screening and nowhere else: not into a log line, not into an answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from pydantic import ValidationError

from consumers.archive.replay import Replay, Step
from consumers.archive.retrial import RECENT_MAX, Lack, Materials, Screen, Typed
from deploy.settings import Scrub
from schemas.draft import Draft, Finding
from schemas.errors import Broken, Refused, Unavailable
from schemas.live_event import Plan
from schemas.policy import Policy
from schemas.submission import Submission, Written
from schemas.topics import DRAFTS, SUBMISSIONS, partition_of
from streams.bus import Bus, Message
from streams.vault import KeyDestroyed, Vault


@dataclass(frozen=True)
class Sealed:
    """What the topics still hold of one event, as it was sealed: updates in their order, and edits by draft."""

    updates: Mapping[UUID, str] = field(default_factory=dict)
    edits: Mapping[UUID, str] = field(default_factory=dict)
    reached: bool = True


NOT_REACHED = Sealed(reached=False)
AWAY = (Unavailable, Refused)  # the broker does not answer, or nothing says where it is


async def sealed_of(bus: Bus, live_event_id: str) -> Sealed:
    """Reads both topics to their ends; a broker that is away is said, not raised: the rest can be judged all the
    same."""
    try:
        partition = partition_of(live_event_id, await bus.partitions(SUBMISSIONS.name))
        async with bus.follow([SUBMISSIONS.name, DRAFTS.name]) as follower:
            submissions = await follower.read_to_end(SUBMISSIONS.name, partition)
            drafts = await follower.read_to_end(DRAFTS.name, partition)
    except Unavailable:
        return NOT_REACHED
    return Sealed(dict(_updates(submissions, live_event_id)), dict(_edits(drafts, live_event_id)))


def _updates(messages: Sequence[Message], live_event_id: str) -> Iterable[tuple[UUID, str]]:
    seen: set[UUID] = set()
    for message in messages:
        try:
            found = Submission.decode(message.value or b"")
        except Refused:
            continue
        update_id = found.update_id or found.id
        if found.live_event_id == live_event_id and update_id not in seen:  # of two copies the first was screened
            seen.add(update_id)
            yield update_id, found.sealed


def _edits(messages: Sequence[Message], live_event_id: str) -> Iterable[tuple[UUID, str]]:
    for message in messages:
        try:
            found = Draft.decode(message.value or b"")
        except Refused:
            continue
        if found.live_event_id == live_event_id and found.sealed_edit is not None:
            yield found.id, found.sealed_edit


def materials(
    told: Replay, sealed: Sealed, vault: Vault | None, scrub: Scrub, policy: Policy, *, lack: Lack = "not-reached"
) -> Materials:
    """Everything that can be had; `lack` says why there is no vault where there is none.

    Loads the detectors (45 MB, half a second); forget() lets go of what they read.
    """
    plan, live_event_id = _plan(told)
    if plan is None:
        return Materials(lack="not-kept", protected=False)
    protect, typed, lack = _opened(told, sealed, vault, live_event_id) if vault is not None else (None, {}, lack)
    return Materials(_screening(plan, protect or (), scrub, policy), typed, lack, protected=protect is not None)


def forget() -> None:
    """Drops the words that were read, as after the keys of an event were destroyed."""
    from streams.scrub.bound import forget as drop  # noqa: PLC0415  # loaded with the detectors alone

    drop()


def _plan(told: Replay) -> tuple[Plan | None, str]:
    plans = [s.detail["plan"] for s in told.live_event if s.detail["type"] == "live-event" and s.detail.get("plan")]
    try:
        found = Plan.model_validate(plans[-1]) if plans else None
    except ValidationError:  # of a version that this one cannot read
        found = None
    return found, found.id if found is not None else ""


def _screening(plan: Plan, protect: tuple[str, ...], scrub: Scrub, policy: Policy) -> Screen:
    from deploy.second_opinions import detectors  # noqa: PLC0415  # 45 MB that only a retrial needs
    from streams.scrub.event_terms import event_terms  # noqa: PLC0415  # as above
    from streams.scrub.screen import screen  # noqa: PLC0415  # as above

    bound = partial(screen, policy=policy, terms=event_terms(plan, protect), detectors=detectors(scrub))

    def found(text: str, lang: str | None, recent: tuple[str, ...]) -> Sequence[Finding]:
        return bound(text, lang=lang, recent=recent).findings

    return found


def _opened(
    told: Replay, sealed: Sealed, vault: Vault, live_event_id: str
) -> tuple[tuple[str, ...] | None, dict[tuple[str, int], Typed], Lack]:
    """The event's protected terms, what was typed, and why there is less of it than there was."""
    try:
        protect = vault.terms(live_event_id)
    except KeyDestroyed:
        return None, {}, "keys-destroyed"
    except (Refused, Broken):  # this machine never had them, or cannot open them
        return None, {}, "not-reached"
    if not sealed.reached:
        return protect, {}, "not-reached"
    typed = _typed(told, sealed, vault, live_event_id)
    lacking = any((d.update_id or "", int(d.detail["revision"])) not in typed for d in told.drafts)
    return protect, typed, "not-kept" if lacking else ""


def _typed(told: Replay, sealed: Sealed, vault: Vault, live_event_id: str) -> dict[tuple[str, int], Typed]:
    found: dict[tuple[str, int], Typed] = {}
    before: list[str] = []
    for update_id, body in sealed.updates.items():
        written = _written(vault, live_event_id, body)
        if written is not None:
            found[str(update_id), 0] = Typed(written.text, written.lang, tuple(before[-RECENT_MAX:]))
            before.append(written.text)
    for draft in told.drafts:
        edit = _edit_of(draft, sealed)
        written = None if edit is None else _written(vault, live_event_id, edit)
        if written is not None:  # an edit is screened by itself, in the language of its update
            key = draft.update_id or "", int(draft.detail["revision"])
            found[key] = Typed(written.text, draft.detail.get("lang"), ())
    return found


def _edit_of(draft: Step, sealed: Sealed) -> str | None:
    return sealed.edits.get(UUID(str(draft.detail["id"]))) if int(draft.detail["revision"]) else None


def _written(vault: Vault, live_event_id: str, body: str) -> Written | None:
    try:
        return Written.model_validate_json(vault.open_sealed(live_event_id, body))
    except (Refused, ValidationError):  # it was held unread then, too
        return None

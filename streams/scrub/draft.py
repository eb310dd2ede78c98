"""From an opened submission to a Draft: what screening found, under which policy, by whom; and the same for an edit."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from schemas.draft import Disposition, Draft, Finding
from schemas.envelope import Actor, Role, sha256_hex, system
from schemas.ids import derive
from schemas.live_event import RunSheetItem
from schemas.policy import Policy
from schemas.submission import HeldBack, Submission, Written
from streams.commitment import Field
from streams.run_sheet import is_as_signed
from streams.scrub.policy import Disposed, about_all, dispose

UNREADABLE = frozenset({"bad-seal", "not-understood", "moved-seal", "key-destroyed", "too-long"})
"""What no person at the desk could mend: only the reporter can write it again."""
REVOKED: HeldBack = "revoked-tablet"
"""The finding of what came from a tablet that was switched off: the director accepts it or drops it."""
CORRECTION = "correction"
"""The finding of every draft that corrects another: that something public was wrong is for a person to say."""
NOT_AS_SIGNED = "not-as-signed"
"""The finding of a text that names an item of the run sheet and is not its text with the blanks filled."""
OUT_OF_CONSENT = "out-of-consent"
"""The finding of what the consent does not cover when it is screened; its rule is the code of the reason."""


Commit = Callable[[Field, UUID, str], str]
"""A keyed commitment to a text of this update, under the live event's key (streams.commitment)."""


class Screened(Protocol):
    """What screening answers, as this file needs it."""

    @property
    def text(self) -> str: ...
    @property
    def findings(self) -> tuple[Finding, ...]: ...
    @property
    def disposition(self) -> Disposition: ...
    @property
    def needs(self) -> Role | None: ...
    @property
    def reasons(self) -> tuple[str, ...]: ...


def drafted(
    submission: Submission,
    written: Written,
    screened: Screened,
    policy: Policy,
    now: datetime,
    *,
    partition: int,
    offset: int,
    commit: Commit | None = None,
    run_sheet: Sequence[RunSheetItem] = (),
    out_of_scope: str | None = None,
) -> Draft:
    """Revision 0: the reporter's own text after screening.

    `commit`: where the event has a key; `run_sheet`: of the live event; `out_of_scope`: the code of why the consent
    does not cover it, if it does not.
    """
    update_id = submission.update_id or submission.id
    about = _about_event(screened.text, submission.run_sheet_item, run_sheet, out_of_scope, policy)
    findings, disposed = _about_it(screened, submission.corrects, submission.held_back, policy, about)
    return Draft(
        id=derive(update_id, "draft", 0),
        live_event_id=submission.live_event_id,
        at=now,
        actor=system("scrub"),
        cause=submission.id,
        update_id=update_id,
        revision=0,
        text=screened.text,
        text_sha256=sha256_hex(screened.text),
        raw_commit=commit("raw", update_id, written.text) if commit else None,
        text_commit=commit("text", update_id, screened.text) if commit else None,
        findings=findings,
        disposition=disposed.disposition,
        needs=disposed.needs,
        reasons=disposed.reasons,
        policy=policy.ref,
        lang=written.lang,
        phase=submission.phase,
        run_sheet_item=submission.run_sheet_item,
        corrects=submission.corrects,
        authors=(submission.actor.name,),
        received_at=submission.at,
        source_partition=partition,
        source_offset=offset,
    )


def failed(submission: Submission, policy: Policy, now: datetime, *, code: str, partition: int, offset: int) -> Draft:
    """A draft without text for a submission that could not be screened: it waits for a person, never goes on.

    `code` is the first reason, so that the reporter reads it; what becomes of the draft is policy's, by its finding.
    """
    findings = (
        about_all("unreadable" if code in UNREADABLE else "screening-failed", code, policy),
        *_held_back(submission.held_back, policy),
    )
    disposed = dispose(findings, policy)
    return Draft(
        id=derive(submission.update_id or submission.id, "draft", 0),
        live_event_id=submission.live_event_id,
        at=now,
        actor=system("scrub"),
        cause=submission.id,
        update_id=submission.update_id or submission.id,
        text="",
        text_sha256=sha256_hex(""),
        findings=findings,
        disposition=disposed.disposition,
        needs=disposed.needs,
        reasons=(code,) if submission.held_back is None else (code, submission.held_back),
        policy=policy.ref,
        phase=submission.phase,
        run_sheet_item=submission.run_sheet_item,
        corrects=submission.corrects,
        authors=(submission.actor.name,),
        received_at=submission.at,
        source_partition=partition,
        source_offset=offset,
    )


def redrafted(
    before: Draft,
    screened: Screened,
    policy: Policy,
    editor: Actor,
    now: datetime,
    *,
    sealed_edit: str,
    raw_commit: str | None = None,
    text_commit: str | None = None,
) -> Draft:
    """The next revision: an edited text, screened again. Its editor has become one of its authors.

    `raw_commit` is to what the editor typed, `text_commit` to what screening left of that.

    It is somebody's new words, so another person reads them before they go out: policy holds the finding `edited`.
    """
    revision = before.revision + 1
    found, (_, _, reasons) = _about_it(screened, before.corrects, held_back(before), policy)
    findings = (about_all("edited", "edited", policy), *found)
    disposed = dispose(findings, policy)
    return before.model_copy(
        update={
            # The editor's name is part of the cause: two who edit the same revision at once make two drafts, not one.
            "id": derive(before.update_id, "draft", revision, editor.name),
            "at": now,
            "actor": editor,
            "cause": before.id,
            "revision": revision,
            "text": screened.text,
            "text_sha256": sha256_hex(screened.text),
            "raw_commit": raw_commit,
            "text_commit": text_commit,
            "findings": findings,
            "disposition": disposed.disposition,
            "needs": _higher(before.needs, disposed.needs) or Role.REVIEWER,
            "reasons": tuple(dict.fromkeys((*reasons, "edited"))),
            "policy": policy.ref,
            "authors": _authors(before.authors, editor),
            "sealed_edit": sealed_edit,
        }
    )


def held_back(draft: Draft) -> HeldBack | None:
    """Why this draft, and every edit of it, is the director's alone."""
    return REVOKED if any(found.kind == REVOKED for found in draft.findings) else None


def _held_back(reason: HeldBack | None, policy: Policy) -> tuple[Finding, ...]:
    return () if reason is None else (about_all(reason, reason, policy),)


def _about_event(
    text: str, item_id: str | None, sheet: Sequence[RunSheetItem], out_of_scope: str | None, policy: Policy
) -> tuple[Finding, ...]:
    """What the plan and the consent say of this text, whatever it holds."""
    found = []
    if out_of_scope is not None:
        found.append(about_all(OUT_OF_CONSENT, out_of_scope, policy))
    item = next((item for item in sheet if item.id == item_id), None)
    # Compared after screening: an item of which something was taken out is not what was signed either.
    if item_id is not None and (item is None or not is_as_signed(item, text)):
        found.append(about_all(NOT_AS_SIGNED, NOT_AS_SIGNED, policy))
    return tuple(found)


def _about_it(
    screened: Screened,
    corrects: UUID | None,
    held: HeldBack | None,
    policy: Policy,
    about_event: tuple[Finding, ...] = (),
) -> tuple[tuple[Finding, ...], Disposed]:
    """What screening found, and with it that this was held back, or corrects another: that comes last, for what the
    text holds is more urgent."""
    about = (*_held_back(held, policy), *about_event)
    if corrects is not None:
        about = (*about, about_all(CORRECTION, CORRECTION, policy))
    if not about:
        return screened.findings, Disposed(screened.disposition, screened.needs, screened.reasons)
    findings = (*about, *screened.findings)
    disposed = dispose(findings, policy)
    return findings, disposed._replace(reasons=tuple(sorted(disposed.reasons, key=CORRECTION.__eq__)))


def _authors(names: Sequence[str], editor: Actor) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*names, editor.name)))


def _higher(one: Role | None, other: Role | None) -> Role | None:
    """An edit never lowers whose word is needed: the claim may be gone, but a physician was to see it."""
    if Role.DIRECTOR in (one, other):
        return Role.DIRECTOR
    if Role.PHYSICIAN in (one, other):
        return Role.PHYSICIAN
    return one or other

"""Which ledger record and which receipt each step leaves; ids follow from the post, so a replay adds nothing."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from consumers.poster.book import Book, Entry
from consumers.poster.platforms.base import Outgoing, Published
from schemas.envelope import sha256_hex, system
from schemas.ids import derive
from schemas.ledger import Ledger, LedgerKind
from schemas.receipt import Notice, Receipt, Retraction

ACTOR = system("poster")


def claim(book: Book, writer: UUID, at: datetime) -> Ledger:
    """Takes the thread over from whoever had it."""
    return _of_thread(book, writer, "claim", book.epoch + 1, at)


def standalone(book: Book, writer: UUID, at: datetime) -> Ledger:
    """From here on no post of the thread is a reply."""
    return _of_thread(book, writer, "standalone", book.epoch, at)


def _of_thread(book: Book, writer: UUID, kind: LedgerKind, epoch: int, at: datetime) -> Ledger:
    return Ledger(
        id=derive(book.destination, book.live_event_id, kind, epoch, writer),
        live_event_id=book.live_event_id,
        at=at,
        actor=ACTOR,
        destination=book.destination,
        epoch=epoch,
        writer=writer,
        kind=kind,
    )


def notice(
    book: Book,
    said: Literal["standalone", "away", "back"],
    at: datetime,
    *,
    since: datetime,
    reason: str | None = None,
    until: datetime | None = None,
) -> Notice:
    """What people are told about the destination itself."""
    return Notice(
        id=derive(book.destination, book.live_event_id, "notice", said, since.isoformat()),
        live_event_id=book.live_event_id,
        at=at,
        actor=ACTOR,
        notice=said,
        destination=book.destination,
        since=since,
        reason=reason,
        until=until,
    )


def entry_of(
    book: Book,
    writer: UUID,
    kind: LedgerKind,
    out: Outgoing,
    at: datetime,
    *,
    published: Published | None = None,
    reason: str | None = None,
    settled_by: UUID | None = None,
) -> Ledger:
    """The ledger record of one move of one post."""
    return Ledger(
        id=derive(out.post.id, "ledger", book.epoch, kind, at.isoformat()),
        live_event_id=book.live_event_id,
        at=at,
        actor=ACTOR,
        cause=out.post.release_id,
        update_id=out.post.update_id,
        destination=book.destination,
        epoch=book.epoch,
        writer=writer,
        kind=kind,
        post=out.post,
        n=out.n,
        reply_to=out.reply_to,
        platform_id=published.platform_id if published else None,
        url=published.url if published else None,
        posted_at=published.posted_at if published else None,
        reason=reason,
        settled_by=settled_by,
    )


def receipts_of(entry: Entry, book: Book) -> tuple[Receipt | Retraction, ...]:
    """All receipts that an entry in this state must have left: what a restart compares with those that lie there."""
    if entry.state in ("posted", "not-posted", "unknown"):
        return (_receipt(entry, book, entry.state),)
    if entry.state == "deleting":
        return (_receipt(entry, book, "posted"),)
    if entry.state in ("deleted", "not-deleted"):
        return (_receipt(entry, book, "posted"), retraction_of(entry, book, entry.state))
    return ()


def receipt_of(entry: Entry, book: Book) -> Receipt | Retraction | None:
    """The receipt that the latest move of an entry leaves, if it leaves one."""
    made = receipts_of(entry, book)
    return made[-1] if made and entry.state != "deleting" else None


def _asked_after(entry: Entry, outcome: str) -> tuple[UUID, ...]:
    return (entry.settled_by,) if outcome == "unknown" and entry.settled_by else ()


def _receipt(entry: Entry, book: Book, outcome: str) -> Receipt:
    post = entry.post
    # A reason of a later move (of a deletion) is none of the posting.
    reason = entry.reason if entry.state == outcome else None
    return Receipt.model_validate(
        {
            # Asked again after a person's answer, it is another question.
            "id": derive(post.id, "receipt", outcome, reason or "", *_asked_after(entry, outcome)),
            "live_event_id": book.live_event_id,
            "at": entry.at,
            "actor": ACTOR,
            "cause": post.release_id,
            "update_id": post.update_id,
            "release_id": post.release_id,
            "destination": book.destination,
            "post_id": post.id,
            "n": entry.n,
            "part": post.part,
            "parts": post.parts,
            "outcome": outcome,
            "text": post.text,
            "text_sha256": sha256_hex(post.text),
            "platform_id": entry.platform_id,
            "url": entry.url,
            "reply_to": entry.reply_to,
            "posted_at": entry.posted_at,
            "reason": reason,
        }
    )


def retraction_of(entry: Entry, book: Book, outcome: str, reason: str | None = None) -> Retraction:
    reason = reason or entry.reason
    return Retraction.model_validate(
        {
            "id": derive(entry.post.id, "retraction", outcome, reason or ""),
            "live_event_id": book.live_event_id,
            "at": entry.at,
            "actor": ACTOR,
            "cause": entry.post.id,
            "update_id": entry.post.update_id,
            "destination": book.destination,
            "post_id": entry.post.id,
            "platform_id": entry.platform_id,
            "outcome": outcome,
            "reason": reason,
        }
    )

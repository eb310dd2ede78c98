"""The ledger's fold: who may write, and which moves count."""

from datetime import timedelta
from uuid import UUID

from consumers.poster.book import Book
from consumers.poster.outcomes import claim, entry_of
from consumers.poster.platforms.base import Outgoing, Published
from schemas.ledger import Ledger, LedgerKind
from schemas.thread import Post
from tests.poster_cases import START, update_id

ONE, TWO = UUID(int=1), UUID(int=2)


def outgoing(number: int, reply_to: str | None = None) -> Outgoing:
    post = Post(
        id=UUID(int=number), release_id=UUID(int=100 + number), update_id=update_id(number), part=0, parts=1, text="x"
    )
    return Outgoing(post, "knee-2026", n=number, reply_to=reply_to, root=None, at=START)


def record(book: Book, writer: UUID, kind: LedgerKind, number: int, reply_to: str | None = None) -> Ledger:
    published = Published(f"p{number}", None, START) if kind == "posted" else None
    return entry_of(book, writer, kind, outgoing(number, reply_to), START, published=published)


def claimed(writer: UUID = ONE) -> Book:
    book = Book("x:@OurHospital", "knee-2026")
    book.apply(claim(book, writer, START))
    return book


def test_a_post_goes_from_intent_to_posted() -> None:
    book = claimed()
    book.apply(record(book, ONE, "intent", 1))
    assert book.entries[UUID(int=1)].state == "intent"
    book.apply(record(book, ONE, "posted", 1))
    assert (book.entries[UUID(int=1)].state, book.entries[UUID(int=1)].platform_id) == ("posted", "p1")
    assert book.next_n() == 2


def test_what_a_writer_appends_after_anothers_claim_is_void() -> None:
    book = claimed(ONE)
    late = record(book, ONE, "intent", 1)
    book.apply(claim(book, TWO, START))
    book.apply(late)
    assert book.entries == {}


def test_of_two_claims_with_one_epoch_the_first_counts() -> None:
    book = Book("x:@OurHospital", "knee-2026")
    first, second = claim(book, ONE, START), claim(book, TWO, START)
    book.apply(first)
    book.apply(second)
    assert (book.epoch, book.writer) == (1, ONE)


def test_a_late_copy_of_an_intent_does_not_undo_what_is_known() -> None:
    book = claimed()
    intent = record(book, ONE, "intent", 1)
    for each in (intent, record(book, ONE, "posted", 1), intent):
        book.apply(each)
    assert book.entries[UUID(int=1)].state == "posted"


def test_a_deleted_post_stays_deleted() -> None:
    book = claimed()
    for kind in ("intent", "posted", "deleting", "deleted", "deleting", "posted", "intent"):
        book.apply(record(book, ONE, kind, 1))
    assert book.entries[UUID(int=1)].state == "deleted"


def test_claims_of_two_live_events_or_writers_have_keys_of_their_own() -> None:
    knee, hip = Book("local", "knee-2026"), Book("local", "hip-2026")
    keys = {claim(knee, ONE, START).key, claim(hip, ONE, START).key, claim(knee, TWO, START).key}
    assert len(keys) == 3


def test_the_next_parent_is_the_newest_post_that_stands_and_the_root_its_chains_first() -> None:
    book = claimed()
    for number, parent in ((1, None), (2, "p1"), (3, "p2")):
        book.apply(record(book, ONE, "intent", number, parent))
        book.apply(record(book, ONE, "posted", number, parent))
    for kind in ("deleting", "deleted"):
        book.apply(record(book, ONE, kind, 3))
    tail = book.tail()
    assert tail is not None
    assert tail.platform_id == "p2"
    assert book.root_of("p3") == book.root_of("p2") == book.root_of("p1") == "p1"
    assert book.next_n() == 4


def test_a_release_keeps_its_number() -> None:
    book = claimed()
    assert book.number(UUID(int=101)) == 1
    book.apply(record(book, ONE, "not-posted", 1))
    book.apply(record(book, ONE, "intent", 2))
    assert (book.number(UUID(int=101)), book.number(UUID(int=102)), book.number(UUID(int=103))) == (1, 2, 3)


def test_the_time_of_the_first_intent_is_kept() -> None:
    book = claimed()
    first = record(book, ONE, "intent", 1)
    book.apply(first)
    book.apply(first.model_copy(update={"at": START + timedelta(minutes=5)}))
    assert book.entries[UUID(int=1)].first_at == START
    assert book.entries[UUID(int=1)].at == START + timedelta(minutes=5)

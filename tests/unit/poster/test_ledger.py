"""One writer per thread: a second one puts the first out by the order of the log alone."""

from uuid import UUID

import pytest

from consumers.poster.ledger import FencedLedger, opened
from consumers.poster.outcomes import entry_of
from schemas.errors import Broken
from schemas.ledger import Ledger
from schemas.topics import LEDGER
from streams.clock import ManualClock
from streams.memory import MemoryBus
from tests.poster_cases import START, X
from tests.unit.poster.test_book import outgoing

ONE, TWO = UUID(int=1), UUID(int=2)
CLOCK = ManualClock(START)


def intent(ledger: FencedLedger, number: int) -> Ledger:
    book = ledger.book(X.key, "knee-2026")
    return entry_of(book, ledger.writer, "intent", outgoing(number), START)


async def test_a_new_writer_finds_what_the_one_before_left() -> None:
    bus = MemoryBus()
    async with opened(bus, CLOCK, ONE) as first:
        await first.claim(first.book(X.key, "knee-2026"))
        await first.append(first.book(X.key, "knee-2026"), intent(first, 1))
    async with opened(bus, CLOCK, TWO) as second:
        (book,) = second.books()
        assert [e.state for e in book.entries.values()] == ["intent"]


async def test_the_older_writer_is_out_at_its_next_record_and_that_record_is_void() -> None:
    bus = MemoryBus()
    async with opened(bus, CLOCK, ONE) as first, opened(bus, CLOCK, TWO) as second:
        await first.claim(first.book(X.key, "knee-2026"))
        await second.claim(second.book(X.key, "knee-2026"))
        with pytest.raises(Broken, match="taken over"):
            await first.append(first.book(X.key, "knee-2026"), intent(first, 1))
        await second.append(second.book(X.key, "knee-2026"), intent(second, 2))
        assert list(second.book(X.key, "knee-2026").entries) == [UUID(int=2)]


async def test_of_two_that_claim_at_once_one_is_out_at_once() -> None:
    bus = MemoryBus()
    async with opened(bus, CLOCK, ONE) as first, opened(bus, CLOCK, TWO) as second:
        # Both read the log before either has written: the first record of the two decides.
        mine = first.book(X.key, "knee-2026")
        await first.claim(mine)
        late = Ledger.decode(bus.everything(LEDGER.name)[0].value or b"").model_copy(update={"writer": TWO})
        await bus.send(LEDGER, late)
        await first.append(mine, intent(first, 1))
        with pytest.raises(Broken):
            await second.append(second.book(X.key, "knee-2026"), intent(second, 2))


async def test_threads_are_claimed_apart() -> None:
    bus = MemoryBus(partition_count=1)
    async with opened(bus, CLOCK, ONE) as first, opened(bus, CLOCK, TWO) as second:
        await first.claim(first.book(X.key, "knee-2026"))
        await second.claim(second.book(X.key, "hip-2026"))
        await second.claim(second.book("local", "knee-2026"))
        await first.append(first.book(X.key, "knee-2026"), intent(first, 1))


async def test_a_ledger_that_cannot_be_read_stops_the_poster() -> None:
    bus = MemoryBus()
    await bus.send_raw(LEDGER.name, 0, "k", b"not json")
    with pytest.raises(Broken, match="ledger cannot be read"):
        async with opened(bus, CLOCK, ONE):
            pass

"""When people hear that a destination is away, and that it is back: not for a blink, and once."""

from datetime import timedelta

from consumers.poster.away import Away
from consumers.poster.platforms.base import AccountBusy
from tests.poster_cases import START


def busy(retry_after_s: float) -> AccountBusy:
    return AccountBusy("No answer.", code="unreachable", retry_after_s=retry_after_s)


def test_a_blink_is_no_news() -> None:
    away = Away()
    assert not away.failed(busy(5), START)
    assert away.answered() is None


def test_what_lasts_is_told_once() -> None:
    away = Away()
    told = [away.failed(busy(5), START + timedelta(seconds=5 * n)) for n in range(4)]
    assert told == [False, True, False, False]
    assert away.answered() == START
    assert away.answered() is None


def test_a_long_limit_is_told_at_once() -> None:
    assert Away().failed(busy(900), START)

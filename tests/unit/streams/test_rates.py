"""How fast a device may send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.rates import Rates, TooFast


def test_a_minutes_worth_goes_at_once_and_the_next_one_waits() -> None:
    limits = Rates(30)
    for _ in range(30):
        limits.take("tablet-4", 100.0)
    with pytest.raises(TooFast) as refused:
        limits.take("tablet-4", 100.0)
    assert str(refused.value) == "More than 30 updates in a minute. This one waits on the tablet for 2 s."
    assert (refused.value.code, refused.value.status, refused.value.retry_after_s) == ("too-fast", 429, 2)


def test_after_the_wait_that_was_named_the_update_goes() -> None:
    limits = Rates(30)
    for _ in range(30):
        limits.take("tablet-4", 100.0)
    limits.take("tablet-4", 102.0)
    with pytest.raises(TooFast):
        limits.take("tablet-4", 102.0)


def test_one_device_does_not_slow_another() -> None:
    limits = Rates(1)
    limits.take("tablet-4", 0.0)
    limits.take("tablet-5", 0.0)
    with pytest.raises(TooFast):
        limits.take("tablet-4", 1.0)


def test_a_quiet_device_gets_no_more_than_a_minutes_worth() -> None:
    limits = Rates(2)
    limits.take("tablet-4", 0.0)
    limits.take("tablet-4", 10_000.0)
    limits.take("tablet-4", 10_000.0)
    with pytest.raises(TooFast):
        limits.take("tablet-4", 10_000.0)


def test_invented_device_names_cannot_fill_memory_or_get_round_the_limit() -> None:
    limits = Rates(1, keys_max=2)
    limits.take("a", 0.0)
    limits.take("b", 1.0)
    with pytest.raises(TooFast) as refused:
        limits.take("c", 2.0)
    assert refused.value.retry_after_s == 60
    with pytest.raises(TooFast):
        limits.take("a", 2.0)
    limits.take("c", 60.0)  # a has been quiet for a minute and is forgotten: its bucket was full again


@given(st.integers(1, 60), st.lists(st.floats(0, 5), max_size=200))
def test_no_pattern_of_sending_gets_more_than_twice_the_rate_within_a_minute(rate: int, pauses: list[float]) -> None:
    limits, now, taken = Rates(rate), 0.0, []
    for pause in pauses:
        now += pause
        try:
            limits.take("tablet-4", now)
        except TooFast:
            continue
        taken.append(now)
    for start in taken:
        assert sum(start <= at < start + 60 for at in taken) <= 2 * rate


def test_an_update_that_could_not_be_stored_does_not_count() -> None:
    limits = Rates(1)
    for _ in range(5):
        limits.take("tablet-4", 0.0)
        limits.give_back("tablet-4")
    limits.take("tablet-4", 0.0)
    with pytest.raises(TooFast):
        limits.take("tablet-4", 0.0)

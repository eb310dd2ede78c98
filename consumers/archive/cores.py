"""map() over several processes, in order, for work that is worth their start."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

WORTH_IT = 4  # pieces of work; a process takes half a second to start, a stretch of a log a fifth to judge

T = TypeVar("T")
R = TypeVar("R")


class Cores:
    """`count` 1 is map() itself. Functions and values have to be such that another process can be given them."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __call__(self, function: Callable[[T], R], values: Iterable[T], /) -> Iterator[R]:
        pieces = list(values)
        if self._count < 2 or len(pieces) < WORTH_IT:
            return map(function, pieces)
        return self._spread(function, pieces)

    def _spread(self, function: Callable[[T], R], pieces: list[T]) -> Iterator[R]:
        # Spawned, not forked: who calls may have threads.
        pool = ProcessPoolExecutor(min(self._count, len(pieces)), mp_context=get_context("spawn"))
        try:
            yield from pool.map(function, pieces)
        finally:  # also when the caller has seen enough
            pool.shutdown(cancel_futures=True)

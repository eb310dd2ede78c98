"""The witness in memory keeps the contract, over HTTP."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from consumers.archive.anchors.anchoring import Witness
from consumers.archive.anchors.memory import MemoryWitness
from consumers.archive.checkpoint import Key
from streams.clock import ManualClock
from tests.contract.witness_suite import Serving, WitnessSuite
from tests.peers.witness import served
from tests.unit.archive.records import at


class TestMemory(WitnessSuite):
    @pytest.fixture
    def serving(self) -> Serving:
        @contextmanager
        def fresh(logs: Sequence[Key]) -> Iterator[Witness]:
            witness = MemoryWitness("witness.example/one", b"w" * 32, logs, ManualClock(at(500)))
            with served(witness) as url:
                yield Witness(witness.key, url)

        return fresh

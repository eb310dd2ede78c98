"""What a witness has to do for a log of ours, and ours with its answers: for the fake one and a real one."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from consumers.archive import audit
from consumers.archive.anchors.anchoring import Anchoring, Witness
from consumers.archive.anchors.asking import over_http
from consumers.archive.checkpoint import Key, Signer
from consumers.archive.disk import RealDisk
from consumers.archive.store import Store
from schemas.topics import SUBMISSIONS
from streams.bus import Message
from streams.clock import ManualClock
from tests.unit.archive import records
from tests.unit.archive.records import KNEE, at, message, story, submission

KEY = bytes(range(32))
ORIGIN = "stanna.example/archive"
LOG = Signer(f"{ORIGIN}/{KNEE}", KEY).key
ANCHORED = f"{KNEE}/anchors"

Serving = Callable[[Sequence[Key]], AbstractContextManager[Witness]]
"""A fresh witness that knows these logs."""


def more(first: int, count: int) -> list[Message]:
    return [message(SUBMISSIONS, submission(i), i) for i in range(first, first + count)]


def store(root: Path, key: bytes = KEY) -> Store:
    return Store(RealDisk(root), key, origin=ORIGIN, policy_document=records.policy_document)


def archived(root: Path, *batches: Sequence[Message]) -> None:
    """A log in `root` that was signed after each batch."""
    writer = store(root)
    for n, batch in enumerate(batches):
        writer.append(batch, at(100 * n + 1))
        writer.tick(at(100 * n + 50))
    writer.close(at(100 * len(batches) + 1))


async def cosign(root: Path, witness: Witness, clock: ManualClock | None = None) -> dict[str, Any]:
    """One look of a fresh archive process; gives what status would say of this witness."""
    told: list[dict[str, Any]] = []
    async with over_http() as post:
        clock = clock or ManualClock(at(1000))
        anchoring = Anchoring(RealDisk(root), root, lambda: [KNEE], clock, post, told.append, witnesses=[witness])
        await anchoring.cosign(witness)
    found: dict[str, Any] = told[-1][KNEE][witness.key.name] if told else {}
    return found


def files(root: Path) -> list[str]:
    return RealDisk(root).names(ANCHORED)


class WitnessSuite:
    @pytest.fixture
    def serving(self) -> Serving:
        raise NotImplementedError

    async def test_it_co_signs_a_log_that_it_knows_and_the_signature_lies_beside_it(
        self, serving: Serving, tmp_path: Path
    ) -> None:
        archived(tmp_path, story())
        with serving([LOG]) as witness:
            said = await cosign(tmp_path, witness)

        assert (said["size"], said["failures"], said["alarm"]) == (57, 0, None)
        assert files(tmp_path) == ["57/checkpoint", "57/cosigned", "witnesses.txt"]
        verdict = audit.judge(tmp_path / KNEE)
        assert verdict.ok, verdict.bad
        assert [(one.size, one.by) for one in verdict.anchors.cosigned] == [(57, witness.key.name)]
        note = (tmp_path / KNEE / "checkpoint").read_bytes()
        assert (tmp_path / ANCHORED / "57/cosigned").read_bytes().startswith(note)

    async def test_it_follows_a_growing_log_by_proofs_from_what_it_saw(self, serving: Serving, tmp_path: Path) -> None:
        with serving([LOG]) as witness:
            for first, size in ((0, 57), (100, 300), (400, 700), (1100, 13)):
                archived(tmp_path, more(first, size) if first else story())
                said = await cosign(tmp_path, witness)
                assert said["failures"] == 0, said

        verdict = audit.judge(tmp_path / KNEE)
        assert verdict.ok, verdict.bad
        assert [one.size for one in verdict.anchors.cosigned] == [57, 357, 1057, 1070]

    async def test_an_archive_that_lost_its_anchors_learns_the_size_from_the_witness(
        self, serving: Serving, tmp_path: Path
    ) -> None:
        with serving([LOG]) as witness:
            archived(tmp_path, story())
            await cosign(tmp_path, witness)
            for name in files(tmp_path):
                (tmp_path / ANCHORED / name).unlink()
            archived(tmp_path, more(100, 300))
            said = await cosign(tmp_path, witness)

        assert (said["size"], said["failures"], said["alarm"]) == (357, 0, None)
        assert [one.size for one in audit.judge(tmp_path / KNEE).anchors.cosigned] == [357]

    @pytest.mark.parametrize(
        ("count", "said"),
        [
            (40, "it has seen 57 entries of this log, only 40 are here"),
            (57, "it holds another root for our first 57 entries"),
            (90, "the 57 entries that it saw are not the first 57 of ours"),
        ],
        ids=["shorter", "as long", "longer"],
    )
    async def test_another_log_under_the_same_key_is_an_alarm(
        self, serving: Serving, tmp_path: Path, count: int, said: str
    ) -> None:
        archived(tmp_path / "first", story())
        archived(tmp_path / "other", more(100, count))
        before = (tmp_path / "other" / KNEE / "checkpoint").read_bytes()
        with serving([LOG]) as witness:
            await cosign(tmp_path / "first", witness)
            found = await cosign(tmp_path / "other", witness)

        assert found["alarm"] == said
        verdict = audit.judge(tmp_path / "other" / KNEE)
        assert verdict.ok
        assert [(one.by, one.size, one.said) for one in verdict.anchors.alarms] == [(witness.key.name, count, said)]
        assert verdict.anchors.cosigned == ()
        assert (tmp_path / "other" / KNEE / "checkpoint").read_bytes() == before

    async def test_a_log_that_it_does_not_know_is_told_and_asked_about_later(
        self, serving: Serving, tmp_path: Path
    ) -> None:
        archived(tmp_path, story())
        with serving([]) as witness:
            said = await cosign(tmp_path, witness)

        assert (said["failures"], said["alarm"]) == (1, None)
        assert said["why"] in {"it does not know this log", "it does not trust our key"}
        assert files(tmp_path) == []

    async def test_a_log_signed_by_a_key_that_it_does_not_trust_is_refused(
        self, serving: Serving, tmp_path: Path
    ) -> None:
        archived(tmp_path, story())
        with serving([Signer(LOG.name, bytes(32)).key]) as witness:
            said = await cosign(tmp_path, witness)

        assert (said["why"], said["alarm"]) == ("it does not trust our key", None)

"""A program's outbox on disk: whole files, private, in order, and gone only by a receipt that fits."""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from producers.client_outbox import Entry, Outbox
from schemas.errors import Broken, Refused, Unavailable
from schemas.submission import IntakeReceipt

IDS = [UUID(f"01930000-0000-7000-8000-00000000000{n}") for n in range(5)]
CLOSED = Refused("The event closed at 12:00.", code="window-closed", status=409)


def entry(n: int, live_event_id: str = "knee-2026") -> Entry:
    return Entry(IDS[n], live_event_id, "cli", b'{"sealed":"x"}', str(n) * 64)


def receipt(n: int, sha256: str | None = None, live_event_id: str = "knee-2026") -> IntakeReceipt:
    return IntakeReceipt(
        update_id=IDS[n],
        live_event_id=live_event_id,
        sealed_sha256=sha256 or str(n) * 64,
        received_at=datetime(2026, 12, 1, 9, 0, tzinfo=UTC),
        partition=0,
        offset=7,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "outbox"


@pytest.fixture
def outbox(folder: Path) -> Outbox:
    return Outbox(folder)


def test_what_was_added_is_there_for_the_next_process_in_the_order_of_adding(outbox: Outbox, folder: Path) -> None:
    for n in (2, 0, 1):
        outbox.add(entry(n))
    found = Outbox(folder).waiting()
    assert [(e.update_id, e.number) for e in found] == [(IDS[2], 1), (IDS[0], 2), (IDS[1], 3)]
    assert found[0] == Entry(IDS[2], "knee-2026", "cli", b'{"sealed":"x"}', "2" * 64, number=1)


def test_adding_the_same_id_again_keeps_the_first_bytes(outbox: Outbox) -> None:
    first = outbox.add(entry(1))
    again = outbox.add(Entry(IDS[1], "knee-2026", "cli", b"other", "f" * 64))
    assert again == first
    assert len(outbox.waiting()) == 1


def test_only_the_owner_can_look_into_it(outbox: Outbox, folder: Path) -> None:
    outbox.add(entry(1))
    outbox.keep_key("knee-2026", {"kty": "EC"})
    with outbox.sending():
        pass
    for at, _, names in os.walk(folder):
        assert stat.S_IMODE(Path(at).stat().st_mode) == 0o700
        assert {stat.S_IMODE((Path(at) / name).stat().st_mode) for name in names} <= {0o600}


def test_a_folder_that_others_can_read_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with pytest.raises(Refused, match="chmod 700"):
        Outbox(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_receipt_that_fits_takes_the_update_out_and_stays_until_it_is_acknowledged(
    outbox: Outbox, folder: Path
) -> None:
    added = outbox.add(entry(1))
    outbox.receive(added, receipt(1))
    assert outbox.waiting() == ()
    assert Outbox(folder).receipts("knee-2026") == (receipt(1),)
    outbox.acknowledge(receipt(1))
    assert outbox.receipts() == ()


@pytest.mark.parametrize("wrong", [receipt(2), receipt(1, sha256="f" * 64)])
def test_a_receipt_of_something_else_takes_nothing_out(outbox: Outbox, wrong: IntakeReceipt) -> None:
    added = outbox.add(entry(1))
    with pytest.raises(Broken, match="is not that of update"):
        outbox.receive(added, wrong)
    outbox.acknowledge(wrong)
    assert outbox.waiting() == (added,)


def test_a_refused_update_is_set_aside_with_the_reasons_code_and_its_bytes(outbox: Outbox, folder: Path) -> None:
    added = outbox.add(entry(1))
    aside = outbox.refuse(added, CLOSED)
    assert aside.path == folder / "refused" / f"000000001-{IDS[1]}.window-closed.json"
    assert b'{\\"sealed\\":\\"x\\"}' in aside.path.read_bytes()
    assert (outbox.waiting(), outbox.refusal(added)) == ((), "window-closed")
    again = outbox.add(entry(1))
    assert (again.number, outbox.refusal(again)) == (2, None)


def test_live_events_wait_apart(outbox: Outbox) -> None:
    outbox.add(entry(1))
    outbox.add(entry(2, "hip-2026"))
    assert [e.update_id for e in outbox.waiting("hip-2026")] == [IDS[2]]
    outbox.receive(outbox.waiting("hip-2026")[0], receipt(2, live_event_id="hip-2026"))
    assert outbox.receipts("knee-2026") == ()


def test_a_file_that_is_no_update_is_set_aside_and_holds_nothing_up(outbox: Outbox, folder: Path) -> None:
    outbox.add(entry(1))
    outbox.add(entry(2))
    (folder / "waiting" / f"000000001-{IDS[1]}.json").write_bytes(b"\x00\x00")
    (aside,) = outbox.set_damaged_aside()
    assert (aside.name, aside.code, aside.path.read_bytes()) == (str(IDS[1]), "damaged", b"\x00\x00")
    assert [e.update_id for e in outbox.waiting()] == [IDS[2]]


def test_what_was_half_written_when_the_process_died_is_swept_away(outbox: Outbox, folder: Path) -> None:
    left = folder / "waiting" / f".new-000000001-{IDS[1]}.json"
    left.write_bytes(b'{"live_ev')
    assert Outbox(folder).waiting() == ()
    assert not left.exists()


def test_one_sends_at_a_time(outbox: Outbox, folder: Path) -> None:
    with outbox.sending() as mine, Outbox(folder).sending() as other:
        assert (mine, other) == (True, False)
    with Outbox(folder).sending() as other:
        assert other


def test_of_a_key_only_the_public_part_is_kept(outbox: Outbox, folder: Path) -> None:
    outbox.keep_key("knee-2026", {"kty": "EC", "kid": "1", "d": "secret"})
    assert Outbox(folder).key("knee-2026") == {"kty": "EC", "kid": "1"}
    outbox.forget_key("knee-2026")
    assert outbox.key("knee-2026") is None


def test_a_live_events_name_does_not_lead_out_of_the_folder(outbox: Outbox, folder: Path) -> None:
    outbox.keep_key("../../up", {"kty": "EC"})
    assert [path.name for path in (folder / "keys").iterdir()] == ["______up.json"]


def test_a_disk_that_cannot_be_written_is_said_and_nothing_half_is_left(outbox: Outbox, folder: Path) -> None:
    (folder / "waiting").rmdir()
    (folder / "waiting").write_bytes(b"")
    with pytest.raises(Unavailable, match="cannot be used"):
        outbox.add(entry(1))

"""Bundles of other installations: what comes in, under which name, and everything that is refused."""

import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from consumers.archive import audit, export, names
from consumers.archive.checkpoint import Key, Signer, sign
from consumers.archive.imported import Imported, judged, lay_down, listed
from consumers.archive.merkle import EMPTY_ROOT
from consumers.archive.reading import unzip
from schemas.errors import Refused, Unavailable
from streams.bus import Message
from tests.audit_world import KEY, OTHER_KEY, archived
from tests.unit.archive.records import KNEE, START, dispose, story


def bundle(folder: Path, messages: Sequence[Message] | None = None, *, key: bytes = OTHER_KEY) -> Path:
    """What another installation exported."""
    path = folder / "event.zip"
    path.write_bytes(audit.export_bundle(archived(folder / "archive", messages, key=key) / KNEE, dispose))
    return path


def take(root: Path, path: Path, *, known: Sequence[bytes] = (), trusted: Sequence[Key] = ()) -> Imported:
    found = judged(root / "archive", path, by="N. Vos", now=START, known=known, trusted=trusted)
    lay_down(found)
    return found.told


def everything(root: Path) -> dict[str, bytes]:
    folder = root / "archive-imported"
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_bundle_lies_apart_from_our_logs_whole_and_not_to_be_written(tmp_path: Path) -> None:
    archived(tmp_path / "archive")
    ours = {p: p.read_bytes() for p in (tmp_path / "archive").rglob("*") if p.is_file()}
    told = take(tmp_path, bundle(tmp_path / "theirs"))
    assert told.name == f"{told.origin}~{KNEE}"
    assert told.origin.startswith("scrubcast.")
    assert (told.at, told.by, told.size) == ("2026-12-01T08:05:00.000000Z", "N. Vos", 57)
    assert listed(tmp_path / "archive") == [told]
    folder = audit.find(tmp_path / "archive", told.name)
    assert folder == tmp_path / "archive-imported" / told.origin / KNEE
    assert audit.verify_folder(folder).ok
    assert {oct(p.stat().st_mode & 0o777) for p in folder.rglob("*") if p.is_file()} == {"0o400"}
    assert ours == {p: p.read_bytes() for p in (tmp_path / "archive").rglob("*") if p.is_file()}


def test_it_can_be_replayed_and_exported_again_as_it_came(tmp_path: Path) -> None:
    path = bundle(tmp_path / "theirs")
    folder = audit.find(tmp_path / "archive", take(tmp_path, path).name)
    assert len(audit.replay(folder, dispose).told.stories) == 9
    assert audit.export_bundle(folder, dispose) == path.read_bytes()


def test_the_same_bundle_again_changes_nothing(tmp_path: Path) -> None:
    path = bundle(tmp_path / "theirs")
    take(tmp_path, path)
    before = everything(tmp_path)
    assert not judged(tmp_path / "archive", path, by="someone else", now=START).is_new
    take(tmp_path, path)
    assert everything(tmp_path) == before


def test_a_later_bundle_of_the_same_log_takes_the_place_of_the_earlier_one(tmp_path: Path) -> None:
    early = take(tmp_path, bundle(tmp_path / "early", story()[:30]))
    late = take(tmp_path, bundle(tmp_path / "late"))
    assert (early.size, late.size) == (31, 57)
    assert early.name == late.name
    assert listed(tmp_path / "archive") == [late]
    assert audit.verify_folder(audit.find(tmp_path / "archive", late.name)).size == 57
    assert not [p for p in (tmp_path / "archive-imported").rglob("*") if p.name.endswith((".new", ".old"))]


def test_an_older_bundle_is_refused_as_older(tmp_path: Path) -> None:
    take(tmp_path, bundle(tmp_path / "late"))
    before = everything(tmp_path)
    with pytest.raises(Refused, match="an older state of a log that is here already"):
        take(tmp_path, bundle(tmp_path / "early", story()[:30]))
    assert everything(tmp_path) == before


@pytest.mark.parametrize("cut", [20, 45])
def test_another_history_under_the_same_key_is_refused_as_a_fork(tmp_path: Path, cut: int) -> None:
    take(tmp_path, bundle(tmp_path / "one", story()[:40]))
    other = [*story()[:10], *story()[11 : cut + 1]]
    before = everything(tmp_path)
    with pytest.raises(Refused, match=r"a fork: .* two histories of one log"):
        take(tmp_path, bundle(tmp_path / "two", other))
    assert everything(tmp_path) == before


def test_two_installations_of_one_name_and_one_event_lie_beside_each_other(tmp_path: Path) -> None:
    one = take(tmp_path, bundle(tmp_path / "one"))
    two = take(tmp_path, bundle(tmp_path / "two", story()[:20], key=b"t" * 32))
    assert one.origin != two.origin
    assert {told.name for told in listed(tmp_path / "archive")} == {one.name, two.name}


def test_our_own_log_is_not_imported(tmp_path: Path) -> None:
    archived(tmp_path / "archive")
    with pytest.raises(Refused, match="of this installation, and is here already"):
        take(tmp_path, bundle(tmp_path / "own", key=KEY))


def test_a_changed_bundle_is_refused_and_the_first_bad_entry_named(tmp_path: Path) -> None:
    path = bundle(tmp_path / "theirs")
    path.write_bytes(path.read_bytes().replace(b"Update 4: the plan", b"Update 4: the plot"))
    with pytest.raises(Refused, match="NOT whole: entry ") as caught:
        take(tmp_path, path)
    assert "plot" not in str(caught.value)
    assert not (tmp_path / "archive-imported").exists()


def test_a_key_from_elsewhere_and_a_checkpoint_from_before_have_to_fit(tmp_path: Path) -> None:
    path = bundle(tmp_path / "theirs")
    archived(tmp_path / "other", key=b"t" * 32)
    (strange,) = (Key.parse((tmp_path / "other" / KNEE / "keys.txt").read_text().strip()),)
    with pytest.raises(Refused, match="not the one you trust"):
        take(tmp_path, path, trusted=[strange])
    fork = (archived(tmp_path / "fork", story()[1:9], key=OTHER_KEY) / KNEE / "checkpoint").read_bytes()
    with pytest.raises(Refused, match=r"NOT whole: known checkpoint 1: .* forked"):
        take(tmp_path, path, known=[fork])
    kept = (archived(tmp_path / "kept", story()[:9], key=OTHER_KEY) / KNEE / "checkpoint").read_bytes()
    assert take(tmp_path, path, known=[kept]).size == 57


# -- files that are no bundle


def _zip(folder: Path, files: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> Path:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, data in files.items():
            made.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, how)
    (folder / "x.zip").write_bytes(out.getvalue())
    return folder / "x.zip"


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"not a zip at all", b"PK\x05\x06" + bytes(18), b"PK\x03\x04" + bytes(60)]
)
def test_what_is_no_zip_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(Refused):
        take(tmp_path, tmp_path / "x.zip")


def test_a_zip_bomb_is_refused_without_unpacking_a_byte(tmp_path: Path) -> None:
    path = _zip(tmp_path, {"checkpoint": bytes(50_000_000)}, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 100_000
    with pytest.raises(Refused, match="packed by another program"):
        take(tmp_path, path)


def test_a_zip_of_another_program_with_the_very_files_is_refused(tmp_path: Path) -> None:
    whole = unzip(bundle(tmp_path / "theirs").read_bytes())
    with pytest.raises(Refused, match="packed by another program"):
        take(tmp_path, _zip(tmp_path, whole))


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "a/../../x",
        "/etc/x",
        "..",
        "a//b",
        "a/./b",
        "C:\\x",
        "a\\..\\b",
        "x y",
        ".hidden",
        "a/",
        "x" * 201,
        "a\nb",
    ],
)  # fmt: skip
def test_a_file_of_another_name_than_an_export_gives_is_refused_and_its_name_is_not_said(
    tmp_path: Path, name: str
) -> None:
    files = unzip(bundle(tmp_path / "theirs").read_bytes())
    (tmp_path / "x.zip").write_bytes(export.to_zip({**files, name: b"x"}))
    with pytest.raises(Refused, match="no name that an export gives") as caught:
        take(tmp_path, tmp_path / "x.zip")
    assert name not in str(caught.value).replace("an export", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["theirs", "x.zip"]


def test_a_foreign_file_in_an_otherwise_good_bundle_is_named(tmp_path: Path) -> None:
    files = unzip(bundle(tmp_path / "theirs").read_bytes())
    (tmp_path / "x.zip").write_bytes(export.to_zip({**files, "setup.exe": b"x"}))
    with pytest.raises(Refused, match=r"NOT whole: setup\.exe: "):
        take(tmp_path, tmp_path / "x.zip")


@pytest.mark.parametrize("origin", ["../../etc/knee-2026", "scrubcast/..", "scrubcast/Knee", "/knee-2026", "knee-2026"])
def test_a_log_under_a_name_that_no_installation_gives_is_refused(tmp_path: Path, origin: str) -> None:
    signer = Signer(origin, OTHER_KEY)
    files = {"keys.txt": f"{signer.key.vkey}\n".encode(), "checkpoint": sign(signer, 0, EMPTY_ROOT)}
    (tmp_path / "x.zip").write_bytes(export.to_zip(files))
    with pytest.raises(Refused, match="a name that no installation of ours gives"):
        take(tmp_path, tmp_path / "x.zip")


@pytest.mark.parametrize(
    "name", ["..", "../x", "a/b", "", "Knee", "x~y", "scrubcast.0~knee", "~", "a.0123456789abcdef~.."]
)
def test_what_is_no_name_of_a_log_never_becomes_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused):
        names.folder_of(tmp_path / "archive", name)


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    take(tmp_path, bundle(tmp_path / "early", story()[:30]))
    before = everything(tmp_path)
    found = judged(tmp_path / "archive", bundle(tmp_path / "late"), by="N. Vos", now=START)
    (found.place.parent / f".{KNEE}.new").write_text("a file where the folder should be")
    with pytest.raises(Unavailable, match="could not be laid down"):
        lay_down(found)
    (found.place.parent / f".{KNEE}.new").unlink(missing_ok=True)
    assert everything(tmp_path) == before


def test_who_was_overtaken_by_another_import_is_told_and_changes_nothing(tmp_path: Path) -> None:
    found = judged(tmp_path / "archive", bundle(tmp_path / "early", story()[:30]), by="N. Vos", now=START)
    late = take(tmp_path, bundle(tmp_path / "late"))
    with pytest.raises(Unavailable, match="brought by somebody else meanwhile"):
        lay_down(found)
    assert listed(tmp_path / "archive") == [late]


def test_a_foreign_file_among_the_imported_is_passed_over(tmp_path: Path) -> None:
    told = take(tmp_path, bundle(tmp_path / "theirs"))
    (tmp_path / "archive-imported" / told.origin / "x.json").write_text(json.dumps({"name": "x"}))
    assert listed(tmp_path / "archive") == [told]

"""The vault opens what was sealed, keeps no plain text on disk, and forgets for good."""

import base64
import json
import os
from pathlib import Path
from uuid import UUID

import pytest

from schemas.errors import Broken, Refused
from streams import sealing
from streams.vault import KeyDestroyed, Vault

KEK = bytes(range(32))
UPDATE = UUID("01930000-0000-7000-8000-000000000001")


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault", KEK)


def test_what_was_sealed_to_the_event_opens_again(vault: Vault) -> None:
    public = vault.create("knee", ("Maria Lopez",))
    assert vault.open_sealed("knee", sealing.seal(public, b"half way")) == b"half way"
    assert vault.terms("knee") == ("Maria Lopez",)


def test_the_public_key_holds_nothing_private(vault: Vault) -> None:
    assert sorted(vault.create("knee", ())) == ["crv", "kid", "kty", "use", "x", "y"]


def test_nothing_readable_lies_on_disk(vault: Vault, tmp_path: Path) -> None:
    vault.create("knee", ("Maria Lopez", "00482913"))
    stored = (tmp_path / "vault" / "knee.json").read_bytes()
    assert b"Lopez" not in stored
    assert b"00482913" not in stored
    assert (tmp_path / "vault" / "knee.json").stat().st_mode & 0o077 == 0


def test_another_process_sees_new_terms_at_once(vault: Vault, tmp_path: Path) -> None:
    other = Vault(tmp_path / "vault", KEK)
    vault.create("knee", ("Maria Lopez",))
    assert other.terms("knee") == ("Maria Lopez",)
    vault.create("knee", ("Maria Lopez", "Ana"))
    os.utime(tmp_path / "vault" / "knee.json", ns=(1, 1))  # whatever the clock's resolution
    assert other.terms("knee") == ("Maria Lopez", "Ana")


def test_opening_the_event_again_keeps_its_keys(vault: Vault) -> None:
    sealed = sealing.seal(vault.create("knee", ("Maria",)), b"before")
    vault.create("knee", ("Maria", "Ana"))
    assert vault.open_sealed("knee", sealed) == b"before"


def test_destroyed_keys_are_gone_for_every_process(vault: Vault, tmp_path: Path) -> None:
    sealed = sealing.seal(vault.create("knee", ("Maria",)), b"gone")
    other = Vault(tmp_path / "vault", KEK)
    assert other.open_sealed("knee", sealed) == b"gone"
    assert vault.destroy("knee") is True
    for each in (vault, other):
        with pytest.raises(KeyDestroyed):
            each.open_sealed("knee", sealed)
    with pytest.raises(KeyDestroyed):
        vault.create("knee", ())


def test_destroying_what_was_never_there_is_said(vault: Vault) -> None:
    assert vault.destroy("never") is False


def test_a_seal_to_another_event_does_not_open(vault: Vault) -> None:
    vault.create("knee", ())
    with pytest.raises(Refused, match="seal cannot be opened"):
        vault.open_sealed("knee", sealing.seal(vault.create("hip", ()), b"x"))


def test_an_altered_seal_does_not_open(vault: Vault) -> None:
    head, _, nonce, body, tag = sealing.seal(vault.create("knee", ()), b"half way").split(".")
    altered = ".".join([head, "", nonce, ("A" if body[0] != "A" else "B") + body[1:], tag])
    with pytest.raises(Refused, match="seal cannot be opened"):
        vault.open_sealed("knee", altered)


def test_a_file_renamed_to_another_event_does_not_open(vault: Vault, tmp_path: Path) -> None:
    vault.create("knee", ("Maria",))
    (tmp_path / "vault" / "knee.json").rename(tmp_path / "vault" / "hip.json")
    with pytest.raises(Broken, match="does not open"):
        vault.terms("hip")


def test_another_key_encryption_key_opens_nothing(vault: Vault, tmp_path: Path) -> None:
    vault.create("knee", ())
    with pytest.raises(Broken, match="does not open with this key-encryption key"):
        Vault(tmp_path / "vault", bytes(32)).terms("knee")


def test_an_unknown_event_is_told_apart_from_a_destroyed_one(vault: Vault) -> None:
    with pytest.raises(Refused) as refused:
        vault.terms("never")
    assert refused.value.code == "unknown-event"


def test_the_header_says_how_it_was_sealed(vault: Vault) -> None:
    public = vault.create("knee", ())
    header = sealing.header_of(sealing.seal(public, json.dumps({"text": "x"}).encode()))
    assert (header["alg"], header["enc"], header["kid"]) == ("ECDH-ES", "A256GCM", public["kid"])


@pytest.mark.parametrize("junk", ["", "a.b.c.d.e", "....", "e30.e30.e30.e30.e30", "no dots at all"])
def test_what_is_no_seal_is_refused(junk: str) -> None:
    with pytest.raises(Refused):
        sealing.header_of(junk)


def test_a_sweep_lets_go_of_keys_that_another_process_destroyed(vault: Vault, tmp_path: Path) -> None:
    sealed = sealing.seal(vault.create("knee", ("Maria",)), b"gone")
    vault.create("hip", ("Ana",))
    other = Vault(tmp_path / "vault", KEK)
    assert other.open_sealed("knee", sealed) == b"gone"
    assert other.terms("hip") == ("Ana",)
    assert other.sweep() is False
    vault.destroy("knee")
    assert other.sweep() is True
    assert list(other._open) == ["hip"]
    assert other.sweep() is False


@pytest.mark.parametrize("header", ["[" * 3_000, '{"a":' * 3_000])
def test_a_header_of_brackets_alone_is_a_bad_seal(vault: Vault, header: str) -> None:
    vault.create("knee", ())
    first = base64.urlsafe_b64encode(header.encode()).decode().rstrip("=")
    sealed = f"{first}..AAAA.AAAA.AAAA"
    with pytest.raises(Refused, match="five parts"):
        sealing.header_of(sealed)
    with pytest.raises(Refused, match="cannot be opened"):
        vault.open_sealed("knee", sealed)


def test_a_header_whose_members_have_wrong_types_is_a_bad_seal(vault: Vault) -> None:
    good = sealing.seal(vault.create("knee", ()), b"half way")
    header = base64.urlsafe_b64encode(json.dumps({**sealing.header_of(good), "crit": 1}).encode()).decode().rstrip("=")
    with pytest.raises(Refused, match="cannot be opened"):
        vault.open_sealed("knee", ".".join((header, *good.split(".")[1:])))


def test_a_commitment_lives_as_long_as_the_key_and_no_longer(vault: Vault, tmp_path: Path) -> None:
    vault.create("knee", ("Maria",))
    made = vault.commit("knee", "raw", UPDATE, "half way")
    assert vault.opens("knee", "raw", UPDATE, "half way\n", made) == "without the end of its last line"
    assert vault.opens("knee", "raw", UPDATE, "half gone", made) is None
    assert Vault(tmp_path / "vault", KEK).commit("knee", "raw", UPDATE, "half way") == made
    vault.destroy("knee")
    with pytest.raises(KeyDestroyed):
        vault.opens("knee", "raw", UPDATE, "half way", made)


def test_adding_a_term_does_not_change_commitments(vault: Vault) -> None:
    vault.create("knee", ())
    made = vault.commit("knee", "raw", UPDATE, "half way")
    vault.create("knee", ("Maria",))
    assert vault.commit("knee", "raw", UPDATE, "half way") == made


def test_one_persons_terms_go_and_the_event_goes_on(vault: Vault, tmp_path: Path) -> None:
    sealed = sealing.seal(vault.create("knee", ("Maria Lopez", "Dr. Kemal Yilmaz", "yilmaz", "00482913")), b"half way")
    made = vault.commit("knee", "raw", UPDATE, "half way")
    other = Vault(tmp_path / "vault", KEK)
    assert other.terms("knee")[1] == "Dr. Kemal Yilmaz"

    assert vault.named("knee", ("YILMAZ",)) == ("Dr. Kemal Yilmaz", "yilmaz")
    assert vault.erase_terms("knee", ("Yilmaz",)) == 2

    for each in (vault, other, Vault(tmp_path / "vault", KEK)):
        assert each.terms("knee") == ("Maria Lopez", "00482913")
        assert each.open_sealed("knee", sealed) == b"half way"
        assert each.opens("knee", "raw", UPDATE, "half way", made) == "as it is"
    assert sorted(p.name for p in (tmp_path / "vault").iterdir()) == ["knee.json"]


@pytest.mark.parametrize("given", ["", "ma", "...", "lope", "Maria Lopez Garcia"])
def test_what_is_short_or_only_a_part_of_a_word_takes_nobodys_terms(vault: Vault, given: str) -> None:
    vault.create("knee", ("Maria Lopez", "Ma Li"))
    assert vault.named("knee", (given,)) == ()


def test_the_file_that_was_replaced_is_overwritten_not_only_unlinked(vault: Vault, tmp_path: Path) -> None:
    vault.create("knee", ("Maria",))
    path = tmp_path / "vault" / "knee.json"
    before = path.read_bytes()
    with path.open("rb") as held:  # keeps the old file within reach, as the blocks of a disk would
        vault.erase_terms("knee", ("Maria",))
        held.seek(0)
        after = held.read()
    assert len(after) == len(before)
    assert json.loads(before)["key"].encode() not in after


@pytest.mark.parametrize("suffix", [".new", ".old"])
def test_what_a_crash_left_beside_the_file_goes_with_the_keys(vault: Vault, tmp_path: Path, suffix: str) -> None:
    vault.create("knee", ("Maria",))
    (tmp_path / "vault" / f"knee{suffix}").write_bytes((tmp_path / "vault" / "knee.json").read_bytes())
    assert vault.destroy("knee") is True
    assert [p.name for p in (tmp_path / "vault").iterdir()] == ["knee.json"]


def test_a_second_name_of_the_living_file_is_taken_away_without_harm(vault: Vault, tmp_path: Path) -> None:
    vault.create("knee", ("Maria",))
    os.link(tmp_path / "vault" / "knee.json", tmp_path / "vault" / "knee.old")  # a crash before the new file's rename
    assert vault.tidy() is True
    assert Vault(tmp_path / "vault", KEK).terms("knee") == ("Maria",)
    assert vault.tidy() is False


@pytest.mark.parametrize("garbage", [None, b"\x00\xff" * 300])
def test_a_destruction_that_a_crash_cut_off_counts_and_is_finished(
    vault: Vault, tmp_path: Path, garbage: bytes | None
) -> None:
    vault.create("knee", ("Maria",))
    path = tmp_path / "vault" / "knee.json"
    (tmp_path / "vault" / "knee.destroyed").write_bytes(b'{"v": 1, "destroyed": true}')
    if garbage is not None:
        path.write_bytes(garbage)
    with pytest.raises(KeyDestroyed):
        vault.terms("knee")
    assert vault.tidy() is True
    assert json.loads(path.read_bytes()) == {"v": 1, "destroyed": True}
    assert [p.name for p in (tmp_path / "vault").iterdir()] == ["knee.json"]


def test_the_events_with_keys_are_told_and_destroyed_ones_are_not(vault: Vault) -> None:
    vault.create("knee", ())
    vault.create("hip", ())
    vault.destroy("hip")
    assert vault.known() == ("knee",)

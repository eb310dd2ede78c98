"""The vault opens what was sealed, keeps no plain text on disk, and forgets for good."""

import base64
import json
import os
from pathlib import Path

import pytest

from schemas.errors import Broken, Refused
from streams import sealing
from streams.vault import KeyDestroyed, Vault

KEK = bytes(range(32))


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

"""Signed notes, keys, checkpoints, proof files: C2SP's own example opens, anything but the one right form does not."""

from datetime import UTC, datetime, timedelta

import pytest

from consumers.archive import checkpoint, merkle, proof
from consumers.archive.checkpoint import Key, Signer, TreeHead, checkpoint_due, open_checkpoint, open_note, parse_keys
from schemas.errors import Refused

FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO_NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
SIGNER = Signer("stanna.example/archive/knee-2026", bytes(range(32)))
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
PEM = (
    b"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n"
    b"-----END PRIVATE KEY-----\n"
)


def test_the_note_of_the_specification_opens_with_its_key() -> None:
    text, key = open_note(FOO_NOTE.encode(), [Key.parse(FOO)])

    assert text == "This is an example message.\n"
    assert key.vkey == FOO


def test_a_checkpoint_is_origin_size_root_and_signature() -> None:
    note = checkpoint.sign(SIGNER, 0, merkle.EMPTY_ROOT)

    lines = note.decode().split("\n")
    assert lines[:4] == ["stanna.example/archive/knee-2026", "0", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", ""]
    assert lines[4].startswith("— stanna.example/archive/knee-2026 ")
    assert lines[5:] == [""]
    assert open_checkpoint(note, [SIGNER.key]) == TreeHead("stanna.example/archive/knee-2026", 0, merkle.EMPTY_ROOT)


def test_every_changed_byte_of_a_checkpoint_is_refused() -> None:
    note = checkpoint.sign(SIGNER, 12, merkle.leaf_hash(b"x"))
    for i in range(len(note)):
        for bit in range(8):
            changed = note[:i] + bytes([note[i] ^ (1 << bit)]) + note[i + 1 :]
            with pytest.raises(Refused):
                open_checkpoint(changed, [SIGNER.key])


def test_every_changed_byte_of_a_keys_file_is_refused_or_another_key() -> None:
    file = f"{SIGNER.key.vkey}\n".encode()
    assert parse_keys(file) == (SIGNER.key,)
    for i in range(len(file)):
        changed = file[:i] + bytes([file[i] ^ 1]) + file[i + 1 :]
        with pytest.raises(Refused):
            parse_keys(changed)


def test_signatures_of_unknown_witnesses_are_passed_over() -> None:
    other = Signer("witness.example/w1", b"\x05" * 32)
    text = TreeHead(SIGNER.key.name, 3, merkle.EMPTY_ROOT).text
    ours, theirs = SIGNER.sign(text), other.sign(text)
    both = ours + theirs.split("\n\n")[1]

    assert open_checkpoint(both.encode(), [SIGNER.key]).size == 3
    with pytest.raises(Refused, match="no known key"):
        open_checkpoint(theirs.encode(), [SIGNER.key])


@pytest.mark.parametrize(
    "note", [b"", b"text\n", b"text\n\n", b"text\n\nno signature\n", b"\xff\n\n", b"a\tb\n\n\xe2\x80\x94 a AAAAAAAA\n"]
)
def test_what_is_no_note_is_refused(note: bytes) -> None:
    with pytest.raises(Refused):
        open_note(note, [SIGNER.key])


@pytest.mark.parametrize("text", ["a\n01\n", "a\n-1\n", "\n1\n", "a\n1\nAAAA\n", "a\n1\n"])
def test_what_is_no_tree_head_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        TreeHead.parse(text)


def test_extension_lines_are_refused() -> None:
    with pytest.raises(Refused, match="extension"):
        TreeHead.parse(TreeHead("a", 1, merkle.EMPTY_ROOT).text + "more\n")


def test_the_key_file_is_raw_or_pem() -> None:
    assert Signer("a", PEM).key == Signer("a", bytes(range(32))).key
    for bad in (b"", b"short", b"-----BEGIN PRIVATE KEY-----\n"):
        with pytest.raises(Refused):
            Signer("a", bad)
    for name in ("", "a b", "a+b"):
        with pytest.raises(Refused):
            Signer(name, bytes(32))


def test_it_is_due_after_ten_seconds_or_when_much_waits() -> None:
    last = NOON
    assert not checkpoint_due(NOON + timedelta(seconds=9.9), last, 5)
    assert checkpoint_due(NOON + timedelta(seconds=10), last, 1)
    assert not checkpoint_due(NOON + timedelta(hours=1), last, 0)
    assert checkpoint_due(NOON, last, checkpoint.PENDING_MAX)
    assert checkpoint_due(NOON - timedelta(seconds=1), last, 1)


def one_proof() -> bytes:
    entries = [f"entry {n}".encode() for n in range(7)]
    hashes = [merkle.leaf_hash(e) for e in entries]
    note = checkpoint.sign(SIGNER, 7, merkle.root_of(hashes))
    path = merkle.inclusion_proof(4, 7, merkle.nodes_of(hashes))
    return proof.encode(proof.Proof(entries[4], 4, tuple(path), note))


def test_a_proof_file_has_the_form_of_the_specification() -> None:
    lines = one_proof().decode().split("\n")

    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra ZW50cnkgNA==", "index 4"]
    assert lines[6:9] == ["", "stanna.example/archive/knee-2026", "7"]
    shown, head = proof.check(one_proof(), [SIGNER.key])
    assert (shown.entry, shown.index, head.size) == (b"entry 4", 4, 7)


def test_every_changed_bit_of_a_proof_file_is_refused() -> None:
    whole = one_proof()
    for i in range(len(whole)):
        for bit in range(8):
            with pytest.raises(Refused):
                proof.check(whole[:i] + bytes([whole[i] ^ (1 << bit)]) + whole[i + 1 :], [SIGNER.key])


def test_a_proof_of_a_tree_of_one_has_no_steps() -> None:
    note = checkpoint.sign(SIGNER, 1, merkle.leaf_hash(b"only"))
    data = proof.encode(proof.Proof(b"only", 0, (), note))

    assert proof.check(data, [SIGNER.key])[0].path == ()

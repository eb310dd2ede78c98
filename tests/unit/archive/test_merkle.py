"""The Merkle tree against the vectors that every RFC 6962 library shares, and its proofs for trees of any size."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.archive import merkle

LEAVES = [
    bytes.fromhex(x)
    for x in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaves(n: int) -> list[bytes]:
    return [merkle.leaf_hash(str(i).encode()) for i in range(n)]


def flip(data: bytes, bit: int) -> bytes:
    return bytes([data[0] ^ (1 << (bit % 8))]) + data[1:]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert merkle.root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert hashlib.sha256(b"").digest() == merkle.EMPTY_ROOT


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_of_the_eight_standard_leaves(size: int) -> None:
    assert merkle.root_of(map(merkle.leaf_hash, LEAVES[:size])).hex() == ROOTS[size - 1]


def test_the_standard_inclusion_proof_of_leaf_5_in_8() -> None:
    nodes = merkle.nodes_of([merkle.leaf_hash(leaf) for leaf in LEAVES])

    assert [step.hex() for step in merkle.inclusion_proof(5, 8, nodes)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_the_standard_consistency_proof_from_6_to_8() -> None:
    nodes = merkle.nodes_of([merkle.leaf_hash(leaf) for leaf in LEAVES])

    assert [step.hex() for step in merkle.consistency_proof(6, 8, nodes)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_every_inclusion_proof_up_to_forty_entries_verifies_and_no_other_place_does() -> None:
    for size in range(1, 41):
        hashes = leaves(size)
        nodes, root = merkle.nodes_of(hashes), merkle.root_of(hashes)
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, nodes)
            assert merkle.verify_inclusion(index, size, hashes[index], proof, root)
            assert not merkle.verify_inclusion((index + 1) % size, size, hashes[index], proof, root) or size == 1
            assert not merkle.verify_inclusion(index, size, hashes[index], [*proof, root], root)


def test_every_consistency_proof_up_to_forty_entries_verifies() -> None:
    hashes = leaves(40)
    nodes = merkle.nodes_of(hashes)
    roots = [merkle.root_of(hashes[:n]) for n in range(41)]
    for new in range(1, 41):
        for old in range(1, new + 1):
            proof = merkle.consistency_proof(old, new, nodes)
            assert merkle.verify_consistency(old, new, roots[old], roots[new], proof)
            assert not merkle.verify_consistency(old, new, roots[old - 1], roots[new], proof)
            assert not merkle.verify_consistency(old, new, roots[old], roots[new], [*proof, roots[old]])


@given(st.integers(1, 3000), st.data())
def test_a_proof_with_any_bit_changed_does_not_verify(size: int, data: st.DataObject) -> None:
    hashes = leaves(size)
    nodes, root = merkle.nodes_of(hashes), merkle.root_of(hashes)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, nodes)
    assert merkle.verify_inclusion(index, size, hashes[index], proof, root)
    assert not merkle.verify_inclusion(index, size, flip(hashes[index], 3), proof, root)
    if proof:
        step = data.draw(st.integers(0, len(proof) - 1))
        changed = [flip(p, step) if i == step else p for i, p in enumerate(proof)]
        assert not merkle.verify_inclusion(index, size, hashes[index], changed, root)
        assert not merkle.verify_inclusion(index, size, hashes[index], proof[:-1], root)


def test_proofs_outside_the_tree_are_refused() -> None:
    nodes = merkle.nodes_of(leaves(4))
    with pytest.raises(ValueError, match="not in the tree"):
        merkle.inclusion_proof(4, 4, nodes)
    with pytest.raises(ValueError, match="0 < old <= new"):
        merkle.consistency_proof(5, 4, nodes)
    assert not merkle.verify_inclusion(4, 4, b"", [], b"")
    assert not merkle.verify_consistency(0, 4, merkle.EMPTY_ROOT, b"", [])
    assert not merkle.verify_consistency(3, 4, b"", b"", [])

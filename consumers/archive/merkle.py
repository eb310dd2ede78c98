"""The Merkle tree of RFC 6962 section 2.1 (and RFC 9162): hashes, proofs and their checks. Pure arithmetic.

Nodes are named by (height, index): (0, 5) is the leaf hash of entry 5, (3, 0) covers entries 0 to 7. Only complete
subtrees have a name; the ragged right edge is put together from them.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

Nodes = Callable[[int, int], bytes]
"""Gives the hash of the complete subtree (height, index)."""


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> bytes:
    """The leaf hashes one behind the other, as in a tile."""
    sha256 = hashlib.sha256
    return b"".join([sha256(b"\x00" + entry).digest() for entry in entries])


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@lru_cache(maxsize=8192)
def _shared_node(left: bytes, right: bytes) -> bytes:
    """node_hash() for proofs: those of neighbours have most of their way in common."""
    return node_hash(left, right)


class CompactRange:
    """The roots of the complete subtrees of a growing tree, largest first: all that appending and the root need."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def append(self, leaf: bytes) -> list[bytes]:
        """Adds a leaf hash. Returns the complete subtrees it finished: position in the list = height."""
        finished = [leaf]
        carry = self.size
        while carry & 1:
            finished.append(node_hash(self._roots.pop(), finished[-1]))
            carry >>= 1
        self._roots.append(finished[-1])
        self.size += 1
        return finished

    @property
    def peaks(self) -> tuple[bytes, ...]:
        return tuple(self._roots)

    def root(self) -> bytes:
        return fold_peaks(self._roots)


def fold_peaks(peaks: Sequence[bytes]) -> bytes:
    """The root over complete subtrees, largest first."""
    if not peaks:
        return EMPTY_ROOT
    folded = peaks[-1]
    for left in peaks[-2::-1]:
        folded = node_hash(left, folded)
    return folded


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes."""
    growing = CompactRange()
    for leaf in leaves:
        growing.append(leaf)
    return growing.root()


def nodes_of(leaves: Sequence[bytes]) -> Nodes:
    """All complete subtrees over these leaf hashes, in memory."""
    rows = [list(leaves)]
    while len(rows[-1]) > 1:
        below = rows[-1]
        rows.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])
    return lambda height, index: rows[height][index]


def _split(size: int) -> int:
    """The largest power of two below `size`: where RFC 6962 divides a tree."""
    return 1 << ((size - 1).bit_length() - 1)


def range_root(start: int, end: int, nodes: Nodes) -> bytes:
    """The hash over entries start to end; `start` is a multiple of the largest subtree inside."""
    size = end - start
    if size & (size - 1) == 0:
        height = size.bit_length() - 1
        return nodes(height, start >> height)
    middle = start + _split(size)
    return node_hash(range_root(start, middle, nodes), range_root(middle, end, nodes))


def inclusion_proof(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """The siblings from the leaf up to the root's child."""
    if not 0 <= index < size:
        raise ValueError("the entry is not in the tree")
    start, end, down = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            down.append(range_root(middle, end, nodes))
            end = middle
        else:
            down.append(range_root(start, middle, nodes))
            start = middle
    return down[::-1]


def consistency_proof(old: int, new: int, nodes: Nodes) -> list[bytes]:
    """What shows that the tree of `old` entries is a prefix of the tree of `new` ones (RFC 9162 section 2.1.4.1)."""
    if not 0 < old <= new:
        raise ValueError("a consistency proof needs 0 < old <= new")
    start, end, down, whole = 0, new, [], True
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            down.append(range_root(middle, end, nodes))
            end = middle
        else:
            down.append(range_root(start, middle, nodes))
            start, whole = middle, False
    if not whole:
        down.append(range_root(start, end, nodes))
    return down[::-1]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    position, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            found = _shared_node(sibling, found)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            found = _shared_node(found, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """RFC 9162 section 2.1.4.2."""
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new:
        return False
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old_found = new_found = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old_found, new_found = node_hash(sibling, old_found), node_hash(sibling, new_found)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new_found = node_hash(new_found, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and old_found == old_root and new_found == new_root

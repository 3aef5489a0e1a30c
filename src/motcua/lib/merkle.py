"""
The Merkle tree of RFC 9162, section 2: one root for many leaves, and short proofs that a leaf is among them.

A leaf hashes as SHA-256(0x00 + leaf), a node as SHA-256(0x01 + left + right), so that nobody can pass a node
off as a leaf. An odd node at the end of a level rises unchanged, which gives exactly the tree of the RFC
(split at the largest power of two below the size).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from motcua.lib.errors import Malformed


class Tree:
    """All levels of the tree over `leaves`, for those who need many proofs: about 64 bytes a leaf.

    Building costs two hashes a leaf; every `path` after that costs none.
    """

    def __init__(self, leaves: Sequence[bytes]) -> None:
        level = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
        self.size = len(level)
        self._levels = [level]
        while len(level) > 1:
            level = _parents(level)
            self._levels.append(level)

    @property
    def root(self) -> bytes:
        """The root, 32 bytes; of no leaves at all, SHA-256 of nothing (RFC 9162, 2.1.1)."""
        return self._levels[-1][0] if self.size else sha256().digest()

    def path(self, index: int) -> list[bytes]:
        """The inclusion proof of leaf `index` (from 0), lowest sibling first (RFC 9162, 2.1.3.1)."""
        if not 0 <= index < self.size:
            raise Malformed(
                f"không có lá số {index} trong cây có {self.size} lá",
                f"there is no leaf {index} in a tree of {self.size}",
                place="index",
            )
        path = []
        for level in self._levels[:-1]:
            sibling = index ^ 1
            if sibling < len(level):
                path.append(level[sibling])
            index >>= 1
        return path


def root(leaves: Sequence[bytes]) -> bytes:
    """The root of the tree over `leaves`, 32 bytes."""
    return Tree(leaves).root


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The inclusion proof of leaf `index`; for many proofs of one tree use `Tree`."""
    return Tree(leaves).path(index)


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` proves that `leaf` stands at `index` of the tree with `size` leaves and this `root`.

    RFC 9162, 2.1.3.2; never raises: a proof that makes no sense is False.
    """
    if not 0 <= index < size:
        return False
    here, last = index, size - 1
    known = sha256(b"\x00" + leaf).digest()
    for sibling in path:
        if last == 0 or len(sibling) != 32:
            return False
        if here & 1 or here == last:
            known = sha256(b"\x01" + sibling + known).digest()
            # A node that rose alone has no sibling on the levels it skipped.
            while not here & 1 and here:
                here >>= 1
                last >>= 1
        else:
            known = sha256(b"\x01" + known + sibling).digest()
        here >>= 1
        last >>= 1
    return last == 0 and known == root


def _parents(level: list[bytes]) -> list[bytes]:
    pairs = zip(level[::2], level[1::2], strict=False)
    parents = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    if len(level) % 2:
        parents.append(level[-1])
    return parents

"""The tree is that of RFC 9162, for every size from 1 to 70 and every leaf."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.lib.errors import Malformed
from motcua.lib.merkle import Tree, inclusion, root, verify_inclusion

# The leaves and roots of the test data that Certificate Transparency logs have shared since RFC 6962
# (google/certificate-transparency, merkletree tests); the tree of RFC 9162 is the same.
CT_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaves_of(size: int) -> list[bytes]:
    return [sha256(number.to_bytes(4, "big")).digest() for number in range(size)]


def rfc_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\x01" + rfc_root(leaves[:split]) + rfc_root(leaves[split:])).digest()


def rfc_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 9162, 2.1.3.1, word for word."""
    if len(leaves) == 1:
        return []
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    if index < split:
        return [*rfc_path(index, leaves[:split]), rfc_root(leaves[split:])]
    return [*rfc_path(index - split, leaves[split:]), rfc_root(leaves[:split])]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_shared_test_data(size: int) -> None:
    assert root(CT_LEAVES[:size]).hex() == CT_ROOTS[size - 1]


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert root([]) == sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, 71))
def test_roots_and_paths_are_those_of_the_rfc_and_verify(size: int) -> None:
    leaves = leaves_of(size)
    tree = Tree(leaves)
    assert tree.root == root(leaves) == rfc_root(leaves)
    for index, leaf in enumerate(leaves):
        path = tree.path(index)
        assert path == rfc_path(index, leaves)
        assert verify_inclusion(leaf, index, size, path, tree.root)


@pytest.mark.parametrize("size", range(1, 71))
def test_a_path_proves_its_own_index_in_its_own_size_only(size: int) -> None:
    leaves = leaves_of(size)
    tree = Tree(leaves)
    for index in range(size):
        path = tree.path(index)
        for other in range(-1, size + 2):
            proven = verify_inclusion(leaves[index], other, size, path, tree.root)
            assert proven == (other == index)


@given(st.integers(1, 300), st.data())
@settings(max_examples=150, deadline=None)
def test_any_change_to_a_proof_is_seen(size: int, data: st.DataObject) -> None:
    leaves = leaves_of(size)
    tree = Tree(leaves)
    index = data.draw(st.integers(0, size - 1))
    path = tree.path(index)
    assert inclusion(leaves, index) == path
    bit = data.draw(st.integers(0, 255))
    flipped = (1 << bit).to_bytes(32, "big")
    assert not verify_inclusion(xor(leaves[index], flipped), index, size, path, tree.root)
    assert not verify_inclusion(leaves[index], index, size, path, xor(tree.root, flipped))
    assert not verify_inclusion(leaves[index], index, size, [*path, flipped], tree.root)
    for place in range(len(path)):
        bent = [*path[:place], xor(path[place], flipped), *path[place + 1 :]]
        assert not verify_inclusion(leaves[index], index, size, bent, tree.root)
        assert not verify_inclusion(leaves[index], index, size, path[:place] + path[place + 1 :], tree.root)


def test_a_node_cannot_pass_for_a_leaf() -> None:
    leaves = leaves_of(4)
    left = sha256(b"\x00" + leaves[0]).digest() + sha256(b"\x00" + leaves[1]).digest()
    assert root([left, *leaves[2:]]) != root(leaves)


def test_a_leaf_that_is_not_there_is_refused() -> None:
    for index in (-1, 3):
        with pytest.raises(Malformed, match="no leaf"):
            inclusion(leaves_of(3), index)


def xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))

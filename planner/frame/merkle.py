"""The Merkle tree of a frame: root, audit paths, and the check of a path.

Source: RFC 9162, sections 2.1.1 (tree hash), 2.1.3.1 (audit paths), 2.1.3.2 (their verification).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

WIDTH = 32
"""Bytes of a node."""


def leaf_hash(leaf: bytes) -> bytes:
    """The node of a leaf: SHA-256 of a zero byte and the leaf."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The node above two nodes: SHA-256 of a one byte and both."""
    return sha256(b"\x01" + left + right).digest()


def tree_levels(leaves: bytes) -> list[bytes]:
    """All levels of the tree over the joined 32-byte leaf hashes, leaves first, root last.

    A level is one joined byte string. Pairing neighbours and lifting a last odd node unchanged
    gives the split of the RFC (the largest power of two below the size) at every node.
    """
    levels = [leaves]
    while len(levels[-1]) > WIDTH:
        levels.append(_level_above(levels[-1]))
    return levels


def merkle_root(leaves: bytes) -> str:
    """Hex root over joined 32-byte leaf hashes; of no leaves, the SHA-256 of nothing."""
    if not leaves:
        return sha256(b"").hexdigest()
    level = leaves
    while len(level) > WIDTH:
        level = _level_above(level)
    return level.hex()


def root_of_subtrees(subtrees: Iterable[tuple[int, bytes]]) -> str:
    """Hex root over complete subtrees, (height, node) each, that cover the leaves left to right.

    A subtree of 2^h leaves begins at a multiple of 2^h; ValueError where one cannot.
    """
    open_: list[tuple[int, bytes]] = []
    for height, node in subtrees:
        if open_ and open_[-1][0] < height:
            raise ValueError(f"a subtree of height {height} follows one of {open_[-1][0]}")
        open_.append((height, node))
        while len(open_) > 1 and open_[-1][0] == open_[-2][0]:
            _, right = open_.pop()
            below, left = open_.pop()
            open_.append((below + 1, node_hash(left, right)))
    if not open_:
        return merkle_root(b"")
    _, root = open_.pop()
    while open_:  # what is left over goes up as it is, until it has a neighbour
        root = node_hash(open_.pop()[1], root)
    return root.hex()


def audit_path(levels: Sequence[bytes], index: int) -> list[str]:
    """The audit path of leaf `index` (from 0), hex, from the leaf up.

    `levels` comes from `tree_levels`. Raises IndexError where there is no such leaf.
    """
    if not 0 <= index < len(levels[0]) // WIDTH:
        raise IndexError(index)
    path = []
    for level in levels[:-1]:
        sibling = index ^ 1
        if sibling * WIDTH < len(level):
            path.append(level[sibling * WIDTH : (sibling + 1) * WIDTH].hex())
        index >>= 1
    return path


def root_of_path(leaf: bytes, index: int, size: int, path: Sequence[str]) -> str | None:
    """The hex root that a leaf and its audit path lead to, or None where the path cannot fit.

    `size` is the number of leaves; `path` hex digests from the leaf up (RFC 9162 §2.1.3.2).
    """
    if not 0 <= index < size:
        return None
    position, last = index, size - 1
    node = leaf_hash(leaf)
    for step in path:
        if last == 0:
            return None
        sibling = bytes.fromhex(step)
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            node = node_hash(node, sibling)
        position >>= 1
        last >>= 1
    return node.hex() if last == 0 else None


def _level_above(level: bytes) -> bytes:
    paired = len(level) // (2 * WIDTH) * (2 * WIDTH)
    nodes = [
        sha256(b"\x01" + level[start : start + 2 * WIDTH]).digest()
        for start in range(0, paired, 2 * WIDTH)
    ]
    return b"".join(nodes) + level[paired:]

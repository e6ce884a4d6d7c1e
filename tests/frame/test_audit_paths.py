"""Paths of leaves that came in pieces: those of the tree that is held as a whole."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yaohao.planner.frame import audit_paths
from yaohao.planner.frame.audit_paths import AuditPaths
from yaohao.planner.frame.merkle import WIDTH, audit_path, root_of_path, tree_levels


@settings(max_examples=60, deadline=None)
@given(
    size=st.integers(1, 300),
    height=st.integers(0, 6),
    pieces=st.lists(st.integers(1, 90), min_size=1, max_size=9),
    held=st.sampled_from([1, 1 << 20]),
)
def test_paths_are_those_of_the_whole_tree(
    tmp_path_factory: pytest.TempPathFactory, size: int, height: int, pieces: list[int], held: int
) -> None:
    texts = [f"leaf {number}".encode() for number in range(size)]
    leaves = b"".join(sha256(b"\0" + text).digest() for text in texts)
    levels = tree_levels(leaves)
    cut, rest = [], leaves
    while rest:
        width = WIDTH * pieces[len(cut) % len(pieces)]
        cut.append(rest[:width])
        rest = rest[width:]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit_paths, "_HEIGHT", height)
        patch.setattr(audit_paths, "_HELD", held)
        found = AuditPaths(iter(cut), tmp_path_factory.getbasetemp())
        assert found.size == size
        for index in [*range(size), 0, size // 2]:
            path = found.path(index)
            assert path == audit_path(levels, index)
            assert root_of_path(texts[index], index, size, path) == levels[-1].hex()
        for index in (-1, size):
            with pytest.raises(IndexError):
                found.path(index)


def test_leaves_of_a_large_tree_lie_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_paths, "_HELD", 1 << 10)
    found = AuditPaths([bytes(WIDTH)] * 100, tmp_path)
    assert found._leaves._rolled  # type: ignore[attr-defined]
    assert list(tmp_path.iterdir()) == []  # nobody else sees it, and it goes with the process
    assert len(found.path(99)) == len(audit_path(tree_levels(bytes(WIDTH * 100)), 99))

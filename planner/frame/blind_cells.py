"""Cells under their public names: what of them is committed, and how one is shown to its members.

A cell's codes would tell the tier of its members. So the public knows it by a name that only the
secret gives, and each member gets its own cell's row and path.

Source: the draw protocol, "Freeze: the frame" (docs/protocol.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from yaohao.planner.frame.merkle import audit_path, leaf_hash, merkle_root, tree_levels
from yaohao.planner.schema.lottery import BlindCellProof, LotteryCell
from yaohao.planner.vocabulary.digest import KEY_LENGTH, sha


class BlindCell(NamedTuple):
    """A cell as it is committed: public name, size, expected count in millionths, salt."""

    blind: str
    size: int
    expected: int
    salt: str

    @property
    def text(self) -> str:
        """The text of its leaf."""
        return f"{self.blind}|{self.size}|{self.expected}|{self.salt}"


def blind_name(secret: str, cell: str) -> str:
    """The public name of a cell; of `secret` 64 hex characters."""
    return sha(f"{secret}|cell|{cell}")[:KEY_LENGTH]


def blind_cells(secret: str, cells: Iterable[LotteryCell]) -> list[BlindCell]:
    """The cells of a lottery as they are committed, in ascending order of their public names."""
    return sorted(
        BlindCell(
            blind_name(secret, cell["cell"]),
            cell["size"],
            cell["expected"],
            sha(f"{secret}|cell-salt|{cell['cell']}")[:KEY_LENGTH],
        )
        for cell in cells
    )


def cells_root(cells: Iterable[BlindCell]) -> str:
    """The root of the tree over cells in ascending order of their public names, hex."""
    return merkle_root(_leaves(cells))


def cell_proofs(secret: str, cells: Iterable[LotteryCell]) -> dict[str, BlindCellProof]:
    """By public name: a cell's row, and its path to the committed root (docs/bundle.md)."""
    committed = blind_cells(secret, cells)
    levels = tree_levels(_leaves(committed))
    return {
        cell.blind: {
            "cell": cell.blind,
            "size": cell.size,
            "expected": cell.expected,
            "salt": cell.salt,
            "cells": len(committed),
            "index": index,
            "path": audit_path(levels, index),
        }
        for index, cell in enumerate(committed)
    }


def _leaves(cells: Iterable[BlindCell]) -> bytes:
    return b"".join(leaf_hash(cell.text.encode()) for cell in cells)

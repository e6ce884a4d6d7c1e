"""What can be picked for a field of a plan: the codes that the registers know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from yaohao.planner.plan.conditions import TWO_SIDED
from yaohao.planner.plan.model import FIELD, OTHER, STRATA
from yaohao.planner.register.code_columns import CodeColumns
from yaohao.planner.schema.entity import CODES, SETS
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.plan_files import code_reader
from yaohao.planner.vocabulary.terms import codes

Codes = list[tuple[str, str, int]]

_LEVELS = (2, 4)
"""Digits of the divisions above a county."""


def plan_codes(
    workspace: WorkspaceFolder, column: str, read: Callable[[WorkspaceFolder], CodeColumns]
) -> Codes:
    """Codes with the number of entities, or of others, that have each; items with their names.

    `read` gives the columns of the register, for a code that it has.
    """
    if column in ("age", "key"):
        return [(code, "", 0) for code in TWO_SIDED[column]]
    if column == "item":
        return [(row["item_id"], row["name"], 0) for row in workspace.store.roster("items")]
    if column == "department":
        rows = workspace.store.roster("inspectors")
        return _counted(Counter(row["department"] for row in rows))
    if column == "qualification":
        parts = (row["qualifications"] for row in workspace.store.roster("inspectors"))
        return _counted(Counter(code for part in parts for code in part))
    if column == "trigger":
        met = Counter(row["trigger"] for row in workspace.store.roster("leads"))
        return _counted({**dict.fromkeys(codes("trigger"), 0), **met})
    if column == "stratum":
        fields = _entities(workspace, "fields", read)
        return [
            *((name, "", 0) for name in STRATA),
            *((FIELD + code, "", size) for code, _, size in fields),
        ]
    return _entities(workspace, column, read)


def _entities(
    workspace: WorkspaceFolder, column: str, read: Callable[[WorkspaceFolder], CodeColumns]
) -> Codes:
    """The codes of a column of the register, and those of its closed set that nobody has."""
    counts: dict[str, int] = {}
    if column in (*CODES, *SETS) and workspace.store.snapshot() is not None:
        counts = read(workspace).counts(column)
    has_words = code_reader(workspace).has_words
    if column == "region" and has_words:
        above: Counter[str] = Counter()
        for code, size in counts.items():
            for digits in _LEVELS:
                above[code[:digits]] += size
        counts |= above
    elif has_words and column != "industry":
        counts = {**dict.fromkeys(codes(column), 0), **counts}
    counts.pop(OTHER, None)
    return _counted(counts)


def _counted(counts: Mapping[str, int]) -> Codes:
    return [(code, "", size) for code, size in sorted(counts.items()) if code]

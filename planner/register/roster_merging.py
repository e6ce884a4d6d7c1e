"""What an import makes of a register of rows (inspectors, items, leads, lists), with counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from yaohao.planner.register.silence import Silence
from yaohao.planner.schema.import_report import ImportEffects

Row = Mapping[str, Any]


class MergedRows(NamedTuple):
    """The rows after an import that are new or others than before, the ids gone, the counts."""

    put: list[dict[str, Any]]
    gone: list[str]
    effects: ImportEffects


def merge_rows(
    key: str,
    before: Sequence[Row],
    arriving: Sequence[Row],
    silence: Silence,
    *,
    replace: bool,
    empty: bool,
) -> MergedRows:
    """The register after rows arrived: a field without a column stays as it is, and so does one
    whose cell is empty unless it is to be emptied.
    """
    old = {str(row[key]): row for row in before}
    fields, emptied, kept = Counter[str](), Counter[str](), Counter[str]()
    put, new, changed = [], 0, 0
    met = set()
    for row, silent, blank in zip(arriving, silence.rows, silence.blank, strict=True):
        name = str(row[key])
        met.add(name)
        was = old.get(name)
        if was is None:
            new += 1
            put.append(dict(row))
            continue
        now = dict(was)
        for field, value in row.items():
            if field in silent or value == was.get(field):
                continue
            if field in blank and not empty:
                kept[field] += 1
                continue
            now[field] = value
            (emptied if field in blank else fields)[field] += 1
        if now != was:
            changed += 1
            put.append(now)
    gone = sorted(old.keys() - met) if replace else []
    effects: ImportEffects = {
        "new": new,
        "changed": changed,
        "same": len(met) - new - changed,
        "gone": len(gone),
        "fields": dict(sorted((fields + emptied).items())),
        "emptied": dict(sorted(emptied.items())),
        "kept": dict(sorted(kept.items())),
    }
    return MergedRows(put, gone, effects)

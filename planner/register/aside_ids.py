"""Of rows set aside, those of which a row of the same id was accepted since."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from yaohao.planner.register.cells import is_blank
from yaohao.planner.register.entity_ids import EntityIds
from yaohao.planner.register.sorted_runs import SortedRuns
from yaohao.planner.vocabulary.text import tidy

if TYPE_CHECKING:
    import pyarrow as pa

Values = Mapping[str, Mapping[str, str]]


def entity_of(row: Mapping[str, str], ids: EntityIds, values: Values) -> str:
    """The entity that a row set aside is about, by its fields; "" where that cannot be told."""
    text = row.get("entity_id", "")
    if is_blank(text):
        text = row.get("registration_number", "")
    text = values.get("entity_id", {}).get(text, text)
    if is_blank(text):
        return ""
    code = ids.read(text)
    return "" if code.reason else code.text


def of_entities(
    accepted: pa.Table | SortedRuns, ids: EntityIds, values: Values
) -> Callable[[Sequence[Mapping[str, str]]], set[int]]:
    """A function that finds the rows whose entity is among those of a table."""

    def find(rows: Sequence[Mapping[str, str]]) -> set[int]:
        import pyarrow as pa
        import pyarrow.compute as pc

        about = [entity_of(row, ids, values) for row in rows]
        named = {*about} - {""}
        if isinstance(accepted, SortedRuns):
            there = accepted.among(named)
        else:
            column = accepted.column("entity_id")
            asked = pa.array(sorted(named), pa.string())
            there = set(column.filter(pc.is_in(column, value_set=asked)).to_pylist())
        return {index for index, one in enumerate(about) if one in there}

    return find


def of_keys(
    key: str, accepted: Collection[str], values: Values
) -> Callable[[Sequence[Mapping[str, str]]], set[int]]:
    """A function that finds the rows whose id in a column is among those accepted."""
    there = set(accepted)
    changed = values.get(key, {})

    def find(rows: Sequence[Mapping[str, str]]) -> set[int]:
        texts = [row.get(key, "") for row in rows]
        return {
            index for index, one in enumerate(texts) if tidy(changed.get(one, one)) in there - {""}
        }

    return find

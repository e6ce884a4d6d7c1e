"""The merging of entities, and its undoing, beside a model of plain dictionaries."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from helpers.campaign import tried
from hypothesis import given
from hypothesis import strategies as st
from yaohao.planner.register.merging import Merging, merge
from yaohao.planner.register.silence import Silence
from yaohao.planner.register.undoing import undo_entities
from yaohao.planner.schema.entity import COLUMNS, schema

TESTED = ("name", "tier", "fields")

rows = st.dictionaries(
    st.sampled_from(["E1", "E2", "E3", "e4", "店5", "E6"]),
    st.tuples(
        st.sampled_from(["a", "b"]), st.sampled_from(["", "A", "B"]), st.sampled_from(["", "food"])
    ),
    max_size=6,
)


def table(of: dict[str, tuple[str, ...]], order: bool = True) -> pa.Table:
    ids = sorted(of, key=str.encode) if order else list(of)
    plain = {name: 0 if name == "visits_this_year" else "" for name in COLUMNS}
    made = [{**plain, "entity_id": one, **dict(zip(TESTED, of[one], strict=True))} for one in ids]
    return pa.Table.from_pylist(made, schema=schema())


def plain(found: pa.Table) -> dict[str, tuple[str, ...]]:
    made = found.to_pylist()
    assert [row["entity_id"] for row in made] == sorted(
        (row["entity_id"] for row in made), key=str.encode
    )
    return {row["entity_id"]: tuple(row[name] for name in TESTED) for row in made}


@tried(300)
@given(rows, rows, st.sets(st.sampled_from(TESTED[1:])), st.booleans(), st.booleans())
def test_merging_is_as_a_model_has_it(
    before: Any, new: Any, silent: Any, replace: bool, empty: bool
) -> None:
    mask = pa.array([True] * len(new), pa.bool_())
    silence = Silence(dict.fromkeys(silent, mask))
    found = merge(table(before), table(new, order=False), silence, Merging(replace, empty))
    expected = {} if replace else dict(before)
    changed = same = 0
    kept: dict[str, int] = {}
    for one, values in new.items():
        was = before.get(one)
        if was is None:
            expected[one] = values
            continue
        now = []
        for name, old, value in zip(TESTED, was, values, strict=True):
            keeps = not value and old and not empty and name not in silent
            kept[name] = kept.get(name, 0) + bool(keeps)
            now.append(old if keeps or name in silent else value)
        expected[one] = tuple(now)
        changed += tuple(now) != was
        same += tuple(now) == was
    assert plain(found.table) == expected
    effects = found.effects
    assert (effects["new"], effects["changed"], effects["same"]) == (
        len(new.keys() - before.keys()), changed, same,
    )  # fmt: skip
    assert effects["gone"] == (len(before.keys() - new.keys()) if replace else 0)
    assert effects["kept"] == {name: number for name, number in kept.items() if number}


@tried(300)
@given(rows, rows, rows)
def test_undoing_is_as_a_model_has_it(before: Any, after: Any, current: Any) -> None:
    found = undo_entities(table(before), table(after), table(current))
    expected = {}
    for one in before.keys() | after.keys() | current.keys():
        was, then, now = (of.get(one) for of in (before, after, current))
        if now is None:
            if then is None and was is not None:
                expected[one] = was
        elif then is None:
            expected[one] = now
        elif was is None:
            if now != then:
                expected[one] = now
        else:
            expected[one] = tuple(
                a if b != a and c == b else c for a, b, c in zip(was, then, now, strict=True)
            )
    assert plain(found.table) == expected


@tried(100)
@given(rows, rows, st.booleans())
def test_an_import_undone_at_once_leaves_nothing(before: Any, new: Any, replace: bool) -> None:
    start = table(before)
    after = merge(start, table(new), Silence(), Merging(replace, empty=True)).table
    assert undo_entities(start, after, after).table.equals(start)

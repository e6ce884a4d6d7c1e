"""The pools of several draws beside each other: who was in which, and how each entity counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from yaohao.planner.learning.sample import Floats, Ints
from yaohao.planner.learning.years import APART, FIRST, SHARED
from yaohao.planner.plan.model import Plan
from yaohao.planner.storage.design_samples import SurveyedDraw
from yaohao.planner.storage.entity_numbers import known_numbers
from yaohao.planner.storage.folder import WorkspaceFolder

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Pools:
    """The pools of draws: sizes, how many entities they hold together, and how many in several.

    `how` is one of ``apart``, ``shared``, ``first`` (see `learning.years`); `parts` has an array a
    draw, the part that each of its drawn entities has in a figure of them all.
    """

    sizes: tuple[int, ...]
    union: int
    in_several: int
    how: str
    parts: tuple[Floats, ...]


def looks_back(plan: Plan) -> bool:
    """Whether a plan's pool hangs on whom earlier draws drew: batches, and caps on visits."""
    return bool(plan.frequency > 1 or plan.limits.days_between or plan.limits.visits_per_year)


def pools_of(workspace: WorkspaceFolder, draws: Sequence[SurveyedDraw]) -> Pools:
    """The pools of draws, in the order in which they were frozen.

    Those without a chance belong to no pool. An entity that went over from its registration number
    to its code is the same.
    """
    import pyarrow as pa

    numbers = known_numbers(workspace)
    places = workspace.store.draw_ids()
    order = sorted(range(len(draws)), key=lambda k: places.index(draws[k].id))
    members = [_members(one, numbers) for one in draws]
    every = pa.concat_arrays(members).dictionary_encode()
    codes = np.asarray(every.indices).astype(np.int64)
    of_draw: list[Ints] = np.split(codes, np.cumsum([len(one) for one in members])[:-1])
    size = len(every.dictionary)
    held = np.bincount(codes, minlength=size)
    in_several = int((held > 1).sum())
    how = APART
    if in_several:
        # The first pool hangs on no draw of these.
        how = FIRST if any(looks_back(draws[k].plan) for k in order[1:]) else SHARED
    first = np.full(size, -1, np.int64)
    for k in reversed(order):
        first[of_draw[k]] = k
    parts = []
    for k, one in enumerate(draws):
        at = _places(every.dictionary, _now(one.entities, numbers))
        parts.append((first[at] == k).astype(np.float64) if how == FIRST else 1 / held[at])
    return Pools(tuple(map(len, members)), size, in_several, how, tuple(parts))


def _members(survey: SurveyedDraw, numbers: Mapping[str, str]) -> pa.StringArray:
    """The ids of all who had a chance in a draw."""
    import pyarrow as pa
    import pyarrow.compute as pc

    cells = survey.frozen.lottery["cells"]
    chances = pa.array([cells[int(at)]["cell"] for at in survey.frame.kept], pa.string())
    table = survey.frozen.frame.table("entity_id", "standing", "cell")
    there = pc.and_(
        pc.equal(table.column("standing"), "pool"), pc.is_in(table.column("cell"), chances)
    )
    ids = table.column("entity_id").filter(there).combine_chunks()
    return _now(ids.to_pylist(), numbers) if numbers else ids.cast(pa.string())


def _now(ids: Sequence[str], numbers: Mapping[str, str]) -> pa.StringArray:
    import pyarrow as pa

    return pa.array([numbers.get(one, one) for one in ids], pa.string())


def _places(every: pa.StringArray, ids: pa.StringArray) -> Ints:
    import pyarrow.compute as pc

    return np.asarray(pc.index_in(ids, value_set=every)).astype(np.int64)

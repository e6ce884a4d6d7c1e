"""Whether withdrawn entities were replaced by the next reserve of their own cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from yaohao.planner.draw.withdrawals import next_reserve
from yaohao.planner.verification.finding import Finding, fails, holds

Visit = Mapping[str, Any]


def check_reserves(
    name: str, visits: Iterable[Visit], withdrawals: Sequence[Mapping[str, Any]]
) -> Iterator[Finding]:
    """That each reserve used is the next of the cell of the entity whose place it takes.

    `visits` have their `ticket`, and their `cell`, None or empty outside the pool. That a withdrawn
    entity was left without a reserve although its cell has one is a warning: the bureau may leave a
    place empty, and who reads the record should know that it did.
    """
    if not withdrawals:
        yield holds(name)
        return
    named = {one["entity_id"] for one in withdrawals}
    rows = [
        {**visit, "cell": visit["cell"] or None}
        for visit in visits
        if visit["reserve"] or visit["entity_id"] in named
    ]
    known = {row["entity_id"] for row in rows}
    for place, one in enumerate(withdrawals):
        if one["entity_id"] not in known:
            yield fails(name, f"withdrawals[{place}]", "an entity of the list", one["entity_id"])
            return
        following = next_reserve(rows, withdrawals[:place], one["entity_id"])
        if one["reserve"] is None and following is not None:
            params = {"entity": one["entity_id"], "reserve": following}
            yield Finding("reserve-passed", None, "verify.reserve-passed", params)
        elif one["reserve"] != following:
            expected = following or "no reserve"
            yield fails(name, f"withdrawals[{place}].reserve", expected, one["reserve"])
            return
    yield holds(name)

"""Entities that went from their registration number to their credit code, and what follows them.

The register keeps the number with the entity. Leads move to the code; an inspector who recused from
the entity by its number recuses by the code too, and keeps the number: draws that were frozen
before have the entity by that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from yaohao.planner.register.former_numbers import numbers_of
from yaohao.planner.register.number_book import NumberBook
from yaohao.planner.register.range_merging import former_numbers
from yaohao.planner.register.sorted_runs import SortedRuns
from yaohao.planner.schema.entity import NUMBER, completed
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.registers import roster_digest
from yaohao.planner.vocabulary.parquet_files import open_parquet

if TYPE_CHECKING:
    import pyarrow as pa

Change = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""What becomes of a row of a register."""


def known_numbers(workspace: WorkspaceFolder) -> NumberBook:
    """Registration number → id of the entity of the register that had it; none that two had."""
    book = NumberBook()
    if workspace.store.snapshot() is None:
        return book
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    path, _, _ = workspace.snapshot_path()
    if NUMBER not in pq.read_schema(path).names:
        return book
    with open_parquet(path) as file:
        for batch in file.iter_batches(1 << 17, columns=["entity_id", NUMBER]):
            having = batch.filter(pc.not_equal(batch.column(NUMBER), ""))
            if having.num_rows:
                book.add(having.column(NUMBER), having.column("entity_id"))
    return book


def gone_over(workspace: WorkspaceFolder, accepted: pa.Table | SortedRuns) -> dict[str, str]:
    """Registration number → code of the entities that have gone over with `accepted`: the register,
    or the files themselves, have had them by their number alone.
    """
    path = workspace.snapshot_path()[0] if workspace.store.snapshot() is not None else None
    former = former_numbers(path, accepted)
    return {number: former[number] for number in sorted(former)}


def gone_back(was: pa.Table, then: pa.Table, now: pa.Table) -> dict[str, str]:
    """Code → registration number of the entities that an import, which made `then` of `was`, let
    go over to their codes, and that have their numbers again in the register `now`.
    """
    held, before = (set(one.column("entity_id").to_pylist()) for one in (now, was))
    return {
        code: number
        for number, code in numbers_of(completed(then)).items()
        if number in before and number in held and code not in held
    }


def follow(workspace: WorkspaceFolder, gone: Mapping[str, str]) -> int:
    """Let leads and recusals follow entities to their codes, in an act; how many did.

    The ledger has each register that is another one after it.
    """
    return _change(workspace, {"leads": _led(gone), "inspectors": _recused(gone)}) if gone else 0


def follow_back(workspace: WorkspaceFolder, back: Mapping[str, str]) -> int:
    """Let leads follow entities back to their numbers, in an act; how many did. Recusals have
    both.
    """
    return _change(workspace, {"leads": _led(back)}) if back else 0


def _change(workspace: WorkspaceFolder, changes: Mapping[str, Change]) -> int:
    store, count = workspace.store, 0
    for register, change in changes.items():
        rows = [(row, change(row)) for row in store.roster(register)]
        changed = [after for before, after in rows if after != before]
        if not changed:
            continue
        store.put_roster(register, changed)
        content = roster_digest(register, store.roster(register))
        what = f"numbers {len(changed)}"
        store.append({"act": "register", "register": register, "what": what, "content": content})
        count += len(changed)
    return count


def _led(gone: Mapping[str, str]) -> Change:
    def change(row: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**row, "entity_id": gone.get(row["entity_id"], row["entity_id"])}

    return change


def _recused(gone: Mapping[str, str]) -> Change:
    def change(row: Mapping[str, Any]) -> Mapping[str, Any]:
        codes = {gone[one] for one in row["recused"] if one in gone}
        return {**row, "recused": sorted({*row["recused"], *codes})}

    return change

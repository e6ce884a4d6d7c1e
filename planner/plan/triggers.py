"""Trigger-based supervision (触发式监管) in a plan: whom it is for, and the entries it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from yaohao.planner.plan.keys import ENTRY
from yaohao.planner.plan.model import ListEntry, Plan, TriggerBased
from yaohao.planner.plan.reader import TomlTable, show

MOST_MONTHS = 120
_TEXT = 2000  # characters of what an entry says
_NEVER = "-"  # a document has no defaults, so that this one is never taken


def read_trigger_based(top: TomlTable) -> TriggerBased:
    """The table ``[trigger_based]``; without it nobody is under trigger-based supervision."""
    table = top.table("trigger_based")
    if not table.given:
        return TriggerBased((), 0, 0)
    return TriggerBased(
        table.codes("tiers", None),
        table.whole("observation_months", 12, 0, MOST_MONTHS),
        table.whole("reminder_months", 12, 0, MOST_MONTHS),
        _entries(table) if table.source.committed else (),
    )


def with_entries(plan: Plan, lists: Iterable[Mapping[str, Any]]) -> Plan:
    """The plan with the entries of the register of the four lists that are about its items."""
    if not plan.trigger_based.tiers:
        return plan
    items = set(plan.all_items)
    entries = sorted(
        (
            ListEntry(
                *(row[name] for name in ("entry_id", "item_id", "content", "measure", "trigger"))
            )
            for row in lists
            if row["item_id"] in items
        ),
        key=lambda entry: entry.entry_id,
    )
    return replace(plan, trigger_based=replace(plan.trigger_based, entries=tuple(entries)))


def wholly_under(plan: Plan) -> str | None:
    """The entry that stands for the plan's first item, if every item of it is on the lists.

    None where an item is not: the lot then still decides about that item.
    """
    of_item = {entry.item_id: entry.entry_id for entry in reversed(plan.trigger_based.entries)}
    items = plan.all_items
    return of_item[items[0]] if items and all(item in of_item for item in items) else None


def _entries(table: TomlTable) -> tuple[ListEntry, ...]:
    """The entries of a committed document, sorted by id."""
    rows = table.need("entries")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        table.complain("not-tables", "entries", found=show(rows))
        return ()
    entries = []
    for place, row in enumerate(rows):
        entry = TomlTable(table.source, row, (*table.at("entries"), place), ENTRY)
        entries.append(
            ListEntry(
                entry.code("entry_id", _NEVER),
                entry.code("item_id", _NEVER),
                entry.text("content", "", _TEXT),
                entry.text("measure", "", _TEXT),
                entry.code("trigger", _NEVER),
            )
        )
    return tuple(sorted(entries, key=lambda entry: entry.entry_id))

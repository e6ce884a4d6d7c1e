"""What a workspace knows that files are read with: its day, its division, codes, numbers, rows."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from yaohao.planner.register.number_book import NumberBook
from yaohao.planner.schema.options import ImportOptions
from yaohao.planner.storage import calendar
from yaohao.planner.storage.arrivals import waiting
from yaohao.planner.storage.calendar import day_given, zone
from yaohao.planner.storage.entity_numbers import known_numbers
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.vouched import vouched_codes

TODAY = calendar.TODAY
"""The variable of the environment with the day on which files come in, in trials."""


def as_known(workspace: WorkspaceFolder, register: str, options: ImportOptions) -> ImportOptions:
    """Options of an import into a register with what the workspace knows put in.

    Raises PlannerError for a day that is none.
    """
    # Items speak of no entity, and to read the numbers of 100,000,000 takes seconds.
    numbers = NumberBook() if register == "items" else known_numbers(workspace)
    numbers.put(options.numbers)
    return replace(
        options,
        earlier=partial(workspace.store.set_aside_rows, register),
        # Entities are known by their ids, all the other rows by their texts too.
        waiting=frozenset() if register == "entities" else waiting(workspace.store, register),
        today=day_given(workspace, options.today, TODAY).isoformat(),
        zone=options.zone or zone(workspace),
        division=options.division or workspace.settings.division,
        vouched=options.vouched | vouched_codes(workspace),
        numbers=numbers,
    )

"""What a workspace knows that files are read with: its day, its division, codes, numbers, rows."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial

from yaohao.planner.schema.options import ImportOptions
from yaohao.planner.storage.arrivals import waiting
from yaohao.planner.storage.calendar import today
from yaohao.planner.storage.entity_numbers import known_numbers
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.vouched import vouched_codes
from yaohao.planner.vocabulary.problems import refuse

TODAY = "YAOHAO_TODAY"
"""The variable of the environment with the day that is taken for today in trials."""


def as_known(workspace: WorkspaceFolder, register: str, options: ImportOptions) -> ImportOptions:
    """Options of an import into a register with what the workspace knows put in.

    Raises PlannerError for a day that is none.
    """
    from datetime import date

    day = options.today or os.environ.get(TODAY, "")
    if day:
        try:
            day = date.fromisoformat(day).isoformat()
        except ValueError:
            raise refuse("intake.bad-today", found=day) from None
    return replace(
        options,
        earlier=partial(workspace.store.set_aside_rows, register),
        # Entities are known by their ids, all the other rows by their texts too.
        waiting=frozenset() if register == "entities" else waiting(workspace.store, register),
        today=day or today(workspace).isoformat(),
        division=options.division or workspace.settings.division,
        vouched=options.vouched | vouched_codes(workspace),
        numbers={**known_numbers(workspace), **options.numbers},
    )

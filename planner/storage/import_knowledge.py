"""What a workspace knows that files are read with: its day, its division, codes, numbers."""

from __future__ import annotations

import os
from dataclasses import replace

from yaohao.planner.schema.options import ImportOptions
from yaohao.planner.storage.calendar import today
from yaohao.planner.storage.entity_numbers import known_numbers
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.vouched import vouched_codes
from yaohao.planner.vocabulary.problems import refuse

TODAY = "YAOHAO_TODAY"
"""The variable of the environment with the day that is taken for today in trials."""


def as_known(workspace: WorkspaceFolder, options: ImportOptions) -> ImportOptions:
    """Options of an import with what the workspace knows put in.

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
        today=day or today(workspace).isoformat(),
        division=options.division or workspace.settings.division,
        vouched=options.vouched | vouched_codes(workspace),
        numbers={**known_numbers(workspace), **options.numbers},
    )

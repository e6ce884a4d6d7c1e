"""A plan as a form: rows that a face shows and changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from yaohao.planner.schema.plan_edit import Path
from yaohao.planner.schema.plan_fields import PlanField


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row of a form.

    ``head`` begins a part of the plan or a row of an array; ``field`` has a value; ``add`` adds a
    row to the array at `path`, or a code to the table there (`column` is what it is of). `given` is
    whether it stands in the file, `line` where (from 1).
    """

    what: Literal["head", "field", "add"]
    path: Path
    field: PlanField | None = None
    column: str = ""
    value: Any = None
    given: bool = False
    line: int | None = None
    key: str = ""
    """As messages about the plan name it: ``quota[1].min``."""

"""The columns of a frame, and of the two tables that are joined to the register to make one."""

from __future__ import annotations

from yaohao.planner.schema.entity import KEPT, LEAF

PRIOR_COLUMNS = ("drawn_this_year", "drawn_by_plan", "drawn_until")
"""What a frame has of `PRIOR` draws."""

LEAF_COLUMNS = ("entity_id", "standing", "cell", "reason", *LEAF[1:], *PRIOR_COLUMNS)
"""The committed columns of a frame, in the order of the leaf text, in which the cell's public name,
the salt and the entity's name follow."""

DESCRIPTIVE_COLUMNS = KEPT
"""Columns kept with the frame for review; of them the name alone is committed."""

FRAME_COLUMNS = (*LEAF_COLUMNS, *DESCRIPTIVE_COLUMNS)
"""All columns of a frame, in the order of its file."""

PRIOR = ("entity_id", "drawn_this_year", "drawn_by_plan", "drawn_since", "drawn_until")
"""What earlier draws did, one row an entity that they drew or directed: how often the lot drew it
this year, how often in earlier batches of the plan, and the window of its last visit."""

LEADS = ("entity_id", "lead", "entry", "urgent", "reminded")
"""Leads in force, one row an entity: the plan's trigger, the entry of the four lists that a lead
matches, whether its trigger is one of the plan's, and whether a reminder has been given."""

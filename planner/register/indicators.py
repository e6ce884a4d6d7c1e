"""Further columns of files of visits: indicators (指标), dated by the visit.

A column that means nothing else is kept under its heading, or under the name that a mapping gives
it. Names and addresses of firms, and what tells of persons, are not: no score may hang on them.
Texts are kept as they stand; what they are (numbers, yes or no, categories) is for those to say who
know up to which day they may look.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from yaohao.planner.register.cells import is_blank
from yaohao.planner.register.columns import INDICATOR
from yaohao.planner.register.headings import field_of_heading
from yaohao.planner.register.parts import Part
from yaohao.planner.register.register_row import RegisterRow
from yaohao.planner.vocabulary.text import tidy

LONGEST_NAME = 40
LONGEST = 64
"""Characters of a text beyond which it describes, and is no category."""
MOST = 60
"""Further columns of a file that are kept."""
_REGISTERED = ("name", "address", "registration_number", "entity_id")
"""Fields of the register of entities that are no indicators."""
_OF_PERSONS = ("contacts", "inspectors")
"""Registers whose headings tell of persons."""


def kept_columns(part: Part, left_out: Collection[str] = ()) -> dict[str, int]:
    """The name ``indicator.<name>`` of each further column of a part that is kept → its place.

    `left_out` are such names whose columns are not.
    """
    kept = {name: at for name, at in part.columns.fields.items() if name.startswith(INDICATOR)}
    places = {heading: at for at, heading in reversed(list(enumerate(part.chunk.headings)))}
    used = set(kept.values())
    for heading in part.columns.ignored:
        name = tidy(heading)[:LONGEST_NAME]
        is_kept = len(kept) < MOST and name and INDICATOR + name not in left_out
        if is_kept and places[heading] not in used and _may_be(part, heading):
            kept.setdefault(INDICATOR + name, places[heading])
    return kept


def _may_be(part: Part, heading: str) -> bool:
    """Whether a heading that means nothing here may be that of an indicator."""
    if heading in part.columns.alike:
        return False
    if field_of_heading("entities", heading)[0] in _REGISTERED:
        return False
    return not any(field_of_heading(register, heading)[0] for register in _OF_PERSONS)


def told_by(row: RegisterRow, names: Iterable[str]) -> dict[str, str]:
    """What a row says under `names`, without their prefix; blanks and long texts say nothing."""
    values = {}
    for name in names:
        text = tidy(row.raw(name))
        if is_blank(text):
            continue
        if len(text) > LONGEST:
            row.warnings.append("long-indicator")
            continue
        values[tidy(name.removeprefix(INDICATOR))[:LONGEST_NAME]] = text
    return values

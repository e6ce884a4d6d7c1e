"""Further columns of files of visits: indicators (指标), dated by the visit.

A column that means nothing else is kept under its heading, or under the name that a mapping gives
it. Names and addresses of firms, and what tells of persons, are not: no score may hang on them.
Texts are kept as they stand; what they are (numbers, yes or no, categories) is for those to say who
know up to which day they may look.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from yaohao.planner.register.cells import is_blank
from yaohao.planner.register.columns import INDICATOR, ColumnMatch
from yaohao.planner.register.headings import field_of_heading
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


def kept_columns(
    match: ColumnMatch, headings: Sequence[str], left_out: Collection[str] = ()
) -> dict[str, int]:
    """The name ``indicator.<name>`` of each further column of a file that is kept → its place.

    `left_out` are such names whose columns are not.
    """
    kept = {name: at for name, at in match.fields.items() if name.startswith(INDICATOR)}
    places = {heading: at for at, heading in reversed(list(enumerate(headings)))}
    used = set(kept.values())
    for heading in match.ignored:
        name = indicator_name(heading)
        is_kept = len(kept) < MOST and name and name not in left_out
        if is_kept and places[heading] not in used and heading not in match.alike:
            kept.setdefault(name, places[heading])
    return kept


def indicator_name(heading: str) -> str:
    """The name ``indicator.<name>`` under which a column may be kept; "" where it may not be."""
    name = tidy(heading)[:LONGEST_NAME]
    if field_of_heading("entities", heading)[0] in _REGISTERED:
        return ""
    if any(field_of_heading(register, heading)[0] for register in _OF_PERSONS):
        return ""
    return INDICATOR + name if name else ""


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

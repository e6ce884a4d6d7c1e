"""Which entity a name typed by hand means: the one that has it, else none.

Names are compared without case, blanks and the width of characters, so that （） and () are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from yaohao.planner.engine.known_entities import KnownEntities
from yaohao.planner.vocabulary.problems import PlannerError, refuse
from yaohao.planner.vocabulary.text import name_core, narrow, tidy

_MOST = 5  # that are told of several of one name
_NEAREST = 3
_ALIKE = 0.85  # of 1, by Jaro and Winkler
_SHORTEST = 2
_LONGEST = 200


def is_name(typed: str) -> bool:
    """Whether a text may be a name rather than a code: it has a blank or is not of ASCII alone."""
    text = narrow(tidy(typed))
    return not text.isascii() or " " in text


def by_name(typed: str, paths: Sequence[Path]) -> str | None:
    """The id of the only entity of some files that has a name; None where none has it.

    Raises PlannerError where several have it, with their ids.
    """
    core = name_core(typed)
    if not _SHORTEST <= len(core) <= _LONGEST:
        return None
    return only(typed, KnownEntities(paths).named(core, _MOST + 1))


def only(typed: str, ids: Sequence[str]) -> str | None:
    """The one id of some, None for none of them; PlannerError for several."""
    if len(ids) > 1:
        shown = [*ids[:_MOST], "..."] if len(ids) > _MOST else list(ids)
        raise refuse("hand.several", found=tidy(typed)[:_LONGEST], ids=shown)
    return ids[0] if ids else None


def among_names(typed: str, named: Iterable[Mapping[str, str]]) -> str | None:
    """As `by_name`, of rows with `entity_id` and `name` in memory."""
    core = name_core(typed)
    if len(core) < _SHORTEST:
        return None
    return only(
        typed, sorted({row["entity_id"] for row in named if name_core(row["name"]) == core})
    )


def no_such_name(typed: str, paths: Sequence[Path]) -> PlannerError:
    """The refusal of a name that no entity of some files has, with the nearest."""
    core, shown = name_core(typed)[:_LONGEST], tidy(typed)[:_LONGEST]
    if len(core) < _SHORTEST:
        return refuse("hand.no-name", found=shown)
    rows = KnownEntities(paths).named_like(core, _ALIKE, _NEAREST)
    if not rows:
        return refuse("hand.no-name", found=shown)
    near = [f"{tidy(name)[:_LONGEST]} ({entity})" for name, entity in rows]
    return refuse("hand.no-name-near", found=shown, nearest=near)

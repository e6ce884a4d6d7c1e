"""Where one was when the program was left: place, draw, filters; kept with the user's own state.

It is a convenience and never more: a file that is missing, broken, too large or of somebody else's
making is as none, and one that cannot be written is let be. The workspace knows nothing of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.small_files import read_small_text
from yaohao.planner.vocabulary.state_folder import state_folder
from yaohao.planner.vocabulary.whole_folders import write_file

MOST = 50
"""Workspaces that are remembered, those left longest ago forgotten first."""

LONGEST = 200
"""Characters of a filter that are remembered."""


@dataclass(frozen=True)
class Session:
    """A place by its name, a draw, by place what stood in its filter and what else it keeps, and
    who sat here.
    """

    place: str = ""
    draw: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    person: str = ""


def state_file() -> Path | None:
    """The file, whether it is there or not; None where nothing is to be remembered."""
    folder = state_folder()
    return folder and folder / "screens.json"


def remembered(folder: Path) -> Session:
    """Where one was in this workspace; nowhere where that is not known."""
    one = _known().get(str(folder.absolute()))
    if not isinstance(one, dict):
        return Session()
    place, draw, person = (one.get(name) for name in ("place", "draw", "person"))
    kept = one.get("kept")
    return Session(
        place if isinstance(place, str) else "",
        draw if isinstance(draw, str) else "",
        _texts(one.get("filters")),
        {name: _texts(texts) for name, texts in kept.items()} if isinstance(kept, dict) else {},
        person[:LONGEST] if isinstance(person, str) else "",
    )


def _texts(known: object) -> dict[str, str]:
    """The texts by name in what was read, none of them too long."""
    pairs = known.items() if isinstance(known, dict) else ()
    return {name: text[:LONGEST] for name, text in pairs if isinstance(text, str)}


def remember(folder: Path, session: Session) -> None:
    """Remember where one is; where that cannot be written, nothing is."""
    file = state_file()
    if file is None:
        return
    known, name = _known(), str(folder.absolute())
    known.pop(name, None)
    filters = {place: text[:LONGEST] for place, text in session.filters.items() if text}
    kept = {place: _texts(texts) for place, texts in session.kept.items() if any(texts.values())}
    known[name] = {"place": session.place, "draw": session.draw, "filters": filters, "kept": kept}
    known[name] |= {"person": session.person[:LONGEST]} if session.person else {}
    while len(known) > MOST:
        del known[next(iter(known))]
    with suppress(OSError, PlannerError):
        file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(known, ensure_ascii=False, indent=1)
        write_file(file, text.encode("utf-8", "replace"), private=True)


def _known() -> dict[str, Any]:
    file = state_file()
    if file is None:
        return {}
    try:
        known = json.loads(read_small_text(file))
    except (OSError, ValueError, RecursionError, PlannerError):
        return {}
    return known if isinstance(known, dict) else {}

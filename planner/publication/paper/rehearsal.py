"""Forms of a rehearsal say that they are of one, whatever a bureau's own templates look like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.wording.messages import say


def marked(text: str, language: str) -> str:
    """A title with the mark of a rehearsal before it."""
    return say("rehearsal.marked", language, text=text)


def marked_plan(plan: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A plan's document for forms, its title and the authority on every form marked."""
    titles = {name: marked(plan[name], language) for name in ("title", "authority")}
    return {**plan, **titles}

"""Forms of a rehearsal say that they are of one, whatever a bureau's own templates look like."""

from __future__ import annotations

from yaohao.planner.schema.plan_document import PlanDocument
from yaohao.planner.wording.messages import say


def marked(text: str, language: str) -> str:
    """A title with the mark of a rehearsal before it."""
    return say("rehearsal.marked", language, text=text)


def marked_plan(plan: PlanDocument, language: str) -> PlanDocument:
    """A plan's document for forms, its title and the authority on every form marked."""
    title, authority = (marked(text, language) for text in (plan["title"], plan["authority"]))
    return {**plan, "title": title, "authority": authority}

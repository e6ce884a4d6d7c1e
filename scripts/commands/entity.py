"""`yaohao register entity`: all that is known of one entity."""

from __future__ import annotations

from contextlib import closing

from planner.vocabulary.telling import entity_facts
from scripts.face import act, argument, open_workspace
from scripts.output import facts, finish


@act("entity")
@argument("entity", meta="entity")
def command(entity: str) -> None:
    """Tell all that is known of one entity."""
    with closing(open_workspace()) as bureau:
        finish(bureau.entity(entity), lambda told: facts(entity_facts(told)))

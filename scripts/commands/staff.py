"""`yaohao staff`: recusals and absences are closed, the crew round is committed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from scripts.face import act, argument, open_workspace
from scripts.output import fact, facts, finish, note, warn, warn_unwitnessed


@act("staff")
@argument("draw", meta="draw")
def command(draw: str) -> None:
    """Check that every seat can be filled, and commit the crew round."""
    with closing(open_workspace()) as bureau:
        told = bureau.staff(draw)
        finish(told, show_staff)
        warn_unwitnessed(bureau, draw)
    if not told["source"]:
        warn("no-source-named")
    note("after-staff", draw=draw)


def show_staff(told: Mapping[str, Any]) -> None:
    """Print the commitment of the crew round."""
    facts(
        [
            fact("draw", told["draw"]),
            fact("visits", told["visit_count"]),
            fact("inspectors", told["inspectors"]),
            fact("visits-digest", told["visits"]),
            fact("roster-digest", told["roster"]),
            fact("commitment", told["commitment"]),
            fact("committed-at", told["committed_at"]),
            fact("source", told["source"] or "-"),
        ]
    )

"""`yaohao notices`: the bureau's own forms of a draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click
from yaohao.planner.wording.messages import say
from yaohao.scripts.command_base import (
    argument,
    cli_command,
    open_workspace,
    option,
    session,
)
from yaohao.scripts.output import (
    fact,
    facts,
    finish,
    note,
    progress,
    warn_unwitnessed,
)


@cli_command("notices")
@argument("draw", meta="draw")
@option("--to", words="notices-to", meta="dir", default="")
@option(
    "--kind",
    "kinds",
    words="notices-kind",
    type=click.Choice(("notices", "records", "worklists", "bulletin", "national")),
    multiple=True,
)
@option("--entity", "entities", words="notices-entity", meta="entity", multiple=True)
@option("--each", words="notices-each", is_flag=True)
@option("--targeted", words="notices-targeted", type=click.Choice(("yes", "no")))
def command(
    draw: str,
    to: str,
    kinds: Sequence[str],
    entities: Sequence[str],
    each: bool,
    targeted: str | None,
) -> None:
    """Write the forms."""
    with open_workspace() as workspace:
        with progress("writing-forms") as moved:
            report = workspace.notices(
                draw,
                to or workspace.folder / "notices" / draw,
                kinds,
                language=session().lang,
                entities=entities,
                each=each,
                targeted=None if targeted is None else targeted == "yes",
                progress=moved,
            )
        finish(report, show_notices)
        warn_unwitnessed(workspace, draw)
    if report["left_out"]:
        note("notices-left", kinds=report["left_out"])
    note("after-notices")


def show_notices(report: Mapping[str, Any]) -> None:
    """Print what was written, and where."""
    single = [name for name in report["files"] if "/" not in name]
    facts(
        [
            fact("draw", report["draw"]),
            fact("stage", say(f"common.stage-{report['stage']}")),
            fact("visits", report["visits"]),
            fact("folder", report["folder"]),
            fact("files", ", ".join(single)),
            fact("one-each", len(report["files"]) - len(single))
            if len(report["files"]) > len(single)
            else None,
        ]
    )

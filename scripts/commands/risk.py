"""`yaohao risk`: fit a model to past inspections, test it over time, score the register."""

from __future__ import annotations

from yaohao.planner.vocabulary.problems import refuse
from yaohao.scripts.command_base import (
    Group,
    cli_command,
    open_workspace,
    option,
    session,
)
from yaohao.scripts.findings import picture_options, tell
from yaohao.scripts.output import note


@cli_command("fit", words="learn.risk-fit")
@option("--as-of", "as_of", words="learn.as-of", meta="day", default="")
@option("--outcome", words="learn.risk-outcome", meta="code", default="any")
@option("--regions", words="learn.regions", is_flag=True)
@option("--to", words="learn.model-to", meta="file", default="")
@picture_options()
def fit(as_of: str, outcome: str, regions: bool, to: str, ascii_only: bool, svg: str) -> None:
    """Fit a model and judge it; it is written only where it may rank."""
    with open_workspace() as workspace:
        finding = workspace.risk_fit(
            as_of=as_of,
            outcome=outcome,
            regions=regions,
            to=to or None,
            overwrite=session().overwrite,
        )
        if to:
            note("learn.model-not-written" if finding.failed else "learn.model-written", file=to)
        tell(workspace, finding, ascii_only=ascii_only, svg=svg)


@cli_command("score", words="learn.risk-score")
@option("--model", words="learn.model", meta="file", default="")
@option("--scheme", words="learn.scheme", meta="file", default="")
@option("--events", words="learn.events", meta="file", default="")
@option("--as-of", "as_of", words="learn.as-of", meta="day", default="")
@option("--to", words="learn.scores-to", meta="file", required=True)
@option("--overwrite", words="output.overwrite", is_flag=True)
def score(*, model: str, scheme: str, events: str, as_of: str, to: str, overwrite: bool) -> None:
    """Write the scores of all entities with the lines that make them up."""
    if events and not scheme:
        raise refuse("findings.model-or-scheme")
    with open_workspace() as workspace:
        finding = workspace.risk_score(
            to,
            model=model or None,
            scheme=scheme or None,
            events=events or None,
            as_of=as_of,
            overwrite=overwrite,
        )
        tell(workspace, finding, ascii_only=False, svg="")


@cli_command("test", words="learn.risk-test")
@option("--from", "first", words="learn.test-from", meta="day", required=True)
@option("--to", "last", words="learn.test-to", meta="day", default="")
@option("--outcome", words="learn.risk-outcome", meta="code", default="any")
@option("--capacity", words="learn.capacity", meta="number", type=int, default=0)
@option("--regions", words="learn.regions", is_flag=True)
@picture_options()
def test(
    *,
    first: str,
    last: str,
    outcome: str,
    capacity: int,
    regions: bool,
    ascii_only: bool,
    svg: str,
) -> None:
    """Tell what a model would have been worth over time."""
    with open_workspace() as workspace:
        finding = workspace.risk_test(
            first, last, outcome=outcome, capacity=capacity, regions=regions
        )
        tell(workspace, finding, ascii_only=ascii_only, svg=svg)


command = Group(
    "risk",
    "learn.risk",
    members={
        "fit": ("learn.risk-fit", fit),
        "score": ("learn.risk-score", score),
        "test": ("learn.risk-test", test),
    },
)

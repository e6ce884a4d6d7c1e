"""`yaohao synth`: generate a synthetic population, and score an import of its dirty data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from yaohao.planner.vocabulary.problems import CheckFailed, Problem, refuse
from yaohao.planner.vocabulary.shell import shell_word
from yaohao.planner.vocabulary.whole_folders import write_file
from yaohao.planner.wording.messages import language, say
from yaohao.scripts.command_base import (
    Argument,
    Group,
    argument,
    cli_command,
    option,
)
from yaohao.scripts.commands.importing import REGISTERS
from yaohao.scripts.output import (
    column,
    fact,
    facts,
    finish,
    line,
    note,
    progress,
    table,
    tabular,
)

if TYPE_CHECKING:
    from yaohao.planner.workspace import Workspace
    from yaohao.sample_data.population import Population
    from yaohao.sample_data.score import Score

PROFILES = ("tongliao", "county", "province")
SCENARIOS = ("tiny", "conflict", "hash-edge", "one-inspector")
FORMATS = ("csv", "xlsx", "jsonl", "parquet", "workspace")
ENCODINGS = ("utf-8", "gb18030")
LEVELS = ("none", "light", "heavy")
IMPORTED = REGISTERS
"""Parts that a workspace takes in."""
FILES = "synthetic"
"""The folder inside a workspace that keeps the files it was filled from, and the truth."""

_ENTITIES = 5_000


class _Folder(Argument):
    """An argument that is no part of what the commands below are called."""

    def get_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Nothing."""
        return []


class Synth(Group):
    """The command that generates a population, or runs the subcommand named by its first word."""

    allow_interspersed_args = True

    def __init__(self, name: str, words: str, callback: Any, members: Any) -> None:
        super().__init__(name, words, callback, members)
        self.params = [
            _Folder(one.name or "", meta=one.meta) if isinstance(one, Argument) else one
            for one in self.params
        ]

    def get_usage(self, ctx: click.Context) -> str:
        """The usage line of the command."""
        return super().get_usage(ctx).replace(f" [{say('cli.meta-command')}...]", "")

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """The context of this command, or of the subcommand named by the first word."""
        if args and args[0] in self.members:
            member = self.members[args[0]][1]
            if isinstance(member, click.Command):
                return member.make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


@argument("folder", meta="dir")
@option("--entities", words="synth-entities", meta="number", type=int, default=None)
@option("--seed", words="synth-seed", meta="number", type=int, default=1)
@option("--division", words="synth-division", meta="code", default="")
@option("--profile", words="synth-profile", type=click.Choice(PROFILES), default=None)
@option("--as-of", "day", words="synth-as-of", meta="day", default="")
@option("--dirt", words="synth-dirt", meta="dirt", default="none")
@option("--scenario", words="synth-scenario", type=click.Choice(SCENARIOS), default=None)
@option("--format", "fmt", words="synth-format", type=click.Choice(FORMATS), default="csv")
@option("--encoding", words="synth-encoding", type=click.Choice(ENCODINGS), default="utf-8")
@option("--parts", words="synth-parts", meta="parts", default="")
def make(
    *,
    folder: str,
    entities: int | None,
    seed: int,
    division: str,
    profile: str | None,
    day: str,
    dirt: str,
    scenario: str | None,
    fmt: str,
    encoding: str,
    parts: str,
) -> None:
    """Generate a population and write it."""
    from yaohao.sample_data.folder import CASE_PARTS, PARTS

    population = _population(entities, seed, division, profile, _day(day), dirt, scenario)
    # A scenario is about a draw: it has cases where they are asked for.
    usual = [part for part in PARTS if not (scenario and part in CASE_PARTS)]
    asked = [part.strip() for part in parts.split(",")] if parts else usual
    with progress("synthesizing") as moved:
        if fmt == "workspace":
            report = _into_workspace(population, Path(folder), asked, moved)
        else:
            from yaohao.sample_data.folder import write_folder

            rows = write_folder(
                population, Path(folder), fmt, encoding=encoding, parts=asked, progress=moved
            )
            report = {"folder": folder, "rows": rows}
    finish({**report, "parameters": population.parameters()}, _show)
    if fmt == "workspace":
        note("after-synth-workspace", folder=shell_word(folder))
    else:
        note("after-synth", folder=folder)


def _population(
    entities: int | None,
    seed: int,
    division: str,
    profile: str | None,
    as_of: date | None,
    dirt: str,
    scenario: str | None,
) -> Population:
    from yaohao.sample_data.population import AS_OF

    if scenario:
        from yaohao.sample_data.scenarios import Scenario

        given = {"entities": entities, "division": division, "profile": profile}
        used = [f"--{name}" for name, value in given.items() if value]
        if used or dirt != "none":
            raise refuse("synth.scenario-alone", options=used or ["--dirt"])
        return Scenario(scenario, seed, as_of or AS_OF)
    from yaohao.sample_data.corruption import read_dirt
    from yaohao.sample_data.population import Population

    return Population(
        _ENTITIES if entities is None else entities,
        seed,
        division,
        profile or PROFILES[0],
        as_of or AS_OF,
        dirt if dirt in LEVELS else read_dirt(dirt),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise refuse("cli.bad-day", found=text) from error


def _into_workspace(
    population: Population,
    folder: Path,
    parts: Sequence[str],
    moved: Callable[[int, int | None], object] | None,
) -> dict[str, Any]:
    """A new workspace with the population imported; the files it came from are kept inside."""
    from contextlib import closing

    from yaohao.planner.workspace import Workspace
    from yaohao.sample_data.folder import write_folder
    from yaohao.sample_data.plans import authority

    missing = [name for name in IMPORTED if name not in parts]
    if missing:
        raise refuse("synth.part-missing", parts=missing)
    with closing(
        Workspace.create(
            folder,
            population.register,
            authority=authority(population.division),
            division=population.division.ljust(6, "0"),
            language=language(),
        )
    ) as workspace:
        files = folder / FILES
        rows = write_folder(population, files, "parquet", parts=parts, progress=moved)
        # The population is as of a day of its own, whatever the clock says.
        day = population.as_of.isoformat()
        imports = [
            workspace.import_files(name, [files / f"{name}.parquet"], today=day)
            for name in IMPORTED
        ]
        plan = (files / "plan.toml").read_bytes()
        write_file(folder / "plans" / "synthetic.toml", plan)
        opened = _follow_up(workspace, population, files, parts)
    return {
        "folder": str(folder),
        "rows": rows,
        "imports": imports,
        "plan": "plans/synthetic.toml",
        "cases": opened,
    }


def _follow_up(
    workspace: Workspace, population: Population, files: Path, parts: Sequence[str]
) -> dict[str, int]:
    """Bring contacts, filings and cases into the workspace; how many cases there are by kind.

    Nothing is entered for days to come: cases are as of the day of reference, or today if earlier.
    """
    from yaohao.scripts.sample_cases import load_cases

    day = min(population.as_of, date.fromisoformat(workspace.cases.today()["as_of"]))
    if "contacts" in parts:
        until = day.replace(year=day.year + 1, day=1).isoformat()
        workspace.cases.import_contacts([files / "contacts.parquet"], until)
    opened: dict[str, int] = {}
    if "cases" in parts:
        opened = load_cases(workspace, population.cases(day))["opened"]
    if "filings" in parts:
        filed = population.as_of.year - 1
        workspace.cases.clock(f"{filed}-01-01")  # who is to file is asked on that day
        workspace.cases.import_filings([files / "filings.parquet"], year=filed)
    if {"cases", "filings"} & set(parts):
        workspace.cases.clock(day.isoformat())
    for part, kind in (("penalties", "penalty"), ("commitments", "commitment")):
        if part in parts and population.as_of <= day:
            report = workspace.cases.import_openings(kind, [files / f"{part}.parquet"])
            opened[kind] = opened.get(kind, 0) + report["counts"].get("opened", 0)
    return opened


def _show(report: Mapping[str, Any]) -> None:
    facts(
        [
            fact("folder", report["folder"]),
            *([fact("plan", report["plan"])] if "plan" in report else []),
        ]
    )
    line()
    table(
        [column("synth-part", flex=True), column("rows", right=True)],
        ((say(f"synth.part-{name}"), count) for name, count in report["rows"].items()),
    )


@cli_command("score", words="synth-score")
@argument("ledger", meta="ledger")
@argument("set_aside", meta="set-aside")
@option("--register", "register", words="synth-register", meta="file", default="")
@option("--least", words="synth-least", meta="share", type=click.FloatRange(0, 1), default=None)
@tabular("kinds")
def score(ledger: str, set_aside: str, register: str, least: float | None) -> None:
    """Score an import by kind of dirty data."""
    from yaohao.sample_data.score import score as scored

    scores = scored(Path(ledger), Path(set_aside), Path(register) if register else None)
    finish({"kinds": [one.as_json() for one in scores]}, lambda _: _show_scores(scores))
    low = [
        one.kind
        for one in scores
        for share in (one.precision, one.recall)
        if least is not None and share is not None and share < least
    ]
    if low:
        kinds = list(dict.fromkeys(low))
        raise CheckFailed(Problem("synth.below", {"kinds": kinds, "least": str(least)}))


def _show_scores(scores: Sequence[Score]) -> None:
    table(
        [
            column("synth-kind", flex=True),
            column("synth-effect"),
            column("synth-planted", right=True),
            column("synth-right", right=True),
            column("synth-false", right=True),
            column("synth-precision", right=True),
            column("synth-recall", right=True),
        ],
        (
            (
                one.kind,
                say(f"synth.effect-{one.effect}"),
                one.planted,
                "-" if one.found is None else one.found,
                "-" if one.false is None else one.false,
                _share(one.precision),
                _share(one.recall),
            )
            for one in scores
        ),
        "kinds",
    )
    unseen = [one for one in scores if one.effect == "unseen"]
    if unseen:
        note("synth-unseen", rows=f"{sum(one.planted for one in unseen):,}")
    if any(one.found is None and one.effect != "unseen" for one in scores):
        note("synth-no-register")


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.4f}"


command = Synth("synth", "synth", make, {"score": ("synth-score", score)})

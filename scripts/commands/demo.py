"""`yaohao demo`: a complete example with the supplied sample."""

from __future__ import annotations

import importlib.resources
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click
from yaohao.planner.vocabulary.problems import CheckFailed, Problem
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.vocabulary.whole_folders import write_file
from yaohao.planner.wording.case_words import in_language, party_words
from yaohao.planner.wording.format import levels_of, verdict_lines
from yaohao.planner.wording.messages import language, say
from yaohao.scripts.command_base import argument, cli_command, session
from yaohao.scripts.commands.deal import show_deal
from yaohao.scripts.commands.draw import show_draw
from yaohao.scripts.commands.freeze import show_freeze
from yaohao.scripts.commands.importing import REGISTERS
from yaohao.scripts.commands.publish import show_folder
from yaohao.scripts.commands.show import show_visits
from yaohao.scripts.commands.staff import show_staff
from yaohao.scripts.commands.why import show_why
from yaohao.scripts.output import (
    column,
    line,
    print_json,
    prose,
    table,
)
from yaohao.scripts.plan_preview import show_preview
from yaohao.scripts.typesetting import SCREEN, wrap

if TYPE_CHECKING:
    from yaohao.planner.workspace import Workspace

DICE = 20
SITE = "www"
"""The folder of the site, in which every stage stays."""
VISITS = 8
"""Visits that are shown of all that were drawn."""

NEXT = (
    "yaohao start bureau",
    "yaohao --workspace bureau tui",
    "yaohao init rehearsal --rehearsal",
)
"""With a register of one's own: set up, look and change, rehearse."""

SAMPLE_DAY = "2027-01-04"
"""The day as of which the sample was made, which may lie ahead of the clock."""


@cli_command("demo")
@argument("folder", meta="dir", required=False)
def command(folder: str | None) -> None:
    """Run the example and explain every step; only the new folder is changed."""
    begun = monotonic()
    report: dict[str, Any] = {}
    place = Path(folder) if folder else fresh_place(Path("demo"))
    _heading("opening", folder=str(place))
    with closing(_workspace(place)) as workspace:
        report["workspace"] = str(place)
        _fill(workspace, report)
        draw = _freeze(workspace, report)
        _select(workspace, report, draw)
        _crews(workspace, report, draw)
        _visits(workspace, draw)
        _publish(workspace, report, draw)
        _verify(report)
        _follow_up(workspace, report)
    if session().json:
        print_json(report)
        return
    _closing(report, place, draw, monotonic() - begun)


def fresh_place(folder: Path) -> Path:
    """The folder itself if there is none of that name yet, else the first free ``folder-2``, ..."""
    place, number = folder, 1
    while place.exists():
        number += 1
        place = folder.with_name(f"{folder.name}-{number}")
    return place


def _heading(code: str, **params: Any) -> None:
    """The heading of a step, and what it is about; nothing with --json."""
    if session().json:
        return
    line()
    for row in wrap(say(f"demo.{code}-title", **params), SCREEN):
        click.echo(click.style(plain(row), bold=True))
    for row in wrap(say(f"demo.{code}-text", **params), SCREEN):
        line(row)


def _speak(code: str, **params: Any) -> None:
    """A sentence, an empty line before it; nothing with --json."""
    if not session().json:
        line()
        for row in wrap(say(f"demo.{code}", **params), SCREEN):
            line(row)


def _tell(show: Any, *values: Any) -> None:
    """Show something, an empty line before it; nothing with --json."""
    if not session().json:
        line()
        show(*values)


def _workspace(place: Path) -> Workspace:
    from yaohao.planner.workspace import Workspace

    return Workspace.create(
        place,
        authority="通辽市市场监督管理局",
        division="150500",
        language=language(),
    )


def _fill(workspace: Workspace, report: dict[str, Any]) -> None:
    """Import the four registers of the sample, and put its plan into the workspace."""
    _heading("import")
    sample = importlib.resources.files("yaohao.sample_data") / "tongliao"
    with importlib.resources.as_file(sample) as folder:
        report["imports"] = [
            workspace.import_files(register, [folder / f"{register}.csv"], today=SAMPLE_DAY)
            for register in REGISTERS
            if (folder / f"{register}.csv").is_file()
        ]
        plan = (folder / "plan.toml").read_bytes()
    write_file(workspace.folder / "plans" / "tongliao.toml", plan)
    _tell(_show_imports, report["imports"])


def _show_imports(imports: Sequence[Mapping[str, Any]]) -> None:
    columns = [
        column("register"),
        column("rows", right=True),
        column("accepted", right=True),
        column("mended", right=True),
        column("set-aside", right=True),
    ]
    table(
        columns,
        (
            (
                say(f"common.register-{one['register']}"),
                one["rows"],
                one["accepted"],
                sum(one["mended"].values()),
                one["set_aside"],
            )
            for one in imports
        ),
    )


def _freeze(workspace: Workspace, report: dict[str, Any]) -> str:
    """Preview and freeze the plan, and publish the commitment before there is a seed."""
    plan = workspace.folder / "plans" / "tongliao.toml"
    _heading("preview")
    report["preview"] = workspace.preview(plan)
    _tell(show_preview, report["preview"])
    _heading("freeze")
    report["freeze"] = workspace.freeze(plan, despite=["past"])
    _tell(show_freeze, report["freeze"])
    draw = str(report["freeze"]["draw"])
    _commit(workspace, draw)
    return draw


def _commit(workspace: Workspace, draw: str) -> None:
    """Publish a commitment as a stage of the site, before its seed."""
    report = workspace.publish(draw, workspace.folder / SITE, site=True)
    _speak("committed", folder=Path(report["folder"]).relative_to(workspace.folder).as_posix())


def _roll() -> str:
    """Ten-sided dice from the system's randomness."""
    return "".join(str(secrets.randbelow(10)) for _ in range(DICE))


def _select(workspace: Workspace, report: dict[str, Any], draw: str) -> None:
    seed = _roll()
    _heading("draw", seed=seed, dice=DICE)
    report["draw"] = workspace.draw(draw, seed, say("demo.source", dice=DICE))
    _tell(show_draw, report["draw"])


def _crews(workspace: Workspace, report: dict[str, Any], draw: str) -> None:
    _heading("staff")
    report["staff"] = workspace.staff(draw)
    _tell(show_staff, report["staff"])
    _commit(workspace, draw)
    seed = _roll()
    _heading("deal", seed=seed, dice=DICE)
    report["deal"] = workspace.deal(draw, seed, say("demo.source", dice=DICE))
    _tell(show_deal, report["deal"])


def _visits(workspace: Workspace, draw: str) -> None:
    """The first visits, and the whole story of one entity."""
    if session().json:
        return
    visits = workspace.show(draw)["visits"]
    _heading("visits", shown=min(VISITS, len(visits)), size=f"{len(visits):,}")
    _tell(show_visits, visits[:VISITS])
    if visits:
        _heading("why")
        _tell(show_why, workspace.why(draw, visits[0]["entity_id"]))


def _publish(workspace: Workspace, report: dict[str, Any], draw: str) -> None:
    _heading("publish")
    folder = workspace.folder
    report["publish"] = workspace.publish(draw, folder / SITE, ("csv", "json"), site=True)
    _tell(show_folder, report["publish"])
    _heading("audit")
    report["audit"] = workspace.audit(draw, folder / "audit" / draw)
    _tell(show_folder, report["audit"])


def _verify(report: dict[str, Any]) -> None:
    """Both verifiers: the planner's own, and the file that goes with every bundle."""
    from yaohao.planner.doors.checks import verify_publication

    _heading("verify")
    bundle = Path(report["publish"]["folder"])
    findings = verify_publication(bundle, report["audit"]["folder"])
    bad = [finding for finding in findings if finding.ok is False]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    script = subprocess.run(
        [sys.executable, "-I", str(bundle / "verify.py"), str(bundle)],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        env=environment,
        check=False,
    )
    report["verify"] = {
        "checks": len(findings),
        "levels": levels_of(findings),
        "failed": len(bad),
        "script_status": script.returncode,
    }
    if bad or script.returncode:
        words = [f"{finding.name}: {finding.words()}" for finding in bad] + [script.stderr[-300:]]
        raise CheckFailed(Problem("demo.not-verified", {"found": " ".join(words)}))
    _speak("verified", checks=len(findings))
    _speak("evidence")
    if not session().json:
        for sentence in verdict_lines(findings):
            prose(sentence)


def _follow_up(workspace: Workspace, report: dict[str, Any]) -> None:
    """A case of each kind, in the middle of its way, on one screen."""
    from yaohao.sample_data import __main__ as sample
    from yaohao.sample_data.population import Population
    from yaohao.scripts.sample_cases import load_cases, one_of_each

    day = workspace.cases.today()["as_of"]
    population = Population(sample.ENTITIES, sample.SEED, dirt="light")
    rows = one_of_each(population.cases(date.fromisoformat(day)))
    report["cases"] = load_cases(workspace, rows)["opened"]
    workspace.cases.clock(day)
    _heading("cases", kinds=len(report["cases"]))
    held = workspace.cases.list(limit=1000)["cases"]
    first = {one["kind"]: one for one in reversed(held)}
    _tell(_show_cases, [first[kind] for kind in report["cases"]])


def _show_cases(rows: Sequence[Mapping[str, Any]]) -> None:
    table(
        [
            column("cases.words", flex=True),
            column("cases.state", flex=True),
            column("cases.waits"),
            column("cases.next-due"),
        ],
        (
            (
                in_language(one["kind_words"]),
                in_language(one["state_words"]),
                party_words(one["waits"]),
                one["next_due"] or "",
            )
            for one in rows
        ),
    )


def _closing(report: Mapping[str, Any], place: Path, draw: str, seconds: float) -> None:
    _heading(
        "closing",
        seconds=f"{seconds:.1f}",
        scope=f"{report['freeze']['scope']:,}",
        drawn=f"{report['draw']['drawn']:,}",
        directed=f"{report['draw']['directed']:,}",
    )
    line()
    bundle = Path(report["publish"]["folder"]).relative_to(place).as_posix()
    for words in (
        *_on_the_path(),
        f"cd {place}",
        f"yaohao show {draw} --limit 50",
        "yaohao register set-aside",
        f"yaohao verify {bundle} --audit audit/{draw}",
        f"python3 {bundle}/verify.py",
        "yaohao log --verify",
        "yaohao today",
        "yaohao report year",
    ):
        line(f"  {words}")
    _next_steps()


def _next_steps() -> None:
    """The last that is said: what to do now with a register of one's own, in three commands."""
    _heading("next")
    for number, command in enumerate(NEXT, 1):
        line()
        for place, row in enumerate(wrap(say(f"demo.next-{number}"), SCREEN - 3)):
            line(f"   {row}" if place else f"{number}  {row}")
        line(f"   {command}")
    if tutorial := _tutorial():
        _speak("next-read", file=tutorial)


def _tutorial() -> str:
    """Where the tutorial lies in the language in use; empty where only the program is installed."""
    name = "first-draw.md" if language() == "en" else "first-draw.zh-CN.md"
    file = Path(__file__).resolve().parents[2] / "docs" / name
    if not file.is_file():
        return ""
    return str(file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file)


def _on_the_path() -> list[str]:
    """What makes `yaohao` a command here, where it is not one yet: after `make demo`, say."""
    activate = Path(sys.prefix) / "bin" / "activate"
    if shutil.which("yaohao") or not activate.is_file():
        return []
    place = activate.relative_to(Path.cwd()) if activate.is_relative_to(Path.cwd()) else activate
    return [f". {place}"]

"""`yaohao start`: a workspace, its registers and a first plan, by questions."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from yaohao.planner.doors.guide import (
    NEEDED,
    USUAL_ZONE,
    authority_name,
    contact_line,
    division_code,
    offered_division,
    own_plans,
    zone_name,
)
from yaohao.planner.doors.user_settings import user_setting
from yaohao.planner.vocabulary.divisions import division_name
from yaohao.planner.vocabulary.problems import PlannerError, refuse
from yaohao.planner.vocabulary.shell import shell_word
from yaohao.planner.wording.messages import LANGUAGES, choose_language, language, say
from yaohao.scripts.command_base import argument, cli_command, open_workspace, session
from yaohao.scripts.guided_import import take_in
from yaohao.scripts.guided_plan import first_plan
from yaohao.scripts.output import note
from yaohao.scripts.questions import agreed, ask_until, chosen, tell
from yaohao.scripts.told_commands import command_line

if TYPE_CHECKING:
    from yaohao.planner.workspace import Workspace


@cli_command("start", words="start.start")
@argument("folder", meta="dir", required=False, default="")
def command(folder: str) -> None:
    """Ask for what is missing, one thing after another; what is there is gone on from."""
    if session().json:
        raise refuse("start.no-json")
    try:
        with _workspace(folder) as workspace:
            _go_on(workspace)
    except click.Abort:
        click.echo("", err=True)
        tell("start.ended", command=command_line("start"))
        raise


def _go_on(workspace: Workspace) -> None:
    held = workspace.register()["registers"]
    for register in NEEDED:
        name = say(f"common.register-{register}")
        if held[register]:
            tell("start.has", name=name, size=held[register])
        elif not take_in(workspace, register):
            tell("start.again", command=command_line("start"))
            return
    if not held["leads"] and agreed("start.leads", default=False):
        take_in(workspace, "leads")
    plans = own_plans(workspace.folder)
    if plans:
        tell("start.has-plans", plans=[one.stem for one in plans])
        if not agreed("start.another-plan", default=False):
            _after(workspace, plans[-1])
            return
    plan = first_plan(workspace)
    if plan is not None:
        _after(workspace, plan)


def _after(workspace: Workspace, plan: Path) -> None:
    """Say the three things to do next."""
    file = str(plan.relative_to(workspace.folder))
    inside = session().workspace == ""
    note(
        "start.next",
        folder="" if inside else shell_word(session().workspace),
        preview=f"yaohao plan preview {shell_word(file)}",
        simulate=f"yaohao simulate {shell_word(file)}",
        freeze=f"yaohao freeze {shell_word(file)}",
    )


def _workspace(folder: str) -> Workspace:
    """The workspace to go on with, or a new one after a few questions."""
    if folder:
        session().workspace = folder
    where = session().workspace or os.environ.get("YAOHAO_WORKSPACE", "")
    if not where or (Path(where) / "workspace.toml").is_file():
        try:
            workspace = open_workspace()
        except PlannerError as error:
            if error.problems[0].code != "workspace.no-workspace":
                raise
        else:
            if not _is_language_said():
                choose_language(workspace.settings.language)
            tell("start.goes-on", folder=str(workspace.folder))
            return workspace
    return _made(where)


def _made(where: str) -> Workspace:
    from yaohao.planner.workspace import Workspace

    def vacant(typed: str) -> str:
        Workspace.check_vacant(typed)
        return typed

    if where:
        vacant(where)  # before anything is asked
    _choose_language()
    tell("start.welcome")
    folder = where or ask_until("start.folder", vacant, say("guide.folder-name"))
    rehearsal = chosen("start.purpose", [say("guide.in-earnest"), say("guide.practice")]) == 2
    is_china = chosen("start.kind", [say("guide.kind-china"), say("guide.kind-free")]) == 1
    authority = ask_until("start.authority", partial(authority_name, rehearsal=rehearsal))
    division = ""
    if is_china:
        division = ask_until("start.division", _division, offered_division(authority))
    contact = ask_until("start.contact", contact_line)
    timezone = ask_until("start.timezone", zone_name, USUAL_ZONE if is_china else "")
    made = Workspace.create(
        folder,
        "china" if is_china else "free",
        authority=authority,
        division=division,
        language=language(),
        rehearsal=rehearsal,
        timezone=timezone,
        contact=contact,
    )
    session().workspace = folder
    tell("start.made", folder=folder)
    return made


def _is_language_said() -> bool:
    """Whether an option, the environment or the user's settings say the language."""
    return bool(session().lang or os.environ.get("YAOHAO_LANG") or user_setting("language"))


def _choose_language() -> None:
    """Ask for the language where nobody has said which one it is to be."""
    if _is_language_said():
        return
    place = chosen("start.language", [say("start.language-name", lang) for lang in LANGUAGES])
    choose_language(LANGUAGES[(place or 1) - 1])


def _division(typed: str) -> str:
    """The code of a division that is named by its code or its name; "" for no answer."""
    code = division_code(typed)
    if code:
        tell("start.division-is", division=code, name=division_name(code) or code)
    return code

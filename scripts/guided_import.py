"""A register's files taken in with questions: looked at first, columns mapped by eye."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from yaohao.planner.doors.guide import file_named, template_file
from yaohao.planner.vocabulary.problems import PlannerError, Problem
from yaohao.planner.wording.messages import language, say
from yaohao.scripts.commands.importing import show_import
from yaohao.scripts.output import progress
from yaohao.scripts.questions import ask_until, chosen, tell, tell_problems
from yaohao.scripts.told_commands import command_line

if TYPE_CHECKING:
    from yaohao.planner.schema.import_report import ImportReport
    from yaohao.planner.workspace import Workspace

_LACKS = "intake.missing-heading"
_SHOWN, _COLUMNS = 30, 16_384
"""Headings that such a message shows, and columns that a sheet may have."""
Mapping = dict[str, str]
"""Field → the place of its column, such as ``#3``."""


def take_in(workspace: Workspace, register: str) -> bool:
    """Ask for the file of a register and take it in; False where a template was written instead."""
    name = say(f"common.register-{register}")
    while True:
        file = ask_until("start.file", file_named, name=name)
        if file is None:
            _template(register, name)
            return False
        if _taken(workspace, register, file):
            return True


def _template(register: str, name: str) -> None:
    """Write a template to be filled in, unless one lies there, and say what to do with it."""
    file = template_file(register, Path(), language())
    tell("start.template", file=str(file), name=name)


def _taken(workspace: Workspace, register: str, file: Path) -> bool:
    """Take a file in once the planner agrees with how it is read; False to name another file."""
    mapping: Mapping = {}
    while True:
        try:
            with progress("importing") as moved:
                report = workspace.import_files(
                    register, [file], mapping, dry_run=True, progress=moved
                )
        except PlannerError as error:
            tell_problems(error)
            if not _mapped_for(error, register, mapping):
                return False
            continue
        show_import(dict(report))
        can = ["yes", *(["map"] if _can_map(report, mapping) else []), "other"]
        place = chosen("start.import", [say(f"start.import-{one}") for one in can])
        doing = can[(place or 1) - 1]
        if doing == "other":
            return False
        if doing == "map":
            _map_by_eye(report, register, mapping)
            continue
        if not report["accepted"]:
            tell("start.nothing-accepted")
            return False
        with progress("importing") as moved:
            report = workspace.import_files(register, [file], mapping, progress=moved)
        tell("start.taken", accepted=report["accepted"], size=report["size"])
        if report["set_aside"]:
            command = command_line("register", "set-aside", "--register", register)
            tell("start.set-aside", rows=report["set_aside"], command=command)
        return True


def _named(register: str, field: str) -> str:
    """A field as a template of the register heads it, in the language in use."""
    from yaohao.planner.doors.register_files import template_headings

    return template_headings(register, language()).get(field, field)


def _mapped_for(error: PlannerError, register: str, mapping: Mapping) -> bool:
    """Ask which columns hold the required fields that were not found; False where it is no use."""
    lacking = [one for one in error.problems if one.code == _LACKS]
    if len(lacking) < len(error.problems):
        return False
    for problem in lacking:
        place = _column_of(problem, register)
        if place is None:
            return False
        mapping[problem.params["field"]] = f"#{place}"
    return True


def _column_of(problem: Problem, register: str) -> int | None:
    headings = problem.params["found"]
    most = _COLUMNS if len(headings) >= _SHOWN else 0
    field = _named(register, problem.params["field"])
    return chosen("start.which-column", headings, None, most=most, field=field)


def _by_eye(mapping: Mapping) -> dict[str, str]:
    """Headings that were named here → the field that each was said to be."""
    return {column: field for field, column in mapping.items() if not column.startswith("#")}


def _can_map(report: ImportReport, mapping: Mapping) -> bool:
    """Whether there are headings that could be named, and fields that they could be."""
    return bool(_by_eye(mapping) or (report["ignored"] and report["without_column"]))


def _map_by_eye(report: ImportReport, register: str, mapping: Mapping) -> None:
    """Ask of columns that were not read, or were named here before, which fields they are.

    What a heading resembles is offered; a column named wrongly is named anew, or left out again.
    """
    fields = [one["field"] for one in report["without_column"]]
    likely = {one["heading"]: one["field"] for one in report["alike"]}
    by_eye = _by_eye(mapping)
    headings = [*report["ignored"], *by_eye]
    is_first = True
    while is_first or (fields and len(by_eye) < len(headings)):
        is_first = False
        shown = [_as_read(register, one, by_eye.get(one, "")) for one in headings]
        column = chosen("start.which-heading", shown, None)
        if column is None:
            return
        heading = headings[column - 1]
        if heading in by_eye:
            fields.append(by_eye.pop(heading))
            del mapping[fields[-1]]
        names = [*(_named(register, one) for one in fields), say("start.leave-out")]
        offered = likely.get(heading, "")
        place = fields.index(offered) + 1 if offered in fields else len(names)
        field = chosen("start.which-field", names, place, heading=heading[:40])
        if field is not None and field <= len(fields):
            by_eye[heading] = fields.pop(field - 1)
            mapping[by_eye[heading]] = heading


def _as_read(register: str, heading: str, field: str) -> str:
    """A heading, and what it was said to be."""
    if not field:
        return heading
    return say("start.named", heading=heading, field=_named(register, field))

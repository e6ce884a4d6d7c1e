"""Setting keys of a plan file, its comments and its layout kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from yaohao.planner.plan.code_words import CodeReader
from yaohao.planner.plan.edits import edited
from yaohao.planner.plan.parse import draft_plan
from yaohao.planner.plan.plan_file import plan_text
from yaohao.planner.plan.typed_edits import typed_edits
from yaohao.planner.schema.reports.plans import PlanKeyChange, PlanSetReport
from yaohao.planner.storage import outside_writes
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.plan_files import code_reader
from yaohao.planner.vocabulary.faults import system_problem
from yaohao.planner.vocabulary.problems import CheckFailed, PlannerError, Problem
from yaohao.planner.vocabulary.small_files import read_small


# Many parameters: what is changed, and how it is held against the registers.
def set_plan(
    workspace: WorkspaceFolder | None,
    path: Path,
    changes: Sequence[str],
    unset: Sequence[str],
    check: Callable[[str], Sequence[Problem]],
    *,
    dry_run: bool = False,
) -> PlanSetReport:
    """Make changes of a plan as they are typed (`plan.typed_edits`), and write the file.

    `check` tells what keeps the new text from being carried out. Raises PlannerError for what is no
    change, CheckFailed where the plan would have a problem that it has not now: nothing is written
    then.
    """
    plan_text(path)  # what cannot be read is told as for every plan
    text = read_small(path).decode()  # its line ends and all other bytes are to stay
    edits = typed_edits(text, changes, unset)
    codes = code_reader(workspace) if workspace is not None else None
    new = edited(text, edits)
    problems = new_problems(text, new, str(path), codes) or _arising(text, new, path, codes, check)
    if problems:
        raise CheckFailed(*problems)
    if new != text and not dry_run:
        folder = workspace.folder if workspace is not None else None
        try:
            outside_writes.write_file(folder, path, new.encode())
        except OSError as error:
            raise PlannerError(system_problem(error, path)) from error
    return {
        "file": str(path),
        "written": new != text and not dry_run,
        "lines": _lines(text, new),
        "against_registers": workspace is not None,
    }


def new_problems(old: str, new: str, file: str, codes: CodeReader | None) -> list[Problem]:
    """The problems that a plan's text has and an earlier one had not."""
    before = {_told(one) for one in draft_plan(old, file, codes).problems}
    return [one for one in draft_plan(new, file, codes).problems if _told(one) not in before]


# Many parameters: those of `new_problems`, and what else is held against the plan.
def _arising(
    old: str,
    new: str,
    path: Path,
    codes: CodeReader | None,
    check: Callable[[str], Sequence[Problem]],
) -> list[Problem]:
    """What the registers have against the new text and had not against the old one.

    A plan with several faults is mended one after another: what was wrong before stops nothing.
    """
    problems = list(check(new))
    if not problems or draft_plan(old, str(path), codes).problems:
        return []
    before = {_told(one) for one in check(old)}
    return [one for one in problems if _told(one) not in before]


def _told(problem: Problem) -> str:
    """A problem without its line, which changes with the text before it."""
    params = {name: value for name, value in problem.params.items() if name != "line"}
    return f"{problem.code} {sorted(params.items(), key=str)}"


def _lines(old: str, new: str) -> list[PlanKeyChange]:
    """The lines that differ: those taken out with their number in the old text, then the new."""
    from difflib import SequenceMatcher

    before, after = old.splitlines(), new.splitlines()
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    lines: list[PlanKeyChange] = []
    for what, first, last, begin, end in matcher.get_opcodes():
        if what == "equal":
            continue
        lines += [{"line": n + 1, "sign": "-", "text": before[n]} for n in range(first, last)]
        lines += [{"line": n + 1, "sign": "+", "text": after[n]} for n in range(begin, end)]
    return lines

"""Plan files of a workspace: read in the words of its register, found by their name or their id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from yaohao.planner.plan.code_words import CodeReader
from yaohao.planner.plan.findings import Known, findings
from yaohao.planner.plan.model import Plan
from yaohao.planner.plan.parse import Draft, draft_plan
from yaohao.planner.plan.plan_file import plan_text
from yaohao.planner.register.code_columns import CodeColumns
from yaohao.planner.register.code_systems import code_system
from yaohao.planner.schema.draw import Stage
from yaohao.planner.storage.calendar import day_given
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.layout import PLANS
from yaohao.planner.vocabulary.problems import PlannerError, Problem, raise_all, refuse


def code_reader(workspace: WorkspaceFolder) -> CodeReader:
    """Reads the codes of plans as the imports of a workspace do."""
    return CodeReader(code_system(workspace.settings.register))


def draft_in(workspace: WorkspaceFolder, path: Path) -> Draft:
    """What can be read of a plan file, and all that is wrong with it."""
    return draft_plan(plan_text(path), str(path), code_reader(workspace))


def plan_in(workspace: WorkspaceFolder, path: Path) -> Plan:
    """The plan in a file; PlannerError with everything that is wrong with it."""
    draft = draft_in(workspace, path)
    raise_all(draft.problems)
    assert draft.plan is not None
    return draft.plan


def known_to(workspace: WorkspaceFolder, day: date, register: CodeColumns | None = None) -> Known:
    """What a workspace knows of its registers on a day; `register` where it has been read."""
    if register is None and workspace.store.snapshot() is not None:
        register = CodeColumns(workspace.snapshot_path()[0])
    return Known(
        day,
        register if register is not None and register.size else None,
        workspace.store.roster("inspectors"),
        workspace.store.roster("leads"),
        code_reader(workspace).has_words,
    )


def warnings_of(
    workspace: WorkspaceFolder, draft: Draft, path: Path, day: str | None = None
) -> list[Problem]:
    """What a plan may get wrong in a workspace, on a day (ISO; today where there is none)."""
    known = known_to(workspace, day_given(workspace, day))
    return findings(draft, shown_file(workspace, path), known)


def shown_file(workspace: WorkspaceFolder, path: Path) -> str:
    """A plan's file as its warnings name it: within the workspace, or as it was given."""
    try:
        return path.resolve().relative_to(workspace.folder.resolve()).as_posix()
    except ValueError:
        return str(path)


def own_codes(workspace: WorkspaceFolder) -> dict[str, list[str]] | None:
    """The `tiers`, `fields` and `statuses` of a register with codes of its own; None in China's."""
    if code_reader(workspace).has_words:
        return None
    if workspace.store.snapshot() is None:
        return {"tiers": [], "fields": [], "statuses": []}
    register = CodeColumns(workspace.snapshot_path()[0])
    columns = {"tiers": "tier", "fields": "fields", "statuses": "status"}
    met = {name: register.counts(column) for name, column in columns.items()}
    return {name: sorted(counts) for name, counts in met.items()}


def plan_file(workspace: WorkspaceFolder, name: str | Path) -> Path:
    """The file of a plan that is named by its path, its name in ``plans/``, or its id.

    A path that is there is taken as it is. Raises PlannerError with the nearest where there is no
    such plan, and where several files hold a plan of this id.
    """
    path = Path(name)
    if path.is_file() or path.is_symlink():
        return path
    folder = workspace.folder / PLANS
    inner = [workspace.folder / path]
    inner += [folder / path, folder / f"{path}.toml"] if path.name == str(path) else []
    for file in inner:
        if file.is_file():
            return file
    ids = _ids(workspace)
    own = [file for file, one in ids if one == str(name)]
    if len(own) == 1:
        return own[0]
    if own:
        files = [str(file.relative_to(workspace.folder)) for file in own]
        raise refuse("plan_check.several-plans", found=str(name), files=files)
    raise _no_plan(str(name), [one for _, one in ids] + [file.stem for file, _ in ids])


def draw_named(workspace: WorkspaceFolder, name: str, stage: Stage | None = None) -> str:
    """The id of a draw that is named by itself, or by the path or the id of its plan.

    Of several draws of a plan the last that has come to `stage` is meant, else the last that was
    not abandoned. A name that is neither is given back for whoever looks the draw up.
    """
    store = workspace.store
    if store.has_draw(name):
        return name
    try:
        draft = draft_plan(plan_text(plan_file(workspace, name)))
    except PlannerError:
        return name
    if draft.plan is None:
        return name
    draws = [draw for draw in store.all_draws() if draw.plan_id == draft.plan.id]
    going = [draw for draw in draws if draw.stage is not Stage.ABANDONED]
    waiting = [draw for draw in going if draw.stage is stage]
    return (waiting or going or draws)[-1].id if draws else name


def _no_plan(name: str, known: Sequence[str]) -> PlannerError:
    near = get_close_matches(Path(name).stem, sorted(set(known)), n=1, cutoff=0.5)
    tail = "-near" if near else "" if known else "-none"
    shown = sorted(set(known))[:8]
    return refuse(
        f"plan_check.no-plan{tail}", found=name, near=near[0] if near else "", known=shown
    )


def _ids(workspace: WorkspaceFolder) -> list[tuple[Path, str]]:
    """The plan files of a workspace and the id of each; those that cannot be read are left out."""
    ids = []
    for path in sorted((workspace.folder / PLANS).glob("*.toml")):
        try:
            draft = draft_plan(plan_text(path), str(path))
        except PlannerError:  # a file that cannot be read is told of by who looks at it
            continue
        if draft.plan is not None and draft.plan.id:
            ids.append((path, draft.plan.id))
    return ids

"""Plan files without a workspace: a new one, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.doors.arguments import listed
from yaohao.planner.plan.sample import PlanChoices
from yaohao.planner.vocabulary.problems import refuse

if TYPE_CHECKING:
    from datetime import date

    from yaohao.planner.schema.reports.plans import NewPlanReport, PlanCheckReport, PlanSetReport

__all__ = [
    "PlanChoices",
    "check_plan_file",
    "new_plan_text",
    "plan_regions",
    "set_plan_file",
    "write_new_plan",
]


def plan_regions(regions: Sequence[str], register: str) -> list[str]:
    """Divisions as a plan names them: 150500, a city of a register `china`, is all of 1505."""
    from yaohao.planner.plan.code_words import division_prefix

    return [division_prefix(one) if register == "china" else one for one in regions]


def check_plan_file(file: Path) -> PlanCheckReport:
    """Check a plan file by itself; PlannerError with every problem.

    What `Workspace.check_plan` gives, but for what needs the items and the roster.
    """
    from yaohao.planner.reports.plan_preview import check_plan

    return check_plan(None, file)


def set_plan_file(
    file: Path, changes: Iterable[str], unset: Iterable[str] = (), *, dry_run: bool = False
) -> PlanSetReport:
    """Change keys of a plan file by itself; as `Workspace.set_plan`, but for what needs registers.

    Codes are taken as they are written, and whether the plan could be carried out is not known.
    """
    from yaohao.planner.operations.set_plan import set_plan

    assignments, gone = listed("changes", changes), listed("unset", unset)
    return set_plan(None, file, assignments, gone, lambda _: (), dry_run=dry_run)


# Many parameters: the parts of what is made, said once.
def new_plan_text(
    file: str,
    language: str,
    *,
    id: str,
    title: str = "",
    authority: str = "",
    as_of: str = "",
    regions: Iterable[str] = (),
    items: Iterable[str] = (),
    codes: Mapping[str, Sequence[str]] | None = None,
    window: tuple[date | str, date | str] | None = None,
    choices: PlanChoices | None = None,
) -> str:
    """The text of a commented sample plan, of which problems are told as those of `file`.

    Above six parameters: each is a key of the plan, by its own name. `as_of` is an ISO day, by
    default that of today on this machine; `codes` are as `Workspace.own_codes` gives them; `window`
    and `choices` are as `sample_plan` takes them. Raises ValueError or OverflowError where `as_of`
    is no day, PlannerError where the plan would not be accepted.
    """
    from yaohao.planner.plan.parse import read_plan
    from yaohao.planner.plan.sample import SampleCodes, sample_plan
    from yaohao.planner.storage.calendar import machine_today

    text = sample_plan(
        language,
        id=id,
        title=title,
        authority=authority,
        as_of=as_of or machine_today().isoformat(),
        regions=listed("regions", regions),
        items=listed("items", items),
        codes=None
        if codes is None
        else SampleCodes(codes["tiers"], codes["fields"], codes["statuses"]),
        window=window,
        choices=choices,
    )
    read_plan(text, file)
    return text


def write_new_plan(
    file: Path, language: str, *, workspace: Path | None = None, **keys: Any
) -> NewPlanReport:
    """Write a commented sample plan into a new file; its `plan`, `title` and `file`.

    `keys` are those of `new_plan_text`, with its errors; a `workspace` sweeps what is left of the
    file if this process is killed. Raises FileExistsError where `file` is there, PlannerError where
    it cannot be written.
    """
    from yaohao.planner.plan.parse import read_plan
    from yaohao.planner.storage import outside_writes

    text = new_plan_text(str(file), language, **keys)
    plan = read_plan(text, str(file))
    try:
        if file.exists() or file.is_symlink():
            raise FileExistsError(file)
        outside_writes.write_file(workspace, file, text.encode())
    except FileExistsError:
        raise
    except OSError as error:
        why = error.strerror or str(error)
        raise refuse("workspace.unwritable", file=str(file), found=why) from error
    return {"plan": plan.id, "title": plan.title, "file": str(file)}

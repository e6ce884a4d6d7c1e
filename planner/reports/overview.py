"""The overview: where every draw is, what waits to be frozen, how full the registers are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from yaohao.planner.draw.stages import STAGES, is_unwitnessed, next_step
from yaohao.planner.schema.draw import Stage
from yaohao.planner.schema.reports.registers import RegisterSize
from yaohao.planner.schema.reports.workspace import DrawProgress, Overview, WaitingPlan
from yaohao.planner.storage.evidence import standing_of
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.layout import PLANS, SAMPLE
from yaohao.planner.storage.plan_files import code_reader
from yaohao.planner.storage.plan_steps import UNSOUND, PlanSteps, Step
from yaohao.planner.storage.publications import shown_draws, unpublished_rounds
from yaohao.planner.storage.registers import REGISTERS
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.small_files import read_small_text

if TYPE_CHECKING:
    from yaohao.planner.plan.model import Plan

STEPS = ("planned", "frozen", "committed", "drawn", "staffed", "dealt", "published")
"""The steps of the work; freezing a plan commits the draw as well."""

_REACHED = {stage: reached for reached, stage in enumerate(STAGES, 3)}


def overview(workspace: WorkspaceFolder, *, thorough: bool) -> Overview:
    """Draws and plans with the steps they have behind them, and registers.

    `news` says whether results or withdrawals came in since a draw was published, `published_all`
    whether nothing did that is not public. Not `thorough`, it looks at rows and plan files alone,
    so that it is as quick for a province as for a county: whether a plan can be frozen is told
    then where that was found out before.
    """
    draws = _draws(workspace)
    frozen = {row["plan_id"] for row in draws if row["stage"] != "abandoned"}
    plans = _plans(workspace, frozen, PlanSteps(workspace, look=thorough), bool(draws))
    return {"draws": draws, "plans": plans, "registers": _registers(workspace)}


def is_sample(file: str, plan: str) -> bool:
    """Whether a plan is the one that every workspace begins with, not made a bureau's own."""
    return Path(file).name == SAMPLE and plan == Path(SAMPLE).stem


def version(workspace: WorkspaceFolder) -> tuple[object, ...]:
    """What changes whenever a row or a plan file is changed, here or in another process."""
    files = []
    for path in sorted((workspace.folder / PLANS).glob("*.toml")):
        try:
            stat = path.stat()
        except OSError:  # gone between the listing and the look
            continue
        files.append((path.name, stat.st_mtime_ns, stat.st_size))
    return (*workspace.store.change_mark(), tuple(files))


def _draws(workspace: WorkspaceFolder) -> list[DrawProgress]:
    acts = [line.act for line in workspace.store.told_acts()]
    all_shown = shown_draws(acts)
    published = [act for act in acts if act.get("act") == "publication"]
    draws: list[DrawProgress] = []
    for draw in workspace.store.all_draws():
        plan, stage = draw.plan, draw.stage
        shown = all_shown[draw.id]
        is_out = shown.is_out(stage)
        reached = _REACHED.get(stage, 3 + bool(draw.select["seed"]))
        draws.append(
            {
                "draw": draw.id,
                "plan_id": draw.plan_id,
                "title": plan["title"],
                "window": plan["window"],
                "stage": stage.value,
                "steps": reached + (is_out and stage is Stage.DEALT),
                "published": shown.last,
                "published_all": not shown.news,
                "news": shown.news and shown.last is not None,
                "next": next_step(draw, shown.stages, is_out=is_out),
                "unwitnessed": is_unwitnessed(draw.rounds),
                "unpublished": unpublished_rounds(draw, shown.stages),
                "levels": standing_of(workspace.store, draw, published),
            }
        )
    return draws


def _plans(
    workspace: WorkspaceFolder, frozen: set[str], steps: PlanSteps, has_draws: bool
) -> list[WaitingPlan]:
    """The plan files of which no draw was frozen yet; `problems` is how many each has.

    `next` is what `storage.plan_steps` says, and `register` the one to be imported first.
    """
    from yaohao.planner.plan.parse import read_plan

    waiting: list[tuple[str, str, Plan | None, str, int]] = []
    codes = code_reader(workspace)
    for path in sorted((workspace.folder / PLANS).glob("*.toml")):
        file = str(Path(PLANS) / path.name)
        try:
            text = read_small_text(path)
            plan = read_plan(text, str(path), codes)
        except (PlannerError, OSError, UnicodeDecodeError) as error:
            faults = len(error.problems) if isinstance(error, PlannerError) else 1
            waiting.append((file, path.stem, None, "", faults))
            continue
        if plan.id not in frozen:
            waiting.append((file, plan.id, plan, text, 0))
    if has_draws or len(waiting) > 1:
        # What the program supplied to begin with is none of the bureau's plans: it is not counted.
        waiting = [one for one in waiting if not is_sample(one[0], one[1])]
    return [
        _row(file, name, plan.title, 0, steps.of(plan, text))
        if plan is not None
        else _row(file, name, "", faults, UNSOUND)
        for file, name, plan, text, faults in waiting
    ]


def _row(file: str, plan: str, title: str, problems: int, step: Step) -> WaitingPlan:
    return {
        "file": file,
        "plan": plan,
        "title": title,
        "problems": problems,
        "next": step.next,
        "register": step.register,
    }


def _registers(workspace: WorkspaceFolder) -> dict[str, RegisterSize]:
    aside, held = workspace.store.set_aside_sizes(), workspace.store.roster_sizes()
    snapshot = workspace.store.snapshot()
    held["entities"] = snapshot[2] if snapshot else 0
    return {
        name: {"size": held.get(name, 0), "set_aside": aside.get(name, 0)} for name in REGISTERS
    }

"""Trials: committed to, assigned by tickets once the seed is there, analysed as was committed.

The smallest effect that can be seen is told first, and a trial that could not show what would
matter is refused. What the law wants done by a day is done in every arm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from yaohao.planner.draw.rounds import normal_seed, round_key, seed_core
from yaohao.planner.learning import sentences
from yaohao.planner.learning.charts import Bar, Bars, Chart
from yaohao.planner.learning.evaluation import Effect
from yaohao.planner.learning.finding import Finding, plain_values
from yaohao.planner.learning.trial import Arm, analysed, analysis_digest, arm_sizes, assigned
from yaohao.planner.learning.trial_plan import TrialPlan
from yaohao.planner.register.code_systems import code_system
from yaohao.planner.register.value_tables import read_value_table
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.lives import ENDED, MOVED
from yaohao.planner.storage.snapshot_files import current_table
from yaohao.planner.storage.trials import (
    add_step,
    read_trial,
    seeds_before,
    steps_of,
    trial_document,
    trial_steps,
)
from yaohao.planner.vocabulary.digest import sha
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.text import tidy
from yaohao.planner.wording.messages import say


def check_trial(workspace: WorkspaceFolder, path: Path) -> Finding:
    """What a trial could show, before anything is done; nothing is written.

    The finding has `failed` where the smallest effect that would be seen is greater than the one
    that would matter. Raises PlannerError for what is wrong in the file, for an arm that withholds
    what the law wants done by a day, and where a stratum or an arm would have nobody.
    """
    plan = read_trial(path)
    return _planned(plan, *_entities(workspace, plan))


def commit_trial(workspace: WorkspaceFolder, path: Path) -> Finding:
    """Fix who takes part, the arms and the analysis, and commit to them in the ledger.

    Refused where `check_trial` fails or refuses, and where there is a trial of that id.
    """
    plan = read_trial(path)
    with workspace.act("trial") as store:
        if plan.id in trial_steps(workspace):
            raise refuse("findings.trial-there", trial=plan.id)
        ids, strata = _entities(workspace, plan)
        planned = _planned(plan, ids, strata)
        if planned.failed:
            points = {
                "smallest": f"{100 * planned.figures['smallest']:.1f}",
                "worthwhile": f"{100 * plan.worthwhile:.1f}",
            }
            raise refuse("findings.trial-useless", trial=plan.id, **points)
        document = {
            "id": plan.id,
            "title": plan.title,
            "seed": plan.seed,
            "arms": [
                {"name": arm.name, "parts": arm.parts, "withholds": list(arm.withholds)}
                for arm in plan.arms
            ],
            "who": {name: list(codes) for name, codes in plan.who.items()},
            "analysis": plan.analysis,
            "analysis_digest": analysis_digest(plan.analysis),
            "entities": [list(pair) for pair in zip(ids, strata, strict=True)],
        }
        step = add_step(workspace, store, plan.id, "commitment", document)
    figures = {
        **planned.figures,
        "commitment": _commitment(step.digest),
        "committed_at": step.at,
        "analysis_digest": document["analysis_digest"],
    }

    def lines() -> list[str]:
        return [*planned.sentences(), say("findings.trial-committed", trial=plan.id,
                commitment=_commitment(step.digest), source=plan.seed)]  # fmt: skip

    return Finding(figures, lines, planned.charts)


def assign_trial(
    workspace: WorkspaceFolder,
    trial: str,
    seed: str,
    source: str = "",
    witnesses: Sequence[str] = (),
) -> Finding:
    """Assign the arms by the tickets that the seed gives, within each stratum.

    Refused before the commitment, a second time, and for a seed that is too weak or was known when
    the trial was committed.
    """
    text = normal_seed(seed)
    with workspace.act("trial") as store:
        steps = steps_of(workspace, trial)
        if "arms" in steps:
            raise refuse("findings.trial-assigned", trial=trial, at=steps["arms"].at)
        document = trial_document(workspace, trial, "commitment")
        core = seed_core(text)
        for act in seeds_before(workspace, steps["commitment"].line):
            other = seed_core(act["seed"])
            if core in other or other in core:
                raise refuse("findings.seed-known", draw=act["draw"], at=act["at"])
        key = round_key(_commitment(steps["commitment"].digest), text)
        ids, strata = ([pair[k] for pair in document["entities"]] for k in (0, 1))
        arms = _arms(document)
        which = assigned(ids, _numbers(strata), arms, key)
        names = [arms[k].name for k in which.tolist()]
        seeded = {
            "seed": text,
            "source": tidy(source),
            "witnesses": [one for one in map(tidy, witnesses) if one],
            "key": key,
        }
        add_step(workspace, store, trial, "seed", seeded)
        rows = [list(pair) for pair in zip(ids, names, strict=True)]
        step = add_step(workspace, store, trial, "arms", rows)
    sizes = Counter(names)
    figures = {
        "trial": trial,
        "key": key,
        "assigned_at": step.at,
        "arms": {arm.name: sizes[arm.name] for arm in arms},
        "digest": step.digest,
    }

    def lines() -> list[str]:
        shown = [f"{arm.name} {sizes[arm.name]:,}" for arm in arms]
        return [say("findings.trial-arms", trial=trial, arms=shown)]

    return Finding(figures, lines, list)


def analyse_trial(workspace: WorkspaceFolder, trial: str, outcomes: Path) -> Finding:
    """Analyse a trial as was committed, from a file with the column of its outcome.

    Every entity that was assigned needs its outcome there. The result is entered in the ledger.
    Refused before the arms are assigned, and where an outcome is missing.
    """
    steps = steps_of(workspace, trial)
    if "arms" not in steps:
        raise refuse("findings.trial-not-assigned", trial=trial)
    document = trial_document(workspace, trial, "commitment")
    rows = trial_document(workspace, trial, "arms")
    analysis, arms = document["analysis"], _arms(document)
    table = read_value_table(
        outcomes, [analysis["outcome"]], code_system(workspace.settings.register)
    )
    values = dict(zip(table.ids, table.numbers(analysis["outcome"]), strict=True))
    missing = [entity for entity, _ in rows if entity not in values]
    if missing:
        raise refuse("findings.trial-missing", file=table.file, number=len(missing),
                     entity=missing[0])  # fmt: skip
    place = {arm.name: number for number, arm in enumerate(arms)}
    y = np.array([values[entity] for entity, _ in rows])
    which = np.array([place[name] for _, name in rows], np.int64)
    strata = _numbers([stratum for _, stratum in document["entities"]])
    # The redraws hang on nothing that was known before the seed.
    seeded = trial_document(workspace, trial, "seed")
    result = analysed(y, which, strata, arms, analysis, document["analysis_digest"],
                     int(analysis["redraws"]), int(seeded["key"][:8], 16))  # fmt: skip
    means = {arm.name: float(y[which == number].mean()) for number, arm in enumerate(arms)}
    figures = {
        "trial": trial,
        "outcome": analysis["outcome"],
        "outcomes": table.digest,
        "means": means,
        "effects": result.effects,
        "analysis_digest": result.analysis,
    }
    with workspace.act("trial") as store:
        kept = plain_values(figures)
        step = add_step(workspace, store, trial, "analysis", _whole_numbers(kept))
    figures["entered_at"] = step.at

    def lines() -> list[str]:
        words = [say("findings.trial-outcome", trial=trial, outcome=analysis["outcome"],
                    analysis=result.analysis)]  # fmt: skip
        for name, effect in result.effects.items():
            words.append(_effect_words(name, arms[0].name, effect))
        return words

    def charts() -> list[Chart]:
        if not all(0 <= one <= 1 for one in means.values()):
            return []
        rows = tuple(
            Bar(name, mean, note=f"{int((which == place[name]).sum()):,}")
            for name, mean in means.items()
        )
        return [Bars(say("findings.chart-arms"), rows)]

    return Finding(figures, lines, charts)


def trial_arms(workspace: WorkspaceFolder, trial: str) -> list[dict[str, str]]:
    """The arm of every entity of a trial; PlannerError before they are assigned."""
    if "arms" not in steps_of(workspace, trial):
        raise refuse("findings.trial-not-assigned", trial=trial)
    rows = trial_document(workspace, trial, "arms")
    return [{"entity_id": entity, "arm": arm} for entity, arm in rows]


def list_trials(workspace: WorkspaceFolder) -> list[dict[str, str]]:
    """The trials of a workspace: id, the last step, and when that was."""
    return [
        {"trial": trial, "step": (last := list(steps)[-1]), "at": steps[last].at}
        for trial, steps in trial_steps(workspace).items()
    ]


def _planned(plan: TrialPlan, ids: Sequence[str], strata: Sequence[str]) -> Finding:
    """Sizes and the smallest effect."""
    numbers = _numbers(strata)
    sizes = arm_sizes(np.bincount(numbers), [arm.parts for arm in plan.arms]).sum(axis=0).tolist()
    if min(sizes) < 1:
        raise refuse("learning.arms")
    smallest = plan.smallest(sizes)
    is_useless = smallest > plan.worthwhile
    figures = {
        "trial": plan.id,
        "title": plan.title,
        "entities": len(ids),
        "strata": len(set(strata)),
        "arms": {arm.name: size for arm, size in zip(plan.arms, sizes, strict=True)},
        "rate": plan.rate,
        "smallest": smallest,
        "worthwhile": plan.worthwhile,
        "analysis": plan.analysis,
        "analysis_digest": analysis_digest(plan.analysis),
    }

    def lines() -> list[str]:
        shown = [f"{arm.name} {size:,}" for arm, size in zip(plan.arms, sizes, strict=True)]
        words = [
            sentences.smallest(smallest),
            say("findings.trial-sizes", number=f"{len(ids):,}", strata=len(set(strata)),
                arms=shown),
        ]  # fmt: skip
        code = "useless-check" if is_useless else "useful"
        return [*words, say(f"findings.trial-{code}", worthwhile=f"{100 * plan.worthwhile:.1f}")]

    return Finding(figures, lines, list, failed=is_useless)


def _entities(workspace: WorkspaceFolder, plan: TrialPlan) -> tuple[list[str], list[str]]:
    """Ids and strata of those who take part, in ascending order of id; the gone never do."""
    table = current_table(workspace)
    if table is None:
        raise refuse("frame.no-register")
    columns = {
        name: table.column(name).to_pylist()
        for name in dict.fromkeys(["entity_id", "status", *plan.strata, *plan.who])
    }
    members = []
    for row, entity in enumerate(columns["entity_id"]):
        if columns["status"][row] in (*ENDED, MOVED):
            continue
        if all(
            any(str(columns[name][row] or "").startswith(code) for code in codes)
            if name in ("region", "industry")
            else columns[name][row] in codes
            for name, codes in plan.who.items()
        ):
            members.append(
                (entity, "/".join(str(columns[name][row] or "") for name in plan.strata))
            )
    if not members:
        raise refuse("findings.trial-nobody", trial=plan.id)
    members.sort()
    return [entity for entity, _ in members], [stratum for _, stratum in members]


def _numbers(strata: Sequence[str]) -> Any:
    place = {name: number for number, name in enumerate(sorted(set(strata)))}
    return np.array([place[one] for one in strata], np.int64)


def _arms(document: Mapping[str, Any]) -> list[Arm]:
    return [Arm(one["name"], one["parts"], tuple(one["withholds"])) for one in document["arms"]]


def _commitment(digest: str) -> str:
    """The commitment to a trial over the digest of its document."""
    return sha(f"yaohao/1|trial|{digest}")


def _whole_numbers(value: Any) -> Any:
    """Figures with fractions as texts: canonical JSON has whole numbers alone."""
    if isinstance(value, float):
        return f"{value:.9g}"
    if isinstance(value, dict):
        return {key: _whole_numbers(one) for key, one in value.items()}
    return [_whole_numbers(one) for one in value] if isinstance(value, list) else value


def _effect_words(name: str, first: str, effect: Effect) -> str:
    p = sentences.probability(effect.p)
    inside = effect.interval.low <= 0 <= effect.interval.high
    return say(
        "findings.trial-unclear" if inside else "findings.trial-effect",
        arm=name, first=first, p=p, level=f"{100 * effect.interval.level:g}%",
        effect=f"{100 * effect.value:+.1f}", low=f"{100 * effect.interval.low:+.1f}",
        high=f"{100 * effect.interval.high:+.1f}",
    )  # fmt: skip

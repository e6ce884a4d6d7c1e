"""The acts of a ledger: their form, their order, and what follows from them for every draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from yaohao.planner.draw.rounds import (
    crew_commitment,
    normal_seed,
    round_key,
    select_commitment,
)
from yaohao.planner.draw.seed_parts import part_problem
from yaohao.planner.draw.withdrawals import TAKEN_BACK
from yaohao.planner.ledger import Line
from yaohao.planner.verification.finding import (
    Finding,
    compare,
    fails,
    holds,
    same,
)
from yaohao.planner.verification.schemas import (
    act_shape,
    first_mismatch,
    is_older,
)
from yaohao.planner.verification.seed_part_form import misfit_parts
from yaohao.planner.vocabulary.problems import PlannerError

ORDER = (
    "freeze",
    "commitment select",
    "seed select",
    "draw",
    "commitment crew",
    "seed crew",
    "crews",
)
"""The steps of a draw; each at most once, none before the one in front of it."""

_STAGES = (None, None, "committed", None, "drawn", "staffed", None, "dealt")
"""The stage after so many steps; between a seed and what it decides there is none."""


@dataclass
class DrawHistory:
    """What a ledger tells of one draw: its acts by step, what followed, and how it ended.

    So many of the `withdrawals` were `early`, before the crew round; so many of the last are `open`
    to be taken back: neither publication, results nor a step of the draw came after. `results` and
    `published` are the last such acts; `stages` are those at which it was published.
    """

    steps: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    withdrawals: list[Mapping[str, Any]] = field(default_factory=list)
    early: int = 0
    open: int = 0
    results: Mapping[str, Any] | None = None
    abandonment: Mapping[str, Any] | None = None
    published: Mapping[str, Any] | None = None
    stages: set[str] = field(default_factory=set)

    @property
    def is_older(self) -> bool:
        """Whether it was frozen under version 1 of the protocol."""
        return is_older(self.steps["freeze"])

    @property
    def is_drawn(self) -> bool:
        """Whether it was drawn, and has not been given up."""
        return "draw" in self.steps and self.abandonment is None

    @property
    def stage(self) -> str | None:
        """The stage that these acts have reached, or None between a seed and what it decides."""
        return "abandoned" if self.abandonment is not None else _STAGES[len(self.steps)]


def stories(lines: Sequence[Line]) -> tuple[dict[str, DrawHistory], list[Finding]]:
    """The story of every draw of a ledger, and every act that is misshapen or out of order."""
    misplaced: list[Finding] = []
    histories: dict[str, DrawHistory] = {}
    register: str | None = None
    for number, line in enumerate(lines, 1):
        act = dict(line.act)
        where = f"ledger.jsonl:{number}"
        wrong = first_mismatch(act, act_shape(act), "act")
        if wrong is None and "parts" in act:
            wrong = misfit_parts(act["parts"], "act.parts")
        if wrong is not None:
            misplaced.append(fails("acts", f"{where}: {wrong[0]}", wrong[1], wrong[2]))
            continue
        out_of_order = _misplaced(number, act, register) or _enter(histories, act)
        if out_of_order is not None:
            misplaced.append(fails("acts", where, *out_of_order))
        if act["act"] in ("import", "register") and act["register"] == "entities":
            register = act["content"]
    return histories, misplaced or [holds("acts")]


def _misplaced(number: int, act: Mapping[str, Any], register: str | None) -> tuple[Any, Any] | None:
    """What was expected of an act that belongs to no draw, or of a register, and what came."""
    kind = act["act"]
    if number == 1 and kind != "workspace":
        return "workspace", kind
    if number > 1 and kind == "workspace":
        return "one act `workspace`, the first", "another"
    if kind == "import" and act["rows"] != act["accepted"] + act["set_aside"]:
        return f"{act['accepted'] + act['set_aside']} rows", act["rows"]
    if kind == "freeze" and act["content"] != register:
        return f"the register of entities as it was: {register}", act["content"]
    return None


def _enter(histories: dict[str, DrawHistory], act: dict[str, Any]) -> tuple[str, str] | None:
    """Enter an act in its draw's story; what was expected and what came instead, if it may not."""
    if "draw" not in act:
        return None
    kind = act["act"]
    step = f"{kind} {act['round']}" if "round" in act else kind
    if step == "freeze":
        if act["draw"] in histories:
            return "one freeze a draw", f"a second freeze of {act['draw']}"
        drawn = [draw for draw, story in histories.items() if story.is_drawn]
        if act["earlier"] != drawn:
            return f"earlier draws {drawn}", str(act["earlier"])
        histories[act["draw"]] = DrawHistory({"freeze": act})
        return None
    story = histories.get(act["draw"])
    if story is None:
        return "freeze", step
    if kind == "publication":
        stage = story.stage
        story.published, story.open = act, 0
        story.stages.add(act["stage"])
        return None if act["stage"] == stage else (f"stage {stage}", f"stage {act['stage']}")
    if story.abandonment is not None:
        return "nothing but publication after abandonment", step
    if kind in ("withdrawal", "results"):
        return _follow(story, act)
    if kind == "abandonment":
        if "crews" in story.steps:
            return "no abandonment after crews", step
        story.abandonment = act
        return None
    due = ORDER[len(story.steps)] if len(story.steps) < len(ORDER) else "publication"
    if step != due:
        return due, step
    if kind in ("commitment", "seed", "draw") and is_older(act) != story.is_older:
        return "an act of the same version of the protocol as the freeze", step
    story.steps[step], story.open = act, 0
    return None


def _follow(story: DrawHistory, act: Mapping[str, Any]) -> tuple[str, str] | None:
    """Enter what follows a draw: withdrawals outside the crew round, results after it."""
    kind = act["act"]
    if kind == "results":
        if "crews" not in story.steps:
            return "no results before crews", kind
        story.results, story.open = act, 0
        return None
    if "draw" not in story.steps or ("commitment crew" in story.steps) != ("crews" in story.steps):
        return "a withdrawal between draw and crew round, or after crews", kind
    if act["result"] == TAKEN_BACK:
        last = story.withdrawals[-1]["entity_id"] if story.open else "none"
        if act["entity_id"] != last or act["reserve"] is not None:
            return f"the last withdrawal that is not public taken back: {last}", act["entity_id"]
        story.withdrawals.pop()
        story.open -= 1
        story.early -= "crews" not in story.steps
        return None
    story.withdrawals.append(act)
    story.open += 1
    story.early += "crews" not in story.steps
    return None


def check_stories(histories: Mapping[str, DrawHistory]) -> Iterator[Finding]:
    """Counts, commitments, seeds and keys of every draw of a ledger, abandoned ones too."""
    for draw, story in histories.items():
        problems = [finding for finding in _check_story(story) if not finding.ok]
        for finding in problems:
            where = {**finding.params, "where": f"ledger.jsonl: {draw}: {finding.params['where']}"}
            yield Finding(finding.name, finding.ok, finding.code, where)
        if problems:
            return
    yield holds("rounds", "verify.rounds", number=len(histories))


def _check_story(story: DrawHistory) -> Iterator[Finding]:
    steps = story.steps
    frozen = steps["freeze"]
    counts = frozen["counts"]
    total = counts["pool"] + counts["directed"] + sum(counts["out"].values())
    yield compare("rounds", "counts.scope", total, counts["scope"])
    select = steps.get("commitment select")
    if select is None:
        return
    digests = {name: frozen.get(name) for name in ("plan", "frame", "lottery", "cells_root")}
    held = {name: select.get(name) for name in digests}
    yield same("rounds", digests, held, "commitment select")
    commitment = select_commitment(
        frozen["plan"], frozen["frame"], frozen["lottery"], frozen.get("cells_root")
    )
    yield compare("rounds", "commitment select", commitment, select["commitment"])
    yield from check_seed("rounds", "select", commitment, steps.get("seed select"))
    yield from _check_parts("select", select, steps.get("seed select"))
    drawn = steps.get("draw")
    if drawn is None:
        return
    yield compare("rounds", "draw.directed", counts["directed"], drawn["directed"])
    if drawn["drawn"] + drawn["reserves"] > counts["pool"]:
        selected = drawn["drawn"] + drawn["reserves"]
        yield fails("rounds", "draw.drawn", f"at most {counts['pool']}", selected)
    crew = steps.get("commitment crew")
    if crew is None:
        return
    early = story.withdrawals[: story.early]
    if not early:
        yield compare("rounds", "commitment crew.visits", drawn["visits"], crew["visits"])
    version = 1 if story.is_older else 2
    commitment = crew_commitment(commitment, crew["visits"], crew["roster"], version)
    yield compare("rounds", "commitment crew", commitment, crew["commitment"])
    for late, all_ in (("recused_since", "recused"), ("absent_since", "absent")):
        if version == 2 and crew["bearing"][late] > crew["bearing"][all_]:
            most = f"at most {crew['bearing'][all_]}"
            yield fails("rounds", f"commitment crew.bearing.{late}", most, crew["bearing"][late])
    yield from check_seed("rounds", "crew", commitment, steps.get("seed crew"))
    yield from _check_parts("crew", crew, steps.get("seed crew"))
    if "crews" in steps:
        visits = drawn["drawn"] + drawn["directed"]
        visits -= sum(one["reserve"] is None for one in early)
        yield compare("rounds", "crews.dealt", visits, steps["crews"]["dealt"])


def _check_parts(
    name: str, committed: Mapping[str, Any], seeded: Mapping[str, Any] | None
) -> Iterator[Finding]:
    """That a seed is made of its parts, and a beacon's is the announced one, and not too early."""
    if seeded is None or "parts" not in seeded:
        return
    problem = part_problem(committed["parts"], seeded["parts"], seeded["seed"], committed["at"])
    if problem is not None:
        yield fails("rounds", f"seed {name}.{problem[0]}", *problem[1:])


def check_seed(
    check: str, round_: str, commitment: str, seeded: Mapping[str, Any] | None
) -> Iterator[Finding]:
    """That a seed is in its normal form and strong enough, and the key of its round."""
    if seeded is None:
        return
    try:
        normal = normal_seed(seeded["seed"])
        yield compare(check, f"{round_}.seed", normal, seeded["seed"])
    except PlannerError as error:
        yield fails(check, f"{round_}.seed", "a seed of 64 bits", str(error))
    key = round_key(commitment, seeded["seed"])
    yield compare(check, f"{round_}.key", key, seeded["key"])

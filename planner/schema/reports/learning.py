"""Reports on what the draws tell; shares are fractions of 1, and null is a number that is none."""

from __future__ import annotations

from typing import Any, TypedDict


class IntervalReport(TypedDict):
    """A confidence interval and how it was made."""

    low: float | None
    high: float | None
    method: str
    level: float


class EstimateFigures(TypedDict):
    """An estimated share or total of the pool."""

    value: float
    se: float
    """Standard error."""
    df: int
    interval: IntervalReport
    korn_graubard: IntervalReport
    drawn: int
    """Drawn entities that it rests on."""
    hits: int
    """Those of them that count."""
    effective: float
    """Visits of a simple draw that would tell as much."""
    lottery_share: float
    """The part of the variance that the lottery over the cells carries."""


class ThreeWayReport(TypedDict):
    """The share in violation: who was not found counted as right, as wrong, and left out."""

    least: EstimateFigures
    most: EstimateFigures
    alike: EstimateFigures
    interval: IntervalReport


class ChecksReport(TypedDict):
    """What the figures of a draw rest on."""

    pool: int
    drawn: int
    visited: int
    reached: int
    not_found: int
    withdrawn: int
    cells: int
    thin_cells: int
    """Cells with fewer than two visits; their tier stands for them."""
    smallest: int
    lottery_share: float
    design_effect: float | None
    is_witnessed: bool
    draws: int


class ApartReport(TypedDict):
    """Visits that the lottery did not decide, which are in no figure."""

    visits: int
    outcomes: dict[str, int]
    """By outcome: right, wrong, not-found, no-result."""


class DrawEstimates(TypedDict):
    """What one draw tells."""

    draw: str
    plan: str
    title: str
    as_of: str
    item: str
    """The item whose results are told, empty for all."""
    level: float
    share: EstimateFigures
    """In violation, among those found."""
    total: EstimateFigures
    three_way: ThreeWayReport
    checks: ChecksReport
    without_chance: int
    """Entities of cells that could not be drawn."""
    stratum: str
    """What the tiers are."""
    tier_names: list[str]
    tiers: dict[str, Any]
    """Rates by tier with lift, the share of violators visited, the test of a trend; or why not."""
    by: dict[str, list[dict[str, Any]]]
    """By group: a `code` with its estimate."""
    for_cause: ApartReport
    reserves: ApartReport


class EstimateReport(TypedDict):
    """`yaohao estimate`."""

    draws: list[DrawEstimates]
    mean: dict[str, Any] | None
    """Over the pools of several draws."""
    year: dict[str, Any] | None
    """The total over all whom the pools of several draws of a year held, and how an entity of
    several counts: `how` is ``apart``, ``shared`` or ``first``."""
    changes: list[dict[str, Any]]
    """From each draw to the next."""
    sentences: list[str]
    """What a person reads first, in the language in use."""


class InspectorFinds(TypedDict):
    """What one inspector finds; not a ranking."""

    inspector_id: str
    name: str
    visits: int
    found: int
    rate: float
    expected: float
    """The share that an average inspector would have found at these visits."""
    excess: float
    """How much more they find, shrunk, colleagues taken into account."""
    se: float
    p: float


class CrewsReport(TypedDict):
    """`yaohao crews`: for internal use."""

    draws: list[str]
    item: str
    visits: int
    overall: float
    spread: float
    """Standard deviation between inspectors."""
    p: float
    deals: int
    how: str
    """How teams were assigned again: ``anew`` by the lottery's rules, or ``exchanged`` whole."""
    inspectors: list[InspectorFinds]
    private: bool
    sentences: list[str]


class SurvivalReport(TypedDict):
    """`yaohao survive`; ages and times in years."""

    snapshots: list[str]
    """Days of the imports used."""
    entities: int
    exits: int
    undated: int
    unseen: int
    """Entities that had left before they were first seen."""
    from_age: float
    """The age from which on ten are at risk; the curve begins there."""
    survival: list[dict[str, float]]
    median: dict[str, float | None]
    restricted_means: list[dict[str, float]]
    hazard_by_year: dict[str, list[Any]]
    by: str
    groups: list[dict[str, Any]]
    log_rank: dict[str, Any] | None
    quarters: list[dict[str, Any]]
    activity: dict[str, Any] | None
    sentences: list[str]


class EffectReport(TypedDict):
    """`yaohao evaluate`: drawn against not drawn."""

    draw: str
    kind: str
    outcome: str
    effect: dict[str, Any]
    visited: dict[str, Any]
    """The effect on those visited because they were drawn, or why there is none."""
    mean_drawn: float
    mean_others: float
    without_outcome: int
    sentences: list[str]


class TrialPlanReport(TypedDict):
    """`yaohao trial check`."""

    trial: str
    title: str
    entities: int
    strata: int
    arms: dict[str, int]
    rate: float
    smallest: float
    """The smallest difference in shares that the trial can be expected to show."""
    worthwhile: float
    analysis: dict[str, Any]
    analysis_digest: str
    sentences: list[str]


class TrialCommitReport(TrialPlanReport):
    """`yaohao trial commit`."""

    commitment: str
    """Digest that binds who takes part, arms and analysis, to be published before the seed."""
    committed_at: str


class TrialAssignReport(TypedDict):
    """`yaohao trial assign`."""

    trial: str
    key: str
    assigned_at: str
    arms: dict[str, int]
    """Entities by arm."""
    digest: str
    """Of the arms, as the ledger has it."""
    sentences: list[str]


class TrialResultReport(TypedDict):
    """`yaohao trial analyse`."""

    trial: str
    outcome: str
    outcomes: str
    """Digest of the file of outcomes."""
    means: dict[str, float]
    """By arm."""
    effects: dict[str, dict[str, Any]]
    """Of each further arm against the first."""
    analysis_digest: str
    entered_at: str
    sentences: list[str]


class RiskFitReport(TypedDict):
    """`yaohao risk fit`."""

    as_of: str
    outcome: str
    visits: int
    hits: int
    inspectors: int
    inspector_spread: float
    points: dict[str, float]
    """Points for one unit of each column."""
    held: list[str]
    """Columns kept at zero because they would have lowered a score against the law's sense."""
    indicators: list[str]
    """Further columns of past inspections that the model looks at."""
    indicators_left_out: list[str]
    """Those that say too little, or for which there is no room."""
    penalty: float
    test: dict[str, Any]
    """The back-test, with the `problems` for which the score may not rank."""
    other_entities: int
    no_result: int
    sentences: list[str]


# The names of the keys are those of the options.
RiskTestReport = TypedDict(
    "RiskTestReport",
    {
        "from": str,
        "to": str,
        "outcome": str,
        "origins": list[str],
        "test": dict[str, Any],
        "sentences": list[str],
    },
)
"""`yaohao risk test`."""


class RiskScoresReport(TypedDict):
    """`yaohao risk score`."""

    file: str
    entities: int
    as_of: str
    by: str
    """``model`` or ``scheme``."""
    sensitive: list[str]
    classes: dict[str, int]
    highest: list[dict[str, str]]
    sentences: list[str]


class RateProposal(TypedDict):
    """Rates and what is expected of them."""

    rule: str
    alpha: float | None
    rates: list[float]
    visits: list[float]
    finds: float
    finds_interval: IntervalReport
    error: float | None
    """Standard error of the next total over the total; null where it could not be estimated."""
    bias: float
    floored: int
    capped: int


class ProposalReport(TypedDict):
    """`yaohao propose`."""

    plan: str
    draws: list[str]
    not_used: list[str]
    by_cell: bool
    """Whether the draws have the cells of the plan; else its base codes are told as a whole."""
    visits: float
    alpha: float | None
    floor: float
    law: float
    now: RateProposal
    proposal: RateProposal
    as_planned: dict[str, float]
    """Visits and finds of the changed plan, its quotas, caps and coverage met."""
    frontier: list[dict[str, Any]]
    stratum: str
    rates: list[dict[str, Any]]
    """By base code: entities, visits and rates now and proposed, in millionths or counts."""
    sentences: list[str]

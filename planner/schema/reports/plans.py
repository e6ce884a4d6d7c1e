"""Reports on plans: checked, previewed, corrected, played over years."""

from __future__ import annotations

from typing import TypedDict

from yaohao.planner.schema.case_effect import CaseEffect
from yaohao.planner.schema.ledger_acts import FrameCounts
from yaohao.planner.schema.plan_document import CosignerDocument
from yaohao.planner.vocabulary.problems import ProblemReport


class NewPlanReport(TypedDict):
    """`yaohao plan new`: a commented plan written into a new file."""

    plan: str
    title: str
    file: str


class PlanCheckReport(TypedDict):
    """A plan in which no error was found."""

    plan: str
    title: str
    file: str
    strata: list[str]
    warnings: list[ProblemReport]


class PrintedPlanCheck(PlanCheckReport):
    """`yaohao plan check` as it is printed."""

    ok: bool
    """True; where an error is found there is a list of `errors` instead."""


class PlanFixReport(TypedDict):
    """`yaohao plan mend`: a change of the plan's text that resolves a problem, taken."""

    file: str
    mended: ProblemReport
    left: int
    """How many problems are left that a change of the text resolves."""


class PlanKeyChange(TypedDict):
    """A line of a plan file that a change takes out (``-``) or puts in (``+``)."""

    line: int
    """Its number in the file before, or in the new one."""
    sign: str
    text: str


class PlanSetReport(TypedDict):
    """`yaohao plan set`: keys of a plan set, its comments kept."""

    file: str
    written: bool
    """False where nothing differs, and where it was only tried."""
    lines: list[PlanKeyChange]
    against_registers: bool
    """Whether codes, items and inspectors were looked up: False for a plan outside a workspace."""


class PlanChance(TypedDict):
    """What a plan means for one entity."""

    plan: str
    standing: str
    """``pool``, ``directed``, ``out``, or ``outside`` of the plan's scope."""
    reason: str
    """The rule that decided; empty in the pool and outside."""
    cell: str
    size: int
    """Entities of its cell."""
    expected: int
    """Visits expected of the cell by lottery, in millionths."""
    chance: int
    """In millionths, rounded down; the directed have the whole, those left out nothing."""
    tier: str
    """The tier that counts, where none is given the plan's."""
    is_new: bool
    in_key_field: bool


class PlanChanceReport(TypedDict):
    """`yaohao plan chance`: the chance of an entity under a plan, and under another before it."""

    entity_id: str
    name: str
    codes: dict[str, str]
    """Its codes in the register: tier, region, industry, kind, status, fields."""
    after: PlanChance
    before: PlanChance | None
    """Under the plan it is compared with; null where there is none."""


class ExpectedGroup(TypedDict):
    """What is expected of a group of the pool."""

    size: int
    expected: int
    """In millionths of visits."""
    least: int
    """Fewest possible visits: the expectation rounded down, as every outcome keeps to unless a
    margin has to be widened."""
    most: int
    chance_least: int
    """Lowest chance in the group, in millionths, rounded down."""
    chance_most: int


class RuleEffect(ExpectedGroup):
    """A bound of the plan: what it asks for, and what its group gets."""

    rule: str
    """Its key in the plan, such as ``quota[1]``."""
    kind: str
    asked_least: int | None
    """In millionths of visits."""
    asked_most: int | None


class ChanceGroup(TypedDict):
    """Where the entities of a tier and age are, and their chances, in millionths."""

    tier: str
    age: str
    """``new`` or ``old``."""
    pool: int
    out: int
    directed: int
    expected: int
    least: int
    """Lowest chance of the pool."""
    most: int
    mean: int
    """Over all in scope: the directed at one, those left out at none."""


class MergingReport(TypedDict):
    """What it saves that departments and items fall on one visit; visits in millionths."""

    departments: int
    items: int
    visits: int
    apart: int
    """Visits if every department went by itself."""
    items_apart: int
    """Visits if every item had its own."""
    saved: int
    items_saved: int


class BatchRate(TypedDict):
    """What a rate comes to in this batch, in millionths of visits."""

    stratum: str
    code: str
    of_year: int
    drawn: int
    """What earlier batches drew of it."""
    now: int
    left: int
    """What then remains for later batches."""


class BatchReport(TypedDict):
    """Which batch of the year this is."""

    number: int
    of: int
    rates: list[BatchRate]


class CrewLoads(TypedDict):
    """The visits of each inspector, if every region had the visits that are expected."""

    loads: dict[str, int]
    least_load: int | None
    most_load: int | None


class CrewOutlook(CrewLoads):
    """The teams that a plan requires, and their expected workload."""

    seats_per_visit: int
    expected_seats: int
    """In millionths of inspector-visits."""
    inspectors: int
    certified: int
    expires_in_window: int
    """Inspectors whose certificate ends within the window."""
    load: int | None
    """Mean inspector-visits of a certified inspector, in millionths."""


class PlanChange(TypedDict):
    """One figure that differs between two plans; expected numbers in millionths."""

    what: str
    before: int
    after: int


class ComparedPlans(TypedDict):
    """What changes from another plan."""

    plan: str
    changes: list[PlanChange]


class PlanEffect(FrameCounts):
    """What a plan would do on the current register; nothing is frozen."""

    plan: str
    title: str
    directed_by: dict[str, int]
    """Directed entities by reason."""
    leads_outside: int
    """Entities with a lead in force that are not in scope."""
    batch: BatchReport
    cells: int
    expected: int
    """Visits expected by lottery, in millionths."""
    expected_own: int
    """Those of them by the rates alone, before bounds and quotas."""
    expected_by: dict[str, dict[str, ExpectedGroup]]
    """By stratum and code."""
    rules: list[RuleEffect]
    chances: list[ChanceGroup]
    merging: MergingReport
    crews: CrewOutlook
    cosigners: list[CosignerDocument]
    """Whom the plan names to cosign its commitments, with their keys."""
    warnings: list[ProblemReport]


class PreviewReport(PlanEffect):
    """`yaohao plan preview`."""

    cases: list[CaseEffect]
    """What open cases would do to the draw, by kind; nothing of it takes effect by itself."""


class ComparedPreview(PreviewReport):
    """`yaohao plan preview --against`."""

    against: ComparedPlans


class SimulatedCrews(TypedDict):
    """The inspectors of a simulation."""

    seats_per_visit: int
    inspectors: int
    """Those who can take a position in the first draw."""
    capacity: int | None
    """Seats that all of them can take in one draw; null where one of them has no limit."""


class PlayedTurn(FrameCounts):
    """Who was where in one turn of a plan, and how many were drawn."""

    as_of: str
    window: list[str]
    drawn: int
    visits: int


class SimulatedTurn(PlayedTurn):
    """One turn of the plan: a year, or a batch of it."""

    number: int
    """Of the year, from 1."""
    batch: int
    frequency: int
    seats: int
    load: int | None
    """Seats an inspector, in millionths."""


class SimulatedGroup(TypedDict):
    """How often members of a group were visited, shares in millionths, gaps in days."""

    code: str
    entities: int
    visits: int
    visits_a_year: int
    """An entity, in millionths."""
    visited: dict[str, int]
    """Entities with no visit (`never`), one (`once`), two (`twice`), `more`."""
    shares: dict[str, int]
    longest_gap: int
    median_gap: int


class LateFigures(TypedDict):
    """How many of a group went without a visit for longer than a rule allows."""

    entities: int
    late_at_start: int
    fell_late: int
    late: int
    late_at_close: list[int]
    """On the last day of each turn's window."""


class SimulatedCoverage(LateFigures):
    """A rule of coverage, or of the law, and how many of its group went without a visit."""

    where: dict[str, str | list[str]]
    within_years: int
    source: str
    """``plan``, or ``law`` where the plan has no such rule."""


class SimulationReport(TypedDict):
    """`yaohao simulate`: a plan played over years."""

    plan: str
    title: str
    years: int
    seed: int
    span: list[str]
    """First and last day."""
    entities: int
    undated: int
    """Entities of which no earlier visit and no day of establishment is known."""
    crews: SimulatedCrews
    by_year: list[SimulatedTurn]
    groups: dict[str, list[SimulatedGroup]]
    """By stratum: ``all``, ``tier``, ``age``, ``key``."""
    coverage: list[SimulatedCoverage]
    notes: list[str]

"""Simulating: a plan played over years on the register as it is; nothing is drawn, nothing kept.

Every year the plan's day and window move on by a year (from batch to batch, where it is drawn in
several), the register knows the visits of the years before, and frame, cells, lottery and selection
are those of a real draw. Only the key is not: it comes from a number that anyone may choose, so
that a simulation can never stand for a draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
from yaohao.planner.draw.lottery.plan_lottery import lottery_of
from yaohao.planner.draw.selection import drawn_visits
from yaohao.planner.draw.simulation_figures import (
    FRAME_COLUMNS,
    Days,
    Ints,
    Visits,
    coverage_figures,
    days_of,
    group_figures,
    members_of,
    played,
)
from yaohao.planner.draw.visits import roster_document
from yaohao.planner.frame.cells import Cell
from yaohao.planner.frame.frame import Frame, classify, pool_counts
from yaohao.planner.frame.prior_draws import EarlierDraw, prior_table, table_of
from yaohao.planner.plan.model import Plan
from yaohao.planner.plan.triggers import with_entries
from yaohao.planner.schema.entity import KEPT, UNLIKE
from yaohao.planner.schema.inspector import InspectorRow
from yaohao.planner.schema.lottery import Lottery
from yaohao.planner.schema.reports.plans import PlayedTurn, SimulatedTurn, SimulationReport
from yaohao.planner.schema.visit import Seat
from yaohao.planner.storage.folder import Progress, WorkspaceFolder
from yaohao.planner.storage.framed_plans import framed_plan
from yaohao.planner.storage.plan_files import plan_in
from yaohao.planner.vocabulary.clock import months_before
from yaohao.planner.vocabulary.digest import KEY_LENGTH, sha
from yaohao.planner.vocabulary.problems import PlannerError, Problem, refuse
from yaohao.planner.vocabulary.units import PPM
from yaohao.planner.vocabulary.whole_folders import process_folder

if TYPE_CHECKING:
    import pyarrow as pa
    from yaohao.planner.engine.base import Table

MOST_YEARS = 100
NOTES = ("no-draw", "no-births", "leads-once", "roster-stays", "visit-days", "gaps")
"""What a reader must know of every simulation; the words are in the area `simulate`."""


def simulate(
    workspace: WorkspaceFolder, path: Path, years: int, seed: int, progress: Progress | None = None
) -> SimulationReport:
    """A plan file played over `years` years on the current register, as whole numbers.

    Shares and means are in millionths, gaps in days. The same register, plan, years and seed give
    the same document on any machine. Raises PlannerError for a plan that cannot be read, and for a
    year that cannot be carried out, with that year and its problems.
    """
    plan = plan_in(workspace, path)
    if not 1 <= years <= MOST_YEARS or plan.window[1].year + years > date.max.year:
        raise refuse("simulate.years", found=years, most=MOST_YEARS)
    snapshot, _, _ = workspace.snapshot_path()
    register = Register.read(snapshot, plan.as_of.year)
    try:
        started = framed_plan(workspace, plan)
    except PlannerError as error:
        raise _stopped(1, plan, error) from error
    first = started.frame.plan.batch - 1
    lists = workspace.store.roster("lists")
    inspectors = _able(workspace.store.roster("inspectors"), started.seats, plan)
    rows: list[SimulatedTurn] = []
    events, lotteries = [], Lotteries()
    drawn: list[str] = []
    with TemporaryDirectory(dir=process_folder()) as folder:
        for turn in range(years * plan.frequency):
            number, batch = turn // plan.frequency + 1, (first + turn) % plan.frequency + 1
            now = replace(with_entries(moved(plan, turn), lists), batch=batch)
            drawn = drawn if batch > 1 else []
            try:
                if turn == 0:
                    frame, seats = started.frame, started.seats
                    table = frame.table(*FRAME_COLUMNS)
                    places = register.places(table.column("entity_id"))
                    members = members_of(plan, table, places, register.inspected)
                else:
                    register.turn_to(now.as_of.year)
                    moved_on = Path(folder) / f"{turn}.parquet"
                    register.write(moved_on)
                    same_year = first + turn < plan.frequency
                    earlier = _earlier(now, started.earlier, drawn, same_year=same_year)
                    frame = classify(now, moved_on, (), earlier)
                    moved_on.unlink()
                row, visits, by_lot = _play(now, frame, register, lotteries, _key(seed, turn + 1))
            except PlannerError as error:
                raise _stopped(number, now, error) from error
            frame.close()
            register.visit(visits)
            drawn += by_lot
            events.append((visits, now.window[1]))
            taken = row["visits"] * len(seats)
            rows.append(
                {
                    "number": number,
                    "batch": batch,
                    "frequency": plan.frequency,
                    **row,
                    "seats": taken,
                    "load": taken * PPM // len(inspectors) if inspectors else None,
                }
            )
            if progress:
                progress(turn + 1, years * plan.frequency)
    outcome = played(plan, members, events, register.table.num_rows, plan.frequency)
    return {
        "plan": plan.id,
        "title": plan.title,
        "years": years,
        "seed": seed,
        "span": [plan.as_of.isoformat(), now.window[1].isoformat()],
        "entities": len(members.places),
        "undated": members.undated,
        "crews": {
            "seats_per_visit": len(seats),
            "inspectors": len(inspectors),
            "capacity": _capacity(inspectors),
        },
        "by_year": rows,
        "groups": group_figures(members, outcome),
        "coverage": coverage_figures(plan, members, outcome),
        "notes": list(NOTES),
    }


def moved(plan: Plan, turns: int) -> Plan:
    """A plan so many of its turns later, which are the batches of a year, else years.

    Its day and window move on by whole months; a day that a month does not have is its last one.
    """
    months = -(12 * turns // plan.frequency)
    opens, closes = (months_before(day, months) for day in plan.window)
    return replace(plan, as_of=months_before(plan.as_of, months), window=(opens, closes))


def _earlier(
    plan: Plan,
    draws: Sequence[EarlierDraw],
    drawn: Sequence[str],
    *,
    same_year: bool,
) -> Table:
    """What earlier draws did: those of the workspace, and those played in this year's batches.

    The register that is played on knows the visits played; what is left to tell is the batch.
    """
    columns = [column.to_pylist() for column in prior_table(plan, draws).columns]
    by_entity = {row[0]: row for row in zip(*columns, strict=True)}
    if not same_year:  # what the workspace drew was of the batches before these
        by_entity = {entity: (*row[:2], 0, *row[3:]) for entity, row in by_entity.items()}
    for entity in drawn:
        _, year, batch, since, until = by_entity.get(entity, (entity, 0, 0, "", ""))
        by_entity[entity] = (entity, year, batch + 1, since, until)
    return table_of(by_entity[entity] for entity in sorted(by_entity))


@dataclass
class Register:
    """The register while it is played on: its table, and the columns that visits change.

    `inspected` is the last inspection of each row (NaT where there is none), `visits` the count of
    its year, and `year` the calendar year of the plan's day.
    """

    table: pa.Table
    inspected: Days
    visits: Ints
    year: int

    @classmethod
    def read(cls, snapshot: Path, year: int) -> Register:
        """A snapshot of the register."""
        import pyarrow.parquet as pq

        table = pq.read_table(snapshot)
        counts = table.column("visits_this_year").to_numpy().astype(np.int64)
        return cls(table, days_of(table.column("inspected_on")), counts, year)

    def places(self, entity_ids: pa.ChunkedArray | list[str]) -> Ints:
        """The rows of entities, which all are in the register."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if isinstance(entity_ids, list):
            entity_ids = pa.array(entity_ids, pa.string())
        indices = pc.index_in(entity_ids, value_set=self.table.column("entity_id"))
        return np.asarray(indices).astype(np.int64)

    def turn_to(self, year: int) -> None:
        """Begin a year: a count without a day of inspection was of the year before."""
        self.year = year
        self.visits[np.isnat(self.inspected)] = 0

    def visit(self, visits: Visits) -> None:
        """Enter visits: the last inspection, and how many there were in its calendar year.

        Visits for cause are not counted, as the cap on visits does not count them.
        """
        rows, days = visits.places, visits.days
        before, count = self.inspected[rows], self.visits[rows]
        years = days.astype("datetime64[Y]")
        same = before.astype("datetime64[Y]") == years
        # A count without a day is of this year; one of a later day stays with that day's year.
        this_year = np.isnat(before) & (years == np.datetime64(f"{self.year:04d}", "Y"))
        base = np.where(same, np.maximum(count, 1), np.where(this_year, count, 0))
        added = base + ~visits.for_cause
        later = ~same & (before > days)
        self.visits[rows] = np.where(later, count, added)
        self.inspected[rows] = np.fmax(before, days)

    def write(self, path: Path) -> None:
        """Write the register as it now is, without names and addresses, which decide nothing."""
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        size = self.table.num_rows
        inspected = pc.fill_null(pa.array(self.inspected).cast(pa.string()), "")
        changed = {
            "inspected_on": inspected,
            "visits_this_year": pa.array(self.visits, pa.int32()),
            **{name: pa.repeat("", size) for name in KEPT if name in UNLIKE},
        }
        table = self.table
        for name, column in changed.items():
            table = table.set_column(table.schema.get_field_index(name), name, column)
        pq.write_table(table, path, compression="none")


def visit_days(tickets: Sequence[str], window: tuple[date, date]) -> Days:
    """The day within the window on which each ticket's entity is visited.

    Taken from the ticket's last eight characters: its first ones are low for all that are drawn.
    """
    length = (window[1] - window[0]).days + 1
    offsets = [int(ticket[-8:], 16) * length >> 32 for ticket in tickets]
    return np.datetime64(window[0], "D") + np.array(offsets, dtype="timedelta64[D]")


def _key(seed: int, number: int) -> str:
    return sha(f"yaohao/1|simulation|{seed}|{number}")[:KEY_LENGTH]


class Lotteries:
    """The lotteries of a plan's years; years with the same cells have the same one."""

    def __init__(self) -> None:
        self._known: dict[tuple[Cell, ...], Lottery] = {}

    def of(self, plan: Plan, cells: Sequence[Cell]) -> Lottery:
        """The lottery of a year's cells. PlannerError as `lottery_of` raises it."""
        known = tuple(cells)
        if known not in self._known:
            self._known[known] = lottery_of(plan, cells)
        return self._known[known]


def _play(
    plan: Plan, frame: Frame, register: Register, lotteries: Lotteries, key: str
) -> tuple[PlayedTurn, Visits, list[str]]:
    """One turn: who is where, how many are drawn, the visits, and whom the lot drew.

    PlannerError as at a freeze.
    """
    counts = pool_counts(frame)
    lottery = lotteries.of(plan, frame.cells())
    everybody = drawn_visits(frame, lottery, key).visits
    drawn = [visit.entity_id for visit in everybody if visit.standing == "pool"]
    led = frame.directed_by_leads()
    visits = Visits(
        register.places([visit.entity_id for visit in everybody]),
        visit_days([visit.ticket for visit in everybody], plan.window),
        np.array([visit.entity_id in led for visit in everybody], dtype=np.bool_),
    )
    row: PlayedTurn = {
        "as_of": plan.as_of.isoformat(),
        "window": [day.isoformat() for day in plan.window],
        **counts.as_json(),
        "drawn": len(drawn),
        "visits": len(everybody),
    }
    return row, visits, drawn


def _able(
    inspectors: Sequence[InspectorRow], seats: Sequence[Seat], plan: Plan
) -> list[InspectorRow]:
    """Those who can take a seat in the first draw: others have no part in the plan's load."""
    from yaohao.planner.draw.crews.eligibility import Roster

    rows = sorted(inspectors, key=lambda row: row["inspector_id"])
    staff = Roster(roster_document(rows), (plan.window[0].isoformat(), plan.window[1].isoformat()))
    return [row for row, able in zip(rows, staff.able(seats), strict=True) if able]


def _capacity(inspectors: Sequence[InspectorRow]) -> int | None:
    """The seats that these inspectors can take in one draw; None where one of them has no limit."""
    limits = [limit for row in inspectors if (limit := row.get("capacity")) is not None]
    return sum(limits) if len(limits) == len(inspectors) else None


def _stopped(number: int, plan: Plan, error: PlannerError) -> PlannerError:
    params = {"number": number, "as_of": plan.as_of.isoformat()}
    return PlannerError(Problem("simulate.stopped", params), *error.problems)

"""A year of a bureau in figures: planned, drawn, visited, published in time, found, closed.

By draw, rule, tier, region, item and office; those with zero are shown. Nothing is ranked, least of
all by annual reports: 促进个体工商户发展条例 art. 32 forbids targets of their rates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yaohao.planner.follow_up.results import group_of
from yaohao.planner.follow_up.view import both
from yaohao.planner.plan.document import stored_plan
from yaohao.planner.schema.draw import Draw, Stage
from yaohao.planner.schema.reports.pages import CasesOfYear, YearReport, YearRow
from yaohao.planner.storage.calendar import day_given
from yaohao.planner.storage.case_desk import CaseDesk
from yaohao.planner.storage.case_duties import duties_on
from yaohao.planner.storage.due_results import due
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.terms import NOT_YET
from yaohao.planner.vocabulary.units import PPM

PARTS = ("draw", "rule", "tier", "region", "item", "office")
"""By what the visits of a year are counted."""

COUNTS = ("planned", "drawn", "visited", "in_time", "late", "found", "closed")
"""What is counted: visits expected in the plans (with those for cause), drawn or directed, with a
result; published in time, too late or not at all; with a violation, and with its follow-up closed.
"""

LOT = "lot"
"""The rule of those whom the lot drew; other visits have the reason of theirs."""

_SETTLED = "none"
_YEARS = range(2000, 2101)


@dataclass
class _Tally:
    """The counts of a group, `planned` in millionths of visits."""

    planned: int | None = None
    drawn: int = 0
    visited: int = 0
    in_time: int = 0
    late: int = 0
    found: int = 0
    closed: int = 0

    def plan(self, millionths: int) -> None:
        self.planned = (self.planned or 0) + millionths

    def row(self, code: str, name: str) -> YearRow:
        planned = None if self.planned is None else round(self.planned / PPM, 1)
        return {
            "code": code, "name": name, "planned": planned, "drawn": self.drawn,
            "visited": self.visited, "in_time": self.in_time, "late": self.late,
            "found": self.found, "closed": self.closed,
        }  # fmt: skip


Groups = dict[str, defaultdict[str, _Tally]]


def year_report(workspace: WorkspaceFolder, year: int = 0, as_of: str = "") -> YearReport:
    """The figures of a year (that of `as_of`, an ISO day, by default; today by default).

    A draw counts in the year in which its window begins. Raises PlannerError for what is no day or
    year, and for a draw whose files were changed.
    """
    day = day_given(workspace, as_of or None)
    year = year or day.year
    if year not in _YEARS:
        raise refuse("report.bad-year", found=year, first=_YEARS[0], last=_YEARS[-1])
    all_draws = workspace.store.all_draws()
    mine = [one for one in all_draws if one.plan["window"][0][:4] == str(year)]
    draws = [one for one in mine if one.stage is not Stage.ABANDONED]
    inspectors = workspace.store.roster("inspectors")
    offices = {one["inspector_id"]: str(one["department"] or "") for one in inspectors}
    groups: Groups = {part: defaultdict(_Tally) for part in PARTS}
    for office in offices.values():
        _ = groups["office"][office]
    total = _Tally()
    for draw in draws:
        _count(workspace, draw, day, offices, groups, total)
    names = {row["item_id"]: row["name"] for row in workspace.store.roster("items")}
    titles = {draw.id: draw.plan["title"] for draw in draws}
    desk = CaseDesk(workspace)
    last = min(day, date(year, 12, 31))
    return {
        "year": year,
        "as_of": day.isoformat(),
        "authority": workspace.settings.authority,
        "rehearsal": workspace.is_rehearsal,
        "total": total.row("", ""),
        "by": {
            part: [
                tally.row(code, {"draw": titles, "item": names}.get(part, {}).get(code, ""))
                for code, tally in sorted(groups[part].items())
            ]
            for part in PARTS
        },
        "abandoned": len(mine) - len(draws),
        "cases": _cases(desk, year),
        "duties": duties_on(desk, last) if last.year == year else [],
    }


def _cases(desk: CaseDesk, year: int) -> list[CasesOfYear]:
    """Cases by kind, each kind that the bureau uses, also where it had none."""
    counted = {kind: numbers for kind, *numbers in desk.store.case_movements(year)}
    words = {kind.id: both(kind.words) for kind in desk.kinds if not kind.draft}
    return [
        {"kind": kind, "words": words.get(kind, {"zh": kind, "en": kind}), "opened": opened,
         "closed": closed, "open_now": still, "members": members}
        for kind in sorted({*words, *counted})
        for opened, closed, still, members in [counted.get(kind, (0, 0, 0, 0))]
    ]  # fmt: skip


# Many parameters: what is counted, by whom, into what.
def _count(
    workspace: WorkspaceFolder,
    draw: Draw,
    day: date,
    offices: Mapping[str, str],
    groups: Groups,
    total: _Tally,
) -> None:
    """Add what a draw planned, and what came of it by the day."""
    plan = stored_plan(draw.plan)
    items = list(plan.all_items)
    known = _planned(workspace, draw, groups, total, items)
    done = {one["reserve"] for one in draw.withdrawals}
    rows: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in workspace.store.results(draw.id):
        rows[row["entity_id"]].append(row)
    dues: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for one in due(workspace, draw.id, day.isoformat())["visits"]:
        dues[one["entity_id"]].append(one)
    followed = workspace.store.standing_of_causes(draw.id)
    for visit in workspace.store.visits(draw.id):
        entity = visit["entity_id"]
        if visit["reserve"] and entity not in done:
            continue
        tier, reason = known.get(entity, (_tier(draw, plan.strata, visit), visit["standing"]))
        crews = {offices.get(one, "") for one in visit["inspectors"]}
        mine = [
            total,
            groups["draw"][draw.id],
            groups["rule"][LOT if visit["standing"] == "pool" else reason],
            groups["tier"][tier],
            groups["region"][visit["region"] or ""],
            *(groups["office"][office] for office in crews),
        ]
        is_closed = followed.get(entity, False)
        is_followed = entity in followed
        for tally in mine:
            _visit(tally, visit, rows[entity], dues[entity], (is_followed, is_closed))
        for item in items:
            of_item = [row for row in rows[entity] if row["item_id"] == item]
            at = [one for one in dues[entity] if item in one["items"]]
            result = of_item[0]["result"] if of_item else NOT_YET
            seen = {**visit, "result": result}
            _visit(groups["item"][item], seen, of_item, at, (is_followed, is_closed))


def _visit(
    tally: _Tally,
    visit: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    dues: Sequence[Mapping[str, Any]],
    followed: tuple[bool, bool],
) -> None:
    """Add one visit; `followed` says whether cases follow it, and whether all are closed."""
    tally.drawn += not visit["reserve"]
    tally.visited += bool(rows)
    states = {one["state"] for one in dues}
    tally.in_time += states == {"published"}
    tally.late += bool(states & {"late", "overdue"})
    if not rows or group_of(visit["result"]) != "problems":
        return
    tally.found += 1
    wrong = [row for row in rows if group_of(row["result"]) == "problems"]
    is_settled = all(row["follow_up_closed_on"] or row["follow_up"] == _SETTLED for row in wrong)
    has_cases, are_closed = followed
    tally.closed += are_closed if has_cases else is_settled


def _planned(
    workspace: WorkspaceFolder, draw: Draw, groups: Groups, total: _Tally, items: Iterable[str]
) -> dict[str, tuple[str, str]]:
    """Add what a draw planned; of its directed and drawn entities, their tier and reason.

    A draw under version 1 of the protocol tells its planned visits by its cells alone.
    """
    sums: dict[str, dict[str, int]] = {part: defaultdict(int) for part in ("rule", *_BY)}
    known: dict[str, tuple[str, str]] = {}
    if draw.is_older:
        _planned_by_cells(workspace, draw, sums)
    else:
        known = _planned_by_frame(workspace, draw, sums)
    whole = sum(sums["rule"].values())
    total.plan(whole)
    groups["draw"][draw.id].plan(whole)
    for item in items:
        groups["item"][item].plan(whole)
    for part, by_code in sums.items():
        for code, expected in by_code.items():
            groups[part][code].plan(expected)
    return known


_BY = ("tier", "region")
_FRAME = ("entity_id", "standing", "reason", "cell", *_BY)


def _planned_by_frame(
    workspace: WorkspaceFolder, draw: Draw, sums: Mapping[str, dict[str, int]]
) -> dict[str, tuple[str, str]]:
    """Every group of the frame, with the sum of its chances; also where that is zero."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    frozen = workspace.frozen(draw)
    chances = {one["cell"]: (one["expected"], one["size"]) for one in frozen.lottery["cells"]}
    table = pq.read_table(frozen.path, columns=list(_FRAME))
    keys = ["standing", "reason", "cell", *_BY]
    shares: dict[str, dict[str, float]] = {part: defaultdict(float) for part in _BY}
    for row in table.group_by(keys).aggregate([([], "count_all")]).to_pylist():
        number = row["count_all"]
        expected = 0.0
        if row["standing"] == "pool":
            above, below = chances[row["cell"]]
            expected = above * number / below
        elif row["standing"] == "directed":
            expected = float(PPM * number)
            sums["rule"][row["reason"]] += PPM * number
        for part in _BY:
            shares[part][row[part] or ""] += expected
    sums["rule"][LOT] += sum(above for above, _ in chances.values())
    for part in _BY:
        for code, share in shares[part].items():
            sums[part][code] += round(share)
    visited = [one["entity_id"] for one in workspace.store.visits(draw.id)]
    import pyarrow as pa

    wanted = pa.array(visited, table.column("entity_id").type)
    chosen = table.filter(pc.is_in(table.column("entity_id"), value_set=wanted))
    return {
        row["entity_id"]: (row["tier"] or "", row["reason"] or "") for row in chosen.to_pylist()
    }


def _planned_by_cells(
    workspace: WorkspaceFolder, draw: Draw, sums: Mapping[str, dict[str, int]]
) -> None:
    strata = stored_plan(draw.plan).strata
    for cell in draw.cells or ():
        sums["rule"][LOT] += cell["expected"]
        codes = dict(zip(strata, cell["name"].split("/"), strict=False))
        for part in _BY:
            if part in codes:
                sums[part][codes[part]] += cell["expected"]
    for visit in workspace.store.visits(draw.id):
        if visit["standing"] == "directed":
            sums["rule"]["directed"] += PPM
            for part, code in (("region", visit["region"] or ""), ("tier", "")):
                if part in strata:
                    sums[part][code] += PPM


def _tier(draw: Draw, strata: Sequence[str], visit: Mapping[str, Any]) -> str:
    """The tier of a visit under version 1: that of its cell, where cells have one."""
    if visit["cell"] is None or "tier" not in strata:
        return ""
    cells = {one["cell"]: one["name"] for one in draw.cells or ()}
    return cells.get(visit["cell"], "").split("/")[strata.index("tier")]

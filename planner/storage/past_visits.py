"""All visits that a workspace knows of, with what each found, when, and who went.

Past inspections of files have unknown chances: they train and judge a risk model, and tell nothing
of the whole register. Results of own draws stand beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from yaohao.planner.learning.history import Visits
from yaohao.planner.learning.indicators import ObservedColumn
from yaohao.planner.learning.outcomes import PENDING_CODE, outcome_of
from yaohao.planner.learning.risk_features import NEVER, Known
from yaohao.planner.learning.sample import RIGHT, WRONG
from yaohao.planner.schema.draw import Stage
from yaohao.planner.storage.entity_numbers import known_numbers
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.snapshot_files import current_table
from yaohao.planner.vocabulary.problems import refuse

if TYPE_CHECKING:
    import pyarrow as pa

CODES = ("kind", "industry", "region", "tier")


@dataclass(frozen=True)
class PastVisits:
    """The register's entities in its order, what is known of them, and names of inspectors.

    `own` marks visits of the workspace's own draws; `others` counts visits of entities that the
    register does not have, `unsaid` those whose result is not known.
    """

    ids: list[str]
    names: list[str]
    known: Known
    inspectors: tuple[str, ...]
    own: np.ndarray
    others: int
    unsaid: int


@dataclass
class _Visit:
    """What one visit of an entity on a day found, item by item."""

    codes: list[str]
    findings: int | None
    inspectors: list[str]
    is_own: bool


def past_visits(
    workspace: WorkspaceFolder, item: str = "", *, before: str = "9", needs_visits: bool = True
) -> PastVisits:
    """The visits of files and of own draws, of all items or of one; the latest results count.

    What cannot be used is counted up to the ISO day `before`.

    Raises PlannerError where there is no register, and, where visits are needed, where there is
    none whose result is known.
    """
    table = current_table(workspace)
    if table is None:
        raise refuse("frame.no-register")
    ids: list[str] = table.column("entity_id").to_pylist()
    place = {entity: row for row, entity in enumerate(ids)}
    numbers = known_numbers(workspace)
    visits: dict[tuple[str, str], _Visit] = {}
    for row in workspace.store.inspections():
        row["entity_id"] = numbers.get(row["entity_id"], row["entity_id"])
        if not item or row["item"] == item:
            _note(visits, row, row["inspectors"], row["findings"], is_own=False)
    for draw in workspace.store.all_draws():
        if draw.stage is Stage.DEALT:
            crews = {one["entity_id"]: one["inspectors"] for one in workspace.store.visits(draw.id)}
            for result in workspace.store.results(draw.id):
                if result["visited_on"] and (not item or result["item_id"] == item):
                    crew = crews.get(result["entity_id"], [])
                    _note(visits, result, crew, None, is_own=True)
    rows, others, unsaid = [], 0, 0
    for (entity, day), visit in sorted(visits.items(), key=lambda pair: (pair[0][1], pair[0][0])):
        wrong = _found_wrong(visit)
        if entity not in place:
            others += day < before
        elif wrong is None:
            unsaid += day < before
        else:
            who = visit.inspectors[0] if visit.inspectors else ""
            rows.append((place[entity], date.fromisoformat(day).toordinal(), wrong, who,
                         visit.is_own))  # fmt: skip
    if not rows and needs_visits:
        raise refuse("findings.no-past-visits")
    names = tuple(sorted({row[3] for row in rows}))
    number = {name: k for k, name in enumerate(names)}
    inspected = Visits(
        np.array([row[0] for row in rows]),
        np.array([row[1] for row in rows]),
        np.array([int(row[2]) for row in rows]),
        np.array([number[row[3]] for row in rows]),
    )
    known = _known(workspace, table, place, inspected, _told(workspace, place, numbers))
    own = np.array([row[4] for row in rows], np.bool_)
    return PastVisits(ids, table.column("name").to_pylist(), known, names, own, others, unsaid)


def _note(
    visits: dict[tuple[str, str], _Visit],
    row: Mapping[str, Any],
    inspectors: Iterable[str],
    findings: int | None,
    *,
    is_own: bool,
) -> None:
    key = (row["entity_id"], row["visited_on"])
    visit = visits.setdefault(key, _Visit([], None, [], is_own))
    if row["result"] and row["result"] != PENDING_CODE:
        visit.codes.append(row["result"])
    if findings is not None:
        visit.findings = (visit.findings or 0) + findings
    visit.inspectors = sorted({*visit.inspectors, *inspectors})


def _found_wrong(visit: _Visit) -> bool | None:
    """Whether a visit found something wrong; None where it found nobody, or nothing is said."""
    if visit.findings:
        return True
    outcome = outcome_of(visit.codes, len(visit.codes)) if visit.codes else None
    if outcome in (RIGHT, WRONG):
        return outcome == WRONG
    return False if visit.findings == 0 and not visit.codes else None


def _known(
    workspace: WorkspaceFolder,
    table: pa.Table,
    place: Mapping[str, int],
    visits: Visits,
    observations: Mapping[str, ObservedColumn],
) -> Known:
    is_china = workspace.settings.register == "china"
    born = np.array(
        [date.fromisoformat(day).toordinal() if day else NEVER
         for day in table.column("established_on").to_pylist()], np.int64
    )  # fmt: skip
    codes = {}
    for name in CODES:
        texts = [text or "" for text in table.column(name).to_pylist()]
        if name == "industry" and is_china:
            texts = [text[:1] for text in texts]
        codes[name] = np.array(texts, object)
    leads = [
        (place[row["entity_id"]], date.fromisoformat(row["opened_on"]).toordinal())
        for row in workspace.store.roster("leads")
        if row["entity_id"] in place and row["opened_on"]
    ]
    return Known(
        born,
        codes,
        visits,
        np.array([one for one, _ in leads], np.int64),
        np.array([day for _, day in leads], np.int64),
        observations,
    )


def _told(
    workspace: WorkspaceFolder, place: Mapping[str, int], numbers: Mapping[str, str]
) -> dict[str, ObservedColumn]:
    """What further columns of files said of entities of the register, by name."""
    rows: dict[str, list[tuple[int, int, str]]] = {}
    for one in workspace.store.indicators():
        at = place.get(numbers.get(one.entity_id, one.entity_id))
        if at is not None:
            day = date.fromisoformat(one.visited_on).toordinal()
            for name, text in one.values.items():
                rows.setdefault(name, []).append((at, day, text))
    return {
        name: ObservedColumn(*(np.array(part, kind) for part, kind in
                     zip(zip(*given, strict=True), (np.int64, np.int64, object), strict=True)))
        for name, given in sorted(rows.items())
    }  # fmt: skip

"""Who may take which seat at which visit, as arrays (draw protocol, "Crews")."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from yaohao.planner.schema.visit import CrewVisit, RosterRow, Seat
from yaohao.planner.vocabulary.problems import refuse

IntArray: TypeAlias = npt.NDArray[np.int64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
VisitsDocument: TypeAlias = Sequence[CrewVisit]
RosterDocument: TypeAlias = Sequence[RosterRow]
Window: TypeAlias = tuple[str, str] | Sequence[str]


@dataclass(frozen=True)
class VisitClass:
    """Visits that ask the same of one department, of the same inspectors who may take their seats.

    A visit of `visits` (m positions in the list of visits) has ``seats[g]`` seats of seat group g,
    that is of `department` with ``qualifications[g]``. ``fits[j, g]`` tells whether the inspector
    ``inspectors[j]`` (k positions in the roster, ascending) may take a seat of group g there; each
    of them may take one of some group.
    """

    department: str
    regions: tuple[str, ...]
    qualifications: tuple[str, ...]
    seats: tuple[int, ...]
    visits: IntArray
    inspectors: IntArray
    fits: BoolArray

    @property
    def size(self) -> int:
        """Seats of one visit."""
        return sum(self.seats)

    @property
    def pairs(self) -> int:
        """Number of (visit, inspector) pairs."""
        return len(self.visits) * len(self.inspectors)

    @cached_property
    def _typed(self) -> tuple[BoolArray, IntArray]:
        if len(self.seats) == 1:  # no sorting needed in the ordinary case
            return np.ones((1, 1), bool), np.zeros(len(self.inspectors), np.int64)
        rows, of = np.unique(self.fits, axis=0, return_inverse=True)
        return rows, of.reshape(-1).astype(np.int64)

    @property
    def types(self) -> BoolArray:
        """The different rows of `fits`: what sorts of inspector there are here."""
        return self._typed[0]

    @property
    def type_of(self) -> IntArray:
        """The sort, a row of `types`, of each inspector here."""
        return self._typed[1]


@dataclass(frozen=True)
class Eligibility:
    """All pools of a crew round; `limits` are the most visits an inspector may be dealt."""

    entity_ids: tuple[str, ...]
    inspector_ids: tuple[str, ...]
    limits: IntArray
    pools: tuple[VisitClass, ...]

    @property
    def pairs(self) -> int:
        """Number of (visit, inspector) pairs over all pools."""
        return sum(pool.pairs for pool in self.pools)

    @cached_property
    def components(self) -> tuple[tuple[int, ...], ...]:
        """Positions of pools in groups that share no inspector: problems of their own."""
        leader = list(range(len(self.pools)))

        def find(pool: int) -> int:
            while leader[pool] != pool:
                leader[pool] = leader[leader[pool]]
                pool = leader[pool]
            return pool

        owner = np.full(len(self.inspector_ids), -1, np.int64)
        for at, pool in enumerate(self.pools):
            for other in np.unique(owner[pool.inspectors]).tolist():
                if other >= 0:
                    leader[find(other)] = find(at)
            owner[pool.inspectors] = at
        groups: dict[int, list[int]] = {}
        for at in range(len(self.pools)):
            groups.setdefault(find(at), []).append(at)
        return tuple(tuple(group) for group in groups.values())


class Roster:
    """The roster document as arrays, ready to answer who covers a region and holds what."""

    def __init__(self, document: RosterDocument, window: Window) -> None:
        first, last = _window(window)
        rows = [_inspector(row, f"roster[{at}]") for at, row in enumerate(document)]
        self.ids = tuple(row["inspector_id"] for row in rows)
        if len(set(self.ids)) < len(self.ids):
            twice = min(name for name, times in Counter(self.ids).items() if times > 1)
            raise refuse("crews.inspector_twice", inspector=twice)
        self.capacities: list[int | None] = [row["capacity"] for row in rows]
        # An empty text is before every date: who has no certificate is an auxiliary.
        self.certified = np.array([row["certificate_until"] >= window[1] for row in rows], bool)
        self.away = np.array(
            [_away(row["absent"], first, last, f"roster[{at}]") for at, row in enumerate(rows)],
            bool,
        )
        self.present = self.certified & ~self.away
        self.working = np.array([row["capacity"] != 0 for row in rows], bool)
        self._departments = _places(rows, lambda row: [row["department"]])
        self._qualifications = _places(rows, lambda row: row["qualifications"])
        self._prefixes = _places(rows, lambda row: row["regions"])
        self._regions: dict[str, BoolArray] = {}
        self.recused: dict[str, list[int]] = {}
        for at, row in enumerate(rows):
            for entity_id in sorted(set(row["recused"])):
                self.recused.setdefault(entity_id, []).append(at)

    def _mask(self, places: Mapping[str, list[int]], *codes: str) -> BoolArray:
        mask = np.zeros(len(self.ids), bool)
        for code in codes:
            mask[places.get(code, [])] = True
        return mask

    def of_department(self, department: str) -> BoolArray:
        """Who belongs to the department."""
        return self._mask(self._departments, department)

    def covering(self, region: str) -> BoolArray:
        """Who has a region that is a prefix of `region`."""
        if region not in self._regions:
            cuts = (region[:length] for length in range(len(region) + 1))
            self._regions[region] = self._mask(self._prefixes, *cuts)
        return self._regions[region]

    def holding(self, qualification: str) -> BoolArray:
        """Who holds the qualification; everybody where it is empty."""
        if not qualification:
            return np.ones(len(self.ids), bool)
        return self._mask(self._qualifications, qualification)

    def able(self, seats: Iterable[Seat]) -> BoolArray:
        """Who may take one of the seats at some visit, wherever it is and whomever it is to."""
        mask: BoolArray = np.zeros(len(self.ids), bool)
        for department, qualification in {
            (one["department"], one["qualification"]) for one in seats
        }:
            mask |= self.of_department(department) & self.holding(qualification)
        mask &= self.present & self.working
        return mask

    def limits(self, visits: int, *, capacities: bool = True) -> IntArray:
        """The most visits of `visits` that each may be dealt."""
        known = self.capacities if capacities else [None] * len(self.ids)
        return np.array([visits if c is None else min(c, visits) for c in known], np.int64)


def eligible(visits: Collection[CrewVisit], roster: RosterDocument, window: Window) -> Eligibility:
    """Who may take which seat at which visit, by the rules of the protocol's "Crews".

    `visits` and `roster` are the documents of the protocol's "Rounds: commit, then seed", `window`
    the first and last day as ISO
    dates. Raises PlannerError where a document does not have the form of the protocol's "Rounds:
    commit, then seed".
    """
    return eligible_among(visits, Roster(roster, window))


def eligible_among(
    visits: Collection[CrewVisit], staff: Roster, *, recusals: bool = True, capacities: bool = True
) -> Eligibility:
    """As `eligible`, for a roster already read; recusals or capacities can be passed over."""
    entity_ids: list[str] = []
    asked: dict[tuple[Any, ...], list[int]] = {}
    seat_groups: dict[tuple[tuple[str, str], ...], list[tuple[str, Any]]] = {}
    for at, visit in enumerate(visits):
        entity_id, region, seats = _visit(visit, f"visits[{at}]")
        entity_ids.append(entity_id)
        barred = tuple(staff.recused.get(entity_id, ())) if recusals else ()
        if seats not in seat_groups:
            seat_groups[seats] = _by_department(seats)
        for department, groups in seat_groups[seats]:
            asked.setdefault((department, region, groups, barred), []).append(at)
    present = staff.present & staff.working if capacities else staff.present
    masks = {
        code: staff.of_department(code) & present for code in sorted({key[0] for key in asked})
    }
    # Visits open to the same inspectors make one pool, whatever their regions and recusals.
    same: dict[tuple[Any, ...], tuple[list[int], set[str], IntArray, BoolArray]] = {}
    for (department, region, groups, barred), members in asked.items():
        free = masks[department] & staff.covering(region)
        free[list(barred)] = False
        fits = np.stack([staff.holding(q) for q, _ in groups], axis=1) & free[:, None]
        inspectors = np.flatnonzero(fits.any(axis=1))
        fits = fits[inspectors]
        key = (department, groups, inspectors.tobytes(), fits.tobytes())
        positions, regions, _, _ = same.setdefault(key, ([], set(), inspectors, fits))
        positions += members
        regions.add(region)
    pools = [
        VisitClass(
            department,
            tuple(sorted(regions)),
            tuple(q for q, _ in groups),
            tuple(n for _, n in groups),
            np.array(sorted(positions), np.int64),
            inspectors,
            fits,
        )
        for (department, groups, _, _), (positions, regions, inspectors, fits) in same.items()
    ]
    limits = staff.limits(len(entity_ids), capacities=capacities)
    return Eligibility(tuple(entity_ids), staff.ids, limits, tuple(pools))


def _by_department(
    seats: tuple[tuple[str, str], ...],
) -> list[tuple[str, tuple[tuple[str, int], ...]]]:
    grouped: dict[str, list[tuple[str, int]]] = {}
    for (department, qualification), count in sorted(Counter(seats).items()):
        grouped.setdefault(department, []).append((qualification, count))
    return [(department, tuple(groups)) for department, groups in grouped.items()]


def _places(
    rows: Sequence[RosterRow], codes: Callable[[RosterRow], Sequence[str]]
) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        for code in codes(row):
            places.setdefault(code, []).append(at)
    return places


def _window(window: Window) -> tuple[date, date]:
    try:
        first, last = (date.fromisoformat(day) for day in window)
    except (TypeError, ValueError):
        raise refuse("crews.window", found=str(window)) from None
    if first > last:
        raise refuse("crews.window", found=" ".join(window))
    return first, last


def _away(intervals: list[list[str]], first: date, last: date, where: str) -> bool:
    """Whether the absences together cover every day from `first` to `last`."""
    spans = []
    for interval in intervals:
        try:
            start, end = (date.fromisoformat(day) for day in interval)
        except (TypeError, ValueError):
            raise refuse("crews.document", where=f"{where}.absent", found=str(interval)) from None
        spans.append((start, end))
    day = first
    for start, end in sorted(spans):
        if start > day:
            break
        if end >= last:
            return True
        day = max(day, end + timedelta(days=1))
    return False


def _visit(visit: object, where: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    asked = []
    for seat in _value(visit, "seats", list, where):
        department = _value(seat, "department", str, where)
        asked.append((department, _value(seat, "qualification", str, where)))
    entity_id = _value(visit, "entity_id", str, where)
    return entity_id, _value(visit, "region", str, where), tuple(asked)


def _inspector(row: Any, where: str) -> RosterRow:
    texts = {
        name: _value(row, name, str, where)
        for name in ("inspector_id", "department", "certificate_until")
    }
    lists = {}
    for name in ("regions", "qualifications", "recused"):
        lists[name] = _value(row, name, list, where)
        for item in lists[name]:
            if not isinstance(item, str):
                raise refuse("crews.document", where=f"{where}.{name}", found=repr(item))
    absent = _value(row, "absent", list, where)
    capacity = row.get("capacity", "")
    if capacity is not None and (type(capacity) is not int or capacity < 0):
        raise refuse("crews.document", where=f"{where}.capacity", found=repr(capacity))
    return {
        "inspector_id": texts["inspector_id"],
        "department": texts["department"],
        "certificate_until": texts["certificate_until"],
        "regions": lists["regions"],
        "qualifications": lists["qualifications"],
        "recused": lists["recused"],
        "absent": absent,
        "capacity": capacity,
    }


def _value(row: object, name: str, kind: type, where: str) -> Any:
    value = row.get(name) if isinstance(row, dict) else None
    if not isinstance(value, kind):
        raise refuse("crews.document", where=f"{where}.{name}", found=repr(value))
    return value

"""The seats of every visit of a plan, and the departments that take part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from yaohao.planner.plan.keys import nearest
from yaohao.planner.plan.model import Plan
from yaohao.planner.schema.item import ItemRow
from yaohao.planner.schema.visit import Seat
from yaohao.planner.vocabulary.problems import Problem, raise_all, refuse


def seats_for(
    plan: Plan, items: Iterable[ItemRow], roster_departments: Iterable[str]
) -> list[Seat]:
    """The seats of a visit, sorted by department, then qualification.

    `items` is the item register (`item_id`, `department`, `qualification`), and
    `roster_departments` the departments of all inspectors. Raises PlannerError for items that are
    not in the register, and where it is not clear which departments take part. Source: the draw
    protocol, "Crews".
    """
    asked = _items(plan, items)
    if plan.departments:
        return _joint(plan, asked)
    departments = _departments(plan, asked, roster_departments)
    return [
        seat
        for department in departments
        for seat in _of(
            department,
            plan.crew.size,
            (q for _, of, q in asked if of == department or len(departments) == 1),
        )
    ]


def _joint(plan: Plan, asked: Sequence[tuple[str, str, str]]) -> list[Seat]:
    """The seats of the departments that the plan names, each with its own items."""
    owner = {item: one.name for one in plan.departments for item in one.items}
    names = sorted(one.name for one in plan.departments)
    raise_all(
        Problem(
            "plan.item-of-other",
            {"key": "items", "found": item, "department": of or "-", "known": names},
        )
        for item, of, _ in asked
        if (owner.get(item, of) not in names) or (item in owner and of not in ("", owner[item]))
    )
    seats = []
    for department in sorted(plan.departments, key=lambda one: one.name):
        own = [q for item, of, q in asked if owner.get(item, of) == department.name]
        seats += _of(department.name, department.size, [*own, *department.qualifications])
    return seats


def _of(department: str, size: int, qualifications: Iterable[str]) -> list[Seat]:
    """The seats of one department: those reserved for a qualification last."""
    reserved = sorted({qualification for qualification in qualifications if qualification})
    free = max(size - len(reserved), 0)
    return [
        {"department": department, "qualification": qualification}
        for qualification in [""] * free + reserved
    ]


def _items(plan: Plan, items: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """The plan's items as (id, department, qualification)."""
    register = {item["item_id"]: item for item in items}
    known = tuple(sorted(register))
    problems = []
    for item in plan.all_items:
        if item not in register:
            near = nearest(item, known)
            code = "plan.unknown-item-near" if near else "plan.unknown-item"
            problems.append(Problem(code, {"key": "items", "found": item, "near": near}))
    raise_all(problems)
    return [
        (item, register[item].get("department") or "", register[item].get("qualification") or "")
        for item in plan.all_items
    ]


def _departments(
    plan: Plan, asked: Sequence[tuple[str, str, str]], roster_departments: Iterable[str]
) -> list[str]:
    """Who takes part, sorted: the plan's department, the items', or the roster's only one."""
    if plan.crew.department:
        return [plan.crew.department]
    departments = sorted({department for _, department, _ in asked if department})
    if len(departments) > 1:
        raise_all(
            Problem("plan.item-department", {"key": "items", "found": item, "known": departments})
            for item, department, qualification in asked
            if qualification and not department
        )
    if departments:
        return departments
    known = sorted(set(roster_departments))
    if len(known) > 1:
        raise refuse("plan.which-department", key="crew.department", known=known)
    # Entities may be drawn before the roster is known; the seats then name no department.
    return known or [""]

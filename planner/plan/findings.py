"""What a plan that can be read may still get wrong: codes that nobody has, days of another year,
inspectors who are hardly there, rules that aim at nearly nobody. All are warnings, as problems with
the file and the line of the key; words in planner/wording/locale/plan_check.toml.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any, Protocol

from yaohao.planner.plan.code_words import OPEN, codes_written, division_prefix
from yaohao.planner.plan.model import Plan, Where
from yaohao.planner.plan.parse import Draft
from yaohao.planner.plan.reader import key_text
from yaohao.planner.plan.slip_fixes import key_path
from yaohao.planner.plan.toml_positions import Path
from yaohao.planner.schema.entity import PREFIXED, SETS
from yaohao.planner.vocabulary.problems import Problem
from yaohao.planner.vocabulary.terms import TERMS
from yaohao.planner.vocabulary.units import PPM
from yaohao.planner.wording.messages import LANGUAGES, say

A_YEAR = 366
"""Days in a year, the longest."""
FEW = 5
"""A rule that aims at fewer entities than these names them, nearly."""
HARDLY = 4
"""An inspector is hardly there who is there less than this part of the window: a fourth."""
_NAMED = 6
"""Codes, or inspectors, named in a sentence; the rest is three dots."""


class Register(Protocol):
    """What the register of entities tells of its codes (`register.code_columns.CodeColumns`)."""

    size: int

    def counts(self, column: str) -> dict[str, int]:
        """How many entities have each code of a column."""

    def count(self, *conditions: Mapping[str, Sequence[str]]) -> int:
        """How many entities fulfil conditions."""

    def later_than(self, column: str, day: str) -> int:
        """How many entities have a later day in a column."""


@dataclass(frozen=True)
class Known:
    """What is known of a workspace when a plan is held against it.

    `register` is None where it is empty. `has_words` says whether its codes have words of ours.
    """

    today: date
    register: Register | None
    inspectors: Sequence[Mapping[str, Any]]
    leads: Sequence[Mapping[str, Any]]
    has_words: bool


def findings(draft: Draft, file: str, known: Known) -> list[Problem]:
    """All warnings about a plan, in the order of the file.

    Of a draft that has problems only its codes and its staff are looked at: its days and rules may
    be stand-ins.
    """
    plan = draft.plan
    if plan is None:
        return []
    problems = list(_codes(draft, known))
    if not draft.problems:
        problems += [*_days(plan, known.today), *_rules(plan, known)]
    problems += [*_texts(plan), *_staff(plan, known, is_sound=not draft.problems)]
    placed = [_placed(draft, file, path, problem) for path, problem in problems]
    return sorted(placed, key=lambda problem: problem.params["line"] or 0)


def window_over(plan: Plan, today: date) -> bool:
    """Whether the last day of the visits has gone by."""
    return plan.window[1] < today


def outside(plan: Plan, report: Mapping[str, Any]) -> list[Problem]:
    """What falls outside the limit on the lottery and outside its rates, where it is set.

    `report` is what the plan would do, or did: `directed`, and `directed_by` or nothing of it.
    """
    problems = []
    by_coverage = report["directed_by"].get("coverage", 0)
    if plan.limits.total is not None and report["directed"]:
        total, directed = plan.limits.total, report["directed"]
        every = min(total, -(-report["expected"] // PPM)) + directed
        numbers = {"total": total, "directed": directed, "all": every}
        problems.append(Problem("plan_check.total-outside", {"key": "limits.total", **numbers}))
    if by_coverage:
        where = {"key": "coverage", "size": by_coverage}
        problems.append(Problem("plan_check.coverage-outside", where))
    return problems


def with_causes(problems: Sequence[Problem], warnings: Sequence[Problem]) -> list[Problem]:
    """The problems of a plan, and where nobody is in its scope the codes there that nobody has."""
    if not any(problem.code == "frame.empty-scope" for problem in problems):
        return list(problems)
    return [*problems, *(one for one in warnings if _is_of_scope(one))]


def _is_of_scope(problem: Problem) -> bool:
    is_of_codes = problem.code.startswith(("plan_check.no-entity", "plan_check.whole-division"))
    return is_of_codes and str(problem.params["key"]).startswith("scope.")


def placed(draft: Draft, file: str, problem: Problem) -> Problem:
    """A problem with the file and the line of its key, where it names one and has no line yet."""
    key = problem.params.get("key")
    if not key or problem.params.get("line"):
        return problem
    line = draft.line(tuple(key_path(str(key))))
    return Problem(problem.code, {**problem.params, "file": file, "line": line})


def _placed(draft: Draft, file: str, path: Path, problem: Problem) -> Problem:
    where = {"file": file, "line": draft.line(path), "key": key_text(path)}
    return Problem(problem.code, {**where, **problem.params})


def _found(path: Path, name: str, **params: Any) -> tuple[Path, Problem]:
    return path, Problem(f"plan_check.{name}", params)


# codes


def _codes(draft: Draft, known: Known) -> Iterator[tuple[Path, Problem]]:
    """The codes written in a plan that no entity and no lead has."""
    unmet: dict[tuple[Path, str], list[str]] = {}
    for path, column, code in codes_written(draft.data):
        met = _met(column, known)
        if met is None or _is_refused(column, code, known):
            continue
        if column == "region" and known.has_words and division_prefix(code) != code:
            yield from _division(path, code, met)
            continue
        if _is_met(column, code, met) or _is_at_home(path, column, code, known):
            continue
        near = get_close_matches(code, list(met), n=1, cutoff=0.6)
        if near:
            yield _unmet(path, column, [code], met, near[0])
        else:
            unmet.setdefault((_list_of(path), column), []).append(code)
    for (path, column), codes in unmet.items():
        yield _unmet(path, column, codes, _met(column, known) or {}, "")


def _met(column: str, known: Known) -> Mapping[str, int] | None:
    """The codes of a column that there are, with their numbers; None where nothing can be told."""
    if column == "trigger":
        return Counter(lead["trigger"] for lead in known.leads) or None
    return None if known.register is None else known.register.counts(column)


def _is_met(column: str, code: str, met: Mapping[str, int]) -> bool:
    if column in PREFIXED:
        return any(one.startswith(code) for one in met)
    return code in met


def _is_refused(column: str, code: str, known: Known) -> bool:
    """Whether a code is refused already, as none of the closed set of its column."""
    is_closed = known.has_words and column in TERMS and column not in OPEN
    return is_closed and code not in {term.code for term in TERMS[column]}


def _is_at_home(path: Path, column: str, code: str, known: Known) -> bool:
    """Whether a code that nobody has at present may well stand in a plan: it is an official one, in
    a place that provides for whoever may come.
    """
    provides = path[0] in ("rates", "low_risk", "key_fields", "leads", "trigger_based")
    return known.has_words and provides and any(term.code == code for term in TERMS.get(column, ()))


def _list_of(path: Path) -> Path:
    return path[:-1] if isinstance(path[-1], int) or path[0] == "rates" else path


def _unmet(
    path: Path, column: str, codes: Sequence[str], met: Mapping[str, int], near: str
) -> tuple[Path, Problem]:
    ranked = sorted(met.items(), key=lambda item: (-item[1], item[0]))
    shown = [f"{code} {number:,}" for code, number in ranked[:_NAMED]]
    shown += ["..."] if len(ranked) > _NAMED else []
    who = "lead" if column == "trigger" else "entity"
    tail = "-near" if near else "" if shown else "-none"
    return _found(path, f"no-{who}{tail}", found=list(codes), near=near, met=shown, column=column)


def _division(path: Path, code: str, met: Mapping[str, int]) -> Iterator[tuple[Path, Problem]]:
    """A city's or province's code with its zeros takes in those alone that have just this code."""
    short = division_prefix(code)
    own = sum(number for one, number in met.items() if one.startswith(code))
    below = sum(number for one, number in met.items() if one.startswith(short))
    if below > own or not below:
        yield _found(path, "whole-division", found=code, near=short, own=own, below=below)


# days


def _days(plan: Plan, today: date) -> Iterator[tuple[Path, Problem]]:
    first, last = plan.window
    if last < today:
        yield _found(("window",), "window-over", last=str(last), today=str(today))
    if abs(plan.as_of - today) > timedelta(A_YEAR):
        yield _found(("as_of",), "as-of-far", found=str(plan.as_of), today=str(today))
    days = (last - first).days + 1
    if days > A_YEAR:
        yield _found(("window",), "window-long", first=str(first), last=str(last), days=days)


# rules


def _rules(plan: Plan, known: Known) -> Iterator[tuple[Path, Problem]]:
    register = known.register
    if register is None:
        return
    day = plan.as_of.isoformat()
    newer = max(register.later_than(name, day) for name in ("established_on", "inspected_on"))
    if newer:
        yield _found(("as_of",), "register-newer", found=day, size=newer)
    for path, where in _groups(plan):
        conditions = _conditions(plan, where)
        if conditions is None:
            continue
        size = register.count(_scope(plan), conditions)
        if 0 < size < FEW:
            yield _found(path, "rule-one" if size == 1 else "rule-few", size=size)


def _groups(plan: Plan) -> Iterator[tuple[Path, Where]]:
    for place, rule in enumerate(plan.coverage):
        yield ("coverage", place), rule.where
    for place, quota in enumerate(plan.quotas):
        yield ("quota", place), quota.where
    for bound in plan.rate_bounds:
        if bound.stratum != plan.base_stratum:
            yield ("rates", bound.stratum, bound.code), {bound.stratum: (bound.code,)}


def _scope(plan: Plan) -> dict[str, Sequence[str]]:
    scope = plan.scope
    return {"kind": scope.kind, "region": scope.region, "status": scope.status}


def _conditions(plan: Plan, where: Where) -> dict[str, Sequence[str]] | None:
    """Conditions on the columns of the register; None where they are on more than these."""
    if not set(where) <= {"tier", "region", "industry", "kind", "status", *SETS}:
        return None
    conditions: dict[str, Sequence[str]] = dict(where)
    if plan.unknown_tier in where.get("tier", ()):
        conditions["tier"] = (*where["tier"], "")
    return conditions


# texts and staff


def _texts(plan: Plan) -> Iterator[tuple[Path, Problem]]:
    if plan.authority in {say("plan.sample-bureau", language) for language in LANGUAGES}:
        yield _found(("authority",), "authority", found=plan.authority)
    if not plan.all_items:
        yield _found(("items",), "no-items")


def _staff(plan: Plan, known: Known, *, is_sound: bool) -> Iterator[tuple[Path, Problem]]:
    if known.register is None:
        yield _found((), "no-entities")
    if not known.inspectors:
        yield _found(("crew",), "no-inspectors")
        return
    if not is_sound:
        return
    able = [row for row in known.inspectors if days_there(row, plan.window)]
    if known.register is not None and not any("" in row["regions"] for row in able):
        size = known.register.count(_scope(plan), {"region": ("",)})
        if size:
            yield _found(("scope",), "no-region-one" if size == 1 else "no-region", size=size)
    total = (plan.window[1] - plan.window[0]).days + 1
    brief = [
        (row["inspector_id"], there)
        for row in able
        if is_hardly_there(there := days_there(row, plan.window), total)
    ]
    if brief:
        shown = [f"{one} {there}" for one, there in brief[:_NAMED]]
        shown += ["..."] if len(brief) > _NAMED else []
        yield _found(("window",), "hardly-there", found=shown, total=total)


def is_hardly_there(there: int, total: int) -> bool:
    """Whether so many days of the `total` of a window are too few for an even share of visits."""
    return 0 < there * HARDLY < total


def days_there(row: Mapping[str, Any], window: tuple[date, date]) -> int:
    """The days of a window on which an inspector can visit; 0 for who is assigned nothing."""
    first, last = window
    if row["certificate_until"] < last.isoformat() or row["capacity"] == 0:
        return 0
    if not row["absent"]:
        return (last - first).days + 1
    away = _joined(
        (max(first, date.fromisoformat(begin)), min(last, date.fromisoformat(end)))
        for begin, end in row["absent"]
    )
    return (last - first).days + 1 - away


def _joined(spans: Iterable[tuple[date, date]]) -> int:
    """How many days lie in spans that may overlap; a span that ends before it begins has none."""
    days, reached = 0, date.min
    for begin, end in sorted(spans):
        start = max(begin, reached + timedelta(1)) if reached > date.min else begin
        if end >= start:
            days += (end - start).days + 1
        reached = max(reached, end)
    return days

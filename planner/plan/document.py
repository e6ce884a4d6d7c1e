"""The plan document: a plan as it is committed, published and read back by a verifier.

Source: "plan" in docs/bundle.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from yaohao.planner.plan.cosigners import cosigners_document
from yaohao.planner.plan.model import (
    Amount,
    Count,
    Plan,
    Rate,
    Share,
    TriggerBased,
    Where,
)
from yaohao.planner.plan.reader import Source, key_text, show
from yaohao.planner.plan.schema import build_plan
from yaohao.planner.plan.seed_sources import sources_document
from yaohao.planner.schema.plan_document import (
    PlanDocument,
    PublicationDocument,
    TriggerBasedDocument,
)
from yaohao.planner.schema.visit import Seat
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.text import is_code


def plan_document(plan: Plan, seats: Iterable[Seat]) -> PlanDocument:
    """The document of `plan`: JSON values only, all defaults written out, shares in millionths.

    `seats` are the seats of every visit (see `yaohao.planner.plan.seats`).
    """
    return {
        "id": plan.id,
        "title": plan.title,
        "authority": plan.authority,
        "as_of": plan.as_of.isoformat(),
        "window": [day.isoformat() for day in plan.window],
        "frequency": plan.frequency,
        "batch": plan.batch,
        "items": list(plan.items),
        "strata": list(plan.strata),
        "scope": {
            "kind": list(plan.scope.kind),
            "region": list(plan.scope.region),
            "status": list(plan.scope.status),
        },
        "rates": _rates(plan),
        "tolerance": {"years": plan.tolerance.years, "leave_out": plan.tolerance.leave_out},
        "low_risk": {"tiers": list(plan.low_risk.tiers), "leave_out": plan.low_risk.leave_out},
        "key_fields": {"codes": list(plan.key_fields.codes)},
        "limits": {
            "visits_per_year": plan.limits.visits_per_year,
            "days_between": plan.limits.days_between,
            "total": plan.limits.total,
        },
        "coverage": [
            {"where": _where(rule.where), "within_years": rule.within_years}
            for rule in plan.coverage
        ],
        "quota": [
            {
                "where": _where(quota.where),
                "min": _amount(quota.least),
                "max": _amount(quota.most),
            }
            for quota in plan.quotas
        ],
        "leads": {"triggers": list(plan.leads.triggers)},
        "trigger_based": _trigger_based(plan.trigger_based),
        "department": [
            {
                "name": department.name,
                "items": list(department.items),
                "size": department.size,
                "qualifications": list(department.qualifications),
            }
            for department in plan.departments
        ],
        "crew": {
            "size": plan.crew.size,
            "department": plan.crew.department,
            "seats": sorted(map(_seat, seats), key=_order),
        },
        "seeds": {
            "select": sources_document(plan.seeds.select),
            "crew": sources_document(plan.seeds.crew),
        },
        "publication": _publication(plan),
    }


def _publication(plan: Plan) -> PublicationDocument:
    publication: PublicationDocument = {
        "tiers": plan.publication.tiers,
        "reserves": plan.publication.reserves,
    }
    if plan.publication.cosigners:
        publication["cosigners"] = cosigners_document(plan.publication.cosigners)
    return publication


def plan_from_document(document: Any, file: str = "plan.json") -> Plan:
    """The plan of a committed document, the inverse of `plan_document`.

    Raises PlannerError for a document that `plan_document` could not have written: the verifier's
    plan is then the committed one to the last value.
    """
    if not isinstance(document, dict) or not all(isinstance(key, str) for key in document):
        raise refuse("plan.not-document", file=file, found=show(document))
    source = Source(file, committed=True)
    plan = build_plan(source, document)
    seats = _check_seats(source, document, plan)
    source.finish()
    difference = _difference(plan_document(plan, seats), document, ())
    if difference is not None:
        path, meant, found = difference
        where = {"file": file, "line": None, "key": key_text(path)}
        raise refuse("plan.document-form", **where, meant=show(meant), found=show(found))
    return plan


def stored_plan(document: PlanDocument) -> Plan:
    """The plan of a draw of the store, also of one that was frozen under version 1 of the protocol.

    Raises as `plan_from_document`.
    """
    return plan_from_document(in_new_form(document))


def in_new_form(document: Mapping[str, object]) -> dict[str, object]:
    """A committed plan of version 1, whose seeds are announced as texts, without these."""
    seeds = document.get("seeds")
    if isinstance(seeds, dict) and any(isinstance(text, str) for text in seeds.values()):
        return {**document, "seeds": {"select": [], "crew": []}}
    return dict(document)


_SEAT = ("department", "qualification")


def _rates(plan: Plan) -> dict[str, Any]:
    """The tables of rates; the base is named only where it is not the tier."""
    tables: dict[str, dict[str, Any]] = {
        plan.base_stratum: {code: _rate(rate) for code, rate in plan.rates.items()}
    }
    for bound in plan.rate_bounds:
        is_exact = bound.least == bound.most and bound.stratum != plan.base_stratum
        ends = {"min": _rate(bound.least), "max": _rate(bound.most)}
        table = tables.setdefault(bound.stratum, {})
        table[bound.code] = ends["min"] if is_exact else ends
    base = {} if plan.base_stratum == "tier" else {"base": plan.base_stratum}
    return {**tables, "unknown_tier": plan.unknown_tier, **base}


def _rate(rate: Rate | None) -> int | dict[str, int] | None:
    return {"count": rate.count} if isinstance(rate, Count) else rate


def _trigger_based(rule: TriggerBased) -> TriggerBasedDocument:
    return {
        "tiers": list(rule.tiers),
        "observation_months": rule.observation_months,
        "reminder_months": rule.reminder_months,
        "entries": [
            {
                "entry_id": entry.entry_id,
                "item_id": entry.item_id,
                "content": entry.content,
                "measure": entry.measure,
                "trigger": entry.trigger,
            }
            for entry in rule.entries
        ],
    }


def _where(where: Where) -> dict[str, list[str]]:
    return {key: list(codes) for key, codes in sorted(where.items())}


def _amount(amount: Amount | None) -> dict[str, Any] | None:
    if isinstance(amount, Share):
        return {"share": amount.millionths, "of": amount.of}
    return None if amount is None else {"count": amount.count}


def _seat(seat: Seat) -> Seat:
    """A seat as it is committed to."""
    return {"department": seat["department"], "qualification": seat["qualification"]}


def _order(seat: Seat) -> tuple[str, str]:
    return seat["department"], seat["qualification"]


def _check_seats(source: Source, document: Mapping[str, Any], plan: Plan) -> list[Seat]:
    """Every department has its size of seats, or one for each qualification if those are more."""
    crew = document.get("crew")
    seats = crew.get("seats") if isinstance(crew, dict) else None
    path = ("crew", "seats")
    if not isinstance(seats, list) or not all(_is_seat(seat) for seat in seats):
        source.complain("seats-form", path, found=show(seats))
        return []
    sizes = {department.name: department.size for department in plan.departments}
    for department, number in Counter(seat["department"] for seat in seats).items():
        asked = [seat["qualification"] for seat in seats if seat["department"] == department]
        reserved = [qualification for qualification in asked if qualification]
        meant = max(sizes.get(department, plan.crew.size), len(set(reserved)))
        if number != meant or len(set(reserved)) != len(reserved):
            source.complain("seats-number", path, department=department, found=number, meant=meant)
        if plan.crew.department not in ("", department):
            differing = {"found": department, "meant": plan.crew.department}
            source.complain("seats-department", path, **differing)
    taking_part = {seat["department"] for seat in seats}
    if sizes and taking_part != set(sizes):
        both = {"found": ", ".join(sorted(taking_part)), "meant": ", ".join(sorted(sizes))}
        source.complain("seats-department", path, department="", **both)
    if not seats:
        source.complain("seats-form", path, found="[]")
    return seats


def _is_seat(seat: Any) -> bool:
    return (
        isinstance(seat, dict)
        and set(seat) == set(_SEAT)
        and all(isinstance(text, str) and is_code(text) for text in seat.values())
    )


def _difference(meant: Any, found: Any, path: tuple[str | int, ...]) -> Any:
    """Where two documents first differ: (path, meant, found); None where they are the same."""
    if type(meant) is not type(found):  # a text of one character is as long as a list of one
        return path, meant, found
    if isinstance(meant, dict) and set(meant) == set(found):
        pairs = ((key, meant[key], found[key]) for key in meant)
    elif isinstance(meant, list) and len(meant) == len(found):
        pairs = ((index, *both) for index, both in enumerate(zip(meant, found, strict=True)))
    else:
        return None if meant == found else (path, meant, found)
    differences = (_difference(a, b, (*path, key)) for key, a, b in pairs)
    return next((difference for difference in differences if difference), None)

"""The page takes for a plan in full what the other verifiers take for one."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from helpers import bundle_maker as maker
from helpers import changed_values
from helpers import fuzz as fuzzed
from helpers.browser import Browser, with_page, written
from yaohao.planner.publication.verifier import verify as independent

pytest_plugins = ["helpers.browser"]

Json = dict[str, Any]
KINDS = [kind for _, kind in sorted(changed_values.VALUES.items())]
KEY = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
COSIGNED: Json = {"tiers": "hidden", "reserves": 1, "cosigners": [{"name": "N", "key": KEY}]}
PLANS = (
    maker.plan_of(),
    maker.plan_of(**maker.RULES),
    maker.plan_of(**fuzzed.JOINT),
    maker.plan_of(frequency=4, batch=2, trigger_based=fuzzed.TRIGGER_BASED),
    maker.plan_of(publication=COSIGNED),
)
WRONG: dict[str, Json] = {
    "days": {"window": ["2027-03-31", "2027-01-11"]},
    "batch": {"batch": 2},
    "no rates": {"rates": {"tier": {}, "unknown_tier": "B"}},
    "unknown tier": {"rates": {"tier": {"A": 1}, "unknown_tier": "B"}},
    "bounds": {"rates": {"tier": {"B": {"min": 5, "max": 4}}, "unknown_tier": "B"}},
    "no bound": {"rates": {"tier": {"B": {"min": None, "max": None}}, "unknown_tier": "B"}},
    "strata": {"strata": ["tier", "nothing"]},
    "lacking strata": {"strata": ["region"]},
    "coverage of all": {"coverage": [{"where": {}, "within_years": 2}]},
    "age of nobody": {"tolerance": {"years": 0, "leave_out": 0},
                      "coverage": [{"where": {"age": ["new"]}, "within_years": 2}]},
    "low risk": {"low_risk": {"tiers": ["X"], "leave_out": 500_000}},
    "seats": {"crew": {"size": 3, "department": "",
                       "seats": [{"department": "a", "qualification": ""}] * 2}},
    "no cosigner": {"publication": {**COSIGNED, "cosigners": []}},
    "one cosigner twice": {"publication": {**COSIGNED, "cosigners": COSIGNED["cosigners"] * 2}},
}  # fmt: skip


def bundle(plan: Json) -> maker.Files:
    """A bundle whose ledger and record have this plan, whatever it is."""
    record = maker.record_of("committed")
    record["plan"] = plan
    record["select"]["plan"] = maker.digest(plan)
    texts = [record["select"][name] for name in ("plan", "frame", "lottery", "cells_root")]
    record["select"]["commitment"] = maker.sha("|".join(["yaohao/2", "select", *texts]))
    return maker.bundle_of(record)


def changed_plans(number: int) -> list[Json]:
    found = []
    for place in range(number):
        chance = Random(place)
        plan = copy.deepcopy(PLANS[place % len(PLANS)])
        try:
            chance.choice(KINDS)(plan, chance)
            independent.document_of(independent.canonical(plan))
        except (LookupError, ValueError, TypeError, changed_values.NoChangeError):
            continue
        except independent.UnreadableError:
            continue
        found.append(plan)
    return found


def bundled(plans: list[Json]) -> list[tuple[Json, maker.Files]]:
    """Plans with their bundles, as far as a ledger can be made of them at all."""
    found = []
    for plan in plans:
        with suppress(LookupError, TypeError, AttributeError):
            found.append((plan, bundle(plan)))
    return found


@pytest.mark.browser
def test_plans_are_judged_as_the_other_verifiers_judge_them(
    browser: Browser, tmp_path: Any
) -> None:
    base = with_page(maker.bundle_of(maker.record_of("committed")))
    visit = browser.open(written(tmp_path, base), "en")
    plans = [*PLANS, *(maker.plan_of(**change) for change in WRONG.values()), *changed_plans(260)]
    told = bundled(plans)
    judged, found = 0, visit.check_folders({}, [files for _, files in told])
    for (plan, _), failed in zip(told, found, strict=True):
        wrong = next(independent.plan_faults(json.loads(json.dumps(plan))), None)
        assert ("form" in failed) == (wrong is not None), (wrong, failed, plan)
        judged += wrong is not None
    assert len(WRONG) + 40 < judged < len(told) - 30

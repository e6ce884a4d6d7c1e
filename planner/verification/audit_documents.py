"""The form of the documents of an audit folder, as docs/bundle.md has them."""

from __future__ import annotations

import re

from yaohao.planner.verification.schemas import (
    COUNT,
    DAY_OR_NOTHING,
    INSPECTOR,
    NAME,
    POSITIVE,
    TEXT,
    Perhaps,
    Schema,
    is_day,
)

LOTTERY = {
    "cells": [{"cell": TEXT, "size": POSITIVE, "expected": COUNT}],
    "outcomes": [{"weight": POSITIVE, "counts": [COUNT]}],
    "widened": [{"margin": {"stratum": TEXT, "code": TEXT}, "by": [COUNT]}],
}
_DECIMAL = re.compile("0|[1-9][0-9]{0,99}")
CREWS = {
    "crews": [list],
    "potentials": dict,
    "squares": COUNT,
    "cost": Schema(
        "a whole number as text", lambda v: isinstance(v, str) and bool(_DECIMAL.fullmatch(v))
    ),
}
_BOTH = [True, True]
ROSTER = [
    {
        "inspector_id": INSPECTOR,
        "department": TEXT,
        "regions": [TEXT],
        "qualifications": [TEXT],
        "certificate_until": DAY_OR_NOTHING,
        "capacity": (None, COUNT),
        "absent": [
            Schema("two days", lambda v: isinstance(v, list) and [*map(is_day, v)] == _BOTH)
        ],
        "recused": [NAME],
    }
]
_TEXT_OR_NONE = Perhaps((None, TEXT))
LEADS = [
    {
        "entity_id": TEXT,
        "trigger": TEXT,
        **dict.fromkeys(
            ("lead_id", "opened_on", "closed_on", "reminded_on", "text"), _TEXT_OR_NONE
        ),
    }
]
LISTS = [dict.fromkeys(("entry_id", "item_id", "content", "measure", "trigger"), TEXT)]
SECRET = re.compile("[0-9a-f]{64}\n")

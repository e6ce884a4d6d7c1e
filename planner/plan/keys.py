"""The keys of a plan file, by table."""

from __future__ import annotations

from difflib import get_close_matches

from yaohao.planner.plan.model import STRATA

TOP = ""
RATE = "rate"
"""The name, here, of a rate written as a table: ``{ count = 40 }``, ``{ min = "5%" }``."""
COUNT = "count"
"""The name, here, of an end of a rate that is a number of visits: ``{ min = { count = 40 } }``."""
AMOUNT = "amount"
"""The name, here, of an end of a quota in the committed document."""
WHERE = "where"
"""The table of conditions, wherever it stands."""
ENTRY = "entry"
"""The name, here, of an entry of the four lists in the committed document."""
PART = "part"
"""The name, here, of a part of a seed that is announced."""
COSIGNER = "cosigner"
"""The name, here, of a cosigner whom the plan names."""
ARRAYS = ("coverage", "quota", "department")
"""Tables that are written ``[[…]]``, as often as wanted."""

KEYS: dict[str, tuple[str, ...]] = {
    TOP: (
        *("id", "title", "authority", "as_of", "window", "frequency", "items", "strata", "scope"),
        *("rates", "tolerance", "low_risk", "key_fields", "limits", "coverage", "quota"),
        *("leads", "trigger_based", "department", "crew", "seeds", "publication"),
    ),
    "scope": ("kind", "region", "status"),
    "rates": (*STRATA, "unknown_tier"),
    RATE: ("count", "min", "max"),
    COUNT: ("count",),
    AMOUNT: ("count", "share", "of"),
    "tolerance": ("years", "leave_out"),
    "low_risk": ("tiers", "leave_out"),
    "key_fields": ("codes",),
    "limits": ("visits_per_year", "days_between", "total"),
    "coverage": ("where", "within_years"),
    "quota": ("where", "min", "max"),
    WHERE: (*STRATA, "fields"),
    "leads": ("triggers",),
    "trigger_based": ("tiers", "observation_months", "reminder_months"),
    ENTRY: ("entry_id", "item_id", "content", "measure", "trigger"),
    "department": ("name", "items", "size", "qualifications"),
    "crew": ("size", "department"),
    "seeds": ("select", "crew"),
    PART: ("kind", "source", "chain", "round"),
    "publication": ("tiers", "reserves", "cosigners"),
    COSIGNER: ("name", "key"),
}

COMMITTED: dict[str, tuple[str, ...]] = {
    TOP: ("batch",),
    "rates": ("base",),
    "trigger_based": ("entries",),
    "crew": ("seats",),
}
"""Keys that stand in the committed document only."""

INNER = (RATE, COUNT, AMOUNT, WHERE, ENTRY, PART, COSIGNER)
"""Names in `KEYS` of tables that stand as values within others."""

EXAMPLES: dict[str, str] = {
    "id": 'id = "2027q1"',
    "title": 'title = "2027年第一季度双随机抽查"',
    "authority": 'authority = "通辽市市场监督管理局"',
    "as_of": "as_of = 2027-01-04",
    "window": "window = [2027-01-11, 2027-03-31]",
    "rates": 'rates.tier = { A = "1%", B = "3%" }',
    "rates.tier": 'tier = { A = "1%", B = "3%" }',
    "low_risk.tiers": 'tiers = ["A"]',
    "trigger_based.tiers": 'tiers = ["A"]',
    "department.name": 'name = "Food"',
    "department.items": 'items = ["FOOD-01"]',
    "publication.cosigners.name": 'name = "Notary"',
    "publication.cosigners.key": 'key = "3b6a27bc…"',
    "coverage.where": 'where = { fields = "food" }',
    "coverage.within_years": "within_years = 2",
}
"""How the keys that have no default may be written."""


def nearest(text: str, known: tuple[str, ...]) -> str:
    """The entry of `known` that `text` was probably meant to be; empty where none is near."""
    folded = {entry.casefold(): entry for entry in reversed(known)}
    wanted = text.casefold().replace("-", "_")
    if wanted in folded:
        return folded[wanted]
    close = get_close_matches(wanted, list(folded), n=1, cutoff=0.6)
    return folded[close[0]] if close else ""


def home(key: str) -> str | None:
    """The table where `key` belongs, if there is exactly one such table; empty for the top."""
    homes = [table for table, keys in KEYS.items() if key in keys and table not in INNER]
    if len(homes) != 1:
        return None
    return f"[{homes[0]}]" if homes[0] in ARRAYS else homes[0]

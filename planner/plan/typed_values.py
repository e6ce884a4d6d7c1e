"""What is typed for a field of a plan, as the value that stands in the file."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

from yaohao.planner.plan.percentages import number
from yaohao.planner.plan.toml_slips import day_meant
from yaohao.planner.schema.plan_fields import PlanField

_BETWEEN = re.compile(r"\s*(?:\.\.|[,;、~～至到]|\s[-–—]\s|\sto\s)\s*")
_COMMAS = re.compile(r"[,;、\n\t]+")
_VISITS = re.compile(r"([0-9]{1,9}) ?(?:户|次|visits?)")
_NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?")


def typed_value(field: PlanField, text: str) -> Any:
    """The value that a text stands for; what cannot be read is the text itself.

    Whoever checks the plan then says what is wrong with it. What begins as TOML does is TOML.
    """
    text = text.strip()
    if text.startswith(("[", "{", '"', "'")) and "\n" not in text:
        try:
            return tomllib.loads(f"x = {text}", parse_float=number)["x"]
        except (ValueError, RecursionError):
            return text
    if field.kind in ("text", "choice", "code"):
        return text
    text = unicodedata.normalize("NFKC", text)
    if field.kind in ("codes", "some"):
        codes = [one.strip() for one in _COMMAS.split(text) if one.strip()]
        return codes[0] if field.kind == "some" and len(codes) == 1 else codes
    if field.kind == "day":
        return _day(text)
    if field.kind == "days":
        return [_day(one) for one in _BETWEEN.split(text) if one]
    return _amount(field, text)


def _day(text: str) -> Any:
    meant = day_meant(text) or text
    try:
        return date.fromisoformat(meant)
    except ValueError:
        return text


def _amount(field: PlanField, text: str) -> Any:
    visits = _VISITS.fullmatch(text)
    if visits and field.kind in ("rate", "amount"):
        count = int(visits[1])
        return {"count": count} if field.kind == "rate" else count
    if _NUMBER.fullmatch(text):
        return Decimal(text) if "." in text else int(text)
    return text

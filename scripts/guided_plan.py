"""A first plan from a few questions: whom, how many, whom to leave out, how many inspectors."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from yaohao.planner.doors.plan_files import PlanChoices
from yaohao.planner.vocabulary.problems import PlannerError, refuse
from yaohao.planner.wording.format import tenths
from yaohao.planner.wording.messages import say
from yaohao.scripts.plan_preview import show_preview, show_warnings
from yaohao.scripts.questions import ask_until, chosen_several, tell, tell_problems

if TYPE_CHECKING:
    from yaohao.planner.workspace import Workspace

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_MOST = 1_000_000_000
_LEAD, _LENGTH = timedelta(days=14), timedelta(days=75)
"""From today to the first day of the period that is offered, and how long that lasts."""


def first_plan(workspace: Workspace) -> Path | None:
    """Ask what a plan needs, show what it would do, and write it; None where it has problems.

    Nothing is written before its effect was shown; the file is new.
    """
    today = workspace.day()
    folder = workspace.folder / "plans"
    plan_id = ask_until(
        "start.plan-id", lambda typed: _new_id(typed, folder), _offered_id(today + _LEAD)
    )
    title = ask_until("start.plan-title", str, say("plan.sample-name"))
    first = ask_until("start.first-day", _day_after(today), (today + _LEAD).isoformat())
    last = ask_until("start.last-day", _day_after(first), (first + _LENGTH).isoformat())
    items = _items(workspace)
    choices = PlanChoices(
        tolerance_years=ask_until("start.tolerance", _number(0, 30), "3"),
        low_risk_left_out=ask_until("start.low-risk", _share, "50%"),
        days_between=ask_until("start.days-between", _number(0, 3650), "60"),
        crew_size=ask_until("start.crew-size", _number(2, 20), "2"),
        seed_source=ask_until("start.seed-source", str, say("start.dice")),
    )

    def write(file: Path) -> Path:
        workspace.new_plan(
            file, id=plan_id, title=title, as_of=today, items=items, window=(first, last),
            choices=choices,
        )  # fmt: skip
        return file

    file = folder / f"{plan_id}.toml"
    try:
        with TemporaryDirectory() as scratch:
            told = workspace.preview(write(Path(scratch) / "before.toml"))
            expected = tenths(told["expected"])
            total = ask_until("start.total", _total, "", expected=expected)
            if total is not None:
                choices = replace(choices, total=total)
                told = workspace.preview(write(Path(scratch) / "after.toml"))
    except PlannerError as error:
        tell_problems(error)
        # What was answered is not lost: the plan can be corrected, or the registers.
        tell("start.plan-kept", file=str(write(file)))
        return None
    write(file)
    show_preview(told)
    show_warnings(told["warnings"])
    return file


def _items(workspace: Workspace) -> list[str]:
    """The ids of the items that are to be inspected."""
    items = workspace.items()
    places = chosen_several("start.items", [f"{one['item_id']}  {one['name']}" for one in items])
    return [items[place - 1]["item_id"] for place in places]


def _offered_id(first: date) -> str:
    return f"{first.year}q{(first.month + 2) // 3}"


def _new_id(typed: str, folder: Path) -> str:
    if not _ID.match(typed):
        raise refuse("start.bad-id", found=typed)
    if (folder / f"{typed}.toml").exists():
        raise refuse("start.plan-there", found=typed)
    return typed


def _day_after(earliest: date) -> Callable[[str], date]:
    def take(typed: str) -> date:
        try:
            day = date.fromisoformat(typed)
        except ValueError:
            raise refuse("start.bad-day", found=typed) from None
        if day < earliest:
            raise refuse("start.too-early", found=typed, earliest=earliest.isoformat())
        return day

    return take


def _number(least: int, most: int) -> Callable[[str], int]:
    def take(typed: str) -> int:
        digits = typed.replace(",", "")
        if not (digits.isascii() and digits.isdigit() and least <= int(digits) <= most):
            raise refuse("start.bad-number", found=typed, least=least, most=most)
        return int(digits)

    return take


def _total(typed: str) -> int | None:
    return _number(1, _MOST)(typed) if typed else None


def _share(typed: str) -> str:
    """A share of whole per cent, as a plan writes it; "" for none."""
    share = _number(0, 100)(typed.replace("％", "%").removesuffix("%"))
    return f"{share}%" if share else ""

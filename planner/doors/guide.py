"""What a first draw is set up with: what is needed, what is offered, how each answer is checked.

Both faces ask it, `yaohao start` one question after another and the screens in forms; neither
asks, offers or refuses anything that the other does not. All here is a value or raises
`PlannerError`; nothing but `template_file` writes.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from yaohao.planner.doors.plan_files import PlanChoices
from yaohao.planner.vocabulary.division_names import division_meant
from yaohao.planner.vocabulary.divisions import is_division
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.working_days import Calendar
from yaohao.planner.wording.messages import say

NEEDED = ("entities", "inspectors", "items")
"""The registers that a draw cannot do without, in the order of the work."""

USUAL_ZONE = "Asia/Shanghai"
"""The time zone that is offered to a bureau of China; to others none is."""

SAMPLE = "sample.toml"
"""The plan that every workspace begins with, which is nobody's own."""

QUESTIONS = (
    "id", "title", "first", "last", "items", "tolerance", "low-risk", "days-between", "crew-size",
    "department", "seed-source", "total",
)  # fmt: skip
"""What a first plan is made of, in the order in which it is asked; see `PlanQuestions.asks`."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_MOST = 1_000_000_000
_LEAD, _LENGTH = timedelta(days=14), timedelta(days=75)
"""From today to the first day of the period that is offered, and how long that lasts."""


def authority_name(typed: str, *, rehearsal: bool) -> str:
    """The name of the authority; only a rehearsal does without one, for it publishes nothing."""
    typed = typed.strip()
    if not typed and not rehearsal:
        raise refuse("guide.no-authority")
    return typed


def offered_division(authority: str) -> str:
    """The code of the division that the name of an authority names; "" where it names none."""
    return division_meant(authority)


def division_code(typed: str) -> str:
    """The code of a division that is named by its code or its name; "" for no answer.

    A short name will do, and so will that of an office of the division, as far as one is meant.
    """
    typed = typed.strip()
    if not typed:
        return ""
    code = typed if is_division(typed) else division_meant(typed)
    if not code:
        raise refuse("guide.no-division", found=typed)
    return code


def contact_line(typed: str) -> str:
    """How firms and the public reach the bureau, in a line; "" for no answer."""
    from yaohao.planner.operations.change_setting import contact_line as line_of

    return line_of(typed)


def zone_name(typed: str) -> str:
    """A time zone by its name, or ``UTC+8``; "" for no answer, which is the machine's."""
    from yaohao.planner.vocabulary.clock import zone_of

    typed = typed.strip()
    try:
        zone_of(typed)
    except ValueError:
        raise refuse("guide.bad-zone", found=typed) from None
    return typed


def path_named(typed: str, below: Path | None = None) -> Path | None:
    """The path that is meant, as it is typed, pasted or dropped onto a terminal; None for none.

    Terminals put quotes round a file that is dropped on them, or backslashes before its blanks, or
    make an address of it. A path that is not whole is `below` a folder, or below the one where
    the program was begun.
    """
    path = typed.strip().strip("'\"").strip()
    if not path:
        return None
    said = [path]
    if path.startswith("file://"):
        said.append(re.sub(r"^/(?=[A-Za-z]:)", "", unquote(urlsplit(path).path)))
    with suppress(ValueError):  # a quotation mark that is never closed
        said += ["".join(shlex.split(path))] if "\\" in path else []
    meant = [(below or Path()) / _at_home(one) for one in said]
    return next((one for one in meant if _is_there(one)), meant[0])


def _at_home(typed: str) -> Path:
    """A path with the home folder in place of ~, where there is one."""
    with suppress(RuntimeError):
        return Path(typed).expanduser()
    return Path(typed)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # too long, or no path at all
        return False


def is_file(path: Path) -> bool:
    """Whether a path names a file; one that is no path at all names none."""
    return _is_there(path) and path.is_file()


def is_folder(path: Path) -> bool:
    """Whether a path names a folder; one that is no path at all names none."""
    return _is_there(path) and path.is_dir()


def file_named(typed: str, below: Path | None = None) -> Path | None:
    """The file that `path_named` finds; PlannerError where there is none."""
    file = path_named(typed, below)
    if file is not None and not is_file(file):
        raise refuse("guide.no-file", file=str(file))
    return file


def template_file(register: str, folder: Path, language: str) -> Path:
    """Write a template of a register into a folder, unless one lies there; the file."""
    from yaohao.planner.register.templates import write_template

    file = folder / say(f"guide.template-{register}", language)
    if not file.exists():
        write_template(register, file, language)
    return file


def own_plans(folder: Path) -> list[Path]:
    """The plans of a workspace but for the sample, in the order of their names."""
    return [one for one in sorted((folder / "plans").glob("*.toml")) if one.name != SAMPLE]


@dataclass(frozen=True)
class PlanAnswers:
    """The answers from which a first plan is written."""

    id: str
    title: str
    first: date
    last: date
    items: Sequence[str]
    choices: PlanChoices

    def as_keys(self, today: date) -> dict[str, Any]:
        """The keywords of `Workspace.new_plan` and `Workspace.new_plan_text`."""
        return {
            "id": self.id,
            "title": self.title,
            "as_of": today,
            "items": self.items,
            "window": (self.first, self.last),
            "choices": self.choices,
        }


class PlanQuestions:
    """The questions of a first plan: what is offered to each, and what is made of an answer.

    `today` is the day from which plans are thought of, `folder` that of the workspace's plans;
    `departments` are those of the inspectors, by name how many each has; `calendar` says which days
    are working days, which alone are offered. Those of a workspace: `Workspace.plan_questions`.
    """

    def __init__(
        self,
        today: date,
        folder: Path,
        departments: Mapping[str, int] | None = None,
        calendar: Calendar | None = None,
    ) -> None:
        self.today = today
        self.folder = folder
        self.departments = dict(departments or {})
        self._calendar = calendar or Calendar()

    def asks(self, name: str, items: Iterable[Mapping[str, Any]]) -> bool:
        """Whether a question is one, with the `items` that are inspected.

        Which department inspects is clear where no item needs be asked about, or inspectors have
        no more than one; a plan that leaves it open else cannot be held. Source: the draw protocol,
        "Crews".
        """
        if name != "department":
            return True
        return len(self.departments) > 1 and not any(one.get("department") for one in items)

    def offered(self, name: str, first: date | None = None) -> str:
        """What is offered to a question; the last day follows from the first."""
        start = first or self._working(self.today, _LEAD)
        return {
            "id": self._free_id(f"{start.year}q{(start.month + 2) // 3}"),
            "title": say("plan.sample-name"),
            "first": start.isoformat(),
            "last": self._working(start, _LENGTH).isoformat(),
            "tolerance": "3",
            "low-risk": "50%",
            "days-between": "60",
            "crew-size": "2",
            "seed-source": say("guide.dice"),
        }.get(name, "")

    def take(self, name: str, typed: str, first: date | None = None) -> Any:
        """What an answer says; PlannerError for one that says nothing of the kind.

        `first` is the first day, before which the last cannot be.
        """
        taken: dict[str, Callable[[str], Any]] = {
            "id": self._new_id,
            "title": str,
            "first": lambda text: _day(text, self.today),
            "last": lambda text: _day(text, first or self.today),
            "tolerance": lambda text: _number(text, 0, 30),
            "low-risk": _share,
            "days-between": lambda text: _number(text, 0, 3650),
            "crew-size": lambda text: _number(text, 2, 20),
            "department": self._department,
            "seed-source": str,
            "total": lambda text: _number(text, 1, _MOST) if text else None,
        }
        return taken[name](typed.strip())

    def _free_id(self, wanted: str) -> str:
        """A name that no plan has yet: the one wanted, else with a number behind it."""
        names = (wanted, *(f"{wanted}-{number}" for number in range(2, 100)))
        return next((one for one in names if not (self.folder / f"{one}.toml").exists()), wanted)

    def _working(self, start: date, later: timedelta) -> date:
        """The day so much later, or the first working day after it; the last of all at most."""
        try:
            return self._calendar.due_on(start + later - timedelta(days=1), 1).day
        except OverflowError:
            return date.max

    def _department(self, typed: str) -> str:
        known = [one for one in self.departments if one]
        if typed not in ("", *known) or (not typed and len(self.departments) > 1):
            raise refuse("guide.which-department", known=known)
        return typed

    def _new_id(self, typed: str) -> str:
        if not _ID.match(typed):
            raise refuse("guide.bad-id", found=typed)
        if (self.folder / f"{typed}.toml").exists():
            raise refuse("guide.plan-there", found=typed)
        return typed


def plan_answers(taken: Mapping[str, Any]) -> PlanAnswers:
    """The answers together, from what was `taken` to each of `QUESTIONS`."""
    return PlanAnswers(
        taken["id"],
        taken["title"],
        taken["first"],
        taken["last"],
        taken["items"],
        PlanChoices(
            total=taken["total"],
            tolerance_years=taken["tolerance"],
            low_risk_left_out=taken["low-risk"],
            days_between=taken["days-between"],
            crew_size=taken["crew-size"],
            crew_department=taken["department"],
            seed_source=taken["seed-source"],
        ),
    )


def departments_of(inspectors: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """The departments of inspectors and how many each has, the largest first; "" for none."""
    sizes = Counter(str(one.get("department") or "") for one in inspectors)
    return dict(sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0])))


def _day(typed: str, earliest: date) -> date:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise refuse("guide.bad-day", found=typed) from None
    if day < earliest:
        raise refuse("guide.too-early", found=typed, earliest=earliest.isoformat())
    return day


def _number(typed: str, least: int, most: int) -> int:
    digits = typed.replace(",", "")
    if not (digits.isascii() and digits.isdigit() and least <= int(digits) <= most):
        raise refuse("guide.bad-number", found=typed, least=least, most=most)
    return int(digits)


def _share(typed: str) -> str:
    """A share of whole per cent, as a plan writes it; "" for none."""
    share = _number(typed.replace("％", "%").removesuffix("%"), 0, 100)
    return f"{share}%" if share else ""

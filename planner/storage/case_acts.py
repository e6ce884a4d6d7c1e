"""What acts of cases share: who does it, on what day, with what facts, documents and letter."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from yaohao.planner.engine.browse import entity_values
from yaohao.planner.follow_up.fact_values import read_facts
from yaohao.planner.follow_up.kind_model import ROLES, Kind, Step
from yaohao.planner.follow_up.letters import LetterNumber, parse_letter
from yaohao.planner.follow_up.named_needs import kind_named, no_step
from yaohao.planner.follow_up.needs import Act
from yaohao.planner.follow_up.view import brief
from yaohao.planner.schema.reports.cases import CaseActReport, CaseBrief, RefusedCase
from yaohao.planner.storage.calendar import day_given
from yaohao.planner.storage.case_desk import CaseDesk, Change, StoredCase
from yaohao.planner.storage.case_row import case_rows
from yaohao.planner.storage.cases import CaseRows
from yaohao.planner.storage.entity_lookup import (
    entity_form,
    in_register_or_frames,
    register_file,
)
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.digest import file_digest
from yaohao.planner.vocabulary.faults import disk_problems
from yaohao.planner.vocabulary.problems import Problem, raise_all, refuse
from yaohao.planner.vocabulary.text import tidy

_DIGEST = re.compile(r"[0-9a-f]{64}")
_LONGEST = 2000  # characters of a reason
_NAME = 100  # characters of a person's name

AUTO = "auto"
"""The letter that is the next of its series."""

BUREAU = "bureau"
"""The subject of the cases of the bureau itself."""

COHORT = "cohort"
"""The subject of a cohort."""


@dataclass(frozen=True)
class By:
    """Who acts, in what role, on what day (ISO; empty for today), and what is brought."""

    role: str = "clerk"
    actor: str = ""
    day: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    letter: str = ""
    basis: str = ""
    reason: str = ""


SHOWN = 50
"""Cases that the report of an act names at most."""


class OnceKeys(Container[str]):
    """The once-keys that stand in the database."""

    def __init__(self, store: CaseRows, among: Iterable[str] = ()) -> None:
        self._store = store
        self._known = store.once_taken(among)

    def __contains__(self, key: object) -> bool:
        return key in self._known or bool(self._store.once_taken([str(key)]))


def day_in_law(workspace: WorkspaceFolder, day: str) -> date:
    """The day on which an act counts: the one given (ISO), else today.

    Raises PlannerError for what is no day, and for one that is to come.
    """
    today = day_given(workspace, None)
    if not day:
        return today
    try:
        given = date.fromisoformat(day)
    except ValueError as error:
        raise refuse("case.bad-day", found=day[:40]) from error
    if given > today:
        raise refuse("case.day-to-come", day=given.isoformat(), today=today.isoformat())
    return given


def act_of(kind: Kind, by: By, day: date) -> Act:
    """What the pure machine takes; facts from texts, documents from files.

    Raises PlannerError for facts that are not of the kind, files that cannot be read, and roles
    that there are not.
    """
    if by.role not in ROLES:
        raise refuse("case.unknown-role", found=by.role[:40], known=list(ROLES))
    return Act(
        day,
        by.role,
        tidy(by.actor)[:_NAME],
        read_facts(kind, by.facts),
        {name: document_digest_of(value) for name, value in by.documents.items()},
        tidy(by.letter),
        tidy(by.basis)[:_LONGEST],
        tidy(by.reason)[:_LONGEST],
    )


def document_digest_of(value: str | Path) -> str:
    """A document by its SHA-256, or that of a file by its path, which is not kept."""
    text = str(value)
    if _DIGEST.fullmatch(text):
        return text
    path = Path(text)
    if not path.is_file():
        raise refuse("case.no-file", file=text[:300])
    with disk_problems(path):
        return file_digest(path)


def letters_for(
    desk: CaseDesk, kind: Kind, series: str, typed: str, day: date, count: int
) -> list[LetterNumber]:
    """The letters of an act on `count` cases, of a series of a kind: one each.

    `typed` is ``auto`` for the next number, or a number; several cases have sub-numbers of one.
    Raises PlannerError for what is no number, for one of another series, and for one that was used.
    """
    mark = f"{desk.workspace.settings.letter_mark}{kind.series[series]}"
    if typed == AUTO:
        first = LetterNumber(mark, day.year, desk.store.last_letter(mark, day.year) + 1)
    else:
        first = parse_letter(typed)
        if first.mark != mark:
            raise refuse("case.other-series", found=typed, mark=mark)
    numbers = [first]
    if count > 1:
        numbers = [first._replace(part=part) for part in range(1, count + 1)]
    if desk.store.letters_there(numbers):
        raise refuse("case.letter-used", letter=str(first))
    return numbers


def names_and_places(
    workspace: WorkspaceFolder, subjects: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """The names and divisions of entities, as the register has them now.

    What was looked up in a snapshot, which never changes, is remembered as long as it is the
    current one: lists name the same entities again and again.
    """
    paths = register_file(workspace)
    wanted = {one for one in subjects if one not in ("", BUREAU, COHORT)}
    if not paths or not wanted:
        return {}
    for other in [path for path in _NAMES if path != paths[0]]:
        del _NAMES[other]
    known = _NAMES.setdefault(paths[0], {})
    if len(known) + len(wanted) > _MOST_NAMES:
        known.clear()
    asked = sorted(wanted - known.keys())
    values = entity_values(paths[0], asked, ("name", "region"))
    fresh = {one: (row["name"] or "", row["region"] or "") for one, row in values.items()}
    if len(asked) <= _MOST_NAMES:
        known |= dict.fromkeys(asked) | fresh
    return {one: names for one in wanted if (names := fresh.get(one, known.get(one))) is not None}


_NAMES: dict[Path, dict[str, tuple[str, str] | None]] = {}
_MOST_NAMES = 200_000  # entities whose names are remembered


class Subjects:
    """The subjects of new cases from what was typed; `places` has their divisions."""

    def __init__(self, workspace: WorkspaceFolder, subject: str, typed: Sequence[str]) -> None:
        self._workspace = workspace
        self._of_bureau = subject == "bureau"
        register = workspace.settings.register
        self._forms = {one: entity_form(register, one) for one in typed if one}
        known = {} if self._of_bureau else names_and_places(workspace, list(self._forms.values()))
        self._there = frozenset(known)
        self.places = {one: place for one, (_, place) in known.items()}

    def of(self, typed: str) -> str:
        """The subject that is meant; PlannerError, with the nearest, where there is none."""
        if self._of_bureau:
            return BUREAU
        if not typed:
            return ""
        form = self._forms[typed]
        return form if form in self._there else in_register_or_frames(self._workspace, typed)


def briefs(workspace: WorkspaceFolder, cases: Sequence[StoredCase]) -> list[CaseBrief]:
    """Cases as a report names them, with the names of their subjects."""
    names = names_and_places(workspace, [one.case.subject for one in cases])
    return [
        brief(one.case, one.kind, one.row.next_due, names.get(one.case.subject, ("", ""))[0])
        for one in cases
    ]


def refused(case: str, subject: str, problems: Iterable[Problem]) -> RefusedCase:
    """A case with which nothing was done."""
    return {"case": case, "subject": subject, "problems": [one.as_json() for one in problems]}


# Many parameters: the columns of the report, said once.
def act_report(
    desk: CaseDesk,
    changes: Sequence[Change],
    out: list[RefusedCase],
    unchanged: int = 0,
    *,
    dry_run: bool = False,
) -> CaseActReport:
    """The report of an act before its lines are written; letters and entries are still to come."""
    stored = [
        StoredCase(
            one.case,
            one.kind,
            case_rows(one.number, one.case, one.kind, desk.counting, one.office)[0],
        )
        for one in changes[:SHOWN]
    ]
    return {
        "cases": briefs(desk.workspace, stored),
        "number": len(changes),
        "events": sum(len(one.events) for one in changes),
        "unchanged": unchanged,
        "refused": out,
        "letters": [],
        "entries": [],
        "dry_run": dry_run,
    }


def of_one_kind(desk: CaseDesk, cases: Iterable[str]) -> tuple[list[StoredCase], Kind]:
    """The cases of some ids, each once, and the kind that all have.

    Raises PlannerError for an unknown id, where there are none, and for several kinds.
    """
    loaded = list({one.row.number: one for one in map(desk.load, cases)}.values())
    kinds = {(one.kind.id, one.kind.version): one.kind for one in loaded}
    if not kinds:
        raise refuse("case.no-cases")
    if len(kinds) > 1:
        raise refuse("case.several-kinds", known=[kind_named(kinds[one]) for one in sorted(kinds)])
    return loaded, next(iter(kinds.values()))


def step_of(kind: Kind, step: str) -> Step:
    """The step of a kind that has an id; PlannerError where it has none."""
    if step not in kind.steps:
        raise_all([no_step(kind, step, kind.steps)])
    return kind.steps[step]

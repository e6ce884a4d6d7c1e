"""The list of the morning over the stored cases: grouped by the database, worded by their kinds.

Cases that the clock takes on by the day asked for are read and taken on in memory, so that the list
is right whether or not the clock was recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from yaohao.planner.follow_up.case import Case
from yaohao.planner.follow_up.case_clock import clock
from yaohao.planner.follow_up.due_days import pending_dues
from yaohao.planner.follow_up.kind_model import BANDS
from yaohao.planner.follow_up.today import (
    decision_line,
    due_line,
    fold_line,
    in_order,
    last_day,
    today_list,
)
from yaohao.planner.follow_up.view import both
from yaohao.planner.schema.reports.today import Line, TodayLine, TodayReport
from yaohao.planner.storage.calendar import day_given
from yaohao.planner.storage.case_acts import names_and_places
from yaohao.planner.storage.case_desk import CaseDesk
from yaohao.planner.storage.case_duties import duties_on
from yaohao.planner.storage.case_lists import CaseFilter
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.publication_dues import (
    KIND,
    publication_lines,
    review_lines,
    visit_lines,
)
from yaohao.planner.storage.system_cases import system_lists


def case_today(
    workspace: WorkspaceFolder, wanted: CaseFilter | None = None, as_of: str = ""
) -> TodayReport:
    """What is to be done on a day (ISO, by default today), in four bands, alike things folded.

    Raises PlannerError for what is no day, and for kinds that cannot be read.
    """
    wanted = wanted or CaseFilter()
    day = day_given(workspace, as_of or None)
    desk = CaseDesk(workspace)
    folded: dict[tuple[str, ...], Line] = {}
    later: dict[str, str | None] = {}
    if not wanted.entity:
        _stored_lines(desk, wanted, day, folded, later)
    moved = _moved(desk, wanted, day)
    among = today_list(moved, desk.kinds, desk.counting, day, me=wanted.me)
    for line in among["lines"]:
        fold_line(folded, line)
    for band, known in among["next"].items():
        later[band] = min((one for one in (known, later.get(band)) if one), default=None)
    lines = in_order(folded)
    beside = [
        *_results(workspace, desk, day, wanted),
        *_system(workspace, desk, day, wanted, later),
    ]
    until = last_day("law", day).isoformat()
    near = [line for line in beside if line["band"] != "law" or str(line["day"]) <= until]
    far = [str(one["day"]) for one in beside if one["band"] == "law" and str(one["day"]) > until]
    later["law"] = min((one for one in (later.get("law"), *far) if one), default=None)
    worded = [*near, *_worded(workspace, desk, lines)]
    worded.sort(key=lambda line: (BANDS.index(line["band"]), line["day"] or ""))
    return {
        "as_of": day.isoformat(),
        "lines": worded,
        "next": later,
        "clock": desk.store.number_ticking(day.isoformat()),
        "duties": duties_on(desk, day),
        "filter": {
            name: value
            for name in ("kind", "office", "entity", "me")
            if (value := getattr(wanted, name))
        },
    }


def _stored_lines(
    desk: CaseDesk,
    wanted: CaseFilter,
    day: date,
    folded: dict[tuple[str, ...], Line],
    later: dict[str, str | None],
) -> None:
    """The lines of all cases that stand on the day as they are stored, and what is due next."""
    store, as_of = desk.store, day.isoformat()
    waiting = store.waiting_groups(as_of, wanted)
    due = {
        band: store.due_groups(band, last_day(band, day).isoformat(), as_of, wanted)
        for band in BANDS
    }
    firsts = {group.first for group in waiting}
    firsts |= {group.first for groups in due.values() for group in groups}
    samples = desk.load_all(sorted(firsts))
    for one in waiting:
        sample = samples[one.first]
        ids = store.waiting_ids(one, wanted) if one.cases > 1 else [sample.case.id]
        line = decision_line(sample.case, sample.kind)
        fold_line(folded, {**line, "cases": ids, "number": one.cases, "count": one.members})
    for band, groups in due.items():
        until = last_day(band, day).isoformat()
        later[band] = store.next_due_after(band, until, as_of, wanted)
        for group in groups:
            sample = samples[group.first]
            ids = store.due_ids(band, group, wanted) if group.cases > 1 else [sample.case.id]
            [due_row] = [
                one
                for one in pending_dues(sample.case, sample.kind, desk.counting)
                if one.rule.name == group.name
            ]
            line = due_line(sample.case, sample.kind, due_row, desk.counting, day)
            fold_line(folded, {**line, "cases": ids, "number": group.cases, "count": group.members})


def _moved(desk: CaseDesk, wanted: CaseFilter, day: date) -> Iterable[Case]:
    """The cases that the clock takes on by the day, as they stand then; of an entity all its open
    ones, which are few.
    """
    if wanted.entity:
        numbers = desk.store.open_cases_of(wanted)
    else:
        numbers = desk.store.moving_cases(day.isoformat(), wanted)
    for one in desk.load_all(numbers).values():
        done = clock(one.case, one.kind, day, desk.counting)
        yield done[-1][0] if done else one.case


def _results(
    workspace: WorkspaceFolder, desk: CaseDesk, day: date, wanted: CaseFilter
) -> Iterator[TodayLine]:
    """The visits of draws to be made, their results that wait for a review or are due to be public;
    their subject is the draw.
    """
    kind = desk.kinds.on(KIND, day)
    lines = publication_lines(workspace, kind, desk.counting, day, wanted)
    visits = visit_lines(workspace, kind, desk.counting, day, wanted)
    for draw, line in (*review_lines(workspace, kind, day, wanted), *lines, *visits):
        yield _beside(desk, line, draw)


# Many parameters: the day and filter of a list, and what it says of later.
def _system(
    workspace: WorkspaceFolder,
    desk: CaseDesk,
    day: date,
    wanted: CaseFilter,
    later: dict[str, str | None],
) -> Iterator[TodayLine]:
    """What certificates and planned visits make due, without cases of their own."""
    for draw, listed in system_lists(workspace, desk.kinds, desk.counting, day, wanted):
        for line in listed["lines"]:
            # There is no case: the roster is imported anew, the visit is put off.
            yield _beside(desk, {**line, "cases": [], "next_steps": []}, draw)
        for band, known in listed["next"].items():
            later[band] = min((one for one in (known, later.get(band)) if one), default=None)


def _beside(desk: CaseDesk, line: Line, draw: str) -> TodayLine:
    """A line of no case; its subject is the draw that it is about, if any."""
    return {
        **line,
        "kind_words": both(desk.kinds.get(line["kind"], line["version"]).words),
        "subject": draw,
        "name": "",
        "estimated_years": list(line["why"].get("estimated_years", [])),
    }


def _worded(workspace: WorkspaceFolder, desk: CaseDesk, lines: Sequence[Line]) -> list[TodayLine]:
    single = {line["cases"][0] for line in lines if line["number"] == 1}
    subjects = desk.store.subjects_of(single)
    names = names_and_places(workspace, list(subjects.values()))
    worded: list[TodayLine] = []
    for line in lines:
        subject = subjects.get(line["cases"][0], "") if line["number"] == 1 else ""
        kind = desk.kinds.get(line["kind"], line["version"])
        worded.append(
            {
                **line,
                "kind_words": both(kind.words),
                "subject": subject,
                "name": names.get(subject, ("", ""))[0],
                "estimated_years": list(line["why"].get("estimated_years", [])),
            }
        )
    return worded

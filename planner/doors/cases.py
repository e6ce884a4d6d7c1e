"""Cases at the public door: opened, stepped, corrected, listed, and the list of the morning."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.doors.arguments import listed, mapped
from yaohao.planner.doors.case_files import CaseFiles
from yaohao.planner.doors.group import PathLike

if TYPE_CHECKING:
    from yaohao.planner.schema.case_effect import CaseEffect
    from yaohao.planner.schema.import_report import CasesOfResults
    from yaohao.planner.schema.reports.cases import (
        CaseActReport,
        CaseCount,
        CaseKind,
        CaseList,
        CaseMember,
        CaseReport,
        ClockReport,
        EffectFiles,
    )
    from yaohao.planner.schema.reports.today import TodayReport
    from yaohao.planner.storage.case_acts import By
    from yaohao.planner.storage.case_lists import CaseFilter


class Cases(CaseFiles):
    """What follows a draw, and what is due without one."""

    # Many parameters: who acts, when, and what is brought, each a keyword for users' own Python.
    def open(
        self,
        kind: str,
        subject: str = "",
        *,
        facts: Mapping[str, Any] | None = None,
        role: str = "clerk",
        actor: str = "",
        day: str = "",
        source: str = "person",
        cause: str = "",
        basis: str = "",
        reason: str = "",
        version: str = "",
        dry_run: bool = False,
    ) -> CaseActReport:
        """Open a case of a kind about an entity; about the bureau itself `subject` is empty.

        `facts` are by name, as texts or typed; `day` (ISO) is the day on which it counts, today by
        default. What may stand only once, and is there, changes nothing: `unchanged`.
        """
        from yaohao.planner.operations.open_cases import open_one

        by = _by(role, actor, day, facts, basis=basis, reason=reason)
        return open_one(
            self._workspace,
            kind,
            subject,
            by,
            source=source,
            cause=cause,
            version=version,
            dry_run=dry_run,
        )

    # Many parameters: as `open`.
    def open_many(
        self,
        kind: str,
        openings: Iterable[tuple[str, Mapping[str, Any]]],
        *,
        role: str = "import",
        actor: str = "",
        day: str = "",
        source: str = "import",
        cause: str = "",
        dry_run: bool = False,
    ) -> CaseActReport:
        """Open a case for each of many subjects with its facts, all or none of them.

        `openings` are read piece by piece, so that an iterator of a million needs no memory of a
        million.
        """
        from yaohao.planner.operations.open_cases import open_many

        by = _by(role, actor, day, None)
        if not isinstance(openings, Iterator):
            openings = listed("openings", openings)
        rows = ((subject, mapped("facts", facts)) for subject, facts in openings)
        return open_many(
            self._workspace, kind, rows, by, source=source, cause=cause, dry_run=dry_run
        )

    # Many parameters: as `open`.
    def open_cohort(
        self,
        kind: str,
        subjects: Iterable[str],
        *,
        facts: Mapping[str, Any] | None = None,
        role: str = "import",
        actor: str = "",
        day: str = "",
        dry_run: bool = False,
    ) -> CaseActReport:
        """Open one case over many entities: one act, with their frozen list and its digest."""
        from yaohao.planner.operations.open_cases import open_cohort

        by = _by(role, actor, day, facts)
        names = listed("subjects", subjects)
        return open_cohort(self._workspace, kind, names, by, dry_run=dry_run)

    # Many parameters: who acts, when, and what is brought, each a keyword for users' own Python.
    def step(
        self,
        cases: str | Iterable[str],
        step: str,
        *,
        facts: Mapping[str, Any] | None = None,
        documents: Mapping[str, str] | None = None,
        letter: str = "",
        role: str = "clerk",
        actor: str = "",
        day: str = "",
        basis: str = "",
        reason: str = "",
        overrule: bool = False,
        only_possible: bool = False,
        entities: Iterable[str] = (),
        dry_run: bool = False,
    ) -> CaseActReport:
        """Take a step in a case, or in several of one kind; with `entities` by members of a cohort.

        `documents` are files, or SHA-256 digests, by the names that the kind gives them; `letter`
        is a number, or ``auto`` for the next of its series. With `overrule` the step is taken
        against its conditions or days, with a `reason`. With `only_possible` those that lack
        something are refused and the others stepped; else nothing is done.
        """
        by = _by(role, actor, day, facts, documents, letter, basis=basis, reason=reason)
        ids = [cases] if isinstance(cases, str) else listed("cases", cases)
        names = listed("entities", entities)
        if names:
            from yaohao.planner.operations.step_cases import step_members

            return step_members(
                self._workspace,
                ids[0],
                step,
                names,
                by,
                only_possible=only_possible,
                dry_run=dry_run,
            )
        from yaohao.planner.operations.step_cases import step_cases

        return step_cases(
            self._workspace,
            ids,
            step,
            by,
            overruling=overrule,
            only_possible=only_possible,
            dry_run=dry_run,
        )

    def note(
        self,
        case: str,
        facts: Mapping[str, Any],
        *,
        role: str = "clerk",
        actor: str = "",
        day: str = "",
    ) -> CaseActReport:
        """Note facts that came to be known of a case, without a step."""
        from yaohao.planner.operations.step_cases import note_case

        return note_case(self._workspace, case, _by(role, actor, day, facts))

    # Many parameters: as `step`.
    def correct(
        self,
        case: str,
        of: int,
        reason: str,
        *,
        role: str = "reviewer",
        actor: str = "",
        day: str = "",
        dry_run: bool = False,
    ) -> CaseActReport:
        """Make event number `of` of a case, and all after it, as if they had not been.

        Number 1 is the whole case. Nothing is deleted; what was shown is withdrawn.
        """
        from yaohao.planner.operations.correct_case import correct_case

        by = _by(role, actor, day, None, reason=reason)
        return correct_case(self._workspace, case, of, by, dry_run=dry_run)

    def clock(self, day: str = "", *, dry_run: bool = False) -> ClockReport:
        """Record what the clock has done up to a day: openings by the calendar, lateness, ends."""
        from yaohao.planner.operations.record_clock import record_clock

        return record_clock(self._workspace, day, dry_run=dry_run)

    def from_results(self, draw: str, *, dry_run: bool = False) -> CasesOfResults:
        """Open the cases that the results of a draw ask for; those opened before stay as they are.

        Importing results does so by itself; this is for results that came before.
        """
        from yaohao.planner.operations.result_cases import open_for_results

        return open_for_results(self._workspace, draw, dry_run=dry_run)

    # Many parameters: what a list is of, each a keyword for users' own Python.
    def list(
        self,
        *,
        kind: str = "",
        state: str = "",
        office: str = "",
        entity: str = "",
        waits: str = "",
        due: str = "",
        due_on: str = "",
        due_by: str = "",
        cause: str = "",
        standing: str = "",
        find: str = "",
        limit: int = 100,
        offset: int = 0,
    ) -> CaseList:
        """The cases of a list, those due first; `standing` is ``open``, ``closed`` or empty.

        `office` is the beginning of a division's code; `due` the name of something that is due,
        `due_on` its day, `due_by` the last day of the next thing due. Several entities are parted
        by commas. `find` has words of which a case must have each in its number, or in the code or
        name of its firm; commas part alternatives, and what no case has is told in `not_found`.
        """
        from yaohao.planner.reports.cases import list_cases

        wanted = self._filter(
            kind=kind,
            state=state,
            office=office,
            entity=entity,
            waits=waits,
            due=due,
            due_on=due_on,
            due_by=due_by,
            cause=cause,
            standing=standing,
        )
        return list_cases(self._workspace, wanted, limit=limit, offset=offset, find=find)

    def of_entity(self, entity: str, *, limit: int = 100) -> CaseList:
        """The cases of an entity by its whole id, none where nobody has it: as quick for a million
        entities as for a thousand, for nothing near is looked for.
        """
        from yaohao.planner.reports.cases import list_cases
        from yaohao.planner.storage.case_lists import CaseFilter
        from yaohao.planner.storage.entity_lookup import entity_form

        own = entity_form(self._workspace.settings.register, entity)
        return list_cases(self._workspace, CaseFilter(entity=own), limit=limit, offset=0)

    def show(self, case: str, *, as_of: str = "", role: str = "", actor: str = "") -> CaseReport:
        """A case whole: facts, dues with their arithmetic, steps with what they lack, events."""
        from yaohao.planner.reports.cases import show_case

        return show_case(self._workspace, case, as_of=as_of, role=role, actor=actor)

    def members(self, case: str, *, gone: bool = False) -> builtins.list[CaseMember]:
        """Who stands in a cohort, with names and divisions; with `gone` who has left it too."""
        from yaohao.planner.reports.cases import case_members

        return case_members(self._workspace, case, gone=gone)

    def today(
        self, as_of: str = "", *, kind: str = "", office: str = "", entity: str = "", me: str = ""
    ) -> TodayReport:
        """What is to be done on a day, in four bands (`law`, `decision`, `theirs`, `quarter`).

        Decisions that `me` proposed are left out. Nothing is written.
        """
        from yaohao.planner.reports.case_today import case_today

        wanted = self._filter(kind=kind, office=office, entity=entity, me=me)
        return case_today(self._workspace, wanted, as_of)

    def calendar(
        self, as_of: str = "", *, kind: str = "", office: str = "", entity: str = "", me: str = ""
    ) -> str:
        """The list of a day as an iCalendar file, in the language in use."""
        from yaohao.planner.doors.case_calendar import case_calendar

        return case_calendar(self.today(as_of, kind=kind, office=office, entity=entity, me=me))

    def effects(self) -> builtins.list[CaseEffect]:
        """What cases do to a draw now, counted by kind; nothing of it takes effect by itself."""
        from yaohao.planner.storage.case_effects import effects_now

        return effects_now(self._workspace)

    def write_effects(self, to: PathLike, *, overwrite: bool = False) -> EffectFiles:
        """Write it as files that a person looks at and imports: leads, status, scope, classes."""
        from yaohao.planner.operations.write_effects import write_effects

        return write_effects(self._workspace, Path(to), overwrite=overwrite)

    def kinds(self) -> builtins.list[CaseKind]:
        """Every version of every kind, with its basis, days in force and number of cases."""
        from yaohao.planner.reports.cases import case_kinds

        return case_kinds(self._workspace)

    def counts(self) -> builtins.list[CaseCount]:
        """By kind and state, how many cases stand there, and how many members they have."""
        from yaohao.planner.reports.cases import case_counts

        return case_counts(self._workspace)

    def _filter(self, entity: str = "", kind: str = "", **wanted: str) -> CaseFilter:
        from yaohao.planner.reports.cases import case_entity, checked_kind
        from yaohao.planner.storage.case_lists import CaseFilter

        texts: dict[str, Any] = dict(wanted)
        return CaseFilter(
            entity=",".join(
                case_entity(self._workspace, one) for one in entity.split(",") if one.strip()
            ),
            kind=checked_kind(self._workspace, kind),
            **texts,
        )


# Many parameters: the columns of `By`, said once.
def _by(
    role: str,
    actor: str,
    day: str,
    facts: Mapping[str, Any] | None,
    documents: Mapping[str, str] | None = None,
    letter: str = "",
    *,
    basis: str = "",
    reason: str = "",
) -> By:
    from yaohao.planner.storage.case_acts import By

    return By(
        role,
        actor,
        day,
        mapped("facts", facts),
        mapped("documents", documents),
        letter,
        basis,
        reason,
    )

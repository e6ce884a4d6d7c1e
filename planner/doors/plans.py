"""Plans at the public door: checked, previewed, repaired, simulated."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from yaohao.planner.doors.arguments import listed
from yaohao.planner.doors.group import Group, PathLike
from yaohao.planner.vocabulary.problems import PlannerError, Problem, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from yaohao.planner.doors.guide import PlanQuestions
    from yaohao.planner.plan.sample import PlanChoices
    from yaohao.planner.reports.live_preview import PreviewCache
    from yaohao.planner.schema.plan_edit import PlanEdit
    from yaohao.planner.schema.plan_form import FormRow
    from yaohao.planner.schema.reports.plans import (
        ComparedPreview,
        NewPlanReport,
        PlanChanceReport,
        PlanCheckReport,
        PlanFixReport,
        PlanSetReport,
        PreviewReport,
        SimulationReport,
    )
    from yaohao.planner.storage.folder import Progress


class Plans(Group):
    """What is wanted: plan files, and what they would do."""

    @staticmethod
    def unsaved(plan: PathLike) -> str | None:
        """The text of a plan file that was written in the screens and not saved; None if none."""
        from yaohao.planner.storage.unsaved_plans import unsaved

        return unsaved(Path(plan))

    @staticmethod
    def keep_unsaved(plan: PathLike, text: str) -> None:
        """Keep a text of a plan file that is not saved, beside it; OSError if that fails."""
        from yaohao.planner.storage.unsaved_plans import keep_unsaved

        keep_unsaved(Path(plan), text)

    @staticmethod
    def drop_unsaved(plan: PathLike) -> None:
        """Remove the unsaved text of a plan file, if there is one."""
        from yaohao.planner.storage.unsaved_plans import drop_unsaved

        drop_unsaved(Path(plan))

    # Many parameters: each is a key of the plan, by its own name.
    def new_plan(
        self,
        file: PathLike,
        *,
        id: str = "",
        title: str = "",
        authority: str = "",
        as_of: date | str = "",
        regions: Iterable[str] = (),
        items: Iterable[str] = (),
        window: tuple[date | str, date | str] | None = None,
        choices: PlanChoices | None = None,
    ) -> NewPlanReport:
        """Write a commented plan into a new file, in the workspace's language.

        What is not given comes from the name of the file, the workspace's settings and today; its
        `plan`, `title` and `file` come back. A city's division stands for all below it. Raises
        PlannerError where the file is there already, `as_of` is no day, or the plan would not be
        accepted.
        """
        from yaohao.planner.doors.plan_files import write_new_plan

        path = Path(file)
        keys = self._keys(
            path, id=id, title=title, authority=authority, as_of=as_of, regions=regions
        )
        keys |= {"items": items, "window": window, "choices": choices}
        try:
            return write_new_plan(
                path, self._workspace.settings.language, workspace=self._workspace.folder, **keys
            )
        except FileExistsError as error:
            raise refuse("python.file-exists", file=str(path)) from error
        except (ValueError, OverflowError) as error:
            raise refuse("python.bad-day", found=repr(as_of)) from error

    def new_plan_text(self, file: PathLike, **keys: Any) -> str:
        """The text that `new_plan` would write into a file, of the same keywords; none is written.

        PlannerError where the plan would not be accepted.
        """
        from yaohao.planner.doors.plan_files import new_plan_text

        path = Path(file)
        return new_plan_text(
            str(path), self._workspace.settings.language, **keys | self._keys(path, **keys)
        )

    # Many parameters: each is a key of the plan, by its own name.
    def _keys(
        self,
        path: Path,
        *,
        id: str = "",
        title: str = "",
        authority: str = "",
        as_of: date | str = "",
        regions: Iterable[str] = (),
        **_: Any,
    ) -> dict[str, Any]:
        """What a new plan says of its bureau, by default that of the settings."""
        from yaohao.planner.doors.plan_files import plan_regions

        settings = self._workspace.settings
        own = [settings.division] if settings.division else []
        named = listed("regions", regions) or own
        return {
            "id": id or path.stem,
            "title": title,
            "authority": authority or settings.authority,
            "as_of": str(as_of or self.day()),
            "regions": plan_regions(named, settings.register),
            "codes": self.own_codes(),
        }

    def day(self) -> date:
        """The day from which plans are thought of: that of ``YAOHAO_TODAY``, else the day it is."""
        from yaohao.planner.storage.calendar import day_given

        return day_given(self._workspace, None)

    def plan_questions(self) -> PlanQuestions:
        """The questions of a first plan, with what this workspace has to offer to them."""
        from yaohao.planner.doors.guide import PlanQuestions, departments_of
        from yaohao.planner.storage.calendar import working_days

        store = self._workspace.store
        try:
            calendar = working_days(self._workspace)
        except PlannerError:  # what is wrong with it is told where days are due
            calendar = None
        plans = self._workspace.folder / "plans"
        departments = departments_of(store.roster("inspectors"))
        return PlanQuestions(self.day(), plans, departments, calendar)

    def own_codes(self) -> dict[str, list[str]] | None:
        """The `tiers`, `fields` and `statuses` met in a register whose codes are its own; None in
        China's.
        """
        from yaohao.planner.storage.plan_files import own_codes

        return own_codes(self._workspace)

    def plan_file(self, plan: PathLike) -> Path:
        """The file of a plan that is named by its path or its id; PlannerError for none."""
        from yaohao.planner.storage.plan_files import plan_file

        return plan_file(self._workspace, plan)

    def check_plan(self, plan: PathLike, today: str | None = None) -> PlanCheckReport:
        """Hold a plan (file or id) against the registers; PlannerError with every problem.

        Its `warnings` are of the day `today` (ISO), the present day where none is given.
        """
        from yaohao.planner.reports.plan_preview import check_plan

        return check_plan(self._workspace, self.plan_file(plan), today)

    @overload
    def preview(
        self, plan: PathLike, against: None = None, today: str | None = None
    ) -> PreviewReport: ...

    @overload
    def preview(
        self, plan: PathLike, against: PathLike, today: str | None = None
    ) -> ComparedPreview: ...

    def preview(
        self, plan: PathLike, against: PathLike | None = None, today: str | None = None
    ) -> PreviewReport | ComparedPreview:
        """Who would be in, out and directed, what is expected, and the crews' load.

        With `against`, also what changes from that other plan; both by their file or their id.
        """
        from yaohao.planner.reports.plan_preview import preview

        other = self.plan_file(against) if against is not None else None
        return preview(self._workspace, self.plan_file(plan), other, today)

    def mends(self, plan: PathLike) -> list[Problem]:
        """The conflicts of a plan that a change of its text mends."""
        from yaohao.planner.reports.plan_preview import mends

        return mends(self._workspace, self.plan_file(plan))

    def mend_plan(self, plan: PathLike, number: int) -> PlanFixReport:
        """Take a mend by its number, from 1, and write the plan file; its comments stay."""
        from yaohao.planner.operations.fix_plan import mend

        file = self.plan_file(plan)
        return mend(self._workspace, file, number, lambda: self.mends(file))

    def mended(self, text: str, problem: Problem) -> str | None:
        """A plan's text with the change that a problem asks for; None where it asks for none."""
        from yaohao.planner.plan.fixes import can_mend, mended
        from yaohao.planner.storage.plan_files import code_reader

        return mended(text, problem, code_reader(self._workspace)) if can_mend(problem) else None

    def live_preview(
        self, text: str, file: str, memory: PreviewCache, *, outlook: bool = False
    ) -> PreviewReport:
        """As `preview`, of a plan that is being written; `memory` makes the next one quick."""
        from yaohao.planner.reports.live_preview import live_preview

        return live_preview(self._workspace, text, file, memory, outlook=outlook)

    def set_plan(
        self,
        plan: PathLike,
        changes: Iterable[str],
        unset: Iterable[str] = (),
        *,
        dry_run: bool = False,
    ) -> PlanSetReport:
        """Change keys of a plan (file or id), ``limits.total=600``; comments and layout stay.

        Changes are written as docs/plan.md tells; `unset` are keys that are taken out. Raises
        CheckFailed, and nothing is written, where the plan could then not be carried out.
        """
        from yaohao.planner.operations.set_plan import set_plan
        from yaohao.planner.reports.plan_preview import text_problems

        file, workspace = self.plan_file(plan), self._workspace
        assignments, gone = listed("changes", changes), listed("unset", unset)
        return set_plan(
            workspace,
            file,
            assignments,
            gone,
            lambda text: text_problems(workspace, text, file),
            dry_run=dry_run,
        )

    def chance(
        self, plan: PathLike, entity: str, against: PathLike | None = None
    ) -> PlanChanceReport:
        """What a plan (file or id) means for an entity, its id or its name: its chance, and why.

        With `against`, also what that other plan means for it. Nothing is frozen.
        """
        from yaohao.planner.plan.plan_file import plan_text

        def read(named: PathLike) -> tuple[str, str]:
            path = self.plan_file(named)
            return plan_text(path), str(path)

        text, file = read(plan)
        before = read(against) if against is not None else None
        return self.live_chance(text, file, entity, self.live_memory(), before=before)

    def live_chance(
        self,
        text: str,
        file: str,
        entity: str,
        memory: PreviewCache,
        *,
        before: tuple[str, str] | None = None,
    ) -> PlanChanceReport:
        """As `chance`, of plans that are being written; `before` is a text and its file."""
        from yaohao.planner.reports.live_preview import live_chance

        return live_chance(self._workspace, text, file, entity, memory, before=before)

    @staticmethod
    def plan_form(text: str) -> list[FormRow]:
        """A plan's text as the rows of a form; PlannerError where it is no TOML."""
        from yaohao.planner.plan.form_rows import form_rows

        return form_rows(text)

    @staticmethod
    def edited_plan(text: str, edits: Sequence[PlanEdit]) -> str:
        """A plan's text with changes made in it; all else stays as it is, byte for byte."""
        from yaohao.planner.plan.edits import edited

        return edited(text, edits)

    @staticmethod
    def typed_value(row: FormRow, typed: str) -> object:
        """What is typed in a row of a form, as the value that stands in the plan."""
        from yaohao.planner.plan.typed_values import typed_value

        assert row.field is not None
        return typed_value(row.field, typed)

    def edit_problems(self, old: str, new: str, file: str) -> list[Problem]:
        """What a plan's text has wrong that an earlier one had not; the registers are not asked."""
        from yaohao.planner.operations.set_plan import new_problems
        from yaohao.planner.storage.plan_files import code_reader

        return new_problems(old, new, file, code_reader(self._workspace))

    def plan_codes(self, column: str, memory: PreviewCache) -> list[tuple[str, str, int]]:
        """What can be picked for a field: codes, their names if they are items, how many have each.

        `column` is as `schema.plan_fields` has it; those of the register come with its entities.
        """
        from yaohao.planner.reports.plan_codes import plan_codes

        return plan_codes(self._workspace, column, memory.columns)

    @staticmethod
    def live_memory() -> PreviewCache:
        """What `live_preview` remembers from one time to the next; for one thread at a time."""
        from yaohao.planner.reports.live_preview import PreviewCache

        return PreviewCache()

    def simulate(
        self, plan: PathLike, years: int = 10, seed: int = 1, progress: Progress | None = None
    ) -> SimulationReport:
        """A plan played over years on the current register; no draw, and nothing is changed."""
        from yaohao.planner.reports.simulation import simulate

        return simulate(self._workspace, self.plan_file(plan), years, seed, progress)

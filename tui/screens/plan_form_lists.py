"""Lists of what the registers know, and rows that are added to a plan from them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from yaohao.planner.schema.plan_edit import Path, PlanEdit
from yaohao.planner.schema.plan_fields import CONDITIONS, RATED
from yaohao.planner.schema.plan_form import FormRow
from yaohao.planner.vocabulary.problems import Problem
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.plan_rows import code_label, column_label, row_label
from yaohao.tui.screens.plan_form import PlanFormScreen, problem_words
from yaohao.tui.widgets.dialogs import Choice, Choose
from yaohao.tui.widgets.pick import Known, Pick, known


class PlanFormLists(PlanFormScreen):
    """A screen with the form of the open plan, with lists to pick from."""

    # lists of what is known

    # Many parameters: what is picked from, and how.
    def ask_codes(
        self,
        title: str,
        column: str,
        then: Callable[[list[str]], None],
        *,
        marked: Sequence[str] = (),
        more: Sequence[str] = (),
        without: Sequence[str] = (),
        one: bool = False,
        wrong: str = "",
    ) -> None:
        """Let codes of a column be picked, those the registers know and `more`."""

        def those(rows: Sequence[tuple[str, str, int]]) -> list[Known]:
            found = [*map(Known, more), *known(rows, lambda code: code_label(column, code))]
            return [row for row in found if row.code not in without]

        pick = Pick(title, those([]), marked, one=one, wrong=wrong, is_read=not column)

        async def asking() -> None:
            try:
                rows = await asyncio.to_thread(self._known, column)
            except Exception as error:
                pick.know(those([]))
                self.tell_error(error)
                return
            pick.know(those(rows))

        self.app.push_screen(pick, lambda codes: then(codes) if codes is not None else None)
        if column:
            self.run_worker(asking(), exit_on_error=False)

    def _known(self, column: str) -> list[tuple[str, str, int]]:
        workspace = Workspace(self.yaohao.workspace.folder)
        try:
            return workspace.plan_codes(column, self.memory)
        finally:
            workspace.close()

    def pick_for(self, row: FormRow, picked: list[str] | None, wrong: str = "") -> None:
        """Pick the codes of a row; after a no the same list again, with what was picked."""
        field = row.field
        assert field is not None
        several = field.kind in ("codes", "some")
        there = row.value if isinstance(row.value, list) else [row.value] if row.given else []
        marked = [str(one) for one in there] if picked is None else picked

        def chosen(codes: list[str]) -> None:
            value: Any = codes
            if not several or (field.kind == "some" and len(codes) == 1):
                value = codes[0] if codes else ""
            if row.given and value == row.value:
                return

            def done(problems: list[Problem]) -> None:
                if problems:
                    self.pick_for(row, codes, problem_words(problems[0]))

            words = say("tui_form.set", key=row.key)
            self.change([PlanEdit(row.path, value)], words, done)

        title = row_label(row).strip()
        self.ask_codes(
            title,
            field.column,
            chosen,
            marked=marked,
            more=field.choices,
            one=not several,
            wrong=wrong,
        )

    def add_at(self, row: FormRow) -> None:
        """Ask what is added, and add it."""
        path, title = row.path, row_label(row).strip().removeprefix("+ ")
        if row.column == "where":
            there = row.value if isinstance(row.value, dict) else {}
            self._ask_condition(title, [one for one in CONDITIONS if one not in there], path)
        elif row.column == "rates":
            there = row.value if isinstance(row.value, dict) else {}
            self._ask_rates(title, [one for one in RATED if one not in there])
        elif path[0] == "rates":
            self._ask_rate(title, row)
        elif path[0] in ("coverage", "quota"):
            self._ask_rule(title, path)
        elif path == ("department",):
            add = lambda codes: self.add_row(path, {"name": codes[0], "items": []})  # noqa: E731
            self.ask_codes(title, "department", add, one=True)
        elif path[0] == "seeds":
            kinds = ("dice", "lottery", "drand", "other")
            part = lambda codes: self.add_row(path, {"kind": codes[0], "source": ""})  # noqa: E731
            self.ask_codes(title, "", part, more=kinds, one=True)
        else:
            self.add_row(path, {"name": "", "key": ""})

    def _ask_column(self, columns: Sequence[str], then: Callable[[str], None]) -> None:
        choices = [Choice(one, column_label(one)) for one in columns]
        asked = Choose(say("tui_form.pick-which"), choices)
        self.app.push_screen(asked, lambda column: then(column) if column else None)

    def _ask_condition(self, title: str, columns: Sequence[str], path: Path) -> None:
        def chosen(column: str) -> None:
            def picked(codes: list[str]) -> None:
                if codes:
                    value: Any = codes[0] if len(codes) == 1 else codes
                    self.add_row((*path, column), value, is_set=True)

            self.ask_codes(title, column, picked)

        self._ask_column(columns, chosen)

    def _ask_rule(self, title: str, path: Path) -> None:
        def chosen(column: str) -> None:
            def picked(codes: list[str]) -> None:
                if codes:
                    where = {column: codes[0] if len(codes) == 1 else codes}
                    rest = {"within_years": 3} if path == ("coverage",) else {"min": 1}
                    self.add_row(path, {"where": where, **rest})

            self.ask_codes(title, column, picked)

        self._ask_column(CONDITIONS, chosen)

    def _ask_rates(self, title: str, strata: Sequence[str]) -> None:
        def chosen(stratum: str) -> None:
            def picked(codes: list[str]) -> None:
                if codes:
                    rates = dict.fromkeys(codes, "1%")
                    self.add_row(("rates", stratum), rates, is_set=True)

            self.ask_codes(title, stratum, picked, more=["other"] if stratum != "tier" else [])

        self._ask_column(strata, chosen)

    def _ask_rate(self, title: str, row: FormRow) -> None:
        there = list(row.value) if isinstance(row.value, dict) else []
        more = ["other"] if row.column != "tier" and "other" not in there else []
        self.ask_codes(
            title,
            row.column,
            lambda codes: self.add_row((*row.path, codes[0]), "1%", is_set=True),
            more=more,
            without=there,
            one=True,
        )

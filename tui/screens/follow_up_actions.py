"""What follows a draw: results taken in, firms that are gone closed, forms written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from yaohao.planner.schema.reports.publications import NoticesReport
from yaohao.planner.vocabulary.terms import GONE
from yaohao.planner.wording.messages import language, say
from yaohao.planner.workspace import Workspace
from yaohao.tui.screens.draw_base import LookedUpScreen, ids_of
from yaohao.tui.screens.typed_paths import path_below
from yaohao.tui.text_layout import shown
from yaohao.tui.widgets.ask import Ask
from yaohao.tui.widgets.dialogs import Choice, Choose

KINDS = ("notices", "records", "worklists", "bulletin", "national")


class FollowUpActions(LookedUpScreen):
    """A screen from which a draw is followed up; `marked` is the visit that is marked."""

    def marked(self) -> dict[str, Any] | None:
        """The marked visit."""
        raise NotImplementedError

    def marked_ids(self) -> dict[str, str]:
        """Whom the mark is at."""
        return ids_of(self.marked())

    def can_import(self) -> bool:
        """Whether results can come in: the crews are dealt."""
        return self.told is not None and self.told["stage"] == "dealt"

    def can_withdraw(self) -> bool:
        """Whether the marked visit can be closed: it is to be made, and no crews are awaited."""
        marked = self.marked()
        if self.told is None or marked is None or self.told["stage"] not in ("drawn", "dealt"):
            return False
        return marked["group"] == "not-yet" and marked["withdrawal"] is None

    def is_withdrawn(self) -> bool:
        """Whether the marked visit was withdrawn."""
        marked = self.marked()
        return marked is not None and marked["withdrawal"] is not None

    def has_forms(self) -> bool:
        """Whether there are forms to write: the draw is drawn."""
        return self.told is not None and self.told["stage"] in ("drawn", "staffed", "dealt")

    # results

    def do_import(self) -> None:
        """Take a file of results in: its columns looked at, tried, taken in."""
        self.yaohao.go("intake", register="results", draw=str(self.draw))

    def _path(self, typed: str) -> Path:
        return path_below(self.workspace.folder, typed)

    # withdrawals

    def do_withdraw(self) -> None:
        """Close the marked visit: why it is gone, what shows it, who is visited instead."""
        visit = self.marked()
        if visit is None:
            return
        choices = [Choice(code, say(f"result.{code}"), "", code) for code in GONE]

        def chosen(code: Any) -> None:
            if code is not None:
                self._ask_evidence(visit, code)

        title = say("tui_results.withdraw-why", name=shown(visit["name"]) or visit["entity_id"])
        self.app.push_screen(Choose(title, choices), chosen)

    def _ask_evidence(self, visit: Mapping[str, Any], code: str) -> None:
        def asked(typed: Any) -> None:
            evidence, day = (one.strip() for one in typed or ("", ""))
            if not evidence:
                self.tell(say("tui_results.not-withdrawn"))
                return
            how = {"evidence": evidence, "on": day}
            if visit["next_reserve"] is None:
                self._confirm_withdrawal(visit, code, {**how, "reserve": True})
            else:
                self._ask_reserve(visit, code, how)

        ask = Ask(
            say("tui_results.withdraw-title", entity=visit["entity_id"]),
            say("tui_results.evidence-ask"),
            "tui_results.evidence",
            "tui_results.ask-day",
            about=("withdrawal", str(self.draw), visit["entity_id"]),
            needed=1,
        )
        self.app.push_screen(ask, asked)

    def _ask_reserve(self, visit: Mapping[str, Any], code: str, how: Mapping[str, Any]) -> None:
        choices = [
            Choice(True, say("tui_results.with-reserve"), "", visit["next_reserve"]),
            Choice(False, say("tui_results.without-reserve")),
        ]

        def chosen(reserve: Any) -> None:
            if reserve is None:
                self.tell(say("tui_results.not-withdrawn"))
            else:
                self._confirm_withdrawal(visit, code, {**how, "reserve": reserve})

        self.app.push_screen(Choose(say("tui_results.reserve-title"), choices), chosen)

    def _confirm_withdrawal(
        self, visit: Mapping[str, Any], code: str, how: Mapping[str, Any]
    ) -> None:
        """Tell what would be done; `how` is the evidence, the day `on` and whether a `reserve`."""
        draw, entity, spare = str(self.draw), visit["entity_id"], visit["next_reserve"]
        whom = "reserve" if how["reserve"] and spare else "nobody" if spare else "no-reserve"
        lines = [
            f"{entity}  {shown(visit['name'])}",
            f"{say('common.label-result')}: {code}  {say(f'result.{code}')}",
            f"{say('common.label-evidence')}: {how['evidence']}",
            *([say("tui_results.found-gone", day=how["on"])] if how["on"] else []),
            "",
            say(f"tui_results.will-{whom}", reserve=spare or ""),
            say("tui_results.withdraw-text"),
        ]
        self.confirm(
            say("tui_results.withdraw-title", entity=entity),
            "\n".join(lines),
            say("tui_results.withdraw-yes"),
            lambda: self.work(
                say("tui_results.withdrawing"),
                lambda workspace, _: workspace.withdraw(draw, entity, code, **how),
                self._tell_withdrawn,
            ),
        )

    def _tell_withdrawn(self, report: Mapping[str, Any]) -> None:
        self.done_with(("withdrawal", report["draw"], report["entity_id"]))
        names = self.told["names"] if self.told else {}
        crew = ", ".join(names.get(one) or one for one in report["inspectors"])
        how = "nobody" if report["reserve"] is None else "crew" if crew else "reserve"
        self.tell_undoable(
            say(
                f"tui_results.withdrawn-{how}",
                entity=report["entity_id"],
                reserve=report["reserve"] or "",
                crew=crew,
            )
        )

    def do_back_in(self) -> None:
        """Take the withdrawal of the marked visit back, with a reason."""
        visit = self.marked()
        if visit is None:
            return
        draw, entity = str(self.draw), visit["entity_id"]

        def asked(reason: Any) -> None:
            if reason is None or not reason.strip():
                self.tell(say("tui_results.not-back-in"))
                return
            self.work(
                say("tui_results.undoing"),
                lambda workspace, _: workspace.undo_withdrawal(draw, entity, reason.strip()),
                self._tell_back_in,
            )

        ask = Ask(
            say("tui_results.back-in-title", entity=entity),
            say("tui_results.back-in-ask"),
            "tui_results.reason",
            about=("back in", draw, entity),
        )
        self.app.push_screen(ask, asked)

    def _tell_back_in(self, report: Mapping[str, Any]) -> None:
        self.done_with(("back in", report["draw"], report["entity_id"]))
        code = "tui_results.back-in-reserve" if report["reserve"] else "tui_results.back-in"
        self.tell(say(code, entity=report["entity_id"], reserve=report["reserve"] or ""))

    # forms

    def do_forms(self) -> None:
        """Write the bureau's own forms: which, then into what folder."""
        marked = self.marked()
        choices = [Choice(((), ()), say("tui_results.forms-all"), "", say("tui_results.about-all"))]
        choices += [
            Choice(
                ((kind,), ()), say(f"tui_results.forms-{kind}"), "", say(f"tui_results.for-{kind}")
            )
            for kind in KINDS
            if self.can_import() or kind in ("bulletin", "national")
        ]
        if self.can_import() and marked is not None and marked["withdrawal"] is None:
            own = (("notices", "records"), (marked["entity_id"],))
            choices.append(Choice(own, say("tui_results.forms-marked"), "", shown(marked["name"])))

        labels = {one.value: one.label for one in choices}

        def chosen(wanted: Any) -> None:
            if wanted is not None:
                kinds, entities = wanted
                title = say("tui_results.folder-title", forms=labels[wanted])
                self._ask_folder(kinds, entities, title)

        self.app.push_screen(Choose(say("tui_results.forms-title"), choices), chosen)

    def _ask_folder(self, kinds: Sequence[str], entities: Sequence[str], title: str) -> None:
        draw = str(self.draw)

        def asked(typed: Any) -> None:
            if typed is None or not typed.strip():
                return
            folder = self.workspace.folder.absolute() / Path(typed.strip()).expanduser()

            def job(workspace: Workspace, _: Any) -> NoticesReport:
                return workspace.notices(
                    draw, folder, kinds, language=language(), entities=entities
                )

            def done(report: Mapping[str, Any]) -> None:
                self.done_with(("forms", draw, tuple(entities)))
                self._tell_forms(report)

            self.work(say("tui_results.writing"), job, done)

        ask = Ask(
            title,
            say("tui_results.folder-ask"),
            "tui_results.folder",
            about=("forms", draw, tuple(entities)),
            values=["/".join(("notices", draw, *entities))],
        )
        self.app.push_screen(ask, asked)

    def _tell_forms(self, report: Mapping[str, Any]) -> None:
        folder, home = Path(report["folder"]), self.workspace.folder.absolute()
        if folder.is_relative_to(home):
            folder = folder.relative_to(home)
        text = say("tui_results.written", files=len(report["files"]), folder=str(folder))
        if report["left_out"]:
            left = [say(f"tui_results.forms-{kind}") for kind in report["left_out"]]
            text += " " + say("tui_results.left", kinds=left)
        self.tell(text)

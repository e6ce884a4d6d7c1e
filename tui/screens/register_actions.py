"""What can be done with imports and their rejected rows: taken back, dismissed, codes confirmed.

On the command line: `yaohao register mend`, `yaohao register undo`, `yaohao register dismiss`,
`yaohao register vouch`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.wording.messages import say
from yaohao.planner.wording.moments import local_moment
from yaohao.tui.screens.start_actions import StartActions
from yaohao.tui.text_layout import folded, shown
from yaohao.tui.widgets.ask import Ask
from yaohao.tui.widgets.dialogs import Choice, Choose

_UNDONE = ("removed", "restored", "reset", "stays", "aside_removed", "aside_restored")
_OF_CODES = ("bad-check-digit", "not-issued")


class RegisterActions(StartActions):
    """A screen of what was imported; `marked_aside` is the rejected row that is marked."""

    def marked_aside(self) -> Mapping[str, Any] | None:
        """The rejected row that is marked, if any."""
        raise NotImplementedError

    def shows_aside(self) -> bool:
        """Whether a rejected row is marked."""
        return self.marked_aside() is not None

    # the last import

    def do_undo(self) -> None:
        """Tell what taking the last import back would do, and do it once that is confirmed."""
        self.work(
            say("tui_upkeep.undo-looking"),
            lambda workspace, _: workspace.undo_import(dry_run=True),
            self._confirm_undo,
        )

    def _confirm_undo(self, report: Mapping[str, Any]) -> None:
        register = report["register"]
        found = [(name, report[name]) for name in _UNDONE if report[name]]
        lines = [say("tui_upkeep.undo-at", at=local_moment(report["at"])), ""]
        lines += [
            say(f"tui_upkeep.undo-{name.replace('_', '-')}", size=f"{size:,}")
            for name, size in found
        ] or [say("tui_upkeep.undo-nothing")]
        if report["draws"]:
            lines.append(say("effects.undo-draws", draws=report["draws"]))
        lines += ["", say("tui_upkeep.undo-text")]
        width = min(self.size.width * 9 // 10, 100) - 8
        self.confirm(
            say("tui_upkeep.undo-title", register=say(f"common.register-{register}")),
            "\n".join(part for line in lines for part in (folded(line, width) if line else [""])),
            say("tui_upkeep.undo-yes"),
            lambda: self.work(
                say("tui_upkeep.undoing"),
                lambda workspace, _: workspace.undo_import(register),
                self._tell_undone,
            ),
        )

    def _tell_undone(self, report: Mapping[str, Any]) -> None:
        register = say(f"common.register-{report['register']}")
        self.tell(say("tui_upkeep.undone", register=register, size=f"{report['size']:,}"))

    # rejected rows

    def do_mend_row(self) -> None:
        """Correct the marked row, and take it in."""
        from yaohao.tui.screens.mend_row import MendRow

        row = self.marked_aside()
        if row is None:
            return

        def mended(line: Any) -> None:
            if line is not None:
                self.tell(
                    say("tui_start.row-mended", line=line, left=self.workspace.set_aside_count())
                )

        cells = self.workspace.aside_cells(row["number"])
        self.app.push_screen(MendRow(self.workspace.folder, row, cells), mended)

    def do_dismiss(self) -> None:
        """Ask which rows, and why nobody will mend them; then take them off the list."""
        row = self.marked_aside()
        if row is None:
            return
        register = say(f"common.register-{row['register']}")
        choices = [
            Choice("row", say("tui_upkeep.dismiss-row"), "", f"{shown(row['file'])}:{row['line']}"),
            Choice("file", say("tui_upkeep.dismiss-file"), "", shown(row["file"])),
            Choice("all", say("tui_upkeep.dismiss-all"), "", register),
        ]
        picked = self._picked_of(register)
        if picked:
            about = f"{len(picked):,}"
            choices.insert(0, Choice("picked", say("tui_upkeep.dismiss-picked"), "", about))
        which = {
            "picked": {"numbers": picked},
            "row": {"numbers": [row["number"]]},
            "file": {"file": row["source"] or row["file"]},
            "all": {"everything": True},
        }

        def chosen(name: Any) -> None:
            if name is not None:
                self._count(row["register"], which[name])

        self.app.push_screen(Choose(say("tui_upkeep.dismiss-title"), choices), chosen)

    def _picked_of(self, register: str) -> list[int]:
        """The numbers of the rows of a register that are picked."""
        rows = zip(self.picked_values("number"), self.picked_values("register"), strict=True)
        return [number for number, name in rows if name == register]

    def _count(self, register: str, which: Mapping[str, Any]) -> None:
        """Count the rows; what is counted is only told, they are chosen anew when it is done."""
        self.work(
            say("tui_upkeep.dismissing"),
            lambda workspace, _: workspace.dismiss(register, "-", dry_run=True, **which),
            lambda told: self._ask_why(register, which, told["rows"]),
        )

    def _ask_why(self, register: str, which: Mapping[str, Any], size: int) -> None:
        about = ("dismissal", register, *map(str, which.values()))

        def asked(reason: Any) -> None:
            if reason is None:
                return
            if not reason.strip():
                self.tell(say("tui_upkeep.dismiss-no-reason"))
                return
            self.confirm(
                say("tui_upkeep.dismiss-yes", size=f"{size:,}"),
                reason.strip(),
                say("tui_upkeep.dismiss-yes", size=f"{size:,}"),
                lambda: self.work(
                    say("tui_upkeep.dismissing"),
                    lambda workspace, _: workspace.dismiss(register, reason.strip(), **which),
                    lambda told: self._tell_dismissed(told, about),
                ),
            )

        ask = Ask(
            say("tui_upkeep.dismiss-why", size=f"{size:,}"),
            say("tui_upkeep.dismiss-ask"),
            "tui_upkeep.ask-reason",
            about=about,
        )
        self.app.push_screen(ask, asked)

    def _tell_dismissed(self, report: Mapping[str, Any], about: object) -> None:
        self.done_with(about)
        self.let_go()
        self.tell(say("tui_upkeep.dismissed", size=f"{report['rows']:,}"))

    # codes

    def do_vouch(self) -> None:
        """Ask for a code and the evidence that it exists; that of the marked row is there."""
        row = self.marked_aside()
        code = str(row["found"]) if row is not None and row["reason"] in _OF_CODES else ""

        def asked(typed: Any) -> None:
            if typed is None or not typed[0].strip():
                return
            wanted, evidence = typed[0].strip(), typed[1].strip()
            self.work(
                say("tui_upkeep.vouching"),
                lambda workspace, _: workspace.vouch([wanted], evidence),
                lambda told: self._tell_vouched(told, ("vouch", code)),
            )

        ask = Ask(
            say("tui_upkeep.vouch-title"),
            say("tui_upkeep.vouch-ask"),
            "tui_upkeep.ask-code",
            "tui_upkeep.ask-evidence",
            about=("vouch", code),
            values=[code],
        )
        self.app.push_screen(ask, asked)

    def _tell_vouched(self, report: Mapping[str, Any], about: object) -> None:
        self.done_with(about)
        name = "tui_upkeep.vouched" if report["changed"] else "tui_upkeep.vouched-before"
        self.tell(say(name, code=report["codes"][0], size=f"{report['size']:,}"))

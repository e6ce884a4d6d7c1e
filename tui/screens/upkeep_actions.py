"""What can be done with a workspace as a whole: backed up, and examined with its machine.

On the command line: `yaohao backup`, `yaohao doctor`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from yaohao.planner.wording.messages import say
from yaohao.tui.screens.base import BaseScreen
from yaohao.tui.text_layout import folded
from yaohao.tui.typed_paths import beside
from yaohao.tui.widgets.ask import Ask
from yaohao.tui.widgets.dialogs import Reading

_SIGNS = {"ok": "  ", "note": "- ", "warn": "! ", "fail": "!!"}


class UpkeepActions(BaseScreen):
    """A screen from which the workspace is looked after."""

    def do_backup(self) -> None:
        """Ask for a file and a passphrase, and write the whole workspace into it."""

        def asked(typed: Any) -> None:
            if typed is None or not typed[0].strip():
                return
            name, passphrase, again = typed
            if passphrase != again:
                self.tell(say("tui_upkeep.not-the-same"), "bad")
                return
            file = beside(self.workspace, name)
            if file.is_file():
                self.confirm(
                    say("tui_upkeep.overwrite-title"),
                    say("tui_upkeep.overwrite-text", file=str(file)),
                    say("tui_upkeep.overwrite-yes"),
                    lambda: self._back_up(file, passphrase, overwrite=True),
                )
            else:
                self._back_up(file, passphrase, overwrite=False)

        ask = Ask(
            say("tui_upkeep.backup-title"),
            say("tui_upkeep.backup-ask"),
            "tui_upkeep.ask-backup-file",
            "tui_upkeep.ask-passphrase",
            "tui_upkeep.ask-passphrase-again",
            about=("backup",),
            hidden=(1, 2),
        )
        self.app.push_screen(ask, asked)

    def _back_up(self, file: Path, passphrase: str, *, overwrite: bool) -> None:
        self.work(
            say("tui_upkeep.backing-up"),
            lambda workspace, progress: workspace.backup(
                file, passphrase=passphrase, overwrite=overwrite, progress=progress
            ),
            self._tell_backup,
        )

    def _tell_backup(self, report: Mapping[str, Any]) -> None:
        self.done_with(("backup",))
        plain, encrypted = "tui_upkeep.backed-up", "tui_upkeep.backed-up-encrypted"
        code = encrypted if report["encrypted"] else plain
        self.tell(say(code, files=report["files"], file=str(report["file"])))

    def do_doctor(self) -> None:
        """Look at the machine and the workspace, and tell what is missing and what to do."""
        from yaohao.planner.doors.machine import examine

        folder = self.workspace.folder
        self.work(say("tui_upkeep.examining"), lambda *_: examine(folder), self._tell_checks)

    def _tell_checks(self, checks: Sequence[Mapping[str, str]]) -> None:
        width = min(self.size.width * 9 // 10, 100) - 8
        lines = []
        for one in sorted(checks, key=lambda one: -list(_SIGNS).index(one["state"])):
            state, name = say(f"doctor.state-{one['state']}"), say(f"doctor.name-{one['name']}")
            lines += folded(f"{_SIGNS[one['state']]} {state}  {name}: {one['found']}", width)
            lines += [f"     {line}" for line in folded(one["do"], width - 5)] if one["do"] else []
        counts = {name: sum(one["state"] == name for one in checks) for name in ("fail", "warn")}
        verdict = "failed" if counts["fail"] else "warned" if counts["warn"] else "sound"
        head = folded(say(f"doctor.{verdict}", **counts), width)
        text = "\n".join([*head, "", *lines])
        self.app.push_screen(Reading(say("tui_upkeep.doctor-title"), text))

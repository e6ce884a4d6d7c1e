"""Publish: what the public will see; write it; verify it, or any other bundle, check by check.

On the command line: `yaohao publish`, `yaohao publish --dry-run`, `yaohao audit`, `yaohao verify`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os.path import normpath
from pathlib import Path
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static
from yaohao.planner.doors.guide import path_named
from yaohao.planner.schema.reports.publications import PublicView, PublishReport
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.format import check_words, levels_told, verdict_lines
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.actions import Action
from yaohao.tui.published_rows import cell_text, published_cell, published_columns
from yaohao.tui.screens.draw_base import DrawScreenBase, no_draw
from yaohao.tui.text_layout import facts_lines, folded
from yaohao.tui.widgets.details import with_details
from yaohao.tui.widgets.dialogs import Reading
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.table import Column, RowTable
from yaohao.tui.widgets.words import Words

FOLDERS = ("folder", "site", "audit")
FINDINGS = (
    Column("mark", "tui_publish.col-mark", 7),
    Column("name", "tui_publish.col-check", 22),
    Column("words", "tui_publish.col-finding", 20, grow=1),
)


class PublishScreen(DrawScreenBase):
    """The publication of a draw, and the verification of any."""

    SCREEN_NAME = "publish"
    CLICKS: ClassVar = {"forms": "forms", "hidden": "turn"}
    FOCUS = "#rows"
    ACTIONS = (
        Action("write", "write", rank=1, area="tui_publish", when="has_draw"),
        Action("verify", "check", rank=2, area="tui_publish"),
        Action("forms", "files", rank=3, area="tui_publish", when="has_draw"),
        Action("audit", "audit", rank=4, area="tui_publish", when="has_draw"),
        Action("turn", "view", rank=5, area="tui_publish", when="has_findings"),
        Action("open", "open", rank=6, area="tui_publish", when="has_row"),
        Action("folder", "another", area="tui_publish"),
        Action("record", "full-text", area="tui_publish", when="has_draw"),
        Action("copy", "copy", when="has_row"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.told: PublicView | None = None
        self.folders = dict.fromkeys(FOLDERS, "")
        self.news = False
        self.workbook = False
        self.findings: list[Any] = []
        self.verified = ""
        self.view = "public"
        self._of: str | None = None
        self._kept: Path | None = None
        """The site that is remembered; what is typed stays until another one is."""

    def body(self) -> ComposeResult:
        """How it stands, the folders, the forms, what stays inside, the rows."""
        yield Words(id="status", classes="line")
        for name in FOLDERS:
            with Horizontal(classes="row"):
                yield Static(Content(say(f"tui_publish.label-{name}")), classes="label")
                yield Field(f"tui_publish.ask-{name}", self.folders[name], id=name)
        yield Words(id="forms")
        yield Words(id="hidden")
        yield from with_details(
            RowTable(FINDINGS, empty="tui_publish.no-visits", called="findings", id="rows")
        )

    def read(self) -> None:
        """Take what the public would see."""
        draw = self.read_draws()
        self.told = self.workspace.public_view(draw) if draw is not None else None
        rows = self.workspace.overview(thorough=False)["draws"]
        self.news = any(row["news"] for row in rows if row["draw"] == draw)
        kept = self.workspace.site_folder()
        if kept != self._kept:
            self._kept = kept
            self.folders["site"] = str(kept or "")
        if draw != self._of:
            self._of = draw
            self.folders |= {"folder": f"publications/{draw}" if draw else "", "audit": ""}
            self.findings, self.verified, self.view = [], "", "public"

    def fill(self) -> None:
        """Show it, or the findings."""
        for name in FOLDERS:
            field = self.query_one(f"#{name}", Field)
            if field.value != self.folders[name]:
                field.value = self.folders[name]
        self._fill_words()
        table = self.query_one("#rows", RowTable)
        if self.view == "findings":
            table.set_columns(FINDINGS, "findings")
            table.show([self._finding(one) for one in self.findings], keep=True)
        else:
            table.set_columns(self._columns(), "published")
            table.show(self._visits(), keep=True)
        self.query_one("#keys").refresh()

    def _fill_words(self) -> None:
        report = self.told
        room = self.size.width - 2
        if report is None:
            texts = {"status": no_draw(), "forms": "", "hidden": ""}
        else:
            before = report["published"]
            stage = say(f"common.stage-{report['stage']}")
            how = "never" if before is None else "now" if before == report["stage"] else "before"
            if self.news and how == "now":
                how = "news"
            last = say(f"common.stage-{before}") if before else ""
            mark = "x" if self.workbook else " "
            hidden = [say(f"publication.column-{name}") for name in report["hidden"]]
            texts = {
                "status": say(f"tui_publish.status-{how}", draw=self.draw, stage=stage, before=last)
                + self._evidence(),
                "forms": f"[x] CSV  [x] JSON  [{mark}] {say('tui_publish.workbook')}",
                "hidden": say(f"tui_publish.tiers-{report['tiers']}", hidden=hidden),
            }
        if self.view == "findings":
            texts["hidden"] = self._verdict()
        for name, text in texts.items():
            lines = folded(text, room) if name == "hidden" else [text]
            self.query_one(f"#{name}", Words).say("\n".join(lines))
        fails = any(one.ok is False for one in self.findings)
        self.query_one("#hidden").set_class(self.view == "findings" and fails, "bad")

    def _evidence(self) -> str:
        """The levels of what stands behind the rounds of the draw, where it has any yet."""
        levels = next((row["levels"] for row in self.draws if row["draw"] == self.draw), ())
        return "   " + levels_told(levels) if levels else ""

    def _verdict(self) -> str:
        counts = {ok: sum(one.ok is ok for one in self.findings) for ok in (True, False, None)}
        sound = " ".join(verdict_lines(self.findings))
        mark = "! " if counts[False] else ""
        return mark + say(
            "tui_publish.verdict",
            folder=self.verified,
            holds=counts[True],
            fails=counts[False],
            notes=counts[None],
            sound=sound,
        )

    def _columns(self) -> Sequence[Column]:
        return published_columns(self.told["columns"] if self.told else ["entity_id", "name"])

    def _visits(self) -> list[list[Any]]:
        if self.told is None:
            return []
        return [
            [published_cell(name, visit[name]) for name in self.told["columns"]]
            for visit in self.told["visits"]
        ]

    def _finding(self, one: Any) -> list[Any]:
        mark, tone = {
            True: (say("verdict.mark-pass"), "good"),
            False: (say("verdict.mark-fail"), "bad"),
            None: (say("verdict.mark-note"), "warn"),
        }[one.ok]
        # The stage behind the check: where there is no room for both, it is the same row after row.
        stage, _, check = check_words(one.name).rpartition(": ")
        return [(mark, tone), f"{check}  {stage}".strip(), one.words()]

    def emptiness(self) -> str:
        """Whether there is no draw yet."""
        return "place" if self.told is None else ""

    # what can be done

    def has_draw(self) -> bool:
        """Whether there is a draw to publish."""
        return self.told is not None

    def has_findings(self) -> bool:
        """Whether something was verified."""
        return bool(self.findings)

    def has_row(self) -> bool:
        """Whether a row is marked."""
        if self.view == "findings":
            return bool(self.findings)
        return self.told is not None and bool(self.told["visits"])

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep the folders that are typed."""
        if event.input.id in FOLDERS:
            self.folders[event.input.id] = event.value

    async def on_key(self, event: events.Key) -> None:
        """Move between the folders on the arrows."""
        at = FOLDERS.index(self.focused.id) if self.focused and self.focused.id in FOLDERS else -1
        if at >= 0 and event.key in ("up", "down"):
            to = min(max(at + (1 if event.key == "down" else -1), 0), len(FOLDERS) - 1)
            self.query_one(f"#{FOLDERS[to]}", Field).focus()
            event.stop()
            event.prevent_default()
            return
        await super().on_key(event)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on in the rows."""
        self.query_one("#rows", RowTable).focus()

    def on_row_table_chosen(self) -> None:
        """Open what was clicked."""
        self.yaohao.guarded(self.do_open)

    def do_folder(self) -> None:
        """Type a folder: to write to, or to verify."""
        self.query_one("#folder", Field).focus()

    def do_back(self) -> bool:
        """Leave a field, then the findings."""
        if any(self.query_one(f"#{name}", Field).has_focus for name in FOLDERS):
            self.query_one("#rows", RowTable).focus()
        elif self.view == "findings":
            self.do_turn()
        else:
            return False
        return True

    def do_forms(self) -> None:
        """Write a workbook as well, or not."""
        self.workbook = not self.workbook
        self._fill_words()

    def do_turn(self) -> None:
        """From the findings to what the public sees, and back."""
        self.view = "public" if self.view == "findings" else "findings"
        self.fill()

    def _path(self, name: str) -> Path | None:
        """The folder that is typed, below the workspace where it is no whole path."""
        path = path_named(self.folders[name], self.workspace.folder.absolute())
        return Path(normpath(path)) if path is not None else None

    def _target(self) -> tuple[Path | None, bool]:
        """What is written to and verified: the site, where one is named, and whether it is one."""
        site = self._path("site")
        return (site, True) if site is not None else (self._path("folder"), False)

    def do_write(self) -> None:
        """Write the bundle, and verify what was written."""
        (folder, is_site), draw = self._target(), str(self.draw)
        if folder is None or self.told is None:
            self.tell(say("tui_publish.which-folder"), "bad")
            return
        forms = ["csv", "json", *(["xlsx"] if self.workbook else [])]
        stage = say(f"common.stage-{self.told['stage']}")

        def written(workspace: Workspace, _: Any) -> PublishReport:
            report = workspace.publish(draw, folder, forms, site=is_site)
            if is_site:
                workspace.remember_site(folder)
            return report

        def done(report: Mapping[str, Any]) -> None:
            self._verify(folder, None, say("tui_publish.written-next", step=self._next()))

        self.confirm(
            say("tui_publish.write-title", draw=draw),
            "\n\n".join(
                [
                    say("tui_publish.write-text", stage=stage, folder=str(folder)),
                    say(f"tui_publish.write-{self._becomes(folder, is_site)}"),
                ]
            ),
            say("tui_publish.write-yes"),
            lambda: self.work(
                say("tui_publish.writing"),
                written,
                done,
            ),
        )

    @staticmethod
    def _becomes(folder: Path, is_site: bool) -> str:
        """What becomes of what lies in a folder: a stage more, something else in its place."""
        if is_site:
            return "site"
        return "over" if (folder / "draw.json").exists() else "new"

    def _next(self) -> str:
        """What comes after this stage, as Home tells it."""
        rows = self.workspace.overview(thorough=False)["draws"]
        row = next((row for row in rows if row["draw"] == self.draw), None)
        return say(f"status.next-{(row and row['next']) or 'none'}")

    def do_audit(self) -> None:
        """Write the auditor's folder, which holds the secret."""
        folder, draw = self._path("audit"), str(self.draw)
        if folder is None:
            self.tell(say("tui_publish.which-audit"), "bad")
            self.query_one("#audit", Field).focus()
            return
        self.confirm(
            say("tui_publish.audit-title", draw=draw),
            say("tui_publish.audit-text", folder=str(folder)),
            say("tui_publish.audit-yes"),
            lambda: self.work(
                say("tui_publish.writing"),
                lambda workspace, _: workspace.audit(draw, folder),
                lambda told: self.tell(
                    say("tui_publish.written", folder=told["folder"], files=len(told["files"]))
                ),
            ),
        )

    def do_verify(self) -> None:
        """Verify the bundle in the folder, with the auditor's folder where one is typed."""
        folder, _ = self._target()
        if folder is None:
            self.tell(say("tui_publish.which-folder"), "bad")
            self.do_folder()
            return
        self._verify(folder, self._path("audit"))

    def _verify(self, folder: Path, audit: Path | None, after: str = "") -> None:
        def job(workspace: Workspace, progress: Any) -> list[Any]:
            return workspace.verify(folder, audit)

        def done(findings: list[Any]) -> None:
            self.findings, self.view, self.verified = findings, "findings", folder.name
            self.fill()
            table = self.query_one("#rows", RowTable)
            worst = next((at for at, one in enumerate(findings) if one.ok is False), 0)
            # Once the lines above it are laid out, so that the mark is in sight.
            self.call_after_refresh(table.mark, worst)
            table.focus()
            if after:
                self.tell(after)

        self.work(say("tui_publish.verifying"), job, done)

    def do_open(self) -> None:
        """Read the marked check's whole finding, or the marked visit as the public sees it."""
        at = self.query_one("#rows", RowTable).cursor
        width = min(self.size.width * 9 // 10, 100) - 8
        if self.view == "findings":
            one = self.findings[at]
            mark = self._finding(one)[0][0]
            text = "\n".join(folded(plain(one.words(), 4000), width))
            self.app.push_screen(Reading(f"{mark}: {check_words(one.name)}", text))
        elif self.told is not None and self.told["visits"]:
            visit = self.told["visits"][at]
            facts = [
                (say(f"publication.column-{name}"), cell_text(name, visit[name]))
                for name in self.told["columns"]
            ]
            title = say("tui_publish.visit-title")
            self.app.push_screen(Reading(title, "\n".join(facts_lines(facts, width))))

    def do_record(self) -> None:
        """Read the other parts of the record that would be published."""
        if self.told is not None:
            import json

            text = json.dumps(self.told["record"], ensure_ascii=False, indent=2, sort_keys=True)
            self.app.push_screen(Reading("draw.json", text))

    def do_copy(self) -> None:
        """Copy the marked row."""
        at = self.query_one("#rows", RowTable).cursor
        if self.view == "findings":
            row = self._finding(self.findings[at])
            self.copy(("mark", "check", "finding"), [row[0][0], row[1], row[2]])
        elif self.told is not None:
            visit, names = self.told["visits"][at], self.told["columns"]
            self.copy(names, [cell_text(name, visit[name]) for name in names])

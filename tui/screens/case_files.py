"""Files about cases taken in by key, each told before it is done; what was told and kept, read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from yaohao.planner.wording.case_words import in_language, unmet_words
from yaohao.planner.wording.format import intake_words
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.screens.case_opening import CaseOpening
from yaohao.tui.screens.typed_paths import path_below
from yaohao.tui.text_layout import folded, shown
from yaohao.tui.widgets.dialogs import Choice, Choose, Reading
from yaohao.tui.widgets.form import Form, Item

MOST = 8
"""Rows that are refused, and told before a file is taken in."""

Act = Callable[..., Any]
Report = Mapping[str, Any]


class CaseFiles(CaseOpening):
    """A screen from which files about cases are taken in."""

    # what each file is

    def ask_outcomes(self) -> None:
        """Take in what became of the rows of lists."""
        self._ask_file(
            "outcomes",
            [Item("day", say("tui_cases.act-day"))],
            lambda workspace, file, typed, dry_run: workspace.cases.take_outcomes(
                [file], day=typed.get("day", ""), dry_run=dry_run
            ),
        )

    def ask_filed(self) -> None:
        """Take in who has filed the annual report."""
        self._ask_file(
            "filed",
            [Item("year", say("tui_cases.filing-year")), Item("day", say("tui_cases.act-day"))],
            lambda workspace, file, typed, dry_run: workspace.cases.import_filings(
                [file],
                year=int(year) if (year := typed.get("year", "")).isdecimal() else 0,
                day=typed.get("day", ""),
                dry_run=dry_run,
            ),
        )

    def ask_contacts(self) -> None:
        """Take contacts into the private register, until a day."""
        self._ask_file(
            "contacts",
            [Item("until", say("tui_cases.keep-until"), "", is_needed=True)],
            lambda workspace, file, typed, dry_run: workspace.cases.import_contacts(
                [file], typed["until"], dry_run=dry_run
            ),
        )

    def ask_openings(self) -> None:
        """Ask for a kind, then open a case of it for each row of a file."""
        kinds = [
            one
            for one in self.kinds
            if one["holds"] and "import" in one["opens"] and one["subject"] != "bureau"
        ]
        choices = [Choice(one["kind"], in_language(one["words"])) for one in kinds]

        def chosen(kind: Any) -> None:
            if kind is not None:
                self._ask_file(
                    "openings",
                    [
                        Item("actor", say("tui_cases.actor"), self.yaohao.person, is_needed=True),
                        Item("day", say("tui_cases.act-day")),
                    ],
                    lambda workspace, file, typed, dry_run: workspace.cases.import_openings(
                        kind,
                        [file],
                        actor=typed["actor"],
                        day=typed.get("day", ""),
                        dry_run=dry_run,
                    ),
                    kind,
                )

        self.app.push_screen(Choose(say("tui_cases.menu-openings"), choices), chosen)

    def _ask_file(self, name: str, items: Sequence[Item], take: Act, *more: str) -> None:
        """Ask for a file, tell what is in it, and take it in once that is confirmed."""
        about = ("case-file", name, *more)
        title = say(f"tui_cases.menu-{name}")

        def asked(typed: Any) -> None:
            if typed is None:
                return
            file = path_below(self.workspace.folder, typed["file"])
            if "actor" in typed:
                self._remember(typed["actor"])

            def act(workspace: Workspace, *, dry_run: bool) -> Any:
                return take(workspace, file, typed, dry_run)

            def done(report: Report) -> None:
                self.tell(" ".join(_counted(report)))
                self.acted()

            self.tried_first(title, about, act, _lines_of_file, done, _changes)

        text = "\n".join(folded(say(f"tui_cases.menu-about-{name}"), self._width())[:3])
        all_items = [Item("file", say("tui_cases.file"), "", is_needed=True), *items]
        self.app.push_screen(Form(title, text, all_items, about), asked)

    # Many parameters: what is tried, how it is told, and what is done then.
    def tried_first(
        self,
        title: str,
        about: object,
        act: Act,
        lines: Callable[[Report], Iterable[str]],
        done: Callable[[Report], None],
        changes: Callable[[Report], bool],
    ) -> None:
        """Try an act without doing it, tell what it would do, and do it once that is confirmed."""

        def finished(report: Report) -> None:
            self.done_with(about)
            done(report)

        def tried(report: Report) -> None:
            text = "\n".join(part for line in lines(report) for part in folded(line, self._width()))
            if not changes(report):
                self.app.push_screen(Reading(title, text))
                return
            self.confirm(
                title,
                text,
                say("tui_cases.do-it"),
                lambda: self.work(
                    say("tui_cases.acting"), lambda space, _: act(space, dry_run=False), finished
                ),
            )

        self.work(say("tui_cases.looking"), lambda space, _: act(space, dry_run=True), tried)

    def ask_forget(self) -> None:
        """Forget the contacts whose last day is past, or all of a business."""
        about = ("case-forget",)
        title = say("tui_cases.menu-forget")

        def asked(typed: Any) -> None:
            if typed is None:
                return
            entity = typed.get("entity", "")
            text = say("tui_cases.forget-all", entity=entity) if entity else title

            def done(report: Report) -> None:
                self.done_with(about)
                number, left = report["forgotten"], report["left"]
                self.tell(say("tui_cases.forgotten", number=number, left=left))

            self.confirm(
                title,
                text,
                say("tui_cases.do-it"),
                lambda: self.work(
                    say("tui_cases.acting"),
                    lambda workspace, _: workspace.cases.forget_contacts(entity),
                    done,
                ),
            )

        items = [Item("entity", say("tui_cases.entity"))]
        text = "\n".join(folded(say("tui_cases.menu-about-forget"), self._width())[:3])
        self.app.push_screen(Form(title, text, items, about), asked)

    def ask_effects(self) -> None:
        """Write what cases do to a draw as files that a person looks at and imports."""
        about = ("case-effects",)
        title = say("tui_cases.menu-write-effects")

        def asked(typed: Any) -> None:
            if typed is None:
                return
            folder = path_below(self.workspace.folder, typed["folder"])

            def done(report: Report) -> None:
                self.done_with(about)
                rows = sum(report["files"].values())
                self.tell(
                    say(
                        "tui_cases.effects-written",
                        files=len(report["files"]),
                        rows=rows,
                        folder=report["folder"],
                    )
                )

            self.work(
                say("tui_cases.writing"),
                lambda workspace, _: workspace.cases.write_effects(folder),
                done,
            )

        items = [Item("folder", say("tui_cases.to-folder"), "effects", is_needed=True)]
        text = "\n".join(folded(say("tui_cases.menu-about-write-effects"), self._width())[:3])
        self.app.push_screen(Form(title, text, items, about), asked)

    # what is read

    def read_sendings(self) -> None:
        """Read which lists went out, and what became of their rows."""
        rows = self.workspace.cases.sendings()
        self._read(
            "sendings",
            (
                say(
                    "tui_cases.sending-line",
                    **{key: one[key] for key in ("number", "day", "kind", "message", "rows")},
                    channel=say(f"case.channel-{one['channel']}"),
                    sent=one["sent"],
                    failed=one["failed"],
                    waiting=one["waiting"],
                )
                for one in rows
            ),
        )

    def read_told(self) -> None:
        """Read what the business of the marked case was told."""
        marked = self.marked()
        if marked is None:
            return
        rows = self.workspace.cases.told(marked["subject"])
        self._read(
            "told",
            (
                say(
                    "tui_cases.told-line",
                    day=one["day"],
                    message=one["message"],
                    channel=say(f"case.channel-{one['channel']}"),
                    outcome=say(f"tui_cases.outcome-{one['outcome'] or 'waiting'}"),
                )
                for one in rows
            ),
        )

    def read_contacts(self) -> None:
        """Read whom to reach at the business of the marked case."""
        marked = self.marked()
        if marked is None:
            return
        rows = self.workspace.cases.contacts(marked["subject"])
        self._read(
            "reach",
            (
                say(
                    "tui_cases.contact-line",
                    person=shown(one["person"]),
                    phone=one["phone"],
                    until=one["keep_until"],
                )
                for one in rows
            ),
        )

    def read_series(self) -> None:
        """Read the series of letters with their last numbers."""
        rows = self.workspace.cases.letters()
        self._read(
            "series",
            (
                say(
                    "tui_cases.series-line",
                    mark=one["mark"],
                    year=one["year"],
                    last=one["last"],
                    used=one["used"],
                )
                for one in rows
            ),
        )

    def read_effects(self) -> None:
        """Read what cases do to a draw now."""
        rows = self.workspace.cases.effects()
        self._read(
            "effects",
            (
                say(
                    "tui_cases.effect-line",
                    kind=in_language(one["kind_words"]),
                    note=in_language(one["note"]),
                    cases=one["cases"],
                    entities=one["entities"],
                )
                for one in rows
            ),
        )

    def read_kinds(self) -> None:
        """Read the kinds of cases with their days in force and their basis."""
        lines = []
        for one in self.kinds:
            changed = say("tui_cases.kind-changed") if one["changed"] else ""
            words = say(
                "tui_cases.kind-line",
                words=in_language(one["words"]),
                version=one["version"],
                basis=one["basis"],
                open=one["open"],
                cases=one["cases"],
            )
            lines.append(f"{words} {changed}".strip())
        self._read("kinds", lines)

    def _read(self, name: str, lines: Iterable[str]) -> None:
        width = self._width()
        text = "\n".join(part for line in lines for part in folded(line, width))
        self.app.push_screen(
            Reading(say(f"tui_cases.menu-{name}"), text or say("tui_cases.nothing-there"))
        )

    def _width(self) -> int:
        return min(self.size.width * 9 // 10, 100) - 8

    def _path(self, typed: str) -> Any:
        return path_below(self.workspace.folder, typed)


def _changes(report: Report) -> bool:
    """Whether a file would change anything."""
    kept = ("unchanged", "unknown", "already", "ended", "not_asked")
    return any(size for name, size in report["counts"].items() if name not in kept)


def _counted(report: Report) -> list[str]:
    parts = [say("tui_cases.file-rows", rows=report["rows"])]
    for name, size in report["counts"].items():
        if size:
            parts.append(say("tui_cases.file-count", what=say(f"case.count-{name}"), size=size))
    if report["further"]:
        parts.append(say("tui_cases.file-further", size=report["further"]))
    if report["refused"]:
        parts.append(say("tui_cases.file-refused", size=len(report["refused"])))
    return parts


def _lines_of_file(report: Report) -> Iterable[str]:
    """What is in a file: counts, then the first rows that are refused, each with its reason."""
    yield " ".join(_counted(report))
    for row in report["refused"][:MOST]:
        reasons = [intake_words(row["reason"])] if row["reason"] else []
        reasons += [unmet_words(one) for one in row.get("problems", ())]
        where = f"{row['file']}:{row['line']}" if row["line"] else row.get("entity_id", "")
        yield f"- {shown(where)} {say('common.semicolon').join(reasons)}"
    if len(report["refused"]) > MOST:
        yield say("tui_cases.file-more", size=len(report["refused"]) - MOST)

"""Letters of cases, lists of messages and files about cases, by key.

On the command line: `yaohao case letter`, `send`, `outcomes`, `told`, `letters`, `import`, `filed`,
`contacts`, `effects`, `kinds`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.case_words import in_language
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.screens.case_files import CaseFiles
from yaohao.tui.screens.letter_reading import LetterReading, letters_of
from yaohao.tui.screens.written_letters import letters_folder
from yaohao.tui.text_layout import folded
from yaohao.tui.widgets.dialogs import Choice, Choose
from yaohao.tui.widgets.form import Form, Item

FORMS = ("html", "docx", "xlsx")

LISTS = "lists"
"""The folder in which lists begin: beside the workspace's own, for its owner alone."""

MENU = (
    "send", "outcomes", "sendings", "told", "filed", "openings", "contacts", "reach", "forget",
    "series", "effects", "write-effects", "kinds",
)  # fmt: skip
"""What can be done with lists and files, in this order."""

OF_FIRM = ("told", "reach")
"""What asks for a marked case of a firm."""


class CasePapers(CaseFiles):
    """A screen from which letters are written, lists sent, and files taken in; `opened` is the case
    that is open, "" for none.
    """

    opened: str

    def around(self) -> dict[str, str]:
        """The case that is marked, and whom it is about."""
        marked = self.marked()
        about = {"case": str(marked["id"]), "entity": str(marked["subject"])} if marked else {}
        return {**super().around(), **about}

    def kept(self) -> dict[str, str]:
        """The case that is open."""
        return {"case": self.opened}

    def take_kept(self, kept: Mapping[str, str]) -> None:
        """Open the case that was open, where there still is one."""
        case = kept.get("case", "")
        with suppress(PlannerError):
            if case and self.workspace.cases.show(case):
                self.opened = case

    # letters

    def do_letter(self) -> None:
        """Choose a step with documents, and write them for the case, or for all listed alike."""
        marked = self.marked()
        if marked is None:
            return

        def look(workspace: Workspace, _: Any) -> tuple[list[str], Mapping[str, Any], list[Path]]:
            shown = workspace.cases.show(marked["id"])
            return self.alike(workspace, marked), shown, letters_of(workspace.folder, shown)

        self.work(say("tui_cases.looking"), look, lambda found: self._choose_papers(*found))

    def alike(self, workspace: Workspace, marked: Mapping[str, Any]) -> list[str]:
        """The cases that an act on the marked one can take in too, itself first."""
        raise NotImplementedError

    def _choose_papers(
        self, ids: Sequence[str], case: Mapping[str, Any], written: Sequence[Path]
    ) -> None:
        papers = case["papers"]
        if not papers and not written:
            self.tell(say("tui_cases.no-papers"))
            return
        choices = [
            Choice(one, say("tui_cases.letter-read"), "", plain(one.name, 200)) for one in written
        ]
        choices += [
            Choice(
                (one, many),
                in_language(one["words"]),
                say("tui_cases.letters-of", size=len(many)) if len(ids) > 1 else "",
                say("common.comma").join(in_language(each["words"]) for each in one["documents"]),
            )
            for one in papers
            for many in ([case["id"]], ids)[: 1 + (len(ids) > 1)]
        ]

        def chosen(found: Any) -> None:
            if isinstance(found, Path):
                self._read_letter(found)
            elif found is not None:
                self._ask_letters(found[1], found[0])

        self.app.push_screen(Choose(say("tui_cases.letter-title"), choices), chosen)

    def do_read_letter(self) -> None:
        """Choose among the letters written for the marked case, and read one."""
        marked = self.marked()
        if marked is None:
            return
        # Files with letters to many are looked through, which may take a while.
        self.work(
            say("tui_cases.looking"),
            lambda workspace, _: letters_of(workspace.folder, marked),
            self._choose_letter,
        )

    def _choose_letter(self, files: Sequence[Path]) -> None:
        if len(files) == 1:
            self._read_letter(files[0])
            return
        if not files:
            self.tell(say("tui_cases.no-letters"))
            return
        choices = [Choice(one, plain(one.name, 200)) for one in files]

        def chosen(file: Any) -> None:
            if file is not None:
                self._read_letter(file)

        self.app.push_screen(Choose(say("tui_cases.letter-which"), choices), chosen)

    def _read_letter(self, file: Path) -> None:
        width = min(self.size.width * 9 // 10, 100) - 8
        self.app.push_screen(LetterReading(file, width))

    def _ask_letters(self, ids: Sequence[str], papers: Mapping[str, Any]) -> None:
        about = ("case-letter", papers["step"], *ids[:3], len(ids))
        items = [
            Item("folder", say("tui_cases.to-folder"), letters_folder(ids), is_needed=True),
            Item("forms", say("tui_cases.letter-forms"), "html", is_needed=True),
        ]
        title = say("tui_cases.letter-of", step=in_language(papers["words"]), size=len(ids))

        def asked(typed: Any) -> None:
            if typed is None:
                return
            folder = self._path(typed["folder"])
            forms = typed["forms"].replace("，", " ").replace(",", " ").split()

            def done(report: Mapping[str, Any] | None) -> None:
                if report is None:
                    question = say("tui_cases.letter-replace-text", folder=str(folder))
                    lines = "\n".join(folded(question, self._width()))
                    self.confirm(title, lines, say("tui_cases.letter-replace"), replace)
                    return
                self.done_with(about)
                self.tell(
                    say(
                        "tui_cases.letters-written",
                        number=report["letters"],
                        files=len(report["files"]),
                        folder=report["folder"],
                    )
                )

            def write(workspace: Workspace, *, overwrite: bool) -> Mapping[str, Any] | None:
                """Write them; None where one is there that may not be replaced unasked."""
                try:
                    return workspace.cases.write_letters(
                        list(ids), papers["step"], folder, forms=forms, overwrite=overwrite
                    )
                except PlannerError as error:
                    if overwrite or {one.code for one in error.problems} != {"output.exists"}:
                        raise
                    return None

            def replace() -> None:
                self.work(
                    say("tui_cases.writing"), lambda space, _: write(space, overwrite=True), done
                )

            self.work(
                say("tui_cases.writing"), lambda space, _: write(space, overwrite=False), done
            )

        text = self.lines_of([say("tui_cases.letter-text", forms=", ".join(FORMS))])
        self.app.push_screen(Form(title, text, items, about), asked)

    # lists and files

    def do_files(self) -> None:
        """Choose what is to be done with lists, files, contacts and effects."""
        marked = self.marked()
        is_firm = marked is not None and marked["subject"] not in ("bureau", "cohort")
        choices = [
            Choice(name, say(f"tui_cases.menu-{name}"), "", say(f"tui_cases.menu-about-{name}"))
            for name in MENU
            if is_firm or name not in OF_FIRM
        ]

        def chosen(name: Any) -> None:
            if name is not None:
                jobs: dict[str, Callable[[], None]] = {
                    "send": self.ask_sending,
                    "outcomes": self.ask_outcomes,
                    "sendings": self.read_sendings,
                    "told": self.read_told,
                    "filed": self.ask_filed,
                    "openings": self.ask_openings,
                    "contacts": self.ask_contacts,
                    "reach": self.read_contacts,
                    "forget": self.ask_forget,
                    "series": self.read_series,
                    "effects": self.read_effects,
                    "write-effects": self.ask_effects,
                    "kinds": self.read_kinds,
                }
                jobs[name]()

        self.app.push_screen(Choose(say("tui_cases.menu-title"), choices), chosen)

    # messages

    def ask_sending(self) -> None:
        """Ask which of the messages that wait go out by which channel; then write their list."""

        def choose(waiting: Sequence[Mapping[str, Any]]) -> None:
            choices = [
                Choice(
                    (one, channel),
                    say(
                        "tui_cases.what-kind",
                        what=in_language(one["words"]),
                        kind=in_language(one["kind_words"]),
                    ),
                    say("tui_cases.subjects", size=one["subjects"]),
                    say(f"case.channel-{channel}"),
                )
                for one in waiting
                for channel in one["channels"]
            ]

            def chosen(one: Any) -> None:
                if one is not None:
                    self._ask_list(*one)

            if choices:
                self.app.push_screen(Choose(say("tui_cases.menu-send"), choices), chosen)
            else:
                self.tell(say("tui_cases.no-messages"))

        self.work(
            say("tui_cases.looking"),
            lambda workspace, _: workspace.cases.waiting_messages(),
            choose,
        )

    def _ask_list(self, waiting: Mapping[str, Any], channel: str) -> None:
        about = ("case-send", waiting["kind"], waiting["message"], channel)
        items = [
            Item("folder", say("tui_cases.to-folder"), LISTS, is_needed=True),
            Item("actor", say("tui_cases.actor"), self.yaohao.person, is_needed=True),
            Item("day", say("tui_cases.act-day")),
        ]
        title = say("tui_cases.send-of", channel=say(f"case.channel-{channel}"))

        def asked(typed: Any) -> None:
            if typed is None:
                return
            self._remember(typed["actor"])
            folder = self._path(typed["folder"])
            how = {
                "message": waiting["message"],
                "actor": typed["actor"],
                "day": typed.get("day", ""),
            }

            def act(workspace: Workspace, *, dry_run: bool) -> Any:
                return workspace.cases.send(
                    waiting["kind"], channel, folder, dry_run=dry_run, **how
                )

            def told_lines(report: Mapping[str, Any]) -> Iterable[str]:
                yield say("tui_cases.send-rows", rows=report["rows"], send_from=report["send_from"])
                if report["without"]:
                    names = say("common.comma").join(report["without"][:5])
                    yield say("tui_cases.send-without", size=len(report["without"]), names=names)

            def done(report: Mapping[str, Any]) -> None:
                self.tell(say("tui_cases.sent", rows=report["rows"], file=report["file"]))

            self.tried_first(title, about, act, told_lines, done, lambda told: bool(told["rows"]))

        text = self.lines_of([say("tui_cases.send-text")])
        self.app.push_screen(Form(title, text, items, about), asked)

    def lines_of(self, texts: Iterable[str], most: int = 6) -> str:
        """Texts folded to the width of a dialog."""
        width = min(self.size.width * 9 // 10, 100) - 8
        return "\n".join([line for text in texts for line in folded(text, width)][:most])

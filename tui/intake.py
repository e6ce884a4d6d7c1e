"""A file on its way into a register: how its columns are read, and what taking it in would do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yaohao.planner.doors.aside_rows import AnyImport
from yaohao.planner.doors.register_files import field_about, field_name
from yaohao.planner.schema.import_report import ColumnsReport, ReadAside
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.terms import TERMS, codes, word
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.column_words import absent_words
from yaohao.planner.wording.format import file_words, intake_words
from yaohao.planner.wording.import_words import effect_words
from yaohao.planner.wording.messages import catalogue, language, say
from yaohao.planner.workspace import Workspace
from yaohao.tui.background_job import in_words
from yaohao.tui.widgets.dialogs import Choice

NOTHING = ""
"""What a text means that says nothing: the field is left empty."""

FLAG = "flag:"
"""What begins the name of a yes-or-no column of a key field."""

READ_BY = ("sheets", "all_sheets", "encoding")
"""Options by which the columns of a file are other ones."""

Tried = tuple[AnyImport, list[ReadAside]]


@dataclass
class Intake:
    """One file, and what was decided about it; a trial of it is of `wish` alone."""

    register: str
    file: Path
    look: ColumnsReport
    draw: str = ""
    """Of results: the draw whose visits they are of."""
    how: dict[str, Any] = field(default_factory=dict)
    """The further options of the import."""
    mapping: dict[str, str | Sequence[str]] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    changes: int = 0
    """How often something was decided; what was tried before is no longer so."""

    @classmethod
    def of(
        cls,
        workspace: Workspace,
        register: str,
        file: Path,
        draw: str = "",
        how: Mapping[str, Any] | None = None,
    ) -> Intake:
        """Look at a file; PlannerError where it cannot be read at all."""
        options = dict(how or {})
        read = {name: options[name] for name in READ_BY if name in options}
        return cls(register, file, workspace.look_at_columns(register, file, **read), draw, options)

    def place(self) -> str:
        """What is read: the file, and the sheet of a workbook that has several."""
        sheet = self.look["sheet"] if self.look["sheets"] else ""
        name = plain(self.file.name, 60)
        return f"{name} [{plain(sheet, 30)}]" if sheet else name

    def lacking(self) -> list[str]:
        """The names of the required fields that have no column."""
        return [self.name_of(one) for one in self.look["lacking"]]

    def name_of(self, name: str) -> str:
        """A field as people call it; nothing for none."""
        return field_name(self.register, name, language()) if name else ""

    def choices(self, place: int) -> list[Choice]:
        """What a column may be read as: a field, or nothing where that can be said."""
        now = self.look["columns"][place]["field"]
        held = {one["field"]: one["heading"] for one in self.look["columns"] if one["field"]}
        kept = self.look["columns"][place]["indicator"]
        found = [] if now.startswith(FLAG) else [Choice("", say("tui_start.not-read"))]
        if kept:
            found.append(Choice(kept, self.name_of(kept), "", say("tui_start.about-indicator")))
        for name in self.look["fields"]:
            about = field_about(self.register, name, language())
            if name in held and name != now:
                heading = plain(held[name], 30)
                about = say("tui_start.now-read-from", heading=heading, about=about)
            found.append(Choice(name, self.name_of(name), "", about))
        lacking, alike = self.look["lacking"], self.look["columns"][place]["alike"]

        def rank(one: Choice) -> int:
            """What it is first, then what is needed, what it resembles, what nothing is yet."""
            if now and one.value == now:
                return 0
            if one.value in lacking:
                return 1 if one.value == alike else 2
            if not one.value:
                return 4
            return 3 if one.value == alike else 6 if one.value in held else 5

        return sorted(found, key=rank)

    def read_as(self, workspace: Workspace, place: int, name: str) -> None:
        """Read a column as a field; the one that was read as it is read no more."""
        columns = self.look["columns"]
        wanted = {at: one["field"] for at, one in enumerate(columns) if one["field"] != name}
        wanted = {at: held for at, held in wanted.items() if held}
        wanted.pop(place, None)
        if name:
            wanted[place] = name
        headings = [one["heading"] for one in columns]
        mapped = workspace.map_columns(self.register, headings, wanted)
        for one, held in zip(columns, mapped["fields"], strict=True):
            one["field"] = held
        self.mapping, self.look["lacking"] = mapped["mapping"], mapped["lacking"]
        self.changes += 1

    def read_with(self, how: Mapping[str, Any]) -> None:
        """Read the file with these further options."""
        self.how = dict(how)
        self.changes += 1

    def means(self, name: str, text: str, code: str) -> None:
        """Take a text of a field for what it stands for."""
        self.values.setdefault(name, {})[text] = code
        self.changes += 1

    def tried(self, workspace: Workspace, progress: Callable[[int, int | None], None]) -> Tried:
        """What taking it in would do."""
        return workspace.try_import(
            self.register, self.file, self.mapping, self.values, draw=self.draw,
            progress=progress, **self.how,
        )  # fmt: skip

    def taken(self, workspace: Workspace, progress: Callable[[int, int | None], None]) -> AnyImport:
        """Take it in."""
        return workspace.take_in(
            self.register, self.file, self.mapping, self.values, draw=self.draw,
            progress=progress, **self.how,
        )  # fmt: skip


def not_understood(tried: Tried, name: str) -> list[str]:
    """The texts of a field that mean nothing, those of rows set aside first."""
    report, aside = tried
    found = {
        one["found"]: None
        for one in aside
        if one["column"] == name and one["reason"].startswith("unknown-") and one["found"]
    }
    found |= {
        one["found"]: None
        for one in report["not_understood"]
        if one["field"] == name and one["found"]
    }
    return list(found)


def meanings(name: str) -> list[Choice]:
    """What a text of a field may mean; none where that is to be typed."""
    if name not in TERMS:
        return []
    known = [Choice(code, word(name, code, language()), "", code) for code in codes(name)]
    return [*known, Choice(NOTHING, say("tui_start.means-nothing"))]


def why_words(reason: str, **params: str) -> str:
    """Why a row is set aside, and how that is mended here, where the command line has an option."""
    if f"why-{reason}" in catalogue("tui_start"):
        return say(f"tui_start.why-{reason}")
    return say(f"intake.{reason}", None, **params) if params else intake_words(reason)


def trial_lines(intake: Intake, tried: Tried | PlannerError | None, so_far: int) -> list[str]:
    """What taking the file in would do, the weightiest first."""
    lacking = intake.lacking()
    if lacking:
        return [say("tui_start.lacking", fields=lacking)]
    if tried is None:
        return [say("tui_start.trying", rows=so_far)]
    if isinstance(tried, PlannerError):
        return in_words(tried)
    report, _ = tried
    lines = [say("tui_start.trial", **{name: report[name] for name in ("rows", "accepted")},
                 aside=report["set_aside"])]  # fmt: skip
    if any(one["field"] == "tier" for one in report["without_column"]):
        lines.append(say("tui_start.no-tier"))
    lines += [
        say("tui_start.reason", number=number, why=why_words(code))
        for code, number in report["reasons"].items()
    ]
    for one in report["not_understood"]:
        name, found = intake.name_of(one["field"]), plain(one["found"], 40)
        lines.append(say("tui_start.left-out", number=one["n"], field=name, found=found))
    return [*lines, *file_words(report), *effect_words(report)]


def leaves_out(tried: Tried) -> bool:
    """Whether rows would be set aside, or values left out."""
    return bool(tried[0]["set_aside"] or tried[0]["not_understood"])


def detail_lines(intake: Intake, tried: Tried) -> list[str]:
    """All of it, with the rows that would be set aside, a paragraph each."""
    report, aside = tried
    lines = trial_lines(intake, tried, 0)
    for kind in ("mended", "warnings"):
        lines += [
            say("tui_start.reason", number=number, why=intake_words(code))
            for code, number in report[kind].items()
        ]
    lines += absent_words(report)
    lines += [
        say(
            "tui_start.alike", heading=plain(one["heading"], 60), field=intake.name_of(one["field"])
        )
        for one in report["alike"]
    ]
    if not aside:
        return lines
    lines += ["", say("tui_start.aside-title", shown=len(aside), rows=report["set_aside"])]
    for one in aside:
        column = intake.name_of(one["column"]) if one["column"] else ""
        why = why_words(one["reason"], column=one["column"], found=one["found"])
        lines += ["", say("tui_start.aside-row", line=one["line"], field=column,
                          found=plain(one["found"], 80), why=plain(why, 400))]  # fmt: skip
        lines.append("  " + plain("  ".join(filter(None, one["row"].values())), 300))
    return lines


def column_rows(intake: Intake) -> list[list[Any]]:
    """The columns of the file beside what they are read as, and three of their texts."""
    rows: list[list[Any]] = []
    for place, one in enumerate(intake.look["columns"], 1):
        name = intake.name_of(one["field"])
        samples = say("tui_start.between-samples").join(map(plain, one["samples"]))
        rows.append(
            [
                (place, "dim"),
                one["heading"] or say("tui_start.no-heading"),
                (name, "good") if name else (say("tui_start.not-read"), "dim"),
                (samples, "dim"),
            ]
        )
    return rows


def sheets_in(error: PlannerError) -> Mapping[str, str]:
    """The sheets among which one has to be chosen: name → how it was told; none otherwise."""
    for problem in error.problems:
        if problem.code in ("sheet.several", "sheet.none-fits", "sheet.hidden"):
            is_counted = problem.code == "sheet.several"
            told = problem.params["sheets"]
            return {one.rpartition(" (")[0] if is_counted else one: one for one in told}
    return {}

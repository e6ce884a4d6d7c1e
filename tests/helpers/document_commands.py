"""The commands that documents show, run as they stand there.

A document says in marks that readers do not see where its commands begin and what day it is:

    <!-- begins: files -->       a folder with the files that one brings along, no workspace
    <!-- begins: registers -->   in a workspace with its registers and a plan
    <!-- begins: dealt -->       in the same after the draw `2027q1`, published in ../www
    <!-- day: 2027-01-13 -->     the day of the commands below
    <!-- file: plans/a.toml -->  the block below is what stands in this file
    <!-- not run: REASON -->     the block below is not run, for a reason

Capital words stand for what differs from run to run: `ENTITY` a drawn entity, `OTHER` another,
`CASE` the case that was opened last, `ATTESTATION` the file that an auditor signed.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click
import pytest
from openpyxl import Workbook
from yaohao.scripts.cli import cli

from helpers.cli import told, yaohao

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SAMPLE = ROOT / "sample_data" / "tongliao"
DICE = ("4 7 1 1 9 0 2 8 3 6 5 5 1 0 4 8 2 9 3 7", "9 0 2 1 5 5 7 7 3 4 0 1 6 8 8 2 4 9 5 3")
PROGRAMS = {"yaohao", "cd", "python3", "cp", "mkdir", "mv"}
_MARK = re.compile(r"<!-- (begins|day|file|not run): ([^>]*?) -->")
_CAPITALS = re.compile(r"\b(?:ENTITY|OTHER|CASE|ATTESTATION)\b")
_FENCE = re.compile(r"^```(\S*)$")
_COMMAND = re.compile(r"^(?:\. |(?:yaohao|yaohao-verify|python3?|pip|pipx|uv|make|apt|man|cd) )")


@dataclass
class Block:
    """A block of commands, or of a file, with what the marks before it say."""

    line: int
    lines: list[str] = field(default_factory=list)
    reason: str = ""
    day: str = ""
    file: str = ""


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a document that hold commands or a file, with the marks that stand before."""
    inside: Block | None = None
    kind = day = file = reason = ""
    for number, line in enumerate(text.splitlines(), 1):
        fence = _FENCE.match(line)
        if fence and inside is None:
            kind, inside = fence[1], Block(number, [], reason, day, file)
        elif fence and inside is not None:
            shell = kind in ("", "sh") and any(_COMMAND.match(one) for one in inside.lines)
            if shell or inside.file:
                yield inside
            inside, file, reason = None, "", ""
        elif inside is not None:
            inside.lines.append(line)
        elif mark := _MARK.match(line):
            if mark[1] == "day":
                day = mark[2]
            elif mark[1] == "file":
                file = mark[2]
            elif mark[1] == "not run":
                reason = mark[2]


def begins(text: str) -> str:
    """Where the commands of a document begin; empty where it does not say."""
    return next((mark[2] for mark in _MARK.finditer(text) if mark[1] == "begins"), "")


def commands(block: Block) -> Iterator[list[str]]:
    """The commands of a block as a shell splits them, without what is said about them."""
    if block.file:
        return
    for line in re.sub(r"\\\n\s*", "", "\n".join(block.lines)).splitlines():
        words: list[str] = []
        for word in [*shlex.split(line, comments=True), "&&"]:
            if word != "&&":
                words.append(word)
            elif words:
                yield words
                words = []


def unknown_to_click(words: list[str]) -> str | None:
    """What a `yaohao` command line asks for that there is not; None where all of it is there."""
    command: click.Command = cli
    options = _options(cli)
    value = False  # whether the word belongs to the option before it
    for word in words[1:]:
        if value:
            value = False
        elif word.startswith("--") and word != "--help":
            name, equals, _ = word.partition("=")
            if name not in options:
                return f"{command.name} has no {name}"
            value = options[name] and not equals
        elif isinstance(command, click.Group) and re.fullmatch(r"[a-z][a-z-]*", word):
            below = command.get_command(click.Context(command), word)
            if below is None:
                if command is cli:
                    return f"there is no command {word}"
                continue  # an argument of what the group does without a command
            command = below
            options |= _options(command)
    return None


def _options(command: click.Command) -> dict[str, bool]:
    """The options of a command, and whether they take a value; a group has those below it too,
    since it does without a word what one of them does."""
    found = {
        name: not parameter.is_flag
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for name in (*parameter.opts, *parameter.secondary_opts)
    }
    if isinstance(command, click.Group) and command is not cli:
        for name in command.list_commands(click.Context(command)):
            below = command.get_command(click.Context(command), name)
            assert below is not None
            found |= _options(below)
    return found


class Walk:
    """Runs the commands of one document in a folder, in one language."""

    def __init__(self, folder: Path, lang: str, patch: pytest.MonkeyPatch) -> None:
        self.lang, self.patch = lang, patch
        self.means: dict[str, str] = {}
        patch.delenv("YAOHAO_WORKSPACE", raising=False)
        patch.chdir(folder)

    def write(self, block: Block) -> None:
        """Write a file that the document shows."""
        text = "\n".join(block.lines) + "\n"
        self._find([text])
        Path(block.file).write_text(self._meant(text), encoding="utf-8")

    def run(self, words: list[str]) -> None:
        """Run one command; it must do what it says."""
        if words[0] == "cd":
            self.patch.chdir(words[1])
        elif words[0] == "yaohao":
            self._find(words)
            result = yaohao(*map(self._meant, words[1:]), lang=self.lang)
            assert result.exit_code == 0, (words, result.output)
        else:
            program = [sys.executable, "-I"] if words[0] == "python3" else words[:1]
            done = subprocess.run(
                [*program, *words[1:]],
                capture_output=True,
                text=True,
                check=False,
                env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            )
            assert done.returncode == 0, (words, done.stdout, done.stderr)

    def _meant(self, word: str) -> str:
        return _CAPITALS.sub(lambda found: self.means[found[0]], word)

    def _find(self, words: list[str]) -> None:
        """Look up what capital words stand for."""
        words = _CAPITALS.findall(" ".join(words))
        if "ATTESTATION" in words:
            self.means["ATTESTATION"] = next(Path("..").glob("attest-*.json")).name
        if "CASE" in words:
            self.means["CASE"] = told("case", "list")["cases"][-1]["case"]
        if {"ENTITY", "OTHER"} & set(words) and "ENTITY" not in self.means:
            shown = yaohao("show", "2027q1", "--json")
            visits = json.loads(shown.stdout)["visits"] if shown.exit_code == 0 else []
            firms = [one["entity_id"] for one in visits] or some_entities()
            self.means.update(ENTITY=firms[0], OTHER=firms[1])


def some_entities() -> list[str]:
    """Codes of the register of the workspace that one is in."""
    return [row["entity_id"] for row in told("register", "entities")["entities"]]


def bring_files(folder: Path, rows: int) -> None:
    """What one brings along: a workbook of so many businesses, and lists."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    with (SAMPLE / "entities.csv").open(encoding="utf-8-sig", newline="") as file:
        for number, row in zip(range(rows), csv.reader(file), strict=False):
            sheet.append([re.sub(r"[\x00-\x1f]", "", cell) for cell in row])
            assert number or row[0] == "entity_id"
    book.save(folder / "register.xlsx")
    (folder / "leads.csv").write_text(
        f"lead_id,entity_id,trigger,opened_on\nTS-1,{row[0]},complaint,2026-12-30\n",
        encoding="utf-8",
    )
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff a photograph")
    for name in ("inspectors.csv", "items.csv", "lists.csv"):
        shutil.copyfile(SAMPLE / name, folder / name)


def make_states(folder: Path, rows: int = 400) -> dict[str, Path]:
    """The folders that documents begin in, each with its `bureau`; made once, copied for each."""
    files, registers, dealt = (folder / name for name in ("files", "registers", "dealt"))
    files.mkdir()
    bring_files(files, rows)
    shutil.copytree(files, registers)
    with pytest.MonkeyPatch.context() as patch:
        walk = Walk(registers, "en", patch)
        authority = "Tongliao Market Supervision Administration"
        walk.run(["yaohao", "init", "bureau", "--authority", authority, "--division", "150500"])
        walk.run(["cd", "bureau"])
        for name in ("entities", "inspectors", "items"):
            file = "../register.xlsx" if name == "entities" else f"../{name}.csv"
            walk.run(["yaohao", "import", name, file])
        walk.run([
            "yaohao", "plan", "new", "plans/2027q1.toml", "--title", "First quarter",
            "--as-of", "2027-01-04", "--item", "REG-01", "--item", "PUB-01",
        ])  # fmt: skip
        shutil.copytree(registers, dealt)
        walk.run(["cd", str(dealt / "bureau")])
        publish = ["yaohao", "publish", "2027q1", "--site", "../www"]
        source = ["--source", "20 dice, city hall", "--witness", "Li Na"]
        walk.run(["yaohao", "freeze", "plans/2027q1.toml"])
        walk.run(publish)
        walk.run(["yaohao", "draw", "2027q1", "--seed", DICE[0], *source])
        walk.run(["yaohao", "staff", "2027q1"])
        walk.run(publish)
        walk.run(["yaohao", "deal", "2027q1", "--seed", DICE[1], *source])
        walk.run(publish)
    return {"files": files, "registers": registers, "dealt": dealt}

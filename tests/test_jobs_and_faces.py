"""Jobs and faces: every act of the command line has its place on the screens, and back.

The table of what is done where is `yaohao.tui.faces.FACES`, which the screens themselves tell keys
by. It is held against click's tree of commands and against the registry of screens and jobs, so
that neither face can get a job that the other lacks without somebody saying why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from helpers.cli import language_kept
from yaohao.planner.wording.messages import LANGUAGES, areas, catalogue, choose_language
from yaohao.scripts.cli import cli
from yaohao.tui.actions import EVERYWHERE
from yaohao.tui.faces import FACES
from yaohao.tui.jobs.model import Job
from yaohao.tui.jobs.reading import reading
from yaohao.tui.jobs.registry import JOBS, job_named
from yaohao.tui.screen_registry import BEHIND, SCREENS, screen_entry
from yaohao.tui.screens.start_actions import REGISTERS
from yaohao.tui.told_keys import with_keys

ROOT = Path(__file__).resolve().parents[1]

NO_SCREEN = {
    "tui": "the screens themselves",
    "demo": "makes a workspace of its own to look at",
    "synth": "made-up registers for trying the program out",
    "completion": "for the shell",
}
"""Commands without a place on the screens, and why; a group stands for all below it."""

NO_COMMAND = {
    # what a screen shows, how it is gone about in: nothing is done or told that a command has not
    "filter", "copy", "sort", "turn", "group", "told", "howto", "other", "person", "day", "choose",
    "which", "following", "before",
    "next", "next-visit", "next-crew", "why", "folder", "record",
    # of the ceremony, which a command has in its own way
    "readback", "text", "replay", "commitment",
    # of a text that is written in the screens, and on the command line in any editor
    "edit", "save", "view", "raise", "lower", "revert",
    # what is opened is told by the commands of its place
    "open", "read",
    # parts of questions that are options of their commands
    "otherwise", "pictures", "forms", "by",
    # steps of the guided start, which end in its own commands
    "go-on", "aside", "leave", "change", "details", "means", "reading", "sheet", "other-file",
    "type", "anew", "guide", "import", "new-plan",
}  # fmt: skip
"""Actions that are no job by themselves."""


def commands(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command of the command line by its words; a group that can be run by itself too."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found, words = group.get_command(context, name), f"{above} {name}".strip()
        assert found is not None
        if isinstance(found, click.Group):
            if found.invoke_without_command:
                yield words, found
            yield from commands(found, words)
        else:
            yield words, found


COMMANDS = dict(commands(cli))


def is_without(words: str) -> bool:
    """Whether a command, or its group, is listed as having no place on the screens."""
    return words in NO_SCREEN or words.split(maxsplit=1)[0] in NO_SCREEN


def test_every_command_has_its_place_or_a_reason() -> None:
    lacking = [one for one in COMMANDS if one not in FACES and not is_without(one)]
    assert lacking == []
    assert [one for one in FACES if one not in COMMANDS or is_without(one)] == []
    known = {*COMMANDS, *(one.split()[0] for one in COMMANDS)}
    assert [one for one in NO_SCREEN if one not in known] == []


@pytest.mark.parametrize("words", FACES)
def test_what_the_table_names_is_there(words: str) -> None:
    assert FACES[words], words
    for face in FACES[words]:
        place, _, name = face.partition(":")
        if place == "job":
            job = job_named(name)
            assert job is not None, face
            assert words.startswith(job.command), "another command's job"
        elif place == "everywhere":
            assert name in {one.name for one in EVERYWHERE}
        else:
            entry = screen_entry(place)
            assert entry is not None, face
            assert not name or name in {one.name for one in entry.actions()}, face


def test_every_action_of_a_place_has_its_command() -> None:
    told = {face for faces in FACES.values() for face in faces}
    general = {one.name for one in EVERYWHERE}
    lacking = [
        f"{place.name}:{action.name}"
        for place in (*SCREENS, *BEHIND)
        for action in place.actions()
        if f"{place.name}:{action.name}" not in told and action.name not in NO_COMMAND | general
    ]
    assert lacking == []


def test_every_job_is_named_by_the_table() -> None:
    named = {face for faces in FACES.values() for face in faces if face.startswith("job:")}
    assert named == {f"job:{one.name}" for one in JOBS}
    assert len({one.name for one in JOBS}) == len(JOBS)


OF_EVERY_COMMAND = {
    "workspace", "accept_clock", "engine", "master", "lang", "json", "help", "limit", "format",
    "output", "output_format", "table", "overwrite", "which_table", "form_of_output", "ascii_only",
}  # fmt: skip
"""Options of the command line's own: where the workspace is, and in what form it prints."""

ALIKE = {
    "sign": {"sign", "passphrase_file"},
    "passphrase": {"passphrase_file"},
    "new_passphrase": {"new_passphrase_file"},
    "again": {"passphrase_file"},
}
"""Fields that are another option's part: what is read from a file there is typed here."""

APART = {
    "publish": {"dry_run"},  # told before every publication
    "config": set(),
    "today": {"output"},
}
"""Options that a job has without a field."""


def fields_of(job: Job) -> set[str]:
    """The parameters of its command that a job has a field for, or always the same value."""
    found = set(job.options)
    for one in job.fields:
        found |= ALIKE.get(one.name, {one.name})
    return found | APART.get(job.command, set())


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_job_has_the_parameters_of_its_command(job: Job) -> None:
    command = COMMANDS[job.command]
    wanted = {one.name for one in command.params if one.name} - OF_EVERY_COMMAND
    assert sorted(wanted - fields_of(job)) == [], "an option that the screens lack"
    given = fields_of(job) - OF_EVERY_COMMAND
    assert sorted(given - {one.name for one in command.params}) == [], "no such option"


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_job_needs_what_its_command_needs(job: Job) -> None:
    needed = {one.name for one in COMMANDS[job.command].params if one.required}
    # An empty value takes a setting of the user away, as "" does on the command line.
    fields = {one.name for one in job.fields if one.is_needed or one.kind == "setting-value"}
    assert needed <= fields | set(job.options)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_the_places_of_a_job_are_there(job: Job) -> None:
    assert all(screen_entry(one) is not None for one in job.places)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_job_has_all_its_words(job: Job) -> None:
    known = set(catalogue("tui_jobs"))
    wanted = {f"job-{job.name}", f"about-{job.name}", f"group-{job.group}"}
    wanted |= {f"sure-{job.name}"} if job.asks else set()
    for one in job.fields:
        wanted |= {f"field-{one.words or one.name}", f"kind-{one.kind}"}
    assert sorted(wanted - known) == []


OF_IMPORTS = [reading(name, sheets, ["a.csv"]) for name in REGISTERS for sheets in ([], ["a", "b"])]
"""The forms of how a file is read, of text files and of workbooks."""

BY_EYE = {"register", "files", "draw", "maps", "mapping", "values", "dry_run"}
"""What the screen of an import has itself: what for, the file, its columns, texts and the trial."""


def test_what_an_import_can_be_told_its_screen_can_be_told() -> None:
    wanted = {one.name for one in COMMANDS["import"].params if one.name} - OF_EVERY_COMMAND
    given = {one.name for job in OF_IMPORTS for one in job.fields}
    assert sorted(wanted - given - BY_EYE) == [], "an option that the screens lack"
    assert sorted(given - wanted - {"replace_most"}) == [], "no such option"
    for job in OF_IMPORTS:
        words = {f"field-{one.words or one.name}" for one in job.fields}
        assert sorted(words - set(catalogue("tui_jobs"))) == []


def test_no_word_of_a_field_is_left_over() -> None:
    jobs = (*JOBS, *OF_IMPORTS)
    names = {one.words or one.name for job in jobs for one in job.fields}
    kinds = {one.kind for job in jobs for one in job.fields}
    known = [name.partition("-") for name in catalogue("tui_jobs")]
    assert {rest for head, _, rest in known if head in ("field", "hint")} <= names
    assert {rest for head, _, rest in known if head == "kind"} == kinds


@pytest.mark.parametrize("words", FACES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_command_that_a_message_names_is_told_as_a_key(words: str, lang: str) -> None:
    with language_kept():
        choose_language(lang)
        told = with_keys(f"first: yaohao {words} {{draw}}; then go on")
        assert "yaohao" not in told and "{draw}" not in told
        assert told.startswith("first: ") and told.endswith("; then go on")
        place = FACES[words][0].partition(":")[0]
        if place == "everywhere":
            return
        entry = screen_entry("tools" if place == "job" else place)
        assert entry is not None and entry.key_words in told


def test_no_message_on_the_screens_sends_one_to_the_shell() -> None:
    """What is left names a command that has no place there, each with its reason."""
    lasting = ("tui", "completion")
    command = re.compile(r"yaohao ([a-z]+(?: [a-z]+)?)")
    left = set()
    for area in areas():
        if area.startswith("tui") or (ROOT / f"planner/wording/locale/{area}.toml").is_file():
            for name, entry in catalogue(area).items():
                if name.startswith(("help-", "opt-", "short-")) or area == "page":
                    continue
                for lang in LANGUAGES:
                    for found in command.findall(with_keys(entry[lang])):
                        is_command = found in COMMANDS or found.split()[0] in COMMANDS
                        if is_command and not found.startswith(lasting):
                            left.add((area, name, found))
    assert left == set()

"""Write the manual page from the help of the commands, in English and in Chinese.

`man1/yaohao.1` and `zh_CN/man1/yaohao.1` in docs/man, installed below share/man. They are
part of what `make_docs.py` writes and checks.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

if __name__ == "__main__":  # run as a file from the top of the project
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from yaohao.planner import __version__
from yaohao.planner.vocabulary.whole_folders import write_file
from yaohao.planner.wording.messages import choose_language, language, say
from yaohao.scripts.cli import cli

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "man"
PLACES = {"en": FOLDER / "man1" / "yaohao.1", "zh": FOLDER / "zh_CN" / "man1" / "yaohao.1"}


def pages() -> dict[Path, str]:
    """Both pages as they are expected."""
    before = language()
    try:
        texts = {}
        for name, path in PLACES.items():
            choose_language(name)
            texts[path] = "\n".join(_page()) + "\n"
        return texts
    finally:
        choose_language(before)


def _page() -> Iterator[str]:
    context = click.Context(cli, info_name="yaohao")
    yield f'.TH YAOHAO 1 "" "yaohao {__version__}" "{_line(say("man.title"))}"'
    yield from _section("man.name")
    yield f"yaohao \\- {_line(say('man.short'))}"
    yield from _section("man.synopsis")
    yield r".B yaohao"
    yield f"[{_line(say('man.options'))}] {_line(say('man.command'))} ..."
    yield from _section("man.description")
    yield from _kept(cli.get_help(context))
    yield from _section("man.commands")
    for path, text in _helps(cli, context):
        yield f'.SS "{_line(path)}"'
        yield from _kept(text)
    for name in ("environment", "files", "status"):
        yield from _section(f"man.{name}")
        yield from _kept(say(f"man.{name}-text"))


def _section(code: str) -> Iterator[str]:
    yield f'.SH "{_line(say(code))}"'


def _kept(text: str) -> Iterator[str]:
    """Text with its lines as they are."""
    yield ".nf"
    yield from (_line(line) for line in text.strip("\n").split("\n"))
    yield ".fi"


def _line(text: str) -> str:
    """A line of text in which nothing is an instruction to the typesetter."""
    safe = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq").replace('"', r"\(dq")
    return rf"\&{safe}" if safe.startswith(".") else safe


def _helps(command: click.Group, context: click.Context) -> Iterator[tuple[str, str]]:
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        if below is None:
            continue
        inner = click.Context(below, info_name=name, parent=context)
        yield inner.command_path, below.get_help(inner)
        if isinstance(below, click.Group):
            yield from _helps(below, inner)


def main() -> int:
    """Write both pages."""
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, text.encode())
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Write docs/commands.md and docs/man from the help of the commands, docs/cases.md from the kinds.

What the keys of docs/plan.md mean is written into its table from the table of fields.

Each in English and Chinese. With --check report which is out of date.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

if __name__ == "__main__":  # run as a file from the top of the project
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from yaohao.planner.doors.case_page import cases_page
from yaohao.planner.schema.plan_fields import FIELDS
from yaohao.planner.vocabulary.whole_folders import write_file
from yaohao.planner.wording.messages import catalogue, choose_language
from yaohao.planner.wording.plan_words import about_markdown
from yaohao.scripts.cli import cli
from yaohao.scripts.make_man import pages as man_pages

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = {"en": DOCS / "commands.md", "zh": DOCS / "commands.zh-CN.md"}
CASES = {"en": DOCS / "cases.md", "zh": DOCS / "cases.zh-CN.md"}
PLANS = {"en": DOCS / "plan.md", "zh": DOCS / "plan.zh-CN.md"}
_KEYS = re.compile(
    r"\| (?P<keys>`(?P<key>[a-z_.]+)`(?:, `[a-z_.]+`|、`[a-z_.]+`)*) \| .* \| (?P<rest>.* \| .* \|)"
)
EXAMPLE = DOCS / "examples" / "food-truck.toml"
_ABOUT = {
    field.key("", "").replace("[]", "").rstrip("."): field.about for field in reversed(FIELDS)
}
"""Keys of a plan as its page names them → the sentences that say what they mean."""
_HEADS = {
    "en": """\
# Commands

*[中文](commands.zh-CN.md)*

Written by `scripts/make_docs.py` from the help of the commands; `yaohao --lang zh COMMAND --help`
shows it in Chinese.

Standard output is data, standard error is narration; with `--json` standard output is one JSON
document, also where something is wrong (`{"errors": [{"code", "params", "message"}]}`). Exit
status: 0 done, 1 a check failed, 2 wrong use or input that cannot be accepted, 70 a fault of the
program, 130 stopped by the user.
""",
    "zh": """\
# 命令

*[English](commands.md)*

由 `scripts/make_docs.py` 根据各命令的帮助生成，与 `yaohao --lang zh 命令 --help` 显示的相同。

标准输出为数据，标准错误为说明；使用 `--json` 时标准输出为一份 JSON 文档，出错时也是
（`{"errors": [{"code", "params", "message"}]}`）。退出状态：0 完成，1 核验未通过，
2 用法有误或输入不能接受，70 程序故障，130 由用户中止。
""",
}


def page(lang: str = "en") -> str:
    """The expected page: every command's help in one language, eighty columns wide."""
    choose_language(lang)
    parts = [_HEADS[lang]]
    for name, text in _helps(cli, click.Context(cli, info_name="yaohao")):
        parts.append(f"## {name}\n\n```\n{text}\n```\n")
    return "\n".join(parts)


def _helps(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                yield from _helps(below, click.Context(below, info_name=name, parent=context))


def plan_page(text: str, lang: str) -> str:
    """A page of the plan file in which each key means what the form and the help say.

    Raises ValueError where a line of its table names no key of a plan.
    """
    choose_language(lang)
    return "".join(_key_line(line) for line in text.splitlines(keepends=True))


def _key_line(line: str) -> str:
    match = _KEYS.match(line)
    if not match:
        return line
    key = match["key"]  # of a field, or of several at once, as the `where` of a rule
    about = _ABOUT.get(key) or key.replace(".", "-").replace("_", "-")
    if f"about-{about}" not in catalogue("plan_field"):
        raise ValueError(f"{key} is no key of a plan")
    return f"| {match['keys']} | {about_markdown(about)} | {match['rest']}\n"


def pages() -> dict[Path, str]:
    """All pages as they are expected."""
    example = EXAMPLE.read_text(encoding="utf-8")
    return {
        **{file: page(lang) for lang, file in PAGES.items()},
        **{file: plan_page(file.read_text("utf-8"), lang) for lang, file in PLANS.items()},
        **{file: cases_page(example, lang) for lang, file in CASES.items()},
        **man_pages(),
    }


def main() -> int:
    """Write the pages, or check them; return the exit status."""
    status = 0
    for path, fresh in pages().items():
        if "--check" not in sys.argv[1:]:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, fresh.encode())
        elif not path.is_file() or path.read_text(encoding="utf-8") != fresh:
            print(f"{path.name} is out of date: python scripts/make_docs.py", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())

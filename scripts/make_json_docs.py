"""Write docs/json.md from the types that are printed; with --check report if it is out of date."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import is_typeddict

if __name__ == "__main__":  # run as a file from the top of the project
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from yaohao.planner.vocabulary.whole_folders import write_file

PAGE = Path(__file__).resolve().parent.parent / "docs" / "json.md"
_PARTS = (
    ("Workspace", "schema.reports.workspace"),
    ("Registers", "schema.reports.registers"),
    ("Inspectors", "schema.inspector"),
    ("Leads", "schema.lead"),
    ("Imports", "schema.import_report"),
    ("Results", "schema.result"),
    ("History of visits", "schema.inspection"),
    ("Plans", "schema.reports.plans"),
    ("Problems", "vocabulary.problems"),
    ("The plan document", "schema.plan_document"),
    ("Draws", "schema.reports.draws"),
    ("Rounds", "schema.draw"),
    ("Seeds", "schema.seed_part"),
    ("The lottery", "schema.lottery"),
    ("Visits and teams", "schema.visit"),
    ("The ceremony and staffing", "schema.reports.ceremony"),
    ("Review", "schema.reports.review"),
    ("Publications", "schema.reports.publications"),
    ("Evidence of others", "schema.reports.evidence"),
    ("What the draws tell", "schema.reports.learning"),
    ("Reports", "schema.reports.pages"),
    ("The compliance checklist", "schema.reports.checklist"),
    ("Pictures of the work", "schema.reports.pictures"),
    ("The list of the morning", "schema.reports.today"),
    ("Cases", "schema.reports.cases"),
    ("Letters, messages and contacts of cases", "schema.reports.case_letters"),
    ("Files of cases", "schema.case_files"),
    ("Effects of cases", "schema.case_effect"),
    ("Ledger", "schema.reports.ledger"),
    ("Undoing the last act", "schema.reports.undo"),
    ("Acts of the ledger", "schema.ledger_acts"),
)
# Commands at the beginning of what a type says of itself.
_COMMANDS = re.compile(r"`yaohao [^`]+`(?:, `yaohao [^`]+`)*")
_HEAD = """\
# JSON documents

Written by `scripts/make_json_docs.py` from the types in `planner/schema/`: what commands print with
`--json`, and what the methods of `Workspace` give back. A key with `optional` may be missing. "All
of `A`" are the keys of the type `A`, which stand here too.
Digests are SHA-256 in lower-case hex; times are UTC, `2027-01-06T01:02:03Z`; chances and expected
numbers are whole numbers of millionths.
"""


def page() -> str:
    """The expected page: every type with its keys, their types and meanings."""
    modules = [importlib.import_module(f"yaohao.planner.{name}") for _, name in _PARTS]
    parts = [_HEAD, _by_command(modules)]
    for (title, _), module in zip(_PARTS, modules, strict=True):
        parts.append(f"## {title}\n")
        parts += list(_types(module))
    return "\n".join(parts)


def _by_command(modules: list[ModuleType]) -> str:
    """Which type each command prints, by what the types say of themselves."""
    rows = sorted(
        (command, kind.name)
        for module in modules
        for kind in _kinds(module)
        if (named := _COMMANDS.match(ast.get_docstring(kind) or ""))
        for command in re.findall(r"`([^`]+)`", named[0])
    )
    lines = "".join(f"| `{command}` | [{kind}](#{kind.lower()}) |\n" for command, kind in rows)
    return f"## By command\n\n| command | document |\n| --- | --- |\n{lines}"


def _kinds(module: ModuleType) -> Iterator[ast.ClassDef]:
    """The types of JSON of a module, in the order of its source."""
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef) and is_typeddict(getattr(module, node.name)):
            yield node


def _types(module: ModuleType) -> Iterator[str]:
    """The section of each type of JSON in a module, in the order of its source."""
    for node in _kinds(module):
        rows = "".join(f"| `{key}` | {kind} | {text} |\n" for key, kind, text in _keys(node))
        meaning = ast.get_docstring(node)
        parents = [name for base in node.bases if (name := ast.unparse(base)) != "TypedDict"]
        above = "".join(f"All of `{name}`, and:\n\n" for name in parents)
        head = "| key | type | meaning |\n| --- | --- | --- |\n"
        yield f"### {node.name}\n\n{meaning}\n\n{above}{head}{rows}"


def _keys(node: ast.ClassDef) -> Iterator[tuple[str, str, str]]:
    """Each key of a class, its type as the source has it, and the text under it."""
    after = [*node.body[1:], None]
    for statement, following in zip(node.body, after, strict=True):
        if isinstance(statement, ast.AnnAssign):
            text = ""
            if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
                text = " ".join(str(following.value.value).replace("``", "`").split())
            yield ast.unparse(statement.target), _kind(statement.annotation), text


def _kind(annotation: ast.expr) -> str:
    """A type in words of JSON."""
    text = ast.unparse(annotation)
    if text.startswith("NotRequired["):
        return f"{_kind_text(text[len('NotRequired[') : -1])}, optional"
    return _kind_text(text)


def _kind_text(text: str) -> str:
    return "`" + text.replace("None", "null").replace(" | ", "` or `") + "`"


def main() -> int:
    """Write the page, or check it; return the exit status."""
    fresh = page()
    if "--check" in sys.argv[1:]:
        if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == fresh:
            return 0
        print(f"{PAGE.name} is out of date: python scripts/make_json_docs.py", file=sys.stderr)
        return 1
    write_file(PAGE, fresh.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())

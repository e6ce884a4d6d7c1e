"""Rows of the form of a plan in words: labels, values, what is typed, what a nudge makes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from yaohao.planner.schema.plan_edit import Path
from yaohao.planner.schema.plan_form import FormRow
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.format import code_name, code_words
from yaohao.planner.wording.messages import say
from yaohao.tui.widgets.editor import NUMBER, stepped

LONGEST = 300
"""Characters of a value that are shown in a row."""

_PICKED = ("codes", "some", "code", "choice")
"""Kinds of field whose value is picked from a list."""


def is_picked(row: FormRow) -> bool:
    """Whether the value of a row is picked from what is known."""
    return row.field is not None and row.field.kind in _PICKED


def row_label(row: FormRow) -> str:
    """What a row is, in words."""
    path, names = row.path, [part for part in row.path if isinstance(part, str)]
    if row.what == "head":
        return _head(path)
    if row.what == "add":
        return _adds(row)
    if names[0] == "rates" and len(names) > 2:
        return plain(_rated(names[1], names[2], names[3] if len(names) > 3 else ""), LONGEST)
    if "where" in names:
        return f"  {column_label(names[-1])}"
    field = row.field
    return say(f"tui_form.field-{field.name}") if field is not None else plain(row.key)


def column_label(column: str) -> str:
    """What a rule's group is told by."""
    return say(f"common.label-{'fields' if column == 'fields' else f'stratum-{column}'}")


def _head(path: Path) -> str:
    if not path:
        return say("tui_form.part-top")
    if not isinstance(path[-1], int):
        return say(f"tui_form.part-{str(path[-1]).replace('_', '-')}")
    name = "crew-seed" if path[:2] == ("seeds", "crew") else str(path[-2])
    return say(f"tui_form.part-{name}", number=path[-1] + 1)


def _adds(row: FormRow) -> str:
    if row.column == "rates":
        return say("tui_form.add-rates")
    if row.path[0] == "rates":
        return say("tui_form.add-rate", what=column_label(row.column))
    if row.column == "where":
        return say("tui_form.add-where")
    return say(f"tui_form.add-{row.path[-1]}")


def _rated(stratum: str, code: str, end: str) -> str:
    words = code_label(stratum, code)
    return say(f"tui_form.field-rates-{end}", code=words) if end in ("min", "max") else words


def code_label(column: str, code: str) -> str:
    """A code as a list or a label shows it, its name before it where it has one."""
    if column in ("age", "key") or code == "other":
        return say(f"common.code-{code}") if code in ("new", "old", "key", "other") else code
    return code_words(column, code)


def row_value(row: FormRow) -> tuple[str, str]:
    """The value of a row as it is shown, and its tone."""
    if row.what == "head":
        return (plain(row.key), "dim") if row.path else ("", "")
    if row.what == "add":
        return "", ""
    text = plain(_told(row, row.value), LONGEST) if row.given else ""
    if text:
        return text, ""
    field = row.field
    default = field.default if field is not None else ""
    if default and not row.given:
        return say("tui_form.default", value=default), "dim"
    if row.path[0] == "scope":
        return say("tui_form.all"), "dim"
    return "-", "dim"


def _told(row: FormRow, value: Any) -> str:
    """A value with the names of its codes where it is a list of few."""
    codes = value if isinstance(value, list) else [value]
    if is_picked(row) and row.column and all(isinstance(one, str) for one in codes):
        return ", ".join(_named(row.column, one) for one in codes)
    return typed_text(value)


def _named(column: str, code: str) -> str:
    if column in ("item", "department", "qualification", "stratum"):
        return code
    name = code_name(column, code) if column not in ("age", "key") else code_label(column, code)
    return name if name == code else f"{code} {name}"


def typed_text(value: Any) -> str:
    """A value as one would type it: what `Workspace.typed_value` reads again."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        if set(value) == {"count"}:
            return say("tui_form.visits", n=value["count"])
        inner = ", ".join(f"{key} = {_literal(one)}" for key, one in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list):
        if value and all(isinstance(one, date) for one in value):
            return " - ".join(one.isoformat() for one in value)
        return ", ".join(typed_text(one) for one in value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _literal(value: Any) -> str:
    """A value within a table in braces."""
    if isinstance(value, str):
        import json

        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{key} = {_literal(one)}' for key, one in value.items())} }}"
    return typed_text(value)


def nudged(row: FormRow, by: int) -> Any:
    """The value of a row one step up or down, in its own form; None where it has no number.

    A field of a few words goes round them; one that is left out is counted from its default.
    """
    field = row.field
    if field is None:
        return None
    value = row.value if row.given else field.default
    if field.kind == "choice" and field.choices and not field.column:
        at = field.choices.index(value) if value in field.choices else 0
        return field.choices[(at + by) % len(field.choices)]
    if isinstance(value, Mapping) and set(value) == {"count"}:
        return {"count": max(int(value["count"]) + by, 1)}
    if isinstance(value, bool) or field.kind in ("text", *_PICKED):
        return None
    if isinstance(value, date):
        return date.fromisoformat(stepped(value.isoformat(), by))
    if isinstance(value, int):
        return max(value + by, 0)
    if isinstance(value, Decimal):
        return Decimal(stepped(f"{value:f}", by))
    found = NUMBER.search(value) if isinstance(value, str) else None
    if found is None:
        return None
    text = value[: found.start()] + stepped(found[0], by) + value[found.end() :]
    return int(text) if field.kind == "whole" and text.isdigit() else text

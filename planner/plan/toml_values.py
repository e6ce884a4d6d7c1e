"""Values as TOML text, and lists changed within theirs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from yaohao.planner.plan.sample import toml_key
from yaohao.planner.plan.toml_positions import Path

_COMMENT = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*'|(#[^\r\n]*)")


def toml_text(value: Any) -> str:
    """A value as TOML: a text, a number, a date, or a list or a table of these on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        import tomlkit

        return tomlkit.string(value).as_string()
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text if "." in text else f"{text}.0"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        inner = ", ".join(f"{toml_key(key)} = {toml_text(one)}" for key, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, Sequence):
        return f"[{', '.join(map(toml_text, value))}]"
    return str(value)


def value_at(data: Any, path: Path) -> Any:
    """What stands at a path of tables and lists; None where nothing does."""
    for part in path:
        try:
            data = None if isinstance(data, str) else data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def plain_value(value: Any) -> Any:
    """A value as it is read again from what `toml_text` writes, to be compared."""
    return exact(f"x = {toml_text(value)}")["x"]


def exact(text: str) -> dict[str, Any]:
    """A TOML text read; floats as they are written, so that they can be compared."""
    return tomllib.loads(text, parse_float=lambda number: ("float", number))


def list_text(written: str, new: Sequence[Any]) -> str:
    """A list in the place of the one that is `written`; what stands on several lines stays so.

    Comments within it stay, in the place they have where that is possible.
    """
    if "\n" not in written:
        return toml_text(new)
    changed = _changed(written, new)
    if changed is not None:
        return changed
    comments = [match[1] for match in _COMMENT.finditer(written) if match[1]]
    end = "\r\n" if "\r\n" in written else "\n"
    rows = [*comments, *(f"{toml_text(one)}," for one in new)]
    return "".join(["[", end, *(f"  {row}{end}" for row in rows), "]"])


def _changed(written: str, new: Sequence[Any]) -> str | None:
    """The list with some elements taken out and others added behind; None where that is not it."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    wanted = [plain_value(one) for one in new]
    old = exact(f"x = {written}")["x"]
    try:
        document = tomlkit.parse(f"x = {written}")
        array: Any = document["x"]
        for place in reversed(range(len(old))):
            if old[place] not in wanted:
                del array[place]
        for one, plain in zip(new, wanted, strict=True):
            if plain not in old:
                array.append(one)
        changed = tomlkit.dumps(document).removeprefix("x = ")
        is_right = exact(f"x = {changed}")["x"] == wanted
    except (TOMLKitError, ValueError, TypeError, IndexError):
        return None
    kept = [match[1] for match in _COMMENT.finditer(changed) if match[1]]
    before = [match[1] for match in _COMMENT.finditer(written) if match[1]]
    return changed if is_right and kept == before else None

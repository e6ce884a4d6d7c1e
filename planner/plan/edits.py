"""Changes of a plan's text: a key set, taken out, a row added; all else stays byte for byte.

tomlkit writes values and changes lists, but puts new keys behind the comment of the next table and
takes that comment away with a table. Where things stand is therefore told by the layout of the
text, and only the characters of what is changed are replaced.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from typing import Any

from yaohao.planner.plan.sample import toml_key
from yaohao.planner.plan.toml_positions import Entry, Layout, Path, layout_of
from yaohao.planner.plan.toml_values import exact, list_text, plain_value, toml_text, value_at
from yaohao.planner.schema.plan_edit import PlanEdit, key_of
from yaohao.planner.vocabulary.problems import refuse

_BOM = "\ufeff"
_COMMA = re.compile(r"[ \t]*,?[ \t]*")


def edited(text: str, edits: Iterable[PlanEdit]) -> str:
    """The text with the changes, in their order.

    Raises PlannerError where the text is no TOML, has no such key to take out, or where a change
    does not lead to exactly what was meant: then nothing is changed at all.
    """
    front = _BOM if text.startswith(_BOM) else ""
    text = text.removeprefix(_BOM)
    for edit in edits:
        try:
            data = exact(text)
            draft = _Draft(text, layout_of(text), data)
            changed = _CHANGES[edit.act](draft, edit)
            is_meant = exact(changed) in _meant(data, edit)
        except RecursionError as error:
            raise refuse("plan_edit.not-toml", key=key_of(edit.path)) from error
        except ValueError as error:
            raise refuse("plan_edit.not-toml", key=key_of(edit.path)) from error
        if not is_meant:
            raise refuse("plan_edit.by-hand", key=key_of(edit.path))
        text = changed
    return front + text


class _Draft:
    """A text that is being changed: where things stand in it, and what it holds."""

    def __init__(self, text: str, layout: Layout, data: Mapping[str, Any]) -> None:
        self.text, self.layout, self.data = text, layout, data
        self.end = "\r\n" if "\r\n" in text else "\n"

    def value(self, path: Path) -> Any:
        """What stands at a path; None where nothing does."""
        return value_at(self.data, path)

    def with_span(self, start: int, end: int, new: str) -> str:
        """The text with other characters in a place."""
        return self.text[:start] + new + self.text[end:]

    def line_start(self, at: int) -> int:
        """Where the line of a place begins."""
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """Where the line after a place begins, or the text ends."""
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end + 1

    def with_lines(self, at: int, lines: Iterable[str]) -> str:
        """The text with whole lines put in at the beginning of a line, or at the end."""
        gap = self.end if at and self.text[at - 1] != "\n" else ""
        return self.with_span(at, at, gap + "".join(f"{line}{self.end}" for line in lines))


def _meant(data: Mapping[str, Any], edit: PlanEdit) -> list[dict[str, Any]]:
    """What the tables hold once a change is made; what is empty then may be gone."""
    meant: Any = copy.deepcopy(dict(data))
    holder: Any = meant
    *parents, last = edit.path if edit.act != "add" else (*edit.path, len(edit.path))
    for part in parents:
        if isinstance(holder, dict) and part not in holder:
            holder[part] = [] if edit.act == "add" and part == edit.path[-1] else {}
        before, holder = holder, holder[part]
        if edit.act == "add" and isinstance(holder, str):
            holder = before[part] = [_as_part(holder)]
    if edit.act == "unset":
        del holder[last]
        return _emptied(meant, edit.path)
    if edit.act == "add":
        holder.append(plain_value(edit.value))
    else:
        holder[last] = plain_value(edit.value)
    return [meant]


def _emptied(data: dict[str, Any], path: Path) -> list[dict[str, Any]]:
    """The tables as they are, and without those around a path that hold nothing any more."""
    results = [data]
    for depth in range(len(path) - 1, 0, -1):
        data = copy.deepcopy(data)
        holder: Any = data
        for part in path[: depth - 1]:
            holder = holder[part]
        if holder[path[depth - 1]]:
            break
        del holder[path[depth - 1]]
        results.append(data)
    return results


def _as_part(text: str) -> dict[str, str]:
    """The text of a seed as the one part that it stands for."""
    return {"kind": "other", "source": text}


def _set(draft: _Draft, edit: PlanEdit) -> str:
    path, value = edit.path, edit.value
    if path in draft.layout.values:
        start, end = draft.layout.values[path]
        written = draft.text[start:end]
        if isinstance(value, list) and written.startswith("["):
            new = list_text(written, value)
        else:
            new = toml_text(value)
        return draft.with_span(start, end, new)
    if draft.value(path) is not None:
        raise refuse("plan_edit.by-hand", key=key_of(path))
    depth = next(n for n in range(len(path) - 1, -1, -1) if draft.value(path[:n]) is not None)
    holder, key, deeper = path[:depth], path[depth], path[depth + 1 :]
    if isinstance(key, int) or any(isinstance(part, int) for part in deeper):
        raise refuse("plan_edit.no-row", key=key_of(path))
    for part in reversed(deeper):
        value = {part: value}
    if not holder and isinstance(value, Mapping):
        return _with_section(draft, f"[{toml_key(key)}]", value)
    return _with_key(draft, holder, key, value)


def _with_section(draft: _Draft, header: str, value: Mapping[str, Any], at: int = -1) -> str:
    """A table of its own, at the end of the text or behind what stands before `at`."""
    rows = [header, *(f"{toml_key(key)} = {toml_text(one)}" for key, one in value.items())]
    at = len(draft.text) if at < 0 else at
    return draft.with_lines(at, ["", *rows] if draft.text[:at].strip() else rows)


def _with_key(draft: _Draft, holder: Path, key: str, value: Any) -> str:
    """A key that is new in a table that is there."""
    layout, line = draft.layout, f"{toml_key(key)} = {toml_text(value)}"
    if holder in layout.values:
        start, end = layout.values[holder]
        inner = [one.value[1] for one in layout.entries if one.is_inline and one.table == holder]
        if not draft.text.startswith("{", start):
            raise refuse("plan_edit.by-hand", key=key_of((*holder, key)))
        if not inner:
            return draft.with_span(start, end, f"{{ {line} }}")
        return draft.with_span(max(inner), max(inner), f", {line}")
    own = _entries(draft, holder)
    header = next((one for one in layout.headers if one.path == holder), None)
    if own:
        last = own[-1]
        margin = draft.text[draft.line_start(last.start) : last.start]
        return draft.with_lines(draft.line_end(last.value[1]), [margin + line])
    if header is not None:
        return draft.with_lines(draft.line_end(header.at[1]), [line])
    if not holder:
        return draft.with_lines(0, [line])
    within = [one for one in layout.entries if not one.is_inline and _is_in(one.path, holder)]
    dotted = [one for one in within if len(one.table) < len(holder)]
    if dotted:  # the table is written by keys such as `limits.total`
        last = dotted[-1]
        names = [toml_key(str(part)) for part in holder[len(last.table) :]]
        margin = draft.text[draft.line_start(last.start) : last.start]
        return draft.with_lines(
            draft.line_end(last.value[1]), [f"{margin}{'.'.join([*names, line])}"]
        )
    if any(isinstance(part, int) for part in holder):
        raise refuse("plan_edit.by-hand", key=key_of((*holder, key)))
    name = ".".join(toml_key(str(part)) for part in holder)
    return _with_section(draft, f"[{name}]", {key: value})


def _entries(draft: _Draft, table: Path) -> list[Entry]:
    """What is written in a table itself, in its order; dotted keys are written there too."""
    return [one for one in draft.layout.entries if not one.is_inline and one.table == table]


def _is_in(path: Path, other: Path) -> bool:
    return path[: len(other)] == other


def _unset(draft: _Draft, edit: PlanEdit) -> str:
    path = edit.path
    if not path or draft.value(path) is None:
        raise refuse("plan_edit.none", key=key_of(path))
    holder = draft.value(path[:-1])
    if isinstance(path[-1], int) and path in draft.layout.values:
        return _without_element(draft, path)
    entry = next((one for one in draft.layout.entries if one.path == path), None)
    if entry is not None and entry.is_inline:
        return _without_inline(draft, entry, len(holder))
    return _without_lines(draft, path)


def _without_element(draft: _Draft, path: Path) -> str:
    """The text without an element of a list; a line that has nothing else goes with it."""
    spans, text = draft.layout.values, draft.text
    *holder, place = path
    size = len(draft.value(tuple(holder)))
    start, end = spans[path]
    whole = spans[tuple(holder)]
    if "\n" not in text[slice(*whole)]:
        others = [text[slice(*spans[(*holder, n)])] for n in range(size) if n != place]
        return draft.with_span(*whole, f"[{', '.join(others)}]")
    end += len(_COMMA.match(text, end)[0])  # type: ignore[index]
    first, last = draft.line_start(start), draft.line_end(end)
    if not text[first:start].strip() and not text[end:last].strip():
        return draft.with_span(first, last, "")
    return draft.with_span(start, end, "")


def _without_inline(draft: _Draft, entry: Entry, size: int) -> str:
    """A table in braces without one of its keys."""
    siblings = [one for one in draft.layout.entries if one.is_inline and one.table == entry.table]
    siblings.sort(key=lambda one: one.start)
    at = siblings.index(entry)
    if size == 1:
        return draft.with_span(*draft.layout.values[entry.table], "{}")
    if at == 0:
        return draft.with_span(entry.start, siblings[1].start, "")
    return draft.with_span(siblings[at - 1].value[1], entry.value[1], "")


def _without_lines(draft: _Draft, path: Path) -> str:
    """The text without the lines of a key, or of a table: from its heading to its last key.

    The comments above it and those behind its last key stay.
    """
    layout = draft.layout
    regions = []
    for place, header in enumerate(layout.headers):
        if not _is_in(header.path, path):
            continue
        following = layout.headers[place + 1 :]
        until = following[0].at[0] if following else len(draft.text)
        ends = [
            one.value[1]
            for one in layout.entries
            if not one.is_inline and header.at[1] <= one.start < until
        ]
        regions.append((header.at[0], max([header.at[1], *ends])))
    regions += [
        (one.start, one.value[1])
        for one in layout.entries
        if not one.is_inline and _is_in(one.path, path) and not _is_in(one.table, path)
    ]
    text = draft.text
    for start, end in sorted(regions, reverse=True):
        first, last = draft.line_start(start), draft.line_end(end)
        # Of the two blank lines around it one goes with it.
        if draft.text[:first].endswith(draft.end * 2) and (
            last == len(draft.text) or draft.text.startswith(draft.end, last)
        ):
            first -= len(draft.end)
        text = text[:first] + text[last:]
    return text


def _add(draft: _Draft, edit: PlanEdit) -> str:
    path, value = edit.path, dict(edit.value)
    there = draft.value(path)
    if path in draft.layout.values:
        start, end = draft.layout.values[path]
        if not isinstance(there, str | list):
            raise refuse("plan_edit.by-hand", key=key_of(path))
        if isinstance(there, str):
            return draft.with_span(start, end, toml_text([_as_part(there), value]))
        return draft.with_span(start, end, _with_element(draft, path, toml_text(value)))
    if there is None and len(path) > 1:
        return _set(draft, PlanEdit(path, [value]))
    header = f"[[{'.'.join(toml_key(str(part)) for part in path)}]]"
    if there is None:
        return _with_section(draft, header, value)
    if not isinstance(there, list):
        raise refuse("plan_edit.by-hand", key=key_of(path))
    row = (*path, len(there) - 1)
    ends = [one.value[1] for one in draft.layout.entries if _is_in(one.path, row)]
    ends += [one.at[1] for one in draft.layout.headers if _is_in(one.path, row)]
    return _with_section(draft, header, value, draft.line_end(max(ends)))


def _with_element(draft: _Draft, path: Path, new: str) -> str:
    """A list with one more element behind."""
    start, end = draft.layout.values[path]
    size = len(draft.value(path))
    if not size:
        return f"[{new}]"
    last = draft.layout.values[(*path, size - 1)]
    after = draft.text[last[1] : end]
    line = draft.line_start(last[0])
    margin = draft.text[line : last[0]]
    gap = f"{draft.end}{margin}" if "\n" in draft.text[start:end] and not margin.strip() else " "
    return f"{draft.text[start : last[1]]},{gap}{new}{after}"


_CHANGES = {"set": _set, "unset": _unset, "add": _add}

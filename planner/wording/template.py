"""Templates of messages: parameters, plurals and optional parts.

::

    {name}                   the value; a list joined by the mark of the language
    {name:,}                 a number with its thousands apart
    {name:.16}               the first 16 characters
    {name:.3f}               a number with three decimals
    {name|one|many}          the first where `name` is 1, else the second
    {name|none|one|many}     the first where there is nothing of it
    {name?with|without}      the first where there is something of it, else the second
    {name?with}              the same with nothing in place of the second
    {key:meaning}            the key that has this meaning on the face in use
    {{ and }}                braces

How many there are: of a list its length, of a number itself, also where it comes as a text with
its thousands apart or with decimals; any other text is one thing, an empty text and None are
nothing. What stands between the bars may hold any of these again. Outside, where nothing is there
to be put in, the language's word for nothing stands in its place, so that no sentence has a hole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from yaohao.planner.vocabulary.clock import MOMENT
from yaohao.planner.vocabulary.named import Named
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.moments import local_moment

BETWEEN = {"zh": "、", "en": ", "}
"""What joins the parts of a list."""

NOTHING = {"zh": "无", "en": "none"}
"""What stands for a value that is missing, and for a list of nothing."""

EMPTY = {"zh": "“”", "en": '""'}
"""What stands for a text without characters."""

DECIMALS = (".1f", ".2f", ".3f")
"""The formats of numbers with decimals."""

_HEAD = re.compile(r"(\w+)(?::(,|\.\d+|\.[123]f))?([|?}])")
_KEY = re.compile(r"key:([a-z][a-z-]*)\}")
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")


@dataclass(frozen=True)
class Value:
    """A parameter, with its format."""

    name: str
    form: str = ""


@dataclass(frozen=True)
class Choice:
    """Alternatives that depend on the number or presence of a parameter."""

    name: str
    is_presence: bool
    """Whether the choice is between something and nothing, not between numbers."""
    branches: tuple[Template, ...]


@dataclass(frozen=True)
class Key:
    """The key of a face, by its meaning: which key that is the face alone knows."""

    meaning: str


Template = tuple["str | Value | Choice | Key", ...]


@lru_cache(maxsize=4096)
def parse(text: str) -> Template:
    """Parse a template; ValueError, with the place, if it is not well formed."""
    parts, end, _ = _parts(text, 0, "")
    if end != len(text):
        raise ValueError(f"{text!r}: what closes at {end} was not opened")
    return parts


def _parts(text: str, start: int, stops: str) -> tuple[Template, int, str]:
    """The parts from `start` up to one of `stops`, where that stands, and which it is."""
    parts: list[str | Value | Choice | Key] = []
    words, at = "", start
    while at < len(text):
        mark = text[at]
        if text[at : at + 2] in ("{{", "}}") and not (mark == "}" and "}" in stops):
            words, at = words + mark, at + 2
        elif mark in stops:
            break
        elif mark == "{":
            part, at = _part(text, at)
            parts += [words, part] if words else [part]
            words = ""
        elif mark == "}":
            raise ValueError(f"{text!r}: what closes at {at} was not opened")
        else:
            words, at = words + mark, at + 1
    if stops and at == len(text):
        raise ValueError(f"{text!r}: what opens before {start} does not close")
    parts += [words] if words else []
    return tuple(parts), at, text[at : at + 1]


def _part(text: str, start: int) -> tuple[Value | Choice | Key, int]:
    """The part whose brace opens at `start`, and where what follows begins."""
    key = _KEY.match(text, start + 1)
    if key is not None:
        return Key(key[1]), key.end()
    head = _HEAD.match(text, start + 1)
    if head is None:
        raise ValueError(f"{text!r}: no name of a parameter at {start + 1}; write {{{{ for a brace")
    name, form, mark = head.groups()
    if mark == "}":
        return Value(name, form or ""), head.end()
    branches: list[Template] = []
    at = head.end()
    while mark != "}":
        branch, at, mark = _parts(text, at, "|}")
        branches.append(branch)
        at += 1
    known = (1, 2) if head[3] == "?" else (2, 3)
    if form or len(branches) not in known:
        raise ValueError(f"{text!r}: {len(branches)} branches of {name} at {start}")
    return Choice(name, head[3] == "?", tuple(branches)), at


def parameters(template: Template) -> Iterator[str]:
    """The names of all parameters of a template, those within branches too."""
    for part in template:
        if isinstance(part, Value):
            yield part.name
        elif isinstance(part, Choice):
            yield part.name
            for branch in part.branches:
                yield from parameters(branch)


def key_meanings(template: Template) -> Iterator[str]:
    """The meanings of all keys that a template names, those within branches too."""
    for part in template:
        if isinstance(part, Key):
            yield part.meaning
        elif isinstance(part, Choice):
            for branch in part.branches:
                yield from key_meanings(branch)


def number_of(value: Any) -> int:
    """The number of a value: 0 for nothing, 1 for one, 2 for any other number."""
    if value is None or isinstance(value, bool):
        return int(bool(value))
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            return min(len(value), 1)
        number = value.replace(",", "")
        value = float(number) if "." in number else int(number)
    if isinstance(value, Sequence | set | frozenset | Mapping):
        value = len(value)
    return 2 if value and (value != 1 or isinstance(value, float)) else int(value)


def fill(
    template: Template,
    params: Mapping[str, Any],
    lang: str,
    key_of: Callable[[str], str] | None = None,
) -> str:
    """Fill a template with `params`, and with the keys that `key_of` knows.

    A parameter that is not given, and a key without a face, are shown by their names.
    """
    return "".join(_filled(part, params, lang, key_of) for part in template)


def _filled(
    part: str | Value | Choice | Key,
    params: Mapping[str, Any],
    lang: str,
    key_of: Callable[[str], str] | None,
) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, Value):
        return _shown(part, params, lang)
    if isinstance(part, Choice):
        return fill(_branch(part, params.get(part.name)), params, lang, key_of)
    return key_of(part.meaning) if key_of is not None else "{key:" + part.meaning + "}"


def _branch(choice: Choice, value: Any) -> Template:
    number = number_of(value)
    if choice.is_presence:
        return (*choice.branches, ())[0 if number else 1]
    if len(choice.branches) == 3:
        return choice.branches[number]
    return choice.branches[0 if number == 1 else 1]


def _shown(value: Value, params: Mapping[str, Any], lang: str) -> str:
    if value.name not in params:
        return "{" + value.name + "}"
    return show(params[value.name], lang, value.form)


_ids: list[bool] = [True]


def leave_ids_out(*, is_on: bool) -> None:
    """Whether what has words is shown without its id: by a face on which no id is typed."""
    _ids[:] = [not is_on]


def show(value: Any, lang: str, form: str = "") -> str:
    """A value in words: lists joined, texts made harmless, a word for nothing.

    Moments of the ledger are shown in the bureau's time zone.
    """
    if isinstance(value, list | tuple | set | frozenset):
        return BETWEEN[lang].join(show(item, lang, form) for item in value) or NOTHING[lang]
    if value is None:
        return NOTHING[lang]
    if isinstance(value, Named):
        return plain(value.words(lang, with_id=_ids[0]), 400)
    if isinstance(value, int | float) and form in (",", *DECIMALS):
        return format(value, form)
    text = str(value)
    text = local_moment(text) if MOMENT.fullmatch(text) else plain(text)
    return text[: int(form[1:]) if form[1:].isdigit() else None] or EMPTY[lang]

"""Messages, in Chinese and English side by side, looked up by code.

A message is an entry of a file ``locale/<area>.toml``, with ``en`` and ``zh`` beside each other::

    [not-imported]
    en = "{rows|No row was|One row was|{rows} rows were} rejected{files?, in {files}}."
    zh = "{rows?{rows} 行未予接收|没有未予接收的行}{files?，见 {files}}。"

``{name|none|one|many}`` chooses by how many there are, ``{name?with|without}`` by whether there is
anything; lists are joined by ", " and "、". planner/wording/template.py has the whole syntax.
Quotation marks are “” in both languages; what is to be typed keeps the straight ones it has.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from yaohao.planner.vocabulary.named import Named
from yaohao.planner.vocabulary.problems import Problem, put_into_words_by
from yaohao.planner.wording.template import fill, parse

LANGUAGES = ("zh", "en")
_FOLDERS = [Path(__file__).parent / "locale"]
_STRAIGHT = str.maketrans("“”", '""')
_chosen: list[str] = []
_marks: list[bool] = [False]
_commands: list[Callable[[str], str]] = []
_keys: list[Callable[[str], str]] = []


def choose_language(language: str) -> None:
    """Use `language` (``zh`` or ``en``) from now on in this process; ValueError for another."""
    if language not in LANGUAGES:
        raise ValueError(language)
    _chosen[:] = [language]


def use_straight_marks(*, is_on: bool) -> None:
    """Whether messages in the language in use have straight quotation marks for “ and ”.

    Those take one cell in some terminals and two in others, so that a face which lays text out in
    cells cannot show them. What is published names its language, and keeps its marks.
    """
    _marks[:] = [is_on]


def tell_commands_by(wording: Callable[[str], str] | None) -> None:
    """Let `told` change messages in the language in use that name commands, before they are filled.

    A face that is no command line tells what is done there instead of a command; None for the
    commands as they stand. What is published names its language, and keeps its commands.
    """
    _commands[:] = [wording] if wording is not None else []


def name_keys_by(key_of: Callable[[str], str]) -> None:
    """Let `key_of` say which key ``{key:meaning}`` is: the face whose messages name keys does."""
    _keys[:] = [key_of]


def language() -> str:
    """The language in use: the one chosen, else YAOHAO_LANG, else the locale, else English."""
    if _chosen:
        return _chosen[0]
    for name in ("YAOHAO_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


@cache
def catalogue(area: str) -> dict[str, dict[str, str]]:
    """All messages of an area: name → {"zh": …, "en": …}; empty for an unknown area."""
    for folder in _FOLDERS:
        path = folder / f"{area}.toml"
        if path.is_file():
            return tomllib.loads(path.read_text(encoding="utf-8"))
    return {}


def add_messages(folder: Path) -> None:
    """Look up areas in `folder` too, one file ``<area>.toml`` each; front ends add their own."""
    if folder not in _FOLDERS:
        _FOLDERS.append(folder)
        catalogue.cache_clear()


def areas() -> list[str]:
    """The areas that have messages, sorted."""
    return sorted(path.stem for folder in _FOLDERS for path in folder.glob("*.toml"))


def say(code: str, lang: str | None = None, /, **params: Any) -> str:
    """The message `code` (``area.name``) in `lang`, filled with `params`; the code if unknown."""
    area, _, name = code.partition(".")
    entry = catalogue(area).get(name)
    if entry is None:
        return f"{code} {params}" if params else code
    chosen = lang or language()
    text = entry[chosen]
    if lang is None and _commands:
        text = _commands[0](text)
    if lang is None and _marks[0]:
        text = text.translate(_STRAIGHT)
    return fill(parse(text), params, chosen, _keys[0] if _keys else None)


_OF_ROLES = frozenset({"case.need-role", "case.unknown-role"})


def _with_roles(problem: Problem) -> Mapping[str, Any]:
    """The parameters of a problem, in which the roles of cases know their words."""
    if problem.code not in _OF_ROLES:
        return problem.params

    def named(role: str) -> str:
        entry = catalogue("case").get(f"party-{role}")
        return role if entry is None else Named(role, entry["zh"], entry["en"])

    params = dict(problem.params)
    for name in ("role", "found"):
        if isinstance(params.get(name), str):
            params[name] = named(params[name])
    params["known"] = [named(one) for one in params.get("known", ())]
    return params


def say_problem(problem: Problem, lang: str | None = None) -> str:
    """A problem in words, preceded by its place (file, line) if it has one."""
    params = _with_roles(problem)
    area, _, name = problem.code.partition(".")
    if "{file}" in catalogue(area).get(name, {}).get("en", ""):
        return say(problem.code, lang, **params)
    place = ":".join(
        str(params[key]) for key in ("file", "line") if params.get(key) not in (None, "")
    )
    text = say(problem.code, lang, **params)
    return f"{place}: {text}" if place else text


put_into_words_by(say_problem)

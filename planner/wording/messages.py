"""Words: every text a user meets, Chinese and English side by side, looked up by code."""

from __future__ import annotations

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from yaohao.planner.vocabulary.clock import MOMENT
from yaohao.planner.vocabulary.problems import Problem, put_into_words_by
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.moments import local_moment

LANGUAGES = ("zh", "en")
_BETWEEN = {"zh": "、", "en": ", "}
_FOLDERS = [Path(__file__).parent / "locale"]
_chosen: list[str] = []


def choose_language(language: str) -> None:
    """Use `language` (``zh`` or ``en``) from now on in this process; ValueError for another."""
    if language not in LANGUAGES:
        raise ValueError(language)
    _chosen[:] = [language]


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
    """All words of an area: name → {"zh": …, "en": …}; a missing area is an empty catalogue."""
    for folder in _FOLDERS:
        path = folder / f"{area}.toml"
        if path.is_file():
            return tomllib.loads(path.read_text(encoding="utf-8"))
    return {}


def add_messages(folder: Path) -> None:
    """Look areas up in `folder` too: each face has its own, a file ``<area>.toml`` an area."""
    if folder not in _FOLDERS:
        _FOLDERS.append(folder)
        catalogue.cache_clear()


def areas() -> list[str]:
    """The areas that have words, sorted."""
    return sorted(path.stem for folder in _FOLDERS for path in folder.glob("*.toml"))


def say(code: str, lang: str | None = None, /, **params: Any) -> str:
    """The words for `code` (``area.name``) in `lang`, with `params` put in; the code if unknown."""
    area, _, name = code.partition(".")
    entry = catalogue(area).get(name)
    if entry is None:
        return f"{code} {params}" if params else code
    lang = lang or language()
    return entry[lang].format_map(_Shown(params, lang))


def say_problem(problem: Problem, lang: str | None = None) -> str:
    """A problem in words, led by its place (file, line, key) where it has one."""
    params = problem.params
    area, _, name = problem.code.partition(".")
    if "{file}" in catalogue(area).get(name, {}).get("en", ""):
        return say(problem.code, lang, **params)
    place = ":".join(
        str(params[key]) for key in ("file", "line") if params.get(key) not in (None, "")
    )
    text = say(problem.code, lang, **params)
    return f"{place}: {text}" if place else text


class _Shown(dict[str, Any]):
    """Parameters as plain text: lists joined, texts made harmless, missing ones shown by name.

    Moments of the ledger are shown where the bureau is.
    """

    def __init__(self, params: dict[str, Any], lang: str) -> None:
        super().__init__({key: _show(value, _BETWEEN[lang]) for key, value in params.items()})

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _show(value: Any, between: str) -> Any:
    if isinstance(value, str):
        return local_moment(value) if MOMENT.fullmatch(value) else plain(value)
    if isinstance(value, list | tuple | set | frozenset):
        return between.join(str(_show(item, between)) for item in value)
    return value


put_into_words_by(say_problem)

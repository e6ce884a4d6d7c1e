"""Click's own words in the language in use; the one place that reaches into click's modules."""

from __future__ import annotations

import importlib

from yaohao.planner.wording.messages import catalogue, language

_MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "types", "utils")


def translated(message: str) -> str:
    """A message of click in the language in use; as it is where there are no words for it."""
    if language() == "en":
        return message
    return _by_message().get(message, message)


def translated_plural(singular: str, plural: str, number: int) -> str:
    """The same for messages that have a plural."""
    return translated(singular if number == 1 else plural)


def _by_message() -> dict[str, str]:
    return {entry["en"]: entry["zh"] for entry in catalogue("click").values()}


def translate_click() -> None:
    """Let click look its messages up here instead of in gettext, which has no catalogue of ours."""
    for name in _MODULES:
        module = importlib.import_module(f"click.{name}")
        for function, ours in (("_", translated), ("ngettext", translated_plural)):
            if hasattr(module, function):
                setattr(module, function, ours)

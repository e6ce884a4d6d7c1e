"""Click's own messages in the language in use; the only code that changes click's modules."""

from __future__ import annotations

import importlib

from yaohao.planner.wording.messages import catalogue, language

_MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "types", "utils")


def translated(message: str) -> str:
    """A message of click in the language in use; unchanged if there is no translation."""
    if language() == "en":
        return message
    return _by_message().get(message, message)


def translated_plural(singular: str, plural: str, number: int) -> str:
    """The same for messages that have a plural."""
    return translated(singular if number == 1 else plural)


def _by_message() -> dict[str, str]:
    return {entry["en"]: entry["zh"] for entry in catalogue("click").values()}


def translate_click() -> None:
    """Make click look up its messages here instead of in gettext."""
    for name in _MODULES:
        module = importlib.import_module(f"click.{name}")
        for function, ours in (("_", translated), ("ngettext", translated_plural)):
            if hasattr(module, function):
                setattr(module, function, ours)

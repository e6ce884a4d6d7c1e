"""Printable forms out of Jinja2 templates, which a bureau can put its own in the place of.

A file of the same name in `templates/` of the workspace comes first; it can build on the shipped
one by its name below ``yaohao/``. Whatever is put in is escaped, and templates run in a sandbox.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from planner.vocabulary.problems import PlannerError, refuse
from planner.vocabulary.text import plain, tidy
from planner.vocabulary.words import say

FOLDER = "templates"
MATERIALS = "materials.toml"
"""A file among the templates: what entities are asked to have ready, by item."""

ALL = "all"
_PIECE = 1 << 16  # characters written at a time


class Templates:
    """The templates of a workspace, in one language."""

    def __init__(self, workspace: Path, language: str) -> None:
        from jinja2 import (
            ChoiceLoader,
            FileSystemLoader,
            PackageLoader,
            PrefixLoader,
            StrictUndefined,
        )

        from planner.publication.sandbox import Sandbox

        self.folder = workspace / FOLDER
        self.language = language
        shipped = PackageLoader("planner.publication", FOLDER)
        self._environment = Sandbox(
            self._say,
            loader=ChoiceLoader(
                [FileSystemLoader(self.folder), shipped, PrefixLoader({"yaohao": shipped})]
            ),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_harmless,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["language"] = "zh-CN" if language == "zh" else "en"

    def _say(self, name: str, **params: Any) -> str:
        return say(f"forms.{name}", self.language, **params)

    def pieces(self, name: str, values: Mapping[str, Any]) -> Iterator[bytes]:
        """A page as UTF-8, piece by piece, so that a long one is never held as a whole.

        Raises PlannerError where a template of the bureau's own is at fault.
        """
        from jinja2 import TemplateError, TemplateSyntaxError

        try:
            waiting, size = [], 0
            for part in self._environment.get_template(name).generate(**values):
                waiting.append(part)
                size += len(part)
                if size >= _PIECE:
                    yield "".join(waiting).encode()
                    waiting, size = [], 0
            yield "".join(waiting).encode()
        except TemplateSyntaxError as error:
            raise refuse(
                "forms.bad-template",
                file=str(error.filename or name),
                line=error.lineno,
                found=error.message or "",
            ) from error
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            if isinstance(error, PlannerError):
                raise
            raise refuse(
                "forms.bad-template", file=_file_of(error, name), line="", found=str(error)
            ) from error

    def materials(self) -> dict[str, list[str]]:
        """What entities are asked to have ready: by item id, and under `ALL` for every visit.

        Raises PlannerError for a file that is no such table of lists.
        """
        path = self.folder / MATERIALS
        usual = [line for line in self._say("usual-materials").splitlines() if line]
        if not path.is_file():
            return {ALL: usual}
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise refuse("forms.bad-materials", file=str(path), found=str(error)) from error
        for key, value in table.items():
            if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                raise refuse("forms.bad-materials", file=str(path), found=f"{key} = {value!r}")
        return {ALL: usual, **{key: [tidy(one) for one in value] for key, value in table.items()}}


def _harmless(value: Any) -> Any:
    """What is put into a page: text without characters that change how their neighbours show."""
    if value is None:
        return ""
    return plain(value) if type(value) is str else value


def _file_of(error: BaseException, name: str) -> str:
    """The template in which an error came up: the last one on its way, else the one asked for."""
    found, trace = name, error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        found = file if file.endswith(".html") else found
        trace = trace.tb_next
    return found

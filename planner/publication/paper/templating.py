"""Printable forms out of Jinja2 templates, which a bureau can put its own in the place of.

A file of the same name in `templates/` of the workspace comes first; it can build on the shipped
one by its name below ``yaohao/``. Whatever is put in is escaped, and templates run in a sandbox.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from yaohao.planner.vocabulary.problems import PlannerError, refuse
from yaohao.planner.vocabulary.small_files import parse_toml
from yaohao.planner.vocabulary.text import plain, tidy
from yaohao.planner.wording.messages import say

FOLDER = "templates"
MATERIALS = "materials.toml"
"""A file among the templates: what entities are asked to have ready, by item."""

ALL = "all"
LARGEST_FILE = 1_000_000
"""Bytes of a template of a bureau's own."""
_PIECE = 1 << 16  # characters written at a time


class Templates:
    """The templates of a workspace, in one language."""

    def __init__(self, workspace: Path, language: str) -> None:
        from jinja2 import (
            ChoiceLoader,
            FunctionLoader,
            PackageLoader,
            PrefixLoader,
            StrictUndefined,
        )
        from yaohao.planner.publication.paper.sandbox import Sandbox

        self.folder = workspace / FOLDER
        self.language = language
        shipped = PackageLoader("yaohao.planner.publication.paper", FOLDER)
        self._environment = Sandbox(
            self._say,
            _harmless,
            loader=ChoiceLoader(
                [FunctionLoader(self._own), shipped, PrefixLoader({"yaohao": shipped})]
            ),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["language"] = "zh-CN" if language == "zh" else "en"

    def _say(self, name: str, /, **params: Any) -> str:
        return say(f"forms.{name}", self.language, **params)

    def _own(self, name: str) -> tuple[str, str, None] | None:
        """A template of the bureau's own: its text and its file; None where there is none."""
        path = own_file(self.folder, name)
        return None if path is None else (own_text(path), str(path), None)

    def pieces(self, name: str, values: Mapping[str, Any]) -> Iterator[bytes]:
        """A page as UTF-8, piece by piece, so that a long one is never held as a whole.

        Raises PlannerError where a template of the bureau's own is at fault.
        """
        from jinja2 import TemplateError, TemplateSyntaxError

        try:
            waiting, size = [], 0
            meter = self._environment.begin_page()
            for part in self._environment.get_template(name).generate(**values):
                waiting.append(part)
                size += len(part)
                if size >= _PIECE:
                    meter.written(size)
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
        except (
            TemplateError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError,
            MemoryError,
        ) as error:  # fmt: skip
            if isinstance(error, PlannerError):
                raise
            file, line = _place_of(error, name)
            reason = self._said(error)
            raise refuse("forms.bad-template", file=file, line=line, found=reason) from error

    def _said(self, error: BaseException) -> str:
        """What went wrong in a template; what Jinja says of it is in English."""
        from yaohao.planner.publication.paper.template_bounds import BeyondBoundsError

        if isinstance(error, BeyondBoundsError):
            params = {
                name: f"{value:,}" if isinstance(value, int | float) else plain(value)
                for name, value in error.params.items()
            }
            return self._say(f"bounds-{error.code}", **params)
        if isinstance(error, RecursionError):
            return self._say("bounds-recursion")
        return str(error) or type(error).__name__

    def materials(self) -> dict[str, list[str]]:
        """What entities are asked to have ready: by item id, and under `ALL` for every visit.

        Raises PlannerError for a file that is no such table of lists.
        """
        path = own_file(self.folder, MATERIALS)
        usual = [line for line in self._say("usual-materials").splitlines() if line]
        if path is None:
            return {ALL: usual}
        try:
            table = parse_toml(own_text(path), str(path))
        except ValueError as error:
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


def own_file(folder: Path, name: str) -> Path | None:
    """The file of a name in a bureau's folder of templates, or None where there is none.

    Raises PlannerError for a name or a link that leads out of the folder, and where the folder
    itself is a link: a template is text that is published, and what lies elsewhere was not put
    there to be.
    """
    if folder.is_symlink():
        raise refuse("forms.template-outside", file=str(folder), found=str(folder.readlink()))
    path = folder / name
    inside = folder.resolve()
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        if path.is_symlink():
            raise refuse("forms.template-outside", file=str(path), found=str(error)) from error
        return None
    if not real.is_relative_to(inside):
        raise refuse("forms.template-outside", file=str(path), found=str(real))
    return real if real.is_file() else None


def own_text(path: Path) -> str:
    """The text of a bureau's own file, no larger than a form can be.

    Raises PlannerError where it is larger, or is no text in UTF-8.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise refuse("forms.template-large", file=str(path), most=f"{LARGEST_FILE:,}")
        return data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise refuse("forms.bad-template", file=str(path), line=1, found=str(error)) from error


def _place_of(error: BaseException, name: str) -> tuple[str, int]:
    """The template and the line in which an error came up: the last one on its way."""
    file, line, trace = name, 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith(".html"):
            file, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    return file, line

"""Where what was made of a draw lies: the page of its publication, its forms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from yaohao.planner.doors.group import PathLike
from yaohao.planner.vocabulary.problems import refuse

if TYPE_CHECKING:
    from yaohao.planner.doors.draws import DrawMethods

PAGE = "index.html"
FORMS = {
    "notices": "notices.html",
    "records": "records.xlsx",
    "worklists": "worklists.html",
    "bulletin": "bulletin.xlsx",
    "national": "national.xlsx",
}
"""The file that each kind of form is looked at first."""


def page_in(path: PathLike) -> Path:
    """The file that a path means: a publication's or a site's page, or the file itself.

    Raises PlannerError where it is not there.
    """
    place = Path(path)
    file = place / PAGE if place.is_dir() else place
    if not file.is_file():
        raise refuse("open.no-page" if place.is_dir() else "disk.missing", file=str(file))
    return file


def made_file(workspace: DrawMethods, draw: str, form: str = "") -> Path:
    """The page of a draw's publication in the workspace, or one of its forms (of `FORMS`).

    Raises PlannerError where there is no such draw, or it was not made yet.
    """
    workspace.show(draw)  # told where there is no such draw
    home = workspace._workspace.folder
    if not form:
        file = home / "publications" / draw / PAGE
        if not file.is_file():
            raise refuse("open.not-published", draw=draw, file=str(file))
        return file
    file = home / "notices" / draw / FORMS[form]
    if not file.is_file():
        raise refuse("open.no-form", draw=draw, form=form, file=str(file))
    return file

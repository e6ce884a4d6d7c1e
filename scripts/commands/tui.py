"""`yaohao tui`: the screens, in this terminal or served to a browser on this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from yaohao.planner.doors.user_settings import user_setting
from yaohao.planner.vocabulary.problems import PlannerError, refuse
from yaohao.scripts.command_base import (
    cli_command,
    open_workspace,
    option,
    session,
)
from yaohao.scripts.output import note

if TYPE_CHECKING:
    from yaohao.planner.workspace import Workspace

THEMES = ("dark", "light", "contrast")


@cli_command("tui")
@option("--ascii", "ascii_only", words="tui-ascii", is_flag=True)
@option("--theme", words="tui-theme", type=click.Choice(THEMES), default=None)
@option("--still", words="tui-still", is_flag=True)
@option("--serve", words="tui-serve", is_flag=True)
@option("--port", words="tui-port", meta="number", type=click.IntRange(1, 65535), default=8642)
def command(*, ascii_only: bool, theme: str | None, still: bool, serve: bool, port: int) -> None:
    """Open the screens of a workspace."""
    if session().json:
        raise refuse("cli.tui-json")
    theme = theme or user_setting("theme") or THEMES[0]
    looks = {"ascii_only": ascii_only, "theme": theme}
    try:
        workspace = open_workspace()
    except PlannerError as error:
        if not _is_first(error):
            raise
        if serve:
            # The guided start, in the browser as in a terminal: in the folder asked for, or here.
            _serve(_wanted(), ascii_only=ascii_only, still=still, theme=theme, port=port)
            return
        _check_terminal()
        folder = _started(looks)
        if "web_driver" in os.environ.get("TEXTUAL_DRIVER", ""):
            return  # a browser window shows one program: opened again, it shows the workspace
    else:
        if serve:
            with workspace:
                folder = str(workspace.folder.absolute())
                _serve(folder, ascii_only=ascii_only, still=still, theme=theme, port=port)
            return
        _check_terminal()
        folder = _shown(workspace, looks, still=still)
    while folder:
        session().workspace = folder
        folder = _shown(open_workspace(), looks, still=still)


def _is_first(error: PlannerError) -> bool:
    """Whether there is no workspace yet, and one may be made: nowhere, or where it is asked for."""
    if error.problems[0].code == "workspace.no-workspace":
        return True
    where = session().workspace or os.environ.get("YAOHAO_WORKSPACE", "")
    if error.problems[0].code != "workspace.not-a-workspace" or not where:
        return False
    from yaohao.planner.workspace import Workspace

    try:
        Workspace.check_vacant(where)
    except PlannerError:
        return False
    return True


def _check_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()) and "TEXTUAL_DRIVER" not in os.environ:
        raise refuse("cli.tui-terminal")


def _wanted() -> str:
    """The whole path of the folder that a new workspace is asked for in; "" for none."""
    where = session().workspace or os.environ.get("YAOHAO_WORKSPACE", "")
    return str(Path(where).absolute()) if where else ""


def _started(looks: Mapping[str, Any]) -> str:
    """Ask for a new workspace, or one that lies below; its folder, "" where somebody left."""
    from yaohao.tui.start_app import StartApp

    app = StartApp(Path.cwd(), _wanted(), **looks)
    folder = app.run() or ""
    if app.return_code:
        sys.exit(app.return_code)
    return folder


def _shown(workspace: Workspace, looks: Mapping[str, Any], *, still: bool) -> str:
    """Show the screens of a workspace; the folder of the one to go on with, mostly none."""
    from yaohao.tui.app import YaohaoApp

    with workspace:
        app = YaohaoApp(workspace, motion=not still, resume=True, guided=True, **looks)
        app.run()
    if app.return_code:
        sys.exit(app.return_code)
    return app.following


def _serve(folder: str, *, ascii_only: bool, still: bool, theme: str, port: int) -> None:
    from yaohao.scripts.served_screens import serve as serve_screens

    options = ["--ascii"] * ascii_only + ["--still"] * still + ["--theme", theme]
    serve_screens(folder, options, port, lambda at: note("tui-serving", address=at))

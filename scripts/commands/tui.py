"""`yaohao tui`: the screens, in this terminal or served to a browser on this machine."""

from __future__ import annotations

import os
import sys

import click
from yaohao.planner.doors.user_settings import user_setting
from yaohao.planner.vocabulary.problems import refuse
from yaohao.scripts.command_base import (
    cli_command,
    open_workspace,
    option,
    session,
)
from yaohao.scripts.output import note

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
    with open_workspace() as workspace:
        if serve:
            options = ["--ascii"] * ascii_only + ["--still"] * still + ["--theme", theme]
            from yaohao.scripts.served_screens import serve as serve_screens

            folder = str(workspace.folder.absolute())
            serve_screens(folder, options, port, lambda at: note("tui-serving", address=at))
            return
        if not (sys.stdin.isatty() and sys.stdout.isatty()) and "TEXTUAL_DRIVER" not in os.environ:
            raise refuse("cli.tui-terminal")
        from yaohao.tui.app import YaohaoApp

        app = YaohaoApp(
            workspace, ascii_only=ascii_only, theme=theme, motion=not still, resume=True
        )
        app.run()
    if app.return_code:
        sys.exit(app.return_code)

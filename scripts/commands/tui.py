"""`yaohao tui`: the screens, in this terminal or served to a browser on this machine."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import closing
from typing import Any

import click

from planner.vocabulary.problems import refuse
from planner.vocabulary.words import language
from scripts.face import act, open_workspace, option, session
from scripts.output import note

THEMES = ("dark", "light", "contrast")
LOOPBACK = "127.0.0.1"


@act("tui")
@option("--ascii", "ascii_only", words="tui-ascii", is_flag=True)
@option("--theme", words="tui-theme", type=click.Choice(THEMES), default="dark")
@option("--still", words="tui-still", is_flag=True)
@option("--serve", words="tui-serve", is_flag=True)
@option("--port", words="tui-port", meta="number", type=click.IntRange(1, 65535), default=8642)
def command(*, ascii_only: bool, theme: str, still: bool, serve: bool, port: int) -> None:
    """Open the screens of a workspace."""
    if session().json:
        raise refuse("cli.tui-json")
    with closing(open_workspace()) as bureau:
        if serve:
            options = ["--ascii"] * ascii_only + ["--still"] * still + ["--theme", theme]
            _serve(str(bureau.folder.absolute()), options, port)
            return
        if not (sys.stdin.isatty() and sys.stdout.isatty()) and "TEXTUAL_DRIVER" not in os.environ:
            raise refuse("cli.tui-terminal")
        from tui.app import YaohaoApp

        app = YaohaoApp(bureau, ascii_only=ascii_only, theme=theme, motion=not still)
        app.run()
    if app.return_code:
        sys.exit(app.return_code)


def _serve(folder: str, options: list[str], port: int) -> None:
    """Serve the screens on the loopback alone; each browser window has a process of its own."""
    try:
        from aiohttp import web
        from textual_serve.server import Server
    except ImportError as error:
        raise refuse("cli.tui-no-serve") from error

    class Own(Server):
        """Answers its own pages alone: any page in the browser may ask the loopback."""

        async def _make_app(self) -> web.Application:
            app = await super()._make_app()
            app.middlewares.append(own_pages(port))
            return app

    words = [sys.executable, "-m", "scripts", "tui", "--workspace", folder]
    words += ["--lang", language(), *options]
    note("tui-serving", address=f"http://{LOOPBACK}:{port}")
    Own(shlex.join(words), host=LOOPBACK, port=port, title="yaohao").serve()


def own_pages(port: int) -> Any:
    """A middleware that refuses what other pages, or other names of this machine, ask for."""
    from aiohttp import web

    address = f"{LOOPBACK}:{port}"

    @web.middleware
    async def check(request: web.Request, handler: Any) -> Any:
        origin = request.headers.get("Origin", f"http://{address}")
        if request.headers.get("Host") != address or origin != f"http://{address}":
            raise web.HTTPForbidden
        return await handler(request)

    return check

"""The screens served to a browser on this machine, protected by a key.

Any account of a machine can reach its loopback, and any page in a browser can ask it. So the
address that is printed once holds a random key; who comes with it gets a cookie, and without that
cookie, from another origin, or under another name of this machine nothing is answered. The page
asks no other server for anything, and its policy forbids it.
"""

from __future__ import annotations

import hmac
import logging
import os
import secrets
import shlex
import socket
import sys
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.messages import language, say

from yaohao.safe_path import child_environment

if TYPE_CHECKING:
    from aiohttp import web

LOOPBACK = "127.0.0.1"
SOCKET = "/ws"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "font-src 'self'; img-src 'self' data:; connect-src 'self' {websocket}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What the page may load: its own files, and its own websocket (xterm writes styles inline)."""
_OWN = {"screen.css": "text/css", "screen.js": "text/javascript"}


def screens_command(folder: str, options: Sequence[str]) -> str:
    """The command that a browser window runs, for a shell.

    Python starts with ``-P``: the working folder is not on its path, whatever lies in it.
    """
    words = [sys.executable, "-P", "-m", "yaohao", "tui"]
    where = ["--workspace", folder] if folder else []
    return shlex.join([*words, *where, "--lang", language(), *options])


def only_with_key(port: int, key: str) -> Any:
    """Middleware that answers only requests with the key (403 otherwise).

    ``/?key=…`` gives a cookie for the key and leads on to the address without it, so that the key
    stays in no history. A websocket must name this page as its origin.
    """
    from aiohttp import web

    address = f"{LOOPBACK}:{port}"
    origin = f"http://{address}"
    name, cookie = f"yaohao-{port}", secrets.token_urlsafe(32)
    policy = POLICY.format(websocket=f"ws://{address}")

    def same(given: str, expected: str) -> bool:
        # What is no text at all is told apart like any other wrong one.
        return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())

    @web.middleware
    async def check(request: web.Request, handler: Any) -> Any:
        is_socket = request.path == SOCKET or "Upgrade" in request.headers
        named = request.headers.get("Origin", None if is_socket else origin)
        if request.headers.get("Host") != address or named != origin:
            raise web.HTTPForbidden
        if request.path == "/" and same(request.query.get("key", ""), key):
            welcome = web.HTTPSeeOther("/")
            welcome.set_cookie(name, cookie, httponly=True, samesite="Strict", path="/")
            welcome.headers["Referrer-Policy"] = "no-referrer"
            raise welcome
        if not same(request.cookies.get(name, ""), cookie):
            raise web.HTTPForbidden
        return await handler(request)

    async def protect(request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"

    check.protect = protect  # type: ignore[attr-defined]
    return check


def make_server(command: str, port: int, key: str) -> Any:
    """Create the server of the screens: `textual-serve` behind the key, with our own page.

    Raises PlannerError where the package is not installed.
    """
    try:
        from aiohttp import web
        from textual_serve.server import Server
    except ImportError as error:
        raise refuse("cli.tui-no-serve") from error

    own = files("yaohao.scripts") / "served"

    class KeyServer(Server):
        """Answers only requests with the key, and logs neither the key nor the command."""

        async def _make_app(self) -> web.Application:
            app = await super()._make_app()
            check = only_with_key(port, key)
            app.middlewares.append(check)
            app.on_response_prepare.append(check.protect)
            app.router.add_get("/own/{name}", self.handle_own)
            return app

        def serve_on(self, place: socket.socket) -> None:
            """Serve on a bound socket until interrupted; requests are not logged,
            since the first one holds the key.
            """
            logging.basicConfig(level="WARNING", format="%(message)s")
            web.run_app(
                self._make_app(), sock=place, access_log=None, print=None, shutdown_timeout=2
            )

        async def on_startup(self, app: web.Application) -> None:
            """Nothing: the address has been told."""

        async def handle_index(self, request: web.Request) -> web.Response:
            from jinja2 import Environment, select_autoescape

            page = Environment(autoescape=select_autoescape(default_for_string=True)).from_string(
                (own / "app_index.html").read_text(encoding="utf-8")
            )
            size = request.query.get("fontsize", "")
            shown = page.render(
                lang=language(),
                ended=say("cli.tui-ended"),
                again=say("cli.tui-again"),
                websocket=f"ws://{LOOPBACK}:{port}{SOCKET}",
                font_size=size if size.isdecimal() and len(size) < 4 else "16",
            )
            return web.Response(text=shown, content_type="text/html")

        async def handle_own(self, request: web.Request) -> web.Response:
            kind = _OWN.get(request.match_info["name"])
            if kind is None:
                raise web.HTTPNotFound
            text = (own / request.match_info["name"]).read_text(encoding="utf-8")
            return web.Response(text=text, content_type=kind)

    return KeyServer(command, host=LOOPBACK, port=port, title="yaohao")


def serve(folder: str, options: Sequence[str], port: int, tell: Callable[[str], None]) -> None:
    """Serve the screens of a workspace on the loopback until interrupted.

    `tell` is called once, with the address that lets a browser in, and only when the port is ours:
    who opened that address on somebody else's server would show the key there.
    Raises PlannerError where the port is taken.
    """
    key = secrets.token_urlsafe(32)
    server = make_server(screens_command(folder, options), port, key)
    os.environ.update(child_environment())
    try:
        place = socket.create_server((LOOPBACK, port))
    except OSError as error:
        reason = error.strerror or str(error)
        raise refuse("cli.tui-port", port=port, found=reason) from error
    with place:
        tell(f"http://{LOOPBACK}:{port}/?key={key}")
        server.serve_on(place)

"""Served screens: nobody without the key gets anything, and the working folder is no code."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from helpers.browser import Browser
from helpers.hostile_folder import hostile_folder
from yaohao.planner.workspace import Workspace
from yaohao.scripts.served_screens import LOOPBACK, POLICY

from yaohao.safe_path import child_environment

pytest_plugins = ["helpers.browser"]

ROOT = Path(__file__).resolve().parents[2]
ROUTES = ("/", "/ws", "/static/js/textual.js", "/static/", "/own/screen.js", "/download/x", "/no")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served") / "b"
    Workspace.create(folder, "free").close()
    return folder


@pytest.fixture(scope="module")
def served(workspace: Path) -> Iterator[tuple[int, str, Path, int]]:
    """Port, key, mark of hostile code and process of screens served from a hostile folder."""
    here = workspace.parent / "hostile"
    mark = hostile_folder(here)
    with serving(here, "--workspace", str(workspace)) as (port, key, pid):
        yield port, key, mark, pid


@contextmanager
def serving(here: Path, *options: str) -> Iterator[tuple[int, str, int]]:
    """Port, key and process of screens served from a folder."""
    with socket.create_server((LOOPBACK, 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "YAOHAO_LANG": "en", "PYTHONPATH": os.pathsep.join(["", "."])}
    words = [sys.executable, "-P", str(ROOT / "yaohao" / "__main__.py"), "tui", "--serve"]
    environment["PYTHONPATH"] = str(ROOT)
    running = subprocess.Popen(
        [*words, "--port", str(port), *options],
        cwd=here, env=environment, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert running.stderr is not None
        told = re.search(r"\?key=([\w-]+)", running.stderr.readline())
        assert told
        for _ in range(100):
            with socket.socket() as one:
                if one.connect_ex((LOOPBACK, port)) == 0:
                    break
            time.sleep(0.1)
        yield port, told[1], running.pid
    finally:
        running.terminate()
        running.wait(20)


def session(**extra: Any) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), **extra)


async def shows(client: aiohttp.ClientSession, port: int, words: bytes) -> None:
    """Wait until a browser window shows words."""
    seen = b""
    address = f"ws://{LOOPBACK}:{port}/ws?width=80&height=24"
    own = f"http://{LOOPBACK}:{port}"
    async with (
        client.ws_connect(address, headers={"Origin": own}) as socket_,
        asyncio.timeout(30),
    ):
        await socket_.send_str(json.dumps(["resize", {"width": 80, "height": 24}]))
        async for message in socket_:
            seen += message.data if isinstance(message.data, bytes) else b""
            if words in seen:
                break
    assert words in seen


@pytest.mark.asyncio
async def test_without_a_workspace_the_guided_start_is_served(tmp_path: Path) -> None:
    with serving(tmp_path) as (port, key, _):
        async with session() as client:
            async with client.get(f"http://{LOOPBACK}:{port}/?key={key}") as answer:
                assert answer.status == 200
            await shows(client, port, b"A new workspace")
            Workspace.create(tmp_path / "served-here", "free").close()
            await shows(client, port, b"served-here")
    assert [one.name for one in tmp_path.iterdir()] == ["served-here"]


@pytest.mark.asyncio
async def test_without_the_key_nothing_is_answered(served: tuple[int, str, Path, int]) -> None:
    port, key, _, _ = served
    own = f"http://{LOOPBACK}:{port}"
    async with session() as client:
        for route in ROUTES:
            async with client.get(own + route) as answer:
                assert answer.status == 403, route
        for query in ("?key=", "?key=" + "a" * len(key), "?key=" + key[:-1]):
            async with client.get(f"{own}/{query}", allow_redirects=False) as answer:
                assert answer.status == 403
        async with client.get(f"{own}/static/js/textual.js?key={key}") as answer:
            assert answer.status == 403
        async with client.get(own, cookies={f"yaohao-{port}": key}) as answer:
            assert answer.status == 403, "the key is no cookie"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await client.ws_connect(f"ws://{LOOPBACK}:{port}/ws", headers={"Origin": own})


@pytest.mark.asyncio
async def test_with_the_key_the_first_screen_is_shown(served: tuple[int, str, Path, int]) -> None:
    port, key, mark, pid = served
    own = f"http://{LOOPBACK}:{port}"
    async with session() as client:
        async with client.get(f"{own}/?key={key}", allow_redirects=False) as answer:
            assert answer.status == 303 and answer.headers["Location"] == "/"
            cookie = answer.headers["Set-Cookie"]
            assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and key not in cookie
        async with client.get(own) as answer:
            page = await answer.text()
            assert answer.status == 200
            policy = POLICY.format(websocket=f"ws://{LOOPBACK}:{port}")
            assert answer.headers["Content-Security-Policy"] == policy
        assert "//" not in page.replace(f"ws://{LOOPBACK}:{port}", ""), "another address is asked"
        for part in re.findall(r'(?:src|href)="(/[^"]+)"', page):
            async with client.get(own + part) as answer:
                assert answer.status == 200, part
        for header in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
            async with client.get(own, headers=header) as answer:
                assert answer.status == 403
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await client.ws_connect(f"ws://{LOOPBACK}:{port}/ws")
        # Nothing is in the workspace: the guided start.
        await shows(client, port, b"step by step")
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            assert key.encode() not in process.read_bytes()
        except OSError:
            continue
    assert not mark.exists(), mark.read_text()
    assert pid


@pytest.mark.asyncio
async def test_what_is_no_text_is_refused_like_anything_else(
    served: tuple[int, str, Path, int],
) -> None:
    port = served[0]
    name, host = f"yaohao-{port}".encode(), f"{LOOPBACK}:{port}".encode()
    for line, extra in (
        (b"GET / HTTP/1.1", b"Cookie: " + name + b"=\xff\xfe\r\n"),
        (b"GET /?key=%ED%B3%BF HTTP/1.1", b""),
        (b"GET /?key=%FF HTTP/1.1", b""),
        (b"GET / HTTP/1.1", b"Origin: \xff\r\n"),
        (b"GET /ws HTTP/1.1", b"Upgrade: websocket, h2c\r\n"),
    ):
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
        writer.write(line + b"\r\nHost: " + host + b"\r\n" + extra + b"Connection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        assert answer.split()[1] == b"403", (line, extra, answer[:80])


def test_no_address_is_told_where_the_port_is_somebody_elses(workspace: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "yaohao", "tui", "--serve", "--port", port,
             "--workspace", str(workspace)],
            cwd=ROOT, env={**os.environ, "YAOHAO_LANG": "en"},
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert done.returncode == 2 and "key=" not in done.stdout + done.stderr
    assert f"port {port}" in done.stderr and "--port" in done.stderr


def test_requests_are_not_logged(workspace: Path, tmp_path: Path) -> None:
    """Not even where Python looks for mistakes in programs: the first request holds the key."""
    with socket.create_server((LOOPBACK, 0)) as free:
        port = free.getsockname()[1]
    said = tmp_path / "said"
    with said.open("wb") as file:
        running = subprocess.Popen(
            [sys.executable, "-X", "dev", "-m", "yaohao", "tui", "--serve", "--port", str(port),
             "--workspace", str(workspace)],
            cwd=ROOT, env={**os.environ, "PYTHONASYNCIODEBUG": "1"}, stdout=file, stderr=file,
        )  # fmt: skip
    try:
        key = ""
        for _ in range(200):
            told = re.search(rb"\?key=([\w-]+)", said.read_bytes())
            key = told[1].decode() if told else ""
            if key:
                break
            time.sleep(0.1)

        async def ask() -> int:
            url = f"http://{LOOPBACK}:{port}/?key={key}"
            async with session() as client, client.get(url, allow_redirects=False) as answer:
                return answer.status

        assert asyncio.run(ask()) == 303
    finally:
        running.terminate()
        running.wait(20)
    assert said.read_bytes().count(key.encode()) == 1, "the key is told once, and not logged"


def test_a_browser_shows_the_screens_and_asks_nobody_else(
    served: tuple[int, str, Path, int], browser: Browser
) -> None:
    port, key, _, _ = served
    own = f"http://{LOOPBACK}:{port}/"
    page = browser.new_page()
    asked: list[str] = []
    got: list[str] = []
    noises: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on(
        "console",
        lambda message: noises.append(message.text) if message.type != "log" else None,
    )
    page.on("pageerror", lambda error: noises.append(str(error)))
    page.on("websocket", lambda one: one.on("framereceived", lambda data: got.append(str(data))))
    page.goto(f"{own}?key={key}")
    page.wait_for_function("document.querySelector('.xterm-screen') !== null", timeout=30_000)
    for _ in range(100):
        if any("Register" in one for one in got):
            break
        page.wait_for_timeout(100)
    address = page.url
    assert any("Register" in one for one in got), noises
    assert address == own, "the key stays in no history"
    assert asked and all(url.startswith((own, "data:")) for url in asked), asked
    assert not noises, noises


@pytest.mark.parametrize("words", ["--help", "status", "register", "log", "plan new p.toml"])
@pytest.mark.parametrize("inside", [False, True])
def test_nothing_of_the_working_folder_runs(tmp_path: Path, words: str, inside: bool) -> None:
    here = tmp_path / "hostile"
    mark = hostile_folder(here)
    if inside:
        Workspace.create(tmp_path / "b", "free").close()
        for path in (tmp_path / "b").iterdir():
            path.rename(here / path.name)
    # As the console script starts it, whose first entry is the folder of the script.
    start = (
        "import sys; sys.path.insert(0, sys.argv.pop(1))\n"
        "from yaohao.scripts.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", start, str(ROOT), *words.split()],
        cwd=here, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 2) and "Traceback" not in done.stderr
    assert not mark.exists(), mark.read_text()


def test_the_working_folder_is_taken_off_the_path(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from yaohao.safe_path import leave_out_working_folder\n"
        "sys.path[:0] = ['', '.', sys.argv[2]]\n"
        "leave_out_working_folder()\n"
        "print([p for p in sys.path if p in ('', '.') or p == sys.argv[2]])"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, str(ROOT), str(tmp_path)],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_children_inherit_no_working_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", ".", "below", str(ROOT)]))
    assert child_environment() == {"PYTHONSAFEPATH": "1", "PYTHONPATH": str(ROOT)}

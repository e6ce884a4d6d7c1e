"""Opening a file in the program that the system has for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from yaohao.planner.vocabulary.problems import refuse

OPENERS = (("xdg-open",), ("gio", "open"), ("wslview",))
BROWSERS = ("firefox", "chromium", "chromium-browser", "google-chrome", "microsoft-edge")
_PAGES = (".html", ".htm", ".svg", ".json", ".csv")
_WAIT = 5.0  # seconds after which a program that still runs has opened the file


def opener_of(file: Path) -> list[str]:
    """The command that opens a file here, without the file.

    Raises PlannerError that names the file where there is no screen to show it on, or no program.
    """
    if sys.platform == "darwin":
        return ["open"]
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "BROWSER")
    if not any(os.environ.get(name) for name in screens):
        raise refuse("open.no-screen", file=str(file))
    for first, *more in OPENERS:
        if program := shutil.which(first):
            return [program, *more]
    if file.suffix.lower() in _PAGES:
        for name in (os.environ.get("BROWSER", ""), *BROWSERS):
            if name and (program := shutil.which(name)):
                return [program]
    raise refuse("open.no-program", file=str(file))


def open_file(file: Path) -> str:
    """Open a file in the program for it; the program's name.

    Raises PlannerError that names the file where none can be opened here, or it did not start.
    """
    path = file.absolute()
    if sys.platform == "win32":
        try:
            os.startfile(path)
        except OSError as error:
            raise refuse("open.failed", file=str(path), found=str(error)) from error
        return "startfile"
    command = opener_of(path)
    try:
        started = subprocess.Popen(
            [*command, str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        status = started.wait(_WAIT)
    except subprocess.TimeoutExpired:
        return command[0]
    except OSError as error:
        reason = error.strerror or str(error)
        raise refuse("open.failed", file=str(path), found=reason) from error
    if status:
        raise refuse("open.failed", file=str(path), found=f"{command[0]}: {status}")
    return command[0]

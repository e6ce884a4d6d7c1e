"""Carry out one act in a workspace and kill this process at the N-th point at which it writes.

    python kill_at.py FOLDER N ACT [ARGUMENT…]

An act ``module:function`` is called as it is, and FOLDER not opened; ``cases.step`` is one of a
group. A mapping at the end of the arguments holds those that have names.

A point is a file opened for writing, renamed or removed, a folder made, or an SQL statement. With N
= 0 the act runs to its end and the number of points is printed.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from operator import attrgetter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

points = 0
last = int(sys.argv[2])


def point(*_: Any) -> None:
    global points  # noqa: PLW0603 - a hook has nowhere else to count
    points += 1
    if points == last:
        os.kill(os.getpid(), signal.SIGKILL)


def on_event(event: str, arguments: tuple[Any, ...]) -> None:
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_WRONLY
    if writes or event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"):
        point()


def main() -> None:
    module, function, name = sys.argv[3].partition(":")
    if function:
        call = getattr(importlib.import_module(module), name)
        sys.addaudithook(on_event)
        call(*json.loads(sys.argv[4]))
        print(points)
        return
    from yaohao.planner.workspace import Workspace

    workspace = Workspace(sys.argv[1])
    workspace._workspace.store.connection.set_trace_callback(point)
    sys.addaudithook(on_event)
    arguments = json.loads(sys.argv[4])
    named = arguments.pop() if arguments and isinstance(arguments[-1], dict) else {}
    attrgetter(sys.argv[3])(workspace)(*arguments, **named)
    print(points)


main()

"""Carry out acts in workspaces, each in a process that is killed at the N-th point at which it
writes, or that has its folders copied at such points.

    python kill_at.py

reads a request a line, ``[{VARIABLE: TEXT}, FOLDER, N, ACT, [ARGUMENT…], COPIES]`` in JSON, and
tells of each how its process ended. The processes are forks of this one, which has loaded the
program and done nothing with it: an interpreter a request would take longer than the acts.
``cases.step`` is an act of a group. A mapping at the end of the arguments holds those that have
names.

An act ``module:function``, of the program or of the tests, is called as it is, and FOLDER not
opened; ``create`` makes a workspace in FOLDER and ``open`` opens the one that is there. Others are
those of a workspace.

A point is a file opened for writing, renamed or removed, a folder made or removed, or an SQL
statement; where a database is made or brought up to date, one that is opened too. With N = 0 the
act runs to its end and the number of points is printed.

COPIES is ``[POINTS, PATHS, TO]``, or null: at these points the paths are copied, as ``TO/POINT/0``
and so on. A process that is killed leaves on the disk what it had written, and nothing happens to
that afterwards: so the copies are what is left by one that is killed at the point, and one run
gives those of all points. A test of this helper holds both beside each other.

The functions are for the tests, the rest for the process that they start.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = (
    "duckdb", "highspy", "pyarrow.compute", "pyarrow.parquet", "sqlite_utils",
)  # fmt: skip
"""What the program loads when it needs it."""
EVENTS = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree")


class Killer:
    """The process that starts and kills others."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self, folder: Path, point: int, act: str, arguments: Sequence[Any] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run an act and kill it at a point: how it ended, and what it printed."""
        return self._ask(folder, point, act, arguments, None)

    def each_left(
        self,
        folder: Path,
        points: Iterable[int],
        act: str,
        arguments: Sequence[Any] = (),
        paths: Sequence[Path] = (),
    ) -> Iterator[int]:
        """Leave what an act writes as it is where the act is killed, point by point.

        It starts from the folder as it is now. ``paths`` are all that it writes, the folder where
        nothing is said.
        """
        paths, chosen = paths or [folder], sorted(set(points))
        with tempfile.TemporaryDirectory() as to:
            run = self._ask(folder, 0, act, arguments, [chosen, paths, to])
            assert run.returncode == 0, run.stderr
            for point in chosen:
                for number, path in enumerate(paths):
                    _clear(path)
                    if (copy := Path(to, str(point), str(number))).exists():
                        shutil.move(copy, path)
                yield point
                assert Path(to, str(point)).is_dir()  # the act came by

    def _ask(
        self, folder: Path, point: int, act: str, arguments: Sequence[Any], copies: Any
    ) -> subprocess.CompletedProcess[str]:
        """Have a request answered."""
        assert self._process.stdin and self._process.stdout
        own = {name: text for name, text in os.environ.items() if name.startswith("YAOHAO_")}
        # What killed ones leave in the folder of the system is swept by whoever comes next, here or
        # in a test beside: that would be more points for one run than for another.
        with tempfile.TemporaryDirectory() as meanwhile:
            own.setdefault("YAOHAO_TEMPORARY", meanwhile)
            request = json.dumps(
                [own, str(folder), point, act, list(arguments), copies], default=str
            )
            self._process.stdin.write(request + "\n")
            self._process.stdin.flush()
            status, out, err = json.loads(self._process.stdout.readline())
        return subprocess.CompletedProcess(request, status, out, err)

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def _clear(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


class _Points:
    """The points met so far; the process is killed at the last, and held at some."""

    def __init__(self, last: int, some: Iterable[int], hold: Callable[[int], None]) -> None:
        self.met = 0
        self._last = last
        self._some = set(some)
        self._hold = hold
        self._events: tuple[str, ...] = ()

    def watch(self, *more: str) -> None:
        """Count what is written from now on, and these events too."""
        self._events = (*EVENTS, *more)
        sys.addaudithook(self._on_event)

    def point(self, *_: Any) -> None:
        self.met += 1
        if self.met == self._last:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.met in self._some:
            self._hold(self.met)

    def _on_event(self, event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_WRONLY
        if writes or event in self._events:
            self.point()


def _carry_out(points: _Points, folder: str, act: str, arguments: list[Any]) -> int:
    """Carry out an act; the number of points met."""
    from yaohao.planner.storage import connection
    from yaohao.planner.workspace import Workspace

    module, function, name = act.partition(":")
    if function:
        call = getattr(importlib.import_module(module), name)
        points.watch()
        call(*arguments)
    elif act in ("create", "open"):
        execute = connection.Cursor.execute

        def counted(self: Any, *words: Any) -> Any:
            points.point()
            return execute(self, *words)

        connection.Cursor.execute = counted  # type: ignore[method-assign]
        points.watch("sqlite3.connect")
        (Workspace.create if act == "create" else Workspace)(folder, *arguments).close()
    else:
        workspace = Workspace(folder)
        workspace._workspace.store.connection.set_trace_callback(points.point)
        points.watch()
        own = list(arguments)
        named = own.pop() if own and isinstance(own[-1], dict) else {}
        attrgetter(act)(workspace)(*own, **named)
    return points.met


def _fork(request: list[Any], out: IO[bytes], err: IO[bytes]) -> int:
    """Carry out a request in a fork of this process; how that ended, as `subprocess` has it.

    In the fork it does not return: it ends as an interpreter does, but leaves the modules of the
    whole program to the system, since to take them down takes longer than most acts.
    """
    own, folder, last, act, arguments, copies = request
    some, paths, to = copies or [[], [], ""]
    # The copies are made here: the fork would lose the lock of a file that it closes.
    (held, holds), (goes_on, go_on) = os.pipe(), os.pipe()
    child = os.fork()
    if child:
        os.close(holds)
        os.close(goes_on)
        with os.fdopen(held, encoding="ascii") as points:
            for point in points:
                _copy(paths, Path(to, point.strip()))
                os.write(go_on, b"\n")
        os.close(go_on)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def hold(point: int) -> None:
        os.write(holds, b"%d\n" % point)
        os.read(goes_on, 1)

    os.close(held)
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    os.environ.update(own)
    status = 1
    try:
        print(_carry_out(_Points(last, some, hold), folder, act, arguments))
        status = 0
    except BaseException:
        traceback.print_exc()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _copy(paths: list[str], to: Path) -> None:
    """Copy what there is of the paths."""
    to.mkdir()
    for number, path in enumerate(map(Path, paths)):
        if path.is_dir():
            shutil.copytree(path, to / str(number), symlinks=True)
        elif path.exists():
            shutil.copy2(path, to / str(number))


def _serve() -> None:
    """Answer requests until there are no more."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    # What is compiled when a fork first imports it would be points of that run alone.
    sys.dont_write_bytecode = True
    from yaohao.no_pandas import leave_out_pandas

    leave_out_pandas()
    for file in sorted((ROOT / "planner").rglob("*.py")):
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        importlib.import_module(f"yaohao.{name.removesuffix('.__init__')}")
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.freeze()  # what is loaded is no garbage: forks need not walk over it, nor copy it
    for line in sys.stdin:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            status = _fork(json.loads(line), out, err)
            said = []
            for stream in (out, err):
                stream.seek(0)
                said.append(stream.read().decode("utf-8", "replace"))
        print(json.dumps([status, *said]), flush=True)


if __name__ == "__main__":
    _serve()

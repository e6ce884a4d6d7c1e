"""The program as users have it: its modules compiled, as an installation leaves them.

In a work tree they need not be. Where the environment says `PYTHONDONTWRITEBYTECODE`, as that of
many containers does, Python compiles every module anew in each process: a third of the processor's
time of a short command, which is no time of the program's.
"""

from __future__ import annotations

import compileall
import importlib

PARTS = ("", ".planner", ".sample_data", ".scripts", ".tui")


def compile_modules() -> None:
    """Compile what is not compiled yet, beside its source, for processes that are measured next."""
    for part in PARTS:
        for folder in importlib.import_module(f"yaohao{part}").__path__:
            if not compileall.compile_dir(folder, quiet=2):
                raise SystemExit(f"{folder}: not all modules could be compiled")


if __name__ == "__main__":
    compile_modules()

"""Texts for the clipboard of whoever sits at the terminal, also over SSH and within tmux."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from yaohao.planner.vocabulary.text import guard, plain
from yaohao.tui.widgets.rows import bare

MOST = 74_000
"""Bytes that terminals take by OSC 52; some drop longer ones without a word."""

_PATIENCE = 2.0  # seconds that tmux may take


def tsv_line(values: Iterable[Any]) -> str:
    """A row as tab-separated text: no control character in it, and nothing a formula."""
    return "\t".join(guard(plain(str("" if value is None else value))) for value in values)


def tsv(rows: Iterable[Sequence[Any]]) -> str:
    """Rows of a table as tab-separated text, a line a row; tones are left out."""
    return "\n".join(tsv_line(bare(cell) for cell in row) for row in rows)


def give_to_tmux(text: str) -> bool:
    """Let the tmux around give a text to its terminal; False where there is none that does.

    What a program inside sends by OSC 52 tmux keeps from the terminal, unless it is set up to let
    it through; its own buffers it sends on.
    """
    if not os.environ.get("TMUX"):
        return False
    import shutil
    import subprocess

    tmux = shutil.which("tmux")
    if tmux is None:
        return False
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(
            [tmux, "load-buffer", "-w", "-"],
            input=text.encode(),
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
        return done.returncode == 0
    return False

"""What the terminal is like: its size, its encoding, and how wide it draws Chinese characters."""

from __future__ import annotations

import locale
import os
import re
import shutil
import sys
from typing import TYPE_CHECKING

from yaohao.planner.doors.machine import check_of
from yaohao.planner.wording.messages import language
from yaohao.scripts.typesetting import SCREEN

if TYPE_CHECKING:
    from yaohao.planner.schema.machine_check import Check

WIDE, BLOCK = "摇", "█"
_ASK = "\x1b[6n"  # where the cursor is (ECMA-48, DSR)
_ANSWER = re.compile(r"\x1b\[\d+;(\d+)R")
_WAIT = 0.5  # seconds for an answer, over SSH too


def examine_terminal() -> list[Check]:
    """The language and encoding of what is printed; the size of the terminal, widths on it."""
    encoding = (sys.stdout.encoding or "").lower().replace("_", "-")
    system = locale.getpreferredencoding(False)
    params = {"language": language(), "encoding": encoding or "-", "system": system}
    is_whole = encoding in ("utf-8", "utf8", "gb18030")
    checks = [check_of("language", "ok" if is_whole else "warn", **params)]
    if not sys.stdout.isatty():
        return [*checks, check_of("terminal-none", "note")]
    size = shutil.get_terminal_size((SCREEN, 24))
    state = "ok" if size.columns >= SCREEN else "note"
    checks.append(check_of("terminal", state, columns=size.columns, rows=size.lines, least=SCREEN))
    widths = _widths()
    if widths is None:
        return [*checks, check_of("wide-unknown", "note")]
    if widths[0] != 2:
        checks.append(check_of("wide", "warn", found=widths[0]))
    elif widths[1] != 1:
        checks.append(check_of("blocks", "note", found=widths[1]))
    else:
        checks.append(check_of("wide", "ok"))
    return checks


def _widths() -> tuple[int, int] | None:
    """Columns that a Chinese character and a block take; None where the terminal does not say."""
    try:
        import termios
        import tty
    except ImportError:  # Windows, whose terminals draw them as they should
        return None
    if not sys.stdin.isatty():
        return None
    handle = sys.stdin.fileno()
    try:
        before = termios.tcgetattr(handle)
    except termios.error:
        return None
    try:
        tty.setcbreak(handle)
        widths = [_width(mark, handle) for mark in (WIDE, BLOCK)]
    except (OSError, UnicodeError, termios.error):
        return None
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, before)
    if widths[0] is None or widths[1] is None:
        return None
    return widths[0], widths[1]


def _width(mark: str, handle: int) -> int | None:
    """Columns by which the cursor moves when a character is printed; its line is empty again."""
    sys.stdout.write(f"\r{mark}{_ASK}")
    sys.stdout.flush()
    answer = _answer(handle)
    sys.stdout.write("\r\x1b[K")
    sys.stdout.flush()
    match = _ANSWER.search(answer)
    return int(match[1]) - 1 if match else None


def _answer(handle: int) -> str:
    from select import select

    text = ""
    while not _ANSWER.search(text) and len(text) < 64:
        ready, _, _ = select([handle], [], [], _WAIT)
        if not ready:
            break
        text += os.read(handle, 64).decode("ascii", "replace")
    return text

"""Passphrases: from a file, the environment, or a terminal; never from the command line."""

from __future__ import annotations

import os
import sys
from getpass import getpass
from pathlib import Path

from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.small_files import read_small
from yaohao.planner.wording.messages import say

VARIABLE = "YAOHAO_PASSPHRASE"
NEW_VARIABLE = "YAOHAO_NEW_PASSPHRASE"


def read_passphrase(file: str, *, twice: bool = False, variable: str = VARIABLE) -> str:
    """The passphrase of a key; with `twice` typed two times, since it cannot be seen.

    Raises PlannerError where there is none to be had, or the two are not the same.
    """
    if file:
        return read_small(Path(file)).decode("utf-8").rstrip("\r\n")
    if variable in os.environ:
        return os.environ[variable]
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise refuse("key.no-passphrase")
    typed = getpass(say("cli.note-passphrase") + " ", stream=sys.stderr)
    if twice and typed != getpass(say("cli.note-passphrase-again") + " ", stream=sys.stderr):
        raise refuse("key.not-the-same")
    return typed

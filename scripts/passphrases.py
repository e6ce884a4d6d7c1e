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
BACKUP_VARIABLE = "YAOHAO_BACKUP_PASSPHRASE"


def read_passphrase(file: str, *, twice: bool = False, variable: str = VARIABLE) -> str:
    """Read the passphrase of a key; with `twice` it is typed two times, since it is not shown.

    Raises PlannerError where there is none to be had, the two are not the same, or it is no text
    in UTF-8: it would be other octets on another machine.
    """
    if file:
        try:
            return read_small(Path(file)).decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise refuse("key.no-text", place=file) from error
    if variable in os.environ:
        return _text(os.environ[variable], variable)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise refuse("key.no-passphrase")
    asked = say("cli.note-passphrase")
    typed = _text(getpass(asked + " ", stream=sys.stderr), asked)
    if twice and typed != getpass(say("cli.note-passphrase-again") + " ", stream=sys.stderr):
        raise refuse("key.not-the-same")
    return typed


def read_secret(file: str) -> str:
    """The secret of a draw in a file, to recompute it; it is never given on the command line.

    Raises PlannerError where it is no text in UTF-8.
    """
    try:
        return read_small(Path(file)).decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise refuse("key.no-text", place=file) from error


def _text(passphrase: str, place: str) -> str:
    try:
        passphrase.encode("utf-8")
    except UnicodeEncodeError as error:  # octets that are no text, as the system hands them on
        raise refuse("key.no-text", place=place) from error
    return passphrase

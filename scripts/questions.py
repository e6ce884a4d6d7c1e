"""Questions asked one after another on a terminal, or answered from a pipe, a line an answer.

What is asked and said goes to standard error, so that standard output stays for data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.text import plain, tidy
from yaohao.planner.wording.messages import language, say, say_problem
from yaohao.scripts.command_base import word
from yaohao.scripts.output import told_rows
from yaohao.scripts.typesetting import SCREEN, wrap

_YES = ("y", "yes", "是", "好", "1")
_NO = ("n", "no", "否", "不", "0")


def tell(code: str, **params: Any) -> None:
    """Say a sentence between questions."""
    for row in word("text", code, **params).split("\n"):
        for part in told_rows(row):
            click.echo(plain(part), err=True)


def tell_problems(error: PlannerError) -> None:
    """Say what is wrong with an answer."""
    for problem in error.problems:
        for part in wrap(plain(say_problem(problem, language())), SCREEN):
            click.echo(part, err=True)


def ask(code: str, default: str = "", **params: Any) -> str:
    """An answer as it was typed, tidied; `default` where nothing was. Ended input raises Abort."""
    asked = word("ask", code, **params)
    *above, last = wrap(plain(asked), SCREEN - 2)
    for part in above:
        click.echo(part, err=True)
    shown = f" [{plain(default)}]" if default else ""
    typed = click.prompt(
        f"{last}{shown}", default=default, show_default=False, prompt_suffix=" ", err=True
    )
    return tidy(str(typed)).strip()


def ask_until(code: str, take: Callable[[str], Any], default: str = "", **params: Any) -> Any:
    """What `take` makes of an answer; it raises PlannerError, which is told, to be asked again."""
    while True:
        try:
            return take(ask(code, default, **params))
        except PlannerError as error:
            tell_problems(error)


def agreed(code: str, *, default: bool, **params: Any) -> bool:
    """Whether the answer is yes."""
    offered = say(f"start.{'yes' if default else 'no'}-first")
    while True:
        typed = ask(code, **params | {"offered": offered}).casefold()
        if not typed:
            return default
        if typed in _YES or typed in _NO:
            return typed in _YES
        tell("start.yes-or-no")


def chosen(
    code: str, options: Sequence[str], default: int | None = 1, *, most: int = 0, **params: Any
) -> int | None:
    """The place, from 1, of one of the `options`, which are shown with their numbers.

    With `default` None an empty answer chooses none of them, and None comes back. There may be
    more places than are shown, up to `most`.
    """
    last = max(most, len(options))
    for number, option in enumerate(options, 1):
        click.echo(f"  {number:>2}  {plain(option)}", err=True)
    while True:
        typed = ask(code, "" if default is None else str(default), **params)
        if not typed and default is None:
            return None
        if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= last:
            return int(typed)
        tell("start.a-number", most=last)


def chosen_several(code: str, options: Sequence[str]) -> list[int]:
    """The places, from 1, of those options whose numbers were given; of all for an empty answer."""
    for number, option in enumerate(options, 1):
        click.echo(f"  {number:>2}  {plain(option)}", err=True)
    while True:
        typed = ask(code).replace("，", ",").replace("、", ",").replace(",", " ").split()
        if not typed:
            return list(range(1, len(options) + 1))
        if all(one.isascii() and one.isdigit() and 1 <= int(one) <= len(options) for one in typed):
            return sorted({int(one) for one in typed})
        tell("start.a-number", most=len(options))

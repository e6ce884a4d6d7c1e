"""The command `yaohao`: its subcommands, error messages and exit status.

Standard output is data, standard error is narration. Status: 0 done, 1 a check failed, 2 wrong use,
70 a fault of the program, 130 stopped by the user.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import click
from yaohao.planner import __version__
from yaohao.planner.doors.user_settings import user_setting
from yaohao.planner.vocabulary.problems import PlannerError, Problem
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import (
    LANGUAGES,
    choose_language,
    language,
    say,
    say_problem,
)
from yaohao.scripts.click_words import translate_click
from yaohao.scripts.command_base import Group, Option
from yaohao.scripts.session import Session

from yaohao.no_pandas import leave_out_pandas
from yaohao.safe_path import leave_out_working_folder

COMMANDS = {
    "start": "start",
    "init": "init",
    "template": "template",
    "import": "importing",
    "register": "register",
    "recuse": "recuse",
    "absent": "absent",
    "plan": "plan",
    "simulate": "simulate",
    "freeze": "freeze",
    "commitment": "commitment",
    "draw": "draw",
    "staff": "staff",
    "deal": "deal",
    "show": "show",
    "why": "why",
    "key": "key",
    "review": "review",
    "publish": "publish",
    "notices": "notices",
    "worksheet": "worksheet",
    "results": "results",
    "due": "due",
    "today": "today",
    "case": "case",
    "report": "report",
    "estimate": "estimate",
    "crews": "crews",
    "survive": "survive",
    "evaluate": "evaluate",
    "trial": "trial",
    "risk": "risk",
    "propose": "propose",
    "audit": "audit",
    "verify": "verify",
    "cosign": "cosign",
    "stamp": "stamp",
    "witness": "witness",
    "attest": "attest",
    "proof": "proof",
    "withdraw": "withdraw",
    "abandon": "abandon",
    "log": "log",
    "undo": "undo_last",
    "status": "status",
    "open": "open",
    "backup": "backup",
    "restore": "restore",
    "doctor": "doctor",
    "config": "config",
    "completion": "completion",
    "tui": "tui",
    "demo": "demo",
    "synth": "synth",
}
"""Commands in the order of the work, and the module of each in `yaohao.scripts.commands`."""

LEARNING = ("estimate", "crews", "survive", "evaluate", "trial", "risk", "propose")
"""The commands that tell what the draws have shown."""

WORDS = {
    "start": "start.start",
    "undo": "undoing.undo",
    "worksheet": "worksheet.worksheet",
    "config": "config.config",
    "open": "open.open",
    "doctor": "doctor.doctor",
    "today": "cases.today",
    "case": "cases.case",
    **{name: f"vouching.{name}" for name in ("cosign", "stamp", "witness", "attest")},
    "results": "entering.results",
    "report": "reporting.report",
    **{name: f"upkeep.{name}" for name in ("backup", "restore", "completion")},
    **{name: f"learn.{name}" for name in LEARNING},
}
"""The keys of the words of commands that have them in an area of their own."""

FAULT, STOPPED, PIPE = 70, 130, 141
_QUOTED = re.compile("'([^']{1,60})'")


class Yaohao(Group):
    """The command with all its subcommands; ends the process with the right status."""

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> NoReturn:
        """Run with `args` (default: those of the process) and exit."""
        if "_YAOHAO_COMPLETE" in os.environ:
            _listen([])
            super().main(args, prog_name="yaohao")
        words = list(sys.argv[1:] if args is None else args) or ["--help"]
        _listen(words)
        translate_click()
        _steady(sys.stdout)
        _steady(sys.stderr)

        session = Session()

        def work() -> None:
            with self.make_context("yaohao", list(words), obj=session) as ctx:
                try:
                    self.invoke(ctx)
                except click.exceptions.Exit:  # a check that failed is told in the file too
                    _deliver(session)
                    raise
                _deliver(session)

        sys.exit(guarded(work, as_json=lambda: session.json or "--json" in _options(words)))


def _deliver(session: Session) -> None:
    if session.output or session.writes_table:
        from yaohao.scripts.tables import deliver

        deliver()


def _options(words: Sequence[str]) -> Sequence[str]:
    return words[: words.index("--")] if "--" in words else words


def _listen(words: Sequence[str]) -> None:
    """Take the language up before anything is parsed, so that errors and help are in it too."""
    asked = ""
    for word, following in zip(_options(words), [*words[1:], ""], strict=False):
        asked = following if word == "--lang" else word.removeprefix("--lang=")
        if asked in LANGUAGES and asked != word:
            choose_language(asked)
            return
    if "YAOHAO_LANG" not in os.environ and (usual := user_setting("language")):
        choose_language(usual)


def _steady(stream: Any) -> None:
    """Let a stream print any text: UTF-8 into files and pipes, escapes where it cannot."""
    try:
        if stream.isatty():
            stream.reconfigure(errors="backslashreplace")
        else:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    except (AttributeError, ValueError, OSError):
        pass


def guarded(work: Callable[[], None], *, as_json: Callable[[], bool]) -> int:
    """Do `work`; the status to exit with. What goes wrong is told plainly, without a traceback."""
    try:
        status = _status_of(work, as_json)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Nobody reads any more; Python would say so once again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return PIPE
    except KeyboardInterrupt:
        return STOPPED


def _status_of(work: Callable[[], None], json_asked: Callable[[], bool]) -> int:
    try:
        work()
        return 0
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except PlannerError as error:
        return _report(
            [_problem(problem) for problem in error.problems], error.status, json_asked()
        )
    except click.ClickException as error:
        return _report_use(error, json_asked())
    except (KeyboardInterrupt, click.Abort, EOFError):
        click.echo("", err=True)
        return _report([_told("cli.stopped")], STOPPED, json_asked())
    except BrokenPipeError:
        raise
    except Exception as error:
        return _report_fault(error, json_asked())


def _told(code: str, **params: Any) -> dict[str, Any]:
    return {"code": code, "params": params, "message": say(code, **params)}


def _problem(problem: Problem) -> dict[str, Any]:
    """A problem with its sentence, in which the stage of a draw is a word too."""
    shown = dict(problem.params)
    if "stage" in shown:
        shown["stage"] = say(f"common.stage-{shown['stage']}")
    return {**problem.as_json(), "message": say_problem(Problem(problem.code, shown))}


def _report(report: list[dict[str, Any]], status: int, as_json: bool) -> int:
    """Tell what is wrong: on standard error, and with --json as a document on standard output."""
    for problem in report:
        click.echo(plain(problem["message"]), err=True)
    if as_json:
        from yaohao.scripts.output import print_json

        print_json({"errors": report})
    return status


def _report_fault(error: Exception, as_json: bool) -> int:
    """Tell what went wrong outside: in the system it is wrong use, elsewhere a fault of ours."""
    if os.environ.get("YAOHAO_DEBUG") == "1":
        import traceback

        click.echo(traceback.format_exc(), err=True)
    if isinstance(error, OSError):
        from yaohao.planner.vocabulary.faults import system_problem

        if error.filename:
            return _report([_problem(system_problem(error))], 2, as_json)
        # A stream, perhaps, to which an act that was done was to be told.
        return _report([_told("disk.other", file="-", found=plain(f"{error}", 300))], 2, as_json)
    fault = plain(f"{type(error).__name__}: {error}", 300)
    return _report([_told("cli.fault", found=fault)], FAULT, as_json)


def _report_use(error: click.ClickException, as_json: bool) -> int:
    """Tell how a command was called wrongly."""
    context = getattr(error, "ctx", None)
    if context is not None:
        for line in context.get_usage().split("\n"):
            click.echo(plain(line), err=True)
        click.echo(say("cli.try-help", command=context.command_path), err=True)
    # Click sets lists apart by line breaks and tabs.
    message = plain(" ".join(error.format_message().split()), 600)
    if language() == "zh" and message.endswith("."):
        message = f"{message[:-1]}。"
    if near := _near_choice(error):
        message = say("cli.use-near", found=message, near=near)
    problem = {"code": "cli.use", "params": {"found": message}, "message": message}
    return _report([problem], 2, as_json)


def _near_choice(error: click.ClickException) -> str:
    """The choice that is nearest to what was typed where one of several was wanted, or ""."""
    from difflib import get_close_matches

    parameter = getattr(error, "param", None)
    kind = getattr(parameter, "type", None)
    typed = _QUOTED.match(getattr(error, "message", ""))
    if not isinstance(kind, click.Choice) or typed is None:
        return ""
    return next(iter(get_close_matches(typed[1].lower(), map(str, kind.choices), 1, 0.5)), "")


def _version() -> Option:
    def show(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
        if value:
            click.echo(f"yaohao {__version__}")
            ctx.exit()

    return Option(
        "--version", words="version", is_flag=True, expose_value=False, is_eager=True, callback=show
    )


cli = Yaohao(
    "yaohao",
    "yaohao",
    members={
        name: (WORDS.get(name, name), f"yaohao.scripts.commands.{module}")
        for name, module in COMMANDS.items()
    },
)
cli.params.append(_version())


def main() -> NoReturn:
    """The entry point of the command."""
    leave_out_working_folder()
    leave_out_pandas()
    cli.main()

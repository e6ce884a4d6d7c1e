"""Shared by all commands: help, common options, the workspace."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click
from yaohao.planner.wording.messages import LANGUAGES, choose_language, say
from yaohao.scripts.typesetting import (
    SCREEN,
    definitions,
    paragraphs,
    wrap,
)

if TYPE_CHECKING:
    from yaohao.planner.workspace import Workspace

Function = TypeVar("Function", bound=Callable[..., None])


@dataclass
class Session:
    """The values of the common options, given before or after the name of the command."""

    workspace: str = ""
    json: bool = False
    accept_clock: bool = False
    lang: str = ""


def session() -> Session:
    """The session of the command that runs."""
    return click.get_current_context().find_root().ensure_object(Session)


def open_workspace() -> Workspace:
    """Open the workspace: by the option, the environment, else the nearest folder above."""
    from yaohao.planner.workspace import Workspace

    folder = session().workspace or os.environ.get("YAOHAO_WORKSPACE", "")
    accept = session().accept_clock
    found = (
        Workspace(folder, accept_clock=accept) if folder else Workspace.find(accept_clock=accept)
    )
    if found.upgraded is not None and not session().json:
        click.echo(say("workspace.upgraded", **found.upgraded), err=True)
    return found


class Option(click.Option):
    """An option whose help and placeholder are messages, named by `words` and `meta`."""

    def __init__(self, *declarations: str, words: str, meta: str = "", **attributes: Any) -> None:
        super().__init__(declarations, **attributes)
        self.words, self.meta = words, meta

    def make_metavar(self, ctx: click.Context | None = None) -> str:
        """The placeholder of the value."""
        if self.meta:
            return say(f"cli.meta-{self.meta}")
        if isinstance(self.type, click.Choice):
            return "[" + "|".join(map(str, self.type.choices)) + "]"
        return say("cli.meta-text")

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option and its description, as shown in the help."""
        names = ", ".join(sorted(self.opts, key=len))
        value = "" if self.is_flag else f" {self.make_metavar(ctx)}"
        return names + value, say(f"cli.opt-{self.words}")


class Argument(click.Argument):
    """An argument whose placeholder is a message."""

    def __init__(self, name: str, *, meta: str, **attributes: Any) -> None:
        super().__init__([name], **attributes)
        self.meta = meta

    def make_metavar(self, ctx: click.Context | None = None) -> str:
        """The placeholder, in brackets where it may be missing."""
        name = say(f"cli.meta-{self.meta}") + ("..." if self.nargs != 1 else "")
        return name if self.required else f"[{name}]"

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """How an error names the argument."""
        return f"'{self.make_metavar(ctx)}'"


def option(
    *declarations: str, words: str, meta: str = "", **attributes: Any
) -> Callable[[Function], Function]:
    """A decorator that gives a command an `Option`."""

    def give(function: Function) -> Function:
        _remember(function, Option(*declarations, words=words, meta=meta, **attributes))
        return function

    return give


def argument(name: str, *, meta: str, **attributes: Any) -> Callable[[Function], Function]:
    """A decorator that gives a command an `Argument`."""

    def give(function: Function) -> Function:
        _remember(function, Argument(name, meta=meta, **attributes))
        return function

    return give


def _remember(function: Any, parameter: click.Parameter) -> None:
    """Keep a parameter with the function until a command takes it; decorators run bottom up."""
    function.yaohao_parameters = [parameter, *getattr(function, "yaohao_parameters", [])]


def common_options() -> list[click.Parameter]:
    """The options that every command takes."""

    def keep(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
        if value and parameter.name:
            setattr(ctx.find_root().ensure_object(Session), parameter.name, value)

    def speak(ctx: click.Context, parameter: click.Parameter, value: str | None) -> None:
        if value:
            choose_language(value)
            ctx.find_root().ensure_object(Session).lang = value

    shared: dict[str, Any] = {"expose_value": False, "callback": keep}
    return [
        Option("--workspace", words="workspace", meta="dir", **shared),
        Option("--json", words="json", is_flag=True, **shared),
        Option("--accept-clock", words="accept-clock", is_flag=True, **shared),
        Option(
            "--lang",
            words="lang",
            type=click.Choice(LANGUAGES),
            expose_value=False,
            is_eager=True,
            callback=speak,
        ),
    ]


def _help_option() -> Option:
    def show(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
        if value and not ctx.resilient_parsing:
            click.echo(ctx.get_help())
            ctx.exit()

    return Option(
        "--help",
        words="help",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=show,
    )


class BaseCommand(click.Command):
    """A command whose help is assembled from messages, in the language in use, on request."""

    words = ""

    def get_help_option(self, ctx: click.Context) -> click.Option:
        """The option --help, with our message."""
        return _help_option()

    def get_usage(self, ctx: click.Context) -> str:
        """The line that says how the command is called."""
        pieces = [say("cli.meta-options")]
        pieces += [p.make_metavar() for p in self.params if isinstance(p, Argument)]
        if isinstance(self, click.Group):
            name = say("cli.meta-command") + "..."
            pieces.append(f"[{name}]" if self.invoke_without_command else name)
        head = say("cli.usage", command=ctx.command_path) + " "
        lines = wrap(" ".join(pieces), SCREEN - 10)
        return "\n".join([head + lines[0], *(" " * 9 + line for line in lines[1:])])

    def get_help(self, ctx: click.Context) -> str:
        """The whole help of the command."""
        lines = [self.get_usage(ctx), ""]
        lines += paragraphs(say(f"cli.help-{self.words}"), SCREEN, "  ")
        rows = [
            record
            for parameter in self.get_params(ctx)
            if isinstance(parameter, click.Option) and (record := parameter.get_help_record(ctx))
        ]
        lines += ["", say("cli.options-head"), *definitions(rows)]
        if isinstance(self, Group):
            lines += ["", say("cli.commands-head")]
            lines += definitions([(name, say(f"cli.short-{key}")) for name, key in self.told()])
        return "\n".join(lines)

    def _take_up(self, words: str) -> None:
        self.words = words
        self.params = [*getattr(self.callback, "yaohao_parameters", []), *common_options()]


class Act(BaseCommand):
    """One command."""

    def __init__(self, name: str, words: str, callback: Callable[..., Any]) -> None:
        super().__init__(name, callback=callback)
        self._take_up(words)


class Group(BaseCommand, click.Group):
    """Commands below one name; their modules are imported when one of them is called.

    `members` names, for each command, the key of its words and its module, or the command itself.
    """

    def __init__(
        self,
        name: str,
        words: str,
        callback: Callable[..., Any] | None = None,
        members: Mapping[str, tuple[str, str | click.Command]] | None = None,
    ) -> None:
        super().__init__(name, callback=callback, invoke_without_command=callback is not None)
        self.members = dict(members or {})
        self.no_args_is_help = False
        self._take_up(words)

    def told(self) -> list[tuple[str, str]]:
        """The names of the commands and the keys of their words, in the order of the work."""
        return [(name, key) for name, (key, _) in self.members.items()]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, in the order of the work."""
        return list(self.members)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by its name; its module is imported now."""
        _, found = self.members.get(cmd_name, ("", None))
        if isinstance(found, str):
            return cast(click.Command, importlib.import_module(found).command)
        return found


def cli_command(name: str, words: str = "") -> Callable[[Callable[..., Any]], Act]:
    """A decorator that makes a function a command; `words` is the key of its help."""
    return lambda function: Act(name, words or name, function)

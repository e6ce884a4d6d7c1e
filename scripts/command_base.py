"""Shared by all commands: help, common options, the workspace."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click
from yaohao.planner.doors.user_settings import user_setting
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import LANGUAGES, catalogue, choose_language, say
from yaohao.planner.wording.moments import choose_zone
from yaohao.scripts.session import Session
from yaohao.scripts.typesetting import (
    SCREEN,
    definitions,
    paragraphs,
    wrap,
)

if TYPE_CHECKING:
    from yaohao.planner.workspace import Workspace

Function = TypeVar("Function", bound=Callable[..., None])


def worded(family: str, key: str) -> str:
    """The code of the command line's words of a family (``opt``, ``label``, …) for a key.

    A key without a point is of the area ``cli``, else of ``common``. One with a point names its
    own area, ``output.format``, whose words may have the family before their name or not.
    """
    area, point, name = key.partition(".")
    if not point:
        own = f"{family}-{key}"
        return f"cli.{own}" if own in catalogue("cli") else f"common.{own}"
    return f"{area}.{family}-{name}" if f"{family}-{name}" in catalogue(area) else key


def word(family: str, key: str, **params: Any) -> str:
    """The command line's words of a family for a key, as `worded` finds them."""
    return say(worded(family, key), **params)


def session() -> Session:
    """The session of the command that runs."""
    return click.get_current_context().find_root().ensure_object(Session)


def open_workspace() -> Workspace:
    """The workspace asked for: the option, the environment, else the nearest folder above.

    Where there is none, the one that the user has set.
    """
    from yaohao.planner.workspace import Workspace

    folder = session().workspace or os.environ.get("YAOHAO_WORKSPACE", "")
    how = _how_to_open()
    workspace = Workspace(folder, **how) if folder else _around_here(how)
    choose_zone(workspace.zone)
    if workspace.rehearsal and not session().json:
        click.echo(say("rehearsal.here"), err=True)
    if workspace.upgraded is not None and not session().json:
        click.echo(say("workspace.upgraded", **workspace.upgraded), err=True)
    return workspace


def workspace_if_any() -> Workspace | None:
    """The workspace asked for, or the one around here; None where there is none around."""
    try:
        return open_workspace()
    except PlannerError as error:
        if error.problems[0].code == "workspace.no-workspace":
            return None
        raise


def _how_to_open() -> dict[str, Any]:
    asked = session()
    return {"accept_clock": asked.accept_clock, "engine": asked.engine, "master": asked.master}


def _around_here(how: Mapping[str, Any]) -> Workspace:
    """The workspace at or above the current folder, else the user's usual one."""
    from yaohao.planner.workspace import Workspace

    try:
        return Workspace.find(**how)
    except PlannerError as error:
        usual = user_setting("workspace")
        if error.problems[0].code != "workspace.no-workspace" or not usual:
            raise
    return Workspace(usual, **how)


def _offered(parameter: Option | Argument, ctx: click.Context, incomplete: str) -> list[Any]:
    """What a shell offers for a parameter: a choice, or what its placeholder stands for."""
    if isinstance(parameter.type, click.Choice):
        return list(parameter.type.shell_complete(ctx, parameter, incomplete))
    from yaohao.scripts.completing import offered

    workspace = ctx.find_root().ensure_object(Session).workspace
    return list(offered(parameter.meta, workspace, incomplete))


class Option(click.Option):
    """An option whose help and placeholder are messages, named by `words` and `meta`."""

    def __init__(self, *declarations: str, words: str, meta: str = "", **attributes: Any) -> None:
        super().__init__(declarations, **attributes)
        self.words, self.meta = words, meta

    def make_metavar(self, ctx: click.Context | None = None) -> str:
        """The placeholder of the value."""
        if self.meta:
            return word("meta", self.meta)
        if isinstance(self.type, click.Choice):
            return "[" + "|".join(map(str, self.type.choices)) + "]"
        return say("cli.meta-text")

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """What a shell offers for its value."""
        return _offered(self, ctx, incomplete)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option and its description, as shown in the help."""
        names = ", ".join(sorted(self.opts, key=len))
        value = "" if self.is_flag or self.count else f" {self.make_metavar(ctx)}"
        return names + value, word("opt", self.words)


class Argument(click.Argument):
    """An argument whose placeholder is a message."""

    def __init__(self, name: str, *, meta: str, **attributes: Any) -> None:
        super().__init__([name], **attributes)
        self.meta = meta

    def make_metavar(self, ctx: click.Context | None = None) -> str:
        """The placeholder, in brackets where it may be missing."""
        name = word("meta", self.meta) + ("..." if self.nargs != 1 else "")
        return name if self.required else f"[{name}]"

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """What a shell offers for it."""
        return _offered(self, ctx, incomplete)

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """How an error names the argument."""
        return f"'{self.make_metavar(ctx)}'"


def option(
    *declarations: str, words: str, meta: str = "", **attributes: Any
) -> Callable[[Function], Function]:
    """A decorator that gives a command an `Option`."""

    def give(function: Function) -> Function:
        remember(function, Option(*declarations, words=words, meta=meta, **attributes))
        return function

    return give


def argument(name: str, *, meta: str, **attributes: Any) -> Callable[[Function], Function]:
    """A decorator that gives a command an `Argument`."""

    def give(function: Function) -> Function:
        remember(function, Argument(name, meta=meta, **attributes))
        return function

    return give


def remember(function: Any, *parameters: click.Parameter, behind: bool = False) -> None:
    """Keep parameters with the function until a command takes them, before or behind those kept.

    Decorators run bottom up, so that the last one is the first in the help.
    """
    kept = getattr(function, "yaohao_parameters", [])
    function.yaohao_parameters = [*kept, *parameters] if behind else [*parameters, *kept]


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
        Option("--engine", words="engine", type=click.Choice(("duckdb", "spark")), **shared),
        Option("--master", words="master", **shared),
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
        "-h",
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
    common: Sequence[click.Parameter] = ()
    """The options that every command takes; the help of the whole program tells of them."""
    further: Callable[[], tuple[str, list[tuple[str, str]]]] | None = None
    """Gives a heading and terms with their meanings, which the help tells behind the options."""

    def invoke(self, ctx: click.Context) -> Any:
        """Carry the command out, once it is settled what its data are written as."""
        ctx.find_root().ensure_object(Session).settle()
        return super().invoke(ctx)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """What a shell offers: the options, with what they mean."""
        items = click.Command.shell_complete(self, ctx, incomplete)
        known = {name: one for one in self.params for name in one.opts}
        for item in items:
            option = known.get(item.value)
            if isinstance(option, Option) and (record := option.get_help_record(ctx)):
                item.help = record[1]
        return items

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
        lines += paragraphs(word("help", self.words), SCREEN, "  ")
        rows = [
            record
            for parameter in self.get_params(ctx)
            if isinstance(parameter, click.Option)
            and not (parameter in self.common and ctx.parent is not None)
            and (record := parameter.get_help_record(ctx))
        ]
        lines += ["", say("cli.options-head"), *definitions(rows)]
        if self.further is not None:
            head, more = self.further()
            lines += ["", head, *definitions(more)]
        if isinstance(self, Group):
            lines += ["", say("cli.commands-head")]
            lines += definitions([(name, word("short", key)) for name, key in self.told()])
        if ctx.parent is not None:
            names = ", ".join(parameter.opts[0] for parameter in self.common)
            command = ctx.find_root().command_path
            lines += ["", *wrap(say("output.everywhere", names=names, command=command), SCREEN)]
        return "\n".join(lines)

    def _take_up(self, words: str) -> None:
        self.words = words
        self.common = common_options()
        self.params = [*getattr(self.callback, "yaohao_parameters", []), *self.common]


class Act(BaseCommand):
    """One command."""

    def __init__(
        self,
        name: str,
        words: str,
        callback: Callable[..., Any],
        further: Callable[[], tuple[str, list[tuple[str, str]]]] | None = None,
    ) -> None:
        super().__init__(name, callback=callback)
        self.further = further
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

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """What a shell offers: the commands, of which none is imported, and the options."""
        from click.shell_completion import CompletionItem

        items = [
            CompletionItem(name, help=word("short", key))
            for name, key in self.told()
            if name.startswith(incomplete)
        ]
        return [*items, *super().shell_complete(ctx, incomplete)]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, in the order of the work."""
        return list(self.members)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is asked for; where there is none the nearest is named."""
        from difflib import get_close_matches

        name = args[0]
        if name not in self.members and not name.startswith("-"):
            near = get_close_matches(name.casefold(), self.members, n=1, cutoff=0.5)
            tail = "-near" if near else ""
            ctx.fail(say(f"plan_face.no-command{tail}", found=name, near="".join(near)))
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by its name; its module is imported now."""
        _, member = self.members.get(cmd_name, ("", None))
        if isinstance(member, str):
            return cast(click.Command, importlib.import_module(member).command)
        return member


def cli_command(
    name: str,
    words: str = "",
    further: Callable[[], tuple[str, list[tuple[str, str]]]] | None = None,
) -> Callable[[Callable[..., Any]], Act]:
    """A decorator that makes a function a command; `words` is the key of its help, which goes on
    with what `further` gives.
    """
    return lambda function: Act(name, words or name, function, further)

"""The environment in which templates run: sandboxed, bounded, with fixed words put in beforehand.

A form says dozens of words and a draw has thousands of forms: a call ``say("name")`` whose
arguments are all constants is worked out once, when the template is compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import nodes
from jinja2.runtime import markup_join, str_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer
from yaohao.planner.publication.paper.template_bounds import (
    Counted,
    Meter,
    bounded_filter,
    check_binop,
    check_join,
    check_length,
    check_method,
)

SAY = "say"
_COUNTED, _JOINED = "counted by the page", "joined within bounds"
"""Filters that no template can name: they are put in when it is compiled."""
_FILTERS = [
    "abs",
    "batch",
    "capitalize",
    "center",
    "count",
    "d",
    "default",
    "dictsort",
    "e",
    "escape",
    "first",
    "float",
    "forceescape",
    "format",
    "groupby",
    "indent",
    "int",
    "items",
    "join",
    "last",
    "length",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "safe",
    "select",
    "selectattr",
    "slice",
    "sort",
    "string",
    "striptags",
    "sum",
    "title",
    "tojson",
    "trim",
    "truncate",
    "unique",
    "upper",
    "urlencode",
    "wordcount",
    "wordwrap",
]


class Sandbox(ImmutableSandboxedEnvironment):
    """A sandbox whose templates say words by the function `say`."""

    def __init__(self, say: Callable[..., str], **options: Any) -> None:
        super().__init__(**options)
        self.meter = Meter()
        self.globals = {"dict": dict, "namespace": self.globals["namespace"], SAY: say}
        self.globals["range"] = self._range
        self.filters = {name: bounded_filter(name, self.filters[name]) for name in _FILTERS}
        self.filters["join"] = self._join_filter(self.filters["join"])
        self.filters[_COUNTED] = self._counted
        self.filters[_JOINED] = self._joined
        self._words = _Words(say)

    def begin_page(self) -> Meter:
        """Count anew: what a page takes is its own."""
        self.meter = Meter()
        return self.meter

    def call(self, context: Any, called: Any, *args: Any, **named: Any) -> Any:
        """A call in a template: counted, and measured where it is of a text."""
        self.meter.step()
        check_method(called, args)
        return super().call(context, called, *args, **named)

    intercepted_binops = frozenset({"*", "+", "**", "%"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """An operation that may make something huge, measured beforehand."""
        check_binop(operator, left, right)
        return super().call_binop(context, operator, left, right)

    def _counted(self, items: Any) -> Counted:
        return Counted(items, self.meter)

    def _joined(self, parts: list[Any]) -> Any:
        """Texts one behind the other, as ``~`` in a template joins them."""
        check_length(sum(len(str(part)) for part in parts))
        return (markup_join if self.autoescape else str_join)(parts)

    def _range(self, *args: int) -> range:
        found = range(*args)
        check_length(len(found))
        return found

    def _join_filter(self, join: Callable[..., Any]) -> Callable[..., Any]:
        def joined(context: Any, value: Any, d: str = "", attribute: Any = None) -> Any:
            items = list(self._counted(value))
            if attribute is None:
                check_join(str(d), items)
            return join(context, items, d, attribute)

        joined.jinja_pass_arg = join.jinja_pass_arg  # type: ignore[attr-defined]
        return joined

    def compile(self, source: Any, *place: Any, **options: Any) -> Any:
        """Compile a template, its fixed words put in."""
        if isinstance(source, str):
            source = self.parse(source, *place[:2])
            if not _has_own_say(source):
                source = self._words.visit(source)
            source = _Bounds().visit(source)
        build: Any = super().compile
        return build(source, *place, **options)


def _has_own_say(tree: nodes.Template) -> bool:
    """Whether a template gives the name `say` to something of its own."""
    imported = (name for one in tree.find_all(nodes.FromImport) for name in one.names)
    return (
        any(one.name == SAY and one.ctx != "load" for one in tree.find_all(nodes.Name))
        or any(one.name == SAY for one in tree.find_all(nodes.Macro))
        or any(one.target == SAY for one in tree.find_all(nodes.Import))
        or any((one if isinstance(one, str) else one[1]) == SAY for one in imported)
    )


class _Words(NodeTransformer):
    """Puts the words in the place of calls of `say` with constants alone."""

    def __init__(self, say: Callable[..., str]) -> None:
        self._say = say

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - as Jinja names it
        """A call: the words that it says, where they are fixed."""
        self.generic_visit(node)
        fixed = (
            isinstance(node.node, nodes.Name)
            and node.node.name == SAY
            and not node.dyn_args
            and not node.dyn_kwargs
            and all(isinstance(one, nodes.Const) for one in node.args)
            and all(isinstance(one.value, nodes.Const) for one in node.kwargs)
        )
        if not fixed:
            return node
        positional = [one.as_const() for one in node.args]
        named = {one.key: one.value.as_const() for one in node.kwargs}
        try:
            words = self._say(*positional, **named)
        except Exception:
            return node  # told as the template's fault when it runs
        return nodes.Const(words, lineno=node.lineno)


class _Bounds(NodeTransformer):
    """Puts the counting of loops and the measuring of joined texts into a template."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - as Jinja names it
        """A loop: its turns are counted."""
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, _COUNTED, [], [], None, None, lineno=node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - as Jinja names it
        """Texts joined by ``~``: measured first."""
        self.generic_visit(node)
        parts = nodes.List(node.nodes, lineno=node.lineno)
        return nodes.Filter(parts, _JOINED, [], [], None, None, lineno=node.lineno)

"""The environment in which templates run: sandboxed, bounded, with fixed words put in beforehand.

A form says dozens of words and a draw has thousands of forms: a call ``say("name")`` whose
arguments are all constants is worked out once, when the template is compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from jinja2 import nodes
from jinja2.runtime import markup_join, str_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace
from jinja2.visitor import NodeTransformer
from yaohao.planner.publication.paper.template_bounds import (
    LONGEST_BLOCK,
    Counted,
    Meter,
    check_binop,
    check_length,
    check_method,
)
from yaohao.planner.publication.paper.template_filters import (
    NAMES,
    bounded_filter,
    join_filter,
)

SAY = "say"
_COUNTED, _JOINED, _MADE = "counted by the page", "joined within bounds", "made within bounds"
"""Filters that no template can name: they are put in when it is compiled."""
_LOOKING_UP = {"get", "keys", "values", "items"}
"""Methods that make nothing: what they give was there."""


class _Namespace(Namespace):
    """A namespace as templates make them; it is written out as a name, whatever lies in it."""

    def __repr__(self) -> str:
        return "<namespace>"


class Sandbox(ImmutableSandboxedEnvironment):
    """A sandbox whose templates say words by the function `say`.

    `shown` makes out of a value what is put into a page.
    """

    def __init__(
        self, say: Callable[..., str], shown: Callable[[Any], Any], **options: Any
    ) -> None:
        self.meter = Meter()
        self._to_show = shown
        super().__init__(**options, finalize=self._shown)
        self.globals = {"dict": dict, "namespace": _Namespace, SAY: say, "range": self._range}
        self.filters = {
            name: bounded_filter(name, self.filters[name], self._meter) for name in NAMES
        }
        self.filters["join"] = join_filter(self.filters["join"], self._meter)
        self.filters[_COUNTED] = self._counted
        self.filters[_JOINED] = self._joined
        self.filters[_MADE] = self._made
        self._words = _Words(say)

    def begin_page(self) -> Meter:
        """Count anew: what a page takes is its own."""
        self.meter = Meter()
        return self.meter

    def _meter(self) -> Meter:
        return self.meter

    def call(self, context: Any, called: Any, /, *args: Any, **named: Any) -> Any:
        """A call in a template: counted, and measured where it is of a text."""
        self.meter.step()
        check_method(self.meter, called, args, named)
        result = super().call(context, called, *args, **named)
        return result if _name_of(called) in _LOOKING_UP else self.meter.made(result)

    intercepted_binops = frozenset({"*", "+", "**", "%"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """An operation that may make something huge, measured beforehand."""
        check_binop(self.meter, operator, left, right)
        return self.meter.made(super().call_binop(context, operator, left, right))

    def concat(self, parts: Iterable[str]) -> str:
        """What a macro or a block has written, as one text: measured beforehand."""
        kept, size = [], 0
        for part in parts:
            kept.append(part)
            size += len(part)
            check_length(size, LONGEST_BLOCK)
        made: str = self.meter.made("".join(kept))
        return made

    def _shown(self, value: Any) -> Any:
        """What is put into a page, counted."""
        if not isinstance(value, str):
            self.meter.text_size(value)
        shown = self._to_show(value)
        return self.meter.shown(shown) if isinstance(shown, str) else shown

    def _counted(self, items: Any) -> Counted:
        return Counted(items, self.meter)

    def _made(self, value: Any) -> Any:
        return self.meter.made(value)

    def _joined(self, parts: list[Any]) -> Any:
        """Texts one behind the other, as ``~`` in a template joins them."""
        check_length(sum(self.meter.text_size(part) for part in parts))
        return self.meter.made((markup_join if self.autoescape else str_join)(parts))

    def _range(self, *args: int) -> range:
        numbers = range(*args)
        check_length(len(numbers))
        return numbers

    def compile(self, source: Any, *place: Any, **options: Any) -> Any:
        """Compile a template, its fixed words put in."""
        if isinstance(source, str):
            source = self.parse(source, *place[:2])
            if not _has_own_say(source):
                source = self._words.visit(source)
            source = _Bounds().visit(source)
        build: Any = super().compile
        return build(source, *place, **options)


def _name_of(called: Any) -> str:
    return getattr(called, "__name__", "") if hasattr(called, "__self__") else ""


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
    """Puts the counting of loops, and the measuring of texts and lists, into a template."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - as Jinja names it
        """A loop: its turns are counted."""
        self.generic_visit(node)
        node.iter = _filtered(node.iter, _COUNTED)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - as Jinja names it
        """Texts joined by ``~``: measured first."""
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), _JOINED)

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - as Jinja names it
        """A call: values handed in by ``*`` are counted one by one."""
        self.generic_visit(node)
        if node.dyn_args is not None:
            node.dyn_args = _filtered(node.dyn_args, _COUNTED)
        return node

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802 - as Jinja names it
        """A list: what lies in it is measured."""
        self.generic_visit(node)
        return _filtered(node, _MADE)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802 - as Jinja names it
        """A table: what lies in it is measured."""
        self.generic_visit(node)
        return _filtered(node, _MADE)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802 - as Jinja names it
        """A list in round brackets, unless it is names to be set."""
        self.generic_visit(node)
        return node if node.ctx == "store" else _filtered(node, _MADE)


def _filtered(node: nodes.Node, name: str) -> nodes.Filter:
    return nodes.Filter(cast(nodes.Expr, node), name, [], [], None, None, lineno=node.lineno)

"""The environment in which templates run: sandboxed, and with fixed words put in beforehand.

A form says dozens of words and a draw has thousands of forms: a call ``say("name")`` whose
arguments are all constants is worked out once, when the template is compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

SAY = "say"


class Sandbox(ImmutableSandboxedEnvironment):
    """A sandbox whose templates say words by the function `say`."""

    def __init__(self, say: Callable[..., str], **options: Any) -> None:
        super().__init__(**options)
        self.globals[SAY] = say
        self._words = _Words(say)

    def compile(self, source: Any, *place: Any, **options: Any) -> Any:
        """Compile a template, its fixed words put in."""
        if isinstance(source, str):
            source = self.parse(source, *place[:2])
            if not _has_own_say(source):
                source = self._words.visit(source)
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

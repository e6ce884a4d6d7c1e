"""The names of a script: which are nowhere declared, used too early, declared twice, unused.

Scopes are those of strict scripts: functions (parameters and body are two), blocks, loops,
`catch`, classes; `var` is declared in the function around it. What is looked up at run time alone
(`eval`) is not known here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

FUNCTIONS = {
    "function_declaration",
    "generator_function_declaration",
    "function_expression",
    "generator_function",
    "arrow_function",
    "method_definition",
}
CLASSES = {"class_declaration", "class"}
BLOCKS = {"statement_block", "switch_body", "for_statement", "class_body"}
LATER = {"field_definition", "class_static_block"}
"""What of a class is run as a function of its own."""
NAMES = {
    "identifier",
    "shorthand_property_identifier",
    "shorthand_property_identifier_pattern",
}


class Fault(NamedTuple):
    """A name that is not right, and the line (from 1) where it stands."""

    fault: str
    """undeclared, early, twice or unused"""
    name: str
    line: int


@dataclass
class Declared:
    """A declaration: the node of its name, the node of what is declared, its kind."""

    name: Node
    whole: Node
    kind: str
    used: bool = False

    @property
    def own(self) -> Node:
        """What is declared under this name alone: the whole, or of a pattern the name."""
        alone = self.whole.child_by_field_name("name") == self.name
        return self.whole if alone else self.name

    @property
    def usable(self) -> int:
        """The byte from which what it declares has a value; 0 where that is so from the start."""
        if self.kind not in {"let", "const", "class"}:
            return 0
        return (self.name if self.kind == "class" else self.own).end_byte


@dataclass
class Scope:
    """Where names are declared; `later` where it is run at another time than what is around it."""

    around: Scope | None
    body: bool = False
    later: bool = False
    names: dict[str, Declared] = field(default_factory=dict)


@dataclass
class Script:
    """What a script declares and uses, while it is walked."""

    uses: list[tuple[Node, Scope]] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    twice: list[Node] = field(default_factory=list)

    def scope(self, around: Scope | None, body: bool = False, later: bool = False) -> Scope:
        """A new scope."""
        self.scopes.append(Scope(around, body, later))
        return self.scopes[-1]

    def declare(self, name: Node, whole: Node, kind: str, scope: Scope) -> None:
        """Declare a name; a `var` in the body of the function around it."""
        while kind == "var" and not scope.body and scope.around:
            scope = scope.around
        before = scope.names.setdefault(_text(name), Declared(name, whole, kind))
        if before.name != name and not (before.kind == kind == "var"):
            self.twice.append(name)

    def pattern(self, node: Node, whole: Node, kind: str, scope: Scope) -> None:
        """Declare the names of a pattern; its defaults and computed keys are uses."""
        if node.type in NAMES:
            self.declare(node, whole, kind, scope)
        elif node.type in {"assignment_pattern", "object_assignment_pattern"}:
            self.pattern(_field(node, "left"), whole, kind, scope)
            self.walk(_field(node, "right"), scope)
        elif node.type == "pair_pattern":
            self.walk(_field(node, "key"), scope)
            self.pattern(_field(node, "value"), whole, kind, scope)
        else:
            for child in node.named_children:
                self.pattern(child, whole, kind, scope)

    def walk(self, node: Node, scope: Scope) -> None:
        """Note what a node and all within it declare and use."""
        kind = node.type
        if kind in NAMES:
            self.uses.append((node, scope))
        elif kind in FUNCTIONS:
            self.function(node, scope)
        elif kind in CLASSES:
            self.a_class(node, scope)
        elif kind == "variable_declarator":
            word = _text(node.parent.children[0]) if node.parent else ""
            self.pattern(_field(node, "name"), node, word, scope)
            self.children(node, scope, but="name")
        elif kind == "for_in_statement":
            self.loop(node, scope)
        elif kind == "catch_clause":
            inner = self.scope(scope)
            if caught := node.child_by_field_name("parameter"):
                self.pattern(caught, caught, "catch", inner)
            self.children(node, inner, but="parameter")
        elif kind in BLOCKS or kind in LATER:
            self.children(node, self.scope(scope, body=kind in LATER, later=kind in LATER))
        else:
            self.children(node, scope)

    def children(self, node: Node, scope: Scope, but: str = "") -> None:
        """Walk the children of a node, but for the one of a field."""
        left_out = node.child_by_field_name(but) if but else None
        for child in node.named_children:
            if child != left_out:
                self.walk(child, scope)

    def function(self, node: Node, scope: Scope) -> None:
        """A function: its name is declared around it or, in an expression, within it."""
        inner = self.scope(scope, later=True)
        name = node.child_by_field_name("name")
        if name and node.type.endswith("declaration"):
            self.declare(name, node, "function", scope)
        elif name and name.type == "identifier":
            self.declare(name, node, "function", inner)
        elif name:
            self.walk(name, scope)  # of a method: a computed name is an expression
        if parameters := node.child_by_field_name("parameters"):
            for one in parameters.named_children:
                self.pattern(one, one, "parameter", inner)
        elif alone := node.child_by_field_name("parameter"):
            self.pattern(alone, alone, "parameter", inner)
        if node.type != "arrow_function":
            inner.names.setdefault("arguments", Declared(node, node, "function", used=True))
        body, own = _field(node, "body"), self.scope(inner, body=True)
        (self.children if body.type == "statement_block" else self.walk)(body, own)

    def a_class(self, node: Node, scope: Scope) -> None:
        """A class: as a function, its name within it where it is an expression."""
        inner = self.scope(scope)
        if name := node.child_by_field_name("name"):
            self.declare(name, node, "class", scope if node.type != "class" else inner)
        self.children(node, inner, but="name")

    def loop(self, node: Node, scope: Scope) -> None:
        """A loop over something: what is looped over does not see what the loop declares."""
        inner, left = self.scope(scope), _field(node, "left")
        word = node.child_by_field_name("kind")
        if word:
            self.pattern(left, left, _text(word), inner)
        else:
            self.walk(left, scope)
        self.walk(_field(node, "right"), scope)
        self.walk(_field(node, "body"), inner)

    def faults(self, known: Collection[str], top: Scope) -> Iterator[Fault]:
        """What is wrong, once all is walked; unused names are told of the scope `top` alone."""
        yield from (_fault("twice", name) for name in self.twice)
        for use, scope in self.uses:
            found, later = _found(_text(use), scope)
            if found is None and _text(use) not in known:
                yield _fault("undeclared", use)
            elif found:
                found.used |= not found.own.start_byte <= use.start_byte < found.own.end_byte
                if not later and use.start_byte < found.usable:
                    yield _fault("early", use)
        yield from (_fault("unused", one.name) for one in top.names.values() if not one.used)


def faults(text: str, known: Collection[str]) -> list[Fault]:
    """The faults of a script by line; `known` are the names that are there without a declaration.

    Unused are names that the script declares outside of all functions, or, where all of it stands
    in one function, that function declares.

    Raises ValueError where the script cannot be parsed.
    """
    root = Parser(Language(tree_sitter_javascript.language())).parse(text.encode()).root_node
    if root.has_error:
        raise ValueError("the script has a syntax error")
    script = Script()
    outer = script.scope(None, body=True)
    script.children(root, outer)
    bodies = [one for one in script.scopes if one.around and one.around.around is outer]
    top = outer if outer.names else next((one for one in bodies if one.body), outer)
    return sorted(script.faults(known, top), key=lambda one: (one.line, one.name))


def _found(name: str, scope: Scope | None) -> tuple[Declared | None, bool]:
    """The declaration that a name means, and whether what uses it is run later than around it."""
    later = False
    while scope and name not in scope.names:
        later |= scope.later
        scope = scope.around
    return (scope.names[name] if scope else None), later


def _fault(fault: str, node: Node) -> Fault:
    return Fault(fault, _text(node), node.start_point.row + 1)


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _field(node: Node, name: str) -> Node:
    child = node.child_by_field_name(name)
    assert child is not None, f"{node.type} without {name}"
    return child

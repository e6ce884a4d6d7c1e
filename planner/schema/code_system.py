"""The code systems that a workspace may be made for, by the name that its settings have.

To add one, write a module in planner/register/code_systems/ whose `SYSTEM` is a `CodeSystem`
(base.py), and add a line here. Nothing heavy is imported: the command line lists the names.
"""

from __future__ import annotations

from collections.abc import Mapping

MODULES: Mapping[str, str] = {
    "china": "yaohao.planner.register.code_systems.china",
    "free": "yaohao.planner.register.code_systems.free",
}
"""Name in ``workspace.toml`` → module."""

PUBLISHED = frozenset({"china", "free"})
"""What the ledger's first act may call a register: whether its regions are divisions of China, and
so have names, or not. A closed list of the draw protocol."""

"""How files are to be imported: what the command line asks for, handed on whole to the readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ImportOptions:
    """How files are read into a register, and what happens to what was there."""

    mapping: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    """Field → heading of its column (or ``#2``, its place), or several of them, of which the first
    that says something counts; "" leaves the field out."""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Field → text in the files → what it stands for."""
    date_order: str = ""
    """What 03/04/2027 means: not settled, month first (``mdy``), day first (``dmy``)."""
    replace: bool = False
    """Whether the files are the whole register from now on."""
    dry_run: bool = False
    """Whether only to tell what would happen."""
    today: str = ""
    """ISO date after which nothing can have happened; "" in a workspace is the day it is there,
    and elsewhere lets every day pass."""
    division: str = ""
    """The bureau's own division, in which a name is meant that several divisions have."""
    vouched: frozenset[str] = frozenset()
    """Codes that exist though they break the rule of their check character."""
    numbers: Mapping[str, str] = field(default_factory=dict)
    """Registration number → id of the entity that had it before it got its code."""


DEFAULTS = ImportOptions()
"""Known headings, known texts, dates that are not settled; rows are added and changed."""

"""How files are to be imported: what the command line asks for, handed on whole to the readers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path


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
    replace_most: bool = False
    """With `replace`: whether also where nothing, or less than half, would be left."""
    empty: bool = False
    """Whether an empty cell empties what is there; else it stays."""
    supersedes: Sequence[str] = ()
    """Paths or names of earlier files whose rejected rows these files replace."""
    correct: bool = False
    """Of results: whether they hold also where one of a later day is there."""
    close_leads: bool = False
    """Of results: whether the open leads of the entities that were visited are closed."""
    waiting: frozenset[str] = frozenset()
    """Digests of the texts of rows rejected before; the reader reports which it accepts now."""
    today: str = ""
    """ISO date after which nothing can have happened; "" in a workspace is the day it is there,
    and elsewhere lets every day pass."""
    zone: tzinfo | None = None
    """The zone in which a moment that says how far from UTC it is is a day; None takes the day that
    it says."""
    division: str = ""
    """The bureau's own division, in which a name is meant that several divisions have."""
    vouched: frozenset[str] = frozenset()
    """Codes that exist though they break the rule of their check character."""
    numbers: Mapping[str, str] = field(default_factory=dict)
    """Registration number → id of the entity that had it before it got its code."""
    encoding: str = ""
    """The encoding of text files; without one it is found out."""
    sheets: Sequence[str] = ()
    """The sheets of workbooks that are read; without any, the one that fits."""
    all_sheets: bool = False
    """Whether all visible sheets with the headings of the register are read."""
    spool: Path | None = None
    """A folder for the rows of entities that are not held in memory while they are read; without
    one all of them are."""
    merge_in: Path | None = None
    """A folder on the register's own disk, for the register that comes of them."""
    earlier: Callable[[Sequence[int]], Mapping[int, Mapping[str, str]]] | None = None
    """Gives the rejected rows of these numbers, for those that come back."""


DEFAULTS = ImportOptions()
"""Known headings, known texts, dates that are not settled; rows are added and changed."""

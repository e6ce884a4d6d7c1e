"""How files are to be imported: what the command line asks for, handed on whole to the readers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ImportOptions:
    """How files are read into a register, and what happens to what was there."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    """Field → heading of its column, where the headings are not the known ones."""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Field → text in the files → what it stands for."""
    date_order: str = ""
    """What 03/04/2027 means: not settled, month first (``mdy``), day first (``dmy``)."""
    replace: bool = False
    """Whether the files are the whole register from now on."""
    dry_run: bool = False
    """Whether only to tell what would happen."""
    encoding: str = ""
    """The encoding of text files; without one it is found out."""
    sheets: Sequence[str] = ()
    """The sheets of workbooks that are read; without any, the one that fits."""
    all_sheets: bool = False
    """Whether all visible sheets with the headings of the register are read."""
    earlier: Callable[[Sequence[int]], Mapping[int, Mapping[str, str]]] | None = None
    """Gives the rows that stand set aside under these numbers, for those that come back."""


DEFAULTS = ImportOptions()
"""Known headings, known texts, dates that are not settled; rows are added and changed."""

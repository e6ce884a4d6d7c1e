"""Whether a ledger begins with the whole of an earlier one, and what came between.

Source: the draw protocol, "The ledger" (docs/protocol.md). A bureau that shows two publics two
ledgers is found by whoever kept an earlier one, or wrote down no more than its last entry.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from yaohao.planner.ledger import Line, first_break
from yaohao.planner.verification.finding import Finding, fails, holds
from yaohao.planner.verification.public import ledger_of
from yaohao.planner.verification.reading import ReadingError
from yaohao.planner.verification.site_check import is_site, stages_of
from yaohao.planner.vocabulary.problems import refuse

LEDGER = "ledger.jsonl"
_HEAD = re.compile("[0-9a-f]{64}")


def verify_since(folder: Path, old: str) -> Finding:
    """Whether the ledger of a publication, or the longest of a site, goes on from an earlier one.

    `old` is a folder, a file of an earlier ledger, or a last entry that was written down. Raises
    PlannerError where it is none of these; whatever is wrong in `folder` is the finding.
    """
    earlier = earlier_entries(old)
    try:
        lines = _longest(folder)
    except ReadingError as error:
        return fails("since", error.file, error.expected, error.why)
    return compare_since(lines, earlier)


def compare_since(lines: Sequence[Line], earlier: Sequence[str]) -> Finding:
    """The finding on a ledger, and the entries of an earlier one, or its last entry alone."""
    entries = [line.entry for line in lines]
    if len(earlier) == 1:  # a last entry that was written down; or a ledger of one line
        if earlier[0] not in entries:
            return fails("since", LEDGER, earlier[0], "no such entry")
        number = entries.index(earlier[0]) + 1
    else:
        number = len(earlier)
        for place, entry in enumerate(earlier):
            current = entries[place] if place < len(entries) else "nothing"
            if entry != current:
                return fails("since", f"{LEDGER}:{place + 1}", entry, current)
    between = Counter(str(line.act["act"]) for line in lines[number:])
    kinds = ", ".join(f"{kind} {size}" for kind, size in sorted(between.items()))
    return holds("since", "verify.since", number=len(entries) - number, kinds=kinds or "-")


def earlier_entries(old: str) -> list[str]:
    """The entries of an earlier ledger, whose chain must hold, or the one that was written down.

    Raises PlannerError for what is neither.
    """
    if _HEAD.fullmatch(old.strip()):
        return [old.strip()]
    path = Path(old)
    try:
        if path.is_dir():
            lines = _longest(path)
        elif path.stat().st_size <= len("0" * 64) + 4:
            text = path.read_text(encoding="utf-8").strip()
            if _HEAD.fullmatch(text):
                return [text]
            lines = []
        else:
            lines = ledger_of(path.parent, path.name)
    except (ReadingError, OSError, ValueError) as error:
        raise refuse("verify.no-ledger", file=old) from error
    if not lines or first_break(lines) is not None:
        raise refuse("verify.no-ledger", file=old)
    return [line.entry for line in lines]


def _longest(folder: Path) -> list[Line]:
    """The ledger of a publication; of a site the longest of its stages."""
    if not is_site(folder):
        return ledger_of(folder)
    ledgers = [ledger_of(stage) for stage in stages_of(folder)]
    return max(ledgers, key=len, default=[])

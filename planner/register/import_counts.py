"""What came of reading files into a register, as counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yaohao.planner.schema.import_report import ImportCounts

if TYPE_CHECKING:
    from yaohao.planner.register.import_result import ImportResult


def import_counts(register: str, intake: ImportResult[Any], *, dry_run: bool) -> ImportCounts:
    """What came of reading files, as plain values."""
    return {
        "register": register,
        "files": [
            {
                "file": name,
                "sha256": digest,
                "encoding": read.encoding,
                "sheets": list(read.sheets),
                "not_read": list(read.not_read),
                "hidden": list(read.hidden),
            }
            for (name, digest), read in zip(intake.files, intake.read_as, strict=True)
        ],
        "rows": intake.rows,
        "accepted": intake.taken,
        "further": intake.further,
        "set_aside": intake.set_aside.num_rows,
        "reasons": intake.reasons(),
        "mended": intake.repaired,
        "warnings": intake.warnings,
        "ignored": intake.ignored,
        "alike": intake.notes.resembling(),
        "without_column": intake.notes.without_column(),
        "not_understood": intake.notes.not_understood(),
        "dry_run": dry_run,
    }

"""Rows set aside that nobody will mend are taken off the list, with a reason, in the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from yaohao.planner.schema.import_report import DismissReport
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.imports import AsideRecord
from yaohao.planner.vocabulary.digest import document_digest, sha
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.text import tidy

_LONGEST = 2000  # characters of a reason


# Many parameters: three ways to say which rows, each a keyword for users' own Python.
def dismiss_rows(
    workspace: WorkspaceFolder,
    register: str,
    reason: str,
    *,
    numbers: Sequence[int] = (),
    file: str = "",
    everything: bool = False,
    dry_run: bool = False,
) -> DismissReport:
    """Dismiss rows set aside of a register: by their numbers, of a file (name or path), or all.

    They are kept with the reason, and do not come back with their file. The ledger has their
    number and the digests of their texts and of the reason. Raises PlannerError without a reason,
    and where there are no such rows.
    """
    reason = tidy(reason)[:_LONGEST]
    if not reason:
        raise refuse("effects.no-reason")
    if not (numbers or file or everything):
        raise refuse("effects.no-rows")
    report: DismissReport = {
        "register": register,
        "rows": 0,
        "reason": reason,
        "entry": "",
        "dry_run": dry_run,
    }
    if dry_run:
        rows = _chosen(workspace.store.aside_records(register), numbers, file, everything)
        return {**report, "rows": len(rows)}
    with workspace.act("dismissal") as store:
        rows = _chosen(store.aside_records(register), numbers, file, everything)
        digests = sorted(one.digest for one in rows)
        line = store.append(
            {
                "act": "dismissal",
                "register": register,
                "rows": len(digests),
                "set_aside": document_digest(list(digests)),
                "reason": sha(reason),
            }
        )
        store.dismiss(rows, reason, line.entry)
        return {**report, "rows": len(rows), "entry": line.entry}


def _chosen(
    records: Sequence[AsideRecord], numbers: Sequence[int], file: str, everything: bool
) -> list[AsideRecord]:
    if not records:
        raise refuse("effects.unknown-file-none")
    there = {one.number for one in records}
    missing = sorted(set(numbers) - there)
    if missing:
        raise refuse("effects.unknown-rows", numbers=[str(one) for one in missing])
    of_file = {one.number for one in records if file and file in (one.file, one.source)}
    if file and not of_file:
        known = sorted({one.file for one in records})
        raise refuse("effects.unknown-file", file=file, known=known)
    wanted = set(numbers) | of_file
    return [one for one in records if everything or one.number in wanted]

"""The private register of contacts: taken in, shown, forgotten. It is no act of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from yaohao.planner.register.case_files import read_contacts
from yaohao.planner.schema.case_files import CaseFileReport
from yaohao.planner.schema.options import DEFAULTS, ImportOptions
from yaohao.planner.schema.reports.case_letters import Contact, ForgottenContacts
from yaohao.planner.storage.calendar import day_given
from yaohao.planner.storage.entity_lookup import in_register_or_frames, not_known
from yaohao.planner.storage.folder import Progress, WorkspaceFolder
from yaohao.planner.storage.import_knowledge import as_known
from yaohao.planner.vocabulary.problems import refuse


def import_contacts(
    workspace: WorkspaceFolder,
    files: Sequence[Path],
    keep_until: str,
    options: ImportOptions = DEFAULTS,
    progress: Progress | None = None,
) -> CaseFileReport:
    """Take in contacts, to be kept until a day (ISO) unless their rows name an earlier one.

    The counts are `new` and `known`. Raises PlannerError where no such day is given, or it is past.
    """
    until = _until(workspace, keep_until)
    known = as_known(workspace, "contacts", options)
    read = read_contacts(
        files,
        workspace.settings.register,
        known,
        lambda ids: not_known(workspace, ids, in_frames=False),
        progress,
    )
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for row in read.accepted:
        last = min(row["keep_until"] or until, until)
        rows[row["entity_id"], row["phone"]] = {**row, "keep_until": last}
    today = day_given(workspace, None).isoformat()
    new = 0
    if not options.dry_run:
        with workspace.act("contacts") as store:
            store.forget_contacts(today)
            new = store.put_contacts(rows.values())
    return {
        "files": [{"file": name, "sha256": digest} for name, digest in read.files],
        "rows": read.rows,
        "counts": {"new": new, "known": len(rows) - new},
        "further": read.further + len(read.accepted) - len(rows),
        "refused": [dict(row) for row in read.refused],
        "ignored": read.ignored,
        "entries": [],
        "dry_run": options.dry_run,
    }


def contacts_of(workspace: WorkspaceFolder, entity: str) -> list[Contact]:
    """The contacts of an entity that may still be used; for the bureau's own eyes."""
    known = in_register_or_frames(workspace, entity)
    today = day_given(workspace, None).isoformat()
    return list(workspace.store.contacts([known], today).get(known, []))


def forget_contacts(workspace: WorkspaceFolder, entity: str = "") -> ForgottenContacts:
    """Forget the contacts whose last day is past, or all of an entity; how many."""
    known = in_register_or_frames(workspace, entity) if entity else ""
    with workspace.act("contacts") as store:
        gone = store.forget_contacts(day_given(workspace, None).isoformat(), known)
        return {"forgotten": gone, "left": store.number_of_contacts()}


def _until(workspace: WorkspaceFolder, keep_until: str) -> str:
    try:
        day = date.fromisoformat(keep_until)
    except ValueError as error:
        raise refuse("case.bad-keep-until", found=keep_until[:40]) from error
    if day < day_given(workspace, None):
        raise refuse("case.keep-until-past", day=day.isoformat())
    return day.isoformat()

"""Publishing: the public bundle, the auditor's folder."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from yaohao.planner.draw.stages import check_protocol
from yaohao.planner.ledger import Line, frozen_act
from yaohao.planner.plan.document import stored_plan
from yaohao.planner.publication.record import (
    VISIT_COLUMNS,
    visit_columns,
)
from yaohao.planner.publication.signing import (
    Signer,
)
from yaohao.planner.schema.reports.publications import (
    AuditReport,
    PublicView,
    PublishPlan,
    PublishReport,
)
from yaohao.planner.storage import outside_writes
from yaohao.planner.storage.bundles import (
    Evidence,
    bundle_files,
    publish_held,
    record_document,
    write_record,
    write_sums,
)
from yaohao.planner.storage.evidence import evidence_to_carry
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.kept_results import check_reviewed
from yaohao.planner.storage.layout import SNAPSHOTS
from yaohao.planner.storage.prior_draws import earlier_text
from yaohao.planner.storage.public_folders import (
    AUDIT_MARK,
    VERIFIER,
    check_alone,
    check_replaceable,
    keep_private,
)
from yaohao.planner.storage.registers import FROZEN_REGISTERS
from yaohao.planner.vocabulary.files import write_whole
from yaohao.planner.vocabulary.problems import refuse

FORMS = ("csv", "json", "xlsx")
"""CSV and JSON are always there, since a verifier needs both; a workbook where asked for."""


def publish(
    workspace: WorkspaceFolder,
    draw: str,
    to: Path,
    forms: Sequence[str] = (),
    signer: Signer | None = None,
    evidence: Sequence[Path] = (),
) -> PublishReport:
    """Write the public bundle of a draw, with what there is by now, and note it in the ledger.

    With a `signer` its list of files is signed, and the one inside its page. It carries what others
    signed and stamped of the draw's earlier publications: as it lies in the folder that it
    replaces, or in the files given as `evidence`.

    `to` is a new or empty folder, or an earlier bundle of the same draw, which it replaces. Raises
    PlannerError for another folder.
    """
    _check(workspace, draw, to, forms)
    with outside_writes.alone(workspace.folder, "publish", to):
        return publish_held(workspace, draw, to, forms, signer, Evidence([to], evidence))


# Many parameters: as those of `publish`.
def publish_trial(
    workspace: WorkspaceFolder,
    draw: str,
    to: Path,
    forms: Sequence[str] = (),
    evidence: Sequence[Path] = (),
    *,
    is_signed: bool,
) -> PublishPlan:
    """Where `publish` would write what; nothing is written. Raises PlannerError as it does.

    `folder` and `files` are as `publish` tells them; `replaces` whether an earlier bundle is there.
    """
    _check(workspace, draw, to, forms)
    check_replaceable(draw, to, VERIFIER)
    carried = evidence_to_carry(workspace.store, workspace.store.draw(draw), [to], evidence)
    return {
        "folder": str(to),
        "files": sorted({*bundle_files(forms, is_signed=is_signed), *carried}),
        "replaces": (to / VERIFIER).is_file(),
        "site": None,
    }


def _check(workspace: WorkspaceFolder, draw: str, to: Path, forms: Sequence[str]) -> None:
    """Raise PlannerError for an unknown format or draw, a rehearsal, a folder among public ones."""
    for form in forms:
        if form not in FORMS:
            raise refuse("draw.unknown-format", found=form, known=list(FORMS))
    check_protocol(workspace.store.draw(draw))
    workspace.refuse_rehearsal(draw)
    check_reviewed(workspace, draw)
    check_alone(to)


def public_view(workspace: WorkspaceFolder, draw: str) -> PublicView:
    """What a publication of a draw would show by now; nothing is written.

    `columns` are those of a visit, `hidden` those that stay inside, `visits` the rows as the public
    sees them, `record` the other parts of ``draw.json``; `published` the stage shown last, or None.
    """
    stored = workspace.store.draw(draw)
    check_protocol(stored)
    ledger = workspace.store.ledger()
    document = record_document(workspace, draw)
    columns = visit_columns(stored.plan)
    stages = [
        str(line.act["stage"])
        for line in ledger
        if line.act.get("act") == "publication" and line.act["draw"] == draw
    ]
    return {
        "draw": draw,
        "stage": stored.stage.value,
        "published": stages[-1] if stages else None,
        "tiers": stored.plan["publication"]["tiers"],
        "columns": columns,
        "hidden": [column for column in VISIT_COLUMNS if column not in columns],
        "visits": list(document.pop("visits")),
        "record": document,
    }


def audit(workspace: WorkspaceFolder, draw: str, to: Path) -> AuditReport:
    """Write the auditor's folder: the record, and all that stands behind it, the secret too."""
    check_protocol(workspace.store.draw(draw))
    workspace.refuse_rehearsal(draw)
    keep_private(to, workspace.folder)
    with (
        outside_writes.writing(workspace.folder, to, private=True) as being,
        workspace.act("audit") as store,
    ):
        check_replaceable(draw, to, AUDIT_MARK)
        fresh = being.folder
        stored = store.draw(draw)
        stage = write_record(workspace, draw, fresh)
        folder = workspace.kept.check_all(stored)
        for name in ("frame.parquet", "plan.json", "lottery.json"):
            shutil.copyfile(folder / name, fresh / name)
        write_whole(fresh / "secret", f"{workspace.kept.secret(stored)}\n".encode(), mode=0o600)
        plan = stored_plan(stored.plan)
        named = _earlier_of(store.ledger(), draw)
        with (fresh / "earlier.json").open("wb") as file:
            file.writelines(earlier_text(workspace, plan, named))
            file.write(b"\n")
        _write_register(workspace, draw, fresh / "entities.jsonl")
        for name in (*FROZEN_REGISTERS, "visits", "roster-before", "roster", "crews"):
            document = store.document_pieces(draw, name)
            if document is not None:
                with (fresh / f"{name}.json").open("wb") as file:
                    file.writelines(document)
                    file.write(b"\n")
        write_sums(fresh)
        files = sorted(path.name for path in fresh.iterdir())
        being.put()
        return {"draw": draw, "folder": str(to), "stage": stage, "files": files}


def _write_register(workspace: WorkspaceFolder, draw: str, path: Path) -> None:
    """Write the register of entities from which a draw was frozen, for whoever has no library."""
    from yaohao.planner.register.snapshot_lines import write_lines_of

    snapshot = workspace.store.snapshot_of(frozen_act(workspace.store.ledger(), draw)["content"])
    assert snapshot is not None  # a freeze is of a register that was imported
    register = workspace.folder / SNAPSHOTS / snapshot.file
    workspace.kept.snapshot(register, snapshot.content)
    write_lines_of(register, path)


def _earlier_of(lines: Sequence[Line], draw: str) -> list[str]:
    """The draws that the freeze of a draw took into account, by the ledger."""
    return list(frozen_act(lines, draw)["earlier"])

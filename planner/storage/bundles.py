"""The folder of a publication: filled, entered in the ledger, and put in its place.

Also what an auditor's folder and a site have of it: the record, the items, the list of files.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from yaohao.planner.draw.stages import is_witnessed
from yaohao.planner.follow_up.deadlines import due_days
from yaohao.planner.publication.metadata import (
    METADATA,
    SCHEMA,
    csvw_bytes,
    schema_bytes,
)
from yaohao.planner.publication.record import (
    public_record,
    visit_columns,
)
from yaohao.planner.publication.record_text import record_text
from yaohao.planner.publication.signing import PUBLIC, SIGNATURE, Signer, list_of
from yaohao.planner.publication.visit_tables import csv_pieces, write_workbook
from yaohao.planner.publication.web_page import build
from yaohao.planner.schema.reports.publications import PublishReport
from yaohao.planner.storage import outside_writes
from yaohao.planner.storage.calendar import working_days, zone_name
from yaohao.planner.storage.evidence import gathered_evidence
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.kept_results import check_reviewed
from yaohao.planner.storage.public_folders import (
    VERIFIER,
    check_replaceable,
)
from yaohao.planner.storage.publications import unpublished_of
from yaohao.planner.vocabulary.digest import file_digest
from yaohao.planner.vocabulary.held_rows import MadeRows
from yaohao.planner.vocabulary.phones import without_phones
from yaohao.planner.vocabulary.public_keys import public_pem
from yaohao.planner.wording.messages import say

SUMS = "SHA256SUMS"


class Evidence(NamedTuple):
    """Where evidence of others is looked for: earlier publications, and files that are given."""

    folders: Sequence[Path] = ()
    given: Sequence[Path] = ()


# Many parameters: what is published, where, in what forms, with what.
def publish_held(
    workspace: WorkspaceFolder,
    draw: str,
    to: Path,
    forms: Sequence[str],
    signer: Signer | None,
    evidence: Evidence,
) -> PublishReport:
    """Publish as `publish` does; the caller holds the lock of publications."""
    with outside_writes.writing(workspace.folder, to) as being:
        report = _filled(workspace, draw, to, forms, signer, evidence, being)
        being.put()
        return report


def bundle_files(forms: Sequence[str], *, is_signed: bool) -> list[str]:
    """The names of the files of a publication, sorted."""
    names = [
        "draw.json",
        "visits.csv",
        "ledger.jsonl",
        VERIFIER,
        SCHEMA,
        METADATA,
        build.FILE,
        SUMS,
    ]
    names += ["visits.xlsx"] if "xlsx" in forms else []
    names += [SIGNATURE, PUBLIC] if is_signed else []
    return sorted(names)


# Many parameters: those of `publish_held`, and the folder.
def _filled(
    workspace: WorkspaceFolder,
    draw: str,
    to: Path,
    forms: Sequence[str],
    signer: Signer | None,
    evidence: Evidence,
    being: outside_writes.Unfinished,
) -> PublishReport:
    """Fill the folder of a publication and tell the ledger of it; it is put in place after."""
    fresh = being.folder
    with workspace.act("publish") as store:
        check_replaceable(draw, to, VERIFIER)
        check_reviewed(workspace, draw)
        stage = write_record(workspace, draw, fresh)
        if "xlsx" in forms:
            _write_visits_workbook(workspace, draw, fresh / "visits.xlsx")
        (fresh / VERIFIER).write_bytes(verifier_bytes())
        (fresh / SCHEMA).write_bytes(schema_bytes())
        plan = store.draw(draw).plan
        (fresh / METADATA).write_bytes(csvw_bytes({**plan, "plan": plan}))
        _write_page(workspace, draw, fresh, signer)
        write_sums(fresh)
        if signer is not None:
            (fresh / SIGNATURE).write_bytes(signer.sign((fresh / SUMS).read_bytes()))
            (fresh / PUBLIC).write_bytes(public_pem(signer.key))
        carried = gathered_evidence(store, store.draw(draw), evidence.folders, evidence.given)
        for name, content in carried.items():
            (fresh / name).write_bytes(content)
        line = store.append(
            {
                "act": "publication",
                "draw": draw,
                "stage": stage,
                "draw_json": file_digest(fresh / "draw.json"),
                "visits_csv": file_digest(fresh / "visits.csv"),
                "sums": file_digest(fresh / SUMS),
            }
        )
        files = sorted(path.name for path in fresh.iterdir())
        being.promise()
        report: PublishReport = {
            "draw": draw,
            "folder": str(to),
            "stage": stage,
            "files": files,
            "published_at": line.act["at"],
            "key": signer.key if signer else None,
            "evidence": sorted(carried),
        }
    being.promised = True
    return report


def verifier_bytes() -> bytes:
    """The verifier in one file, as every public bundle holds it."""
    return (
        importlib.resources.files("yaohao.planner.publication.verifier") / "verify.py"
    ).read_bytes()


def public_items(workspace: WorkspaceFolder) -> list[dict[str, Any]]:
    """The item list as it may be shown."""
    return [
        {
            key: without_phones(value) if isinstance(value, str) else value
            for key, value in row.items()
        }
        for row in workspace.store.roster("items")
    ]


def record_document(workspace: WorkspaceFolder, draw: str) -> dict[str, Any]:
    """`draw.json` of a draw as it stands; its visits are read each time they are gone through."""
    stored = workspace.store.draw(draw)
    results, ledger = workspace.store.results(draw), workspace.store.ledger()
    visits = MadeRows(
        workspace.store.visit_count(draw), lambda: iter(workspace.store.visit_rows(draw))
    )
    return public_record(draw, stored.plan, stored.record, visits, results, ledger)


def write_record(workspace: WorkspaceFolder, draw: str, folder: Path) -> str:
    """Write `draw.json`, `visits.csv` and `ledger.jsonl`; the stage they show."""
    stored = workspace.store.draw(draw)
    ledger = workspace.store.ledger()
    document = record_document(workspace, draw)
    with (folder / "draw.json").open("w", encoding="utf-8", newline="\n") as text:
        text.writelines(record_text(document))
    columns = visit_columns(stored.plan)
    with (folder / "visits.csv").open("wb") as table:
        table.writelines(csv_pieces(columns, document["visits"]))
    lines = "".join(f"{line.as_text()}\n" for line in ledger)
    (folder / "ledger.jsonl").write_text(lines, encoding="utf-8", newline="\n")
    return stored.stage.value


def _write_page(workspace: WorkspaceFolder, draw: str, folder: Path, signer: Signer | None) -> None:
    """Write the page that shows the publication and verifies itself; the other files are there."""
    ledger, document = workspace.store.ledger(), record_document(workspace, draw)
    digests = {path.name: file_digest(path) for path in sorted(folder.iterdir())}
    signature = None
    if signer is not None:
        signature = {"key": signer.key, "signature": signer.sign(list_of(digests)).hex()}
    data = build.page_data(
        document,
        ledger,
        digests,
        public_items(workspace),
        build.region_names(workspace.settings.register, (v["region"] for v in document["visits"])),
        due_days(document, working_days(workspace)),
        signature,
    )
    page = build.page_pieces(data, workspace.settings.language, zone_name(workspace))
    with (folder / build.FILE).open("wb") as file:
        file.writelines(page)


def _write_visits_workbook(workspace: WorkspaceFolder, draw: str, path: Path) -> None:
    stored = workspace.store.draw(draw)
    plan, select = stored.plan, stored.select
    columns = visit_columns(plan)
    notes = [
        say("publication.authority", authority=plan["authority"]),
        say("publication.window", first=plan["window"][0], last=plan["window"][1]),
        say("publication.commitment", commitment=select["commitment"]),
    ]
    if select["seed"]:
        notes.append(say("publication.seed", seed=select["seed"], source=select["source"]))
        if "select" in unpublished_of(workspace, stored):
            notes.append(say("publication.unpublished"))
        if not is_witnessed(select):
            notes.append(say("publication.unwitnessed"))
    headings = [say(f"publication.column-{column}") for column in columns]
    write_workbook(path, plan["title"], notes, headings, columns, workspace.store.visits(draw))


def write_sums(folder: Path) -> None:
    """Write the list of a folder's files with their digests into it."""
    names = sorted(path.name for path in folder.iterdir())
    lines = "".join(f"{file_digest(folder / name)}  {name}\n" for name in names)
    (folder / SUMS).write_text(lines, encoding="utf-8", newline="\n")

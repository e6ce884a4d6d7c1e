"""`yaohao proof`: write the proof of one entity, or of all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.shell import shell_word
from yaohao.scripts.command_base import (
    argument,
    cli_command,
    open_workspace,
    option,
)
from yaohao.scripts.output import (
    fact,
    facts,
    finish,
    note,
    print_json,
    progress,
    warn,
)


@cli_command("proof")
@argument("draw", meta="draw")
@argument("entity", meta="entity", required=False)
@option("--all", "every", words="proof-all", is_flag=True)
@option("--to", words="proof-to", meta="file", default="")
@option("--from", "folder", words="proof-from", meta="dir", default="")
@option("--slip", words="proof-slip", meta="file", default="")
@option("--address", words="proof-address", meta="url", default="")
@option("--absent", words="proof-absent", is_flag=True)
# Many parameters: one for each option.
def command(
    draw: str,
    entity: str | None,
    every: bool,
    to: str,
    folder: str,
    slip: str,
    address: str,
    absent: bool,
) -> None:
    """Print a proof, or write files readable only by their owner, since they contain tiers."""
    if absent and (every or folder or slip):
        raise refuse("cli.proof-absent")
    if every:
        if entity or folder or slip or not to:
            raise refuse("cli.proof-all")
        _write_all(draw, to)
        return
    if not entity:
        raise refuse("cli.proof-all")
    if slip and Path(slip).suffix.lower() not in (".html", ".svg"):
        raise refuse("cli.slip-form", file=slip)
    document, workspace = _absence(draw, entity) if absent else _proof(draw, entity, folder)
    from yaohao.planner.doors.proof_files import write_proof, write_proof_picture

    row = document if absent else document["leaf"]
    written: dict[str, Any] = {"draw": draw, "entity": row["entity_id"]}
    if slip:
        write_proof_picture(Path(slip), _slip(document, slip, address), workspace)
        written["slip"] = slip
    if to:
        write_proof(Path(to), document, workspace)
        written["file"] = to
    if not to and not slip:
        print_json(document)
        return
    finish(written, _show)
    if to:
        note("after-proof", file=shell_word(to))


def _proof(draw: str, entity: str, folder: str) -> tuple[Mapping[str, Any], Path | None]:
    """The proof of an entity, and the workspace it is from: none for one from a given folder."""
    if folder:
        from yaohao.planner.workspace import Workspace

        return Workspace.proof_from(folder, draw, entity), None
    with open_workspace() as workspace:
        return workspace.proof(draw, entity), workspace.folder


def _absence(draw: str, entity: str) -> tuple[Mapping[str, Any], Path | None]:
    """The proof that an entity is not in the frame, and the workspace it is from."""
    with open_workspace() as workspace:
        return workspace.absence_proof(draw, entity), workspace.folder


def _slip(document: Mapping[str, Any], name: str, address: str) -> bytes:
    """The slip of a proof, or its code alone, by the ending of the file's name."""
    if Path(name).suffix.lower() == ".svg":
        from yaohao.planner.doors.proof_files import proof_code

        return proof_code(document, address)
    with open_workspace() as workspace:
        return workspace.proof_slip(document, address)


def _write_all(draw: str, to: str) -> None:
    with open_workspace() as workspace, progress("proving") as moved:
        report = workspace.proofs(draw, to, progress=moved)
    finish(report, _show)
    warn("proofs-private")
    note("after-proofs", draw=draw, folder=shell_word(to))


def _show(report: Mapping[str, Any]) -> None:
    facts([fact(name, value) for name, value in report.items()])

"""Proofs: to each entity its own row of the frame, its cell, and the path to the published root."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from yaohao.planner.frame.audit_paths import AuditPaths
from yaohao.planner.frame.blind_cells import blind_name, cell_proofs
from yaohao.planner.register.values import normal
from yaohao.planner.schema.frame import LEAF_COLUMNS
from yaohao.planner.schema.reports.publications import ProofCell, ProofReport, ProofsReport
from yaohao.planner.storage import outside_writes
from yaohao.planner.storage.entity_lookup import in_frame
from yaohao.planner.storage.folder import Progress, WorkspaceFolder
from yaohao.planner.storage.frozen import FrozenDraw
from yaohao.planner.storage.public_folders import check_strangers, keep_private
from yaohao.planner.vocabulary.codes import repair_code
from yaohao.planner.vocabulary.digest import canonical, salt
from yaohao.planner.vocabulary.files import write_whole
from yaohao.planner.vocabulary.parquet_files import open_parquet
from yaohao.planner.vocabulary.problems import PlannerError, refuse
from yaohao.planner.vocabulary.small_files import read_small_text
from yaohao.planner.vocabulary.whole_folders import process_folder

PROOF = "yaohao-proof/2"
PROOFS = "yaohao-proofs/2"
INDEX = "proofs.json"
"""What tells of a folder of proofs: draw, frame, size, and how its files are named."""

_PER_FILE = 1 << 12  # proofs in a file, about: 8 MB of them
_ROWS = 1 << 13
_HELD = 48 << 20  # bytes of proofs held before they are written


class Prover:
    """Makes the proofs of a draw: has the leaves of its frame, in a file where they are many, and
    holds its cells.

    Raises PlannerError where the frozen frame or its lottery has been changed.
    """

    def __init__(self, workspace: WorkspaceFolder, draw: str) -> None:
        stored = workspace.store.draw(draw)
        self.draw = draw
        self.root = stored.select["frame"]
        self.frozen = workspace.frozen(stored)
        self.frame = self.frozen.frame
        self._secret = self.frozen.secret
        leaves = self.frame.leaf_pieces(self._secret)
        self._paths = AuditPaths(leaves, process_folder())
        self.size = self._paths.size
        self._cells = _cells(self.frozen)

    def proof(self, row: Mapping[str, Any], index: int) -> ProofReport:
        """The proof of the row that stands at `index` of the frame (docs/bundle.md)."""
        cell = self._cells[row["cell"]] if row["standing"] == "pool" else None
        return {
            "format": PROOF,
            "draw": self.draw,
            "frame": self.root,
            "size": self.size,
            "index": index,
            "leaf": {
                **{column: str(row[column]) for column in LEAF_COLUMNS},
                "blind": cell["cell"] if cell else "",
                "salt": salt(self._secret, row["entity_id"]),
                "name": row["name"],
            },
            "path": self._paths.path(index),
            "cell": cell,
        }

    def all(self) -> Iterator[tuple[str, str]]:
        """Every entity and its proof as one line of JSON, in the order of the frame."""

        write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
        index = 0
        with open_parquet(self.frozen.path) as file:
            for batch in file.iter_batches(_ROWS, columns=[*LEAF_COLUMNS, "name"]):
                for row in batch.to_pylist():
                    yield row["entity_id"], write(self.proof(row, index))
                    index += 1


def proof(workspace: WorkspaceFolder, draw: str, entity_id: str) -> ProofReport:
    """One entity's own row of the frame, its salt, its cell and its audit path (docs/bundle.md).

    Raises PlannerError where it is not in the frame.
    """
    prover = Prover(workspace, draw)
    entity_id = in_frame(workspace, draw, prover.frozen.path, entity_id)
    row = prover.frozen.row(entity_id)
    return prover.proof(row, prover.frame.position(entity_id))


def proofs(
    workspace: WorkspaceFolder, draw: str, to: Path, progress: Progress | None = None
) -> ProofsReport:
    """Write the proof of every entity of a frame into a folder that only its owner can read.

    A file holds those whose ids' digests begin alike, a proof a line, in the order of the frame.
    `to` is a new or empty folder, or earlier proofs of the same draw. Memory: the tree, 64 bytes an
    entity, and the proofs that wait to be written.
    """
    workspace.store.draw(draw)
    keep_private(to, workspace.folder)
    _check_target(draw, to)
    prover = Prover(workspace, draw)
    digits = 1
    while prover.size > _PER_FILE * 16**digits:
        digits += 1
    with outside_writes.writing(workspace.folder, to, private=True) as being:
        fresh = being.folder
        waiting: dict[str, list[str]] = {}
        held = 0
        for number, (entity_id, text) in enumerate(prover.all(), 1):
            waiting.setdefault(_shard(entity_id, digits), []).append(text)
            held += len(text)
            if held > _HELD:
                _write(fresh, waiting)
                held = 0
                if progress:
                    progress(number, prover.size)
        _write(fresh, waiting)
        index = {
            "format": PROOFS,
            "draw": draw,
            "frame": prover.root,
            "size": prover.size,
            "digits": digits,
        }
        write_whole(fresh / INDEX, f"{canonical(index)}\n".encode(), mode=0o600)
        files = sum(1 for _ in fresh.iterdir()) - 1
        being.put()
    return {"draw": draw, "folder": str(to), "proofs": prover.size, "files": files}


def proof_from(folder: Path, draw: str, entity_id: str) -> ProofReport:
    """The proof of one entity out of a folder that `proofs` wrote; needs no workspace.

    Raises PlannerError where the folder holds no proofs of the draw, or none of the entity.
    """
    index = _index(folder)
    if index is None or index["draw"] != draw:
        raise refuse("publication.no-proofs", folder=str(folder), draw=draw)
    # A folder does not say of which kind its register is: either form may be the one.
    for form in dict.fromkeys((entity_id, normal(entity_id), repair_code(entity_id))):
        proof = _proof_of(folder, form, index["digits"])
        if proof is not None:
            return proof
    raise refuse("draw.no-entity", entity=entity_id, draw=draw)


def _proof_of(folder: Path, entity_id: str, digits: int) -> ProofReport | None:
    """The proof of an entity out of the file where it would be, None where it is not."""
    path = folder / f"{_shard(entity_id, digits)}.jsonl"
    wanted = f'"entity_id":{json.dumps(entity_id)},'
    if path.is_file():
        with path.open(encoding="utf-8") as file:
            for line in file:
                if wanted in line:
                    document: ProofReport = json.loads(line)
                    if document["leaf"]["entity_id"] == entity_id:
                        return document
    return None


def _cells(frozen: FrozenDraw) -> dict[str, ProofCell]:
    """By its name what a cell's own members are told of it; the count after the draw."""
    secret, cells = frozen.secret, frozen.lottery["cells"]
    drawn = {cell["name"]: cell["count"] for cell in frozen.draw.cells or ()}
    rows = cell_proofs(secret, cells)
    names = [cell["cell"] for cell in cells]
    return {name: {**rows[blind_name(secret, name)], "count": drawn.get(name)} for name in names}


def _shard(entity_id: str, digits: int) -> str:
    return sha256(entity_id.encode("utf-8", "surrogatepass")).hexdigest()[:digits]


def _write(folder: Path, waiting: dict[str, list[str]]) -> None:
    """Append the proofs that wait to their files, and forget them."""
    for name, texts in waiting.items():
        path = folder / f"{name}.jsonl"
        if not path.exists():
            path.touch(mode=0o600)
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{text}\n" for text in texts)
    waiting.clear()


def _index(folder: Path) -> dict[str, Any] | None:
    """What a folder of proofs says of itself, or None where it is no such folder."""
    try:
        index = json.loads(read_small_text(folder / INDEX))
        sound = index["format"] == PROOFS and type(index["digits"]) is int
    except (OSError, ValueError, KeyError, TypeError, RecursionError, PlannerError):
        return None
    return index if sound else None


def _check_target(draw: str, to: Path) -> None:
    if not to.exists() or (to.is_dir() and not any(to.iterdir())):
        return
    index = _index(to)
    if index is None or index["draw"] != draw:
        raise refuse("publication.not-proofs", folder=str(to), draw=draw)
    check_strangers(to, draw, lambda path: path.name == INDEX or _is_shard(path.name))


def _is_shard(name: str) -> bool:
    stem, dot, ending = name.partition(".")
    return dot == "." and ending == "jsonl" and set(stem) <= set("0123456789abcdef")

"""A folder with a whole population: registers, history, truth, plan, ledger of dirt, manifest."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Any, Protocol

from yaohao.planner.vocabulary.digest import file_digest
from yaohao.planner.vocabulary.files import sync
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.whole_folders import (
    flush_folder,
    open_file,
    open_folder,
    sweep_beside,
    unfinished_name,
    write_file,
)
from yaohao.sample_data import (
    cases,
    items,
    leads,
    lists,
    roster,
)
from yaohao.sample_data.entities import COLUMNS, REGISTER
from yaohao.sample_data.population import Population
from yaohao.sample_data.write import (
    ENCODINGS,
    FORMATS,
    SHEET_ROWS,
    Writer,
    open_writer,
    records_table,
)

CASE_PARTS = ("contacts", "filings", "penalties", "commitments", "cases")
"""The parts about cases."""
PARTS = (
    "entities", "details", "inspectors", "items", "leads", "lists", "results", "truth", *CASE_PARTS,
)  # fmt: skip
"""What a folder can hold; ``details`` are the columns of entities that no import reads."""
SAMPLE = ("entities", "inspectors", "items", "leads", "lists")
"""The parts of the committed sample."""
MANIFEST = "MANIFEST.json"
LEDGER = ("row", "line", "entity_id", "column", "kind", "effect", "before", "after")
"""Columns of dirt.csv: number of the row (from 1), line of the file as an import counts it, and a
`yaohao.sample_data.corruption_kinds.Change`."""
_ALWAYS = ["dirt.csv", "plan.toml"]
NOTICE = "SYNTHETIC: made from a seed; no entity, person or lead in it is real"


@dataclass(frozen=True)
class _Form:
    """In which form which parts of a population are written."""

    fmt: str
    encoding: str
    parts: Collection[str]


class Progress(Protocol):
    """Told now and then how many entities are done, of how many."""

    def __call__(self, done: int, total: int | None, /) -> object:
        """Take note."""


def write_folder(
    population: Population,
    folder: Path,
    fmt: str = "csv",
    *,
    encoding: str = "utf-8",
    parts: Collection[str] = PARTS,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Write the parts asked for, plan.toml, dirt.csv and MANIFEST.json to `folder`.

    Every file appears whole, and an earlier population stays until the new one is. Returns the
    number of rows by file. Raises PlannerError where the folder holds anything but an earlier
    population, cannot be written, or for what cannot be asked for.
    """
    _check(population, fmt, encoding, parts)
    made = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sweep_beside(folder)
        earlier = _files_of(folder) if any(folder.iterdir()) else []
        with open_folder(folder / unfinished_name()) as fresh:
            try:
                rows = _fill(population, fresh, _Form(fmt, encoding, parts), progress)
                flush_folder(fresh)
                _put(fresh, folder, earlier)
            finally:
                rmtree(fresh, ignore_errors=True)
    except OSError as error:
        if made:
            with suppress(OSError):
                folder.rmdir()
        raise refuse("synth.unwritable", file=str(folder), error=error.strerror) from error
    return rows


def _fill(
    population: Population, folder: Path, form: _Form, progress: Progress | None
) -> dict[str, int]:
    """Write all files of a population into a new folder; the number of rows by file."""
    fmt, parts = form.fmt, form.parts
    rows = _write_large(population, folder, form, progress)
    for name, columns, records in _small(population, parts):
        with open_writer(folder / f"{name}.{fmt}", fmt, form.encoding, clean=False) as writer:
            writer.write(records_table(columns, records))
        rows[name] = len(records)
    write_file(folder / "plan.toml", population.plan().encode())
    files = [f"{name}.{fmt}" for name in rows if name != "dirt"] + _ALWAYS
    asked: dict[str, Any] = {"format": fmt, "parts": [part for part in PARTS if part in parts]}
    if fmt == "csv":
        asked["encoding"] = form.encoding
    if fmt == "parquet":
        import pyarrow as pa

        asked["pyarrow"] = pa.__version__
    manifest = {
        "notice": NOTICE,
        "generator": "sample_data",
        "parameters": {**population.parameters(), **asked},
        "rows": rows,
        "sha256": {name: file_digest(folder / name) for name in sorted(files)},
    }
    _write_manifest(folder, manifest)
    return rows


def _put(fresh: Path, folder: Path, earlier: Sequence[str]) -> None:
    """Give the files their names, in the place of those of an earlier population.

    The manifest names both meanwhile, so that what is broken off between can be made again; that of
    the new population comes last. Raises PlannerError for a file that is neither's.
    """
    names = sorted(path.name for path in fresh.iterdir() if path.name != MANIFEST)
    if any((folder / name).exists() for name in names if name not in earlier):
        raise refuse("synth.folder-in-use", file=str(folder))
    claimed = dict.fromkeys(sorted({*names, *earlier}), "")
    _write_manifest(folder, {"notice": NOTICE, "sha256": claimed})
    for name in names:
        (fresh / name).replace(folder / name)
    for name in set(earlier) - set(names):
        (folder / name).unlink(missing_ok=True)
    sync(folder)
    (fresh / MANIFEST).replace(folder / MANIFEST)
    sync(folder)


def _write_large(
    population: Population, folder: Path, form: _Form, progress: Progress | None
) -> dict[str, int]:
    """Entities with the ledger of their dirt, truth and results, page by page."""
    names = [name for name in ("entities", "truth", "results") if name in form.parts]
    rows = dict.fromkeys([*names, "dirt"], 0)
    with ExitStack() as stack:
        file = stack.enter_context((folder / "dirt.csv").open("w", encoding="utf-8", newline=""))
        ledger = csv.writer(file, lineterminator="\n")
        ledger.writerow(LEDGER)
        writers: dict[str, Writer] = {
            name: stack.enter_context(
                open_writer(folder / f"{name}.{form.fmt}", form.fmt, form.encoding)
            )
            for name in names
        }
        sheets = population.sheets(
            columns=COLUMNS if "details" in form.parts else REGISTER,
            truth="truth" in form.parts,
            results="results" in form.parts,
        )
        done = 0
        for page in sheets if names else ():
            for name in names:
                table = getattr(page, name)
                changes = page.changes if name == "entities" else ()
                lines = writers[name].write(table, changes)
                for change, line in zip(changes, lines, strict=True):
                    ledger.writerow([change.row, line, *change[1:]])
                rows["dirt"] += len(changes)
                rows[name] += len(table)
            done += len(page.entities)
            if progress:
                progress(done, population.size)
    return rows


def _small(
    population: Population, parts: Collection[str]
) -> Iterator[tuple[str, tuple[str, ...], list[dict[str, str]]]]:
    """The registers that fit into memory, made only where they are asked for."""
    makers = (
        ("inspectors", roster.COLUMNS, population.inspectors),
        ("items", items.COLUMNS, population.items),
        ("leads", leads.COLUMNS, population.leads),
        ("lists", lists.COLUMNS, population.lists),
        ("contacts", cases.CONTACTS, population.contacts),
        ("filings", cases.FILINGS, population.filings),
        ("penalties", cases.PENALTIES, population.penalties),
        ("commitments", cases.COMMITMENTS, population.commitments),
        ("cases", cases.CASES, population.cases),
    )
    for name, columns, make in makers:
        if name in parts:
            yield name, columns, make()


def _check(population: Population, fmt: str, encoding: str, parts: Collection[str]) -> None:
    if fmt not in FORMATS:
        raise refuse("synth.no-format", found=fmt, known=list(FORMATS))
    if encoding not in ENCODINGS:
        raise refuse("synth.no-encoding", found=encoding, known=list(ENCODINGS))
    strange = sorted(set(parts) - set(PARTS))
    if strange or not parts:
        raise refuse("synth.no-part", found=strange, known=list(PARTS))
    if fmt == "xlsx" and population.size > SHEET_ROWS:
        raise refuse("synth.too-long", file="entities.xlsx", most=SHEET_ROWS)


def _files_of(folder: Path) -> list[str]:
    """The files that the manifest of an earlier population names; PlannerError without one."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["notice"] != NOTICE:
            raise ValueError
        return [name for name in manifest["sha256"] if Path(name).name == name]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise refuse("synth.folder-in-use", file=str(folder)) from error


def _write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    with open_file(folder / MANIFEST) as file:
        file.write(text.encode())

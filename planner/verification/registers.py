"""The registers behind a frame: the digests that the ledger has of them, and the frame made anew.

An auditor has the registers as they were when the draw was frozen. What the plan makes of them must
be the frame, row by row. Source: the draw protocol, "Who can check what" (docs/protocol.md).
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from yaohao.planner.frame.file_difference import first_row_difference
from yaohao.planner.frame.frame import classify_to_read
from yaohao.planner.frame.prior_draws import prior_table
from yaohao.planner.plan.document import plan_document, plan_from_document
from yaohao.planner.plan.triggers import with_entries
from yaohao.planner.register.snapshot_lines import LinesError, Register, Stop, never, read_lines
from yaohao.planner.verification.audit_documents import LEADS, LISTS
from yaohao.planner.verification.bundle_record import BundleRecord
from yaohao.planner.verification.finding import Finding, compare, fails, holds, same
from yaohao.planner.verification.prior_draws import draws_of
from yaohao.planner.verification.reading import ReadingError, read_canonical, read_in_lines
from yaohao.planner.verification.schemas import first_mismatch
from yaohao.planner.vocabulary.digest import document_digest
from yaohao.planner.vocabulary.whole_folders import process_folder

if TYPE_CHECKING:
    from yaohao.planner.engine.base import Batch

Leads = list[Mapping[str, Any]]
ENTITIES = "entities.jsonl"
_SHAPES = {"leads": LEADS, "lists": LISTS}


def check_registers(record: BundleRecord, stop: Stop = never) -> Iterator[Finding]:
    """The registers by the ledger, and the frame that the plan makes of them.

    Once `stop` says so, what is still to be read does not matter, and is left.
    """
    with TemporaryDirectory(dir=process_folder()) as folder:
        held = yield from _held(record, Path(folder), stop)
        if held is not None:
            yield from _frame_anew(record, *held)


def check_registers_alone(record: BundleRecord, stop: Stop = never) -> Iterator[Finding]:
    """The registers by the ledger, where frame or earlier draws are none to make one anew by."""
    with TemporaryDirectory(dir=process_folder()) as folder:
        yield from _held(record, Path(folder), stop)


def _held(
    record: BundleRecord, folder: Path, stop: Stop
) -> Generator[Finding, None, tuple[Register, Leads] | None]:
    """Check the registers; entities, in a file of a folder, and leads where they are those of the
    ledger.
    """
    try:
        lines = read_in_lines(record.folder, ENTITIES)
        entities = read_lines(lines, folder / "entities.parquet", stop)
    except LinesError as error:
        yield fails("registers", f"{ENTITIES}:{error.line}", error.expected, error.found)
        return None
    except ReadingError as error:
        yield fails("registers", error.file, error.expected, error.why)
        return None
    frozen = record.story.steps["freeze"]
    comparisons = [compare("registers", ENTITIES, frozen["content"], entities.content)]
    rows: dict[str, Any] = {}
    for register, digest in registers_at_freeze(record).items():
        name = f"{register}.json"
        try:
            rows[register] = read_canonical(record.folder, name)
        except ReadingError as error:
            yield fails("registers", error.file, error.expected, error.why)
            return None
        misfit = first_mismatch(rows[register], _SHAPES[register])
        if misfit is not None:
            yield fails("registers", f"{name}: {misfit[0]}", misfit[1], misfit[2])
            return None
        comparisons.append(compare("registers", name, digest, document_digest(rows[register])))
    plan = plan_from_document(record.plan)
    bare = replace(plan, trigger_based=replace(plan.trigger_based, entries=()))
    meant = plan_document(with_entries(bare, rows["lists"]), record.plan["crew"]["seats"])
    ours, theirs = (one["trigger_based"]["entries"] for one in (meant, record.plan))
    comparisons.append(same("registers", ours, theirs, "plan.trigger_based.entries"))
    wrong = [finding for finding in comparisons if not finding.ok]
    yield from wrong or [holds("registers")]
    return None if wrong else (entities, rows["leads"])


def registers_at_freeze(record: BundleRecord) -> dict[str, str]:
    """The digests that the ledger has of `leads` and `lists` when the draw was frozen."""
    held = dict.fromkeys(_SHAPES, document_digest([]))
    for line in record.lines:
        act = line.act
        if act["act"] == "freeze" and act["draw"] == record.document["draw"]:
            break
        if act["act"] in ("import", "register") and act["register"] in held:
            held[act["register"]] = act["content"]
    return held


def _frame_anew(record: BundleRecord, register: Register, leads: Leads) -> Iterator[Finding]:
    """The frame made of the registers, against the one that was frozen, row by row."""
    plan = plan_from_document(record.plan)
    earlier = record.earlier
    assert not isinstance(earlier, tuple)  # else the check of the earlier draws has failed
    prior = prior_table(plan, draws_of(earlier))
    assert isinstance(register.entities, Path)  # as it was asked to be
    made = classify_to_read(plan, register.entities, leads, prior, record.engine)
    with closing(made) as frame:
        rows = Counted(frame.batches())
        different = first_row_difference(rows, record.folder / "frame.parquet")
    if different is None:
        yield holds("frame-rows", "verify.frame-rows", number=rows.number)
        return
    entity_id, column, meant, held = different
    yield fails("frame-rows", f"{entity_id}: {column}", _told(meant), _told(held))


class Counted:
    """Batches of rows, whose rows are counted as they are gone through."""

    def __init__(self, batches: Iterable[Batch]) -> None:
        self._batches = batches
        self.number = 0

    def __iter__(self) -> Iterator[Batch]:
        for batch in self._batches:
            self.number += batch.num_rows
            yield batch


def _told(value: Any) -> Any:
    return "(nothing)" if value is None else value

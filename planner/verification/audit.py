"""What an auditor can check: standings, root, lottery, selection, roster and crews, all anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.engine.base import LOCALLY, EngineChoice, EngineError, FrameFile
from yaohao.planner.engine.registry import start_chosen
from yaohao.planner.frame.bearing import select_bearing
from yaohao.planner.frame.blind_cells import blind_cells, cells_root
from yaohao.planner.frame.eligibility import classification, scope
from yaohao.planner.frame.frame import Frame
from yaohao.planner.plan.document import plan_from_document
from yaohao.planner.plan.model import Plan
from yaohao.planner.publication.disclosure import tiers_shown
from yaohao.planner.publication.record import public_cells
from yaohao.planner.schema.entity import CODES, DAYS, FRAME_FORM, SETS
from yaohao.planner.schema.lottery import Lottery
from yaohao.planner.verification.audit_documents import LOTTERY, SECRET
from yaohao.planner.verification.beside import beside
from yaohao.planner.verification.bundle_record import BundleRecord
from yaohao.planner.verification.crew_round import check_crew_round
from yaohao.planner.verification.finding import (
    Finding,
    compare,
    fails,
    holds,
    same,
)
from yaohao.planner.verification.lottery_table import table_anew
from yaohao.planner.verification.prior_draws import check_earlier
from yaohao.planner.verification.problem_findings import problem_findings
from yaohao.planner.verification.reading import ReadingError, read_canonical, read_text
from yaohao.planner.verification.registers import check_registers, check_registers_alone
from yaohao.planner.verification.reserves import check_reserves
from yaohao.planner.verification.schemas import (
    first_mismatch,
    is_day,
)
from yaohao.planner.vocabulary.digest import document_digest
from yaohao.planner.vocabulary.held_rows import MadeRows
from yaohao.planner.vocabulary.phones import PRIVATE_LIKE, without_phones
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.text import ENTITY_ID, is_code

if TYPE_CHECKING:
    from yaohao.planner.draw.selection import DrawnVisit

FRAME = "frame.parquet"


def check_audit(record: BundleRecord, engine: EngineChoice = LOCALLY) -> list[Finding]:
    """Every check that the auditor's folder allows beyond those of the public.

    Raises PlannerError where what the `engine` needs is missing.
    """
    start_chosen(engine).close()
    record = replace(record, engine=engine)
    findings: list[Finding] = []
    for check in (_check_files, _check_plan_file, check_earlier, _check_form):
        findings += _carried_out(check, record)
    # Of several of a name the last: what failed.
    outcomes = {finding.name: finding.ok for finding in findings}
    has_form = outcomes.get("frame-form", False)
    is_sound = has_form and outcomes.get("earlier", False)
    registers = check_registers if is_sound else check_registers_alone
    # Reading and hashing are native code: the registers take the other core, and longest.
    with beside(
        lambda stop: list(_carried_out(partial(registers, stop=stop), record)),
        is_apart=engine == LOCALLY,
    ) as of_registers:
        if has_form:
            findings += _carried_out(_check_frame, record)
        of_crews = list(_carried_out(check_crew_round, record))
        return [*findings, *of_registers(), *of_crews]


def _carried_out(
    check: Callable[[BundleRecord], Iterator[Finding]], record: BundleRecord
) -> Iterator[Finding]:
    """The findings of a check, to its end or to where a file stops it."""
    try:
        yield from check(record)
    except ReadingError as error:
        yield fails("audit-files", error.file, error.expected, error.why)
    except EngineError as error:  # it reads nothing but the frame
        yield fails("frame-form", "frame.parquet", "a sound Parquet file", str(error)[:160])
    except PlannerError as error:
        yield fails("audit-files", _name(check), "sound files", str(error))
    except Exception as error:  # a file that outwits a check is a finding, never a traceback
        problem = f"{type(error).__name__}: {error}"
        yield fails("audit-broken", _name(check), "files that can be checked", problem)


def _name(check: Callable[..., Any]) -> str:
    name: str = getattr(check, "func", check).__name__
    return name.strip("_")


def _check_files(record: BundleRecord) -> Iterator[Finding]:
    """What there is besides frame, secret, plan and lottery hangs on how far the draw is."""
    steps = record.story.steps
    for name, step in (
        ("visits.json", "draw"),
        ("roster-before.json", "draw"),
        ("roster.json", "commitment crew"),
        ("crews.json", "crews"),
    ):
        there = (record.folder / name).exists()
        if there != (step in steps):
            expected = "a file" if step in steps else f"no such file before {step}"
            yield fails("audit-files", name, expected, "a file" if there else "none")


def _check_plan_file(record: BundleRecord) -> Iterator[Finding]:
    yield same("plan-file", record.plan, read_canonical(record.folder, "plan.json"), "plan.json")


def _check_form(record: BundleRecord) -> Iterator[Finding]:
    """The form of the secret and of the frame, by which all else is computed."""
    secret = read_text(record.folder, "secret")
    if not SECRET.fullmatch(secret):
        yield fails(
            "secret-form", "secret", "64 hex digits and a line feed", f"{len(secret)} characters"
        )
        return
    path = record.folder / FRAME
    wrong = _frame_form(start_chosen(record.engine).frame_file(path), path)
    yield holds("frame-form") if wrong is None else wrong


def _check_frame(record: BundleRecord) -> Iterator[Finding]:
    """The frame's root and standings; then the lottery and the selection that hang on it.

    What does not hold ends the check: all that follows would be computed from it.
    """
    secret = read_text(record.folder, "secret")
    select = record.document["select"]
    plan = plan_from_document(record.plan)
    file = start_chosen(record.engine).frame_file(record.folder / FRAME)
    frame = Frame(plan, file.frame(classification(plan)))
    root = frame.root(secret.strip())
    yield compare("frame-root", "frame.parquet", select["frame"], root)
    yield from _check_names(frame)
    yield same("frame-counts", select["counts"], frame.counts().as_json(), "select.counts")
    standings = _check_standings(plan, file)
    yield standings
    if standings.ok:
        yield from _check_lottery(record, frame, secret.strip())


def _check_names(frame: Frame) -> Iterator[Finding]:
    """That the names committed are such as may be published."""
    for name in frame.relation.names_like(PRIVATE_LIKE):
        if name != without_phones(name):
            yield fails("frame-form", "name", "a name without a personal number", name)
            return


def _frame_form(file: FrameFile, path: Path) -> Finding | None:
    """What is wrong with the frame's file or its texts, if anything is."""
    if path.is_symlink() or not path.is_file():
        return fails("frame-form", "frame.parquet", "a file", "none")
    try:
        columns = file.form()
    except EngineError as error:
        return fails("frame-form", "frame.parquet", "a Parquet file", str(error)[:160])
    expected = [f"{name} {kind}" for name, kind in FRAME_FORM]
    form = same("frame-form", expected, columns, "frame.parquet: columns")
    if not form.ok:
        return form
    total, held = file.filled([column for column, _ in FRAME_FORM])
    if any(number != total for number in held):
        return fails("frame-form", "frame.parquet", f"{total} rows without a null", held)
    disorder = file.first_disorder()
    if disorder is not None:
        distinct = file.entities()
        if distinct != total:
            return fails("frame-form", "frame.parquet", f"{total} entities", distinct)
        return fails("frame-form", "frame.parquet", "ascending entity_id", disorder)
    return _frame_texts(file)


def _frame_texts(file: FrameFile) -> Finding | None:
    """The first text of a frame that may not stand in a leaf."""
    bad = file.first_unlike("[0-9A-Za-z._-]{1,64}")
    if bad is not None:
        return fails("frame-form", "entity_id", ENTITY_ID.pattern, bad)
    for column in CODES:
        for code in file.values(column):
            if not is_code(code):
                return fails("frame-form", column, "a code", code)
    for column in SETS:
        for joined in file.values(column):
            codes = joined.split(",") if joined else []
            if codes != sorted(set(codes)) or not all(is_code(code) and code for code in codes):
                return fails("frame-form", column, "sorted codes", joined)
    for column in DAYS:
        for day in file.values(column):
            if day and not is_day(day):
                return fails("frame-form", column, "a date", day)
    return None


def _check_standings(plan: Plan, file: FrameFile) -> Finding:
    """Every standing, reason and cell, decided again by the plan's rules."""
    outside = file.first_outside(scope(plan))
    if outside is not None:
        return fails("standings", outside, "an entity in scope", "outside the scope")
    entries = [entry.entry_id for entry in plan.trigger_based.entries]
    different = file.first_misclassified(classification(plan), plan.leads.triggers, entries)
    if different is not None:
        entity_id, meant, held = different
        return fails("standings", entity_id, meant, held)
    return holds("standings")


def _check_lottery(record: BundleRecord, frame: Frame, secret: str) -> Iterator[Finding]:
    """Cells and expected counts by the plan, the properties of the table, and what it decided."""
    from yaohao.planner.draw.lottery.property_check import lottery_problems
    from yaohao.planner.draw.lottery.quota_margins import quota_margins

    lottery = read_canonical(record.folder, "lottery.json")
    misfit = first_mismatch(lottery, LOTTERY)
    if misfit is not None:
        yield fails("lottery", f"lottery.json: {misfit[0]}", misfit[1], misfit[2])
        return
    select = record.document["select"]
    yield compare("lottery", "lottery.json", select["lottery"], document_digest(lottery))
    root = cells_root(blind_cells(secret, lottery["cells"]))
    yield compare("lottery", "select.cells_root", root, select["cells_root"])
    try:
        framed = frame.cells()
    except PlannerError as error:  # the plan asks for what this frame cannot have
        yield fails("cells-expected", "lottery.json: cells", "expected counts", str(error))
        return
    expected = [
        {"cell": cell.name, "size": cell.size, "expected": cell.expected} for cell in framed
    ]
    cells = same("cells-expected", expected, lottery["cells"], "lottery.json: cells")
    yield cells
    quotas = quota_margins(frame.plan, framed) if cells.ok else ()
    problems = lottery_problems(lottery, frame.plan.strata, quotas)
    yield from problem_findings("lottery-properties", "lottery.json", problems)
    if cells.ok and not problems:
        yield table_anew(record, frame.plan, framed, lottery)
    if cells.ok:
        bearing = select_bearing(frame, lottery["cells"])
        yield same("frame-bearing", bearing, select["bearing"], "select.bearing")
    if cells.ok and not problems and "draw" in record.story.steps:
        yield from _check_selection(record, frame, lottery, secret)


def _check_selection(
    record: BundleRecord, frame: Frame, lottery: Lottery, secret: str
) -> Iterator[Finding]:
    """The whole selection anew: no lower ticket was passed over, and nobody slipped in."""
    from yaohao.planner.draw.selection import drawn_visits

    key, outcome = record.document["select"]["key"], record.document["select"]["outcome"]
    shown = tiers_shown(record.plan)
    reserves = record.plan["publication"]["reserves"]
    selection = drawn_visits(frame, lottery, key, reserves, secret, hidden=not shown)
    yield compare("outcome", "select.outcome", selection.outcome, outcome)
    columns = ["entity_id", "standing", "reserve", "name", "region"]
    columns += ["cell", "expected"] if shown else []
    described = frame.described([visit.entity_id for visit in selection.visits])

    def expected() -> Iterator[dict[str, Any]]:
        for one, name, region in zip(selection.visits, *described, strict=True):
            visit = {"entity_id": one.entity_id, "standing": one.standing, "reserve": one.reserve}
            visit |= {"name": name, "region": region, "cell": one.cell, "expected": one.expected}
            yield {column: visit[column] for column in columns}

    def published() -> Iterator[dict[str, Any]]:
        for visit in record.visits:
            yield {column: visit[column] for column in columns}

    meant = MadeRows(len(selection.visits), expected)
    yield same("selection", meant, MadeRows(len(record.visits), published), "visits")
    cells = public_cells(selection.cells, shown=shown)
    yield same("selection-cells", cells, record.document["select"]["cells"], "select.cells")
    if not shown and record.document["withdrawals"] and selection.visits:
        yield from _hidden_reserves(record, selection.visits)


def _hidden_reserves(record: BundleRecord, selected: Sequence[DrawnVisit]) -> Iterator[Finding]:
    """The reserves used, by cells and tickets that are not public."""
    hidden = {visit.entity_id: visit for visit in selected}
    if all(visit["entity_id"] in hidden for visit in record.visits):
        celled = (
            {**visit, "cell": own.name, "ticket": own.ticket}
            for visit in record.visits
            for own in (hidden[visit["entity_id"]],)
        )
        yield from check_reserves("reserves", celled, record.document["withdrawals"])

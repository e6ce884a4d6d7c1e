"""The small registers: inspectors (执法检查人员名录库), items (随机抽查事项清单), leads (线索).

And the four lists of trigger-based supervision (触发式监管四张清单).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from yaohao.planner.register import values as cells
from yaohao.planner.register.cells import is_blank
from yaohao.planner.register.code_systems import code_system
from yaohao.planner.register.code_systems.base import CodeSystem
from yaohao.planner.register.columns import fields_of
from yaohao.planner.register.dates import LAST_DATE, read_certificate, read_date, read_period
from yaohao.planner.register.entity_ids import EntityIds
from yaohao.planner.register.import_result import ImportResult
from yaohao.planner.register.importer import FileImport, Progress
from yaohao.planner.register.parts import Part
from yaohao.planner.register.register_row import RegisterRow, is_person_id
from yaohao.planner.register.values import split_codes, split_list
from yaohao.planner.schema.inspector import InspectorRow
from yaohao.planner.schema.item import ItemRow, ListRow
from yaohao.planner.schema.lead import LeadRow
from yaohao.planner.schema.options import DEFAULTS, ImportOptions
from yaohao.planner.vocabulary.digest import document_digest, sha
from yaohao.planner.vocabulary.terms import code_of
from yaohao.planner.vocabulary.text import is_code, tidy

R = TypeVar("R", bound=Mapping[str, Any])

_LEAD_ID = 16  # characters of the digest that a lead without an id gets
_ENTRY = 6  # characters of its content's digest in the id of an entry without one


def read_rows(
    scan: FileImport,
    key: str,
    make: Callable[[RegisterRow], R],
    identity: Callable[[R], str] | None = None,
) -> ImportResult[list[R]]:
    """Rows made by `make`; of several alike the first accepted one wins.

    Alike are rows with the same `key`, or those of the same `identity` where there is no one key.
    """
    accepted: list[R] = []
    seen: set[str] = set()
    silence, fields = scan.silence, fields_of(scan.register)
    for part in scan.parts():
        bad: dict[int, tuple[str, str, str]] = {}
        silent = frozenset(name for name in fields if part.field(name) is None)
        for index, row in enumerate(rows_of(part, scan)):
            made = make(row)
            name = identity(made) if identity else str(made[key])
            if not row.reason and name in seen:
                row.refuse("duplicate", key if row.has(key) else "")
            if row.reason:
                bad[index] = row.reason
                continue
            seen.add(name)
            scan.repaired.update(row.repaired)
            scan.warnings.update(row.warnings)
            accepted.append(made)
            silence.rows.append(silent)
            silence.blank.append(frozenset(one for one in row.texts if is_blank(row.raw(one))))
        scan.set_part_aside(part, bad)
        scan.note_accepted(part, [i for i in range(len(part.chunk.lines)) if i not in bad])
    return scan.finish(accepted)


def rows_of(
    part: Part, scan: FileImport, further: Mapping[str, int] | None = None
) -> Iterable[RegisterRow]:
    """The rows of a part by field; `further` columns by name and place besides."""
    columns: dict[str, list[str]] = {
        name: (part.ids(name) if name == "entity_id" else part.chunk.columns[index]).to_pylist()
        for name, index in part.columns.fields.items()
    }
    for name, index in (further or {}).items():
        columns[name] = part.chunk.columns[index].to_pylist()
    names = list(columns)
    for texts in zip(*columns.values(), strict=True):
        yield RegisterRow(dict(zip(names, texts, strict=True)), scan.values)


def read_inspectors(
    paths: Iterable[str | Path],
    register: str = "china",
    options: ImportOptions = DEFAULTS,
    progress: Progress | None = None,
) -> ImportResult[list[InspectorRow]]:
    """Read files of inspectors; `accepted` are entries of the roster (draw protocol, "Rounds") and
    `name`.

    Without regions an inspector works anywhere (``[""]``). Without a column `certificate_until`
    certificates are taken to hold for ever, with a warning; an empty cell in it is an auxiliary
    without certificate. Raises PlannerError for files that are no table of inspectors.
    """
    system = code_system(register)
    scan = FileImport("inspectors", paths, options, progress, register)
    ids = EntityIds(system, options)
    certificate = read_certificate(options.date_order)

    def make(row: RegisterRow) -> InspectorRow:
        until = row.cell("certificate_until", certificate)
        if not row.has("certificate_until"):
            until = LAST_DATE
            scan.warnings["certificate-not-given"] += not row.reason
        without = is_blank(row.raw("capacity")) or _is_any(row.raw("capacity"))
        capacity = None if without else row.cell("capacity", cells.read_count)
        return {
            "inspector_id": row.id("inspector_id"),
            "name": row.name(),
            "department": _code(row, "department"),
            "regions": _regions(row, system, options.division),
            "qualifications": []
            if is_blank(row.raw("qualifications"))
            else row.codes("qualifications"),
            "certificate_until": until,
            "capacity": int(capacity) if capacity and capacity.isdecimal() else None,
            "absent": _absences(row),
            "recused": _recusals(row, ids),
        }

    return read_rows(scan, "inspector_id", make)


def read_items(
    paths: Iterable[str | Path],
    register: str = "china",
    options: ImportOptions = DEFAULTS,
    progress: Progress | None = None,
) -> ImportResult[list[ItemRow]]:
    """Read files of items of inspection; `accepted` has item_id, name, basis, department, object,
    content, method, ratio, frequency, importance (``general``, ``key``) and qualification, texts.

    Raises PlannerError for files that are no list of items.
    """
    scan = FileImport("items", paths, options, progress, register)
    importance = cells.read_term("importance", "general")

    def make(row: RegisterRow) -> ItemRow:
        return {
            "item_id": row.id("item_id"),
            "name": row.name(),
            "basis": row.text("basis"),
            "department": _code(row, "department"),
            "object": row.text("object"),
            "content": row.text("content"),
            "method": row.text("method"),
            "ratio": row.text("ratio"),
            "frequency": row.text("frequency"),
            "importance": row.cell("importance", importance),
            "qualification": ""
            if is_blank(row.raw("qualification"))
            else _code(row, "qualification"),
        }

    return read_rows(scan, "item_id", make)


def read_leads(
    paths: Iterable[str | Path],
    register: str = "china",
    options: ImportOptions = DEFAULTS,
    progress: Progress | None = None,
) -> ImportResult[list[LeadRow]]:
    """Read files of leads; `accepted` has lead_id, entity_id, trigger, opened_on, closed_on,
    reminded_on, text.

    Known triggers get their code (``complaint``, ``monitoring``, ``transfer``), others stay as they
    are. A lead without an id gets one from the digest of entity, trigger, day and text. Raises
    PlannerError for files that are no list of leads.
    """
    system = code_system(register)
    scan = FileImport("leads", paths, options, progress, register)
    ids = EntityIds(system, options)
    date = read_date(options.date_order, today=options.today, zone=options.zone)

    def make(row: RegisterRow) -> LeadRow:
        lead: LeadRow = {
            "lead_id": "",
            "entity_id": row.entity("entity_id", ids),
            "trigger": _trigger(row),
            "opened_on": row.cell("opened_on", date),
            "closed_on": row.cell("closed_on", date),
            "reminded_on": row.cell("reminded_on", date),
            "text": row.text("text"),
        }
        if lead["closed_on"] and lead["closed_on"] < lead["opened_on"]:
            row.refuse("closed-before-opened", "closed_on")
        if not is_blank(row.raw("lead_id")):
            lead["lead_id"] = row.id("lead_id")
        elif not row.reason:
            # A row that is refused may hold what JSON cannot carry, and needs no id. What becomes
            # of a lead later is no part of its id, so that a later file changes it.
            lead["lead_id"] = document_digest(
                {
                    "entity_id": lead["entity_id"],
                    "trigger": lead["trigger"],
                    "opened_on": lead["opened_on"],
                    "text": lead["text"],
                }
            )[:_LEAD_ID]
        return lead

    return read_rows(scan, "lead_id", make)


def read_lists(
    paths: Iterable[str | Path],
    register: str = "china",
    options: ImportOptions = DEFAULTS,
    progress: Progress | None = None,
) -> ImportResult[list[ListRow]]:
    """Read files of the four lists; `accepted` has entry_id, item_id, content, measure, trigger.

    An entry without an id is named by its item, its trigger and its content's digest. Raises
    PlannerError for files that are no such lists.
    """
    scan = FileImport("lists", paths, options, progress, register)

    def make(row: RegisterRow) -> ListRow:
        item, trigger = row.id("item_id"), _trigger(row)
        content = row.text("content")
        if is_blank(row.raw("entry_id")):
            # An item may have several contents with one trigger: the content tells them apart.
            entry = f"{item}.{trigger}" + (f".{sha(content)[:_ENTRY]}" if content else "")
            if not row.reason and not is_person_id(entry):
                row.refuse("bad-id", "item_id")
        else:
            entry = row.id("entry_id")
        return {
            "entry_id": entry,
            "item_id": item,
            "content": content,
            "measure": row.text("measure"),
            "trigger": trigger,
        }

    return read_rows(scan, "entry_id", make)


def _code(row: RegisterRow, name: str) -> str:
    clean = row.text(name)
    if not is_code(clean):
        row.refuse("bad-code", name)
    return clean


def _is_any(text: str) -> bool:
    """Whether a cell says that there is no limit, or that everything is meant."""
    return tidy(text).lower() in ("不限", "无限制", "不限制", "全部", "all", "any", "unlimited")


def _regions(row: RegisterRow, system: CodeSystem, within: str) -> list[str]:
    if is_blank(row.raw("regions")) or _is_any(row.raw("regions")):
        return [""]
    single = row.values.get("regions", {})
    codes = set()
    for part in split_codes(row.raw("regions")):
        code, reason = system.read_region(single.get(part, part), within)
        # Blanks part the names of several regions, and stand within the name of one.
        pieces = part.split() if reason else []
        if len(pieces) > 1:
            read = [system.read_region(single.get(one, one), within) for one in pieces]
            codes |= {one for one, _ in read[:-1]}
            code, reason = read[-1][0], next((why for _, why in read if why), "")
        if reason:
            row.refuse(reason, "regions")
        codes.add(code)
    return sorted(codes) or [""]


def _absences(row: RegisterRow) -> list[list[str]]:
    if is_blank(row.raw("absent")):
        return []
    periods = set()
    for part in split_list(row.raw("absent")):
        period = read_period(part)
        if period is None:
            row.refuse("bad-period", "absent")
        else:
            periods.add((period[0], period[1]))
    return [list(period) for period in sorted(periods)]


def _recusals(row: RegisterRow, ids: EntityIds) -> list[str]:
    """The entities recused from; of one that had another number before, both: draws that were
    frozen before it got its code have it by that.
    """
    if is_blank(row.raw("recused")):
        return []
    written = [ids.read_as_written(part) for part in split_list(row.raw("recused"))]
    if any(code.reason for code in written):
        row.refuse("bad-recusal", "recused")
    row.warnings += [code.warning for code in written if code.warning]
    known = {ids.known[code.text] for code in written if code.text in ids.known}
    return sorted({code.text for code in written} | known)


def _trigger(row: RegisterRow) -> str:
    raw = row.raw("trigger")
    if is_blank(raw):
        row.refuse("missing-trigger", "trigger")
        return ""
    known = code_of("trigger", raw)
    if known:
        if known != raw:
            row.repaired.append("translated")
        return known
    return _code(row, "trigger")

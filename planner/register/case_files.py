"""Files about cases: who has filed, what opens cases, contacts, and what became of messages.

Every row read is accepted, or refused with its file, line and reason; the counts add up. Nothing of
them is kept as rows set aside: the files stay with whoever made them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict, TypeVar

from yaohao.planner.register.cells import is_blank
from yaohao.planner.register.code_systems import code_system
from yaohao.planner.register.dates import read_date
from yaohao.planner.register.entity_ids import EntityIds
from yaohao.planner.register.headings import heading_key
from yaohao.planner.register.importer import FileImport, Progress
from yaohao.planner.register.register_row import RegisterRow
from yaohao.planner.register.small_registers import rows_of
from yaohao.planner.schema.options import ImportOptions

T = TypeVar("T")

OUTCOMES = {
    "sent": ("sent", "delivered", "ok", "success", "成功", "已发送", "发送成功", "已送达", "送达"),
    "failed": ("failed", "error", "undelivered", "失败", "发送失败", "未送达", "退回", "无法送达"),
}
"""What became of a message, and how the files of operators and post write it (lower case)."""


class RefusedRow(TypedDict):
    """A row that was not taken, where it stands, and why (``intake.<reason>``)."""

    file: str
    line: int
    reason: str
    field: str


@dataclass
class CaseRowsRead:
    """What came of files: ``rows == accepted + refused + further``, always."""

    accepted: list[Any]
    refused: list[RefusedRow]
    rows: int
    further: int
    files: list[tuple[str, str]]
    ignored: list[str] = field(default_factory=list)


class Filing(TypedDict):
    """An entity that has filed, and on what day, "" where the file does not say."""

    entity_id: str
    filed_on: str


class FileOpening(TypedDict):
    """An entity, and texts of a row by the names of facts."""

    entity_id: str
    facts: dict[str, str]


class FileContact(TypedDict):
    """A person of an entity who can be reached; `role` is ``owner`` or ``contact``."""

    entity_id: str
    person: str
    phone: str
    role: str
    keep_until: str


class FileOutcome(TypedDict):
    """What became of the message with a reference."""

    ref: str
    outcome: str
    sent_on: str


Known = Callable[[Collection[str]], Mapping[str, str]]
"""Of some ids, those that the register does not have, with the id that is meant, or ""."""


def read_filings(
    paths: Iterable[str | Path], register: str, options: ImportOptions, known: Known,
    progress: Progress | None = None,
) -> CaseRowsRead:  # fmt: skip
    """Read files of who has filed; a row says an entity and perhaps the day."""
    date = read_date(options.date_order, today=options.today)

    def make(row: RegisterRow, entity: str, _: Mapping[str, str]) -> Filing:
        return {"entity_id": entity, "filed_on": row.cell("filed_on", date)}

    return _read("filings", paths, register, options, progress, make, known)


def read_openings(
    paths: Iterable[str | Path],
    register: str,
    options: ImportOptions,
    known: Known,
    facts: Mapping[str, Collection[str]],
    progress: Progress | None = None,
) -> CaseRowsRead:  # fmt: skip
    """Read files that open cases: an entity, and a column for each fact, by any of its names."""
    names = {heading_key(name): fact for fact, known_as in facts.items() for name in known_as}

    def make(_: RegisterRow, entity: str, texts: Mapping[str, str]) -> FileOpening:
        facts = {
            names[heading_key(heading)]: text
            for heading, text in texts.items()
            if heading_key(heading) in names and not is_blank(text)
        }
        return {"entity_id": entity, "facts": facts}

    read = _read("openings", paths, register, options, progress, make, known)
    read.ignored = [one for one in read.ignored if heading_key(one) not in names]
    return read


def read_contacts(
    paths: Iterable[str | Path], register: str, options: ImportOptions, known: Known,
    progress: Progress | None = None,
) -> CaseRowsRead:  # fmt: skip
    """Read files of contacts: an entity, a telephone number, and perhaps the person and role."""
    until = read_date(options.date_order)

    def make(row: RegisterRow, entity: str, _: Mapping[str, str]) -> FileContact:
        phone = "".join(mark for mark in row.text("phone") if mark.isdigit() or mark == "+")
        if not 5 <= len(phone) <= 20:
            row.refuse("bad-phone", "phone")
        owner = row.text("role").casefold() in ("owner", "法定代表人", "经营者", "负责人")
        return {
            "entity_id": entity,
            "person": row.text("person")[:100],
            "phone": phone,
            "role": "owner" if owner else "contact",
            "keep_until": row.cell("keep_until", until),
        }

    return _read("contacts", paths, register, options, progress, make, known)


def read_outcomes(
    paths: Iterable[str | Path], register: str, options: ImportOptions,
    progress: Progress | None = None,
) -> CaseRowsRead:  # fmt: skip
    """Read files of what became of messages: a reference, and an outcome in one of its words."""
    date = read_date(options.date_order, today=options.today)

    def make(row: RegisterRow, _: str, __: Mapping[str, str]) -> FileOutcome:
        word = row.text("outcome").casefold()
        outcome = next((name for name, words in OUTCOMES.items() if word in words), "")
        if not outcome:
            row.refuse("unknown-outcome", "outcome")
        return {"ref": row.text("ref"), "outcome": outcome, "sent_on": row.cell("sent_on", date)}

    return _read("outcomes", paths, register, options, progress, make, None)


# Many parameters: what reading asks for, said once.
def _read(
    name: str,
    paths: Iterable[str | Path],
    register: str,
    options: ImportOptions,
    progress: Progress | None,
    make: Callable[[RegisterRow, str, Mapping[str, str]], T],
    known: Known | None,
) -> CaseRowsRead:
    scan = FileImport(name, paths, options, progress, register)
    ids = EntityIds(code_system(register), options)
    accepted: list[T] = []
    seen: set[str] = set()
    further = 0
    for part in scan.parts():
        rows = list(rows_of(part, scan))
        columns = [column.to_pylist() for column in part.chunk.columns]
        texts = [
            dict(zip(part.chunk.headings, row, strict=True)) for row in zip(*columns, strict=True)
        ]
        entities = ["" if known is None else row.entity("entity_id", ids) for row in rows]
        named = {one for one, row in zip(entities, rows, strict=True) if not row.reason}
        meant = known(named) if known is not None else {}
        bad: dict[int, tuple[str, str, str]] = {}
        for index, row in enumerate(rows):
            entity = meant.get(entities[index], entities[index])
            if known is not None and not entity:
                row.refuse("not-in-register", "entity_id")
            made = make(row, entity, texts[index])
            if row.reason:
                bad[index] = row.reason
            elif (key := repr(made)) in seen:
                further += 1
            else:
                seen.add(key)
                accepted.append(made)
        scan.set_part_aside(part, bad)
    done = scan.finish(accepted)
    refused: list[RefusedRow] = [
        {"file": row["file"], "line": row["line"], "reason": row["reason"], "field": row["column"]}
        for row in done.set_aside.select(["file", "line", "reason", "column"]).to_pylist()
    ]
    return CaseRowsRead(accepted, refused, done.rows, further, done.files, done.ignored)

"""Tables of values about entities (outcomes, exits, events): an id and columns asked for by name.

Any file that imports read can be one. It is taken whole or not at all: what is learned from half of
a file is not learned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from yaohao.planner.register.code_systems.base import CodeSystem
from yaohao.planner.register.dates import read_date
from yaohao.planner.register.entity_ids import EntityIds
from yaohao.planner.register.file_probe import survey
from yaohao.planner.register.file_readers import read_sheet
from yaohao.planner.register.headings import field_of_heading
from yaohao.planner.register.sheet_request import SheetRequest
from yaohao.planner.schema.options import ImportOptions
from yaohao.planner.vocabulary.digest import file_digest
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.yes_no import NO, YES


@dataclass(frozen=True)
class ValueTable:
    """The rows of a file: ids as the register has them, texts by column, lines of the file."""

    file: str
    digest: str
    ids: list[str]
    columns: dict[str, list[str]]
    lines: list[int]

    def numbers(self, column: str) -> list[float]:
        """A column as numbers, yes and no as 1 and 0; PlannerError with the line of another."""
        return [self._number(column, row) for row in range(len(self.ids))]

    def _number(self, column: str, row: int) -> float:
        text = self.columns[column][row].strip().lower()
        if text in YES or text in NO:
            return float(text in YES)
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not abs(value) < 1e12:
            raise refuse("findings.no-number", file=self.file, line=self.lines[row],
                         column=column, found=text[:80])  # fmt: skip
        return value

    def days(self, column: str) -> list[str]:
        """A column as ISO days, "" where there is none; PlannerError with the line of another."""
        read, texts = read_date(), []
        for row, text in enumerate(self.columns[column]):
            value = read(text)
            if value.reason:
                raise refuse("findings.no-day", file=self.file, line=self.lines[row],
                             column=column, found=text[:80])  # fmt: skip
            texts.append(value.text)
        return texts


def read_value_table(
    path: Path, columns: Sequence[str], system: CodeSystem, *, optional: Sequence[str] = (),
    is_once: bool = True,
) -> ValueTable:  # fmt: skip
    """Read the id and `columns` of every row; those `optional` are empty where they are missing.

    Raises PlannerError for a column that is not there, a row that is none, an id that is none, and,
    where every entity may be there once only (`is_once`), for one that is there twice.
    """
    probe = survey(path)
    ids, values, lines = [], {name: [] for name in (*columns, *optional)}, []  # type: ignore[var-annotated]
    reader = EntityIds(system, ImportOptions())
    for chunk in read_sheet(probe, SheetRequest("inspections")):
        if chunk.rejected:
            bad = chunk.rejected[0]
            raise refuse("findings.bad-row", file=probe.name, line=bad.line, found=bad.found[:80])
        if not chunk.headings:
            continue
        place = _places(chunk.headings, columns, optional, probe.name)
        texts = {name: chunk.columns[at].to_pylist() for name, at in place.items() if name}
        for text, line in zip(chunk.columns[place[""]].to_pylist(), chunk.lines, strict=True):
            code = reader.read(text)
            if code.reason or not code.text:
                raise refuse("findings.bad-id", file=probe.name, line=line, found=text[:80])
            ids.append(code.text)
            lines.append(line)
        for name, column in values.items():
            column.extend(texts.get(name, [""] * len(chunk.lines)))
    if is_once and len(set(ids)) < len(ids):
        first: dict[str, int] = {}
        for entity, line in zip(ids, lines, strict=True):
            if entity in first:
                raise refuse("findings.twice", file=probe.name, line=line, entity=entity)
            first[entity] = line
    return ValueTable(probe.name, file_digest(path), ids, values, lines)


def _places(
    headings: Sequence[str], columns: Sequence[str], optional: Sequence[str], file: str
) -> dict[str, int]:
    """Where each column stands; the id's is under ""."""
    by_name = {
        heading.strip().casefold(): at for at, heading in reversed(list(enumerate(headings)))
    }
    place = {}
    entity = by_name.get("entity_id")
    if entity is None:
        known = [field_of_heading("inspections", heading)[0] for heading in headings]
        entity = known.index("entity_id") if "entity_id" in known else None
    if entity is None:
        raise refuse("findings.no-id-column", file=file, known=list(headings[:20]))
    place[""] = entity
    for name in (*columns, *optional):
        at = by_name.get(name.strip().casefold())
        if at is not None:
            place[name] = at
        elif name not in optional:
            raise refuse("findings.no-column", file=file, column=name, known=list(headings[:20]))
    return place

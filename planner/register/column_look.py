"""The columns of a file as they would be read, with a few of their texts; and mapped by eye."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path

from yaohao.planner.register.code_systems import code_system
from yaohao.planner.register.columns import (
    INDICATOR,
    ColumnMatch,
    Mapped,
    check_mapping,
    fields_of,
    guess_columns,
    headings_named,
)
from yaohao.planner.register.delimited import Chunk
from yaohao.planner.register.file_probe import survey
from yaohao.planner.register.file_readers import read_sheet
from yaohao.planner.register.headings import FLAG, heading_key
from yaohao.planner.register.indicators import indicator_name, kept_columns
from yaohao.planner.register.mend_file import returned
from yaohao.planner.register.sheet_request import SheetRequest, SheetSource
from yaohao.planner.register.text_encodings import encoding_named
from yaohao.planner.schema.entity import NUMBER
from yaohao.planner.schema.import_report import ColumnsReport, MappedColumns
from yaohao.planner.vocabulary.identity_numbers import mask
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.text import plain

SAMPLES = 3
_ROWS = 500  # in which they are looked for
_LONGEST = 60  # characters of a sample


# Many parameters: a file, and what it is read with.
def look_at_columns(
    register: str,
    path: Path,
    mapping: Mapped,
    sheets: Sequence[str] = (),
    system: str = "china",
    *,
    encoding: str = "",
    all_sheets: bool = False,
) -> ColumnsReport:
    """Which column of a file would be which field; only the beginning of the file is read.

    Of several sheets it is the first. Raises PlannerError for a file that is no table, a sheet that
    is not there or not clear, and a mapped column that is not there; required fields without a
    column are told.
    """
    check_mapping(register, list(mapping))
    probe = survey(
        path,
        encoding_named(encoding) if encoding else "",
        guess=code_system(system).guesses_gb18030,
    )
    if (sheets or all_sheets) and probe.kind != "workbook":
        raise refuse("sheet.no-workbook")
    chunk = Chunk((), [], (), ())
    source: SheetSource | None = None
    with closing(read_sheet(probe, SheetRequest(register, mapping, sheets, all_sheets))) as chunks:
        for raw in chunks:
            chunk, source = returned(raw).chunk, source or raw.source
            if chunk.headings and chunk.lines:
                break
    match, lacking = guess_columns(register, chunk.headings, mapping, probe.name)
    held = held_fields(register, match, chunk.headings, mapping)
    return {
        "file": probe.name,
        "sheet": source.name if source else "",
        "sheets": [*source.not_read, *source.hidden] if source else [],
        "columns": [
            {
                "heading": heading,
                "field": held.get(place, ""),
                "alike": match.alike.get(heading, ""),
                "indicator": indicator_name(heading) if register == "inspections" else "",
                "samples": _samples(chunk, place, heading),
            }
            for place, heading in enumerate(chunk.headings)
        ],
        "lacking": list(lacking),
        "fields": list(fields_of(register)),
    }


def _samples(chunk: Chunk, place: int, heading: str) -> list[str]:
    texts = chunk.columns[place][:_ROWS].to_pylist() if chunk.columns else []
    samples = dict.fromkeys(
        plain(mask(text, heading)[:_LONGEST].strip()) for text in texts if text.strip()
    )
    return list(islice(samples, SAMPLES))


def held_fields(
    register: str, match: ColumnMatch, headings: Sequence[str], mapping: Mapped
) -> dict[int, str]:
    """Place of a column → the field that it is read as, or the indicator that it is kept as."""
    held = {place: name for name, place in match.fields.items()}
    held |= {place: name for name, places in match.also.items() for place in places}
    held |= {place: FLAG + code for code, place in match.flags.items()}
    if match.second is not None:
        held[match.second] = NUMBER
    if register == "inspections":
        left_out = {name for name in mapping if not headings_named(mapping, name)}
        further = kept_columns(match, headings, left_out)
        held |= {place: name for name, place in further.items()}
    return held


def map_columns(register: str, headings: Sequence[str], wanted: Mapping[int, str]) -> MappedColumns:
    """The mapping with which the columns of a file are read as is `wanted`: place → field.

    It names only the fields that would be read otherwise by themselves, so that nothing is said
    of a file that is understood. What a mapping cannot say (that a yes-or-no column is left out)
    is read as it would be: `fields` tells what every column is read as with it.
    """
    mapping: dict[str, str | Sequence[str]] = {}
    wish = _by_field(wanted)
    match, lacking = guess_columns(register, headings, mapping, "")
    for _ in (*fields_of(register), INDICATOR):
        held = _by_field(held_fields(register, match, headings, mapping))
        indicators = [name for name in {**held, **wish} if name.startswith(INDICATOR)]
        other = [
            name
            for name in (*fields_of(register), *indicators)
            if name not in mapping and held.get(name, ()) != wish.get(name, ())
        ]
        if not other:
            break
        for name in other:
            mapping[name] = tuple(_named(headings, place) for place in wish.get(name, ())) or ""
        match, lacking = guess_columns(register, headings, mapping, "")
    read = held_fields(register, match, headings, mapping)
    return {
        "mapping": mapping,
        "fields": [read.get(place, "") for place in range(len(headings))],
        "lacking": list(lacking),
    }


def _by_field(held: Mapping[int, str]) -> dict[str, tuple[int, ...]]:
    places: dict[str, tuple[int, ...]] = {}
    for place in sorted(held):
        places[held[place]] = (*places.get(held[place], ()), place)
    return places


def _named(headings: Sequence[str], place: int) -> str:
    """How a mapping names a column: by its heading, or its place where that is not its alone."""
    heading = headings[place]
    key = heading_key(heading)
    if key and not heading.startswith("#") and [*map(heading_key, headings)].count(key) == 1:
        return heading
    return f"#{place + 1}"

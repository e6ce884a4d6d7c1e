"""Dirt: damages as real registers have them, planted on purpose, each one noted in a ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sample_data.codes import ALPHABET
from sample_data.entities import COLUMNS
from sample_data.streams import Indices, Streams, Words

Level = Literal["none", "light", "heavy"]
LEVELS: tuple[Level, ...] = ("none", "light", "heavy")
Effect = Literal["set-aside", "mended", "kept"]
Pick = Callable[[int], int]
"""A random whole number from 0 to below its argument."""

_HEAVIER = 16  # heavy dirt is so many times light dirt
_MILLION = 1_000_000
_LONG = 10_000  # characters of a name that is much too long
_FULL_WIDTH = {ord("0") + d: 0xFF10 + d for d in range(10)}
_SERIAL_EPOCH = date(1899, 12, 30)  # of Excel's serial numbers
_REACH = 1_000  # a duplicate repeats a row at most so far above
_TRIES = 4


class Change(NamedTuple):
    """One planted damage: row of data (from 1), column, kind, what an import is to do with the row
    (set it aside, mend it, keep it as it is), and the text before and after.
    """

    row: int
    column: str
    kind: str
    effect: Effect
    before: str
    after: str


@dataclass(frozen=True)
class Kind:
    """A kind of damage: its column, what becomes of the row, in how many of a million rows it is
    planted in light dirt, which rows it can befall, and how it changes the text.
    """

    name: str
    column: str
    effect: Effect
    rate: int
    damage: Callable[[str, Pick], str]
    befalls: Literal["any", "digits", "number"] = "any"
    levels: tuple[Level, ...] = ("light", "heavy")


def _bad_check(code: str, pick: Pick) -> str:
    alphabet = ALPHABET if len(code) == 18 else ALPHABET[:10]
    return (
        code[:-1]
        + alphabet[(alphabet.index(code[-1]) + 1 + pick(len(alphabet) - 1)) % len(alphabet)]
    )


def _transposed(code: str, pick: Pick) -> str:
    places = [i for i in range(8, len(code) - 1) if code[i] != code[i + 1]]
    place = places[pick(len(places))]
    return code[:place] + code[place + 1] + code[place] + code[place + 2 :]


def _blanks(code: str, _: Pick) -> str:
    return f" {code[:6]} {code[6:]} "


def _slashes(day: str, _: Pick) -> str:
    year, month, number = day.split("-")
    return f"{year}/{int(month)}/{int(number)}"


def _serial(day: str, _: Pick) -> str:
    return str((date.fromisoformat(day) - _SERIAL_EPOCH).days)


def _longer(name: str, _: Pick) -> str:
    return (name * (_LONG // len(name) + 1))[:_LONG]


def _earlier(text: str, _: Pick) -> str:
    """A duplicate is made of another row, see `Dirt.soil`."""
    return text


_IMPOSSIBLE = ("2023-02-30", "2021-13-01", "2019-06-31")

KINDS = (
    Kind("bad-check-digit", "entity_id", "set-aside", 500, _bad_check),
    Kind("transposed", "entity_id", "set-aside", 250, _transposed),
    Kind("missing-id", "entity_id", "set-aside", 150, lambda _text, _pick: ""),
    Kind("duplicate", "entity_id", "set-aside", 500, _earlier),
    Kind("excel-float", "entity_id", "set-aside", 30_000,
         lambda code, _pick: f"{code[0]}.{code[1:6]}E+17", "digits"),
    Kind("decimal-point", "entity_id", "mended", 15_000, lambda code, _pick: code + ".0", "number"),
    Kind("full-width", "entity_id", "mended", 400, lambda code, _pick: code.translate(_FULL_WIDTH)),
    Kind("blanks", "entity_id", "mended", 400, _blanks),
    Kind("missing-name", "name", "set-aside", 400, lambda _text, _pick: ""),
    Kind("unknown-division", "region", "set-aside", 350, lambda _text, _pick: "999999"),
    Kind("impossible-date", "established_on", "set-aside", 350,
         lambda _text, pick: _IMPOSSIBLE[pick(len(_IMPOSSIBLE))]),
    Kind("date-slashes", "established_on", "mended", 200, _slashes),
    Kind("date-serial", "established_on", "mended", 200, _serial),
    Kind("hostile-formula", "name", "kept", 150, lambda name, _pick: "=cmd()|'/c calc'!A1 " + name),
    Kind("hostile-ansi", "name", "mended", 150, lambda name, _pick: f"\x1b[31m{name}\x1b[0m"),
    Kind("hostile-markup", "name", "kept", 150, lambda name, _pick: f"[red]{name}[/red]"),
    Kind("hostile-script", "name", "kept", 150,
         lambda name, _pick: f"<script>alert(1)</script>{name}"),
    Kind("hostile-rtl", "name", "mended", 150, lambda name, _pick: f"{name[:4]}\u202e{name[4:]}"),
    Kind("hostile-newline", "name", "mended", 150, lambda name, _pick: f"{name[:4]}\n{name[4:]}"),
    Kind("hostile-long", "name", "kept", 5, _longer, "any", ("heavy",)),
)  # fmt: skip
"""Every kind of damage. Spreadsheets damage only codes that look like numbers, so those two kinds
have rates of their own among the rows with such codes.
"""

_GROUPS = ("any", "digits", "number")


class Dirt:
    """The damages of a level, planted in rows that only seed and row decide."""

    def __init__(self, streams: Streams, level: Level) -> None:
        self.streams = streams
        self.level = level
        factor = _HEAVIER if level == "heavy" else 1
        rates = [
            [
                kind.rate * factor if level in kind.levels and kind.befalls in ("any", group) else 0
                for kind in KINDS
            ]
            for group in _GROUPS
        ]
        self._bounds = np.cumsum(np.array(rates, dtype=np.int64), axis=1)

    def kinds(self, rows: Words, codes: Any) -> Indices:
        """The index into `KINDS` of what befalls each row, with these codes; -1 for nothing."""
        if self.level == "none":
            return np.full(len(rows), -1, dtype=np.int64)
        drawn = self.streams.below("dirt", rows, _MILLION)
        group = _group(codes)
        found = np.full(len(rows), -1, dtype=np.int64)
        for index, bounds in enumerate(self._bounds):
            hit = (group == index) & (drawn < bounds[-1])
            found[hit] = np.searchsorted(bounds, drawn[hit], side="right")
        # Nothing stands above the first row that it could repeat.
        found[(rows == 0) & (found == _DUPLICATE)] = -1
        return found

    def soil(
        self, rows: Words, clean: Any, table_of: Callable[[Words], Any]
    ) -> tuple[Any, list[Change]]:
        """The table `clean` of `rows` with its damages, and these; `table_of` makes other rows."""
        import pyarrow as pa

        kinds = self.kinds(rows, clean.column("entity_id"))
        above = self._above(rows[kinds == _DUPLICATE], table_of)
        alone = [row for row, record in above.items() if not record]
        places = np.flatnonzero((kinds >= 0) & ~np.isin(rows, alone))
        if not len(places):
            return clean, []
        records = clean.take(pa.array(places)).to_pylist()
        changes = [
            self._damage(KINDS[kinds[place]], int(rows[place]), record, above)
            for place, record in zip(places.tolist(), records, strict=True)
        ]
        return _replaced(clean, places, records), changes

    def _damage(
        self, kind: Kind, row: int, record: dict[str, Any], above: dict[int, dict[str, Any]]
    ) -> Change:
        """Damage a record in place."""
        before = record[kind.column]
        if kind.name == "duplicate":
            record.update(above[row])
        else:
            record[kind.column] = kind.damage(
                before, lambda limit: self.streams.one("dirt.detail", row, limit)
            )
        return Change(row + 1, kind.column, kind.name, kind.effect, before, record[kind.column])

    def _above(self, rows: Words, table_of: Callable[[Words], Any]) -> dict[int, dict[str, Any]]:
        """For each of `rows` the record of an undamaged row above it, empty where there is none."""
        if not len(rows):
            return {}
        tries = np.asarray(rows[:, None] * _TRIES + np.arange(_TRIES, dtype=np.uint64), np.uint64)
        back = 1 + self.streams.below("dirt.source", tries, _REACH)
        # Where every try is damaged, the rows above are gone through one by one.
        sources = np.maximum(rows.astype(np.int64)[:, None] - back, 0).astype(np.uint64)
        sound = self._sound(np.unique(sources), table_of)
        found = {}
        for row, tried in zip(rows.tolist(), sources.tolist(), strict=True):
            source = next((one for one in tried if one in sound), None)
            found[row] = sound[source] if source is not None else self._next_above(row, table_of)
        return found

    def _next_above(self, row: int, table_of: Callable[[Words], Any]) -> dict[str, Any]:
        for end in range(row, 0, -_REACH):
            near = np.arange(max(end - _REACH, 0), end, dtype=np.uint64)
            sound = self._sound(near, table_of)
            if sound:
                return sound[max(sound)]
        return {}

    def _sound(self, rows: Words, table_of: Callable[[Words], Any]) -> dict[int, dict[str, Any]]:
        """Those of `rows` that are undamaged, by number."""
        table = table_of(rows)
        kinds = self.kinds(rows, table.column("entity_id")).tolist()
        pairs = zip(rows.tolist(), table.to_pylist(), kinds, strict=True)
        return {row: record for row, record, kind in pairs if kind < 0}


_DUPLICATE = [kind.name for kind in KINDS].index("duplicate")


def _group(codes: Any) -> NDArray[np.int64]:
    """What a spreadsheet makes of each code: 0 a text, 1 a credit code that looks like a number,
    2 a registration number.
    """
    import pyarrow.compute as pc

    short = pc.equal(pc.binary_length(codes), 15)
    digits = pc.utf8_is_digit(codes)
    return np.asarray(
        np.where(short.to_numpy(), 2, np.where(digits.to_numpy(), 1, 0)), dtype=np.int64
    )


def _replaced(table: Any, places: Indices, records: Iterable[dict[str, Any]]) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    mask = np.zeros(len(table), dtype=np.bool_)
    mask[places] = True
    rows = list(records)
    columns = {}
    for name in COLUMNS:
        column = table.column(name).combine_chunks()
        values = pa.array([row[name] for row in rows], column.type)
        columns[name] = pc.replace_with_mask(column, pa.array(mask), values)
    return pa.table(columns)

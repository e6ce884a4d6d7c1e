"""Random changes of the files of a bundle or of an audit folder, each named by its kind.

`changed` makes one change from a source of chance; what a dishonest bureau recomputes afterwards
is `resealed`'s part. It knows neither the planner nor its verifiers.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable
from random import Random
from typing import Any

from helpers import bundle_maker as maker
from helpers import vouched_bundles as vouched
from helpers.changed_values import (
    TEXTS,
    VALUES,
    NoChangeError,
    drop,
    exchange,
    move,
    other_text,
    repeat,
)

Files = maker.Files
Kind = Callable[[Files, Random], "tuple[str, Files]"]

DOCUMENTS = ("draw.json", "ledger.jsonl")
AUDIT_DOCUMENTS = (
    "plan.json", "lottery.json", "visits.json", "roster.json", "crews.json", "earlier.json",
    "roster-before.json", "leads.json", "lists.json",
)  # fmt: skip
DIGESTS_ALONE = ("verify.py", "visits.xlsx", "draw.schema.json", "visits.csv-metadata.json")
FOREIGN = ("evil.sh", "draw.json.bak", ".hidden", "Draw.json", "visits.xlsx", "secret", "notes")
RAW_NUMBERS = (
    "{0}.0", "{0}e0", "{0}E0", "0{0}", "-{0}", "+{0}", "{0}.", "{0}.5", "{0}0", "-0", "1e999",
    "NaN", "Infinity", "9007199254740992", "9007199254740993", "9" * 30, "0x{0}", "{0}_0", '"{0}"',
    "\uff11",
)  # fmt: skip


def changed(files: Files, chance: Random) -> tuple[str, str, Files]:
    """One change: its kind, where, and the files after it; NoChangeError where none is found."""
    for _ in range(200):
        kinds = KINDS[chance.choices(tuple(KINDS), WEIGHTS)[0]]
        name = chance.choice(tuple(kinds))
        try:
            where, after = kinds[name](dict(files), chance)
        except (NoChangeError, LookupError, ValueError, TypeError, AttributeError, OSError):
            continue  # nothing here to which this could be done
        if after != files:
            return name, where, after
    raise NoChangeError


# ------------------------------------------------------------------------------------------ bytes


def _in_bytes(change: Callable[[bytearray, Random], object]) -> Kind:
    def apply(files: Files, chance: Random) -> tuple[str, Files]:
        name = _any_name(files, chance)
        data = bytearray(files[name])
        change(data, chance)
        return name, {**files, name: bytes(data)}

    return apply


def _any_name(files: Files, chance: Random) -> str:
    """A file that is not empty; seldom one of which only the digest is known to a verifier."""
    known = [
        n for n in sorted(files) if files[n] and (n not in DIGESTS_ALONE or chance.random() < 0.1)
    ]
    return chance.choice(known)


def _span(data: bytearray, chance: Random) -> slice:
    start = chance.randrange(len(data))
    return slice(start, start + chance.choice((1, 2, 3, 8, 64, 1000)))


def _bit(data: bytearray, chance: Random) -> None:
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _byte(data: bytearray, chance: Random) -> None:
    data[chance.randrange(len(data))] = chance.randrange(256)


def _digit(data: bytearray, chance: Random) -> None:
    spots = [found.start() for found in re.finditer(rb"[0-9a-f]", data)]
    data[chance.choice(spots)] = chance.choice(b"0123456789abcdef")


def _insert(data: bytearray, chance: Random) -> None:
    new = chance.choice((b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf5", b" ", b"\n", b"0"))
    place = chance.randrange(len(data) + 1)
    data[place:place] = new


def _cut(data: bytearray, chance: Random) -> None:
    del data[_span(data, chance)]


def _repeat(data: bytearray, chance: Random) -> None:
    span = _span(data, chance)
    data[span.start : span.start] = data[span]


def _copy(data: bytearray, chance: Random) -> None:
    one, other = _span(data, chance), _span(data, chance)
    data[one] = data[other.start : other.start + (one.stop - one.start)]


def _end(data: bytearray, chance: Random) -> None:
    del data[chance.randrange(len(data)) :]


def _whole_text(change: Callable[[str, Random], str]) -> Callable[[bytearray, Random], None]:
    def apply(data: bytearray, chance: Random) -> None:
        data[:] = change(data.decode("utf-8"), chance).encode("utf-8")

    return apply


def _ending(text: str, chance: Random) -> str:
    other = chance.choice(("\r\n", "\n\n", "\r", " \n", "\n "))
    return text.replace("\n", other, chance.choice((1, -1)))


def _last(text: str, chance: Random) -> str:
    return chance.choice((text[:-1], text + "\n", text + " ", text.rstrip() + "\r\n", text + "{}"))


def _composed(text: str, chance: Random) -> str:
    return unicodedata.normalize(chance.choice(("NFC", "NFD", "NFKC", "NFKD")), text)


# ------------------------------------------------------------------------------------------ lines


def _in_lines(change: Callable[[list[bytes], Random], object]) -> Kind:
    def apply(files: Files, chance: Random) -> tuple[str, Files]:
        name = _any_name({n: data for n, data in files.items() if data.count(b"\n") > 1}, chance)
        lines = files[name].splitlines(keepends=True)
        change(lines, chance)
        return name, {**files, name: b"".join(lines)}

    return apply


# ------------------------------------------------------------------------- texts of JSON documents


def _in_text(change: Callable[[str, Random], str]) -> Kind:
    """A change of how a document is written, in draw.json, a line of the ledger, or another."""

    def apply(files: Files, chance: Random) -> tuple[str, Files]:
        name = chance.choice([n for n in (*DOCUMENTS, *AUDIT_DOCUMENTS) if n in files])
        return name, {**files, name: change(files[name].decode(), chance).encode()}

    return apply


def _spot(pattern: str, text: str, chance: Random) -> re.Match[str]:
    return chance.choice(list(re.finditer(pattern, text)))


def _put(text: str, spot: re.Match[str], new: str) -> str:
    return text[: spot.start()] + new + text[spot.end() :]


def _number_rewritten(text: str, chance: Random) -> str:
    spot = _spot(r"(?<=[:\[,\s])-?\d+(?=[,\]}\s])", text, chance)
    return _put(text, spot, chance.choice(RAW_NUMBERS).format(spot[0]))


def _key_twice(text: str, chance: Random) -> str:
    spot = _spot(r'"[a-z_]+": ?(?:-?\d+|null|true|false|"[^"\\]*"|\[\]|\{\})', text, chance)
    other = chance.choice((spot[0], re.sub(r":.*", ": 0", spot[0], flags=re.S)))
    return _put(text, spot, chance.choice((f"{spot[0]},{other}", f"{other},{spot[0]}")))


def _blank(text: str, chance: Random) -> str:
    spot = _spot(r"[:,{}\[\]]", text, chance)
    return _put(text, spot, spot[0] + chance.choice((" ", "\t", "\n", "\u00a0", "\ufeff", ",")))


def _escape(text: str, chance: Random) -> str:
    spot = _spot(r"[0-9A-Za-z/\u4e00-\u9fff](?=[^\"\n]*\")", text, chance)
    ways = (f"\\u{ord(spot[0]):04x}", f"\\u{ord(spot[0]):04X}", f"\\{spot[0]}", "\\ud800", "\\n")
    return _put(text, spot, chance.choice(ways))


def _other_word(text: str, chance: Random) -> str:
    spot = _spot(r"\b(?:null|true|false)\b|\[\]|\{\}|\"\"", text, chance)
    words = ("null", "true", "false", "[]", "{}", '""', "0", "None", "'", "[[", "//", "Null")
    return _put(text, spot, chance.choice(words))


# -------------------------------------------------------------------------------------- documents


def _in_document(change: Callable[[Any, Random], tuple[Any, ...]]) -> Kind:
    """A change of a value, in draw.json, in the acts of the ledger, or in an auditor's document."""

    def apply(files: Files, chance: Random) -> tuple[str, Files]:
        audit = [name for name in AUDIT_DOCUMENTS if name in files]
        name = chance.choice(("draw.json", "ledger.jsonl", *audit, *audit))
        if name == "ledger.jsonl":
            lines = [json.loads(line) for line in files[name].splitlines()]
            acts = [line["act"] for line in lines]
            number = chance.randrange(len(acts))
            path = change(acts[number], chance)
            lines[number]["act"] = acts[number]
            where = ".".join(map(str, (acts[number].get("act"), *path)))
            return f"act {where}", {**files, name: ledger_bytes(lines)}
        document = json.loads(files[name])
        path = change(document, chance)
        data = compact(document) + "\n" if name != "draw.json" else readable(document)
        return ".".join(map(str, (name, *path))), {
            **files,
            name: data.encode("utf-8", "surrogatepass"),
        }

    return apply


def compact(document: Any) -> str:
    """Canonical JSON of what has a canonical form, and nearly that of anything else."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def readable(document: Any) -> str:
    """The form of draw.json, of anything."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=2) + "\n"


def ledger_bytes(lines: list[Any]) -> bytes:
    """The lines of a ledger, of anything."""
    return "".join(compact(line) + "\n" for line in lines).encode("utf-8", "surrogatepass")


# ------------------------------------------------------------------------------------ acts, tables


def _in_acts(change: Callable[[list[Any], Random], object]) -> Kind:
    def apply(files: Files, chance: Random) -> tuple[str, Files]:
        lines = [json.loads(line) for line in files["ledger.jsonl"].splitlines()]
        change(lines, chance)
        return "ledger.jsonl", {**files, "ledger.jsonl": ledger_bytes(lines)}

    return apply


def _member_moved(lines: list[Any], chance: Random) -> None:
    one, other = (line["act"] for line in chance.sample(lines, 2))
    key = chance.choice(sorted(one))
    other[key] = one[key] if chance.random() < 0.5 else one.pop(key)


def _members_swapped(lines: list[Any], chance: Random) -> None:
    one, other = (line["act"] for line in chance.sample(lines, 2))
    key = chance.choice(sorted(one.keys() & other.keys()))
    one[key], other[key] = other[key], one[key]


def _draw_renamed(lines: list[Any], chance: Random) -> None:
    acts = [line["act"] for line in lines if "draw" in line["act"]]
    old, new = chance.choice(acts)["draw"], chance.choice((*TEXTS, acts[0]["draw"], "other"))
    for act in acts if chance.random() < 0.5 else [chance.choice(acts)]:
        act["draw"] = new if act["draw"] == old else act["draw"]


def _act_put_in(lines: list[Any], chance: Random) -> None:
    act = copy.deepcopy(chance.choice(lines)["act"])
    place = chance.randrange(len(lines) + 1)
    act["at"] = lines[max(place - 1, 0)]["act"]["at"]
    lines.insert(place, {**lines[0], "act": act})


def _chosen_act(lines: list[Any], chance: Random, *kinds: str) -> Any:
    return chance.choice([line["act"] for line in lines if line["act"].get("act") in kinds])


def _seed_repeated(lines: list[Any], chance: Random) -> None:
    """A seed becomes another of the ledger, in other blanks or digits, with more or in part."""
    act, other = (_chosen_act(lines, chance, "seed") for _ in range(2))
    text = other["seed"]
    dense = "".join(text.split())
    wide = "".join(chr(ord(c) + 0xFEE0) if c in "0123456789" else c for c in text)
    more = f"{chance.randrange(10**9):09d} {text}"
    texts = (text, dense, "-".join(dense), wide, more, f"{text} x", text.upper(), dense[:-1])
    act["seed"] = chance.choice(texts)


def _reserve_changed(lines: list[Any], chance: Random) -> None:
    """Nobody, or somebody else, takes the place of who was withdrawn."""
    act = _chosen_act(lines, chance, "withdrawal")
    named = [line["act"] for line in lines if line["act"].get("act") == "withdrawal"]
    ids = [one[key] for one in named for key in ("entity_id", "reserve")]
    act["reserve"] = chance.choice((None, None, *ids, "nobody"))


def _other_reserve(files: Files, chance: Random) -> tuple[str, Files]:
    """Any reserve of the list, of whatever cell, takes the place of who was withdrawn."""
    record = json.loads(files["draw.json"])
    spare = [visit["entity_id"] for visit in record["visits"] if visit["reserve"]]
    lines = [json.loads(line) for line in files["ledger.jsonl"].splitlines()]
    _chosen_act(lines, chance, "withdrawal")["reserve"] = chance.choice(spare)
    return "ledger.jsonl", {**files, "ledger.jsonl": ledger_bytes(lines)}


def _made_with(lines: list[Any], chance: Random) -> None:
    """Versions that are there or not, of any form."""
    act = _chosen_act(lines, chance, "freeze", "crews", "crews", "draw")
    name, text = chance.choice((*TEXTS, "yaohao", "ortools")), chance.choice((*TEXTS, "9.14.6206"))
    values = ({}, {"yaohao": "0.2.0"}, {name: "1"}, {"yaohao": text}, {"a": 1}, None, text, [text])
    if chance.random() < 0.2:
        del act["made_with"]
    else:
        act["made_with"] = chance.choice(values)


def _publication_removed(lines: list[Any], chance: Random) -> None:
    """A commitment was never published, or after its seed."""
    acts = [line for line in lines if line["act"].get("act") == "publication"]
    gone = chance.choice(acts)
    place = lines.index(gone)
    lines.remove(gone)
    if chance.random() < 0.3:
        lines.insert(min(place + chance.randrange(1, 4), len(lines)), gone)


def _in_table(change: Callable[[list[list[str]], Random], object]) -> Kind:
    def apply(files: Files, chance: Random) -> tuple[str, Files]:
        text = files["visits.csv"].decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        change(rows, chance)
        return "visits.csv", {**files, "visits.csv": maker.table_bytes(rows)}

    return apply


def _cells_swapped(rows: list[list[str]], chance: Random) -> None:
    one, other = chance.choice(rows), chance.choice(rows)
    first, second = chance.randrange(len(one)), chance.randrange(len(other))
    one[first], other[second] = other[second], one[first]


def _cell_edited(rows: list[list[str]], chance: Random) -> None:
    row = chance.choice(rows)
    place = chance.randrange(len(row))
    guards = ("'" + row[place], row[place].removeprefix("'"), other_text(row[place], chance))
    row[place] = chance.choice(guards)


def _column_changed(rows: list[list[str]], chance: Random) -> None:
    column, way = chance.randrange(len(rows[0])), chance.choice((drop, repeat, exchange))
    places = list(range(len(rows[0])))
    way(places, Random(column))
    rows[:] = [[row[place] for place in places] for row in rows]


def _quoting(text: str, chance: Random) -> str:
    spot = _spot(r"[^,\r\n\"]+", text, chance)
    return _put(
        text,
        spot,
        chance.choice((f'"{spot[0]}"', f'"{spot[0]}', f" {spot[0]}", f"'{spot[0]}", f'{spot[0]}"')),
    )


def _quoted(files: Files, chance: Random) -> tuple[str, Files]:
    text = _quoting(files["visits.csv"].decode(), chance)
    return "visits.csv", {**files, "visits.csv": text.encode()}


# ------------------------------------------------------------------------------------------ frame


def _in_frame(change: Callable[[list[Any], Random], object]) -> Kind:
    """A change of the rows of an auditor's frame, written with the same schema."""

    def apply(files: Files, chance: Random) -> tuple[str, Files]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pq.read_table(io.BytesIO(files["frame.parquet"]))
        rows = table.to_pylist()
        change(rows, chance)
        file = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows, table.schema), file)
        return "frame.parquet", {**files, "frame.parquet": file.getvalue()}

    return apply


def _in_register(change: Callable[[list[Any], Random], object]) -> Kind:
    """A change of the rows of an auditor's register of entities."""

    def apply(files: Files, chance: Random) -> tuple[str, Files]:
        rows = [json.loads(line) for line in files["entities.jsonl"].splitlines()]
        change(rows, chance)
        data = "".join(compact(row) + "\n" for row in rows).encode("utf-8", "surrogatepass")
        return "entities.jsonl", {**files, "entities.jsonl": data}

    return apply


def _firm_edited(rows: list[Any], chance: Random) -> None:
    """A value of a firm is another: one of another firm, or any."""
    row = chance.choice(rows[1:])
    place = chance.randrange(len(row))
    other = chance.choice(rows[1:])[place]
    row[place] = chance.choice((other, other, other, other_text(str(row[place]), chance), 1, None))


def _firm_left_out(rows: list[Any], chance: Random) -> None:
    del rows[chance.randrange(1, len(rows))]


def _firm_invented(rows: list[Any], chance: Random) -> None:
    row = chance.choice(rows[1:])
    rows.insert(rows.index(row) + 1, [row[0] + "0", *row[1:]])


def _column_of_firms(rows: list[Any], chance: Random) -> None:
    """A column goes, comes twice, or changes its place; or a withheld one is told of."""
    place, how = chance.randrange(len(rows[1])), chance.randrange(4)
    if how == 3:
        digest = f"{chance.randrange(16**64):064x}"
        name = chance.choice(("phone", "registration_number", "x"))
        rows[0]["withheld"].append(f"{name} {digest} {digest}")
        return
    for row in [rows[0]["columns"], *rows[1:]]:
        value = row.pop(place)
        row[place:place] = [value] * (2 * (how == 1))
        row[:0] = [value] * (how == 2)


def _row_edited(rows: list[Any], chance: Random) -> None:
    row, other = chance.choice(rows), chance.choice(rows)
    key = chance.choice(sorted(row))
    old = row[key]
    edited = other_text(old, chance) if isinstance(old, str) else old + chance.choice((-1, 1))
    row[key] = chance.choice((edited, other[key], other[key]))
    if chance.random() < 0.3:
        other[key] = old


# ------------------------------------------------------------------------------------------ files


def _dropped(files: Files, chance: Random) -> tuple[str, Files]:
    name = chance.choice(sorted(files))
    return name, {other: data for other, data in files.items() if other != name}


def _added(files: Files, chance: Random) -> tuple[str, Files]:
    name = chance.choice([n for n in (*FOREIGN, *AUDIT_DOCUMENTS, "index.html") if n not in files])
    return name, {**files, name: chance.choice((b"", b"{}\n", files[chance.choice(sorted(files))]))}


def _emptied(files: Files, chance: Random) -> tuple[str, Files]:
    name = chance.choice(sorted(files))
    return name, {**files, name: chance.choice((b"", b"\n", b"null\n", b"{}\n", b"[]\n"))}


def _exchanged(files: Files, chance: Random) -> tuple[str, Files]:
    one, other = chance.sample(sorted(files), 2)
    after = {**files, one: files[other]}
    return f"{one}, {other}", {**after, other: files[one]} if chance.random() < 0.7 else after


def _sums_edited(files: Files, chance: Random) -> tuple[str, Files]:
    lines = files["SHA256SUMS"].decode().splitlines(keepends=True)
    place = chance.randrange(len(lines))
    digest, name = lines[place][:64], lines[place][66:]
    lines[place] = chance.choice((
        f"{digest.upper()}  {name}", f"{digest} *{name}", f"{digest}  ./{name}", f"{digest} {name}",
        f"{digest}  {name.upper()}", f"\\{digest}  {name}", f"{'0' * 64}  {name}", f"# {digest}\n",
        f"{digest}  {name.strip()} \n", f"{digest}  SHA256SUMS\n", f"{digest[:63]}  {name}",
        lines[place] + f"{digest}  absent\n", f"{digest}  {name.strip()}\x00\n",
    ))  # fmt: skip
    return "SHA256SUMS", {**files, "SHA256SUMS": "".join(lines).encode()}


KINDS: dict[str, dict[str, Kind]] = {
    "bytes": {
        "bit": _in_bytes(_bit),
        "byte": _in_bytes(_byte),
        "digit": _in_bytes(_digit),
        "bytes put in": _in_bytes(_insert),
        "bytes cut": _in_bytes(_cut),
        "bytes repeated": _in_bytes(_repeat),
        "bytes copied": _in_bytes(_copy),
        "cut short": _in_bytes(_end),
        "line ends": _in_bytes(_whole_text(_ending)),
        "last line": _in_bytes(_whole_text(_last)),
        "normal form": _in_bytes(_whole_text(_composed)),
        "byte order mark": _in_bytes(
            lambda data, _: data.__setitem__(slice(0, 0), b"\xef\xbb\xbf")
        ),
    },
    "lines": {
        "line dropped": _in_lines(drop),
        "line repeated": _in_lines(repeat),
        "lines exchanged": _in_lines(exchange),
        "line moved": _in_lines(move),
    },
    "writing": {
        "number rewritten": _in_text(_number_rewritten),
        "key twice": _in_text(_key_twice),
        "blank": _in_text(_blank),
        "escape": _in_text(_escape),
        "other word": _in_text(_other_word),
    },
    "values": {name: _in_document(kind) for name, kind in VALUES.items()},
    "acts": {
        "act dropped": _in_acts(drop),
        "act repeated": _in_acts(_act_put_in),
        "acts exchanged": _in_acts(exchange),
        "act moved": _in_acts(move),
        "member moved": _in_acts(_member_moved),
        "members swapped": _in_acts(_members_swapped),
        "draw renamed": _in_acts(_draw_renamed),
    },
    "table": {
        "cells swapped": _in_table(_cells_swapped),
        "cell edited": _in_table(_cell_edited),
        "row dropped": _in_table(drop),
        "row repeated": _in_table(repeat),
        "rows exchanged": _in_table(exchange),
        "column changed": _in_table(_column_changed),
        "quoting": _quoted,
    },
    "files": {
        "file dropped": _dropped,
        "file added": _added,
        "file emptied": _emptied,
        "files exchanged": _exchanged,
        "list of files": _sums_edited,
    },
    "rules": {
        "seed repeated": _in_acts(_seed_repeated),
        "reserve changed": _in_acts(_reserve_changed),
        "other reserve": _other_reserve,
        "made with": _in_acts(_made_with),
        "publication removed": _in_acts(_publication_removed),
    },
    "registers": {
        "a firm is another": _in_register(_firm_edited),
        "a firm left out": _in_register(_firm_left_out),
        "a firm invented": _in_register(_firm_invented),
        "firms exchanged": _in_register(exchange),
        "a column of firms": _in_register(_column_of_firms),
    },
    "frame": {
        "row edited": _in_frame(_row_edited),
        "row left out": _in_frame(drop),
        "row twice": _in_frame(repeat),
        "rows moved": _in_frame(exchange),
    },
    "evidence": vouched.KINDS,
}
"""Kinds of change by group."""

WEIGHTS = (3, 2, 3, 8, 5, 2, 2, 4, 3, 3, 12)
"""How often each group is tried; those of registers and frame are for audit folders alone, that of
evidence for bundles that have some."""

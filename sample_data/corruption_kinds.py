"""Kinds of dirt: what real registers have wrong with them, and what an import is to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

from yaohao.planner.vocabulary import terms
from yaohao.planner.vocabulary.codes import is_credit_code
from yaohao.planner.vocabulary.identity_numbers import is_old_number
from yaohao.planner.vocabulary.registration_numbers import is_registration_number
from yaohao.sample_data.codes import ALPHABET
from yaohao.sample_data.places import counties, place

Effect = Literal["set-aside", "mended", "tidied", "kept", "left-out", "unseen"]
"""What is to become of the row: set aside; accepted as it was before the damage; accepted without
the characters that could act; accepted as it stands, being a text like any other; accepted
with the cell empty; or accepted, since the file does not show that anything is wrong."""
Pick = Callable[[int], int]
"""A random whole number from 0 to below its argument."""
Record = dict[str, Any]
Damage = Callable[[str, Pick, Record], str]

_LONG = 10_000  # characters of a name that is much too long
_FULL_WIDTH = {ord("0") + d: 0xFF10 + d for d in range(10)}
_SERIAL_EPOCH = date(1899, 12, 30)  # of Excel's serial numbers
_DEAD = frozenset({"revoked", "deregistered", "annulled", "liquidating", "moved"})


class Change(NamedTuple):
    """One planted damage: row of data (from 1), id of the entity that belongs there, column, kind,
    what is to become of the row, and the text before and after.
    """

    row: int
    entity_id: str
    column: str
    kind: str
    effect: Effect
    before: str
    after: str


@dataclass(frozen=True)
class Fault:
    """A kind of damage: its column, what becomes of the row, in how many of a million rows it is
    planted in light dirt, how it changes the text, and which rows it can befall.

    `reason` is that of the row set aside; `only` says which texts can be damaged so.
    Spreadsheets damage only codes that look like numbers, so `befalls` ``digits`` (credit codes of
    digits) and ``number`` (registration numbers) have rates of their own among such rows.
    """

    name: str
    column: str
    effect: Effect
    rate: int
    damage: Damage
    reason: str = ""
    befalls: Literal["any", "digits", "number"] = "any"
    only: Callable[[str], bool] | None = None
    light: bool = True
    copies: bool = False


def _bad_check(code: str, pick: Pick, _: Record) -> str:
    alphabet = ALPHABET if len(code) == 18 else ALPHABET[:10]
    turn = 1 + pick(len(alphabet) - 1)
    return code[:-1] + alphabet[(alphabet.index(code[-1]) + turn) % len(alphabet)]


def _transposed(code: str, pick: Pick, _: Record) -> str:
    """Two neighbours exchanged, where the check digit tells: it always does in credit codes."""
    swapped = [code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(8, len(code) - 1)]
    places = [other for other in swapped if other != code and not _is_valid(other)]
    # A slip after which the number reads like that of a person is told as that.
    places = [other for other in places if not is_old_number(other)] or places
    return places[pick(len(places))]


def _is_told_by_its_check(code: str) -> bool:
    """Whether a wrong check digit is all that is seen: one in thirty numbers has a day in it."""
    return not any(is_old_number(code[:-1] + digit) for digit in "01")


def _is_valid(code: str) -> bool:
    return is_credit_code(code) or is_registration_number(code)


def _rounded(code: str, *_: object) -> str:
    """The code as a spreadsheet rounds it: 15 digits are kept."""
    return code[:15] + "000"


def _letter_o(code: str, pick: Pick, _: Record) -> str:
    places = [i for i, character in enumerate(code) if character == "0"]
    at = places[pick(len(places))]
    return code[:at] + "O" + code[at + 1 :]


def _unknown_tier(_text: str, pick: Pick, _record: Record) -> str:
    return ("E", "五星", "甲级")[pick(3)]


def _tier_words(tier: str, pick: Pick, _: Record) -> str:
    word = terms.word("tier", tier, "zh")
    return (f"{tier}类", word, f"{tier}（{word}）")[pick(3)]


def _kind_words(kind: str, _pick: Pick, _record: Record) -> str:
    return terms.word("kind", kind, "zh")


def _region_name(region: str, _pick: Pick, _record: Record) -> str:
    division = place(region)
    return division.prefecture + division.name


def _other_division(region: str, pick: Pick, _: Record) -> str:
    others = [code for code in counties(region[:4]) if code != region]
    return others[pick(len(others))]


def _impossible(_text: str, pick: Pick, _record: Record) -> str:
    return ("2023-02-30", "2021-13-01", "2019-06-31")[pick(3)]


def _date(form: str) -> Damage:
    """Dates in another form; ``y``, ``m``, ``d`` are numbers, ``mm``, ``dd`` have two digits."""

    def write(text: str, _pick: Pick, _record: Record) -> str:
        year, month, day = text.split("-")
        return form.format(y=year, mm=month, dd=day, m=int(month), d=int(day))

    return write


def _serial(day: str, _pick: Pick, _record: Record) -> str:
    return str((date.fromisoformat(day) - _SERIAL_EPOCH).days)


def _too_early(_text: str, pick: Pick, record: Record) -> str:
    return str(date.fromisoformat(record["established_on"]) - timedelta(days=1 + pick(400)))


def _formula(name: str, pick: Pick, _: Record) -> str:
    return ("=cmd()|'/c calc'!A1 ", "+1+1 ", "-2+3 ", "@SUM(1,1) ")[pick(4)] + name


def _longer(name: str, _pick: Pick, _record: Record) -> str:
    return (name * (_LONG // len(name) + 1))[:_LONG]


def _copied(text: str, _pick: Pick, _record: Record) -> str:
    """A copy is made of another row, see `yaohao.sample_data.corruption`."""
    return text


def _to(form: str) -> Damage:
    """The text put into another one."""
    return lambda text, _pick, _record: form.format(text)


def _inside(mark: str, at: int) -> Damage:
    """A mark put into the text."""
    return lambda text, _pick, _record: text[:at] + mark + text[at:]


def _ambiguous(day: str) -> bool:
    return int(day[8:]) <= 12 and day[8:] != day[5:7]


KINDS = (
    Fault("bad-check-digit", "entity_id", "set-aside", 500, _bad_check, "bad-check-digit",
         only=_is_told_by_its_check),
    Fault("transposed", "entity_id", "set-aside", 250, _transposed, "bad-check-digit"),
    Fault("missing-id", "entity_id", "set-aside", 150, _to(""), "missing-id"),
    Fault("truncated", "entity_id", "set-aside", 150, lambda text, *_: text[:-1], "bad-length"),
    Fault("letter-o", "entity_id", "set-aside", 150, _letter_o, "bad-characters",
         only=lambda code: len(code) == 18 and "0" in code),
    Fault("duplicate", "entity_id", "set-aside", 300, _copied, "duplicate", copies=True),
    Fault("duplicate-drift", "entity_id", "set-aside", 250, _copied, "duplicate", copies=True),
    Fault("several-tags", "entity_id", "set-aside", 250, _copied, "duplicate", copies=True),
    Fault("excel-float", "entity_id", "set-aside", 25_000,
         lambda code, *_: f"{code[0]}.{code[1:6]}E+17", "excel-damaged", "digits"),
    Fault("excel-rounded", "entity_id", "set-aside", 8_000, _rounded, "excel-damaged", "digits",
         lambda code: not _is_valid(_rounded(code))),
    # One rounded code in thirty-one happens to have the right check digit.
    Fault("rounded-unseen", "entity_id", "unseen", 8_000, _rounded, befalls="digits",
         only=lambda code: code != _rounded(code) and _is_valid(_rounded(code))),
    Fault("decimal-point", "entity_id", "mended", 15_000, _to("{}.0"), befalls="number"),
    Fault("full-width", "entity_id", "mended", 300, lambda code, *_: code.translate(_FULL_WIDTH)),
    Fault("blanks", "entity_id", "mended", 300, lambda code, *_: f" {code[:6]} {code[6:]} "),
    Fault("lower-case", "entity_id", "mended", 200, lambda code, *_: code.lower(),
         only=lambda code: not code.isdigit()),
    Fault("zero-width", "entity_id", "mended", 150, _inside("\u200b", 8)),
    Fault("apostrophe", "entity_id", "mended", 200, _to("'{}")),
    Fault("missing-name", "name", "set-aside", 300, _to(""), "missing-name"),
    Fault("address-blanks", "address", "mended", 250, _to("\u3000{}  ")),
    Fault("unknown-division", "region", "left-out", 300, _to("999999")),
    Fault("wrong-division", "region", "unseen", 300, _other_division),
    Fault("region-name", "region", "mended", 300, _region_name),
    Fault("unknown-tier", "tier", "set-aside", 200, _unknown_tier, "unknown-tier"),
    Fault("tier-words", "tier", "mended", 300, _tier_words, only=bool),
    Fault("kind-words", "kind", "mended", 300, _kind_words),
    Fault("dead-entity", "status", "unseen", 4_000, _to("active"), only=_DEAD.__contains__),
    Fault("impossible-date", "established_on", "set-aside", 300, _impossible, "impossible-date"),
    Fault("ambiguous-date", "established_on", "set-aside", 300, _date("{mm}/{dd}/{y}"),
         "ambiguous-date", only=_ambiguous),
    Fault("date-year-last", "established_on", "mended", 200, _date("{mm}/{dd}/{y}"),
         only=lambda day: not _ambiguous(day)),
    Fault("date-slashes", "established_on", "mended", 200, _date("{y}/{m}/{d}")),
    Fault("date-chinese", "established_on", "mended", 200, _date("{y}年{m}月{d}日")),
    Fault("date-compact", "established_on", "mended", 200, _date("{y}{mm}{dd}")),
    Fault("date-time", "established_on", "mended", 200, _date("{y}-{mm}-{dd} 00:00:00")),
    Fault("date-serial", "established_on", "mended", 200, _serial),
    Fault("inspected-early", "inspected_on", "set-aside", 400, _too_early,
         "inspected-before-established", only=bool),
    Fault("hostile-formula", "name", "kept", 150, _formula),
    Fault("hostile-ansi", "name", "tidied", 150, _to("\x1b[31m{}\x1b[0m")),
    Fault("hostile-markup", "name", "kept", 150, _to("[red]{}[/red]")),
    Fault("hostile-script", "name", "kept", 150, _to("<script>alert(1)</script>{}")),
    Fault("hostile-quote", "name", "kept", 150, _to('"{}", "&"')),
    Fault("hostile-rtl", "name", "tidied", 150, _inside("\u202e", 4)),
    Fault("hostile-newline", "name", "tidied", 150, _inside("\n", 4)),
    Fault("hostile-long", "name", "kept", 5, _longer, light=False),
)  # fmt: skip
"""Every kind of damage."""

BY_NAME = {kind.name: kind for kind in KINDS}


def redrawn(kind: Fault, record: Record, pick: Pick) -> Record:
    """A copy of another row as it stands again further down: as it was, drifted, or retagged."""
    if kind.name == "duplicate-drift":
        name, address = record["name"], record["address"]
        drifted = (
            name.replace("有限公司", "有限责任公司") if "有限公司" in name else name + "（分店）"
        )
        return record | {"name": drifted, "address": f"{address}附{1 + pick(9)}号"}
    if kind.name == "several-tags":
        tags = [tag for tag in terms.codes("fields") if tag != record["fields"]]
        return record | {"fields": tags[pick(len(tags))]}
    return record

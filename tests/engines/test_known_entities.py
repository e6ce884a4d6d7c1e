"""What is asked of the entities of some files, against plain Python over the same rows."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from yaohao.planner.engine.known_entities import KnownEntities
from yaohao.planner.schema.entity import NUMBER
from yaohao.planner.vocabulary.text import name_core

REGISTER = [
    ("A-1", "茶馆（北）", "1501"),
    ("a-1", "茶馆", ""),
    ("B'2", "Cafe  One", "1502"),
    ("C%_3", "cafe one", "1503"),
    ("D-4", "CAFE TWO", "1503"),
]
FRAME = [("B'2", "Cafe  One"), ("E-5", "茶馆(北)"), ("é-6", "Ｔｅａ")]
HARM = "'; SELECT 'x"


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """The file of a register, whose entities had numbers before, and that of a frame."""
    found = []
    for name, columns, rows in (
        ("register[1]", ("entity_id", "name", NUMBER), REGISTER),
        ("frame", ("entity_id", "name"), FRAME),
    ):
        found.append(tmp_path / f"{name}.parquet")
        table = pa.table(dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True)))
        pq.write_table(table, found[-1])
    return found


def everybody() -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in (*REGISTER, *FRAME)]


def test_ids_as_they_are_and_but_for_case(paths: list[Path]) -> None:
    known = KnownEntities(paths)
    ids = {entity_id for entity_id, _ in everybody()}
    for asked in (*ids, "A-2", "", HARM, "%", "b'2"):
        assert known.has(asked) == (asked in ids)
        alike = {one for one in ids if one.lower() == asked.lower()}
        assert set(known.alike(asked)) == alike, asked
    assert len(known.alike("A-1")) == 2


def test_what_nobody_has(paths: list[Path]) -> None:
    known = KnownEntities(paths)
    asked = ["A-1", "b'2", "c%_3", "none", HARM]
    assert known.missing(asked, any_case=False) == dict.fromkeys(asked[1:], "")
    mended = {"b'2": "B'2", "c%_3": "C%_3", "none": "", HARM: ""}
    assert known.missing(asked, any_case=True) == mended
    assert known.missing(["a-1", "A-1"], any_case=True) == {}
    assert known.missing(["Á-1"], any_case=True) == {"Á-1": ""}
    assert known.missing([], any_case=True) == {}


def test_numbers_are_those_of_one(paths: list[Path]) -> None:
    known = KnownEntities(paths)
    assert known.numbered("1501") == "A-1"
    assert known.numbered("1503") is None  # two had it
    assert known.numbered("1599") is None and known.numbered(HARM) is None
    assert KnownEntities(paths[1:]).numbered("1501") is None


@pytest.mark.parametrize("most", [1, 2, 9])
def test_names_by_their_core(paths: list[Path], most: int) -> None:
    known = KnownEntities(paths)
    for _, name in everybody():
        core = name_core(name)
        held = sorted({one for one, other in everybody() if name_core(other) == core})
        assert known.named(core, most) == held[:most]
    assert known.named(HARM, most) == []


def test_names_like_one(paths: list[Path]) -> None:
    known = KnownEntities(paths)
    assert known.named_like("cafeone", 0.99, 3) == [("Cafe  One", "B'2"), ("cafe one", "C%_3")]
    assert [name for name, _ in known.named_like("cafe", 0.99, 9)] == [
        "CAFE TWO", "Cafe  One", "cafe one",
    ]  # fmt: skip
    assert known.named_like("cafetwi", 0.94, 1) == [("CAFE TWO", "D-4")]
    assert known.named_like(HARM, 0.85, 3) == []


def wrong(text: str, other: str) -> int:
    """So many characters are wrong, too many or missing."""
    row = list(range(len(other) + 1))
    for at, left in enumerate(text, 1):
        last, row[0] = row[0], at
        for place, right in enumerate(other, 1):
            last, row[place] = row[place], min(
                row[place] + 1, row[place - 1] + 1, last + (left != right)
            )  # fmt: skip
    return row[-1]


def test_the_nearest_ids(tmp_path: Path) -> None:
    chance = random.Random(3)
    ids = sorted({"".join(chance.choices("AB12", k=chance.choice((9, 10)))) for _ in range(400)})
    path = tmp_path / "ids.parquet"
    pq.write_table(pa.table({"entity_id": ids, "name": ids}), path)
    known = KnownEntities([path, path])
    found_any = 0
    for typed in ids[::40]:
        swapped = typed[:5] + ("B" if typed[5] != "B" else "A") + typed[6:]
        found = known.nearest(swapped.lower(), 2, 3)
        assert found == sorted(found, key=lambda one: (_far(one, swapped), one))
        assert all(_far(one, swapped) <= 2 for one in found)
        near = [one for one in ids if len(one) == len(swapped) and _far(one, swapped) <= 2]
        assert found == sorted(near, key=lambda one: (_far(one, swapped), one))[:3]
        found_any += bool(found)
        # one character too many at the end: what stands before the end is right
        longer = f"{typed}ZZ"[: len(typed) + 1]
        for one in known.nearest(longer, 2, 3):
            assert wrong(one, longer) <= 2
    assert found_any == len(ids[::40])


def _far(one: str, other: str) -> int:
    return sum(left != right for left, right in zip(one, other, strict=True))


def test_of_no_file_there_is_nobody() -> None:
    nobody = KnownEntities([])
    assert not nobody.has("A-1") and nobody.alike("A-1") == [] and nobody.numbered("1") is None
    assert nobody.named("a", 3) == [] and nobody.named_like("a", 0.1, 3) == []
    assert nobody.nearest("A-12", 2, 3) == []
    assert nobody.missing(["A-1"], any_case=True) == {"A-1": ""}

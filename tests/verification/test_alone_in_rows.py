"""verify.py by itself: files that grow with a draw are gone through, not held."""

from __future__ import annotations

import hashlib
import json
import shutil
import tracemalloc
from pathlib import Path
from random import Random
from typing import Any

import pytest
from helpers import bundle_maker as maker
from helpers import fuzz
from helpers.campaign import sizes
from helpers.changed_bundles import changed_bundles
from helpers.workspace_maker import Maker
from yaohao.planner.frame.merkle import merkle_root
from yaohao.planner.publication.verifier import verify as independent

pytest_plugins = ["helpers.workspace_maker", "helpers.changed_bundles"]
Files = maker.Files


def told(folder: Path) -> Any:
    report = independent.verify(independent.read_bundle(folder))
    return json.loads(independent.as_json(report, "en"))


@pytest.mark.parametrize("number", sizes(160, of=6))
def test_verdicts_are_those_of_whole_files(
    number: int,
    corpora: dict[str, Files],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(*_: object) -> Any:
        raise independent.OtherFormError

    kept = 0
    bundles = changed_bundles(corpora, tmp_path / "b", number, "{} alone")
    for one, folder, where in bundles:
        in_rows = told(folder)
        with monkeypatch.context() as patched:
            for name in ("record_in_rows", "document_around", "is_written", "earlier_in_pieces"):
                patched.setattr(independent, name, never)
            assert told(folder) == in_rows, (one, where)
        with monkeypatch.context() as patched:  # as if every file were large
            patched.setattr(independent, "SMALL_LIMIT", 10_000)
            assert told(folder)["checks"] == in_rows["checks"] or _has_larger(folder), where
        kept += bool(in_rows["passed"])
    assert number / 16 < kept < number * 7 / 8


def _has_larger(folder: Path) -> bool:
    """Whether a file that must be small is not, by the limit of the test."""
    return any((folder / name).stat().st_size > 10_000 for name in _small(folder))


def _small(folder: Path) -> list[str]:
    names = [path.name for path in folder.iterdir()]
    return [one for one in names if one in independent.SMALL or independent.EVIDENCE.match(one)]


def _long(bundle: Path, folder: Path, number: int) -> Path:
    """A bundle whose record has so many visits."""
    shutil.copytree(bundle, folder)
    path = folder / "draw.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    one = record["visits"][0]
    record["visits"] = [{**one, "entity_id": f"E{place:017d}"} for place in range(number)]
    text = json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
    return folder


def _read(folder: Path) -> tuple[Any, list[str]]:
    """A case whose record was read, and what was wrong with it."""
    case = independent.Case(independent.read_bundle(folder))
    result = independent.make_check("draw-json", independent.check_draw_json, case)
    return case, [fault.what.word for fault in result.faults]


def test_more_rows_may_stand_there_than_values_are_held(
    made: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _long(made().public["dealt"], tmp_path / "b", 2_000)
    monkeypatch.setattr(independent, "MOST_VALUES", 5_000)
    assert _read(folder)[1] == []
    monkeypatch.setattr(independent, "MOST_VALUES", 50)
    assert _read(folder)[1] == ["too-many"]


def test_a_visit_takes_few_bytes(made: Maker, tmp_path: Path) -> None:
    number = 20_000
    folder = _long(made().public["dealt"], tmp_path / "b", number)
    _read(folder)
    tracemalloc.start()
    try:
        case, faults = _read(folder)
        held, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert not faults
    assert case.in_rows
    assert len(case.record["visits"]) == number
    assert held < 400 * number  # a list of dictionaries and the file take some 1,500 bytes each
    assert peak < 400 * number + 4_000_000


def test_a_root_is_made_leaf_by_leaf() -> None:
    leaves = [hashlib.sha256(str(number).encode()).digest() for number in range(300)]
    root = independent.Root()
    for number, leaf in enumerate(leaves):
        assert root.text() == merkle_root(b"".join(leaves[:number])), number
        root.add(leaf)
        assert len(root.whole) <= 9  # as many as there are ones in the number


@pytest.mark.parametrize("most", [1, 7, 100, 10_000])
def test_what_was_there_before_is_counted(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(independent, "MOST_HELD", most)
    chance = Random(most)
    for size in (0, 1, 50, 900):
        digests = [
            hashlib.sha256(str(chance.randrange(size)).encode()).digest()[:16] for _ in range(size)
        ]
        found = independent.Repeated()
        for digest in digests:
            found.add(digest)
        assert len(found.held) <= most
        assert found.number() == size - len(set(digests))


def test_the_lowest_tickets_are_kept() -> None:
    chance = Random(3)
    for most in (0, 1, 5, 40):
        tickets = [(hashlib.sha256(chance.randbytes(9)).hexdigest(), f"e{n}") for n in range(30)]
        cell = independent.Lowest(most)
        for ticket, entity in tickets:
            cell.add(ticket, entity)
        assert cell.tickets() == sorted(tickets)[:most]
        assert cell.size == len(tickets)


def test_what_stands_behind_the_crews_is_told(corpora: dict[str, Files], tmp_path: Path) -> None:
    """The file of the crews is read up to its end, not up to where it could have ended."""
    files = next(one for one in corpora.values() if "crews.json" in one)
    more = maker.sealed({**files, "crews.json": files["crews.json"] + b"\n"})
    assert told(fuzz.write(tmp_path / "as it was", files))["passed"]
    assert not told(fuzz.write(tmp_path / "more", more))["passed"]

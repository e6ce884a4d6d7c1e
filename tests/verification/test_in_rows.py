"""Long lists of a publication are read row by row: what is found is what whole files would show."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from helpers import bundle_maker as maker
from helpers.campaign import sizes
from helpers.changed_bundles import changed_bundles
from helpers.workspace_maker import Maker
from yaohao.planner.publication.record import readable_json
from yaohao.planner.publication.record_text import record_text
from yaohao.planner.publication.web_page.build import data_text, json_in_page
from yaohao.planner.verification import pieces, public, reading
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.verification.record_file import read_record
from yaohao.planner.vocabulary.held_rows import HeldRows

pytest_plugins = ["helpers.workspace_maker", "helpers.changed_bundles"]
Files = maker.Files


def told(folder: Path) -> Sequence[dict[str, Any]]:
    return [finding.as_json() for finding in verify_bundle(folder)]


@pytest.mark.parametrize("number", sizes(160, of=6))
def test_findings_are_those_of_whole_files(
    number: int,
    corpora: dict[str, Files],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(*_: object) -> Any:
        raise pieces.OtherFormError

    kept = 0
    bundles = changed_bundles(corpora, tmp_path / "b", number, "{} rows")
    for one, folder, where in bundles:
        in_rows = told(folder)
        with monkeypatch.context() as patched:
            patched.setattr(pieces.Source, "before", never)
            patched.setattr(public, "holds_exactly", lambda *_: False)
            assert told(folder) == in_rows, (one, where)
        kept += all(one["ok"] is not False for one in in_rows)
    assert number / 16 < kept < number * 7 / 8


def test_a_sound_record_is_held_in_rows(made: Maker) -> None:
    folder = made().public["dealt"]
    record = read_record(folder)
    assert isinstance(record["visits"], HeldRows)
    assert isinstance(record["results"], HeldRows)
    meant = json.loads((folder / "draw.json").read_text(encoding="utf-8"))
    assert {**record, "visits": [*record["visits"]], "results": [*record["results"]]} == meant


def _long(folder: Path, number: int) -> int:
    """Let a record have so many visits; the bytes of its file."""
    path = folder / "draw.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    one = record["visits"][0]
    record["visits"] = [{**one, "entity_id": f"E{place:017d}"} for place in range(number)]
    path.write_text(readable_json(record), encoding="utf-8", newline="\n")
    return path.stat().st_size


def test_a_visit_takes_few_bytes(made: Maker, tmp_path: Path) -> None:
    import shutil

    folder = shutil.copytree(made().public["dealt"], tmp_path / "b")
    number = 20_000
    _long(folder, number)
    read_record(folder)  # what is imported and made once
    tracemalloc.start()
    try:
        record = read_record(folder)
        held, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(record["visits"]) == number
    assert held < 300 * number  # a list of dictionaries takes some 900 bytes each
    assert peak < 300 * number + 8_000_000  # the text as a whole alone is more


def test_more_rows_may_stand_there_than_values_are_held(
    made: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    folder = shutil.copytree(made().public["dealt"], tmp_path / "b")
    _long(folder, 2_000)
    monkeypatch.setattr(reading, "MOST_VALUES", 5_000)
    assert len(read_record(folder)["visits"]) == 2_000
    monkeypatch.setattr(reading, "MOST_VALUES", 50)
    with pytest.raises(reading.ReadingError, match="more values"):
        read_record(folder)


@pytest.mark.parametrize(
    "text",
    [
        "", "面粉厂", 'Say "cheese"', "a\nb\t\\", "\x1b[31m", "\u2028", "\U0001f9c0", "[]",
        "    },", '"visits": []', "</script>", "\x7f",
    ],
)  # fmt: skip
@pytest.mark.parametrize("number", [0, 1, 2, 1_000, 1_001])
def test_a_record_in_pieces_is_the_record(text: str, number: int, made: Maker) -> None:
    record = json.loads((made().public["dealt"] / "draw.json").read_text(encoding="utf-8"))
    inspectors: tuple[list[str], ...] = ([], ["a"], ["a", text or "b"])
    record["title"] = text
    record["visits"] = [
        {
            "entity_id": f"E{place}", "name": text, "cell": (None, 7)[place % 2],
            "inspectors": inspectors[place % 3], "reserve": place % 2 == 0, "result": "0",
        }
        for place in range(number)
    ]  # fmt: skip
    record["results"] = [{"entity_id": text, "item_id": "x"}] * (number % 3)
    assert "".join(record_text(record)) == readable_json(record)
    data = {"record": record, "files": {text: text}}
    assert "".join(data_text(data)) == json_in_page(data)

"""From users' own Python: plans, lists as Arrow tables, iterables, and plain words for slips."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from helpers.cli import SEEDS, SOURCE, fill, free_rows, walk, write_csv
from yaohao.planner.doors.plan_files import check_plan_file
from yaohao.planner.schema.report_rows import ReportRows, with_rows

import yaohao
from yaohao import PlannerError, Workspace, restore_backup


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose draw `spring` is dealt; tests only look at it."""
    workspace = fill(tmp_path_factory.mktemp("python"))
    walk(workspace)
    return workspace


def code(work: Callable[[], Any]) -> str:
    """The code of the problem that is raised."""
    with pytest.raises(PlannerError) as caught:
        work()
    return caught.value.problems[0].code


def test_a_new_plan(tmp_path: Path) -> None:
    with Workspace.create(tmp_path / "b", authority="通辽市局", division="150500") as workspace:
        made = workspace.new_plan(tmp_path / "2027q1.toml", as_of=date(2027, 1, 4), items=iter("I"))
        assert made["plan"] == "2027q1"
        assert check_plan_file(Path(made["file"]))["plan"] == "2027q1"
        text = (tmp_path / "2027q1.toml").read_text(encoding="utf-8")
        assert "通辽市局" in text and '"1505"' in text and "2027-01-04" in text
        again = tmp_path / "2027q1.toml"
        assert code(lambda: workspace.new_plan(again)) == "python.file-exists"
        assert again.read_text(encoding="utf-8") == text
        other = tmp_path / "x.toml"
        assert code(lambda: workspace.new_plan(other, as_of="soon")) == "python.bad-day"
        assert code(lambda: workspace.new_plan(other, regions="1505")) == "python.list-wanted"
        assert code(lambda: workspace.new_plan(other, id="a b")).startswith("plan.")
        assert not other.exists()


def test_lists_of_reports_as_arrow(bureau: Path) -> None:
    with Workspace(bureau) as workspace:
        lists = {
            "draws": workspace.draws(),
            "ledger": workspace.ledger(),
            "visits": workspace.show("spring")["visits"],
            "withdrawals": workspace.show("spring")["withdrawals"],
            "results": workspace.results("spring")["visits"],
            "due": workspace.due()["visits"],
            "worksheet": workspace.worksheet("spring")["visits"],
            "set_aside": workspace.set_aside(),
            "settings": workspace.list_settings(),
            "warnings": workspace.overview()["warnings"],
            "inspectors": workspace.staffing("spring")["inspectors"],
        }
        entities = workspace.browse()
        lists["entities"] = entities.rows(entities.find("", "entity_id"))
    for name, rows in lists.items():
        table = rows.to_arrow()
        assert isinstance(table, pa.Table) and table.num_rows == len(rows), name
        assert json.loads(json.dumps(rows, default=str)) == rows, name
        assert isinstance(rows, list), name
    visits = lists["visits"].to_arrow()
    assert visits.column("inspectors").type == pa.list_(pa.string())
    assert visits.column("entity_id").to_pylist() == [one["entity_id"] for one in lists["visits"]]
    acts = lists["ledger"].to_arrow().column("act").to_pylist()
    assert [json.loads(act)["act"] for act in acts] == [
        one["act"]["act"] for one in lists["ledger"]
    ]


def test_what_arrow_cannot_hold_as_it_is() -> None:
    rows = ReportRows[dict[str, Any]](
        [
            {"a": 1, "same": {"x": 1}, "odd": {"x": 1}, "large": 1 << 80, "none": None, "t": (1,)},
            {"a": "x", "same": {"x": 2}, "odd": {"y": 1}, "large": 2, "b": [1, "x"]},
        ]
    )
    table = rows.to_arrow()
    assert table.column("a").to_pylist() == ["1", '"x"']
    assert table.column("same").to_pylist() == [{"x": 1}, {"x": 2}]
    assert table.column("odd").to_pylist() == ['{"x": 1}', '{"y": 1}']
    assert table.column("large").to_pylist() == [str(1 << 80), "2"]
    assert table.column("b").to_pylist() == [None, '[1, "x"]']
    assert table.column("none").to_pylist() == [None, None]
    assert ReportRows().to_arrow().num_columns == 0
    report = with_rows({"rows": [{"a": 1}], "texts": ["a"], "number": 1})
    assert isinstance(report["rows"], ReportRows) and type(report["texts"]) is list


def test_iterables_are_taken(tmp_path: Path) -> None:
    folder = fill(tmp_path)
    rows = free_rows()
    parts = [write_csv(tmp_path / f"{n}.csv", rows[n::2]) for n in range(2)]
    with Workspace(folder) as workspace:
        assert workspace.import_files("entities", (path for path in parts))["accepted"] == 60
        workspace.freeze(folder / "plans" / "spring.toml")
        workspace.draw("spring", SEEDS[0], SOURCE, {"Li Na": 1}.keys())
        workspace.staff("spring")
        workspace.deal("spring", SEEDS[1], SOURCE, iter(["Li Na", "Wang Wu"]))
        crew = workspace.show("spring")["crew"]
        assert crew is not None
        assert crew["witnesses"] == ["Li Na", "Wang Wu"]
        entities = [one["entity_id"] for one in workspace.worksheet("spring")["visits"][:2]]
        to = tmp_path / "forms"
        made = workspace.notices("spring", to, {"notices"}, entities=iter(entities))
        assert made["visits"] == 2 and made["kinds"] == ["notices"]


def test_a_text_is_no_list_of_letters(bureau: Path, tmp_path: Path) -> None:
    file = str(write_csv(tmp_path / "e.csv", free_rows()))
    with Workspace(bureau) as workspace:
        before = len(workspace.ledger())
        slips: list[tuple[Callable[[], Any], str]] = [
            (lambda: workspace.import_files("entities", file), "list-wanted"),
            (lambda: workspace.import_files("entities", Path(file)), "list-wanted"),  # type: ignore[arg-type]
            (lambda: workspace.import_files("entities", 3), "no-list"),  # type: ignore[arg-type]
            (lambda: workspace.import_files("entities", [file], "name=x"), "mapping-wanted"),  # type: ignore[arg-type]
            (lambda: workspace.import_results("spring", file), "list-wanted"),
            (lambda: workspace.import_results("spring", [file], supersedes=file), "list-wanted"),
            (lambda: workspace.import_results("spring", [file], sheets="one"), "list-wanted"),
            (lambda: workspace.freeze("spring", despite="again"), "list-wanted"),
            (lambda: workspace.draw("spring", SEEDS[0], SOURCE, "Li Na"), "list-wanted"),
            (lambda: workspace.deal("spring", SEEDS[0], SOURCE, "Li Na"), "list-wanted"),
            (lambda: workspace.publish("spring", tmp_path / "p", "xlsx"), "list-wanted"),
            (lambda: workspace.notices("spring", tmp_path / "n", "notices"), "list-wanted"),
            (lambda: workspace.notices("spring", tmp_path / "n", entities="cafe"), "list-wanted"),
        ]
        for slip, wanted in slips:
            assert code(slip) == f"python.{wanted}"
        with pytest.raises(PlannerError, match="`files` is to be a list"):
            workspace.import_files("entities", file)
        assert len(workspace.ledger()) == before
    assert not (tmp_path / "p").exists() and not (tmp_path / "n").exists()


def test_backups_from_python(bureau: Path, tmp_path: Path) -> None:
    with Workspace(bureau) as workspace:
        workspace.backup(tmp_path / "b.zip")
    assert yaohao.check_backup(tmp_path / "b.zip")["lines"] == 12
    restore_backup(tmp_path / "b.zip", tmp_path / "copy")
    with Workspace(tmp_path / "copy") as copy:
        assert copy.change_setting("inspectors", "masked")["after"] == "masked"
        assert copy.settings.inspectors == "masked"

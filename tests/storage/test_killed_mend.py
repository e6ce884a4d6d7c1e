"""A row set aside that is mended, killed at every instant: the workspace opens as before or after.

What the act wrote of the row beside the workspace, to read it again as a file, is private: it goes
with the next act.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from helpers.campaign import every
from helpers.kill_at import Killer
from helpers.tables import credit, write
from helpers.workspace_maker import Maker
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.workspace_maker"]

ENTITIES = [[credit(1), "第一店"], [credit(2), "第二店"], ["91", "第三店 =1+1"]]
PEOPLE = [["P-1", "甲", "2029-12-31"], ["", "乙", "2029-12-31"]]
VISITS = [[credit(1), "2026-03-01", "晴"], [credit(2), "", "雨"]]


def bureau(folder: Path) -> Path:
    """A workspace with a row set aside in each of three registers."""
    with Workspace.create(folder / "bureau", authority="局") as workspace:
        rows = write(folder / "e.csv", ["代码", "单位名"], *ENTITIES)
        workspace.import_files("entities", [rows], {"entity_id": "代码", "name": "单位名"})
        rows = write(folder / "p.csv", ["执法证号", "姓名", "有效期至"], *PEOPLE)
        workspace.import_files("inspectors", [rows])
        rows = write(folder / "v.csv", ["统一社会信用代码", "检查日期", "天气"], *VISITS)
        workspace.import_inspections([rows])
    return folder / "bureau"


def drawn(made: Maker, folder: Path) -> Path:
    """A workspace with a draw whose crews are dealt, and a result set aside."""
    kept = made()
    own = Path(shutil.copytree(kept.workspace.folder, folder / "bureau"))
    with Workspace(own) as workspace:
        visits = workspace.results(kept.draw)["visits"]
        open_ = next(one for one in visits if one["group"] == "not-yet")
        rows = write(folder / "r.csv", ["entity_id", "检查结果"], [open_["entity_id"], "过关"])
        workspace.import_results(kept.draw, [rows])
    return own


MENDS: dict[str, dict[str, str]] = {
    "entities": {"代码": credit(3)},
    "inspectors": {"执法证号": "P-2"},
    "inspections": {"检查日期": "2026-03-02"},
    "results": {"检查结果": "1"},
}


def state(folder: Path) -> Any:
    """What a workspace holds, without moments and the digests that hang on them."""
    with Workspace(folder) as workspace:
        assert workspace.verify_ledger()
        acts = [line["act"] for line in workspace.ledger()]
        draws = [row["draw"] for row in workspace.draws()]
        held = [
            workspace.register()["registers"],
            [row["name"] for row in workspace.browse().rows(range(workspace.browse().size))]
            if workspace.register()["registers"]["entities"] < 10
            else [],
            [row["inspector_id"] for row in workspace.inspectors()],
            workspace.inspections(),
            [one.values for one in workspace.indicators()],
            [(row["register"], row["reason"], row["row"]) for row in workspace.set_aside()],
            [
                (one["entity_id"], one["group"])
                for draw in draws
                for one in workspace.results(draw)["visits"]
            ],
            [act["act"] for act in acts],
        ]
        return json.loads(json.dumps(held, default=str))


@pytest.mark.slow
@pytest.mark.parametrize("step", every(19))
@pytest.mark.parametrize("register", list(MENDS))
def test_killed_at_any_point_it_is_before_or_after(
    tmp_path: Path, made: Maker, killer: Killer, register: str, step: int
) -> None:
    folder = drawn(made, tmp_path) if register == "results" else bureau(tmp_path)
    items = write(tmp_path / "i.csv", ["事项编码", "事项名称"], ["R-77", "登记"])
    spill, trial = tmp_path / "spill", tmp_path / "trial"
    spill.mkdir()
    with Workspace(folder) as workspace:
        workspace.change_setting("temporary", str(spill))
        [number] = [one["number"] for one in workspace.set_aside(register)]
    before = state(folder)

    shutil.copytree(folder, trial)
    act = "mend_row", [number, {"texts": MENDS[register]}]
    whole = killer.run(trial, 0, *act)
    assert whole.returncode == 0, whole.stderr
    after, points = state(trial), int(whole.stdout)
    assert after != before and points > 20
    assert len(after[5]) == len(before[5]) - 1
    outcomes = set()
    shutil.rmtree(trial)
    shutil.copytree(folder, trial)
    some = {1, points, *range(1, points + 1, step)}
    for point in killer.each_left(trial, some, *act, paths=[trial, spill]):
        found_state = state(trial)
        assert found_state in (before, after), (point, points)
        outcomes.add(found_state == after)
        with Workspace(trial) as workspace:
            if found_state == before:  # it can be done again
                workspace.mend_row(number, MENDS[register])
            else:
                assert workspace.set_aside_count(register) == 0
                workspace.import_files("items", [items])  # any act: it sweeps
        if found_state == before:
            assert state(trial) == after
        # What the killed act wrote beside the workspace of the row went with the act after it.
        rows = [one for one in spill.rglob("*") if one.is_file() and one.suffix == ".csv"]
        assert rows == []
    assert outcomes == {False, True}

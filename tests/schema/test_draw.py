"""A draw is loaded once, as a value with names; its stages and rounds are closed lists."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from helpers.cli import fill, walk
from yaohao.planner.draw.stages import NEXT, STAGES, STEPS, check_step
from yaohao.planner.schema.draw import ROUNDS, Abandonment, Draw, Stage
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.digest import canonical
from yaohao.planner.vocabulary.problems import PlannerError


@pytest.fixture(scope="module")
def dealt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = fill(tmp_path_factory.mktemp("draw"))
    walk(workspace)
    return workspace


def test_a_stage_is_the_text_that_is_published() -> None:
    assert json.dumps(list(Stage)) == canonical([stage.value for stage in Stage]).replace(",", ", ")
    assert f"{Stage.DRAWN}" == Stage.DRAWN.value == "drawn"
    assert set(STEPS.values()) | {Stage.DEALT} == set(STAGES) == set(NEXT)
    assert Stage.ABANDONED not in STAGES


def test_a_draw_as_it_is_loaded(dealt: Path) -> None:
    space = WorkspaceFolder(dealt)
    draw = space.store.draw("spring")
    assert isinstance(draw, Draw) and draw.stage is Stage.DEALT
    assert [draw.round(name) for name in ROUNDS] == [draw.select, draw.crew] == draw.rounds
    assert draw.window == tuple(draw.plan["window"])
    assert space.store.all_draws() == [draw]
    with pytest.raises(FrozenInstanceError):
        draw.stage = Stage.DRAWN  # type: ignore[misc]


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("step", STEPS)
def test_only_the_step_that_is_due_may_be_taken(dealt: Path, stage: Stage, step: str) -> None:
    draw = WorkspaceFolder(dealt).store.draw("spring")
    ended: Abandonment = {"at": "2027-03-02T00:00:00Z", "reason": "x"}
    gone = ended if stage is Stage.ABANDONED else None
    one = Draw("spring", "spring", stage, draw.plan, {**draw.record, "abandoned": gone})
    if STEPS[step] is stage:
        check_step(one, step)
        return
    with pytest.raises(PlannerError) as error:
        check_step(one, step)
    code = error.value.problems[0].code
    if stage is Stage.ABANDONED:
        assert code == "draw.abandoned"
    else:
        is_over = STAGES.index(stage) > STAGES.index(STEPS[step])
        assert code == ("draw.already" if is_over else "draw.out-of-order")


@pytest.mark.parametrize("name", ["secret", "lottery.json", "frame.parquet"])
def test_what_was_frozen_is_given_only_as_it_was(dealt: Path, name: str) -> None:
    space = WorkspaceFolder(dealt)
    draw = space.store.draw("spring")
    path = space.frame_folder(draw.select["frame"]) / name
    whole = path.read_bytes()
    frozen = space.frozen(draw)
    assert frozen.row("cafe-07")["entity_id"] == "cafe-07"
    assert len(frozen.secret) == 64 and frozen.lottery["outcomes"]
    path.write_bytes(whole[:-9] + b"12345678" + whole[-1:])
    try:
        with pytest.raises(PlannerError) as error:
            again = WorkspaceFolder(dealt).frozen(draw)
            assert again.lottery and again.secret
        assert error.value.problems[0].code == "draw.frame-changed"
        assert error.value.problems[0].params["file"] == str(path)
    finally:
        path.write_bytes(whole)

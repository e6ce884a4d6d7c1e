"""A workspace: the order of the steps, atomic acts, killed acts, two acts at once, same bytes."""

from __future__ import annotations

import gc
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from helpers.kill_at import Killer
from yaohao.planner.storage.leftovers import INTENTION, strangers
from yaohao.planner.storage.lock import hold
from yaohao.planner.vocabulary.problems import CheckFailed, PlannerError
from yaohao.planner.workspace import Workspace

SEED = "1234 5678 9012 3456 7890"
CREW_SEED = "0987 6543 2109 8765 4321"
PLAN = """
id = "2027q1"
title = "t"
authority = "a"
as_of = 2027-01-04
window = [2027-01-11, 2027-03-31]
[rates]
tier = { A = "5%", B = "20%" }
[publication]
reserves = 1
"""


def files(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    rows = "".join(
        f"e-{n:04d},name {n},{'AB'[n % 2]},{('150502', '150581')[n % 3 == 0]}\n" for n in range(120)
    )
    (folder / "entities.csv").write_text("entity_id,name,tier,region\n" + rows)
    people = "".join(f"i{n},p{n},1505\n" for n in range(6))
    (folder / "inspectors.csv").write_text("inspector_id,name,regions\n" + people)
    (folder / "leads.csv").write_text("entity_id,trigger\ne-0003,complaint\n")
    (folder / "plan.toml").write_text(PLAN)


@pytest.fixture
def bureau(tmp_path: Path) -> Workspace:
    files(tmp_path / "in")
    workspace = Workspace.create(tmp_path / "w", "free")
    for register in ("entities", "inspectors", "leads"):
        workspace.import_files(register, [tmp_path / "in" / f"{register}.csv"])
    return workspace


def plan_of(bureau: Workspace) -> Path:
    return bureau.folder.parent / "in" / "plan.toml"


def code(error: pytest.ExceptionInfo[PlannerError]) -> str:
    return error.value.problems[0].code


def test_the_whole_road(bureau: Workspace, tmp_path: Path) -> None:
    frozen = bureau.freeze(plan_of(bureau))
    assert (frozen["scope"], frozen["pool"], frozen["directed"]) == (120, 119, 1)
    drawn = bureau.draw("2027q1", SEED, "dice", ["a witness"])
    assert drawn["drawn"] in (14, 15)
    assert drawn["witnessed"]
    bureau.staff("2027q1")
    dealt = bureau.deal("2027q1", CREW_SEED)
    assert not dealt["witnessed"]
    assert dealt["most_load"] - dealt["least_load"] <= 1
    shown = bureau.show("2027q1")
    assert shown["unwitnessed"]
    assert all(len(visit["inspectors"]) == 2 for visit in shown["visits"] if not visit["reserve"])
    told = bureau.why("2027q1", "e-0003")
    assert (told["standing"], told["reason"], told["drawn"]) == ("directed", "lead:complaint", True)
    assert bureau.verify_ledger()["lines"] == len(bureau.ledger())
    assert [line["act"]["act"] for line in bureau.ledger()] == [
        "workspace", "import", "import", "import", "freeze", "commitment", "seed", "draw",
        "commitment", "seed", "crews",
    ]  # fmt: skip


def test_steps_out_of_order_name_the_missing_step(bureau: Workspace) -> None:
    with pytest.raises(PlannerError) as error:
        bureau.draw("2027q1", SEED)
    assert code(error) == "draw.none"
    bureau.freeze(plan_of(bureau))
    with pytest.raises(PlannerError) as error:
        bureau.deal("2027q1", SEED)
    assert code(error) == "draw.out-of-order"
    assert error.value.problems[0].params["missing"] == "draw"
    with pytest.raises(PlannerError) as error:
        bureau.staff("2027q1")
    assert code(error) == "draw.out-of-order"
    bureau.draw("2027q1", SEED)
    before = bureau.show("2027q1")
    with pytest.raises(PlannerError) as error:
        bureau.draw("2027q1", SEED + "9")
    assert code(error) == "draw.already"
    assert bureau.show("2027q1") == before


@pytest.mark.parametrize(
    "seed", ["", "1234567890123456789", "aaaa", "1" * 19 + " ", "1|" + "2" * 20]
)
def test_weak_seeds_are_refused_and_nothing_happens(bureau: Workspace, seed: str) -> None:
    bureau.freeze(plan_of(bureau))
    lines = bureau.ledger()
    with pytest.raises(PlannerError):
        bureau.draw("2027q1", seed, "dice")
    assert bureau.ledger() == lines


def test_an_abandoned_draw_stays_and_the_next_has_another_name(bureau: Workspace) -> None:
    bureau.freeze(plan_of(bureau))
    with pytest.raises(PlannerError) as error:
        bureau.abandon("2027q1", " ")
    assert code(error) == "draw.no-reason"
    bureau.abandon("2027q1", "the plan was wrong")
    with pytest.raises(PlannerError) as error:
        bureau.draw("2027q1", SEED)
    assert code(error) == "draw.abandoned"
    assert bureau.freeze(plan_of(bureau))["draw"] == "2027q1-2"
    assert [draw["stage"] for draw in bureau.draws()] == ["abandoned", "committed"]


def test_same_register_plan_and_secret_give_the_same_commitment(
    bureau: Workspace, tmp_path: Path
) -> None:
    secret = "5" * 64
    found = bureau.freeze(plan_of(bureau), secret)
    code_ = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "from yaohao.planner.workspace import Workspace;"
        "w = Workspace.create(sys.argv[2], 'free');"
        "[w.import_files(r, [sys.argv[3] + '/' + r + '.csv']) for r in"
        " ('leads', 'inspectors', 'entities')];"
        "print(w.freeze(sys.argv[3] + '/plan.toml', sys.argv[4])['commitment'])"
    )
    root = Path(__file__).resolve().parents[2]
    for number in ("0", "1"):
        output = subprocess.run(
            [sys.executable, "-c", code_, str(root), str(tmp_path / number), str(tmp_path / "in"),
             secret],
            env={**os.environ, "PYTHONHASHSEED": number}, capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        assert output.stdout.strip() == found["commitment"]


def test_secrets_are_for_the_owner_alone(bureau: Workspace, tmp_path: Path) -> None:
    frozen = bureau.freeze(plan_of(bureau))
    bureau.audit(frozen["draw"], tmp_path / "audit")
    secrets = [bureau.folder / "frames" / frozen["frame"] / "secret", tmp_path / "audit" / "secret"]
    for path in secrets:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    secret = secrets[0].read_text().strip()
    assert secret not in json.dumps([frozen, bureau.ledger(), bureau.show(frozen["draw"])])
    bureau.publish(frozen["draw"], tmp_path / "public")
    for path in (tmp_path / "public").iterdir():
        assert secret.encode() not in path.read_bytes()


def test_infeasible_staffing_is_refused_with_what_falls_short(bureau: Workspace) -> None:
    bureau.freeze(plan_of(bureau))
    bureau.draw("2027q1", SEED)
    for number in range(5):
        bureau.note_absence(f"i{number}", "2027-01-01", "2027-12-31")
    lines = bureau.ledger()
    with pytest.raises(CheckFailed) as error:
        bureau.staff("2027q1")
    assert code(error).startswith("crews.want_of")
    assert bureau.ledger() == lines
    assert bureau.draws()[0]["stage"] == "drawn"


def test_recusals_hold(bureau: Workspace) -> None:
    bureau.freeze(plan_of(bureau))
    bureau.draw("2027q1", SEED)
    visits = [v["entity_id"] for v in bureau.show("2027q1")["visits"] if not v["reserve"]]
    for entity in visits:
        bureau.recuse("i0", entity)
    bureau.staff("2027q1")
    bureau.deal("2027q1", CREW_SEED)
    assert all("i0" not in visit["inspectors"] for visit in bureau.show("2027q1")["visits"])
    with pytest.raises(PlannerError) as error:
        bureau.recuse("nobody", visits[0])
    assert code(error) == "workspace.unknown-inspector"


def test_importing_again_changes_nothing(bureau: Workspace) -> None:
    lines, folder = bureau.ledger(), bureau.folder.parent / "in"
    for register in ("entities", "inspectors", "leads"):
        again = bureau.import_files(register, [folder / f"{register}.csv"])
        assert not again["changed"]
    assert bureau.ledger() == lines
    assert len(list((bureau.folder / "register" / "entities").iterdir())) == 1


def test_a_changed_frame_is_not_drawn_from(bureau: Workspace) -> None:
    frozen = bureau.freeze(plan_of(bureau))
    path = bureau.folder / "frames" / frozen["frame"] / "lottery.json"
    path.write_text(path.read_text().replace('"weight":', '"weight":1', 1))
    with pytest.raises(PlannerError) as error:
        bureau.draw(frozen["draw"], SEED)
    assert code(error) == "draw.frame-changed"


def test_publishing_never_takes_a_strangers_folder(bureau: Workspace, tmp_path: Path) -> None:
    frozen = bureau.freeze(plan_of(bureau))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(PlannerError) as error:
        bureau.publish(frozen["draw"], tmp_path / "mine")
    assert code(error) == "draw.not-a-bundle"
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"
    bureau.publish(frozen["draw"], tmp_path / "out")
    bureau.publish(frozen["draw"], tmp_path / "out", ["xlsx"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "mine", "out", "w"]


def test_two_acts_at_once(bureau: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    with hold(bureau.folder, "freeze"), pytest.raises(PlannerError) as error:
        other = Workspace(bureau.folder)
        with other._workspace.store.act("draw", wait=0.2):
            pytest.fail("held twice")
    assert code(error) == "workspace.held"
    assert error.value.problems[0].params["act"] == "freeze"
    assert error.value.problems[0].params["pid"] == os.getpid()
    bureau.freeze(plan_of(bureau))


ACTS: dict[str, list[Any]] = {
    "import_files": ["entities", ["{in}/more.csv"]],
    "freeze": ["{in}/plan.toml"],
    "draw": ["2027q1", SEED, "dice"],
    "staff": ["2027q1"],
    "deal": ["2027q1", CREW_SEED, "dice"],
    "publish": ["2027q1", "{out}"],
}


def state(workspace: Workspace) -> Any:
    draws = [(row["draw"], row["stage"]) for row in workspace.draws()]
    shown = [workspace.show(draw) for draw, _ in draws]
    return workspace.register()["registers"], shown, [line["act"] for line in workspace.ledger()]


def without_times(found: Any) -> Any:
    """A state without what differs from run to run: moments, and what hangs on the secret."""
    text = json.dumps([found[0], [one["stage"] for one in found[1]], [a["act"] for a in found[2]]])
    return json.loads(text)


@pytest.mark.slow
@pytest.mark.parametrize("act", list(ACTS))
def test_killed_at_any_point_it_is_before_or_after(
    bureau: Workspace, tmp_path: Path, act: str, killer: Killer
) -> None:
    """Killed at write points spread over the act: the workspace opens, whole, before or after."""
    (tmp_path / "in" / "more.csv").write_text("entity_id,name\n" + "x-1,new\ne-0001,renamed\n")
    steps = list(ACTS)
    for step in steps[1 : steps.index(act)]:
        getattr(bureau, step)(*filled(ACTS[step], tmp_path, tmp_path / "earlier"))
    bureau.close()
    before = without_times(state(Workspace(bureau.folder)))
    trial = tmp_path / "trial"
    shutil.copytree(bureau.folder, trial)
    arguments = filled(ACTS[act], tmp_path, tmp_path / "out")
    whole = killer.run(trial, 0, act, arguments)
    assert whole.returncode == 0, whole.stderr
    after = without_times(state(Workspace(trial)))
    assert after != before
    points = int(whole.stdout)
    chosen = sorted({1, points, *(1 + n * (points - 1) // 5 for n in range(6))})
    shutil.rmtree(trial)
    shutil.copytree(bureau.folder, trial)
    shutil.rmtree(tmp_path / "out", ignore_errors=True)
    for point in killer.each_left(trial, chosen, act, arguments, [trial, tmp_path / "out"]):
        opened = Workspace(trial)
        found = without_times(state(opened))
        assert found in (before, after), (point, points)
        opened.verify_ledger()
        if found == before:
            getattr(opened, act)(*arguments)
            assert without_times(state(opened)) == after
        opened.recuse("i1", "e-0001")
        assert strangers(trial, opened._workspace.store) == []
        assert not (trial / INTENTION).exists()
        opened.close()
        leftovers = list(trial.rglob(".yaohao-new-*"))
        assert not leftovers or found == after


def filled(arguments: list[Any], folder: Path, out: Path) -> list[Any]:
    text = json.dumps(arguments)
    return json.loads(text.replace("{in}", str(folder / "in")).replace("{out}", str(out)))


def test_a_workspace_that_is_dropped_lets_go_of_its_files(bureau: Workspace) -> None:
    """Python's own garbage collector may look for it much later."""
    own = Workspace(bureau.folder)
    connection = own._workspace.store.connection
    assert own.ledger()
    gc.disable()
    try:
        lines = own._workspace.store.ledger_texts()  # whoever reads on holds it
        assert next(lines)
        del own
        assert list(lines) is not None
        del lines
        with pytest.raises(sqlite3.ProgrammingError):
            connection.execute("SELECT 1")
    finally:
        gc.enable()

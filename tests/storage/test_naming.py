"""Ids typed by hand: brought into their form, looked up, refused with the nearest ones."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from helpers.cli import told
from yaohao.planner.schema.visit import Visit
from yaohao.planner.vocabulary.codes import (
    ALPHABET,
    credit_check_character,
    organisation_check_character,
)
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

SEED, CREW_SEED = "12345678901234567890", "22345678901234567890"
KINDS = ("enterprise", "individual")
PLAN = """
id = "t1"
title = "Trial"
authority = "Trial bureau"
as_of = 2027-01-04
window = [2027-01-11, 2027-03-31]
items = ["REG-01", "PUB-01"]
[scope]
kind = ["enterprise"]
[rates]
tier = { A = "50%", B = "50%", C = "50%", D = "50%" }
[seeds]
select = "20 dice"
crew = "20 dice"
"""


def credit(number: int) -> str:
    inner = f"MA{number:06d}"
    first = f"91150502{inner}{organisation_check_character(inner)}"
    return first + credit_check_character(first)


def bureau_in(folder: Path, register: str = "china", drawn: bool = True) -> Workspace:
    """A workspace of 12 entities, six inspectors and two items, with a draw of it."""
    workspace = Workspace.create(folder / "b", register, language="en")
    ids = [credit(n) if register == "china" else f"Shop-{n:02d}" for n in range(1, 13)]
    rows = [
        f"{one},Shop {n},{'ABCD'[n % 4]},150502,F52,{KINDS[n == 3]},active,2015-01-01,2025-06-01"
        for n, one in enumerate(ids)
    ]
    heads = "entity_id,name,tier,region,industry,kind,status,established_on,inspected_on"
    take(workspace, folder, "entities", heads, rows)
    people = [f"ZF-{n},Inspector {n},MSB,150502" for n in range(1, 7)]
    take(workspace, folder, "inspectors", "inspector_id,name,department,regions", people)
    items = ["REG-01,登记事项检查,MSB", "PUB-01,公示信息检查,MSB"]
    take(workspace, folder, "items", "item_id,name,department", items)
    if drawn:
        plan = workspace.folder / "plans" / "t1.toml"
        plan.write_text(PLAN, encoding="utf-8")
        workspace.freeze(plan)
        workspace.draw("t1", SEED, "20 dice", ["W"])
    return workspace


def take(workspace: Workspace, folder: Path, register: str, heads: str, rows: list[str]) -> Any:
    path = folder / f"{register}.csv"
    path.write_text("\n".join([heads, *rows]) + "\n", encoding="utf-8")
    return workspace.import_files(register, [path])


def deal(workspace: Workspace) -> list[Visit]:
    workspace.staff("t1")
    workspace.deal("t1", CREW_SEED, "20 dice", ["W"])
    return workspace.show("t1")["visits"]


def drawn_of(workspace: Workspace) -> list[str]:
    return [visit["entity_id"] for visit in workspace.show("t1")["visits"] if not visit["reserve"]]


def wide(text: str) -> str:
    """The text in full-width characters, with a blank in the middle."""
    return "".join(chr(ord(c) + 0xFEE0) for c in text[:8]) + " " + text[8:]


@pytest.mark.parametrize("form", [str.lower, wide, lambda text: f"  {text}\u200b "])
def test_a_recusal_holds_however_the_code_was_typed(tmp_path: Path, form: Any) -> None:
    workspace = bureau_in(tmp_path)
    for entity in drawn_of(workspace):
        answer = workspace.recuse("zf-1", form(entity))
        assert entity in answer["inspector"]["recused"]
    assert all("ZF-1" not in visit["inspectors"] for visit in deal(workspace))


def test_a_recusal_from_what_is_not_there_is_refused_with_the_nearest(tmp_path: Path) -> None:
    workspace = bureau_in(tmp_path, drawn=False)
    right = credit(3)
    lines = workspace.ledger()
    swapped = right[:-3] + right[-2] + right[-3] + right[-1]
    for typed in (right[:-1], right + "0", swapped, "0" + right[1:], right[:9] + right[10:]):
        with pytest.raises(PlannerError) as caught:
            workspace.recuse("ZF-1", typed)
        problem = caught.value.problems[0]
        assert problem.code in ("ids.invalid-near", "ids.unknown-near")
        assert right in problem.params["nearest"]
    with pytest.raises(PlannerError) as caught:
        workspace.recuse("ZF-1", credit(900_000)[:-1] + "X")
    assert caught.value.problems[0].code.startswith("ids.invalid")
    assert "check digit" in str(caught.value) or "校验码" in str(caught.value)
    with pytest.raises(PlannerError) as caught:
        workspace.recuse("ZF-11", right)
    assert caught.value.problems[0].params["nearest"][0] == "ZF-1"
    assert workspace.ledger() == lines


def test_absence_takes_the_same_inspectors(tmp_path: Path) -> None:
    workspace = bureau_in(tmp_path, drawn=False)
    answer = workspace.note_absence(" ｚｆ-2 ", "2027-01-12", "2027-01-13")
    assert answer["inspector"]["inspector_id"] == "ZF-2"
    with pytest.raises(PlannerError) as caught:
        workspace.note_absence("somebody", "2027-01-12", "2027-01-13")
    assert caught.value.problems[0].code == "workspace.unknown-inspector"


def test_every_way_to_ask_for_an_entity_takes_the_same_forms(tmp_path: Path) -> None:
    workspace = bureau_in(tmp_path)
    entity = drawn_of(workspace)[0]
    for typed in (entity.lower(), wide(entity)):
        assert workspace.why("t1", typed)["entity"]["entity_id"] == entity
        assert workspace.review("t1").story(typed)["entity"]["entity_id"] == entity
        assert workspace.proof("t1", typed)["leaf"]["entity_id"] == entity
        assert workspace.entity(typed)["entity"]["entity_id"] == entity
        assert workspace.told_of(typed)["visits"]
    workspace.proofs("t1", tmp_path / "proofs")
    found = Workspace.proof_from(tmp_path / "proofs", "t1", entity.lower())
    assert found["leaf"]["entity_id"] == entity
    answer = workspace.withdraw("t1", entity.lower(), "9", "extract", reserve=False)
    assert answer["entity_id"] == entity


def test_why_tells_who_is_outside_the_frame_from_who_is_nowhere(tmp_path: Path) -> None:
    workspace = bureau_in(tmp_path)
    outside = credit(4)  # a sole trader, whom the plan leaves out
    inside = credit(1)
    for ask in (
        lambda typed: workspace.why("t1", typed),
        lambda typed: workspace.proof("t1", typed),
        lambda typed: workspace.review("t1").story(typed),
        lambda typed: workspace.withdraw("t1", typed, "9", "an extract"),
    ):
        with pytest.raises(PlannerError) as caught:
            ask(outside.lower())
        assert caught.value.problems[0].code == "draw.no-entity"
        with pytest.raises(PlannerError) as caught:
            ask(inside[:-1])
        assert inside in caught.value.problems[0].params["nearest"]
        assert "frame" not in str(caught.value)


def test_a_free_register_takes_another_case_where_one_entity_has_it(tmp_path: Path) -> None:
    workspace = bureau_in(tmp_path, "free")
    heads = "entity_id,name,tier,region"
    take(workspace, tmp_path, "entities", heads, ["twin,One,A,150502", "TWIN,Two,A,150502"])
    assert workspace.entity("shop-01")["entity"]["entity_id"] == "Shop-01"
    assert workspace.entity(" ＳＨＯＰ-01 ")["entity"]["entity_id"] == "Shop-01"
    assert workspace.entity("twin")["entity"]["name"] == "One"
    with pytest.raises(PlannerError) as caught:
        workspace.entity("Twin")
    assert caught.value.problems[0].params["nearest"] == ["TWIN", "twin"]
    entity = drawn_of(workspace)[0]
    assert workspace.recuse("ZF-1", entity.upper())["inspector"]["recused"] == [entity]


def test_recused_in_an_import_is_put_into_form_and_counted(tmp_path: Path) -> None:
    workspace = bureau_in(tmp_path, drawn=False)
    heads = "inspector_id,name,department,regions,recused"
    rows = [f"ZF-1,One,MSB,150502,{credit(1).lower()};{credit(900)};{credit(901)}"]
    answer = take(workspace, tmp_path, "inspectors", heads, rows)
    assert answer["accepted"] == 1
    assert answer["warnings"]["recused-unknown"] == 2
    assert credit(1) in workspace.recuse("ZF-1", credit(2))["inspector"]["recused"]


def test_recused_in_an_import_takes_the_case_of_a_free_register(tmp_path: Path) -> None:
    workspace = bureau_in(tmp_path, "free", drawn=False)
    heads = "inspector_id,name,department,regions,recused"
    answer = take(workspace, tmp_path, "inspectors", heads, ["ZF-1,One,MSB,150502,SHOP-01;other"])
    assert answer["warnings"]["recused-unknown"] == 1
    assert workspace.recuse("ZF-1", "Shop-02")["inspector"]["recused"] == [
        "Shop-01",
        "Shop-02",
        "other",
    ]


def test_the_command_line_tells_the_nearest(tmp_path: Path) -> None:
    workspace = bureau_in(tmp_path)
    workspace.close()
    error = told("--workspace", workspace.folder, "recuse", "ZF-1", credit(5)[:-1], status=2)
    assert credit(5) in error["errors"][0]["params"]["nearest"]


def test_the_nearest_of_a_million_take_half_a_second(tmp_path: Path) -> None:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq
    from yaohao.planner.storage.entity_lookup import nearest

    pick = np.random.default_rng(1)
    letters = np.frombuffer(ALPHABET.encode(), np.uint8)
    block = letters[pick.integers(0, 31, (1_000_000, 18))]
    block[:, :10] = np.frombuffer(b"91150502MA", np.uint8)
    ids = pa.array(block.reshape(-1).view("S18").astype(str))
    path = tmp_path / "ids.parquet"
    pq.write_table(pa.table({"entity_id": ids}), path)
    right = ids[500_000].as_py()
    for typed in (right[:12] + "0" + right[13:], right[:12] + right[13:], right + "7"):
        began = time.process_time()
        found = nearest(typed, [path])
        spent = time.process_time() - began
        assert right in found
        assert spent < 2  # both processors; half a second by the clock of a machine at rest

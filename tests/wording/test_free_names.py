"""A free register shows its codes as they are: ward 42 is not the province of that number."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.cli import yaohao
from yaohao.planner.wording.format import code_name, code_words, name_codes_of, reason_words
from yaohao.planner.workspace import Workspace

NAMED = [
    ("region", "42", "湖北省"),
    ("tier", "A", "低风险"),
    ("kind", "enterprise", "企业"),
    ("status", "active", "存续"),
    ("fields", "food", "食品"),
    ("trigger", "complaint", "投诉举报"),
]


@pytest.mark.parametrize(("column", "code", "name"), NAMED)
def test_only_a_register_of_china_names_its_codes(
    column: str, code: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YAOHAO_LANG", "zh")
    Workspace.create(tmp_path / "china").close()
    assert code_name(column, code) == name
    Workspace.create(tmp_path / "free", "free").close()
    assert code_name(column, code) == code
    assert code_words(column, code) == code


def test_what_the_program_itself_codes_is_named_in_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YAOHAO_LANG", "zh")
    name_codes_of("free")
    assert code_name("method", "on-site") == "实地"
    assert "complaint" in reason_words("lead:complaint")


def test_no_command_names_a_ward(tmp_path: Path) -> None:
    rows = "entity_id,name,tier,region\n" + "".join(f"e{n},n,A,{41 + n % 3}\n" for n in range(30))
    (tmp_path / "e.csv").write_text(rows)
    with Workspace.create(tmp_path / "w", "free") as workspace:
        workspace.import_files("entities", [tmp_path / "e.csv"])
        plan = workspace.folder / "plans" / "p.toml"
    plan.write_text(
        'id = "p"\ntitle = "t"\nauthority = "a"\nas_of = 2027-01-04\n'
        'window = [2027-01-11, 2027-03-31]\nrates.tier = { A = "50%" }\n'
    )
    for words in (
        ["plan", "preview", "p"],
        ["register"],
        ["register", "entities"],
        ["simulate", "p"],
    ):
        for lang in ("zh", "en"):
            done = yaohao("--workspace", tmp_path / "w", *words, lang=lang)
            assert done.exit_code == 0, done.output
            assert "湖北" not in done.output
            assert "低风险" not in done.output

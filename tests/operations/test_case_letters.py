"""Letters of cases: two that belong together are two, in pages, a list and Word; names are text."""

from __future__ import annotations

import builtins
import io
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from helpers.case_workspace import DIGEST, bureau, papers, penalty
from helpers.cli import HOSTILE, told, write_csv, yaohao
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace


def test_both_letters_of_a_penalty(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    case = penalty(workspace)
    told_ = workspace.cases.write_letters(
        case, "serve", tmp_path / "out", forms=["html", "xlsx"], language="zh"
    )
    pages = [f"penalty-serve-{name}.html" for name in ("decision", "repair_notice", "receipt")]
    assert told_["letters"] == 3 and told_["files"] == [*pages, "penalty-serve.xlsx"]
    texts = [(tmp_path / "out" / name).read_text(encoding="utf-8") for name in pages]
    assert [text.count('<section class="form">') for text in texts] == [1, 1, 1]
    page = "".join(texts)
    for word in (
        "行政处罚决定书",
        "信用修复告知书",
        "送达回证",
        "Firm 1",
        "firm-01",
        "Market bureau",
    ):
        assert word in page
    book = openpyxl.load_workbook(tmp_path / "out" / "penalty-serve.xlsx")
    values = {cell.value for row in book.active.iter_rows() for cell in row}
    assert {"行政处罚决定书", "信用修复告知书", "firm-01"} <= values
    with pytest.raises(PlannerError) as error:
        workspace.cases.write_letters(case, "serve", tmp_path / "out")
    assert error.value.problems[0].code == "output.exists"


def test_a_decision_names_its_number_and_the_remedies(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    facts = {"ground": "late-report", "year": 2025, "verified_on": "2027-01-04"}
    rows = [(f"firm-{n:02d}", facts) for n in range(3)]
    opened = workspace.cases.open_many("abnormal", rows, source="case", role="clerk", actor="Li")
    ids = [one["id"] for one in opened["cases"]]
    workspace.cases.step(ids, "propose", actor="Li", documents=papers("approval"))
    draft = workspace.cases.write_letters(ids, "list", tmp_path / "out", language="zh")
    assert draft["numbers"] == [f"异入〔2027〕1号-{n}" for n in (1, 2, 3)]
    page = (tmp_path / "out" / "abnormal-list.html").read_text(encoding="utf-8")
    assert page.count("六十日内申请行政复议") == page.count("六个月内") == 3
    given = workspace.cases.step(
        ids, "list", role="reviewer", actor="Wang", letter="auto", documents=papers("decision")
    )
    assert given["letters"] == draft["numbers"]  # what the draft showed is what was given
    again = workspace.cases.write_letters(
        ids, "list", tmp_path / "out", language="zh", overwrite=True
    )
    assert again["numbers"] == draft["numbers"]


def test_letters_say_how_to_reach_the_bureau_where_that_is_set(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    case = penalty(workspace)
    texts = []
    for place, contact in enumerate(("", "Desk 3 <b>0475-1</b>")):
        workspace.change_setting("contact", contact)
        folder = tmp_path / str(place)
        workspace.cases.write_letters(case, "serve", folder, forms=["html", "docx"], language="en")
        pages = [file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.html"))]
        words = [
            zipfile.ZipFile(file).read("word/document.xml").decode("utf-8")
            for file in sorted(folder.glob("*.docx"))
        ]
        texts.append(["".join(pages), "".join(words)])
    (page, word), (page_set, word_set) = texts
    assert "telephone" in page and "Desk 3" not in page + word
    for text in (page_set, word_set):
        assert "Desk 3 &lt;b&gt;0475-1&lt;/b&gt;" in text and "<b>0475" not in text


def test_the_seal_of_notices_and_letters_is_one_part_that_a_bureau_may_replace(
    tmp_path: Path,
) -> None:
    workspace = bureau(tmp_path)
    case = penalty(workspace)
    folder = tmp_path / "bureau" / "templates"
    folder.mkdir()
    (folder / "seal.html").write_text("<p>window 3 of {{ authority }}</p>", encoding="utf-8")
    workspace.cases.write_letters(case, "serve", tmp_path / "out")
    page = (tmp_path / "out" / "penalty-serve-decision.html").read_text(encoding="utf-8")
    assert page.count("window 3 of Market bureau") == 1
    # Whoever replaces the block of a letter needs no part.
    (folder / "case_letters.html").write_text(
        '{% extends "yaohao/case_letters.html" %}{% block seal %}no seal{% endblock %}', "utf-8"
    )
    workspace.cases.write_letters(case, "serve", tmp_path / "out", overwrite=True)
    page = (tmp_path / "out" / "penalty-serve-decision.html").read_text(encoding="utf-8")
    assert page.count("no seal") == 1 and "window 3" not in page
    assert page.count('class="receipt"') == 1


def test_a_template_of_the_bureau_s_own(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    case = penalty(workspace)
    folder = tmp_path / "bureau" / "templates"
    folder.mkdir()
    own = folder / "case_letters.html"
    own.write_text(
        '{% extends "yaohao/case_letters.html" %}{% block seal scoped %}Sealed{% endblock %}',
        encoding="utf-8",
    )
    workspace.cases.write_letters(case, "serve", tmp_path / "out")
    assert "Sealed" in (tmp_path / "out" / "penalty-serve-decision.html").read_text(
        encoding="utf-8"
    )
    own.write_text("{{ letters[0].__class__ }}", encoding="utf-8")
    with pytest.raises(PlannerError) as error:
        workspace.cases.write_letters(case, "serve", tmp_path / "other")
    assert error.value.problems[0].code == "forms.bad-template"
    assert not (tmp_path / "other" / "penalty-serve-decision.html").exists()


def word_text(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("word/document.xml").decode("utf-8")


def test_word_with_east_asian_fonts_and_names_as_text(tmp_path: Path) -> None:
    pytest.importorskip("docxtpl")
    rows = [{"entity_id": f"f-{n}", "name": name} for n, name in enumerate([*HOSTILE, "{{ 7*7 }}"])]
    workspace = Workspace.create(tmp_path / "bureau", "free", authority="局 <b> & co")
    workspace.registers.import_files("entities", [write_csv(tmp_path / "e.csv", rows)])
    for n in range(len(rows)):
        penalty(workspace, f"f-{n}", str(n))
    ids = [one["id"] for one in workspace.cases.list(kind="penalty")["cases"]]
    workspace.cases.write_letters(ids, "serve", tmp_path / "out", forms=["docx", "html"])
    data = (tmp_path / "out" / "penalty-serve-decision.docx").read_bytes()
    text = word_text(data)
    assert "{{ 7*7 }}" in text and "<script>" not in text and "&lt;script&gt;" in text
    assert "黑体" in text and "{%" not in text
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "宋体" in archive.read("word/styles.xml").decode("utf-8")
    page = (tmp_path / "out" / "penalty-serve-decision.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page


def test_without_the_extra_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = bureau(tmp_path)
    case = penalty(workspace)
    whole = builtins.__import__

    def without(name: str, *more: Any, **named: Any) -> Any:
        if name == "docxtpl":
            raise ImportError(name)
        return whole(name, *more, **named)

    monkeypatch.delitem(sys.modules, "docxtpl", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(PlannerError) as error:
        workspace.cases.write_letters(case, "serve", tmp_path / "out", forms=["docx"])
    assert error.value.problems[0].code == "case.no-word"


def test_on_the_command_line(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    case = penalty(workspace)
    workspace.close()
    here = ("--workspace", str(tmp_path / "bureau"), "case", "letter")
    done = told(*here, case, "serve", "--to", tmp_path / "out", "--form", "html", "--form", "xlsx")
    assert done["letters"] == 3 and len(done["files"]) == 4
    result = yaohao(*here, case, "serve", "--to", tmp_path / "more", lang="zh")
    assert result.exit_code == 0 and "草稿" in result.stderr
    assert told(*here, case, "send", "--to", tmp_path / "x", status=0)["letters"] == 1
    for step, code in (("class", "case.no-documents"), ("nothing", "case.no-step")):
        errors = told(*here, case, step, "--to", tmp_path / "x", status=2)["errors"]
        assert errors[0]["code"] == code
    assert len(DIGEST) == 64


def test_a_case_that_is_named_twice_has_one_letter_and_none_has_none(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    case = penalty(workspace)
    write = workspace.cases.write_letters
    once = write(case, "serve", tmp_path / "once")
    assert write([case, case], "serve", tmp_path / "twice")["letters"] == once["letters"]
    with pytest.raises(PlannerError) as error:
        write([], "serve", tmp_path / "none")
    assert error.value.problems[0].code == "case.no-cases"
    workspace.close()

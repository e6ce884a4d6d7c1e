"""`yaohao case` and `yaohao today`: what they print, refuse and leave alone."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from helpers.case_workspace import DIGEST, bureau, papers
from helpers.cli import HOSTILE, told, write_csv, yaohao
from yaohao.planner.workspace import Workspace

PENALTY = (
    "--fact", "decided_on=2027-01-04", "--fact", "bare=no", "--fact", "decision_number=12",
)  # fmt: skip
PAPERS = tuple(
    part
    for name in ("decision", "repair_notice", "receipt")
    for part in ("--document", f"{name}={papers(name)[name]}")
)


@pytest.fixture
def here(tmp_path: Path) -> tuple[str, str]:
    bureau(tmp_path).close()
    return ("--workspace", str(tmp_path / "bureau"))


def opened(here: tuple[str, str]) -> str:
    report = told(*here, "case", "open", "penalty", "firm-01", *PENALTY, "--by", "Li")
    return str(report["cases"][0]["id"])


def test_a_case_is_opened_stepped_shown_and_listed(here: tuple[str, str]) -> None:
    case = opened(here)
    result = yaohao(*here, "case", "step", case, "serve", "--by", "Li")
    assert result.exit_code == 2 and result.stdout == ""
    assert result.stderr.count("Serve both letters (serve) needs the document") == 3
    done = told(*here, "case", "step", case[:12], "serve", "--by", "Li", *PAPERS)
    assert done["number"] == 1 and done["cases"][0]["state"] == "served"
    again = told(*here, "case", "step", case, "serve", "--by", "Li", *PAPERS)
    assert (again["number"], again["unchanged"]) == (0, 1)
    shown = told(*here, "case", "show", case)
    assert [one["name"] for one in shown["dues"]] == ["show"]
    assert {one["id"] for one in shown["steps"]} == {"show", "send", "annul"}
    listed = told(*here, "case", "list", "--kind", "penalty", "--open", "--entity", "firm-01")
    assert [one["id"] for one in listed["cases"]] == [case] and listed["number"] == 1
    assert told(*here, "case", "list", "--closed")["cases"] == []
    for lang in ("en", "zh"):
        words = yaohao(*here, "case", "show", case, lang=lang).stdout
        assert ("Serve both letters" in words) == (lang == "en")
        assert ("两书同送" in words) == (lang == "zh")


def test_a_correction_needs_a_reason_and_a_second_person(here: tuple[str, str]) -> None:
    case = opened(here)
    bad = told(*here, "case", "correct", case, "1", "--by", "Li", status=2)["errors"]
    assert {one["code"] for one in bad} == {"case.need-second", "case.need-reason"}
    told(*here, "case", "correct", case, "1", "--by", "Wang", "--reason", "not ours")
    assert told(*here, "case", "show", case)["closed"]
    assert told(*here, "case", "list", "--open")["number"] == 0


def test_a_dry_run_changes_nothing(here: tuple[str, str]) -> None:
    lines = len(told(*here, "log")["ledger"])
    report = told(*here, "case", "open", "penalty", "firm-01", *PENALTY, "--by", "Li", "--dry-run")
    assert report["number"] == 1 and report["entries"] == []
    assert told(*here, "case", "clock", "--dry-run")["opened"]
    assert len(told(*here, "log")["ledger"]) == lines and told(*here, "case", "list")["number"] == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("open", "penalti", "firm-01"), "case.no-kind"),
        (("open", "penalty", "firm-99", *PENALTY), "hand"),
        (("open", "penalty", "firm-01", "--fact", "bare"), "cases.no-pair"),
        (("open", "penalty", "firm-01", "--fact", "bare=no", "--fact", "bare=no"), "cases.pair"),
        (("open", "penalty", "firm-01", "--fact", "bare=perhaps"), "case.fact-type"),
        (("open", "penalty", "firm-01", *PENALTY, "--day", "2027-02-01"), "case.day-to-come"),
        (("open", "penalty", "firm-01", *PENALTY, "--day", "soon"), "case.bad-day"),
        (("show", "penalty-0"), "case.unknown"),
        (("show", "\udc80"), "case.unknown"),
        (("show", "处罚"), "case.unknown"),
        (("list", "--kind", "penalti"), "case.no-kind"),
        (("step", "x", "serve"), "case.unknown"),
    ],
)
def test_wrong_use_is_told(here: tuple[str, str], arguments: Any, code: str) -> None:
    errors = told(*here, "case", *arguments, status=2)["errors"]
    assert any(one["code"].startswith(code) or code == "hand" for one in errors), errors
    assert told(*here, "case", "list")["number"] == 0


def test_today_in_four_bands(here: tuple[str, str]) -> None:
    case = opened(here)
    lines = told(*here, "today", "--as-of", "2027-01-12")["lines"]
    mine = [(one["band"], one["due"], one["cases"]) for one in lines if one["kind"] == "penalty"]
    assert mine == [("law", "serve", [case])]
    [law] = [one for one in lines if one["band"] == "law"]
    assert law["days_left"] == 1 and law["unit"] == "wd" and law["name"] == "Firm 1"
    for lang in ("en", "zh"):
        for more in ((), ("--print",)):
            result = yaohao(*here, "today", "--as-of", "2027-01-12", *more, lang=lang)
            assert result.exit_code == 0 and case in result.stdout
            assert "7 working days" in result.stdout or "7 个工作日" in result.stdout
    ics = yaohao(*here, "today", "--as-of", "2027-01-12", "--ics")
    assert ics.stdout.startswith("BEGIN:VCALENDAR") and "DTSTART;VALUE=DATE:20270113" in ics.stdout
    empty = yaohao(*here, "today", "--as-of", "2027-01-05").stdout
    assert "the next deadline is on 2027-01-13" in empty
    bad = told(*here, "today", "--as-of", "someday", status=2)["errors"]
    assert bad[0]["code"] == "plan_check.bad-today"


def test_names_of_firms_take_no_effect(tmp_path: Path) -> None:
    rows = [{"entity_id": f"f-{n}", "name": name} for n, name in enumerate(HOSTILE)]
    workspace = Workspace.create(tmp_path / "bureau", "free")
    workspace.registers.import_files("entities", [write_csv(tmp_path / "e.csv", rows)])
    workspace.close()
    here = ("--workspace", str(tmp_path / "bureau"))
    for n in range(len(HOSTILE)):
        facts = [part.replace("=12", f"={n}") for part in PENALTY]
        told(*here, "case", "open", "penalty", f"f-{n}", *facts, "--by", "Li")
        for words in (("case", "list"), ("today",), ("today", "--print"), ("today", "--ics")):
            day = () if words[0] == "case" else ("--as-of", "2027-01-13")
            shown = yaohao(*here, *words, *day, "--entity", f"f-{n}").stdout
            assert "\x1b" not in shown and "\u202e" not in shown
        assert shown.count("BEGIN:VEVENT") == shown.count("\nSUMMARY:") == 1


def test_mistakes_in_own_kinds_are_told_with_their_lines(
    here: tuple[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "bureau" / "cases"
    folder.mkdir()
    text = (Path(__file__).parents[2] / "docs" / "examples" / "food-truck.toml").read_text("utf-8")
    (folder / "truck.toml").write_text(text.replace("from =", "form =", 1), encoding="utf-8")
    errors = told(*here, "case", "kinds", status=2)["errors"]
    assert all(one["params"]["file"] == "truck.toml" and one["params"]["line"] for one in errors)
    (folder / "truck.toml").write_text(text, encoding="utf-8")
    kinds = {one["kind"]: one for one in told(*here, "case", "kinds")["kinds"]}
    assert kinds["food-truck"]["own"] and not kinds["penalty"]["own"]


def test_reminders_from_the_list_to_their_outcomes(here: tuple[str, str], tmp_path: Path) -> None:
    rows = [{"entity_id": f"firm-{n:02d}", "phone": f"1380013800{n}"} for n in range(3)]
    file = write_csv(tmp_path / "contacts.csv", [*rows, {"entity_id": "nobody", "phone": "1"}])
    bad = told(*here, "case", "contacts", file, status=2)["errors"]
    assert bad[0]["code"] == "case.bad-keep-until"
    result = yaohao(*here, "case", "contacts", file, "--keep-until", "2027-12-31")
    assert result.exit_code == 0 and "One row was not imported" in result.stderr
    told(*here, "case", "clock")
    [case] = told(*here, "case", "list", "--kind", "annual-report")["cases"]
    told(*here, "case", "step", case["id"], "remind", "--by", "Li")
    sent = told(*here, "case", "send", "annual-report", "--channel", "sms", "--to", tmp_path / "l")
    assert sent["rows"] == 3 and len(sent["without"]) == 7
    out = write_csv(tmp_path / "out.csv", [{"ref": f"S1-{n}", "outcome": "sent"} for n in (1, 2)])
    assert told(*here, "case", "outcomes", out)["counts"]["sent"] == 2
    [row] = told(*here, "case", "outcomes")["sendings"]
    assert (row["sent"], row["waiting"]) == (2, 1)
    assert told(*here, "case", "told", "firm-00")["told"][0]["outcome"] == "sent"
    shown = yaohao(*here, "case", "contacts", "--show", "firm-01", lang="zh").stdout
    assert "13800138001" in shown
    filed = write_csv(tmp_path / "filed.csv", [{"entity_id": "firm-01", "filed_on": "2027-01-04"}])
    assert told(*here, "case", "filed", filed)["counts"]["filed"] == 1
    for lang in ("en", "zh"):
        for words in (("case", "outcomes"), ("case", "letters"), ("case", "told", "firm-00")):
            assert yaohao(*here, *words, lang=lang).exit_code == 0
    gone = told(*here, "case", "contacts", "--forget", "firm-01")
    assert gone == {"forgotten": 1, "left": 2}


def test_letters_are_numbered_with_the_bureau_s_mark(here: tuple[str, str], tmp_path: Path) -> None:
    told(*here, "config", "set", "letter_mark", "通市监")
    facts = {"ground": "late-report", "year": "2025", "verified_on": "2027-01-04"}
    given = [part for name, value in facts.items() for part in ("--fact", f"{name}={value}")]
    case = told(*here, "case", "open", "abnormal", "firm-01", *given, "--source", "case", "--by",
                "Li")["cases"][0]["id"]  # fmt: skip
    told(*here, "case", "step", case, "propose", "--by", "Li", "--document", f"approval={DIGEST}")
    listing = (*here, "case", "step", case, "list", "--role", "reviewer", "--by", "Wang")
    paper = tmp_path / "decision.pdf"
    paper.write_bytes(b"decided")
    missing = told(*listing, "--document", f"decision={paper}", status=2)["errors"]
    assert [one["code"] for one in missing] == ["case.need-letter"]
    done = told(*listing, "--document", f"decision={paper}", "--letter", "auto")
    assert done["letters"] == ["通市监异入〔2027〕1号"]
    assert told(*here, "case", "letters")["letters"] == [
        {"mark": "通市监异入", "year": 2027, "last": 1, "used": 1}
    ]


def test_the_worked_example_of_the_documentation(
    here: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commands of docs/cases.md, one after the other, with the kind that stands there."""
    docs = Path(__file__).parents[2] / "docs"
    page = (docs / "cases.md").read_text(encoding="utf-8")
    text = (docs / "examples" / "food-truck.toml").read_text(encoding="utf-8")
    assert text.strip() in page
    folder = tmp_path / "bureau" / "cases"
    folder.mkdir()
    (folder / "food-truck.toml").write_text(text, encoding="utf-8")
    for name in ("form.pdf", "permit.pdf"):
        (tmp_path / name).write_bytes(name.encode())
    rows = [{"entity_id": f"firm-0{n}", "valid_until": "2027-06-30"} for n in range(1, 4)]
    write_csv(tmp_path / "permits.csv", rows)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YAOHAO_WORKSPACE", here[1])
    _, worked = page.rsplit("```\nyaohao case kinds", 1)
    lines = f"yaohao case kinds{worked}".split("```")[0].replace("\\\n", " ").splitlines()
    done: list[Any] = []
    case = ""
    for line in lines:
        words = shlex.split(line, comments=True)[1:]
        if words[1] == "step":
            monkeypatch.setenv("YAOHAO_TODAY", "2027-05-06")
            case = case or told("case", "list", "--kind", "food-truck")["cases"][0]["id"]
            words = [case if word == "food-truck-1a2b" else word for word in words]
        done.append(told(*words))
    kinds, imported, today, applied, renewed = done
    assert any(one["kind"] == "food-truck" and one["own"] for one in kinds["kinds"])
    assert imported["counts"]["opened"] == 3
    [line] = [one for one in today["lines"] if one["kind"] == "food-truck"]
    assert (line["due"], line["count"], line["day"]) == ("remind", 3, "2027-05-03")
    assert applied["cases"][0]["state"] == "applied"
    assert renewed["cases"][0]["state"] == "renewed" and renewed["cases"][0]["closed"]
    monkeypatch.setenv("YAOHAO_TODAY", "2027-07-01")
    assert told("case", "clock")["events"]["step"] >= 2  # the other two permits have ended
    assert told("case", "list", "--kind", "food-truck", "--open")["number"] == 0


def test_the_case_of_the_documentation_can_be_worked(tmp_path: Path) -> None:
    """Every command of the page's own example, in its order, does what the page says."""
    page = (Path(__file__).parents[2] / "docs" / "cases.md").read_text(encoding="utf-8")
    start = page.index("yaohao case open penalty FIRM")
    lines = page[start : page.index("```", start)].replace("\\\n", " ").splitlines()
    workspace = bureau(tmp_path)
    workspace.close()
    for name in ("decision", "repair", "receipt", "summary"):
        (tmp_path / f"{name}.pdf").write_text(name, encoding="utf-8")
    case, done = "", []
    for line in lines:
        words = shlex.split(line, comments=True)[1:]
        words = [{"FIRM": "firm-03", "CASE": case}.get(word, word) for word in words]
        words = [re.sub(r"=(\w+\.pdf)$", rf"={tmp_path}/\1", word) for word in words]
        words = [str(tmp_path / word) if word == "letters" else word for word in words]
        if "docx" in words:
            words[words.index("docx")] = "html"  # Word is an extra
        report = told("--workspace", workspace.folder, *words)
        case = case or report["cases"][0]["id"]
        done.append(words[:2])
    assert [two[-1] for two in done[:-1]] == ["open", "show", "letter", "step", "step", "step"]
    assert done[-1] == ["today"]
    shown = told("--workspace", workspace.folder, "case", "show", case)
    assert shown["state"] == "classed"
    assert "may-apply" in {one["name"] for one in shown["dues"]}

"""Cases as rows: opened, stepped, corrected; the ledger, lists, and what is made from events."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from helpers.case_workspace import DIGEST, bureau, papers, penalty
from yaohao.planner.follow_up.case_clock import clock
from yaohao.planner.follow_up.kinds import FOLDER
from yaohao.planner.follow_up.today import today_list
from yaohao.planner.storage.case_check import rebuilt
from yaohao.planner.storage.case_desk import CaseDesk
from yaohao.planner.storage.case_lists import CaseFilter
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

BOTH = papers("decision", "repair_notice", "receipt")
GUIDED = {"sort": "tip", "cause": "finding"}


def codes(error: pytest.ExceptionInfo[PlannerError]) -> list[str]:
    return [problem.code for problem in error.value.problems]


def test_a_case_from_decision_to_display(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    cases = workspace.cases
    case = penalty(workspace)
    assert cases.show(case)["state"] == "decided"
    again = cases.open(
        "penalty", "firm-01", actor="Li",
        facts={"decided_on": "2027-01-04", "bare": "no", "decision_number": "12"},
    )  # fmt: skip
    assert (again["number"], again["unchanged"]) == (0, 1)
    with pytest.raises(PlannerError) as error:
        cases.step(case, "serve", actor="Li", documents=papers("decision", "receipt"))
    assert codes(error) == ["case.need-document"]
    served = cases.step(case, "serve", actor="Li", documents=BOTH)
    assert served["events"] == 1 and len(served["entries"]) == 1
    assert cases.step(case, "serve", actor="Li", documents=BOTH)["unchanged"] == 1
    cases.step(case, "show", actor="Li", documents=papers("summary"))
    with pytest.raises(PlannerError) as error:
        cases.step(
            case, "class", role="reviewer", actor="Li", facts={"class": "general", "special": "no"}
        )
    assert codes(error) == ["case.need-second"]
    for same in ("LI", " Ｌｉ "):  # written otherwise it is the same person
        with pytest.raises(PlannerError) as error:
            cases.step(
                case, "class", role="head", actor=same, facts={"class": "general", "special": "no"}
            )
        assert codes(error) == ["case.need-second"]
    cases.step(
        case, "class", role="reviewer", actor="Wang", facts={"class": "general", "special": "no"}
    )
    told = cases.show(case)
    assert told["state"] == "classed" and told["published"] == "show"
    assert [event["event"] for event in told["events"]] == ["opened", "step", "step", "step"]
    assert {due["name"]: due["day"] for due in told["dues"]}["end-general"] == "2028-01-05"
    acts = [line["act"] for line in workspace.ledger() if line["act"]["act"] == "case"]
    assert len(acts) == 4
    assert all(set(act) == {"act", "at", "kind", "case", "event", "content"} for act in acts)


def test_what_happened_is_only_ever_added(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    penalty(workspace)
    workspace.close()
    connection = sqlite3.connect(tmp_path / "bureau" / "planner.db")
    for statement in ("UPDATE case_events SET document = '{}'", "DELETE FROM case_events"):
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)
    connection.close()


def test_a_correction_withdraws_and_deletes_nothing(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    cases, case = workspace.cases, penalty(workspace)
    cases.step(case, "serve", actor="Li", documents=BOTH)
    cases.step(case, "show", actor="Li", documents=papers("summary"))
    with pytest.raises(PlannerError) as error:
        cases.correct(case, 3, "", role="head", actor="Zhao")
    assert codes(error) == ["case.need-reason"]
    cases.correct(case, 3, "wrong firm", role="head", actor="Zhao")
    told = cases.show(case)
    assert (told["state"], told["published"]) == ("served", "withdraw")
    assert [event["holds"] for event in told["events"]] == [True, True, False, False]
    cases.correct(case, 1, "not ours", role="head", actor="Zhao")
    told = cases.show(case)
    assert told["closed"] and told["next_due"] is None and told["dues"] == []
    same = cases.open(
        "penalty", "firm-01", actor="Li",
        facts={"decided_on": "2027-01-04", "bare": False, "decision_number": "12"},
    )  # fmt: skip
    assert same["number"] == 0  # the same is not opened again by being said again
    assert workspace.cases.today()["lines"] == []


def test_a_batch_is_one_act_and_its_letters_have_sub_numbers(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    cases = workspace.cases
    facts = {"ground": "late-report", "year": 2025, "verified_on": "2027-01-04"}
    lines = len(workspace.ledger())
    told = cases.open_many(
        "abnormal",
        [(f"firm-{n:02d}", facts) for n in range(5)] + [("nobody-99", facts)],
        source="case", role="clerk", actor="Li",
    )  # fmt: skip
    assert (told["number"], len(told["refused"]), told["unchanged"]) == (5, 1, 0)
    assert len(workspace.ledger()) == lines + 1
    ids = [one["id"] for one in told["cases"]]
    cases.step(ids, "propose", actor="Li", documents=papers("approval"))
    listed = cases.step(
        ids, "list", role="reviewer", actor="Wang", letter="auto", documents=papers("decision")
    )
    assert listed["letters"] == [f"异入〔2027〕1号-{n}" for n in range(1, 6)]
    with pytest.raises(PlannerError) as error:
        cases.step(ids[0], "amend", role="reviewer", actor="Wang", letter="异入〔2027〕1号",
                   documents=papers("amendment"))  # fmt: skip
    assert codes(error) == ["case.other-series"]
    amended = cases.step(
        ids[0], "amend", role="head", actor="Wang", letter="auto", documents=papers("amendment")
    )
    assert amended["letters"] == ["异更〔2027〕1号"]
    assert [line.act["act"] for line in workspace._workspace.store.ledger()][-4:] == ["case"] * 4


def test_in_a_batch_all_or_only_those_that_can(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    cases = workspace.cases
    one, other = penalty(workspace, "firm-01", "1"), penalty(workspace, "firm-02", "2")
    cases.step(one, "serve", actor="Li", documents=BOTH)
    with pytest.raises(PlannerError) as error:
        cases.step([one, other], "show", actor="Li", documents=papers("summary"))
    assert codes(error) == ["case.need-state"]
    assert cases.show(one)["state"] == "served"
    told = cases.step(
        [one, other], "show", actor="Li", documents=papers("summary"), only_possible=True
    )
    assert [row["case"] for row in told["refused"]] == [other] and told["number"] == 1


def test_the_list_of_the_morning_is_that_of_the_pure_room(tmp_path: Path) -> None:
    """Grouped by the database it says what folding every case one by one says."""
    workspace = bureau(tmp_path)
    cases = workspace.cases
    facts = {"ground": "late-report", "year": 2025, "verified_on": "2027-01-04"}
    opened = cases.open_many("abnormal", [(f"firm-{n:02d}", facts) for n in range(5)],
                             source="case", role="clerk", actor="Li")  # fmt: skip
    ids = [one["id"] for one in opened["cases"]]
    cases.step(ids[:3], "propose", actor="Li", documents=papers("approval"))
    for n in range(4):
        penalty(workspace, f"firm-{n:02d}", str(n))
    cases.clock()
    cases.open_cohort("annual-report", ["firm-06", "firm-07"],
                      facts={"filing_year": 2026, "registered_this_year": False})  # fmt: skip
    for as_of in ("2027-01-05", "2027-01-20", "2027-06-25", "2028-03-01"):
        for me in ("", "Li", "ＬＩ"):
            desk = CaseDesk(workspace._workspace)
            numbers = [row.number for row in desk.store.cases_like(CaseFilter(), 1000)]
            loaded = desk.load_all(sorted(numbers))
            day = date.fromisoformat(as_of)
            moved = []
            for stored in loaded.values():
                done = clock(stored.case, stored.kind, day, desk.counting)
                moved.append(done[-1][0] if done else stored.case)
            pure: Any = today_list(moved, desk.kinds, desk.counting, day, me=me)
            told: Any = cases.today(as_of, me=me)
            mine = [{key: line[key] for key in pure["lines"][0]} for line in told["lines"]]
            for line in [*mine, *pure["lines"]]:
                line["cases"] = sorted(line["cases"])
                line["why"] = {k: v for k, v in line["why"].items() if k in ("rule", "day")}
            order = lambda line: (line["band"], line["day"], line["kind"], line["due"], str(line))  # noqa: E731
            assert sorted(mine, key=order) == sorted(pure["lines"], key=order)
            assert told["next"] == pure["next"]


def test_everything_is_rebuilt_from_the_events(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    cases, case = workspace.cases, penalty(workspace)
    cases.step(case, "serve", actor="Li", documents=BOTH)
    cases.clock()
    [cohort] = cases.list(kind="annual-report")["cases"]
    cases.step(cohort["id"], "file", role="import", entities=["firm-01", "firm-02"])
    cases.step(cohort["id"], "remind", actor="Li", entities=["firm-03"])
    cases.correct(case, 2, "wrong date", role="head", actor="Zhao")
    assert rebuilt(CaseDesk(workspace._workspace)) == []
    workspace.close()
    connection = sqlite3.connect(tmp_path / "bureau" / "planner.db")
    connection.execute("UPDATE cases SET next_due = '' WHERE kind = 'penalty'")
    connection.execute("DELETE FROM dues WHERE kind = 'annual-report'")
    connection.commit()
    connection.close()
    again = Workspace(tmp_path / "bureau")
    desk = CaseDesk(again._workspace)
    found = rebuilt(desk)
    assert sorted({one["table"] for one in found}) == ["cases", "dues"]
    assert rebuilt(desk, mend=True) and rebuilt(desk) == []


def test_a_changed_event_is_told(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    case = penalty(workspace)
    workspace.close()
    connection = sqlite3.connect(tmp_path / "bureau" / "planner.db")
    connection.execute("DROP TRIGGER case_events_stay")
    connection.execute("UPDATE case_events SET document = replace(document, '2027', '2026')")
    connection.commit()
    connection.close()
    with pytest.raises(PlannerError) as error:
        Workspace(tmp_path / "bureau").cases.show(case)
    assert codes(error) == ["workspace.rows-changed"]


def test_a_kind_in_use_keeps_its_rules(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    folder = tmp_path / "bureau" / "cases"
    folder.mkdir()
    example = Path(__file__).parents[2] / "docs" / "examples" / "food-truck.toml"
    text = example.read_text(encoding="utf-8")
    (folder / "food-truck.toml").write_text(text, encoding="utf-8")
    facts = {"valid_until": "2027-06-30"}
    told = workspace.cases.open(
        "food-truck", "firm-01", facts=facts, source="import", role="import"
    )
    case = told["cases"][0]["id"]
    before = workspace.cases.show(case)["dues"]
    (folder / "food-truck.toml").write_text(text.replace('"60d"', '"90d"'), encoding="utf-8")
    assert workspace.cases.show(case)["dues"] == before
    [kind] = [one for one in workspace.cases.kinds() if one["kind"] == "food-truck"]
    assert kind["own"] and kind["changed"] and kind["cases"] == 1
    (folder / "food-truck.toml").write_text(text.replace("by = ", "bye = ", 1), encoding="utf-8")
    with pytest.raises(PlannerError) as error:
        workspace.cases.show(case)
    assert all(problem.params["line"] > 1 for problem in error.value.problems)


def test_a_supplied_kind_in_use_can_be_followed_by_another_version(tmp_path: Path) -> None:
    """A file ends the supplied version, another begins the next; old cases keep their rules."""
    workspace = bureau(tmp_path)
    case = workspace.cases.open("guidance", "firm-01", facts=GUIDED, actor="Li")["cases"][0]["id"]
    folder = tmp_path / "bureau" / "cases"
    folder.mkdir()
    text = (FOLDER / "guidance.toml").read_text(encoding="utf-8")
    head, version = "[kind]\n", 'version = "2023"'
    assert text.count(head) == text.count(version) == 1 and "in_force" not in text
    ended = text.replace(head, f'{head}in_force = ["", "2027-01-03"]\n')
    (folder / "guidance.toml").write_text(ended, encoding="utf-8")
    longer = text.replace(head, f'{head}in_force = ["2027-01-04", ""]\n')
    longer = longer.replace(version, 'version = "2027"').replace('"10wd"', '"20wd"')
    (folder / "guidance-2027.toml").write_text(longer, encoding="utf-8")
    kinds = {one["version"]: one for one in workspace.cases.kinds() if one["kind"] == "guidance"}
    assert set(kinds) == {"2023", "2027"} and not any(one["changed"] for one in kinds.values())
    later = workspace.cases.open("guidance", "firm-02", facts=GUIDED, actor="Li")["cases"][0]["id"]
    assert workspace.cases.show(case)["version"] == "2023"
    assert workspace.cases.show(later)["version"] == "2027"


def test_the_ledger_lets_nobody_guess_a_case(tmp_path: Path) -> None:
    """Ids and contents of the same case differ from workspace to workspace."""
    ids = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        workspace = bureau(tmp_path / name)
        penalty(workspace)
        ids.append(next(one["act"] for one in workspace.ledger() if one["act"]["act"] == "case"))
    assert ids[0]["case"] != ids[1]["case"] and ids[0]["content"] != ids[1]["content"]
    assert len(DIGEST) == 64


def test_a_list_is_in_one_order_however_it_is_cut(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    for n in range(6):
        penalty(workspace, f"firm-{n:02d}", str(n))
    ids = [one["id"] for one in workspace.cases.list(kind="penalty")["cases"]]
    workspace.cases.correct(ids[0], 1, "wrong", role="head", actor="Zhao")
    facts = {"sort": "tip", "cause": "finding"}
    workspace.cases.open("guidance", "firm-01", facts=facts, actor="Li")
    whole = [one["id"] for one in workspace.cases.list(limit=100)["cases"]]
    assert len(whole) == 7 and whole[-1] == ids[0]
    for size in (1, 2, 3, 5):
        cut = [
            one["id"]
            for start in range(0, 9, size)
            for one in workspace.cases.list(limit=size, offset=start)["cases"]
        ]
        assert cut == whole

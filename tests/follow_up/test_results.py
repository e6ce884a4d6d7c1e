"""Results of visits, withdrawals and reserves, from the file to both verifiers."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers.workspace_maker import NEXT_CREW_SEED, NEXT_SELECT_SEED, Shape, make, plan_text, seal
from hypothesis import given
from hypothesis import strategies as st
from yaohao.planner.draw.withdrawals import made_visits, next_reserve
from yaohao.planner.follow_up.results import merged_results, visit_result
from yaohao.planner.publication.record import readable_json
from yaohao.planner.publication.verifier import verify as verifier
from yaohao.planner.publication.visit_tables import csv_bytes
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

ITEMS = ("REG-01", "FOOD-01")
codes = st.sampled_from(["1", "A", "B", "C", "6", "D", "E", "F", "7", "8", "9"])


@given(st.dictionaries(st.sampled_from(ITEMS), codes))
def test_a_visit_never_reads_as_passed_before_every_item_was_inspected(
    found: dict[str, str],
) -> None:
    rows = [{"item_id": item, "result": code} for item, code in found.items()]
    code = visit_result(rows, ITEMS)
    assert (code == "1") == (set(found) == set(ITEMS) and set(found.values()) == {"1"})
    assert (code == "0") == (set(found.values()) <= {"1"} and set(found) != set(ITEMS))
    assert code in ("0", "1") or code in found.values()
    assert verifier.result_of(found, set(ITEMS)) == code


def test_a_plan_without_items_has_one_result() -> None:
    assert visit_result([], ()) == "0"
    assert visit_result([{"item_id": "", "result": "1"}], ()) == "1"
    row = {"entity_id": "a", "item_id": "", "result": "1"}
    assert merged_results([], [row], (), ["a"]) == [row]
    both = merged_results([], [row], ITEMS, ["a"])
    assert [one["item_id"] for one in both] == list(ITEMS)
    later = {**row, "item_id": "REG-01", "result": "A"}
    assert [one["result"] for one in merged_results(both, [later], ITEMS, ["a"])] == ["A", "1"]


def test_reserves_are_used_in_order_within_their_cell() -> None:
    visits = [
        {"entity_id": "a", "cell": 1, "ticket": "1", "reserve": False},
        {"entity_id": "d", "cell": None, "ticket": "2", "reserve": False},
        {"entity_id": "c", "cell": 1, "ticket": "4", "reserve": True},
        {"entity_id": "b", "cell": 1, "ticket": "3", "reserve": True},
        {"entity_id": "e", "cell": 2, "ticket": "0", "reserve": True},
    ]
    assert next_reserve(visits, [], "a") == "b"
    first = {"entity_id": "a", "reserve": "b"}
    assert next_reserve(visits, [first], "b") == "c"
    assert next_reserve(visits, [first, {"entity_id": "b", "reserve": "c"}], "c") is None
    assert next_reserve(visits, [], "d") is None
    assert [v["entity_id"] for v in made_visits(visits, [first])] == ["d", "b"]


def failing(folder: Path) -> tuple[list[str], bool]:
    """The names of our checks that fail, and whether the other make passes."""
    findings = verify_bundle(folder)
    report = verifier.verify(verifier.read_bundle(folder))
    return sorted({found.name for found in findings if found.ok is False}), report.passed


class Road:
    """A workspace with reserves whose first draw is taken along step by step."""

    def __init__(self, folder: Path) -> None:
        shape = Shape(tiers="shown", reserves=2, abandoned=False, leads=2)
        self.folder = folder
        self.workspace: Workspace = make(folder, shape).workspace
        plan = self.workspace.folder / "plans" / "q1.toml"
        plan.write_text(plan_text(shape).replace('id = "q1"', 'id = "q2"'), encoding="utf-8")
        self.draw = self.workspace.freeze(plan, secret="6f" * 32)["draw"]
        self.workspace.draw(self.draw, NEXT_SELECT_SEED, "dice")

    def shown(self) -> dict[str, Any]:
        return self.workspace.show(self.draw)

    def rows(self, reserve: bool = False) -> list[dict[str, Any]]:
        return [v for v in self.shown()["visits"] if v["reserve"] == reserve]

    def with_reserve(self) -> str:
        """An entity still to be visited in a cell that has a reserve."""
        cells = {v["cell"] for v in self.rows(reserve=True)}
        used = {w["entity_id"] for w in self.shown()["withdrawals"]}
        return next(
            v["entity_id"]
            for v in self.rows()
            if v["cell"] in cells and v["entity_id"] not in used and v["result"] == "0"
        )

    def dealt(self) -> Road:
        self.workspace.staff(self.draw)
        self.workspace.deal(self.draw, NEXT_CREW_SEED, "dice")
        return self

    def published(self, name: str = "public") -> Path:
        self.workspace.publish(self.draw, self.folder / name)
        return self.folder / name

    def holds(self) -> None:
        public = self.published()
        audit = self.folder / "audit"
        self.workspace.audit(self.draw, audit)
        findings = verify_bundle(public, audit)
        assert [found.words("en") for found in findings if found.ok is False] == []
        assert failing(public) == ([], True)

    def results(self, text: str) -> dict[str, Any]:
        path = self.folder / "results.csv"
        path.write_text(text, encoding="utf-8")
        return self.workspace.import_results(self.draw, [path])


@pytest.fixture
def road(tmp_path: Path) -> Road:
    return Road(tmp_path)


def code_of(error: pytest.ExceptionInfo[PlannerError]) -> str:
    return error.value.problems[0].code


def test_before_the_crew_round_a_reserve_is_dealt_like_any_other(road: Road) -> None:
    gone = road.with_reserve()
    told = road.workspace.withdraw(road.draw, gone, "9", "registry extract")
    assert told["reserve"] in {v["entity_id"] for v in road.rows(reserve=True)}
    directed = next(v["entity_id"] for v in road.rows() if v["standing"] == "directed")
    alone = road.workspace.withdraw(road.draw, directed, "12", "moved")
    assert alone["reserve"] is None
    road.holds()
    road.dealt()
    crews = {v["entity_id"]: v["inspectors"] for v in road.shown()["visits"]}
    assert crews[gone] == crews[directed] == []
    assert len(crews[told["reserve"]]) == 4
    road.holds()


def waiting(road: Road, entity: str = "") -> int:
    """The visits of the draw that Today tells of as without a result."""
    lines = road.workspace.cases.today("2027-01-05", entity=entity)["lines"]
    own = [one for one in lines if one["due"] == "visit" and one["subject"] == road.draw]
    return sum(one["number"] for one in own)


def test_today_counts_the_visits_that_are_to_be_made_and_have_no_result(road: Road) -> None:
    assert waiting(road) == 0  # nobody has a crew yet
    road.dealt()
    made = len(road.rows())
    assert waiting(road) == made
    gone = road.with_reserve()
    reserve = road.workspace.withdraw(road.draw, gone, "10", "licence revoked")["reserve"]
    assert waiting(road) == made  # one for the other
    assert (waiting(road, gone), waiting(road, reserve)) == (0, 1)
    directed = next(v["entity_id"] for v in road.rows() if v["standing"] == "directed")
    road.workspace.withdraw(road.draw, directed, "12", "moved")
    assert waiting(road) == made - 1
    unused = next(v["entity_id"] for v in road.rows(reserve=True) if v["entity_id"] != reserve)
    assert waiting(road, unused) == 0
    road.results(f"entity_id,result\n{reserve},1\n")
    assert (waiting(road), waiting(road, reserve)) == (made - 2, 0)


def test_after_the_deal_the_reserve_has_the_crew_of_whose_place_it_takes(road: Road) -> None:
    road.dealt()
    gone = road.with_reserve()
    told = road.workspace.withdraw(road.draw, gone, "10", "licence revoked, =x")
    crews = {v["entity_id"]: v["inspectors"] for v in road.shown()["visits"]}
    assert told["inspectors"] == crews[gone] != []
    assert crews[told["reserve"]] == []
    road.holds()
    again = road.workspace.withdraw(road.draw, told["reserve"], "9", "gone as well")
    assert again["inspectors"] in ([], crews[gone])
    road.holds()


def test_an_inspector_who_may_not_go_is_told(road: Road) -> None:
    gone = road.with_reserve()
    cell = next(v["cell"] for v in road.rows() if v["entity_id"] == gone)
    reserve = next(v["entity_id"] for v in road.rows(reserve=True) if v["cell"] == cell)
    for n in range(6):
        road.workspace.recuse(f"{'=@'[n % 2]}i{n:02d}", reserve)
    road.dealt()
    with pytest.raises(PlannerError) as caught:
        road.workspace.withdraw(road.draw, gone, "9", "gone")
    assert code_of(caught) == "draw.reserve-crew"
    assert road.workspace.withdraw(road.draw, gone, "9", "gone", reserve=False)["reserve"] is None
    road.holds()


def test_what_cannot_be_withdrawn_is_told(road: Road) -> None:
    gone = road.with_reserve()
    spare = road.rows(reserve=True)[0]["entity_id"]
    for entity, result, evidence, code in (
        (gone, "1", "x", "draw.not-gone"),
        (gone, "9", " \t", "draw.no-evidence"),
        (spare, "9", "an extract", "draw.not-open"),
        ("nobody", "9", "an extract", "ids.unknown"),
    ):
        with pytest.raises(PlannerError) as caught:
            road.workspace.withdraw(road.draw, entity, result, evidence)
        assert code_of(caught) == code
    road.workspace.withdraw(road.draw, gone, "9", "an extract")
    with pytest.raises(PlannerError) as caught:
        road.workspace.withdraw(road.draw, gone, "9", "an extract")
    assert code_of(caught) == "draw.not-open"
    with pytest.raises(PlannerError) as caught:
        road.results("entity_id,result\n")
    assert code_of(caught) == "draw.results-early"
    road.workspace.staff(road.draw)
    with pytest.raises(PlannerError) as caught:
        road.workspace.withdraw(road.draw, road.with_reserve(), "9", "an extract")
    assert code_of(caught) == "draw.withdraw-when"


def test_results_come_in_are_mended_and_published(road: Road) -> None:
    road.dealt()
    one, two, three = (v["entity_id"] for v in road.rows()[:3])
    spare = road.rows(reserve=True)[0]["entity_id"]
    told = road.results(
        "主体代码,事项编码,检查日期,检查方式,检查结果,后续处理\n".replace("主体代码", "entity_id")
        + f"{one},REG-01,2027-01-12,实地,未发现问题,\n"
        + f"{two},,2027-01-12,实地检查,1,无需\n"
        + f"{three},FOOD-01,2027-01-13,检验检测,发现问题待后续处理,责令改正\n"
        + f"{spare},REG-01,2027-01-12,实地,1,\n"
        + f"{one},OTHER,2027-01-12,实地,1,\n"
        + f"{one},FOOD-01,2027-01-12,实地,0,\n"
        + f"{one},FOOD-01,2027-01-01,实地,1,\n"
        + f"{one},FOOD-01,2027-01-12,by ear,1,\n"
        + f"{one},FOOD-01,2027-01-12,实地,fine,\n"
        + f"{one},REG-01,2027-01-12,实地,A,\n"
    )
    assert (told["rows"], told["accepted"], told["set_aside"]) == (10, 3, 7)
    assert told["reasons"] == {
        "not-visited": 1, "not-inspected": 1, "no-result": 1, "before-window": 1,
        "unknown-method": 1, "unknown-result": 1, "duplicate": 1,
    }  # fmt: skip
    assert told["open"] == len(road.rows()) - 2
    results = {v["entity_id"]: v["result"] for v in road.rows()}
    assert (results[one], results[two], results[three]) == ("0", "1", "A")
    road.holds()
    again = road.results(f"entity_id,item_id,result\n{one},FOOD-01,1\n{two},REG-01,E\n")
    assert again["changed"]
    results = {v["entity_id"]: v["result"] for v in road.rows()}
    assert (results[one], results[two]) == ("1", "E")
    road.holds()
    lines = len(road.workspace.ledger())
    same = road.results(f"entity_id,item_id,result\n{one},FOOD-01,1\n")
    assert not same["changed"]
    assert len(road.workspace.ledger()) == lines


def tampered(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        document = json.loads((folder / "draw.json").read_text(encoding="utf-8"))
        change(document)
        (folder / "draw.json").write_text(readable_json(document), encoding="utf-8")
        columns = list(document["visits"][0])
        order = (folder / "visits.csv").read_text("utf-8-sig").splitlines()[0].split(",")
        assert set(order) == set(columns)
        (folder / "visits.csv").write_bytes(csv_bytes(order, document["visits"]))
        seal(folder)

    return apply


def pass_unvisited(document: dict[str, Any]) -> None:
    next(v for v in document["visits"] if v["result"] == "0" and not v["reserve"])["result"] = "1"


TAMPERED: dict[str, Callable[[Path], None]] = {
    "unvisited reads as passed": tampered(pass_unvisited),
    "a result mended": tampered(lambda d: d["results"][0].update(result="1")),
    "a result left out": tampered(lambda d: d["results"].pop()),
    "withdrawal left out": tampered(lambda d: d["withdrawals"].pop()),
    "other evidence": tampered(lambda d: d["withdrawals"][0].update(evidence="other")),
    "other reserve": tampered(lambda d: d["withdrawals"][0].update(reserve=None)),
    "other result of a withdrawal": tampered(lambda d: d["withdrawals"][0].update(result="12")),
    "form of a result": tampered(lambda d: d["results"][0].update(method="by ear")),
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    road = Road(tmp_path_factory.mktemp("finished"))
    road.workspace.withdraw(road.draw, road.with_reserve(), "9", "early")
    road.dealt()
    road.workspace.withdraw(road.draw, road.with_reserve(), "7", "late")
    entity = next(v["entity_id"] for v in road.rows() if v["result"] == "0")
    road.results(f"entity_id,result\n{entity},A\n")
    return road.published()


@pytest.mark.parametrize("name", TAMPERED)
def test_both_makes_find_what_was_changed(name: str, finished: Path, tmp_path: Path) -> None:
    assert failing(finished) == ([], True)
    folder = Path(shutil.copytree(finished, tmp_path / "b"))
    TAMPERED[name](folder)
    ours, passed = failing(folder)
    assert ours
    assert not passed

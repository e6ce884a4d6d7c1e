"""`yaohao synth` and `yaohao synth score`: every form of file, scenarios, and scored imports."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from helpers.cli import told, yaohao
from yaohao.planner.register.entities import read_entities
from yaohao.planner.register.mend_file import write_set_aside
from yaohao.planner.vocabulary.problems import CheckFailed, PlannerError
from yaohao.planner.wording.messages import LANGUAGES, catalogue
from yaohao.planner.workspace import Workspace
from yaohao.sample_data import Population
from yaohao.sample_data.corruption import LEVELS, rates_of
from yaohao.sample_data.corruption_kinds import KINDS
from yaohao.sample_data.entities import REGISTER
from yaohao.sample_data.folder import PARTS, write_folder
from yaohao.sample_data.population import AS_OF
from yaohao.sample_data.profile import names
from yaohao.sample_data.scenarios import NAMES, Scenario
from yaohao.sample_data.score import score
from yaohao.sample_data.write import ENCODINGS, FORMATS
from yaohao.scripts.commands import synth
from yaohao.scripts.commands.importing import REGISTERS

ROOT = Path(__file__).resolve().parents[2]


def records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def imported(folder: Path, fmt: str) -> tuple[Path, Path]:
    """The entities of a folder as an import takes them: rows set aside, and the register."""
    import pyarrow.parquet as pq

    read = read_entities([folder / f"entities.{fmt}"])
    aside, register = folder.with_suffix(".csv"), folder.with_suffix(".parquet")
    write_set_aside(read.set_aside.to_pylist(), aside)
    pq.write_table(read.accepted, register)
    assert read.rows == len(read.accepted) + read.set_aside.num_rows
    return aside, register


# The command.


def test_the_command_offers_what_there_is() -> None:
    assert sorted(synth.PROFILES) == names()
    assert synth.SCENARIOS == NAMES
    assert (*FORMATS, "workspace") == synth.FORMATS
    assert synth.ENCODINGS == ENCODINGS
    assert synth.LEVELS == LEVELS
    assert set(synth.IMPORTED) <= set(REGISTERS) & set(PARTS)
    for lang in LANGUAGES:
        assert ",".join(PARTS) in catalogue("cli")["opt-synth-parts"][lang]


def test_words_are_in_both_languages_and_none_is_left_over() -> None:
    source = "".join(
        file.read_text(encoding="utf-8")
        for folder in ("sample_data", "scripts/commands")
        for file in sorted((ROOT / folder).glob("*.py"))
    )
    used = set(re.findall(r"\"synth\.([a-z-]+)\"", source))
    used |= {f"effect-{kind.effect}" for kind in KINDS}
    used |= {f"part-{name}" for name in {*PARTS, "dirt"} - {"details"}}
    assert used == set(catalogue("synth"))
    assert all(set(entry) == set(LANGUAGES) for entry in catalogue("synth").values())


def test_a_population_by_default(tmp_path: Path) -> None:
    found = told("synth", tmp_path / "a", "--entities", "300")
    rows = found["rows"]
    assert rows["entities"] == rows["truth"] == 300 and rows["dirt"] == 0
    written = {path.name for path in (tmp_path / "a").iterdir()}
    registers = {f"{part}.csv" for part in PARTS if part != "details"}
    assert written == {*registers, "dirt.csv", "plan.toml", "MANIFEST.json"}
    manifest = json.loads((tmp_path / "a" / "MANIFEST.json").read_text(encoding="utf-8"))
    assert manifest["notice"].startswith("SYNTHETIC")
    assert found["parameters"].items() <= manifest["parameters"].items()
    for name, count in rows.items():
        assert len(records(tmp_path / "a" / f"{name}.csv")) == count
    again = told("synth", tmp_path / "b", "--entities", "300", "--format", "csv")
    assert again["rows"] == rows
    for name in written:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    shown = yaohao("synth", tmp_path / "a", "--entities", "30", "--parts", "items, leads")
    assert "entities" not in shown.stdout and "items" in shown.stdout
    assert "fictional" in shown.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--entities", "0"], "synth.bad-size"),
        (["--division", "1101"], "synth.no-division"),
        (["--as-of", "tomorrow"], "cli.bad-day"),
        (["--as-of", "1999-01-01"], "synth.bad-day"),
        (["--dirt", "nosuch.toml"], "synth.bad-dirt"),
        (["--scenario", "tiny", "--entities", "7"], "synth.scenario-alone"),
        (["--scenario", "tiny", "--dirt", "light"], "synth.scenario-alone"),
        (["--parts", "entities,gold"], "synth.no-part"),
        (["--format", "workspace", "--parts", "entities"], "synth.part-missing"),
        (["--entities", "1048576", "--format", "xlsx"], "synth.too-long"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, words: list[str], code: str) -> None:
    found = told("synth", tmp_path / "x", *words, status=2)
    assert [error["code"] for error in found["errors"]] == [code]
    assert "{" not in found["errors"][0]["message"]
    assert not (tmp_path / "x").exists()


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("x")
    for fmt, code in (("csv", "synth.folder-in-use"), ("workspace", "workspace.not-empty")):
        words = ("synth", tmp_path, "--entities", "9", "--format", fmt)
        assert told(*words, status=2)["errors"][0]["code"] == code
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]


def test_an_earlier_population_goes_and_a_broken_off_one_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a"
    population = Population(60)
    write_folder(population, folder, "jsonl")
    (folder / "mine.txt").write_text("x")
    write_folder(population, folder, "csv", parts=("items",))
    names_left = {path.name for path in folder.iterdir()}
    assert names_left == {"items.csv", "dirt.csv", "plan.toml", "MANIFEST.json", "mine.txt"}

    def break_off(*_: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Population, "plan", break_off)
        with pytest.raises(KeyboardInterrupt):
            write_folder(population, folder, "parquet")
    write_folder(population, folder, "csv", parts=("leads",))
    names_left = {path.name for path in folder.iterdir()}
    assert names_left == {"leads.csv", "dirt.csv", "plan.toml", "MANIFEST.json", "mine.txt"}
    for text in ("{", "{}", '{"notice": "SYNTHETIC"}', "[1]"):
        (folder / "MANIFEST.json").write_text(text)
        with pytest.raises(PlannerError):
            write_folder(population, folder)


# Forms of files.


@pytest.mark.parametrize(
    ("fmt", "encoding", "size"),
    [
        ("csv", "utf-8", 8_000),  # of so many rows all kinds of dirt are met
        ("csv", "gb18030", 2_500),
        ("xlsx", "utf-8", 2_500),
        ("jsonl", "utf-8", 2_500),
        ("parquet", "", 2_500),
        pytest.param("csv", "gb18030", 8_000, marks=pytest.mark.campaign),
        pytest.param("jsonl", "utf-8", 8_000, marks=pytest.mark.campaign),
        pytest.param("parquet", "", 8_000, marks=pytest.mark.campaign),
    ],
)
def test_an_import_of_heavy_dirt_is_scored(
    tmp_path: Path, fmt: str, encoding: str, size: int
) -> None:
    """In every form of file: by kind precision and recall are above 0.99, or it cannot be seen."""
    folder = tmp_path / "heavy"
    population = Population(size, seed=31, dirt="heavy")
    form: dict[str, Any] = {"encoding": encoding or "utf-8", "parts": ("entities", "details")}
    rows = write_folder(population, folder, fmt, **form)
    scores = score(folder / "dirt.csv", *imported(folder, fmt))
    assert sum(one.planted for one in scores) == rows["dirt"] > size / 8
    if size == 8_000:
        assert {one.kind for one in scores} >= {kind.name for kind in KINDS} - RARE
    for one in scores:
        if one.effect == "unseen":
            assert one.precision is one.recall is None
        else:
            assert one.precision is not None and one.precision > 0.99, one
            assert one.recall is not None and one.recall > 0.99, one
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    write_folder(population, folder, fmt, **form)
    assert files == {path.name: path.read_bytes() for path in folder.iterdir()}


RARE = {"hostile-long", "rounded-unseen"}


def test_forms_hold_the_same_rows(tmp_path: Path) -> None:
    population = Population(500, seed=2, dirt="light")
    ids = []
    for fmt in FORMATS:
        write_folder(population, tmp_path / fmt, fmt)
        read = read_entities([tmp_path / fmt / f"entities.{fmt}"])
        ids.append(read.accepted.to_pylist())
    assert all(rows == ids[0] for rows in ids) and len(ids[0]) > 450
    text = (tmp_path / "jsonl" / "results.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert lines == population.results().to_pylist()


# Scores that are not perfect.


def test_a_bad_import_scores_badly(tmp_path: Path) -> None:
    folder = tmp_path / "heavy"
    write_folder(Population(3_000, seed=5, dirt="heavy"), folder)
    aside, _ = imported(folder, "csv")
    with aside.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    planted = records(folder / "dirt.csv")
    lost = next(row for row in planted if row["kind"] == "missing-name")
    extra = dict(rows[0]) | {"set_aside_line": "2", "set_aside_reason": "bad-check-digit (x)"}
    kept = [row for row in rows if row["set_aside_line"] != lost["line"]]
    with aside.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows([*kept, extra])
    by_kind = {one.kind: one for one in score(folder / "dirt.csv", aside)}
    names_lost = by_kind["missing-name"]
    assert names_lost.found == names_lost.planted - 1 and names_lost.recall < 1  # type: ignore[operator]
    assert by_kind["bad-check-digit"].false == by_kind["transposed"].false == 1
    assert by_kind["blanks"].recall is None  # nothing is known without the register
    result = yaohao("synth", "score", folder / "dirt.csv", aside, "--least", "0.999")
    assert result.exit_code == 1 and "missing-name" in result.stderr
    assert yaohao("synth", "score", folder / "dirt.csv", aside).exit_code == 0


def test_what_an_import_alters_is_seen(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    folder = tmp_path / "heavy"
    write_folder(Population(3_000, seed=5, dirt="heavy"), folder)
    aside, register = imported(folder, "csv")
    table = pq.read_table(register)
    rows = table.to_pylist()
    damaged = {row["entity_id"] for row in records(folder / "dirt.csv")}
    sound = next(row for row in rows if row["entity_id"] not in damaged)
    sound["established_on"] = "2001-01-01"
    serial = next(r for r in records(folder / "dirt.csv") if r["kind"] == "date-serial")
    next(row for row in rows if row["entity_id"] == serial["entity_id"])["established_on"] = "x"
    pq.write_table(type(table).from_pylist(rows, table.schema), register)
    by_kind = {one.kind: one for one in score(folder / "dirt.csv", aside, register)}
    assert by_kind["date-serial"].found == by_kind["date-serial"].planted - 1
    assert by_kind["date-slashes"].false == by_kind["date-serial"].false == 1
    assert by_kind["tier-words"].precision == by_kind["tier-words"].recall == 1


def test_score_refuses_other_files(tmp_path: Path) -> None:
    folder = tmp_path / "light"
    write_folder(Population(800, seed=5, dirt="light"), folder)
    aside, register = imported(folder, "csv")
    ledger = folder / "dirt.csv"
    cases: list[tuple[Any, ...]] = [
        ("no-ledger", folder / "items.csv", aside),
        ("unreadable", folder / "nosuch.csv", aside),
        ("no-set-aside", ledger, folder / "items.csv"),
        ("unreadable", ledger, aside, folder / "items.csv"),
        ("unreadable", ledger, tmp_path / "x.json"),
    ]
    for code, *given in cases:
        with pytest.raises(PlannerError) as caught:
            score(*given)
        assert [problem.code for problem in caught.value.problems] == [f"synth.{code}"]
    manifest = folder / "MANIFEST.json"
    text = manifest.read_text("utf-8")
    manifest.write_text(text.replace('"entities": 800', '"entities": "x"'))
    with pytest.raises(PlannerError):
        score(ledger, aside, register)
    manifest.write_text(text.replace('"version": "', '"version": "0'))
    with pytest.raises(PlannerError, match="version"):
        score(ledger, aside, register)


# A workspace.


def test_straight_into_a_workspace_and_scored_from_it(tmp_path: Path) -> None:
    workspace = tmp_path / "bureau"
    words = ("--entities", "2000", "--dirt", "heavy", "--format", "workspace", "--seed", "3")
    found = told("synth", workspace, *words)
    assert [one["register"] for one in found["imports"]] == list(synth.IMPORTED)
    assert found["imports"][0]["rows"] == 2000 > found["imports"][0]["accepted"] > 1500
    sizes = Workspace(workspace).register()["registers"]
    assert sizes["inspectors"] == 48 and sizes["leads"] == 6 and sizes["items"] == 12
    assert told("--workspace", workspace, "plan", "check", workspace / found["plan"])
    aside = tmp_path / "aside.json"
    aside.write_text(
        yaohao("--workspace", workspace, "register", "set-aside", "--json").stdout, encoding="utf-8"
    )
    register = next((workspace / "register" / "entities").glob("*.parquet"))
    ledger = workspace / synth.FILES / "dirt.csv"
    result = told("synth", "score", ledger, aside, "--register", register, "--least", "0.99")
    assert all(one["recall"] == 1 for one in result["kinds"] if one["effect"] != "unseen")
    shown = yaohao("synth", "score", ledger, aside, lang="zh")
    assert shown.exit_code == 0 and "无法识别" in shown.stdout


# Scenarios.


def workspace_of(scenario: str, folder: Path) -> Workspace:
    told("synth", folder, "--scenario", scenario, "--format", "workspace")
    return Workspace(folder)


def test_tiny_meets_every_rule(tmp_path: Path) -> None:
    from yaohao.planner.vocabulary import terms

    workspace = workspace_of("tiny", tmp_path / "b")
    reasons = json.dumps(workspace.preview(tmp_path / "b" / "plans" / "synthetic.toml"))
    # All but ``batch``, which takes an earlier draw.
    for rule in (
        "visit-cap", "recent-visit", "tolerance", "low-risk", "coverage", "reminder:REG-01.patrol",
        "trigger:PUB-01.complaint", "trigger-based:REG-01",
        *(f"lead:{code}" for code in terms.codes("trigger")),
    ):  # fmt: skip
        assert f'"{rule}' in reasons, rule
    rows = Scenario("tiny").table().to_pylist()
    assert len(rows) == 50
    for column in ("tier", "kind", "status"):
        assert {row[column] for row in rows} >= set(terms.codes(column)), column
    assert {tag for row in rows for tag in row["fields"].split(",")} >= set(terms.codes("fields"))
    assert sum(row["tier"] == "" for row in rows) and sum(not r["established_on"] for r in rows)
    inspectors = Scenario("tiny").inspectors()
    assert sum(not one["certificate_until"] for one in inspectors) == 1
    assert any("" < one["certificate_until"] < str(AS_OF) for one in inspectors)
    assert any(one["recused"] for one in inspectors) and any(one["absent"] for one in inspectors)


def test_conflict_is_refused_with_its_mends(tmp_path: Path) -> None:
    workspace = workspace_of("conflict", tmp_path / "b")
    with pytest.raises(PlannerError) as caught:
        workspace.preview(tmp_path / "b" / "plans" / "synthetic.toml")
    assert len(caught.value.problems) >= 2
    assert "quota[1].min" in str(caught.value) and "quota[2].max" in str(caught.value)


def test_hash_edge_goes_the_whole_road(tmp_path: Path) -> None:
    workspace = workspace_of("hash-edge", tmp_path / "b")
    frozen = workspace.freeze(tmp_path / "b" / "plans" / "synthetic.toml")
    drawn = workspace.draw(frozen["draw"], "90215577340168824953", "20 dice")
    assert drawn["drawn"] >= 4
    workspace.publish(frozen["draw"], tmp_path / "out")
    ids = Scenario("hash-edge").table().column("entity_id").to_pylist()
    assert len(set(ids)) == 200 and max(map(len, ids)) == 64
    assert sorted(ids) != sorted(ids, key=str.lower) != ids
    findings = workspace.verify(tmp_path / "out")
    assert not [finding.name for finding in findings if finding.ok is False]


def test_one_inspector_is_too_few(tmp_path: Path) -> None:
    workspace = workspace_of("one-inspector", tmp_path / "b")
    with pytest.raises(PlannerError) as refused:
        workspace.freeze(tmp_path / "b" / "plans" / "synthetic.toml")
    assert refused.value.problems[0].code == "plan_check.frozen-unstaffed"
    frozen = workspace.freeze("synthetic", despite=["unstaffed"])
    workspace.draw(frozen["draw"], "90215577340168824953", "20 dice")
    with pytest.raises(CheckFailed):
        workspace.staff(frozen["draw"])


@pytest.mark.parametrize("name", NAMES)
def test_scenarios_are_consistent(name: str) -> None:
    """Truth and results are of the same entities, and results of the register's last visits."""
    scenario = Scenario(name)
    rows = scenario.table().to_pylist()
    assert [row["entity_id"] for row in rows] == scenario.truth().column("entity_id").to_pylist()
    last: dict[str, str] = {}
    for row in scenario.results().to_pylist():
        last[row["entity_id"]] = max(last.get(row["entity_id"], ""), row["visited_on"])
    assert last == {r["entity_id"]: r["inspected_on"] for r in rows if r["inspected_on"]}
    ids = {row["entity_id"] for row in rows}
    assert all(lead["entity_id"] in ids for lead in scenario.leads())
    with pytest.raises(PlannerError):
        Scenario("nosuch")


# Dirt from a file.


def test_dirt_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "dirt.toml"
    file.write_text("[rates]\nmissing-id = 200_000\nblanks = 300_000\n")
    told("synth", tmp_path / "a", "--entities", "1000", "--dirt", file)
    counts = [row["kind"] for row in records(tmp_path / "a" / "dirt.csv")]
    assert set(counts) == {"missing-id", "blanks"}
    assert 150 < counts.count("missing-id") < 250 and 240 < counts.count("blanks") < 360
    aside, register = imported(tmp_path / "a", "csv")
    assert all(one.recall == 1 for one in score(tmp_path / "a" / "dirt.csv", aside, register))
    manifest = json.loads((tmp_path / "a" / "MANIFEST.json").read_text(encoding="utf-8"))
    assert manifest["parameters"]["dirt"] == {"blanks": 300_000, "missing-id": 200_000}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[rates]\nmissing-ids = 5", "no-kind"),
        ("[rates]\nblanks = 0.5", "bad-rate"),
        ("[rates]\nblanks = -1", "bad-rate"),
        ("[rates]\nblanks = true", "bad-rate"),
        ("[rates]\nblanks = 600_000\nmissing-id = 500_000", "too-dirty"),
        ("rates = 5", "bad-dirt"),
        ("[other]\nx = 1", "bad-dirt"),
        ("not toml", "bad-dirt"),
    ],
)
def test_a_wrong_dirt_file_is_refused(tmp_path: Path, text: str, code: str) -> None:
    file = tmp_path / "dirt.toml"
    file.write_text(text)
    found = told("synth", tmp_path / "x", "--dirt", file, status=2)
    assert found["errors"][0]["code"] == f"synth.{code}"


def test_levels_never_ask_for_more_than_all_rows() -> None:
    for level in LEVELS:
        assert rates_of(rates_of(level)) == rates_of(level)


# Size.


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read where Linux keeps it")
def test_memory_does_not_grow_with_the_population() -> None:
    # Not ru_maxrss: a process starts with what the process that made it had, which in a long run
    # of tests is more than the population needs.
    program = (
        "import sys; from pathlib import Path; from yaohao.sample_data import Population\n"
        "for page in Population(int(sys.argv[1]), profile='province').sheets(): pass\n"
        "print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
    )
    peaks = [
        int(
            subprocess.run(
                [sys.executable, "-c", program, size],
                check=True, capture_output=True, text=True, cwd=ROOT,
            ).stdout
        )
        for size in ("500000", "1000000")
    ]  # fmt: skip
    assert peaks[1] < 1.25 * peaks[0] < 1_000_000
    assert len(REGISTER) == 12


def test_the_page_tells_every_kind_column_and_scenario() -> None:
    from yaohao.sample_data import results as sample_results
    from yaohao.sample_data.entities import DETAILS
    from yaohao.sample_data.folder import LEDGER

    page = (ROOT / "docs" / "sample-data.md").read_text(encoding="utf-8")
    told_of = set(re.findall(r"`([^`\n]+)`", page))
    assert {kind.name for kind in KINDS} <= told_of
    assert {*DETAILS, *sample_results.COLUMNS, *LEDGER} <= told_of
    assert {*NAMES, *FORMATS} <= told_of
    effects = {"set-aside": "rejected", "tidied": "made harmless", "kept": "kept, as text"}
    effects |= {"unseen": "not detectable", "mended": "corrected", "left-out": "omitted"}
    for kind in KINDS:
        row = next(row for row in page.splitlines() if row.startswith(f"| {effects[kind.effect]} "))
        assert f"`{kind.name}`" in row, kind.name

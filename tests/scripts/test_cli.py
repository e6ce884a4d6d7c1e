"""The command line: the whole road, its JSON, its refusals, how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.cli import PLAN, SEEDS, SOURCE, fill, free_rows, told, walk, write_csv, yaohao
from yaohao.planner.vocabulary.problems import CheckFailed, Problem
from yaohao.scripts.cli import guarded

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def dealt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose draw `spring` is dealt; tests only look at it."""
    workspace = fill(tmp_path_factory.mktemp("dealt"))
    walk(workspace)
    return workspace


@pytest.mark.parametrize("register", ["free", "china"])
def test_the_whole_road(tmp_path: Path, register: str) -> None:
    workspace = fill(tmp_path, register)
    here = ("--workspace", workspace)
    preview = told(*here, "plan", "preview", workspace / "plans" / "spring.toml")
    frozen = told(*here, "freeze", workspace / "plans" / "spring.toml")
    names = {"draw", "commitment", "frame", "plan", "lottery", "scope", "pool", "directed", "out"}
    assert names <= set(frozen)
    assert {name: preview[name] for name in ("scope", "pool", "directed", "out")} == {
        name: frozen[name] for name in ("scope", "pool", "directed", "out")
    }
    assert frozen["scope"] == (60 if register == "free" else 40)
    assert frozen["directed"] == 1
    assert frozen["pool"] + frozen["directed"] + sum(frozen["out"].values()) == frozen["scope"]

    assert told(*here, "publish", "spring", "--to", tmp_path / "first")["stage"] == "committed"
    drawn = told(*here, "draw", "spring", "--seed", SEEDS[0], "--source", SOURCE)
    expected = preview["expected"]
    assert expected // 1_000_000 <= drawn["drawn"] <= -(-expected // 1_000_000)
    staffed = told(*here, "staff", "spring")
    assert staffed["commitment"] != frozen["commitment"]
    dealt = told(*here, "deal", "spring", "--seed", "-", "--source", SOURCE, status=2)
    assert dealt["errors"][0]["code"] == "round.seed-too-short"  # nothing on standard input
    result = yaohao(*here, "deal", "spring", "--seed", "-", "--json", stdin=f" {SEEDS[1]}\n")
    assert json.loads(result.stdout)["dealt"] == drawn["drawn"] + drawn["directed"]

    bundle, audit = tmp_path / "bundle", tmp_path / "audit"
    written = told(*here, "publish", "spring", "--to", bundle, "--format", "xlsx")
    assert {"draw.json", "visits.csv", "ledger.jsonl", "verify.py"} <= set(written["files"])
    told(*here, "audit", "spring", "--to", audit)
    assert (audit / "secret").stat().st_mode & 0o777 == 0o600
    secret = (audit / "secret").read_text().strip()
    verified = told("verify", bundle, "--audit", audit)
    assert verified["ok"]
    assert secret not in json.dumps([frozen, drawn, staffed, written, verified])

    entity = told(*here, "show", "spring")["visits"][0]["entity_id"]
    why = told(*here, "why", "spring", entity)
    assert why["drawn"] is True
    assert why["ticket"] <= why["threshold"]
    proof = tmp_path / "proof.json"
    told(*here, "proof", "spring", entity, "--to", proof)
    assert json.loads(proof.read_text()) == told(*here, "proof", "spring", entity)
    assert told("verify", bundle, "--proof", proof)["ok"]
    absence, nobody = tmp_path / "absence.json", "cafe-99" if register == "free" else "999"
    asked = ("proof", "spring", nobody, "--absent")
    assert told(*here, *asked, "--to", absence)["entity"] == nobody
    assert json.loads(absence.read_text()) == told(*here, *asked)
    assert told("verify", bundle, "--proof", absence)["ok"]
    assert told(*here, "log", "--verify")["lines"] == len(told(*here, "log")["ledger"])


def test_what_is_set_aside_is_told_and_comes_back_mended(tmp_path: Path) -> None:
    workspace = fill(tmp_path, "china")
    here = ("--workspace", workspace)
    rows = told(*here, "register", "set-aside")["set_aside"]
    assert [row["reason"] for row in rows] == ["bad-check-digit"]
    export = tmp_path / "mend.csv"
    assert told(*here, "register", "set-aside", "--export", export)["rows"] == 1
    precious = tmp_path / "entities.csv"
    before = precious.read_bytes()
    refused = told(*here, "register", "set-aside", "--export", precious, status=2)
    assert refused["errors"][0]["code"] == "cli.exists"
    assert precious.read_bytes() == before
    words = yaohao(*here, "register", "set-aside").stdout
    assert "bad-check" not in words
    assert "check digit" in words


def test_maps_and_values(tmp_path: Path) -> None:
    workspace = tmp_path / "bureau"
    yaohao("init", workspace, "--register", "free")
    file = write_csv(
        tmp_path / "licences.csv",
        [{"LICENSE": "L-1", "DBA": "Bar", "Risk": "Risk 1 (High)", "Other": "x"}],
    )
    words = ("--workspace", workspace, "import", "entities", file)
    maps = ("--map", "entity_id=LICENSE", "--map", "name=DBA", "--map", "tier=Risk")
    trial = told(*words, *maps, "--value", "tier:Risk 1 (High)=D", "--dry-run")
    assert (trial["accepted"], trial["size"], trial["ignored"]) == (1, 0, ["Other"])
    mapping = tmp_path / "map.toml"
    mapping.write_text(
        '[map]\nentity_id = "LICENSE"\nname = "DBA"\ntier = "Risk"\n'
        '[value.tier]\n"Risk 1 (High)" = "D"\n'
    )
    assert told(*words, "--mapping", mapping)["accepted"] == 1
    assert told("--workspace", workspace, "register")["entities"]["tier"] == {"D": 1}
    for bad in ("[maps]\n", "map = 1\n", "[map]\nname = 2\n", "not toml"):
        mapping.write_text(bad)
        refused = told(*words, "--mapping", mapping, status=2)
        assert refused["errors"][0]["code"] == "cli.bad-mapping"
    assert told(*words, "--map", "name", status=2)["errors"][0]["code"] == "cli.bad-map"
    assert told(*words, "--value", "tier=D", status=2)["errors"][0]["code"] == "cli.bad-value"


def test_steps_out_of_order_name_the_missing_step(tmp_path: Path) -> None:
    workspace = fill(tmp_path)
    here = ("--workspace", workspace)
    seed = ("--seed", SEEDS[0], "--source", SOURCE)
    assert told(*here, "draw", "spring", *seed, status=2)["errors"][0]["code"] == "draw.none"
    walk(workspace, "freeze")
    for words, missing in ((("staff", "spring"), "draw"), (("deal", "spring", *seed), "draw")):
        error = told(*here, *words, status=2)["errors"][0]
        assert (error["code"], error["params"]["missing"]) == ("draw.out-of-order", missing)
        assert f"yaohao {missing} spring" in error["message"]
    short = told(*here, "draw", "spring", "--seed", "1234567890123456789", status=2)
    assert short["errors"][0]["code"] == "round.seed-too-short"
    told(*here, "draw", "spring", *seed)
    again = told(*here, "draw", "spring", "--seed", SEEDS[1], status=2)["errors"][0]
    assert again["code"] == "draw.already"
    assert told(*here, "show", "spring")["select"]["seed"] == SEEDS[0]
    error = told(*here, "deal", "spring", *seed, status=2)["errors"][0]
    assert error["params"]["missing"] == "staff"


def test_an_unwitnessed_draw_is_called_so_wherever_it_is_shown(tmp_path: Path) -> None:
    workspace = fill(tmp_path)
    here = ("--workspace", workspace)
    walk(workspace, "freeze")
    result = yaohao(*here, "draw", "spring", "--seed", SEEDS[0])
    assert result.exit_code == 0
    shown = [result]
    shown += [yaohao(*here, *words) for words in (("show",), ("show", "spring"))]
    shown += [yaohao(*here, "why", "spring", "cafe-03"), yaohao(*here, "publish", "spring")]
    assert all("unwitnessed" in one.stderr for one in shown)
    assert "unwitnessed" not in yaohao(*here, "log").stderr
    as_json = yaohao(*here, "show", "spring", "--json")
    assert "unwitnessed" in as_json.stderr
    assert json.loads(as_json.stdout)["unwitnessed"] is True


def test_an_infeasible_crew_round_says_what_falls_short(tmp_path: Path) -> None:
    workspace = fill(tmp_path)
    here = ("--workspace", workspace)
    walk(workspace, "draw")
    for number in range(5):
        told(*here, "absent", f"P-{number}", "2027-03-01", "2027-06-30")
    result = yaohao(*here, "staff", "spring")
    assert result.exit_code == 1
    assert "positions" in result.stderr
    assert told(*here, "show", "spring")["stage"] == "drawn"


def test_abandoning(tmp_path: Path) -> None:
    workspace = fill(tmp_path)
    here = ("--workspace", workspace)
    walk(workspace, "freeze")
    assert yaohao(*here, "abandon", "spring").exit_code == 2
    assert told(*here, "abandon", "spring", "--reason", "a mistake")["reason"] == "a mistake"
    assert "abandoned" in yaohao(*here, "show").stdout
    assert told(*here, "freeze", workspace / "plans" / "spring.toml")["draw"] == "spring-2"
    acts = [line["act"]["act"] for line in told(*here, "log", "--draw", "spring")["ledger"]]
    assert acts == ["freeze", "commitment", "abandonment"]


def test_recusals_are_kept(tmp_path: Path) -> None:
    workspace = fill(tmp_path)
    here = ("--workspace", workspace)
    walk(workspace, "draw")
    entity = told(*here, "show", "spring")["visits"][0]["entity_id"]
    for number in range(4):
        told(*here, "recuse", f"P-{number}", entity)
    told(*here, "staff", "spring")
    told(*here, "deal", "spring", "--seed", SEEDS[1], "--source", SOURCE)
    assert told(*here, "show", "spring")["visits"][0]["inspectors"] == ["P-4", "P-5"]
    assert told(*here, "recuse", "P-9", entity, status=2)["errors"]


def test_plans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "q1.toml"
    words = ("plan", "new", file, "--title", 'a "b"', "--as-of", "2027-01-04", "--item", "X")
    assert told(*words) == {"plan": "q1", "title": 'a "b"', "file": str(file)}
    before = file.read_text()
    assert told(*words, status=2)["errors"][0]["code"] == "cli.exists"
    assert file.read_text() == before
    assert told("plan", "new", "z.toml", "--as-of", "soon", status=2)["errors"]
    assert not (tmp_path / "z.toml").exists()
    assert told("plan", "check", file)["ok"] is True  # outside a workspace
    file.write_text(PLAN.replace('A = "20%"', "A = 0").replace("years = 3", "years = -1"))
    assert len(told("plan", "check", file, status=1)["errors"]) >= 3
    assert told("plan", "check", tmp_path / "none.toml", status=2)["errors"]


def test_the_workspace_is_found(dealt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = told("show", "--workspace", dealt)
    assert told("--workspace", dealt, "show") == expected
    monkeypatch.chdir(dealt / "plans")
    assert told("show") == expected
    monkeypatch.chdir(dealt.parent)
    assert told("show", status=2)["errors"][0]["code"] == "workspace.no-workspace"
    monkeypatch.setenv("YAOHAO_WORKSPACE", str(dealt))
    assert told("show") == expected


def test_json_before_and_after_the_command(dealt: Path) -> None:
    for words in (("--json", "register"), ("register", "--json")):
        result = yaohao("--workspace", dealt, *words)
        assert json.loads(result.stdout)["registers"]["entities"] == 60
        assert result.stderr == ""


def test_wrong_use_is_told_in_both_forms() -> None:
    for words in (
        ("nosuch",),
        ("draw",),
        ("draw", "x", "--sed"),
        ("import", "x", "y"),
        ("verify",),
    ):
        result = yaohao(*words, "--json")
        assert result.exit_code == 2
        assert json.loads(result.stdout)["errors"][0]["message"]
        assert yaohao(*words).stdout == ""


def test_a_changed_bundle_fails_with_status_1(dealt: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    told("--workspace", dealt, "publish", "spring", "--to", bundle)
    record = bundle / "draw.json"
    record.write_text(record.read_text().replace("Food office", "Food bureau"))
    found = told("verify", bundle, status=1)
    assert found["ok"] is False
    assert any(one["ok"] is False for one in found["findings"])
    assert "FAILS" in yaohao("verify", bundle).stdout


def test_two_machines_give_the_same_bytes(tmp_path: Path) -> None:
    """All but times and the secret: the preview, the registers, the plan's checks."""
    shown = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        workspace = fill(tmp_path / name)
        here = ("--workspace", workspace, "--json")
        plan = workspace / "plans" / "spring.toml"
        shown.append(
            yaohao(*here, "register").stdout + yaohao(*here, "plan", "preview", plan).stdout
        )
    assert shown[0] == shown[1]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (CheckFailed(Problem("cli.exists", {"file": "x"})), 1),
        (KeyboardInterrupt(), 130),
        (RuntimeError("broken"), 70),
        (PermissionError(13, "Permission denied", "f"), 2),
    ],
)
def test_no_traceback_ever(
    error: BaseException, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    def work() -> None:
        raise error

    assert guarded(work, as_json=lambda: False) == status
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Traceback" not in shown.err
    assert len(shown.err.strip().splitlines()) == 1


def test_a_closed_pipe_is_no_error(dealt: Path) -> None:
    words = f"{sys.executable} -m yaohao --workspace {dealt} log --json | head -c 1"
    environment = {**os.environ, "YAOHAO_LANG": "en"}
    result = subprocess.run(
        words, shell=True, capture_output=True, text=True, cwd=ROOT, env=environment, check=False
    )
    assert (result.stdout, result.stderr) == ("{", "")


def test_sixty_rows_are_what_was_written() -> None:
    assert len({row["entity_id"] for row in free_rows()}) == 60

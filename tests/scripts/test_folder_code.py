"""No file of the folder where people work is run, by no command, however Python was started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.cli import SEEDS, fill
from helpers.hostile_folder import AT_START, SHADOWS, hostile_folder

ROOT = Path(__file__).resolve().parents[2]
AS_SCRIPTS = """
import sys
lines = [line.split("\\t") for line in sys.argv[1:]]
for line in lines:
    sys.argv[1:] = line
    # What the installed script `yaohao` holds.
    try:
        from yaohao.__main__ import main; main()
    except SystemExit as ended:
        if ended.code:
            raise
"""
"""Runs commands one after another: what an earlier one loaded is not looked for again."""
TOGETHER = 5
"""Commands that one process runs."""
ROAD = (
    "init other --register free",
    "--workspace B import entities more.xlsx",
    "--workspace B import entities more.parquet",
    "--workspace B register",
    "plan new p.toml",
    "--workspace B plan check B/plans/spring.toml",
    "--workspace B plan preview B/plans/spring.toml",
    "--workspace B simulate B/plans/spring.toml --years 2",
    "--workspace B freeze B/plans/spring.toml",
    f"--workspace B draw spring --seed {SEEDS[0]} --source dice --witness Li",
    "--workspace B staff spring",
    f"--workspace B deal spring --seed {SEEDS[1]} --source dice",
    "key new bureau.key",
    "--workspace B publish spring --to out --format xlsx --sign bureau.key",
    "--workspace B notices spring --to forms",
    "--workspace B audit spring --to auditor",
    "verify out --audit auditor",
    "synth city --entities 50",
    "--workspace B status",
    "--workspace B log",
)


def run(words: list[str], cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {
        **os.environ,
        "YAOHAO_LANG": "en",
        "YAOHAO_PASSPHRASE": "correct horse battery",
        **environment,
    }
    return subprocess.run(
        [sys.executable, *words], cwd=cwd, env=given, capture_output=True, text=True, check=False
    )


def tables(folder: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet
    import xlsxwriter

    book = xlsxwriter.Workbook(folder / "more.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["entity_id", "name"])
    sheet.write_row(1, 0, ["bar-1", "Bar 1"])
    book.close()
    table = pa.table({"entity_id": ["bar-2"], "name": ["Bar 2"]})
    pyarrow.parquet.write_table(table, folder / "more.parquet")


@pytest.mark.slow
def test_the_whole_road_runs_nothing_of_the_folder(tmp_path: Path) -> None:
    """With an empty entry in PYTHONPATH too, which puts the folder before everything."""
    here = tmp_path / "hostile"
    mark = hostile_folder(here, tuple(name for name in SHADOWS if name != "yaohao"))
    workspace = fill(tmp_path)
    tables(here)
    for begin in range(0, len(ROAD), TOGETHER):
        lines = ROAD[begin : begin + TOGETHER]
        words = ["\t".join(line.replace(" B", f" {workspace}").split()) for line in lines]
        done = run(
            ["-P", "-c", AS_SCRIPTS, *words],
            here,
            PYTHONPATH=os.pathsep.join(["", "/nowhere", str(ROOT)]),
        )
        assert done.returncode == 0, (lines, done.stdout, done.stderr)
        assert not mark.exists(), (lines, mark.read_text())


def test_as_a_module_nothing_of_the_folder_runs_either(tmp_path: Path) -> None:
    """``python -m yaohao``: only a folder named `yaohao` itself would be taken for the program."""
    here = tmp_path / "hostile"
    mark = hostile_folder(here, (*(name for name in SHADOWS if name != "yaohao"), *AT_START))
    for words in (["--version"], ["init", "b"], ["--workspace", "b", "status"]):
        done = run(["-m", "yaohao", *words], here, PYTHONPATH=str(ROOT))
        assert done.returncode == 0, done.stderr
    assert not mark.exists(), mark.read_text()


def test_the_reader_of_files_gets_no_working_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from yaohao.planner.register import child_process

    started: list[dict[str, str]] = []

    class Stopped(Exception):
        pass

    def start(words: list[str], *, env: dict[str, str], **_: object) -> None:
        assert words[1] == "-P"
        started.append(env)
        raise Stopped

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", ".", str(tmp_path), str(ROOT)]))
    monkeypatch.setattr(child_process.subprocess, "Popen", start)
    from yaohao.planner.register.file_probe import survey

    tables(tmp_path)
    with pytest.raises(Stopped):
        list(child_process.read_parquet(survey(tmp_path / "more.parquet"), lambda _: 1))
    assert started[0]["PYTHONPATH"] == str(ROOT)
    assert started[0]["PYTHONSAFEPATH"] == "1"


def test_the_parts_of_sample_data_come_from_the_package(tmp_path: Path) -> None:
    """A folder `sample_data` that comes first on the path is somebody else's."""
    mark = hostile_folder(tmp_path / "hostile", ("sample_data",))
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'hostile')!r})\n"
        "import yaohao.sample_data as made; print(made.Population.__module__)"
    )
    done = run(["-P", "-c", code], tmp_path, PYTHONPATH=str(ROOT))
    assert done.stdout.strip() == "yaohao.sample_data.population", done.stderr
    assert not mark.exists()


def test_each_column_engine_reads_no_extension_of_the_users() -> None:
    """`connect` is the one place where an engine starts: it loads and installs nothing."""
    from yaohao.planner.engine.duckdb import connect

    with connect(threads=1) as engine:
        for name in ("autoinstall_known_extensions", "autoload_known_extensions"):
            assert engine.execute(f"SELECT current_setting('{name}')").fetchone() == (False,)
        assert engine.execute("SELECT current_setting('threads')").fetchone() == (1,)
    elsewhere = [
        path.name
        for room in ("planner", "scripts", "tui", "sample_data")
        for path in (ROOT / room).rglob("*.py")
        if "duckdb.connect(" in path.read_text(encoding="utf-8")
    ]
    assert elsewhere == ["duckdb.py"]

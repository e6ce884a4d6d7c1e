"""Imports that do not fit into memory: rows in runs on the disk, merged range by range."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers.campaign import sizes
from helpers.kill_at import Killer
from helpers.large_imports import SMALL
from hypothesis import given, settings
from hypothesis import strategies as st
from yaohao.planner.register.seen_ids import NumberSet, SeenIds
from yaohao.planner.register.silence import Silence
from yaohao.planner.register.sorted_runs import SortedRuns
from yaohao.planner.schema.entity import schema
from yaohao.planner.storage.leftovers import strangers
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.registration_numbers import is_registration_number
from yaohao.planner.workspace import Workspace
from yaohao.sample_data import Population


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    with monkeypatch.context() as patched:
        for name, value in SMALL.items():
            patched.setattr(name, value)
        yield patched


def held(workspace: Workspace) -> tuple[Any, Any, Any]:
    """The register, the rows set aside, and the ledger without its times."""
    path, content, _ = workspace._workspace.snapshot_path()
    ledger = [
        {name: value for name, value in line.act.items() if name != "at"}
        for line in workspace._workspace.store.ledger()
    ]
    aside = [
        {name: value for name, value in row.items() if name != "source"}
        for row in workspace.set_aside("entities")
    ]
    return (pq.read_table(path).to_pylist(), content), aside, ledger


def told(report: Any) -> Any:
    return json.loads(json.dumps(report, default=str))


def registers(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """Files to import one after the other, with their options."""
    Population(900, seed=3, dirt="heavy").write_csv(folder / "a.csv")
    Population(700, seed=3).write_csv(folder / "b.csv")
    lines = (folder / "b.csv").read_text(encoding="utf-8").splitlines()
    chance = random.Random(1)
    again = [lines[0]]
    for line in chance.sample(lines[1:], 400):
        cells = line.split(",")
        cells[1] = f"{cells[1]}{chance.randrange(3)}"
        cells[9] = "" if chance.random() < 0.4 else cells[9]
        again.append(",".join(cells))
    (folder / "c.csv").write_text("\n".join([*again, *lines[1:120]]) + "\n", encoding="utf-8")
    ids = [line.split(",")[0] for line in lines[1:90]]
    days = [f"{one},N,2026-0{1 + n % 9}-0{1 + n % 3}" for n, one in enumerate(ids * 3)]
    (folder / "d.csv").write_text(
        "\n".join(["entity_id,name,inspected_on", *days]) + "\n", encoding="utf-8"
    )
    numbers = [f"{one},N,1505020000{n:05d}" for n, one in enumerate(ids)]
    (folder / "e.csv").write_text(
        "\n".join(["entity_id,name,registration_number", *numbers]) + "\n", encoding="utf-8"
    )
    (folder / "f.csv").write_text("\n".join([lines[0], *lines[100:]]) + "\n", encoding="utf-8")
    return [
        (folder / "a.csv", {}), (folder / "b.csv", {}), (folder / "c.csv", {"empty": True}),
        (folder / "d.csv", {}), (folder / "e.csv", {}), (folder / "c.csv", {"dry_run": True}),
        (folder / "f.csv", {"replace": True}),
    ]  # fmt: skip


@pytest.mark.parametrize("whole_runs", [False, True])
def test_what_goes_to_the_disk_makes_the_register_that_memory_makes(
    tmp_path: Path, small: pytest.MonkeyPatch, whole_runs: bool
) -> None:
    if whole_runs:  # the rows fit, the register does not
        small.setattr("yaohao.planner.register.entities.HELD", 1 << 30)
        small.setattr("yaohao.planner.operations.import_files.MANY_ROWS", 0)
    files = registers(tmp_path)
    runs: list[int] = []
    add = SortedRuns.add

    def counted(self: SortedRuns, table: pa.Table, *rest: Any) -> None:
        runs.append(table.num_rows)
        add(self, table, *rest)

    small.setattr(SortedRuns, "add", counted)
    large = Workspace.create(tmp_path / "large")
    theirs = [told(large.import_files("entities", [file], **how)) for file, how in files]
    assert bool(runs) != whole_runs
    small.undo()
    plain = Workspace.create(tmp_path / "plain")
    ours = [told(plain.import_files("entities", [file], **how)) for file, how in files]
    assert theirs == ours
    assert any(report["effects"]["kept"] for report in ours) and ours[-1]["effects"]["gone"]
    assert any(report["set_aside"] for report in ours)
    assert held(large) == held(plain)
    assert [path.name for path in large.folder.iterdir() if path.name.startswith(".")] == []


def test_firms_with_two_numbers_meet_across_ranges(
    tmp_path: Path, small: pytest.MonkeyPatch
) -> None:
    """Who was there by the number goes on under the code, wherever in the order that stands."""
    Population(300, seed=5).write_csv(tmp_path / "b.csv")
    lines = (tmp_path / "b.csv").read_text(encoding="utf-8").splitlines()
    listed = (f"150502000{n:06d}" for n in range(0, 900_000, 7))
    numbers = list(islice(filter(is_registration_number, listed), 60))
    codes = [line.split(",")[0] for line in lines[1:]]
    one = [f"{number},Firm {n}" for n, number in enumerate(numbers)]
    two = [f"{codes[n]},Firm {n},{number}" for n, number in enumerate(numbers)]
    two += [f"{code},Other," for code in codes[60:]]
    heads = "entity_id,name,registration_number"
    (tmp_path / "one.csv").write_text("\n".join(["entity_id,name", *one]) + "\n")
    (tmp_path / "two.csv").write_text("\n".join([heads, *two]) + "\n")
    found = []
    for name in ("large", "plain"):
        workspace = Workspace.create(tmp_path / name, "china")
        reports = [
            told(workspace.import_files("entities", [tmp_path / file]))
            for file in ("one.csv", "two.csv")
        ]
        found.append((reports, held(workspace)))
        small.undo()
    assert found[0] == found[1]
    assert found[1][0][1]["warnings"]["number-to-code"] > 50


def test_a_full_disk_is_told_with_what_was_needed_and_nothing_changes(
    tmp_path: Path, small: pytest.MonkeyPatch
) -> None:
    files = registers(tmp_path)
    workspace = Workspace.create(tmp_path / "w")
    workspace.import_files("entities", [files[1][0]])
    before = held(workspace)

    def fail(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for place in (
        "pyarrow.ipc.new_file",
        "yaohao.planner.register.snapshot.TableWriter.add",
        "yaohao.planner.storage.snapshot_files.sync",
    ):
        with small.context() as patched:
            patched.setattr(place, fail)
            with pytest.raises(PlannerError) as caught:
                workspace.import_files("entities", [files[0][0]])
        code = caught.value.problems[0].code
        assert code.removesuffix("-needed") == "disk.full", place
        if not place.endswith("sync"):
            assert code == "disk.full-needed" and caught.value.problems[0].params["free"]
        assert held(workspace) == before
        assert [path.name for path in workspace.folder.iterdir() if path.name[0] == "."] == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 2**64 - 1), max_size=40), max_size=8))
def test_a_set_of_numbers_is_a_set(parts: list[list[int]]) -> None:
    """But for numbers whose lower halves are the same."""
    numbers, meant = NumberSet(16), set[int]()
    for part in parts:
        array = np.array(part, np.uint64)
        halves = {one & 0xFFFFFFFF or 1 for one in meant}
        for one, found in zip(part, numbers.has(array).tolist(), strict=True):
            assert found or one not in meant
            assert not found or (one & 0xFFFFFFFF or 1) in halves
        numbers.add(array)
        meant |= set(part)
    if meant:
        assert numbers.has(np.array(sorted(meant), np.uint64)).all()


@pytest.mark.parametrize("count", sizes(3_000_000))
def test_a_set_of_numbers_finds_few_others_and_takes_few_bytes(count: int) -> None:
    """Of three million numbers that were not added hardly one is found."""
    random = np.random.default_rng(1)
    numbers, others = random.integers(0, 1 << 64, (2, count), np.uint64)
    found = NumberSet(1 << 16)
    for piece in np.array_split(numbers, 30):
        found.add(piece)
    assert found.has(numbers).all()
    assert found.has(others).sum() <= 2
    assert sum(table._slots.nbytes for table in found._tables) <= 14 * len(numbers)


def test_two_ids_of_one_number_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "yaohao.planner.register.seen_ids._numbers", lambda texts: np.full(len(texts), 7, np.uint64)
    )
    away = {"a", "b"}
    seen = SeenIds(lambda ids: set(ids) & away)
    seen.add(away)
    assert seen.among({"a", "c"}) == {"a"}
    seen.put_away()
    seen.add(["d"])
    assert seen.among({"a", "c", "d"}) == {"a", "d"}


@pytest.mark.parametrize("runs", [1, 3])
def test_runs_are_read_by_ranges(tmp_path: Path, small: pytest.MonkeyPatch, runs: int) -> None:
    ids = random.Random(2).sample([f"e{n:04d}" for n in range(500)], 200)
    found = SortedRuns(tmp_path)
    for part in range(runs):
        own = ids[part::runs]
        rows = [dict.fromkeys(schema().names, "") | {"entity_id": one} for one in own]
        table = pa.Table.from_pylist([{**row, "visits_this_year": 0} for row in rows], schema())
        silent = pa.array([one < "e0250" for one in own])
        marks = np.array([int(one[1:]) for one in own])
        found.add(table, Silence({"name": silent}), marks)
    assert len(found) == len(ids)
    for first, stop in ((b"", None), (b"e0100", b"e0250"), (ids[0].encode(), None), (b"f", None)):
        rows, silence = found.between(first, stop)
        meant = sorted(i for i in ids if i.encode() >= first and (not stop or i.encode() < stop))
        assert rows.column("entity_id").to_pylist() == meant
        mask = silence.fields.get("name")
        told_of = [False] * len(meant) if mask is None else mask.to_pylist()
        assert told_of == [one < "e0250" for one in meant]
    some = {*ids[::9], "e9", "a"}
    assert {row[0]: mark for row, mark in found.rows_of(some)} == {
        one: int(one[1:]) for one in ids[::9]
    }


@pytest.mark.slow
def test_a_killed_import_leaves_the_register_before_or_after(
    tmp_path: Path, killer: Killer
) -> None:
    """Killed wherever it writes, with its runs on the disk; the next act sweeps them."""
    files = registers(tmp_path)
    workspace = Workspace.create(tmp_path / "w")
    workspace.import_files("entities", [files[1][0]])
    before = held(workspace)
    workspace.close()
    trial, act = tmp_path / "trial", "tests.helpers.large_imports:import_small"
    shutil.copytree(workspace.folder, trial)
    asked = [str(trial), str(files[0][0])]
    whole = killer.run(trial, 0, act, asked)
    assert whole.returncode == 0, whole.stderr
    after = held(Workspace(trial))
    assert after != before
    points = int(whole.stdout)
    assert points > 10
    shutil.rmtree(trial)
    shutil.copytree(workspace.folder, trial)
    some = {*range(1, points + 1, max(points // 14, 1)), points}
    for point in killer.each_left(trial, some, act, asked):
        opened = Workspace(trial)
        assert held(opened) in (before, after), (point, points)
        opened.verify_ledger()
        opened.import_files("entities", [files[1][0]])
        assert list(trial.rglob(".yaohao-new-*")) == []
        assert strangers(trial, opened._workspace.store) == []
        opened.close()

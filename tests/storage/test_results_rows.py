"""Results are rows that are only ever added: the latest of each entity and item holds."""

from __future__ import annotations

import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from helpers.cli import fill, told, walk
from hypothesis import given, settings
from hypothesis import strategies as st
from yaohao.planner.follow_up.results import merged_results
from yaohao.planner.plan.document import plan_from_document
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.digest import canonical
from yaohao.planner.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]


class Undone(Exception):
    """Ends an act without keeping anything of it."""


@pytest.fixture(scope="module")
def dealt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = fill(tmp_path_factory.mktemp("results"))
    walk(workspace)
    return workspace


@pytest.fixture(scope="module")
def space(dealt: Path) -> Iterator[WorkspaceFolder]:
    found = WorkspaceFolder(dealt)
    yield found
    found.store.close()


entered = st.lists(
    st.lists(
        st.tuples(
            st.integers(0, 5),
            st.sampled_from(["", "2027-03-10", "2027-03-11", "2027-04-01"]),
            st.sampled_from(["1", "A", "6", "9"]),
        ),
        max_size=6,
    ),
    max_size=6,
)


def result(entity: str, day: str, code: str) -> dict[str, str]:
    return {
        "entity_id": entity, "item_id": "", "visited_on": day, "method": "", "result": code,
        "follow_up": "none", "follow_up_closed_on": "",
    }  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(imports=entered)
def test_what_holds_is_what_one_document_would_hold(
    space: WorkspaceFolder, imports: list[list[tuple[int, str, str]]]
) -> None:
    """After any imports, in their order: the same rows, and the entries they first came with."""
    items = plan_from_document(space.store.draw("spring").plan).all_items
    visits = [visit["entity_id"] for visit in space.store.visits("spring")]
    document: list[Any] = []
    first: dict[tuple[str, str], str] = {}
    with pytest.raises(Undone), space.act("results") as store:
        for rows in imports:
            fresh = [result(visits[at], day, code) for at, day, code in rows]
            merged = merged_results(document, fresh, items, visits)
            line = store.append(
                {"act": "results", "draw": "spring", "results": "0" * 64, "number": 0}
            )
            known = {(row["entity_id"], row["item_id"]): row for row in document}
            changed = [r for r in merged if r != known.get((r["entity_id"], r["item_id"]))]
            store.add_results("spring", changed, line)
            document = merged
            for row in merged:
                first.setdefault((row["entity_id"], row["item_id"]), line.entry)
            assert store.results("spring") == document
            assert store.first_entries("spring") == first
        raise Undone
    assert space.store.results("spring") == []


def test_a_corrected_result_stays_and_nothing_takes_it_away(dealt: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(dealt, tmp_path / "own"))
    entity = WorkspaceFolder(own).store.visits("spring")[0]["entity_id"]
    for code in ("A", "1"):
        path = tmp_path / "results.csv"
        path.write_text(f"entity_id,visited_on,result\n{entity},2027-03-10,{code}\n")
        told("--workspace", own, "import", "results", path, "--draw", "spring")
    [now] = told("--workspace", own, "show", "spring")["results"]
    assert now["result"] == "1"
    with closing(sqlite3.connect(own / "planner.db")) as connection:
        rows = connection.execute(
            "SELECT result, state, person, role, at, entry FROM results ORDER BY number"
        ).fetchall()
        lines = [line for line in Workspace(own).ledger() if line["act"]["act"] == "results"]
        assert rows == [
            (code, "entered", "", "import", line["act"]["at"], line["entry"])
            for code, line in zip(("A", "1"), lines, strict=True)
        ]
        for statement in ("UPDATE results SET result = '1'", "DELETE FROM results"):
            with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
                connection.execute(statement)


def test_a_changed_row_is_damage(dealt: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(dealt, tmp_path / "own"))
    entity = WorkspaceFolder(own).store.visits("spring")[0]["entity_id"]
    path = tmp_path / "results.csv"
    path.write_text(f"entity_id,visited_on,result\n{entity},2027-03-10,A\n")
    told("--workspace", own, "import", "results", path, "--draw", "spring")
    with closing(sqlite3.connect(own / "planner.db")) as connection:
        connection.execute("DROP TRIGGER results_stay")
        connection.execute("UPDATE results SET result = '1'")
        connection.commit()
    [error] = told("--workspace", own, "show", "spring", status=2)["errors"]
    assert error["code"] == "workspace.rows-changed"
    assert error["params"]["part"] == "results:spring"


# out of the document of a workspace of the first version


def extracted(folder: Path) -> Path:
    with tarfile.open(ROOT / "tests" / "workspaces" / "version-1.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    return folder / "bureau"


def as_the_first_version(old: Path, new: Path, *, tells_first: bool) -> None:
    """Give a workspace of the first version the results of another, as that version kept them."""
    store = WorkspaceFolder(new).store
    results, first = store.results("spring"), store.first_entries("spring")
    texts = [tuple(line) for line in store.ledger_texts()]
    documents = {"results": canonical(results)}
    if tells_first:
        documents["results-first"] = canonical({"|".join(key): one for key, one in first.items()})
    with closing(sqlite3.connect(old / "planner.db")) as connection:
        [known] = connection.execute("SELECT count(*) FROM ledger").fetchone()
        connection.executemany(
            "INSERT INTO ledger (previous, act, entry) VALUES (?, ?, ?)", texts[known:]
        )
        connection.executemany(
            "INSERT INTO documents VALUES ('spring', ?, ?)", list(documents.items())
        )
        connection.executemany(
            "UPDATE visits SET result = ? WHERE entity_id = ?",
            [(visit["result"], visit["entity_id"]) for visit in store.visits("spring")],
        )
        connection.commit()
    store.close()


@pytest.mark.parametrize("tells_first", [True, False])
def test_results_of_the_first_version_become_rows(tmp_path: Path, tells_first: bool) -> None:
    old, new = extracted(tmp_path / "old"), extracted(tmp_path / "new")
    space = WorkspaceFolder(new)
    visits = [v["entity_id"] for v in space.store.visits("spring") if not v["reserve"]]
    space.store.close()
    for number, (entities, code) in enumerate(((visits[:3], "A"), (visits[2:5], "1"))):
        path = tmp_path / f"{number}.csv"
        rows = "".join(f"{entity},2027-03-1{number},{code}\n" for entity in reversed(entities))
        path.write_text(f"entity_id,visited_on,result\n{rows}")
        told("--workspace", new, "import", "results", path, "--draw", "spring")
    as_the_first_version(old, new, tells_first=tells_first)
    assert told("--workspace", old, "show", "spring") == told("--workspace", new, "show", "spring")
    with closing(sqlite3.connect(old / "planner.db")) as connection:
        left = "SELECT name FROM documents WHERE name LIKE 'results%'"
        assert connection.execute(left).fetchall() == []
    stores = [WorkspaceFolder(folder).store for folder in (old, new)]
    lines = [line for line in stores[0].ledger() if line.act["act"] == "results"]
    last = dict.fromkeys(stores[1].first_entries("spring"), lines[-1].entry)
    assert stores[0].first_entries("spring") == (
        stores[1].first_entries("spring") if tells_first else last
    )
    for one in stores:
        one.seals.check_all()
        one.close()
    assert told("--workspace", old, "results", "spring") == (
        told("--workspace", new, "results", "spring")
    )
    assert len(told("--workspace", old, "show", "spring")["results"]) == 5
    entity = visits[5]
    (tmp_path / "more.csv").write_text(f"entity_id,visited_on,result\n{entity},2027-03-20,1\n")
    told("--workspace", old, "import", "results", tmp_path / "more.csv", "--draw", "spring")
    assert len(told("--workspace", old, "show", "spring")["results"]) == 6

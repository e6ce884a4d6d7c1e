"""earlier.json is read in pieces: what is read is what the whole file says, however it is cut."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from random import Random
from typing import Any

import pytest
from helpers.campaign import tried
from hypothesis import given
from hypothesis import strategies as st
from yaohao.planner.publication.verifier import verify as independent
from yaohao.planner.verification import earlier_file, pieces
from yaohao.planner.verification.reading import ReadingError
from yaohao.planner.vocabulary.digest import canonical, document_digest

SEATS = [
    [{"department": "甲", "qualification": ""}, {"department": "甲", "qualification": "q"}],
    [],
    [{"department": 'a"}]},{"entity_id":', "qualification": '\\"visits":['}],
]
OLDER = "old"
"""The draw of version 1, whose visits have tickets."""


def visit(chance: Random, draw: str) -> dict[str, Any]:
    one: dict[str, Any] = {
        "entity_id": f"E{chance.randrange(10**9):09d}",
        "standing": chance.choice(["pool", "directed"]),
        "region": chance.choice(["", "150502", "é\u2028"]),
        "seats": chance.choice(SEATS),
    }
    return {**one, "ticket": "0" * 64} if draw == OLDER else one


def document(chance: Random) -> list[dict[str, Any]]:
    draws = chance.sample(["a", "b", OLDER], chance.randrange(4))
    return [
        {
            "draw": draw,
            "plan": {"id": draw, "title": chance.choice(["t", '","visits":[', "市"])},
            "visits": chance.choice(
                [None, [], *[[visit(chance, draw) for _ in range(chance.randrange(1, 9))]] * 4]
            ),
        }
        for draw in draws
    ]


def ours(folder: Path) -> Any:
    """What the planner reads, in plain types; or the problem."""
    try:
        read = earlier_file.read_earlier(folder, {OLDER}.__contains__)
    except ReadingError as error:
        return str(error)
    if isinstance(read, tuple):
        return read
    return [
        (
            one.draw,
            one.plan,
            one.visits if one.visits is None else one.visits.to_pydict(),
            one.digest,
            one.wrong,
        )
        for one in read
    ]


def theirs(folder: Path) -> Any:
    """What verify.py reads; or the fault."""
    file = folder / "earlier.json"
    case = independent.Case(independent.Bundle({}, {}, {"earlier.json": file}))
    case.draws = {
        "a": {"freeze": {"act": "freeze", "cells_root": ""}},
        OLDER: {"freeze": {"act": "freeze"}},
    }
    try:
        return independent.read_earlier(case)
    except independent.UnfitError as error:
        return error.fault


def whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What both read of the whole file."""

    def never(*_: object) -> Any:
        raise pieces.OtherFormError

    def never_alone(*_: object) -> Any:
        raise independent.OtherFormError

    with monkeypatch.context() as patched:
        patched.setattr(earlier_file, "_in_pieces", never)
        patched.setattr(independent, "earlier_in_pieces", never_alone)
        return ours(folder), theirs(folder)


@given(seed=st.integers(0, 1 << 30))
@tried(60)
def test_what_is_read_in_pieces_is_what_is_read_of_the_whole(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    chance, folder = Random(seed), tmp_path_factory.mktemp("earlier")
    made = document(chance)
    (folder / "earlier.json").write_bytes(f"{canonical(made)}\n".encode())
    with pytest.MonkeyPatch.context() as patched:
        expected = whole(folder, patched)
        patched.setattr(pieces, "_AT_ONCE", chance.choice([7, 64, 1 << 18]))
        patched.setattr(earlier_file, "_whole", None)
        patched.setattr(independent, "earlier_as_a_whole", None)
        try:
            read = ours(folder), theirs(folder)
        except TypeError:  # an id or a text with a mark in it is read of the whole
            assert any(
                one["visits"] and SEATS[2] in [v["seats"] for v in one["visits"]] for one in made
            )
            return
        assert read == expected
    assert [one[0] for one in read[0]] == [one["draw"] for one in made]
    for one, (_, _, visits, digest, wrong), alone in zip(made, *read, strict=True):
        meant = one["visits"]
        assert wrong is None and alone["faults"] == []
        if meant is None:
            assert (visits, digest, alone["ids"], alone["digest"]) == (None,) * 4
            continue
        assert digest == alone["digest"] == document_digest(meant)
        assert visits["entity_id"] == [v["entity_id"] for v in meant] == alone["ids"].split()
        assert visits["by_lot"] == [int(v["standing"] == "pool") for v in meant]
        assert list(alone["by_lot"]) == visits["by_lot"]


@given(seed=st.integers(0, 1 << 30))
@tried(150)
def test_a_file_that_was_changed_is_read_alike(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    chance, folder = Random(seed), tmp_path_factory.mktemp("earlier")
    data = f"{canonical(document(chance))}\n".encode()
    at, size = chance.randrange(len(data)), chance.randrange(3)
    other = chance.choice([b"", b" ", b'"', b"}", b"]", b",", b"\xff", b"0", b'"x":1,', b"\\ud800"])
    (folder / "earlier.json").write_bytes(data[:at] + other + data[at + size :])
    with pytest.MonkeyPatch.context() as patched:
        expected = whole(folder, patched)
        patched.setattr(pieces, "_AT_ONCE", chance.choice([7, 64, 1 << 18]))
        assert (ours(folder), theirs(folder)) == expected


def test_of_many_visits_few_are_in_memory_as_objects(tmp_path: Path) -> None:
    rows = [visit(Random(number), "a") for number in range(200)]
    rows = [{**row, "seats": SEATS[0], "region": "150502"} for row in rows]
    text = canonical(rows)[1:-1]
    many = ",".join([text] * 50)  # 10,000 visits, 1.6 MB
    (tmp_path / "earlier.json").write_text(
        f'[{{"draw":"a","plan":{{}},"visits":[{many}]}}]\n', encoding="utf-8"
    )
    ours(tmp_path)  # what is loaded once is loaded
    tracemalloc.start()
    try:
        read = earlier_file.read_earlier(tmp_path, lambda _: False)
        most_ours = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        alone = theirs(tmp_path)
        most_theirs = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert not isinstance(read, tuple) and read[0].visits is not None
    assert len(read[0].visits) == len(alone[0]["by_lot"]) == 10_000
    assert read[0].digest == alone[0]["digest"]
    # As objects they would take some nine megabytes more than the five for what is read at once.
    assert most_ours < 8_000_000
    assert most_theirs < 8_000_000

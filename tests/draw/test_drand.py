"""Seeds from drand: published rounds verify, changed ones do not, early ones are refused."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from helpers.cli import SEEDS, SOURCE, fill, told, walk, yaohao
from helpers.workspace_maker import Shape, make, plan_text
from yaohao.planner.draw import drand
from yaohao.planner.draw.rounds import normal_seed, round_key
from yaohao.planner.publication.verifier import verify as verifier
from yaohao.planner.schema.seed_part import SeedPart
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import LANGUAGES, catalogue


@pytest.fixture(autouse=True)
def recursion_limit() -> Iterator[None]:
    """The library raises the limit when it is imported; nothing else may see that."""
    before = sys.getrecursionlimit()
    yield
    sys.setrecursionlimit(before)


def test_verifying_leaves_the_limit_of_recursion_as_it_was() -> None:
    before = sys.getrecursionlimit()
    number, signature, _ = ROUNDS[0]
    drand.checked_round(number, signature)
    assert sys.getrecursionlimit() == before


# Rounds of quicknet as drand published them: number, signature, randomness.
ROUNDS = (
    (
        1000,
        "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
        "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd",
    ),
    (
        657413,
        "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b",
        "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587",
    ),
)
NUMBER, SIGNATURE, RANDOMNESS = ROUNDS[1]
GENERATOR = (
    "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905"
    "a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
)
"""A point of the right subgroup that nobody signed with."""
BEFORE, AFTER = "2023-09-01T00:00:00Z", "2023-10-01T00:00:00Z"
"""Moments before and after that of the round."""


def code(function: Callable[..., Any], *arguments: Any) -> str:
    with pytest.raises(PlannerError) as caught:
        function(*arguments)
    return caught.value.problems[0].code


@pytest.mark.parametrize(("number", "signature", "randomness"), ROUNDS)
def test_published_rounds(number: int, signature: str, randomness: str) -> None:
    beacon = drand.checked_round(number, f" {signature.upper()}\n")
    assert beacon.seed == randomness
    assert normal_seed(beacon.seed) == randomness
    assert beacon.at == drand.round_moment(number)


def test_moments_of_rounds() -> None:
    assert drand.round_moment(1) == datetime(2023, 8, 23, 15, 9, 27, tzinfo=UTC)
    # The round that drand's own arithmetic gives for midnight of 20 April 2026.
    assert drand.round_moment(27946612) == datetime(2026, 4, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "signature", "wrong"),
    [
        (0, SIGNATURE, "bad-round"),
        (-1, SIGNATURE, "bad-round"),
        (1 << 64, SIGNATURE, "bad-round"),
        (NUMBER, "", "bad-form"),
        (NUMBER, SIGNATURE[:-2], "bad-form"),
        (NUMBER, SIGNATURE[:-1] + "x", "bad-form"),
        (NUMBER, SIGNATURE + "00", "bad-form"),
        (NUMBER, "c0" + "00" * 47, "bad-signature"),  # the point at infinity
        (NUMBER, "00" * 48, "bad-signature"),
        (NUMBER, "ff" * 48, "bad-signature"),
        (NUMBER, GENERATOR, "bad-signature"),
        (NUMBER + 1, SIGNATURE, "bad-signature"),
        (NUMBER, ROUNDS[0][1], "bad-signature"),
        (NUMBER, "9" + SIGNATURE[1:], "bad-signature"),  # the point's mirror image
    ],
)  # fmt: skip
def test_what_is_no_round(number: int, signature: str, wrong: str) -> None:
    assert code(drand.checked_round, number, signature) == f"drand.{wrong}"


def test_a_signature_with_a_part_off_the_subgroup_is_refused() -> None:
    """The pairing alone would let it pass, with another digest: a choice among many seeds."""
    from py_ecc.bls.point_compression import compress_G1, decompress_G1
    from py_ecc.optimized_bls12_381 import (
        FQ,
        add,
        b,
        curve_order,
        field_modulus,
        is_inf,
        is_on_curve,
        multiply,
    )

    x = 1
    while True:  # a point of the curve, and of it the part that the subgroup does not have
        square = (pow(x, 3, field_modulus) + 4) % field_modulus
        y = pow(square, (field_modulus + 1) // 4, field_modulus)
        point = multiply((FQ(x), FQ(y), FQ(1)), curve_order)
        if y * y % field_modulus == square and not is_inf(point):
            break
        x += 1
    assert is_on_curve(point, b)
    changed = add(decompress_G1(int(SIGNATURE, 16)), point)
    text = f"{compress_G1(changed):096x}"
    assert text != SIGNATURE
    assert code(drand.checked_round, NUMBER, text) == "drand.bad-signature"


def test_a_round_must_come_after_the_commitment() -> None:
    moment = drand.round_moment(1000)

    def at(seconds: int) -> str:
        return datetime.fromtimestamp(moment.timestamp() + seconds, UTC).strftime(
            "%Y-%m-%dT%H:%M:%SZ"
        )

    drand.check_is_later(1000, at(-1))
    for late in (0, 1, 3, 1_000_000):
        with pytest.raises(PlannerError) as caught:
            drand.check_is_later(1000, at(late))
        [problem] = caught.value.problems
        assert problem.code == "drand.too-early"
        first = int(problem.params["first"])
        drand.check_is_later(first, at(late))
        assert code(drand.check_is_later, first - 1, at(late)) == "drand.too-early"


def part(**changes: Any) -> SeedPart:
    beacon: SeedPart = {
        "kind": "drand",
        "text": RANDOMNESS,
        "source": "",
        "chain": drand.CHAIN,
        "round": NUMBER,
        "signature": SIGNATURE,
    }
    return {**beacon, **changes}  # type: ignore[typeddict-item]


def test_a_part_that_is_its_round() -> None:
    drand.check_part(part())
    other = ROUNDS[0]
    for wrong in (
        part(text=other[2]),
        part(round=NUMBER + 1),
        part(signature=other[1]),
        part(signature=GENERATOR),
    ):
        with pytest.raises(PlannerError) as caught:
            drand.check_part(wrong)
        assert caught.value.problems[0].code == "drand.bad-signature"
    with pytest.raises(PlannerError) as caught:
        drand.check_part(part(chain="ab" * 32))
    assert caught.value.problems[0].code == "drand.other-chain"


def test_without_the_library_what_to_install_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "py_ecc.bls.g2_primitives", None)
    with pytest.raises(PlannerError) as caught:
        drand.checked_round(NUMBER, SIGNATURE)
    assert caught.value.problems[0].code == "drand.no-library"
    assert "FILE.whl[drand]" in str(caught.value)


def test_words() -> None:
    known = catalogue("drand")
    assert all(set(entry) == set(LANGUAGES) for entry in known.values())
    assert set(known) == {
        "bad-round", "bad-form", "bad-signature", "too-early", "other-round", "no-library",
        "not-due", "both", "no-seed", "other-chain",
    }  # fmt: skip


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set the clock of the ledger."""
    name = "yaohao.planner.storage.ledger_rows.now"
    return lambda moment: monkeypatch.setattr(name, lambda: moment)


def test_dice_a_lottery_and_drand_together(tmp_path: Path, at: Callable[[str], None]) -> None:
    at(BEFORE)
    workspace = fill(tmp_path)
    here = ("--workspace", workspace)
    walk(workspace, "freeze")
    at(AFTER)
    given = ("--seed-drand", NUMBER, "--signature", SIGNATURE)
    parts = ("--seed", " 4711 9028 ", "--seed", "0123456789")
    result = yaohao(*here, "draw", "spring", *parts, *given, "--source", "dice; lottery 27001")
    assert result.exit_code == 0, result.output
    assert "did not announce" in result.stderr
    shown = told(*here, "show", "spring")["select"]
    assert shown["seed"] == f"4711 9028 0123456789 {RANDOMNESS}"
    assert shown["key"] == round_key(shown["commitment"], shown["seed"])
    assert shown["source"] == f"dice; lottery 27001; drand quicknet round {NUMBER}"
    assert [one["kind"] for one in shown["parts"]] == ["other", "other", "drand"]
    assert shown["parts"][-1] == part()
    yaohao(*here, "staff", "spring")
    early = yaohao(*here, "deal", "spring", *given, "--json")
    assert early.exit_code == 2
    assert "drand.too-early" in early.stdout
    assert told(*here, "show", "spring")["crew"]["seed"] is None
    yaohao(*here, "deal", "spring", "--seed", SEEDS[1], "--source", SOURCE)
    assert told(*here, "deal", "spring", *given, status=2)["errors"][0]["code"] == "drand.not-due"
    told(*here, "publish", "spring", "--to", tmp_path / "out")
    assert [f.name for f in verify_bundle(tmp_path / "out") if f.ok is False] == []
    assert verifier.verify(verifier.read_bundle(tmp_path / "out")).passed


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (("--seed-drand", "5"), "both"),
        (("--signature", SIGNATURE), "both"),
        ((), "no-seed"),
    ],
)
def test_wrong_use(tmp_path: Path, words: tuple[str, ...], wrong: str) -> None:
    document = told("draw", "x", *words, status=2)
    assert document["errors"][0]["code"] == f"drand.{wrong}"


def test_another_round_than_the_plan_announced(tmp_path: Path, at: Callable[[str], None]) -> None:
    at(BEFORE)
    workspace = make(tmp_path, Shape(abandoned=False)).workspace
    plan = workspace.folder / "plans" / "q1.toml"
    for number, right in ((NUMBER + 1, False), (NUMBER, True)):
        text = plan_text(Shape()).replace('id = "q1"', f'id = "p{number}"')
        announced = f'[{{ kind = "drand", round = {number} }}]'
        plan.write_text(text.replace('"twenty dice, city hall, 2027-01-06"', announced), "utf-8")
        draw = workspace.freeze(plan)["draw"]
        if right:
            beacon = workspace.drand_seed(draw, NUMBER, SIGNATURE)
            assert beacon["announced"] and beacon["round"] == "select"
            assert beacon["part"] == part()
            workspace.draw(draw, [beacon["part"]])
        else:
            wrong = code(workspace.drand_seed, draw, NUMBER, SIGNATURE)
            assert wrong == "drand.other-round"

"""Seeds that look chosen, seeds in full-width digits, and sources that were not announced."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from helpers.cli import SEEDS, fill, told, yaohao
from yaohao.planner.draw.rounds import normal_seed
from yaohao.planner.draw.seed_doubts import seed_doubts

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def codes(seed: str, source: str = "dice", announced: str = "dice") -> list[str]:
    return [one.code for one in seed_doubts(normal_seed(seed), source, announced)]


@pytest.mark.parametrize(
    ("seed", "code"),
    [
        ("0" * 20, "doubt.one"),
        ("7777 7777 7777 7777 7777 7777", "doubt.one"),
        ("01" * 10 + "0", "doubt.few"),
        ("1212 2112 1121 2211 2121", "doubt.few"),
        ("12345678901234567890", "doubt.sequence"),
        ("98765432109876543210", "doubt.sequence"),
        ("1 3 5 7 9 1 3 5 7 9 1 3 5 7 9 1 3 5 7 9", "doubt.sequence"),
        ("12345678901234567890".translate(WIDE), "doubt.sequence"),
        ("12345678901234567899", "doubt.sequence"),
        ("123456" * 4, "doubt.sequence"),
        ("314159" * 4, "doubt.repeated"),
        ("31415926535 31415926535", "doubt.repeated"),
        ("Tongliao dice Tongliao dice", "doubt.repeated"),
    ],
)
def test_a_seed_that_looks_chosen_is_doubted(seed: str, code: str) -> None:
    assert codes(seed) == [code]


def test_what_dice_and_lotteries_give_is_not_doubted() -> None:
    rng = random.Random(20270301)
    for sides in (10, 8, 6):
        for _ in range(4_000):
            seed = "".join(str(rng.randrange(sides)) for _ in range(20))
            assert codes(seed) == [], seed
    assert codes("".join(rng.choice("01") for _ in range(66))) == []  # coins, if there are enough
    assert codes("03 08 14 22 29 31 + 07, drawn".replace(",", "") + " 2027-03-02") == []
    assert codes(f"{rng.getrandbits(256):064x}") == []


@pytest.mark.parametrize(
    ("source", "announced", "code"),
    [
        ("dice", "dice", []),
        (" dice  ", "dice", []),
        ("", "", []),
        ("lottery", "dice", ["doubt.source-other"]),
        ("lottery", "", ["doubt.source-unannounced"]),
        ("", "dice", ["doubt.source-missing"]),
    ],
)
def test_a_source_that_was_not_announced_is_told(
    source: str, announced: str, code: list[str]
) -> None:
    assert codes(SEEDS[0], source, announced) == code


def test_full_width_digits_are_digits(tmp_path: Path) -> None:
    a, b = fill(tmp_path / "a"), fill(tmp_path / "b")
    keys = []
    for folder, seed in ((a, SEEDS[0]), (b, f"\u3000{SEEDS[0].translate(WIDE)} ")):
        told("--workspace", folder, "freeze", folder / "plans" / "spring.toml")
        told("--workspace", folder, "draw", "spring", "--seed", seed)
        keys.append(told("--workspace", folder, "show", "spring")["select"]["seed"])
    assert keys == [SEEDS[0], SEEDS[0]]
    assert normal_seed("１２３４５" * 4) == "12345" * 4


def test_doubts_are_told_before_the_seed_is_entered_and_do_not_keep_it_out(tmp_path: Path) -> None:
    b = fill(tmp_path)
    told("--workspace", b, "freeze", b / "plans" / "spring.toml")
    told("--workspace", b, "publish", "spring")
    draw = ("--workspace", b, "draw", "spring", "--seed", "12345678901234567890")
    answer = yaohao(*draw, "--source", "10 dice")
    assert answer.exit_code == 0
    assert "plain sequence" in answer.stderr and "10 dice" in answer.stderr
    assert "20 dice, 2 March" in " ".join(answer.stderr.split())
    told("--workspace", b, "staff", "spring")
    told("--workspace", b, "publish", "spring")
    answer = yaohao(
        "--workspace", b, "deal", "spring", "--seed", SEEDS[1], "--source", "20 dice, 4 March"
    )
    assert answer.exit_code == 0 and "Warning" not in answer.stderr


def test_a_refused_seed_is_told_once(tmp_path: Path) -> None:
    b = fill(tmp_path)
    told("--workspace", b, "freeze", b / "plans" / "spring.toml")
    answer = yaohao("--workspace", b, "draw", "spring", "--seed", "1234")
    assert answer.exit_code == 2 and answer.stderr.count("1234") <= 1

"""Initials in pinyin: of signs, of words, of a register's names."""

from __future__ import annotations

import pytest
from yaohao.planner.engine.initials import initials
from yaohao.planner.engine.name_index import BLOCK, NameIndex


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("通辽市科尔沁区鑫源食品有限公司", "tlskeqqxyspyxgs"),
        ("市场监管", "scjg"),
        ("昊晟", "hc"),
        ("厦门银行", "xmyh"),
        ("重庆 ABC-1", "cq abc-1"),
        ("", ""),
    ],
)
def test_initials(text: str, wanted: str) -> None:
    assert initials(text) == wanted


def test_every_letter_that_begins_a_sound_is_reached() -> None:
    from yaohao.planner.engine.initials import _sounds

    sounds = _sounds()
    assert len(sounds) > 20_000
    assert set(sounds.values()) == set("abcdefghjklmnopqrstwxyz")


def test_names_are_found_by_their_initials() -> None:
    names = [f"甲{number}" for number in range(BLOCK)] + ["鑫源食品", "通辽鑫源", "a\nb", "鑫鑫源"]
    index = NameIndex(len(names), lambda first, last: names[first:last])
    assert index.find("xysp", 5) == [BLOCK]
    assert index.find("XY", 5) == [BLOCK, BLOCK + 1, BLOCK + 3]
    assert index.find("xy", 2) == [BLOCK, BLOCK + 1]
    assert index.find("j4095", 5) == [BLOCK - 1]
    assert index.find("a b", 5) == [BLOCK + 2]
    assert index.find("zzzz", 5) == [] and index.find("", 5) == [] and index.find("\n", 5) == []
    assert index.find("j", 3) == [0, 1, 2]


def test_no_more_names_are_worked_out_than_it_takes() -> None:
    read: list[int] = []

    def names(first: int, last: int) -> list[str]:
        read.append(first)
        return ["市场监管"] * BLOCK

    index = NameIndex(3 * BLOCK, names)
    assert read == []
    assert index.find("scjg", 2) == [0, 1] and read == [0]
    assert index.find("jg", 2) == [0, 1] and read == [0, BLOCK, 2 * BLOCK]  # none begins so
    index.complete()
    assert index.find("scjg", 3 * BLOCK)[-1] == 3 * BLOCK - 1
    assert read == [0, BLOCK, 2 * BLOCK]  # each once

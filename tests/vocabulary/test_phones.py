"""Texts without personal numbers, of which nearly all are seen to have none at one look."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from yaohao.planner.vocabulary import phones
from yaohao.planner.vocabulary.identity_numbers import mask
from yaohao.planner.vocabulary.phones import HIDDEN_PHONE, without_phones

NAME = st.text(st.sampled_from("某商行（甲）(a)13９8０１⑴①٣Ⅷ〇一x X-＋"), max_size=24)


@given(NAME | st.text(max_size=30))
@example("甲商行")
@example("13812345678")
@example("１３８１２３４５６７８ 某店")
@example("①①⓪①⓪①①⑨⑨⓪⓪③⓪⑦⑦⑤⑤⓪")
@example("110101199003077758")
@example("身份证110101199003077758号")
def test_the_look_finds_every_text_with_something_to_hide(text: str) -> None:
    assert without_phones(text) == mask(phones._PHONE.sub(HIDDEN_PHONE, text))


def test_a_number_beside_a_name_is_hidden() -> None:
    assert without_phones("张三商行 13812345678") == "张三商行 ***"

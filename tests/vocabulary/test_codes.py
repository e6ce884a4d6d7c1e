"""Codes of the register, against python-stdnum and against its list of divisions."""

from __future__ import annotations

import re
from importlib.resources import files

import numpy as np
import pytest
from helpers.campaign import tried
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10
from yaohao.planner.vocabulary import (
    codes,
    divisions,
    industries,
    terms,
)
from yaohao.planner.vocabulary.registration_numbers import (
    is_registration_number,
    registration_check_digit,
)

BOUNDED = tried(300)
DIGITS = st.text("0123456789", min_size=8, max_size=8)
TAIL = st.text(codes.ALPHABET, min_size=9, max_size=9)


@BOUNDED
@given(DIGITS, TAIL, st.sampled_from(codes.ALPHABET))
def test_credit_codes_agree_with_stdnum(head: str, tail: str, last: str) -> None:
    text = head + tail + last
    assert codes.is_credit_code(text) == uscc.is_valid(text)
    right = head + tail + codes.credit_check_character(head + tail)
    assert right[-1] == uscc.calc_check_digit(head + tail)
    assert codes.is_credit_code(right)


@BOUNDED
@given(st.text("0123456789", min_size=15, max_size=15))
def test_registration_numbers_agree_with_stdnum(text: str) -> None:
    assert is_registration_number(text) == mod_11_10.is_valid(text)
    right = text[:14] + registration_check_digit(text[:14])
    assert mod_11_10.is_valid(right)
    assert is_registration_number(right)


@BOUNDED
@given(DIGITS, TAIL, st.integers(0, 17), st.sampled_from(codes.ALPHABET))
def test_one_wrong_character_is_found(head: str, tail: str, place: int, other: str) -> None:
    right = head + tail + codes.credit_check_character(head + tail)
    wrong = right[:place] + other + right[place + 1 :]
    assert codes.is_credit_code(wrong) == (wrong == right)


@BOUNDED
@given(st.lists(st.one_of(st.text(max_size=20), st.text(codes.ALPHABET, min_size=15, max_size=18))))
def test_a_column_is_checked_as_its_texts_are(texts: list[str]) -> None:
    texts += ["91110000600037341L", "", "150502000000008"]
    good, odd = codes.check_codes(texts)
    alone = [codes.read_code(t) == codes.Code(t) for t in texts]
    assert good.tolist() == alone
    assert not (odd & ~good).any()


def test_letters_among_the_first_eight_exist() -> None:
    first = "N2150502MA0N1A2B3"
    assert codes.is_credit_code(first + codes.credit_check_character(first))
    assert not uscc.is_valid(first + codes.credit_check_character(first))


@pytest.mark.parametrize("organisation", ["600037341", "71526726X", "192203821", "D2143569X"])
def test_the_organisation_digit_is_a_warning_only(organisation: str) -> None:
    assert codes.organisation_check_character(organisation[:8]) == organisation[8]
    block = np.frombuffer(organisation.encode(), np.uint8).reshape(1, 9)
    assert codes.organisation_codes_valid(block).tolist() == [True]
    wrong = "91110000" + "600037342"
    good, odd = codes.check_codes([wrong + codes.credit_check_character(wrong)])
    assert (good.tolist(), odd.tolist()) == ([True], [True])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("91110000600037341L", codes.Code("91110000600037341L")),
        (" 91110000600037341l\t", codes.Code("91110000600037341L", "code-form")),
        ("９１１１００００６０００３７３４１Ｌ", codes.Code("91110000600037341L", "code-form")),
        ("'91110000600037341L", codes.Code("91110000600037341L", "code-form")),
        ('="91110000600037341L"', codes.Code("91110000600037341L", "code-form")),
        ("150502000000008.0", codes.Code("150502000000008", "decimal-point")),
        ("150502000000009.0", codes.Code("150502000000009", "", "bad-check-digit")),
        ("9.1E+17", codes.Code("9.1E+17", "", "excel-damaged")),
        ("9.11505021234568e+17", codes.Code("9.11505021234568E+17", "", "excel-damaged")),
        ("91150502000000000.0", codes.Code("91150502000000000.0", "", "excel-damaged")),
        ("911505020000000000.0", codes.Code("911505020000000000.0", "", "excel-damaged")),
        ("911505021234567000", codes.Code("911505021234567000", "", "excel-damaged")),
        ("91110000600037341A", codes.Code("91110000600037341A", "", "bad-check-digit")),
        ("91110000600037341O", codes.Code("91110000600037341O", "", "bad-characters")),
        ("9111000060003734", codes.Code("9111000060003734", "", "bad-length")),
        ("科尔沁", codes.Code("科尔沁", "", "bad-characters")),
        ("", codes.Code("", "", "missing-id")),
    ],
)
def test_reading_one_code(text: str, expected: codes.Code) -> None:
    assert codes.read_code(text) == expected


def test_a_valid_code_that_looks_like_a_number_is_no_damage() -> None:
    for number in range(10_000):
        first = f"9115050200{number:04d}000"
        whole = first + codes.credit_check_character(first)
        assert codes.read_code(whole) == codes.Code(whole)


def stdnum_divisions() -> dict[str, str]:
    """Current county codes and names in python-stdnum's own list."""
    found: dict[str, str] = {}
    province = ""
    lines = files("stdnum.cn").joinpath("loc.dat").read_text("utf-8").splitlines()
    for line in lines:
        if line[:1].isdigit():
            province = line[:2]
        elif entry := re.match(r'\s+(\d{4}) county="(?!\[\d*-\d+\])([^,"]*)"', line):
            found[province + entry[1]] = re.sub(r"\[.*?\]", "", entry[2])
    return found


def test_divisions_agree_with_stdnum() -> None:
    """A list of other make: every code it has is known here, nearly all under the same name."""
    theirs = stdnum_divisions()
    assert len(theirs) > 3000
    assert [code for code in theirs if not divisions.is_division(code)] == []
    ours = {code: divisions.division_name(code) for code in theirs if divisions.is_listed(code)}
    assert len(ours) > 3000
    same = sum(theirs[code] == name for code, name in ours.items())
    assert same > 0.98 * len(ours)
    inner_mongolia = {code: name for code, name in theirs.items() if code.startswith("15")}
    for code, name in inner_mongolia.items():
        if name != "市辖区" and not code.endswith("00"):
            assert divisions.division_name(code) == name


def test_tongliao() -> None:
    names = {
        "150500": "通辽市", "150502": "科尔沁区", "150521": "科尔沁左翼中旗",
        "150522": "科尔沁左翼后旗", "150523": "开鲁县", "150524": "库伦旗", "150525": "奈曼旗",
        "150526": "扎鲁特旗", "150581": "霍林郭勒市",
    }  # fmt: skip
    for code, name in names.items():
        assert divisions.is_listed(code)
        assert divisions.division_name(code) == name
        assert divisions.division_by_name(name) == code
        assert divisions.division_by_name("内蒙古自治区 通辽市" + name * (name != "通辽市")) == code


def test_divisions_below_a_prefecture_and_unknown_ones() -> None:
    for code in ("15", "1505", "150500", "150000", "150599", "150502001", "150502001003", "152301"):
        assert divisions.is_division(code), code
    for code in ("", "1", "99", "990000", "159999", "1505021", "15050a", "１５０５０２", "000000"):
        assert not divisions.is_division(code), code
    assert divisions.division_by_name("鼓楼区") == ""
    assert divisions.division_by_name("南京市鼓楼区") == "320106"


def test_industries() -> None:
    assert all(industries.is_industry(code) for code in ("A", "F52", "H621", "C1310", "T"))
    assert not any(
        industries.is_industry(c) for c in ("", "U", "F5", "F52123", "52", "f52", "F五二")
    )
    assert [industries.section_of(n) for n in ("01", "0111", "5211", "62", "97", "98", "00")] == [
        "A", "A", "F", "H", "T", "", "",
    ]  # fmt: skip
    assert industries.section_agrees("F5211")
    assert not industries.section_agrees("A52")
    for letter, (name, _) in industries.SECTIONS.items():
        assert industries.industry_by_name(name) == letter


def test_terms_mean_one_code_each() -> None:
    for column, entries in terms.TERMS.items():
        seen: dict[str, str] = {}
        for entry in entries:
            for text in (entry.code, entry.zh, entry.en, *entry.also):
                assert terms.code_of(column, text) == entry.code, (column, text)
                assert seen.setdefault(terms.key_of(text), entry.code) == entry.code
    assert terms.code_of("tier", "A类（低风险）") == "A"
    assert terms.code_of("tier", "较高风险") == "C"
    assert terms.code_of("kind", "有限责任公司(自然人投资或控股)") == "enterprise"
    assert terms.code_of("status", "吊销，未注销") == "revoked"
    assert terms.code_of("status", "存续（在营、开业、在册）") == "active"
    assert terms.code_of("tier", "E") == ""
    assert terms.word("tier", "A", "zh") == "低风险"

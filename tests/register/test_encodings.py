"""Encodings: asked for, found out and told; lines in another one than their file."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_intake import HEADINGS, aside, conserved, credit, row
from yaohao.planner.register.entities import read_entities
from yaohao.planner.register.importer import set_aside_rows
from yaohao.planner.schema.options import ImportOptions
from yaohao.planner.vocabulary.problems import PlannerError

MAP = {"entity_id": "id", "region": "town"}
FRENCH = "id,name,town\nA1,Société Générale des Cafés,Lyon\nA2,Crêperie Bélanger,Béziers\n"


def lines(*numbers: int, name: str = "红星商行") -> list[str]:
    return [",".join(row(n, fields="", name=f"{name}{n}")) for n in numbers]


def read(path: Path, register: str = "china", encoding: str = "", **mapping: str):  # type: ignore[no-untyped-def]
    return read_entities([path], register, ImportOptions(mapping, encoding=encoding))


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1252", ["Société Générale des Cafés", "Crêperie Bélanger"]),
        ("latin-1", ["Société Générale", "Ñandú"]),
        ("cp1251", ["Кафе Берёза", "Чайка"]),
        ("shift_jis", ["ソース表示店", "東京能力"]),
        ("big5", ["功蓋餐廳", "許記茶行"]),
        ("euc_kr", ["서울식당", "한강"]),
        ("utf-16-le", ["店", "上海店"]),
        ("utf-16-be", ["Café", "上海店"]),
        ("utf-16", ["Café", "店"]),
        ("utf-32-le", ["Café", "店"]),
        ("UTF8", ["Café", "店"]),
        ("gbk", ["红星", "东风"]),
    ],
)
def test_an_encoding_that_is_asked_for(tmp_path: Path, encoding: str, names: list[str]) -> None:
    path = tmp_path / "a.csv"
    rows = [f"A{number},{name},x" for number, name in enumerate(names)]
    path.write_bytes(("\r\n".join(["id,name,town", *rows]) + "\r\n").encode(encoding))
    found = read(path, "free", encoding, **MAP)
    assert found.accepted.column("name").to_pylist() == names
    assert found.read_as[0].encoding.lower().replace("-", "_") in (
        encoding.replace("-", "_"), "", "iso8859_1",
    )  # fmt: skip
    # JSON Lines as well.
    import json

    path = tmp_path / "a.jsonl"
    objects = [json.dumps({"id": "A", "name": names[0], "town": ""}, ensure_ascii=False)]
    path.write_bytes("\n".join(objects).encode(encoding))
    assert read(path, "free", encoding, **MAP).accepted.column("name").to_pylist() == names[:1]


def test_a_free_register_guesses_nothing_but_utf8(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(FRENCH.encode("cp1252"))
    with pytest.raises(PlannerError) as caught:
        read(path, "free", **MAP)
    assert caught.value.problems[0].code == "encoding.not-utf8"
    assert caught.value.problems[0].params["line"] == 2
    assert "--encoding" in str(caught.value)
    for mark in ("utf-8", "utf-8-sig", "utf-16"):
        path.write_bytes(FRENCH.encode(mark))
        assert read(path, "free", **MAP).accepted.num_rows == 2
    # One broken line does not make a file another encoding: it is set aside alone.
    path.write_bytes(FRENCH.encode() + "A3,Noël,Nîmes\n".encode("cp1252"))
    assert aside(read(path, "free", **MAP)) == [(4, "undecodable")]


def test_gb18030_is_told_in_a_chinese_register(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    content = "\n".join([",".join(HEADINGS), *lines(0, 1)])
    path.write_bytes(content.encode("gb18030"))
    assert [one.encoding for one in read(path).read_as] == ["GB18030"]
    path.write_bytes(content.encode())
    assert [one.encoding for one in read(path).read_as] == [""]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_in_utf8_of_a_file_in_gb18030_are_set_aside_alone(tmp_path: Path, end: str) -> None:
    first = end.join([",".join(HEADINGS), *lines(0, 1, 2)]) + end
    second = end.join(lines(3, 4, 5, name="东风超市")) + end
    third = end.join([*lines(6), *lines(7, name="一家好店")])
    path = tmp_path / "a.csv"
    path.write_bytes(first.encode("gb18030") + second.encode() + third.encode("gb18030"))
    found = read(path)
    assert found.accepted.column("name").to_pylist() == [
        "红星商行0", "红星商行1", "红星商行2", "红星商行6", "一家好店7",
    ]  # fmt: skip
    assert aside(found) == [(line, "other-encoding") for line in (5, 6, 7)]
    assert conserved(found)
    # The row is kept as it was meant, so that it can be imported again.
    assert set_aside_rows(found.set_aside)[0]["row"]["企业名称"] == "东风超市3"


def test_quoted_lines_in_utf8_and_short_lines_of_gb18030(tmp_path: Path) -> None:
    quoted = ",".join(row(3, name='"东风, 超市"', fields="")).encode()
    # Two bytes each of these characters are valid UTF-8 by chance.
    short = ",".join(row(4, name="一种", address="", fields="")).encode("gb18030")
    head = "\n".join([",".join(HEADINGS), *lines(1)])
    path = tmp_path / "a.csv"
    path.write_bytes(head.encode("gb18030") + b"\n" + quoted + b"\n" + short)
    found = read(path)
    assert aside(found) == [(3, "other-encoding")]
    assert found.accepted.column("name").to_pylist() == ["红星商行1", "一种"]
    assert set_aside_rows(found.set_aside)[0]["row"]["企业名称"] == "东风, 超市"


@pytest.mark.parametrize(
    "name", ["ebcdic", "utf-7", "rot13", "base64", "idna", "cp037", "", "a\0b"]
)
def test_what_is_no_encoding_of_tables_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(FRENCH, encoding="utf-8")
    if not name:
        assert read(path, "free", name, **MAP).accepted.num_rows == 2
        return
    with pytest.raises(PlannerError) as caught:
        read(path, "free", name, **MAP)
    assert caught.value.problems[0].code == "encoding.unknown"


def test_a_mark_that_says_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(FRENCH.encode("utf-16"))
    with pytest.raises(PlannerError) as caught:
        read(path, "free", "cp1252", **MAP)
    assert caught.value.problems[0].code == "encoding.mark"
    assert read(path, "free", "utf-16-le", **MAP).accepted.num_rows == 2


def test_bytes_that_are_none_of_the_encoding_are_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"entity_id,name\n{credit(1)},甲\n".encode("big5") + b"\xff,x\n")
    found = read(path, encoding="big5")
    assert (found.accepted.num_rows, aside(found)) == (1, [(3, "undecodable")])


def test_an_encoding_is_for_texts(tmp_path: Path) -> None:
    from test_intake import workbook

    with pytest.raises(PlannerError) as caught:
        read(workbook(tmp_path / "a.xlsx"), encoding="gbk")
    assert caught.value.problems[0].code == "encoding.no-text"


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
def test_a_text_in_utf16_without_a_mark_names_its_encoding(tmp_path: Path, name: str) -> None:
    text = "统一社会信用代码,企业名称\n" + "".join(f"{credit(n)},红星商行{n}\n" for n in range(40))
    path = tmp_path / "u.csv"
    path.write_bytes(text.encode(name))
    with pytest.raises(PlannerError) as caught:
        read_entities([path])
    [problem] = caught.value.problems
    assert (problem.code, problem.params["encoding"]) == ("encoding.no-mark", name)
    told = read_entities([path], options=ImportOptions(encoding=problem.params["encoding"]))
    assert len(told.accepted) == 40


def test_garbled_headings_say_that_the_encoding_was_a_guess(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_bytes(f"統一社會信用代碼,企業名稱\n{credit(1)},測試\n".encode("big5"))
    with pytest.raises(PlannerError) as caught:
        read_entities([path])
    codes = [problem.code for problem in caught.value.problems]
    assert codes[-1] == "encoding.guess" and len(codes) > 1
    # In a file that shows its encoding the headings are wrong as they are.
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(PlannerError) as caught:
        read_entities([path])
    assert "encoding.guess" not in [problem.code for problem in caught.value.problems]

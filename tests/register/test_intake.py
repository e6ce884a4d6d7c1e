"""Import of entities: formats, encodings, line numbers, checks, and the way back."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from yaohao.planner.register.entities import read_entities
from yaohao.planner.register.importer import (
    REASONS,
    ImportResult,
    set_aside_rows,
)
from yaohao.planner.register.mend_file import write_set_aside
from yaohao.planner.register.snapshot import content_digest, merge_entities
from yaohao.planner.schema.entity import COLUMNS, SHOWN
from yaohao.planner.schema.options import ImportOptions
from yaohao.planner.vocabulary import codes
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.registration_numbers import registration_check_digit
from yaohao.planner.vocabulary.text import guard, unguard
from yaohao.planner.wording.messages import catalogue


def credit(number: int, head: str = "91150502") -> str:
    """A valid credit code, one for each number."""
    organisation = f"MA0{number:05d}"
    first = head + organisation + codes.organisation_check_character(organisation)
    if first[-1] == "X" or first[-1] in codes.ALPHABET:
        return first + codes.credit_check_character(first)
    raise ValueError(number)


def registration(number: int) -> str:
    first = f"150502{number:08d}"
    return first + registration_check_digit(first)


HEADINGS = [
    "统一社会信用代码", "企业名称", "住所", "信用风险分类", "行政区划代码", "行业代码", "主体类型",
    "登记状态",
    "成立日期", "上次检查日期", "重点领域", "本年检查次数",
]  # fmt: skip


def row(number: int, **changes: str) -> list[str]:
    texts = dict(
        zip(
            SHOWN,
            [credit(number), f"通辽市第{number}饭店", f"科尔沁区{number}号", "A", "150502", "H62",
             "enterprise", "active", "2020-01-05", "2025-03-04", "drug,food", "1"],
            strict=True,
        )
    )  # fmt: skip
    return list((texts | changes).values())


def write(path: Path, rows: list[list[str]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    path.write_bytes(buffer.getvalue().encode(encoding))
    return path


def conserved(found: ImportResult[Any]) -> bool:
    return bool(found.rows == len(found.accepted) + found.set_aside.num_rows)


def aside(found: ImportResult[Any]) -> list[tuple[int, str]]:
    return [(one["line"], one["reason"]) for one in set_aside_rows(found.set_aside)]


TABLE = [HEADINGS, *(row(n) for n in range(40)), row(41, address='东街"1"号,\n后门')]


def workbook(path: Path, title: bool = False) -> Path:
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("空表")
    sheet = book.add_worksheet("名录")
    dates = book.add_format({"num_format": "yyyy-mm-dd"})
    top = 2 if title else 0
    if title:
        sheet.write_string(0, 0, "检查对象名录")
    import datetime as dt

    for r, cells in enumerate(TABLE):
        for c, text in enumerate(cells):
            if r and c in (4, 11):
                sheet.write_number(r + top, c, int(text))
            elif r and c == 8:
                sheet.write_datetime(r + top, c, dt.datetime.fromisoformat(text), dates)
            elif r and c == 9:
                serial = dt.date.fromisoformat(text) - dt.date(1899, 12, 30)
                sheet.write_number(r + top, c, serial.days)
            else:
                sheet.write_string(r + top, c, text)
    book.close()
    return path


def test_all_formats_and_encodings_give_the_same_table(tmp_path: Path) -> None:
    def csv_file(name: str, encoding: str, delimiter: str = ",") -> Path:
        return write(tmp_path / name, TABLE, encoding, delimiter)

    objects = [dict(zip(HEADINGS, cells, strict=True)) for cells in TABLE[1:]]
    lines = [json.dumps(o | {"重点领域": ["food", "drug"], "本年检查次数": 1}) for o in objects]
    jsonl = tmp_path / "a.jsonl"
    jsonl.write_text("\n".join(lines), encoding="utf-8")
    parquet = tmp_path / "a.parquet"
    columns = dict(zip(HEADINGS, map(list, zip(*TABLE[1:], strict=True)), strict=True))
    table = pa.table(columns)
    table = table.set_column(4, HEADINGS[4], table.column(4).cast(pa.int64()))
    table = table.set_column(8, HEADINGS[8], table.column(8).cast(pa.date32()))
    pq.write_table(table.set_column(3, HEADINGS[3], table.column(3).dictionary_encode()), parquet)
    paths = [
        csv_file("utf8.csv", "utf-8"), csv_file("bom.csv", "utf-8-sig"),
        csv_file("gb.csv", "gb18030"),
        csv_file("wide.csv", "utf-16"), csv_file("tab.txt", "gb18030", "\t"),
        csv_file("semi.csv", "utf-8", ";"), jsonl, parquet, workbook(tmp_path / "a.xlsx"),
        workbook(tmp_path / "title.xlsx", title=True),
    ]  # fmt: skip
    first = read_entities([paths[0]])
    assert first.accepted.num_rows == len(TABLE) - 1
    assert first.accepted.column_names == list(COLUMNS)
    assert first.accepted.column("address")[-1].as_py() == '东街"1"号, 后门'
    for path in paths[1:]:
        found = read_entities([path])
        assert found.accepted.equals(first.accepted), path.name
        assert conserved(found)
    english = tmp_path / "en.csv"
    again = read_entities([write(english, [list(SHOWN), *TABLE[1:]])])
    assert again.accepted.equals(first.accepted)
    assert read_entities([english]).files == again.files


def test_rows_set_aside_have_their_reason_and_line(tmp_path: Path) -> None:
    wrong = credit(1)[:-1] + ("A" if credit(1)[-1] != "A" else "B")
    dirt = [
        (row(1, entity_id=wrong), "bad-check-digit"),
        (row(2, entity_id="9.1150502E+17"), "excel-damaged"),
        (row(3, entity_id=""), "missing-id"),
        (row(4, entity_id="12345"), "bad-length"),
        (row(5, name="\u200b \t"), "missing-name"),
        (row(9, tier="很高"), "unknown-tier"),
        (row(11, status="？？"), "unknown-status"),
        (row(12, fields="food,玩具"), "unknown-fields"),
        (row(13, established_on="2023-02-30"), "impossible-date"),
        (row(14, established_on="1850-12-31"), "impossible-date"),
        (row(15, established_on="去年"), "bad-date"),
        (row(16, inspected_on="2019-12-31"), "inspected-before-established"),
        (row(17, established_on="03/04/2020"), "ambiguous-date"),
        (row(18, visits_this_year="-1"), "bad-number"),
        (row(20), "duplicate"),
    ]
    table = [
        HEADINGS,
        row(20),
        row(21, address="一\n二\n三"),
        *(cells for cells, _ in dirt),
        row(22),
    ]
    found = read_entities([write(tmp_path / "dirt.csv", table)])
    # Header, row 20, row 21 over lines 3 to 5, then the dirt from line 6 on.
    assert aside(found) == [(6 + i, reason) for i, (_, reason) in enumerate(dirt)]
    assert conserved(found)
    assert found.accepted.column("entity_id").to_pylist() == [credit(n) for n in (20, 21, 22)]
    rows = set_aside_rows(found.set_aside)
    assert rows[0]["row"] == dict(zip(HEADINGS, dirt[0][0], strict=True))
    assert (rows[0]["file"], rows[0]["column"], rows[0]["found"]) == (
        "dirt.csv",
        "entity_id",
        wrong,
    )


def test_lines_that_are_no_rows(tmp_path: Path) -> None:
    good = [",".join(row(n, fields="")) for n in range(8)]
    lines = [
        ",".join(HEADINGS).encode(), good[0].encode(), b"", (good[1] + ",more").encode(), b"   ",
        b"only,three,cells", ('"' + good[2]).encode(), good[3].encode(), good[4].encode() + b"\xff",
        good[5].encode().replace(b"A,15", b"\0,15"), (good[6] + ",,").encode(), good[7].encode(),
    ]  # fmt: skip
    path = tmp_path / "ragged.csv"
    path.write_bytes(b"\r\n".join(lines))
    found = read_entities([path])
    assert aside(found) == [
        (4, "ragged"), (6, "ragged"), (7, "stray-quote"), (9, "undecodable"), (10, "nul"),
    ]  # fmt: skip
    assert found.rows == 9
    assert conserved(found)
    assert found.accepted.column("entity_id").to_pylist() == [credit(n) for n in (0, 3, 6, 7)]


def test_a_quote_swallows_no_rows_however_far_its_fellow(tmp_path: Path) -> None:
    lines = [",".join(HEADINGS), *(",".join(row(n, fields="")) for n in range(3000))]
    lines[10] = lines[10].replace(",科尔沁区", ',"科尔沁区')
    lines[2500] = lines[2500].replace("号,A", '号",A')
    path = tmp_path / "quotes.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    found = read_entities([path])
    assert aside(found) == [(11, "stray-quote")]
    assert found.accepted.num_rows == 2999
    assert found.accepted.column("address")[-1].as_py() == "科尔沁区2999号"


def test_what_is_mended_is_counted_and_what_is_odd_is_said(tmp_path: Path) -> None:
    odd = "91150502MA000001A"
    table = [
        HEADINGS,
        row(1, entity_id=" " + credit(1).lower(), name=" 甲\u3000乙\u202e "),
        row(2, entity_id=registration(2) + ".0", established_on="43835", inspected_on="20250304"),
        row(
            3, established_on="2020年1月5日", inspected_on="2025/3/4 00:00:00", tier="A类（低风险）"
        ),
        row(4, region="通辽市科尔沁区", industry="6210", kind="个体工商户", status="存续"),
        row(5, fields="药品、食品", visits_this_year="1.0", region="150599", industry="A52"),
        row(
            6, tier="", region="", industry="", kind="", status="", fields="否", visits_this_year=""
        ),
        row(7, entity_id=odd + codes.credit_check_character(odd)),
    ]
    found = read_entities([write(tmp_path / "mend.csv", table)])
    assert aside(found) == []
    rows = found.accepted.to_pylist()
    assert [one["name"] for one in rows][:1] == ["甲 乙"]
    assert rows[1]["entity_id"] == registration(2)
    assert {one["established_on"] for one in rows} == {"2020-01-05"}
    assert {one["inspected_on"] for one in rows} == {"2025-03-04"}
    assert rows[2]["tier"] == "A"
    assert (rows[3]["region"], rows[3]["industry"]) == ("150502", "H6210")
    assert (rows[3]["kind"], rows[3]["status"]) == ("individual", "active")
    assert (rows[4]["fields"], rows[4]["visits_this_year"]) == ("drug,food", 1)
    assert (rows[5]["kind"], rows[5]["status"], rows[5]["tier"]) == ("enterprise", "active", "")
    assert found.repaired == {
        "code-form": 1, "date-form": 4, "decimal-point": 1, "number-form": 1, "text-tidied": 1,
        "translated": 6,
    }  # fmt: skip
    assert found.warnings == {
        "industry-section": 1,
        "organisation-digit": 1,
        "unlisted-division": 1,
    }


def test_two_code_columns_and_flags(tmp_path: Path) -> None:
    table = [
        ["注册号", "统一社会信用代码", "名称", "食品", "是否特种设备", "备注"],
        [registration(1), credit(1), "甲", "是", "是", "x"],
        [registration(2), "", "乙", "否", "", "y"],
        [registration(3), "9.1E+17", "丙", "", "", ""],
        ["", "-", "丁", "", "", ""],
        [registration(4), credit(4), "戊", "也许", "", ""],
    ]
    found = read_entities([write(tmp_path / "two.csv", table)])
    assert found.accepted.column("entity_id").to_pylist() == [credit(1), registration(2)]
    assert found.accepted.column("fields").to_pylist() == ["food,special", ""]
    assert aside(found) == [(4, "excel-damaged"), (5, "missing-id"), (6, "bad-flag")]
    assert found.ignored == ["备注"]


def test_a_free_register_with_maps(tmp_path: Path) -> None:
    table = [
        ["License #", "DBA Name", "Risk", "Facility Type", "Inspection Date", "Zip"],
        ["2345", "CAFÉ, THE", "Risk 1 (High)", "Restaurant", "05/20/2019", "60614"],
        ["23 45", "B", "Risk 3 (Low)", "Grocery Store", "05/06/2019", "60614"],
        ["cafe-1", "C", "", "a/b", "05/06/2019", "60614"],
        ["cafe-2", "D", "", "", "05/06/2019", ""],
    ]
    path = write(tmp_path / "free.csv", table)
    mapping = {"entity_id": "license #", "name": "DBA Name", "tier": "Risk", "region": "Zip"}
    mapping |= {"industry": "Facility Type", "inspected_on": "Inspection Date"}
    values = {"tier": {"Risk 1 (High)": "D", "Risk 3 (Low)": "A"}}
    found = read_entities([path], "free", ImportOptions(mapping, values, "mdy"))
    assert aside(found) == []
    assert found.accepted.select(["entity_id", "tier", "industry", "inspected_on"]).to_pylist() == [
        {"entity_id": "2345", "tier": "D", "industry": "Restaurant", "inspected_on": "2019-05-20"},
        {"entity_id": "23-45", "tier": "A", "industry": "Grocery Store",
         "inspected_on": "2019-05-06"},
        {"entity_id": "cafe-1", "tier": "", "industry": "a-b", "inspected_on": "2019-05-06"},
        {"entity_id": "cafe-2", "tier": "", "industry": "", "inspected_on": "2019-05-06"},
    ]  # fmt: skip
    assert found.repaired["separators-replaced"] == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "intake.empty-file"),
        (b"\n  \r\n", "intake.empty-file"),
        (b"\x7fELF\0\0\0\0\0\0", "intake.not-a-table"),
        (b"PK\x03\x04 but no zip", "intake.broken-archive"),
        (b"PAR1 but no parquet", "intake.parquet-footer"),
        ("统一社会信用代码,企业称\n".encode(), "intake.missing-heading"),
        ("统一社会信用代码,企业名称,企业名称\n".encode(), "intake.heading-twice"),
        (b'{"name": "x"}\n', "intake.missing-heading"),
        (b"not json nor table", "intake.missing-heading"),
    ],
)
def test_files_that_are_no_register(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(PlannerError) as caught:
        read_entities([path])
    assert {problem.code for problem in caught.value.problems} == {code}
    assert str(caught.value)


def test_wrong_use_is_refused_with_the_nearest_right_one(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [["代码表", "企业名称"], [credit(1), "甲"]])
    with pytest.raises(PlannerError) as caught:
        read_entities([path])
    assert "代码表" in str(caught.value)
    assert "--map entity_id=" in str(caught.value)
    for mapping, word in (({"entityid": "代码表"}, "entity_id"), ({"entity_id": "代码"}, "代码表")):
        with pytest.raises(PlannerError) as caught:
            read_entities([path], options=ImportOptions(mapping))
        assert word in str(caught.value.problems[0].params["nearest"])
    assert (
        read_entities([path], options=ImportOptions({"entity_id": "代码表"})).accepted.num_rows == 1
    )
    for missing in (tmp_path, tmp_path / "none.csv", tmp_path / "a\0b"):
        with pytest.raises(PlannerError):
            read_entities([missing])


HOSTILE = [
    "=cmd()|' /C calc'!A0", "\x1b[31mred\x1b[0m", "[red]甲[/red]", "<script>alert(1)</script>",
    "甲\n乙\r丙", "\u202egnp.exe", "长" * 10_000, "+1", "-1", "@x", "'引", '"', "a,b;c|d/e",
]  # fmt: skip


def test_hostile_names_come_through_without_effect(tmp_path: Path) -> None:
    table = [HEADINGS, *(row(n, name=name) for n, name in enumerate(HOSTILE))]
    found = read_entities([write(tmp_path / "h.csv", table)])
    assert aside(found) == []
    names = found.accepted.column("name").to_pylist()
    assert len(names) == len(HOSTILE)
    assert not any(c in name for name in names for c in "\x1b\n\r\u202e")
    assert names[6] == "长" * 10_000
    assert names[3] == HOSTILE[3]


def test_set_aside_rows_come_back(tmp_path: Path) -> None:
    table = [HEADINGS, *(row(n, name=name, tier="?") for n, name in enumerate(HOSTILE))]
    found = read_entities([write(tmp_path / "h.csv", table)])
    assert found.accepted.num_rows == 0
    rows = [one | {"no": 7 + i} for i, one in enumerate(set_aside_rows(found.set_aside))]
    out = tmp_path / "mend.csv"
    assert write_set_aside(rows, out) == len(HOSTILE)
    with out.open(encoding="utf-8-sig", newline="") as file:
        cells = list(csv.reader(file))
    assert cells[0][-3:] == ["set_aside_no", "set_aside_line", "set_aside_reason"]
    assert not any(cell[:1] in ("=", "+", "-", "@", "\t", "\r") for line in cells for cell in line)
    again = read_entities([out])
    assert again.retried == list(range(7, 7 + len(HOSTILE)))
    assert [one["row"] for one in set_aside_rows(again.set_aside)] == [one["row"] for one in rows]
    mended = read_entities([out], options=ImportOptions(values={"tier": {"?": "B"}}))
    plain = read_entities([write(tmp_path / "p.csv", [HEADINGS, *(
        row(n, name=name, tier="B") for n, name in enumerate(HOSTILE))])])  # fmt: skip
    assert mended.accepted.equals(plain.accepted)
    assert all(unguard(guard(name)) == name for name in HOSTILE)


def test_merging_and_the_digest(tmp_path: Path) -> None:
    first = read_entities(
        [write(tmp_path / "1.csv", [HEADINGS, *(row(n) for n in range(30, 0, -1))])]
    )
    second = read_entities([write(tmp_path / "2.csv", [HEADINGS, *(
        row(n, tier="D") for n in range(25, 40))])])  # fmt: skip
    register = merge_entities(None, first.accepted)
    ids = [text.encode() for text in register.column("entity_id").to_pylist()]
    assert ids == sorted(ids)
    assert len(ids) == 30
    same = merge_entities(register, first.accepted)
    assert same.equals(register)
    assert content_digest(same) == content_digest(register)
    both = merge_entities(register, second.accepted)
    tiers = dict(zip(*(both.column(c).to_pylist() for c in ("entity_id", "tier")), strict=True))
    assert len(tiers) == 39
    assert (tiers[credit(24)], tiers[credit(25)]) == ("A", "D")
    assert merge_entities(both, second.accepted, replace=True).num_rows == 15
    assert content_digest(both) != content_digest(register)
    # The digest knows values only, not how Arrow happens to lay them out.
    chunks = pa.concat_tables([both.slice(0, 7), both.slice(7, 1), both.slice(8)])
    assert content_digest(chunks) == content_digest(both)


def test_the_digest_is_as_documented(tmp_path: Path) -> None:
    import struct
    from hashlib import sha256

    table = read_entities([write(tmp_path / "d.csv", [HEADINGS, row(1), row(2)])]).accepted
    text = ""
    for name in SHOWN:  # the private column is empty in every row
        values = [str(value).encode() for value in table.column(name).to_pylist()]
        lengths = b"".join(struct.pack("<I", len(value)) for value in values)
        text += f"{name} {sha256(lengths).hexdigest()} {sha256(b''.join(values)).hexdigest()}\n"
    assert content_digest(table) == sha256(text.encode()).hexdigest()


def test_every_reason_and_count_has_its_words() -> None:
    words = catalogue("intake")
    kinds = {"code-form", "decimal-point", "text-tidied", "date-form", "number-form", "translated"}
    kinds |= {
        "organisation-digit",
        "unlisted-division",
        "industry-section",
        "certificate-not-given",
    }
    for name in kinds | set(REASONS):
        assert set(words[name]) == {"en", "zh"}


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    path = write(tmp_path / "p.csv", TABLE)
    read_entities([path, path], progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (82, 82)
    assert all(total is not None and done <= total for done, total in told)

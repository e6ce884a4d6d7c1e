"""The bureau's own forms: what they say, that names do nothing in them; own templates."""

from __future__ import annotations

import csv
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from helpers.cli import language_kept, told, yaohao
from helpers.workspace_maker import HOSTILE_NAMES, Made, Maker, Shape, make, plan_text
from python_calamine import CalamineWorkbook
from yaohao.planner.publication.paper import national
from yaohao.planner.publication.paper.templating import Templates
from yaohao.planner.publication.workbook_writer import cell
from yaohao.planner.schema.visit import Visit
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.terms import RESULTS
from yaohao.planner.wording.messages import LANGUAGES, catalogue, choose_language
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.workspace_maker"]
ROOT = Path(__file__).resolve().parents[2]
PAGES = ("notices.html", "records.html", "worklists.html")


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    with language_kept():
        choose_language("en")
        yield


class Reader(HTMLParser):
    """The elements, attributes and texts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, made: Maker) -> tuple[Made, Path]:
    workspace = made(reserves=1)
    folder = tmp_path_factory.mktemp("forms")
    workspace.workspace.notices(workspace.draw, folder, each=True)
    return workspace, folder


def visited(workspace: Made) -> list[Visit]:
    return [v for v in workspace.workspace.show(workspace.draw)["visits"] if not v["reserve"]]


def test_every_entity_has_its_notice_with_all_it_must_hold(written: tuple[Made, Path]) -> None:
    workspace, folder = written
    text = (folder / "notices.html").read_text(encoding="utf-8")
    sections = text.split('<section class="form">')[1:]
    shown = workspace.workspace.show(workspace.draw)
    assert len(sections) == len(visited(workspace))
    for visit, section in zip(visited(workspace), sections, strict=True):
        said = Reader(section).text
        for asked in (
            visit["entity_id"], "登记事项", "=food()", *shown["window"], "2027年第一季度抽查",
            "第四十三条", "申请其回避", "执法证号", "营业执照", shown["select"]["commitment"],
            "通辽市市场监督管理局", "盖章",
        ):  # fmt: skip
            assert asked in said, asked
        for inspector in visit["inspectors"]:
            assert inspector in said
            assert shown["names"][inspector] in said
        assert ("有因" in said) == (visit["standing"] == "directed")


def test_record_forms_have_every_result_of_the_national_record(written: tuple[Made, Path]) -> None:
    workspace, folder = written
    sections = (folder / "records.html").read_text(encoding="utf-8").split("<section")[1:]
    assert len(sections) == len(visited(workspace))
    for section in sections:
        said = Reader(section).text
        for term in RESULTS[1:]:
            assert said.count(f"□ {term.code} {term.zh}") == 2  # items
        assert "待检查" not in said
        assert "检查人员签名" in said


def test_work_lists_are_the_crews_dealt(written: tuple[Made, Path]) -> None:
    workspace, folder = written
    pairs = sorted((i, v["entity_id"]) for v in visited(workspace) for i in v["inspectors"])
    rows = sheets(folder / "worklists.xlsx")["按人员"][1:]
    assert sorted((row[0], row[3]) for row in rows) == pairs
    crews = sheets(folder / "worklists.xlsx")["按检查组"][1:]
    assert sorted(row[2] for row in crews) == sorted(v["entity_id"] for v in visited(workspace))
    text = (folder / "worklists.html").read_text(encoding="utf-8")
    assert text.count("<section") == 1 + len({inspector for inspector, _ in pairs})


@pytest.mark.parametrize("page", PAGES)
def test_names_are_only_text_in_pages(written: tuple[Made, Path], page: str) -> None:
    workspace, folder = written
    text = (folder / page).read_text(encoding="utf-8")
    found = Reader(text)
    assert set(found.tags) <= {
        "html", "head", "meta", "title", "style", "body", "section", "p", "h1", "h2", "table",
        "thead", "tbody", "tr", "th", "td", "ol", "li", "span", "div", "br",
    }  # fmt: skip
    assert found.attributes <= {
        "lang", "charset", "name", "content", "class", "colspan", "http-equiv", "data-label",
    }  # fmt: skip
    assert "default-src 'none'" in text
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text
    )
    assert not re.search(r"(src|href|url|@import)\s*[=(]", text)
    for visit in visited(workspace):
        assert cell(visit["name"]) in found.text


def test_no_cell_of_a_workbook_is_a_formula(written: tuple[Made, Path]) -> None:
    workspace, folder = written
    books = sorted(folder.glob("*.xlsx"))
    assert [book.stem for book in books] == ["bulletin", "records", "worklists"]
    for book in books:
        with zipfile.ZipFile(book) as parts:
            for name in parts.namelist():
                xml = parts.read(name).decode()
                assert not re.search(r"<f[ >]|<hyperlink|externalLink|ddeLink", xml), name
                for footer in re.findall("<oddFooter>(.*?)</oddFooter>", xml):
                    assert re.findall("&amp;.", footer) == ["&amp;L", "&amp;R", "&amp;P", "&amp;N"]
        found = {text for rows in sheets(book).values() for row in rows for text in row}
        for visit in visited(workspace):
            assert cell(visit["name"]) in found


def test_footers_hold_no_codes_of_a_title(tmp_path: Path) -> None:
    from yaohao.planner.publication.paper.workbooks import national_workbook

    national_workbook(tmp_path / "n.xlsx", "en", "R&D &G&P" + "&" * 400, [])
    with zipfile.ZipFile(tmp_path / "n.xlsx") as parts:
        xml = parts.read("xl/worksheets/sheet1.xml").decode()
    footer = re.findall("<oddFooter>(.*?)</oddFooter>", xml)[0].replace("&amp;", "&")
    assert len(footer) <= 255
    assert re.findall("&.", footer) == ["&L", "&R", "&P", "&N"]


def test_what_is_filled_in_comes_back_as_results(tmp_path: Path) -> None:
    workspace = make(tmp_path, Shape(abandoned=False))
    workspace.workspace.notices(workspace.draw, tmp_path / "f", ["records"])
    rows = sheets(tmp_path / "f" / "records.xlsx")["结果录入"]
    codes = sheets(tmp_path / "f" / "records.xlsx")["代码"]
    assert rows[0][:2] == ["表单编号", "统一社会信用代码"]
    empty = workspace.workspace.import_results(workspace.draw, [tmp_path / "f" / "records.xlsx"])
    assert empty["accepted"] == 0  # an item that was not inspected never reads as passed
    assert (empty["rows"], empty["set_aside"]) == (0, 0)
    assert empty["warnings"] == {"not-filled": len(rows) - 1}
    for place, row in enumerate(rows[1:]):
        row[5:9] = ["2027-01-20", codes[1][0], codes[1 + place % 12][1], codes[1][2]]
    with (tmp_path / "filled.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    told = workspace.workspace.import_results(workspace.draw, [tmp_path / "filled.csv"])
    assert (told["accepted"], told["set_aside"], told["open"]) == (len(rows) - 1, 0, 0)
    results = workspace.workspace.show(workspace.draw)["results"]
    assert {row["result"] for row in results} == {t.code for t in RESULTS[1:13]}


def test_the_same_draw_gives_the_same_bytes(written: tuple[Made, Path], tmp_path: Path) -> None:
    workspace, folder = written
    told = workspace.workspace.notices(workspace.draw, tmp_path / "again", each=True)
    single = {f"{kind}/" for kind in ("notices", "records")}
    assert sum(name.startswith(tuple(single)) for name in told["files"]) == 2 * told["visits"]
    for name in told["files"]:
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes(), name
    both = workspace.workspace.notices(
        workspace.draw, tmp_path / "again", ["notices"], language="en"
    )
    assert both["files"] == ["notices.html"]
    assert 'lang="en"' in (tmp_path / "again" / "notices.html").read_text(encoding="utf-8")
    assert (tmp_path / "again" / "records.xlsx").is_file()


def test_one_entity_alone(written: tuple[Made, Path], tmp_path: Path) -> None:
    workspace, _ = written
    visit = visited(workspace)[2]
    told = workspace.workspace.notices(
        workspace.draw, tmp_path, ["notices", "records"], entities=[visit["entity_id"]], each=True
    )
    assert told["visits"] == 1
    assert f"notices/0003-{visit['entity_id']}.html" in told["files"]
    assert (tmp_path / "notices.html").read_text(encoding="utf-8").count("<section") == 1


def test_a_reserve_is_visited_by_the_crew_of_whose_place_it_took(tmp_path: Path) -> None:
    workspace = make(tmp_path, Shape(abandoned=False, reserves=2))
    cells = {v["cell"] for v in workspace.workspace.show(workspace.draw)["visits"] if v["reserve"]}
    used = None
    for gone in [visit for visit in visited(workspace) if visit["cell"] in cells]:
        try:
            told = workspace.workspace.withdraw(workspace.draw, gone["entity_id"], "9", "extract")
        except PlannerError:
            continue  # one of its crew may not visit the reserve
        used = told["reserve"]
        break
    assert used
    workspace.workspace.notices(workspace.draw, tmp_path / "f", ["notices", "bulletin"], each=True)
    page = next((tmp_path / "f" / "notices").glob(f"*-{used}.html")).read_text(encoding="utf-8")
    for inspector in gone["inspectors"]:
        assert inspector in page
    assert not list((tmp_path / "f" / "notices").glob(f"*-{gone['entity_id']}.html"))
    rows = sheets(tmp_path / "f" / "bulletin.xlsx")["公示"]
    listed = {row[1]: row for row in rows if row[0].isdecimal()}
    assert {gone["entity_id"], used} <= set(listed)
    assert listed[gone["entity_id"]][-1] == "注销"


def test_the_bulletin_has_title_table_notes_and_a_line_for_the_seal(
    written: tuple[Made, Path],
) -> None:
    workspace, folder = written
    rows = sheets(folder / "bulletin.xlsx")["公示"]
    texts = [str(text) for row in rows for text in row if text]
    assert rows[0][0].startswith("通辽市市场监督管理局关于2027年第一季度抽查")
    assert "通辽市市场监督管理局 （盖章）" in texts
    shown = workspace.workspace.show(workspace.draw)
    for round_ in (shown["select"], shown["crew"]):
        assert round_ is not None
        assert any(str(round_["seed"]) in text for text in texts)
    assert any(shown["select"]["commitment"] in text for text in texts)
    listed = [row[1] for row in rows if str(row[0]).isdecimal()]
    assert listed == [visit["entity_id"] for visit in visited(workspace)]
    crews = [row[5] for row in rows if str(row[0]).isdecimal()]
    assert crews == ["; ".join(visit["inspectors"]) for visit in visited(workspace)]


def test_stages_and_wrong_use(tmp_path: Path, made: Maker) -> None:
    workspace = make(tmp_path, Shape(abandoned=False)).workspace
    plan = workspace.folder / "plans" / "q1.toml"
    plan.write_text(plan_text(Shape()).replace('id = "q1"', 'id = "q2"'), encoding="utf-8")
    draw = workspace.freeze(plan)["draw"]

    def code(*arguments: Any, **options: Any) -> str:
        with pytest.raises(PlannerError) as caught:
            workspace.notices(*arguments, **options)
        return caught.value.problems[0].code

    to = tmp_path / "to"
    assert workspace.notices(draw, to)["files"] == []
    assert code(draw, to, ["bulletin"]) == "forms.too-early"
    workspace.draw(draw, "5 7 7 2 1 5 6 6 4 9 0 1 5 3 2 8 6 0 6 0")
    told = workspace.notices(draw, to)
    assert told["files"] == ["bulletin.xlsx"]
    assert told["left_out"] == ["notices", "records", "worklists", "national"]
    texts = str(sheets(to / "bulletin.xlsx"))
    assert "无见证" in texts
    assert code(draw, to, ["notices"]) == "forms.too-early"
    assert code(draw, to, ["letters"]) == "forms.unknown-kind"
    assert code("q1", to, ["national"]) == "forms.no-division"
    assert code("q1", to, entities=["nobody"]) == "ids.unknown"
    assert code("q1", tmp_path / "e.csv") == "forms.no-folder"
    workspace.staff(draw)
    workspace.abandon(draw, "no")
    assert code(draw, to) == "draw.abandoned"


def test_a_bureau_has_its_own_templates(tmp_path: Path) -> None:
    workspace = make(tmp_path, Shape(abandoned=False)).workspace
    own = workspace.folder / "templates"
    own.mkdir()
    page = own / "notices.html"
    page.write_text(
        '{% extends "yaohao/notices.html" %}'
        "{% block seal %}<b>OUR SEAL {{ case.name }}</b>{% endblock %}",
        encoding="utf-8",
    )
    (own / "materials.toml").write_text(
        'all = ["税务登记 <i>"]\n"FOOD-01" = ["食品经营许可证"]\n', encoding="utf-8"
    )
    (own / "forms.css").write_text("h1 { color: red }", encoding="utf-8")

    def made_page() -> str:
        workspace.notices("q1", tmp_path / "f", ["notices"])
        return (tmp_path / "f" / "notices.html").read_text(encoding="utf-8")

    text = made_page()
    assert "<b>OUR SEAL " in text
    assert "&lt;script&gt;" in text or "<script" not in text
    assert "税务登记 &lt;i&gt;" in text
    assert "食品经营许可证 (=food())" in text
    assert "h1 { color: red }" in text
    assert "营业执照正本" not in text
    for source, line in (
        ("a\n{% if %}", "2"),
        ("{{ nothing }}", "1"),
        ("{{ ''.__class__.__mro__ }}", "1"),
        ("{% for x in range(99999999) %}{% endfor %}", "1"),
        ("{{ 1 / 0 }}", "1"),
        ('{% extends "nowhere.html" %}', "1"),
    ):
        page.write_text(source, encoding="utf-8")
        with pytest.raises(PlannerError) as caught:
            made_page()
        problem = caught.value.problems[0]
        assert (problem.code, str(problem.params["line"])) == ("forms.bad-template", line), source
        assert "notices.html" in problem.params["file"]
    page.write_bytes(b"\xff\xfe")
    with pytest.raises(PlannerError):
        made_page()
    assert (tmp_path / "f" / "notices.html").read_text(encoding="utf-8") == text
    page.unlink()
    for wrong in ('all = "x"', "[a", "x = [1]"):
        (own / "materials.toml").write_text(wrong, encoding="utf-8")
        with pytest.raises(PlannerError) as caught:
            made_page()
        assert caught.value.problems[0].code == "forms.bad-materials"


def test_who_stops_it_leaves_nothing_behind(written: tuple[Made, Path], tmp_path: Path) -> None:
    workspace, _ = written
    seen: list[tuple[int, int | None]] = []

    def stop(done: int, total: int | None, /) -> None:
        seen.append((done, total))
        raise KeyboardInterrupt

    kinds = ("notices", "records", "worklists")
    with pytest.raises(KeyboardInterrupt):
        workspace.workspace.notices(workspace.draw, tmp_path / "f", kinds, each=True, progress=stop)
    assert list(tmp_path.iterdir()) == []
    told = workspace.workspace.notices(
        workspace.draw, tmp_path / "f", kinds, each=True, progress=lambda *now: seen.append(now)
    )
    total = 5 * told["visits"]  # notices twice, record forms twice as pages and once in a workbook
    assert seen[-1] == (total, total)


def test_words_put_in_beforehand_are_those_said(tmp_path: Path) -> None:
    own = tmp_path / "templates"
    own.mkdir()
    for source, expected in (
        ("{{ say('number') }}|{{ say(name) }}", "No.|entity"),
        ("{{ say('page') ~ '<' }}", "page&lt;"),
        ("{{ say('bulletin-due', number=2, day='x<') }}", "within 2 working days"),
        ("{% set say = 'mine' %}{{ say }}", "mine"),
        ("{% macro say(x) %}m{{ x }}{% endmacro %}{{ say('number') }}", "mnumber"),
        ("{% for say in ['a'] %}{{ say }}{% endfor %}", "a"),
        ("{% from 'other.html' import said as say %}{{ say('number') }}", "other number"),
        ("{{ say('no-such-word') }}", "forms.no-such-word"),
    ):
        (own / "other.html").write_text("{% macro said(x) %}other {{ x }}{% endmacro %}")
        (own / "x.html").write_text(source)
        text = b"".join(Templates(tmp_path, "en").pieces("x.html", {"name": "entity"})).decode()
        assert expected in text, source
    (own / "x.html").write_text("{{ say() }}")
    with pytest.raises(PlannerError):
        list(Templates(tmp_path, "en").pieces("x.html", {}))


PLAN: dict[str, Any] = {
    "id": "q1", "title": "抽查", "authority": "局", "frequency": 1, "batch": 1,
    "scope": {"kind": [], "region": [], "status": ["active"]},
}  # fmt: skip


def test_the_national_record() -> None:
    items = [{"item_id": "A", "name": "一"}, {"item_id": "B", "name": "二"}]
    visits = [
        {"entity_id": entity, "name": f"店 {entity} 13812345678", "standing": standing}
        for entity, standing in (("x", "pool"), ("y", "directed"), ("z", "pool"), ("w", "pool"))
    ]
    results = [
        {"entity_id": "x", "item_id": "A", "result": "1", "visited_on": "2027-01-12"},
        {"entity_id": "x", "item_id": "B", "result": "E", "visited_on": "2027-01-14"},
        {"entity_id": "y", "item_id": "B", "result": "A", "visited_on": "2027-01-15"},
    ]
    gone = [{"entity_id": "z", "result": "9", "at": "2027-01-20T01:02:03Z", "on": "2027-01-20"}]
    rows = national.national_record("q1", PLAN, "150500", items, visits, results, gone)
    assert all(set(row) == set(national.COLUMNS) for row in rows)
    assert [(r["entity_id"], r["number"], r["result_code"], r["finished_on"]) for r in rows] == [
        ("x", "1", "1", "2027-01-14"),
        ("x", "2", "E", "2027-01-14"),
        ("y", "1", "0", ""),  # never reads as passed
        ("y", "2", "A", ""),
        ("z", "1", "9", "2027-01-20"),
        ("z", "2", "9", "2027-01-20"),
    ]
    assert {r["entity_id"]: r["targeted"] for r in rows} == {"x": "0", "y": "1", "z": "0"}
    assert all(r["plan_id"].startswith("150500") and r["task_id"] == "150500q1" for r in rows)
    assert not any("138" in text for row in rows for text in row.values())
    none = national.national_record("q1", PLAN, "150500", [], visits[:1], [], [])
    assert none == []


@pytest.mark.parametrize(
    ("kind", "region", "targeted"),
    [
        ([], [], False),
        ([], ["1505"], False),
        ([], ["15"], False),
        ([], ["150502", "150581"], True),
        ([], ["150502", "1505"], False),
        (["enterprise"], [], True),
    ],
)
def test_targeted_is_a_pool_narrowed_by_a_condition(
    kind: list[str], region: list[str], targeted: bool
) -> None:
    plan = {**PLAN, "scope": {"kind": kind, "region": region, "status": []}}
    assert national.is_targeted(plan, "150500") == targeted
    assert national.six_digits("1505") == "150500"
    assert national.six_digits("150502103000") == "150502"
    assert national.six_digits("x") == national.six_digits("") == ""


def test_the_command(written: tuple[Made, Path], tmp_path: Path) -> None:
    workspace, _ = written
    here = ("--workspace", workspace.workspace.folder)
    for lang, word in (("en", "Notice of inspection"), ("zh", "检查通知书")):
        result = yaohao(*here, "notices", workspace.draw, "--to", tmp_path / lang, lang=lang)
        assert result.exit_code == 0, result.output
        assert word in (tmp_path / lang / "notices.html").read_text(encoding="utf-8")
        assert "national" in result.stderr
    document = told(*here, "notices", workspace.draw, "--kind", "bulletin", "--to", tmp_path / "b")
    assert document["files"] == ["bulletin.xlsx"]
    assert told(*here, "notices", "no", status=2)["errors"][0]["code"] == "draw.unknown"
    yaohao(*here, "notices", workspace.draw)
    assert (workspace.workspace.folder / "notices" / workspace.draw / "records.xlsx").is_file()
    shutil.rmtree(workspace.workspace.folder / "notices")


def test_a_filled_in_register_of_divisions_gives_the_record_in_both_forms(tmp_path: Path) -> None:
    workspace = make(tmp_path, Shape(abandoned=False)).workspace
    settings = workspace.folder / "workspace.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('division = ""', 'division = "150500"'),
        encoding="utf-8",
    )
    workspace.close()
    workspace = Workspace(workspace.folder)
    workspace.draws()
    entity = workspace.show("q1")["visits"][0]["entity_id"]
    (tmp_path / "r.csv").write_text(f"entity_id,visited_on,result\n{entity},2027-01-20,1\n")
    workspace.import_results("q1", [tmp_path / "r.csv"])
    told = workspace.notices("q1", tmp_path / "f", ["national"], targeted=False)
    assert told["files"] == ["national.csv", "national.xlsx"]
    with (tmp_path / "f" / "national.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["item"] for row in rows] == ["登记事项", "'=food()"]
    book = sheets(tmp_path / "f" / "national.xlsx")["公示记录"]
    assert [row[10] for row in book[1:]] == ["登记事项", "=food()"]
    assert [row[6] for row in book[1:]] == ["不定向", "不定向"]


def test_every_word_is_used_and_in_both_languages() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("planner", "scripts")
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in (".py", ".html")
    )
    families = (
        "case-column-",
        "fill-",
        "column-",
        "targeted-",
        "standing-",
        "round-",
        "sheet-",
        "bounds-",
        "sign-",
    )
    used = set(re.findall(r"(?<=[\"'])[a-z0-9-]+(?=[\"'])|(?<=forms\.)[a-z0-9-]+", sources))
    for name, entry in catalogue("forms").items():
        assert set(entry) == set(LANGUAGES)
        zh, en = (set(re.findall(r"{(\w+)}", entry[lang])) for lang in LANGUAGES)
        assert zh == en, name
        assert name in used or name.startswith(families), name
    own = "".join(
        path.read_text(encoding="utf-8")
        for path in (
            ROOT / "planner" / "operations" / "write_forms.py",
            ROOT / "planner" / "publication" / "paper" / "public_forms.py",
            ROOT / "planner" / "publication" / "paper" / "workbooks.py",
            ROOT / "planner" / "publication" / "paper" / "templating.py",
            *(ROOT / "planner" / "publication" / "paper" / "templates").glob("*.html"),
        )
    )
    named = re.findall(r"say\(\s*\"([a-z-]+)\"", own) + re.findall(r"\"forms\.([a-z-]+)\"", own)
    assert len(named) > 50
    for name in named:
        assert name in catalogue("forms") or name == "css", name


def test_hostile_names_are_among_the_visited(written: tuple[Made, Path]) -> None:
    """The tests above would show nothing if no name meant harm."""
    names = {visit["name"] for visit in visited(written[0])}
    assert len(names & set(HOSTILE_NAMES)) >= 3

"""The bureau's forms of a large draw: processor time, size and memory of each kind.

    python -m benchmarks.forms [VISITS ...]

Beside a workbook stands XlsxWriter in its frugal mode, writing the same cells with one format in a
plain loop; beside a page, the same template in an environment of Jinja2's that is neither sandboxed
nor given the words beforehand. The ratio is ours to theirs.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from yaohao.planner.publication.paper import workbooks
from yaohao.planner.publication.paper.templating import Templates
from yaohao.planner.publication.paper.visit_forms import (
    boxes,
    cases,
    crew_lists,
    work_lists,
)
from yaohao.planner.wording.messages import say

LANGUAGE = "zh"
TITLE = "2027年第一季度市场主体双随机抽查"
AUTHORITY = "通辽市市场监督管理局"


def values(visits: int) -> dict[str, Any]:
    """What the forms of so many made-up visits are made of."""
    roster = {
        f"ZF-1505-{n:04d}": {"name": f"检查员{n}", "department": "执法支队"}
        for n in range(max(2, visits // 20))
    }
    ids = list(roster)
    rows = [
        {
            "entity_id": f"92150502MA{n:08d}", "name": f"通辽市第{n}号商贸有限责任公司",
            "region": "150502", "standing": "pool", "result": "0",
        }
        for n in range(visits)
    ]  # fmt: skip
    crews = {
        row["entity_id"]: [ids[n % len(ids)], ids[(7 * n + 1) % len(ids)]]
        for n, row in enumerate(rows)
    }
    addresses = {row["entity_id"]: f"科尔沁区和平路{n}号" for n, row in enumerate(rows)}
    items = [
        {"item_id": "REG-01", "name": "登记事项检查", "content": "营业执照使用、名称、住所"},
        {"item_id": "PUB-01", "name": "公示信息检查", "content": "年度报告公示信息"},
    ]
    made = cases(rows, crews, addresses, items, roster, {}, LANGUAGE)
    return {
        "draw": "bench",
        "plan": {"title": TITLE, "authority": AUTHORITY, "window": ["2027-01-11", "2027-03-31"]},
        "select": {"commitment": "5e" * 32},
        "crew": None,
        "materials": ["营业执照正本或者副本", "身份证明", "台账、票据、合同"],
        "published": True,
        "boxes": boxes(LANGUAGE),
        "cases": made,
        "lists": work_lists(made),
        "crews": crew_lists(made),
    }


def bulletin_rows(told: dict[str, Any]) -> list[dict[str, str]]:
    """The rows of the bulletin of the same visits."""
    return [
        {
            "entity_id": case["entity_id"], "name": case["name"], "region": case["region_name"],
            "standing": "随机抽取", "result": "",
            "inspectors": "; ".join(one["inspector_id"] for one in case["inspectors"]),
        }
        for case in told["cases"]
    ]  # fmt: skip


def timed(work: Callable[[], Any]) -> float:
    """Seconds of processor time."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def same_cells(book: Path, to: Path) -> Callable[[], None]:
    """The peer of a workbook: its cells, written by XlsxWriter one by one."""
    import xlsxwriter
    from python_calamine import CalamineWorkbook

    read = CalamineWorkbook.from_path(book)
    sheets = [read.get_sheet_by_name(name).to_python() for name in read.sheet_names]

    def work() -> None:
        with xlsxwriter.Workbook(str(to), {"constant_memory": True}) as made:
            looks = made.add_format({"border": 1, "text_wrap": True})
            for rows in sheets:
                sheet = made.add_worksheet()
                for number, row in enumerate(rows):
                    for column, text in enumerate(row):
                        sheet.write_string(number, column, str(text), looks)

    return work


def plain_page(page: str, told: dict[str, Any], to: Path) -> Callable[[], None]:
    """The peer of a page: its template in an environment as Jinja2 has it."""
    from jinja2 import Environment, PackageLoader

    peer = Environment(
        loader=PackageLoader("yaohao.planner.publication.paper", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    peer.globals["language"] = LANGUAGE
    peer.globals["say"] = lambda name, **params: say(f"forms.{name}", LANGUAGE, **params)

    def work() -> None:
        with to.open("wb") as file:
            peer.get_template(page).stream(told).dump(file, encoding="utf-8")

    return work


def main(*visits: int) -> None:
    """Print a line a form."""
    for number in visits or (2_000, 20_000):
        print(f"{number:,} visits")
        with tempfile.TemporaryDirectory() as folder:
            measure(values(number), Path(folder))


def measure(told: dict[str, Any], folder: Path) -> None:
    """Print the lines of the forms of some visits."""
    templates = Templates(Path(), LANGUAGE)

    def render(path: Path) -> None:
        with path.open("wb") as file:
            file.writelines(templates.pieces(path.name, told))

    for page in ("notices.html", "records.html", "worklists.html"):
        ours = timed(partial(render, folder / page))
        show(folder / page, ours, timed(plain_page(page, told, folder / "peer.html")), "Jinja2")
    made, ticks = told["cases"], told["boxes"]
    rows = bulletin_rows(told)
    books: dict[str, Callable[[Path], None]] = {
        "records.xlsx": lambda path: workbooks.record_workbook(
            path, LANGUAGE, TITLE, "bench", made, ticks
        ),
        "worklists.xlsx": lambda path: workbooks.work_list_workbook(
            path, LANGUAGE, TITLE, told["lists"], told["crews"]
        ),
        "bulletin.xlsx": lambda path: workbooks.bulletin_workbook(
            path, LANGUAGE, TITLE, TITLE, [], AUTHORITY, rows
        ),
    }
    for name, write in books.items():
        ours = timed(partial(write, folder / name))
        show(folder / name, ours, timed(same_cells(folder / name, folder / "p.xlsx")), "XlsxWriter")


def show(path: Path, ours: float, theirs: float, peer: str) -> None:
    """Print a line."""
    size = path.stat().st_size / 1e6
    print(f"  {path.name:15} {ours:6.2f} s {size:6.1f} MB  {ours / theirs:5.2f} x {peer}")


if __name__ == "__main__":
    main(*(int(argument.replace("_", "")) for argument in sys.argv[1:]))

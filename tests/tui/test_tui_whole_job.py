"""The whole job by keys: a bureau's Excel files, an empty folder, a published and verified draw."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from helpers.cli import language_kept
from helpers.tables import credit
from helpers.tui_pilot import opened, press, screen, settled
from helpers.tui_pilot import write as typed
from textual.pilot import Pilot
from yaohao.planner.wording.messages import choose_language, say
from yaohao.planner.workspace import Workspace
from yaohao.tui.start_app import StartApp

DICE = ("47119028365510482937", "90215577340168824953")
FIRMS = 60


def bureau_files(folder: Path) -> None:
    """What a bureau has: a title above the headings, names of its own, days in three forms."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "台账"
    sheet.append(["通辽市市场监督管理局市场主体台账"])
    sheet.append(["序号", "社会信用代码（注册号）", "单位名称", "所属区县", "信用等级", "登记日期"])
    for n in range(1, FIRMS + 1):
        day: Any = date(2010, 1 + n % 12, 1 + n % 28)
        day = (day, day.strftime("%Y/%m/%d"), f"{day.year}年{day.month}月{day.day}日")[n % 3]
        code = credit(n)
        code = code[:-1] + "?" if n == 7 else f"'{code}" if n == 8 else code
        tier = "未评" if n % 20 == 0 else "BCD"[n % 3]
        sheet.append([n, code, f"通辽第{n}商店", ("科尔沁区", "开鲁县")[n % 2], tier, day])
    sheet.append([FIRMS, credit(3), "又一次", "开鲁县", "B", "2010/1/1"])
    sheet.append(["合计", None, FIRMS])
    sheet.merge_cells("A1:F1")
    book.create_sheet("填写说明").append(["填写说明"])
    book.save(folder / "台账.xlsx")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["执法人员名单"])
    sheet.append(["序号", "证件编号", "人员姓名", "所在科室", "执法证有效期至"])
    for n in range(1, 10):
        office = ("餐饮科", "信用科")[n % 2]
        sheet.append([n, f"ZF-{n:03}", f"张{n}", office, "2029年6月30日"])
    book.save(folder / "人员.xlsx")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["事项编号", "抽查事项名称"])
    sheet.append(["DJ-01", "登记事项检查"])
    book.save(folder / "事项.xlsx")


async def pick(pilot: Pilot[Any], words: str) -> str:
    """Type what is looked for in a list, and take it."""
    await typed(pilot, words)
    return await press(pilot, "enter")


async def tried(pilot: Pilot[Any]) -> None:
    """Wait until a file is tried as it is to be read."""
    place: Any = pilot.app.here  # type: ignore[attr-defined]
    while place.tried is None or place._tried_for != place._wish():
        await pilot.pause(0.02)
    await settled(pilot)


async def seed(pilot: Pilot[Any], dice: str) -> None:
    """From the commitment: source and witnesses, the dice twice, the last question."""
    await press(pilot, "enter", "down")
    await typed(pilot, "李娜（公证员）、王强")
    await press(pilot, "enter")
    await typed(pilot, dice)
    await press(pilot, "enter")
    await typed(pilot, dice)
    await press(pilot, "enter", "y")


async def publish(pilot: Pilot[Any], files: Path) -> str:
    """In the place Publish: into the site, which is named once."""
    here: Any = pilot.app.here  # type: ignore[attr-defined]
    assert here.SCREEN_NAME == "publish"
    if not here.folders["site"]:
        await press(pilot, "o", "down")
        await typed(pilot, str(files / "www"))
        await press(pilot, "enter")
    shown = await press(pilot, "w")
    assert say("tui_publish.write-site")[:8] in shown
    return await press(pilot, "y")


def stage(folder: Path) -> str:
    with Workspace(folder) as workspace:
        return str(workspace.draws()[0]["stage"])


@pytest.mark.asyncio
async def test_from_excel_files_to_a_verified_publication(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "双随机"
    here.mkdir()
    bureau_files(tmp_path)
    monkeypatch.chdir(here)
    with language_kept():
        choose_language("zh")
        app = StartApp(here)
        async with app.run_test(size=(80, 24)) as pilot:
            await settled(pilot)  # type: ignore[arg-type]
            await press(pilot, *["enter"] * 4)  # type: ignore[arg-type]
            await typed(pilot, "通辽市市场监督管理局")  # type: ignore[arg-type]
            await press(pilot, "enter")  # type: ignore[arg-type]
            await typed(pilot, "通辽市")  # type: ignore[arg-type]
            await press(pilot, "ctrl+s")  # type: ignore[arg-type]
        assert app.return_value == str(here)
    async with opened(here, (80, 24), "zh", guided=True) as pilot:
        # Registers: the files lie beside the workspace, and are offered at once.
        shown = await press(pilot, "enter")
        assert "台账.xlsx" in shown and "frames/" not in shown
        await pick(pilot, "台账")
        place: Any = pilot.app.here  # type: ignore[attr-defined]
        fields = [one["field"] for one in place.intake.look["columns"]]
        table = place.query_one("#rows")
        for column, words in ((4, "信用风险"), (5, "成立")):
            if not fields[column]:
                table.mark(column)
                await press(pilot, "enter")
                await pick(pilot, words)
        await tried(pilot)
        table.mark(4)
        shown = await press(pilot, "v", "enter")
        assert say("tui_start.means-nothing") in shown
        await pick(pilot, "空白")
        # A broken code, a row twice, the totals; what nobody has rated is nothing, not low risk.
        rows, aside = FIRMS + 2, 3
        await tried(pilot)
        told = say("tui_start.trial", rows=rows, accepted=rows - aside, aside=aside)
        assert told in screen(pilot)
        await press(pilot, "i")
        for name in ("人员", "事项"):
            await press(pilot, "enter")
            await pick(pilot, name)
            await tried(pilot)
            await press(pilot, "i")
        # The plan: inspectors are of two offices and the items name none, so that it is asked.
        shown = await press(pilot, "enter")
        assert say("tui_start.q-department") in shown
        await press(pilot, "ctrl+s")
        assert pilot.app.here.focused.id == "department"  # type: ignore[attr-defined,union-attr]
        await press(pilot, "enter", "enter")
        shown = screen(pilot)
        # What it would do stands there whole, and what was told of the question is taken back.
        assert "信用科" in shown and "可派 5 人" in shown
        assert say("guide.which-department", known=["信用科", "餐饮科"])[:20] not in shown
        await press(pilot, "ctrl+s")
        shown = await press(pilot, "enter")
        assert say("tui_start.rehearsal-title", plan="2027q1") in shown
        await press(pilot, "escape", "enter")
        # Home names each step, and Enter goes there.
        await press(pilot, "enter", "F", "y")
        assert stage(here) == "committed"
        await press(pilot, "0", "enter")
        assert say("status.next-draw") in await publish(pilot, tmp_path)
        await press(pilot, "0", "enter")
        await seed(pilot, DICE[0])
        assert stage(here) == "drawn"
        await press(pilot, "0", "enter", "s", "y")
        assert stage(here) == "staffed"
        await press(pilot, "7")
        assert say("status.next-deal") in await publish(pilot, tmp_path)
        await press(pilot, "0", "enter")
        assert pilot.app.here.SCREEN_NAME == "draw"  # type: ignore[attr-defined,union-attr]
        await seed(pilot, DICE[1])
        assert stage(here) == "dealt"
        await press(pilot, "0", "enter")
        await publish(pilot, tmp_path)
        await press(pilot, "c")
        place = pilot.app.here  # type: ignore[attr-defined]
        assert place.findings and all(one.ok is not False for one in place.findings)
    stages = sorted(one.name for one in (tmp_path / "www" / "draws" / "2027q1").iterdir())
    assert len([one for one in stages if one[:2].isdigit()]) == 3
    assert all(one.ok is not False for one in Workspace.verify(tmp_path / "www"))


@pytest.mark.asyncio
async def test_a_department_is_asked_for_only_where_nothing_tells_it(tmp_path: Path) -> None:
    bureau_files(tmp_path)
    Workspace.create(tmp_path / "w").close()
    with Workspace(tmp_path / "w") as workspace:
        workspace.import_files("items", [tmp_path / "事项.xlsx"])
        workspace.import_files("inspectors", [tmp_path / "人员.xlsx"])
        assert workspace.plan_questions().departments == {"信用科": 5, "餐饮科": 4}
    async with opened(tmp_path / "w", start="questions") as pilot:
        place: Any = pilot.app.here  # type: ignore[attr-defined]
        assert place.query_one("#row-department").display
        place.items = [{**one, "department": "餐饮科"} for one in place.items]
        place._show()
        assert not place.query_one("#row-department").display
        assert place._taken()[0]["department"] == ""

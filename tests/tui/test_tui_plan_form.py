"""The form of a plan: what is typed, picked, nudged, added and taken out; before and after."""

from __future__ import annotations

import asyncio
import re
import shutil
import threading
import tomllib
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from helpers.campaign import across
from helpers.cli import fill, language_kept, told
from helpers.tui_pilot import opened, press, screen, settled, snapshot, write
from yaohao.planner.schema.plan_fields import FIELDS, SECTIONS
from yaohao.planner.schema.plan_form import FormRow
from yaohao.planner.wording.messages import LANGUAGES, choose_language
from yaohao.planner.workspace import Workspace
from yaohao.tui.plan_rows import nudged, row_label, row_value, typed_text
from yaohao.tui.widgets.editor import PlanEditor
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.pick import Pick
from yaohao.tui.widgets.plan_form import PlanForm

pytestmark = pytest.mark.asyncio
ALL_SIZES = ((60, 20), (80, 24), (120, 36), (200, 50))
COMMENT = "  # 注释 of the rates"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one plan that has comments."""
    with language_kept():
        workspace = fill(tmp_path_factory.mktemp("plan-form"))
    (workspace / "plans" / "sample.toml").unlink()
    file = workspace / "plans" / "spring.toml"
    text = file.read_text(encoding="utf-8")
    text = text.replace("[rates]\n", f"# before\n[rates]{COMMENT}\n").rstrip() + "\n# the end\n"
    file.write_text(text, encoding="utf-8")
    return workspace


@pytest.fixture
def own(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(made, tmp_path / "own"))


async def at_form(pilot: Any) -> Any:
    """The form of the plan, everything counted."""
    await press(pilot, "3")
    await counted(pilot)
    return pilot.app.screen


async def counted(pilot: Any) -> str:
    """Wait until the form and the figures are those of the text; the screen then."""
    plan = next(one for one in pilot.app.screen_stack if getattr(one, "SCREEN_NAME", "") == "plan")
    for _ in range(600):
        await pilot.pause(0.01)
        is_shown = plan._rows_of == plan.text or not plan.file
        if plan.looked == plan.text and is_shown and not plan._is_looking:
            break
    await settled(pilot)
    return screen(pilot)


async def to_row(pilot: Any, key: str, what: str = "field") -> FormRow:
    """Mark the row of a key."""
    form: PlanForm = pilot.app.screen.query_one("#form", PlanForm)
    at = next(n for n, row in enumerate(form.form) if row.key == key and row.what == what)
    form.mark(at)
    await pilot.pause()
    found = form.marked_row()
    assert found is not None
    return found


async def settled_screen(pilot: Any) -> str:
    """The screen once all that was begun has come."""
    await settled(pilot)
    return screen(pilot)


async def typed(pilot: Any, key: str, text: str) -> str:
    """Type a value for a key, and Enter."""
    await to_row(pilot, key)
    await press(pilot, "enter")
    await write(pilot, text)
    return await press(pilot, "enter")


@pytest.mark.parametrize(("size", "lang"), across(ALL_SIZES, LANGUAGES))
async def test_screens_as_kept(made: Path, lang: str, size: tuple[int, int]) -> None:
    async with opened(made, size, lang) as pilot:
        plan = await at_form(pilot)
        await to_row(pilot, "rates.tier.B")
        await press(pilot, "plus", "plus")
        await counted(pilot)
        plan.milliseconds = 5.0
        plan.tell("")
        plan.tell_plan()
        shown = await press(pilot, "f12")
        snapshot(f"plan-form-{lang}-{size[0]}", shown)
        # Whatever the size, what changes is in sight.
        before, after = plan.before["expected"], plan.told["expected"]
        assert f"{before / 1e6:.1f}".rstrip("0").rstrip(".") in shown
        assert f"{after / 1e6:.1f}" in shown
        snapshot(f"plan-effect-{lang}-{size[0]}", await press(pilot, "v"))
        if size[0] < 100:
            snapshot(f"plan-text-{lang}-{size[0]}", await press(pilot, "v", "T"))
        plan.give_up()


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_field_and_part_has_words(lang: str) -> None:
    with language_kept():
        choose_language(lang)
        for field in FIELDS:
            path = tuple("B" if part == "*" else 0 if part == "#" else part for part in field.path)
            label = row_label(FormRow("field", path, field, field.column, key="k"))
            assert label.strip() and "tui_" not in label and "field-" not in label
        for section in SECTIONS:
            arrays = {"coverage", "quota", "department"}
            path = ((section, 0) if section in arrays else (section,)) if section else ()
            assert "part-" not in row_label(FormRow("head", path, key="k"))


async def test_a_rate_is_nudged_by_key_and_mouse_and_undone(own: Path) -> None:
    async with opened(own, (120, 36)) as pilot:
        plan = await at_form(pilot)
        saved = plan.text
        await to_row(pilot, "rates.tier.B")
        await press(pilot, "plus")
        assert plan.text == saved.replace('B = "40%"', 'B = "41%"')
        assert 'B = "41%"' in screen(pilot)  # in the text beside it too
        form = plan.query_one("#form", PlanForm)
        row = form.cursor - form.scroll_offset.y + 1
        at = next(x for x in range(form.size.width) if form_cell(form, row, x) == "+")
        await pilot.click("#form", offset=(at, row))
        await settled(pilot)
        assert 'B = "42%"' in plan.text
        await pilot.click("#form", offset=(at - 3, row))
        await settled(pilot)
        assert 'B = "41%"' in plan.text
        await press(pilot, "u", "u", "u")
        assert plan.text == saved and "Undone" in screen(pilot)
        assert "nothing to undo" in await press(pilot, "u")
        await press(pilot, "ctrl+y")
        assert 'B = "41%"' in plan.text
        await press(pilot, "ctrl+s")
        kept = (own / "plans" / "spring.toml").read_text(encoding="utf-8")
        assert kept == saved.replace('B = "40%"', 'B = "41%"') and COMMENT in kept


def form_cell(form: PlanForm, row: int, x: int) -> str:
    """The sign in a cell of the form."""
    return "".join(segment.text for segment in form.render_line(row))[x : x + 1]


async def test_what_is_typed_replaces_is_checked_and_stays_after_a_no(own: Path) -> None:
    async with opened(own) as pilot:
        plan = await at_form(pilot)
        saved = plan.text
        await to_row(pilot, "tolerance.years")
        await press(pilot, "enter")
        assert plan.query_one("#value", Field).value == "3"
        await write(pilot, "1000")
        await pilot.pause(0.3)
        assert "must be from 0 to 100" in screen(pilot)
        await press(pilot, "enter")
        field = plan.query_one("#value", Field)
        assert field.has_focus and field.value == "1000" and plan.text == saved
        await press(pilot, "backspace", "backspace", "enter")
        assert plan.text == saved.replace("years = 3", "years = 10")
        assert plan.query_one("#form").has_focus
        await press(pilot, "enter")
        await write(pilot, "7")
        await press(pilot, "escape")
        assert "years = 10" in plan.text and plan.query_one("#form").has_focus
        await typed(pilot, "window", "2027年3月9日 - 2027/5/31")
        assert "window = [2027-03-09, 2027-05-31]" in plan.text
        await typed(pilot, "limits.total", "30")
        assert plan.text.endswith("# the end\n\n[limits]\ntotal = 30\n")
        await typed(pilot, "rates.tier.A", "3 visits")
        assert "A = { count = 3 }" in plan.text
        assert "3 visits" in await counted(pilot)
        plan.give_up()


async def test_codes_are_picked_from_what_the_register_knows(own: Path) -> None:
    async with opened(own) as pilot:
        plan = await at_form(pilot)
        await to_row(pilot, "scope.region")
        shown = await press(pilot, "enter")
        assert isinstance(pilot.app.screen, Pick)
        assert "North" in await settled_screen(pilot) and "South" in screen(pilot), shown
        assert "40" in screen(pilot)
        await write(pilot, "sou")
        await press(pilot, "space", "enter")
        assert tomllib.loads(plan.text)["scope"]["region"] == ["South"]
        await to_row(pilot, "scope.region")
        await press(pilot, "enter")
        await pilot.click("#pick-table", offset=(3, 1))
        await settled(pilot)
        assert isinstance(pilot.app.screen, Pick)
        assert re.search(r"\[x\] +North", screen(pilot))
        await press(pilot, "enter")
        assert tomllib.loads(plan.text)["scope"]["region"] == ["South", "North"]
        await to_row(pilot, "items")
        assert "Kitchens" in await press(pilot, "enter")
        await press(pilot, "escape")
        await to_row(pilot, "publication.tiers")
        await press(pilot, "plus")
        assert 'tiers = "shown"' in plan.text
        # What nobody has may be typed; what the plan refuses is asked again with the reason.
        await to_row(pilot, "strata")
        await press(pilot, "enter")
        await write(pilot, "wrong")
        shown = await press(pilot, "space", "enter")
        assert isinstance(pilot.app.screen, Pick) and "wrong" in shown and "strata" in shown
        await press(pilot, "escape")
        assert "wrong" not in plan.text
        plan.give_up()


async def test_rules_are_added_and_taken_out(own: Path) -> None:
    async with opened(own) as pilot:
        plan = await at_form(pilot)
        saved = plan.text
        await to_row(pilot, "quota", "add")
        await press(pilot, "enter")
        await write(pilot, "region")
        await press(pilot, "enter")
        await write(pilot, "north")
        await press(pilot, "space", "enter")
        assert tomllib.loads(plan.text)["quota"] == [{"where": {"region": "North"}, "min": 1}]
        assert plan.text.startswith(saved)
        await typed(pilot, "quota[1].min", "2")
        await to_row(pilot, "quota[1].where", "add")
        await press(pilot, "enter")
        await write(pilot, "tier")
        await press(pilot, "enter")
        await write(pilot, "A")
        await press(pilot, "space", "enter")
        where = tomllib.loads(plan.text)["quota"][0]["where"]
        assert where == {"region": "North", "tier": "A"}
        await to_row(pilot, "quota[1]", "head")
        await press(pilot, "delete")
        assert tomllib.loads(plan.text) == tomllib.loads(saved)
        assert COMMENT in plan.text and "# the end" in plan.text
        await to_row(pilot, "tolerance", "head")
        await press(pilot, "delete")
        assert "[tolerance]" not in plan.text
        await to_row(pilot, "rates", "add")
        await press(pilot, "enter")
        await write(pilot, "region")
        await press(pilot, "enter", "space", "enter")
        assert tomllib.loads(plan.text)["rates"]["region"]
        await to_row(pilot, "seeds.select", "add")
        await press(pilot, "enter", "enter")
        parts = tomllib.loads(plan.text)["seeds"]["select"]
        assert [part["kind"] for part in parts] == ["other", "dice"]
        plan.give_up()


async def test_a_problem_is_told_at_its_field_with_the_mend(own: Path) -> None:
    async with opened(own) as pilot:
        plan = await at_form(pilot)
        editor = plan.query_one(PlanEditor)
        editor.put(plan.text.replace('items = ["I-1"]', 'items = ["I-1"]\nfrequency = "2"'))
        await counted(pilot)
        await to_row(pilot, "frequency")
        shown = await counted(pilot)
        assert "! 2" in shown and "must be a whole number" in shown and "Ctrl+T" in shown
        await press(pilot, "full_stop")
        await counted(pilot)
        assert "frequency = 2\n" in plan.text and not plan.problems
        plan.give_up()


async def test_the_form_follows_the_text(own: Path) -> None:
    async with opened(own, (120, 36)) as pilot:
        plan = await at_form(pilot)
        await press(pilot, "T", "ctrl+end")
        await write(pilot, "reserves")
        shown = await counted(pilot)
        await pilot.pause(0.3)
        assert "cannot be read as TOML" in " ".join(screen(pilot).split()), shown
        await press(pilot, "escape")
        before = plan.text
        await press(pilot, "enter", "plus", "delete")
        assert plan.text == before
        await press(pilot, "T")
        editor = plan.query_one(PlanEditor)
        editor.put(plan.saved.replace("years = 3", "years = 8"))
        await counted(pilot)
        await press(pilot, "escape")
        assert (await to_row(pilot, "tolerance.years")).value == 8
        plan.give_up()


async def test_a_stale_effect_is_not_shown_as_the_present_one(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    gate.set()
    real = Workspace.live_preview

    def slow(self: Workspace, *given: Any, **options: Any) -> Any:
        gate.wait(10)
        return real(self, *given, **options)

    monkeypatch.setattr(Workspace, "live_preview", slow)
    async with opened(own) as pilot:
        plan = await at_form(pilot)
        gate.clear()
        await to_row(pilot, "rates.tier.B")
        await pilot.press("plus")
        await pilot.pause(0.2)
        shown = screen(pilot)
        assert "calculating" in shown and "→" not in shown
        await pilot.press("v")
        await pilot.pause(0.2)
        assert "figures of the text before the last change" in " ".join(screen(pilot).split())
        gate.set()
        shown = await counted(pilot)
        assert "figures of the text before" not in shown and "saved" in shown
        plan.give_up()


async def test_the_chance_of_a_firm_before_and_after(own: Path) -> None:
    async with opened(own) as pilot:
        plan = await at_form(pilot)
        await to_row(pilot, "rates.tier.B")
        await press(pilot, "plus", "C")
        await write(pilot, "Cafe 11")
        await press(pilot, "enter")
        shown = await counted(pilot)
        report = told("--workspace", own, "plan", "chance", "spring", "cafe-11")
        assert plan.firm["before"] == report["after"]
        assert "saved: 40%" in shown and "now: 41%" in shown and "lottery" in shown
        await press(pilot, "C")
        await write(pilot, "nobody of this name")
        assert "No entity" in await press(pilot, "enter")
        plan.give_up()


async def test_a_plan_of_a_thousand_quotas_stays_quick(own: Path) -> None:
    file = own / "plans" / "spring.toml"
    rule = '\n# rule\n[[quota]]\nwhere = { region = "North" }\nmin = 1\n'
    with file.open("a", encoding="utf-8") as opened_file:
        opened_file.write(rule * 1000)
    async with opened(own) as pilot:
        await press(pilot, "3")
        plan: Any = pilot.app.screen
        await to_row(pilot, "rates.tier.B")
        stalls: list[float] = []

        async def beat() -> None:
            while True:
                begun = process_time()  # not of the clock: others may be at work
                await asyncio.sleep(0.01)
                stalls.append(process_time() - begun)

        beating = asyncio.create_task(beat())
        for _ in range(5):
            await pilot.press("plus")
        beating.cancel()
        # What is worked out is worked out behind the keys, which are never long without an answer.
        assert max(stalls) < 1.5, sorted(stalls)[-5:]
        await counted(pilot)
        assert 'B = "45%"' in plan.text
        assert plan.text.count("# rule") == 1000
        plan.give_up()


async def test_nudges_keep_the_form_of_a_value() -> None:
    field = {".".join(one.path): one for one in FIELDS}
    for key, value, by, after in (
        ("rates.tier.*", "2.5%", 1, "2.6%"),
        ("rates.tier.*", "3‰", -1, "2‰"),
        ("rates.tier.*", {"count": 1}, -1, {"count": 1}),
        ("quota.#.min", 3, 1, 4),
        ("quota.#.max", "5% of draw", 1, "6% of draw"),
        ("limits.total", 0, -1, 0),
        ("publication.tiers", "shown", 1, "hidden"),
        ("title", "2027", 1, None),
        ("items", ["I-1"], 1, None),
    ):
        row = FormRow("field", ("x",), field[key], field[key].column, value, True, 1, key)
        assert nudged(row, by) == after, key
    assert nudged(FormRow("field", ("limits",), field["limits.days_between"]), 1) == 1
    # What is empty is told as what it means, not as the default that would stand in its place.
    status = FormRow(
        "field", ("scope", "status"), field["scope.status"], "status", [], True, 1, "k"
    )
    assert row_value(status) == ("all", "dim")
    crew = FormRow("field", ("crew", "department"), field["crew.department"], "", "", True, 1, "k")
    assert row_value(crew) == ("-", "dim")
    assert typed_text({"min": "1%"}) == '{ min = "1%" }'


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
async def test_line_ends_of_the_file_stay(own: Path, ends: str) -> None:
    file = own / "plans" / "spring.toml"
    text = file.read_text(encoding="utf-8").rstrip() + " no line behind"
    file.write_bytes(text.replace("\n", ends).encode())
    async with opened(own) as pilot:
        plan = await at_form(pilot)
        await to_row(pilot, "rates.tier.B")
        await press(pilot, "plus")
        await typed(pilot, "limits.total", "30")
        await press(pilot, "ctrl+s")
        wanted = text.replace('B = "40%"', 'B = "41%"') + "\n\n[limits]\ntotal = 30\n"
        assert file.read_bytes() == wanted.replace("\n", ends).encode()
        await press(pilot, "u", "u")
        assert plan.text == text
        plan.give_up()


async def test_line_ends_of_several_kinds_stay_each_where_it_is(own: Path) -> None:
    file = own / "plans" / "spring.toml"
    lines = file.read_text(encoding="utf-8").split("\n")
    mixed = "".join(line + ("\r\n" if n % 3 else "\n") for n, line in enumerate(lines[:-1]))
    file.write_bytes(mixed.encode())
    async with opened(own) as pilot:
        plan = await at_form(pilot)
        assert not plan.is_changed()
        await to_row(pilot, "rates.tier.B")
        await press(pilot, "plus")
        await press(pilot, "ctrl+s")
        assert file.read_bytes() == mixed.replace('B = "40%"', 'B = "41%"').encode()
        plan.give_up()


async def test_marks_of_a_table_of_signs_alone(own: Path) -> None:
    async with opened(own, ascii_only=True) as pilot:
        plan = await at_form(pilot)
        await to_row(pilot, "rates.tier.B")
        await press(pilot, "plus")
        shown = await counted(pilot)
        assert "17->17.3" in shown and "→" not in shown
        plan.give_up()


async def test_what_a_form_proposes_is_replaced_and_what_was_typed_is_gone_on_with(
    own: Path,
) -> None:
    from yaohao.tui.widgets.form import Form, Item

    items = [Item("name", "Name", "Li", is_needed=True), Item("day", "Day")]
    answers: list[Any] = []
    async with opened(own) as pilot:
        pilot.app.push_screen(Form("T", "", items, about="x"), answers.append)
        await settled(pilot)
        await write(pilot, "Wang")
        assert pilot.app.screen.query_one("#ask-0", Field).value == "Wang"
        await press(pilot, "escape")
        pilot.app.push_screen(Form("T", "", items, about="x"), answers.append)
        await settled(pilot)
        await write(pilot, " W")
        await press(pilot, "enter")
        assert answers == [None, {"name": "Wang W"}]

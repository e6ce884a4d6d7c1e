"""Learn: sentences and charts of the draws on the screen, by key, in both sizes and languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.campaign import by_turns
from helpers.learned import TRIAL, TRIAL_SEED, Learned
from helpers.tui_pilot import SIZES, opened, press, screen, snapshots, write
from textual.pilot import Pilot
from yaohao.planner.storage import crew_redeals
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.form import Form

pytest_plugins = ["helpers.learned"]


@pytest.fixture(autouse=True)
def _fewer_deals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Crews are dealt again as seldom as they may be: two thousand deals take four seconds."""
    monkeypatch.setattr(crew_redeals, "MOST_DEALS", crew_redeals.LEAST_DEALS)


@pytest.mark.asyncio
@pytest.mark.parametrize("size", SIZES)
async def test_screens_as_kept(learned: Learned, size: tuple[int, int]) -> None:
    async with opened(learned.folder, size, "zh") as pilot:
        await press(pilot, "comma", "a")
        await snapshots(pilot, "learn")
        for name in ("groups", "inspectors", "rates"):
            await looked(pilot, name)
            await press(pilot, "end")
            await snapshots(pilot, f"learn-{name}")


@pytest.mark.asyncio
async def test_every_view_has_its_numbers_and_ascii_has_no_blocks(learned: Learned) -> None:
    async with opened(learned.folder, (120, 36), "en", ascii_only=True) as pilot:
        shown = await press(pilot, "comma", "a")
        assert "[,a Learn]" in shown and "confidence" in shown
        for _ in range(4):
            await press(pilot, "right_square_bracket")
            for _ in range(6):
                shown = screen(pilot)
                assert not any(0x2580 <= ord(mark) <= 0x259F for mark in shown)
                assert not any(0x2800 <= ord(mark) <= 0x28FF for mark in shown)
                await press(pilot, "pagedown")
        # Nobody was seen to leave: that is said, and is no fault of the program.
        assert "exit" in await looked(pilot, "survival")


@pytest.mark.asyncio
async def test_without_results_it_says_what_to_do(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "bureau", "free", language="en").close()
    async with opened(tmp_path / "bureau", (80, 24), "en") as pilot:
        shown = await press(pilot, "comma", "a")
        assert "[2] Register" in shown
        # One thing is said to be done first, not two.
        assert "No draw has results yet." in shown and "key 8" not in shown
        for name in ("inspectors", "rates"):
            shown = await looked(pilot, name)
            assert "[2] Register" in shown and "yaohao " not in shown
        assert "register" in await looked(pilot, "survival")


@pytest.mark.asyncio
@pytest.mark.parametrize("lang", by_turns(0, ["en", "zh"]))
async def test_all_screens_stand_in_the_top_line_at_eighty_columns(
    learned: Learned, lang: str
) -> None:
    async with opened(learned.folder, (80, 24), lang) as pilot:
        for key in "15902":
            top = (await press(pilot, key)).partition("\n")[0]
            assert all(other in top for other in (*"1234567890", ",l", ",a")), top
            assert f"[{key} " in top


@pytest.mark.asyncio
async def test_the_palette_goes_there(learned: Learned) -> None:
    async with opened(learned.folder, (80, 24), "en") as pilot:
        await press(pilot, "ctrl+p")
        await press(pilot, *"learn")
        assert "[,a Learn]" in await press(pilot, "enter")


async def looked(pilot: Pilot[None], view: str) -> str:
    """Go to a question by its name in the list."""
    await press(pilot, "g")
    await write(pilot, say(f"tui_learn.do-{view}"))
    return await press(pilot, "enter")


async def chosen(pilot: Pilot[None], words: str) -> None:
    """Choose a question by its words."""
    await press(pilot, "o")
    await press(pilot, *["space" if mark == " " else mark for mark in words])
    await press(pilot, "enter")


async def filled(pilot: Pilot[None], **values: str) -> str:
    """Fill in the form that is open by the names of its items, and answer."""
    form = pilot.app.screen
    assert isinstance(form, Form)
    fields = {item.name: f"#ask-{n}" for n, item in enumerate(form._items)}
    for name, value in values.items():
        field = form.query_one(fields[name], Field)
        field.value = value
    form.query_one(fields[next(iter(values))], Field).focus()
    return await press(pilot, "enter")


@pytest.mark.asyncio
@pytest.mark.parametrize("lang", by_turns(1, ["en", "zh"]))
async def test_a_trial_from_its_file_to_its_result(own_learned: Learned, lang: str) -> None:
    folder = own_learned.folder.parent
    (folder / "letters.toml").write_text(TRIAL, encoding="utf-8")
    names = {
        "en": ("Check a", "Commit to", "Assign the", "Show the arms", "Analyse a"),
        "zh": ("试算", "承诺试验", "分组", "查看", "分析试验"),
    }[lang]
    async with opened(own_learned.folder, (120, 36), lang) as pilot:
        await press(pilot, "comma", "a")
        assert "TOML" in await looked(pilot, "trials")
        await chosen(pilot, names[0])
        assert "8.1" in await filled(pilot, file="letters.toml")
        await chosen(pilot, names[1])
        await filled(pilot, file=str(folder / "letters.toml"))
        assert "letters" in await press(pilot, "y")
        await looked(pilot, "trials")
        assert "letters" in screen(pilot)
        await chosen(pilot, names[2])
        await filled(pilot, trial="letters", seed=TRIAL_SEED, source="dice", witnesses="A, B")
        assert "600" in await press(pilot, "y")
        await chosen(pilot, names[3])
        assert "firm-00000" in await filled(pilot, trial="letters")
        with Workspace(own_learned.folder) as workspace:
            rows = workspace.trial_arms("letters")
        text = "".join(
            f"{row['entity_id']},{int(n * 7 % 10 < (7 if row['arm'] == 'message' else 5))}\n"
            for n, row in enumerate(rows)
        )
        (folder / "outcomes.csv").write_text("entity_id,on_time\n" + text, encoding="utf-8")
        await chosen(pilot, names[4])
        await filled(pilot, trial="letters", outcomes="outcomes.csv")
        await press(pilot, "y")
        shown = screen(pilot)
        assert "+17.3" in shown and "600" in shown
        assert "percentage points" in shown or lang == "zh"


@pytest.mark.asyncio
async def test_questions_are_asked_otherwise(own_learned: Learned, tmp_path: Path) -> None:
    async with opened(own_learned.folder, (120, 36), "en") as pilot:
        await press(pilot, "comma", "a")
        await press(pilot, "o")
        assert "South" in await filled(pilot, by="region", draws="q1")
        await press(pilot, "o")
        assert "a number is needed" in await filled(pilot, level="many")
        await looked(pilot, "rates")
        await press(pilot, "o")
        await filled(pilot, plan="q1", **{"new-id": "q2", "to": "next.toml"})
        assert 'id = "q2"' in (own_learned.folder.parent / "next.toml").read_text("utf-8")
        await press(pilot, "w")
        await press(pilot, *"a", "full_stop", *"svg", "enter")
        assert (own_learned.folder.parent / "a.svg").is_file()
        outcomes = own_learned.folder.parent / "later.csv"
        rows = "".join(f"firm-{n:05d},{n % 2}\n" for n in range(1200))
        outcomes.write_text("entity_id,on_time\n" + rows, encoding="utf-8")
        await looked(pilot, "effects")
        await press(pilot, "o")
        shown = await filled(pilot, outcome="on_time", outcomes="later.csv", redraws="50")
        assert "on_time" in shown
        # Too little for a model: said plainly, and nothing is ranked.
        for words, values in (
            ("Fit a model", {"as-of": "2027-06-01"}),
            ("Test over", {"first": "2027-01-01", "last": "2027-06-01"}),
            ("Score the", {"to": "s.csv"}),
        ):
            await looked(pilot, "risk")
            await chosen(pilot, words)
            shown = await filled(pilot, **values)
            assert "findings." not in shown and "learning." not in shown and len(shown) > 200
        assert not (own_learned.folder.parent / "s.csv").exists()


@pytest.mark.asyncio
@pytest.mark.parametrize("size", SIZES)
async def test_views_of_effects_risk_and_trials_as_kept(
    learned: Learned, size: tuple[int, int]
) -> None:
    async with opened(learned.folder, size, "zh") as pilot:
        await press(pilot, "comma", "a")
        for name in ("effects", "risk", "trials"):
            await looked(pilot, name)
            await snapshots(pilot, f"learn-{name}")
        await press(pilot, "o")
        await snapshots(pilot, "learn-which-trial")
        await press(pilot, "escape")
        await looked(pilot, "effects")
        await press(pilot, "o")
        await snapshots(pilot, "learn-effects-form")


@pytest.mark.asyncio
async def test_the_pictures_of_the_work_are_questions_too(learned: Learned) -> None:
    async with opened(learned.folder, (80, 24), "en") as pilot:
        await press(pilot, "comma", "a")
        shown = await looked(pilot, "map")
        assert "as tiles" in shown and "South" in shown
        # By another measure, of one draw.
        await press(pilot, "o", *"register", "enter")
        shown = await filled(pilot, draw="q1")
        assert "South" in shown and "entities" in shown
        assert "2027" in await looked(pilot, "calendar")
        await press(pilot, "o")
        assert "2028" in await filled(pilot, year="2028")
        assert "a number is needed" in await otherwise(pilot, year="soon")
        assert len(await looked(pilot, "load")) > 200
        # The next question after the last is the first again.
        assert say("tui_learn.about-estimate")[:20] in await press(pilot, "right_square_bracket")
        # Where a draw is looked at and where its results are, the same is one key away.
        for place, words in (("5", "The divisions"), ("8", "Workload of inspectors")):
            await press(pilot, place)
            assert words in await press(pilot, "P")
            await press(pilot, "escape")


async def otherwise(pilot: Pilot[None], **values: str) -> str:
    """Ask the question that is shown with other parts."""
    await press(pilot, "o")
    return await filled(pilot, **values)

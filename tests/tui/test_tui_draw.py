"""Draw: the ceremony, key by key; the code decodes; nothing hidden falls; hostile names."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from helpers.cli import HOSTILE, PLAN, SEEDS, SOURCE, fill, language_kept, told, yaohao
from helpers.screen_picture import decoded, png
from helpers.tui_pilot import SIZES, opened, press, screen, settled, snapshot, snapshots, write
from textual.events import Paste
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import LANGUAGES
from yaohao.planner.workspace import Workspace
from yaohao.tui.blocks import code_lines
from yaohao.tui.widgets.big_text import grouped, large, large_width
from yaohao.tui.widgets.falling_tickets import FallingTickets, Group

pytestmark = pytest.mark.asyncio

ONE, TWO = SEEDS


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two draws committed: `spring` hides tiers, `shown` shows them."""
    with language_kept():
        workspace = fill(tmp_path_factory.mktemp("ceremony"))
        space = Workspace(workspace)
        shown = PLAN.replace("TIERS", "shown").replace('"spring"', '"shown"')
        (workspace / "plans" / "shown.toml").write_text(shown, encoding="utf-8")
        for name, secret in (("shown", "4d" * 32), ("spring", "5e" * 32)):
            space.freeze(workspace / "plans" / f"{name}.toml", secret=secret)
        space.close()
    return workspace


@pytest.fixture(scope="module")
def held(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `base`, with both rounds of both draws held; the seeds of `shown` are unwitnessed."""
    workspace = Path(shutil.copytree(base, tmp_path_factory.mktemp("held") / "bureau"))
    space = Workspace(workspace)
    told = (("shown", "", []), ("spring", SOURCE, ["Li Na", "=x [b]"]))
    for draw, source, names in told:
        space.publish(draw, workspace.parent / draw)
        space.draw(draw, ONE, source, names)
        space.staff(draw)
        space.publish(draw, workspace.parent / draw)
    for draw, source, names in told:
        space.deal(draw, TWO, source, names)
    space.close()
    return workspace


@pytest.fixture
def own(base: Path, tmp_path: Path) -> Path:
    """A copy of `base`, to be changed."""
    return Path(shutil.copytree(base, tmp_path / "own"))


async def paste(pilot: Any, digits: str) -> str:
    """Give digits as a terminal pastes them."""
    pilot.app.post_message(Paste(digits))
    await settled(pilot)
    return screen(pilot)


def commitment(workspace: Path, draw: str = "spring", round_: str = "select") -> str:
    space = Workspace(workspace)
    found = space.show(draw)[round_]["commitment"]
    space.close()
    return str(found)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_screens_as_kept(held: Path, base: Path, size: tuple[int, int]) -> None:
    async with opened(base, size, "zh") as pilot:
        text = await press(pilot, "4")
        words = grouped(commitment(base), 4, 4)
        assert words[0] in text or large(words[0], ascii_only=False)[0] in text
        for lang in ("zh", "en"):
            snapshot(f"draw-look-{lang}-{size[0]}", _no_code(screen(pilot)))
            await press(pilot, "f2")
        await press(pilot, "enter")
        await snapshots(pilot, "draw-form")
        await press(pilot, "enter", "L", "i", "enter")
        await paste(pilot, ONE[:13])
        await snapshots(pilot, "draw-dice")
        await paste(pilot, ONE[13:])
        await press(pilot, "enter")
        await write(pilot, ONE[:4])
        await snapshots(pilot, "draw-again")
    async with opened(held, size, "zh") as pilot:
        await press(pilot, "4")
        await snapshots(pilot, "draw-crews")
        await press(pilot, "o")
        await snapshots(pilot, "draw-drawn")


def _no_code(text: str) -> str:
    """The screen without the blocks of the code and of large letters, which hang on the time."""
    blocks = str.maketrans("\u2580\u2584\u2588", "   ")
    return "\n".join(line.rstrip() for line in text.translate(blocks).split("\n"))


@pytest.mark.parametrize("size", SIZES)
async def test_the_code_decodes_to_the_commitment(base: Path, size: tuple[int, int]) -> None:
    async with opened(base, size) as pilot:
        await press(pilot, "4")
        for theme in ("dark", "light", "contrast"):
            assert pilot.app.theme == theme
            assert decoded(pilot) == [commitment(base)]
            await press(pilot, "f3")
        await press(pilot, "z")
        assert decoded(pilot) == [commitment(base)]
        assert "[4 Draw]" in await press(pilot, "X")


@pytest.mark.parametrize("no_color", [False, True])
async def test_the_code_in_ascii_and_without_colours(
    base: Path, no_color: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    async with opened(base, (120, 36), ascii_only=True) as pilot:
        first = await press(pilot, "4")
        assert not set(first) & set("\u2580\u2584\u2588\u2591─│")
        assert "##" in await press(pilot, "z")
        assert decoded(pilot) == [commitment(base)]
    async with opened(base, (80, 24), ascii_only=True) as pilot:
        assert grouped(commitment(base), 4, 4)[0] in await press(pilot, "4")
        assert "needs a larger window" in await press(pilot, "z")
    async with opened(base, (180, 60)) as pilot:
        await press(pilot, "4", "z")
        assert decoded(pilot) == [commitment(base)]


async def test_the_command_shows_and_saves_the_code(base: Path, tmp_path: Path) -> None:
    found = told("--workspace", base, "commitment", "spring")
    assert found["commitment"] == commitment(base) and found["round"] == "select"
    lines = code_lines(found["modules"], 80, 24, ascii_only=False)
    assert lines[3] in yaohao("--workspace", base, "commitment", "spring").stdout
    plain = yaohao("--workspace", base, "commitment", "spring", "--ascii", lang="zh").stdout
    assert "##" in plain and "\u2580" not in plain
    file = tmp_path / "code.png"
    assert yaohao("--workspace", base, "commitment", "spring", "--to", file).exit_code == 0
    [found_code] = zxingcpp.read_barcodes(png(file))
    assert found_code.text == commitment(base)
    assert yaohao("--workspace", base, "commitment", "spring", "--to", "x.gif").exit_code == 2
    assert yaohao("--workspace", base, "commitment", "spring", "--round", "crew").exit_code == 2
    assert (
        yaohao("--workspace", base, "commitment", "spring", "--to", base / "-/c.svg").exit_code == 2
    )
    space = Workspace(base)
    file = Path(space.save_code("spring", "", tmp_path / "c.SVG"))
    assert b"<svg" in file.read_bytes()
    with pytest.raises(PlannerError):
        space.save_code("spring", "crew")
    space.close()


@pytest.mark.parametrize(("size", "lang"), list(zip(SIZES, LANGUAGES, strict=True)))
async def test_both_rounds_are_held(own: Path, size: tuple[int, int], lang: str) -> None:
    async with opened(own, size, lang) as pilot:
        await press(pilot, "4", "enter")
        field = pilot.app.screen.query_one("#source")
        assert field.value == "20 dice, 2 March"  # type: ignore[attr-defined]
        await press(pilot, "enter")
        await write(pilot, "Li Na, 王强")
        await press(pilot, "enter")
        for place in (1, 2, 19, 20):
            missing = place - len(pilot.app.screen.seed)  # type: ignore[attr-defined]
            assert f"{place} " in await write(pilot, ONE[place - missing : place])
        await press(pilot, "backspace", ONE[-1], "enter")
        await paste(pilot, ONE)
        shown = await press(pilot, "enter")
        assert "spring" in shown and " ".join(grouped(ONE, 5, 4)) in shown
        assert "Li Na, 王强" in " ".join(shown.split())
        shown = await press(pilot, "y")
        final = {"en": "The draw cannot be repeated", "zh": "不能重抽"}
        assert final[lang] in shown and "cafe-" in shown
        space = pilot.app.workspace  # type: ignore[attr-defined]
        now = space.show("spring")
        assert now["stage"] == "drawn" and now["select"]["seed"] == ONE
        assert now["select"]["witnesses"] == ["Li Na", "王强"]
        assert now["select"]["source"] == "20 dice, 2 March"
        told_line = space.outcome("spring")
        assert f"{told_line['outcome'] + 1}" in shown
        space.staff("spring")
        await press(pilot, "down", "enter", "enter", "enter")
        await paste(pilot, TWO)
        await press(pilot, "enter", "r", "y", "y")
        now = space.show("spring")
        assert now["stage"] == "dealt" and now["crew"]["seed"] == TWO
        shown = screen(pilot)
        assert "Person" in shown
        assert pilot.app.screen.phase == "result"  # type: ignore[attr-defined]


async def test_what_is_drawn_is_what_the_command_draws(own: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(own, tmp_path / "other"))
    async with opened(own) as pilot:
        await press(pilot, "4", "enter", "enter", "enter")
        await paste(pilot, ONE)
        await press(pilot, "enter", "r", "y", "y")
        here = pilot.app.workspace.show("spring")  # type: ignore[attr-defined]
    made = yaohao("--workspace", other, "draw", "spring", "--seed", ONE, "--source", "x")
    assert made.exit_code == 0
    there = told("--workspace", other, "show", "spring")
    assert here["visits"] == there["visits"] and here["select"]["key"] == there["select"]["key"]


async def test_digits_are_typed_again_and_must_agree(own: Path) -> None:
    async with opened(own) as pilot:
        draw: Any = pilot.app.screen
        await press(pilot, "4", "enter", "enter", "enter")
        draw = pilot.app.screen
        assert "too short" in await write(pilot, "123") + await press(pilot, "enter")
        await press(pilot, "escape")
        assert draw.phase in ("dice", "form")
        while draw.phase != "dice":
            await press(pilot, "enter")
        assert draw.seed == "123"
        await press(pilot, "backspace", "backspace", "backspace", "backspace")
        assert draw.seed == ""
        shown = await write(pilot, f"{ONE[:10]} {ONE[10:]}")
        assert "20 digits: enough" in shown
        await press(pilot, "enter")
        assert "Digit 1 differs: it was 4 the first time" in await press(pilot, "5")
        assert draw.again == ""
        assert "Not the same yet" in await press(pilot, *ONE[:5], "enter")
        await press(pilot, "r", "n")
        assert draw.phase == "again"
        await press(pilot, "r", "y", "n")
        assert draw.phase == "again" and draw.told["stage"] == "committed"
        assert "20 digits: enough" in await press(pilot, "escape")
        assert "again" not in (await press(pilot, "escape", "escape")) and draw.phase == "look"
        assert "[0 Home]" in await press(pilot, "escape")


async def test_another_text_may_be_the_seed(own: Path) -> None:
    text = "drand quicknet 4711: 8f3a27c1d09b55e2"
    async with opened(own) as pilot:
        await press(pilot, "4", "enter", "enter", "enter", "e")
        await write(pilot, "abc")
        assert "too short" in await press(pilot, "enter")
        await press(pilot, *["backspace"] * 3)
        draw: Any = pilot.app.screen
        draw.query_one("#seed").value = text
        await press(pilot, "enter")
        assert text in screen(pilot)
        await press(pilot, "X", "enter")
        assert draw.phase == "again"
        draw.query_one("#again").value = text
        await press(pilot, "enter", "y")
        assert pilot.app.workspace.show("spring")["select"]["seed"] == text  # type: ignore[attr-defined]


async def test_a_seed_without_source_and_witness_is_unwitnessed(own: Path) -> None:
    async with opened(own) as pilot:
        await press(pilot, "4", "enter", *["backspace"] * 20, "enter")
        assert "! UNWITNESSED" in await press(pilot, "enter")
        await paste(pilot, ONE)
        shown = await press(pilot, "enter", "r", "y")
        assert "UNWITNESSED" in shown and "has not been published" in " ".join(shown.split())
        result = await press(pilot, "y")
        assert "! UNWITNESSED: this seed has neither" in result
        assert "! COMMITMENT NOT PUBLISHED FIRST" in result
        assert "not published first" in await press(pilot, "comma", "l")
        assert pilot.app.workspace.show("spring")["unwitnessed"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", SIZES)
async def test_the_level_of_evidence_stands_wherever_a_draw_is_shown(own: Path, size: Any) -> None:
    """On Home, in the list to choose from, beside what was drawn, and where it is published."""
    space = Workspace(own)
    space.publish("spring", own / "publications" / "spring")
    space.draw("spring", ONE, SOURCE)
    async with opened(own, size) as pilot:
        home = await press(pilot, "0")
        assert re.search(r"spring .* drawn +sel 1 ", home) and "Evidence" in home
        assert re.search(r"shown .* committed +- ", home)
        pilot.app.choose_draw("spring")  # type: ignore[attr-defined]
        assert "Evidence level 1 (selection)" in await press(pilot, "4")
        assert re.search("evidence level:? +1", await press(pilot, "v"))
        assert re.search("spring .*evidence: selection 1", await press(pilot, "d"))
        await press(pilot, "escape")
        assert re.search("spring: drawn.*evidence: selection 1", await press(pilot, "7"))


@pytest.mark.parametrize("size", SIZES)
async def test_tickets_fall_by_region_where_tiers_are_hidden(own: Path, size: Any) -> None:
    for draw, by in (("spring", "South"), ("shown", "A/North")):
        Workspace(own).draw(draw, ONE, SOURCE)
        async with opened(own, size) as pilot:
            pilot.app.choose_draw(draw)  # type: ignore[attr-defined]
            await press(pilot, "4")
            pilot.app.motion = True  # type: ignore[attr-defined]
            place: Any = pilot.app.screen
            place.enter("fall")
            await pilot.pause()
            await pilot.pause()
            fall = place.query_one(FallingTickets)
            assert fall.is_falling
            seen = []
            while fall.is_falling:
                fall.advance()
                seen.append("\n".join(strip.text for strip in _lines(fall)))
            told_all = "\n".join(seen)
            assert by in told_all
            assert ("A/" in told_all) == (draw == "shown")
            tickets = [v["mark"][:16] for v in place.told["visits"] if v["standing"] == "pool"]
            reserves = sum(v["reserve"] for v in place.told["visits"])
            assert sum(ticket in told_all for ticket in tickets) >= len(tickets) - reserves
            await settled(pilot)
            assert place.phase == "result"
            assert "cannot be repeated" in screen(pilot)
            # Any key skips; afterwards no timer is left.
            await pilot.press("h")
            await pilot.pause()
            await pilot.pause()
            assert "Press any key to go to the list" in screen(pilot)
            await press(pilot, "q")
            assert place.phase == "result" and not fall.is_falling
            pilot.app.motion = False  # type: ignore[attr-defined]
            assert "No animation" in await press(pilot, "h")


def _lines(fall: FallingTickets) -> list[Any]:
    return [fall.render_line(y) for y in range(fall.size.height)]


async def test_the_ceremony_holds_nothing_hidden(held: Path) -> None:
    space = Workspace(held)
    hidden, open_ = space.ceremony("spring"), space.ceremony("shown")
    space.close()
    assert not {"cell", "expected"} & set(hidden["visits"][0])
    assert all(set(group) == {"region", "visits"} for group in hidden["groups"])
    assert "cells" not in hidden
    assert {"cell", "name", "size", "visits"} == set(open_["groups"][0])
    for told_one in (hidden, open_):
        visits = told_one["visits"]
        fallen = [place for group in told_one["groups"] for place in group["visits"]]
        assert sorted(fallen) == [
            place
            for place, visit in enumerate(visits)
            if visit["standing"] == "pool" and not visit["reserve"]
        ]
        for group in told_one["groups"]:
            marks = [visits[place]["mark"] for place in group["visits"]]
            assert marks == sorted(marks)


async def test_the_line_of_outcomes(held: Path, base: Path) -> None:
    space = Workspace(held)
    for draw in ("spring", "shown"):
        found = space.outcome(draw)
        assert found is not None
        assert found["outcome"] == space.show(draw)["select"]["outcome"]
        assert found["first"] <= found["point"] < found["last"]
        assert found["ends"][-1] == 1_000_000 and len(found["ends"]) == found["outcomes"]
        drawn = [v for v in space.ceremony(draw)["visits"] if not v["reserve"]]
        assert found["drawn"] == sum(v["standing"] == "pool" for v in drawn)
    space.close()
    space = Workspace(base)
    assert space.outcome("spring") is None
    space.close()


async def test_rounds_commitments_and_lists_are_looked_at(held: Path) -> None:
    async with opened(held, (120, 36)) as pilot:
        assert "Assignment round" in await press(pilot, "4")
        assert "Selection round" in await press(pilot, "o")
        shown = await press(pilot, "v")
        assert "COMMITMENT" in shown and "has been held" in shown
        assert decoded(pilot) == [commitment(held)]
        await press(pilot, "y")
        assert commitment(held) in (held / "copied.tsv").read_text(encoding="utf-8")
        await press(pilot, "v", "down", "y")
        saved = (held / "copied.tsv").read_text(encoding="utf-8")
        assert saved.startswith("entity_id\tname")
        (held / "copied.tsv").unlink()
        await press(pilot, "w")
        file = held / "publications" / "spring-select.png"
        assert file.is_file()
        file.unlink()
        await press(pilot, "d")
        await write(pilot, "shown")
        shown = await press(pilot, "enter")
        assert "UNWITNESSED" in shown and "shown" in shown
        assert "无见证" in await press(pilot, "f2")
        assert "[0 首页]" in await press(pilot, "escape")


async def test_hostile_names_show_as_text(held: Path) -> None:
    space = Workspace(held)
    names = {visit["name"] for visit in space.show("spring")["visits"]}
    space.close()
    assert names & {name for name in HOSTILE if "\n" not in name}
    async with opened(held) as pilot:
        await press(pilot, "4", "o")
        pages = []
        for _ in range(4):
            pages.append(screen(pilot))
            await press(pilot, "pagedown")
        text = "\n".join(pages)
        assert "\x1b" not in text and "\u202e" not in text
        assert "=x [b]" in text


async def test_a_draw_is_abandoned_with_a_reason(own: Path) -> None:
    async with opened(own) as pilot:
        await press(pilot, "4", "X")
        assert "The draw was not abandoned" in await press(pilot, "enter")
        await press(pilot, "X", "escape")
        await press(pilot, "X")
        await write(pilot, "dice fell off [b]")
        shown = await press(pilot, "enter")
        assert "dice fell off [b]" in shown
        await press(pilot, "n")
        assert pilot.app.workspace.show("spring")["stage"] == "committed"  # type: ignore[attr-defined]
        await press(pilot, "X")
        await write(pilot, "dice fell off [b]")
        await press(pilot, "enter", "y")
        assert pilot.app.workspace.show("spring")["stage"] == "abandoned"  # type: ignore[attr-defined]
        shown = await press(pilot, "f12")
        assert "ABANDONED" in shown and "dice fell off [b]" in " ".join(shown.split())
        await press(pilot, "enter", "X")
        assert pilot.app.screen.phase == "look"  # type: ignore[attr-defined]


async def test_a_round_held_elsewhere_is_seen(own: Path) -> None:
    async with opened(own) as pilot:
        await press(pilot, "4", "enter", "enter", "enter")
        await write(pilot, ONE[:5])
        draw = ("--workspace", own, "draw", "spring", "--seed", ONE, "--source", SOURCE)
        assert yaohao(*draw).exit_code == 0
        assert "The draw cannot be repeated" in await press(pilot, "f12")
        assert pilot.app.screen.seed == ""  # type: ignore[attr-defined]


async def test_a_failure_is_plain_and_the_digits_stay(own: Path) -> None:
    async with opened(own) as pilot:
        await press(pilot, "4", "enter", "enter", "enter")
        await paste(pilot, ONE)
        await press(pilot, "enter")
        for path in (own / "frames").glob("*/frame.parquet"):
            path.write_bytes(b"no")
        shown = await press(pilot, "r", "y", "y")
        assert "Traceback" not in shown and "changed" in " ".join(shown.split())
        await press(pilot, "escape")
        assert pilot.app.screen.seed == ONE  # type: ignore[attr-defined]
        assert pilot.app.workspace.show("spring")["stage"] == "committed"  # type: ignore[attr-defined]


async def test_without_a_draw_it_says_how_to_get_one(tmp_path: Path) -> None:
    with language_kept():
        workspace = fill(tmp_path)
    async with opened(workspace) as pilot:
        assert "[3] Plan" in await press(pilot, "4")
        await press(pilot, "enter", "z", "X", "d", "y", "h", "o")
        assert "[3] Plan" in screen(pilot) and "yaohao " not in screen(pilot)


async def test_large_letters() -> None:
    assert large("17", ascii_only=True) == [" #  ###", "##    #", " #    #", " #   #", "###  #"]
    lines = large("0123456789abcdef_?", ascii_only=False)
    assert len(lines) == 3 and max(map(len, lines)) <= large_width("0123456789abcdef_?")
    shapes = {tuple(large(mark, ascii_only=True)) for mark in "0123456789abcdef_?"}
    assert len(shapes) == 18
    assert grouped("abcdefg", 2, 2) == ["ab cd", "ef g"]
    assert grouped("", 5, 4) == []


async def test_a_pile_of_many_takes_no_longer() -> None:
    from textual.app import App, ComposeResult

    class Bench(App[None]):
        def compose(self) -> ComposeResult:
            yield FallingTickets()

    app = Bench()
    async with app.run_test(size=(60, 12)):
        fall = app.query_one(FallingTickets)
        ended: list[int] = []
        for size in (1, 3, 50, 5000):
            fall.start([Group("g", [f"{n:04d}" for n in range(size)])], lambda: ended.append(1))
            frames = 0
            while fall.is_falling:
                fall.advance()
                frames += 1
            assert ended and frames <= 15 * 15, size
            ended.clear()
        fall.start([], lambda: ended.append(2))
        assert ended == [2] and not fall.is_falling


@pytest.mark.parametrize("source_lines", [1, 2, 3])
async def test_what_is_to_be_done_stands_below_the_digits(own: Path, source_lines: int) -> None:
    """However long the source is, at 80 by 24 the sentence about the second reading is whole."""
    async with opened(own, (80, 24)) as pilot:
        await press(pilot, "4", "enter")
        place: Any = pilot.app.screen
        place.form = {"source": "dice " * 15 * source_lines, "witnesses": "Li Na"}
        place.enter("dice")
        for digit in "47119028365510482937":
            await pilot.press(digit)
        shown = await press(pilot, "enter")
        assert "read the digits back aloud." in shown
        assert "47119 02836 55104 82937" in shown

"""Jobs from the screens: each done for real through its form, at two sizes in two languages.

One workspace is prepared for the module; those that change it work in a copy.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from helpers.campaign import by_turns
from helpers.cli import fill, language_kept, walk, yaohao
from helpers.time_authority import make_authority, replied
from helpers.tui_pilot import SIZES, opened, press, screen, settled
from helpers.tui_pilot import write as typed
from textual.widgets import Input
from yaohao.planner.doors.keys import make_key
from yaohao.planner.wording.messages import LANGUAGES, say
from yaohao.planner.workspace import Workspace
from yaohao.tui.jobs.registry import JOBS, job_named
from yaohao.tui.screens.job_actions import JobRun
from yaohao.tui.widgets.dialogs import Confirm
from yaohao.tui.widgets.job_form import JobForm
from yaohao.tui.widgets.job_outcome import JobOutcome

pytestmark = pytest.mark.asyncio
BIGGER = [
    pytest.param(*one, marks=pytest.mark.campaign) for one in zip(SIZES, ("zh", "en"), strict=True)
]
"""Each size and each language once, for what fits wherever it fits the smallest screen."""

SECRET = "words of nobody else"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workspace (dealt, one result, published, a cohort), keys, a backup."""
    folder = tmp_path_factory.mktemp("jobs")
    with language_kept():
        home = fill(folder)
        walk(home)
        assert yaohao("--workspace", home, "publish", "spring").exit_code == 0
        with Workspace(home) as workspace:
            visit = workspace.results("spring")["visits"][0]["entity_id"]
            how: Any = {"by": "Li", "on": "2027-03-09", "all_items": True}
            workspace.enter_results("spring", visit, [{"result": "1"}], **how)
            workspace.review_results("spring", [visit], by="Wang")
            workspace.backup(folder / "b.zip")
            workspace.note_absence("P-5", "2027-05-03", "2027-05-04")
            workspace.cases.clock("2027-01-05")
        make_key(folder / "notary.key", SECRET)
        make_authority(folder / "tsa")
    return folder


@pytest.fixture
def own(made: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of all of it, to be changed."""
    folder = Path(shutil.copytree(made, tmp_path / "own"))
    (folder / "out").mkdir()
    with language_kept():
        yield folder


async def fill_in(pilot: Any, name: str, fields: Mapping[str, object], size: int = 0) -> str:
    """Begin a job where one is, fill its form, send it; the screen then."""
    job = job_named(name)
    assert job is not None, name
    JobRun(pilot.app.here, job).begin()
    await settled(pilot)
    form = pilot.app.screen
    if job.fields:
        assert isinstance(form, JobForm), name
        assert job.label()[:20] in screen(pilot)
        for key, value in fields.items():
            form.query_one(f"#job-{key}", Input).value = str(value)
        await settled(pilot)
        await press(pilot, "enter")
    if isinstance(pilot.app.screen, Confirm):
        screen(pilot)
        await press(pilot, "y")
    return screen(pilot)


async def do(pilot: Any, name: str, **fields: object) -> JobOutcome:
    """Do a job; what came of it, which stands on the screen and was left again."""
    shown = await fill_in(pilot, name, fields)
    outcome = pilot.app.screen
    assert isinstance(outcome, JobOutcome), f"{name}\n{shown}"
    assert outcome.done.told[:3] in shown
    assert SECRET not in shown
    assert SECRET not in str(pilot.app.drafts)
    await press(pilot, "escape")
    assert pilot.app.screen is pilot.app.here
    return outcome


@pytest.mark.parametrize(("size", "lang"), by_turns(0, SIZES, ("zh", "en")))
async def test_publishing_proving_signing_and_checking(own: Path, size: Any, lang: str) -> None:
    key, out, passphrase = own / "office.key", own / "out", {"passphrase": SECRET}
    async with opened(own / "bureau", size, lang) as pilot:
        await press(pilot, "7")
        await do(pilot, "key-new", file=key, **passphrase, again=SECRET)
        told = await do(pilot, "key-show", file=f"{key}.pub")
        public = told.done.copied
        assert len(public) == 64
        told = await do(pilot, "publish", site=out / "site", sign=key, **passphrase)
        assert (out / "site" / "index.html").is_file()
        assert public in dict(told.done.facts).values()
        told = await do(pilot, "verify", folder=out / "site", key=f"{key}.pub")
        assert not told.done.is_bad and told.done.table is not None
        told = await do(pilot, "verify", folder=out / "site", key=own / "notary.key.pub")
        assert told.done.is_bad, "another's key"
        await do(pilot, "audit", to=out / "audit")
        await do(pilot, "proof", entity="cafe-07", to=out / "p.json", slip=out / "p.html")
        assert (out / "p.html").is_file()
        told = await do(pilot, "verify", folder="", proof=out / "p.json")
        assert not told.done.is_bad
        await do(pilot, "proof", entity="cafe-99", absent=say("common.yes"), to=out / "a.json")
        await do(pilot, "proofs", to=out / "proofs")
        told = await do(pilot, "proof", entity="cafe-08", folder=out / "proofs", to=out / "q.json")
        bundle = {"folder": "publications/spring"}
        notary = {"key": own / "notary.key", **passphrase}
        told = await do(pilot, "cosign", **bundle, **notary)
        assert told.done.files[0].parent == own / "bureau" / "publications" / "spring"
        await do(pilot, "witness", **bundle, **notary, state=own / "seen.json", to=out)
        await do(pilot, "attest", folder=out / "audit", **notary, to=out)
        told = await do(pilot, "stamp-request", **bundle, to=out / "query.tsq")
        (out / "reply.tsr").write_bytes(replied(out / "query.tsq", own / "tsa"))
        await do(pilot, "stamp-attach", **bundle, reply=out / "reply.tsr",
                 request=out / "query.tsq", tsa=own / "tsa" / "ca.pem")  # fmt: skip
        await do(pilot, "key-change", file=key, **passphrase, new_passphrase="other" + SECRET,
                 again="other" + SECRET)  # fmt: skip
        await do(pilot, "notices", kinds="bulletin", to=out / "forms")
        assert (out / "forms" / "bulletin.xlsx").is_file()
        await do(pilot, "worksheet", to=out / "list.csv")
        assert (out / "list.csv").is_file()


@pytest.mark.parametrize(("size", "lang"), by_turns(1, SIZES, ("zh", "en")))
async def test_looking_noting_and_keeping(own: Path, size: Any, lang: str) -> None:
    home, out = own / "bureau", own / "out"
    async with opened(home, size, lang) as pilot:
        await press(pilot, "comma", "o")
        told = await do(pilot, "simulate", file="plans/spring.toml", years=2)
        assert told.done.laid_out is not None
        whom = {"inspector": "P-0", "entity": "cafe-07"}
        await do(pilot, "recuse", **whom, reason="a brother of the owner")
        with Workspace(home) as workspace:
            assert [one["entity_id"] for one in workspace.recusals("P-0")] == ["cafe-07"]
        told = await do(pilot, "recusals")
        assert told.done.table is not None and len(told.done.table.rows) == 1
        await do(pilot, "recuse-undo", **whom)
        days = {"inspector": "P-1", "first": "2027-05-03", "last": "2027-05-04"}
        await do(pilot, "absent", **days)
        told = await do(pilot, "absences")
        assert told.done.table is not None and len(told.done.table.rows) == 2
        await do(pilot, "absent-undo", **days)
        with Workspace(home) as workspace:
            assert not workspace.recusals("P-0") and not workspace.absences("P-1")
        await do(pilot, "report-entity", entity="cafe-07", files=out / "firm.html")
        await do(pilot, "report-year", year=2027, files=out / "year.xlsx")
        await do(pilot, "report-checklist", first="2027-01-01", last="2027-03-31")
        assert {one.name for one in out.iterdir()} == {"firm.html", "year.xlsx"}
        await do(pilot, "report-calendar", year=2027, svg=out / "year.svg")
        assert (out / "year.svg").is_file()
        await do(pilot, "report-load")
        await do(pilot, "report-map")
        await do(pilot, "plan-chance", file="plans/spring.toml", entity="cafe-07")
        await do(pilot, "calendar", output=out / "today.ics")
        assert "VCALENDAR" in (out / "today.ics").read_text(encoding="utf-8")
        await do(pilot, "config")
        await do(pilot, "config-set", key="authority", value="Office 8")
        with Workspace(home) as workspace:
            assert workspace.settings.authority == "Office 8"
            [cohort] = workspace.cases.list(kind="annual-report")["cases"]
        await do(pilot, "case-members", case=cohort["id"])
        await do(pilot, "backup-check", file=own / "b.zip")
        await do(pilot, "restore", file=own / "b.zip", to=own / "again")
        with Workspace(own / "again") as workspace:
            assert workspace.draws()


@pytest.mark.parametrize(("size", "lang"), by_turns(0, SIZES, LANGUAGES))
async def test_what_is_due_leads_to_the_visit(own: Path, size: Any, lang: str) -> None:
    async with opened(own / "bureau", size, lang) as pilot:
        shown = await fill_in(pilot, "due", {"as_of": "2027-03-20"})
        assert "spring" in shown
        outcome: Any = pilot.app.screen
        entity = outcome.done.table.rows[0][3]
        shown = await press(pilot, "enter")
        place: Any = pilot.app.screen
        assert place.SCREEN_NAME == "results"
        assert place.marked()["entity_id"] == entity


async def test_a_refusal_comes_back_with_all_that_was_typed(made: Path) -> None:
    async with opened(made / "bureau", (120, 36)) as pilot:  # its path may be long
        await press(pilot, "7")
        shown = await fill_in(
            pilot, "publish", {"sign": made / "notary.key", "passphrase": "wrong words"}
        )
        form: Any = pilot.app.screen
        assert isinstance(form, JobForm)
        assert "cannot be opened" in shown
        assert "yaohao key new" not in shown, "the mend is told as a key"
        assert say("tui_jobs.job-key-new") in shown.replace("\n", " ")
        assert form.query_one("#job-sign", Input).value == str(made / "notary.key")
        assert form.query_one("#job-passphrase", Input).value == ""
        assert "wrong words" not in shown and "wrong words" not in str(pilot.app.drafts)  # type: ignore[attr-defined]
        await press(pilot, "escape")


async def test_fields_are_checked_as_one_types(made: Path) -> None:
    async with opened(made / "bureau") as pilot:
        JobRun(pilot.app.here, job_named("simulate")).begin()  # type: ignore[attr-defined, arg-type]
        await settled(pilot)
        await typed(pilot, "plans/spring.toml")
        await press(pilot, "down")
        shown = await typed(pilot, "ten")
        assert say("tui_jobs.no-number", found="ten") in shown
        form: Any = pilot.app.screen
        assert form.query_one("#job-years", Input).value == "ten", "what stood there was replaced"
        await press(pilot, "enter")
        assert pilot.app.screen is form, "it is not sent so"
        await press(pilot, "backspace", "backspace", "backspace", "2", "enter")
        assert isinstance(pilot.app.screen, JobOutcome)
        await press(pilot, "escape")


async def test_what_can_be_picked_is_listed(made: Path) -> None:
    async with opened(made / "bureau") as pilot:
        run = JobRun(pilot.app.here, job_named("proof"), around={})  # type: ignore[attr-defined, arg-type]
        run.begin()
        await settled(pilot)
        form: Any = pilot.app.screen
        assert "spring" in await press(pilot, "f4")
        await press(pilot, "enter")
        assert form.query_one("#job-draw", Input).value == "spring"
        await press(pilot, "down")
        await typed(pilot, "cafe-0")
        shown = await press(pilot, "f4")
        assert "cafe-07" in shown and "cafe-11" not in shown
        await typed(pilot, "07")
        await press(pilot, "enter")
        assert form.query_one("#job-entity", Input).value == "cafe-07"
        # A folder is gone into by its name.
        await press(pilot, "down", "down", "down", "down")
        await press(pilot, "f4")
        await typed(pilot, "plans")
        await press(pilot, "enter", "escape")
        assert form.query_one("#job-folder", Input).value == "plans/"
        await press(pilot, "escape")


async def test_a_click_lists_and_sends(made: Path) -> None:
    async with opened(made / "bureau") as pilot:
        JobRun(pilot.app.here, job_named("due")).begin()  # type: ignore[attr-defined, arg-type]
        await settled(pilot)
        await pilot.click("#pick-draw")
        await settled(pilot)
        await press(pilot, "enter")
        await pilot.click("#yes")
        await settled(pilot)
        assert isinstance(pilot.app.screen, JobOutcome)
        await pilot.click("#outcome-keys", offset=(1, 0))  # the key that leaves
        await settled(pilot)
        assert pilot.app.screen is pilot.app.here  # type: ignore[attr-defined]


async def test_long_work_is_stopped(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moves = asyncio.Event()

    def slow(self: Any, plan: Any, years: int, seed: int, progress: Any) -> Any:
        import time

        for turn in range(2000):
            progress(turn + 1, 2000)
            moves.set()
            time.sleep(0.005)

    monkeypatch.setattr(Workspace, "simulate", slow)
    async with opened(made / "bureau") as pilot:
        JobRun(pilot.app.here, job_named("simulate")).begin()  # type: ignore[attr-defined, arg-type]
        await settled(pilot)
        await typed(pilot, "plans/spring.toml")
        await pilot.press("enter")
        await asyncio.wait_for(moves.wait(), 60)
        await pilot.press("escape")
        await settled(pilot)
        assert say("tui.stopped", what=say("tui_jobs.job-simulate")) in screen(pilot)


@pytest.mark.parametrize(("size", "lang"), by_turns(1, SIZES, LANGUAGES))
async def test_every_job_is_listed_and_stands_in_the_palette(
    made: Path, size: Any, lang: str
) -> None:
    async with opened(made / "bureau", size, lang) as pilot:
        await press(pilot, "7", "comma", "o")
        place: Any = pilot.app.screen
        assert place.SCREEN_NAME == "tools"
        assert {one.name for one in place.shown} == {one.name for one in JOBS}
        assert place.shown[0].name == "publish", "those of the place one came from are first"
        await press(pilot, "slash")
        shown = await typed(pilot, "simulate" if lang == "en" else "模拟")
        assert say("tui_jobs.job-simulate") in shown
        await press(pilot, "enter", "enter")
        assert isinstance(pilot.app.screen, JobForm)
        await press(pilot, "escape", "ctrl+p")
        await typed(pilot, say("tui_jobs.job-worksheet"))
        await press(pilot, "enter")
        form: Any = pilot.app.screen
        assert isinstance(form, JobForm) and form.job.name == "worksheet"
        await press(pilot, "escape")


@pytest.mark.parametrize(("size", "lang"), by_turns(1, [(60, 20)], LANGUAGES) + BIGGER)
async def test_every_form_fits(made: Path, size: Any, lang: str) -> None:
    async with opened(made / "bureau", size, lang) as pilot:
        for job in JOBS:
            if job.fields:
                JobRun(pilot.app.here, job).begin()  # type: ignore[attr-defined, arg-type]
                await pilot.pause()
                assert job.label()[:20] in screen(pilot)
                await pilot.press("escape")
                await pilot.pause()

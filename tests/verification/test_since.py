"""A ledger begins with the whole of an earlier one, or holds its last entry: in all makes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from helpers import bundle_maker as maker
from helpers.browser import Browser
from helpers.cli import yaohao
from helpers.workspace_maker import Maker
from yaohao.planner.doors.checks import verify_since
from yaohao.planner.publication.verifier import verify as independent
from yaohao.planner.vocabulary.problems import PlannerError

pytest_plugins = ["helpers.browser", "helpers.workspace_maker"]


def theirs(folder: Path, old: Path | str) -> bool | None:
    """Whether the other make says that it holds; None where it takes the earlier one for none."""
    place = Path(old)
    data = str(old).encode() if isinstance(old, str) else None
    if data is None:
        data = (place / "ledger.jsonl" if place.is_dir() else place).read_bytes()
    since = independent.entries_of(data)
    if since is None:
        return None
    report = independent.verify(independent.read_bundle(folder), since=since)
    [found] = [result for result in report.results if result.name == "since"]
    return found.status == "pass"


def another(source: Path, target: Path, change: int) -> Path:
    """A ledger whose line `change` is another, chained anew: what a second public is shown."""
    acts = [json.loads(line)["act"] for line in source.read_text("utf-8").splitlines()]
    acts[change]["files"] = ["0" * 64]
    target.write_bytes(maker.ledger_bytes(maker.chain(acts)))
    return target


def test_an_earlier_ledger_is_the_beginning_in_both(made: Maker, tmp_path: Path) -> None:
    one = made()
    for earlier, number in (("committed", 5), ("dealt", 0)):
        old, now = one.public[earlier], one.public["dealt"]
        lines = (old / "ledger.jsonl").read_text("utf-8").splitlines()
        head = json.loads(lines[-1])["entry"]
        (tmp_path / "head").write_text(f"{head}\n", encoding="ascii")
        for given in (old, old / "ledger.jsonl", head):
            found = verify_since(now, given)
            assert found.ok
            assert found.params["number"] >= number
            assert theirs(now, given)
            assert (found.params["number"] == 0) == (earlier == "dealt")
        assert verify_since(now, tmp_path / "head").ok
    assert "crews 1" in verify_since(one.public["dealt"], one.public["staffed"]).params["kinds"]


def test_a_later_or_another_ledger_is_not(made: Maker, tmp_path: Path) -> None:
    one = made()
    now = one.public["committed"]
    last = json.loads((one.public["dealt"] / "ledger.jsonl").read_text("utf-8").splitlines()[-1])
    told_otherwise = another(now / "ledger.jsonl", tmp_path / "other.jsonl", 2)
    for given in (one.public["dealt"], told_otherwise, last["entry"], "0" * 64):
        found = verify_since(now, given)
        assert found.ok is False
        assert found.params["expected"] != found.params["found"]
        assert theirs(now, given) is False


@pytest.mark.parametrize(
    "text", ["", "{}\n", "no ledger\n", '{"act":{},"entry":"","previous":""}\n']
)
def test_what_is_no_ledger_is_refused(text: str, made: Maker, tmp_path: Path) -> None:
    file = tmp_path / "old.jsonl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PlannerError) as refused:
        verify_since(made().public["dealt"], file)
    assert refused.value.problems[0].code == "verify.no-ledger"
    assert theirs(made().public["dealt"], file) is None
    broken = shutil.copyfile(made().public["dealt"] / "ledger.jsonl", tmp_path / "broken.jsonl")
    broken.write_text(broken.read_text("utf-8").replace("dice", "dicf", 1), encoding="utf-8")
    with pytest.raises(PlannerError):
        verify_since(made().public["dealt"], broken)
    assert theirs(made().public["dealt"], broken) is None


def test_the_command_says_what_came_between(made: Maker) -> None:
    one = made()
    done = yaohao(
        "verify", one.public["dealt"], "--since", one.public["drawn"], "--verbose", lang="en"
    )
    assert done.exit_code == 0
    assert "acts since:" in " ".join(done.stdout.split())
    wrong = yaohao("verify", one.public["drawn"], "--since", one.public["dealt"], lang="en")
    assert wrong.exit_code == 1
    assert "FAILS  since:" in wrong.stdout
    assert yaohao("verify", one.public["drawn"], "--since", "nowhere").exit_code == 2
    assert yaohao("verify", "--since", "nowhere").exit_code == 2


def test_the_page_takes_an_earlier_ledger(made: Maker, browser: Browser, tmp_path: Path) -> None:
    one = made()
    visit = browser.open(one.public["drawn"] / "index.html")
    early, late = (one.public[stage] / "ledger.jsonl" for stage in ("committed", "dealt"))
    other = another(early, tmp_path / "other.jsonl", 2)
    head = json.loads(early.read_text("utf-8").splitlines()[-1])["entry"].encode()
    cases = [
        ("ledger.jsonl", early.read_bytes(), set()),
        ("head.txt", head, set()),
        ("ledger.jsonl", late.read_bytes(), {"since"}),
        ("ledger.jsonl", other.read_bytes(), {"since"}),
        ("old.jsonl", b"nothing\n", {"since"}),
        ("head.txt", b"0" * 64, {"since"}),
    ]
    for name, data, failing in cases:
        assert visit.check_folder({name: data}) == failing, name
        assert [step for step, _ in visit.states("#folder-result")] == ["since"]


def test_the_verdict_of_the_page_stands_in_lines(made: Maker, browser: Browser) -> None:
    """Levels stand below the verdict, and no line feed is shown as an escape."""
    visit = browser.open(made().public["drawn"] / "index.html")
    words = visit.text("#verdict")
    assert len(words.splitlines()) >= 3
    assert "u000a" not in words


def test_a_site_goes_on_from_an_earlier_ledger(made: Maker, tmp_path: Path) -> None:
    """The longest ledger of a site counts, and a site may be the earlier one too."""
    one = made(entities=44)
    site = tmp_path / "site"
    one.workspace.publish(one.draw, site, site=True)
    early = shutil.copytree(site, tmp_path / "early")
    visit = one.workspace.show(one.draw)["visits"][0]["entity_id"]
    results = tmp_path / "r.csv"
    results.write_text(f"entity_id,result\n{visit},1\n", encoding="utf-8")
    one.workspace.import_results(one.draw, [results])
    one.workspace.publish(one.draw, site, site=True)
    assert verify_since(site, one.public["committed"]).ok
    assert "publication 1" in verify_since(site, early).params["kinds"]
    assert verify_since(early, site).ok is False

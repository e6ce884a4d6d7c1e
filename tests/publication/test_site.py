"""A site of draws: stages are added and never rewritten, and each names the one before."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest
from helpers.workspace_maker import NEXT_CREW_SEED, NEXT_SELECT_SEED, Shape, make, plan_text
from yaohao.planner.publication.verifier import verify as verifier
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Workspace, str]:
    folder = tmp_path_factory.mktemp("site")
    workspace = make(folder, Shape(abandoned=False)).workspace
    plan = workspace.folder / "plans" / "q1.toml"
    hostile = plan_text(Shape()).replace('id = "q1"', 'id = "q2"').replace("<b>", "</td><script>x")
    plan.write_text(hostile, encoding="utf-8")
    place = folder / "www"
    draw = workspace.freeze(plan)["draw"]
    workspace.publish(draw, place, site=True)
    workspace.draw(draw, NEXT_SELECT_SEED)
    workspace.publish(draw, place, site=True)
    workspace.staff(draw)
    workspace.deal(draw, NEXT_CREW_SEED)
    workspace.publish(draw, place, site=True)
    visit = workspace.show(draw)["visits"][0]["entity_id"]
    (folder / "r.csv").write_text(f"entity_id,result\n{visit},1\n")
    workspace.import_results(draw, [folder / "r.csv"])
    workspace.publish(draw, place, site=True)
    workspace.publish("q1", place, site=True)
    return place, workspace, draw


def stages(place: Path, draw: str) -> list[Path]:
    return sorted((place / "draws" / draw).iterdir())


def test_every_stage_stands_and_names_the_one_before(site: tuple[Path, Workspace, str]) -> None:
    place, _, draw = site
    found = stages(place, draw)
    assert [path.name for path in found] == ["01-committed", "02-drawn", "03-dealt", "04-dealt"]
    previous = None
    for path in found:
        assert json.loads((path / "draw.json").read_text("utf-8"))["previous"] == previous
        previous = hashlib.sha256((path / "SHA256SUMS").read_bytes()).hexdigest()
        assert [f.words("en") for f in verify_bundle(path) if f.ok is False] == []
        assert verifier.verify(verifier.read_bundle(path)).passed


def test_publishing_adds_and_never_rewrites(site: tuple[Path, Workspace, str]) -> None:
    place, workspace, draw = site
    before = {path: path.read_bytes() for path in (place / "draws").rglob("*") if path.is_file()}
    with pytest.raises(PlannerError) as caught:
        workspace.publish(draw, place, site=True)
    assert caught.value.problems[0].code == "draw.nothing-new"
    spare = workspace.show(draw)["visits"][1]["entity_id"]
    workspace.withdraw(draw, spare, "9", "gone")
    workspace.publish(draw, place, site=True)
    assert len(stages(place, draw)) == 5
    assert all(path.read_bytes() == content for path, content in before.items())


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in ("href", "src") and value]


def test_the_list_and_the_feed_lead_to_every_stage(site: tuple[Path, Workspace, str]) -> None:
    place, _, draw = site
    page = Links()
    text = (place / "index.html").read_text("utf-8")
    page.feed(text)
    folders = [path.relative_to(place).as_posix() for path in stages(place, draw)]
    assert {f"{folder}/index.html" for folder in folders} <= set(page.links)
    assert all((place / link).is_file() for link in page.links)
    assert not page.tags & {"script", "b", "img", "iframe"}
    assert "default-src 'none'" in text
    assert "无见证" in text  # the seeds of q2 had neither source nor witness
    feed = ET.parse(place / "feed.atom").getroot()
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == len(stages(place, draw)) + 1
    updated = [entry.findtext(f"{ATOM}updated") or "" for entry in entries]
    assert updated == sorted(updated, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == updated[0]
    for entry in entries:
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert (place / link.attrib["href"]).is_file()
        assert re.fullmatch("urn:sha256:[0-9a-f]{64}", entry.findtext(f"{ATOM}id") or "")
    assert "'=food()" in (place / "items.csv").read_text("utf-8-sig")


def test_what_is_no_site_or_was_tampered_with_is_told(
    site: tuple[Path, Workspace, str], tmp_path: Path
) -> None:
    place, workspace, draw = site
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").write_text("x")
    with pytest.raises(PlannerError) as caught:
        workspace.publish(draw, tmp_path / "other", site=True)
    assert caught.value.problems[0].code == "draw.not-a-site"
    copy = Path(shutil.copytree(place, tmp_path / "copy"))
    sums = stages(copy, "q1")[0] / "SHA256SUMS"
    sums.write_text(sums.read_text() + "\n")
    entity = next(v for v in workspace.show(draw)["visits"] if v["result"] == "0")["entity_id"]
    workspace.withdraw(draw, entity, "9", "gone")
    with pytest.raises(PlannerError) as caught:
        workspace.publish(draw, copy, site=True)
    assert caught.value.problems[0].code == "draw.strange-stage"


def test_a_trial_tells_what_is_written_where_and_writes_nothing(tmp_path: Path) -> None:
    workspace = make(tmp_path, Shape(abandoned=False)).workspace
    site, folder = tmp_path / "trial-www", tmp_path / "trial-public"

    def found() -> dict[str, bytes]:
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        return {str(path): path.read_bytes() for path in files if "planner." not in path.name}

    before = found()
    told = workspace.publish_trial("q1", folder, ["xlsx"])["would_write"]
    at_site = workspace.publish_trial("q1", site, site=True)["would_write"]
    assert found() == before
    done = workspace.publish("q1", folder, ["xlsx"])
    assert (told["folder"], told["files"]) == (done["folder"], done["files"])
    assert told["files"] == sorted(path.name for path in folder.iterdir())
    assert workspace.publish_trial("q1", folder)["would_write"]["replaces"]
    done = workspace.publish("q1", site, site=True)
    assert (at_site["folder"], at_site["files"]) == (done["folder"], done["files"])
    assert sorted(str(path) for path in site.iterdir() if path.is_file()) == at_site["site"]
    # What publishing refuses the trial refuses too.
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("x")
    for place, as_site in ((site, True), (folder / "in", False), (tmp_path / "other", False)):
        with pytest.raises(PlannerError) as trial:
            workspace.publish_trial("q1", place, site=as_site)
        with pytest.raises(PlannerError) as real:
            workspace.publish("q1", place, site=as_site)
        assert trial.value.problems[0].code == real.value.problems[0].code

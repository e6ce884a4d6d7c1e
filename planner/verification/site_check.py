"""The verification of a site as a whole: every stage, how stages follow, what lists them."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

from yaohao.planner.engine.base import LOCALLY, EngineChoice
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.verification.evidence import NOBODY, Vouchers
from yaohao.planner.verification.finding import Finding, fails, holds
from yaohao.planner.verification.reading import ReadingError, read_bytes, read_text

DRAWS = "draws"
SUMS = "SHA256SUMS"
_FILES = ("feed.atom", "index.html", "items.csv")
_ATOM = "{http://www.w3.org/2005/Atom}"
_STAGE = re.compile("[0-9]{2,}-[a-z]+")


def is_site(folder: Path) -> bool:
    """Whether a folder is a site of draws rather than one publication."""
    return (folder / DRAWS).is_dir() and not (folder / "draw.json").exists()


def verify(
    folder: Path,
    audit: Path | None = None,
    key: str | None = None,
    believed: Vouchers = NOBODY,
    engine: EngineChoice = LOCALLY,
) -> list[Finding]:
    """Every check of a folder: of a site as a whole, of anything else as `verify_bundle` does.

    With an `audit` folder it must be that of one publication.
    """
    if audit is None and is_site(folder):
        return verify_site(folder, key, believed)
    return verify_bundle(folder, audit, key, believed, engine)


def verify_site(folder: Path, key: str | None = None, believed: Vouchers = NOBODY) -> list[Finding]:
    """Every check of every stage of a site, and of the site as a whole; names tell the stage.

    With a public `key` (hex) every stage must be signed with it. Nothing is raised: whatever is
    wrong is a finding.
    """
    stages, findings = _stages(folder)
    findings.append(_check_files(folder))
    for stage in stages:
        name = stage.relative_to(folder / DRAWS).as_posix()
        findings += [
            Finding(f"{name}: {finding.name}", finding.ok, finding.code, finding.params)
            for finding in verify_bundle(stage, key=key, believed=believed)
        ]
    findings += _check_chain(folder, stages)
    places = [stage.relative_to(folder).as_posix() for stage in stages]
    findings.append(_check_index(folder, places))
    findings.append(_check_feed(folder, stages))
    return findings


def stages_of(folder: Path) -> list[Path]:
    """The folders of all stages of a site."""
    return _stages(folder)[0]


def _stages(folder: Path) -> tuple[list[Path], list[Finding]]:
    """The folders of all stages, and findings of what lies among them and is none."""
    stages: list[Path] = []
    strange: list[Path] = []
    for home in sorted((folder / DRAWS).iterdir()):
        if home.is_symlink() or not home.is_dir():
            strange.append(home)
            continue
        inside = sorted(home.iterdir())
        for place, path in enumerate(inside, 1):
            sound = path.is_dir() and not path.is_symlink() and _STAGE.fullmatch(path.name)
            if sound and int(path.name.split("-")[0]) == place:
                stages.append(path)
            else:
                strange.append(path)
    names = [path.relative_to(folder).as_posix() for path in strange]
    findings = [fails("site-stages", name, "stages 01, 02, ...", name) for name in names]
    if not stages:
        findings.append(fails("site-stages", DRAWS, "a stage", "none"))
    return stages, findings or [holds("site-stages")]


def _check_files(folder: Path) -> Finding:
    """Whether the site has its files and no others, as its own list has them."""
    there = {path.name for path in folder.iterdir()}
    wanted = {DRAWS, SUMS, *_FILES}
    if there != wanted:
        return fails("site-files", folder.name, sorted(wanted), sorted(there))
    try:
        listed = read_text(folder, SUMS)
        for name in _FILES:
            digest = sha256(read_bytes(folder, name)).hexdigest()
            if f"{digest}  {name}" not in listed.split("\n"):
                return fails("site-files", name, f"the digest in {SUMS}", digest)
        if listed.count("\n") != len(_FILES) or not listed.endswith("\n"):
            return fails("site-files", SUMS, f"{len(_FILES)} lines", listed)
    except ReadingError as error:
        return fails("site-files", error.file, error.expected, error.why)
    return holds("site-files")


def _check_chain(folder: Path, stages: Sequence[Path]) -> list[Finding]:
    """Whether each later ledger begins with the earlier, and tells of the stages before it."""
    summaries: list[tuple[str, list[str], str, str]] = []
    try:
        for stage in stages:
            name = stage.relative_to(folder).as_posix()
            lines = read_text(stage, "ledger.jsonl").splitlines()
            previous = str(json.loads(read_text(stage, "draw.json"))["previous"] or "")
            summaries.append((name, lines, sha256(read_bytes(stage, SUMS)).hexdigest(), previous))
    except ReadingError as error:
        return [fails("site-ledgers", f"{name}/{error.file}", error.expected, error.why)]
    except (ValueError, KeyError, TypeError):
        return [fails("site-previous", f"{name}/draw.json", "previous", "none")]
    findings = []
    by_length = sorted(summaries, key=lambda one: len(one[1]))
    for before, after in pairwise(by_length):
        if after[1][: len(before[1])] != before[1]:
            findings.append(
                fails("site-ledgers", after[0], f"the ledger of {before[0]}", "another")
            )
    for before, after in pairwise(summaries):
        if Path(before[0]).parent != Path(after[0]).parent:
            continue
        if len(after[1]) <= len(before[1]) or not any(before[2] in line for line in after[1]):
            findings.append(fails("site-previous", after[0], before[2], after[3] or "none"))
    return findings or [holds("site-ledgers"), holds("site-previous")]


class _Links(HTMLParser):
    """The links of a page that lead to stages."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [
            value
            for name, value in attrs
            if tag == "a" and name == "href" and value and value.startswith(f"{DRAWS}/")
        ]


def _check_index(folder: Path, places: Sequence[str]) -> Finding:
    """Whether the list leads to exactly the stages."""
    links = _Links()
    try:
        links.feed(read_text(folder, "index.html"))
    except ReadingError as error:
        return fails("site-index", error.file, error.expected, error.why)
    wanted = sorted(f"{place}/index.html" for place in places)
    return _agree("site-index", "index.html", wanted, sorted(links.found))


def _check_feed(folder: Path, stages: Sequence[Path]) -> Finding:
    """Whether the feed tells of exactly the stages, each by the digest of its list of files."""
    try:
        text = read_text(folder, "feed.atom")
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            return fails("site-feed", "feed.atom", "no document type", "one")
        feed = ET.fromstring(text)
        wanted = sorted(
            f"{stage.relative_to(folder).as_posix()}/index.html "
            f"urn:sha256:{sha256(read_bytes(stage, SUMS)).hexdigest()}"
            for stage in stages
        )
    except ReadingError as error:
        return fails("site-feed", error.file, error.expected, error.why)
    except (ET.ParseError, ValueError) as error:
        return fails("site-feed", "feed.atom", "an Atom feed", str(error))
    entries = []
    for entry in feed.iter(f"{_ATOM}entry"):
        link = entry.find(f"{_ATOM}link")
        place = link.get("href", "") if link is not None else ""
        entries.append(f"{place} {entry.findtext(f'{_ATOM}id')}")
    return _agree("site-feed", "feed.atom", wanted, sorted(entries))


def _agree(name: str, file: str, wanted: Sequence[str], found: Sequence[str]) -> Finding:
    missing = [one for one in wanted if one not in found]
    strange = [one for one in found if one not in wanted]
    if missing or strange or len(wanted) != len(found):
        return fails(name, file, missing or "no more", strange or "missing")
    return holds(name)

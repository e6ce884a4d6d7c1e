"""What a disturbed act left: its outcome, what of it is unfinished, what visitors see meanwhile."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.verification.site_check import verify
from yaohao.planner.vocabulary.files import FRESH
from yaohao.planner.workspace import Workspace

Outcome = dict[str, Counter[str]]
"""Acts of the ledger, stages of draws and names of files, each with its number."""

_RANDOM = re.compile("[0-9a-f]{16,}")
_OF_THE_SYSTEM = re.compile(r"planner\.(db-(wal|shm|journal)|lock|holder)|lock")
_LINK = re.compile(r'href="(draws/[^"]+)/index\.html"')


def outcome(workspace: Workspace, out: Path) -> Outcome:
    """What came of acts in a workspace and in the folder that they wrote to."""
    return {
        "acts": Counter(str(line["act"]["act"]) for line in workspace.ledger()),
        "stages": Counter(f"{draw['draw']} {draw['stage']}" for draw in workspace.draws()),
        "files": Counter(
            _RANDOM.sub("#", path.relative_to(place.parent).as_posix())
            for place in (workspace.folder, out)
            for path in place.rglob("*")
            if not _OF_THE_SYSTEM.fullmatch(path.name)
        ),
    }


def difference(found: Outcome, expected: Sequence[Outcome]) -> str:
    """How an outcome differs from each of those that are right; empty where it is one of them."""
    if found in expected:
        return ""
    told = []
    for one in expected:
        for name, counts in one.items():
            more, less = found[name] - counts, counts - found[name]
            told += [f"+{name} {key}" for key in more] + [f"-{name} {key}" for key in less]
    return ", ".join(told[:6])


def leftovers(*folders: Path) -> list[str]:
    """What carries the mark of something being written, in any of the folders."""
    return [
        path.relative_to(folder.parent).as_posix()
        for folder in folders
        for path in folder.rglob("*")
        if path.name.startswith((FRESH, "yaohao-")) or path.name == "planner.unfinished"
    ]


def seen_by_visitors(*folders: Path) -> str:
    """What is wrong with what visitors of publications and sites see right now; empty if nothing.

    A publication is the old one or the new one, and never none where there was one. In a site every
    stage is whole, and what its list leads to is there.
    """
    for folder in folders:
        public, site = folder / "public", folder / "www"
        if public.is_dir():
            bad = [one.name for one in verify(public) if one.ok is False]
            if bad:
                return f"visitors see a publication that fails {bad[0]}"
        stages = [path for path in site.glob("draws/*/*") if not path.name.startswith(FRESH)]
        for stage in stages:
            bad = [one.name for one in verify_bundle(stage) if one.ok is False]
            if bad:
                return f"visitors see a stage that fails {bad[0]}"
        if (site / "index.html").is_file():
            for place in _LINK.findall((site / "index.html").read_text(encoding="utf-8")):
                if site / place not in stages:
                    return f"the list leads to {place}, which is not there"
    return ""

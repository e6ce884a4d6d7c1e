"""Forms, site and slip on a phone: nothing scrolls sideways; and on paper: A4."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.browser import Browser
from helpers.cli import language_kept
from helpers.workspace_maker import HOSTILE_NAMES, Shape, make
from yaohao.planner.wording.messages import LANGUAGES, choose_language

pytest_plugins = ["helpers.browser", "helpers.workspace_maker"]

WIDTH = 360
OWN = ("notices", "records", "worklists")
WIDE = f"""[...document.querySelectorAll('body *')].filter(one =>
    one.getBoundingClientRect().right > {WIDTH} + 0.5 && !one.closest('.sideways')
).map(one => one.outerHTML.slice(0, 90))"""


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    with language_kept():
        choose_language("en")
        yield


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every page without a program, in both languages, with hostile and with long names."""
    folder = tmp_path_factory.mktemp("phone")
    # A word of thousands of letters takes Chromium seconds to break into lines.
    names = tuple(name[:300] for name in HOSTILE_NAMES)
    workspace = make(folder, Shape(abandoned=False, reserves=1, names=names, entities=60)).workspace
    found: dict[str, Path] = {}
    with language_kept():
        for lang in LANGUAGES:
            choose_language(lang)
            settings = workspace.folder / "workspace.toml"
            text = re.sub(
                'language = "[a-z]*"', f'language = "{lang}"', settings.read_text("utf-8")
            )
            settings.write_text(text, encoding="utf-8")
            again = type(workspace)(workspace.folder)
            some = [v["entity_id"] for v in again.show("q1")["visits"] if not v["reserve"]][:6]
            again.notices("q1", folder / f"forms-{lang}", OWN, language=lang, entities=some)
            for name in OWN:
                found[f"{name}-{lang}"] = folder / f"forms-{lang}" / f"{name}.html"
            site = folder / f"site-{lang}"
            again.publish("q1", site, site=True)
            found[f"site-{lang}"] = site / "index.html"
            slip = folder / f"slip-{lang}.html"
            slip.write_bytes(again.proof_slip(again.proof("q1", some[0])))
            found[f"slip-{lang}"] = slip
    return found


@pytest.mark.slow
def test_nothing_scrolls_sideways(pages: dict[str, Path], browser: Browser) -> None:
    assert len(pages) == 10
    for name, path in pages.items():
        visit = browser.open(path, width=WIDTH, java_script_enabled=False)
        width = visit.page.evaluate("document.documentElement.scrollWidth")
        assert (name, width, visit.page.evaluate(WIDE)) == (name, WIDTH, [])
        assert visit.noises == []
        assert len(visit.requests) == 1
        browser.close_pages()


@pytest.mark.slow
def test_paper_is_a4_and_nothing_is_cut(pages: dict[str, Path], browser: Browser) -> None:
    wide = 650  # of the 794 pixels of A4, what the margins leave
    for name, path in pages.items():
        if not name.endswith("-en"):
            continue  # English takes more room
        visit = browser.open(path, width=wide, java_script_enabled=False)
        visit.page.emulate_media(media="print")
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= wide, name
        pdf = visit.page.pdf(prefer_css_page_size=True)
        boxes = set(re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", pdf))
        assert {(round(float(w)), round(float(h))) for w, h in boxes} == {(595, 842)}, name
        browser.close_pages()

"""The site as a reader opens it, from a folder: it finds in its language and asks no host."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

import pytest
from helpers.browser import Browser
from yaohao.scripts import make_site as site

pytest_plugins = ["helpers.browser"]
pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("zensical") is None and not os.environ.get("CI"),
    reason="`make site` installs the generator",
)
# What is looked for, one after the other, and a page that must be among the first.
SOUGHT = {
    "zh": (("备份", "how-to/backup.html"), ("季度", "how-to/quarterly-plan.html")),
    "en": (("backup", "how-to/backup.html"), ("quarterly", "how-to/quarterly-plan.html")),
}


@pytest.fixture(scope="module")
def built() -> Path:
    assert site.build() == 0
    return site.SITE


def opened(browser: Browser, file: Path) -> tuple[Any, list[str]]:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    return page, asked


@pytest.mark.parametrize("lang", sorted(SOUGHT))
def test_the_search_works_from_a_folder(lang: str, built: Path, browser: Browser) -> None:
    page, asked = opened(browser, built / lang / "index.html")
    page.locator(".md-search__button").click()
    for words, wanted in SOUGHT[lang]:
        box = page.locator("dialog[open] input").first
        box.fill(words)
        first = page.locator("dialog[open] a")
        page.wait_for_function(
            "words => [...document.querySelectorAll('div')].some(one => one.shadowRoot && "
            "one.shadowRoot.querySelector('input')?.value === words && "
            "one.shadowRoot.querySelector('a mark, a b, a strong, a em, a') !== null)",
            arg=words,
        )
        page.wait_for_timeout(500)
        found = [first.nth(n).get_attribute("href") for n in range(min(first.count(), 10))]
        assert any(f"/{lang}/{wanted}" in one for one in found), (words, found)
    assert [one for one in asked if not one.startswith("file:")] == []


def test_the_button_leads_to_the_same_page_in_the_other_language(
    built: Path, browser: Browser
) -> None:
    for here, there in (("zh", "en"), ("en", "zh")):
        for name in ("index.html", "how-to/audit.html", "json.html"):
            page, _ = opened(browser, built / here / name)
            link = page.locator(f'a.md-select__link[hreflang="{there}"]')
            assert link.evaluate("link => link.href") == (built / there / name).as_uri()


def test_the_first_page_leads_to_the_language_of_the_reader(built: Path, browser: Browser) -> None:
    for locale, lang in (("zh-CN", "zh"), ("en-GB", "en"), ("mn-MN", "en")):
        page = browser.new_page(locale=locale)
        page.goto((built / "index.html").as_uri())
        page.wait_for_url(f"**/{lang}/index.html")

"""A real browser for the tests of the page: headless Chromium, watched for every request it makes.

``make browser`` installs it. Without one the tests are skipped at the desk and fail in CI. Load it
with ``pytest_plugins = ["browser"]``; nothing in it asserts (PYTEST_DONT_REWRITE).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bundle_maker as maker
import pytest

from planner.follow_up.deadlines import due_days
from planner.ledger import Line
from planner.publication.page import page_bytes, page_data
from planner.vocabulary.working_days import Calendar

NAMES = ("chromium", "chromium-browser", "google-chrome")
STEP = "li => [li.dataset.step, li.dataset.state]"


@dataclass
class Visit:
    """An open page, and what it did that it should not do."""

    page: Any
    requests: list[str] = field(default_factory=list)
    noises: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def states(self, place: str = "#own-steps") -> list[tuple[str, str]]:
        """The steps shown at a place, each with its state: pass, fail or open."""
        found = self.page.eval_on_selector_all(f"{place} li[data-step]", f"all => all.map({STEP})")
        return [(name, state) for name, state in found]

    def failed(self, place: str = "#own-steps") -> set[str]:
        """The names of the steps that fail."""
        return {name for name, state in self.states(place) if state == "fail"}

    def ask(self, code: str) -> str:
        """Ask about a code; the kind of answer."""
        self.page.fill("#entity", code)
        self.page.click("#ask button")
        return str(self.page.get_attribute("#answer .answer", "data-answer"))

    def give(self, selector: str, files: maker.Files) -> None:
        """Give files to one of the inputs."""
        payload = [
            {"name": name, "mimeType": "application/octet-stream", "buffer": data}
            for name, data in files.items()
        ]
        self.page.set_input_files(selector, payload)

    def check_folder(self, files: maker.Files) -> set[str]:
        """Give the files of a bundle; the names of the checks that fail."""
        before = self.page.evaluate(
            "Number(document.getElementById('folder-result').dataset.done || 0)"
        )
        self.give("#choose-files", files)
        wanted = int(before) + 1
        self.page.wait_for_selector(f"#folder-result[data-done='{wanted}']", timeout=30_000)
        return self.failed("#folder-result")

    def text(self, selector: str) -> str:
        """The text shown at a place."""
        return str(self.page.inner_text(selector))


class Browser:
    """Opens pages, each in a context of its own."""

    def __init__(self, chromium: Any) -> None:
        self._chromium = chromium

    def open(
        self, path: Path, lang: str = "zh", width: int = 1200, script: str = "", **options: Any
    ) -> Visit:
        """Open a page from a file, wait until it has checked itself, and keep watch."""
        context = self._chromium.new_context(viewport={"width": width, "height": 900}, **options)
        page = context.new_page()
        visit = Visit(page)
        page.on("request", lambda request: visit.requests.append(request.url))
        page.on(
            "requestfailed",
            lambda request: visit.refused.append(request.url) if request.failure == "csp" else None,
        )
        page.on("pageerror", lambda error: visit.noises.append(str(error)))
        page.on("console", lambda message: visit.noises.append(message.text))
        page.on("dialog", lambda dialog: (visit.noises.append("dialog"), dialog.dismiss()))
        if script:
            page.add_init_script(script)
        page.goto(f"{path.as_uri()}#{lang}")
        if options.get("java_script_enabled", True):
            page.wait_for_selector("body[data-checked]", timeout=60_000)
        return visit


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser; kept for the session."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        told = "no Chromium here: make browser"
        pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        yield Browser(chromium)
        chromium.close()


def with_page(files: maker.Files, language: str = "zh") -> maker.Files:
    """The files of a bundle of the maker's with the page that belongs to them, sealed."""
    rest = {name: files[name] for name in sorted(files) if name not in ("index.html", "SHA256SUMS")}
    digests = {name: maker.hashlib.sha256(data).hexdigest() for name, data in rest.items()}
    texts = files["ledger.jsonl"].decode("utf-8").splitlines()
    lines = [Line(**json.loads(text)) for text in texts]
    record = json.loads(files["draw.json"])
    data = page_data(record, lines, digests, (), {}, due_days(record, Calendar()))
    return maker.sealed({**rest, "index.html": page_bytes(data, language)})


def written(folder: Path, files: maker.Files) -> Path:
    """Write files into a folder; where its page is."""
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder / "index.html"

"""A real browser for the tests of the page: headless Chromium, watched for every request it makes.

``make browser`` installs it. Without one the tests are skipped at the desk and fail in CI. Load it
with ``pytest_plugins = ["helpers.browser"]``; nothing in it asserts (PYTEST_DONT_REWRITE).
"""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from yaohao.planner.follow_up.deadlines import due_days
from yaohao.planner.ledger import Line
from yaohao.planner.publication.web_page.build import page_bytes, page_data, region_names
from yaohao.planner.vocabulary.working_days import Calendar

from helpers import bundle_maker as maker

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
STEP = "li => [li.dataset.step, li.dataset.state]"

_HELP = """
    const failed = (place) => [...document.querySelectorAll(`${place} li[data-state=fail]`)]
        .map((li) => li.dataset.step);
    const until = (place, isDone) => new Promise((resolve) => {
        const watch = new MutationObserver(look);
        function look() {
            if (isDone()) { watch.disconnect(); resolve(); }
        }
        watch.observe(place, { attributes: true, childList: true });
        look();
    });
    const give = (id, files) => {
        const transfer = new DataTransfer();
        for (const [name, content] of files) { transfer.items.add(new File([content], name)); }
        const input = document.getElementById(id);
        input.files = transfer.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));
    };
"""
GIVE_FOLDERS = f"""async ({{ base, cases }}) => {{
    {_HELP}
    const bytes = (text) => Uint8Array.from(atob(text), (mark) => mark.charCodeAt(0));
    const decoded = (files) => Object.entries(files).map(([name, text]) => [name, bytes(text)]);
    const whole = decoded(base);
    const place = document.getElementById('folder-result');
    const found = [];
    for (const {{ less, more }} of cases) {{
        const files = new Map(whole);
        for (const name of less) {{ files.delete(name); }}
        for (const [name, content] of decoded(more)) {{ files.set(name, content); }}
        const wanted = String(Number(place.dataset.done || 0) + 1);
        give('choose-files', files);
        await until(place, () => place.dataset.done === wanted);
        found.push(failed('#folder-result'));
    }}
    return found;
}}"""
GIVE_PROOFS = f"""async (texts) => {{
    {_HELP}
    const place = document.getElementById('answer');
    const found = [];
    for (const text of texts) {{
        place.replaceChildren();
        give('choose-proof', [['proof.json', text]]);
        await until(place, () => place.childElementCount > 0);
        found.push(failed('#answer'));
    }}
    return found;
}}"""
CHANGE_DATA = f"""async ({{ text, cases }}) => {{
    {_HELP}
    const data = document.getElementById('data').firstChild;
    const {{ body }} = document;
    const found = [];
    for (const [first, last, middle, seal] of cases) {{
        data.data = text.slice(0, first) + middle + text.slice(text.length - last);
        document.querySelector('meta[name="yaohao-data"]').content = seal;
        const wanted = String(Number(body.dataset.checked) + 1);
        document.getElementById('again').click();
        await until(body, () => body.dataset.checked === wanted);
        found.push([body.dataset.state, failed('#own-steps')]);
    }}
    return found;
}}"""


@dataclass
class Visit:
    """An open page, and what it did that it should not do."""

    page: Any
    requests: list[str] = field(default_factory=list)
    noises: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    watch: Any = None
    listeners: list[tuple[str, Any]] = field(default_factory=list)

    def keep_watch(self) -> None:
        """Note from now on what the page asks for, complains of and has of a processor."""
        self.watch = self.page.context.new_cdp_session(self.page)
        self.watch.send("Performance.enable", {"timeDomain": "threadTicks"})
        self.listeners = [
            ("request", lambda request: self.requests.append(request.url)),
            ("requestfailed", self._note_refusal),
            ("pageerror", lambda error: self.noises.append(str(error))),
            ("console", lambda message: self.noises.append(message.text)),
            ("dialog", lambda dialog: (self.noises.append("dialog"), dialog.dismiss())),
        ]
        for event, listener in self.listeners:
            self.page.on(event, listener)

    def _note_refusal(self, request: Any) -> None:
        if request.failure == "csp":
            self.refused.append(request.url)

    def leave(self) -> None:
        """Leave the page as a new one is: empty, unwatched, for a screen, the pointer nowhere."""
        for event, listener in self.listeners:
            self.page.remove_listener(event, listener)
        self.watch.detach()
        self.page.goto("about:blank")
        self.page.emulate_media(media="null")
        self.page.mouse.move(0, 0)

    def busy(self) -> float:
        """Seconds that the page has had of a processor: whatever else runs here is not in it."""
        metrics = self.watch.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))

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

    def check_folders(self, base: maker.Files, folders: Sequence[maker.Files]) -> list[set[str]]:
        """As `check_folder` for many bundles that are like `base` but for a file or two.

        They go to the browser at once, and into the same input one after the other.
        """
        cases = [
            {
                "less": [name for name in base if name not in files],
                "more": {
                    name: base64.b64encode(data).decode("ascii")
                    for name, data in files.items()
                    if base.get(name) != data
                },
            }
            for files in folders
        ]
        whole = {name: base64.b64encode(data).decode("ascii") for name, data in base.items()}
        found = self.page.evaluate(GIVE_FOLDERS, {"base": whole, "cases": cases})
        return [set(failed) for failed in found]

    def check_proofs(self, proofs: Sequence[Any]) -> list[set[str]]:
        """Give proofs as files, one after the other; the names of the checks that fail of each."""
        texts = [json.dumps(proof) for proof in proofs]
        return [set(failed) for failed in self.page.evaluate(GIVE_PROOFS, texts)]

    def check_data(self, text: str, changes: Sequence[tuple[str, str]]) -> list[set[str]]:
        """Verify other data, each with its seal, in the place of the page's; what fails of each."""
        cases = []
        for other, seal in changes:
            start = _alike(text, other)
            rest = _alike(text[start:][::-1], other[start:][::-1])
            # places are counted in UTF-16 units, as the page counts them
            ends = (text[:start], text[len(text) - rest :])
            first, last = (len(part.encode("utf-16-le")) // 2 for part in ends)
            cases.append([first, last, other[start : len(other) - rest], seal])
        found = self.page.evaluate(CHANGE_DATA, {"text": text, "cases": cases})
        for state, failed in found:
            assert (state == "fail") == bool(failed)
        return [set(failed) for _, failed in found]

    def text(self, selector: str) -> str:
        """The text shown at a place."""
        return str(self.page.inner_text(selector))


def _alike(one: str, other: str) -> int:
    """For how many characters two texts are the same."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


class Browser:
    """Opens pages, each in a context of its own.

    A page that verifies itself is opened in one that an earlier test left, where that asked for the
    same: a context, a page and their process take longer to make than most of these tests.
    """

    def __init__(self, chromium: Any) -> None:
        self._chromium = chromium
        self._contexts: list[Any] = []
        self._visits: list[tuple[str, Visit]] = []
        self._idle: dict[str, list[Any]] = {}
        """Empty pages by the options of their contexts."""

    def close_pages(self) -> None:
        """Empty what is open, to be used again, or close it: pages left cost memory and time."""
        while self._visits:
            options, visit = self._visits.pop()
            if not visit.page.is_closed():
                visit.leave()
                self._idle.setdefault(options, []).append(visit.page)
        while self._contexts:
            self._contexts.pop().close()

    def new_page(self, **options: Any) -> Any:
        """An empty page in a context of its own, which ends with the test."""
        self._contexts.append(self._chromium.new_context(**options))
        return self._contexts[-1].new_page()

    def open(
        self, path: Path, lang: str = "zh", width: int = 1200, script: str = "", **options: Any
    ) -> Visit:
        """Open a page from a file, wait until it has checked itself, and keep watch."""
        options = {"reduced_motion": "reduce", **options}
        name = repr(sorted(options.items()))
        if script:  # it would run in every page that comes after
            page = self.new_page(**options)
            page.add_init_script(script)
        elif self._idle.get(name):
            page = self._idle[name].pop()
        else:
            page = self._chromium.new_context(**options).new_page()
        page.set_viewport_size({"width": width, "height": 900})
        visit = Visit(page)
        visit.keep_watch()
        if not script:
            self._visits.append((name, visit))
        page.goto(f"{path.as_uri()}#{lang}")
        if options.get("java_script_enabled", True):
            page.wait_for_selector("body[data-checked]", timeout=60_000)
        return visit


_kept: list[tuple[Any, Any, Browser]] = []
"""The driver, its Chromium and what opens pages in it, once a test of this process has asked."""


@pytest.fixture
def browser() -> Iterator[Browser]:
    """The browser; what a test opens in it is closed when the test ends.

    One serves all tests that come one after the other: to start it takes longer than most of them.
    """
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        told = "no Chromium here: make browser"
        pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)
    if not _kept:
        from playwright.sync_api import sync_playwright

        driver = sync_playwright().start()
        args = ["--no-sandbox", "--disable-gpu"]
        chromium = driver.chromium.launch(executable_path=program, args=args)
        _kept.append((driver, chromium, Browser(chromium)))
    kept = _kept[0][2]
    yield kept
    kept.close_pages()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Iterator[None]:
    """End the browser before a test that needs none.

    Its driver keeps an event loop running in the process, in which no other test could run its own.
    """
    yield
    if "browser" not in getattr(nextitem, "fixturenames", ()):
        _end()


def pytest_sessionfinish() -> None:
    """End the browser with the last test, whichever it was."""
    _end()


def _end() -> None:
    while _kept:
        driver, chromium, _ = _kept.pop()
        chromium.close()
        driver.stop()


def with_page(files: maker.Files, language: str = "zh") -> maker.Files:
    """The files of a bundle of the maker's with the page that belongs to them, sealed."""
    rest = {name: files[name] for name in sorted(files) if name not in ("index.html", "SHA256SUMS")}
    digests = {name: maker.hashlib.sha256(data).hexdigest() for name, data in rest.items()}
    texts = files["ledger.jsonl"].decode("utf-8").splitlines()
    lines = [Line(**json.loads(text)) for text in texts]
    record = json.loads(files["draw.json"])
    regions = region_names(lines[0].act["register"], (v["region"] for v in record["visits"]))
    data = page_data(record, lines, digests, (), regions, due_days(record, Calendar()))
    return maker.sealed({**rest, "index.html": page_bytes(data, language)})


def written(folder: Path, files: maker.Files) -> Path:
    """Write files into a folder; where its page is."""
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder / "index.html"

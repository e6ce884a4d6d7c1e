"""The page of a publication in a real browser: it shows, it verifies itself, it asks nobody."""

from __future__ import annotations

import hashlib
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from helpers import bundle_maker as maker
from helpers.browser import Browser, Visit, with_page, written
from helpers.workspace_maker import STAGES, Made, Maker
from hypothesis import given, settings
from hypothesis import strategies as st
from yaohao.planner.publication.verifier import verify as independent
from yaohao.planner.publication.web_page import build
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.vocabulary.digest import canonical
from yaohao.planner.wording.messages import LANGUAGES, catalogue

pytest_plugins = ["helpers.browser", "helpers.workspace_maker"]

FOLDER = Path(build.__file__).parent
SHOWN: dict[str, Any] = {"tiers": "shown", "reserves": 2}
NO_WEBCRYPTO = "Object.defineProperty(globalThis, 'crypto', {value: undefined})"
UNWITNESSED: dict[str, Any] = {"source": "", "witnesses": ()}


def failing(folder: Path) -> set[str]:
    """The names of the planner's own checks that fail."""
    return {finding.name for finding in verify_bundle(folder) if finding.ok is False}


def read(folder: Path) -> maker.Files:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def quiet(visit: Visit) -> None:
    """Nothing but the file itself was asked for, and nothing was complained of."""
    assert all(url.startswith("file:") for url in visit.requests), visit.requests
    assert len(visit.requests) == 1
    assert visit.noises == []


# ------------------------------------------------------------------------------- the page as text


def test_every_part_is_used_and_every_word_is_there() -> None:
    parts = {path.name for path in FOLDER.iterdir() if path.suffix in (".js", ".html", ".css")}
    assert parts == {*build.PROGRAM, "page.html", "page.css"}
    program = "".join((FOLDER / name).read_text(encoding="utf-8") for name in build.PROGRAM)
    template = (FOLDER / "page.html").read_text(encoding="utf-8")
    words = catalogue("page")
    used = set(re.findall(r'say\("([a-z0-9-]+)"', program))
    used |= set(re.findall(r'data-(?:word|placeholder|label-word)="([a-z-]+)"', template))
    used |= set(re.findall(r"\{\{word ([a-z-]+) ", template))
    assert len(used) > 100
    assert used <= set(words)
    named = set(re.findall(r'"([a-z][a-z-]+)"', program))
    families = set(re.findall(r'say(?:Code)?\(["`]([a-z]+)[-"]', program)) | {"kind", "answer"}
    left = [
        name
        for name in words
        if name not in used | named and name.partition("-")[0] not in families
    ]
    assert left == []


def test_words_are_in_both_languages_with_the_same_parameters() -> None:
    for name, entry in catalogue("page").items():
        assert set(entry) == set(LANGUAGES), name
        zh, en = (set(re.findall(r"{(\w+)}", entry[lang])) for lang in LANGUAGES)
        assert zh == en or name.startswith("opening-"), name


def test_nothing_can_leave_the_element_that_holds_it() -> None:
    text = build.json_in_page({"</script>": "<!-- & --> \u2028 ]]>"})
    assert not re.search("[<>&\u2028]", text)
    assert json.loads(text) == {"</script>": "<!-- & --> \u2028 ]]>"}
    record = maker.record_of("dealt", names=["</script><script>alert(1)</script>", "<!--"])
    record["plan"]["title"] = record["title"] = "</title><script>alert(1)</script>"
    content = with_page(maker.bundle_of(record))["index.html"].decode("utf-8")
    assert content.count("<script") == content.count("</script>") == 3
    assert "<!--" not in content
    data = build.data_in_page(content)
    assert data is not None
    assert json.loads(data)["record"]["visits"][0]["name"] in record["visits"][0]["name"]


def test_page_is_the_same_every_time_and_holds_what_the_bundle_holds(made: Maker) -> None:
    files = read(made(**SHOWN).public["dealt"])
    text = build.data_in_page(files["index.html"].decode("utf-8"))
    assert text is not None
    data = json.loads(text)
    page = files["index.html"]
    zone = build.zone_in_page(page.decode("utf-8"))
    assert build.page_bytes(data, "zh", zone) == build.page_bytes(data, "zh", zone) == page
    assert data["record"] == json.loads(files["draw.json"])
    assert [json.dumps(line) for line in data["ledger"]] == [
        json.dumps(json.loads(line)) for line in files["ledger.jsonl"].splitlines()
    ]
    assert {item["item_id"] for item in data["items"]} == {"REG-01", "FOOD-01"}
    for secret in (b"Inspector 1", b"5e5e5e5e"):
        assert secret not in files["index.html"]


# ------------------------------------------------------------------------------ verifying itself


@pytest.mark.slow
@pytest.mark.parametrize("stage", [*STAGES, "abandoned"])
@pytest.mark.parametrize("shape", ["hidden", "shown"])
def test_page_of_every_stage_verifies_itself_and_its_folder(
    shape: str, stage: str, made: Maker, browser: Browser
) -> None:
    folder = made(**SHOWN if shape == "shown" else {}).public[stage]
    visit = browser.open(folder / "index.html")
    assert visit.page.get_attribute("body", "data-state") == "pass"
    names = {name for name, state in visit.states() if state == "pass"}
    theirs = {finding.name for finding in verify_bundle(folder) if finding.ok}
    assert names == theirs
    assert visit.check_folder(read(folder)) == set()
    mine = {name for name, state in visit.states("#folder-result") if state == "pass"}
    assert mine == theirs | {"same-ledger", "same-record"}
    for place in ("#own-steps", "#folder-result"):
        notes = {name for name, state in visit.states(place) if state == "open"}
        theirs = [f for f in verify_bundle(folder) if f.ok is None]
    # the levels stand in the page's verdict
    assert notes == {f.name for f in theirs} - {"level"}
    levels = [f"{f.params['level']}" for f in theirs if f.name == "level"]
    found = re.findall(r"(?:证据等级|Evidence level) (\d)", visit.text("#verdict"))
    assert found == levels
    quiet(visit)


@pytest.mark.slow
def test_page_works_without_webcrypto_and_in_english(made: Maker, browser: Browser) -> None:
    path = made(**SHOWN).public["dealt"] / "index.html"
    without = browser.open(path, "en", script=NO_WEBCRYPTO)
    plain = browser.open(path, "en")
    assert without.page.get_attribute("body", "data-state") == "pass"
    assert without.states() == plain.states()
    assert "own SHA-256" in without.text("#means")
    assert "WebCrypto" in plain.text("#means")
    chinese = plain.text("#check h2")
    plain.page.click("[data-language=zh]")
    assert (chinese, plain.text("#check h2")) == ("Verification", "核验")
    quiet(plain)


def test_own_sha256_is_sha256(made: Maker, browser: Browser) -> None:
    """Against hashlib, at every length around the ends of blocks and for long texts."""
    source = (FOLDER / "sha256.js").read_text(encoding="utf-8")
    visit = browser.open(made().public["committed"] / "index.html")
    texts = ["x" * n for n in range(130)] + ["科" * n for n in range(45)] + ["\U0001f9c0" * 5000]
    # evaluated by the test's own door, which the page's policy does not close
    found = visit.page.evaluate(f"texts => {{ {source}; return texts.map(sha); }}", texts)
    assert found == [hashlib.sha256(text.encode("utf-8")).hexdigest() for text in texts]


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.text(alphabet=st.characters(), max_size=6),
    st.sampled_from(
        ["\\ud800", "\ud800", "a\udfff", "\ue000", "\U0001f9c0", "\u2028", '"\\', 1.5, 2**53]
    ),
)
KEYS = st.text(max_size=3) | st.sampled_from(
    ["1", "10", "2", "a", "b", "__proto__", "toJSON", "\ue000", "\U0001f9c0", "\ud800", ""]
)
DOCUMENTS = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4)
)


def deep(depth: int) -> Any:
    """A list in a list, and so on."""
    document: Any = []
    for _ in range(depth - 1):
        document = [document]
    return document


def test_documents_are_written_as_the_planner_writes_them(made: Maker, browser: Browser) -> None:
    """The quick way is taken only where it gives what the slow way gives; json says the same."""
    documents: list[Any] = [deep(32), deep(33), [[], {}], {"b": 1, "a": [2**53 - 1]}]

    @settings(max_examples=150, deadline=None, database=None)
    @given(DOCUMENTS)
    def collect(document: Any) -> None:
        documents.append(document)

    collect()
    sources = "".join(
        (FOLDER / name).read_text(encoding="utf-8") for name in ("sha256.js", "documents.js")
    )
    visit = browser.open(made().public["committed"] / "index.html")
    found = visit.page.evaluate(
        f"""texts => {{ {sources}
            const told = (write) => {{
                try {{ return write(); }} catch (error) {{ return null; }}
            }};
            return texts.map((text) => {{
                const value = JSON.parse(text);
                return [told(() => canonical(value)), told(() => canonicalByHand(value)),
                    told(() => readable(value)), told(() => readableByHand(value, byCharacters)),
                    quickJson(value, byUnits, 0) !== null];
            }});
        }}""",
        [json.dumps(document) for document in documents],
    )
    quick = refused = 0
    for document, (short, short_by_hand, long, long_by_hand, is_quick) in zip(
        documents, found, strict=True
    ):
        assert (short, long) == (short_by_hand, long_by_hand), document
        quick, refused = quick + is_quick, refused + (short is None)
        if short is not None:
            assert short == canonical(document)
            kept = json.dumps(document, ensure_ascii=False, sort_keys=True, indent=2)
            assert long == kept
    assert min(quick, refused, len(found) - quick - refused) > 3


BOUND = {
    '"ticket":"': {"tickets"},
    '"entity_id":"': {"tickets"},
    '"seed":"': {"seed-select", "seed-crew", "rounds", "record", "ledger"},
    '"key":"': {"seed-select", "seed-crew", "rounds", "record", "ledger"},
    '"commitment":"': {"commitment-select", "commitment-crew", "rounds", "record", "ledger"},
    '"entry":"': {"ledger"},
    '"previous":"': {"ledger"},
    '"threshold":"': {"cells"},
    '"inspectors":["': {"crews"},
    '"name":"': {"files", "table"},
    '"tolerance":{"leave_out":': {"plan"},
}
"""What stands in a page, and the steps of which one at least must find it changed."""


@pytest.mark.slow
def test_single_byte_changes_of_the_data_are_found_and_named(made: Maker, browser: Browser) -> None:
    path = made(**SHOWN).public["dealt"] / "index.html"
    text = build.data_in_page(path.read_text(encoding="utf-8"))
    assert text is not None
    data = text.encode("utf-8")
    visit = browser.open(path)
    chance = random.Random(20)
    first, last = data.index(b'"ledger":'), data.index(b'"regions":')
    places = [(chance.randrange(first, last), None) for _ in range(140)]
    for mark, steps in BOUND.items():
        # names of items stand nowhere else: only the digest of the whole binds them
        found = [match.end() for match in re.finditer(re.escape(mark.encode()), data)]
        found = [place for place in found if first <= place < last]
        places += [(chance.choice(found), steps) for _ in range(6)]
    assert len(places) > 200

    def sealed(content: bytes) -> tuple[str, str]:
        changed = content.decode("utf-8", "replace")
        return changed, hashlib.sha256(changed.encode("utf-8")).hexdigest()

    changes = []
    for number, (place, _) in enumerate(places):
        other = bytearray(data)
        near = [byte for byte in range(0x20, 0x7F) if byte != data[place]]
        digit = chr(data[place]) in "0123456789abcdef"
        other[place] = chance.choice(b"0123456789abcdef" if digit and number % 2 else near)
        if other == data:
            other[place] ^= 1
        changes.append(sealed(other))
    for (place, steps), failed in zip(places, visit.check_data(text, changes), strict=True):
        assert failed, (place, data[place - 40 : place + 10])
        if steps and "form" not in failed:
            assert failed & steps, (failed, steps, data[place - 40 : place + 10])
    seal = hashlib.sha256(data).hexdigest()
    assert visit.check_data(text, [(text, seal), (text + " ", seal)]) == [set(), {"page", "form"}]


def mended(files: maker.Files) -> maker.Files:
    """The files with digests mended, and a page of their own where the record can be read."""
    rest = {name: data for name, data in files.items() if name != "index.html"}
    return maker.sealed(rest)


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["committed", "dealt", "followed"])
def test_changes_of_a_folder_are_judged_as_by_the_planner(
    stage: str, made: Maker, browser: Browser, tmp_path: Path
) -> None:
    """Random bytes, and random values of the documents, with SHA256SUMS mended or not."""
    if stage == "followed":  # results, a withdrawal and the reserve in its place
        plan = maker.plan_of("shown", 2, strata=["tier", "region", "key"])
        followed = with_page(maker.bundle_of(maker.record_of("dealt", plan)))
        path, files = written(tmp_path / "followed", followed), mended(followed)
    else:
        path = made(**SHOWN).public[stage] / "index.html"
        files = mended(read(path.parent))
    visit = browser.open(path)
    assert visit.check_folder(files) == set()
    chance = random.Random(stage)
    cases = []
    for number in range(45):
        name = chance.choice(("draw.json", "ledger.jsonl", "visits.csv", "SHA256SUMS"))
        content = bytearray(files[name])
        if number % 2:
            spots = [m.start(1) for m in re.finditer(rb'[:"]\s?([0-9a-f])', content)]
            content[chance.choice(spots or [3])] = chance.choice(b"0123456789abcdef")
        else:
            content[chance.randrange(len(content))] = chance.randrange(256)
        other = {**files, name: bytes(content)}
        other = maker.sealed(other) if number % 3 and name != "SHA256SUMS" else other
        cases.append((name, other))
    seen: set[str] = set()
    judged = visit.check_folders(files, [other for _, other in cases])
    for number, ((name, other), ours) in enumerate(zip(cases, judged, strict=True)):
        folder = tmp_path / str(number)
        written(folder, other)
        theirs = failing(folder)
        # a plan that the planner cannot read the page still sees by its digest
        if "form" in theirs and "form" not in ours:
            assert "plan" in ours
            continue
        assert ours - {"same-record", "same-ledger"} == theirs, (name, number)
        seen |= ours
    assert len(seen) >= 8


def test_page_that_shows_something_else_is_found_by_all(
    made: Maker, browser: Browser, tmp_path: Path
) -> None:
    workspace = made(**SHOWN)
    files = read(workspace.public["dealt"])
    other = read(workspace.public["drawn"])["index.html"]
    mixed = maker.sealed({**files, "index.html": other})
    folder = tmp_path / "mixed"
    visit = browser.open(written(folder, mixed))
    assert failing(folder) == {"page"}
    assert visit.check_folder(mixed) == {"page"}
    report = independent.verify(independent.read_bundle(folder))
    assert {r.name for r in report.results if r.status == "fail"} == {"page"}
    whole = files["index.html"]
    data = re.search(b'id="data">([^<]*)<', whole)
    assert data is not None
    for content in (
        b"",
        b"\xff",
        whole.replace(b'"format"', b'"Format"', 1),
        whole.replace(data[1], b"null"),
        whole.replace(b'"regions":{', b'"regions":{"999999":"nowhere"', 1),
        whole.replace(b'"items":[', b'"items":[{"basis":"","item_id":"","name":""},', 1),
    ):
        broken = tmp_path / f"broken{len(content)}"
        written(broken, maker.sealed({**files, "index.html": content}))
        assert failing(broken) == {"page"}
        assert visit.check_folder(read(broken)) == {"page"}
        report = independent.verify(independent.read_bundle(broken))
        assert {r.name for r in report.results if r.status == "fail"} == {"page"}
    harmless = files["index.html"].replace(b"</footer>", b"<!-- x --></footer>")
    again = tmp_path / "again"
    written(again, maker.sealed({**files, "index.html": harmless}))
    notes = {finding.name for finding in verify_bundle(again) if finding.ok is None}
    assert "page-program" in notes
    assert "page-program" not in {f.name for f in verify_bundle(workspace.public["dealt"])}


# --------------------------------------------------------------------------------- what it shows


@pytest.mark.slow
def test_twenty_thousand_visits_are_verified_searched_and_paged(
    browser: Browser, tmp_path: Path
) -> None:
    plan = maker.plan_of("shown", 0)
    names = [f"第{n}号商行" for n in range(997)]
    record = maker.record_of(
        "dealt", plan, cells=[(25_000, 19_000, 19_000_000_000)], directed=1000, names=names
    )
    path = written(tmp_path / "big", with_page(maker.bundle_of(record)))
    without = browser.open(path, script=NO_WEBCRYPTO)
    assert without.page.get_attribute("body", "data-state") == "pass"
    assert without.busy() < 3
    browser.close_pages()
    watch = """globalThis.steps = new Set();
        new MutationObserver(() => {
            const place = document.getElementById('progress');
            if (place && place.textContent) { steps.add(place.textContent); }
        }).observe(document, { childList: true, subtree: true });"""
    visit = browser.open(path, script=watch)
    assert visit.page.get_attribute("body", "data-state") == "pass"
    assert visit.busy() < 3
    assert len(visit.page.evaluate("[...steps]")) > 5
    assert "20,000" in visit.text("#list-range")
    assert visit.page.locator("#list tbody tr").count() == 50
    wanted = record["visits"][12_345]
    visit.page.fill("#search", wanted["entity_id"].lower())
    assert visit.page.locator("#list tbody tr").count() == 1
    assert wanted["name"] in visit.text("#list tbody")
    visit.page.fill("#search", "第7号商行")
    shown = visit.page.locator("#list tbody tr").count()
    assert shown == sum("第7号商行" in one["name"] for one in record["visits"])
    visit.page.fill("#search", "no such name")
    assert visit.page.locator("#list tbody tr").count() == 0
    visit.page.fill("#search", "")
    visit.page.select_option("#filter", "directed")
    assert "1,000" in visit.text("#list-range")
    visit.page.click("#list-after")
    first = [one for one in record["visits"] if one["standing"] == "directed"][50]
    assert first["entity_id"] in visit.text("#list tbody tr:first-child")
    assert visit.ask(wanted["entity_id"]) == "drawn"


@pytest.mark.slow
def test_enterprise_asks_by_its_code(made: Maker, browser: Browser) -> None:
    workspace = made(**SHOWN)
    record = json.loads((workspace.public["dealt"] / "draw.json").read_text(encoding="utf-8"))
    by_kind = {
        "reserve" if v["reserve"] else "drawn" if v["standing"] == "pool" else "directed": v
        for v in record["visits"]
    }
    visit = browser.open(workspace.public["dealt"] / "index.html", "en")
    for kind, row in by_kind.items():
        assert visit.ask(f" {row['entity_id']} ") == kind
        assert row["ticket"] in visit.text("#answer")
    known = {v["entity_id"] for v in record["visits"]}
    absent = next(
        f"{'.-_x'[n % 4]}E{n:04d}" for n in range(99) if f"{'.-_x'[n % 4]}E{n:04d}" not in known
    )
    assert visit.ask(absent) == "absent"
    ticket = hashlib.sha256(f"{record['select']['key']}|{absent}".encode()).hexdigest()
    assert ticket in visit.text("#answer")
    assert visit.ask("<b>x</b>") == "no-code"
    assert "not a code" in visit.text("#answer")
    visit.ask("91150502MA0N1A2B3X")
    assert "check character" in visit.text("#answer")
    visit.ask("９１１５０５０２ｍａ０ｎ１ａ２ｂ３ｈ")
    assert "91150502MA0N1A2B3H" in visit.text("#answer")
    early = browser.open(workspace.public["committed"] / "index.html")
    assert early.ask(absent) == "early"
    assert not early.page.is_visible("#search")
    early.page.click("[data-language=en]")
    assert "Nothing has been drawn" in early.text("#answer")


def test_results_withdrawals_and_reserves_are_shown(browser: Browser, tmp_path: Path) -> None:
    plan = maker.plan_of("shown", 2)
    record = maker.record_of("dealt", plan)
    visit = browser.open(written(tmp_path / "b", with_page(maker.bundle_of(record))), "en")
    assert {"withdrawals", "results"} <= {name for name, state in visit.states() if state == "pass"}
    [gone] = record["withdrawals"]
    assert visit.ask(gone["entity_id"]) == "withdrawn"
    assert "deregistered, =registry" in visit.text("#answer")
    assert visit.ask(gone["reserve"]) == "called"
    crew = next(v["inspectors"] for v in record["visits"] if v["entity_id"] == gone["entity_id"])
    assert all(one in visit.text("#answer") for one in crew)
    found = next(row for row in record["results"] if row["result"] == "A")
    visit.ask(found["entity_id"])
    assert "problem found" in visit.text("#answer")
    assert "ordered to correct" in visit.text("#answer")
    assert "withdrawn (deregistered)" in visit.text("#ledger-list")
    quiet(visit)


@pytest.mark.slow
def test_unwitnessed_draw_says_so_everywhere(made: Maker, browser: Browser) -> None:
    path = made(**UNWITNESSED, abandoned=False).public["dealt"] / "index.html"
    visit = browser.open(path, "en")
    assert visit.text("#banners").count("UNWITNESSED") == 2
    assert visit.page.locator(".round .warning").count() == 2
    visit.ask(".E0000")
    assert "Unwitnessed" in visit.text("#answer")
    assert [name for name, state in visit.states() if state == "open"].count("witnessed") == 2
    visit.page.emulate_media(media="print")
    assert "UNWITNESSED" in visit.text("#banners")
    witnessed = browser.open(made().public["dealt"] / "index.html", "en")
    assert witnessed.text("#banners") == ""


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("stage", ["committed", "dealt", "abandoned"])
def test_a_phone_needs_no_sideways_scrolling(
    lang: str, stage: str, made: Maker, browser: Browser
) -> None:
    workspace: Made = made(**SHOWN)
    visit = browser.open(workspace.public[stage] / "index.html", lang, width=360)
    visit.ask("x" * 64)
    visit.page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
    width = visit.page.evaluate("document.documentElement.scrollWidth")
    assert width == 360
    wide = visit.page.evaluate(
        """[...document.querySelectorAll('.paper *')].filter(one =>
            one.getBoundingClientRect().right > 361 && one.tagName !== 'INPUT'
        ).map(one => one.outerHTML.slice(0, 90))"""
    )
    assert wide == []


LOW_CONTRAST = """() => {
    const light = (colour) => {
        const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
            const share = part / 255;
            return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (one) => {
        const colour = getComputedStyle(one).backgroundColor;
        const clear = colour === 'rgba(0, 0, 0, 0)' && one.parentElement;
        return clear ? ground(one.parentElement) : colour;
    };
    const found = [];
    for (const one of document.querySelectorAll('body *')) {
        const own = [...one.childNodes].some((part) => part.nodeType === 3 && part.data.trim());
        if (!own || one.matches(':disabled, script') || !one.checkVisibility()) { continue; }
        const style = getComputedStyle(one);
        const ink = one instanceof SVGElement ? style.fill : style.color;
        const [low, high] = [light(ink), light(ground(one))].sort((a, b) => a - b);
        found.push([(high + 0.05) / (low + 0.05), one.outerHTML.slice(0, 90)]);
    }
    return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_stands_out_from_its_ground(scheme: str, made: Maker, browser: Browser) -> None:
    """WCAG 2.2, 1.4.3, level AA: 4.5 to 1; in all that the page can show at once."""
    workspace = made(**SHOWN)
    path = workspace.public["dealt"] / "index.html"
    visit = browser.open(path, "en", color_scheme=scheme)
    [drawn, *_] = json.loads((path.parent / "draw.json").read_text(encoding="utf-8"))["visits"]
    proof = workspace.workspace.proof(workspace.draw, drawn["entity_id"])
    assert visit.check_proofs([proof]) == [set()]
    assert visit.check_folder({"draw.json": b"{}"}) == {"files", "form"}
    visit.page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
    visit.page.evaluate(
        """() => {
            for (const tone of ['yes', 'no', 'open']) {
                const one = document.createElement('p');
                one.className = `answer ${tone}`;
                one.textContent = one.className;
                document.getElementById('banners').append(one);
            }
            const note = document.createElement('p');
            note.className = 'warning';
            note.textContent = 'note';
            document.getElementById('banners').append(note);
        }"""
    )
    found = visit.page.evaluate(LOW_CONTRAST)
    assert len(found) > 300
    assert [one for one in found if one[0] < 4.5] == []
    dark = visit.page.evaluate("getComputedStyle(document.body).color") != "rgb(31, 29, 26)"
    assert dark == (scheme == "dark")


def test_page_can_be_heard_and_used_from_the_keyboard(made: Maker, browser: Browser) -> None:
    visit = browser.open(made(**SHOWN).public["dealt"] / "index.html", "en")
    heard = visit.page.locator("body").aria_snapshot()
    for part in ("banner", "main", "contentinfo", 'navigation "Sections"'):
        assert f"- {part}" in heard
    for name in ("Was I drawn?", "Notice", "Entities to be inspected", "Verification", "Ledger"):
        assert f'- region "{name}"' in heard
    controls = re.findall(r"- ((?:button|textbox|searchbox|combobox|link)\b.*)", heard)
    assert len(controls) > 20
    assert [one for one in controls if '"' not in one] == []
    sections = visit.page.eval_on_selector_all("main > section", "all => all.map(one => one.id)")
    assert sections[0] == "mine"
    assert visit.page.get_attribute("#verdict", "aria-busy") == "false"
    seen: list[str] = []
    for _ in range(14):
        visit.page.keyboard.press("Tab")
        ident, shown = visit.page.evaluate(
            """() => {
                const one = document.activeElement;
                const ring = getComputedStyle(one.closest('label') || one);
                return [one.id, ring.outlineStyle === 'solid' && parseFloat(ring.outlineWidth) > 1];
            }"""
        )
        assert shown, ident
        seen.append(ident)
    assert [one for one in seen if one in ("entity", "choose-proof", "search", "filter")] == [
        "entity",
        "choose-proof",
        "search",
        "filter",
    ]
    # who asks from the list goes on reading at the answer
    visit.page.locator("#list button.link").first.press("Enter")
    assert visit.page.evaluate("document.activeElement.id") == "answer"


@pytest.mark.slow
def test_hostile_names_do_nothing(browser: Browser, tmp_path: Path) -> None:
    names = [
        "<script>alert(1)</script>",
        "</script><img src=x onerror=alert(1)>",
        "<!-- <script>",
        "\u202egnp.exe\u2066",
        "{{data}} ${alert(1)}",
        "__proto__",
        "javascript:alert(1)",
    ]
    plan = maker.plan_of("shown", 1, title="<img src=http://x.invalid/y>", authority="{{words}}")
    record = maker.record_of("dealt", plan, names=names, witnesses=["<b onclick=x>w</b>"])
    record["visits"][0]["region"] = "constructor"
    visit = browser.open(written(tmp_path / "b", with_page(maker.bundle_of(record))), "en")
    visit.page.wait_for_timeout(100)
    assert visit.page.locator("script").count() == 3
    assert visit.page.locator("img, iframe, b").count() == 0
    shown = visit.text("#list")
    assert "<script>alert(1)</script>" in shown
    assert "\\u202egnp.exe" in shown
    assert "\u202e" not in visit.page.content().partition('id="data"')[0]
    assert visit.text(".authority") == "{{words}}"
    for row in record["visits"]:
        visit.ask(row["entity_id"])
    quiet(visit)


def test_policy_runs_no_other_program(made: Maker, browser: Browser, tmp_path: Path) -> None:
    content = (made().public["dealt"] / "index.html").read_bytes()
    more = b"<script>document.title='taken'</script><style>h1{display:none}</style>"
    more += b"<img src=http://127.0.0.1:9/x><p onclick=\"document.title='taken'\" id=p>p</p>"
    path = tmp_path / "index.html"
    path.write_bytes(content.replace(b"</footer>", more + b"</footer>"))
    visit = browser.open(path)
    visit.page.click("#p")
    assert visit.page.title() != "taken"
    assert visit.page.is_visible("h1")
    # the browser names what the policy refused; nothing of it was sent
    sent = {url for url in visit.requests if not url.startswith("file:")}
    assert sent <= set(visit.refused)
    assert len([noise for noise in visit.noises if "Content Security Policy" in noise]) >= 4
    for attack in (
        "fetch('http://127.0.0.1:9/')",
        "Promise.resolve().then(() => eval('1'))",
        "Promise.resolve().then(() => { document.body.innerHTML = '<b>x</b>'; })",
    ):
        refused = visit.page.evaluate(f"{attack}.then(() => 'done', () => 'refused')")
        assert refused == "refused" or "eval" in attack


def test_paper_has_the_whole_list(made: Maker, browser: Browser) -> None:
    folder = made(**SHOWN).public["dealt"]
    record = json.loads((folder / "draw.json").read_text(encoding="utf-8"))
    visit = browser.open(folder / "index.html")
    visit.page.fill("#search", record["visits"][0]["entity_id"])
    visit.page.fill("#search", "")
    visit.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert visit.page.locator("#list tbody tr").count() == len(record["visits"])
    visit.page.emulate_media(media="print")
    assert not visit.page.is_visible("#mine")
    assert not visit.page.is_visible("nav")
    assert visit.page.is_visible("figure svg")
    assert visit.page.pdf()[:5] == b"%PDF-"


def test_without_a_program_the_page_says_where_to_look(made: Maker, browser: Browser) -> None:
    visit = browser.open(made().public["dealt"] / "index.html", java_script_enabled=False)
    assert "verify.py" in visit.text("noscript >> nth=0")
    assert not visit.page.is_visible("#visits")


def test_code_holds_the_commitment() -> None:
    """The code that is drawn is segno's, module by module."""
    import segno
    from yaohao.planner.publication.qr import QUIET, qr_svg

    svg = qr_svg("a" * 64)
    assert svg is not None
    dark = set()
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg):
        dark |= {(int(x) + n - QUIET, int(y) - QUIET) for n in range(int(width))}
    matrix = segno.make("a" * 64, error="m", boost_error=False, micro=False).matrix
    assert dark == {(x, y) for y, row in enumerate(matrix) for x, on in enumerate(row) if on}
    assert qr_svg("x" * 9000) is None

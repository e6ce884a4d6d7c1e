"""What may not be public: every byte of every published form is walked for it."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.workspace_maker import (
    CREW_SEED,
    SELECT_SEED,
    Shape,
    entity_rows,
    inspector_rows,
    plan_text,
    write_csv,
)
from hypothesis import given
from hypothesis import strategies as st
from yaohao.planner.operations.write_forms import KINDS, PUBLIC_KINDS
from yaohao.planner.publication.disclosure import (
    INSPECTORS,
    DisclosurePolicy,
    masked_name,
    policy_of,
)
from yaohao.planner.storage.folder import read_settings
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.vocabulary.phones import HIDDEN_PHONE, without_phones
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

SECRET = "7c" * 32
PHONES = ("13812345678", "+86 139-1234-5678", "１５０１２３４５６７８", "199 8765 4321")
NAMES = ("欧阳修远", "乌兰其其格", "诸葛小明", "司马相如之")
TIERS = ("TIERLOW", "TIERMID", "TIERTOP")
"""Words for tiers that occur nowhere else: what is found of them was told."""


def phones_in(text: str) -> list[str]:
    return [phone for phone in PHONES if phone in text]


CODE = ("verify.py", "draw.schema.json", "visits.csv-metadata.json")
"""Files of a bundle that are the same for every draw, or tell of columns alone."""


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file below a folder as text; of a workbook every part, with all its strings."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as parts:
                for name in parts.namelist():
                    yield f"{path.name}/{name}", parts.read(name).decode("utf-8")
        elif path.is_file():
            yield path.name, path.read_bytes().decode("utf-8")


class Bureau:
    """A workspace that knows much that may not be public, and its forms at every stage."""

    def __init__(self, folder: Path, tiers: str, inspectors: str) -> None:
        shape = Shape(tiers=tiers, reserves=1, rates=dict.fromkeys(TIERS, '"9%"'), abandoned=False)
        self.folder = folder
        made = Workspace.create(folder / "b", "free", authority="局", division="150500")
        made.close()
        settings = folder / "b" / "workspace.toml"
        text = settings.read_text(encoding="utf-8")
        assert 'inspectors = "number"' in text
        settings.write_text(
            text.replace('inspectors = "number"', f'inspectors = "{inspectors}"'), encoding="utf-8"
        )
        self.workspace = workspace = Workspace(folder / "b")
        entities = [
            {**row, "name": f"店{n} 电话{PHONES[n % 4]}", "phone": PHONES[n % 4]}
            for n, row in enumerate(entity_rows(shape))
        ]
        people = [
            {**row, "name": NAMES[n % 4], "phone": PHONES[n % 4]}
            for n, row in enumerate(inspector_rows(shape))
        ]
        items = [
            {"item_id": "REG-01", "name": f"登记 {PHONES[0]}", "department": "监管科"},
            {"item_id": "FOOD-01", "name": "食品", "department": "食品科"},
        ]
        leads = [
            {
                "entity_id": "xE0003",
                "trigger": "complaint",
                "opened_on": "2027-01-02",
                "text": f"complainant {PHONES[1]}",
            }
        ]
        for register, rows in (
            ("entities", entities), ("inspectors", people), ("items", items), ("leads", leads),
        ):  # fmt: skip
            workspace.import_files(register, [write_csv(folder / f"{register}.csv", rows)])
        plan = workspace.folder / "plans" / "q1.toml"
        plan.write_text(plan_text(shape), encoding="utf-8")
        thrown = workspace.freeze(plan, secret="ab" * 32)["draw"]
        workspace.abandon(thrown, f"call {PHONES[0]}")
        self.draw = workspace.freeze(plan, secret=SECRET)["draw"]
        seeded: dict[str, Any] = {
            "source": f"dice, ask {PHONES[2]}", "witnesses": [f"李四 {PHONES[3]}"],
        }  # fmt: skip
        self.write("committed")
        workspace.draw(self.draw, SELECT_SEED, **seeded)
        self.write("drawn")
        gone = workspace.show(self.draw)["visits"][0]["entity_id"]
        workspace.withdraw(self.draw, gone, "9", f"owner {PHONES[0]} told us", reserve=False)
        workspace.staff(self.draw)
        workspace.deal(self.draw, CREW_SEED, **seeded)
        entity = workspace.show(self.draw)["visits"][1]["entity_id"]
        rows = [{"entity_id": entity, "visited_on": "2027-01-20", "result": "1"}]
        workspace.import_results(self.draw, [write_csv(folder / "r.csv", rows)])
        self.write("dealt")

    def write(self, stage: str) -> None:
        public = self.folder / "public" / stage
        self.workspace.publish(self.draw, public / "bundle", ["csv", "json", "xlsx"])
        kinds = {"committed": (), "drawn": ("bulletin",), "dealt": PUBLIC_KINDS}[stage]
        if kinds:
            for language in ("zh", "en"):
                self.workspace.notices(self.draw, public / language, kinds, language=language)


@pytest.fixture(
    scope="module", params=[("hidden", "number"), ("hidden", "masked"), ("shown", "shown")]
)
def walked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Bureau, str, str]:
    tiers, inspectors = request.param
    return Bureau(tmp_path_factory.mktemp("walk"), tiers, inspectors), tiers, inspectors


def test_every_byte_of_every_published_form(walked: tuple[Bureau, str, str]) -> None:
    workspace, tiers, inspectors = walked
    found = list(texts(workspace.folder / "public"))
    assert len({name for name, _ in found}) > 20
    salts = json.dumps(workspace.workspace.proof(workspace.draw, ".E0000")["leaf"]["salt"])
    for name, text in found:
        if name == "verify.py":
            continue
        assert not phones_in(text), name
        assert SECRET not in text, name
        assert "ab" * 32 not in text, name
        assert salts.strip('"') not in text, name
        if inspectors != "shown":
            assert not [one for one in NAMES if one in text], name
    told = "".join(text for name, text in found if "verify.py" not in name)
    assert HIDDEN_PHONE in told
    if inspectors == "shown":
        assert NAMES[0] in told
    assert ("欧* (" in told) == (inspectors == "masked")
    assert tiers in ("hidden", "shown")


def test_hidden_tiers_are_nowhere_but_in_the_plan(walked: tuple[Bureau, str, str]) -> None:
    """A plan names its tiers and their rates; which entity is in which is what must not be told."""
    workspace, tiers, _ = walked
    public = workspace.folder / "public"
    for name, whole in texts(public):
        text = whole
        if name == "draw.json":
            document = json.loads(whole)
            del document["plan"]
            text = json.dumps(document)
            visits = [key for visit in document["visits"] for key in visit]
            assert ("cell" in visits) == (tiers == "shown" and bool(visits))
            cells = document["select"]["cells"] or []
            assert all(("codes" in cell) == (tiers == "shown") for cell in cells)
        if name == "index.html":
            embedded = whole.split('id="data">')[1].split("</script>")[0]
            document = json.loads(embedded)
            del document["record"]["plan"]
            text = json.dumps(document)
        if tiers == "hidden" and name not in CODE:
            assert not [tier for tier in TIERS if tier in text], name
            assert not re.search(r'"(ticket|expected)"', text), name
    assert [
        f.words("en") for f in verify_bundle(public / "dealt" / "bundle") if f.ok is False
    ] == []


def test_notices_are_no_publication() -> None:
    assert set(PUBLIC_KINDS) < set(KINDS)


digits = st.text(st.sampled_from("0123456789"), min_size=9, max_size=9)


@given(digits, st.sampled_from(["", "+86", "86 ", "+86-"]), st.sampled_from(["", "-", " "]))
def test_any_mobile_number_goes(rest: str, head: str, gap: str) -> None:
    number = "1" + "3456789"[int(rest[0]) % 7] + rest[1:]
    phone = head + number[:3] + gap + number[3:7] + gap + number[7:] + rest[-1]
    text = f"电话{phone}，找老板"
    assert without_phones(text) == f"电话{HIDDEN_PHONE}，找老板"
    wide = text.translate({ord(str(n)): ord("０") + n for n in range(10)})
    assert HIDDEN_PHONE in without_phones(wide)


@pytest.mark.parametrize(
    "text",
    [
        "91150502MA13812345678X",
        "150502138123456",
        "a13812345678f",
        "3 1 4 1 5 9 2 6 5 3 5 8 9 7 9 3 2 3 8 4",
        "通辽市霍林河大街138号12345678室",
        "2027-01-13",
        "12812345678",
        "0475-8218888",
    ],
)
def test_what_is_no_mobile_number_stays(text: str) -> None:
    assert without_phones(text) == text


def test_inspectors_by_policy() -> None:
    told = {kind: DisclosurePolicy(False, kind).inspector("ZF-1", "张三丰") for kind in INSPECTORS}
    assert told == {"number": "ZF-1", "masked": "张* (ZF-1)", "shown": "张三丰 (ZF-1)"}
    assert DisclosurePolicy(False, "shown").inspector("ZF-1", "") == "ZF-1"
    assert masked_name("") == ""
    plan = {"publication": {"tiers": "hidden", "reserves": 0}}
    assert policy_of(plan) == DisclosurePolicy(False, "number")


def test_the_setting_is_checked(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "b").close()
    path = tmp_path / "b" / "workspace.toml"
    assert read_settings(path).inspectors == "number"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('inspectors = "number"\n', ""), encoding="utf-8")
    assert read_settings(path).inspectors == "number"
    path.write_text(text.replace('"number"', '"everything"'), encoding="utf-8")
    with pytest.raises(PlannerError) as caught:
        read_settings(path)
    assert "everything" in str(caught.value)

"""`yaohao plan set` and `yaohao plan chance`: the file, the words, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.cli import fill, language_kept, told, yaohao
from yaohao.planner.schema.plan_fields import CONDITIONS, FIELDS
from yaohao.planner.wording.messages import LANGUAGES, choose_language
from yaohao.planner.wording.plan_words import about_markdown, about_words
from yaohao.planner.workspace import Workspace
from yaohao.scripts.make_docs import plan_page


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("plan-set"))


@pytest.fixture
def plan(workspace: Path, tmp_path: Path) -> Path:
    """A copy of the plan, with a comment."""
    path = tmp_path / "own.toml"
    text = (workspace / "plans" / "spring.toml").read_text(encoding="utf-8")
    path.write_text(f"# 注释 first\n{text}# last", encoding="utf-8")
    return path


@pytest.mark.parametrize("lang", LANGUAGES)
def test_keys_are_set_and_the_rest_stays(workspace: Path, plan: Path, lang: str) -> None:
    before = plan.read_text(encoding="utf-8")
    done = yaohao("--workspace", workspace, "plan", "set", plan, "rates.tier.B=45%", lang=lang)
    assert done.exit_code == 0, done.output
    assert plan.read_text(encoding="utf-8") == before.replace('B = "40%"', 'B = "45%"')
    assert 'B = "45%"' in done.stdout and str(plan) in done.stderr
    again = told("--workspace", workspace, "plan", "set", plan, "rates.tier.B=45%")
    same = {"file": str(plan), "written": False, "lines": [], "against_registers": True}
    assert again == same
    tried = told("--workspace", workspace, "plan", "set", plan, "title=X", "--dry-run")
    assert not tried["written"] and [one["sign"] for one in tried["lines"]] == ["-", "+"]
    assert 'title = "X"' not in plan.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        (["limits.totl=3"], 2, "did you mean limits.total"),
        (["tolerance.years=-3"], 1, "must be from 0 to 100"),
        (["rates.tier.A=300%"], 1, "rates.tier.A"),
        (["quota[+].where.region=North", "quota[+].min=999"], 1, "quota[1].min"),
        (["as_of=2027-13-45"], 1, "as_of"),
        (["items-=NONE"], 2, "does not have NONE"),
        ([], 2, "KEY=VALUE"),
        (["--unset", "title"], 1, "title"),
        (["--unset", "crew.seat"], 2, "crew.seat"),
    ],
)
def test_what_would_not_hold_is_not_written(
    workspace: Path, plan: Path, changes: list[str], status: int, said: str
) -> None:
    before = plan.read_bytes()
    own = ["title=Other", *changes] if changes else []
    done = yaohao("--workspace", workspace, "plan", "set", plan, *own)
    assert done.exit_code == status, done.output
    assert said in done.stderr
    assert plan.read_bytes() == before


def test_a_plan_with_errors_is_mended_key_by_key(workspace: Path, plan: Path) -> None:
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("years = 3", "years = -3").replace('"20%"', '"900%"'))
    done = yaohao("--workspace", workspace, "plan", "set", plan, "tolerance.years=3")
    assert done.exit_code == 0, done.output
    assert "years = 3" in plan.read_text() and '"900%"' in plan.read_text()


def test_the_chance_of_an_entity_under_two_plans(workspace: Path, plan: Path) -> None:
    at = ("--workspace", workspace)
    ids = {one["entity_id"] for one in told(*at, "register", "entities")["entities"]}
    yaohao(*at, "plan", "set", plan, "rates.tier.B=80%", "tolerance.years=0")
    preview = told(*at, "plan", "preview", plan)
    total, seen = 0, set()
    spring = workspace / "plans" / "spring.toml"
    with Workspace(workspace) as opened:
        memory = opened.live_memory()  # as the form has it, for many looks at the same texts
        texts = [(one.read_text(encoding="utf-8"), str(one)) for one in (plan, spring)]
        for number, entity in enumerate(sorted(ids)):
            found = opened.live_chance(*texts[0], entity, memory, before=texts[1])
            if number % 10 == 0:
                assert found == opened.chance(plan, entity, spring)
            side = found["after"]
            seen.add(side["standing"])
            assert found["before"] is not None
            if side["standing"] == "pool":
                total += side["chance"]
                assert side["chance"] == side["expected"] // side["size"]
            if side["standing"] == "directed":
                assert side["chance"] == 1_000_000 and side["reason"]
            if side["standing"] in ("out", "outside"):
                assert side["chance"] == 0
    # The chances of all in the pool are what is expected of the lot, but for what is cut off.
    assert 0 <= preview["expected"] - total < len(ids)
    assert {"pool"} < seen
    shown = yaohao(
        *at, "plan", "chance", plan, min(ids), "--against", workspace / "plans/spring.toml"
    )
    assert shown.exit_code == 0 and "/1,000,000" in shown.stdout
    zh = yaohao(*at, "plan", "chance", plan, min(ids), lang="zh")
    assert zh.exit_code == 0 and "抽中概率" in zh.stdout
    assert yaohao(*at, "plan", "chance", plan, "nobody of this name").exit_code == 2
    as_json = yaohao(*at, "--json", "plan", "chance", plan, min(ids))
    assert json.loads(as_json.stdout)["before"] is None


def test_two_plans_are_compared_by_visits_load_and_bounds(workspace: Path, plan: Path) -> None:
    at = ("--workspace", workspace)
    before = told(*at, "plan", "preview", plan)
    other = plan.with_name("other.toml")
    other.write_text(plan.read_text(encoding="utf-8"), encoding="utf-8")
    quota = ["quota[+].where.region=North", "quota[+].min=15"]
    assert yaohao(*at, "plan", "set", other, *quota).exit_code == 0
    after = told(*at, "plan", "preview", other, "--against", plan)
    changes = {row["what"]: (row["before"], row["after"]) for row in after["against"]["changes"]}
    assert changes["crews.expected_load"] == (before["crews"]["load"], after["crews"]["load"])
    visits = (before["merging"]["visits"], after["merging"]["visits"])
    assert changes["expected.visits"] == visits
    assert changes["expected.rules.quota[1].min"] == (0, after["rules"][0]["expected"])
    shown = yaohao(*at, "plan", "preview", other, "--against", plan)
    assert "expected.visits" in shown.stdout


@pytest.mark.parametrize("front", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_line_ends_and_the_mark_in_front_stay(
    workspace: Path, plan: Path, front: bytes, ends: str
) -> None:
    text = front + plan.read_text(encoding="utf-8").replace("\n", ends).encode()
    plan.write_bytes(text)
    at = ("--workspace", workspace, "plan")
    assert yaohao(*at, "set", plan, "rates.tier.B=45%").exit_code == 0
    assert plan.read_bytes() == text.replace(b'B = "40%"', b'B = "45%"')
    mixed = text.replace(b"\n", b"\r\n", 1) if ends == "\n" else text.replace(b"\r\n", b"\n", 1)
    plan.write_bytes(mixed)
    assert yaohao(*at, "set", plan, "rates.tier.B=45%").exit_code == 0
    assert plan.read_bytes() == mixed.replace(b'B = "40%"', b'B = "45%"')
    wrong = text.replace(b"title", b"titel")
    plan.write_bytes(wrong)
    assert yaohao(*at, "mend", plan, "--take", "1").exit_code == 0
    assert plan.read_bytes() == text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_plan_file_is_changed_anywhere(
    plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    """Without a workspace the file is checked by itself, and what was not is said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("YAOHAO_WORKSPACE", raising=False)
    monkeypatch.setenv("YAOHAO_CONFIG", str(tmp_path / "none.toml"))  # nor a usual one of the user
    before = plan.read_text(encoding="utf-8")
    done = yaohao("plan", "set", plan, "rates.tier.B=45%", lang=lang)
    assert done.exit_code == 0, done.output
    assert plan.read_text(encoding="utf-8") == before.replace('B = "40%"', 'B = "45%"')
    assert ("no workspace" if lang == "en" else "没有工作区") in done.stderr
    assert "workspace" not in done.stdout
    tried = told("plan", "set", plan, "title=X", "--dry-run")
    assert tried["against_registers"] is False and not tried["written"]
    kept = plan.read_bytes()
    for wrong, status in (
        ("limits.totl=3", 2),
        ("rates.tier.A=300%", 1),
        ("tolerance.years=-3", 1),
    ):
        assert yaohao("plan", "set", plan, wrong).exit_code == status
    assert yaohao("plan", "set", tmp_path / "missing.toml", "title=X").exit_code == 2
    assert yaohao("--workspace", tmp_path, "plan", "set", plan, "title=X").exit_code == 2
    assert plan.read_bytes() == kept


def test_what_was_wrong_before_stops_no_other_change(workspace: Path, plan: Path) -> None:
    """A plan with two faults is mended one after another, in any order."""
    here = ("--workspace", workspace, "plan", "set", plan)
    text = plan.read_text(encoding="utf-8").replace('["I-1"]', '["I-1", "NONE"]')
    plan.write_text(text, encoding="utf-8")
    assert yaohao("--workspace", workspace, "plan", "check", plan).exit_code == 1
    assert told(*here, "seeds.select=a lottery")["written"]
    refused = yaohao(*here, "items+=NOR-THIS")
    assert refused.exit_code == 1 and "NOR-THIS" in refused.stderr
    assert told(*here, "items-=NONE")["written"]
    assert yaohao(*here, "items+=NONE").exit_code == 1  # sound by now: it would be a new fault
    assert yaohao("--workspace", workspace, "plan", "check", plan).exit_code == 0


def test_within_a_workspace_it_says_so(workspace: Path, plan: Path) -> None:
    here = ("--workspace", workspace, "plan", "set", plan, "title=X")
    assert told(*here)["against_registers"] is True
    assert "no workspace" not in yaohao(*here).stderr


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_field_has_a_sentence_in_the_help(lang: str) -> None:
    """The table of fields is what the form, the help and docs/plan.md tell of."""
    with language_kept():
        helped = "".join(yaohao("plan", "set", "--help", lang=lang).stdout.split())
        choose_language(lang)
        for about in {field.about for field in FIELDS}:
            words = about_words(about)
            assert words[-1] in ".。" and "`" not in words and "](" not in words, about
            assert "".join(words.split()) in helped, about
        page = Path(__file__).parents[2] / "docs" / f"plan{'' if lang == 'en' else '.zh-CN'}.md"
        text = page.read_text(encoding="utf-8")
        assert plan_page(text, lang) == text
        for field in FIELDS:
            if field.about not in IN_PROSE:
                assert about_markdown(field.about) in text, field.about


IN_PROSE = {
    *(f"rates-{end}" for end in ("min", "max", "count")),
    *(f"where-{column}" for column in CONDITIONS),
    *(f"seeds-{key}" for key in ("kind", "source", "chain", "round")),
    "publication-cosigners-name",
    "publication-cosigners-key",
}
"""What docs/plan.md has sections on, in the place of lines of its table."""

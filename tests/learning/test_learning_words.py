"""The words of this room: both languages, none missing, none left over, and read aloud."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from helpers.cli import language_kept
from yaohao.planner.learning import sentences
from yaohao.planner.learning.activity import activity, movement
from yaohao.planner.learning.backtest import back_test
from yaohao.planner.learning.checks import checks
from yaohao.planner.learning.combining import change
from yaohao.planner.learning.comparisons import at_limit, difference_in_differences
from yaohao.planner.learning.crew_severity import crew_severity
from yaohao.planner.learning.estimates import share_of, three_way, total_wrong
from yaohao.planner.learning.evaluation import drawn_effect, visited_effect
from yaohao.planner.learning.proposals import (
    GREEDY,
    ground,
    kept,
    proposed,
)
from yaohao.planner.learning.sample import (
    Cells,
    DesignSample,
    Table,
    simple_sample,
)
from yaohao.planner.learning.survival import (
    log_rank,
    median,
    restricted_mean,
    survival,
)
from yaohao.planner.learning.tiers import tier_separation
from yaohao.planner.wording.messages import LANGUAGES, catalogue, choose_language

ROOM = Path(__file__).resolve().parents[2] / "planner" / "learning"
FAMILIES = ("rule-", "trial-", "rate-", "say-parallel", "say-continuous")
AMBIGUOUS = re.compile("[…×·“”‘’①②③—─│±°]")
M = 1_000_000


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    with language_kept():
        yield


def used() -> set[str]:
    """Codes that stand in the source, also the ends of those put together."""
    found: set[str] = set()
    for file in ROOM.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        found |= set(re.findall(r"[\"']learning\.([a-z-]+)[\"']", text))
        found |= set(re.findall(r"[\"'](say-[a-z-]+)[\"']", text))
    return found


def test_every_code_has_words_and_every_word_is_used() -> None:
    names = set(catalogue("learning"))
    assert used() - names == set()
    assert {name for name in names - used() if not name.startswith(FAMILIES)} == set()
    assert len(names) > 90


def test_both_languages_with_the_same_parameters() -> None:
    for name, entry in catalogue("learning").items():
        assert set(entry) == set(LANGUAGES), name
        zh, en = (sorted(re.findall(r"{(\w+)", entry[lang])) for lang in ("zh", "en"))
        assert set(zh) == set(en), name
        assert not AMBIGUOUS.search(entry["zh"] + entry["en"]), name
        assert re.search("[\u4e00-\u9fff]", entry["zh"]), name
        assert not re.search("[\u4e00-\u9fff]", entry["en"]), name


def draw(rates: tuple[float, ...] = (0.05, 0.3, 0.6), witnessed: bool = True) -> DesignSample:
    rng = np.random.default_rng(1)
    cells = Cells(np.full(3, 500), np.array([40 * M, 40 * M, M]), np.arange(3))
    cell = np.repeat(np.arange(3), [40, 40, 1])
    outcome = (rng.random(81) < np.array(rates)[cell]).astype(int)
    outcome[::9] = 2
    one = simple_sample(cells, Table(np.array([M]), np.array([[40, 40, 1]])), cell, outcome)
    return DesignSample(
        one.cells, one.table, one.cell, one.outcome, one.chance, one.visited, one.withdrawn,
        one.draw, is_witnessed=witnessed,
    )  # fmt: skip


def every_sentence() -> list[str]:
    rng = np.random.default_rng(3)
    sample, nothing = draw(), draw((0.0, 0.0, 0.0), witnessed=False)
    share = share_of(sample, sample.wrong)
    told = [
        sentences.share(share),
        sentences.share(share_of(nothing, nothing.wrong)),
        sentences.total(total_wrong(sample)),
        sentences.three_way(three_way(sample)),
        *sentences.grounds(checks(sample)),
        *sentences.grounds(checks(nothing)),
        sentences.tiers(tier_separation(sample)),
        sentences.tiers(tier_separation(nothing)),
        sentences.change(change(share, share)),
    ]
    teams = np.stack([np.arange(200), np.arange(200) % 5], axis=1)
    wrong = rng.random(200) < 0.1 + 0.18 * (np.arange(200) % 5)
    deals = [np.stack([np.arange(200), rng.permutation(200) % 5], axis=1) for _ in range(60)]
    for deal, result in ((None, wrong), (deals, wrong), (deals, rng.random(200) < 0.5)):
        told.append(
            sentences.crews(crew_severity(result, np.full(200, 0.5), np.ones(200), teams, deal))
        )
    drawn = np.arange(400) % 2 == 0
    y = (rng.random(400) < 0.2 + 0.4 * drawn).astype(float)
    cell = np.zeros(400, np.int64)
    visited = drawn & (rng.random(400) < 0.8)
    told += [
        sentences.drawn_effect(drawn_effect(y, drawn, cell)),
        sentences.drawn_effect(drawn_effect(rng.random(400), drawn, cell)),
        sentences.visited_effect(visited_effect(y, visited, drawn, cell)),
        sentences.visited_effect(visited_effect(y, rng.random(400) < 0.5, drawn, cell)),
        sentences.compared(difference_in_differences(y, drawn, np.arange(400) > 200,
                                                     np.arange(400) % 9)),
        sentences.compared(at_limit(y, rng.uniform(0, 6, 400), 3, 2.0)),
        sentences.smallest(0.081),
    ]  # fmt: skip
    life = np.minimum(rng.exponential(3, 400), 5)
    curve = survival(life, life < 5)
    told += [
        sentences.survival(curve, 3, "年"),
        sentences.median(median(curve), "年"),
        sentences.median(median(survival(life, np.arange(400) < 5)), "年"),
        sentences.median(median(survival([1.0, 2, 3], [1, 1, 1])), "年"),
        sentences.restricted_mean(restricted_mean(curve, 3), "年"),
        sentences.log_rank(log_rank(life, life < 5, drawn.astype(int))),
        sentences.log_rank(log_rank(life * (1 + drawn), life < 5, drawn.astype(int))),
        sentences.movement(movement([2020.5, 2024.5], [2024.7, math.inf], 2024, 2025)),
        sentences.movement(movement([2020.5], [2024.7], 2024, 2025)),
        sentences.activity(activity([1, 0], [0, 0], [1, 1])),
    ]
    known = ground([1000, 500], [1, 10], [40, 40], [0, 1])
    now = kept(known, [0.1, 0.1])
    told += sentences.proposal(proposed(known, 150), now)
    told += sentences.proposal(proposed(known, 150, GREEDY, 0.0), now)
    score = rng.normal(0, 1, 400)
    for tiers in (score, np.zeros(400)):
        test = back_test(score, rng.random(400) < 0.3, np.arange(400), tiers,
                         np.arange(400) % 3, 50, rounds=20)  # fmt: skip
        told += sentences.back_test(test)
    return told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_result_can_be_read_aloud(lang: str) -> None:
    choose_language(lang)
    told = every_sentence()
    assert len(told) > 45
    for sentence in told:
        assert "{" not in sentence
        assert not re.search(r"\bnan\b|\binf\b|learning\.", sentence), sentence
        assert sentence.endswith("。" if lang == "zh" else "."), sentence
        assert (re.search("[\u4e00-\u9fff]", sentence.replace("年", "")) is not None) == (
            lang == "zh"
        ), sentence
    assert len(set(told)) > 40


def test_a_score_is_explained_line_by_line() -> None:
    from test_risk import TODAY, events, scheme
    from yaohao.planner.learning.risk import scored

    choose_language("en")
    known = {
        "opinion": events((0, 1, 0), (0, 2, 0)),
        "listed": events((0, 3, 0)),
    }
    told = sentences.score(scored(scheme(), known, 1, TODAY), 0)
    assert told == [
        "Score 15, class D.",
        "16 points: opinion (events: 2; basis: Notice 12, article 3)",
        "5 points: listed (events: 1; basis: no basis given)",
        "-6 points: cap on points from opinion monitoring",
        "Class D is set by a veto, whatever the score.",
    ]

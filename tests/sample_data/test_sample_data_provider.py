"""The provider for Faker, and the vocabularies frozen from it."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version

import pytest
from faker import Faker
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10
from yaohao.planner.vocabulary import terms
from yaohao.sample_data import freeze_faker, words
from yaohao.sample_data.entities import COLUMNS
from yaohao.sample_data.leads import COLUMNS as LEADS
from yaohao.sample_data.results import CODES
from yaohao.sample_data.results import COLUMNS as RESULTS
from yaohao.sample_data.roster import COLUMNS as INSPECTORS

from yaohao import sample_data


@pytest.fixture
def fake() -> Faker:
    made = Faker("zh_CN")
    made.add_provider(sample_data.Provider)
    made.seed_instance(4711)
    return made


def test_codes(fake: Faker) -> None:
    for _ in range(50):
        assert uscc.is_valid(fake.credit_code())
        assert mod_11_10.is_valid(fake.registration_number())
    assert len({fake.unique.credit_code() for _ in range(100)}) == 100


def test_records(fake: Faker) -> None:
    triggers = set()
    for _ in range(30):
        entity = fake.entity()
        assert tuple(entity) == COLUMNS and entity["address"].startswith("内蒙古自治区通辽市")
        inspector = fake.inspector()
        assert tuple(inspector) == INSPECTORS
        assert inspector["inspector_id"].startswith(f"ZF-{inspector['regions']}-")
        lead = fake.lead()
        assert tuple(lead) == LEADS
        triggers.add(lead["trigger"])
        result = fake.result()
        assert tuple(result) == RESULTS and result["result"] in CODES
    assert triggers == set(terms.codes("trigger"))


def test_fakers_seed_decides() -> None:
    def made(seed: int) -> list[object]:
        fake = Faker("zh_CN")
        fake.add_provider(sample_data.Provider)
        fake.seed_instance(seed)
        return [fake.entity(), fake.inspector(), fake.lead(), fake.result(), fake.credit_code()]

    assert made(1) == made(1) != made(2)


def test_another_shape() -> None:
    class Old(sample_data.Provider):
        profile = "province"
        division = "1501"
        as_of = date(2020, 5, 1)

    fake = Faker()
    fake.add_provider(Old)
    rows = [fake.entity() for _ in range(20)]
    assert all(row["region"].startswith("1501") for row in rows)
    assert all(row["established_on"] < "2020-05-01" for row in rows)


# Frozen vocabularies.


def test_the_frozen_file_is_what_its_faker_has() -> None:
    told = words.document("faker")
    if version("faker") != told["version"]:
        pytest.skip(f"frozen from Faker {told['version']}")
    assert freeze_faker.FILE.read_text(encoding="utf-8") == freeze_faker.text_of(
        freeze_faker.frozen()
    )


def test_the_frozen_words_are_used_without_brands() -> None:
    told = words.document("faker")
    families, weights = words.family_names()
    assert set(families) <= set(told["family_names"]) and len(families) > 300
    assert weights[families.index("王")] == max(weights)
    used = set(words.trade_names())
    assert {"和泰", "天益", "昊嘉"} <= used & set(told["company_words"])
    assert not {"七喜", "四通"} & used
    assert not [name for name in used if words.is_denied(name)]
    assert {"伟", "淑兰"} <= set(words.given_names())
    for family in families:
        for given in ("宁", "小米"):
            assert not words.is_denied(family + given) or given not in words.given_names()


def test_freezing_writes_the_file(tmp_path: object, capsys: pytest.CaptureFixture[str]) -> None:
    from pathlib import Path

    file = Path(str(tmp_path)) / "faker.json"
    assert freeze_faker.main(file) == 0
    assert file.read_text(encoding="utf-8").startswith('{\n  "source"')
    assert str(file) in capsys.readouterr().out

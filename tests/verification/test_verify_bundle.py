"""The verifier that every public bundle carries: what it accepts, and that nothing gets past it."""

from __future__ import annotations

import ast
import copy
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from helpers import bundle_maker as maker
from helpers.campaign import every, tried
from hypothesis import given, settings
from hypothesis import strategies as st
from yaohao.planner.publication.verifier import verify as verifier
from yaohao.planner.vocabulary.text import tidy

PROGRAM = Path(verifier.__file__)
KINDS = [(stage, tiers) for stage in maker.STAGES for tiers in ("hidden", "shown")]
Files = maker.Files


def verified(files: Files) -> verifier.Report:
    """The report on files held in memory; no check may have come to grief."""
    report = verifier.verify(bundle_of(files))
    assert "broken" not in {fault.what.word for r in report.results for fault in r.faults}
    return report


def bundle_of(files: Files) -> verifier.Bundle:
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    return verifier.Bundle(files, digests)


def failed(files: Files) -> list[str]:
    return [result.name for result in verified(files).results if result.status == "fail"]


def record_at(stage: str, tiers: str = "hidden", **options: Any) -> maker.Json:
    return maker.record_of(stage, maker.plan_of(tiers), **options)


def written(folder: Path, files: Files) -> Path:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


# ------------------------------------------------------------------------------- what is accepted


@pytest.mark.parametrize(("stage", "tiers"), KINDS)
def test_valid_bundle_passes(
    stage: str, tiers: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, maker.bundle_of(record_at(stage, tiers)))
    assert verifier.main([str(tmp_path), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["stage"], report["draw"], report["passed"]) == (stage, "2027q1-1", True)
    made = {check["name"] for check in report["checks"] if check["status"] == "pass"}
    all_checks = {check["name"] for check in report["checks"]}
    # the maker's bundles have none of these
    all_checks -= {"page", "signature", "stamp", "evidence"}
    if stage == "dealt":
        assert made == all_checks
    if stage == "committed":
        assert all_checks - made == {
            "seed-select", "tickets", "numbers", "cells", "visits",
            "commitment-crew", "seed-crew", "seed-fresh",
        }  # fmt: skip
    assert any("2027q1-0" in one["finding"] for one in report["warnings"])


@pytest.mark.parametrize("reached", ["committed", "drawn", "staffed"])
def test_draw_abandoned_at_any_stage_passes(reached: str) -> None:
    for tiers in ("hidden", "shown"):
        record = record_at("abandoned", tiers, reached=reached)
        assert verified(maker.bundle_of(record)).passed


@pytest.mark.parametrize("seeded", ["select", "crew"])
def test_draw_abandoned_between_seed_and_result_passes(seeded: str) -> None:
    reached = "drawn" if seeded == "select" else "dealt"
    record = record_at("abandoned", reached=reached, followed=False)
    if seeded == "select":
        record["visits"] = []
        record["select"].update({"outcome": None, "cells": None})
    for visit in record["visits"]:
        visit.update({"inspectors": [], "result": "0"})
    decided = {"select": "draw", "crew": "crews"}[seeded]
    acts = [act for act in maker.acts_of(record) if act["act"] != decided]
    acts = [act for act in acts if act.get("stage") != "drawn" or seeded == "crew"]
    assert verified(maker.bundle_of(record, [*maker.opening(), *acts])).passed


def test_seed_without_result_fails_unless_abandoned() -> None:
    record = record_at("drawn")
    record["visits"] = []
    record["select"].update({"outcome": None, "cells": None})
    acts = [act for act in maker.acts_of(record, publications=False) if act["act"] != "draw"]
    assert failed(maker.bundle_of(record, [*maker.opening(), *acts])) == ["stage"]


texts = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from(list("=+-@'\",;\r\n\t ")), min_size=1
)


@st.composite
def bundles(draw: st.DrawFn) -> Files:
    """Valid bundles of many shapes."""
    cell = st.tuples(st.integers(1, 6), st.integers(0, 6), st.booleans())
    cells = [
        (size, min(count, size), max(min(count, size) * 1_000_000 - down, 1))
        for size, count, down in draw(st.lists(cell, max_size=4))
    ]
    seats = sorted(
        [
            {"department": "A", "qualification": q}
            for q in draw(st.sampled_from(["  ", "zy", "bca"]))
        ]
        + [{"department": "B", "qualification": q} for q in ("", "food")],
        key=lambda seat: (seat["department"], seat["qualification"]),
    )
    for seat in seats:
        seat["qualification"] = seat["qualification"].strip()
    plan = maker.plan_of(draw(st.sampled_from(["hidden", "shown"])), draw(st.integers(0, 3)))
    plan["crew"] = {"size": 2, "department": "", "seats": seats}
    plan["title"] = tidy(draw(texts))[:200].strip() or "t"
    record = maker.record_of(
        draw(st.sampled_from(maker.STAGES)),
        plan,
        cells=cells,
        directed=draw(st.integers(0, 3)),
        names=draw(st.lists(texts, min_size=1)),
        witnesses=draw(st.lists(texts, max_size=2)),
        reached=draw(st.sampled_from(["committed", "drawn", "staffed"])),
    )
    return maker.bundle_of(record)


@settings(max_examples=60, deadline=None)
@given(bundles())
def test_no_valid_bundle_is_refused(files: Files) -> None:
    assert failed(files) == []


def test_warnings_name_what_fails_nothing() -> None:
    record = record_at("dealt", source="", witnesses=())
    acts = [*maker.opening(), *maker.acts_of(record_at("drawn", draw="other"))]
    files = maker.bundle_of(record, [*acts, *maker.acts_of(record)])
    # the times of the other draw run past those of this one
    lines = [json.loads(line)["act"] for line in files["ledger.jsonl"].splitlines()]
    acts = sorted(lines, key=lambda act: act["at"])
    files = maker.sealed({**maker.bundle_of(record, acts), "visits.xlsx": b"PK"})
    report = verified(files)
    assert report.passed
    assert [(warning.word, warning.params.get("draw")) for warning in report.warnings] == [
        ("unwitnessed", None),
        ("unwitnessed", None),
        ("unattested", None),
        ("frozen-again", None),
        ("abandoned-earlier", "2027q1-0"),
        ("unfinished", "other"),
        ("workbook", None),
    ]


# ------------------------------------------------------------------ any change in one file is found


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a document, containers too, the document itself left out."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in inner:
        yield (*path, key)
        if isinstance(item, dict | list):
            yield from places(item, (*path, key))


def others(value: Any) -> list[Any]:
    """Values in the place of `value`: one of its own type where there is one, one of another."""
    if value is None:
        return ["x", []]
    if isinstance(value, bool):
        return [not value, int(value)]
    if isinstance(value, int):
        return [value + 1, str(value)]
    if isinstance(value, str):
        return [value[:-1] + ("1" if value[-1:] == "0" else "0"), None]
    return [None, {} if isinstance(value, list) else []]


def changed(document: Any) -> Iterator[Any]:
    """The document with one value changed, or one element or key taken out, put in or moved."""
    for path in list(places(document)):
        holder = document
        for key in path[:-1]:
            holder = holder[key]
        key, value = path[-1], holder[path[-1]]
        for other in others(value):
            holder[key] = other
            yield document
        holder[key] = value
        if isinstance(value, list):
            yield from changed_list(document, value)
        elif isinstance(value, dict):
            value["zz"] = 0
            yield document
            del value["zz"]
        if isinstance(holder, dict):
            del holder[key]
            yield document
            holder[key] = value


def changed_list(document: Any, items: list[Any]) -> Iterator[Any]:
    kept = list(items)
    for index, item in enumerate(kept):
        items[:] = kept[:index] + kept[index + 1 :]
        yield document
        items[:] = [*kept[:index], item, *kept[index:]]
        yield document
        following = index + 1
        if following < len(kept) and kept[following] != item:
            items[:] = [*kept[:index], kept[following], item, *kept[index + 2 :]]
            yield document
    items[:] = [*kept, "x"]
    yield document
    items[:] = kept


def wrapped(items: list[Any]) -> Iterator[list[Any]]:
    """The list with one change as in `changed`, wherever in it; the list itself stays a list."""
    for document in changed({"items": items}):
        if document.keys() == {"items"} and document["items"] and type(document["items"]) is list:
            yield document["items"]


def assert_found(files: Files, name: str, data: bytes) -> None:
    """A file put in the place of another is found though SHA256SUMS is mended to match."""
    assert data != files[name]
    case = verifier.Case(bundle_of(maker.sealed({**files, name: data})))
    results = verifier.results_of(case)
    assert next(results).status == "pass"
    fault = next((r.faults[0] for r in results if r.status == "fail"), None)
    assert fault is not None, data
    assert fault.what.word != "broken", data


@pytest.mark.parametrize("step", every(4))
@pytest.mark.parametrize(("stage", "tiers"), KINDS)
def test_any_change_of_the_record_is_found(stage: str, tiers: str, step: int) -> None:
    files = maker.bundle_of(record_at(stage, tiers))
    number = 0
    for document in islice(changed(json.loads(files["draw.json"])), 0, None, step):
        assert_found(files, "draw.json", maker.record_bytes(document))
        number += 1
    assert number > 300 // step


@pytest.mark.parametrize(("stage", "tiers"), [("dealt", "shown"), ("abandoned", "hidden")])
@pytest.mark.parametrize("step", every(4))
def test_any_change_of_the_ledger_is_found(stage: str, tiers: str, step: int) -> None:
    files = maker.bundle_of(record_at(stage, tiers))
    lines = [json.loads(line) for line in files["ledger.jsonl"].splitlines()]
    for document in islice(wrapped(lines), 0, None, step):
        assert_found(files, "ledger.jsonl", maker.ledger_bytes(document))


def test_any_change_of_an_act_is_found_though_the_chain_is_mended() -> None:
    files = maker.bundle_of(record_at("dealt", "shown"))
    acts = [json.loads(line)["act"] for line in files["ledger.jsonl"].splitlines()]
    for document in wrapped(acts):
        data = maker.ledger_bytes(maker.chain(document))
        assert_found(files, "ledger.jsonl", data)


@pytest.mark.parametrize(("stage", "tiers"), [("dealt", "shown"), ("drawn", "hidden")])
@pytest.mark.parametrize("step", every(4))
def test_any_change_of_the_table_is_found(stage: str, tiers: str, step: int) -> None:
    record = record_at(stage, tiers)
    files = maker.bundle_of(record)
    for document in islice(wrapped(maker.table_of(record)), 0, None, step):
        rows = [["" if cell is None else str(cell) for cell in row or ()] for row in document]
        if rows != maker.table_of(record):
            assert_found(files, "visits.csv", maker.table_bytes(rows))


FLIPPED = maker.bundle_of(record_at("dealt", "shown"))


def test_every_other_way_of_writing_the_record_is_found() -> None:
    record = json.loads(FLIPPED["draw.json"])
    others = [
        json.dumps(record, ensure_ascii=False, sort_keys=True, indent=1) + "\n",
        json.dumps(record, ensure_ascii=True, sort_keys=True, indent=2) + "\n",
        json.dumps(record, ensure_ascii=False, sort_keys=True, indent=2),
        json.dumps(dict(reversed(record.items())), ensure_ascii=False, indent=2) + "\n",
        maker.compact(record) + "\n",
        "\ufeff" + FLIPPED["draw.json"].decode(),
        FLIPPED["draw.json"].decode().replace("\n", "\r\n"),
        FLIPPED["draw.json"].decode().replace('"outcome": 4', '"outcome": 4.0'),
        FLIPPED["draw.json"].decode().replace('"outcome": 4', '"outcome": 4,\n    "outcome": 4'),
    ]
    for text in others:
        assert_found(FLIPPED, "draw.json", text.encode())


# --------------------------------------------------- lies that agree with themselves are found

Lie = Callable[[maker.Json], object]


def drawn(record: maker.Json) -> list[maker.Json]:
    return [visit for visit in maker.kept(record) if visit["standing"] == "pool"]


def again(record: maker.Json) -> None:
    """Put what follows from visits and select back in step after a change."""
    crew, select = record["crew"], record["select"]
    crew["visits"] = maker.digest(maker.visits_document(record))
    parts = (select["commitment"], crew["visits"], crew["roster"])
    crew["commitment"] = maker.sha("yaohao/2|crew|" + "|".join(parts))
    crew["key"] = maker.sha(crew["commitment"] + "|" + crew["seed"])[:32]


def swap_visits(record: maker.Json) -> None:
    visits = record["visits"]
    visits[0], visits[1] = visits[1], visits[0]


def in_order(record: maker.Json) -> None:
    """Put the visits in the protocol's order: by place, reserves by their ticket."""
    key = record["select"]["key"]
    record["visits"].sort(
        key=lambda v: (rank(v), v["ticket"] if v["reserve"] else maker.place(key, v["entity_id"]))
    )


def other_entity(record: maker.Json) -> None:
    record["visits"][0]["entity_id"] = "91150502MA99999999"
    in_order(record)


def other_reserve(record: maker.Json) -> None:
    record["visits"][-1]["entity_id"] = "91150502MA99999999"


def drop_drawn(record: maker.Json) -> None:
    del record["visits"][0]


def reserve_for_drawn(record: maker.Json) -> None:
    """A reserve of a cell takes the place of its last drawn entity."""
    out = max(drawn(record), key=lambda v: (v["cell"] == 1, v["ticket"]))
    into = next(v for v in record["visits"] if v["reserve"] and v["cell"] == 1)
    out["reserve"], into["reserve"] = True, False
    in_order(record)
    for visit in record["visits"]:
        if visit["reserve"]:
            visit.update({"inspectors": [], "result": "0"})
        elif not visit["inspectors"]:
            visit["inspectors"] = ["i01", "i02"]


def rank(visit: maker.Json) -> int:
    return 2 if visit["reserve"] else int(visit["standing"] == "directed")


def put(*path: Any, value: Any) -> Lie:
    """The lie that sets one value of the record."""

    def lie(record: maker.Json) -> None:
        holder: Any = record
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = value

    return lie


def threshold_above(record: maker.Json) -> None:
    record["select"]["cells"][0]["threshold"] = "f" * 64


def one_inspector_twice(record: maker.Json) -> None:
    record["visits"][0]["inspectors"] = ["i01", "i01"]


LIES: dict[str, tuple[Lie, set[str]]] = {
    "format": (put("format", value="yaohao/3"), {"draw-form"}),
    "title": (put("title", value="another"), {"plan"}),
    "visits swapped": (swap_visits, {"order"}),
    "entity put in": (other_entity, {"tickets"}),
    "reserve put in": (other_reserve, {"tickets"}),
    "drawn entity left out": (drop_drawn, {"cells"}),
    "reserve drawn": (reserve_for_drawn, {"cells"}),
    "threshold": (threshold_above, {"cells"}),
    "cell size": (put("select", "cells", 0, "size", value=7), {"cells"}),
    "cell count": (put("select", "cells", 0, "count", value=3), {"cells"}),
    "cell number": (put("select", "cells", 0, "number", value=2), {"cells"}),
    "cell name twice": (put("select", "cells", 0, "cell", value=maker.blind(2)), {"cells"}),
    "cell of visit": (put("visits", 0, "cell", value=2), {"cells"}),
    "no such cell": (put("visits", 0, "cell", value=9), {"cells"}),
    "pool visit without cell": (put("visits", 0, "cell", value=None), {"cells"}),
    "expected of visit": (put("visits", 0, "expected", value=1_700_000), {"cells"}),
    "crew too small": (put("visits", 0, "inspectors", value=["i01"]), {"crews"}),
    "inspector twice": (one_inspector_twice, {"crews"}),
    "crew unsorted": (put("visits", 0, "inspectors", value=["i02", "i01"]), {"crews"}),
    "reserve with crew": (put("visits", -1, "inspectors", value=["i01", "i02"]), {"crews"}),
    "directed reserve": (
        put("visits", -1, "standing", value="directed"),
        {"order", "numbers", "cells", "rounds"},
    ),
    "scope": (put("select", "counts", "scope", value=99), {"numbers", "rounds"}),
    "commitment": (put("select", "commitment", value="0" * 64),
                   {"commitment-select", "seed-select", "commitment-crew", "rounds"}),
    "key": (put("select", "key", value="0" * 32), {"seed-select", "tickets", "rounds"}),
    "crew commitment": (put("crew", "commitment", value="0" * 64),
                        {"commitment-crew", "seed-crew", "rounds"}),
    "crew key": (put("crew", "key", value="0" * 32), {"seed-crew", "rounds"}),
    "visits of the crew round": (put("crew", "visits", value="0" * 64),
                                 {"commitment-crew", "visits", "rounds"}),
    "seed before commitment": (put("select", "seeded_at", value="2027-01-04T00:00:00Z"),
                               {"seed-select", "ledger-times"}),
    "crew seed before commitment": (put("crew", "seeded_at", value="2027-01-06T23:00:00Z"),
                                    {"seed-crew", "ledger-times"}),
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_lie_that_agrees_with_itself_is_named(name: str) -> None:
    lie, checks = LIES[name]
    record = maker.record_of("dealt", maker.plan_of("shown"), followed=False)
    lie(record)
    # a lie about the crew round itself stands; any other is carried through to it
    if record["crew"]["visits"] != "0" * 64 and "0" * 32 not in json.dumps(record):
        again(record)
    assert set(failed(maker.bundle_of(record))) == checks


@pytest.mark.parametrize(
    ("seed", "right"),
    [
        ("12345678901234567890", True),
        ("1234-5678 9012 3456-7890", True),
        ("1234-5678, 9012 3456-7890", False),
        ("1234 5678|9012 3456 7890", False),
        ("1234567890123456789", False),
        ("1 2 3 4 5 6 7 8 9 0 - - - - - - - - - - - -", False),
        (
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            False,
        ),
        ("ab" * 32, True),
        ("ab" * 31 + "a", False),
        ("a b " * 32, False),  # stripped: no
        ("a b " * 31 + "a b", True),
        ("abcdefghijklmnop", True),  # 16 characters of 4 bits
        ("abcdefghijklmno", False),
        (" 12345678901234567890", False),
        ("12345678901234567890\n", False),
        ("12345678901234567890 e\u0301", False),
        ("12345678901234567890 \u00e9", True),
        ("１２３４５６７８９０１２３４５６７８９０", False),  # full width: not in normal form
    ],
)
def test_seed_form(seed: str, right: bool) -> None:
    for name in ("select", "crew"):
        record = record_at("dealt", **{f"{name}_seed": seed})
        checks = set() if right else {f"seed-{name}", "rounds"}
        assert set(failed(maker.bundle_of(record))) == checks


def test_plan_out_of_range_is_named() -> None:
    seat = {"department": "B", "qualification": ""}
    food = {"department": "B", "qualification": "food"}
    crew = {"size": 2, "department": "B"}
    changes: list[maker.Json] = [
        {"window": ["2027-03-31", "2027-01-11"]},
        {"window": ["2027-02-30", "2027-03-31"]},
        {"window": ["2027-03-31"]},
        {"as_of": "2027-1-4"},
        {"rates": {"tier": {"A": 1_000_001}, "unknown_tier": "A"}},
        {"rates": {"tier": {"A": {"count": -1}}, "unknown_tier": "A"}},
        {"rates": {"tier": {"A": 1}, "unknown_tier": "B"}},
        {"rates": {"region": {"15": 1}, "unknown_tier": "B"}},
        {"rates": {"region": {"15": 1}, "unknown_tier": "B", "base": "tier"}},
        {"rates": {"region": {}, "unknown_tier": "B", "base": "region"}},
        {"rates": {"kind": {"15": 1}, "unknown_tier": "B", "base": "region"}},
        {"rates": {"kind": {"shop": 1}, "unknown_tier": "B", "base": "kind"}, "quota": []},
        {"rates": {"tier": {"A": {"min": None, "max": None}}, "unknown_tier": "A"}},
        {"rates": {"tier": {"A": {"min": 2, "max": 1}}, "unknown_tier": "A"}},
        {"rates": {"tier": {"A": {"min": 2}}, "unknown_tier": "A"}},
        {"rates": {"tier": {"A": {"min": {"count": 2, "of": 3}, "max": 1}}, "unknown_tier": "A"}},
        {"rates": {"tier": {"A": 1}, "colour": {"red": 1}, "unknown_tier": "A"}},
        {"rates": []},
        {"coverage": [{"where": {}}]},
        {"coverage": [{"where": {"kind": []}, "within_years": 2}]},
        {"coverage": [{"where": {"colour": ["red"]}, "within_years": 2}]},
        {"coverage": [{"where": {"kind": ["shop"]}, "within_years": 0}]},
        {"coverage": None},
        {"quota": [{"where": {"kind": ["shop"]}, "min": {"count": 1}, "max": None}]},
        {"quota": [{"where": {"fields": ["food"]}, "min": {"count": 1}, "max": None}]},
        {"quota": [{"where": {}, "min": None, "max": None}]},
        {"quota": [{"where": {}, "min": 1, "max": None}]},
        {"quota": [{"where": {}, "min": {"count": 2}, "max": {"count": 1}}]},
        {"quota": [{"where": {}, "min": {"share": 2, "of": "pool"}, "max": None}]},
        {"quota": [{"where": [], "min": {"share": 2, "of": "draw"}, "max": None}]},
        {
            "quota": [
                {
                    "where": {},
                    "min": {"share": 2, "of": "draw"},
                    "max": {"share": 1, "of": "draw"},
                }
            ]
        },
        {"limits": {"visits_per_year": 2, "days_between": 60, "total": 0}},
        {"crew": {**crew, "size": 0, "seats": [seat]}},
        {"crew": {**crew, "seats": [seat]}},
        {"crew": {**crew, "seats": []}},
        {"crew": {**crew, "seats": [food, seat]}},
        {"crew": {**crew, "seats": [food, food]}},
        {"crew": {**crew, "seats": [seat, seat, food]}},
        {"title": ""},
        {"extra": 1},
    ]
    for change in changes:
        record = maker.record_of("committed", maker.plan_of(**change))
        assert failed(maker.bundle_of(record)) == ["plan-form"], change


def test_rules_on_groups_may_stand() -> None:
    record = maker.record_of("dealt", maker.plan_of(**maker.RULES))
    assert failed(maker.bundle_of(record)) == []
    for lacking in maker.RULES["strata"]:
        strata = [name for name in maker.RULES["strata"] if name != lacking]
        record = maker.record_of("committed", maker.plan_of(**{**maker.RULES, "strata": strata}))
        assert failed(maker.bundle_of(record)) == ["plan-form"], lacking


def test_rates_may_be_of_any_stratum() -> None:
    rates = {"kind": {"shop": {"min": None, "max": {"count": 4}}, "other": 5}, "base": "kind"}
    for name in ("unknown", "refuse"):
        strata = ["kind", "tier", "key"]
        changed: maker.Json = {"rates": {**rates, "unknown_tier": name}, "strata": strata}
        record = maker.record_of("committed", maker.plan_of(**changed))
        assert failed(maker.bundle_of(record)) == []


def acts_with(record: maker.Json, change: Callable[[list[maker.Json]], object]) -> list[maker.Json]:
    acts = copy.deepcopy([*maker.opening(), *maker.acts_of(record)])
    change(acts)
    return acts


def act(acts: list[maker.Json], kind: str, draw: str = "2027q1-1") -> maker.Json:
    return next(a for a in acts if a["act"] == kind and a.get("draw", draw) == draw)


def redraw(acts: list[maker.Json]) -> None:
    acts.append({**act(acts, "draw"), "at": acts[-1]["at"]})


def go_on(acts: list[maker.Json]) -> None:
    first = {**act(acts, "commitment", "2027q1-0"), "at": acts[-1]["at"]}
    acts.append(first)


LEDGERS: dict[str, tuple[Callable[[list[maker.Json]], object], set[str]]] = {
    "drawn again": (redraw, {"ledger-order"}),
    "on after the abandonment": (go_on, {"ledger-order"}),
    "no workspace": (lambda acts: acts.pop(0), {"ledger-order"}),
    "no freeze": (lambda acts: acts.remove(act(acts, "freeze")), {"ledger-order"}),
    "no commitment": (lambda acts: acts.remove(act(acts, "commitment")), {"ledger-order"}),
    "rows": (lambda acts: acts[1].update(rows=13), {"ledger-order"}),
    "stage": (
        lambda acts: act(acts, "publication").update(stage="dealt"), {"ledger-order"}),
    "unknown act": (lambda acts: acts[5].update(act="party"), {"ledger-form"}),
    "round": (lambda acts: act(acts, "commitment").update(round="third"), {"ledger-form"}),
    "act no text": (lambda acts: acts[5].update(act=["x"]), {"ledger-form"}),
    "slash": (lambda acts: act(acts, "commitment").update(act="commitment/select"),
              {"ledger-form"}),
    "extra member": (lambda acts: acts[5].update(extra=1), {"ledger-form"}),
    "time": (lambda acts: acts[5].update(at="2027-01-02T24:00:00Z"), {"ledger-form"}),
    "time back": (lambda acts: acts[5].update(at="2027-01-01T00:00:00Z"), {"ledger-times"}),
    "register": (lambda acts: acts[1].update(content="0" * 64), {"register"}),
    "frame between freeze and commitment": (
        lambda acts: act(acts, "freeze").update(frame="0" * 64), {"rounds", "record"}),
    "witnesses": (lambda acts: act(acts, "seed").update(witnessed=3), {"record"}),
    "witness names": (lambda acts: act(acts, "seed").update(witnesses="0" * 64), {"record"}),
    "outcome": (lambda acts: act(acts, "draw").update(outcome=5), {"record"}),
    "source": (lambda acts: act(acts, "commitment").update(parts=[{"kind": "dice", "source": "x"}]),
               {"record"}),
    "numbers": (lambda acts: act(acts, "draw").update(drawn=6), {"numbers", "cells",
                "rounds"}),
    "visits": (lambda acts: act(acts, "draw").update(visits="0" * 64),
               {"visits", "rounds"}),
    "cells": (lambda acts: act(acts, "draw").update(cells="0" * 64), {"cells"}),
    "crews": (lambda acts: act(acts, "crews").update(crews="0" * 64), {"crews"}),
    "dealt": (lambda acts: act(acts, "crews").update(dealt=8), {"crews", "rounds"}),
    "key of an abandoned draw": (
        lambda acts: act(acts, "seed", "2027q1-0").update(key="0" * 32), {"rounds"}),
}  # fmt: skip


@pytest.mark.parametrize("name", LEDGERS)
def test_ledger_that_hangs_together_but_lies_is_named(name: str) -> None:
    change, checks = LEDGERS[name]
    record = record_at("dealt", "shown")
    assert set(failed(maker.bundle_of(record, acts_with(record, change)))) == checks


def test_stage_must_agree_with_the_ledger() -> None:
    record = record_at("dealt")
    for other in ("committed", "drawn", "staffed", "abandoned"):
        acts = [*maker.opening(), *maker.acts_of(record)]
        assert "stage" in failed(maker.bundle_of(record_at(other), acts))
    assert failed(maker.bundle_of(record, maker.opening())) == ["stage"]
    record["draw"] = "2027q1-0"
    assert "stage" in failed(maker.bundle_of(record, maker.opening()))


def test_classes_shown_where_the_plan_hides_them_are_found() -> None:
    hidden, shown = record_at("dealt"), record_at("dealt", "shown")
    for change in (
        lambda r: r["select"].update(cells=shown["select"]["cells"]),
        lambda r: r["visits"][0].update(cell=1),
        lambda r: r["visits"][0].update(expected=1),
    ):
        record = copy.deepcopy(hidden)
        change(record)
        assert failed(maker.bundle_of(record)) == ["draw-form"]


def test_results_and_crews_before_the_deal_are_found() -> None:
    record = record_at("staffed")
    record["visits"][0].update({"result": "1", "inspectors": ["i01", "i02"]})
    assert failed(maker.bundle_of(record)) == ["crews", "results"]


# ----------------------------------------------------------------------------------------- folders


def sums_without(files: Files, name: str) -> bytes:
    lines = files["SHA256SUMS"].splitlines(keepends=True)
    return b"".join(line for line in lines if name.encode() not in line)


FOLDERS: dict[str, tuple[Callable[[Files], object], str]] = {
    "nothing": (lambda f: f.clear(), "file-missing"),
    "no sums": (lambda f: f.pop("SHA256SUMS"), "file-missing"),
    "no record": (lambda f: f.pop("draw.json"), "file-missing"),
    "no table": (lambda f: f.pop("visits.csv"), "file-missing"),
    "no ledger": (lambda f: f.pop("ledger.jsonl"), "file-missing"),
    "no program": (lambda f: f.pop("verify.py"), "file-missing"),
    "no ledger, nor told of": (
        lambda f: (f.update(SHA256SUMS=sums_without(f, "ledger")), f.pop("ledger.jsonl")),
        "file-missing"),
    "unlisted": (lambda f: f.update({"visits.xlsx": b""}), "file-unlisted"),
    "foreign": (lambda f: f.update({"evil.sh": b""}), "file-foreign"),
    "listed twice": (
        lambda f: f.update(SHA256SUMS=f["SHA256SUMS"] + f["SHA256SUMS"]), "sums-twice"),
    "itself": (
        lambda f: f.update(SHA256SUMS=b"0" * 64 + b"  SHA256SUMS\n" + f["SHA256SUMS"]),
        "file-missing"),
    "outside": (
        lambda f: f.update(SHA256SUMS=b"0" * 64 + b"  ../x\n" + f["SHA256SUMS"]), "sums-line"),
    "unsorted": (
        lambda f: f.update(SHA256SUMS=b"".join(reversed(f["SHA256SUMS"].splitlines(True)))),
        "sums-form"),
    "CR LF": (lambda f: f.update(SHA256SUMS=f["SHA256SUMS"].replace(b"\n", b"\r\n")),
              "file-missing"),
    "not ended": (lambda f: f.update(SHA256SUMS=f["SHA256SUMS"][:-1]), "sums-form"),
    "no text": (lambda f: f.update(SHA256SUMS=b"\xff"), "utf8"),
    "empty": (lambda f: f.update(SHA256SUMS=b""), "file-unlisted"),
    "changed": (lambda f: f.update({"verify.py": b"pass"}), "sums-digest"),
}  # fmt: skip


@pytest.mark.parametrize("name", FOLDERS)
def test_folder_that_is_no_bundle_is_found(name: str, tmp_path: Path) -> None:
    change, word = FOLDERS[name]
    files = maker.bundle_of(record_at("drawn"))
    change(files)
    bundle = verifier.read_bundle(written(tmp_path, files))
    first = verifier.verify(bundle).results[0]
    assert (first.name, first.status) == ("files", "fail")
    assert word in {fault.what.word for fault in first.faults}
    assert verifier.main([str(tmp_path)]) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a system with pipes and links")
@pytest.mark.parametrize("name", ["draw.json", "verify.py", "SHA256SUMS", "visits.csv"])
def test_files_that_are_no_files_are_not_followed(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    for kind in ("link", "loop", "folder", "pipe"):
        folder.mkdir()
        written(folder, maker.bundle_of(record_at("drawn")))
        place = folder / name
        place.rename(tmp_path / "aside")
        if kind == "link":
            place.symlink_to(tmp_path / "aside")
        elif kind == "loop":
            place.symlink_to(place)
        elif kind == "folder":
            place.mkdir()
        else:
            os.mkfifo(place)
        first = verifier.verify(verifier.read_bundle(folder)).results[0]
        assert "file-odd" in {fault.what.word for fault in first.faults}, kind
        assert verifier.main([str(folder)]) == 1
        shutil.rmtree(folder)


def test_audit_folder_may_be_checked_too(tmp_path: Path) -> None:
    files = maker.bundle_of(record_at("drawn"))
    del files["verify.py"]
    record = json.loads(files["draw.json"])
    files.update({"frame.parquet": b"PAR1", "secret": b"0" * 64 + b"\n"})
    files.update(dict.fromkeys(("earlier.json", "leads.json", "lists.json"), b"[]\n"))
    row = '["e1","a","b","A","15","","enterprise","active","","","",0]'
    head = maker.compact({"columns": list(verifier.COLUMNS), "withheld": []})
    files["entities.jsonl"] = f"{head}\n{row}\n".encode()
    for name, document in (
        ("plan.json", record["plan"]),
        ("visits.json", maker.visits_document(record)),
        ("roster-before.json", maker.ROSTER_BEFORE),
        ("lottery.json", {"cells": [], "outcomes": [], "widened": []}),
    ):
        files[name] = f"{maker.compact(document)}\n".encode()
    report = verifier.verify(verifier.read_bundle(written(tmp_path, maker.sealed(files))))
    failing = {
        result.name: result.faults[0].what.word for result in report.results if result.faults
    }
    # the maker's are digests of nothing
    assert failing == {"lottery": "commitment", "registers": "differs-ledger"}
    assert report.warnings[-1].word == "audit"


# ---------------------------------------------------------------------------------------- hostility

HOSTILE = [
    b"", b"\xff\xfe", b"null", b"[]", b"{}", b"0", b'"x"', b"NaN", b"[NaN]", b"-Infinity",
    b"1e999", b"[1.5]", b"9" * 100_000, b"-" + b"9" * 5000, b"9007199254740992",
    b"[" * 200_000, b"[" * 5000 + b"]" * 5000, b'{"a":' * 5000 + b"1" + b"}" * 5000,
    b"[" * 40 + b"]" * 40, b'{"a": 1, "a": 1}', b'"\\ud800"', b'{"\\udfff": 1}', b"{\"a\": '1'}",
    b"\xef\xbb\xbf{}", b"\x00", b"\n", b"\r\n\r\n", b'{"act": [], "entry": {}, "previous": 0}\n',
    b'{"act":{},"entry":"x","previous":"y"}\n', b"[[[]]]\n[[[]]]\n", b'a,"b\nc', b"\xef\xbb\xbf",
]  # fmt: skip


@pytest.mark.parametrize("name", ["draw.json", "ledger.jsonl", "visits.csv", "SHA256SUMS"])
def test_hostile_file_is_a_finding(name: str) -> None:
    for data in HOSTILE:
        files = {**FLIPPED, name: data}
        assert failed(files if name == "SHA256SUMS" else maker.sealed(files))


def test_hostile_texts_are_printed_harmless() -> None:
    record = record_at("abandoned")
    record["abandoned"]["reason"] = "\x1b[31m" + "x" * 10_000 + "\u202e\n\u2028\x07"
    record["draw"] = "\x1b]0;title\x07\u202e"
    report = verified(maker.bundle_of(record))
    assert report.passed
    lines = verifier.as_text(report, "en", verbose=True).split("\n")
    notes = [one for one in report.warnings if one.word != "unattested"]  # in the verdict
    ending = verifier.verdict(report, "en")
    assert lines[-len(ending) :] == ending
    assert len(ending) == 3  # it holds, the level of the selection, and that nobody attests it
    assert len(lines) == len(verifier.CHECKS) + len(notes) + len(ending)
    assert not any(re.search("[\x00-\x1f\x7f-\x9f\u202e\u2028]", line) for line in lines)
    assert max(map(len, lines)) < 400


# ------------------------------------------------------------------------ the protocol's words


def test_vectors_of_the_protocol() -> None:
    key = "00112233445566778899aabbccddeeff"
    tickets = {
        "91150502MA0N1A2B3H": "4f74b480e80b2768e48303a192543431e4ba9c1d78449a3a8f894c4b6bc34db4",
        "150502000000017": "911b8276b4f15e85a283cfe726a9dae18c55e14b17b74f0c7da9ce1b4fba28e9",
        "cafe-1": "1a9ba6cd79222ed83f6f3f6230c90970a5646759eed3eae4f7121a481ebd7155",
        "Z": "19b9d74a53a919e71bc7313b9ffb60d1227932afa5a9713f2e13743ea068fd39",
        "allocation": "63bc3dfd17b5b4151185867a77d03f8370f903d24e739a3be61dc5ec32629d8f",
    }
    assert {entity: verifier.ticket_of(key, entity) for entity in tickets} == tickets
    commitment = "cdb0577167548ee7677fce6b97736067374fd63a7f70290d2abb059a35d6a0bb"
    assert verifier.round_key(commitment, "12345678901234567890") == (
        "e4b4eda7b9918f8dc3eae9b3d08351bb"
    )


whole = st.integers(-(2**53) + 1, 2**53 - 1)
documents: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | whole | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@tried(150)
@given(documents)
def test_canonical_json_is_that_of_rfc8785(document: Any) -> None:
    text = verifier.canonical(document)
    assert text.encode() == rfc8785.dumps(document)
    assert verifier.document_of(text) == document


def test_canonical_json_of_every_character_below_space_and_beyond_the_plane() -> None:
    document = {
        "".join(map(chr, range(0x80))): "\U0001f600\ue000\u2028",
        "\U0001f600": 1,
        "\ue000": 2,
    }
    assert verifier.canonical(document).encode() == rfc8785.dumps(document)


@pytest.mark.parametrize("value", [1.0, 2**53, -(2**53), float("nan"), (1,), b"x"])
def test_canonical_json_refuses_what_no_document_holds(value: Any) -> None:
    with pytest.raises(TypeError):
        verifier.canonical(value)


# ------------------------------------------------------------------------------------ the face


def test_each_fault_tells_expected_and_found(tmp_path: Path, capsys: Any) -> None:
    files = maker.bundle_of(record_at("dealt"))
    text = files["draw.json"].decode().replace('"outcome": 4', '"outcome": 5')
    written(tmp_path, maker.sealed({**files, "draw.json": text.encode()}))
    assert verifier.main([str(tmp_path), "--lang", "en"]) == 1
    out = capsys.readouterr().out
    line = "FAILS  record: select.outcome: differs from the ledger: expected 4, found 5\n"
    assert line in out
    assert verifier.main([str(tmp_path), "--lang", "zh"]) == 1
    assert "与台账不一致：应为 4，实为 5" in capsys.readouterr().out


def test_a_table_fault_tells_line_and_column(tmp_path: Path, capsys: Any) -> None:
    record = record_at("dealt")
    files = maker.bundle_of(record)
    rows = maker.table_of(record)
    rows[3][2] = "999999"
    files = maker.sealed({**files, "visits.csv": maker.table_bytes(rows)})
    assert verifier.main([str(written(tmp_path, files)), "--lang", "en"]) == 1
    expected = record["visits"][2]["region"]
    line = f'visits.csv: line 4, region: expected "{expected}", found "999999"'
    assert line in capsys.readouterr().out


def test_many_faults_are_counted() -> None:
    record = record_at("dealt", "shown")
    for visit in record["visits"]:
        visit["ticket"] = visit["ticket"][::-1]
    result = next(r for r in verified(maker.bundle_of(record)).results if r.name == "tickets")
    assert len(result.faults) + result.more == len(record["visits"])
    assert "(and 8 more)" in verifier.as_text(verified(maker.bundle_of(record)), "en")


def test_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    for folder in ("none", "file", "a\x00b"):
        assert verifier.main([str(tmp_path / folder)]) == 2
    assert "Traceback" not in capsys.readouterr().err
    for options in (["--lang", "fr"], ["a", "b"], ["--nope"]):
        with pytest.raises(SystemExit) as ended:
            verifier.main(options)
        assert ended.value.code == 2


def test_program_checks_its_own_folder_alone(tmp_path: Path) -> None:
    written(tmp_path, maker.bundle_of(record_at("dealt"), program=PROGRAM.read_bytes()))
    command = [sys.executable, "-I", "-S", str(tmp_path / "verify.py")]
    for variables in ({"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}, {"YAOHAO_LANG": "zh"}):
        done = subprocess.run(
            command, cwd="/", env=variables, capture_output=True, encoding="utf-8", check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
    assert "能核验的内容全部通过" in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "SHA256SUMS", "draw.json", "ledger.jsonl", "verify.py", "visits.csv",
    ]  # fmt: skip


def test_another_program_in_the_bundle_is_told(tmp_path: Path, capsys: Any) -> None:
    written(tmp_path, maker.bundle_of(record_at("drawn"), program=b"print('all is well')\n"))
    assert verifier.main([str(tmp_path), "--lang", "en"]) == 0
    assert "verify.py in this folder is another verifier" in capsys.readouterr().out


def test_program_needs_python_39_and_its_library_alone() -> None:
    tree = ast.parse(PROGRAM.read_text(encoding="utf-8"), feature_version=(3, 9))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add((node.module or "").partition(".")[0])
    assert names <= sys.stdlib_module_names
    assert not {"importlib", "runpy", "socket", "urllib"} & names
    # It starts no other program but openssl, in one place, and only for who gives --tsa; and
    # itself, in another, to share a large register.
    text = Path(verifier.__file__).read_text(encoding="utf-8")
    started = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("subprocess.", "os."))
    ]
    calls = [ast.unparse(node) for node in started if "subprocess." in ast.unparse(node.func)]
    assert sorted(call.partition("(")[0] for call in calls) == [
        "subprocess.Popen",
        "subprocess.run",
    ]
    own = '[sys.executable, "-I", "-S", "-B", str(Path(__file__).absolute()), HELPER]'
    assert text.count(f"command = {own}") == 1
    body = text[text.index("def stamper_faults") : text.index("- checks: evidence")]
    assert body.count("subprocess.") == 2 and "if authority is None:\n        return" in body


def test_words_are_whole() -> None:
    source = PROGRAM.read_text(encoding="utf-8")
    used = set(re.findall(r"""["']([a-z0-9-]+)["']""", source.split("# fmt: on", 1)[1]))
    used |= {f"lack-{word}" for word in ("unpublished", "unwitnessed")}
    used |= {f"round-{name}" for name in ("select", "crew")}
    used |= {f"mark-{status}" for status in ("pass", "fail", "none", "note")}
    for word, (english, chinese) in verifier.WORDS.items():
        holes = re.compile(r"\{(\w+)\}").findall
        assert sorted(holes(english)) == sorted(holes(chinese)), word
        assert (
            re.search("[\u4e00-\u9fff]", chinese)
            or english == chinese
            or word in ("joint", "comma", "lack")
        ), word
        assert word in used, word
    names = [name for name, _, _ in verifier.CHECKS]
    assert len(names) == len(set(names))
    said = set(re.findall(r'(?:Say|say|UnreadableError)\(\s*"([a-z0-9-]+)"', source))
    said |= set(
        re.findall(r'(?:fault|unequal)\((?:[^"()]|"[^"]*?[/.\[{ ][^"]*")*?, "([a-z-]+)"', source)
    )
    assert said <= verifier.WORDS.keys()


@pytest.mark.slow
def test_five_thousand_visits_take_a_second_or_so(tmp_path: Path) -> None:
    cells = [(1000, 40, 40_000_000)] * 125
    written(tmp_path, maker.bundle_of(record_at("dealt", "shown", cells=cells)))
    command = [sys.executable, str(PROGRAM), str(tmp_path), "--json"]
    before = os.times()
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    assert os.times().children_user - before.children_user < 10
    assert json.loads(done.stdout)["passed"]

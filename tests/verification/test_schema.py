"""The published schema and table metadata: they take what is published, and nothing misshapen."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from helpers import bundle_maker as maker
from helpers.workspace_maker import STAGES, Maker, sampled
from jsonschema import Draft202012Validator, FormatChecker
from test_verify_bundle import KINDS, changed, record_at
from yaohao.planner.publication.metadata import (
    METADATA,
    SCHEMA,
    csvw_bytes,
    schema_bytes,
)
from yaohao.planner.publication.verifier import verify as independent
from yaohao.planner.verification.bundle import verify_bundle

pytest_plugins = ["helpers.workspace_maker"]

SCHEMA_DOCUMENT = json.loads(schema_bytes())
VALIDATOR = Draft202012Validator(SCHEMA_DOCUMENT, format_checker=FormatChecker(["date"]))


def whole(stage: str, tiers: str) -> maker.Json:
    """A record of the maker's with its head of the ledger."""
    return {**record_at(stage, tiers), "ledger": "0" * 64}


def test_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA_DOCUMENT)


@pytest.mark.parametrize("shape", [{}, {"tiers": "shown", "reserves": 2}])
@pytest.mark.parametrize("stage", [*STAGES, "abandoned"])
def test_every_record_that_is_published_fits(shape: Any, stage: str, made: Maker) -> None:
    folder = made(**shape).public[stage]
    VALIDATOR.validate(json.loads((folder / "draw.json").read_text(encoding="utf-8")))
    assert (folder / SCHEMA).read_bytes() == schema_bytes()
    assert "description" not in {finding.name for finding in verify_bundle(folder)}


@pytest.mark.parametrize(("stage", "tiers"), KINDS)
def test_schema_and_verifier_agree_on_form(stage: str, tiers: str) -> None:
    """Whatever is changed outside the plan, either both take it or neither does."""
    record = whole(stage, tiers)
    VALIDATOR.validate(record)
    form = independent.record_form(tiers == "shown")
    plan = json.dumps(record["plan"])
    refused = 0
    for other in sampled(lambda: changed(record), 400):
        if not isinstance(other, dict) or json.dumps(other.get("plan")) != plan:
            continue
        faults = list(independent.misfits(other, form, ""))
        # a moment that no calendar or clock has keeps the form of one
        odd = any(fault.expected.word in ("kind-time", "kind-date") for fault in faults
                  if isinstance(fault.expected, independent.Say))  # fmt: skip
        assert VALIDATOR.is_valid(other) == (not faults) or odd, faults
        refused += bool(faults)
    assert refused > 40


def test_schema_takes_a_plan_with_more_keys() -> None:
    record = whole("dealt", "shown")
    record["plan"]["later"] = {"anything": [1]}
    VALIDATOR.validate(record)
    record["later"] = 1
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(record)


@pytest.mark.parametrize("shape", [{}, {"tiers": "shown", "reserves": 2}])
def test_table_reads_by_its_metadata(shape: Any, made: Maker) -> None:
    """The table, read as its metadata tell, gives the values of the record."""
    folder = made(**shape).public["dealt"]
    record = json.loads((folder / "draw.json").read_text(encoding="utf-8"))
    told = json.loads((folder / METADATA).read_text(encoding="utf-8"))
    assert (folder / METADATA).read_bytes() == csvw_bytes(record)
    assert told["@context"] == "http://www.w3.org/ns/csvw"
    text = (folder / told["url"]).read_bytes().decode(told["dialect"]["encoding"])
    assert all(line.endswith("\r\n") for line in told["dialect"]["lineTerminators"])
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    columns = told["tableSchema"]["columns"]
    assert rows[0] == [column["titles"] for column in columns]
    for row, visit in zip(rows[1:], record["visits"], strict=True):
        found = {c["name"]: value(c, cell) for c, cell in zip(columns, row, strict=True)}
        assert found == visit
    key = told["tableSchema"]["primaryKey"]
    assert len({visit[key] for visit in record["visits"]}) == len(record["visits"])
    for column in columns:
        languages = [one["@language"] for one in column["dc:description"]]
        assert languages == ["zh", "en"]


def value(column: maker.Json, cell: str) -> Any:
    """A cell as its datatype has it; a required one may not be empty."""
    kind = column["datatype"]
    base = kind if isinstance(kind, str) else kind["base"]
    assert cell or not column.get("required")
    if "separator" in column:
        return [part for part in cell.removeprefix("'").split(column["separator"]) if part]
    if base in ("positiveInteger", "nonNegativeInteger"):
        return int(cell) if cell else None
    if base == "boolean":
        return {"true": True, "false": False}[cell]
    text = cell.removeprefix("'")
    if isinstance(kind, dict):
        assert re.fullmatch(kind["format"], text)
    return text


def test_another_description_is_said(made: Maker, tmp_path: Path) -> None:
    workspace = made()
    for name in (SCHEMA, METADATA):
        folder = workspace.copied(tmp_path / name, "dealt")
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        files[name] = b"{}"
        del files["index.html"]
        for path in folder.iterdir():
            path.unlink()
        for file, data in maker.sealed(files).items():
            (folder / file).write_bytes(data)
        findings = verify_bundle(folder)
        assert [f.params["file"] for f in findings if f.name == "description"] == [name]
        assert all(finding.ok is not False for finding in findings)
        assert independent.verify(independent.read_bundle(folder)).passed

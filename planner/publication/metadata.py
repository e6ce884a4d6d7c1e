"""What tells programs how to read a publication: JSON Schema of the record, CSVW of the table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from yaohao.planner.publication.record import visit_columns
from yaohao.planner.wording.messages import LANGUAGES, say

SCHEMA = "draw.schema.json"
METADATA = "visits.csv-metadata.json"
"""Where CSV on the Web looks for the metadata of `visits.csv`."""

_DATATYPES: Mapping[str, dict[str, Any]] = {
    "entity_id": {"datatype": "string", "required": True},
    "name": {"datatype": "string", "required": True},
    "region": {"datatype": "string"},
    "standing": {"datatype": {"base": "string", "format": "pool|directed"}, "required": True},
    "cell": {"datatype": "positiveInteger"},
    "expected": {"datatype": "nonNegativeInteger"},
    "ticket": {"datatype": {"base": "string", "format": "[0-9a-f]{64}"}, "required": True},
    "inspectors": {"datatype": "string", "separator": ";"},
    "reserve": {"datatype": {"base": "boolean", "format": "true|false"}, "required": True},
    "result": {"datatype": "string", "required": True},
}


def schema_bytes() -> bytes:
    """The JSON Schema of `draw.json` (draft 2020-12), as every public bundle holds it."""
    return (resources.files("yaohao.planner.publication") / SCHEMA).read_bytes()


def csvw_bytes(record: Mapping[str, Any]) -> bytes:
    """The metadata of `visits.csv`, of the record `draw.json` (CSV on the Web, W3C 2015)."""
    columns = [
        {
            "name": column,
            "titles": column,
            "dc:description": _both(f"publication.column-{column}"),
            **_DATATYPES[column],
        }
        for column in visit_columns(record["plan"])
    ]
    document = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": "visits.csv",
        "dc:title": record["title"],
        "dc:publisher": record["authority"],
        "dc:description": _both("publication.guard"),
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "header": True},
        "tableSchema": {"columns": columns, "primaryKey": "entity_id"},
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _both(code: str) -> list[dict[str, str]]:
    """Words in both languages, as JSON-LD has them."""
    return [{"@value": say(code, lang), "@language": lang} for lang in LANGUAGES]

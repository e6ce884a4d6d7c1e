"""The public record of a draw: what `draw.json` says at each stage (docs/bundle.md)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from yaohao.planner.ledger import ORIGIN, Line
from yaohao.planner.publication.disclosure import TIER_COLUMNS, tiers_shown
from yaohao.planner.vocabulary.held_rows import MadeRows

FORMAT = "yaohao/2"
EARLIER_FORMATS = ("yaohao/1",)
"""Those of which a bundle is checked by the verifier that it holds."""
VISIT_COLUMNS = (
    "entity_id",
    "name",
    "region",
    "standing",
    "cell",
    "expected",
    "ticket",
    "inspectors",
    "reserve",
    "result",
)
RESULT_COLUMNS = (
    "entity_id",
    "item_id",
    "visited_on",
    "method",
    "result",
    "follow_up",
    "follow_up_closed_on",
)
"""What is published of a result."""


def visit_columns(plan: Mapping[str, Any]) -> list[str]:
    """The columns of a published visit, in the order of `visits.csv`."""
    shown = tiers_shown(plan)
    return [column for column in VISIT_COLUMNS if shown or column not in TIER_COLUMNS]


def public_record(
    draw: str,
    plan: Mapping[str, Any],
    record: Mapping[str, Any],
    visits: Collection[Mapping[str, Any]],
    results: Iterable[Mapping[str, Any]],
    ledger: Sequence[Line],
) -> dict[str, Any]:
    """`draw.json` as a document.

    `record`, `visits` and `results` are the store's; only named keys go out, so that what is added
    there stays inside unless it is named here. The document's visits are made of those given each
    time they are gone through.
    """
    select = {key: record["select"][key] for key in _SELECT}
    select["cells"] = public_cells(record["cells"], shown=tiers_shown(plan))
    columns = visit_columns(plan)
    crew = record["crew"]
    return {
        "format": FORMAT,
        "draw": draw,
        "title": plan["title"],
        "authority": plan["authority"],
        "as_of": plan["as_of"],
        "plan": dict(plan),
        "select": select,
        "crew": crew and {key: crew[key] for key in _CREW},
        "visits": MadeRows(len(visits), lambda: _shown(visits, columns)),
        "withdrawals": [{key: one[key] for key in _WITHDRAWAL} for one in record["withdrawals"]],
        "results": [{key: row[key] for key in RESULT_COLUMNS} for row in results],
        "abandoned": record["abandoned"],
        "previous": _previous(draw, ledger),
        "ledger": ledger[-1].entry if ledger else ORIGIN,
    }


def _shown(visits: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    for visit in visits:
        yield {column: visit[column] for column in columns}


def public_cells(
    cells: Sequence[Mapping[str, Any]] | None, *, shown: bool
) -> list[dict[str, Any]] | None:
    """The cells of a draw as everybody may see them; None before the selection.

    Where tiers are hidden a cell has its public name and its threshold, and nothing else, in
    ascending order of the name. The ledger's act of the draw has the digest of this list.
    """
    if cells is None:
        return None
    if not shown:
        rows = [{"cell": cell["blind"], "threshold": cell["threshold"]} for cell in cells]
        return sorted(rows, key=lambda row: str(row["cell"]))
    return [
        {
            "cell": cell["blind"],
            "number": cell["cell"],
            "codes": cell["name"],
            **{key: cell[key] for key in ("size", "expected", "count", "threshold")},
        }
        for cell in cells
    ]


def _previous(draw: str, ledger: Sequence[Line]) -> str | None:
    """The digest of the list of files of the publication before, as the ledger has it."""
    acts = (line.act for line in reversed(ledger))
    sums = (act["sums"] for act in acts if act["act"] == "publication" and act["draw"] == draw)
    return next(sums, None)


def readable_json(document: Any) -> str:
    """JSON to be read by people: indented, keys sorted, characters as they are."""
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


_ROUND = ("commitment", "committed_at", "seed", "parts", "seeded_at", "witnesses", "key")
_SELECT = ("plan", "frame", "lottery", "cells_root", *_ROUND, "outcome", "counts", "bearing")
_CREW = ("visits", "roster", "bearing", *_ROUND)
_WITHDRAWAL = ("entity_id", "result", "evidence", "at", "reserve")

"""The rows of a review on the screen: entities page by page, and counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from yaohao.planner.wording.format import (
    code_name,
    percent,
    reason_words,
    tenths,
)
from yaohao.planner.wording.messages import say
from yaohao.tui.text_layout import bar
from yaohao.tui.widgets.columns import Column
from yaohao.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from yaohao.tui.widgets.rows import Places

VISITED = (
    Column("entity", "tui_review.col-entity", 18, code=True, ident=True),
    Column("name", "tui_review.col-name", 24, grow=2),
    Column("tier", "tui_review.col-tier", 4),
    Column("region", "tui_review.col-region", 14, spare=1),
    Column("industry", "tui_review.col-industry", 8, spare=4),
    Column("ticket", "tui_review.col-ticket", 12, spare=3),
    Column("crew", "tui_review.col-crew", 14, grow=1, spare=5),
)
LEFT = (
    Column("entity", "tui_review.col-entity", 18, code=True, ident=True),
    Column("name", "tui_review.col-name", 16, grow=2),
    Column("tier", "tui_review.col-tier", 4),
    Column("region", "tui_review.col-region", 14, spare=1),
    Column("industry", "tui_review.col-industry", 8, spare=4),
    Column("became", "tui_review.col-became", 12, grow=1, spare=2),
    Column("visit", "tui_review.col-visit", 10, spare=3),
)
COUNTED = (
    Column("code", "tui_review.col-code", 16, grow=1, ident=True),
    Column("frame", "tui_review.col-frame", 9, right=True, amount=True, spare=3),
    Column("pool", "tui_review.col-pool", 9, right=True, amount=True, spare=1),
    Column("expected", "tui_review.col-expected", 10, right=True, amount=True),
    Column("drawn", "tui_review.col-drawn", 7, right=True, amount=True),
    Column("directed", "tui_review.col-directed", 9, right=True, amount=True, spare=4),
    Column("bar", "tui_review.col-bar", 18, drawn=True, spare=2),
)
CELLS = (
    Column("code", "tui_review.col-code", 16, grow=1, ident=True),
    Column("size", "tui_review.col-size", 8, right=True, amount=True),
    Column("expected", "tui_review.col-expected", 12, right=True, amount=True),
    Column("chance", "tui_review.col-chance", 9, right=True, spare=1),
    Column("drawn", "tui_review.col-drawn", 7, right=True, amount=True),
    Column("threshold", "tui_review.col-threshold", 12, spare=2),
)
CREWS = (
    Column("code", "tui_review.col-code", 16, code=True, ident=True),
    Column("name", "tui_review.col-name", 16, grow=1),
    Column("visits", "tui_review.col-visits", 7, right=True, amount=True),
    Column("bar", "tui_review.col-bar", 24, drawn=True, spare=1),
)


class ReviewRows(Rows):
    """The rows of a group, read when they are asked for."""

    def __init__(self, review: Any, places: NDArray[Any]) -> None:
        self.review, self.places = review, places
        self.is_left = False

    def __len__(self) -> int:
        return len(self.places)

    def page(self, first: int, last: int) -> list[list[Any]]:
        """Some of them."""
        return self._rows(self.places[first:last])

    def picked(self, places: Places) -> list[list[Any]]:
        """Those at these places."""
        return self._rows(self.places[places])

    def _rows(self, places: NDArray[Any]) -> list[list[Any]]:
        return [self._cells(row) for row in self.review.rows(places)]

    def subset(self, places: NDArray[Any]) -> ReviewRows:
        """Those at these places."""
        found = ReviewRows(self.review, self.places[places])
        found.is_left = self.is_left
        return found

    def entity(self, at: int) -> dict[str, Any]:
        """One of them, by column."""
        found: dict[str, Any] = self.review.rows(self.places[at : at + 1])[0]
        return found

    def _cells(self, row: Mapping[str, Any]) -> list[Any]:
        cells: list[Any] = [
            row["entity_id"],
            (row["name"], "strong"),
            row["tier"] or ("-", "dim"),
            code_name("region", row["region"]),
            (row["industry"], "dim"),
        ]
        if self.is_left:
            became = reason_words(row["reason"]) if row["reason"] else ""
            became = became or say(f"tui_review.became-{row['became']}")
            return [*cells, became, row["inspected_on"] or ("-", "dim")]
        names = self.review.names
        crew = ", ".join(names.get(one) or one for one in row["inspectors"])
        return [*cells, ((row["ticket"] or "")[:12], "dim"), crew]


def tally_rows(
    by: str, tallies: Sequence[Mapping[str, Any]], *, ascii_only: bool
) -> list[list[Any]]:
    """The rows of a count by tier, region, industry, kind, cell or crew."""
    if by == "cell":
        return [
            [
                (one["code"], "strong"),
                one["size"],
                tenths(one["expected"]),
                percent(*one["chance"]),
                "-" if one["drawn"] is None else one["drawn"],
                ((one["threshold"] or "-")[:12], "dim"),
            ]
            for one in tallies
        ]
    name = "visits" if by == "crew" else "drawn"
    most = max((one[name] for one in tallies), default=0)
    if by == "crew":
        return [
            [
                one["code"],
                (one["name"], "strong"),
                one["visits"],
                (bar(one["visits"], most, 24, ascii_only=ascii_only), "good"),
            ]
            for one in tallies
        ]
    return [
        [
            (_coded(by, one["code"]), "strong"),
            one["frame"],
            one["pool"],
            tenths(one["expected"]),
            one["drawn"],
            one["directed"],
            (bar(one["drawn"], most, 18, ascii_only=ascii_only), "good"),
        ]
        for one in tallies
    ]


def _coded(by: str, code: str) -> str:
    if not code:
        return say("common.none")
    name = code_name(by, code)
    return f"{code} {name}" if name != code else code

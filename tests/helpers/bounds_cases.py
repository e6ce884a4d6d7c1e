"""Random pools and bounds for the tests of the raking and of conflicts."""

from __future__ import annotations

from hypothesis import strategies as st
from yaohao.planner.frame.allocation.constraints import Bound
from yaohao.planner.frame.cells import Cell

MILLION = 1_000_000

SIZES = st.sampled_from([1, 2, 3, 7, 20, 100, 1000, 50_000])
RATES = st.sampled_from([1, 1000, 10_000, 30_000, 100_000, 300_000, 1_000_000])
KINDS = st.sampled_from(["count", "count", "rate", "share_of_draw"])


@st.composite
def pools(draw: st.DrawFn, most: int = 10) -> list[Cell]:
    sizes = draw(st.lists(SIZES, min_size=1, max_size=most))
    return [Cell(f"c{i:03d}", size, size * draw(RATES)) for i, size in enumerate(sizes)]


@st.composite
def plans(draw: st.DrawFn, most: int = 10) -> tuple[list[Cell], list[Bound]]:
    """A pool, and bounds about as likely to hold as not; no share is fixed to the millionth."""
    cells = draw(pools(most))
    everything = range(len(cells))
    bounds = []
    for number in range(draw(st.integers(1, 6))):
        whole = draw(st.integers(0, 4)) == 0
        members = (
            tuple(everything)
            if whole
            else tuple(sorted(draw(st.sets(st.sampled_from(everything)))))
        )
        pool = sum(cells[i].size for i in members)
        own = sum(cells[i].expected for i in members)
        kind = draw(KINDS)
        percent = draw(st.integers(30, 200))
        width = draw(st.sampled_from([0, 1, 5, 50]))
        if kind == "count":
            least = (own * percent // (100 * MILLION) + draw(st.integers(0, 1))) * MILLION
            top = least + width * MILLION
        elif kind == "rate":
            least = own * percent // (100 * max(pool, 1)) * pool
            top = least + width * 1000 * pool
        else:
            share = own * MILLION // sum(cell.expected for cell in cells)
            least = min(MILLION, share * percent // 100)
            top = min(MILLION, least + 1000 + width * 1000)
        ends = draw(st.sampled_from(["least", "most", "both"]))
        bounds.append(
            Bound(
                f"quota[{number}]",
                members,
                None if ends == "most" else least,
                None if ends == "least" else top,
                kind,
            )
        )
    return cells, bounds

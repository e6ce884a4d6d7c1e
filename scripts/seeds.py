"""Seeds on the command line, shared by `draw` and `deal`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

import click
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.shell import shell_word
from yaohao.planner.wording.format import rounds_words
from yaohao.planner.wording.moments import local_moment
from yaohao.scripts.command_base import Function, argument, open_workspace, option
from yaohao.scripts.output import column, fact, finish, note, table, text, warn

if TYPE_CHECKING:
    from yaohao.planner.schema.seed_part import SeedPart
    from yaohao.planner.workspace import Workspace

_MOST = 1 << 16


def seed_options(function: Function) -> Function:
    """A decorator: the draw, the parts of its seed, the source and the witnesses of the seed."""
    for give in (
        option("--witness", "witnesses", words="witness", multiple=True),
        option("--source", words="source", default=""),
        option("--signature", words="signature", default=""),
        option("--seed-drand", "drand", words="seed-drand", meta="number", type=click.INT),
        option("--seed", "seeds", words="seed", multiple=True),
        argument("draw", meta="draw", required=False, default=""),
    ):
        function = give(function)
    return function


class EnteredSeed(TypedDict):
    """The values of `seed_options` except the draw."""

    seeds: Sequence[str]
    drand: int | None
    signature: str
    source: str
    witnesses: Sequence[str]


def hold_round(
    draw: str, round_: str, entered: EnteredSeed, show: Callable[[Mapping[str, Any]], None]
) -> str:
    """Hold a round, ``select`` or ``crew``, with the seed entered; print what came of it.

    The draw may be named by its plan. Gives its id back; "" where none is named, and those that
    wait for the seed are listed instead.

    Raises PlannerError where there is no whole seed, or the draw does not wait for this round.
    """
    if not draw:
        if entered["seeds"] or entered["drand"] is not None:
            raise refuse("plan_face.whose-seed")
        show_waiting(round_)
        return ""
    check_seed(entered["seeds"], entered["drand"], entered["signature"])
    with open_workspace() as workspace:
        draw = workspace.draw_named(draw, WAITING[round_])
        warn_before(workspace, draw)
        parts = taken_parts(workspace, draw, entered)
        warn_doubts(workspace, draw, round_, parts, entered["source"])
        hold = workspace.draw if round_ == "select" else workspace.deal
        report: Mapping[str, Any] = hold(draw, parts, entered["source"], entered["witnesses"])
    finish(report, show)
    warn_round(report, round_)
    return draw


WAITING = {"select": "committed", "crew": "staffed"}
"""The stage in which a draw waits for the seed of a round."""


def show_waiting(round_: str) -> None:
    """List the draws that wait for the seed of a round."""
    with open_workspace() as workspace:
        rows = [row for row in workspace.draws() if row["stage"] == WAITING[round_]]

    def show(report: Mapping[str, Any]) -> None:
        if not report["waiting"]:
            text("plan_face.none-waiting")
            return
        columns = [column("draw", flex=True), column("plan", flex=True)]
        table(columns, ((row["draw"], row["plan_id"]) for row in rows))

    finish({"round": round_, "waiting": [row["draw"] for row in rows]}, show)
    if rows:
        command = "draw" if round_ == "select" else "deal"
        note("plan_face.waiting", command=command, draw=shell_word(rows[0]["draw"]))


def check_seed(seeds: Sequence[str], drand: int | None, signature: str) -> None:
    """Raise PlannerError if no seed is given, or only one half of a drand round."""
    if (drand is None) != (not signature):
        raise refuse("drand.both")
    if not seeds and drand is None:
        raise refuse("drand.no-seed")


def taken_parts(workspace: Workspace, draw: str, entered: EnteredSeed) -> list[str | SeedPart]:
    """The parts of the seed in the order given, then that of drand."""
    parts: list[str | SeedPart] = [read_seed(seed).strip() for seed in entered["seeds"]]
    drand = entered["drand"]
    if drand is not None:
        beacon = workspace.drand_seed(draw, drand, entered["signature"])
        parts.append(beacon["part"])
        if not beacon["announced"]:
            warn("drand-unannounced", round=drand)
    return [part for part in parts if part]


def read_seed(text: str) -> str:
    """The seed, read from standard input if it is given as ``-``."""
    if text != "-":
        return text
    if sys.stdin.isatty():
        note("type-seed")
        return sys.stdin.readline(_MOST)
    return sys.stdin.read(_MOST)


# Many parameters: the round and the seed, as they were entered.
def warn_doubts(
    workspace: Workspace, draw: str, round_: str, seed: Sequence[str | SeedPart], source: str
) -> None:
    """Warn of what is doubtful about a seed, before it is entered."""
    from yaohao.planner.vocabulary.problems import PlannerError

    try:
        doubts = workspace.seed_doubts(draw, round_, seed, source)
    except PlannerError:  # the act itself says what is wrong, and in its own order
        return
    for doubt in doubts:
        warn(doubt.code, **doubt.params)


def warn_before(workspace: Workspace, draw: str) -> None:
    """Warn if the commitment that waits for its seed was not published."""
    round_ = workspace.unpublished_now(draw)
    if round_ is not None:
        warn("unpublished-now", draw=draw, rounds=rounds_words([round_]))


def warn_round(report: Mapping[str, Any], round_: str) -> None:
    """Warn if the seed just entered has no source or witness, or came before publication."""
    if not report["published"]:
        warn("unpublished", draw=report["draw"], rounds=rounds_words([round_]))
    if not report["witnessed"]:
        warn("unwitnessed", draw=report["draw"])


def seed_facts(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The derived key, and the time of the seed."""
    return [
        fact("draw", report["draw"]),
        fact("seeded-at", local_moment(report["seeded_at"])),
        fact("key", report["key"]),
    ]

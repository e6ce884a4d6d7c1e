"""One entity's whole story in a draw, as lines: rule, cell, chance, its ticket on a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from yaohao.planner.vocabulary.text import plain
from yaohao.planner.vocabulary.units import PPM
from yaohao.planner.wording.format import (
    chance_words,
    code_name,
    code_words,
    due_words,
    millionths,
    rule_words,
    visit_result_words,
)
from yaohao.planner.wording.messages import say
from yaohao.planner.wording.moments import local_moment
from yaohao.tui.text_layout import (
    cut,
    facts_lines,
    fit,
    folded,
    shown,
)

DIGITS = 16
"""Hex digits of a ticket that a drawing of it looks at."""

CODES = ("tier", "region", "industry", "kind", "status")


def story_lines(
    report: Mapping[str, Any],
    names: Mapping[str, str],
    width: int,
    *,
    ascii_only: bool,
    visit: Mapping[str, Any] | None = None,
) -> list[str]:
    """Everything that `why` tells, with the neighbours by ticket, in `width` columns.

    `names` are those of the inspectors; `visit` is what `Workspace.results` has of the entity.
    """
    row = report["entity"]
    lines = [*folded(shown(row["name"]), width), shown(row["entity_id"]), ""]
    lines += folded(say(f"tui_review.verdict-{_verdict(report)}").upper(), width)
    lines += folded(rule_words(report["reason"]), width)
    if report["cell"] and report["ticket"]:
        drawing = ticket_lines(report["ticket"], report["threshold"], width, ascii_only=ascii_only)
        lines += ["", *drawing]
    if report["inspectors"]:
        crew = ", ".join(names.get(one) or one for one in report["inspectors"])
        lines += ["", *facts_lines([(say("common.label-inspectors"), crew)], width)]
    if visit is not None and (visit["group"] != "not-yet" or visit["results"] or _is_told(visit)):
        lines += ["", *visit_lines(visit, width)]
    if report["cell"]:
        lines += ["", *facts_lines(_chance(report), width)]
    if report["neighbours"]:
        lines += ["", *_neighbours(report, width)]
    return [*lines, "", *facts_lines(_who(row), width)]


def _verdict(report: Mapping[str, Any]) -> str:
    if report["standing"] != "pool":
        return str(report["standing"])
    if report["drawn"] is None:
        return "waiting"
    return "drawn" if report["drawn"] else "reserve" if report["reserve"] else "not-drawn"


def _who(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in CODES:
        if row[name]:
            yield say(f"common.label-stratum-{name}"), code_words(name, row[name])
    if row["fields"]:
        fields = [code_words("fields", code) for code in row["fields"].split(",")]
        yield say("common.label-fields"), say("common.comma").join(fields)
    yield say("common.label-established"), row["established_on"] or say("common.none")
    yield say("common.label-inspected"), row["inspected_on"] or say("common.none")


def visit_lines(visit: Mapping[str, Any], width: int) -> list[str]:
    """What came of a visit: its result, each item's, when they must be public, a withdrawal."""
    facts = [(say("tui_results.col-result"), visit_result_words(visit))]
    if visit["due_on"]:
        sure = say(f"common.label-sure-{visit['sure']}")
        facts.append(
            (say("common.label-due-on"), f"{visit['due_on']} ({sure})  {due_words(visit)}")
        )
    elif visit["state"]:
        facts.append((say("common.label-state"), due_words(visit)))
    if visit["published_on"]:
        facts.append((say("tui_review.published-on"), visit["published_on"]))
    if visit["instead_of"]:
        facts.append((say("tui_review.instead-of"), visit["instead_of"]))
    if visit["withdrawal"]:
        closed = visit["withdrawal"]
        facts += [
            (say("tui_review.closed-at"), local_moment(closed["at"])),
            (say("common.label-evidence"), closed["evidence"]),
            (say("common.label-reserve"), closed["reserve"] or say("common.none")),
        ]
    items = [
        line
        for row in visit["results"]
        for line in folded(f"  {row['item_id'] or '-'}  {_item_words(row)}", width)
    ]
    return [*facts_lines(facts, width), *items]


def _is_told(visit: Mapping[str, Any]) -> bool:
    """Whether something is to be told of a visit that has no result."""
    return bool(visit["state"] or visit["withdrawal"] or visit["instead_of"])


def _item_words(row: Mapping[str, Any]) -> str:
    """What a visit found of one item: result, day, method, what follows."""
    parts = [say(f"result.{row['result']}"), row["visited_on"], code_name("method", row["method"])]
    if row["follow_up"] != "none":
        parts.append(f"{code_name('follow_up', row['follow_up'])} {row['follow_up_closed_on']}")
    return "; ".join(plain(part.strip()) for part in parts if part.strip())


def _chance(report: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    cell, (above, below) = report["cell"], report["chance"]
    yield say("common.label-cell"), f"{cell['cell']} ({cell['number']})"
    yield say("common.label-size"), f"{cell['size']:,}"
    yield say("common.label-expected"), millionths(cell["expected"])
    yield say("common.label-chance"), chance_words(above, below)
    if report["count"] is not None:
        yield say("common.label-count"), f"{report['count']:,}"


def ticket_lines(ticket: str, threshold: str | None, width: int, *, ascii_only: bool) -> list[str]:
    """A ticket on the line from 0 over the threshold to 1: left of it is drawn.

    Both sides have half of the line, however small the threshold is; what lies on a side keeps its
    proportion there.
    """
    whole = 16**DIGITS
    at, limit = int(ticket[:DIGITS], 16), int((threshold or "0")[:DIGITS], 16)
    room = max(width - 4, 8)
    half = room // 2
    if threshold and ticket <= threshold:
        place = min(at * half // max(limit, 1), half - 1)
    else:
        place = half + 1 + (at - limit) * (room - half - 1) // max(whole - limit, 1)
        place = min(place, room - 1)
    drawn, left = ("=", "-") if ascii_only else ("\u2588", "\u2591")
    line = [*(drawn if threshold else left) * half, "|", *left * (room - half - 1)]
    mark = fit(" " * place + "V", room)
    middle = f"{fraction(threshold)}" if threshold else say("tui_review.nobody")
    under = " " * max(half - len(middle) // 2, 0) + middle
    return [
        say("tui_review.ticket-at", at=fraction(ticket), threshold=middle),
        f"  {mark}".rstrip(),
        f"0 {''.join(line)} 1",
        cut(f"  {under}", width).rstrip(),
    ]


def fraction(ticket: str | None) -> str:
    """A ticket as a decimal number from 0 to 1, cut to six screens."""
    if not ticket:
        return "-"
    point = int(ticket[:DIGITS], 16) * PPM // 16**DIGITS
    return f"{point // PPM}.{point % PPM:06d}"


def _neighbours(report: Mapping[str, Any], width: int) -> list[str]:
    beside: Sequence[Mapping[str, Any]] = report["neighbours"]
    lines = folded(
        say("tui_review.rank", rank=f"{report['rank']:,}", size=f"{report['cell']['size']:,}"),
        width,
    )
    for one in beside:
        is_self = one["rank"] == report["rank"]
        verdict = say(f"tui_review.short-{'drawn' if one['drawn'] else 'not'}")
        head = f"{'>' if is_self else ' '}{one['rank']:>6,} {fraction(one['ticket'])} {verdict} "
        lines.append(cut(head + plain(one["name"], 200), width))
    return lines

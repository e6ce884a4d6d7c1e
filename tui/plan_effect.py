"""The effect of a plan in lines: who is in, out and directed, what is expected, how it changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.cells import cell_len
from yaohao.planner.vocabulary.problems import Problem
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.vocabulary.units import PPM
from yaohao.planner.wording.format import code_words, reason_words, tenths
from yaohao.planner.wording.messages import say, say_problem
from yaohao.tui.text_layout import bar, fit, folded

MOST = 12
"""Codes of a stratum that are shown; those with the most visits expected."""

NUMBER = 11
"""Columns of a number."""

Told = Mapping[str, Any]


def effect_lines(told: Told, before: Told | None, width: int, ascii_only: bool) -> list[str]:
    """All that a preview tells, in lines of at most `width` columns.

    Where `before` is the preview of the saved plan, what is new is told as a difference to it.
    """
    lines = [*_counts(told, before, width), ""]
    lines += [*_expected(told, before, width), ""]
    lines += _crews(told, before, width)
    for stratum, by in told["expected_by"].items():
        lines += ["", *_stratum(stratum, by, before, width, ascii_only)]
    if told["rules"]:
        lines += ["", *_rules(told, width)]
    for warning in told["warnings"]:
        words = say_problem(Problem(warning["code"], warning["params"]))
        lines += ["", *folded(f"! {plain(words)}", width)]
    if told["leads_outside"]:
        lines += [
            "",
            *folded(f"! {say('common.warn-leads-outside', size=told['leads_outside'])}", width),
        ]
    return lines


def _line(label: str, value: str, width: int, change: str = "") -> str:
    """A label at the left, a number at the right, and behind it what changed."""
    room = 10 if width >= 44 else 0
    if room:
        tail = fit(change, room, right=True)
    else:
        tail, label = "", label if not change else f"{label} {change}"
    return fit(label, width - NUMBER - room) + fit(value, NUMBER, right=True) + tail


def _change(now: int, then: int | None, *, parts: bool = False) -> str:
    if then is None or now == then:
        return ""
    size = tenths(abs(now - then)) if parts else f"{abs(now - then):,}"
    return f"({'+' if now > then else '-'}{size})"


def _of(before: Told | None, name: str) -> int | None:
    return None if before is None else int(before[name])


def _counts(told: Told, before: Told | None, width: int) -> Iterator[str]:
    for name in ("scope", "pool", "directed"):
        change = _change(told[name], _of(before, name))
        yield _line(say(f"common.label-{name}"), f"{told[name]:,}", width, change)
    out = {**dict.fromkeys(before["out"] if before else (), 0), **told["out"]}
    total = sum(told["out"].values())
    was = sum(before["out"].values()) if before else None
    yield _line(say("common.label-out"), f"{total:,}", width, _change(total, was))
    for reason, number in out.items():
        was = before["out"].get(reason, 0) if before else None
        yield _line(f"  {reason_words(reason)}", f"{number:,}", width, _change(number, was))


def _expected(told: Told, before: Told | None, width: int) -> Iterator[str]:
    number = told["expected"]
    change = _change(number, _of(before, "expected"), parts=True)
    yield _line(say("tui_plan.by-lot"), tenths(number), width, change)
    if told["expected_own"] != number:
        yield _line(say("tui_plan.by-rates"), tenths(told["expected_own"]), width)
    if told["batch"]["of"] > 1:
        batch = f"{told['batch']['number']}/{told['batch']['of']}"
        yield _line(say("tui_plan.batch"), batch, width)


def _crews(told: Told, before: Told | None, width: int) -> Iterator[str]:
    crews = told["crews"]
    was = before["crews"] if before else None
    seats, then = crews["expected_seats"], was["expected_seats"] if was else None
    yield _line(
        say("common.label-expected-seats"), tenths(seats), width, _change(seats, then, parts=True)
    )
    yield _line(say("common.label-certified"), f"{crews['certified']:,}", width)
    if crews["load"] is not None:
        then = was["load"] if was else None
        change = _change(crews["load"], then, parts=True)
        yield _line(say("common.label-load"), tenths(crews["load"]), width, change)
    if crews["most_load"] is not None:
        span = f"{crews['least_load']}-{crews['most_load']}"
        yield _line(say("common.label-load-span"), span, width)


def _stratum(
    stratum: str, by: Mapping[str, Told], before: Told | None, width: int, ascii_only: bool
) -> Iterator[str]:
    """By code: what is expected, the chance, a bar."""
    kind = "fields" if stratum.startswith("fields:") else f"stratum-{stratum}"
    yield f"{say(f'common.label-{kind}')}:"
    most = max((row["expected"] for row in by.values()), default=0)
    ranked = sorted(by.items(), key=lambda item: (-item[1]["expected"], item[0]))[:MOST]
    rows = sorted(ranked) if len(by) <= MOST else ranked
    chances = {code: _chance(row) for code, row in rows}
    wide = max([*(cell_len(words) for words in chances.values()), 5])
    old = before["expected_by"].get(stratum, {}) if before else {}
    for code, row in rows:
        then = old[code]["expected"] if code in old else (0 if before else None)
        change = _change(row["expected"], then, parts=True)
        mark = bar(row["expected"], most, 6, ascii_only=ascii_only) if width >= 44 else ""
        tail = (
            f"{fit(tenths(row['expected']), 9, right=True)} {fit(chances[code], wide, right=True)}"
        )
        tail += f" {mark}" if mark else ""
        head = _code(stratum, code) + (f" {change}" if change else "")
        yield fit(head, width - cell_len(tail)) + tail
    if len(by) > MOST:
        yield say("tui_plan.more", shown=MOST, size=f"{len(by):,}")


def _chance(row: Told) -> str:
    least, most = (f"{row[name] / 10_000:.3g}%" for name in ("chance_least", "chance_most"))
    return least if least == most else f"{least}-{most}"


def _code(stratum: str, code: str) -> str:
    if stratum in ("age", "key"):
        return say(f"common.code-{code}")
    if stratum.startswith("fields:"):
        return code_words("fields", code) if code != "other" else say("common.code-no-field")
    return code_words(stratum, code)


def _rules(told: Told, width: int) -> Iterator[str]:
    """The plan's bounds: what each asks for, and what its group gets."""
    yield say("tui_plan.rules")
    for rule in told["rules"]:
        unit = 10_000 if rule["kind"] == "share_of_draw" else PPM
        sign = "%" if rule["kind"] == "share_of_draw" else ""
        ends = (("asked_least", ">="), ("asked_most", "<="))
        asked = " ".join(
            f"{mark} {rule[name] / unit:,.6g}{sign}"
            for name, mark in ends
            if rule[name] is not None
        )
        tail = fit(f"{asked}: {tenths(rule['expected'])}", min(24, width - 8), right=True)
        yield fit(rule["rule"], width - cell_len(tail)) + tail

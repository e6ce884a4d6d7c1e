"""The effect of a plan in lines, before and after: who is in, out, directed, what is expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.cells import cell_len
from yaohao.planner.vocabulary.problems import Problem
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.vocabulary.units import PPM
from yaohao.planner.wording.format import (
    chance_span,
    code_words,
    millionths,
    percent,
    reason_words,
    rule_words,
    tenths,
)
from yaohao.planner.wording.messages import say, say_problem
from yaohao.tui.text_layout import bar, fit, folded

MOST = 12
"""Codes of a stratum that are shown; those with the most visits expected."""

NUMBER = 10
"""Columns of a number."""

COMPARED = 46
"""Columns from which on the saved plan stands in a column of its own."""

SIDES = ("before", "after")
"""The saved plan, and the text as it is."""

Report = Mapping[str, Any]


class _Lines:
    """Lines of a label and its numbers: as it is, or as it was, as it is and the change."""

    def __init__(self, width: int, *, is_compared: bool) -> None:
        self.width, self.is_compared = width, is_compared
        self.has_room = width >= COMPARED

    def heading(self) -> list[str]:
        """The headings of the columns, where there is more than one."""
        if not self.is_compared:
            return []
        words = [say(f"tui_plan.col-{name}") for name in ("before", "after", "change")]
        return [self._put("", words if self.has_room else words[1:])]

    def line(self, label: str, now: str, then: str = "", change: str = "") -> str:
        """A label at the left, its numbers at the right."""
        if not self.is_compared:
            return self._put(label, [now])
        return self._put(label, [then, now, change] if self.has_room else [now, change])

    def _put(self, label: str, cells: list[str]) -> str:
        # A span of chances may need more than a number does: the label gives way.
        widths = [max(NUMBER, cell_len(one) + 1) for one in cells]
        told = "".join(
            fit(f" {one}", width, right=True) for one, width in zip(cells, widths, strict=True)
        )
        return fit(label, max(self.width - sum(widths), 0)) + told

    def count(self, label: str, now: int | None, then: int | None, *, parts: bool = False) -> str:
        """A number of whole things, or of millionths where it has `parts`."""

        def told(number: int | None) -> str:
            if number is None:
                return "-"
            return tenths(number) if parts else f"{number:,}"

        return self.line(label, told(now), told(then), _change(now, then, parts=parts))


def effect_lines(report: Report, before: Report | None, width: int, ascii_only: bool) -> list[str]:
    """All that a preview tells, in lines of at most `width` columns.

    Where `before` is the preview of the saved plan and differs, it stands beside it.
    """
    is_compared = before is not None and _figures(before) != _figures(report)
    was = before if is_compared else None
    table = _Lines(width, is_compared=is_compared)
    lines = [*table.heading(), *_counts(table, report, was), ""]
    lines += [*_expected(table, report, was), ""]
    lines += _crews(table, report, was)
    for stratum, by in report["expected_by"].items():
        lines += ["", *_stratum(table, stratum, by, was, ascii_only)]
    if report["rules"]:
        lines += ["", *_rules(report, was, width)]
    for warning in report["warnings"]:
        words = say_problem(Problem(warning["code"], warning["params"]))
        lines += ["", *folded(f"! {plain(words)}", width)]
    if report["leads_outside"]:
        lines += [
            "",
            *folded(f"! {say('common.warn-leads-outside', size=report['leads_outside'])}", width),
        ]
    return lines


def _figures(report: Report) -> list[Any]:
    """What is compared of two previews."""
    names = ("scope", "pool", "directed", "out", "expected", "expected_own", "expected_by", "rules")
    return [*(report[name] for name in names), report["crews"], report["merging"]]


def _change(now: int | None, then: int | None, *, parts: bool = False) -> str:
    if then is None or now is None or now == then:
        return ""
    if parts and tenths(now) == tenths(then):
        return ""
    size = tenths(abs(now - then)) if parts else f"{abs(now - then):,}"
    return f"{'+' if now > then else '-'}{size}"


def _of(before: Report | None, name: str) -> int | None:
    return None if before is None else before[name]


def _counts(table: _Lines, report: Report, before: Report | None) -> Iterator[str]:
    for name in ("scope", "pool", "directed"):
        yield table.count(say(f"common.label-{name}"), report[name], _of(before, name))
    out = {**dict.fromkeys(before["out"] if before else (), 0), **report["out"]}
    was = sum(before["out"].values()) if before else None
    yield table.count(say("common.label-out"), sum(report["out"].values()), was)
    for reason, number in out.items():
        then = before["out"].get(reason, 0) if before else None
        yield table.count(f"  {reason_words(reason)}", number, then)


def _expected(table: _Lines, report: Report, before: Report | None) -> Iterator[str]:
    number = report["expected"]
    yield table.count(say("tui_plan.by-lot"), number, _of(before, "expected"), parts=True)
    if report["expected_own"] != number:
        own = _of(before, "expected_own")
        yield table.count(say("tui_plan.by-rates"), report["expected_own"], own, parts=True)
    if report["batch"]["of"] > 1:
        yield table.line(
            say("tui_plan.batch"), f"{report['batch']['number']}/{report['batch']['of']}"
        )


def _crews(table: _Lines, report: Report, before: Report | None) -> Iterator[str]:
    crews = report["crews"]
    was = before["crews"] if before else None
    visits = _of(before and before["merging"], "visits")
    yield table.count(say("tui_plan.cost"), report["merging"]["visits"], visits, parts=True)
    for name, parts in (("expected_seats", True), ("certified", False), ("load", True)):
        if crews[name] is not None:
            words = say(f"common.label-{name.replace('_', '-')}")
            yield table.count(words, crews[name], _of(was, name), parts=parts)
    if crews["most_load"] is not None:
        spans = [f"{one['least_load']}-{one['most_load']}" for one in (crews, was or crews)]
        has_then = was is not None and was["most_load"] is not None
        yield table.line(say("common.label-load-span"), spans[0], spans[1] if has_then else "-")


def _stratum(
    table: _Lines, stratum: str, by: Mapping[str, Report], before: Report | None, ascii_only: bool
) -> Iterator[str]:
    """By code: what is expected, the chance, a bar."""
    kind = "fields" if stratum.startswith("fields:") else f"stratum-{stratum}"
    yield f"{say(f'common.label-{kind}')}:"
    most = max((row["expected"] for row in by.values()), default=0)
    ranked = sorted(by.items(), key=lambda item: (-item[1]["expected"], item[0]))[:MOST]
    rows = sorted(ranked) if len(by) <= MOST else ranked
    old = before["expected_by"].get(stratum, {}) if before else {}
    if table.is_compared:
        yield from _compared(table, stratum, rows, old)
    else:
        chances = {code: _chance(row) for code, row in rows}
        wide = max([*(cell_len(words) for words in chances.values()), 5])
        for code, row in rows:
            mark = bar(row["expected"], most, 6, ascii_only=ascii_only) if table.width >= 44 else ""
            tail = f"{fit(tenths(row['expected']), 9, right=True)} "
            tail += fit(chances[code], wide, right=True) + (f" {mark}" if mark else "")
            yield fit(_code(stratum, code), table.width - cell_len(tail)) + tail
    if len(by) > MOST:
        yield say("tui_plan.more", shown=MOST, size=f"{len(by):,}")


def _compared(
    table: _Lines, stratum: str, rows: list[tuple[str, Report]], old: Mapping[str, Report]
) -> Iterator[str]:
    """What is expected of each code, and a line of its chance where that is another."""
    gone = [(code, {**row, "expected": 0}) for code, row in old.items() if code not in dict(rows)]
    for code, row in [*rows, *(gone if len(rows) < MOST else ())]:
        then = old[code]["expected"] if code in old else 0
        yield table.count(_code(stratum, code), row["expected"], then, parts=True)
        chance, was = _chance(row), _chance(old[code]) if code in old else "-"
        if row["expected"] and chance != was:
            yield table.line(f"  {say('common.label-chance')}", chance, was)


def _chance(row: Report) -> str:
    return chance_span(row["chance_least"], row["chance_most"])


def _code(stratum: str, code: str) -> str:
    if stratum in ("age", "key"):
        return say(f"common.code-{code}")
    if stratum.startswith("fields:"):
        return code_words("fields", code) if code != "other" else say("common.code-no-field")
    return code_words(stratum, code)


def _rules(report: Report, before: Report | None, width: int) -> Iterator[str]:
    """The plan's bounds: what each asks for, and what its group gets."""
    yield say("tui_plan.rules")
    old = {rule["rule"]: rule["expected"] for rule in before["rules"]} if before else {}
    for rule in report["rules"]:
        unit = 10_000 if rule["kind"] == "share_of_draw" else PPM
        sign = "%" if rule["kind"] == "share_of_draw" else ""
        ends = (("asked_least", ">="), ("asked_most", "<="))
        asked = " ".join(
            f"{mark} {rule[name] / unit:,.6g}{sign}"
            for name, mark in ends
            if rule[name] is not None
        )
        was = old.get(rule["rule"])
        change = _change(rule["expected"], was, parts=True)
        told_words = f"{asked}: {tenths(rule['expected'])}" + (f" ({change})" if change else "")
        tail = fit(told_words, min(max(24, cell_len(told_words)), width - 8), right=True)
        yield fit(rule["rule"], width - cell_len(tail)) + tail


def strip_lines(
    report: Report, before: Report, width: int, most: int, ascii_only: bool
) -> list[str]:
    """The figures that are others than those of the saved plan, in at most so many lines.

    For narrow screens, on which the effect is not beside the form.
    """
    arrow = "->" if ascii_only else "\u2192"
    pairs: list[tuple[str, str, str]] = [
        (say(f"common.label-{name}"), f"{before[name]:,}", f"{report[name]:,}")
        for name in ("scope", "pool", "directed")
    ]
    outs = [f"{sum(one['out'].values()):,}" for one in (before, report)]
    pairs.append((say("common.label-out"), outs[0], outs[1]))
    pairs.append((say("tui_plan.by-lot"), tenths(before["expected"]), tenths(report["expected"])))
    loads = [one["crews"]["load"] for one in (before, report)]
    if None not in loads:
        pairs.append((say("common.label-load"), tenths(loads[0]), tenths(loads[1])))
    for stratum, by in report["expected_by"].items():
        old = before["expected_by"].get(stratum, {})
        for code, row in by.items():
            then = old[code]["expected"] if code in old else 0
            pairs.append((_code(stratum, code), tenths(then), tenths(row["expected"])))
    changed = [f"{label} {was}{arrow}{now}" for label, was, now in pairs if was != now]
    if not changed:
        return [say("tui_plan.same")]
    lines = folded("  ".join(one.replace(" ", "\u00a0") for one in changed), width)
    return [one.replace("\u00a0", " ") for one in lines[:most]]


def chance_lines(report: Report, width: int) -> list[str]:
    """The chance of a firm under the plan, under the saved one before it, and why."""
    after, before = report["after"], report["before"]
    is_same = before is None or all(
        before[name] == after[name] for name in ("standing", "reason", "chance", "size", "cell")
    )
    sides = [after] if is_same else [before, after]
    lines = folded(plain(f"{report['name']}  {report['entity_id']}", 200), width)
    for place, side in enumerate(sides):
        words = "" if is_same else f"{say(f'tui_plan.col-{SIDES[place]}')}: "
        lines += folded(words + _standing(side), width)
        if side["standing"] == "pool":
            cell = f"{side['cell']}, {say('tui_form.chance-cell')} {side['size']:,}"
            lines += folded(f"  {cell}, {millionths(side['expected'])}", width)
    return lines


def _standing(side: Report) -> str:
    if side["standing"] == "outside":
        return say("tui_form.chance-outside")
    standing = say(f"common.standing-{side['standing']}")
    chance = percent(side["chance"], PPM)
    return f"{chance}  {standing}: {rule_words(side['reason'])}"

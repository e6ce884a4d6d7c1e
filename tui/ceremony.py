"""What the ceremony shows, as lines and rows: from `Workspace.ceremony` and `Workspace.outcome`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.vocabulary.units import PPM
from yaohao.planner.wording.format import code_name, level_words, standing_words
from yaohao.planner.wording.messages import say
from yaohao.planner.wording.moments import local_moment
from yaohao.tui.text_layout import facts_lines, folded, shown
from yaohao.tui.widgets.big_text import grouped, large_lines, large_width
from yaohao.tui.widgets.falling_tickets import Group

LEAST = 20
"""Digits that a seed of dice must have; the bureau checks it again."""

NARROW = 50
"""Columns beside the code below which values stand under their labels."""

TALL = 34
"""Rows from which on the seed of a held round stands in large letters."""

LACKING = {"published": "tui_draw.was-unpublished", "witnessed": "tui_draw.unwitnessed"}
"""What is said where nobody else vouches for a round."""

Report = Mapping[str, Any]


def commitment_lines(report: Report, name: str, room: int) -> list[str]:
    """When a round was committed, where its seed will come from, who is in it."""
    round_ = report["rounds"][name]
    facts = [
        ("at", local_moment(round_["committed_at"])),
        ("announced", report["announced"][name] or say("tui_draw.no-source")),
    ]
    if name == "select":
        counts = round_["counts"]
        facts.append(("pool", f"{counts['pool']:,} / {counts['scope']:,}"))
    else:
        visits = sum(not visit["reserve"] for visit in report["visits"])
        facts.append(("visits", f"{visits:,}"))
    if round_["level"] is not None:
        facts.append(("level", level_words(round_["level"])))
    else:
        published = "yes" if round_["published"] else "not"
        facts.append(("published", say(f"tui_draw.published-{published}")))
    pairs = [(say(f"tui_draw.fact-{label}"), value) for label, value in facts]
    return facts_lines(pairs, room) if room >= NARROW else _narrow(pairs, room)


def _narrow(facts: Sequence[tuple[str, str]], room: int) -> list[str]:
    """Labels and values in little room: values that do not fit stand below their labels."""
    lines = []
    for label, value in facts:
        text = f"{label}: {plain(value, 400)}"
        if cell_len(text) <= room:
            lines.append(text)
        else:
            lines += [f"{label}:", *(f"  {part}" for part in folded(plain(value, 400), room - 2))]
    return lines


def source_words(source: str, witnesses: Sequence[str]) -> str:
    """The source of a seed and its witnesses."""
    return say("tui_draw.source-told", source=source or "-", witnesses=", ".join(witnesses) or "-")


_AGAIN_WORDS = 3
"""Lines beside the digits where they are typed again: what each of both is, and one between."""


def seed_text(seed: str, again: str | None, width: int, height: int, *, ascii_only: bool) -> str:
    """Digits in large letters as far as there is room, and those typed again below them."""
    if again is None:
        missing = "_" * max(LEAST - len(seed), 1)
        return _large(seed + missing, width, height, ascii_only=ascii_only)
    rest = again + "_" * (len(seed) - len(again))
    room = height - _AGAIN_WORDS
    first, second = (_large(one, width, room, ascii_only=ascii_only) for one in (seed, rest))
    if len([*first.split("\n"), *second.split("\n")]) > room:
        first = "\n".join(grouped(seed, 5, 8))
        left = room - len(first.split("\n"))
        second = _large(rest, width, left, ascii_only=ascii_only)
    head, tail = say("tui_draw.first-time"), say("tui_draw.second-time")
    return f"{head}\n{first}\n\n{tail}\n{second}"


def _large(digits: str, width: int, height: int, *, ascii_only: bool) -> str:
    groups = 4 if large_width("00000 00000 00000 00000") <= width else 2
    lines = grouped(digits, 5, groups)
    if len(lines) * (6 if ascii_only else 4) - 1 > height:  # none below the last
        return "\n".join(grouped(digits, 5, 8))
    return large_lines(lines, ascii_only=ascii_only)


def held_lines(
    report: Report, name: str, width: int, height: int, *, ascii_only: bool
) -> list[str]:
    """What a round came to, its seed, and where the seed came from."""
    round_, visits = report["rounds"][name], report["visits"]
    if name == "select":
        tally = say(
            "tui_draw.tally",
            drawn=f"{sum(v['standing'] == 'pool' and not v['reserve'] for v in visits):,}",
            directed=f"{sum(v['standing'] == 'directed' for v in visits):,}",
            reserves=f"{sum(v['reserve'] for v in visits):,}",
        )
    else:
        tally = say("tui_draw.dealt", size=f"{sum(not v['reserve'] for v in visits):,}")
    lines = [f"{report['draw']}   {say(f'common.title-round-{name}')}   {tally}"]
    seed = plain(round_["seed"], 120)
    digits = seed.replace(" ", "")
    large = " ".join(grouped(digits, 5, len(digits)))
    is_digits = digits.isascii() and digits.isdigit()
    if height >= TALL and is_digits and large_width(large) <= width:
        lines += ["", large_lines([large], ascii_only=ascii_only)]
    else:
        lines.append(say("tui_draw.seed-was", seed=seed))
    if round_["witnessed"]:
        lines += folded(source_words(round_["source"], round_["witnesses"]), width)[:2]
    return [*lines, *folded(standing_words(round_["level"]), width)[:2]]


def outcome_lines(report: Report, width: int, *, ascii_only: bool) -> list[str]:
    """The line of outcomes from 0 to 1, the one taken filled, and the lot's point below it."""
    width = max(width - 6, 20)
    full, empty = ("#", "-") if ascii_only else ("\u2588", "\u2591")
    first, last = (end * width // PPM for end in (report["first"], report["last"]))
    line = [empty] * width
    if len(report["ends"]) <= width // 3:
        for end in report["ends"][:-1]:
            line[min(end * width // PPM, width - 1)] = "|"
    first = min(first, width - 1)
    line[first : max(last, first + 1)] = full * max(last - first, 1)
    at = min(report["point"] * width // PPM, width - 1)
    caption = say(
        "tui_draw.outcome",
        outcome=f"{report['outcome'] + 1:,}",
        outcomes=f"{report['outcomes']:,}",
        point=_decimal(report["point"]),
        first=_decimal(report["first"]),
        last=_decimal(report["last"]),
    )
    return [f"0 {''.join(line)} 1", f"  {' ' * at}^", caption]


def _decimal(millionths: int) -> str:
    """Millionths as a decimal number with all its screens."""
    return f"{millionths // PPM}.{millionths % PPM:06d}"


def list_rows(report: Report, name: str) -> list[list[Any]]:
    """The rows of the list after a round: who was drawn, or who goes to whom."""
    rows = []
    for place, visit in enumerate(report["visits"], 1):
        region = code_name("region", visit["region"])
        head, named = (place, "dim"), (visit["name"], "strong")
        if name == "crew":
            if not visit["reserve"]:
                crew = crew_words(report, visit)
                rows.append([head, visit["entity_id"], named, (region, "dim"), crew])
            continue
        kind = "reserve" if visit["reserve"] else visit["standing"]
        standing = (say(f"tui_draw.standing-{kind}"), "dim" if kind == "reserve" else "")
        ticket = (visit["mark"][:12], "dim")
        rows.append([head, ticket, visit["entity_id"], named, region, standing])
    return rows


def crew_words(report: Report, visit: Report) -> str:
    """The names of a visit's inspectors."""
    return ", ".join(report["names"].get(one) or one for one in visit["inspectors"])


def fall_groups(report: Report, name: str, digits: int) -> list[Group]:
    """What falls, group by group: tickets (so many digits of them) by cell or region, or crews."""
    visits = report["visits"]
    if name == "select":
        return [
            Group(
                _heading(group), [_ticket_line(visits[place], digits) for place in group["visits"]]
            )
            for group in report["groups"]
        ]
    regions: dict[str, list[str]] = {}
    for visit in visits:
        if not visit["reserve"]:
            line = f"{shown(visit['name'])}   {shown(crew_words(report, visit))}"
            regions.setdefault(visit["region"], []).append(line)
    return [
        Group(shown(code_name("region", code)), lines) for code, lines in sorted(regions.items())
    ]


def _heading(group: Report) -> str:
    count = f"{len(group['visits']):,}"
    if "cell" in group:
        return say(
            "tui_draw.cell",
            cell=group["cell"],
            name=group["name"],
            size=f"{group['size']:,}",
            drawn=count,
        )
    return f"{shown(code_name('region', group['region'])) or say('common.none')}   {count}"


def _ticket_line(visit: Report, digits: int) -> str:
    return f"{visit['mark'][:digits]}  {shown(visit['entity_id'])}  {shown(visit['name'])}"

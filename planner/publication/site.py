"""A site of all draws: a list, a feed, the items; each draw's stages lie beside, never rewritten.

Static files with relative links and no request to anywhere; names and titles are escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from html import escape
from typing import Any

from yaohao.planner.publication.visit_tables import csv_bytes
from yaohao.planner.vocabulary.clock import moment_words
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.format import standing_words
from yaohao.planner.wording.messages import say

ITEM_COLUMNS = (
    "item_id",
    "name",
    "basis",
    "department",
    "object",
    "content",
    "method",
    "ratio",
    "frequency",
    "importance",
)
"""What of the item list is public."""

_STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#1b1f24;background:#fff}h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:start;padding:.4rem .6rem;"
    "border-bottom:1px solid #d0d7de;vertical-align:top;overflow-wrap:anywhere}"
    "a{color:#0b57d0}@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}"
    "th,td{border-color:#30363d}a{color:#79b8ff}}"
    "@media screen and (max-width:40rem){thead{display:none}table,tbody,tr{display:block}"
    "tr{padding:.5rem 0;border-bottom:2px solid #d0d7de}td{display:grid;gap:.6rem;border:0;"
    "padding:.15rem 0;grid-template-columns:6.5rem minmax(0,1fr)}"
    "td::before{content:attr(data-label);font-weight:600}td:empty{display:none}}"
    "@page{size:A4;margin:15mm}@media print{body{max-width:none;margin:0;padding:0;color:#000;"
    "background:#fff;font-size:10.5pt}table{font-size:8.5pt}h1{font-size:16pt}"
    "thead{display:table-header-group}tr{break-inside:avoid}h2{break-after:avoid}a{color:#000}}"
)


@dataclass(frozen=True)
class Stage:
    """One publication of a draw: its folder below the site, its stage, its time, its list."""

    folder: str
    stage: str
    at: str
    sums: str


@dataclass(frozen=True)
class Listed:
    """A draw as the site lists it, with its publications, the first first."""

    draw: str
    title: str
    authority: str
    window: tuple[str, str]
    unwitnessed: bool
    unpublished: bool
    stages: Sequence[Stage]
    levels: Sequence[Mapping[str, Any]] = ()
    """What stands behind each round that has a seed."""


def index_bytes(
    draws: Sequence[Listed],
    items: Sequence[Mapping[str, Any]],
    lang: str,
    zone: tzinfo | None = UTC,
    contact: str = "",
) -> bytes:
    """The list of all draws, newest first, with the plans of each year and the item list.

    Moments are shown in `zone`, None for the machine's; `contact` is how the bureau is reached.
    """
    years = sorted({draw.window[0][:4] for draw in draws}, reverse=True)
    parts = []
    for year in years:
        of_year = [draw for draw in reversed(draws) if draw.window[0][:4] == year]
        rows = [_row(draw, lang, zone) for draw in of_year]
        heads = ("draw", "heading", "window", "stages")
        parts.append(f"<h2>{_t(say('publication.site-year', lang, year=year))}</h2>")
        parts.append(_table([say(f"publication.site-{head}", lang) for head in heads], rows))
    if items:
        columns = [column for column in ITEM_COLUMNS if any(item.get(column) for item in items)]
        parts.append(f"<h2>{_t(say('publication.site-items', lang))}</h2>")
        parts.append('<p><a href="items.csv">items.csv</a></p>')
        titles = [say(f"publication.item-{column}", lang) for column in columns]
        parts.append(_table(titles, [[_t(item[c]) for c in columns] for item in items]))
    if contact:
        parts.append(f"<p>{_t(say('publication.site-contact', lang, contact=contact))}</p>")
    authority = draws[-1].authority if draws else ""
    title = say("publication.site-title", lang, authority=authority)
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    page = f"""<!doctype html>
<html lang="{"zh-CN" if lang == "zh" else "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="referrer" content="no-referrer">
<title>{_t(title)}</title>
<link rel="alternate" type="application/atom+xml" href="feed.atom">
<style>{_STYLE}</style>
</head>
<body>
<h1>{_t(title)}</h1>
<p>{_t(say("publication.site-lead", lang))} <a href="feed.atom">Atom</a></p>
{"".join(parts)}
</body>
</html>
"""
    return page.encode()


def feed_bytes(draws: Sequence[Listed], lang: str) -> bytes:
    """An Atom feed (RFC 4287) of all publications, the newest first."""
    dated = [
        (stage.at, place, draw, stage) for draw in draws for place, stage in enumerate(draw.stages)
    ]
    dated.sort(key=lambda one: (one[0], one[1]), reverse=True)
    authority = draws[-1].authority if draws else ""
    title = say("publication.site-title", lang, authority=authority)
    entries = "".join(
        f"<entry><id>urn:sha256:{stage.sums}</id>"
        f"<title>{_t(draw.title)}: {_t(say(f'publication.stage-{stage.stage}', lang))}</title>"
        f"<updated>{stage.at}</updated>"
        f'<link href="{escape(stage.folder, quote=True)}/index.html"/>'
        f"<author><name>{_t(draw.authority)}</name></author></entry>\n"
        for _, _, draw, stage in dated
    )
    newest = dated[0][0] if dated else "1970-01-01T00:00:00Z"
    feed = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>urn:yaohao:site</id><title>{_t(title)}</title><updated>{newest}</updated>\n"
        f"{entries}</feed>\n"
    )
    return feed.encode()


def items_bytes(items: Sequence[Mapping[str, Any]]) -> bytes:
    """The item list as CSV, guarded like every table of ours."""
    return csv_bytes(list(ITEM_COLUMNS), items)


def _row(draw: Listed, lang: str, zone: tzinfo | None) -> list[str]:
    lacking = {
        "publication.unpublished": draw.unpublished,
        "publication.unwitnessed": draw.unwitnessed,
    }
    marks = "".join(f" ({_t(say(code, lang))})" for code, lacks in lacking.items() if lacks)
    stages = "<br>".join(
        f'<a href="{escape(stage.folder, quote=True)}/index.html">'
        f"{_t(say(f'publication.stage-{stage.stage}', lang))}</a> "
        f"{_t(moment_words(stage.at, zone))}"
        for stage in draw.stages
    )
    window = " - ".join(map(_t, draw.window))
    behind = "".join(f"<br>{_t(standing_words(one, lang))}" for one in draw.levels)
    return [_t(draw.draw), _t(draw.title) + marks + behind, window, stages]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; the cells of `rows` are HTML already."""
    head = "".join(f"<th>{_t(one)}</th>" for one in heads)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td data-label="{_t(title)}">{f"<span>{cell}</span>" if cell else ""}</td>'
            for title, cell in zip(heads, row, strict=True)
        )
        + "</tr>\n"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table>\n"


def _t(text: str) -> str:
    """Any text as HTML or XML, with nothing in it that takes effect."""
    return escape(plain(str(text)), quote=True)

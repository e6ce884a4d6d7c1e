"""The draft of the compliance checklist in words, in the language in use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.publication.paper.rehearsal import marked
from yaohao.planner.publication.paper.report_page import ReportPage, Section
from yaohao.planner.wording.format import code_name
from yaohao.planner.wording.messages import language, say


def checklist_page(report: Mapping[str, Any]) -> ReportPage:
    """The checklist as a report: a section for each industry."""
    authority = str(report["authority"])
    sections = [_industry(one) for one in report["industries"]]
    if not sections:
        sections = [Section(say("report.checklist"), notes=(say("report.checklist-none"),))]
    return ReportPage(
        marked(authority, language()) if report["rehearsal"] else authority,
        say("report.checklist"),
        say("report.checklist-days", first=report["first"], last=report["last"]),
        tuple(sections),
        (say("report.checklist-note", least=report["least"], most=report["most"]),),
    )


def _industry(one: Mapping[str, Any]) -> Section:
    names = ("item", "content", "basis", "what", "visits", "found")
    rows = tuple(
        (
            f"{row['item_id']} {row['name']}".strip() or say("report.checklist-whole"),
            row["content"] or "-",
            row["basis"] or "-",
            say("common.comma").join(code_name("result", code) for code in row["results"]),
            f"{row['visits']:,}",
            f"{row['found']:,}",
        )
        for row in one["items"]
    )
    code = one["industry"]
    name = code_name("industry", code) if code else say("report.checklist-unknown")
    facts = (
        (say("report.checklist-visits"), f"{one['visits']:,}"),
        (say("report.checklist-found"), f"{one['found']:,}"),
    )
    notes = [] if rows else [say("report.checklist-rare")]
    if one["left_out"]:
        notes.append(say("report.checklist-left", size=one["left_out"]))
    return Section(
        name if not code or name == code else f"{code} {name}",
        facts,
        tuple(say(f"report.checklist-{key}") for key in names) if rows else (),
        rows,
        4 if rows else -1,
        notes=tuple(notes),
        name=f"industry-{code or 'none'}",
    )

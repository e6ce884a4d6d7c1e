"""Letters of cases out of templates that a bureau can replace, and the list for a mail merge.

A letter that is written is a draft: it takes effect with the step that names it by its digest. The
documents of one step are written together, so that two letters that belong together are two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from yaohao.planner.follow_up.kind_model import Kind, Step
from yaohao.planner.follow_up.named_needs import step_named
from yaohao.planner.follow_up.view import facts_of, state_words
from yaohao.planner.publication.paper.rehearsal import marked
from yaohao.planner.publication.paper.templating import Templates
from yaohao.planner.schema.reports.case_letters import LettersReport
from yaohao.planner.storage.case_acts import (
    AUTO,
    day_in_law,
    letters_for,
    names_and_places,
    of_one_kind,
    step_of,
)
from yaohao.planner.storage.case_desk import CaseDesk, StoredCase
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.list_files import list_workbook
from yaohao.planner.storage.public_folders import keep_private, write_private
from yaohao.planner.vocabulary.faults import disk_problems
from yaohao.planner.vocabulary.file_names import letter_file
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.messages import say

FORMS = ("html", "xlsx", "docx")
"""What letters can be written as; Word needs the extra ``word``."""

COLUMNS = ("number", "title", "entity_id", "name", "kind", "facts", "dues", "basis")


# Many parameters: which letters, in which form, and where they go.
def write_letters(
    workspace: WorkspaceFolder,
    cases: Sequence[str],
    step: str,
    to: Path,
    *,
    forms: Sequence[str] = ("html",),
    language: str = "",
    overwrite: bool = False,
) -> LettersReport:
    """Write every document that a step of some cases needs, a letter each, into a folder.

    A step with several documents gets a file of each, since two letters are never one.

    The number is that which the step will give (``auto``), or the last one that a case has. Raises
    PlannerError for cases of several kinds, an unknown step or form, one without documents, a
    public folder, a file that may not be replaced, and a template at fault.
    """
    unknown = [form for form in forms if form not in FORMS]
    if unknown:
        raise refuse("case.unknown-form", found=unknown[0], known=list(FORMS))
    desk = CaseDesk(workspace)
    loaded, kind = of_one_kind(desk, cases)
    chosen = step_of(kind, step)
    if not chosen.documents:
        raise refuse("case.no-documents", step=step_named(kind, step))
    language = language or workspace.settings.language
    letters = list(_letters(desk, loaded, kind, chosen, language))
    keep_private(to, workspace.folder)
    with disk_problems(to):
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
    files: list[str] = []
    parts: list[tuple[str, str, list[dict[str, Any]]]] = []
    for form in dict.fromkeys(forms):
        if form == "xlsx" or len(chosen.documents) == 1:
            parts.append((letter_file(kind.id, step, form), form, letters))
            continue
        for name in chosen.documents:  # a file of each, as a step takes them
            own = [one for one in letters if one["document"] == name]
            parts.append((letter_file(kind.id, step, form, name), form, own))
    for name, _, _ in parts:
        if not overwrite and (to / name).exists():
            raise refuse("output.exists", file=str(to / name))
    made = [(name, _content(workspace, form, own, language)) for name, form, own in parts]
    for name, content in made:
        write_private(to / name, content, workspace.folder)
        files.append(name)
    numbers = list(dict.fromkeys(one["number"] for one in letters if one["number"]))
    return {"folder": str(to), "files": files, "letters": len(letters), "numbers": numbers}


def _letters(
    desk: CaseDesk, loaded: Sequence[StoredCase], kind: Kind, step: Step, language: str
) -> Iterator[dict[str, Any]]:
    """What each letter says, the documents of one case after the other."""
    workspace = desk.workspace
    names = names_and_places(workspace, [one.case.subject for one in loaded])
    authority = workspace.settings.authority
    if workspace.is_rehearsal:
        authority = marked(authority, language)
    today = day_in_law(workspace, "")
    fresh = letters_for(desk, kind, step.series, AUTO, today, len(loaded)) if step.series else []
    for place, one in enumerate(loaded):
        case = one.case
        taken = any(name == step.id for name, _ in case.taken)
        number = case.letters[-1] if taken and case.letters else ""
        for document in step.documents:
            words = kind.documents[document]
            yield {
                "authority": authority,
                "title": getattr(words, language),
                "document": document,
                "number": number or (str(fresh[place]) if fresh else ""),
                "entity_id": case.subject,
                "name": names.get(case.subject, ("", ""))[0],
                "kind": getattr(kind.words, language),
                "state": getattr(state_words(kind, case.state), language),
                "facts": [
                    {"name": fact["words"][language], "value": _value(fact["value"], language)}
                    for fact in facts_of(case, kind)
                ],
                "dues": [
                    {"name": getattr(due.words, language), "day": one.row.next_due}
                    for due in kind.dues_in(case.state)
                    if one.row.next_due and due.who == "entity"
                ][:1],
                "basis": step.basis or kind.basis,
                "decision": bool(step.series),
            }


def _value(value: Any, language: str) -> str:
    if isinstance(value, bool):
        return say("forms.yes" if value else "forms.fact-no", language)
    return ", ".join(value) if isinstance(value, list) else str(value)


def _content(
    workspace: WorkspaceFolder, form: str, letters: Sequence[dict[str, Any]], language: str
) -> bytes:
    if form == "html":
        templates = Templates(workspace.folder, language)
        values = {"letters": letters, "contact": workspace.settings.contact}
        return b"".join(templates.pieces("case_letters.html", values))
    if form == "docx":
        from yaohao.planner.publication.paper.word_letters import word_letters

        return word_letters(workspace.folder, letters, language, workspace.settings.contact)
    rows = [
        {
            **{name: one[name] for name in COLUMNS if name not in ("facts", "dues")},
            "facts": "; ".join(f"{fact['name']}: {fact['value']}" for fact in one["facts"]),
            "dues": "; ".join(f"{due['name']}: {due['day']}" for due in one["dues"]),
        }
        for one in letters
    ]
    headings = [say(f"forms.case-column-{name}", language) for name in COLUMNS]
    return list_workbook(say("forms.case-letters-title", language), headings, COLUMNS, rows)

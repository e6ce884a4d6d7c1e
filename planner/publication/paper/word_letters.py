"""Letters as a Word document: bureaus finish and stamp them there (extra ``word``).

The template is made here, with East Asian fonts; one of a bureau's own, `case_letters.docx` among
its templates, comes first. What stands in it in braces is filled by docxtpl in a sandbox, and what
is put in is text: it can be neither markup of Word nor an expression.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from yaohao.planner.publication.paper.templating import FOLDER, own_file
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.messages import say

TEMPLATE = "case_letters.docx"
LARGEST = 5_000_000
"""Bytes of a template of a bureau's own."""

_SONG, _HEI = "宋体", "黑体"
_LATIN = "Times New Roman"
_CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32)))


def word_letters(
    workspace: Path, letters: Sequence[Mapping[str, Any]], language: str, contact: str = ""
) -> bytes:
    """The letters as one document, each on a page of its own; `contact` is how to reach the bureau.

    Raises PlannerError where the extra is not installed, and for a template of the bureau's own
    that cannot be filled.
    """
    try:
        from docxtpl import DocxTemplate
        from jinja2 import TemplateError
        from jinja2.sandbox import ImmutableSandboxedEnvironment
    except ImportError as error:
        raise refuse("case.no-word") from error
    own = own_file(workspace / FOLDER, TEMPLATE)
    if own is not None and own.stat().st_size > LARGEST:
        raise refuse("forms.template-large", file=str(own), most=f"{LARGEST:,}")
    source = io.BytesIO(own.read_bytes() if own is not None else _template(language))
    values = {"letters": [_plain(one) for one in letters], "contact": _plain(contact)}
    out = io.BytesIO()
    try:
        document = DocxTemplate(source)
        document.render(values, ImmutableSandboxedEnvironment(autoescape=True), autoescape=True)
        document.save(out)
    except (TemplateError, ValueError, KeyError, TypeError, OSError, LookupError) as error:
        name = str(own) if own is not None else TEMPLATE
        raise refuse("forms.bad-template", file=name, line=1, found=str(error)[:200]) from error
    return out.getvalue()


def _plain(value: Any) -> Any:
    """Values without what XML cannot carry."""
    if isinstance(value, str):
        return value.translate(_CONTROL)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return {key: _plain(one) for key, one in value.items()} if isinstance(value, dict) else value


def _template(language: str) -> bytes:
    """The template that is used where a bureau has none: a loop over letters, a page each."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = _LATIN, Pt(12)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _SONG)

    def paragraph(text: str, size: float = 0, font: str = "", align: Any = None) -> Any:
        line = document.add_paragraph()
        run = line.add_run(text)
        if size:
            run.font.size = Pt(size)
        if font:
            run.font.name = _LATIN
            run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
        line.alignment = align
        return line

    def words(name: str, **params: str) -> str:
        return say(f"forms.{name}", language, **params)

    centre, right = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
    colon = words("colon")
    paragraph("{%p for letter in letters %}")
    paragraph("{{ letter.authority }}", 14, _HEI, centre)
    paragraph("{{ letter.title }}", 20, _HEI, centre)
    paragraph("{{ letter.number }}", 12, "", centre)
    paragraph("{{ letter.name or letter.entity_id }} ({{ letter.entity_id }})" + colon)
    paragraph(words("case-letter-reason", kind="{{ letter.kind }}", state="{{ letter.state }}"))
    paragraph("{%p for fact in letter.facts %}")
    paragraph("{{ fact.name }}" + colon + "{{ fact.value }}")
    paragraph("{%p endfor %}")
    paragraph("{%p for due in letter.dues %}")
    paragraph("{{ due.name }}" + colon + "{{ due.day }}")
    paragraph("{%p endfor %}")
    paragraph(words("case-letter-basis") + colon + "{{ letter.basis }}")
    paragraph("{%p if letter.decision %}")
    paragraph(words("case-letter-remedy"))
    paragraph("{%p endif %}")
    paragraph("{%p if contact %}")
    paragraph(words("contact-how") + colon + "{{ contact }}")
    paragraph("{%p endif %}")
    paragraph("{{ letter.authority }} " + words("seal"), 12, "", right)
    paragraph(words("date-line"), 12, "", right)
    paragraph(words("receipt") + " ____________ " + words("date-line"))
    paragraph("{%p if not loop.last %}")
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    paragraph("{%p endif %}")
    paragraph("{%p endfor %}")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()

"""Files of registers without a workspace: templates, and exports of rows set aside."""

from __future__ import annotations

from yaohao.planner.register.mend_file import is_mend_file
from yaohao.planner.register.templates import (
    field_about,
    field_name,
    template_headings,
    write_template,
)
from yaohao.planner.register.text_encodings import COMMON as ENCODINGS

__all__ = [
    "ENCODINGS",
    "field_about",
    "field_name",
    "is_mend_file",
    "template_headings",
    "write_template",
]

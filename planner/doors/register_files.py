"""Files of registers without a workspace: templates, and exports of rows set aside."""

from __future__ import annotations

from yaohao.planner.register.mend_file import is_mend_file
from yaohao.planner.register.templates import template_headings, write_template

__all__ = ["is_mend_file", "template_headings", "write_template"]

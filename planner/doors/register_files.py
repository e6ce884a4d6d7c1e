"""Files of registers without a workspace: exports of rows set aside."""

from __future__ import annotations

from yaohao.planner.register.mend_file import is_mend_file

__all__ = ["is_mend_file"]

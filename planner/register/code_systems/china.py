"""China: unified social credit codes, divisions (GB/T 2260), industries (GB/T 4754), its terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from yaohao.planner.register import values
from yaohao.planner.register.cells import Read, is_blank
from yaohao.planner.register.code_systems.base import CodeSystem
from yaohao.planner.register.descriptions import read_industry, read_region
from yaohao.planner.schema.entity import Column
from yaohao.planner.vocabulary.codes import Code, check_code_bytes, read_code, repair_code
from yaohao.planner.vocabulary.divisions import division_name
from yaohao.planner.vocabulary.terms import TERMS

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


class China:
    """The code system of a Chinese register."""

    ledger_name = "china"
    zone = "Asia/Shanghai"
    has_holidays = True
    checks_ids = True
    guesses_gb18030 = True
    folds_case = False
    names_regions = True

    def check_ids(self, column: pa.StringArray) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which are codes with a right check character; of these, a wrong organisation digit."""
        import numpy as np

        _, offsets, data = column.buffers()
        if data is None:
            return np.zeros(len(column), np.bool_), np.zeros(len(column), np.bool_)
        ends = np.frombuffer(offsets, np.int32, len(column) + 1, column.offset * 4)
        ends = ends.astype(np.int64)
        buffer = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]
        return check_code_bytes(buffer, ends[:-1] - ends[0], np.diff(ends))

    def read_id(self, text: str) -> Code:
        """A credit code or a registration number."""
        return read_code("" if is_blank(text) else text)

    def typed_id(self, text: str) -> str:
        """Upper case without blanks."""
        code = read_code(text)
        return repair_code(text) if code.reason else code.text

    def read_region(self, text: str, within: str = "") -> tuple[str, str]:
        """A division by its code or its name."""
        read = read_region(within)(text)
        return read.text, read.reason

    def reader_of_code(self, column: Column, within: str = "") -> Read:
        """Divisions, industries and terms by code or name; other columns hold any codes."""
        if column.name in TERMS:
            return values.read_term(column.name, column.default)
        if column.name == "region":
            return read_region(within)
        return read_industry if column.name == "industry" else values.read_free(column.default)

    def reader_of_set(self, replacements: Mapping[str, str] | None) -> Read:
        """Key fields by code or name."""
        return values.read_fields(False, replacements)

    def region_name(self, code: str) -> str:
        """The name of a division."""
        return division_name(code)


SYSTEM: CodeSystem = China()

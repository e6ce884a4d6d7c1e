"""What a code system is: the contract between a register and its ids and codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from yaohao.planner.register.cells import Read
from yaohao.planner.schema.entity import Column
from yaohao.planner.vocabulary.codes import Code

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


class CodeSystem(Protocol):
    """The ids and codes of a register, and the names and days of where it is kept."""

    @property
    def ledger_name(self) -> str:
        """What the ledger calls such a register, one of `schema.code_system.PUBLISHED`."""

    @property
    def zone(self) -> str:
        """The name of the time zone where such registers are kept; empty where that is anywhere."""

    @property
    def has_holidays(self) -> bool:
        """Whether the holidays of China are days off where a workspace has no calendar."""

    @property
    def checks_ids(self) -> bool:
        """Whether an id can be told to be mistyped without looking it up."""

    @property
    def guesses_gb18030(self) -> bool:
        """Whether a text that is not UTF-8 is taken for GB18030, where none says what it is."""

    @property
    def folds_case(self) -> bool:
        """Whether an id is meant also where only the case of its letters differs."""

    @property
    def names_regions(self) -> bool:
        """Whether regions have names of their own, which are public."""

    def check_ids(self, column: pa.StringArray) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which texts without nulls are ids as they stand, and which of these are odd.

        An odd id is accepted, with a warning.
        """

    def read_id(self, text: str) -> Code:
        """An id as a cell of a register has it, repaired where that is exact, or the reason why it
        is refused.
        """

    def typed_id(self, text: str) -> str:
        """An id typed by hand in the form in which it is stored, whether it is valid or not."""

    def read_region(self, text: str, within: str = "") -> tuple[str, str]:
        """The code of a region and "", or anything and the reason why it is refused.

        Of several regions of one name that within the bureau's own, `within`, is meant.
        """

    def reader_of_code(self, column: Column, within: str = "") -> Read:
        """The reader of a column of codes; `within` is the bureau's own region."""

    def reader_of_set(self, replacements: Mapping[str, str] | None) -> Read:
        """The reader of a column of several codes; `replacements` are for single ones."""

    def region_name(self, code: str) -> str:
        """The name of a region, "" where it has none."""

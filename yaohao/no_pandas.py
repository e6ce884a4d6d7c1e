"""pandas is not loaded where nothing asks for it: a quarter of a second at every start.

pyarrow looks for it at the first array that is made of a list, to know one of its tables. This
program has none, in the processes that are its own; who uses the package from Python may have some.
Only `sys`, which is loaded already, is imported: see `yaohao.safe_path`.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class _NoPandas:
    """A finder of modules that has no pandas."""

    @staticmethod
    def find_spec(name: str, path: "Sequence[str] | None" = None, target: object = None) -> None:
        """Raise ModuleNotFoundError for pandas; nothing is found of any other module."""
        if name == "pandas":
            raise ModuleNotFoundError("pandas is not used in this process", name=name)


def leave_out_pandas() -> None:
    """Let this process, which is the program's own, load pandas for nobody."""
    if _NoPandas not in sys.meta_path:
        sys.meta_path.insert(0, _NoPandas)

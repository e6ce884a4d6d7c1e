"""yaohao (摇号): double-random inspections that anyone can recompute and nobody can steer.

>>> from yaohao import Workspace                             # doctest: +SKIP
>>> workspace = Workspace.create("bureau")                   # doctest: +SKIP
>>> workspace.import_files("entities", ["entities.csv"])     # doctest: +SKIP

The parts are `yaohao.planner` (registers, plans, draws, publications; `yaohao.planner.workspace`
is its public door), `yaohao.scripts` (the command line), `yaohao.tui` (the screens) and
`yaohao.sample_data` (synthetic registers).
"""

# Nothing but `os`, which every Python has loaded by now, is imported here: ``python -m yaohao``
# starts with the working folder on its path, and what lies there must not be run.
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from yaohao.planner.doors.backups import check_backup, restore_backup
    from yaohao.planner.doors.checks import verify_publication
    from yaohao.planner.vocabulary.problems import CheckFailed, PlannerError, Problem
    from yaohao.planner.workspace import Workspace

__all__ = [
    "CheckFailed",
    "PlannerError",
    "Problem",
    "Workspace",
    "__version__",
    "check_backup",
    "restore_backup",
    "verify_publication",
]

_HERE = os.path.dirname(os.path.abspath(__file__))
if not os.path.isdir(os.path.join(_HERE, "planner")):
    # In the repository the parts lie beside this folder; installed, they lie in it.
    __path__.append(os.path.dirname(_HERE))

_PROBLEMS = ("CheckFailed", "PlannerError", "Problem")


def __getattr__(name: str) -> object:
    # Loaded when first asked for: `yaohao --help` needs none of it.
    if name == "Workspace":
        from yaohao.planner.workspace import Workspace

        return Workspace
    if name == "verify_publication":
        from yaohao.planner.doors.checks import verify_publication

        return verify_publication
    if name in ("check_backup", "restore_backup"):
        from yaohao.planner.doors import backups

        return getattr(backups, name)
    if name in _PROBLEMS:
        from yaohao.planner.vocabulary import problems

        return getattr(problems, name)
    if name == "__version__":
        from yaohao.planner import __version__

        return __version__
    raise AttributeError(f"module 'yaohao' has no attribute {name!r}")

"""No working folder on Python's path: what lies beside a workspace is data, never code.

Only `os` and `sys`, which are loaded already, are imported: anything else could come from there.
"""

import os
import sys

_OWN = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


def leave_out_working_folder() -> None:
    """Take the working folder off this process's path, unless this very program lies in it.

    ``python -m`` puts it first, and an empty entry of PYTHONPATH means it. A checkout in which the
    program itself lies stays: it is the program.
    """
    here = _working_folder()
    if here != _OWN:
        sys.path[:] = [entry for entry in sys.path if entry and os.path.realpath(entry) != here]


def child_environment() -> dict[str, str]:
    """What a child process of this program gets besides: no working folder on its path either.

    Relative and empty entries of PYTHONPATH mean the working folder or what is below it. The folder
    of this program is added where Python would not find it by itself.
    """
    import site

    entries = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    absolute = [entry for entry in entries if os.path.isabs(entry)]
    here = _working_folder()
    absolute = [entry for entry in absolute if here == _OWN or os.path.realpath(entry) != here]
    known = [os.path.realpath(entry) for entry in (*absolute, *site.getsitepackages())]
    if _OWN not in (*known, os.path.realpath(site.getusersitepackages())):
        absolute.append(_OWN)
    return {"PYTHONSAFEPATH": "1", "PYTHONPATH": os.pathsep.join(absolute)}


def _working_folder() -> str:
    try:
        return os.path.realpath(os.getcwd())
    except OSError:  # it was deleted: nothing can be loaded from it
        return ""

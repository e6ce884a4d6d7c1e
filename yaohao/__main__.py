"""Run as ``python -m yaohao``, and as the command `yaohao`."""

import gc
import os

from yaohao.safe_path import leave_out_working_folder

_YOUNG = 50_000
"""Objects made since the last collection at which there is one; Python's own is below a thousand.
It changes nothing but time and, where circles are made, memory."""

_ALLOCATOR = {"MIMALLOC_ALLOW_THP": "0"}
"""What the allocator of Arrow is told, unless it is told otherwise already: no pages of 2 MB. It
lets go of them and asks for them again, and the system clears each one whole: two fifths of the
processor's time of an import. It changes nothing but time."""


def main() -> None:
    """Run the command line, once nothing can be loaded from the working folder any more."""
    leave_out_working_folder()
    # Rows by the ten thousand are made and few are let go of: at Python's own pace a tenth of the
    # time of a draw went into looking through them for circles.
    gc.set_threshold(_YOUNG)
    for name, value in _ALLOCATOR.items():
        os.environ.setdefault(name, value)
    from yaohao.scripts.cli import main as run

    run()


if __name__ == "__main__":
    main()

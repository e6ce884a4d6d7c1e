"""Import the night's export of a register into a workspace, from cron.

    15 2 * * *  python nightly_import.py /srv/bureau entities /srv/export/entities.csv

Rows that cannot be accepted do not stop the rest: they are written to a file with their reasons, to
be mended and imported again. Status: 0 all rows accepted, 1 some set aside, 2 the file was refused.
"""

import argparse
import sys
from pathlib import Path

from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace


def main() -> int:
    """Import, write the rejected rows, and print the result in one line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workspace", type=Path)
    parser.add_argument("register", choices=["entities", "inspectors", "items", "leads"])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--set-aside", type=Path, help="CSV for the rows that were set aside")
    options = parser.parse_args()
    try:
        workspace = Workspace(options.workspace)
        # An export that is only half there sets many rows aside: look first, change nothing.
        trial = workspace.import_files(options.register, options.files, dry_run=True)
        if trial["set_aside"] > trial["accepted"]:
            print(f"{trial['set_aside']} of {trial['rows']} rows are bad: not imported")
            return 2
        report = workspace.import_files(options.register, options.files)
        if report["set_aside"] and options.set_aside:
            workspace.export_set_aside(options.register, options.set_aside)
    except PlannerError as error:
        print(error, file=sys.stderr)
        return 2
    changed = "changed" if report["changed"] else "as before"
    print(f"{report['accepted']} of {report['rows']} rows accepted, register {changed}")
    return 1 if report["set_aside"] else 0


if __name__ == "__main__":
    sys.exit(main())

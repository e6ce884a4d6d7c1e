"""Publish every draw of a workspace to CSV and JSON, and verify the files, from cron.

    30 * * * *  python publish_results.py /srv/bureau --to /srv/www/inspections

Each draw has a folder of its own, written whole or not at all. A draw that stands as it was
published, its results and withdrawals included, is left alone, so that the ledger does not grow by
a line every hour. Status: 0 all is
published and verifies, 1 a publication does not verify, 2 something was refused.
"""

import argparse
import json
import sys
from pathlib import Path

from yaohao import PlannerError, Workspace, verify_publication


def is_published(workspace: Workspace, draw: str, folder: Path) -> bool:
    """Whether the last publication in a folder shows a draw as it stands now.

    What differs between two publications of one state is where the ledger stood.
    """
    try:
        before = json.loads((folder / "draw.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    now = workspace.public_view(draw)
    shown = {**now["record"], "visits": now["visits"]}
    return all(before.get(key) == shown[key] for key in shown if key not in ("ledger", "previous"))


def main() -> int:
    """Publish the draws with a new stage, verify all, print one line for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--to", type=Path, required=True)
    options = parser.parse_args()
    status = 0
    try:
        workspace = Workspace(options.workspace)
        options.to.mkdir(parents=True, exist_ok=True)
        for row in workspace.draws():
            folder = options.to / row["draw"]
            fresh = not is_published(workspace, row["draw"], folder)
            if fresh:
                workspace.publish(row["draw"], folder, ["csv", "json"])
            bad = [one for one in verify_publication(folder) if one.ok is False]
            state = "DOES NOT VERIFY" if bad else "published" if fresh else "as before"
            print(f"{row['draw']}: {row['stage']}, {state}")
            for one in bad:
                print(f"  {one.name}: {one.words()}", file=sys.stderr)
                status = 1
    except (PlannerError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return status


if __name__ == "__main__":
    sys.exit(main())

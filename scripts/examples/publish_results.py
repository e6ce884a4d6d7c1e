"""Publish every draw of a workspace to CSV and JSON, and verify the files, from cron.

    30 * * * *  python publish_results.py /srv/bureau --to /srv/www/inspections

Each draw has a folder of its own, written whole or not at all. A draw that stands as it was
published is left alone, so that the ledger does not grow by a line every hour. Status: 0 all is
published and verifies, 1 a publication does not verify, 2 something was refused.
"""

import argparse
import json
import sys
from pathlib import Path

from yaohao import PlannerError, Workspace, verify_publication


def published_stage(folder: Path) -> str:
    """The stage of the last publication in a folder; empty if there is none."""
    try:
        lines = (folder / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
        record = json.loads((folder / "draw.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    if record["abandoned"]:
        return "abandoned"
    acts = [json.loads(line)["act"] for line in lines]
    kinds = [(act["act"], act.get("round")) for act in acts if act.get("draw") == record["draw"]]
    if ("crews", None) in kinds:
        return "dealt"
    if ("commitment", "crew") in kinds:
        return "staffed"
    return "drawn" if ("draw", None) in kinds else "committed"


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
            fresh = published_stage(folder) != row["stage"]
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

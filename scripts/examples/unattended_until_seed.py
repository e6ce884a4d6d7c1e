"""Prepare a draw unattended up to the seed: import, freeze, publish the commitment, and stop.

    0 6 4 1 *  python unattended_until_seed.py /srv/bureau plans/2027q1.toml --to /srv/www/2027q1

What comes next needs people: dice before witnesses. Nothing here may make up a seed. Run again with
the same plan, it makes no second draw. Status: 0 the seed is awaited, 2 something was refused.
"""

import argparse
import sys
from pathlib import Path

from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace


def main() -> int:
    """Import the files, freeze if not done yet, publish, and print the next step."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workspace", type=Path)
    parser.add_argument("plan", type=Path, help="a plan file, below the workspace")
    parser.add_argument("--entities", type=Path, nargs="*", default=[])
    parser.add_argument("--to", type=Path, required=True, help="where the commitment is published")
    options = parser.parse_args()
    try:
        workspace = Workspace(options.workspace)
        plan = options.workspace / options.plan
        name = workspace.check_plan(plan)["plan"]
        known = [row for row in workspace.draws() if row["plan_id"] == name]
        waiting = [row["draw"] for row in known if row["stage"] == "committed"]
        if known and not waiting:
            print(f"{name} has been drawn already", file=sys.stderr)
            return 2
        if not waiting:
            if options.entities:
                workspace.import_files("entities", options.entities)
            waiting = [workspace.freeze(plan)["draw"]]
        draw = waiting[0]
        workspace.publish(draw, options.to)
        select = workspace.show(draw)["select"]
    except PlannerError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{draw}: committed to {select['commitment']}, published in {options.to}")
    print(f"The seed is awaited from: {select['source'] or '(the plan names no source)'}")
    print(f"then: yaohao draw {draw} --seed TEXT --source TEXT --witness NAME")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""``python -m sample_data [DIR]``: write the committed sample, sample_data/tongliao."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from yaohao.planner.vocabulary.problems import PlannerError

FOLDER = Path(__file__).parent / "tongliao"
ENTITIES, SEED = 20_000, 2027


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the committed sample, or the same elsewhere; returns the exit status.

    It is ``yaohao synth DIR --entities 20000 --seed 2027 --dirt light --parts
    entities,inspectors,items,leads,lists``, and a test holds it to the byte.
    """
    from yaohao.sample_data.folder import SAMPLE, write_folder
    from yaohao.sample_data.population import Population

    given = sys.argv[1:] if arguments is None else arguments
    folder = Path(given[0]) if given else FOLDER
    try:
        rows = write_folder(Population(ENTITIES, SEED, dirt="light"), folder, parts=SAMPLE)
    except PlannerError as error:
        print(error, file=sys.stderr)
        return error.status
    print(*(f"{name}\t{count}" for name, count in rows.items()), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Publications as they are made and with one change each, for readers that are held to each other.

Load it with ``pytest_plugins = ["helpers.changed_bundles"]``; nothing in it asserts.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from helpers import fuzz
from helpers.bundle_maker import Files
from helpers.forged_bundles import resealed
from helpers.mutations import changed

_AS_MADE = 9
"""Of so many one is as it was made."""


@pytest.fixture(scope="session")
def corpora() -> dict[str, Files]:
    """The files of publications of every stage, and of one with its audit folder, by name."""
    audits = fuzz.audit_corpus(["dealt"])
    return {**fuzz.public_corpus(), **audits}


def changed_bundles(
    corpora: dict[str, Files], folder: Path, number: int, seed: str
) -> Iterator[tuple[int, Path, str]]:
    """Write so many, one in the place of the other: the number, the folder, what was changed."""
    names = sorted(corpora)
    for one in range(number):
        files, chance = corpora[names[one % len(names)]], Random(seed.format(one))
        _, where, after = changed(files, chance)
        after = resealed(after, chance.choice(("listed", "chained", "retold")), where, chance)
        yield one, fuzz.write(folder, files if one % _AS_MADE == 0 else after), where

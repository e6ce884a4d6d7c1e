"""Files that make much of themselves end in a plain message, within bounds of time and memory."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from helpers.campaign import share
from helpers.hostile_files import FILES
from helpers.kill_at import Killer

SECONDS = 5
MEGABYTES = 500
REFUSED = {
    "far-cell.xlsx": "intake.too-costly",
    "far-row.xlsx": "intake.too-costly",
    "padded.xlsx": "intake.too-costly",
    "many-rows.xlsx": "intake.unpacks",
    "shared.xlsx": "intake.unpacks",
    "repeated.ods": "intake.unreadable",
    "broken.xlsx": "intake.broken-archive",
    "absolute.xlsx": "intake.archive",
    "thousands.xlsx": "intake.many-parts",
    "nested.xlsx": "intake.archive",
    "old.xls": "intake.unreadable",
    "encrypted.xlsx": "intake.encrypted",
    "page.xls": "intake.markup",
    "empty.csv": "intake.empty-file",
    "mark.csv": "intake.empty-file",
    "wide-mark.csv": "intake.empty-file",
    "commas.csv": "intake.many-columns",
    "endless.csv": "intake.long-line",
    "zeros.csv": "intake.not-a-table",
    "quoted.csv": "intake.hopeless",
    "quotes.csv": "intake.hopeless",
    "deep.jsonl": "intake.no-json",
    "number.jsonl": "intake.no-json",
    "endless.jsonl": "intake.long-line",
    "wide.jsonl": "intake.many-columns",
    "long-texts.parquet": "intake.too-costly",
    "absurd.parquet": "intake.many-rows",
    "wide.parquet": "intake.many-columns",
    "footer.parquet": "intake.parquet-footer",
    "page.parquet": "intake.unreadable",
}
"""With what a file is refused, where nothing of it can be read."""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited and measured on Linux")
@pytest.mark.parametrize("name", share(FILES, 2))
def test_a_hostile_file_ends_in_a_plain_message(tmp_path: Path, killer: Killer, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    done = killer.run(tmp_path, 0, "helpers.reading_cost:read", [path])
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[0])
    assert told["memory"] < MEGABYTES
    assert told["seconds"] < SECONDS
    if name in REFUSED:
        assert told["code"] == REFUSED[name]
        assert told["words"] and "Traceback" not in told["words"]


def test_a_part_of_more_cells_than_a_name_each_helps_keeps_them_all() -> None:
    from yaohao.planner.register.delimited import named

    row = named(("a", "b"), [str(number) for number in range(5_000)])
    assert len(row) == 103
    assert list(row.values())[:101] == [str(number) for number in range(101)]
    assert row["extra_101"].split(",")[-1] == "4999"

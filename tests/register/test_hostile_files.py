"""Files that make much of themselves end in a plain message, within bounds of time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.hostile_files import FILES

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

_READ = """
import json, resource, sys
from pathlib import Path
from yaohao.no_pandas import leave_out_pandas
from yaohao.planner.register.entities import read_entities
from yaohao.planner.vocabulary.problems import PlannerError
leave_out_pandas()  # as the command does
def spent():
    # Seconds of processor, of this process and those it started: the same on a busy machine.
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
began, told = spent(), {"code": "", "words": ""}
try:
    found = read_entities([Path(sys.argv[1])], "free")
    assert found.rows == len(found.accepted) + found.set_aside.num_rows
    told |= {"rows": found.rows, "reasons": found.reasons()}
except PlannerError as error:
    told |= {"code": error.problems[0].code, "words": str(error)}
told["seconds"] = spent() - began
# Not ru_maxrss of this process: it starts with what the process that made it had.
status = Path("/proc/self/status").read_text()
own = int(status.split("VmHWM:")[1].split()[0])
told["memory"] = max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024
print(json.dumps(told))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited and measured on Linux")
@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_ends_in_a_plain_message(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
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

"""Reads one workbook or Parquet file in a process of its own, whose memory is limited.

Run as ``python -m yaohao.planner.register.reader KIND FILE BYTES SECONDS REQUEST``. The rows go to
standard output as Arrow streams of texts, one a sheet: `LINE`, then a column for each of the
file's. Rows that are no rows of this table go with them, as JSON in the metadata of the batch, and
so do counts of what was done to the others. What is wrong with the file goes to
standard error, as the JSON of a problem, with exit status 3.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from yaohao.no_pandas import leave_out_pandas

LINE = "line"
"""The column of line numbers."""

FAILED = 3


def main(kind: str, file: str, memory: str, seconds: str, request: str) -> int:
    """Write the rows of a file to standard output; the exit status."""
    import pyarrow as pa
    from yaohao.planner.register import columnar, workbook
    from yaohao.planner.register.sheet_request import SheetRequest
    from yaohao.planner.vocabulary.problems import PlannerError

    _limit(int(memory), int(seconds))
    try:
        if kind == "parquet":
            _write({}, columnar.read_rows(Path(file)))
        else:
            asked = SheetRequest.from_text(request)
            for source, parts in workbook.read_sheets(Path(file), asked):
                _write(vars(source), parts)
    except PlannerError as error:
        problem = error.problems[0]
        print(json.dumps(problem.as_json(), ensure_ascii=True, default=str), file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        return FAILED
    except (MemoryError, pa.ArrowMemoryError):
        return FAILED + 1
    return 0


def _limit(memory: int, seconds: int) -> None:
    """Let this process have so many bytes more than it has, and so much of the processor."""
    try:
        import resource
    except ImportError:  # no POSIX: a reader that fails still fails alone
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if seconds:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        return
    limit = pages * resource.getpagesize() + memory
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _write(source: dict[str, Any], parts: Iterator[tuple[Any, ...]]) -> None:
    """Write a stream of parts: headings, columns of texts, line numbers, rejected rows as lists,
    counts by kind.
    """
    import pyarrow as pa

    writer = None
    for headings, columns, lines, rejected, counts in parts:
        if writer is None:
            fields = [(LINE, pa.int64()), *((str(i), pa.string()) for i in range(len(headings)))]
            schema = pa.schema(
                fields,
                {"headings": json.dumps(headings), "source": json.dumps(source)},
            )
            writer = pa.ipc.new_stream(sys.stdout.buffer, schema)
        batch = pa.record_batch([pa.array(lines, pa.int64()), *columns], schema=schema)
        metadata = {"rejected": json.dumps(rejected), "counts": json.dumps(counts)}
        writer.write_batch(batch, custom_metadata=metadata)
        sys.stdout.buffer.flush()
    if writer is not None:
        writer.close()
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    leave_out_pandas()
    sys.exit(main(*sys.argv[1:]))

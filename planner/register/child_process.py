"""Files whose readers are native code are read in a process of their own: it may end, we do not.

A workbook of two cells far apart, or a Parquet file of a few kilobytes, can ask for more memory
than there is, which native code answers by ending the whole process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from typing import IO, TYPE_CHECKING

from yaohao.planner.register.delimited import (
    Chunk,
    Rejected,
)
from yaohao.planner.register.file_probe import FileProbe, unreadable
from yaohao.planner.register.heading_rows import CountKnown
from yaohao.planner.register.limits import (
    FREE,
    MEGABYTE,
    TEXT_RATIO,
    Allowance,
    parquet_allowance,
    workbook_allowance,
)
from yaohao.planner.register.reader import FAILED
from yaohao.planner.register.sheet_request import SheetRequest, SheetSource
from yaohao.planner.vocabulary.problems import PlannerError, Problem, refuse

from yaohao.safe_path import child_environment

if TYPE_CHECKING:
    import pyarrow as pa

_TOLD = 1 << 16  # bytes of what the reader says went wrong


def allowance_of(probe: FileProbe) -> Allowance:
    """What reading a workbook or a Parquet file may take; PlannerError for one that is not read."""
    look = workbook_allowance if probe.kind == "workbook" else parquet_allowance
    return look(probe.path)


def read_parquet(probe: FileProbe, known: CountKnown) -> Iterator[Chunk]:
    """The rows of a Parquet file; lines are row numbers from 1."""
    yield from _read_apart(probe, "")


def read_workbook(probe: FileProbe, request: SheetRequest) -> Iterator[Chunk]:
    """The rows of the sheets of a workbook that are asked for, or of the one that fits; lines are
    the sheet's own row numbers.
    """
    yield from _read_apart(probe, request.as_text())


def _read_apart(probe: FileProbe, request: str) -> Iterator[Chunk]:
    """The rows of a file, from the process that reads it.

    Raises PlannerError where that process fails, and where the file makes too much of itself.
    """
    import pyarrow as pa

    allowance = allowance_of(probe)
    with tempfile.TemporaryFile() as said:
        try:
            process = _start(probe, allowance, said, request)
        except OSError as error:
            raise unreadable(probe.path, error) from None
        try:
            assert process.stdout is not None
            yield from _parts(probe, process.stdout)
        except (pa.ArrowException, OSError, ValueError) as error:
            # The stream ended before its time; how the process ended says more than that.
            if process.wait() == 0:
                raise refuse("intake.unreadable", file=probe.name, error=str(error)[:300]) from None
        else:
            process.stdout.read(1)  # to the end, so that it ends by itself
            process.wait()
        finally:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
        if process.returncode:
            raise _failure(probe, allowance, process.returncode, said)


def _start(
    probe: FileProbe, allowance: Allowance, said: IO[bytes], request: str
) -> subprocess.Popen[bytes]:
    more = {
        **child_environment(),
        "ARROW_DEFAULT_MEMORY_POOL": "system",  # the others reserve far more than they use
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }
    return subprocess.Popen(
        # -P, and no such entry in PYTHONPATH: nothing that lies in the folder where people work
        # is taken for a module.
        [
            sys.executable, "-P", "-m", "yaohao.planner.register.reader", probe.kind,
            str(probe.path.absolute()), str(allowance.memory), str(allowance.seconds),
            request,
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=said,
        env=os.environ | more,
    )  # fmt: skip


def _parts(probe: FileProbe, stream: IO[bytes]) -> Iterator[Chunk]:
    """The chunks of one stream after the other, each of a sheet."""
    import pyarrow as pa

    most = 2 * FREE + TEXT_RATIO * probe.stamp[0]
    size = 0
    while first := stream.read(1):
        with pa.ipc.open_stream(_Joined(first, stream)) as reader:
            about = reader.schema.metadata or {}
            headings = tuple(json.loads(about.get(b"headings", b"[]")))
            description = json.loads(about.get(b"source", b"{}"))
            source = SheetSource(**description) if description else None
            while (part := _next(reader)) is not None:
                batch, notes = part
                size += batch.nbytes
                if size > most:
                    raise refuse(
                        "intake.unpacks", file=probe.name,
                        found=size // MEGABYTE, limit=most // MEGABYTE,
                    )  # fmt: skip
                lines, *columns = batch.columns
                rejected = [Rejected(*one) for one in json.loads(notes[b"rejected"])]
                counts = json.loads(notes[b"counts"])
                yield Chunk(headings, columns, lines.to_pylist(), rejected, source, counts)


def _next(
    reader: pa.ipc.RecordBatchStreamReader,
) -> tuple[pa.RecordBatch, Mapping[bytes, bytes]] | None:
    try:
        batch, notes = reader.read_next_batch_with_custom_metadata()
    except StopIteration:
        return None
    return batch, notes


class _Joined:
    """A stream of which the first byte was read already."""

    closed = False

    def __init__(self, first: bytes, stream: IO[bytes]) -> None:
        self._first = first
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """So many bytes, fewer at the end."""
        first, self._first = self._first[:size] if size >= 0 else self._first, b""
        return first + self._stream.read(size - len(first) if size >= 0 else -1)

    def readable(self) -> bool:
        """It is."""
        return True

    def close(self) -> None:
        """The stream is closed by whom it belongs to."""


def _failure(probe: FileProbe, allowance: Allowance, status: int, said: IO[bytes]) -> PlannerError:
    """The refusal of a file at which the reading process ended with this status."""
    said.seek(0)
    text = said.read(_TOLD).decode("utf-8", "replace").strip()
    if status == FAILED:
        try:
            problem = json.loads(text.splitlines()[-1])
            return PlannerError(Problem(problem["code"], problem["params"]))
        except (ValueError, LookupError, TypeError):
            pass
    limit = allowance.memory // MEGABYTE
    return refuse("intake.too-costly", file=probe.name, limit=limit)

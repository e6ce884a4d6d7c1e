"""A standalone Spark cluster of processes on loopback: a master, and workers that can be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SECONDS = 120.0
"""In which a process has to be there; a busy machine starts a Java in ten."""


class Cluster:
    """A master at `address`, and its workers with one core each, by number."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        port = _free_port()
        self.address = f"spark://127.0.0.1:{port}"
        self._start("master", "master.Master", "--port", str(port))
        self._wait_for("master", "I have been elected leader")

    def add_worker(self, number: int) -> None:
        """Start a worker, and wait until the master knows it."""
        name = f"worker-{number}"
        work = str(self._folder / name)
        self._start(
            name,
            "worker.Worker",
            "--cores",
            "1",
            "--memory",
            "1g",
            "--work-dir",
            work,
            self.address,
        )
        self._wait_for(name, "Successfully registered with master")

    def kill_worker(self, number: int) -> None:
        """Kill a worker and what it runs, at once."""
        self._kill(f"worker-{number}")

    def close(self) -> None:
        """Kill everything that is left."""
        for name in list(self._processes):
            self._kill(name)

    def _start(self, name: str, class_: str, *words: str) -> None:
        import pyspark

        script = Path(pyspark.__file__).parent / "bin" / "spark-class"
        local = self._folder / f"{name}-local"
        local.mkdir(exist_ok=True)
        # A process group of its own, in which what a worker starts is too.
        with (self._folder / f"{name}.log").open("wb") as log:
            self._processes[name] = subprocess.Popen(
                [
                    str(script), f"org.apache.spark.deploy.{class_}",
                    "--host", "127.0.0.1", "--webui-port", "0", *words,
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={
                    **os.environ, "SPARK_DAEMON_MEMORY": "256m", "LC_ALL": "C.UTF-8",
                    "SPARK_LOCAL_DIRS": str(local), "SPARK_LOCAL_IP": "127.0.0.1",
                },
            )  # fmt: skip

    def _wait_for(self, name: str, words: str) -> None:
        last = time.monotonic() + SECONDS
        log = self._folder / f"{name}.log"
        while time.monotonic() < last:
            if words in log.read_text("utf-8", "replace"):
                return
            assert self._processes[name].poll() is None, log.read_text("utf-8", "replace")
            time.sleep(0.1)
        raise AssertionError(f"{name} is not there after {SECONDS} s")

    def _kill(self, name: str) -> None:
        process = self._processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """A cluster that lasts as long as the block."""
    made = Cluster(folder)
    try:
        for number in range(workers):
            made.add_worker(number)
        yield made
    finally:
        made.close()

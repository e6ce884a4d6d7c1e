"""Starting Spark: what has to be there, the Java machine, a session with a master."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.engine.base import EngineSettings
from yaohao.planner.engine.spark_needs import OLDEST_JAVA, heap, java_version, missing_packages
from yaohao.planner.vocabulary.problems import PlannerError, refuse

if TYPE_CHECKING:
    from yaohao.planner.engine.spark_types import Session

_HIDDEN = "[0-9a-f]{64}"
"""What is left out of plans that Spark shows or logs: the secret of a draw stands in them."""

_WAIT = 5.0
"""Seconds in which a master has to answer; doubled, a wrong address is told later."""
_WORKERS = 30.0
"""Seconds in which a master has to give a worker; a busy cluster may need longer to give any."""


def started(master: str, settings: EngineSettings) -> Session:
    """The first session of a Spark with a master; PlannerError where it cannot be started."""
    missing = missing_packages()
    if missing:
        raise refuse("engine.no-spark", missing=missing)
    java = java_version()
    if java is None:
        raise refuse("engine.no-java", needed=OLDEST_JAVA)
    if java < OLDEST_JAVA:
        raise refuse("engine.old-java", found=java, needed=OLDEST_JAVA)
    if master.startswith("spark://"):
        _check_answers(master)
    return _session(master, settings)


def _check_answers(master: str) -> None:
    """PlannerError where nobody listens at a master's address: Spark itself would try for long."""
    reason = ""
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), _WAIT).close()
            return
        except (OSError, OverflowError) as error:
            reason = f"{address}: {getattr(error, 'strerror', None) or error}"
    raise refuse("engine.no-master", master=master, found=reason)


def _session(master: str, settings: EngineSettings) -> Session:
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession
    from yaohao.planner.vocabulary.whole_folders import process_folder

    folder = process_folder()
    log = folder / "spark.log"
    conf = SparkConf(loadDefaults=False)
    for name, value in _options(master, settings, folder).items():
        conf.set(name, value)
    context: Any = None
    try:
        with log.open("wb") as stream, _speaking_utf8():
            java = launch_gateway(conf, {"stdout": stream, "stderr": stream})
        _java.append(java)
        context = SparkContext(gateway=java, conf=conf)
        if master.startswith("spark://"):
            _wait_for_workers(context, master)
        return SparkSession(context)
    except PlannerError:
        _give_up(context)
        raise
    except Exception as error:
        _give_up(context)
        reason = _last_words(log) or str(error)
        raise refuse("engine.no-start", master=master, found=reason) from error


_java: list[Any] = []
"""The gateway to the Java machine of this process, if it has one."""


def close_java() -> None:
    """End the Java machine: the next Spark has one of its own, with the memory that it asks for."""
    from pyspark import SparkContext

    while _java:
        java = _java.pop()
        with contextlib.suppress(Exception):  # it may have ended by itself
            java.shutdown()
        java.proc.stdin.close()  # it ends when nobody holds the other end
        with contextlib.suppress(subprocess.TimeoutExpired):
            java.proc.wait(_WAIT)
    SparkContext._gateway = None
    SparkContext._jvm = None


def _give_up(context: Any) -> None:
    """Leave nothing of a Spark that did not start."""
    if context is not None:
        with contextlib.suppress(Exception):
            context.stop()
    close_java()


class _speaking_utf8:  # noqa: N801  # a context manager, read as a word
    """Let the Java that is started meanwhile read and write names of files in UTF-8."""

    def __enter__(self) -> None:
        self._before = os.environ.get("LC_ALL")
        if sys.platform not in ("win32", "darwin"):
            os.environ["LC_ALL"] = "C.UTF-8"

    def __exit__(self, *_: object) -> None:
        if self._before is None:
            os.environ.pop("LC_ALL", None)
        else:
            os.environ["LC_ALL"] = self._before


def _options(master: str, settings: EngineSettings, folder: Path) -> dict[str, str]:
    """Spark's settings; those of the user's `spark-defaults.conf` hold where none stands here."""

    if settings.threads is not None and master.startswith("local"):
        master = f"local[{settings.threads}]"
    options = {
        "spark.master": master,
        "spark.app.name": "yaohao",
        # No page of its own, no log of events, and no secret in a plan that is told of.
        "spark.ui.enabled": "false",
        "spark.eventLog.enabled": "false",
        "spark.sql.redaction.string.regex": _HIDDEN,
        "spark.redaction.string.regex": _HIDDEN,
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        # A split of a file is a partition of its own, so that each has neighbours in frame order.
        "spark.sql.files.openCostInBytes": str(1 << 40),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",
        # How many lowest tickets of a cell each partition keeps of itself, at most.
        "spark.sql.optimizer.windowGroupLimitThreshold": str(1 << 30),
    }
    if master.startswith("local"):
        # Spills stay with what this process alone reads, and nothing listens to the network.
        options["spark.local.dir"] = str(folder / "spark")
        options["spark.driver.host"] = "127.0.0.1"
        options["spark.driver.bindAddress"] = "127.0.0.1"
        options["spark.driver.memory"] = f"{heap()[0]}m"
    return options | dict(settings.options)


def _wait_for_workers(context: Any, master: str) -> None:
    """PlannerError where a master gives no worker: Spark itself would wait for ever."""
    status = context._jsc.sc().statusTracker()
    last = time.monotonic() + _WORKERS
    while time.monotonic() < last:
        if len(status.getExecutorInfos()) > 1:  # one of them is this process
            return
        time.sleep(0.2)
    raise refuse("engine.no-workers", master=master, seconds=int(_WORKERS))


def _last_words(log: Path) -> str:
    """The last line that Java wrote of an error, or the last at all."""
    lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines()]
    lines = [line for line in lines if line and not line.startswith("at ")]
    wrong = [line for line in lines if "Exception" in line or "rror" in line or "nvalid" in line]
    # Java ends with lines that say nothing more than that it ends.
    ending = ("Program will exit", "Could not create the Java Virtual Machine")
    telling = [line for line in wrong if not any(end in line for end in ending)]
    return (telling or wrong or lines or [""])[-1][:400].rstrip(".")

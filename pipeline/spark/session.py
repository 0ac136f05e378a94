"""Spark as this program needs it: quiet, without a page of its own, and on this machine alone for a local master."""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from ..problems import Unusable

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_LOOPBACK = "127.0.0.1"
_JAVA = "spark.driver.extraJavaOptions"
_SHUFFLED = "spark.sql.shuffle.partitions"  # 200 by itself, which is for a cluster
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # rows that are in a Python worker together: texts, or places with all their names
    "spark.sql.execution.arrow.maxRecordsPerBatch": "500",
    # a place of a big city takes longer than the rest: let Spark cut what is uneven
    "spark.sql.adaptive.enabled": "true",
}
# of a local master: it is for trying things out, and compiling a plan costs more than it saves there
LOCAL_SETTINGS = {
    "spark.driver.host": _LOOPBACK,
    "spark.driver.bindAddress": _LOOPBACK,
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@contextmanager
def spark_session(master: str | None) -> Iterator[SparkSession]:
    """A session on `master`: the one that is active here, else a new one, which ends with the block.

    Without a master: what `spark-submit` says, else all cores of this machine. Raises Unusable where pyspark, Java or
    the master is missing.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise Unusable("--engine spark needs pyspark; install it with: pip install 'coalitie[spark]'") from None
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    active = SparkSession.getActiveSession()
    if active is not None:
        yield active
        return
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    if not submitted and not has_java():
        raise Unusable("--engine spark needs Java 17; install it (Debian: openjdk-17-jre-headless) or set JAVA_HOME")
    if master is None and not submitted:
        master = "local[*]"
    session = _started(master)
    try:
        yield session
    finally:
        session.stop()


def has_java() -> bool:
    """Whether there is a Java to start Spark with."""
    home = os.environ.get("JAVA_HOME")
    return bool(home and shutil.which(str(Path(home) / "bin" / "java"))) or shutil.which("java") is not None


def _started(master: str | None) -> SparkSession:
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("coalitie")
    settings = dict(SETTINGS)
    if master is None or not master.startswith("local"):
        settings["spark.log.level"] = "ERROR"
    if master is not None:
        builder = builder.master(master)
        if master.startswith("local"):
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
            os.environ.setdefault("SPARK_LOCAL_IP", _LOOPBACK)
            logging = Path(str(files(__package__) / "log4j2.properties")).as_uri()
            settings |= LOCAL_SETTINGS
            settings |= {_SHUFFLED: str(_cores(master)), _JAVA: f"-Dlog4j2.configurationFile={logging}"}
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except (PySparkException, OSError) as error:
        raise Unusable(f"Spark does not start with --master {master}: {first_line(error)}") from None
    except Exception as error:  # what Java says comes as an error of the bridge to it
        if type(error).__module__.startswith("py4j"):
            raise Unusable(f"Spark does not start with --master {master}: {first_line(error)}") from None
        raise


def _cores(master: str) -> int:
    """Of `local`, `local[2]`, `local[*]`."""
    told = master.partition("[")[2].partition("]")[0].partition(",")[0]
    return int(told) if told.isdigit() else (os.cpu_count() or 1) if told else 1


def first_line(error: BaseException) -> str:
    """What an error says, without the trace of Java."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith(("An error occurred while calling", "at ", ":"))]
    return (told or lines or [type(error).__name__])[0][:300]

"""Starts Spark in this process, with what has to be known before its JVM runs; all else is in profiles/profiles.yml."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class SparkMissingError(Exception):
    """Spark can't run here; the message says what is missing."""


def start_session(folder: Path) -> SparkSession:
    """Start Spark over a folder that holds, or is to hold, its tables and its catalog. Returns the session.

    Argument: folder (absolute). The JVM gets the memory that CIJ_MEMORY_LIMIT says. dbt's own connection, by the method
    `session`, takes the session over. Raises SparkMissingError.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise SparkMissingError("Spark is missing in this environment; `make spark` installs it in .spark") from error
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise SparkMissingError("no Java is found, which Spark runs on: install Java 17 or name it in JAVA_HOME")
    folder.mkdir(parents=True, exist_ok=True)
    catalog = folder / "catalog"
    java_options = f"-Dderby.system.home={folder} -Duser.timezone=UTC"
    settings = {
        "spark.master": "local[*]",
        "spark.app.name": "cij",
        "spark.driver.memory": os.environ.get("CIJ_MEMORY_LIMIT", "4GB").removesuffix("B"),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.extraJavaOptions": java_options,
        "spark.local.dir": str(folder / "scratch"),
        "spark.sql.warehouse.dir": str(folder / "tables"),
        "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={catalog};create=true",
        # A table without a format is a table of Hive's, in text, unless this says otherwise.
        "spark.sql.legacy.createHiveTableByDefault": "false",
    }
    builder = SparkSession.builder.enableHiveSupport()
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session

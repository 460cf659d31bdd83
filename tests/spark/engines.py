"""Asks DuckDB and Spark the same small questions: the project's macros over a column of inputs."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from dbt.cli.main import dbtRunner

from cij.project import PROJECT
from cij.spark.session import start_session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# dbt's target for each engine, and whether Spark is to follow ANSI.
ENGINES = {"duckdb": ("test", None), "spark": ("spark", "false"), "spark ansi": ("spark", "true")}
SPARK_TYPES = {
    "VARCHAR": "string",
    "BLOB": "binary",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
    "INTEGER": "int",
}
# Values of these types are handed over as text, and answers of them handed back as text: Python's times end with 9999.
TIMES = ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")
SESSION_FOLDER = tempfile.TemporaryDirectory(prefix="cij-spark-", ignore_cleanup_errors=True)
SEPARATOR = "\n===== next expression =====\n"


def ask(expressions: Mapping[str, str], inputs: Sequence[Any], kind: str = "VARCHAR") -> dict[str, dict[str, list]]:
    """Evaluate expressions over a column named x. Returns {engine: {name: answers}}, answers in the order of inputs.

    Arguments: expressions (name -> SQL with Jinja, over x), inputs (values of x; times as text), kind (the type of x as
    DuckDB names it, in upper case). Times among the answers are text. Raises QuestionError where an engine fails.
    """
    return {
        engine: _ask_spark(_rendered(target, expressions), inputs, kind, ansi)
        if target == "spark"
        else _ask_duckdb(_rendered(target, expressions), inputs, kind)
        for engine, (target, ansi) in ENGINES.items()
    }


def differences(answers: Mapping[str, Mapping[str, list]], inputs: Sequence[Any]) -> list[str]:
    """Say where Spark's answers are not DuckDB's, one line each; an answer of another type differs as well."""
    return [
        f"{name}({inputs[at]!r}): duckdb {expected!r}, {engine} {given[at]!r}"
        for engine in ENGINES
        if engine != "duckdb"
        for name, given in answers[engine].items()
        for at, expected in enumerate(answers["duckdb"][name])
        if not same(expected, given[at])
    ]


def same(one: Any, other: Any) -> bool:
    """Return whether two answers are equal, NaN included, and of one type."""
    return type(one) is type(other) and (one == other or (one != one and other != other))


class QuestionError(Exception):
    """An engine can't evaluate an expression; the message says which and why."""


@functools.cache
def spark_session() -> SparkSession:
    """Start Spark once for all questions, over a folder that goes with this process."""
    return start_session(Path(SESSION_FOLDER.name))


def stop_spark() -> None:
    """End Spark with its Java: a second one in the same Java would keep the first one's catalog."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    spark_session.cache_clear()
    gateway = SparkContext._gateway
    if gateway is not None:
        SparkSession.builder.getOrCreate().stop()
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait()
        SparkContext._gateway = SparkContext._jvm = None


@functools.cache
def _manifest(target: str) -> Any:
    if target == "spark":
        spark_session()
    return _dbt(dbtRunner(), target, "parse").result


def _rendered(target: str, expressions: Mapping[str, str]) -> dict[str, str]:
    """Render all expressions in one go, as dbt renders a model's."""
    manifest = _manifest(target)
    text = SEPARATOR.join(expressions.values())
    outcome = _dbt(dbtRunner(manifest=manifest), target, "compile", "--no-populate-cache", "--inline", text)
    return dict(zip(expressions, outcome.result.results[0].node.compiled_code.split(SEPARATOR), strict=True))


def _dbt(runner: dbtRunner, target: str, *arguments: str) -> Any:
    folder = PROJECT / "target" / f"questions-{target}"
    places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT / "profiles")]
    written = ["--target-path", str(folder), "--log-path", str(folder), "--log-level", "none"]
    outcome = runner.invoke([*arguments, "--quiet", "--target", target, *places, *written])
    if not outcome.success:
        raise QuestionError(f"{target}: {outcome.exception or outcome.result}")
    return outcome


def _ask_duckdb(expressions: Mapping[str, str], inputs: Sequence[Any], kind: str) -> dict[str, list]:
    answers = {}
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        given = "VARCHAR" if kind in TIMES else kind
        connection.execute(f"create table given (n integer, x {given})")
        connection.executemany("insert into given values (?, ?)", list(enumerate(inputs)))
        connection.execute(f"create table inputs as select n, cast(x as {kind}) as x from given")
        for name, sql in expressions.items():
            try:
                asked = connection.sql(f"select n, (\n{sql}\n) as answer from inputs")
                is_time = str(asked.types[1]) in TIMES
                rows = (asked.select("n, cast(answer as varchar)") if is_time else asked).fetchall()
            except duckdb.Error as error:
                raise QuestionError(f"duckdb: {name}: {error}\n{sql}") from error
            answers[name] = [answer for _, answer in sorted(rows, key=lambda row: row[0])]
    return answers


def _ask_spark(expressions: Mapping[str, str], inputs: Sequence[Any], kind: str, ansi: str) -> dict[str, list]:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    session = spark_session()
    session.conf.set("spark.sql.ansi.enabled", ansi)
    wanted = SPARK_TYPES.get(kind, kind.lower())
    given = session.createDataFrame(list(enumerate(inputs)), f"n int, x {'string' if kind in TIMES else wanted}")
    # A column of rows that Spark knows only when it runs: what it works out while it plans takes other ways.
    given.selectExpr("n", f"cast(x as {wanted}) as x").coalesce(1).createOrReplaceTempView("inputs")
    answers = {}
    for name, sql in expressions.items():
        try:
            asked = session.sql(f"select n, (\n{sql}\n) as answer from inputs")
            is_time = asked.dtypes[1][1] in ("date", "timestamp", "timestamp_ntz")
            rows = (asked.selectExpr("n", "cast(answer as string) as answer") if is_time else asked).collect()
        except (PySparkException, Py4JError) as error:
            raise QuestionError(f"spark, ansi {ansi}: {name}: {error}\n{sql}") from error
        answers[name] = [
            bytes(answer) if isinstance(answer, bytearray) else answer
            for _, answer in sorted(rows, key=lambda row: row[0])
        ]
    return answers

"""Measures how the warehouse grows with its events, on both engines, and writes docs/scaling.md's tables and chart.

`measure` adds what it finds to docs/scaling.json, in the place of what stood there of the same engine and size. On
DuckDB, over one simulated Parquet export of each size:
  floor      DuckDB copies the raw files into one table per entity, as scripts/bench.py does
  own cost   the build of a thousand rows
  build      the whole build with all tests, from those files
  publish    a file of marts and ops alone, as PUBLISH makes it
  queries    ten queries of the dashboard over that file, each asked 20 times with other filters
and with --sql-alone, at the first size, what dbt adds: the statements of its models, taken from its log and run again
one after the other on a connection of their own, without dbt and without tests.
On Spark (--engine spark, after `make spark`): own cost and build.

`write` makes the tables and the chart of what was measured. Linux only: memory and processor time are those of all
processes that a command starts, read every half second.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path

import bench
from bench import FLOOR_SCRIPT, PROJECT, SMALL_EXPORT_ROWS, simulated_export
from benchmarks.dashboard_queries import answer_times
from benchmarks.sql_alone import statements_of_dbt, time_of
from benchmarks.watched import watched
from benchmarks.words import write_words

RESULTS = PROJECT / "docs" / "scaling.json"
PUBLISH_SCRIPT = """
import sys
from pathlib import Path
from cij.publishing.marts_file import write_marts_file
write_marts_file(Path(sys.argv[1]), Path(sys.argv[2]))
"""
SECRET = "a-secret-for-benchmarks-of-32-signs"


def main() -> int:
    """Run the command line. Returns the exit code: 1 where a step fails."""
    arguments = parse_arguments()
    if arguments.command == "write":
        write_words(json.loads(RESULTS.read_text(encoding="utf-8")))
        return 0
    os.environ["CIJ_PII_SECRET"] = SECRET
    os.environ["CIJ_MEMORY_LIMIT"] = arguments.memory
    exports = PROJECT / "exports"
    small = simulated_export(exports / f"bench-{SMALL_EXPORT_ROWS}", SMALL_EXPORT_ROWS)
    with tempfile.TemporaryDirectory(dir=exports) as scratch:
        own_cost = told("own cost", build_command(arguments.engine, small, Path(scratch) / f"small.{arguments.engine}"))
        own_cost.pop("output")
    for rows in arguments.rows:
        export = simulated_export(exports / f"bench-{rows}", rows)
        with tempfile.TemporaryDirectory(dir=exports) as scratch:
            if arguments.engine == "spark":
                found = measure_spark(export, Path(scratch))
            else:
                found = measure_duckdb(export, Path(scratch), arguments.build_only)
        if arguments.sql_alone and rows == arguments.rows[0]:
            with tempfile.TemporaryDirectory(dir=exports) as scratch:
                found["sql_alone"] = measure_sql_alone(export, Path(scratch))
        keep(
            {
                "engine": arguments.engine,
                "rows": rows,
                "memory": arguments.memory,
                "day": str(date.today()),
                "own_cost": own_cost,
            }
            | found
        )
    return 0


def parse_arguments() -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    measure = commands.add_parser("measure", help="measure, and add to docs/scaling.json")
    measure.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb")
    measure.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 5_000_000, 20_000_000], metavar="N")
    measure.add_argument("--memory", default="8GB", help="CIJ_MEMORY_LIMIT of the builds (%(default)s)")
    measure.add_argument("--sql-alone", action="store_true", help="measure what dbt adds, too, at the first size")
    measure.add_argument(
        "--build-only", action="store_true", help="no floor and no publishing; the queries ask the warehouse itself"
    )
    commands.add_parser("write", help="write docs/scaling.md's tables and chart")
    arguments = parser.parse_args()
    if arguments.command == "measure" and min(arguments.rows) < 1:
        parser.error("--rows must be at least 1")
    if getattr(arguments, "sql_alone", False) and arguments.engine != "duckdb":
        parser.error("--sql-alone is for DuckDB")
    return arguments


def measure_duckdb(export: Path, scratch: Path, build_only: bool) -> dict:
    """Return the figures of one size on DuckDB.

    Arguments: export, scratch (a folder), build_only (whether to leave out floor and publishing).
    """
    floor, warehouse, marts = (scratch / f"{name}.duckdb" for name in ("floor", "journeys", "published"))
    found = {"export_gb": gigabytes(export)}
    if not build_only:
        found["floor"] = told("floor", [sys.executable, "-c", FLOOR_SCRIPT, export, floor])
        floor.unlink()
    built = told("build", build_command("duckdb", export, warehouse))
    found["build"] = built | {"warehouse_gb": gigabytes(warehouse), "slowest_nodes": slowest(built.pop("output"))}
    if not build_only:
        found["publish"] = told("publish", [sys.executable, "-c", PUBLISH_SCRIPT, warehouse, marts])
        found["publish"]["marts_gb"] = gigabytes(marts)
    found["queries"] = answer_times(warehouse if build_only else marts)
    print_line("queries", max(query["p95_ms"] for query in found["queries"].values()), "ms, the slowest one's p95")
    return found


def measure_spark(export: Path, scratch: Path) -> dict:
    """Return the figures of one size on Spark. Arguments: export, scratch (a folder)."""
    found = {"export_gb": gigabytes(export)}
    built = told("build", build_command("spark", export, scratch / "journeys.spark"))
    size = gigabytes(scratch / "journeys.spark" / "tables")
    found["build"] = built | {"warehouse_gb": size, "slowest_nodes": slowest(built.pop("output"))}
    return found


def measure_sql_alone(export: Path, scratch: Path) -> dict:
    """Return the seconds of the models' SQL without dbt, and of dbt running the same models without tests."""
    loaded, again = scratch / "loaded" / "warehouse.duckdb", scratch / "again" / "warehouse.duckdb"
    statements, of_dbt = statements_of_dbt(export, loaded, again)
    alone = time_of(statements, again)
    print_line("dbt's models", of_dbt, "s")
    print_line("their SQL alone", alone, "s")
    return {"dbt_seconds": round(of_dbt, 1), "sql_seconds": round(alone, 1), "statements": len(statements)}


def build_command(engine: str, export: Path, place: Path) -> list:
    """Return the command that `make build` runs once the environment is there."""
    command = bench.build_command(export, place)
    if engine == "duckdb":
        return command
    python = PROJECT / ".spark" / "bin" / "python"
    if not python.exists():
        sys.exit("error: Spark's environment is missing; run `make spark` first")
    return [python, *command[1:], "--engine", engine]


def told(name: str, command: list) -> dict:
    """Run a command, say how long it took, and return its figures."""
    figures = watched(command)
    print_line(name, figures["seconds"], f"s, {figures['cpu_seconds']:.0f} s of processors, {figures['peak_gb']} GB")
    return figures


def print_line(name: str, figure: float, words: str) -> None:
    """Tell a person what was measured."""
    print(f"{name:<16} {figure:9.1f} {words}", file=sys.stderr, flush=True)


def slowest(output: dict) -> dict[str, float]:
    """Return the seconds of the twelve slowest nodes of a build. Argument: output (what `cij build --json` printed)."""
    nodes = sorted(output["seconds_by_node"].items(), key=lambda item: -item[1])[:12]
    return {name: round(seconds, 1) for name, seconds in nodes}


def gigabytes(place: Path) -> float:
    """Return the size of a file, or of all files below a folder."""
    files = [place] if place.is_file() else [file for file in place.rglob("*") if file.is_file()]
    return round(sum(file.stat().st_size for file in files) / 1024**3, 3)


def keep(found: dict) -> None:
    """Write figures into the list of results, in the place of those of the same engine and size."""
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else []
    others = [one for one in results if (one["engine"], one["rows"]) != (found["engine"], found["rows"])]
    ordered = sorted([*others, found], key=lambda one: (one["engine"], one["rows"]))
    unfinished = RESULTS.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
    shutil.move(unfinished, RESULTS)


if __name__ == "__main__":
    sys.exit(main())

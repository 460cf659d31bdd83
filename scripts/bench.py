"""Measures what the warehouse costs over what storing the same events costs anyway.

In one run, over one simulated Parquet export:
  a   the floor: DuckDB copies the raw files into one table per entity
  b   the whole build from those files, through every mart and test
  b0  the same build over an export of a thousand rows: dbt's own cost
and, unless --no-loads, for scheduled refreshes (scripts/refresh.py, publishing included):
  r   the first refresh, of 99 % of the events
  r1  the next one, which brings the last percent to arrive: the newest events, and one in ten from the week before
  rn  one more, with nothing new
  r0  the first refresh of the thousand rows
It prints (b - b0) / a, (r1 - r0) / (r - r0), (rn - r0) / (r - r0), peak memory and the slowest models. Goals at 5
million rows: 2.5, 0.1 and 0.02; b0 at most 30 s; peak memory 4 GB. Ratios hold on a noisy machine because all is taken
side by side.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import BinaryIO

import duckdb

PROJECT = Path(__file__).resolve().parent.parent
SMALL_EXPORT_ROWS = 1000
GOALS = {"ratio": 2.5, "load_ratio": 0.1, "nothing_ratio": 0.02, "b0_seconds": 30.0, "peak_memory_gb": 4.0}
WEEK_SECONDS = 7 * 86400

# What anyone would write who only wants the events in DuckDB, with the memory limit of the build.
FLOOR_SCRIPT = """
import sys, duckdb
export, database = sys.argv[1:]
from pathlib import Path
connection = duckdb.connect(database)
connection.execute("set memory_limit = '3GB'; set preserve_insertion_order = false; set enable_progress_bar = false")
for folder in sorted(Path(export).iterdir()):
    connection.execute(f'''create table "{folder.name}" as
        select * from read_parquet('{folder}/**/*.parquet', union_by_name = true, hive_partitioning = false)''')
"""


def main() -> int:
    """Run the command line. Returns the exit code: 1 where a step fails."""
    arguments = parse_arguments()
    exports = PROJECT / "exports"
    large = simulated_export(exports / f"bench-{arguments.rows}", arguments.rows)
    small = simulated_export(exports / f"bench-{SMALL_EXPORT_ROWS}", SMALL_EXPORT_ROWS)
    arrivals = None if arguments.no_loads else cut_by_arrival(large, exports / f"bench-{arguments.rows}-loads")
    runs = []
    for number in range(1, arguments.runs + 1):
        print(f"run {number} of {arguments.runs}", file=sys.stderr)
        runs.append(measure_once(large, small) | (measure_loads(arrivals, small) if arrivals else {}))
    summary = summarize(arguments.rows, runs)
    print(json.dumps(summary, indent=2) if arguments.json else as_text(summary))
    return 0


def parse_arguments() -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5_000_000, help="size of the export (%(default)s)")
    parser.add_argument("--runs", type=int, default=3, help="runs; medians are printed (%(default)s)")
    parser.add_argument("--no-loads", action="store_true", help="leave the refreshes out")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    arguments = parser.parse_args()
    if arguments.rows < 1 or arguments.runs < 1:
        parser.error("--rows and --runs must be at least 1")
    return arguments


def simulated_export(folder: Path, rows: int) -> Path:
    """Return a simulated Parquet export of about that many rows, made unless it is already there."""
    if not folder.exists():
        folder.parent.mkdir(exist_ok=True)
        command = ["--out", folder, "--rows", rows, "--format", "parquet", "--seed", 1]
        subprocess.run([sys.executable, PROJECT / "scripts" / "simulate.py", *map(str, command)], check=True)
    return folder


def cut_by_arrival(export: Path, folder: Path) -> Path:
    """Return a folder with the export in two parts, `first` and `last`, made unless it is already there.

    `last` is about a percent of all events: the newest, and one in ten of those from the week before, come late.
    """
    if folder.exists():
        return folder
    instant = 'epoch(try_cast("Timestamp" as timestamp))'
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = false")
        query = (
            f"select approx_quantile({instant}, 0.9925) from read_parquet('{export}/*/*.parquet', union_by_name = true)"
        )
        (newest,) = connection.execute(query).fetchone()
        is_last = f"""coalesce(
            {instant} >= {newest} or ({instant} >= {newest - WEEK_SECONDS} and hash(file_row_number) % 10 = 0), false
        )"""
        for table in sorted(export.iterdir()):
            for part, condition in (("first", f"not {is_last}"), ("last", is_last)):
                file = unfinished / part / table.name / f"{part}.parquet"
                file.parent.mkdir(parents=True)
                connection.execute(f"""
                    copy (
                        select * exclude (file_row_number)
                        from read_parquet('{table}/*.parquet', file_row_number = true)
                        where {condition}
                    ) to '{file}'""")
    unfinished.rename(folder)
    return folder


def measure_loads(arrivals: Path, small: Path) -> dict:
    """Return one run's figures of the refreshes r0, r, r1 and rn."""
    with tempfile.TemporaryDirectory(dir=PROJECT / "exports") as scratch:
        export, target = Path(scratch) / "export", Path(scratch) / "published" / "journeys.duckdb"
        target.parent.mkdir()
        found = {"r0": timed(refresh_command(small, target.with_name("small.duckdb")))}
        shutil.copytree(arrivals / "first", export)
        found["r"] = timed(refresh_command(export, target))
        shutil.copytree(arrivals / "last", export, dirs_exist_ok=True)
        found["r1"] = timed(refresh_command(export, target))
        found["rn"] = timed(refresh_command(export, target))
    empty, whole = found["r0"]["seconds"], found["r"]["seconds"]
    for name, load in (("load_ratio", "r1"), ("nothing_ratio", "rn")):
        found[name] = (found[load]["seconds"] - empty) / (whole - empty)
    return found


def refresh_command(export: Path, target: Path) -> list:
    """Return the command that `make refresh RAW=… PUBLISH=…` runs once the environment is there."""
    return [sys.executable, PROJECT / "scripts" / "refresh.py", "--raw", export, "--publish", target, "--json"]


def measure_once(large: Path, small: Path) -> dict:
    """Return one run's figures: seconds and peak memory of a, b0 and b, and b's seconds by node."""
    with tempfile.TemporaryDirectory(dir=PROJECT / "exports") as scratch:
        floor = timed([sys.executable, "-c", FLOOR_SCRIPT, large, Path(scratch) / "floor.duckdb"])
        empty_build = timed(build_command(small, Path(scratch) / "small.duckdb"))
        build = timed(build_command(large, Path(scratch) / "large.duckdb"))
    ratio = (build["seconds"] - empty_build["seconds"]) / floor["seconds"]
    return {"a": floor, "b0": empty_build, "b": build, "ratio": ratio}


def build_command(export: Path, database: Path) -> list:
    """Return the command that `make build RAW=… DB=…` runs once the environment is there."""
    return [sys.executable, PROJECT / "scripts" / "build.py", "--raw", export, "--db", database, "--json"]


def timed(command: list) -> dict:
    """Run a command and return its wall seconds, its peak memory in GB and its JSON output, if any.

    Raises SystemExit with the command's own error where it fails.
    """
    # What the step before has written must not be written out while this one runs.
    os.sync()
    started = time.monotonic()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen([str(part) for part in command], stdout=output, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        printed = printed_by(command, process.returncode, output, errors)
    # Linux counts kilobytes, macOS bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "seconds": seconds,
        "peak_memory_gb": usage.ru_maxrss * unit / 1024**3,
        "output": printed,
    }


def printed_by(command: list, exit_code: int, output: BinaryIO, errors: BinaryIO) -> dict:
    """Return what a command that has ended printed as JSON, if anything.

    Arguments: command, exit_code, output and errors (files of what it printed). Raises SystemExit with the command's
    own error where it failed.
    """
    output.seek(0)
    errors.seek(0)
    if exit_code != 0:
        sys.exit(f"error: {' '.join(map(str, command[:4]))} failed: {errors.read().decode()[-2000:]}")
    printed = output.read().strip()
    return json.loads(printed) if printed.startswith(b"{") else {}


def summarize(rows: int, runs: list[dict]) -> dict:
    """Return the medians over all runs, and the slowest nodes of the median build."""

    def median(step: str, figure: str) -> float:
        return round(statistics.median(run[step][figure] for run in runs), 2)

    def slowest(step: str, figure: str) -> dict[str, float]:
        middle = sorted(runs, key=lambda run: run[step]["seconds"])[len(runs) // 2]
        nodes = sorted(middle[step]["output"][figure].items(), key=lambda item: -item[1])[:12]
        return {name: round(seconds, 2) for name, seconds in nodes}

    loads = {}
    if "r" in runs[0]:
        for step in ("r", "r1", "rn", "r0"):
            loads[f"{step}_seconds"] = median(step, "seconds")
        for ratio in ("load_ratio", "nothing_ratio"):
            loads[ratio] = round(statistics.median(run[ratio] for run in runs), 3)
            loads[f"{ratio}s"] = [round(run[ratio], 3) for run in runs]
        loads["slowest_nodes_of_load"] = slowest("r1", "seconds_by_model")
    return {
        "rows": rows,
        "runs": len(runs),
        "a_seconds": median("a", "seconds"),
        "b_seconds": median("b", "seconds"),
        "b0_seconds": median("b0", "seconds"),
        "ratio": round(statistics.median(run["ratio"] for run in runs), 2),
        "ratios": [round(run["ratio"], 2) for run in runs],
        "peak_memory_gb": median("b", "peak_memory_gb"),
        "floor_peak_memory_gb": median("a", "peak_memory_gb"),
        "slowest_nodes": slowest("b", "seconds_by_node"),
        "goals": GOALS,
    } | loads


def as_text(summary: dict) -> str:
    """Return the figures for a person."""
    lines = [
        f"{summary['rows']:,} rows, medians of {summary['runs']} run(s)",
        f"a   floor (copy only)       {summary['a_seconds']:8.1f} s   {summary['floor_peak_memory_gb']:.1f} GB",
        f"b   build with tests        {summary['b_seconds']:8.1f} s   {summary['peak_memory_gb']:.1f} GB "
        f"(goal {GOALS['peak_memory_gb']:.0f} GB)",
        f"b0  build of {SMALL_EXPORT_ROWS} rows      {summary['b0_seconds']:8.1f} s   "
        f"(goal {GOALS['b0_seconds']:.0f} s)",
        f"(b - b0) / a                {summary['ratio']:8.2f}     (goal {GOALS['ratio']}); runs {summary['ratios']}",
        "slowest nodes:",
        *(f"  {seconds:6.2f} s  {name}" for name, seconds in summary["slowest_nodes"].items()),
    ]
    if "r_seconds" in summary:
        lines += [
            f"r   first refresh           {summary['r_seconds']:8.1f} s",
            f"r1  one percent more        {summary['r1_seconds']:8.1f} s",
            f"rn  nothing new             {summary['rn_seconds']:8.1f} s",
            f"r0  refresh of {SMALL_EXPORT_ROWS} rows    {summary['r0_seconds']:8.1f} s",
            f"(r1 - r0) / (r - r0)        {summary['load_ratio']:8.3f}     (goal {GOALS['load_ratio']}); "
            f"runs {summary['load_ratios']}",
            f"(rn - r0) / (r - r0)        {summary['nothing_ratio']:8.3f}     (goal {GOALS['nothing_ratio']}); "
            f"runs {summary['nothing_ratios']}",
            "slowest nodes of r1:",
            *(f"  {seconds:6.2f} s  {name}" for name, seconds in summary["slowest_nodes_of_load"].items()),
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

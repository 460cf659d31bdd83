"""Measures what the warehouse costs over what storing the same events costs anyway.

In one run, over one simulated Parquet export:
  a   the floor: DuckDB copies the raw files into one table per entity
  b   the whole build from those files, through every mart and test
  b0  the same build over an export of a thousand rows: dbt's own cost
and prints (b - b0) / a, the peak memory of each and the slowest models. Goals at 5 million rows: ratio at most 2.5,
b0 at most 30 s, peak memory 4 GB. Ratios hold on a noisy machine because all three are taken side by side.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SMALL_EXPORT_ROWS = 1000
GOALS = {"ratio": 2.5, "b0_seconds": 30.0, "peak_memory_gb": 4.0}

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
    runs = []
    for number in range(1, arguments.runs + 1):
        print(f"run {number} of {arguments.runs}", file=sys.stderr)
        runs.append(measure_once(large, small))
    summary = summarize(arguments.rows, runs)
    print(json.dumps(summary, indent=2) if arguments.json else as_text(summary))
    return 0


def parse_arguments() -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5_000_000, help="size of the export (%(default)s)")
    parser.add_argument("--runs", type=int, default=3, help="runs; medians are printed (%(default)s)")
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
    started = time.monotonic()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen([str(part) for part in command], stdout=output, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode != 0:
            sys.exit(f"error: {command[1]} failed: {errors.read().decode()[-2000:]}")
        printed = output.read()
    # Linux counts kilobytes, macOS bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "seconds": seconds,
        "peak_memory_gb": usage.ru_maxrss * unit / 1024**3,
        "output": json.loads(printed) if printed.strip() else {},
    }


def summarize(rows: int, runs: list[dict]) -> dict:
    """Return the medians over all runs, and the slowest nodes of the median build."""

    def median(step: str, figure: str) -> float:
        return round(statistics.median(run[step][figure] for run in runs), 2)

    middle = sorted(runs, key=lambda run: run["b"]["seconds"])[len(runs) // 2]
    slowest = sorted(middle["b"]["output"]["seconds_by_node"].items(), key=lambda item: -item[1])[:12]
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
        "slowest_nodes": {name: round(seconds, 2) for name, seconds in slowest},
        "goals": GOALS,
    }


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
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

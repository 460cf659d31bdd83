#!/usr/bin/env python3
"""Simulate Customer Insights - Journeys interaction data: the sample of the project, or an export of any size.

Examples:
  simulate.py --seeds seeds/raw --names                            the sample: one small CSV file per table
  simulate.py --out export --rows 20000000 --truth truth           a large Parquet export, and the truth about it
  simulate.py --out export --rows 50000 --layout outbound          the way the older export looked
  simulate.py --out export --rows 50000 --generation both          a tenant that switched from schema 1.0 to 1.1

The same --seed and --rows give the same history, however it is written.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from simulator.chunks import Job, run, thinned
from simulator.generations import BOTH, CURRENT, GENERATIONS, OLD
from simulator.schema import SchemaError, read_entities
from simulator.seed_types import write_seed_types
from simulator.writers import FORMATS, LAYOUTS, Style

STAGING = Path(__file__).resolve().parent.parent / "models" / "staging"
SAMPLE_ROWS = 17_000


class BadInputError(ValueError):
    """The arguments do not make sense; the message says why."""


class Parser(argparse.ArgumentParser):
    """A parser that reports bad arguments in one line."""

    def error(self, message: str) -> None:
        """Raise `message` instead of printing the usage."""
        raise BadInputError(message)


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line. Raises BadInputError where the arguments do not make sense."""
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument(
        "--seeds", type=Path, metavar="DIR", help="write the sample: one CSV file per entity in a folder per family"
    )
    target.add_argument("--out", type=Path, metavar="DIR", help="write an export into this new or empty folder")
    parser.add_argument(
        "--rows", type=int, metavar="N", help=f"rows of the history (sample: {SAMPLE_ROWS}, export: 1000000)"
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        help="format of the export (default: parquet); Delta tables have a past of removed files and deleted rows, and "
        "some have partitions, column mapping or deletion vectors",
    )
    parser.add_argument(
        "--layout",
        choices=LAYOUTS,
        default="folder",
        help="one folder per entity, one file, a folder per month, or the one of the older export: CSV files without "
        "an ending, every value in quotes, US-English times",
    )
    generation = parser.add_mutually_exclusive_group()
    generation.add_argument(
        "--generation",
        choices=GENERATIONS,
        default=CURRENT,
        help="schema: 1.1 (default), the older 1.0, or both: 1.0 first, then 1.1, and for a while some rows in both",
    )
    generation.add_argument(
        "--as-known-to",
        choices=(OLD, BOTH),
        help="schema 1.1, but without the tables and values that --generation 1.0 or both cannot tell; both exports "
        "must give the same marts",
    )
    parser.add_argument(
        "--added-columns",
        action="store_true",
        help="with the columns that a tenant added to EmailSent and a few others",
    )
    parser.add_argument("--text", action="store_true", help="type every column as text")
    parser.add_argument(
        "--us-dates", action="store_true", help="times as US-English text, 7/26/2024 3:04:05 PM (csv or --text)"
    )
    parser.add_argument(
        "--truth", type=Path, metavar="DIR", help="also write what a correct warehouse must say about the export"
    )
    parser.add_argument(
        "--drop-entities", type=float, default=0.0, metavar="SHARE", help="leave out a random share of the entities"
    )
    parser.add_argument(
        "--drop-columns", type=float, default=0.0, metavar="SHARE", help="leave out a random share of the columns"
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="the same seed and arguments give the same rows (default: 1)"
    )
    parser.add_argument(
        "--workers", type=int, default=2, metavar="N", help="processes (default: 2); the rows do not depend on it"
    )
    parser.add_argument(
        "--names",
        action="store_true",
        help="also write the tables of Dataverse that hold names (with --seeds beside its folder), and merge people",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    options = parser.parse_args(arguments)
    check(options)
    return options


def check(options: argparse.Namespace) -> None:
    """Complete the options and raise BadInputError where they do not fit together."""
    if options.rows is None:
        options.rows = SAMPLE_ROWS if options.seeds else 1_000_000
    if options.rows < 1:
        raise BadInputError("--rows must be at least 1")
    if options.workers < 1:
        raise BadInputError("--workers must be at least 1")
    if options.seed < 0:
        raise BadInputError("--seed must not be negative")
    for share in (options.drop_entities, options.drop_columns):
        if not 0 <= share < 1:
            raise BadInputError("--drop-entities and --drop-columns take a share from 0 up to 1")
    if options.layout == "outbound" and options.format not in (None, "csv"):
        raise BadInputError("--layout outbound is CSV: leave --format out")
    options.format = options.format or ("csv" if options.layout == "outbound" else "parquet")
    options.us_dates = options.us_dates or options.layout == "outbound"
    older = options.as_known_to or (options.generation if options.generation != CURRENT else None)
    if older and options.truth:
        raise BadInputError(
            "--truth is about all of the history: schema 1.0 can't tell all of it, so compare an export in "
            "it with the one that --as-known-to writes"
        )
    if older and options.drop_columns:
        raise BadInputError("--drop-columns is for whole exports of schema 1.1")
    if options.generation == BOTH and options.layout == "file":
        raise BadInputError("--generation both needs two files per entity: --layout file has one")
    if options.us_dates and not (options.text or options.format == "csv"):
        raise BadInputError("--us-dates needs --format csv or --text: typed files hold timestamps")
    if options.format == "delta" and options.layout != "folder":
        raise BadInputError("--format delta has one layout only: folder")
    style = (options.format, options.layout, options.text, options.us_dates, options.added_columns, older)
    if options.seeds and style != ("parquet", "folder", False, False, False, None):
        raise BadInputError(
            "--seeds writes the sample in its own way: --format, --layout, --text, --us-dates, --added-columns and the "
            "generations are for --out"
        )
    if options.seeds and options.rows > 1_000_000:
        raise BadInputError("--seeds is for a small sample: at most 1000000 rows")
    for folder in filter(None, (options.out, options.truth)):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BadInputError(f"{folder} exists and is not an empty folder")


def job_of(options: argparse.Namespace) -> Job:
    """Return the export that the options ask for."""
    entities = read_entities(STAGING)
    style = (
        Style("csv", sparing_quotes=True)
        if options.seeds
        else Style(options.format, options.layout, options.text, options.us_dates)
    )
    kept = entities
    if options.drop_entities or options.drop_columns:
        kept = thinned(entities, options.seed, options.drop_entities, options.drop_columns)
    target = options.seeds or options.out
    return Job(
        target,
        options.rows,
        options.seed,
        style,
        kept,
        entities,
        options.truth,
        by_family=bool(options.seeds),
        names=options.names,
        generation=options.as_known_to or options.generation,
        as_known=bool(options.as_known_to),
        added_columns=options.added_columns,
    )


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)
        job = job_of(options)
        with tqdm(
            total=job.rows, unit=" rows", unit_scale=True, disable=options.quiet or None, desc="simulating"
        ) as bar:
            written = run(job, options.workers, bar.update)
        if options.seeds:
            for folder in (*filter(Path.is_dir, options.seeds.iterdir()), options.seeds.parent / "dataverse"):
                write_seed_types(folder)
    except (BadInputError, SchemaError, OSError) as error:
        print(f"simulate.py: {error}", file=sys.stderr)
        return 2
    print(f"{sum(written.values())} rows in {len(written)} tables in {job.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

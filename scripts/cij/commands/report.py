"""Writes the report of a period: one HTML file to be mailed or put somewhere, which needs nothing beside itself.

Exit codes: 0 written; 1 something that nobody foresaw; 2 the warehouse, a day or the file can't be used.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from pathlib import Path

from cij.commands.status import UnknownFileError, status
from cij.disk import keep_files_private, write_text
from cij.quoting import shown
from cij.reporting.reader import Reader, UnreadableError
from cij.reporting.report import DEFAULT_DAYS, Report, last_day
from cij.unforeseen import describe


class UnusableError(Exception):
    """The report can't be written; the message names the option or file and says what to do."""


def main(words: list[str] | None = None) -> int:
    """Run the command line. Argument: words (its options; None = those it was called with). Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", metavar="FILE", required=True, help="a warehouse, or what a refresh publishes")
    parser.add_argument("--from", dest="from_day", metavar="DAY", default="", help="first day, as 2025-01-31; else "
                        f"{DEFAULT_DAYS} days in all")  # fmt: skip
    parser.add_argument("--to", dest="to_day", metavar="DAY", default="", help="last day; else the last with messages")
    parser.add_argument(
        "--out", metavar="FILE", required=True, help="the HTML file to write; one that is there is replaced"
    )
    arguments = parser.parse_args(words)
    keep_files_private()
    try:
        write_report(Path(arguments.db), Path(arguments.out), arguments.from_day, arguments.to_day)
    except (UnknownFileError, UnreadableError, UnusableError) as error:
        print(f"error: {shown(str(error))}", file=sys.stderr)
        return 2
    except (Exception, KeyboardInterrupt) as error:
        print(f"error: {shown(describe(error))}", file=sys.stderr)
        return 1
    print(f"the report is {shown(arguments.out)}")
    return 0


def write_report(warehouse: Path, out: Path, from_day: str = "", to_day: str = "") -> None:
    """Write the report of a period. A file that is there is replaced in one step, and stays if anything fails.

    Arguments: warehouse, out (paths), from_day, to_day (days as text; empty = the last ones that have messages). Raises
    UnknownFileError, UnreadableError, UnusableError.
    """
    if out.is_dir() or not out.parent.is_dir():
        raise UnusableError(
            f"--out: {out}: {'is a folder' if out.is_dir() else 'its folder is not there'}; name a file"
        )
    if out.exists() and warehouse.exists() and out.samefile(warehouse):
        raise UnusableError(f"--out: {out}: is the warehouse; name another file")
    status(warehouse)
    with Reader(warehouse) as reader:
        to_date = _day("--to", to_day) or last_day(reader) or dt.date.today()
        try:
            from_date = _day("--from", from_day) or to_date - dt.timedelta(days=DEFAULT_DAYS - 1)
            if from_date > to_date:
                raise UnusableError(f"--from: {from_date} is after --to, {to_date}")
            html = Report(reader, {"from_date": from_date, "to_date": to_date}).html()
        except OverflowError as error:
            raise UnusableError("--from: there is no period as long before it; name a later day") from error
    unfinished = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        write_text(unfinished, html)
        unfinished.replace(out)
    except OSError as error:
        raise UnusableError(f"--out: {out}: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _day(option: str, given: str) -> dt.date | None:
    if not given:
        return None
    try:
        return dt.datetime.strptime(given, "%Y-%m-%d").date()
    except ValueError as error:
        raise UnusableError(f"{option}: {given}: has to be a day such as 2025-01-31") from error

"""Writes down in a warehouse what is new in an export; the next `dbt build` stores it.

What was loaded before stays. Files that were loaded and have not changed since are not read again.

Exit codes: 0 loaded, or nothing new; 1 something that nobody foresaw; 2 the export, a setting or the warehouse can't be
used.
"""

from __future__ import annotations

import argparse
import json
import sys

import duckdb

from cij.catalog import is_open_elsewhere
from cij.checks.settings import SettingsError, check_settings, passthrough_of
from cij.commands.build import checked_path
from cij.loading.limits import ExportError
from cij.loading.loader import load
from cij.publishing.building_place import PlaceError
from cij.publishing.marts_file import check_not_published
from cij.quoting import shown
from cij.unforeseen import describe


def main(words: list[str] | None = None) -> int:
    """Run the command line, or other words than those that it gives. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raw", metavar="FOLDER", required=True, help="the export: a folder, or abfss://...")
    parser.add_argument("--db", metavar="FILE", default="warehouse.duckdb", help="the warehouse (%(default)s)")
    parser.add_argument("--vars", metavar="YAML", default="", help="settings that dbt is going to get as well")
    parser.add_argument("--full-refresh", action="store_true", help="load everything anew; forgets files that are gone")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
    arguments = parser.parse_args(words)
    try:
        settings = check_settings(arguments.vars)
        database = checked_path(arguments.db, "DB")
        check_not_published(database, "DB")
        found = load(database, arguments.raw, passthrough_of(settings), anew=arguments.full_refresh)
    except (SettingsError, ExportError, PlaceError) as error:
        return _refused(str(error), 2)
    except duckdb.IOException as error:
        is_open = is_open_elsewhere(error)
        fault = "open in another process; close it there" if is_open else "not a DuckDB database; choose another DB"
        return _refused(f"{arguments.db}: {fault}", 2)
    except (Exception, KeyboardInterrupt) as error:
        return _refused(describe(error), 1)
    if arguments.json:
        print(json.dumps(vars(found)))
        return 0
    for warning in found.warnings:
        print(f"warning: {shown(warning)}", file=sys.stderr)
    print(f"{found.new_files} new file(s) in {arguments.raw}; `dbt build` stores their rows in {database}")
    return 0


def _refused(message: str, code: int) -> int:
    print(f"error: {shown(message)}", file=sys.stderr)
    return code

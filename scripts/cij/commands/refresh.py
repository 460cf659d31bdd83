"""Loads what is new in an export and publishes the warehouse in one step, when every test has passed.

Readers open the published file; it is whole at any moment, whatever happens to a refresh. What belongs to it stands
in a private folder beside it (publishing/generations.py), with the last generations, so that --rollback can bring one
back.

Exit codes: 0 published, or nothing new; 1 a model or test failed, or something that nobody foresaw, and nothing was
published; 2 the export, reference data, a setting, the secret or a path can't be used; 3 another refresh, or a build of
the same file, is running; 4 disk or memory ran out; 5 published, but the report (--report) could not be written.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from pathlib import Path

from cij.commands.report import UnusableError, write_report
from cij.commands.status import UnknownFileError
from cij.disk import keep_files_private
from cij.publishing.failure_hook import call_hook
from cij.publishing.refreshing import EXIT_CODES, Refresh
from cij.quoting import shown
from cij.reporting.reader import UnreadableError
from cij.unforeseen import describe

# Published, but --report failed.
NO_REPORT = 5
# That another refresh is running is no failure.
CODES_FOR_THE_HOOK = {EXIT_CODES["failed"], EXIT_CODES["refused"], EXIT_CODES["exhausted"], NO_REPORT}


def main(words: list[str] | None = None) -> int:
    """Run the command line, or other words than those that it gives. Returns the exit code."""
    arguments = parse_arguments(words)
    keep_files_private()
    try:
        refresh = Refresh(arguments)
        refresh.run()
        wanted = refresh.record["outcome"] == "published" and arguments.report
        return report(refresh, fault_of_report(refresh.target, Path(arguments.report)) if wanted else None)
    except (Exception, KeyboardInterrupt) as error:
        # The run could not even begin, or not tell how it ended.
        return give_up(arguments, describe(error))


def give_up(arguments: argparse.Namespace, message: str) -> int:
    """Tell the user and the hook of an error that no run can tell of. Returns the exit code."""
    code = EXIT_CODES["failed"]
    print(f"error: {shown(message)}", file=sys.stderr)
    if arguments.on_failure:
        summary = {"outcome": "failed", "exit_code": code, "published": arguments.publish, "errors": [message]}
        problem = call_hook(arguments.on_failure, json.dumps(summary))
        if problem:
            print(f"warning: {problem}", file=sys.stderr)
    return code


def parse_arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Return the arguments that words give; those of the command line where there are none."""
    words = sys.argv[1:] if words is None else words
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raw", metavar="FOLDER", help="the export: a folder, or abfss://...")
    parser.add_argument("--publish", metavar="FILE", required=True, help="the file that readers open")
    parser.add_argument("--reference", metavar="FOLDER", help="CSV files with rows to add to the reference data")
    parser.add_argument("--erasures", metavar="FILE", help="CSV file of people whose identifiers have to go")
    parser.add_argument("--vars", metavar="YAML", default="", help="settings, such as {report_timezone: UTC}")
    parser.add_argument("--parquet", metavar="FOLDER", help="write the marts as Parquet too, below FOLDER/current")
    parser.add_argument("--report", metavar="FILE", help="write the report of the last 30 days, when it is published")
    parser.add_argument("--keep", metavar="N", type=int, default=3, help="generations to keep (%(default)s)")
    parser.add_argument("--full-refresh", action="store_true", help="load everything anew; forgets files that are gone")
    parser.add_argument("--rollback", action="store_true", help="publish the generation before; the next refresh reads "
                        "again what came after it")  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="say what is new, and change nothing")
    parser.add_argument("--on-failure", metavar="COMMAND_OR_URL", help="gets the summary of a failed run, as JSON")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON, and no progress")
    parser.add_argument("--options", metavar="TEXT", help="more of these options in one text, as `make` gives them; "
                        "quoted as for a shell, which does not see them")  # fmt: skip
    arguments = parser.parse_args(words)
    if arguments.options:
        try:
            arguments = parser.parse_args([*words, *shlex.split(arguments.options)])
        except ValueError as error:
            parser.error(f"--options: {error}")
    if arguments.keep < 1:
        parser.error("--keep must be at least 1")
    if arguments.rollback and (arguments.full_refresh or arguments.dry_run):
        parser.error("--rollback goes with neither --full-refresh nor --dry-run")
    if not arguments.raw and not arguments.rollback:
        parser.error("--raw is needed: the export's folder")
    return arguments


def fault_of_report(published: Path, out: Path) -> str | None:
    """Write the report of what was published. Returns what went wrong; whatever does, the file stays published."""
    try:
        write_report(published, out)
    except (UnknownFileError, UnreadableError, UnusableError) as error:
        return str(error)
    except Exception as error:
        return describe(error)
    return None


def report(refresh: Refresh, fault: str | None = None) -> int:
    """Tell the user how it ended, and the hook, if it ended badly. Returns the exit code.

    Argument: fault (why the report of what was published could not be written).
    """
    code = NO_REPORT if fault else EXIT_CODES[refresh.record["outcome"]]
    if fault:
        refresh.errors.append(f"{refresh.target} is published, but its report is not written: {fault}")
    summary = json.dumps(
        refresh.record
        | {"seconds_by_model": json.loads(refresh.record["seconds_by_model"] or "{}")}
        | {"exit_code": code, "published": str(refresh.target)}
        | {"errors": refresh.errors, "warnings": refresh.warnings}
    )
    if refresh.arguments.json:
        print(summary)
    for message in refresh.errors:
        print(f"error: {shown(message)}", file=sys.stderr)
    for message in refresh.warnings:
        print(f"warning: {shown(message)}", file=sys.stderr)
    if not refresh.errors and not refresh.arguments.json:
        print(sentence(refresh))
    if code in CODES_FOR_THE_HOOK and refresh.arguments.on_failure:
        problem = call_hook(refresh.arguments.on_failure, summary)
        if problem:
            print(f"warning: {problem}", file=sys.stderr)
    return code


def sentence(refresh: Refresh) -> str:
    """Return what a run that went well has to say."""
    record = refresh.record
    files = f"{record['files_new']} new, {record['files_changed']} changed and {record['files_gone']} gone file(s)"
    if record["outcome"] == "dry_run":
        return f"{files}; {intention(refresh)}"
    if record["outcome"] == "nothing_new":
        return f"nothing new ({files}); {refresh.target} stays generation {record['generation']}"
    if record["outcome"] == "rolled_back":
        return f"{refresh.target} is generation {record['generation']} again"
    return (
        f"{refresh.target} is generation {record['generation']}: {files}, {record['rows_new']} new and "
        f"{record['rows_changed']} changed interactions, {record['tests_run']} tests"
    )


def intention(refresh: Refresh) -> str:
    """Return what a run without --dry-run would do."""
    if refresh.nothing_is_new():
        return "nothing would be done"
    if refresh.origin is None:
        return "everything would be loaded"
    if not refresh.found and not refresh.has_new_rules:
        return "the files would be written anew, without what unused parts may tell of erased people"
    rules = ", and all marts made anew as their rules have changed" if refresh.has_new_rules else ""
    return f"they would be loaded{rules}"

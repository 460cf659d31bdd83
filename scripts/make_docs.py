"""Makes the documentation site: one static HTML file with every model, column, test and the lineage.

Describes the warehouse named by --db, or an empty one where only the texts are wanted.
"""

import argparse
import os
import sys
from pathlib import Path

from build import PROJECT


def main() -> int:
    """Run the command line. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", metavar="FILE", default="warehouse.duckdb", help="the warehouse (%(default)s)")
    arguments = parser.parse_args()
    database = Path(arguments.db).absolute()
    if not database.exists():
        print(f"error: {database}: no such warehouse; run `make build` first", file=sys.stderr)
        return 2
    os.environ["CIJ_DATABASE"] = str(database)
    os.chdir(PROJECT)
    from dbt.cli.main import dbtRunner

    result = dbtRunner().invoke(
        ["docs", "generate", "--static", "--quiet", "--log-level-file", "none", "--profiles-dir", "profiles"]
    )
    if not result.success:
        print(f"error: the documentation could not be made: {result.exception or 'see above'}", file=sys.stderr)
        return 1
    print(f"the documentation is {PROJECT / 'target' / 'static_index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

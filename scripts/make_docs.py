"""Makes the documentation site: one static HTML file with every model, column, test and the lineage.

Describes the warehouse named by --db, or an empty one where only the texts are wanted.
"""

import argparse
import os
import sys
from pathlib import Path

from cij.project import PROJECT


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

    settings = ["--quiet", "--log-level-file", "none", "--profiles-dir", "profiles"]
    result = dbtRunner().invoke(["parse", *settings])
    if result.success:
        manifest = result.result
        for node in manifest.nodes.values():
            node.description = described(node)
        result = dbtRunner(manifest=manifest).invoke(["docs", "generate", "--static", *settings])
    if not result.success:
        print(f"error: the documentation could not be made: {result.exception or 'see above'}", file=sys.stderr)
        return 1
    print(f"the documentation is {PROJECT / 'target' / 'static_index.html'}")
    return 0


def described(node) -> str:
    """Return a node's description, and the example in its YAML, which the site would not show."""
    example = node.config.meta.get("example")
    if not example:
        return node.description
    return f"{node.description}\n\n**{example['question']}**\n\n```sql\n{example['query']}```\n"


if __name__ == "__main__":
    sys.exit(main())

"""Makes the documentation site: one static HTML file with every model, column, test and the lineage.

Describes the warehouse named by --db, or an empty one where only the texts are wanted.
"""

import argparse
import os
import re
import sys
from pathlib import Path

import layers
from cij.project import PROJECT

# dbt's page is 960 pixels wide, and a telephone can't be moved to what is cut off. There the tree has to go; search and
# links remain.
FOR_TELEPHONES = """<style>
@media (max-width: 959px) { body, .app { min-width: 0 !important } .app-menu { display: none !important } }
</style>"""
COMMENT = re.compile(r"\{#-?(.*?)-?#\}", re.DOTALL)


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
        describe(manifest)
        result = dbtRunner(manifest=manifest).invoke(["docs", "generate", "--static", *settings])
    if not result.success:
        print(f"error: the documentation could not be made: {result.exception or 'see above'}", file=sys.stderr)
        return 1
    site = PROJECT / os.environ.get("DBT_TARGET_PATH", "target") / "static_index.html"
    site.write_text(
        site.read_text(encoding="utf-8").replace("</head>", f"{FOR_TELEPHONES}</head>", 1), encoding="utf-8"
    )
    print(f"the documentation is {site}")
    return 0


def describe(manifest) -> None:
    """Add to the descriptions in a manifest what is said elsewhere, and what the site would not show."""
    tables = {
        node.config.meta.get("entity") or node.config.meta.get("dataverse_table") for node in manifest.nodes.values()
    }
    for node in manifest.nodes.values():
        if node.resource_type == "seed" and not node.description and node.name in tables:
            node.description = f"Simulated rows of the table {node.name}. Its staging model describes the columns."
        example = node.config.meta.get("example")
        if example:
            node.description += f"\n\n**{example['question']}**\n\n```sql\n{example['query']}```\n"
    manifest.docs["doc.cij.__overview__"].block_contents += "\n" + layers.overview(manifest)
    for macro in manifest.macros.values():
        if macro.package_name == "cij":
            # What Spark does is described where it is dispatched, or where DuckDB's way stands.
            short = macro.name.removeprefix("default__")
            for name in (macro.name, short, f"duckdb__{short}"):
                stands_in = manifest.macros.get(f"macro.cij.{name}", macro).original_file_path
                text = (PROJECT / stands_in).read_text(encoding="utf-8")
                macro.description = macro.description or said_of(name, text)


def said_of(name: str, text: str) -> str:
    """Return what the comments of a file say of a macro: right before it, or under its name in another place.

    Arguments: name (of the macro; what another one dispatches to is described by that one), text (of the file).
    """
    short = re.sub("^(test_|duckdb__|default__)", "", name)
    for each in (name, short):
        start = re.search(rf"\{{%-?\s*(?:macro|test)\s+{re.escape(each)}\b", text)
        before = [comment for comment in COMMENT.finditer(text) if start and comment.end() <= start.start()]
        if before and not text[before[-1].end() : start.start()].strip():
            return before[-1][1].strip()
    said = [
        comment[1].strip() for comment in COMMENT.finditer(text) if re.search(rf"\b{re.escape(short)}\b", comment[1])
    ]
    return said[0] if said else ""


if __name__ == "__main__":
    sys.exit(main())

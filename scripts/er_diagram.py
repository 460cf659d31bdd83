"""Draws how the marts hang together, as a Mermaid entity-relationship diagram made from the project itself.

A column that carries the test `primary_key` identifies the rows of its mart; every other mart with a column of that
name points there.
"""

import argparse
import re
import sys
from pathlib import Path

import yaml
from reference_check import PROJECT

MARTS = PROJECT / "models" / "marts"
BLOCK = re.compile(r"(?<=<!-- made by scripts/er_diagram.py -->\n).*?(?=<!-- end of what it made -->)", re.DOTALL)
# Aggregates and the interaction view would only repeat the lines of the facts that they are made of.
LEFT_OUT = ("agg_", "fct_interactions")


def main() -> int:
    """Run the command line. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", metavar="FILE", type=Path, help="put the diagram between the marks in this file")
    arguments = parser.parse_args()
    drawn = f"```mermaid\n{diagram(marts())}\n```\n"
    if not arguments.write:
        print(drawn, end="")
        return 0
    text = arguments.write.read_text(encoding="utf-8")
    if not BLOCK.search(text):
        print(f"error: {arguments.write} has no marks to write between", file=sys.stderr)
        return 2
    arguments.write.write_text(BLOCK.sub(lambda _: drawn, text), encoding="utf-8")
    return 0


def marts() -> dict[str, list[dict]]:
    """Return the columns of each mart, as its YAML states them."""
    found = {}
    for path in sorted(MARTS.glob("*/*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            found[model["name"]] = model["columns"]
    return found


def diagram(columns_of: dict[str, list[dict]]) -> str:
    """Return the Mermaid text: one line per mart and key that points to another mart."""
    shown = {name: columns for name, columns in columns_of.items() if not name.startswith(LEFT_OUT)}
    identified: dict[str, str] = {}
    for name, columns in shown.items():
        if key := primary_key(columns):
            identified.setdefault(key, name)  # a fact about part of another's rows shares its key, and comes later
    lines = []
    for name, columns in shown.items():
        pointed = {}
        for column in (column["name"] for column in columns):
            target = identified.get(column)
            if target and target != name:
                pointed.setdefault(target, column)
        lines += [f"    {target} |o--o{{ {name} : {column}" for target, column in sorted(pointed.items())]
    return "\n".join(["erDiagram", *sorted(lines)])


def primary_key(columns: list[dict]) -> str | None:
    """Return the column that identifies the rows, if one does."""
    return next((column["name"] for column in columns if "primary_key" in column.get("data_tests", [])), None)


if __name__ == "__main__":
    sys.exit(main())

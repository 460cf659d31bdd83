"""Draws how the marts hang together, as a Mermaid entity-relationship diagram made from the project itself.

A column that carries the test `primary_key` identifies the rows of its mart, and so does, within an organization, the
id that its `meta.known_by` names; every other mart with a column of either name points there.
"""

import argparse
import re
import sys
from pathlib import Path

import yaml

from cij.project import PROJECT

MARTS = PROJECT / "models" / "marts"
BLOCK = re.compile(r"(?<=<!-- made by scripts/er_diagram.py -->\n).*?(?=<!-- end of what it made -->)", re.DOTALL)
# Aggregates, views with names and the list of all interactions would only repeat the lines of the facts.
LEFT_OUT = ("agg_", "bi_", "fct_interactions")


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


def marts() -> dict[str, dict]:
    """Return each mart's YAML, by name."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(MARTS.glob("*/*.yml")))
    return {model["name"]: model for text in texts for model in yaml.safe_load(text).get("models", [])}


def diagram(yaml_of: dict[str, dict]) -> str:
    """Return the Mermaid text: one line per mart and key that points to another mart."""
    shown = {name: model for name, model in yaml_of.items() if not name.startswith(LEFT_OUT)}
    lines = {f"    {target} |o--o{{ {name} : {column}" for name, column, target in links(shown)}
    return "\n".join(["erDiagram", *sorted(lines)])


def links(yaml_of: dict[str, dict]) -> list[tuple[str, str, str]]:
    """Return each mart that points to another one of these, the first of its columns that does, and the other."""
    identified: dict[str, str] = {}
    for name, model in yaml_of.items():
        for key in (primary_key(model["columns"]), model["config"]["meta"].get("known_by")):
            identified.setdefault(key, name)  # a fact about part of another's rows shares its key, and comes later
    found = []
    for name, model in yaml_of.items():
        pointed = {}
        for column in (column["name"] for column in model["columns"]):
            target = identified.get(column)
            if target and target != name:
                pointed.setdefault(target, column)
        found += [(name, column, target) for target, column in sorted(pointed.items())]
    return found


def primary_key(columns: list[dict]) -> str | None:
    """Return the column that identifies the rows, if one does."""
    return next((column["name"] for column in columns if "primary_key" in column.get("data_tests", [])), None)


if __name__ == "__main__":
    sys.exit(main())

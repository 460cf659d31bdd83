"""Says beside the sample's seeds, in dbt's YAML, that every column of theirs is text.

dbt guesses the types of a seed, which would turn '00123' into 123 and load the sample by other rules than an export,
whose types are never trusted either.
"""

from __future__ import annotations

import csv
from pathlib import Path

import yaml


def write_seed_types(folder: Path) -> None:
    """Write one YAML file, named like its folder, for the seeds right in a folder; nothing where there are none."""
    seeds = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            columns = next(csv.reader(file))
        seeds.append({"name": path.stem, "config": {"column_types": dict.fromkeys(columns, "varchar")}})
    if seeds:
        text = yaml.safe_dump({"seeds": seeds}, sort_keys=False, default_flow_style=None, width=110)
        (folder / f"{folder.name}.yml").write_text(text, encoding="utf-8")

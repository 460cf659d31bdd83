"""What the oracle reads from CSV files: raw rows, one file per entity, and the reference table of block reasons."""

import csv
from pathlib import Path

from .blocks import Reason, ReasonTable
from .schema import entity_named
from .tools import Row


def read_seeds(folder: str | Path) -> dict[str, list[Row]]:
    """Read <folder>/<family>/<Entity>.csv. Values stay text; files that are no interactions are passed over."""
    rows: dict[str, list[Row]] = {}
    for path in sorted(Path(folder).rglob("*.csv")):
        entity = entity_named(path.stem)
        if entity is not None:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows.setdefault(entity.name, []).extend(csv.DictReader(file))
    return rows


def read_reasons(path: str | Path) -> ReasonTable:
    """Read the reference table of block reasons (reason, block_category, is_consent_block, consent_reason)."""
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return {row["reason"]: _reason(row) for row in csv.DictReader(file)}


def _reason(row: dict[str, str]) -> Reason:
    about_consent = row["is_consent_block"].strip().lower() == "true"
    return Reason((row["consent_reason"] or "other_consent") if about_consent else None, row["block_category"] or None)

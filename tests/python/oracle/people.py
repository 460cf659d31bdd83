"""Who is whom: contacts and leads that were merged, as the tables of Dataverse beside the interactions tell."""

import csv
from collections.abc import Mapping
from pathlib import Path

from .casting import cast
from .tools import Row

Person = tuple[str, str]  # its type and id
OWN_IDS = {"contact": "contactid", "lead": "leadid"}


def read_merges(folder: Path) -> dict[Person, str]:
    """Return the survivor's id for each merged person, from <folder>/contact.csv and <folder>/lead.csv."""
    survivors: dict[Person, str] = {}
    for kind, own_id in OWN_IDS.items():
        with (folder / f"{kind}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = [{name.lower(): value for name, value in row.items()} for row in csv.DictReader(file)]
        masters = masters_of(rows, own_id)
        for record in masters:
            survivor = follow(record, masters)
            if survivor is not None:
                survivors[kind, record] = survivor
    return survivors


def masters_of(rows: list[dict[str, str]], own_id: str) -> dict[str, str]:
    """Return the record that each merged one was merged into, by its newest row; rows of deletions don't tell."""
    newest: dict[str, tuple[tuple, dict[str, str]]] = {}
    for row in rows:
        if cast(row["isdelete"], "bool"):
            continue
        record = cast(row[own_id] or row["id"], "id")
        age = (cast(row["sinkmodifiedon"], "time"), cast(row["versionnumber"], "int"))
        if record not in newest or age > newest[record][0]:
            newest[record] = (age, row)
    masters = {record: cast(row["masterid"], "id") for record, (_, row) in newest.items() if row["merged"] != "false"}
    return {record: master for record, master in masters.items() if master not in (None, record)}


def follow(record: str, masters: Mapping[str, str]) -> str | None:
    """Return where a chain of merges ends; None where it never does."""
    seen = set()
    while record in masters:
        if record in seen:
            return None
        seen.add(record)
        record = masters[record]
    return record


def with_survivors(rows: list[Row], merges: Mapping[Person, str]) -> list[Row]:
    """Say of each row who the person to whom it was addressed is today."""
    return [
        row | {"surviving_profile_id": merges.get((row["profile_type"], row["profile_id"]), row["profile_id"])}
        for row in rows
    ]

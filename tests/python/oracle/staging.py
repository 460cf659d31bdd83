"""Raw rows to staged rows: every attribute of the schema under its staged name, typed, or null."""

from collections import Counter

from .casting import cast
from .schema import Entity, entity_named

Row = dict[str, object]


def stage_all(raw: dict[str, list[Row]]) -> tuple[dict[str, list[Row]], list[Row]]:
    """Stage every entity, and count by entity and column the values that can't be read."""
    staged: dict[str, list[Row]] = {}
    unreadable: Counter[tuple[str, str]] = Counter()
    for table, rows in raw.items():
        entity = entity_named(table)
        if entity is not None:
            staged.setdefault(entity.name, []).extend(stage(row, entity, unreadable) for row in rows)
    rejected = [
        {"entity": name, "column": column, "count": count} for (name, column), count in sorted(unreadable.items())
    ]
    return staged, rejected


def stage(raw: Row, entity: Entity, unreadable: Counter | None = None) -> Row:
    """Read one raw row. Attributes match in any letter case; those the schema doesn't know are left out."""
    values = {attribute.lower(): value for attribute, value in raw.items()}
    row: Row = {}
    for column in entity.columns:
        try:
            row[column.name] = cast(values.get(column.attribute.lower()), column.kind)
        except ValueError:
            row[column.name] = None
            if unreadable is not None:
                unreadable[entity.name, column.name] += 1
    return row

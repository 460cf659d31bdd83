"""The raw tables and their columns, read from the staging YAML of the project."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import yaml

ARROW_TYPES = {
    "varchar": pa.string(),
    "bigint": pa.int32(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}


class SchemaError(ValueError):
    """The staging YAML is missing or not in the expected form."""


@dataclass(frozen=True)
class Entity:
    """One raw table: its `name` (EmailSent), its `family` (the staging folder), its `columns`, name to type."""

    name: str
    family: str
    columns: dict[str, pa.DataType]


def pascal_case(name: str) -> str:
    """Return the raw attribute of a column that names none: `journey_run_id` gives `JourneyRunId`."""
    return "".join(part.capitalize() for part in name.split("_"))


def read_entity(path: Path) -> Entity:
    """Read one staging YAML file. Raises SchemaError where it does not describe one raw entity."""
    try:
        model = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))[
            "models"
        ][0]
        columns = {}
        for column in model["columns"]:
            if column["name"] == "interaction_type":  # a constant of the staging model, not a raw attribute
                continue
            source = column.get("config", {}).get("meta", {}).get("source") or pascal_case(column["name"])
            columns[source] = ARROW_TYPES[column["data_type"].lower()]
        return Entity(model["config"]["meta"]["entity"], path.parent.name, columns)
    except (KeyError, IndexError, TypeError, yaml.YAMLError) as error:
        raise SchemaError(f"{path} does not describe a raw entity: {error!r}") from error


def read_entities(staging: Path) -> dict[str, Entity]:
    """Read all entities below the `staging` folder, by name. Raises SchemaError where there is none."""
    entities = [read_entity(path) for path in sorted(staging.glob("*/stg_cij__*.yml"))]
    if not entities:
        raise SchemaError(f"no staging YAML (stg_cij__*.yml) below {staging}")
    return {entity.name: entity for entity in sorted(entities, key=lambda entity: entity.name)}

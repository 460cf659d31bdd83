"""Which attributes each entity has, taken from the YAML beside each staging model."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

STAGING = Path(__file__).resolve().parents[3] / "models" / "staging"
KINDS = {"varchar": "text", "bigint": "int", "boolean": "bool", "timestamp": "time", "double": "float"}
CONSTANTS = {"interaction_type"}  # filled by the staging model itself, not read from the raw table


@dataclass(frozen=True)
class Column:
    """One attribute: its name in the raw table, its staged name, and how its values are read."""

    name: str
    attribute: str
    kind: str


@dataclass(frozen=True)
class Entity:
    """One of the 145 interaction types, with the family (staging folder) that it belongs to."""

    name: str
    family: str
    columns: tuple[Column, ...]

    def has(self, column: str) -> bool:
        """Tell whether the schema gives this entity the staged column."""
        return any(own.name == column for own in self.columns)


@cache
def entities() -> dict[str, Entity]:
    """Return every entity by its exact name."""
    found = (_read(path) for path in sorted(STAGING.glob("*/stg_cij__*.yml")))
    return {entity.name: entity for entity in found}


@cache
def entity_named(name: str) -> Entity | None:
    """Return the entity with this name in any letter case, or None for a table that is not an interaction."""
    return {entity.name.lower(): entity for entity in entities().values()}.get(name.lower())


def _read(path: Path) -> Entity:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    model = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)["models"][0]
    columns = (_column(entry) for entry in model["columns"] if entry["name"] not in CONSTANTS)
    return Entity(model["config"]["meta"]["entity"], path.parent.name, tuple(columns))


def _column(entry: dict) -> Column:
    name = entry["name"]
    meta = (entry.get("config") or {}).get("meta") or {}
    pascal_case = "".join(word.capitalize() for word in name.split("_"))
    # A person's type is half of what tells who it is.
    kind = "id" if name.endswith("_id") or name == "profile_type" else KINDS[entry["data_type"].lower()]
    return Column(name, meta.get("source", pascal_case), kind)

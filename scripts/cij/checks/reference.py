"""Looks at a folder of the user's own reference data before anything is built: would every row of it be understood?"""

import csv
from pathlib import Path

import yaml

from cij.confinement import code_within
from cij.project import PROJECT

REFERENCE_YAML = PROJECT / "seeds" / "reference" / "reference.yml"
BOOLEANS = ("true", "false")


class ReferenceDataError(Exception):
    """Reference data can't be used; the message names the file, the line and the column and says what to do."""


def extensible_seeds() -> dict[str, dict]:
    """Return the YAML of each seed that takes rows of the user's own, by name: those with a `meta.key`."""
    seeds = yaml.safe_load(REFERENCE_YAML.read_text(encoding="utf-8"))["seeds"]
    return {seed["name"]: seed for seed in seeds if "key" in seed["config"].get("meta", {})}


def check_reference(folder: Path) -> None:
    """Raise ReferenceDataError at the first thing in the folder that the build couldn't use."""
    if not folder.is_dir():
        raise ReferenceDataError(f"{folder}: no such folder; reference data must be a folder of CSV files")
    code = code_within(folder)
    if code:
        raise ReferenceDataError(f"{folder}: holds {code}, which programs are run from; choose another")
    seeds = extensible_seeds()
    expected = ", ".join(f"{name}.csv" for name in sorted(seeds))
    files = [path for path in sorted(folder.iterdir()) if not path.name.startswith((".", "_")) and path.suffix != ".md"]
    if not files:
        raise ReferenceDataError(f"{folder}: no reference data here; expected some of {expected}")
    for path in files:
        if path.suffix != ".csv" or path.stem not in seeds:
            raise ReferenceDataError(f"{path}: not a file that can be extended; rename it or take it out ({expected})")
        _check_file(path, seeds[path.stem])


def _check_file(path: Path, seed: dict) -> None:
    columns = list(seed["config"]["column_types"])
    optional = {column["name"] for column in seed["columns"] if _rules(column).get("may_be_missing")}
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.reader(lines, strict=True)
            header = next(rows, [])
            if sorted({*header, *optional}) != sorted(columns) or len(set(header)) != len(header):
                raise ReferenceDataError(f"{path}: {_header_fault(header, columns)}")
            numbered = [(rows.line_num, dict(zip(header, row, strict=True))) for row in rows if row]
    except UnicodeDecodeError as error:
        raise ReferenceDataError(f"{path}: not UTF-8 text; save it as UTF-8") from error
    except (csv.Error, ValueError) as error:
        raise ReferenceDataError(
            f"{path}: line {rows.line_num}: not as many values as the header names, or a quote is not closed"
        ) from error
    except OSError as error:
        raise ReferenceDataError(f"{path}: can't be read ({error.strerror})") from error
    seen: dict[tuple, int] = {}
    key_names = seed["config"]["meta"]["key"]
    for line, row in numbered:
        for column in seed["columns"]:
            fault = _value_fault(row.get(column["name"], ""), seed["config"]["column_types"][column["name"]], column)
            if fault:
                raise ReferenceDataError(f"{path}: line {line}, column {column['name']}: {fault}")
        key = tuple(row[name] for name in key_names)
        if key in seen:
            raise ReferenceDataError(
                f"{path}: line {line} has the same {' and '.join(key_names)} as line {seen[key]}; keep one of them"
            )
        seen[key] = line


def _header_fault(header: list[str], columns: list[str]) -> str:
    """Return what is wrong with a file's first line. Shows no unknown name: without a header, that line is a row."""
    missing = [name for name in columns if name not in header]
    if missing:
        return f"column {missing[0]} is missing; the first line must name {', '.join(columns)}"
    return f"too many columns; the first line must name only {', '.join(columns)}"


def _rules(column: dict) -> dict:
    """Return what the YAML of a column says about its values."""
    return column.get("config", {}).get("meta", {})


def _value_fault(value: str, data_type: str, column: dict) -> str | None:
    """Return what is wrong with a value and what to do about it, or None. Never repeats the value."""
    rules = _rules(column)
    if value == "":
        return None if rules.get("may_be_empty") else "empty; give a value"
    if "values" in rules and value not in rules["values"]:
        return f"must be one of {', '.join(rules['values'])}"
    if data_type == "boolean" and value not in BOOLEANS:
        return "must be true or false"
    if data_type == "integer" and not value.lstrip("-").isdigit():
        return "must be a whole number"
    spelling = rules.get("spelling")
    if spelling and value != value.lower().strip(" {}"):
        return "would match nothing; write it in lower case, without blanks or braces around it"
    if spelling == "plain" and any(character in value for character in " -_"):
        return "would match nothing; leave out blanks, hyphens and underscores"
    return None

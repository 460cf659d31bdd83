"""Looks at a list of people to erase before anything is built: would every line of it erase somebody?"""

import csv
from pathlib import Path

REQUIRED = ("profile_type", "profile_id")
OPTIONAL = ("organization_id",)
# As exports write them, and as schema 1.0 does; without blanks and in lower case.
TYPES = ("contact", "lead", "profile", "ciprofile", "msdynci_customerprofile")


class ErasureError(Exception):
    """The list can't be used; the message names the file and the line, never a person."""


def check_erasures(path: Path) -> None:
    """Raise ErasureError at the first thing in the file that the build couldn't use."""
    if not path.is_file():
        raise ErasureError(f"{path}: no such file; the people to erase must be listed in a CSV file")
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.reader(lines, strict=True)
            header = next(rows, [])
            if sorted(set(header) - set(OPTIONAL)) != sorted(REQUIRED) or len(header) != len(set(header)):
                raise ErasureError(f"{path}: the first line must name {', '.join(REQUIRED)} and at most {OPTIONAL[0]}")
            for row in rows:
                if row:
                    _check_person(path, rows.line_num, dict(zip(header, row, strict=True)))
    except UnicodeDecodeError as error:
        raise ErasureError(f"{path}: not UTF-8 text; save it as UTF-8") from error
    except (csv.Error, ValueError) as error:
        raise ErasureError(f"{path}: line {rows.line_num}: not as many values as the header names") from error
    except OSError as error:
        raise ErasureError(f"{path}: can't be read ({error.strerror})") from error


def _check_person(path: Path, line: int, row: dict[str, str]) -> None:
    if row["profile_type"].replace(" ", "").lower() not in TYPES:
        raise ErasureError(f"{path}: line {line}: profile_type must be Contact, Lead or CI Profile")
    if not row["profile_id"].strip(" {}\t\r\n"):
        raise ErasureError(f"{path}: line {line}: profile_id is empty")

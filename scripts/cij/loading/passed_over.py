"""What an export holds and a build doesn't read, and why: told by a warning and in ops.passed_over_files."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cij.quoting import shown

# So many rows ops.passed_over_files has at most, and so many lines a run prints.
MOST_LISTED, MOST_TOLD = 1_000, 10
# Reasons, each with what to do.
NOT_READ = ("a format that is not read", "save it as Parquet, or as CSV with the ending .csv, .csv.gz or .csv.zst")
BESIDE_DELTA = ("in the folder of a Delta table, whose log doesn't name it", "put it into a folder beside the table's")
TOO_DEEP = (
    "a table in a folder, where others stand right in the export",
    "move it up to the others, or move them into a folder, too",
)
LIKE_A_TABLE = "a name that only resembles that of a table"
# What stands beside data everywhere, and is none.
NO_DATA = re.compile(
    r"^(readme|licen[cs]e|notice|changelog|desktop[.]ini$|thumbs[.]db$|(model|manifest)[.])"
    r"|[.](md|crc|tmp|lock|log|part|cdm[.]json|avsc|sha\d*|md5)$|[.]manifest",
    re.IGNORECASE,
)


@dataclass(frozen=True, order=True)
class PassedOver:
    """A file or folder that is not read: its path below the export, the table that it may be of, and why."""

    path: str
    table: str
    reason: str
    what_to_do: str

    def told(self) -> str:
        """Return what to tell of it, in one line."""
        return f"{shown(self.path)} ({self.reason}; {self.what_to_do})"

    def entry(self) -> dict[str, str]:
        """Return its row of raw.passed_over_files."""
        return {
            "path": shown(self.path), "table_name": self.table, "reason": self.reason, "what_to_do": self.what_to_do,
        }  # fmt: skip


def warnings(passed_over: list[PassedOver]) -> list[str]:
    """Return what a run has to say of the files that it passes over."""
    told = [f"passed over: {each.told()}" for each in passed_over[:MOST_TOLD]]
    more = len(passed_over) - MOST_TOLD
    return [*told, f"passed over: {more} more; see ops.passed_over_files"] if more > 0 else told


def is_worth_telling(name: str) -> bool:
    """Return whether a file that isn't read may hold data, by its name."""
    return not NO_DATA.search(name)


class Resemblance:
    """Which names are nearly those of tables, as browsers, editors and database tools name copies.

    Argument: tables (their exact names).
    """

    def __init__(self, tables: list[str]) -> None:
        self.tables = {table.lower(): table for table in tables}
        # Those of Dataverse are words, which other tables' names hold, too: account_contact.
        words = [name for name in self.tables if name in tables]
        entities = [name for name in self.tables if name not in tables]
        self.pattern = re.compile(
            rf"(?<![a-z0-9])({_any_of(entities)})(?![a-z])|(?<![a-z0-9_])({_any_of(words)})(?![a-z]|_+[a-z])"
        )

    def told_of(self, name: str) -> tuple[str, str, str] | None:
        """Return the table that a name resembles, why it isn't read, and what to do; None for other names."""
        found = self.pattern.search(name.lower())
        squeezed = re.sub(r"[\W_]", "", re.sub(r"[.].*$", "", name)).lower()
        table = self.tables.get(found[0] if found else squeezed)
        if table is None or not is_worth_telling(name):
            return None
        return table, LIKE_A_TABLE, f"move it into the folder {table}"


def _any_of(names: list[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) or "(?!)"

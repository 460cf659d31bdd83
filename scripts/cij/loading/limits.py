"""How much an export may ask of a load: far more than exports of events do, and little enough that every load ends.

A few bytes can stand for billions of rows, so each file is held to what its size can explain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cij.quoting import shown, sql_texts

if TYPE_CHECKING:
    import duckdb

# Partitions by year, month, day and hour are four levels.
MOST_LEVELS = 100
# Dataverse ends at about a thousand.
MOST_COLUMNS = 5_000
# Files of one table that can't be read together: Delta tables, and columns of other types.
MOST_PARTS = 200
# What DuckDB reads of a CSV file at a time, in bytes.
MOST_IN_A_ROW = 2_000_000
# CSV files of events pack to a tenth or a fiftieth, and small ones may be as empty as they like.
UNPACKED_PER_BYTE, ALWAYS_UNPACKED = 200, 100_000_000
# A row of Parquet with an id of its own takes some twenty bytes. Rows that are all alike take next to none, and as many
# of those as stand here are read anyway: of all files together.
ROWS_PER_BYTE, ALWAYS_ROWS = 1_000, 10_000_000


class ExportError(Exception):
    """The export can't be loaded; the message names the folder or file and says what to do."""


def too_much(path: str, fault: str) -> ExportError:
    """Return the error for a file or folder that holds more than a load takes."""
    return ExportError(f"{shown(path)}: {fault}, more than any export of events; take it out of the export")


def check_levels(path: str, levels: int) -> None:
    """Raise ExportError where a path lies too deep below its export."""
    if levels > MOST_LEVELS:
        raise too_much(path, f"more than {MOST_LEVELS} folders deep")


def check_columns(path: str, columns: int) -> None:
    """Raise ExportError where a file has, or gives its table, too many columns."""
    if columns > MOST_COLUMNS:
        raise too_much(path, f"{columns} columns where {MOST_COLUMNS} are allowed")


def most_unpacked(size: int) -> int:
    """Return how many bytes a packed file of some size may hold."""
    return max(ALWAYS_UNPACKED, UNPACKED_PER_BYTE * size)


class ParquetLimits:
    """Compares what Parquet files say that they hold with their size, before anything of it is read."""

    def __init__(self) -> None:
        self.unexplained = 0

    def check(self, connection: duckdb.DuckDBPyConnection, paths: list[str]) -> None:
        """Raise ExportError for the first file that holds too much, duckdb.Error where one is damaged."""
        # Not as a parameter: the client looks for a library that it may lack, for each of the texts in a list.
        query = f"""
            select files.file_name, files.file_size_bytes, coalesce(contents.bytes, 0),
                greatest(files.num_rows, coalesce(contents.rows, 0))
            from parquet_file_metadata({sql_texts(paths)}) as files
            left join (
                select file_name, max(rows) as rows, sum(bytes) as bytes
                from (
                    select file_name, column_id, sum(greatest(row_group_num_rows, num_values)) as rows,
                        sum(total_uncompressed_size) as bytes
                    from parquet_metadata({sql_texts(paths)}) group by all
                ) as columns_of_files
                group by file_name
            ) as contents using (file_name)
            order by files.file_name
        """
        for path, size, unpacked, rows in connection.execute(query).fetchall():
            self.unexplained += max(0, rows - ROWS_PER_BYTE * size)
            if self.unexplained > ALWAYS_ROWS:
                raise too_much(path, f"{rows:,} rows in {size:,} bytes")
            if unpacked > most_unpacked(size):
                raise too_much(path, f"{unpacked:,} bytes packed into {size:,}")

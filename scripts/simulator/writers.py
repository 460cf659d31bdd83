"""Writes the rows of entities as Parquet or CSV, in the layouts that real exports have."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow.csv import CSVWriter, WriteOptions

from .columns import DICTIONARY

FORMATS, LAYOUTS = ("parquet", "csv", "delta"), ("folder", "file", "nested", "outbound")
# plain text instead of Arrow's own types, and statistics only where they help: both cost as much as writing the rows
FAST = {"compression": "snappy", "write_statistics": ["Timestamp"], "store_schema": False}
DAY_ZERO = np.datetime64("1970-01-01", "D")


@dataclass(frozen=True)
class Style:
    """How an export is written, as on the command line.

    `text` types every column as text; `us_dates` writes times as US-English text (only with text or CSV).
    `sparing_quotes` writes CSV without quotes where none are needed, for the small sample.
    """

    format: str = "parquet"
    layout: str = "folder"
    text: bool = False
    us_dates: bool = False
    sparing_quotes: bool = False

    @property
    def suffix(self) -> str:
        """Return the ending of the data files."""
        return "csv" if self.format == "csv" else "parquet"

    @property
    def is_text(self) -> bool:
        """Return whether values are written as text."""
        return self.text or self.format == "csv"

    @property
    def quotes_all(self) -> bool:
        """Return whether every field stands in quotes, an empty one too."""
        return self.layout == "outbound"


@cache
def _clock(us_dates: bool) -> pa.Array:
    """Return the text of each second of a day."""
    texts = []
    for second in range(86400):
        hour, minute, rest = second // 3600, second // 60 % 60, second % 60
        if us_dates:
            texts.append(f" {(hour + 11) % 12 + 1}:{minute:02d}:{rest:02d} {'AM' if hour < 12 else 'PM'}")
        else:
            texts.append(f"T{hour:02d}:{minute:02d}:{rest:02d}Z")
    return pa.array(texts)


def time_texts(times: pa.Array, us_dates: bool) -> pa.Array:
    """Return timestamps as text: `2024-07-26T03:04:05Z`, or `7/26/2024 3:04:05 AM` with `us_dates`."""
    seconds = pc.fill_null(times.cast(pa.int64()), 0).to_numpy() // 1_000_000
    days, day_of_row = np.unique(seconds // 86400, return_inverse=True)
    dates = [DAY_ZERO + int(day) for day in days]
    if us_dates:
        texts = [f"{date.astype(object).month}/{date.astype(object).day}/{date.astype(object).year}" for date in dates]
    else:
        texts = [str(date) for date in dates]
    date = pa.array(texts, pa.string()).take(pa.array(day_of_row))
    clock = _clock(us_dates).take(pa.array(seconds % 86400))
    return pc.if_else(pc.is_valid(times), pc.binary_join_element_wise(date, clock, ""), pa.scalar(None, pa.string()))


def as_text(table: pa.Table, us_dates: bool) -> pa.Table:
    """Return `table` with every column as text."""
    columns = []
    for column in table.columns:
        values = column.combine_chunks()
        if pa.types.is_timestamp(values.type):
            values = time_texts(values, us_dates)
        elif pa.types.is_dictionary(values.type):
            values = values.dictionary_decode()
        columns.append(values.cast(pa.string()))
    return pa.Table.from_arrays(columns, names=table.column_names)


class SampleWriter:
    """Writes CSV with quotes only where they are needed. For small files: it goes row by row."""

    def __init__(self, path: Path, schema: pa.Schema):
        """Open `path` for tables of `schema`."""
        self.file = path.open("w", encoding="utf-8", newline="")
        self.rows = csv.writer(self.file, lineterminator="\n")
        self.rows.writerow(schema.names)

    def write_table(self, table: pa.Table) -> None:
        """Append `table`, all text; null is an empty field."""
        self.rows.writerows(zip(*(column.to_pylist() for column in table.columns), strict=True))

    def close(self) -> None:
        """Close the file."""
        self.file.close()


class PartWriter:
    """Writes the tables of one entity and chunk into one part file. Use it as a context manager."""

    def __init__(self, path: Path, schema: pa.Schema, style: Style):
        """Open `path` (its folder is made) for tables of `schema`. Raises OSError where that fails."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.style = style
        if style.is_text:
            schema = pa.schema([(name, pa.string()) for name in schema.names])
        if style.sparing_quotes:
            self.writer = SampleWriter(path, schema)
        elif style.format == "csv":
            quoting = "all_valid" if style.quotes_all else "needed"
            self.writer = CSVWriter(path, schema, write_options=WriteOptions(quoting_style=quoting))
        else:
            few = [field.name for field in schema if field.type == DICTIONARY]
            self.writer = pq.ParquetWriter(path, schema, **FAST, use_dictionary=few or False)

    def write(self, table: pa.Table) -> None:
        """Append `table`."""
        if self.style.is_text:
            table = as_text(table, self.style.us_dates)
        if self.style.quotes_all:
            columns = [pc.fill_null(values, "") for values in table.columns]
            table = pa.Table.from_arrays(columns, names=table.column_names)
        self.writer.write_table(table)

    def __enter__(self) -> PartWriter:
        """Return the writer."""
        return self

    def __exit__(self, *_) -> None:
        """Close the file."""
        self.writer.close()


def months(table: pa.Table) -> dict[str, pa.Table]:
    """Split `table` by the month of its Timestamp: `2024/07` to the rows of that month."""
    if "Timestamp" not in table.column_names:
        return {"undated": table}
    times = table["Timestamp"].combine_chunks()
    month = pc.add(pc.multiply(pc.year(times), 100), pc.month(times))
    return {
        f"{code // 100}/{code % 100:02d}": table.filter(pc.equal(month, code))
        for code in sorted(pc.unique(month).to_pylist())
    }


def merge_parts(parts: list[Path], target: Path) -> None:
    """Join part files of one entity, in order, into the one file `target`, and remove them."""
    if target.suffix == ".csv":
        with target.open("wb") as joined:
            for number, part in enumerate(parts):
                with part.open("rb") as rows:
                    if number:
                        rows.readline()  # the header is there already
                    shutil.copyfileobj(rows, joined)
    else:
        with pq.ParquetWriter(target, pq.read_schema(parts[0]), **FAST) as joined:
            for part in parts:
                with pq.ParquetFile(part) as rows:
                    for group in range(rows.num_row_groups):
                        joined.write_table(rows.read_row_group(group))
    for part in parts:
        part.unlink()

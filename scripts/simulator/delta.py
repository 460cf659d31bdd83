"""Turns folders of Parquet files into Delta tables with a past, as a lakehouse leaves them.

What a table went through follows from its name: rows written in several commits, deleted and compacted, so that files
lie there that no longer count; a partition by month; columns with physical names of their own; deletion vectors. Files
and rows that no longer count carry ids of their own, so reading them changes every number. What counts is exactly the
rows of the folder. The log is written by hand, for no Python library writes all of this.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .deletion_vectors import descriptor
from .writers import FAST

MONTH = "EventMonth"  # the partition column
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
CREATED_AT = 1_764_547_200_000  # milliseconds: when each table was made; a minute passes from commit to commit
DELETED_EACH = 10  # one row in so many is followed by a deleted one
IDS = ("InternalMarketingInteractionId", "IdempotencyId")
TYPES = {"string": "string", "int32": "integer", "double": "double", "bool": "boolean"}


def _number(table: str) -> int:
    return crc32(table.encode())


def is_partitioned(table: str) -> bool:
    """Return whether the rows of a table are split by month."""
    return _number(table) % 5 == 0


def is_mapped(table: str) -> bool:
    """Return whether the columns of a table have physical names."""
    return _number(table) % 3 == 0


def has_deletions(table: str) -> bool:
    """Return whether a table has deletion vectors."""
    return _number(table) % 4 == 0


def is_compacted(table: str) -> bool:
    """Return whether the files of a table were made from older ones."""
    return _number(table) % 7 < 3


def partition_folder(month: str) -> str:
    """Return the folder of the rows of a `month` (2024/07) of a partitioned table."""
    return f"{MONTH}={month.replace('/', '-') if month[0].isdigit() else NO_VALUE}"


def make_table(folder: Path) -> None:
    """Turn a folder of Parquet files into a Delta table, in place."""
    table = _Table(folder)
    files = table.files()
    table.commit("CREATE TABLE", table.protocol(), table.metadata())
    deleted = {file: table.rewrite(file) for file in files} if table.mapped or table.deletions else {}
    if is_compacted(table.name):
        pieces = [piece for file in files for piece in table.pieces(file)]
        wrong = table.wrong(files[0])
        table.commit("WRITE", *map(table.add, pieces + wrong))
        table.commit("DELETE", *map(table.remove, wrong))
        gone, whole = map(table.remove, pieces), map(table.add, files)
        table.commit("OPTIMIZE", *(_rearranged(action) for action in (*gone, *whole)))
    else:
        half = len(files) // 2
        for some in filter(None, (files[:half], files[half:])):
            table.commit("WRITE", *map(table.add, some))
    if table.deletions:
        vectors = {file: descriptor(folder, deleted[file], table.named(file)) for file in files}
        table.commit("DELETE", *map(table.remove, files), *(table.add(file, vectors[file]) for file in files))


def _rearranged(action: dict) -> dict:
    return {kind: values | {"dataChange": False} for kind, values in action.items()}


class _Table:
    """One table while its log is written."""

    def __init__(self, folder: Path):
        self.folder, self.name, self.version = folder, folder.name, 0
        self.mapped, self.deletions = is_mapped(self.name), has_deletions(self.name)
        self.partitioned = any(path.is_dir() for path in folder.iterdir())
        self.schema = pa.unify_schemas([pq.read_schema(file) for file in self.files()])
        if self.partitioned:
            self.schema = self.schema.append(pa.field(MONTH, pa.string()))

    def files(self) -> list[Path]:
        """Return the Parquet files of the folder."""
        return sorted(self.folder.rglob("*.parquet"))

    def named(self, thing: Path | str) -> uuid.UUID:
        """Return the id of a file or column of this table."""
        name = thing.relative_to(self.folder).as_posix() if isinstance(thing, Path) else thing
        return uuid.uuid5(uuid.NAMESPACE_OID, f"{self.name} {name}")

    def physical(self, column: str) -> str:
        """Return the name of a column in the files."""
        return f"col-{self.named(column)}" if self.mapped else column

    # The log

    def commit(self, operation: str, *actions: dict) -> None:
        """Write the next entry of the log."""
        info = {"commitInfo": {"timestamp": self.now(), "operation": operation, "operationParameters": {}}}
        path = self.folder / "_delta_log" / f"{self.version:020d}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(json.dumps(action) + "\n" for action in (info, *actions)), encoding="utf-8")
        self.version += 1

    def now(self) -> int:
        """Return the time of the next commit."""
        return CREATED_AT + self.version * 60_000

    def protocol(self) -> dict:
        """Return what a reader must understand."""
        if self.deletions:
            features = ["deletionVectors", "columnMapping"] if self.mapped else ["deletionVectors"]
            versions = {"minReaderVersion": 3, "minWriterVersion": 7}
            return {"protocol": versions | {"readerFeatures": features, "writerFeatures": features}}
        reader, writer = (2, 5) if self.mapped else (1, 2)
        return {"protocol": {"minReaderVersion": reader, "minWriterVersion": writer}}

    def metadata(self) -> dict:
        """Return the columns and settings of the table."""
        fields = [self._field(number, field) for number, field in enumerate(self.schema, 1)]
        settings = {"delta.enableDeletionVectors": "true"} if self.deletions else {}
        if self.mapped:
            settings |= {"delta.columnMapping.mode": "name", "delta.columnMapping.maxColumnId": str(len(fields))}
        return {
            "metaData": {
                "id": str(self.named("")),
                "format": {"provider": "parquet", "options": {}},
                "schemaString": json.dumps({"type": "struct", "fields": fields}),
                "partitionColumns": [MONTH] if self.partitioned else [],
                "configuration": settings,
                "createdTime": CREATED_AT,
            }
        }

    def _field(self, number: int, field: pa.Field) -> dict:
        about = {"delta.columnMapping.id": number, "delta.columnMapping.physicalName": self.physical(field.name)}
        return {
            "name": field.name,
            "type": _delta_type(field.type),
            "nullable": True,
            "metadata": about if self.mapped else {},
        }

    def _file(self, file: Path) -> dict:
        month = file.parent.name.partition("=")[2]
        return {
            "path": file.relative_to(self.folder).as_posix(),
            "partitionValues": {self.physical(MONTH): None if month == NO_VALUE else month} if self.partitioned else {},
            "size": file.stat().st_size,
            "dataChange": True,
        }

    def add(self, file: Path, deletion_vector: dict | None = None) -> dict:
        """Return the entry of a file that counts from now on, apart from the rows in its `deletion_vector`."""
        stats = {"numRecords": pq.read_metadata(file).num_rows}
        added = self._file(file) | {"modificationTime": self.now(), "stats": json.dumps(stats)}
        return {"add": added | ({"deletionVector": deletion_vector} if deletion_vector else {})}

    def remove(self, file: Path) -> dict:
        """Return the entry of a file that no longer counts, whatever becomes of it on disk."""
        return {"remove": self._file(file) | {"deletionTimestamp": self.now(), "extendedFileMetadata": True}}

    # The files

    def rewrite(self, file: Path) -> np.ndarray:
        """Give a file its physical names and the rows to delete. Returns the numbers of those rows."""
        new, deleted, position = file.with_suffix(".new"), [np.empty(0, np.int64)], 0
        with pq.ParquetFile(file) as old, pq.ParquetWriter(new, self._physical_schema(old.schema_arrow), **FAST) as out:
            for rows in _row_groups(old):
                if self.deletions:
                    rows, numbers = _with_imitations(rows)
                    deleted.append(position + numbers)
                out.write_table(rows.cast(old.schema_arrow).rename_columns(out.schema.names))
                position += len(rows)
        new.replace(file)
        return np.concatenate(deleted)

    def _physical_schema(self, schema: pa.Schema) -> pa.Schema:
        if not self.mapped:
            return schema
        return pa.schema([
            pa.field(
                self.physical(field.name),
                field.type,
                metadata={"PARQUET:field_id": str(self.schema.get_field_index(field.name) + 1)},
            )
            for field in schema
        ])  # fmt: skip

    def pieces(self, file: Path) -> list[Path]:
        """Write the rows of a `file` as two smaller ones, the way they were before it, and return those."""
        return self.copies(
            file,
            early=lambda rows: rows.slice(0, len(rows) // 2 + 1),
            late=lambda rows: rows.slice(len(rows) // 2 + 1),
        )

    def wrong(self, file: Path) -> list[Path]:
        """Write a part of the rows of a `file` with other ids, and return that file."""
        return self.copies(file, wrong=lambda rows: _imitations(rows, {self.physical(name) for name in IDS}))

    def copies(self, file: Path, **changes: Callable[[pa.Table], pa.Table]) -> list[Path]:
        """Write what each of the `changes` makes of the rows of a `file` into another one beside it."""
        targets = [file.with_stem(f"{file.stem}-{label}") for label in changes]
        with ExitStack() as opened:
            old = opened.enter_context(pq.ParquetFile(file))
            outs = [opened.enter_context(pq.ParquetWriter(target, old.schema_arrow, **FAST)) for target in targets]
            for rows in _row_groups(old):
                for change, out in zip(changes.values(), outs, strict=True):
                    out.write_table(change(rows))
        return targets


def _delta_type(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return "timestamp"
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    return TYPES[str(kind)]


def _row_groups(file: pq.ParquetFile):
    return (file.read_row_group(number) for number in range(file.num_row_groups))


def _imitations(rows: pa.Table, ids: set[str]) -> pa.Table:
    rows = rows.take(pa.array(range(0, len(rows), DELETED_EACH)))
    for position, name in enumerate(rows.column_names):
        if name in ids:
            rows = rows.set_column(position, rows.schema.field(position), pc.utf8_reverse(rows.column(position)))
    return rows


def _with_imitations(rows: pa.Table) -> tuple[pa.Table, np.ndarray]:
    """Return `rows` with rows in between that are not theirs, and the numbers of those."""
    others = _imitations(rows, set(IDS))
    places = np.arange(len(others)) * DELETED_EACH
    order = np.insert(np.arange(len(rows)), places, len(rows) + np.arange(len(others)))
    return pa.concat_tables([rows, others]).take(pa.array(order)), places + np.arange(len(others))

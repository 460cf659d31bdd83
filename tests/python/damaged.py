"""What the tests of damaged exports share: which tables an export may hold, and how small files are written."""

import gzip
import json
from collections.abc import Callable, Collection
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import write_deltalake

from oracle.schema import entities

# Writes something into an export's folder, the first argument.
Writer = Callable[[Path], object]

ADDRESS = "ann.secret@example.com"
HEADER = "IdempotencyId,EmailAddressUsed,Timestamp,Version\n"
LINE = f"1,{ADDRESS},2024-07-26T09:00:00Z,1\n"
GOOD = HEADER + LINE


def known_tables() -> dict[str, dict]:
    """Return the tables an export may hold, as the inspection is told of them."""
    known = {
        name.lower(): {"name": name, "attributes": [column.attribute.lower() for column in entity.columns]}
        for name, entity in entities().items()
    }
    for table, status in (("ActionEvent", "ActionStatus"), ("JourneyEvent", "JourneyStatus")):
        attributes = known[f"{table.lower()}inflow"]["attributes"]
        known[table.lower()] = {"name": table, "attributes": attributes, "split_by": status}
    return known


def table(**columns: object) -> pa.Table:
    """Return a table of one row, which has an id and a time, and further columns or other values for these."""
    values = {"IdempotencyId": "1", "Timestamp": "2024-07-26T09:00:00Z"} | columns
    return pa.table({
        name: value if isinstance(value, pa.Array) else pa.array([value]) for name, value in values.items()
    })  # fmt: skip


def text(path: str, content: str | bytes) -> Writer:
    """Write a file as it is."""
    return lambda root: below(root, path).write_bytes(content if isinstance(content, bytes) else content.encode())


def zipped(path: str, content: str | bytes) -> Writer:
    """Write a file with gzip."""
    return text(path, gzip.compress(content if isinstance(content, bytes) else content.encode()))


def zstd(path: str, content: str) -> Writer:
    """Write a file with zstd."""
    return text(path, pa.compress(content.encode(), codec="zstd", asbytes=True))


def parquet(path: str, content: pa.Table, **options: object) -> Writer:
    """Write a Parquet file."""
    return lambda root: pq.write_table(content, below(root, path), **options)


def delta(path: str, *contents: pa.Table, **options: object) -> Writer:
    """Write a Delta table, one commit for each of its contents."""

    def write(root: Path) -> None:
        for content in contents:
            write_deltalake(str(root / path), content, mode="append", **options)

    return write


def changed(pattern: str, change: Callable[[bytes], bytes]) -> Writer:
    """Change what the first file that matches a pattern holds."""

    def write(root: Path) -> None:
        path = min(root.glob(pattern))
        path.write_bytes(change(path.read_bytes()))

    return write


def removed(pattern: str) -> Writer:
    """Remove every file that matches a pattern."""
    return lambda root: [path.unlink() for path in list(root.glob(pattern))]


def link(path: str, target: str) -> Writer:
    """Write a symbolic link. Argument: target (below the export, or above it)."""
    return lambda root: below(root, path).symlink_to(root / target)


def all_of(*writers: Writer) -> Writer:
    """Write several things, one after the other."""
    return lambda root: [write(root) for write in writers]


def below(root: Path, path: str) -> Path:
    """Return the path below a folder, with the folders above it made."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    return root / path


def actions(path: str, content: pa.Table, features: Collection[str], fields: dict[str, dict], mode: str) -> Writer:
    """Write a Delta table whose log is made by hand, for what the library that writes others doesn't know.

    Arguments: path, content (of its file), features (of readers), fields (column -> its metadata; else those of the
    content), mode (of column mapping).
    """
    names = fields or {name: {} for name in content.column_names}
    schema = {
        "type": "struct",
        "fields": [{"name": n, "type": "string", "nullable": True, "metadata": m} for n, m in names.items()],
    }
    protocol = {"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": [*features]}
    metadata = {
        "id": "00000000-0000-0000-0000-000000000009", "format": {"provider": "parquet", "options": {}},
        "schemaString": json.dumps(schema), "partitionColumns": [], "createdTime": 1,
        "configuration": {"delta.columnMapping.mode": mode} if mode else {},
    }  # fmt: skip

    def write(root: Path) -> None:
        file = below(root, f"{path}/a.parquet")
        pq.write_table(content, file)
        entry = {"path": file.name, "partitionValues": {}, "size": file.stat().st_size, "modificationTime": 1}
        lines = (
            {"protocol": protocol | {"writerFeatures": [*features]}}, {"metaData": metadata},
            {"add": entry | {"dataChange": True}},
        )  # fmt: skip
        below(root, f"{path}/_delta_log/{0:020}.json").write_text("\n".join(map(json.dumps, lines)) + "\n")

    return write


def delta_by_hand(
    path: str, content: pa.Table, *features: str, fields: dict[str, dict] | None = None, mode: str = ""
) -> Writer:
    """Write a Delta table with features of readers, or with column mapping. Arguments: see actions."""
    return actions(path, content, features, fields or {}, mode)


def mapped(*names: str) -> dict[str, dict]:
    """Return the fields of a Delta table with column mapping: ids from 1, and physical names col-1, col-2 and so on."""
    return {
        name: {"delta.columnMapping.id": number, "delta.columnMapping.physicalName": f"col-{number}"}
        for number, name in enumerate(names, 1)
    }


def with_ids(names: Collection[str], *values: str) -> pa.Table:
    """Return a table of one row whose columns have ids from 1."""
    fields = [
        pa.field(name, pa.string(), metadata={"PARQUET:field_id": str(number)}) for number, name in enumerate(names, 1)
    ]
    return pa.table([[value] for value in values], schema=pa.schema(fields))


def checkpoint_alone(path: str, kind: str = "parquet") -> Writer:
    """Put a checkpoint in the place of a Delta table's only commit. Argument: kind (parquet, or json for a V2 one)."""

    def write(root: Path) -> None:
        commit = root / path / f"_delta_log/{0:020}.json"
        protocol, metadata, added = (json.loads(line) for line in commit.read_text().splitlines())
        commit.unlink()
        strings = pa.map_(pa.string(), pa.string())
        added["add"]["partitionValues"] = []
        add = pa.struct([
            ("path", pa.string()), ("partitionValues", strings), ("size", pa.int64()), ("modificationTime", pa.int64()),
            ("dataChange", pa.bool_()),
        ])  # fmt: skip
        remove = pa.struct([("path", pa.string()), ("deletionTimestamp", pa.int64()), ("dataChange", pa.bool_())])
        name = f"{0:020}.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json"
        if kind == "json":
            sidecar = below(root, f"{path}/_delta_log/_sidecars/9f2d1c3a-0000-4000-8000-000000000001.parquet")
            pq.write_table(pa.table({"add": pa.array([added["add"]], add), "remove": pa.nulls(1, remove)}), sidecar)
            part = {"path": sidecar.name, "sizeInBytes": sidecar.stat().st_size, "modificationTime": 1}
            lines = ({"checkpointMetadata": {"version": 0}}, protocol, metadata, {"sidecar": part})
            commit.with_name(name).write_text("\n".join(map(json.dumps, lines)) + "\n")
            return
        metadata["metaData"]["configuration"] = list(metadata["metaData"]["configuration"].items())
        metadata["metaData"]["format"]["options"] = []
        types = {
            "protocol": pa.struct([
                ("minReaderVersion", pa.int32()), ("minWriterVersion", pa.int32()),
                ("readerFeatures", pa.list_(pa.string())), ("writerFeatures", pa.list_(pa.string())),
            ]),
            "metaData": pa.struct([
                ("id", pa.string()), ("format", pa.struct([("provider", pa.string()), ("options", strings)])),
                ("schemaString", pa.string()), ("partitionColumns", pa.list_(pa.string())), ("createdTime", pa.int64()),
                ("configuration", strings),
            ]),
            "add": add,
            "remove": remove,
        }  # fmt: skip
        rows = (protocol, metadata, added)
        content = {name: pa.array([row.get(name) for row in rows], kind) for name, kind in types.items()}
        pq.write_table(pa.table(content), commit.with_name(f"{0:020}.checkpoint.parquet"))

    return write

"""What the tests of damaged exports share: which tables an export may hold, and how small files are written."""

import gzip
from collections.abc import Callable
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

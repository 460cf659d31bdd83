"""Exports that would keep a load busy without end: many files, deep folders, links in circles, bytes for gigabytes.

Work is counted, not timed: the clock of a busy machine proves nothing.
"""

import gzip
import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from cij.loading import limits as export_limits
from cij.loading.csv_repair import Damaged, repair
from cij.loading.inspection import ExportError, inspect_export
from cij.loading.listing import SourceFile, list_export
from cij.loading.new_files import compare
from cij.loading.schemas import united
from damaged import GOOD, HEADER, LINE, all_of, below, delta, known_tables, link, parquet, table, text, zstd
from test_refused_exports import refusal
from warehouse import PROJECT

KNOWN = known_tables()
MEGABYTE = 1 << 20
# Enough for Python, and for any row: not for a file.
MEMORY = 128 * MEGABYTE


def exported(root: Path, *writers: Callable[[Path], object]) -> Path:
    """Write an export and return its folder."""
    (root / "export").mkdir(parents=True)
    all_of(*writers)(root / "export")
    return root / "export"


def listed(export: Path) -> list[str]:
    """Return the paths of an export's files, below it."""
    return sorted(os.path.relpath(file.path, export) for file in list_export(str(export), KNOWN).files)


# Work


def steps(function: Callable[[], object]) -> int:
    """Return how many steps Python takes for a call."""
    count = 0

    def trace(frame, event, _):
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(before)
    return count


def empty_files(count: int) -> Callable[[Path], object]:
    """Write that many files without content, in one folder."""
    return lambda root: [text(f"EmailSent/{number}.csv", "")(root) for number in range(count)]


def delta_logs(count: int) -> Callable[[Path], object]:
    """Write the logs of that many Delta tables, each with files beside it, and one within the last."""
    return lambda root: [
        text(f"EmailSent/{number}/{name}", "{}")(root)
        for number in range(count)
        for name in ("_delta_log/0.json", "_delta_log/1.json", "a.parquet", "old/_delta_log/0.json")
    ]


def files_in_utf_16(count: int) -> Callable[[Path], object]:
    """Write that many files of which each has to be converted, and as many that have not."""
    return lambda root: [
        text(f"EmailSent/{number}.csv", GOOD.encode("utf-16") if number % 2 else GOOD)(root)
        for number in range(2 * count)
    ]


@pytest.mark.parametrize(("write", "count"), [(empty_files, 200), (delta_logs, 60)])
def test_listing_takes_twice_the_steps_for_twice_the_files(tmp_path, write, count):
    one, two = (exported(tmp_path / str(number), write(number)) for number in (count, 2 * count))
    steps_of_one, steps_of_two = (steps(lambda export=export: listed(export)) for export in (one, two))
    assert steps_of_two < 2.2 * steps_of_one


def test_inspecting_takes_twice_the_steps_for_twice_the_files(tmp_path):
    counts = []
    for count in (15, 30):
        export, scratch = exported(tmp_path / str(count), files_in_utf_16(count)), tmp_path / f"scratch{count}"
        scratch.mkdir()
        counts.append(steps(lambda e=export, s=scratch: inspect_export(str(e), KNOWN, s)))
    assert counts[1] < 2.2 * counts[0]


class CountingPath(str):
    """A path that counts how many others it is compared with."""

    __slots__ = ()
    compared = 0

    def startswith(self, prefix: str | tuple[str, ...], *positions: int) -> bool:
        """Compare, and count."""
        CountingPath.compared += len(prefix) if isinstance(prefix, tuple) else 1
        return super().startswith(prefix, *positions)


def test_what_is_gone_is_not_compared_with_every_delta_table():
    tables = [SourceFile("EmailSent", f"/e/EmailSent/{number}", "delta", None, None) for number in range(100)]
    loaded = {CountingPath(f"/e/EmailSent/{number}/a.parquet"): (1, datetime(2025, 1, 1)) for number in range(50, 150)}
    found = compare(tables, loaded, {})
    assert found.gone == sorted(f"/e/EmailSent/{number}/a.parquet" for number in range(100, 150))
    assert CountingPath.compared <= len(loaded)


def test_a_delta_table_within_another_is_the_outer_ones_matter(tmp_path):
    export = exported(
        tmp_path, delta("EmailSent/b", table()), delta("EmailSent/b/A", table()), text("SmsSent.csv", GOOD)
    )
    assert listed(export) == ["EmailSent/b", "SmsSent.csv"]


def test_types_of_many_files_are_those_of_a_union(tmp_path):
    kinds = ("INTEGER", "BIGINT", "DOUBLE", "DECIMAL(18,3)", "DECIMAL(4,1)", "VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP")
    with duckdb.connect() as connection:
        for some in itertools.combinations(kinds, 3):
            schemas = [[("a", kind), (f"B{number}", "DATE"), ("Ä", kind)] for number, kind in enumerate(some)]
            schemas.append([("b1", "TIMESTAMP"), ("A", some[0]), ("ä", "DATE")])
            selects = [", ".join(f'null::{kind} as "{name}"' for name, kind in schema) for schema in schemas]
            try:
                union = connection.execute("describe select " + " union all by name select ".join(selects)).fetchall()
            except duckdb.Error:
                continue
            assert united(connection, schemas) == [row[:2] for row in union]


# Folders and links


def deep_folders(levels: int) -> Callable[[Path], object]:
    """Write a file below that many folders, deeper than a path may be long."""

    def write(root: Path) -> None:
        (root / "EmailSent").mkdir()
        place = os.open(root / "EmailSent", os.O_RDONLY)
        for _ in range(levels - 1):
            os.mkdir("d", dir_fd=place)
            above, place = place, os.open("d", os.O_RDONLY, dir_fd=place)
            os.close(above)
        os.close(os.open("a.csv", os.O_CREAT, dir_fd=place))
        os.close(place)

    return write


@pytest.fixture
def deep_path(tmp_path):
    """Return a place for folders so deep that Python, and so pytest, fails to remove them."""
    yield tmp_path
    subprocess.run(["rm", "-rf", tmp_path / "export"], check=True)


@pytest.mark.parametrize("levels", [101, 1200, 3000])
def test_folders_too_deep_are_one_message(deep_path, levels):
    export = exported(deep_path, deep_folders(levels))
    assert "more than 100 folders deep" in refusal(export, deep_path / "scratch")


def test_folders_as_deep_as_is_allowed_are_read(tmp_path):
    export = exported(tmp_path, deep_folders(100))
    assert len(listed(export)) == 1


def test_a_refresh_ends_at_deep_folders_with_one_line(deep_path):
    export = exported(deep_path, deep_folders(1200))
    command = [sys.executable, PROJECT / "scripts" / "refresh.py", "--raw", export, "--publish", deep_path / "x.duckdb"]
    done = subprocess.run([*command, "--dry-run"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "more than 100 folders deep" in done.stderr


def test_folders_that_link_to_each_other_are_entered_once(tmp_path):
    """Twenty folders, each with links to all: more ways than any walk could go."""
    names = [f"d{number}" for number in range(20)]
    files = [text(f"EmailSent/{name}/a.csv", GOOD) for name in names]
    links = [link(f"EmailSent/{one}/to-{other}", f"EmailSent/{other}") for one in names for other in names]
    export = exported(
        tmp_path, *files, *links, link("EmailSent/up", "."), link("EmailSent/0.csv", "EmailSent/d7/a.csv")
    )
    assert listed(export) == sorted(f"EmailSent/{name}/a.csv" for name in names)


def test_links_are_followed_to_what_has_no_other_name(tmp_path):
    export = exported(
        tmp_path,
        text("Archive/2024/a.csv", GOOD),
        link("Archive/2024/again", "Archive"),
        link("EmailSent/old", "Archive/2024"),
        link("EmailSent/older", "Archive/2024"),
        link("SmsSent", "Archive"),
        text("Archive/x.txt", GOOD),
        link("EmailSent/x.csv", "Archive/x.txt"),
    )
    assert listed(export) == ["EmailSent/old/a.csv", "EmailSent/x.csv", "SmsSent/2024/a.csv"]


@pytest.mark.parametrize("chain", [("a", "b"), ("a.csv", "b.csv"), ("a", "b", "c", "d")])
def test_links_in_a_circle_are_one_message(tmp_path, chain):
    circle = zip(chain, (*chain[1:], chain[0]), strict=True)
    links = [link(f"EmailSent/{one}", f"EmailSent/{other}") for one, other in circle]
    export = exported(tmp_path, text("SmsSent.csv", GOOD), *links)
    assert "can't be read (Too many levels of symbolic links)" in refusal(export, tmp_path / "scratch")


def test_unfinished_work_is_not_walked(tmp_path):
    export = exported(
        tmp_path,
        text("EmailSent/a.csv", GOOD),
        text("EmailSent/_temporary/0/_delta_log/00000000000000000000.json", ""),
        text("EmailSent/.staging/" + "d/" * 120 + "a.csv", GOOD),
        text("EmailSent/_year=2024/b.csv", GOOD),
    )
    assert listed(export) == ["EmailSent/_year=2024/b.csv", "EmailSent/a.csv"]


# A few bytes for gigabytes


def repeated(path: str, content: bytes, times: int) -> Callable[[Path], object]:
    """Write a gzip file of a content that repeats, in as many members."""
    return lambda root: below(root, path).write_bytes(
        gzip.compress(HEADER.encode()) + gzip.compress(content, mtime=0) * times
    )


def many_rows(path: str, count: int, columns: str = "'x' as IdempotencyId") -> Callable[[Path], object]:
    """Write a Parquet file of rows that are all alike, in one row group, as small as it gets."""
    options = f"compression zstd, row_group_size {count}"
    return lambda root: duckdb.sql(f"copy (select {columns} from range({count})) to '{below(root, path)}' ({options})")


# Of rows that are all alike, where a million are let through.
MANY = 2_000_000
ROWS = ("1,x\n" * (MEGABYTE // 4)).encode()
TOO_MUCH = "bytes packed into"
BOMBS = {
    "gzip of rows": (repeated("EmailSent.csv.gz", ROWS, 400), "EmailSent.csv.gz", TOO_MUCH),
    "gzip of NUL bytes": (repeated("EmailSent.csv.gz", b"\0" * MEGABYTE, 600), "EmailSent.csv.gz", TOO_MUCH),
    "gzip of one value": (repeated("EmailSent.csv.gz", b"x" * MEGABYTE, 600), "EmailSent.csv.gz", TOO_MUCH),
    "zstd of rows": (
        zstd("EmailSent.csv.zst", HEADER + f"1,{'x' * 1000},,1\n" * 200_000), "EmailSent.csv.zst", TOO_MUCH
    ),
    "Parquet of many rows": (many_rows("EmailSent.parquet", MANY), "EmailSent.parquet", "2,000,000 rows in "),
    "Parquet of one endless row": (
        many_rows("EmailSent.parquet", 1, f"'x' as IdempotencyId, (select list(1) from range({2 * MANY})) as l"),
        "EmailSent.parquet",
        "4,000,000 rows in ",
    ),
    "many Parquet files of many rows": (
        all_of(*(many_rows(f"EmailSent/{number}.parquet", MANY // 3) for number in range(4))),
        "EmailSent/2.parquet",
        " rows in ",
    ),
    "Parquet of zeros": (
        parquet(
            "EmailSent.parquet",
            pa.table({"IdempotencyId": ["\0" * (120 * MEGABYTE)]}),
            compression="zstd", use_dictionary=False, write_statistics=False,
        ),
        "EmailSent.parquet",
        TOO_MUCH,
    ),
    "Delta table of many rows": (
        all_of(
            delta("EmailSent", pa.table({"IdempotencyId": ["1"]})),
            lambda root: many_rows(next((root / "EmailSent").glob("*.parquet")).relative_to(root), MANY)(root),
        ),
        "",
        " rows in ",
    ),
    "checkpoint of many rows": (
        all_of(
            delta("EmailSent", table()),
            many_rows("EmailSent/_delta_log/00000000000000000000.checkpoint.parquet", MANY),
        ),
        "checkpoint.parquet",
        " rows in ",
    ),
    "header of 20,000 columns": (
        text("EmailSent.csv", HEADER.strip() + ",x" * 20_000 + "\n"), "EmailSent.csv", "20004 columns"
    ),
    "header of 20,000 columns in UTF-16": (
        text("EmailSent.csv", (HEADER.strip() + ",x" * 20_000).encode("utf-16")), "EmailSent.csv", "20004 columns"
    ),
    "header of 20,000 columns in zstd": (
        zstd("EmailSent.csv.zst", '"\n",' + HEADER.strip() + ",x" * 20_000 + "\n"), "EmailSent.csv.zst", "20005 columns"
    ),
    "Parquet of 20,000 columns": (
        parquet("EmailSent.parquet", pa.table({"IdempotencyId": ["1"]} | {f"c{n}": [1] for n in range(20_000)})),
        "EmailSent.parquet",
        "20001 columns",
    ),
    "columns that grow from file to file": (
        lambda root: [
            text(f"EmailSent/{n}.csv", "IdempotencyId," + ",".join(f"c{n}_{m}" for m in range(3000)) + "\n")(root)
            for n in range(2)
        ],
        "EmailSent/1.csv",
        "6001 columns",
    ),
    "row without an end": (text("EmailSent.csv", 'Version,"' + 'a\n","' * 500_000), "EmailSent.csv", "not valid CSV"),
}  # fmt: skip


@pytest.mark.parametrize("case", BOMBS)
def test_what_its_size_cannot_explain_is_refused(tmp_path, monkeypatch, case):
    monkeypatch.setattr(export_limits, "ALWAYS_ROWS", MANY // 2)
    write, place, fault = BOMBS[case]
    message = refusal(exported(tmp_path, write), tmp_path / "scratch")
    assert place in message
    assert fault in message


def test_twelve_million_rows_in_a_few_bytes_are_refused(tmp_path):
    export = exported(tmp_path, many_rows("EmailSent.parquet", 12_000_000))
    assert "12,000,000 rows in" in refusal(export, tmp_path / "scratch")


def test_what_compresses_well_is_read(tmp_path):
    """A million rows that are all alike, and text that packs to a hundredth."""
    export = exported(
        tmp_path,
        many_rows("EmailSent.parquet", 1_000_000, "'1' as IdempotencyId"),
        repeated("SmsSent.csv.gz", LINE.encode() * 20_000, 9),
        zstd("PushSent.csv.zst", HEADER + LINE * 100_000),
    )
    (tmp_path / "scratch").mkdir()
    found = inspect_export(str(export), KNOWN, tmp_path / "scratch")
    assert {part.table for part in found.parts} >= {"EmailSent", "SmsSent"}
    assert found.repaired == {}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its memory")
@pytest.mark.parametrize(
    ("content", "times", "said"),
    [(b"\0" * MEGABYTE, 600, TOO_MUCH), (f"1,{'x' * 1000},,1\n2,x\n".encode() * 1000, 25, "25000")],
)
def test_a_repair_takes_no_more_memory_than_a_row(tmp_path, content, times, said):
    repeated("EmailSent.csv.gz", content, times)(tmp_path)
    program = (
        f"import resource, sys; sys.path.insert(0, {str(PROJECT / 'scripts')!r}); from pathlib import Path;"
        f"resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY})); from cij.loading import csv_repair;"
        "print(csv_repair.repair(csv_repair.Damaged(sys.argv[1], 'EmailSent', ()), *map(Path, sys.argv[2:])))"
    )
    arguments = [tmp_path / "EmailSent.csv.gz", tmp_path / "good.csv", tmp_path / "rejects.csv"]
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False)
    assert said in done.stdout + done.stderr
    assert "MemoryError" not in done.stderr


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, MEGABYTE])
@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("Jörg".encode("latin-1"), "Jörg"),
        ("5 €".encode("cp1252"), "5 €"),
        (b"\x81 J\xf6rg", "\x81 Jörg"),
        ("Jörg ☃".encode() + b"\n\xf6", "Jörg ☃"),
        ("Jörg".encode("utf-8-sig"), "Jörg"),
        ("Jörg ☃".encode("utf-16"), "Jörg ☃"),
        ("Jörg".encode("utf-16-be"), "Jörg"),
    ],
)
def test_a_file_in_pieces_is_decoded_as_a_whole(tmp_path, monkeypatch, chunk, content, shown):
    monkeypatch.setattr("cij.loading.csv_repair.CHUNK", chunk)
    (tmp_path / "a.csv").write_bytes(content)
    file = Damaged(str(tmp_path / "a.csv"), "EmailSent", ())
    put_aside = repair(file, tmp_path / "good", tmp_path / "rejects")
    assert (tmp_path / "good").read_bytes().decode().splitlines() == [f'"{shown}","cij_source_file"']
    assert put_aside == (b"\n" in content and "☃" in shown)


def test_more_delta_tables_than_can_be_read_together_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("cij.loading.inspection.MOST_PARTS", 2)
    export = exported(tmp_path, *(delta(f"EmailSent/{number}", table()) for number in range(3)))
    with pytest.raises(ExportError, match="EmailSent: 3 Delta tables or kinds of files"):
        inspect_export(str(export), KNOWN, tmp_path)


def test_the_limits_are_those_of_the_readme():
    words = (PROJECT / "models" / "ops" / "README.md").read_text(encoding="utf-8")
    for limit in ("MOST_LEVELS", "MOST_COLUMNS", "MOST_PARTS", "ROWS_PER_BYTE", "UNPACKED_PER_BYTE"):
        assert f"{getattr(export_limits, limit):,}" in words

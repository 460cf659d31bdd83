"""Bad input gets one clear line that names what is wrong, shows nobody's data, and leaves a good warehouse alone."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse import PROJECT

ADDRESS = "ann.secret@example.com"
HEADER = "IdempotencyId,EmailAddressUsed,Timestamp\n"
GOOD_LINE = f"1,{ADDRESS},2024-07-26T09:00:00Z\n"


@pytest.fixture
def warehouse(tmp_path):
    """Return the path of a warehouse that was built before and is good."""
    database = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema marts; create table marts.good as select 1 as kept")
    return database


@pytest.fixture
def export(tmp_path):
    """Return an export's folder, with one good table in it."""
    folder = tmp_path / "export"
    write(folder / "EmailOpened" / "part-0.csv", HEADER + GOOD_LINE)
    return folder


def write(path: Path, content: str | bytes) -> Path:
    """Write a file, and its folder. Returns its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def addresses(rows: int) -> pa.Table:
    """Return a table of sent e-mails."""
    return pa.table({
        "IdempotencyId": [str(row) for row in range(rows)],
        "EmailAddressUsed": [ADDRESS] * rows,
        "Timestamp": ["2024-07-26T09:00:00Z"] * rows,
    })  # fmt: skip


def refusal(database: Path, raw: Path | None = None, code: int = 2) -> str:
    """Build, expect it to fail as it should, with this exit code, and return the one line that says why."""
    message = failure(database, raw, code)
    assert message.count("\n") == 1, message
    return message


def failure(database: Path, raw: Path | None, code: int) -> str:
    """Build, expect it to fail with this exit code and without anybody's data, and return what it says."""
    command = [sys.executable, PROJECT / "scripts" / "build.py", "--db", database, *(("--raw", raw) if raw else ())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert ADDRESS not in done.stderr
    assert done.stderr.startswith("error: ")
    return done.stderr


def refusal_of_export(raw: Path, warehouse: Path, code: int = 2) -> str:
    """Build from a bad export over a good warehouse, which must stay as it is. Returns the message."""
    before, beside = warehouse.read_bytes(), names(warehouse.parent)
    message = refusal(warehouse, raw, code)
    assert warehouse.read_bytes() == before
    assert names(warehouse.parent) == beside
    return message


def names(folder: Path) -> set[str]:
    """Return the names of everything in a folder."""
    return {path.name for path in folder.iterdir()}


# Exports


def test_missing_folder(tmp_path, warehouse):
    message = refusal_of_export(tmp_path / "nowhere", warehouse)
    assert str(tmp_path / "nowhere") in message
    assert "no such folder" in message


def test_file_instead_of_a_folder(tmp_path, warehouse):
    file = write(tmp_path / "EmailSent.csv", HEADER + GOOD_LINE)
    assert str(file) in refusal_of_export(file, warehouse)


@pytest.mark.parametrize("file", ["Orders/part-0.parquet", "EmailSent/readme.txt", "EmailSent/_SUCCESS"])
def test_folder_without_a_known_table(tmp_path, warehouse, file):
    write(tmp_path / "export" / file, ADDRESS)
    message = refusal_of_export(tmp_path / "export", warehouse)
    assert f"{tmp_path / 'export'}: holds no table" in message
    assert "EmailSent" in message


def test_junk_under_a_parquet_name(export, warehouse):
    pq.write_table(addresses(1), export / "EmailOpened" / "part-1.parquet")
    junk = write(export / "EmailSent" / "part-0.parquet", f"{ADDRESS}, not Parquet at all".encode())
    message = refusal_of_export(export, warehouse)
    assert f"{junk}: not readable as Parquet" in message


def test_parquet_file_cut_short(export, warehouse):
    whole = export / "EmailSent" / "part-0.parquet"
    write(whole, "")
    pq.write_table(addresses(1000), whole)
    whole.write_bytes(whole.read_bytes()[:-100])
    assert f"{whole}: not readable as Parquet" in refusal_of_export(export, warehouse)


def test_parquet_file_with_a_good_footer_and_damaged_pages(export, warehouse):
    damaged = write(export / "EmailSent" / "part-1.parquet", "")
    pq.write_table(addresses(5000), export / "EmailSent" / "part-0.parquet")
    pq.write_table(addresses(5000), damaged)
    content = bytearray(damaged.read_bytes())
    footer = int.from_bytes(content[-8:-4], "little") + 8
    content[4 : len(content) - footer] = os.urandom(len(content) - footer - 4)
    damaged.write_bytes(content)
    assert pq.read_metadata(damaged).num_rows == 5000
    assert f"{damaged}: damaged Parquet file" in refusal_of_export(export, warehouse, code=1)


def test_csv_file_with_broken_quoting(export, warehouse):
    file = write(export / "EmailSent" / "part-0.csv", HEADER + f'1,"{ADDRESS},2024-07-26T09:00:00Z\n' + GOOD_LINE)
    message = refusal_of_export(export, warehouse)
    assert str(file) in message
    assert "a quote is not closed" in message


def test_delta_table_with_a_damaged_log(export, warehouse):
    write(export / "EmailSent" / "_delta_log" / "00000000000000000000.json", "")
    pq.write_table(addresses(1), export / "EmailSent" / "part-0.parquet")
    message = refusal_of_export(export, warehouse)
    assert f"{export / 'EmailSent'}: 00000000000000000000.json of its log is empty" in message


@pytest.mark.long
def test_too_many_rejected_rows(export, warehouse):
    lines = [f"{row},{ADDRESS},{'yesterday' if row < 12 else '2024-07-26T09:00:00Z'}\n" for row in range(300)]
    write(export / "EmailOpened" / "part-0.csv", HEADER + "".join(lines))
    before, kept = warehouse.read_bytes(), warehouse.with_name("warehouse.failed.duckdb")
    messages = failure(warehouse, export, code=1).splitlines()
    assert messages[0] == (
        "error: 12 of 300 rows (4.0%) could not be read, or not all of their values; "
        f"the limit max_rejected_share is 1.0%; look into ops.rejected_rows in {kept}"
    )
    assert warehouse.read_bytes() == before
    with duckdb.connect(str(kept), read_only=True) as connection:
        query = "select distinct reason, raw_value from ops.rejected_rows"
        assert connection.execute(query).fetchall() == [("not a timestamp", "xxxxxxxxx")]


# The warehouse's place


def test_folder_of_the_warehouse_does_not_exist(tmp_path):
    assert f"{tmp_path / 'nowhere'}: no such folder" in refusal(tmp_path / "nowhere" / "warehouse.duckdb")
    assert not (tmp_path / "nowhere").exists()


def test_warehouse_below_a_file(tmp_path):
    file = write(tmp_path / "file", "kept")
    assert str(file) in refusal(file / "warehouse.duckdb")
    assert file.read_text() == "kept"


def test_folder_in_the_place_of_the_warehouse(tmp_path):
    write(tmp_path / "warehouse.duckdb" / "kept.txt", "kept")
    assert f"{tmp_path / 'warehouse.duckdb'}: a folder" in refusal(tmp_path / "warehouse.duckdb")
    assert names(tmp_path / "warehouse.duckdb") == {"kept.txt"}


@pytest.mark.parametrize("name", ["marts.duckdb", "OPS.v2.duckdb", "raw"])
def test_warehouse_named_like_a_schema(tmp_path, name):
    assert f"{tmp_path / name}: DuckDB names what is in a file after it" in refusal(tmp_path / name)
    assert names(tmp_path) == set()


def test_marts_or_a_load_named_like_a_schema(tmp_path):
    for command, option in (("build", "publish"), ("refresh", "publish"), ("load", "db")):
        words = [
            sys.executable,
            "-m",
            "cij",
            command,
            "--raw",
            str(tmp_path),
            f"--{option}",
            str(tmp_path / "marts.duckdb"),
        ]
        ended = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert ended.returncode == 2
        assert f"so marts.x would mean two things; choose another {option.upper()}" in ended.stderr


def test_another_file_in_the_place_of_the_warehouse(tmp_path):
    file = write(tmp_path / "report.duckdb", f"a spreadsheet of {ADDRESS}, and no database".encode() * 1000)
    before = file.read_bytes()
    assert f"{file}: not a DuckDB database" in refusal(file)
    assert file.read_bytes() == before


def test_warehouse_in_use(warehouse):
    before = warehouse.read_bytes()
    code = "import sys, duckdb; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code, warehouse]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as user:
        assert user.stdout.readline() == "open\n"
        assert f"{warehouse}: open in another process" in refusal(warehouse)
        user.stdin.close()
    assert warehouse.read_bytes() == before

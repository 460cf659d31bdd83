"""Exports that can't be loaded: each gets one line that names the file and what is wrong, before anything is built.

test_bad_input.py shows that a build says the same and leaves the warehouse alone.
"""

import json
import os
import re
import zlib
from pathlib import Path

import pyarrow as pa
import pytest

from cij.loading.inspection import ExportError, inspect_export
from damaged import (
    ADDRESS,
    GOOD,
    HEADER,
    LINE,
    Writer,
    all_of,
    changed,
    checkpoint_alone,
    delta,
    delta_by_hand,
    known_tables,
    link,
    mapped,
    parquet,
    removed,
    table,
    text,
    with_ids,
    zipped,
    zstd,
)

LOG = "EmailSent/_delta_log/"
FIRST = LOG + "00000000000000000000.json"
QUOTE = "a quote is not closed, or text follows a closed quote"
NOT_PARQUET = "not readable as Parquet"
NOT_DELTA = "not readable as a Delta table"
NOT_CSV = "not valid CSV"
OUTSIDE = "lies outside the export"
COLUMN, LINK = "a column is named", "a link out of the export"
NO_COLUMN = "no column of EmailSent"
NO_NAME = "not a file with a readable name"
TWICE = "EmailSent, which also stands in"
PUT_TOGETHER = "where files were put together"
NAMED_OTHERWISE = "column mapping by id, over files of other names"
KEYS = ("IdempotencyId", "Timestamp")
VALUES = ("1", "2024-07-26T09:00:00Z")


def outside(name: str) -> Writer:
    """Let a Delta table's log name a file that lies beside the export. Argument: name (as the log gives it)."""

    def write(root: Path) -> None:
        delta("../beside", table())(root)
        file = next((root.parent / "beside").glob("*.parquet"))
        delta("EmailSent", table())(root)
        (log,) = (root / LOG).glob("*.json")
        own = re.search(r'"path":"([^"]+)"', log.read_text())[1]
        log.write_text(log.read_text().replace(own, name.format(folder=file.parent, file=file.name)))

    return write


def action(**content: object) -> Writer:
    """Add an action to the first commit of a Delta table's log, with letters as JSON may escape them."""
    line = json.dumps(content).replace("storage", "\\u0073torage")
    return all_of(delta("EmailSent", table()), changed(FIRST, lambda commit: commit + b"\n" + line.encode() + b"\n"))


def vector(path: str, storage: str = "p", **beside: object) -> Writer:
    """Let the log name a vector of deleted rows by an address of its own. Argument: beside (more in the action)."""
    deleted = {"storageType": storage, "pathOrInlineDv": path, "sizeInBytes": 1, "cardinality": 1}
    entry = {"path": "x.parquet", "partitionValues": {}, "size": 1, "modificationTime": 1, "dataChange": True}
    return action(add=entry | {"deletionVector": deleted}, **beside)


def linked_away(root: Path) -> None:
    """Write a Delta table whose file is a link to one beside the export."""
    outside("data.parquet")(root)
    (root / "EmailSent/data.parquet").symlink_to(next((root.parent / "beside").glob("*.parquet")))


def without_rights(root: Path) -> None:
    """Write a file that may not be read."""
    text("EmailSent.csv", GOOD)(root)
    (root / "EmailSent.csv").chmod(0)


# Each case: what is written, the place that the message names, and the fault.
CASES: dict[str, tuple[Writer, str, str]] = {
    # Parquet
    "Parquet of 0 bytes": (text("EmailSent.parquet", ""), "EmailSent.parquet", NOT_PARQUET),
    "junk named Parquet": (text("EmailSent.parquet", ADDRESS * 9), "EmailSent.parquet", NOT_PARQUET),
    "CSV named Parquet": (text("EmailSent.parquet", GOOD), "EmailSent.parquet", NOT_PARQUET),
    "Parquet cut short": (
        all_of(parquet("EmailSent.parquet", table()), changed("*.parquet", lambda content: content[:-50])),
        "EmailSent.parquet",
        NOT_PARQUET,
    ),
    "Parquet of marks alone": (text("EmailSent.parquet", "PAR1PAR1"), "EmailSent.parquet", NOT_PARQUET),
    "Parquet with a senseless footer length": (
        text("EmailSent.parquet", b"PAR1" + b"\xff" * 100 + b"PAR1"),
        "EmailSent.parquet",
        NOT_PARQUET,
    ),
    "encrypted Parquet": (text("EmailSent.parquet", b"PARE" + b"x" * 99 + b"PARE"), "EmailSent.parquet", NOT_PARQUET),
    "Parquet without columns": (parquet("EmailSent.parquet", pa.table({})), "EmailSent.parquet", NOT_PARQUET),
    "one bad Parquet file among good ones": (
        all_of(
            parquet("EmailSent/0.parquet", table()),
            text("EmailSent/1.parquet", "junk"),
            parquet("EmailSent/2.parquet", table()),
        ),
        "EmailSent/1.parquet",
        NOT_PARQUET,
    ),
    "Parquet of another table": (
        parquet("EmailSent.parquet", pa.table({"OrderId": [1]})),
        "EmailSent.parquet",
        NO_COLUMN,
    ),
    # CSV
    "quote never closed": (text("EmailSent.csv", HEADER + '1,"a,b,c\n' + LINE), "EmailSent.csv", QUOTE),
    "text after a closed quote": (text("EmailSent.csv", HEADER + '1,"a" b,c,d\n'), "EmailSent.csv", f"line 2: {QUOTE}"),
    "quote escaped by a backslash": (
        text("EmailSent.csv", HEADER + LINE + '1,"a\\"b",c,d\n'),
        "EmailSent.csv",
        f"line 3: {QUOTE}",
    ),
    "semicolons for commas": (text("EmailSent.csv", GOOD.replace(",", ";")), "EmailSent.csv", NO_COLUMN),
    "semicolons beside a good file": (
        all_of(text("EmailSent/a.csv", GOOD), text("EmailSent/b.csv", GOOD.replace(",", ";"))),
        "EmailSent/b.csv",
        NO_COLUMN,
    ),
    "tabs for commas": (text("EmailSent.csv", GOOD.replace(",", "\t")), "EmailSent.csv", NO_COLUMN),
    "no header": (text("EmailSent.csv", LINE * 2), "EmailSent.csv", NO_COLUMN),
    "Parquet named CSV": (parquet("EmailSent.csv", table()), "EmailSent.csv", NO_COLUMN),
    "half a UTF-16 file": (text("EmailSent.csv", GOOD.encode("utf-16")[:-1]), "EmailSent.csv", "not whole UTF-16"),
    "UTF-32": (text("EmailSent.csv", GOOD.encode("utf-32")), "EmailSent.csv", "a NUL byte in its header"),
    "nothing but NUL bytes": (text("EmailSent.csv", b"\0" * 4096), "EmailSent.csv", "a NUL byte in its header"),
    "broken character in the header": (
        text("EmailSent.csv", b"IdempotencyId,Vers\xffion,\xc3\x84\n1,2,3\n"),
        "EmailSent.csv",
        "a character that is not UTF-8 in its header",
    ),
    "value of 3 MB": (text("EmailSent.csv", HEADER + "a" * 3_000_000 + LINE), "EmailSent.csv", NOT_CSV),
    "gzip cut short": (
        all_of(zipped("EmailSent.csv.gz", HEADER + LINE * 5000), changed("*.gz", lambda content: content[:-20])),
        "EmailSent.csv.gz",
        "not a whole gzip file",
    ),
    "gzip with a wrong checksum": (
        all_of(
            zipped("EmailSent.csv.gz", HEADER + LINE),
            changed("*.gz", lambda content: content[:-8] + zlib.crc32(b"other").to_bytes(4, "little") + content[-4:]),
        ),
        "EmailSent.csv.gz",
        "not a whole gzip file",
    ),
    "gzip with damaged content": (
        all_of(
            zipped("EmailSent.csv.gz", HEADER + LINE * 5000),
            changed("*.gz", lambda content: content[:30] + b"\xff" * 30 + content[60:]),
        ),
        "EmailSent.csv.gz",
        "not a whole gzip file",
    ),
    "CSV named gzip": (text("EmailSent.csv.gz", GOOD), "EmailSent.csv.gz", "not a whole gzip file"),
    "CSV named zstd": (text("EmailSent.csv.zst", GOOD), "EmailSent.csv.zst", NOT_CSV),
    "header again in zstd": (zstd("EmailSent.csv.zst", GOOD * 2), "EmailSent.csv.zst", PUT_TOGETHER),
    "byte order mark within zstd": (
        zstd("EmailSent.csv.zst", GOOD + "\ufeff" + LINE), "EmailSent.csv.zst", PUT_TOGETHER,
    ),
    "header in another order": (
        text("EmailSent.csv", GOOD + "Timestamp,IdempotencyId,EmailAddressUsed,Version\n" + LINE),
        "EmailSent.csv",
        "line 3: another header",
    ),
    "header with other columns": (
        text("EmailSent.csv", GOOD + "IdempotencyId,Timestamp\n1,2024-07-26T09:00:00Z\n"),
        "EmailSent.csv",
        "line 3: another header",
    ),
    "header that begins with a column which only it has": (
        zipped("EmailSent.csv.gz", GOOD + "ProfileId,IdempotencyId,x,Version\n" + LINE),
        "EmailSent.csv.gz",
        "line 3: another header",
    ),
    "semicolons below a partition": (
        text("EmailSent/Version=1/a.csv", GOOD.replace(",", ";") + "x,y\n"), "EmailSent/Version=1/a.csv", NO_COLUMN,
    ),
    "ragged rows in zstd": (zstd("EmailSent.csv.zst", GOOD + "2,x\n"), "EmailSent.csv.zst", NOT_CSV),
    # Delta
    "Delta log of 0 bytes": (
        all_of(delta("EmailSent", table()), text(FIRST, "")),
        "EmailSent",
        "00000000000000000000.json of its log is empty",
    ),
    "last commit of a Delta log of 0 bytes": (
        all_of(delta("EmailSent", table(), table()), text(LOG + "00000000000000000001.json", "")),
        "EmailSent",
        "00000000000000000001.json of its log is empty",
    ),
    "Delta log cut short": (
        all_of(delta("EmailSent", table()), changed(FIRST, lambda content: content[:200])),
        "EmailSent",
        NOT_DELTA,
    ),
    "Delta log of junk": (all_of(delta("EmailSent", table()), text(FIRST, ADDRESS)), "EmailSent", NOT_DELTA),
    "Delta log without its first commit": (
        all_of(delta("EmailSent", table(), table()), removed(FIRST)),
        "EmailSent",
        NOT_DELTA,
    ),
    "Delta log with a commit missing": (
        all_of(delta("EmailSent", table(), table(), table()), removed(LOG + "00000000000000000001.json")),
        "EmailSent",
        NOT_DELTA,
    ),
    "Delta log of a future version": (
        all_of(
            delta("EmailSent", table()),
            changed(FIRST, lambda content: re.sub(rb'"minReaderVersion":\d+', b'"minReaderVersion":99', content)),
        ),
        "EmailSent",
        "needs version 99 of Delta's readers",
    ),
    "Delta log with a feature that the reader lacks": (
        delta_by_hand("EmailSent", table(), "deletionVectors", "collations-preview"),
        "EmailSent",
        "needs the reader feature collations-preview",
    ),
    "Delta log that a catalog keeps": (
        delta_by_hand("EmailSent", table(), "catalogManaged"), "EmailSent", "needs the reader feature catalogManaged",
    ),
    "checkpoint with a feature that the reader lacks": (
        all_of(delta_by_hand("EmailSent", table(), "geospatial"), checkpoint_alone("EmailSent")),
        "EmailSent",
        "needs the reader feature geospatial",
    ),
    "V2 checkpoint with a feature that the reader lacks": (
        all_of(delta_by_hand("EmailSent", table(), "v2Checkpoint", "x9"), checkpoint_alone("EmailSent", "json")),
        "EmailSent",
        "needs the reader feature x9",
    ),
    "column mapping by id over other names": (
        delta_by_hand("EmailSent", with_ids(KEYS, *VALUES), "columnMapping", fields=mapped(*KEYS), mode="id"),
        "EmailSent",
        NAMED_OTHERWISE,
    ),
    "column mapping by id over one other name": (
        delta_by_hand("EmailSent", with_ids(("col-1", "x"), *VALUES), "columnMapping", fields=mapped(*KEYS), mode="id"),
        "EmailSent",
        NAMED_OTHERWISE,
    ),
    "column mapping by id in a checkpoint": (
        all_of(
            delta_by_hand("EmailSent", with_ids(KEYS, *VALUES), "columnMapping", fields=mapped(*KEYS), mode="id"),
            checkpoint_alone("EmailSent"),
        ),
        "EmailSent",
        NAMED_OTHERWISE,
    ),
    "column mapping by id in a V2 checkpoint": (
        all_of(
            delta_by_hand(
                "EmailSent", with_ids(KEYS, *VALUES), "columnMapping", "v2Checkpoint", fields=mapped(*KEYS), mode="id"
            ),
            checkpoint_alone("EmailSent", "json"),
        ),
        "EmailSent",
        NAMED_OTHERWISE,
    ),
    "column mapping by name over files without those names": (
        delta_by_hand("EmailSent", table(), "columnMapping", fields=mapped(*KEYS), mode="name"),
        "EmailSent",
        NAMED_OTHERWISE,
    ),
    # Other formats of tables
    "Iceberg": (
        all_of(parquet("EmailSent/data/a.parquet", table()), text("EmailSent/metadata/v2.metadata.json", "{}")),
        "EmailSent",
        "an Iceberg table",
    ),
    "Iceberg below a folder, with packed metadata": (
        all_of(
            parquet("SmsSent/a.parquet", table()),
            parquet("EmailSent/2024/data/a.parquet", table()),
            text("EmailSent/2024/metadata/00001-9f2d1c3a.gz.metadata.json", "x"),
        ),
        "EmailSent/2024",
        "an Iceberg table",
    ),
    "Hudi": (
        all_of(parquet("EmailSent/a.parquet", table()), text("EmailSent/.hoodie/hoodie.properties", "x")),
        "EmailSent",
        "a Hudi table",
    ),
    "change feed without commits": (
        parquet("EmailSent.parquet", table(_change_type="insert")), "EmailSent.parquet", "without _commit_version",
    ),
    "Delta log with no commit": (text(LOG + "notes.txt", ADDRESS), "EmailSent", NOT_DELTA),
    "file missing from a Delta table": (
        all_of(delta("EmailSent", table(), table()), removed("EmailSent/*.parquet")),
        "EmailSent",
        "a file that its log names is missing or damaged",
    ),
    "file of a Delta table cut short": (
        all_of(delta("EmailSent", table(), table()), changed("EmailSent/*.parquet", lambda content: content[:-30])),
        "EmailSent",
        "a file that its log names is missing or damaged",
    ),
    "file outside by its full path": (outside("{folder}/{file}"), "EmailSent", OUTSIDE),
    "file outside by an address": (outside("file://{folder}/{file}"), "EmailSent", "missing or damaged"),
    "file outside by steps up": (outside("../../beside/{file}"), "EmailSent", OUTSIDE),
    "file outside by steps up in disguise": (outside("%2e%2e/../%62eside/{file}"), "EmailSent", OUTSIDE),
    "file of the system": (outside("/etc/passwd"), "EmailSent", OUTSIDE),
    "deletion vector outside": (vector("file:///etc/passwd"), "EmailSent", OUTSIDE),
    "deletion vector outside by steps up": (vector("/tmp/../etc/passwd"), "EmailSent", OUTSIDE),
    "deletion vector in a folder outside": (vector("../../beside" + "a" * 20, "u"), "EmailSent", OUTSIDE),
    "deletion vector outside beside what is no action": (vector("/etc/passwd", other=1), "EmailSent", OUTSIDE),
    "deletion vector outside in a line of two actions": (
        all_of(
            vector("/etc/passwd"),
            changed(FIRST, lambda commit: commit.rstrip().replace(b"\n{", b" {", commit.count(b"\n{")) + b"\n"),
        ),
        "EmailSent",
        NOT_DELTA,
    ),
    "deletion vector outside in an action of two lines": (
        all_of(vector("/etc/passwd"), changed(FIRST, lambda commit: commit.replace(b'{"add"', b'{\n"add"'))),
        "EmailSent",
        NOT_DELTA,
    ),
    "part of a checkpoint outside": (action(sidecar={"path": "file:///etc/passwd"}), "EmailSent", "no file of its own"),
    "Delta table whose folder is an escape": (
        all_of(delta("EmailSent/x", table()), lambda root: (root / "EmailSent/x").rename(root / "EmailSent/%2e%2e")),
        "EmailSent/%2e%2e",
        "must be ASCII",
    ),
    "link out of a Delta table": (linked_away, "EmailSent/data.parquet", LINK),
    # Columns
    "NUL in a column's name": (parquet("EmailSent.parquet", table(**{"a\0b": 1})), "EmailSent.parquet", COLUMN),
    "column that the reader adds": (
        parquet("EmailSent.parquet", table(Cij_Source_File="x")),
        "EmailSent.parquet",
        COLUMN,
    ),
    "column that numbers the rows": (
        text("EmailSent.csv", HEADER.replace("Version", "CIJ_row_number") + LINE),
        "EmailSent.csv",
        COLUMN,
    ),
    "partition by a column that the reader adds": (
        text("EmailSent/cij_schema_generation=1/a.csv", GOOD), "EmailSent/cij_schema_generation=1/a.csv", COLUMN,
    ),
    "partition by a NUL": (text("EmailSent/a%00=1/a.csv", GOOD), "EmailSent/a%00=1/a.csv", COLUMN),
    # Folders
    "table in two schemas": (
        all_of(
            parquet("crm/EmailSent.parquet", table()), delta("dbo/emailsent", table()), text("dbo/SmsSent.csv", GOOD)
        ),
        "crm/EmailSent.parquet",
        f"{TWICE} dbo",
    ),
    "table in two schemas of a lakehouse": (
        all_of(text("Tables/a/EmailSent.csv", GOOD), text("Tables/b/EmailSent/x.csv", GOOD)),
        "Tables/a/EmailSent.csv",
        f"{TWICE} b",
    ),
    "only a name that resembles a table's": (
        text("EmailSent (1).csv", GOOD), "", "passed over: EmailSent (1).csv (a name that only resembles",
    ),
    "table too deep": (text("a/b/EmailSent.csv", GOOD), "", "holds no table"),
    "schema that is a link": (
        all_of(text(".store/EmailSent.csv", GOOD), link("dbo", ".store")), "", "holds no table",
    ),
    "only unknown tables": (text("Orders/part-0.parquet", ADDRESS), "", "holds no table"),
    "only markers and notes": (
        all_of(text("EmailSent/_SUCCESS", ""), text("EmailSent/readme.txt", ADDRESS), text("EmailSent/.a.csv", GOOD)),
        "",
        "holds no table",
    ),
    "only unfinished work": (text("EmailSent/_temporary/0/part-0.csv", GOOD), "", "holds no table"),
    "only folders": (lambda root: (root / "EmailSent.csv" / "0.parquet").mkdir(parents=True), "", "holds no table"),
    "only empty files": (all_of(text("EmailSent.csv", ""), text("SmsSent.csv", "\n")), "", "its files are empty"),
    "link to itself": (link("EmailSent.csv", "EmailSent.csv"), "EmailSent.csv", "can't be read"),
    "link to nothing": (link("EmailSent.csv", "gone.csv"), "EmailSent.csv", "can't be read (No such file"),
    "link to a file outside": (link("EmailSent/a.csv", "/etc/passwd"), "EmailSent/a.csv", LINK),
    "link to a folder outside": (
        all_of(text("../beside/a.csv", GOOD), link("EmailSent/more", "../beside")), "EmailSent/more", LINK,
    ),
    "table that is a link outside": (
        all_of(text("../beside/a.csv", GOOD), link("EmailSent", "../beside")), "EmailSent", LINK,
    ),
    "link to a link outside": (
        all_of(text("../export beside/a.csv", GOOD), link("x/y", "../export beside"), link("EmailSent/more", "x/y")),
        "EmailSent/more", LINK,
    ),
    "link above the export": (link("EmailSent/up", ".."), "EmailSent/up", LINK),
    "log that is a link outside": (
        all_of(delta("../beside", table()), link("EmailSent/_delta_log", "../beside/_delta_log")),
        "EmailSent/_delta_log", LINK,
    ),
    "pipe for a file": (lambda root: os.mkfifo(root / "EmailSent.csv"), "EmailSent.csv", NO_NAME),
    "name that is no text": (text("EmailSent/a\udcff.csv", GOOD), "EmailSent/a\\udcff.csv", NO_NAME),
    "name with a line end": (text("EmailSent/a\nb.csv", GOOD), "EmailSent/a\\nb.csv", NO_NAME),
}  # fmt: skip


def refusal(export: Path, scratch: Path) -> str:
    """Return why the inspection refuses an export."""
    scratch.mkdir()
    with pytest.raises(ExportError) as refused:
        inspect_export(str(export), known_tables(), scratch)
    message = str(refused.value)
    assert "\n" not in message
    assert ADDRESS not in message
    return message


@pytest.mark.parametrize("case", CASES)
def test_export_is_refused(tmp_path, case):
    write, place, fault = CASES[case]
    export = tmp_path / "export"
    export.mkdir()
    write(export)
    message = refusal(export, tmp_path / "scratch")
    assert message.replace("'", "").startswith(f"{export}/{place}".rstrip("/") + ": ")
    assert fault in message


def test_export_that_holds_code(tmp_path, monkeypatch):
    """What a run may write to must hold nothing that a later one would run."""
    export = tmp_path / "export"
    export.mkdir()
    text("EmailSent.csv", GOOD)(export)
    text("tools/x.py", "")(export)
    monkeypatch.syspath_prepend(export / "tools")
    assert f"{export}: holds {export / 'tools'}, which programs are run from" in refusal(export, tmp_path / "scratch")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
@pytest.mark.parametrize("write", [without_rights, lambda root: (root / "EmailSent").mkdir(mode=0)])
def test_export_that_may_not_be_read(tmp_path, write):
    export = tmp_path / "export"
    export.mkdir()
    write(export)
    assert "can't be read (Permission denied)" in refusal(export, tmp_path / "scratch")

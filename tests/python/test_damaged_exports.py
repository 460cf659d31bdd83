"""Exports with damage that a load survives: what is loaded, and what ops says of the rest.

One export holds all cases, each in a table of its own (single values: each in a row of its own), and is built once.
"""

import gzip
import math
import unicodedata
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest
from deltalake import DeltaTable, write_deltalake

import hostile
from cij.quoting import shown
from cij.storage import load_extension
from damaged import (
    Writer,
    all_of,
    checkpoint_alone,
    delta,
    delta_by_hand,
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
from oracle.schema import entities
from warehouse import Project, empty, rows

NOT_A_TIME, NOT_WHOLE, NOT_A_NUMBER = "not a timestamp", "not a whole number", "not a number"
NOT_A_BOOLEAN, NO_SUCH_DAY = "not true or false", "outside the calendar"
DAY_FIRST = "day first: dates of this file begin with the day"
REASONS = {NOT_A_TIME, NOT_WHOLE, NOT_A_NUMBER, NOT_A_BOOLEAN, NO_SUCH_DAY, DAY_FIRST}
RAGGED = "{} values where the header names 4"
BROKEN_CHARACTER, NUL = "a character that is not UTF-8", "a NUL byte"

HEADER = "IdempotencyId,InteractionType,Timestamp,Version\n"


def line(key: object, word: str = "x", version: object = 1) -> str:
    """Return a good line of a CSV file."""
    return f"{key},{word},2024-07-26T09:00:00Z,{version}\n"


ONE, TWO, THREE = line(1), line(2), line(3)


@dataclass
class Case:
    """What a table's files give: ids, values of some staged columns in the order of the ids, and what is rejected.

    A reject is the number of its line or row (None in a CSV file, but for lines put aside), its column and the reason.
    """

    write: Callable[[str], Writer]
    ids: list[str] = field(default_factory=lambda: ["1"])
    values: dict[str, list] = field(default_factory=dict)
    rejected: list[tuple[int | None, str | None, str]] = field(default_factory=list)
    unknown: str | None = None
    files: int = 1
    is_present: bool = True


def csv_file(content: str | bytes, ids: str | list[str] = "1", **expected: object) -> Case:
    """Return the case of a table that is one CSV file."""
    return Case(lambda entity: text(f"{entity}.csv", content), list(ids), **expected)


def one_value(column: str, value: object, staged: object = None, reason: str | None = None) -> Case:
    """Return the case of a Parquet file with one row and a column of a type that nobody expects."""
    names = {"Version": "interaction_version", "Timestamp": "occurred_at", "IdempotencyId": "idempotency_id"}
    name = names.get(column, column)
    rejected = [(1, name, reason)] if reason else []
    ids = [staged] if name == "idempotency_id" else ["1"]
    return Case(lambda entity: parquet(f"{entity}.parquet", table(**{column: value})), ids, {name: [staged]}, rejected)


def by_duckdb(select: str) -> Callable[[str], Writer]:
    """Write the Parquet file of a query: for types that pyarrow doesn't have."""

    def write(entity: str) -> Writer:
        return lambda root: duckdb.sql(f"copy ({select}) to '{root / entity}.parquet'")

    return write


def checkpoint_only(entity: str) -> Writer:
    """Write a Delta table whose commits were cleaned up, with a checkpoint left."""
    return all_of(
        delta(entity, table()),
        lambda root: DeltaTable(str(root / entity)).create_checkpoint(),
        removed(f"{entity}/_delta_log/*.json"),
    )


def wider_at_the_end(entity: str) -> Writer:
    """Write a Delta table whose second commit adds a column."""
    return all_of(
        delta(entity, table()),
        lambda root: write_deltalake(
            str(root / entity), table(IdempotencyId="2", Version=2), mode="append", schema_mode="merge"
        ),
    )


def overwritten(entity: str) -> Writer:
    """Write a Delta table twice: the first file stays, but no longer counts."""
    return all_of(
        delta(entity, table()),
        lambda root: write_deltalake(str(root / entity), table(IdempotencyId="2"), mode="overwrite"),
    )


def two_types(one: object, other: object) -> Callable[[str], Writer]:
    """Write two Parquet files whose versions have different types."""
    return lambda entity: all_of(
        parquet(f"{entity}/a.parquet", table(Version=one)),
        parquet(f"{entity}/b.parquet", table(IdempotencyId="2", Version=other)),
    )


def feed(path: str, *rows: tuple[str, str, int | str]) -> Writer:
    """Write a saved change feed. Arguments: path, rows (id, change and commit)."""
    ids, kinds, commits = zip(*rows, strict=True)
    times = ["2024-07-26T09:00:00Z"] * len(ids)
    return parquet(
        path, table(IdempotencyId=pa.array(ids), Timestamp=pa.array(times), _change_type=pa.array(kinds),
                    _commit_version=pa.array(commits), _commit_timestamp=pa.array(times)),
    )  # fmt: skip


def partitions(*files: tuple[str, str]) -> Callable[[str], Writer]:
    """Write CSV files into folders of these names, with these contents."""
    return lambda entity: all_of(*(text(f"{entity}/{folder}/x.csv", content) for folder, content in files))


GUID = str(uuid.UUID(int=0xC1 << 120 | 0xABCD))
MORNING = datetime(2024, 7, 26, 9)
MAY, JULY = datetime(2024, 5, 7), datetime(2024, 7, 5)


def times(*texts: str, start: str = "a") -> pa.Table:
    """Return a table of these times, whose ids are letters from one on."""
    ids = [chr(ord(start) + place) for place in range(len(texts))]
    return table(IdempotencyId=pa.array(ids), Timestamp=pa.array(texts))


FILES = {
    # Encodings
    "UTF-16": csv_file((HEADER + line(1, "Jörg")).encode("utf-16"), values={"raw_interaction_type": ["Jörg"]}),
    "UTF-16, big end first": csv_file(b"\xfe\xff" + (HEADER + ONE).encode("utf-16-be")),
    "UTF-16 without mark": csv_file((HEADER + ONE).encode("utf-16-le")),
    "UTF-16 without mark, big end first": csv_file((HEADER + ONE).encode("utf-16-be")),
    "Latin-1": csv_file((HEADER + line(1, "Jörg")).encode("latin-1"), values={"raw_interaction_type": ["Jörg"]}),
    "Windows-1252": csv_file((HEADER + line(1, "5 €")).encode("cp1252"), values={"raw_interaction_type": ["5 €"]}),
    "UTF-8 with mark": csv_file((HEADER + ONE).encode("utf-8-sig")),
    "broken character": csv_file(
        (HEADER + line(1, "Jörg")).encode() + line(2, "J\xf6rg").encode("latin-1") + THREE.encode(),
        "13",
        rejected=[(3, None, BROKEN_CHARACTER)],
    ),
    "NUL byte": csv_file(HEADER + ONE + line(2, "a\0b") + THREE, "13", rejected=[(3, None, NUL)]),
    "NUL bytes at the end": csv_file(HEADER + ONE + "\0" * 512, rejected=[(3, None, RAGGED.format(1))]),
    # Rows
    "value missing": csv_file(HEADER + ONE + "2,x\n" + THREE, "13", rejected=[(3, None, RAGGED.format(2))]),
    "value too many": csv_file(HEADER + ONE + TWO.strip() + ",y\n", rejected=[(3, None, RAGGED.format(5))]),
    "every row ragged": csv_file(
        HEADER + "1\n2,x\n", "", rejected=[(2, None, RAGGED.format(1)), (3, None, RAGGED.format(2))]
    ),
    "last row cut off": csv_file(HEADER + ONE + "2,x,2024-07", rejected=[(3, None, RAGGED.format(3))]),
    "line ends in quotes": csv_file(HEADER + line(1, '"a\nb"'), values={"raw_interaction_type": ["a\nb"]}),
    "Windows line ends in quotes": csv_file(
        (HEADER + line(1, '"a\nb"') + TWO).replace("\n", "\r\n"), "12", values={"raw_interaction_type": ["a\r\nb", "x"]}
    ),
    "lines are counted past line ends in quotes": csv_file(
        HEADER + line(1, '"a\n\nb"') + "2,x\n", rejected=[(5, None, RAGGED.format(2))]
    ),
    "quotes within quotes": csv_file(HEADER + line(1, '"a ""b"" c"'), values={"raw_interaction_type": ['a "b" c']}),
    "quote within a bare value": csv_file(HEADER + line(1, 'a"b'), values={"raw_interaction_type": ['a"b']}),
    "comma in quotes": csv_file(HEADER + line(1, '"a,b"'), values={"raw_interaction_type": ["a,b"]}),
    "number sign at the start": csv_file(HEADER + line("#1"), ["#1"]),
    "mixed line ends": csv_file(HEADER + ONE + TWO.replace("\n", "\r\n") + THREE, "123"),
    "old Mac line ends": csv_file((HEADER + ONE + TWO).replace("\n", "\r"), "12"),
    "blank lines": csv_file(HEADER + "\n" + ONE + "\n\n" + TWO + "\n", "12"),
    "no line end at the end": csv_file((HEADER + ONE).strip()),
    "value of 1.5 MB": csv_file(HEADER + line(1, "a" * 1_500_000), values={"raw_interaction_type": ["a" * 1_500_000]}),
    "header only": csv_file(HEADER, ""),
    "header without line end": csv_file(HEADER.strip(), ""),
    "0 bytes": csv_file("", "", files=0, is_present=False),
    "line ends only": csv_file("\n\n", "", files=0, is_present=False),
    "0 bytes beside a good file": Case(
        lambda entity: all_of(text(f"{entity}/a.csv", HEADER + ONE), text(f"{entity}/b.csv", ""))
    ),
    # Values that only their file explains
    "words for null, with quotes and without": Case(
        lambda entity: all_of(
            text(
                f"{entity}/a.csv",
                HEADER + "1,NULL,NULL,NULL\n" + '2,"NULL","NULL","NULL"\n' + "3,\\N,\\N,\\N\n"
                + '4,"\\N",nan,<NA>\n' + "5,null,None,NaT\n" + '6,"","",""\n',
            ),
            text(f"{entity}/b.csv", (HEADER + '7,"NULL",,NULL\r\n8,NULL,,"a, b"\r\n').encode("utf-16")),
            text(f"{entity}/c.csv", HEADER + '9,"NULL\n",NULL,\\N\nA,\\N,NULL,"NULL"\nB,NULL\n'),
            zstd(f"{entity}/d.csv.zst", HEADER + 'B,NULL,,"NULL"\nC,"NULL",,\n'),
            parquet(f"{entity}/e.parquet", table(IdempotencyId="D", InteractionType="NULL", Version="NULL")),
            delta(f"{entity}/f", table(IdempotencyId="E", InteractionType="\\N", Version="nan")),
        ),
        list("123456789ABCDE"),
        {
            "raw_interaction_type": [
                None, "NULL", None, None, "null", None, "NULL", None, "NULL\n", None, None, "NULL", "NULL", None,
            ],
            "interaction_version": [None] * 14,
        },
        [(None, "interaction_version", NOT_WHOLE), (5, None, RAGGED.format(2))],
        files=6,
    ),
    "dates that begin with the day in some of the files": Case(
        lambda entity: all_of(
            text(
                f"{entity}/a.csv",
                "IdempotencyId,Timestamp\na,05/07/2024\nb,26/07/2024 12:00:00\nc,7/26/2024 9:00:00 AM\n"
                "d,7/07/2024\ne,2024-07-26T09:00:00Z\n",
            ),
            text(f"{entity}/b.csv", "IdempotencyId,Timestamp\nf,5/7/2024\n"),
            text(f"{entity}/c.csv", "IdempotencyId,Version,Timestamp\n0\ng,1,5/7/2024\nh,1, 13/12/24 1:00\n"),
            text(f"{entity}/d.csv", "T[IdempotencyId],T[Timestamp]\ni,5/7/2024\nj,31/1/2024\n"),
            parquet(f"{entity}/e.parquet", times("05/07/2024", "26/07/2024", start="k")),
            parquet(f"{entity}/f.parquet", times("05/07/2024", start="m")),
            delta(f"{entity}/g", times("05/07/2024", "26/07/2024", start="n"), times("05/07/2024", start="p")),
        ),
        list("abcdefghijklmnop"),
        {
            "occurred_at": [
                None, None, MORNING, datetime(2024, 7, 7), MORNING, MAY, None, None, None, None, None, None, MAY, None,
                None, MAY,
            ],
        },
        [
            *[(None, "occurred_at", DAY_FIRST)] * 6,
            *[(1, "occurred_at", DAY_FIRST), (2, "occurred_at", DAY_FIRST)] * 2,
            (2, None, RAGGED.format(1).replace("4", "3")),
        ],
        files=7,
    ),
    "ids in bytes, beside ids as text": Case(
        lambda entity: all_of(
            parquet(f"{entity}/a.parquet", table(IdempotencyId=pa.array([bytes(15) + b"\1"], pa.binary(16)))),
            parquet(f"{entity}/b.parquet", table(IdempotencyId=str(uuid.UUID(int=2)).upper())),
            parquet(f"{entity}/c.parquet", table(IdempotencyId=pa.array([bytes(16)], pa.binary(16)), Version=3)),
            by_duckdb(f"select '{uuid.UUID(int=4)}'::uuid as IdempotencyId, 4 as Version")(f"{entity}/d"),
            parquet(f"{entity}/e.parquet", table(IdempotencyId=b"Id-5")),
        ),
        [str(uuid.UUID(int=1)), str(uuid.UUID(int=2)), str(uuid.UUID(int=4)), "Id-5", None],
        {"interaction_version": [None, None, 4, None, 3]},
        files=5,
    ),
    "clock years ahead": csv_file(
        HEADER + ONE + "2,x,2039-01-01T00:00:00Z,1\n",
        "12",
        values={"occurred_at": [MORNING, datetime(2039, 1, 1)]},
    ),
    # Columns
    "column twice": csv_file(
        "IdempotencyId,Version,Version\n1,2,3\n", values={"interaction_version": [2]}, unknown="Version_1"
    ),
    "column twice in other letters": csv_file(
        "IdempotencyId,version,VERSION\n1,2,3\n", values={"interaction_version": [2]}, unknown="VERSION_1"
    ),
    "column without name": csv_file(
        "IdempotencyId,,Version\n1,x,3\n", values={"interaction_version": [3]}, unknown="column1"
    ),
    "blanks around names": csv_file("IdempotencyId , Version\n1,2\n", values={"interaction_version": [2]}),
    "names in quotes": csv_file('"IdempotencyId","Version"\n"1","2"\n', values={"interaction_version": [2]}),
    "line end in a name": csv_file('IdempotencyId,"Ver\nsion"\n1,2\n', unknown="Ver\nsion"),
    "quotes in a name": csv_file('IdempotencyId,"a""b\'c"\n1,2\n', unknown="a\"b'c"),
    "unknown column of a repaired file": csv_file(
        "IdempotencyId,Team,A,B\n1,x,y,z\n2\n", rejected=[(3, None, RAGGED.format(1))], unknown="Team, A, B"
    ),
    "names of Power BI, and marks and blanks around names": Case(
        lambda entity: all_of(
            text(f"{entity}/a.csv", "T[IdempotencyId],'My T'[Version],[OrganizationId],T[Extra]\n1,2,o,x\n"),
            text(f"{entity}/b.csv", "T[IdempotencyId],T[Version]\n2,3\n0\n"),
            text(f"{entity}/c.csv", "IdempotencyId,[Version],Version\n3,x,4\n0\n"),
            parquet(f"{entity}/d.parquet", pa.table({"A[IdempotencyId]": ["4"], "A[Version]": [5], "B[Version]": [0]})),
            parquet(f"{entity}/e.parquet", pa.table({"\ufeffIdempotencyId": ["5"], "\u00a0Version ": [6]})),
            delta(f"{entity}/f", pa.table({"[IdempotencyId]": ["6"], "[Version]": [7]})),
        ),
        list("123456"),
        {"interaction_version": [2, 3, 4, 5, 6, 7], "organization_id": ["o", *[None] * 5]},
        [(3, None, RAGGED.format(1).replace("4", "2")), (3, None, RAGGED.format(1).replace("4", "3"))],
        unknown="Extra, [Version], B[Version]",
        files=6,
    ),
    "columns named like those that a reader adds": Case(
        lambda entity: all_of(
            parquet(f"{entity}/a.parquet", table(File_Row_Number=7, filename="x", Version="y")),
            parquet(f"{entity}/b.parquet", table(IdempotencyId="2", Version="y")),
            text(f"{entity}/c.csv", "IdempotencyId,file_row_number\n3,7\n"),
            delta(f"{entity}/d", table(IdempotencyId="4", file_row_number=7)),
        ),
        list("1234"),
        rejected=[(None, "interaction_version", NOT_WHOLE), (1, "interaction_version", NOT_WHOLE)],
        unknown="File_Row_Number, filename",
        files=4,
    ),
    # Files put together
    "header again": Case(
        lambda entity: all_of(
            text(f"{entity}/a.csv", HEADER + line("a") + HEADER + line("b")),
            text(f"{entity}/b.csv", HEADER + line("c") + '"IDEMPOTENCYID", interactiontype ,"Timestamp",Version\r\n'),
            zipped(f"{entity}/c.csv.gz", HEADER + line("d")),
            text(f"{entity}/d.csv", HEADER + line("e") + "2,x\n" + HEADER + line("f")),
            text(f"{entity}/e.csv", HEADER + line("0").strip() + HEADER + line("g")),
            lambda root: (root / entity / "c.csv.gz").write_bytes(
                b"".join(gzip.compress((HEADER + line(key)).encode()) for key in "hi")
            ),
            text(f"{entity}/f.csv", "InteractionType,IdempotencyId\nVersion,j\n"),
        ),
        list("abcefghij"),
        rejected=[(3, None, RAGGED.format(2)), (2, None, RAGGED.format(7))],
        files=6,
    ),
    "byte order marks within": Case(
        lambda entity: all_of(
            text(f"{entity}/a.csv", "\ufeff" + HEADER + line("a") + "\ufeff" + HEADER + line("b")),
            text(f"{entity}/b.csv", "\ufeff\ufeff" + HEADER + line("c")),
            text(f"{entity}/c.csv", '\ufeff\ufeff"IdempotencyId","Version"\n"d","2"\n'),
            zstd(f"{entity}/d.csv.zst", "\ufeff\ufeff" + HEADER + line("e")),
            text(f"{entity}/e.csv", HEADER + line("f") + "\ufeff" + '"g",x,,\n'),
            text(f"{entity}/f.csv", ("\ufeff\ufeff" + HEADER + line("h")).encode("utf-16-le")),
        ),
        list("abcdefgh"),
        files=6,
    ),
    # Columns that the path holds
    "partitions": Case(
        lambda entity: all_of(
            *(
                parquet(f"{entity}/organizationid={o}/Version={v}/a.parquet", pa.table({"IdempotencyId": [f"{o}{v}"]}))
                for o in "ab"
                for v in (1, 2)
            ),
            parquet(f"{entity}/Version=x/a.parquet", table(IdempotencyId="c", version=3)),
            delta(f"{entity}/Version=4/t", table(IdempotencyId="d")),
            text(f"{entity}/Version=x/b.csv", "IdempotencyId,Version\ne,\n"),
            text(f"{entity}/year=2024/month=07/c.csv", "IdempotencyId,Version\nf,6\n"),
        ),
        ["a1", "a2", "b1", "b2", "c", "d", "e", "f"],
        {"organization_id": [*"aabb", *[None] * 4], "interaction_version": [1, 2, 1, 2, 3, 4, None, 6]},
        unknown="year, month",
        files=8,
    ),
    "partitions with signs, or nothing, in their values": Case(
        partitions(
            ("OrganizationId=a%20b%2Fc+d", "IdempotencyId\n1\n"),
            ("OrganizationId=%zz", "IdempotencyId\n2\n"),
            ("OrganizationId=%ff", "IdempotencyId\n3\n"),
            ("OrganizationId=__HIVE_DEFAULT_PARTITION__", "IdempotencyId\n4\n"),
            ("OrganizationId=", "IdempotencyId\n5\n"),
            ("OrganizationId=a=b", "IdempotencyId\n6\n"),
            ("OrganizationId=e%20f", "IdempotencyId,Version\n7,2\n7\n"),
            ("OrganizationId=__HIVE_DEFAULT_PARTITION__/x", "IdempotencyId,Version\n8,2\n8\n"),
        ),
        list("12345678"),
        {"organization_id": ["a b/c+d", "%zz", "%ff", None, None, "a=b", "e f", None]},
        [(3, None, RAGGED.format(1).replace("4", "2"))] * 2,
        files=8,
    ),
    # Change feeds
    "change feed": Case(
        lambda entity: all_of(
            feed(f"{entity}/a.parquet", ("1", "insert", 1), ("2", "insert", 1), ("3", "insert", 9)),
            feed(f"{entity}/b.parquet", ("2", "delete", 2), ("4", "delete", 2), ("3", "delete", 10)),
            parquet(f"{entity}/_change_data/cdc-0.parquet", table(IdempotencyId="5")),
        ),
        unknown="_change_type, _commit_version, _commit_timestamp",
        files=2,
    ),
    "change feed with updates, as text": Case(
        lambda entity: feed(
            f"{entity}.parquet",
            ("1", "insert", "1"), ("1", "update_preimage", "2"), ("2", "update_postimage", "2"), ("2", "delete", "3"),
            ("2", "insert", "4"), ("3", "insert", "9"), ("3", "delete", "10"), ("4", "delete", "5"),
            ("4", "insert", "5"),
        ),
        list("24"),
        unknown="_change_type, _commit_version, _commit_timestamp",
    ),
    # Compression
    "gzip": Case(lambda entity: zipped(f"{entity}.csv.gz", HEADER + ONE)),
    "gzip of nothing": Case(lambda entity: zipped(f"{entity}.csv.gz", ""), [], files=0, is_present=False),
    "ragged rows in gzip": Case(
        lambda entity: zipped(f"{entity}.csv.gz", HEADER + ONE + "2,x\n"), rejected=[(3, None, RAGGED.format(2))]
    ),
    "UTF-16 in gzip": Case(lambda entity: zipped(f"{entity}.csv.gz", (HEADER + ONE).encode("utf-16"))),
    "NUL byte in gzip": Case(
        lambda entity: zipped(f"{entity}.csv.gz", HEADER + ONE + line(2, "\0")), rejected=[(3, None, NUL)]
    ),
    "zstd": Case(lambda entity: zstd(f"{entity}.csv.zst", HEADER + ONE)),
    # Folders
    "folder named like a CSV file": Case(lambda entity: text(f"{entity}.csv/part-0.csv", HEADER + ONE)),
    "folder named like a Parquet file": Case(
        lambda entity: all_of(text(f"{entity}/a.csv", HEADER + ONE), text(f"{entity}/b.parquet/readme.txt", "x"))
    ),
    "endings of Parquet, and a name of Dataverse's lake": Case(
        lambda entity: all_of(
            *(
                parquet(f"{entity}_partitioned/{number}.{ending}", table(IdempotencyId=str(number)))
                for number, ending in enumerate(("parq", "PARQUET", "pq", "parquet.gzip", "snappy.parquet"))
            ),
            text(f"{entity}.csv", HEADER + line(5)),
        ),
        list("012345"),
        files=6,
    ),
    "markers and unfinished work": Case(
        lambda entity: all_of(
            text(f"{entity}/a.csv", HEADER + ONE),
            text(f"{entity}/_SUCCESS", ""),
            text(f"{entity}/.a.csv.crc", "x"),
            text(f"{entity}/_temporary/0/a.csv", HEADER + TWO),
            text(f"{entity}/.staging/a.csv", HEADER + TWO),
        )
    ),
    "link back to the export": Case(
        lambda entity: all_of(text(f"{entity}/a.csv", HEADER + ONE), link(f"{entity}/all", "."))
    ),
    "links to a file and a folder": Case(
        lambda entity: all_of(
            text(f"store/{entity}.csv", HEADER + ONE),
            text(f"store/{entity}/b.csv", HEADER + TWO),
            link(f"{entity}/a.csv", f"store/{entity}.csv"),
            link(f"{entity}/more", f"store/{entity}"),
        ),
        ["1", "2"],
        files=2,
    ),
    "odd file names": Case(
        lambda entity: all_of(
            text(f"{entity}/it's [1]*?.csv", HEADER + ONE), text(f"{entity}/naïve ☃.csv", HEADER + "2,x\n" + TWO)
        ),
        ["1", "2"],
        rejected=[(2, None, RAGGED.format(2))],
        files=2,
    ),
    "table as file and as folder": Case(
        lambda entity: all_of(text(f"{entity}.csv", HEADER + ONE), text(f"{entity}/a.csv", HEADER + TWO)),
        ["1", "2"],
        files=2,
    ),
    "table in three letter cases": Case(
        lambda entity: all_of(
            text(f"{entity}.csv", HEADER + ONE),
            text(f"{entity.upper()}.csv", HEADER + TWO),
            text(f"{entity.lower()}/a.csv", HEADER + THREE),
        ),
        ["1", "2", "3"],
        files=3,
    ),
    "three formats in one folder": Case(
        lambda entity: all_of(
            text(f"{entity}/a.csv", HEADER + ONE),
            parquet(f"{entity}/b.parquet", table(IdempotencyId="2", Version=2)),
            delta(f"{entity}/c", table(IdempotencyId="3", Version=2.5)),
        ),
        ["1", "2", "3"],
        {"interaction_version": [1, 2, None]},
        [(1, "interaction_version", NOT_WHOLE)],
        files=3,
    ),
    "columns differ between files": Case(
        lambda entity: all_of(
            text(f"{entity}/a.csv", HEADER + ONE), text(f"{entity}/b.csv", "VERSION,Team,IDEMPOTENCYID\n7,x,2\n")
        ),
        ["1", "2"],
        {"interaction_version": [1, 7]},
        unknown="Team",
        files=2,
    ),
    # Parquet
    "Parquet without rows": Case(lambda entity: parquet(f"{entity}.parquet", table().slice(0, 0)), []),
    "row group without rows": Case(
        lambda entity: lambda root: write_row_groups(
            root / f"{entity}.parquet", table(), table().slice(0, 0), table(IdempotencyId="2")
        ),
        ["1", "2"],
    ),
    "Parquet column twice": Case(
        lambda entity: parquet(
            f"{entity}.parquet",
            pa.Table.from_arrays([pa.array([value]) for value in (1, 2, 3)], ["IdempotencyId", "Version", "Version"]),
        ),
        values={"interaction_version": [2]},
        unknown="Version_1",
    ),
    "Parquet column twice in other letters": Case(
        lambda entity: parquet(f"{entity}.parquet", table(version=2, VERSION=3)),
        values={"interaction_version": [2]},
        unknown="VERSION_1",
    ),
    "text here, number there": Case(two_types("1", 2), ["1", "2"], {"interaction_version": [1, 2]}, files=2),
    "date here, number there": Case(
        two_types(datetime(2024, 7, 26), 2),
        ["1", "2"],
        {"interaction_version": [None, 2]},
        [(1, "interaction_version", NOT_WHOLE)],
        files=2,
    ),
    "struct here, text there": Case(
        two_types({"a": 1}, "2"),
        ["1", "2"],
        {"interaction_version": [None, 2]},
        [(1, "interaction_version", NOT_WHOLE)],
        files=2,
    ),
    "list in Parquet, text in CSV": Case(
        lambda entity: all_of(
            parquet(f"{entity}/a.parquet", table(Version=[1])), text(f"{entity}/b.csv", HEADER + TWO)
        ),
        ["1", "2"],
        {"interaction_version": [None, 1]},
        [(1, "interaction_version", NOT_WHOLE)],
        files=2,
    ),
    # Delta
    "Delta, two commits": Case(lambda entity: delta(entity, table(), table(IdempotencyId="2")), ["1", "2"]),
    "Delta without rows": Case(lambda entity: delta(entity, table().slice(0, 0)), []),
    "Delta with a checkpoint only": Case(checkpoint_only),
    "Delta with a damaged pointer to its checkpoint": Case(
        lambda entity: all_of(delta(entity, table()), text(f"{entity}/_delta_log/_last_checkpoint", "junk"))
    ),
    "Delta beside files that it doesn't name": Case(
        lambda entity: all_of(
            delta(entity, table()),
            parquet(f"{entity}/old.parquet", table(IdempotencyId="2")),
            text(f"{entity}/old.csv", HEADER + THREE),
        )
    ),
    "Delta with files that no longer count": Case(overwritten, ["2"]),
    "Delta with a column added": Case(wider_at_the_end, ["1", "2"], {"interaction_version": [None, 2]}),
    "Delta with odd partitions": Case(
        lambda entity: delta(
            entity, table(Version="1 %/é"), table(IdempotencyId="2", Version="2"), partition_by=["Version"]
        ),
        ["1", "2"],
        {"interaction_version": [None, 2]},
        [(1, "interaction_version", NOT_WHOLE)],
    ),
    "Delta in a subfolder": Case(lambda entity: delta(f"{entity}/2024/07", table())),
    "Delta as other programs write it": Case(
        lambda entity: all_of(
            *(
                delta_by_hand(
                    f"{entity}/{mode}", with_ids(("col-1", "col-2"), key, "2"), "columnMapping",
                    fields=mapped("IdempotencyId", "Version"), mode=mode,
                )
                for key, mode in (("1", "name"), ("2", "id"))
            ),
            delta_by_hand(
                f"{entity}/all", table(IdempotencyId="3", Version="2"), "deletionVectors", "timestampNtz",
                "typeWidening", "variantType", "vacuumProtocolCheck", "v2Checkpoint",
            ),
            delta_by_hand(f"{entity}/checkpoint", table(IdempotencyId="4", Version="2"), "v2Checkpoint"),
            checkpoint_alone(f"{entity}/checkpoint", "json"),
            delta(f"{entity}/iceberg", table(IdempotencyId="5", Version="2")),
            text(f"{entity}/iceberg/metadata/v1.metadata.json", "{}"),
        ),
        list("12345"),
        {"interaction_version": [2] * 5},
        files=5,
    ),
    "Delta log folder without a log": Case(
        lambda entity: all_of(
            text(f"{entity}/a.csv", HEADER + ONE), lambda root: (root / entity / "_delta_log").mkdir()
        )
    ),
}  # fmt: skip

NOON = datetime(2024, 7, 26, 12)
TYPES = {
    "struct for a number": one_value("Version", {"a": 1}, None, NOT_WHOLE),
    "list for a number": one_value("Version", pa.array([[1, 2]]), None, NOT_WHOLE),
    "struct for a time": one_value("Timestamp", {"at": NOON}, None, NOT_A_TIME),
    "number with a half": one_value("Version", 2.5, None, NOT_WHOLE),
    "whole double": one_value("Version", 2.0, 2),
    "NaN for a number": one_value("Version", pa.array([math.nan]), None),
    "infinity for a number": one_value("Version", math.inf, None, NOT_WHOLE),
    "decimal": one_value("Version", Decimal("2.00"), 2),
    "decimal with a half": one_value("Version", Decimal("2.50"), None, NOT_WHOLE),
    "unsigned and too large": one_value("Version", pa.array([2**64 - 1], pa.uint64()), None, NOT_WHOLE),
    "boolean for a number": one_value("Version", True, 1),
    "date for a number": one_value("Version", date(2024, 7, 26), None, NOT_WHOLE),
    "bytes for a number": one_value("Version", b"\xff\x00", None, NOT_WHOLE),
    "text as bytes": one_value("IdempotencyId", b"Abc", "Abc"),
    "number for an id": one_value("IdempotencyId", 17, "17"),
    "text as dictionary": one_value("IdempotencyId", pa.array(["Abc"]).dictionary_encode(), "Abc"),
    "large text": one_value("IdempotencyId", pa.array(["Abc"], pa.large_string()), "Abc"),
    "column of nulls": one_value("Version", pa.nulls(1), None),
    "uuid": Case(
        by_duckdb("select '{00000000-0000-0000-0000-0000000000AB}'::uuid as IdempotencyId"),
        [str(uuid.UUID(int=0xAB))],
    ),
    "huge integer": Case(
        by_duckdb("select '1' as IdempotencyId, 170141183460469231731687303715884105727::hugeint as Version"),
        ["1"],
        {"interaction_version": [None]},
        [(1, "interaction_version", NOT_WHOLE)],
    ),
    "time in nanoseconds": one_value("Timestamp", pa.array([NOON], pa.timestamp("ns")), NOON),
    "time with a zone": one_value(
        "Timestamp", pa.array([NOON.replace(tzinfo=UTC)], pa.timestamp("us", "Europe/Berlin")), NOON
    ),
    "INT96 time": Case(
        lambda entity: parquet(
            f"{entity}.parquet", table(Timestamp=NOON), use_deprecated_int96_timestamps=True
        ),
        values={"occurred_at": [NOON]},
    ),
    "date for a time": one_value("Timestamp", date(2024, 7, 26), datetime(2024, 7, 26)),
    "time of day for a time": one_value("Timestamp", time(9, 30), None, NOT_A_TIME),
    "seconds since 1970": one_value("Timestamp", 1721984400, None, NOT_A_TIME),
    "milliseconds since 1970": one_value("Timestamp", 1721984400000, None, NOT_A_TIME),
    "days as a double": one_value("Timestamp", 45499.375, None, NOT_A_TIME),
    "year 9999": one_value("Timestamp", datetime(9999, 12, 31), None, NO_SUCH_DAY),
    "year 1": one_value("Timestamp", datetime(1, 1, 1), None, NO_SUCH_DAY),
    "endless time": Case(
        by_duckdb("select '1' as IdempotencyId, 'infinity'::timestamp as \"Timestamp\""),
        ["1"],
        {"occurred_at": [None]},
        [(1, "occurred_at", NO_SUCH_DAY)],
    ),
}  # fmt: skip

# Single values as text: attribute, text, and the staged value or why there is none.
LARGEST = 2**63 - 1
NULLS = ("", "  ", "NULL", "null", "NaN", "nan", "None", "<NA>", "NaT", "\\N", "\u00a0", " NULL\t")
VALUES = [
    *[(attribute, value, None) for attribute in ("Version", "Timestamp", "IsUnresolvedProfile", "Score", "ProfileId")
      for value in NULLS],
    *[("ProfileId", value, GUID) for value in (
        GUID, GUID.upper(), GUID.replace("-", ""), GUID.replace("-", "").upper(), f"{{{GUID}}}", f"{{{GUID.upper()}}}",
        f"({GUID})", f" {GUID}\t", f"{GUID}\u00a0", f"\ufeff{GUID}", f"\u200b{GUID}\u200b", f"{{ {GUID} }}",
        f"\u3000{{{GUID.replace('-', '')}}}", f"urn:uuid:{GUID}", f"{GUID}\v",
        "{0xc1000000,0x0000,0x0000,{0x00,0x00,0x00,0x00,0x00,0x00,0xab,0xcd}}",
    )],
    *[("ProfileId", value, None) for value in (
        str(uuid.UUID(int=0)), "0" * 32, f"{{{uuid.UUID(int=0)}}}", f" {uuid.UUID(int=0)}", "{}", "\ufeff",
    )],
    *[("ProfileId", value, staged) for value, staged in {
        "Abc": "Abc", "ABC": "ABC", "\u00a0Abc\u2009": "Abc", "{Abc}": "Abc", "08585Run-CU12": "08585Run-CU12",
        "17": "17", "N": "N", "Nina": "Nina", "Zoë\u00a0": "Zoë", "n/a": "n/a", "a b": "a b", GUID[:-1]: GUID[:-1],
        GUID.upper().replace("C", "G"): GUID.upper().replace("C", "G"), "A" * 31 + "G": "A" * 31 + "G",
    }.items()],
    *[("MessageVariationName", value, staged) for value, staged in {
        "NULL": "NULL", "Null": "Null", "None": "None", "nan": "nan", "\\N": None, "": None, " Null ": " Null ",
    }.items()],
    *[("Version", value, staged) for value, staged in {
        "7": 7, " 7 ": 7, "+5": 5, "-3": -3, "2.0": 2, "1E+05": 100_000, str(LARGEST): LARGEST,
    }.items()],
    *[("Version", value, NOT_WHOLE) for value in (
        "2.5", "one", "1,000", "1.000,00", "1 000", str(LARGEST + 1), "-1e30", "1e400", "inf", "0x1F", "true",
        "n/a", "#N/A", "-", "\u0663", "²", "2024-07-26", "{1}", "1;2", "--1", "=1+1",
    )],
    *[("Timestamp", value, staged) for value, staged in {
        "2024-07-26T09:00:00Z": MORNING, "2024-07-26 09:00": MORNING, "2024-07-26T11:00:00+02:00": MORNING,
        "2024-07-26T01:00:00-0800": MORNING, "7/26/2024 9:00:00 AM": MORNING, "7/26/2024 09:00": MORNING,
        "2024-07-26T09:00:00.0000000Z": MORNING, "2024-07-26 09:00:00 UTC": MORNING, " 2024-07-26T09:00:00Z ": MORNING,
        "2024-07-25T24:00:00": datetime(2024, 7, 26), "12/31/2024 12:00:00 AM": datetime(2024, 12, 31),
        "2024-07-26T09:00:00.123456789Z": MORNING.replace(microsecond=123456),
        "2024-07-26T09:00:00.1234567Z": MORNING.replace(microsecond=123456),
        # .NET's DateTimeOffset and DateTime in US English
        "7/26/2024 11:00:00 AM +02:00": MORNING, "7/26/2024 1:00 AM -08:00": MORNING, "7/26/2024 9:00 AM": MORNING,
        "7/26/2024 9:00:00\u202fAM": MORNING, "7/26/2024 9:00:00\u00a0am +00:00": MORNING,
        "7/26/2024 9:00:00AM": MORNING,
        "7/26/2024 09:00:00.5": MORNING.replace(microsecond=500_000), "7/26/2024, 9:00:00 AM": MORNING,
        "\u200e7\u200e/\u200e26\u200e/\u200e2024 9:00:00 AM": MORNING, "7/26/2024 12:30:00 PM +03:30": MORNING,
        # SQL Server's datetimeoffset
        "2024-07-26 11:00:00.0000000 +02:00": MORNING, "2024-07-26 09:00:00 +00:00": MORNING,
        "2024-07-26 03:30:00.1234567 -05:30": MORNING.replace(microsecond=123456),
        # ISO 8601 and RFC 3339
        "2024-07-26T11:00+02:00": MORNING, "2024-07-26T09:00Z": MORNING, "2024-07-26t09:00:00z": MORNING,
        "20240726T090000Z": MORNING, "20240726T0900Z": MORNING,
        "20240726T110000.250+0200": MORNING.replace(microsecond=250_000),
        "20240726T090000": MORNING, "2024-07-26T09:00:00,000Z": MORNING, "2024-07-26T09:00:00 Z": MORNING,
        "2024-07-26T11:00:00+02": MORNING, "2024-07-26T09:00:00+0000": MORNING, "2024-07-26T09:00:00-00:00": MORNING,
        "\ufeff2024-07-26T09:00:00Z": MORNING, "2024-07-26\u00a009:00:00": MORNING, "2024/07/26 09:00:00": MORNING,
        # The same whichever number is the day
        "5/5/2024": datetime(2024, 5, 5), "05/5/2024": datetime(2024, 5, 5),
    }.items()],
    *[("Timestamp", value, NOT_A_TIME) for value in (
        "2024-02-30", "2024-13-01", "2023-02-29", "26.07.2024 09:00", "2016-12-31T23:59:60Z",
        "1721984400", "1721984400000", "45499.375", "20240726", "20240726090000", "09:00:00", "24:00", "yesterday",
        "now", "infinity", "epoch", "26 Jul 2024", "2024-07-26 09:00:00 Europe/Berlin", "2024-07-26 09:00:00 PST",
        "0000-00-00", "294248-01-01", "2024-W30-5", "2024", "2024-07-26T09:00:00+99:00", "2024-02-30T09:00:00+02:00",
        "7/26/2024 13:00:00 PM", "n/a",
    )],
    # One of the first three proves that the file's dates may begin with the day.
    *[("Timestamp", value, DAY_FIRST) for value in (
        "26/07/2024", "31/12/2024 23:59:59", "13/1/2024 1:00 PM +02:00", "05/07/2024", "5/7/2024 9:00:00 AM",
        "12/1/2024",
    )],
    *[("Timestamp", value, NO_SUCH_DAY) for value in (
        "9999-12-31", "9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00", "1900-01-01", "24-07-26", "7/26/24",
        "2014-12-31T23:59:59Z", "2041-01-01",
    )],
    *[("IsUnresolvedProfile", value, True) for value in ("true", "TRUE", "t", "1", "yes", "Y", " true ")],
    *[("IsUnresolvedProfile", value, False) for value in ("False", "f", "0", "no", "N")],
    *[("IsUnresolvedProfile", value, NOT_A_BOOLEAN) for value in ("ja", "2", "-1", "on", "wahr", "x", "n/a")],
    *[("Score", value, staged) for value, staged in {"7.5": 7.5, "-1e3": -1000.0, " 8 ": 8.0}.items()],
    *[("Score", value, NOT_A_NUMBER) for value in ("inf", "-Infinity", "1e400", "7,5", "seven", "7 of 10")],
]  # fmt: skip
STAGED = {
    "Version": ("EmailSent", "interaction_version"),
    "Timestamp": ("EmailSent", "occurred_at"),
    "IsUnresolvedProfile": ("EmailSent", "is_unresolved_profile"),
    "Score": ("SurveyResponse", "score"),
    "ProfileId": ("EmailSent", "profile_id"),
    "MessageVariationName": ("EmailSent", "message_variation_name"),
}

# What names a person, in columns where nobody expects it.
PERSONAL = [
    "ann.secret@example.com", "Ann Secret <ann+tag@mail.example.co.uk>", '"ann secret"@example.com',
    "ann@[192.168.7.41]", "\uff41\uff42@\uff43.example", "änn@bücher.example", "أحمد@مثال.example",
    "ann(at)example.com", "mailto:ann@example.com", "ann%40example.com",
    "+49 170 1234567", "00491701234567", "(0170) 123-45-67", "555-12-3456", "01-23-4567 8910", "06.12.34.56.78",
    "123456", "12345", "1701234567", "tel:+49-170-1234567;ext=12", "12-34-5678",
    "+\u0664\u0669 \u0661\u0667\u0660 \u0662\u0663",
    "192.168.7.41", "10.1.2.3:8080", "192.168.7.0/24", "2001:db8::ff00:42:8329", "::ffff:192.168.7.41", "fe80::1%eth0",
    "Ann Secret", "Secretstraße 12, 10115 Berlin", "DE89370400440532013000", "1985-04-12 Ann Secret", "आन सीक्रेट",
]  # fmt: skip


def write_row_groups(path: Path, *contents: pa.Table) -> None:
    """Write a Parquet file with one row group for each of its contents."""
    with pa.parquet.ParquetWriter(path, contents[0].schema) as writer:
        for content in contents:
            writer.write_table(content)


# The tables that take file cases, one each: all but those with a role of their own.
FREE = [
    name
    for name in sorted(entities())
    if not name.startswith(("ActionEvent", "JourneyEvent"))
    and name not in ("EmailSent", "SurveyResponse", "SmsSent", "PushNotificationSent")
]
CASES = {name: (entity, case) for (name, case), entity in zip((FILES | TYPES).items(), FREE, strict=False)}


def write_values(root: Path) -> None:
    """Write the table of values as text, one row each, whose id is its place in VALUES."""
    for entity in ("EmailSent", "SurveyResponse"):
        attributes = [attribute for attribute, (home, _) in STAGED.items() if home == entity]
        lines = [",".join(["IdempotencyId", *attributes])]
        for key, (attribute, value, _) in enumerate(VALUES):
            if attribute in attributes:
                cells = [f'"{value}"' if attribute == own else "" for own in attributes]
                lines.append(",".join([str(key), *cells]))
        text(f"{entity}.csv", "\n".join(lines) + "\n")(root)


def write_records(root: Path) -> None:
    """Write tables of Dataverse as people read them: with labels for numbers, and with words for null."""
    one, two, three = (str(uuid.UUID(int=number)) for number in (1, 2, 3))
    for name, lines in {
        "contact": [
            "contactid,statecode,donotemail,donotbulkemail,merged,masterid",
            f"{one},Active,Do Not Allow,Allow,No,NULL",
            f"{two},INACTIVE,allow,true,NULL,NULL",
            f"{three},1,1,0,Yes,{{{two.upper()}}}",
        ],
        "lead": [
            "leadid,statecode,donotemail,masterid",
            f"{one},Open,NULL,NULL",
            f"{two},Disqualified,Allow,NULL",
            f"{three},Offen,vielleicht,<NA>",
        ],
        "msdynmkt_journey": ["msdynmkt_journeyid,statecode,msdynmkt_triggertype", f"{one},Live,One-time", f"{two},1,0"],
        "msdynmkt_email": ["msdynmkt_emailid,statuscode,createdon", f"{one},Ready to send,26/07/2024 09:00"],
        "msdynmkt_segment": ["msdynmkt_segmentid,msdynmkt_type,statuscode", f"{one},Dynamic,Computed with warnings"],
        "msdynmkt_purpose": [
            "msdynmkt_purposeid,msdynmkt_type,msdynmkt_enforcementmodel,msdynmkt_smsenforcementmodel",
            f"{one},Commercial Communication,Non-Restrictive,534120002",
        ],
        "msdynmkt_contactpointconsent4": [
            "msdynmkt_contactpointconsent4id,msdynmkt_contactpointtype,msdynmkt_value,msdynmkt_logicalreason,statecode",
            f"{one},Text Message,Opted In,Opt-out - Didn\u2019t recall signing up,Active",
        ],
    }.items():
        text(f"{name}.csv", "\n".join(lines) + "\n")(root)


def write_personal_data(root: Path) -> None:
    """Write what names a person into a number, a time, and a line that is put aside."""
    wrong = [value.replace('"', '""') for value in PERSONAL]
    columns = [f'{key},"{value}","{value}"' for key, value in enumerate(wrong)]
    text("SmsSent/a.csv", "\n".join(["IdempotencyId,Version,Timestamp", *columns]) + "\n")(root)
    text("SmsSent/b.csv", "\n".join(["IdempotencyId", *(f'0,"{value}"' for value in wrong)]) + "\n")(root)
    text("SmsSent/c.csv", 'IdempotencyId,Version\n"ann.secret@example.com",x\n')(root)


def write_old_journeys(root: Path) -> None:
    """Write a table of schema 1.0 whose statuses are known, unknown, missing and out of letter case."""
    statuses = ["Inflow", "completed", "Teleported", "", "ann.secret@example.com"]
    lines = [f"{key},c{key},{status},2024-07-26T09:00:00Z" for key, status in enumerate(statuses, 1)]
    header = "InternalMarketingInteractionId,EntityId,JourneyStatus,Timestamp"
    text("JourneyEvent/a.csv", "\n".join([header, *lines]) + "\n")(root)
    text("ActionEvent/a.csv", "InternalMarketingInteractionId,EntityId,Timestamp\n1,c1,2024-07-26T09:00:00Z\n")(root)


# Names that no file to be read may have: they would move the cursor, or are no text.
UNSEEN = ("a\nb", "a\rb", "\x1b[31mred", "\u202etxt.exe", "a\udcffb")


def write_passed_over(root: Path) -> None:
    """Write what is not read: files of other formats, of any name, and files whose names only resemble a table's."""
    for name in (*hostile.file_names(), *UNSEEN):
        text(f"SmsSent/x{name}.tsv", "IdempotencyId\t1\n")(root)
        text(f"dbo.EmailSent.{name}.csv", HEADER + ONE)(root)
    for name in ("SmsSent/README.txt", "SmsSent/_SUCCESS", "SmsSent/.x.crc", "SmsSent/empty.txt", "account/a.csv"):
        text(name, "" if "empty" in name else HEADER + ONE)(root)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    """Return the warehouse of the one export that holds every case."""
    scratch = tmp_path_factory.mktemp("damaged")
    export = empty(scratch / "export")
    for entity, case in CASES.values():
        case.write(entity)(export)
    write_values(export)
    write_records(export)
    write_personal_data(export)
    write_old_journeys(export)
    canary = scratch / "canary"
    hostile.write_export(export, canary)
    write_passed_over(export)
    asked = [
        {"name": text, "as": f"hostile_{number}"} for number, text in enumerate(hostile.texts(canary)) if text.strip()
    ]
    project = Project(
        scratch, export, max_rejected_share=1, passthrough_columns={hostile.CLASHING: asked},
        reference_path="environment", erasure_path="environment",
    )  # fmt: skip
    project.paths = {
        "reference_path": hostile.write_reference(scratch, canary),
        "erasure_path": hostile.write_erasures(scratch, canary),
    }
    return project.build_anew()


@pytest.fixture(scope="module")
def found(warehouse):
    """Return what the warehouse says, by table: rejects, coverage and files."""
    tables: dict[str, dict[str, list]] = {}
    for name in ("rejected_rows", "source_coverage", "load_log"):
        for row in rows(warehouse, f"from ops.{name}"):
            key = row.get("interaction_type") or row["table_name"]
            tables.setdefault(key, {}).setdefault(name, []).append(row)
    return tables


@pytest.fixture(scope="module")
def staged(warehouse):
    """Return a function: the rows of an entity's staging view, which reads the export's files, as dicts of columns."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        load_extension(connection, "delta")
        views = connection.execute("select view_name from duckdb_views()")
        names = {name.replace("_", ""): name for (name,) in views.fetchall()}

        def read(entity: str, *columns: str) -> list[tuple]:
            view = names[f"stgcij{entity.lower()}"]
            return connection.sql(f"select {', '.join(columns)} from staging.{view} order by idempotency_id").fetchall()

        yield read


def test_every_case_has_a_table():
    assert len(CASES) == len(FILES) + len(TYPES)


@pytest.mark.parametrize("name", CASES)
def test_rows_and_values(staged, name):
    entity, case = CASES[name]
    expected = {"idempotency_id": case.ids} | case.values
    assert staged(entity, *expected) == list(zip(*expected.values(), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_rejects_and_counts(found, name):
    entity, case = CASES[name]
    rejects = found[entity].get("rejected_rows", [])
    told = [(row["row_number"], row["column_name"], row["reason"]) for row in rejects]
    assert sorted(told, key=str) == sorted(case.rejected, key=str)
    not_loaded = sum(column is None for _, column, _ in case.rejected)

    (coverage,) = found[entity]["source_coverage"]
    assert coverage["is_present"] == case.is_present
    assert coverage["files"] == case.files
    assert coverage["raw_rows"] == coverage["interactions"] == len(case.ids)
    assert coverage["unknown_columns"] == case.unknown
    log = found[entity]["load_log"]
    assert sum(row["rows_read"] for row in log) == len(case.ids) + not_loaded
    assert sum(row["rows_not_loaded"] for row in log) == not_loaded
    assert sum(row["rows_rejected"] for row in log) == len(case.rejected)
    assert {row["source_file"] for row in rejects} <= {row["source_file"] for row in log} or "delta" in {
        row["file_format"] for row in log
    }


@pytest.fixture(scope="module")
def staged_values(staged):
    """Return the staged value of each of VALUES, by its place there and its column."""
    return {
        (int(key), column): value
        for entity, column in STAGED.values()
        for key, value in staged(entity, "idempotency_id", column)
    }


@pytest.mark.parametrize(
    ("key", "attribute", "value", "expected"),
    [(key, *value) for key, value in enumerate(VALUES)],
    ids=[f"{attribute}: {value}" for attribute, value, _ in VALUES],
)
def test_value_as_text(found, staged_values, key, attribute, value, expected):
    entity, column = STAGED[attribute]
    is_reason = expected in REASONS
    assert staged_values[key, column] == (None if is_reason else expected)
    told = [(row["column_name"], row["reason"]) for row in found[entity]["rejected_rows"] if row["row_key"] == str(key)]
    assert told == ([(column, expected)] if is_reason else [])


def test_a_clock_years_ahead_makes_no_feed_fresh(found):
    entity, _ = CASES["clock years ahead"]
    (coverage,) = found[entity]["source_coverage"]
    assert (coverage["last_event_at"], coverage["future_interactions"], coverage["is_stale"]) == (MORNING, 1, True)
    assert coverage["hours_since_last_event"] > 0


def test_records_are_read_by_label_and_by_number(warehouse):
    def found(table: str, *columns: str) -> list[tuple]:
        key = {"int_dataverse__profiles": "profile_type, profile_id"}.get(table, "all")
        query = f"select {', '.join(columns)} from intermediate.{table} order by {key}"
        return [tuple(row.values()) for row in rows(warehouse, query)]

    flags = ("is_active", "is_do_not_email", "is_do_not_bulk_email", "merged_into_id")
    two = str(uuid.UUID(int=2))
    assert found("int_dataverse__profiles", *flags) == [
        (True, True, False, None), (False, False, True, None), (False, True, False, two),
        (True, None, None, None), (False, False, None, None), (None, None, None, None),
    ]  # fmt: skip
    assert found("int_dataverse__journeys", "journey_state", "journey_trigger") == [
        ("live", "one_time"), ("live", "recurring"),
    ]  # fmt: skip
    assert found("int_dataverse__messages", "message_status", "created_at") == [("ready_to_send", None)]
    assert found("int_dataverse__segments", "segment_type", "segment_status") == [("dynamic", "computed_with_warnings")]
    assert found("int_dataverse__purposes", "purpose_type", "email_enforcement", "sms_enforcement") == [
        ("commercial", "non_restrictive", "disabled")
    ]
    assert found("int_dataverse__consents", "contact_point_type", "consent_status", "consent_reason", "is_active") == [
        ("sms", "opted_in", "opt_out_did_not_recall_signing_up", True)
    ]


def test_what_no_label_explains_is_told(found):
    assert "rejected_rows" not in found["contact"]
    told = {(row["column_name"], row["reason"], row["raw_value"]) for row in found["lead"]["rejected_rows"]}
    assert told == {
        ("state_code", "not a whole number, and no label that is known", "xxxxx"),
        ("is_do_not_email", "not true or false, and no label that is known", "xxxxxxxxxx"),
    }
    (log,) = found["lead"]["load_log"]
    assert (log["rows_read"], log["rows_rejected"], log["rows_not_loaded"]) == (3, 1, 0)
    assert [row["reason"] for row in found["msdynmkt_email"]["rejected_rows"]] == [DAY_FIRST]


def test_a_word_for_null_merges_nobody(warehouse):
    merges = rows(
        warehouse, "select merged_profile_id, surviving_profile_id from intermediate.int_dataverse__merged_profiles"
    )
    assert [tuple(row.values()) for row in merges] == [(str(uuid.UUID(int=3)), str(uuid.UUID(int=2)))]


def shape(value: str) -> str:
    """Return a text with every letter, or mark of one, as x and every digit as 9."""
    return "".join({"N": "9", "L": "x", "M": "x"}.get(unicodedata.category(sign)[0], sign) for sign in value)


@pytest.mark.parametrize(("key", "value"), list(enumerate(PERSONAL)), ids=PERSONAL)
def test_personal_data_in_a_wrong_column_is_masked(found, key, value):
    rejects = [row for row in found["SmsSent"]["rejected_rows"] if Path(row["source_file"]).name == "a.csv"]
    told = {row["column_name"]: row["raw_value"] for row in rejects if row["row_key"] == str(key)}
    assert told.pop("occurred_at", shape(value)) == shape(value)
    assert told.pop("interaction_version", None) in (shape(value), None)


def test_personal_data_is_nowhere_in_ops(warehouse):
    said = [
        str(row)
        for name in ("rejected_rows", "load_log", "source_coverage")
        for row in rows(warehouse, f"from ops.{name}")
    ]
    rejects = rows(warehouse, "from ops.rejected_rows where interaction_type = 'SmsSent'")
    assert len(rejects) > 2 * len(PERSONAL)
    for value in PERSONAL:
        assert not [row for row in said if value in row], value


def test_status_that_names_no_entity(found, warehouse):
    rejects = found["JourneyEvent"]["rejected_rows"]
    assert {row["reason"] for row in rejects} == {"JourneyStatus names no known status"}
    told = sorted((row["row_key"], row["raw_value"]) for row in rejects)
    assert told == [("3", "xxxxxxxxxx"), ("4", None), ("5", "xxx.xxxxxx@xxxxxxx.xxx")]
    loaded = rows(
        warehouse, "select interaction_type, profile_id from marts.fct_interactions where profile_id like 'c_'"
    )
    assert {(row["interaction_type"], row["profile_id"]) for row in loaded} == {
        ("JourneyEventInflow", "c1"),
        ("JourneyEventCompleted", "c2"),
    }
    assert [row["reason"] for row in found["ActionEvent"]["rejected_rows"]] == ["ActionStatus names no known status"]
    (log,) = found["JourneyEvent"]["load_log"]
    assert (log["rows_read"], log["rows_rejected"], log["rows_not_loaded"]) == (5, 3, 3)


# Names and values that mean ill (hostile.py)


def test_no_name_and_no_value_runs(warehouse):
    assert not (warehouse.parent / "canary").exists()
    tables = rows(warehouse, "select schema_name, table_name from duckdb_tables() where table_name in ('y', 'a')")
    assert tables == []


def test_columns_of_any_name_are_found_and_told(staged, found, warehouse):
    names = hostile.texts(warehouse.parent / "canary")
    asked = [f"hostile_{number}" for number, name in enumerate(names) if name.strip()]
    assert staged(hostile.CLASHING, "idempotency_id", *asked) == [
        ("1", *["1"] * len(asked)), ("2", *["1970-01-01 00:00:00"] * len(asked)),
    ]  # fmt: skip
    (coverage,) = found[hostile.CLASHING]["source_coverage"]
    assert coverage["raw_rows"] == 2


def test_files_of_any_name_are_read_and_told(staged, found, warehouse):
    names = hostile.file_names()
    ids = {f"{number}-{place}" for number in range(len(names)) for place in "dokf"}
    assert {key for (key,) in staged(hostile.NAMED, "idempotency_id")} == ids
    export = warehouse.parent / "export"
    paths = {str(path) for path in (export / hostile.NAMED).rglob("*.csv")}
    assert len(paths) == len(ids)
    assert {row["source_file"] for row in found[hostile.NAMED]["load_log"]} == paths
    rejects = found[hostile.NAMED]["rejected_rows"]
    assert {(row["source_file"], row["row_key"]) for row in rejects} == {
        (path, Path(path).read_text().splitlines()[1].split(",")[0]) for path in paths
    }


def test_what_is_passed_over_is_told_under_any_name(warehouse):
    told = rows(warehouse, "from ops.passed_over_files where path like 'SmsSent/%' or path like 'dbo%'")
    names = [*hostile.file_names(), *UNSEEN]
    assert {(row["path"], row["table_name"]) for row in told} == {
        (shown(path), table_name)
        for name in names
        for path, table_name in ((f"SmsSent/x{name}.tsv", "SmsSent"), (f"dbo.EmailSent.{name}.csv", "EmailSent"))
    }
    assert all(row["path"].isprintable() for row in told)
    assert rows(warehouse, "from ops.passed_over_files where path like 'account%'") == []


def test_partitions_of_any_text_are_values(staged, warehouse):
    values = hostile.delta_values(warehouse.parent / "canary")
    assert {name for (name,) in staged(hostile.DELTA, "segment_name")} == {value or None for value in values}


def test_columns_of_any_name_are_shared_by_both_schemas(warehouse):
    """The row of the older schema is found to be that of the newer one, by what both say."""
    query = f"select profile_id from marts.fct_interactions where interaction_type = '{hostile.OLD}'"
    assert rows(warehouse, query) == [{"profile_id": "p"}]


def test_cells_of_any_text_are_values(staged, warehouse):
    texts = hostile.texts(warehouse.parent / "canary")
    kept = {name for (name,) in staged(hostile.CELLS, "segment_name")}
    assert kept == {text or None for text in texts}
    reasons = {row["reason"] for row in rows(warehouse, "select reason from reference.block_reasons")}
    assert any("copy(select1asa)" in reason for reason in reasons)
    people = {row["pseudonym"] for row in rows(warehouse, "from intermediate.int_erased__profiles")}
    assert len(people) > 50

"""Where an export's tables may stand, and what is told of the files that are passed over. Nothing is built here."""

import os
from pathlib import Path

import pyarrow as pa
import pytest

from cij.loading import listing as export_listing
from cij.loading.inspection import inspect_export
from cij.loading.limits import ExportError
from cij.loading.listing import SourceFile, list_export
from cij.loading.passed_over import MOST_TOLD, PassedOver, Resemblance, warnings
from cij.loading.places import find_places, names_below, names_in
from damaged import GOOD, Writer, all_of, delta, known_tables, link, parquet, table, text

DATAVERSE = ("contact", "lead", "msdynmkt_journey", "msdynmkt_email")
KNOWN = known_tables() | {name: {"name": name, "attributes": ["msdynmkt_name"]} for name in DATAVERSE}
EVENTS = delta("journeys/EmailSent", table())
RECORDS = text("dataverse/msdynmkt_journey_partitioned/a.csv", "Id,msdynmkt_name\n1,Welcome\n")


def exported(root: Path, *writers: Writer) -> Path:
    """Write an export and return its folder."""
    (root / "export").mkdir()
    all_of(*writers)(root / "export")
    return root / "export"


def below(folder: str, *writers: Writer) -> Writer:
    """Write the same below a folder."""
    return lambda root: all_of(*writers)(root / folder)


def read(export: Path) -> list[tuple[str, str]]:
    """Return the files that would be read, below the export, each with its table."""
    return [(file.table, os.path.relpath(file.path, export)) for file in list_export(str(export), KNOWN).files]


def told(export: Path) -> dict[str, str]:
    """Return what is passed over, below the export, each with its table."""
    return {each.path: each.table for each in list_export(str(export), KNOWN).passed_over}


# Schemas


@pytest.mark.parametrize("folder", ["", "Tables", "tables"])
def test_events_and_records_may_stand_in_schemas_of_their_own(tmp_path, folder):
    export = exported(tmp_path, below(folder, EVENTS, RECORDS), text("Files/EmailSent (1).csv", GOOD))
    assert [(name, path.removeprefix(f"{folder}/")) for name, path in read(export)] == [
        ("msdynmkt_journey", "dataverse/msdynmkt_journey_partitioned/a.csv"), ("EmailSent", "journeys/EmailSent"),
    ]  # fmt: skip
    (tmp_path / "scratch").mkdir()
    parts = inspect_export(str(export), KNOWN, tmp_path / "scratch").parts
    assert {part.table for part in parts} == {"msdynmkt_journey", "EmailSent"}


def test_one_schema_may_be_named_as_the_export(tmp_path):
    export = exported(tmp_path, EVENTS, RECORDS, delta("other/EmailSent", table()))
    assert read(export / "journeys") == [("EmailSent", "EmailSent")]


def test_a_lakehouse_without_schemas_may_be_named_by_its_own_folder(tmp_path):
    export = exported(
        tmp_path,
        text("Tables/EmailSent/a.csv", GOOD),
        text("Files/EmailSent/b.csv", GOOD),
        text("Tables/x/lead.csv", ""),
    )
    assert read(export) == [("EmailSent", "Tables/EmailSent/a.csv")]
    assert told(export) == {"Tables/x/lead.csv": "lead"}


def test_folders_in_folders_that_are_called_tables_end(tmp_path):
    deep = exported(tmp_path) / "/".join(["Tables"] * 500)
    deep.mkdir(parents=True)
    with pytest.raises(ExportError, match="holds no table"):
        read(tmp_path / "export")


def test_below_tables_that_stand_right_in_the_export_there_are_no_schemas_and_that_is_told(tmp_path):
    export = exported(
        tmp_path, text("EmailSent.csv", GOOD), text("old/EmailSent/a.csv", GOOD), text("old/contact.csv", GOOD),
        text("old/account.csv", GOOD), text("_old/contact.csv", GOOD),
    )  # fmt: skip
    assert read(export) == [("EmailSent", "EmailSent.csv")]
    assert told(export) == {"old/EmailSent": "EmailSent", "old/contact.csv": "contact"}


def test_a_folder_that_may_not_be_looked_at_is_no_schema(tmp_path, monkeypatch):
    export = exported(tmp_path, EVENTS, RECORDS)
    scandir = os.scandir

    def refuse(path: str):
        if str(path).endswith("/dataverse/"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert read(export) == [("EmailSent", "journeys/EmailSent")]


def test_an_address_is_looked_at_as_a_folder_is(tmp_path):
    export = exported(
        tmp_path, EVENTS, RECORDS, text("EmailSent.tsv", GOOD), text("dbo/lead.parquet", "x"), text("x/y/z.csv", GOOD)
    )
    root = f"{export}/"
    paths = [str(path) for path in export.rglob("*") if path.is_file()]
    table_of = export_listing.Names(KNOWN).table_held_by
    found = find_places(root, names_below(paths, root), table_of)
    assert found == find_places(root, names_in(root), table_of)
    assert found.places == [f"{root}{schema}/" for schema in ("dataverse", "dbo", "journeys")]


def test_links_within_schemas_are_bounded_by_the_export(tmp_path):
    export = exported(tmp_path, text("store/a.csv", GOOD), link("dbo/EmailSent", "store"), text("dbo/lead.csv", GOOD))
    assert read(export) == [("EmailSent", "dbo/EmailSent/a.csv"), ("lead", "dbo/lead.csv")]


# Columns that the path holds


def test_the_place_of_a_folder_in_the_path_is_counted_from_its_start():
    path = "abfss://w@host/x=1/EmailSent/A%20b=c/d/a=2/e=3.csv"
    assert export_listing._path_columns(path, tuple(path.split("/")[4:])) == {"A b": 5, "a": 7}
    assert export_listing.path_value(path, 5) == "c"


# What is passed over


@pytest.mark.parametrize(
    ("name", "like"),
    [
        *((name, "EmailSent") for name in (
            "EmailSent (1).csv", "EmailSent - Copy.csv", "Copy of EmailSent.csv", "EmailSent_2024-07.csv",
            "emailsent-20240726T120000Z.parquet", "dbo.EmailSent.csv", "[dbo].[EmailSent].csv", "Email Sent.csv",
            "email_sent.csv", "email-sent", "EmailSent_old", "EmailSent2.csv", "org_EmailSent.xlsx",
        )),
        *((name, "contact") for name in ("contact (1).csv", "dbo.contact.csv", "contact_2024.csv", "contact-1.csv")),
        *((name, "msdynmkt_email") for name in ("msdynmkt_email (2).csv", "msdynmkt_email_1.csv")),
        *((name, None) for name in (
            "EmailSents.csv", "MyEmailSent.csv", "account_contact.csv", "contact_list.csv", "contacts.csv",
            "leadership.csv", "orders.csv", "EmailSent.md", "readme-EmailSent.txt", "",
            "msdynmkt_emailtemplate.csv",
        )),
    ],
)  # fmt: skip
def test_names_that_resemble_those_of_tables(name, like):
    found = Resemblance([entry["name"] for entry in KNOWN.values()]).told_of(name)
    assert (found and found[0]) == like


def test_files_that_look_like_data_and_are_not_read_are_told(tmp_path):
    names = ["x.tsv", "x.csv.bz2", "x.json", "x.xlsx", "x.zip", "x.orc", "x.avro", "x.txt", "part-00000", "a/x.jsonl"]
    quiet = ["README.txt", "readme.md", "LICENSE", "x.csv.crc", "_SUCCESS", ".x.csv", "_a/x.tsv", "model.json", "x.tmp"]
    export = exported(
        tmp_path, text("EmailSent/good.csv", GOOD), *(text(f"EmailSent/{name}", "x") for name in (*names, *quiet)),
        text("EmailSent/empty.tsv", ""), text("SmsSent.xlsx", "x"), text("orders.xlsx", "x"),
    )  # fmt: skip
    assert read(export) == [("EmailSent", "EmailSent/good.csv")]
    assert told(export) == {f"EmailSent/{name}": "EmailSent" for name in names} | {"SmsSent.xlsx": "SmsSent"}


def test_of_the_files_in_the_folder_of_a_delta_table_those_are_told_that_its_log_never_names(tmp_path):
    export = exported(
        tmp_path, delta("EmailSent", table()), parquet("EmailSent/old.parquet", table()),
        text("EmailSent/_change_data/a.parquet", "x"), text("EmailSent/metadata/1-m0.avro", "x"),
        text("EmailSent/more.csv", GOOD), text("EmailSent/x/more.tsv", "x"), text("EmailSent/_delta_log/notes", "x"),
        text("EmailSent/old/_delta_log/0.json", "x"),
    )  # fmt: skip
    assert told(export) == {"EmailSent/more.csv": "EmailSent", "EmailSent/x/more.tsv": "EmailSent"}


def test_warnings_are_few_and_each_is_a_line():
    many = [PassedOver(f"EmailSent/\x1b[2J\n{number}", "EmailSent", "reason", "do") for number in range(MOST_TOLD + 5)]
    assert warnings(many[:1]) == ["passed over: EmailSent/\\x1b[2J\\n0 (reason; do)"]
    assert len(warnings(many[:MOST_TOLD])) == MOST_TOLD
    assert len(warnings(many)) == MOST_TOLD + 1
    assert warnings(many)[-1] == "passed over: 5 more; see ops.passed_over_files"


# Change feeds

FEED = "IdempotencyId,_change_type,_commit_version\n"


@pytest.mark.parametrize(
    ("changes", "takes_back_others"),
    [
        ("1,insert,1\n1,delete,2\n", False),
        ("1,insert,1\n1,update_preimage,2\n2,update_postimage,2\n", False),
        ("1,insert,1\n2,delete,2\n", True),
        ("1,update_preimage,2\n2,update_postimage,2\n", True),
        ("1,insert,1\n,,\n", False),
    ],
)
@pytest.mark.parametrize("ending", ["csv", "parquet", "delta", "damaged"])
def test_a_feed_that_deletes_what_it_did_not_bring_is_known(tmp_path, changes, takes_back_others, ending):
    rows = [line.split(",") for line in (FEED + changes).splitlines()]
    content = pa.table({name: values for name, *values in zip(*rows, strict=True)})
    written = {
        "csv": text("EmailSent.csv", FEED + changes),
        "damaged": text("EmailSent.csv", FEED + changes + "0\n"),
        "parquet": parquet("EmailSent.parquet", content),
        "delta": delta("EmailSent", content),
    }
    (tmp_path / "scratch").mkdir()
    (part,) = inspect_export(str(exported(tmp_path, written[ending])), KNOWN, tmp_path / "scratch").parts
    assert (part.is_change_feed, part.takes_back_others) == (True, takes_back_others)


# Delta


@pytest.mark.parametrize("name", [
    "9f2d1c3a-0000-4000-8000-000000000001.parquet", "_last_checkpoint", "z.txt", f"{9:020}.checkpoint.parquet.crc",
    f"{9:020}.json.bak", f"{1:020}.{9:020}.compacted.json", f"{9:020}.crc", "99999999999999999999999.json",
])  # fmt: skip
def test_what_is_no_commit_hides_none(tmp_path, name):
    export = exported(tmp_path, delta("EmailSent", table(), table()), text(f"EmailSent/_delta_log/{name}", ""))
    (found,) = list_export(str(export), KNOWN).files
    assert found == SourceFile("EmailSent", str(export / "EmailSent"), "delta", None, None, {}, found.log)
    assert found.last_commit == f"{1:020}.json"

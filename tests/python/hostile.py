"""Names and values that somebody might choose who means ill, for every place that an outsider can fill.

Those that run where they are taken for code (SQL, Jinja, a shell's text) leave a file: CANARY stands for its path.
"""

import csv
from pathlib import Path
from unicodedata import category

import pyarrow as pa
from deltalake import write_deltalake

from damaged import below, parquet

CANARY = "CANARY"
TEXTS = (
    # The one that wrote files during builds: it ends the name, the cast and the select.
    f'x" as varchar) as "x") from (select 1 as x)); copy (select 1) to \'{CANARY}\'; --',
    f"x'; copy (select 1 as a) to '{CANARY}'; --",
    f"x') ); attach '{CANARY}' as a; --",
    f'x"; create table raw."y" as select 1; copy raw."y" to \'{CANARY}\'; --',
    '"', '""', "'", "''", "';--", "--", "/* ", "*/", "\\", '\\"', "\\'", ";", "a,b", "ProfileId, IdempotencyId", "a.b",
    "{{ 1 / 0 }}", f"{{{{ run_query(\"copy (select 1) to '{CANARY}'\") }}}}", "{% raw %}", "{%", "{# ", "}}",
    "*", "?", "[a]", "**", "[!a]", "$(touch CANARY)", "`touch CANARY`", "${HOME}", "| cat", "& true", "> CANARY", "~",
    "a\nb", "a\r\nb", "a\tb", "\u0001", "\x1b[31mred", "\u202etxt.exe", "\u200b", "\ufeff", "\u00a0", "\u2028",
    "null", "None", "true", "1", "1.5", "2024-01-01", "NaN", " ", " a ", "select", "table", "raw", "rowid", "filename",
    "%s", "%", "{0}", ":a", "$1", "@a", "#a", "é", "中", "😀", "İ", "ß", "x" * 200,
)  # fmt: skip
# A second file of the same columns gives each of them a type that fits no other: all are read as text.
CLASHING = "JourneyEventUndefined"
NAMED = "JourneyEventExited"
CELLS = "JourneyEventInprogress"
# A Delta table that is partitioned by them, with columns of their names and by the values.
DELTA = "JourneyEventProfileUnresolved"
# Of schema 1.0, whose columns are renamed, beside 1.1.
OLD = "PushNotificationSent"
EVENT = {"OrganizationId": "o", "ProfileType": "Contact", "Timestamp": "2024-07-26T09:00:00Z"}


def texts(canary: Path) -> list[str]:
    """Return the texts, with the canary's path in them. One that contains the path can't name a file."""
    return [text.replace(CANARY, str(canary)) for text in TEXTS]


def write_export(root: Path, canary: Path) -> None:
    """Write tables with hostile columns, hostile folders and files, and hostile cells."""
    write_columns(root, canary)
    write_files(root)
    write_cells(root, canary)
    write_delta(root, canary)
    write_both_schemas(root, canary)


def write_columns(root: Path, canary: Path) -> None:
    """Write two Parquet files with a column of each name, numbers in one file and times in the other."""
    for name, value in (("1", pa.array([1])), ("2", pa.array([0], pa.timestamp("us")))):
        columns = {"IdempotencyId": name, **EVENT} | dict.fromkeys(texts(canary), value)
        content = pa.table({key: value if isinstance(value, pa.Array) else [value] for key, value in columns.items()})
        parquet(f"{CLASHING}/{name}.parquet", content)(root)


def write_delta(root: Path, canary: Path) -> None:
    """Write a Delta table with a partition of each text, and a column of each name that Delta allows."""
    values = delta_values(canary)
    columns = {text: ["x"] * len(values) for text in texts(canary) if not set(text) & set(" ,;{}()\n\t=")}
    ids = [str(number) for number in range(len(values))]
    content = pa.table(
        columns | {"IdempotencyId": ids, "Timestamp": [EVENT["Timestamp"]] * len(ids), "SegmentName": values}
    )
    write_deltalake(str(root / DELTA), content, partition_by=["SegmentName"])


def delta_values(canary: Path) -> list[str]:
    """Return the texts that can name a partition of a Delta table."""
    return [text for text in texts(canary) if text.isprintable() and len(text) < 100]


def write_both_schemas(root: Path, canary: Path) -> None:
    """Write a table in both schemas, each with all hostile columns: they are renamed, shared, and compared by."""
    shared = dict.fromkeys(texts(canary), "x") | {"Timestamp": EVENT["Timestamp"], "OrganizationId": "o"}
    for name, own in {
        "1_0": {"EntityId": "p", "EntityName": "contact", "InternalMarketingInteractionId": "1"},
        "1_1": {
            "ProfileId": "p",
            "ProfileType": "Contact",
            "InternalMarketingInteractionId": "1",
            "IdempotencyId": "k",
        },
    }.items():
        content = pa.table({key: [value] for key, value in (shared | own).items()})
        parquet(f"{OLD}/{name}.parquet", content)(root)


def file_names() -> list[str]:
    """Return the texts that can name a file which an export may hold."""
    return list(dict.fromkeys(text.replace("/", "") for text in TEXTS if text.isprintable() and text.strip(". ")))


def write_files(root: Path) -> None:
    """Write CSV files in folders, partitions and files of each name; each has one row, with a number that is none."""
    for number, name in enumerate(file_names()):
        for place in (f"d{name}/a", f"OrganizationId={name}/a", f"k{name}=1/a", f"f{name}"):
            path = below(root, f"{NAMED}/{place}.csv")
            path.write_text(f"IdempotencyId,Version,Timestamp\n{number}-{place[0].lower()},x,{EVENT['Timestamp']}\n")


def write_cells(root: Path, canary: Path) -> None:
    """Write a CSV file whose ids and texts are the hostile ones."""
    columns = ("IdempotencyId", "ProfileId", "CustomerJourneyId", "JourneyRunId", "SegmentName", "ProfileType")
    with below(root, f"{CELLS}.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["Timestamp", *columns])
        lines.writerows([EVENT["Timestamp"], *([text] * len(columns))] for text in texts(canary))


def write_reference(folder: Path, canary: Path) -> Path:
    """Write reasons of the user's own that are the hostile texts, in a folder of a hostile name. Returns the folder."""
    path = below(folder, "own [x]'*\"?{{ y }}/block_reasons.csv")
    plain = (text.lower().replace(" ", "").replace("-", "").replace("_", "") for text in texts(canary))
    reasons = sorted({text.strip(" {}") for text in plain if text.strip(" {}").isprintable()} - {""})
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["reason", "block_category", "is_consent_block", "consent_reason"])
        lines.writerows([reason, reason, "false", ""] for reason in reasons)
    return path.parent


def write_erasures(folder: Path, canary: Path) -> Path:
    """Write a list that asks to erase people whose ids are the hostile texts, in a file of a hostile name."""
    path = below(folder, "erase [x]'*\"?{{ y }}.csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["profile_type", "profile_id"])
        lines.writerows(["Contact", text] for text in texts(canary) if is_id(text))
    return path


def is_id(text: str) -> bool:
    """Tell whether a text names somebody: it isn't of blanks alone, nor a word for null."""
    seen = "".join(sign for sign in text if category(sign) not in ("Zs", "Zl", "Zp", "Cf")).strip("{}\t\r\n")
    return seen.lower() not in ("", "null", "none", "nan")

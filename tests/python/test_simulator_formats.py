"""The simulator writes one history in every generation of the schema and as Delta tables, and loses nothing on the way.

The exports are read by DuckDB, so what is wrong in them can't be made good by the code that wrote them.
"""

import json
import re
import uuid
from collections import Counter
from pathlib import Path

import duckdb
import duckdb_extension_delta
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

import simulate
from simulator import additions, delta
from simulator.deletion_vectors import descriptor, vector, z85
from simulator.schema import read_entities

ENTITIES = read_entities(simulate.STAGING)
HISTORY = ("--rows", 4000, "--seed", 7)
WAYS = {
    "1.1": (),
    "1.0": ("--generation", "1.0"),
    "both": ("--generation", "both"),
    "as known to 1.0": ("--as-known-to", "1.0"),
    "as known to both": ("--as-known-to", "both"),
    "added": ("--added-columns",),
    "outbound 1.0 with added columns": ("--generation", "1.0", "--added-columns", "--layout", "outbound"),
    "delta": ("--format", "delta", "--added-columns"),
    "delta of both": ("--format", "delta", "--generation", "both"),
}
ROW_ID = "InternalMarketingInteractionId"
LACKING_THE_ROW_ID = {
    "ConfirmationRequest", "ConfirmationResponse", "ContactDeleted", "DomainNotOwnedByAnyone",
    "EmailContainsBlacklistedLinks", "EmailSendingFailed", "EmailSubscriptionSubmit", "EntityDeleted",
    "LeadScoreBoost", "RedirectLinkClicked", "SessionRegistrationCanceled",
}  # fmt: skip
OVERLAP = "between timestamptz '2025-02-01' and timestamptz '2025-04-29'"


class Exports:
    """Writes the history in each way when it is first asked for, and reads it."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.connection = duckdb.connect()
        self.connection.execute("set timezone = 'UTC'")
        extension = next(Path(duckdb_extension_delta.__path__[0]).rglob("*.duckdb_extension"))
        self.connection.execute(f"load '{extension}'")

    def folder(self, way: str) -> Path:
        """Return the folder of the export written in this way."""
        out = self.scratch / way
        if not out.exists():
            assert simulate.main([*map(str, ("--out", out, *HISTORY, *WAYS[way])), "--quiet"]) == 0
        return out

    def tables(self, way: str) -> set[str]:
        """Return the names of the tables of an export."""
        return {path.name for path in self.folder(way).iterdir()}

    def table(self, way: str, name: str) -> str:
        """Return SQL for the rows of a table, however its files lie there."""
        folder = self.folder(way) / name
        if "delta" in way:
            return f"delta_scan('{folder}')"
        if "outbound" in way:
            return f"read_csv('{folder}/*', all_varchar = true, header = true, union_by_name = true)"
        return f"read_parquet('{folder}/*.parquet', union_by_name = true)"

    def columns(self, way: str, name: str) -> list[str]:
        """Return the columns of a table."""
        return [row[0] for row in self.query(f"describe from {self.table(way, name)}")]

    def query(self, query: str) -> list[tuple]:
        """Return the rows of a query."""
        return self.connection.execute(query).fetchall()

    def count(self, rows: str) -> int:
        """Return how many rows a table or query in parentheses has."""
        return self.query(f"select count(*) from {rows}")[0][0]

    def differences(self, one: str, other: str) -> int:
        """Return how many rows more or fewer the first of two queries has, and how many others."""
        for name, query in (("one", one), ("other", other)):
            self.connection.execute(f"create or replace temp table {name} as {query}")
        return abs(self.count("one") - self.count("other")) + self.count("(from one except all from other)")


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    """Return the exports of this module."""
    return Exports(tmp_path_factory.mktemp("formats"))


def entities_of(table: str) -> list[str]:
    """Return the entities that a table of schema 1.0 holds."""
    return (
        [name for name in ENTITIES if name.startswith(table)] if table in ("JourneyEvent", "ActionEvent") else [table]
    )


# Schema 1.0


def test_schema_1_0_has_its_tables_and_columns(exports):
    found = exports.tables("1.0")
    assert len(found) == 102
    assert found - set(ENTITIES) == {"JourneyEvent", "ActionEvent"}
    assert not [name for name in found if name.startswith(("Bot", "VoiceCall", "Confirmable", "Experimentation"))]
    common = {"OrganizationId", "Timestamp", "BusinessUnitId", ROW_ID, "Version", "SourceSystem", "CustomerJourneyId"}
    person = {"EntityId", "EntityName", "ContactId", "AccountId", "LeadId", "IsUnresolvedProfile"}
    run = {"JourneyRunId", "JourneyActionId", "MessageId"}
    assert set(exports.columns("1.0", "SmsSent")) == common | person | run | {
        "Country", "RecipientPhoneNumber", "SenderPhoneNumber",
    }  # fmt: skip
    assert set(exports.columns("1.0", "ActionEvent")) == common | person | run | {
        "ActionStatus", "ParentActionId", "Reason",
    }  # fmt: skip
    assert set(exports.columns("1.0", "EntityDeleted")) == {
        "DeletedEntityId", "DeletedEntityType", "OrganizationId", "Timestamp",
    }  # fmt: skip
    columns = {name: set(exports.columns("1.0", name)) for name in found}
    assert sum(map(len, columns.values())) == 2163
    assert {name for name in found if ROW_ID not in columns[name]} == LACKING_THE_ROW_ID
    for name, present in columns.items():
        assert not present & {"IdempotencyId", "ProfileId", "ProfileType"}, name


def test_schema_1_0_has_every_row_that_it_can_have(exports):
    for table in exports.tables("1.0"):
        rows = sum(exports.count(exports.table("1.1", name)) for name in entities_of(table))
        assert exports.count(exports.table("1.0", table)) == rows, table
        if table in LACKING_THE_ROW_ID:
            continue
        for name in entities_of(table):
            status = (
                f"where {table.removesuffix('Event')}Status = '{name.removeprefix(table)}'" if name != table else ""
            )
            shared = f"{ROW_ID}, Timestamp, Version, OrganizationId"
            old = f"select {shared} from {exports.table('1.0', table)} {status}"
            assert exports.differences(old, f"select {shared} from {exports.table('1.1', name)}") == 0, name


def test_schema_1_0_names_the_person_in_its_own_columns(exports):
    names = {"contact": "contact", "lead": "lead", "ci profile": "msdynci_customerprofile"}
    by_hand = "case " + " ".join(f"when lower(ProfileType) = '{a}' then '{b}'" for a, b in names.items()) + " end"
    kinds = Counter()
    for table in exports.tables("1.0") - LACKING_THE_ROW_ID - {"CustomChannelResponse"}:
        if "EntityId" not in exports.columns("1.0", table):
            continue
        old = f"select {ROW_ID}, EntityId, EntityName from {exports.table('1.0', table)}"
        current = " union all ".join(
            f"select {ROW_ID}, ProfileId, {by_hand} from {exports.table('1.1', name)}" for name in entities_of(table)
        )
        assert exports.differences(old, current) == 0, table
        kinds.update(row[1] for row in exports.query(f"select EntityId, EntityName from {exports.table('1.0', table)}"))
    assert set(kinds) == {None, *names.values()}
    wrong = "(ContactId is not null and (EntityName != 'contact' or ContactId != EntityId))"
    wrong += " or (LeadId is not null and (EntityName != 'lead' or LeadId != EntityId))"
    assert exports.count(f"{exports.table('1.0', 'SmsSent')} where {wrong}") == 0
    assert exports.count(f"{exports.table('1.0', 'SmsSent')} where ContactId is not null and AccountId is not null") > 0


def test_what_1_0_knew_can_be_written_in_1_1(exports):
    assert exports.tables("as known to 1.0") == {name for table in exports.tables("1.0") for name in entities_of(table)}
    for table in exports.tables("1.0"):
        known = exports.columns("1.0", table)
        for name in entities_of(table):
            found = set(exports.columns("as known to 1.0", name))
            for ours, theirs in (("ProfileId", "EntityId"), ("ProfileType", "EntityName")):
                assert (ours in found) == (theirs in known), (name, ours)
            renamed = {"ProfileId", "ProfileType", "BounceCategory", "BounceReason"}
            assert found - renamed <= set(known), name
            assert set(ENTITIES[name].columns) & set(known) - {"EntityId"} <= found, name
            columns = ", ".join(sorted(found))
            reduced, whole = (f"select {columns} from {exports.table(way, name)}" for way in ("as known to 1.0", "1.1"))
            assert exports.differences(reduced, whole) == 0, name


# Both generations side by side


def test_a_tenant_that_switched_has_each_row_in_one_generation_or_both(exports):
    assert exports.tables("both") == set(ENTITIES) | {"JourneyEvent", "ActionEvent"}
    doubled = rows = 0
    for table in exports.tables("1.0") - LACKING_THE_ROW_ID:
        ids = {"old": Counter(), "current": Counter(), "whole": Counter()}
        for name in entities_of(table):
            for path in exports.folder("both").joinpath(name).iterdir():
                kind = "old" if "old" in path.name else "current"
                ids[kind].update(pq.read_table(path, columns=[ROW_ID])[ROW_ID].to_pylist())
            ids["whole"].update(row[0] for row in exports.query(f"select {ROW_ID} from {exports.table('1.1', name)}"))
        if table not in ENTITIES:
            ids["old"].update(row[0] for row in exports.query(f"select {ROW_ID} from {exports.table('both', table)}"))
        assert ids["old"] | ids["current"] == ids["whole"], table
        doubled += (ids["old"] & ids["current"]).total()
        rows += ids["whole"].total()
    assert 0.05 < doubled / rows < 0.2


def test_a_tenant_that_switched_did_so_in_the_middle_of_the_history(exports):
    old, current = (
        "'" + str(exports.folder("both") / "EmailSent" / f"part-00000{label}.parquet'") for label in ("-old", "")
    )
    middle = "timestamptz '2025-03-16'"
    both = f"select {ROW_ID} from {old} intersect select {ROW_ID} from {current}"
    assert exports.count(f"{old} where Timestamp < {middle}") > 0
    assert exports.count(f"{current} where Timestamp >= {middle}") > 0
    assert exports.count(f"{old} where Timestamp >= {middle} and {ROW_ID} not in ({both})") == 0
    assert exports.count(f"{current} where Timestamp < {middle} and {ROW_ID} not in ({both})") == 0
    assert exports.count(f"{old} where {ROW_ID} in ({both}) and Timestamp not {OVERLAP}") == 0
    assert exports.count(f"{old} where Timestamp {OVERLAP} and {ROW_ID} not in ({both})") > 0


def test_what_both_knew_can_be_written_in_1_1(exports):
    assert exports.tables("as known to both") == set(ENTITIES)
    for name in ("EmailSent", "JourneyEventInflow", "BotEmailLinkClicked", "ContactDeleted", "EmailHardBounced"):
        reduced, whole = (exports.table(way, name) for way in ("as known to both", "1.1"))
        assert exports.count(reduced) == exports.count(whole)
        folder = exports.folder("both") / name
        paths = [path for path in folder.iterdir() if "old" not in path.name]
        current = f"select {', '.join(ENTITIES[name].columns)} from read_parquet({[str(path) for path in paths]})"
        assert exports.count(f"(({current}) except all (from {reduced}))") == 0, name
        lost = f"select * from {reduced} except all ({current})"
        if name == "BotEmailLinkClicked":  # 1.0 does not know it
            assert exports.count(f"({lost})") == 0
        else:
            assert exports.count(f"({lost})") > 0 or name == "ContactDeleted"  # of which there are few
            assert exports.count(f"({lost}) where IdempotencyId is not null") == 0
            assert exports.count(f"({lost}) where ProfileId is not null") == 0 or name != "ContactDeleted"


# The older layout


def test_the_outbound_layout_is_the_one_of_the_older_export(exports):
    files = list(exports.folder("outbound 1.0 with added columns").glob("*/*"))
    assert {path.parent.name for path in files} == exports.tables("1.0")
    field = r'"(?:[^"]|"")*"'
    time = re.compile(r"\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d:\d\d [AP]M")
    for path in files:
        assert str(uuid.UUID(path.name)) == path.name
        text = path.read_text(encoding="utf-8")
        assert re.fullmatch(rf"(?:{field}(?:,{field})*\n)+", text), path.parent.name
        times = exports.query(f"select Timestamp from read_csv('{path}', all_varchar = true, header = true)")
        assert all(time.fullmatch(value) for (value,) in times), path.parent.name


# Columns that a tenant added


def test_added_columns_follow_from_the_row_id(exports):
    number = f"('0x' || right({ROW_ID}, 8))::bigint"
    expected = {
        "new_campaigncode": f"['spring-launch', 'Autumn sale, part 2', 'win-back'][({number} % 3 + 1)::int]",
        "new_priority": f"({number} % 5 + 1)::int",
        "new_budget": f"(({number} % 1000000)::decimal(12, 2) / 100)::decimal(12, 2)",
        "new_deadline": f"timestamptz '2025-01-01' + to_days(({number} % 365)::int)",
        "new_isvip": f"{number} % 10 = 0",
    }
    types = dict(row[:2] for row in exports.query(f"describe from {exports.table('added', 'EmailSent')}"))
    assert [types[name] for name in expected] == [
        "VARCHAR", "INTEGER", "DECIMAL(12,2)", "TIMESTAMP WITH TIME ZONE", "BOOLEAN",
    ]  # fmt: skip
    for name, value in expected.items():
        rows = f"{exports.table('added', 'EmailSent')} where"
        assert exports.count(f"{rows} {name} is distinct from {value}") == 0, name
        assert exports.count(f"{rows} {name} is null") == exports.count(f"{rows} {ROW_ID} is null")
    source = f"['fair', 'partner', 'website', 'newsletter'][({number} % 4 + 1)::int]"
    forms = exports.table("added", "FormSubmitted")
    assert exports.count(f"{forms} where new_source is distinct from {source}") == 0
    assert exports.count(f"{forms} where new_source is not null") > 0


@pytest.mark.parametrize("columns", [{ROW_ID: pa.nulls(3, pa.string())}, {"Version": pa.array([1, 2, 3])}])
def test_rows_without_an_id_have_added_columns_without_values(columns):
    table = additions.with_added(pa.table(columns), "EmailSent")
    assert table.num_columns == 6
    assert all(table[name].null_count == 3 for name in table.column_names[1:])


def test_added_columns_change_nothing_else(exports):
    added = Counter()
    for name, entity in ENTITIES.items():
        added[name] = len(exports.columns("added", name)) - len(entity.columns)
        columns = ", ".join(entity.columns)
        one, other = (f"select {columns} from {exports.table(way, name)}" for way in ("1.1", "added"))
        assert exports.differences(one, other) == 0, name
    assert +added == {"EmailSent": 5, "EmailClicked": 1, "FormSubmitted": 1}


def test_schema_1_0_has_the_added_columns_too(exports):
    for column in ("new_priority", "new_budget"):
        old = f"select {ROW_ID}, {column} from {exports.table('outbound 1.0 with added columns', 'EmailSent')}"
        current = (
            f"select coalesce({ROW_ID}, ''), coalesce({column}::varchar, '') from {exports.table('added', 'EmailSent')}"
        )
        assert exports.differences(f"select coalesce(#1, ''), coalesce(#2, '') from ({old})", current) == 0


# Delta tables


@pytest.mark.parametrize(
    ("way", "same"), [("delta", "added"), pytest.param("delta of both", "both", marks=pytest.mark.long)]
)
def test_the_snapshot_of_a_delta_table_is_the_history(exports, way, same):
    assert exports.tables(way) == exports.tables(same)
    for name in exports.tables(same):
        rows = f"from {exports.table(same, name)}"
        if delta.is_partitioned(name):
            # DuckDB's extension gives null for a partition column with a physical name (issue 343 of duckdb-delta).
            month = "null" if delta.is_mapped(name) else "strftime(Timestamp, '%Y-%m')"
            rows = f"select *, {month} as {delta.MONTH} {rows}"
        exports.connection.execute(f"create or replace temp table snapshot as from {exports.table(way, name)}")
        columns = [row[0] for row in exports.query(f"describe {rows}")]
        assert exports.differences(f"select {', '.join(columns)} from snapshot", rows) == 0, name
        assert len(columns) == len(exports.query("describe snapshot")), name


def actions(table: Path) -> list[dict]:
    """Return the entries of a table's log, in order."""
    files = sorted((table / "_delta_log").glob("*.json"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def final(log: list[dict]) -> set[str]:
    """Return the files that count at the end of a log."""
    state = {}
    for action in log:
        for kind in action.keys() & {"add", "remove"}:
            state[action[kind]["path"]] = kind
    return {path for path, kind in state.items() if kind == "add"}


def partition_keys(metadata: dict) -> list[str]:
    """Return the names under which a table's log gives the partition of a file."""
    fields = {field["name"]: field["metadata"] for field in json.loads(metadata["schemaString"])["fields"]}
    return [fields[name].get("delta.columnMapping.physicalName", name) for name in metadata["partitionColumns"]]


def test_delta_tables_have_a_past(exports):
    seen = Counter()
    for table in exports.folder("delta").iterdir():
        log = actions(table)
        files = {kind: [action[kind] for action in log if kind in action] for kind in ("add", "remove")}
        metadata = next(action["metaData"] for action in log if "metaData" in action)
        vectors = {file["deletionVector"]["storageType"] for file in files["add"] if "deletionVector" in file}
        partitioned, mapped = (
            bool(metadata["partitionColumns"]),
            "delta.columnMapping.mode" in metadata["configuration"],
        )
        removed = {file["path"] for file in files["remove"]} - final(log)
        seen.update({"commits": len(list((table / "_delta_log").iterdir()))} | dict.fromkeys(vectors, 1))
        seen.update({"partitioned": partitioned, "mapped": mapped, "removed": bool(removed)})
        seen["all of it"] += bool(partitioned and mapped and vectors and removed)
        for file in files["add"] + files["remove"]:
            assert (table / file["path"]).is_file()
            assert list(file["partitionValues"]) == partition_keys(metadata)
            assert [f"{delta.MONTH}={month}/" in file["path"] for month in file["partitionValues"].values()] == (
                [True] if partitioned else []
            )
    assert seen["commits"] > 3 * 145
    assert seen["all of it"]
    for word in ("partitioned", "mapped", "i", "u", "removed"):
        assert seen[word] > 10, (word, seen)


def test_files_that_no_longer_count_hold_rows_that_never_happened(exports):
    name = "EmailSent"
    folder = exports.folder("delta") / name
    assert delta.has_deletions(name)
    assert delta.is_compacted(name)
    everything = f"read_parquet('{folder}/**/*.parquet', union_by_name = true)"
    history = exports.table("1.1", name)
    assert exports.count(everything) > 2 * exports.count(history)
    real = f"select {ROW_ID} from {history} where {ROW_ID} is not null"
    invented = f"select distinct {ROW_ID} from {everything} where {ROW_ID} not in ({real})"
    assert exports.count(f"({invented})") > exports.count(history) // 15


def test_another_reader_sees_the_same_delta_tables(exports):
    read = 0
    for name in exports.tables("delta"):
        if delta.is_mapped(name) or delta.has_deletions(name):
            continue  # delta-rs reads neither
        files = DeltaTable(exports.folder("delta") / name).file_uris()
        assert sum(pq.read_metadata(file).num_rows for file in files) == exports.count(exports.table("added", name)), (
            name
        )
        read += 1
    assert read > 40


def test_the_same_arguments_give_the_same_delta_tables(exports, tmp_path):
    arguments = ("--out", tmp_path / "again", *HISTORY, *WAYS["delta"], "--quiet")
    assert simulate.main([str(argument) for argument in arguments]) == 0
    for table in exports.folder("delta").iterdir():
        again = tmp_path / "again" / table.name
        assert {path.relative_to(table) for path in table.rglob("*")} == {
            path.relative_to(again) for path in again.rglob("*")
        }
        one, other = ([action for action in actions(each) if "metaData" in action] for each in (table, again))
        assert one == other


# Deletion vectors


def test_deletion_vectors_are_written_as_others_write_them():
    # A vector that Delta's own reader takes for 1, 3 and 5; an id from the protocol; the example of Z85's definition.
    assert z85(vector(np.array([1, 3, 5]))) == "^Bg9^0rr910000000000iXQKl0rr91000625c8Xg0rri41POJ5"
    assert z85(uuid.UUID("d2c639aa-8816-431a-aaf6-d3fe2512ff61").bytes) == "^-aqEH.-t@S}K{vb[*k^"
    assert z85(bytes.fromhex("864fd26fb559f75b")) == "HelloWorld"


@pytest.mark.parametrize("name", [uuid.UUID(int=2), uuid.UUID(int=3)], ids=["in the log if short", "in a file"])
@pytest.mark.parametrize(
    "deleted",
    [[0], [199_999], range(0, 200_000, 1000), range(65_530, 65_540), range(0, 200_000, 3), range(1, 200_000)],
    ids=["first", "last", "some", "around a container's end", "a third", "all but the first"],
)
def test_a_deletion_vector_of_any_density_hides_its_rows(exports, tmp_path, name, deleted):
    positions = np.array(deleted)
    (tmp_path / "_delta_log").mkdir()
    pq.write_table(pa.table({"n": pa.array(range(200_000), pa.int32())}), tmp_path / "part.parquet")
    table = delta._Table(tmp_path)
    table.deletions, table.mapped, table.partitioned = True, False, False
    table.schema = pq.read_schema(tmp_path / "part.parquet")
    file = tmp_path / "part.parquet"
    entry = descriptor(tmp_path, positions, name)
    assert entry["cardinality"] == len(positions)
    table.commit("WRITE", table.protocol(), table.metadata(), table.add(file, entry))
    found = exports.query(f"select count(*), sum(n) from delta_scan('{tmp_path}')")
    assert found == [(200_000 - len(positions), 199_999 * 100_000 - int(positions.sum()))]

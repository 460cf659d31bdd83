"""Builds warehouses for tests, in this process, and reads their marts.

dbt spends a good part of a small build on parsing: projects with the same settings share what was parsed.
"""

import contextlib
import csv
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from cij.checks.settings import as_option
from cij.loading.loader import Load, load
from cij.loading.registration import unchanged_views

PROJECT = Path(__file__).resolve().parent.parent.parent

# The columns that tell the rows of a mart apart, beside its surrogate key.
MESSAGE = (
    "organization_id", "channel", "profile_type", "profile_id", "journey_id", "journey_run_id", "journey_step_id",
    "message_id", "attempt",
)  # fmt: skip
RUN = ("organization_id", "journey_id", "journey_run_id", "profile_type", "profile_id")
KEYS = {
    "fct_interactions": ("interaction_type", "organization_id", "profile_id", "journey_id", "occurred_at"),
    "fct_journey_steps": (*RUN, "journey_step_id"),
    "fct_journey_runs": (*RUN, "entry_attempt"),
    "fct_channel_engagement": MESSAGE,
    "fct_message_blocks": MESSAGE,
    "fct_consent_blocks": MESSAGE,
    "agg_journey_steps_daily": ("organization_id", "business_unit_id", "journey_id", "journey_step_id", "entry_date"),
    "agg_channel_engagement_daily": (
        "attempt_date", "channel", "journey_engine", "organization_id", "business_unit_id", "journey_id", "message_id",
    ),
    "agg_consent_blocks_daily": (
        "block_date", "channel", "journey_engine", "organization_id", "business_unit_id", "journey_id", "message_id",
        "interaction_type", "consent_reason",
    ),
    "dim_profiles": ("organization_id", "profile_type", "profile_id"),
    "dim_journeys": ("organization_id", "journey_id"),
    "dim_journey_steps": ("organization_id", "journey_id", "journey_step_id"),
    "dim_messages": ("organization_id", "message_id"),
}  # fmt: skip


# The columns of marts in which the setting pii_policy decides what is shown of the source's own values: to compare them
# with those, build with the policy keep.
PERSONAL = {
    "answer", "contact_point", "contact_point_key", "last_outcome", "link", "numeric_answer", "page_url",
    "profile_name", "referrer_uri", "requested_value", "visitor_id",
}  # fmt: skip

# The settings that decide what dbt parses: which models a model reads, and whether its contract is enforced.
PARSED = ("passthrough_columns", "include_test_sends")

# Options of a build of some models: a test of several models runs only if all of them were built.
WHAT_WAS_BUILT = ("--exclude-resource-type", "unit_test", "--indirect-selection", "cautious")

# The commands of dbt that store rows.
BUILDING = ("build", "run", "seed", "snapshot")


class Project:
    """The dbt project, parsed once, to be built over whatever the export folder holds at the time.

    Arguments: scratch (its own folder), raw (the export's, none for the sample; it is loaded before dbt builds),
    variables (of dbt, with `environment` for a path that `paths` names).
    """

    # What was parsed in this process, and the folder of what dbt wrote of it, by those variables that decide what there
    # is to parse.
    manifests: ClassVar[dict[str, tuple[Manifest, Path]]] = {}

    def __init__(self, scratch: Path, raw: Path | None, **variables) -> None:
        self.scratch = scratch
        self.raw = raw
        self.paths: dict[str, Path] = {}
        self.variables = variables
        # One name for every build: a parsed project holds the database's.
        self.database = scratch / "warehouse.duckdb"
        self.manifest: Manifest | None = None
        self.parsed_in: Path | None = None
        # Whether a load leaves staging views that would come out the same, as a refresh does.
        self.keeps_views = True

    def build_anew(self, *selection: str) -> Path:
        """Build and test in an empty warehouse. Returns its path. Argument: selection (dbt's options; all if none)."""
        self.database.unlink(missing_ok=True)
        self.run("build", *(selection or ("--exclude-resource-type", "unit_test")))
        return self.database

    def parsed(self) -> Manifest:
        """Return what dbt knows about the project."""
        if self.manifest is None:
            variables = as_option({name: self.variables[name] for name in PARSED if name in self.variables})
            if variables not in self.manifests:
                reuse_parsed(self.scratch / "target")
                parsed = dbtRunner().invoke(["parse", *self._common_options(variables)]).result
                self.manifests[variables] = (parsed, self.scratch / "target")
                if variables == as_option({}):
                    leave_parsed(self.scratch / "target")
            self.manifest, self.parsed_in = self.manifests[variables]
        return self.manifest

    def documents(self) -> Path:
        """Return the folder of the documents that dbt wrote when it parsed, such as manifest.json."""
        self.parsed()
        return self.parsed_in

    def nodes(self, resource_type: str) -> list:
        """Return the manifest's nodes of one type."""
        return [node for node in self.parsed().nodes.values() if node.resource_type == resource_type]

    def run(self, command: str, *options: str, look: Callable | None = None) -> list:
        """Run a dbt command and return its node results. Raises AssertionError where one fails.

        Argument: look (gets a cursor to the database just before dbt gives it up).
        """
        manifest = self.parsed()
        os.environ["CIJ_DATABASE"] = str(self.database)
        for name, path in self.paths.items():
            os.environ[f"CIJ_{name.upper()}"] = str(path or "")
        if self.raw and command in BUILDING:
            self.load()
            # The sample's seeds take time, and nothing reads them.
            kept = unchanged_views(self.database) if self.keeps_views else []
            options = (*options, "--exclude", "path:seeds/raw", "path:seeds/dataverse", *kept)
        # What dbt would write down of the project takes it a second each time, and who needs it asks for it.
        arguments = [command, *self._common_options(), "--no-write-json", *options]
        result = dbtRunner(manifest=manifest).invoke(arguments)
        try:
            if look:
                look(DuckDBConnectionManager.env().handle().cursor())
        finally:
            # dbt keeps the database open for the process's life.
            DuckDBConnectionManager.close_all_connections()
        assert result.exception is None, result.exception
        results = list(result.result)
        failed = [f"{r.node.name}: {r.message}" for r in results if str(r.status) in ("error", "fail")]
        assert not failed, failed
        return results

    def load(self, anew: bool = False) -> Load:
        """Load what is new in the export, for dbt to build from. Argument: anew (whether to forget what was loaded)."""
        return load(self.database, str(self.raw), self.variables.get("passthrough_columns"), anew)

    def _common_options(self, variables: str | None = None) -> list[str]:
        return [
            "--quiet", "--log-level-file", "none", "--project-dir", str(PROJECT), "--profiles-dir",
            str(PROJECT / "profiles"), "--target-path", str(self.scratch / "target"),
            "--vars", as_option(self.variables) if variables is None else variables,
        ]  # fmt: skip


def reuse_parsed(target: Path) -> None:
    """Let dbt take up in a target folder what the last build in this checkout parsed, if the files are still the same.

    It asks for the same environment as that build, which parses without the name of any database.
    """
    os.environ.pop("CIJ_DATABASE", None)
    os.environ["CIJ_MARTS_CATALOG"] = ""
    target.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        shutil.copy(PROJECT / "target" / "partial_parse.msgpack", target)


def leave_parsed(target: Path) -> None:
    """Leave what dbt parsed in a target folder, without settings, for the next build in this checkout to take up."""
    cache = PROJECT / "target" / "partial_parse.msgpack"
    cache.parent.mkdir(exist_ok=True)
    # Whole or not at all: others may read it meanwhile.
    unfinished = shutil.copy(target / cache.name, cache.with_name(f"{cache.name}.{os.getpid()}"))
    Path(unfinished).replace(cache)


def interaction_types() -> dict[str, dict[str, str]]:
    """Return the rows of the reference table of interaction types, by name."""
    with (PROJECT / "seeds" / "reference" / "interaction_types.csv").open(encoding="utf-8", newline="") as file:
        return {row["interaction_type"]: row for row in csv.DictReader(file)}


def empty(folder: Path) -> Path:
    """Return the folder, with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def rows(database: Path, query: str) -> list[dict]:
    """Return a query's rows as dicts."""
    with duckdb.connect(str(database), read_only=True) as connection:
        cursor = connection.execute(query)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def comments(database: Path) -> dict[str, str | None]:
    """Return the comments of the marts, the tables of ops and their columns: by schema.relation, and .column."""
    query = """
        select schema_name || '.' || table_name as name, comment from duckdb_tables()
        union all
        select schema_name || '.' || view_name, comment from duckdb_views()
        union all
        select schema_name || '.' || table_name || '.' || column_name, comment from duckdb_columns()
    """
    told = {row["name"]: row["comment"] for row in rows(database, query)}
    return {name: comment for name, comment in told.items() if name.startswith(("marts.", "ops."))}


def descriptions(manifest: Manifest) -> dict[str, str]:
    """Return what the YAML says of the same."""
    found = {}
    for node in manifest.nodes.values():
        if node.resource_type == "model" and node.schema in ("marts", "ops"):
            found[f"{node.schema}.{node.name}"] = node.description
            found |= {f"{node.schema}.{node.name}.{name}": column.description for name, column in node.columns.items()}
    return found


def stored(database: Path) -> dict[str, tuple]:
    """Return what tells the state of each table and view of a database from another, by its name."""
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables() where not internal").fetchall()
        views = connection.execute(
            "select schema_name, view_name, sql from duckdb_views() where not internal"
        ).fetchall()
        state = {f"{schema}.{view}": (sql,) for schema, view, sql in views}
        for schema, table in tables:
            query = f'select count(*), bit_xor(hash(t)) from "{schema}"."{table}" as t'
            state[f"{schema}.{table}"] = connection.execute(query).fetchone()
    return state


def marts(database: Path) -> dict[str, list[dict]]:
    """Return the rows of every mart that the oracle computes, those of facts with who their person is today.

    Of steps those that events name: what a journey's design says beside them the oracle doesn't know.
    """
    of_facts = (
        "select facts.*, people.profile_id as surviving_profile_id from marts.{} as facts "
        "left join marts.dim_profiles as people using (profile_key)"
    )
    queries = {mart: of_facts.format(mart) if mart.startswith("fct_") else f"from marts.{mart}" for mart in KEYS}
    queries["dim_journey_steps"] += " where interactions > 0"
    return {mart: rows(database, query) for mart, query in queries.items()}

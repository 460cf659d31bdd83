"""What an erasure asks of the files that hold the warehouse: who is newly erased, and that unused parts tell of nobody.

A database file keeps what was deleted from it, in parts that nothing reads, until it is written anew. Whoever asked to
be erased is gone from those parts with the same run. For people whom the source reports as deleted, some of them in
every load, that would cost more than the load does (5 million events: 40 s), so there it is done once a day, or with
--full-refresh. The same holds for what later files still tell of somebody who was erased before.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import duckdb
from dbt_run import clean_message
from generations import Generation
from run_log import now
from warehouse_figures import compact, write_anew

ERASED_TABLE = "intermediate.int_erased__profiles"
PATIENCE = timedelta(days=1)


def newly_erased(warehouse: Path, before: Path | None) -> dict[str, int]:
    """Return how many people a private warehouse erases whom another one does not, by who asked: request or deletion.

    Whoever asks after the source reported the same person counts anew. Without the other warehouse all count.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach '{_text(warehouse)}' as now (read_only)")
        if not _has_erased_table(connection, "now"):
            return {}
        known = f"select * exclude (load_number) from now.{ERASED_TABLE} where false"
        if before:
            connection.execute(f"attach '{_text(before)}' as before (read_only)")
            if _has_erased_table(connection, "before"):
                known = f"select * exclude (load_number) from before.{ERASED_TABLE}"
        query = f"""
            from (
                select * exclude (load_number) from now.{ERASED_TABLE}
                except
                (from ({known}) union from (select * replace ('deletion' as erased_by) from ({known})))
            )
            select erased_by, count(*)
            group by erased_by
        """
        try:
            return dict(connection.execute(query).fetchall())
        except duckdb.BinderException:
            # Kept by another version of the project, in other columns: nobody can tell who was known.
            return dict(_counts(connection))


def is_anybody_erased(warehouse: Path) -> bool:
    """Return whether a private warehouse erases anybody."""
    return bool(newly_erased(warehouse, None))


def traces_since(facts: dict) -> str | None:
    """Return since when unused parts of a generation's files may tell of erased people; None where they can't.

    Argument: facts (the generation's; one that an older version made doesn't say).
    """
    return facts.get("traces_since", facts["run"]["ended_at"])


def are_due(since: str | None) -> bool:
    """Return whether such traces have stood long enough."""
    return since is not None and datetime.fromisoformat(now()) - datetime.fromisoformat(since) >= PATIENCE


def clean(building: Generation, current: Generation | None, origin: Generation | None, at_once: bool) -> dict:
    """Write the files of a generation anew where their unused parts must not tell of erased people any longer.

    Arguments: building (the generation), current (the published one), origin (whose files it began with), at_once (not
    only after a day). Returns its facts: erased (how many people the generation before still knew) and traces_since.
    """
    newly = newly_erased(building.warehouse, current.warehouse if current else None)
    since = None
    if is_anybody_erased(building.warehouse):
        since = (traces_since(origin.facts()) if origin else None) or now()
    if newly.get("request") or (since and at_once) or are_due(since):
        for database in (building.warehouse, building.published):
            write_anew(database)
        since = None
    else:
        compact(building.published)
    return {"erased": sum(newly.values()), "traces_since": since}


def clean_build(database: Path) -> list[str]:
    """Write a warehouse that was built in one go anew if it erases anybody. Returns what went wrong."""
    try:
        if is_anybody_erased(database):
            write_anew(database)
    except (OSError, duckdb.Error) as error:
        return [f"{database}: {clean_message(str(error))}"]
    return []


def failed_place(database: Path) -> Path:
    """Return where a build that failed its tests leaves what it built, beside the warehouse."""
    return database.with_name(f"{database.stem}.failed{database.suffix}")


def remove_failure(database: Path) -> None:
    """Remove what a build that failed left beside the warehouse."""
    failed = failed_place(database)
    for path in (failed, failed.with_name(f"{failed.name}.wal")):
        path.unlink(missing_ok=True)


def remove_older_failure(target: Path, erasure: Generation) -> None:
    """Remove what a build left beside the published file before a generation erased people: it may know them."""
    failed = failed_place(target)
    if failed.exists() and failed.stat().st_mtime < erasure.warehouse.stat().st_mtime:
        remove_failure(target)


def _has_erased_table(connection: duckdb.DuckDBPyConnection, catalog: str) -> bool:
    schema, table = ERASED_TABLE.split(".")
    query = "select 1 from duckdb_tables() where (database_name, schema_name, table_name) = (?, ?, ?)"
    return connection.execute(query, [catalog, schema, table]).fetchone() is not None


def _counts(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    return connection.execute(f"select erased_by, count(*) from now.{ERASED_TABLE} group by erased_by").fetchall()


def _text(path: Path) -> str:
    return str(path).replace("'", "''")

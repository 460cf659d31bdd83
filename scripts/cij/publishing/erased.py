"""What an erasure asks of the files that hold the warehouse: who is newly erased, and that unused parts tell of nobody.

A database file keeps what was deleted from it, in parts that nothing reads, until it is written anew. Whoever asked to
be erased is gone from those parts with the same run. For people whom the source reports as deleted, some of them in
every load, that would cost more than the load does (5 million events: 40 s), so there it is done once a day, or with
--full-refresh. The same holds for what later files still tell of somebody who was erased before.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from cij.dbt_run import clean_message
from cij.publishing.figures import compact, write_anew
from cij.publishing.generations import Generation
from cij.publishing.run_log import now
from cij.quoting import sql_text

ERASED_TABLE = "intermediate.int_erased__profiles"
PATIENCE = timedelta(days=1)


@dataclass(frozen=True)
class Erasures:
    """How many people a warehouse erases: newly because they asked, newly for any reason, and in all."""

    requested: int = 0
    new: int = 0
    all: int = 0


def erasures(warehouse: Path, before: Path | None) -> Erasures:
    """Return whom a private warehouse erases, and who of them is still known to the one before, if there is one.

    Whoever asks after the source reported the same person is new.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach {sql_text(warehouse)} as now (read_only)")
        if before:
            connection.execute(f"attach {sql_text(before)} as before (read_only)")
        # One without such a table, or with other columns in it, is of an older version: nobody can tell whom it knows.
        for known in (["before"] if before else []) + [None]:
            with contextlib.suppress(duckdb.BinderException, duckdb.CatalogException):
                return Erasures(*connection.execute(_counts(known)).fetchone())
    return Erasures()


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
    erased = erasures(building.warehouse, current.warehouse if current else None)
    since = None
    if erased.all:
        since = (traces_since(origin.facts()) if origin else None) or now()
    if erased.requested or (since and at_once) or are_due(since):
        for database in (building.warehouse, building.published):
            write_anew(database)
        since = None
    else:
        compact(building.published)
    return {"erased": erased.new, "traces_since": since}


def clean_build(database: Path) -> list[str]:
    """Write a warehouse that was built in one go anew if it erases anybody. Returns what went wrong."""
    try:
        if erasures(database, None).all:
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


def _counts(known: str | None) -> str:
    """Return the query for Erasures. Argument: known (the database that tells who was known; None = nobody was)."""
    columns = "* exclude (load_number)"
    return f"""
        with known as (select {columns} from {known or "now"}.{ERASED_TABLE} where {known is not None}),
        new as (
            select {columns} from now.{ERASED_TABLE}
            except
            (from known union select * replace ('deletion' as erased_by) from known)
        )
        select
            (select count(*) from new where erased_by = 'request'),
            (select count(*) from new),
            (select count(*) from now.{ERASED_TABLE})
    """

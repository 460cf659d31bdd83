"""dbt-duckdb's plugin of this project: lets dbt read what was loaded, confines it, and has it hash personal data.

The profile names it (`plugins`); `make` makes the folder it is in known to the environment.
"""

from __future__ import annotations

import json
import stat
from contextlib import suppress
from pathlib import Path

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError

from cij.checks.erasures import ErasureError, check_erasures
from cij.checks.reference import ReferenceDataError, check_reference
from cij.confinement import code_within, confine
from cij.disk import keep_files_private
from cij.loading.loader import can_read_what_is_loaded
from cij.pii_key import hand_over, secret_fault
from cij.publishing.building_place import fault_of_name
from cij.storage import StorageError, is_remote

# At a checkpoint DuckDB merges the row groups that loads left half full, in every table that was changed since the
# last one. That writes much of them anew, in one thread: it was a tenth of a build of 5 million events. Readers do not
# notice a few of them.
LOADS_BETWEEN_MERGES = 8
ALL_MERGES = 100


class Plugin(BasePlugin):
    """Gives every connection SQL functions, and every session the key for hashes.

    confine(folders, files): why the session can't be confined to these, or an empty text; both are lists as JSON, see
        confinement.py.
    files_in(folder): the names of the files right in a folder, as a list in JSON.
    own_files_fault(reference, erasures): what is wrong with reference data of the user's own or the list of people to
        erase (paths; empty = none), or an empty text.
    pii_secret_fault(): what is wrong with the secret, see pii_key.py.
    """

    def initialize(self, config) -> None:
        """Let the warehouse, which dbt is about to open, be its owner's and group's alone."""
        if '"' in Path(self.creds.path).name:
            # dbt names the catalog after the file, in every query, and leaves a quote in it as it is.
            raise DbtRuntimeError(f"CIJ_DATABASE: {self.creds.path} holds a double quote; choose another name")
        if fault := fault_of_name(Path(self.creds.path), "CIJ_DATABASE"):
            raise DbtRuntimeError(fault)
        keep_files_private()

    def configure_connection(self, connection) -> None:
        """Register the functions. Argument: connection (DuckDB's, to the warehouse)."""
        if self.creds.path != ":memory:":
            take_from_others(Path(self.creds.path).absolute())

        def confine_to(folders: str, files: str) -> str:
            for folder in filter(None, json.loads(folders)):
                code = None if is_remote(folder) else code_within(folder)
                if code:
                    return f"{folder}: holds {code}, which programs are run from; it needs a folder of its own"
            confine(connection.cursor(), json.loads(folders), json.loads(files))
            return ""

        # All instants are UTC; without this, text without an offset would be read in the machine's own zone.
        connection.execute("set global TimeZone = 'UTC'")
        connection.execute(f"set global max_vacuum_tasks = {ALL_MERGES if is_time_to_merge(connection) else 0}")
        connection.create_function("confine", confine_to, ["VARCHAR"] * 2, "VARCHAR", side_effects=True)
        connection.create_function("files_in", files_in, ["VARCHAR"], "VARCHAR", side_effects=True)
        connection.create_function("own_files_fault", own_files_fault, ["VARCHAR"] * 2, "VARCHAR", side_effects=True)
        connection.create_function("pii_secret_fault", secret_fault, [], "VARCHAR", side_effects=True)
        try:
            can_read_what_is_loaded(connection)
        except StorageError as error:
            raise DbtRuntimeError(str(error)) from error

    def configure_cursor(self, cursor) -> None:
        """Hand the session its key. Argument: cursor (a session of DuckDB's; variables belong to one only)."""
        hand_over(cursor)


def is_time_to_merge(connection) -> bool:
    """Return whether the run that begins is the eighth load since row groups were merged (dbt's connection)."""
    with suppress(duckdb.CatalogException):
        (stored,) = connection.execute("select max(load_number) from raw.settled_tables").fetchone()
        return ((stored or 0) + 1) % LOADS_BETWEEN_MERGES == 0
    return False


def files_in(folder: str) -> str:
    """Return the names of the files right in a folder as a list in JSON; an empty one where there is no such folder."""
    place = Path(folder)
    return json.dumps(sorted(path.name for path in place.iterdir() if path.is_file()) if place.is_dir() else [])


def own_files_fault(reference: str, erasures: str) -> str:
    """Return what is wrong with reference data or a list of people to erase, or an empty text."""
    try:
        if reference:
            check_reference(Path(reference))
        if erasures:
            check_erasures(Path(erasures))
    except (ReferenceDataError, ErasureError) as fault:
        return str(fault)
    return ""


def take_from_others(database: Path) -> None:
    """Let owner and group alone read a warehouse, even one that was made before, and what DuckDB puts beside it."""
    for path in (database, database.with_name(f"{database.name}.wal")):
        with suppress(FileNotFoundError, PermissionError):  # another's file: it is theirs to say who reads it
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o007)

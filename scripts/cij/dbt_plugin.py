"""dbt-duckdb's plugin of this project: lets dbt look at an export before it reads it, and hash personal data.

The profile names it (`plugins`); `make` makes the folder it is in known to the environment.
"""

from __future__ import annotations

import json
import shutil
import stat
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError

from cij.confinement import code_within, confine, is_confined
from cij.disk import keep_files_private, make_private, sweep
from cij.loading.inspection import ExportError, inspect_export
from cij.pii_key import hand_over, new_key, secret_fault
from cij.storage import StorageError, is_remote, load_extension, prepare
from cij.unforeseen import describe


class Plugin(BasePlugin):
    """Gives every connection SQL functions, and every session the key for hashes.

    inspect_export(folder, known, seen): JSON text, see export_inspection.py; where the export can't be loaded it is
        {"error": message}.
    confine(folders, files): why the session can't be confined to these, or an empty text; both are lists as JSON, see
        confinement.py. The place for repaired files is allowed as well.
    files_in(folder): the names of the files right in a folder, as a list in JSON.
    new_pii_key(): a random key. pii_secret_fault(): what is wrong with the secret. For both see pii_key.py.
    """

    scratch: Path | None = None

    def initialize(self, config) -> None:
        """Let the warehouse, which dbt is about to open, be its owner's and group's alone."""
        if '"' in Path(self.creds.path).name:
            # dbt names the catalog after the file, in every query, and leaves a quote in it as it is.
            raise DbtRuntimeError(f"CIJ_DATABASE: {self.creds.path} holds a double quote; choose another name")
        keep_files_private()

    def make_scratch(self) -> None:
        """Make a place for repaired files, which hold rows; it goes when the process ends.

        It stands beside the warehouse, where the next run removes what a killed one has left: no other run can be using
        it, for only one process at a time has the warehouse open.
        """
        if self.scratch:
            return
        if self.creds.path == ":memory:":
            self.scratch = Path(tempfile.mkdtemp(prefix="cij-"))
        else:
            database = Path(self.creds.path).absolute()
            take_from_others(database)
            place = database.with_name(f".{database.name}.scratch")
            if place.is_symlink():
                place.unlink()
            make_private(place)
            sweep(place)
            self.scratch = Path(tempfile.mkdtemp(dir=place))
        weakref.finalize(self, remove_scratch, self.scratch)

    def configure_connection(self, connection) -> None:
        """Register the functions. Argument: connection (DuckDB's, to the warehouse)."""
        self.make_scratch()

        def inspect(folder: str, known: str, seen: str) -> str:
            try:
                scratch = Path(tempfile.mkdtemp(dir=self.scratch))
                found = inspect_export(folder, json.loads(known), scratch, json.loads(seen))
                # The warehouse reads the same files, so it needs the same extensions and secrets.
                if not is_confined(connection.cursor()):
                    prepare(connection.cursor(), folder)
                    if any(part["format"] == "delta" for part in found["parts"]):
                        load_extension(connection.cursor(), "delta")
                return json.dumps(found)
            except (ExportError, StorageError) as error:
                return json.dumps({"error": str(error)})
            except Exception as error:
                # DuckDB would hand on what it says, which may be a value out of a row.
                return json.dumps({"error": describe(error)})

        def confine_to(folders: str, files: str) -> str:
            for folder in filter(None, json.loads(folders)):
                code = None if is_remote(folder) else code_within(folder)
                if code:
                    return f"{folder}: holds {code}, which programs are run from; it needs a folder of its own"
            confine(connection.cursor(), [*json.loads(folders), str(self.scratch)], json.loads(files))
            return ""

        # All instants are UTC; without this, text without an offset would be read in the machine's own zone.
        connection.execute("set global TimeZone = 'UTC'")
        connection.create_function("confine", confine_to, ["VARCHAR"] * 2, "VARCHAR", side_effects=True)
        connection.create_function("files_in", files_in, ["VARCHAR"], "VARCHAR", side_effects=True)
        connection.create_function("inspect_export", inspect, ["VARCHAR"] * 3, "VARCHAR", side_effects=True)
        connection.create_function("new_pii_key", new_key, [], "VARCHAR", side_effects=True)
        connection.create_function("pii_secret_fault", secret_fault, [], "VARCHAR", side_effects=True)

    def configure_cursor(self, cursor) -> None:
        """Hand the session its key. Argument: cursor (a session of DuckDB's; variables belong to one only)."""
        hand_over(cursor)


def files_in(folder: str) -> str:
    """Return the names of the files right in a folder as a list in JSON; an empty one where there is no such folder."""
    place = Path(folder)
    return json.dumps(sorted(path.name for path in place.iterdir() if path.is_file()) if place.is_dir() else [])


def take_from_others(database: Path) -> None:
    """Let owner and group alone read a warehouse, even one that was made before, and what DuckDB puts beside it."""
    for path in (database, database.with_name(f"{database.name}.wal")):
        with suppress(FileNotFoundError, PermissionError):  # another's file: it is theirs to say who reads it
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o007)


def remove_scratch(scratch: Path) -> None:
    """Remove a place for repaired files, and the folder around it where nothing else is in it."""
    shutil.rmtree(scratch, ignore_errors=True)
    if scratch.parent.name.endswith(".scratch"):
        with suppress(OSError):
            scratch.parent.rmdir()

"""dbt-duckdb's plugin of this project: lets dbt look at an export before it reads it, and hash personal data.

The profile names it (`plugins`); `make` makes the folder it is in known to the environment.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from confinement import confine, is_confined
from dbt.adapters.duckdb.plugins import BasePlugin
from export_inspection import ExportError, inspect_export
from pii_key import hand_over, new_key
from storage import StorageError, load_extension, prepare


class Plugin(BasePlugin):
    """Gives every connection two SQL functions, and every session the key for hashes.

    inspect_export(folder, known, seen): JSON text, see export_inspection.py; where the export can't be loaded it is
    {"error": message}. confine(folders, files): nothing, see confinement.py; both are lists as JSON, and the place for
    repaired files is allowed as well. files_in(folder): the names of the files right in a folder, as a list in JSON.
    new_pii_key(): a random key, see pii_key.py.
    """

    def initialize(self, config) -> None:
        """Make a place for repaired files; it goes when the process ends."""
        self.scratch = tempfile.TemporaryDirectory(prefix="cij-")

    def configure_connection(self, connection) -> None:
        """Register the functions. Argument: connection (DuckDB's, to the warehouse)."""

        def inspect(folder: str, known: str, seen: str) -> str:
            try:
                scratch = Path(tempfile.mkdtemp(dir=self.scratch.name))
                found = inspect_export(folder, json.loads(known), scratch, json.loads(seen))
                # The warehouse reads the same files, so it needs the same extensions and secrets.
                if not is_confined(connection.cursor()):
                    prepare(connection.cursor(), folder)
                    if any(part["format"] == "delta" for part in found["parts"]):
                        load_extension(connection.cursor(), "delta")
                return json.dumps(found)
            except (ExportError, StorageError) as error:
                return json.dumps({"error": str(error)})

        def confine_to(folders: str, files: str) -> str:
            confine(connection.cursor(), [*json.loads(folders), self.scratch.name], json.loads(files))
            return ""

        # All instants are UTC; without this, text without an offset would be read in the machine's own zone.
        connection.execute("set global TimeZone = 'UTC'")
        connection.create_function("confine", confine_to, ["VARCHAR"] * 2, "VARCHAR", side_effects=True)
        connection.create_function("files_in", files_in, ["VARCHAR"], "VARCHAR", side_effects=True)
        connection.create_function("inspect_export", inspect, ["VARCHAR"] * 3, "VARCHAR", side_effects=True)
        connection.create_function("new_pii_key", new_key, [], "VARCHAR", side_effects=True)

    def configure_cursor(self, cursor) -> None:
        """Hand the session its key. Argument: cursor (a session of DuckDB's; variables belong to one only)."""
        hand_over(cursor)


def files_in(folder: str) -> str:
    """Return the names of the files right in a folder as a list in JSON; an empty one where there is no such folder."""
    place = Path(folder)
    return json.dumps(sorted(path.name for path in place.iterdir() if path.is_file()) if place.is_dir() else [])

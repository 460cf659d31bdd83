"""dbt-duckdb's plugin of this project: lets dbt look at an export before it reads it, and hash personal data.

The profile names it (`plugins`), and the folder it is in (`module_paths`).
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from dbt.adapters.duckdb.plugins import BasePlugin
from export_inspection import ExportError, inspect_export
from pii_key import hand_over, new_key
from storage import StorageError, load_extension, prepare


class Plugin(BasePlugin):
    """Gives every connection two SQL functions, and every session the key for hashes.

    inspect_export(folder, known, seen): JSON text, see export_inspection.py; where the export can't be loaded it is
    {"error": message}. new_pii_key(): a random key, see pii_key.py.
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
                prepare(connection.cursor(), folder)
                if any(part["format"] == "delta" for part in found["parts"]):
                    load_extension(connection.cursor(), "delta")
                return json.dumps(found)
            except (ExportError, StorageError) as error:
                return json.dumps({"error": str(error)})

        connection.create_function("inspect_export", inspect, ["VARCHAR"] * 3, "VARCHAR", side_effects=True)
        connection.create_function("new_pii_key", new_key, [], "VARCHAR", side_effects=True)

    def configure_cursor(self, cursor) -> None:
        """Hand the session its key. Argument: cursor (a session of DuckDB's; variables belong to one only)."""
        hand_over(cursor)

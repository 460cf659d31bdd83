"""dbt-duckdb's plugin of this project: lets dbt look at an export before it reads it.

The profile names it (`plugins`), and the folder it is in (`module_paths`).
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from dbt.adapters.duckdb.plugins import BasePlugin
from export_inspection import ExportError, inspect_export
from storage import StorageError, load_extension, prepare


class Plugin(BasePlugin):
    """Gives every connection the SQL function inspect_export(folder, known, seen): JSON text, see export_inspection.py.

    Where the export can't be loaded the JSON is {"error": message}.
    """

    def initialize(self, config) -> None:
        """Make a place for repaired files; it goes when the process ends."""
        self.scratch = tempfile.TemporaryDirectory(prefix="cij-")

    def configure_connection(self, connection) -> None:
        """Register the function. Argument: connection (DuckDB's, to the warehouse)."""

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

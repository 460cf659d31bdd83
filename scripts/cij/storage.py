"""Lets DuckDB read Delta tables and cloud folders: its extensions, from the environment's packages, and its secrets.

Credentials come from the environment or from DuckDB's own secret manager, and go nowhere else.
"""

from __future__ import annotations

import importlib
import os
import re
import shutil
from pathlib import Path

import duckdb

from cij.quoting import sql_text

REMOTE = re.compile(r"^(abfss?|az|azure)://", re.IGNORECASE)
ACCOUNT = re.compile(r"^abfss?://(?:[^/@]+@)?([^./]+)[.](?:dfs|blob)[.]", re.IGNORECASE)


class StorageError(Exception):
    """A folder can't be reached; the message says what is missing."""


def is_remote(folder: str) -> bool:
    """Return whether an export's folder is an address in OneLake or Azure storage."""
    return bool(REMOTE.match(folder))


def load_extension(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Load a DuckDB extension from its package, without any download. Raises StorageError where it isn't installed."""
    try:
        package = Path(importlib.import_module(f"duckdb_extension_{name}").__file__).parent
    except ImportError as error:
        raise StorageError(
            f"DuckDB's extension {name} is not installed: pip install duckdb-extension-{name}"
        ) from error
    file = package / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
    if not file.exists():
        raise StorageError(
            f"DuckDB is {duckdb.__version__}, but the package duckdb-extension-{name} is for another version"
        )
    connection.execute(f"load {sql_text(file)}")


def prepare(connection: duckdb.DuckDBPyConnection, folder: str) -> None:
    """Make a connection able to read an export's folder, local or in the cloud. Raises StorageError.

    For a cloud folder a secret of DuckDB's secret manager that fits is used; else AZURE_STORAGE_CONNECTION_STRING; else
    what Azure's credential chain finds: AZURE_CLIENT_ID and its companions, a managed identity, the Azure CLI's login.
    """
    if not is_remote(folder):
        return
    load_extension(connection, "azure")
    if connection.execute("select count(*) from which_secret(?, 'azure')", [folder]).fetchone()[0]:
        return
    if os.environ.get("AZURE_STORAGE_CONNECTION_STRING"):
        # By way of a variable, so that no statement holds the secret.
        connection.execute("set variable cij_secret = $1", [os.environ["AZURE_STORAGE_CONNECTION_STRING"]])
        connection.execute("create secret cij (type azure, connection_string getvariable('cij_secret'))")
        connection.execute("reset variable cij_secret")
        return
    account = ACCOUNT.match(folder)
    name = f", account_name {sql_text(account[1])}" if account else ""
    # Where the Azure CLI isn't installed, asking for it writes a line of the shell's to the screen.
    chain = "env;workload_identity;managed_identity" + (";cli" if shutil.which("az") else "")
    connection.execute(f"create secret cij (type azure, provider credential_chain, chain '{chain}'{name})")

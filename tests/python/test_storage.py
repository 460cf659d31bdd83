"""Exports in the cloud, as far as they can be tried without one: which secret is made, and what a failure says."""

import json
import socket
import subprocess
import sys

import duckdb
import pytest

from cij import storage
from cij.loading.inspection import ExportError, inspect_export
from damaged import known_tables
from warehouse import PROJECT

KEY = "c2VjcmV0IGtleSBvZiBub2JvZHkgYXQgYWxsLCB3aGljaCBpcyBsb25nIGVub3VnaA=="
VARIABLE = "AZURE_STORAGE_CONNECTION_STRING"


@pytest.fixture
def connection_string():
    """Return a connection string to a port that nothing listens at."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{unused.getsockname()[1]}/devstoreaccount1"
        yield f"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={KEY};BlobEndpoint={endpoint};"


def secret_for(folder: str) -> dict:
    """Return the secret that DuckDB has for a folder once the connection is prepared."""
    with duckdb.connect() as connection:
        storage.prepare(connection, folder)
        cursor = connection.execute("select provider, persistent, secret_string from duckdb_secrets()")
        (secret,) = cursor.fetchall()
        assert connection.execute("select getvariable('cij_secret')").fetchone() == (None,)
        return dict(zip(("provider", "persistent", "text"), secret, strict=True))


def test_local_folder_needs_no_secret(tmp_path):
    with duckdb.connect() as connection:
        storage.prepare(connection, str(tmp_path))
        assert connection.execute("select count(*) from duckdb_secrets()").fetchone() == (0,)


def test_connection_string_becomes_a_secret(monkeypatch, connection_string):
    monkeypatch.setenv(VARIABLE, connection_string)
    secret = secret_for("az://container/export")
    assert secret["provider"] == "config"
    assert not secret["persistent"]
    assert "connection_string=redacted" in secret["text"]


@pytest.mark.parametrize(
    ("folder", "account"),
    [
        ("abfss://workspace@onelake.dfs.fabric.microsoft.com/cij.Lakehouse/Tables", "account_name=onelake"),
        ("abfss://container@stcij.dfs.core.windows.net/export", "account_name=stcij"),
        ("ABFSS://container@stcij.dfs.core.windows.net/export", "account_name=stcij"),
        ("az://container/export", "provider=credential_chain"),
    ],
)
def test_without_it_azure_finds_the_credentials(monkeypatch, folder, account):
    monkeypatch.delenv(VARIABLE, raising=False)
    secret = secret_for(folder)
    assert secret["provider"] == "credential_chain"
    assert not secret["persistent"]
    assert account in secret["text"]


def test_secret_of_the_user_comes_first(monkeypatch, connection_string):
    monkeypatch.setenv(VARIABLE, connection_string)
    with duckdb.connect() as connection:
        storage.load_extension(connection, "azure")
        connection.execute("create secret mine (type azure, provider credential_chain, account_name 'mine')")
        storage.prepare(connection, "az://container/export")
        assert connection.execute("select name from duckdb_secrets()").fetchall() == [("mine",)]


@pytest.mark.parametrize("broken", ["", "no connection string"])
def test_build_over_a_cloud_that_does_not_answer(monkeypatch, tmp_path, connection_string, broken):
    monkeypatch.setenv(VARIABLE, f"{broken};AccountKey={KEY}" if broken else connection_string)
    command = [
        sys.executable,
        PROJECT / "scripts" / "build.py",
        "--raw",
        "az://container/x",
        "--db",
        tmp_path / "x.duckdb",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error: az://container/x: can't be read (")
    assert done.stderr.count("\n") == 1
    assert KEY not in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("extension", ["azure", "delta"])
def test_extension_that_is_not_installed(monkeypatch, tmp_path, extension):
    monkeypatch.setitem(sys.modules, f"duckdb_extension_{extension}", None)
    folder = "az://container/export"
    if extension == "delta":
        folder = str(tmp_path)
        log = tmp_path / "EmailSent" / "_delta_log"
        log.mkdir(parents=True)
        (log / "00000000000000000000.json").write_text(json.dumps({"commitInfo": {}}))
    with pytest.raises(ExportError, match=f"DuckDB's extension {extension} is not installed: pip install"):
        inspect_export(folder, known_tables(), tmp_path)


def test_extension_of_another_version(monkeypatch):
    monkeypatch.setattr(storage, "duckdb", type("Newer", (), {"__version__": "9.9.9"}))
    with pytest.raises(storage.StorageError, match=r"DuckDB is 9\.9\.9, but the package duckdb-extension-delta is for"):
        storage.load_extension(None, "delta")

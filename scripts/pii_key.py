"""The secret key that hashes of personal data are made with; it reaches DuckDB without standing in any SQL text."""

from __future__ import annotations

import hashlib
import os
import secrets

import duckdb

SECRET_NAME = "CIJ_PII_SECRET"
VARIABLE = "cij_pii_key"
STORED_KEY = f"set variable {VARIABLE} = (select pii_key from raw.pii_key)"


def key_of(secret: str) -> str:
    """Return the key that belongs to a secret: 32 hex digits, whatever the secret's length."""
    return hashlib.sha256(f"cij:{secret}".encode()).hexdigest()[:32]


def new_key() -> str:
    """Return a random key."""
    return secrets.token_hex(16)


def hand_over(session: duckdb.DuckDBPyConnection) -> None:
    """Set the key as a session's variable: the environment's, else the one that the warehouse has made, else none."""
    secret = os.environ.get(SECRET_NAME, "")
    if secret:
        session.execute(f"set variable {VARIABLE} = $1", [key_of(secret)])
        return
    try:
        session.execute(STORED_KEY)
    except duckdb.CatalogException:
        return  # Before the first build; the hook at the start of a run makes one and sets it.

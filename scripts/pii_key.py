"""The secret key that hashes of personal data are made with; it reaches DuckDB without standing in any SQL text."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets

import duckdb

SECRET_NAME = "CIJ_PII_SECRET"
VARIABLE = "cij_pii_key"
STORED_KEY = f"set variable {VARIABLE} = (select pii_key from raw.pii_key)"


def key_of(secret: str) -> str:
    """Return the key that belongs to a secret: 128 bits in 22 characters, whatever the secret's length.

    The shorter the key, the more addresses fit into one block of SHA-256 beside it.
    """
    return base64.urlsafe_b64encode(hashlib.sha256(f"cij:{secret}".encode()).digest()[:16]).decode().rstrip("=")


def new_key() -> str:
    """Return a random key, of the same shape."""
    return secrets.token_urlsafe(16)


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

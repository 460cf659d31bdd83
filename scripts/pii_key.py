"""The secret key that hashes of personal data are made with; it reaches DuckDB without standing in any SQL text."""

from __future__ import annotations

import base64
import hashlib
import math
import os
import re
import secrets
import string
from itertools import pairwise

import duckdb

SECRET_NAME = "CIJ_PII_SECRET"
LEAST_BITS = 128
HEX = re.compile("[0-9a-f]+|[0-9A-F]+")
KINDS = {
    "digit": set(string.digits), "lower": set(string.ascii_lowercase), "upper": set(string.ascii_uppercase),
    "sign": set("+/-_"),
}  # fmt: skip
VARIABLE = "cij_pii_key"
STORED_KEY = f"set variable {VARIABLE} = (select pii_key from raw.pii_key)"


class SecretError(Exception):
    """The secret is none that nobody could guess; the message says how to make one, and nothing of it."""


def check_secret() -> None:
    """Raise SecretError where the environment gives a secret that somebody could find by trying."""
    fault = secret_fault()
    if fault:
        raise SecretError(fault)


def secret_fault() -> str:
    """Return what is wrong with the environment's secret; empty where nothing is, or where there is none.

    Whoever has a hash and guesses the secret can try addresses until one fits. How a secret came about can't be seen,
    so it has to look like what random bytes are written as, hex or base64, and like 16 of them at least.
    """
    secret = os.environ.get(SECRET_NAME, "")
    if not secret or (_bits(secret) >= LEAST_BITS and not _is_regular(secret)):
        return ""
    return (
        f"{SECRET_NAME}: could be guessed; it must be 16 random bytes or more, as hex digits or base64. To make one: "
        "python3 -c 'import secrets; print(secrets.token_hex(32))'"
    )


def _bits(secret: str) -> float:
    """Return how many random bits a text of these characters can hold; 0 where it reads like words."""
    kinds = [
        next((kind for kind, characters in KINDS.items() if each in characters), None) for each in secret.rstrip("=")
    ]
    changes = sum(one != other for one, other in pairwise(kinds)) / max(len(kinds) - 1, 1)
    if None in kinds:
        return 0
    if set(kinds) == {"digit"}:
        return len(kinds) * math.log2(10)
    if HEX.fullmatch(secret):
        return len(kinds) * 4 * (changes >= 0.15)
    # Of random characters, six in ten are followed by one of another kind; in words, one in five or fewer.
    return len(kinds) * 6 * (changes >= 0.4 and {"upper", "lower", "digit"} <= set(kinds))


def _is_regular(secret: str) -> bool:
    """Return whether a text repeats itself or counts: at some distance, too many characters or steps come again."""
    codes = [ord(each) for each in secret]
    steps = [after - before for before, after in pairwise(codes)]
    return any(
        sum(one == other for one, other in zip(series, series[lag:], strict=False)) >= 0.4 * (len(series) - lag)
        for series in (codes, steps)
        for lag in range(1, len(series) // 2 + 1)
    )


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

"""The secret key that hashes of personal data are made with; it reaches DuckDB without standing in any SQL text."""

from __future__ import annotations

import base64
import functools
import hashlib
import math
import os
import re
import secrets
import string
from itertools import pairwise

import duckdb

from cij.catalog import has_table
from cij.project import project_macros

SECRET_NAME = "CIJ_PII_SECRET"
LEAST_BITS = 128
HEX = re.compile("[0-9a-f]+|[0-9A-F]+")
KINDS = {
    "digit": set(string.digits), "lower": set(string.ascii_lowercase), "upper": set(string.ascii_uppercase),
    "sign": set("+/-_"),
}  # fmt: skip
# Some 60 milliseconds and 32 MB for each guess.
STRETCHING = {"n": 1 << 15, "r": 8, "p": 1, "maxmem": 1 << 26}
VARIABLE = "cij_pii_key"
STORED_KEY = f"set variable {VARIABLE} = (select pii_key from raw.pii_key)"


class SecretError(Exception):
    """The secret is too short, or has something around it; the message says how to make one, and nothing of it."""


def check_secret() -> None:
    """Raise SecretError where the environment gives a secret that can't be used."""
    fault = secret_fault()
    if fault:
        raise SecretError(fault)


def secret_fault() -> str:
    """Return what is wrong with the environment's secret; empty where nothing is, or where there is none.

    Whoever has a hash and guesses the secret can try addresses until one fits, so it must have room for 16 random
    bytes, as hex digits or base64.
    """
    secret = os.environ.get(SECRET_NAME, "")
    if not secret or (_room(secret) >= LEAST_BITS and secret == secret.strip(" \t\r\n\"'")):
        return ""
    return (
        f"{SECRET_NAME}: could be guessed, or has blanks or quotes around it; it must be 16 random bytes or more, as "
        "hex digits or base64. To make one: python3 -c 'import secrets; print(secrets.token_hex(32))'"
    )


@functools.cache
def key_of(secret: str) -> str:
    """Return the key that belongs to a secret: 128 bits in 22 characters, whatever the secret's length.

    The shorter the key, the more addresses fit into one block of SHA-256 beside it. A secret that somebody thought up
    is stretched first: each guess at it takes as long as this does.
    """
    if not _looks_random(secret):
        secret = hashlib.scrypt(secret.encode("utf-8", "surrogateescape"), salt=b"cij", **STRETCHING).hex()
    digest = hashlib.sha256(f"cij:{secret}".encode("utf-8", "surrogateescape")).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def _room(secret: str) -> float:
    """Return how many random bits a text of these characters can hold at most."""
    if secret.isascii() and secret.isdigit():
        return len(secret) * math.log2(10)
    return len(secret.rstrip("=")) * (4 if HEX.fullmatch(secret) else 6)


def _looks_random(secret: str) -> bool:
    """Return whether a text looks like random bytes in hex or base64, and not like words, a count or a pattern."""
    kinds = [next((kind for kind, signs in KINDS.items() if each in signs), None) for each in secret.rstrip("=")]
    changes = sum(one != other for one, other in pairwise(kinds)) / max(len(kinds) - 1, 1)
    if None in kinds or _is_regular(secret):
        return False
    if HEX.fullmatch(secret):
        return changes >= 0.15
    # Of random characters, six in ten are followed by one of another kind; in words, one in five or fewer.
    return changes >= 0.4 and {"upper", "lower", "digit"} <= set(kinds)


def _is_regular(secret: str) -> bool:
    """Return whether a text repeats itself or counts: at some distance, too many characters or steps come again."""
    codes = [ord(each) for each in secret]
    steps = [after - before for before, after in pairwise(codes)]
    return any(
        sum(one == other for one, other in zip(series, series[lag:], strict=False)) >= 0.4 * (len(series) - lag)
        for series in (codes, steps)
        for lag in range(1, len(series) // 2 + 1)
    )


def make_key(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep a random key in a warehouse that has none, unless the environment gives a secret."""
    if not os.environ.get(SECRET_NAME):
        made = "create table if not exists raw.pii_key as select $1::varchar as pii_key"
        connection.execute(made, [secrets.token_urlsafe(16)])


def hand_over(session: duckdb.DuckDBPyConnection) -> None:
    """Set the key as a session's variable: the environment's, else the warehouse's own, else the sample's."""
    secret = os.environ.get(SECRET_NAME, "")
    if secret:
        session.execute(f"set variable {VARIABLE} = $1", [key_of(secret)])
        return
    try:
        session.execute(STORED_KEY)
    except duckdb.CatalogException:
        # Of an export nothing may be hashed without its own key.
        if not has_table(session, "raw", "loaded_files"):
            session.execute(
                f"set variable {VARIABLE} = $1", [str(project_macros("privacy/pii_key.sql").key_of_the_sample())]
            )

"""Tells whether the rules of the warehouse are those that its last generation was built by.

Two digests: `loading` of what decides which rows are stored and how, so that rows stored under other rules can't stand
beside new ones; `marts` of everything else, which can be made anew from what is stored.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import yaml
from reference_check import PROJECT
from settings_check import PROJECT_FILE, project_settings

LOADING_PLACES = (
    "models/staging", "models/intermediate/families", "macros/staging", "macros/interactions", "macros/engine",
)  # fmt: skip
LOADING_SETTINGS = ("start_date", "business_units", "passthrough_columns", "pii_policy")
ALL_PLACES = ("models", "macros", "seeds/reference", "snapshots", "tests/dbt")
# What can't change any row.
WITHOUT_EFFECT = ("description", "data_tests", "example")


def fingerprints(settings: dict, own_files: list[Path]) -> dict[str, str]:
    """Return both digests, by name.

    Arguments: settings (given to the run, over those of dbt_project.yml), own_files (reference data and the like).
    """
    _, values = project_settings()
    values |= settings
    loading = {name: values.get(name) for name in LOADING_SETTINGS}
    loading["pii_secret"] = _digest_of_secret(os.environ.get("CIJ_PII_SECRET", ""))
    rest = {name: value for name, value in values.items() if name not in LOADING_SETTINGS}
    files = {path for place in ALL_PLACES for path in (PROJECT / place).rglob("*.*") if _counts(path)}
    loading_files = {path for place in LOADING_PLACES for path in files if path.is_relative_to(PROJECT / place)}
    return {
        "loading": _digest(loading, [(str(path.relative_to(PROJECT)), _rules(path)) for path in sorted(loading_files)]),
        "marts": _digest(
            rest,
            [(str(path.relative_to(PROJECT)), path.read_bytes()) for path in sorted(files - loading_files)]
            + [("dbt_project.yml", _project_without_settings())]
            + [(path.name, path.read_bytes()) for path in sorted(own_files)],
        ),
    }


def _digest_of_secret(secret: str) -> str:
    """Return what tells one secret from another, slow to work out so that nobody finds the secret by trying."""
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), b"fingerprint", 200_000).hex() if secret else ""


def _counts(path: Path) -> bool:
    return path.suffix in (".sql", ".yml", ".csv") and not path.name.endswith(".unit.yml")


def _rules(path: Path) -> bytes:
    """Return a file's content, of YAML without its descriptions: a better sentence changes no row that is stored."""
    if path.suffix != ".yml":
        return path.read_bytes()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return _json(_stripped(yaml.load(path.read_text(encoding="utf-8"), Loader=loader)))


def _stripped(value: object) -> object:
    if isinstance(value, dict):
        return {name: _stripped(item) for name, item in value.items() if name not in WITHOUT_EFFECT}
    return [_stripped(item) for item in value] if isinstance(value, list) else value


def _project_without_settings() -> bytes:
    project = yaml.safe_load(PROJECT_FILE.read_text(encoding="utf-8"))
    return _json({name: value for name, value in project.items() if name not in ("vars", "version")})


def _digest(settings: dict, files: list[tuple[str, bytes]]) -> str:
    digest = hashlib.sha256(_json(settings))
    for name, content in files:
        digest.update(f"\n{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, default=str).encode()

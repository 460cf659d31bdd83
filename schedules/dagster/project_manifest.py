"""Finds what dbt knows about the project, the manifest, and has dbt write it anew where the project has changed."""

import os
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
# Dagster's own folder: what `make build` and the refresh parsed is theirs.
TARGET = PROJECT / "target" / "dagster"
SOURCES = ("dbt_project.yml", "profiles", "models", "seeds", "snapshots", "macros", "tests/dbt")


class ManifestError(Exception):
    """dbt can't read the project; the message is dbt's own."""


def project_manifest() -> Path:
    """Return the manifest of the project over an export. Takes some ten seconds where dbt has to write it.

    Raises ManifestError.
    """
    manifest = TARGET / "manifest.json"
    if not manifest.exists() or manifest.stat().st_mtime < _last_change():
        _parse()
    return manifest


def _last_change() -> float:
    """Return when a file that dbt reads was changed last, in seconds since 1970."""
    files = (file for source in SOURCES for file in ([PROJECT / source, *(PROJECT / source).rglob("*")]))
    return max(file.stat().st_mtime for file in files)


def _parse() -> None:
    """Have dbt write the manifest."""
    command = [
        PROJECT / ".venv" / "bin" / "dbt", "--quiet", "parse", "--log-level-file", "none",
        "--project-dir", PROJECT, "--profiles-dir", PROJECT / "profiles", "--target-path", TARGET,
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment())
    except FileNotFoundError as error:
        raise ManifestError(f"{command[0]}: not there; `make build` installs it") from error
    if done.returncode:
        raise ManifestError(done.stdout + done.stderr)


def _environment() -> dict[str, str]:
    """Return this process's environment without Dagster's own Python settings, which are not for dbt's."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}

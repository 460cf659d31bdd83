"""Tells whether the rules of the warehouse are those that its last generation was built by.

Two digests of what the project's files mean (meaning.py): `loading` of what decides which rows are stored and how, so
that rows stored under other rules can't stand beside new ones; `marts` of everything else, which can be made anew from
what is stored. To loading belong the models that keep rows from load to load, the macros, models and reference data
that they name, what those name in turn, and how an export is read.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from cij.checks.meaning import meaning_of_python, meaning_of_sql, meaning_of_yaml, meanings_of_macros
from cij.checks.settings import settings_that_decide_rows
from cij.project import PACKAGE, PROJECT, PROJECT_FILE, project_file, project_settings

# What engines other than DuckDB do decides nothing here.
OTHER_ENGINES = "macros/engine/spark"
PLACES = ("models", "macros", "seeds/reference", "snapshots", "tests/dbt")
# The modules that decide what is read of an export, and how it is hashed, with whatever they import; but for what only
# decides how files are reached.
READERS = {"cij.loading.loader", "cij.pii_key"}
REACHING = {"cij.confinement", "cij.disk", "cij.project", "cij.quoting", "cij.storage"}
IMPORTED = re.compile(r"^\s*from (cij[.\w]+) import", re.MULTILINE)
# What a word may be the name of; macros are called without what dispatches them.
CALLED = ("{}", "duckdb__{}")
CONFIGURED = (*CALLED, "materialization {}", "get_incremental_{}_sql")


def fingerprints(settings: dict, own_files: list[Path], facts: dict | None = None) -> dict[str, str]:
    """Return both digests, by name.

    Arguments: settings (given to the run, over those of dbt_project.yml), own_files (reference data and the like),
    facts (of a generation: its fingerprints hold where no byte of the files has changed since, which is quick to tell).
    """
    if facts and facts.get("exact_digest") == exact_digest(settings, own_files):
        return facts["fingerprints"]
    described, values = project_settings()
    values |= settings
    deciding = settings_that_decide_rows(described, values)
    project = project_file()
    files, stored = list(_files()), _stored(project["models"]["cij"])
    units = _units(files)
    loading = names_of_loading(files, units, stored)
    words = set().union(*(_words(units[name]) for name in loading))
    seeds = {path.stem: path for path in files if path.suffix == ".csv" and path.stem in words}
    own_seeds = [path for path in own_files if path.stem in seeds]
    return {
        "loading": _digest({
            "settings": {name: values[name] for name in deciding} | {"pii_secret": _digest_of_secret()},
            "stored": stored, "units": {name: units[name] for name in loading},
            "seeds": [_columns(path, words) for path in (*seeds.values(), *sorted(own_seeds))],
            "readers": {name: meaning_of_python(text) for name, text in _readers().items()},
        }),
        "marts": _digest({
            "settings": {name: value for name, value in values.items() if name not in deciding},
            "project": {name: value for name, value in project.items() if name not in ("vars", "version")},
            "units": {name: text for name, text in units.items() if name not in loading},
            "own_files": {path.name: _digest_of(path) for path in own_files},
        }),
    }  # fmt: skip


def names_of_loading(files: list[Path], units: dict[str, str], stored: dict[str, dict]) -> set[str]:
    """Return the macros and models that decide which rows are stored, and how.

    Arguments: files (of the project), units (what each macro and model means, by name), stored (see _stored).
    """
    named = _named_by(_words(json.dumps(stored)), units, CONFIGURED)
    named |= {name for place in stored for name in _models_in(place, files)}
    return named | _named_by(set().union(*(_words(units[name]) for name in named)), units, CALLED)


def exact_digest(settings: dict, own_files: list[Path]) -> str:
    """Return a digest of all that fingerprints() looks at, byte for byte."""
    files = [*_files(), PROJECT_FILE, *PACKAGE.rglob("*.py"), *own_files]
    return _digest([settings, _digest_of_secret(), {str(path): _digest_of(path) for path in files}])


def _files() -> Iterator[Path]:
    for place in PLACES:
        for path in sorted((PROJECT / place).rglob("*.*")):
            is_read = path.suffix in (".sql", ".yml", ".csv") and not path.name.endswith(".unit.yml")
            if is_read and not path.is_relative_to(PROJECT / OTHER_ENGINES):
                yield path


def _units(files: list[Path]) -> dict[str, str]:
    """Return what each macro and model means, by name, and other files by their path. A model's YAML is part of it."""
    units: dict[str, str] = {}
    for path in files:
        text, name = path.read_text(encoding="utf-8"), str(path.relative_to(PROJECT))
        if path.suffix == ".sql" and path.is_relative_to(PROJECT / "macros"):
            units |= meanings_of_macros(text)
        elif path.suffix == ".sql":
            units[path.stem] = meaning_of_sql(text)
        elif path.suffix == ".yml":
            units[name] = meaning_of_yaml(text)
            if path.stem in units:
                # Which tests a model has decides none of its rows.
                units[path.stem] += meaning_of_yaml(text, without=("data_tests",))
        else:
            units[name] = text
    return units


def _stored(models: dict) -> dict[str, dict]:
    """Return how the folders and models are configured whose rows can't be made anew, by their path.

    Argument: models (what dbt_project.yml says of all).
    """
    found = {}

    def look(configs: dict, place: str) -> None:
        for name, config in configs.items():
            if isinstance(config, dict) and not name.startswith("+"):
                look(config, f"{place}/{name}")
                is_restated = str(config.get("+incremental_strategy")).startswith("restate")
                if "incremental" in str(config.get("+materialized")) and not is_restated:
                    found[f"{place}/{name}"] = config

    look({name: config for name, config in models.items() if name != "marts"}, "models")
    return found


def _models_in(place: str, files: list[Path]) -> Iterator[str]:
    """Yield the names of the models in a folder, or of the one model that has this path."""
    for path in files:
        if path.suffix == ".sql" and path.with_suffix("").is_relative_to(PROJECT / place):
            yield path.stem


def _readers() -> dict[str, str]:
    """Return the modules that decide what is read, by name: their text."""
    texts, names = {}, READERS
    while names:
        found = {name: _module(name).read_text(encoding="utf-8") for name in names}
        texts |= found
        names = {name for text in found.values() for name in IMPORTED.findall(text)} - texts.keys() - REACHING
    return texts


def _module(name: str) -> Path:
    return (PACKAGE.parent / name.replace(".", "/")).with_suffix(".py")


def _named_by(words: set[str], units: dict[str, str], forms: Iterable[str]) -> set[str]:
    """Return the units that words name, and what those name in turn. Argument: forms (in which a word is a name)."""
    named: set[str] = set()
    while words:
        found = {form.format(word) for word in words for form in forms} & units.keys() - named
        named |= found
        words, forms = set().union(*(_words(units[name]) for name in found)), CALLED
    return named


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def _columns(seed: Path, words: set[str]) -> list[list[str]]:
    """Return those columns of a file of reference data that words name."""
    with seed.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    return [list(column) for column in zip(*rows, strict=False) if column[0] in words]


def _digest_of_secret() -> str:
    """Return what tells one secret from another, slow to work out so that nobody finds the secret by trying."""
    secret = os.environ.get("CIJ_PII_SECRET", "")
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), b"fingerprint", 200_000).hex() if secret else ""


def _digest_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()

"""Where the project's files are, what dbt_project.yml says, and macros that Python and dbt share."""

import functools
from pathlib import Path

import jinja2
import yaml

PACKAGE = Path(__file__).resolve().parent
PROJECT = PACKAGE.parent.parent
PROJECT_FILE = PROJECT / "dbt_project.yml"


def project_file() -> dict:
    """Return what dbt_project.yml says."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(PROJECT_FILE.read_text(encoding="utf-8"), Loader=loader)


def project_settings() -> tuple[dict[str, dict], dict]:
    """Return how dbt_project.yml describes each setting, and the values it gives."""
    values = project_file()["vars"]
    return values.pop("settings"), values


@functools.cache
def schemas() -> frozenset[str]:
    """Return the schemas of a warehouse: those that dbt_project.yml names, and the loader's."""
    found, parts = {"raw"}, [project_file()]
    while parts:
        part = parts.pop()
        found |= {part["+schema"]} if "+schema" in part else set()
        parts += [below for below in part.values() if isinstance(below, dict)]
    return frozenset(found)


@functools.cache
def project_macros(path: str) -> jinja2.environment.TemplateModule:
    """Return the macros of a file as functions, so that Python says and decides what dbt does.

    Argument: path (below macros/). They may call nothing that dbt alone has but for the kind of its target, which is
    DuckDB here, and return text.
    """
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    environment.globals["target"] = {"type": "duckdb"}
    return environment.from_string((PROJECT / "macros" / path).read_text(encoding="utf-8")).module


def installed_packages() -> list[str]:
    """Return the names of the packages of dbt that stand beside the project, put there by `dbt deps`."""
    files = sorted(PROJECT.glob("dbt_packages/*/dbt_project.yml"))
    return [yaml.safe_load(file.read_text(encoding="utf-8"))["name"] for file in files]

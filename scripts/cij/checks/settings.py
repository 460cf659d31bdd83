"""Looks at the settings before anything is built: is each of them known, and can it have its value?"""

import json
import sys

import duckdb
import yaml

from cij.project import installed_packages, project_macros, project_settings

OWN_OPTIONS = {"reference_path": "REFERENCE", "erasure_path": "ERASURES"}


class SettingsError(Exception):
    """A setting can't have its value; the message names it and says what it takes."""


def check_settings(text: str) -> dict:
    """Return the settings that a text gives, as YAML or JSON.

    Raises SettingsError at the first of them, or of those in dbt_project.yml, that the build couldn't use.
    """
    given = _read(text)
    described, values = project_settings()
    for name, option in OWN_OPTIONS.items():
        if name in given:
            raise SettingsError(f"VARS: {name} has its own option here; say {option}=")
    checker = project_macros("settings/setting_fault.sql")
    with duckdb.connect() as connection:
        names = connection.sql(str(project_macros("engine/calendar.sql").duckdb__time_zone_names())).fetchall()
    zones = [name for (name,) in names]
    fault = str(checker.setting_fault(described, values | given, zones, installed_packages())).strip()
    if fault:
        raise SettingsError(fault)
    return given


def passthrough_of(settings: dict) -> dict[str, list]:
    """Return the columns of the user's own to load, by table. Argument: settings (over those of dbt_project.yml)."""
    return (project_settings()[1] | settings)["passthrough_columns"]


def as_option(settings: dict) -> str:
    """Return settings as dbt's option --vars takes them: YAML that any text survives, which JSON's escapes aren't."""
    plain = json.loads(json.dumps(settings, default=str))
    return yaml.safe_dump(plain, default_flow_style=True, width=sys.maxsize, sort_keys=True)


def settings_that_decide_rows(described: dict[str, dict], values: dict) -> list[str]:
    """Return the names of the settings that decide which rows are stored, and how.

    Arguments: described (as project_settings() returns it), values (of all settings, by name).
    """
    macros = project_macros("settings/settings_that_decide_rows.sql")
    return str(macros.settings_that_decide_rows(described, values)).split()


def _read(text: str) -> dict:
    try:
        given = yaml.safe_load(text) or {}
    except (yaml.YAMLError, ValueError) as error:
        raise SettingsError("VARS: neither YAML nor JSON, or a day that no calendar has") from error
    if not isinstance(given, dict):
        raise SettingsError("VARS: must name settings and their values, such as {report_timezone: Europe/Berlin}")
    return given

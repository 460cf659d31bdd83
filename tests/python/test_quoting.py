"""Whatever a name or a value is, it stays one: in Python's SQL, in dbt's, and in messages."""

import math
import re

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import hostile
from cij.checks.settings import SettingsError, check_settings
from cij.commands import build
from cij.project import project_macros, project_settings
from cij.quoting import shown, sql_name, sql_text, sql_texts
from warehouse import PROJECT

MACROS = project_macros("engine/quoting.sql")
# SQL can hold no NUL, and UTF-8 no half characters: both are refused where a file has them.
ANY_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
WAYS = {
    "Python": (sql_name, sql_text, sql_texts),
    "Jinja": (
        lambda name: str(MACROS.sql_name(name)),
        lambda value: str(MACROS.sql_text(value)),
        lambda values: f"[{MACROS.sql_texts(values)}]",
    ),
}


def check(way: str, text: str) -> None:
    """Fail unless DuckDB gives a text back, as a column's name and as a value."""
    name, value, values = WAYS[way]
    with duckdb.connect() as connection:
        found = connection.execute(f"select {value(text)} as {name('x' + text)}, {values([text, text])}")
        assert found.description[0][0] == "x" + text
        assert found.fetchall() == [(text, [text, text])]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("text", hostile.TEXTS)
def test_a_hostile_text_stays_a_text(way, text):
    check(way, text)


@pytest.mark.parametrize("way", WAYS)
@given(text=ANY_TEXT)
@example(text="'\"\\")
def test_any_text_stays_a_text(way, text):
    check(way, text)


def test_nothing_else_quotes_names():
    """dbt's own way leaves a quote within a name as it is."""
    places = [
        path for folder in ("macros", "models", "snapshots", "tests/dbt") for path in (PROJECT / folder).rglob("*.sql")
    ]
    assert len(places) > 200
    assert [
        path
        for path in places
        if re.search(r"adapter[.]quote\(|api[.]Column", path.read_text("utf-8")) and path.stem != "quoting"
    ] == []


def test_engines_alone_trim_texts_and_change_their_case():
    """What other engines take for a blank, or for a letter's counterpart, differs."""
    places = [
        path
        for folder in ("macros", "models")
        for path in (PROJECT / folder).rglob("*.sql")
        if "engine" not in path.relative_to(PROJECT).parts
    ]
    assert len(places) > 200
    assert [path for path in places if re.search(r"\b(lower|upper|trim)\((?!\))", path.read_text("utf-8"))] == []


@pytest.mark.parametrize("text", hostile.TEXTS)
def test_a_message_shows_a_name_without_what_moves_the_cursor(text):
    assert shown(text).isprintable()
    assert shown("EmailSent/part 0.csv") == "EmailSent/part 0.csv"


def test_what_a_run_prints_moves_no_cursor(capsys):
    build.report_errors(["\x1b[2Jgone\u202e"])
    assert capsys.readouterr().err == "error: \\x1b[2Jgone\\u202e\n"


def test_a_setting_is_what_it_may_be_or_refused():
    """What is no list, and no path, is refused where it is none of the few values that the setting takes."""
    described, values = project_settings()
    fault_of = project_macros("settings/setting_fault.sql").setting_fault
    checked = 0
    for name, rules in described.items():
        if rules["kind"] in ("text", "ids", "lists_by_name"):
            continue
        wrong = [text for text in hostile.TEXTS if (rules["kind"], text) != ("date", "2024-01-01")]
        for value in (*wrong, math.inf, -math.inf, math.nan, 10**400):
            assert (
                str(fault_of(described, values | {name: value}, ["UTC", "Europe/Berlin"]))
                .strip()
                .startswith(f"{name}: ")
            )
            checked += 1
    assert checked > 500


def test_settings_hold_no_jinja():
    """dbt runs what a setting of text holds of it, before anything can look at it."""
    for text in ("{{ env_var('CIJ_PII_SECRET') }}", "a{% set x = 1 %}", "{# a #}"):
        with pytest.raises(SettingsError, match=r"^report_timezone: must hold no Jinja"):
            check_settings(f"{{report_timezone: {yaml_text(text)}}}")


def yaml_text(text: str) -> str:
    """Return a text as YAML writes any."""
    return '"' + "".join(f"\\U{ord(sign):08x}" for sign in text) + '"'

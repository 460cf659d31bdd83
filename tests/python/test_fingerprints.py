"""Fingerprints: what changes rows that are stored, what changes marts, and what changes nothing but words."""

import functools
import hashlib
import re
import shutil
from pathlib import Path

import pytest
import yaml

from cij import project
from cij.checks import fingerprints
from cij.checks.meaning import meaning_of_sql, meanings_of_macros
from warehouse import PROJECT

CAST = "macros/engine/cast.sql"
STAGED = "models/staging/email/stg_cij__email_sent.yml"
FACT = "models/marts/journeys/fct_journey_runs"
EDITED: dict[Path, str] = {}
NEITHER, LOADING, MARTS, BOTH = set(), {"loading"}, {"marts"}, {"loading", "marts"}


@pytest.fixture(scope="module")
def whole_copy(tmp_path_factory):
    """Return a copy of the project's files."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("models", "macros", "seeds/reference", "snapshots", "tests/dbt", "scripts"):
        shutil.copytree(PROJECT / name, folder / name)
    shutil.copy(PROJECT / "dbt_project.yml", folder)
    return folder


@pytest.fixture
def copy(whole_copy, monkeypatch):
    """Return the copy, which fingerprints are taken of; what `edit` does to it is undone after the test."""
    monkeypatch.setattr(fingerprints, "PROJECT", whole_copy)
    monkeypatch.setattr(fingerprints, "PACKAGE", whole_copy / "scripts" / "cij")
    for module in (fingerprints, project):
        monkeypatch.setattr(module, "PROJECT_FILE", whole_copy / "dbt_project.yml")
    yield whole_copy
    while EDITED:
        path, text = EDITED.popitem()
        path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def before():
    """Return the fingerprints of the project as it is, which remember what each file means."""
    with pytest.MonkeyPatch.context() as patch:
        # Its digest is slow on purpose.
        patch.delenv("CIJ_PII_SECRET", raising=False)
        for name in ("meaning_of_sql", "meaning_of_yaml", "meanings_of_macros", "meaning_of_python"):
            patch.setattr(fingerprints, name, functools.cache(getattr(fingerprints, name)))
        yield fingerprints.fingerprints({}, [])


def changed(before: dict, settings: dict | None = None, own_files: list[Path] = ()) -> set[str]:
    """Return which fingerprints are others than before."""
    after = fingerprints.fingerprints(settings or {}, list(own_files))
    assert after.keys() == before.keys() == BOTH
    return {name for name in after if after[name] != before[name]}


def edit(path: Path, pattern: str, replacement: str, everywhere: bool = False) -> None:
    """Replace the first place in a file that a pattern finds, or all of them."""
    EDITED[path] = path.read_text(encoding="utf-8")
    text, count = re.subn(pattern, replacement, EDITED[path], count=0 if everywhere else 1, flags=re.MULTILINE)
    assert count, f"{path.name} has no {pattern}"
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "pattern", "replacement"),
    [
        (CAST, r"\A", "{#- Another comment. -#}\n"),
        (CAST, r"^(\{% macro [^\n]*)$", "\\1\n    {#- It isn't what you think. -#}"),
        ("macros/interactions/deduplicate.sql", r"^begin;", "-- it's a transaction\nbegin;  /* really */"),
        ("macros/staging/stage_entity.sql", r"^select$", "select  -- what the YAML says"),
        ("macros/staging/stage_entity.sql", r"^where\n    ", "where\n\n        "),
        ("macros/staging/stage_entity.sql", r"\Z", "\n\n"),
        ("macros/engine/quoting.sql", r"^(\{#-)$", r"\1 Of all that is quoted."),
        ("macros/staging/loads.sql", r"which is not selected", "which is left out"),
        ("macros/README.md", r"\A", "Read me.\n"),
        (STAGED, r'description: "', 'description: "Better: '),
        (STAGED, r"\A", "# a comment\n"),
        (FACT + ".yml", r"One row per", "Better: one row per"),
        (FACT + ".sql", r"\A", "-- a comment\n"),
        (FACT + ".sql", r"\Z", "\n"),
        ("seeds/reference/reference.yml", r'description: "', 'description: "Better: '),
        ("tests/dbt/identities/no_activity_is_lost.sql", r"\A", "-- a comment\n"),
        ("scripts/cij/loading/csv_repair.py", r'\A"""', '"""Really: '),
        ("scripts/cij/loading/csv_repair.py", r"^(import re)$", r"\1  # for what follows"),
        ("scripts/cij/loading/inspection.py", r"all of its files are empty; there", "nothing in its files; there"),
        ("scripts/cij/storage.py", r"\Z", "\nANOTHER = 1\n"),
        ("dbt_project.yml", r"meaning: .*$", "meaning: something else"),
        ("dbt_project.yml", r"\A", "# a comment\n"),
    ],
)  # fmt: skip
def test_words_change_nothing(copy, before, file, pattern, replacement):
    path = copy / file
    if path.suffix == ".md":
        path.touch()
    edit(path, pattern, replacement)
    assert changed(before) == NEITHER


def test_names_of_own_variables_change_nothing(copy, before):
    edit(copy / "macros" / "staging" / "stage_entity.sql", r"\bcasts\b", "values_in_sql", everywhere=True)
    assert changed(before) == NEITHER


def test_where_a_macro_stands_changes_nothing(copy, before):
    whole = re.escape((copy / "macros" / "rate.sql").read_text(encoding="utf-8"))
    edit(copy / "macros" / "statistics.sql", r"\Z", (copy / "macros" / "rate.sql").read_text(encoding="utf-8"))
    edit(copy / "macros" / "rate.sql", whole, "")
    assert changed(before) == NEITHER


@pytest.mark.parametrize(
    ("file", "pattern", "replacement", "expected"),
    [
        (CAST, r"try_cast", "cast", LOADING),
        ("macros/surrogate_key.sql", r"^    md5\(", "    sha1(", LOADING),
        ("macros/privacy/pii_policy.sql", r"'hash'|\"hash\"", '"hashed"', LOADING),
        ("macros/staging/stage_entity.sql", r"23:59:59.999999", "23:59:59", LOADING),
        ("macros/staging/stage_entity.sql", r'"_", ""', '"_", "-"', LOADING),
        ("macros/interactions/deduplicate.sql", r"asc nulls last", "desc nulls last", LOADING),
        (STAGED, r"data_type: timestamp", "data_type: varchar", BOTH),
        ("models/intermediate/int_source_files.sql", r"this_load\(\)", "this_load() + 1", LOADING),
        ("models/ops/rejected_rows.sql", r"\bselect\b", "select distinct", LOADING),
        ("seeds/reference/sms_keywords.csv", r"\Z", "away,opt_out,en\n", BOTH),
        ("scripts/cij/loading/csv_repair.py", r"MOST_IN_A_ROW \+ 1", "MOST_IN_A_ROW + 2", LOADING),
        ("scripts/cij/loading/walk.py", r"\Z", "\nANOTHER = 1\n", LOADING),
        ("dbt_project.yml", r"incremental_strategy: append_new", "incremental_strategy: append", BOTH),
        (FACT + ".sql", r"\bselect\b", "select distinct", MARTS),
        (FACT + ".yml", r"data_type: varchar", "data_type: text", MARTS),
        (STAGED, r"^    config:$", "    data_tests: [unique]\n    config:", MARTS),
        ("macros/engine/calendar.sql", r"macro report_date\(", "macro report_date(more, ", MARTS),
        ("seeds/reference/interaction_types.csv", r",[a-z_]+$", ",fct_goals", MARTS),
        ("seeds/reference/block_reasons.csv", r"\Z", "another,true,other_consent,\n", MARTS),
        ("tests/dbt/identities/no_activity_is_lost.sql", r"\bselect\b", "select distinct", MARTS),
        ("snapshots/history.yml", r"\A", "# c\nversion: 2\n", MARTS),
    ],
)
def test_rules_are_told_apart(copy, before, file, pattern, replacement, expected):
    edit(copy / file, pattern, replacement)
    assert changed(before) == expected


def test_what_stands_in_a_text_is_no_comment():
    assert meaning_of_sql("select '--a'  as b -- c") == meaning_of_sql("select\n'--a' as b")
    for one, other in (
        ("select '--a'", "select '--b'"),
        ("select 'a  b'", "select 'a b'"),
        ("select 'it''s -- a'", "select 'it''s -- b'"),
        ("select '/*a*/'", "select '/*b*/'"),
        ("select {{ a }} b", "select {{ a }}b"),
        ("select 1 -- {{ ref('a') }}", "select 1 -- {{ ref('b') }}"),
        ("{% set a = 1 %}{{ a }}{{ b }}", "{% set b = 1 %}{{ b }}{{ b }}"),
        ("{% set a = 1 %}{{ f(a=b) }}", "{% set c = 1 %}{{ f(c=b) }}"),
    ):
        assert meaning_of_sql(one) != meaning_of_sql(other), one


def test_a_macro_is_what_it_says_alone():
    text = "{% macro a() %}x{% endmacro %}\n{% materialization view, adapter='b' %}y{% endmaterialization %}"
    assert list(meanings_of_macros(text)) == ["a", "materialization view"]


# Settings


def test_settings_that_decide_rows_are_rules_of_loading(before):
    described, values = project.project_settings()
    others = {"hash": "mask", "": "2024-01-01", "2015-01-01": "2016-01-01", "2040-12-31": "2039-12-31"}
    decide = [name for name, rules in described.items() if rules.get("decides_rows")]
    assert decide == [
        "start_date", "business_units", "pii_policy", "passthrough_columns", "dim_dates_start", "dim_dates_end",
    ]  # fmt: skip
    for name in decide:
        value = others[values[name]] if isinstance(values[name], str) else ["another"]
        assert changed(before, {name: value}) >= LOADING, name
        assert changed(before, {name: values[name]}) == NEITHER
    assert changed(before, {"report_timezone": "Asia/Kolkata"}) == MARTS
    assert changed(before, {"hard_bounce_limit": 0.1}) == MARTS
    started = fingerprints.fingerprints({"start_date": "2024-01-01"}, [])
    assert "loading" in changed(started, {"start_date": "2024-01-01", "report_timezone": "Asia/Kolkata"})
    # A day is one, with quotes or without.
    assert changed(started, yaml.safe_load("start_date: 2024-01-01")) == NEITHER


def test_the_secret_is_a_rule_of_loading_and_stands_nowhere(before, monkeypatch):
    secret = hashlib.sha256(b"nobody's business").hexdigest()
    monkeypatch.setenv("CIJ_PII_SECRET", secret)
    assert changed(before) == LOADING
    assert secret not in str(fingerprints.fingerprints({}, [])) + fingerprints.exact_digest({}, [])


def test_reference_data_of_the_users_own_is_a_rule(before, tmp_path):
    reasons, keywords, people = (tmp_path / name for name in ("block_reasons.csv", "sms_keywords.csv", "people.csv"))
    reasons.write_text("reason,is_consent_block,consent_reason,block_category\nours,true,other_consent,\n")
    keywords.write_text((PROJECT / "seeds/reference/sms_keywords.csv").read_text().splitlines()[0] + "\nours,,\n")
    people.write_text("profile_type,profile_id\n")
    assert changed(before, own_files=[reasons]) == changed(before, own_files=[people]) == MARTS
    # Which words of a reply stay readable is decided when it is stored.
    assert changed(before, own_files=[keywords]) == BOTH


# Costs


def test_files_that_did_not_change_are_not_read_for_their_meaning(copy, before, monkeypatch):
    facts = {"exact_digest": fingerprints.exact_digest({}, []), "fingerprints": before}
    monkeypatch.setattr(fingerprints, "_units", lambda: pytest.fail("were read"))
    assert fingerprints.fingerprints({}, [], facts) == before
    edit(copy / CAST, r"\A", "{#- Another comment. -#}\n")
    assert fingerprints.exact_digest({}, []) != facts["exact_digest"]
    assert fingerprints.exact_digest({"start_date": "2024-01-01"}, []) != facts["exact_digest"]

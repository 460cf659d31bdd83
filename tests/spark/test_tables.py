"""Times, aggregates, hashes and tables: what the macros of both engines make of the same rows."""

from __future__ import annotations

import json
from datetime import date, timedelta

import duckdb
import pytest

from engines import ENGINES, QuestionError, _manifest, _rendered, ask, differences, spark_session

# Times

TIMES = [
    None, "2024-03-31 00:59:59.999999", "2024-03-31 01:00:00", "2024-10-27 00:30:00", "2024-10-27 01:00:00",
    "1970-01-01 00:00:00", "2024-02-29 23:59:59", "2011-12-30 10:00:00", "1900-01-01 00:00:00", "2037-07-01 12:00:00",
    "2100-07-01 12:00:00",
]  # fmt: skip
# One that Java's midnights differ in, one without a midnight in spring, one that left a day out, and halves of hours.
ZONES = [
    "UTC", "Europe/Berlin", "America/Havana", "Atlantic/Azores", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia",
    "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca",
]  # fmt: skip
DAYS = [
    "2024-03-31", "2024-10-27", "2024-11-03", "2024-03-10", "2018-11-04", "2018-02-18", "2011-12-30", "2022-03-27",
    "2022-10-30", "2024-01-01",
]  # fmt: skip


def test_time_arithmetic():
    questions = {
        "seconds": "{{ seconds_between('x', \"timestamp '2024-01-01 00:00:00.123457'\") }}",
        "weekday": "{{ iso_day_of_week('x') }}",
        "month": "{{ month_start('x') }}",
        "month of day": "{{ month_start('cast(x as date)') }}",
        "later": "{{ months_later('cast(x as date)', 12) }}",
        "a month later": "{{ months_later('cast(x as date)', 1) }}",
    }
    assert differences(ask(questions, TIMES, "TIMESTAMP"), TIMES) == []


def test_time_zones():
    """The var can't be set for a single question, so another zone is put in the place of its default."""
    questions = {}
    for zone in ZONES:
        of_zone = "".join(
            f" | replace(\"{before}'UTC'{after}\", \"{before}'{zone}'{after}\")"
            for before, after in (("timezone(", ", timezone('UTC', x"), ("timezone(", ", timestamp"), (", ", ")"))
        )
        report_time = "adapter.dispatch('report_time', 'cij')('x')"
        starts = ", ".join(f"cast({{{{ start_of_day('{day}') }}}} as string)" for day in DAYS)
        questions[f"local time in {zone}"] = f"{{{{ {report_time}{of_zone} }}}}"
        questions[f"days in {zone}"] = (
            f"{{% set starts %}}concat_ws(', ', {starts}){{% endset %}}{{{{ starts{of_zone} }}}}"
        )
    given = ask(questions, TIMES, "TIMESTAMP")
    assert given["duckdb"]["days in Atlantic/Azores"][0].split(", ")[1] == "2024-10-27 01:00:00"
    assert given["duckdb"]["local time in Asia/Kolkata"][2] == "2024-03-31 06:30:00"
    assert differences(given, TIMES) == []


# Tables


@pytest.fixture(scope="module")
def tables():
    """Return a function that asks all engines a whole query. Returns {engine: sorted rows}."""

    def asked(query: str) -> dict[str, list]:
        rows = {}
        for engine, (target, ansi) in ENGINES.items():
            sql = _rendered(target, {"query": query})["query"]
            if target == "spark":
                spark_session().conf.set("spark.sql.ansi.enabled", ansi)
                rows[engine] = [tuple(row) for row in spark_session().sql(sql).collect()]
            else:
                with duckdb.connect() as connection:
                    rows[engine] = connection.execute(sql).fetchall()
            rows[engine].sort(key=repr)
        return rows

    return asked


def agreed(answers: dict[str, list]) -> list:
    """Return what all engines answered."""
    assert answers["spark"] == answers["spark ansi"] == answers["duckdb"]
    return answers["duckdb"]


@pytest.mark.parametrize(
    ("first", "last"), [("2024-02-28", "2024-03-02"), ("2024-01-01", "2024-01-01"), ("2024-01-02", "2024-01-01")]
)
def test_a_series_of_days(tables, first, last):
    days = agreed(tables(f"select date_day from {{{{ date_series('{first}', '{last}') }}}} as series"))
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    assert days == [(start + timedelta(days=n),) for n in range((end - start).days + 1)]


VALUES = """(
    select 'a' as g, cast(null as {{ sql_type('varchar') }}) as v, 1 as o, 'x' as t union all
    select 'a', 'b', 2, null union all select 'a', 'c', null, 'y' union all select 'b', 'd', null, null union all
    select 'b', null, null, 'z' union all select 'c', 'e', 5, 'Z' union all select 'c', 'f', 5, 'é' union all
    select 'c', 'h', 5, null union all select 'd', 'g', 1, 'not met'
) as given"""


def test_first_and_last_by(tables):
    found = agreed(tables(
        "select g, {{ first_by('v', ['o', 't'], \"g != 'd'\") }} as first_v, "
        "{{ last_by('v', ['o', 't'], \"g != 'd'\") }} as last_v, "
        "{{ first_by('v', ['o'], 'o = 2') }} as one from " + VALUES + " group by g"
    ))  # fmt: skip
    assert found == [("a", None, "b", "b"), ("b", None, None, None), ("c", "e", "f", None), ("d", None, None, None)]


@pytest.mark.parametrize(("numbers", "expected"), {
    "1, 2": [1.5, 1.9], "7": [7.0, 7.0], "1, null, 4, 10": [4.0, 8.8], "null": None,
}.items())  # fmt: skip
def test_a_quantile(tables, numbers, expected):
    rows = " union all ".join(f"select cast({number} as double) as n" for number in numbers.split(", "))
    query = (
        f"select {{{{ quantile('n', 0.5) }}}} as median, {{{{ quantile('n', 0.9) }}}} as high from ({rows}) as numbers"
    )
    for ((median, high),) in tables(query).values():
        assert [median, high] == (pytest.approx(expected, rel=1e-12) if expected else [None, None])


def test_rejects_one_by_one(tables):
    query = (
        "{% set rejects = [{'condition': 'o is null', 'column_name': \"'o'\", 'reason': \"'is null'\", "
        "'raw_value': 't'}, "
        "{'condition': \"v = 'b'\", 'column_name': \"'v'\", 'reason': \"'is b'\", 'raw_value': 'v'}] %}"
        "select * from {{ unnested_rejects(rejects, {'g': 'g', 'twice': 'o * 2'}, 'VALUES_HERE') }} as rejects"
    ).replace("'VALUES_HERE'", "values_here")
    query = "{% set values_here %}" + VALUES + "{% endset %}" + query
    assert agreed(tables(query)) == [
        ("a", 4, "v", "is b", "b"), ("a", None, "o", "is null", "y"), ("b", None, "o", "is null", "z"),
        ("b", None, "o", "is null", None),
    ]  # fmt: skip


def test_quick_hashes(tables):
    """Equal values have one, and where a null stands matters."""
    values = [("null", "'a'"), ("'a'", "null"), ("'a'", "'a'"), ("''", "'a'"), ("null", "null")]
    text = "{{ sql_type('varchar') }}"
    rows = " union all ".join(
        f"select cast({v} as {text}) as v, cast({t} as {text}) as t, 1 as o" for v, t in values * 2
    )
    hashes = "count(distinct {{ quick_hash(['v', 't', 'o']) }}), count({{ quick_hash(['v']) }})"
    assert agreed(tables(f"select count(*), {hashes} from ({rows}) as given")) == [(10, 5, 10)]


def test_rows_as_json(tables):
    query = "{{ json_of_rows('select ' ~ sql_text(\"it's\") ~ ' as name, cast(null as string) as nothing, 1 as n') }}"
    for answer in tables(query).values():
        assert [text.replace(" ", "") for (text,) in answer] == ['[{"name":"it\'s","nothing":null,"n":1}]']
    for answer in tables('{{ json_of_rows("select 1 as n where 1 = 0") }}').values():
        assert answer == [("[]",)]


def told(**questions: str) -> dict[str, str]:
    """Return what macros say when they are run, not only parsed. Arguments: questions (name -> Jinja)."""
    try:
        return _rendered("spark", {name: f"{{% if execute %}}{text}{{% endif %}}" for name, text in questions.items()})
    finally:  # dbt leaves a question that failed in its manifest, where the next one would be its double
        _manifest("spark").nodes.pop("sql_operation.cij.inline_query", None)


def test_columns_of_a_query_by_the_names_of_duckdb():
    columns = """(
        select 'a' as `null`, 1 as `b c`, cast(1 as bigint) as `123`, cast(1 as decimal(10, 2)) as d,
            cast(null as binary) as e, cast(null as timestamp_ntz) as f, current_timestamp() as g, true as h,
            cast(1 as float) as i, current_date() as j, array(1) as k
    ) as given"""
    found = told(columns=f"{{% set given %}}{columns}{{% endset %}}{{{{ tojson(columns_of(given)) }}}}")["columns"]
    assert [(column["name"], column["type"]) for column in json.loads(found)] == [
        ("null", "VARCHAR"), ("b c", "INTEGER"), ("123", "BIGINT"), ("d", "DECIMAL(10,2)"), ("e", "BLOB"),
        ("f", "TIMESTAMP"), ("g", "TIMESTAMP"), ("h", "BOOLEAN"), ("i", "FLOAT"), ("j", "DATE"), ("k", "ARRAY<INT>"),
    ]  # fmt: skip


def test_reserved_words_and_names_of_time_zones():
    found = told(
        words="{{ reserved_words() | join(' ') }}",
        zones="{{ run_query(time_zone_names()).columns[0].values() | join(' ') }}",
    )
    assert {"select", "from", "where", "order", "union"} <= set(found["words"].split())
    zones = found["zones"].split()
    assert len(zones) > 400
    assert set(zones) >= set(ZONES)
    assert not set(zones) & {"Cuba", "BST"}


def test_a_missing_value_fails_with_its_message():
    with pytest.raises(Exception, match="it's missing"):
        spark_session().sql(
            told(sql="select {{ or_fail('cast(null as string)', \"it's missing\") }} as x")["sql"]
        ).collect()


@pytest.mark.parametrize("question", ["csv_file('a.csv')", "files_in('a')", "text_of('a')", "row_address()"])
def test_what_only_duckdb_does_says_so(question):
    with pytest.raises(QuestionError, match="DuckDB only"):
        told(question=f"{{{{ {question} }}}}")

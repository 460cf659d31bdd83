"""Addresses, hashes, words, links and times: Spark answers what DuckDB answers, whatever it is asked."""

from __future__ import annotations

import random
import re
import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest

from address_cases import LINKS, WITH_ADDRESS, WITHOUT_ADDRESS
from engines import ENGINES, QuestionError, _rendered, ask, differences, spark_session

# The key stands in a variable of a DuckDB session, or in a table; here it is a text.
WITH_KEY = "| replace(pii_key(), \"'key'\") }}"
OF_TEXTS = {
    "without_addresses": "{{ without_addresses('x') }}",
    "without_parameters": "{{ without_parameters('x') }}",
    "is_before_address": "{{ is_before_address('x') }}",
    "keyed_hash": "{{ keyed_hash('x') " + WITH_KEY,
    "keyed_hash_of_id": "{{ keyed_hash_of_id('x') " + WITH_KEY,
    "or_fail": "{{ or_fail(\"coalesce(x, 'none')\", \"it's \\\\ null\") }}",
    "shape_of": "{{ shape_of('x') }}",
    "looks_like_key": "{{ looks_like_key('x') }}",
    "is_short_answer": "{{ is_short_answer('x') }}",
    "url_without_query": "{{ url_without_query('x') }}",
    "url_query_value": "{{ url_query_value('x', 'utm_source') }}",
    "email_domain_of": "{{ email_domain_of('x') }}",
    "first_word": "{{ first_word('x') }}",
    "word_at_start": "{{ word_at_start('x') }}",
    "letters_and_digits": "{{ letters_and_digits('x') }}",
    "is_one_word": "{{ is_one_word('x') }}",
    "is_below": "{{ is_below('x', \"'a'\") }}",
}
# What the texts of addresses are taken apart into, and what is put between: each means something to an expression.
SIGNS = """ @ ＠ ﹫ %40 %2540 %25%34%30 &#64; &#x40; &commat; = %3D &#61; " ' \\" &quot; ( ) < > [at] {dot} . cn= o= /ou= ,dc= / \\ \\\\
    mailto: SIP: IMCEAEX- #EXT# %23EXT%23 ?utm_source= & UTM_term= # K ſ İ ı ß ŉ ᾳ Σ ς é e\u0301 日 😀 ⓙ ² 123 ::1 10.0.0.1 +49 x john
    example.com { } ; , : % %zz %ff %C3%A9 %c3 %ed%a0%80 %F4%8F%BF%BF &amp; \\u0040 \\x40 =40 %u0040 %28 %29 uid= - _ + // $ $1 \\1 ~ | *
    \ue000 yes No 1 -7.5 Ann stop null NULL a/b Infinity""".split() + list(
    " \t\n\r\x0b\x0c\x1c\x85\u00a0\u1680\u180e\u2003\u200b\u2028\u2029\u202f\u3000\ufeff\x01"
) + ["  ", " (at) ", " is ", " not\n"]  # fmt: skip
BASES = [*WITH_ADDRESS, *WITHOUT_ADDRESS, *LINKS]


def nasty_texts(seed: int, size: int) -> list[str | None]:
    """Return texts with addresses, the same with something else in them, and heaps of signs."""
    draw = random.Random(seed)
    pieces = sorted({piece for text in BASES for piece in re.findall(r"\w+|\s|%\w\w|[^\w\s]", text)})
    texts: list[str | None] = [None, "", *SIGNS, *BASES, *(text + "\n" for text in BASES)]
    for _ in range(size):
        texts.append("".join(draw.choice(draw.choice((SIGNS, SIGNS, pieces))) for _ in range(draw.randint(1, 9))))
        text = draw.choice(BASES) + draw.choice(("", " ", ";", "/", draw.choice(BASES)))
        for _ in range(draw.randint(1, 4)):
            at = draw.randint(0, len(text))
            text = text[:at] + draw.choice(SIGNS) + text[at + draw.choice((0, 0, 1, 2)) :]
        texts.append(text)
    return texts


@pytest.fixture(scope="module")
def answers():
    """Return the texts, and what each engine answers."""
    texts = nasty_texts(seed=17, size=1500)
    return texts, ask(OF_TEXTS, texts)


@pytest.mark.parametrize("name", OF_TEXTS)
def test_texts(answers, name):
    texts, given = answers
    assert len({*map(str, given["duckdb"][name])}) > 1, "the texts tell nothing of it"
    assert differences({engine: {name: found[name]} for engine, found in given.items()}, texts) == []


def test_the_cases_of_the_privacy_tests(answers):
    texts, given = answers
    for engine, found in given.items():
        shown = dict(zip(texts, found["without_addresses"], strict=True))
        links = dict(zip(texts, found["without_parameters"], strict=True))
        assert {text: shown[text] for text in WITH_ADDRESS} == WITH_ADDRESS, engine
        assert {text: links[text] for text in LINKS} == LINKS, engine


# What Unicode 3.2 knew, and all engines know; but that two of its letters have had capitals since Unicode 16 only.
OLD_LETTERS = [
    chr(code) for code in range(1, 0x10000)
    if unicodedata.ucd_3_2_0.category(chr(code)) not in ("Cn", "Cs") and chr(code) not in "\u019b\u0264"
    and unicodedata.name(chr(code), "").split(" ")[0] not in ("CJK", "HANGUL")
]  # fmt: skip


def test_letters_that_java_writes_in_its_own_way():
    names = ("keyed_hash", "word_at_start", "letters_and_digits", "shape_of", "email_domain_of", "is_one_word")
    words = [*OLD_LETTERS, "ΟΔΟΣ", "ΟΔΟΣ.", "İstanbul", "straße", "ﬃx", "ᾳβγ", "x@ΟΔΟΣ", "x@İ.example"]
    assert differences(ask({name: OF_TEXTS[name] for name in names}, words), words) == []


@pytest.mark.parametrize(("text", "shown"), {
    "'a" * 5000 + "=": "<email>",
    "x" + '"a b"' * 5000 + "@y.example": "<email>",
    "cn=a/" * 5000 + "\\": "<email>",
    "\\a" * 10000 + "=": None,
    "a" * 20000 + "#EXT": None,
    "1" * 20000 + "=": "<number>=",
    "%25" * 6000 + "4": None,
    "x=" + "a." * 10000: None,
    ":" * 20000: "<ip>",
}.items())  # fmt: skip
def test_texts_made_to_keep_java_busy(text, shown):
    """Each of them takes a backtracking expression that is written without care hours, or all of its stack."""
    assert ask({"shown": OF_TEXTS["without_addresses"]}, [text])["spark"]["shown"] == [shown or text]


def test_a_bucket():
    keys = [None, "", "0", "fffff", "FFFFF0", "0123456789abcdef" * 2, "12 45", "-1234", "g0000", "1\n", "12345\n", "é1234"]
    assert differences(ask({"bucket": "{{ profile_bucket('x') }}"}, keys), keys) == []


# Times

TIMES = [
    None, "2024-03-31 00:59:59.999999", "2024-03-31 01:00:00", "2024-10-27 00:30:00", "2024-10-27 01:00:00", "1970-01-01 00:00:00",
    "2024-02-29 23:59:59", "2011-12-30 10:00:00", "1900-01-01 00:00:00", "2037-07-01 12:00:00", "2100-07-01 12:00:00",
]  # fmt: skip
# One that Java's midnights differ in, one without a midnight in spring, one that left a day out, and halves of hours.
ZONES = [
    "UTC", "Europe/Berlin", "America/Havana", "Atlantic/Azores", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia",
    "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca",
]  # fmt: skip
DAYS = [
    "2024-03-31", "2024-10-27", "2024-11-03", "2024-03-10", "2018-11-04", "2018-02-18", "2011-12-30", "2022-03-27", "2022-10-30",
    "2024-01-01",
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
    """The var can't be set for a single question, so its text is put in the place of another one."""
    questions = {}
    for zone in ZONES:
        of_zone = f"| replace(sql_text(var('report_timezone')), sql_text('{zone}')) }}}}"
        questions[f"local {zone}"] = "{{ adapter.dispatch('report_time', 'cij')('x') " + of_zone
        for day in DAYS:
            questions[f"start {day} {zone}"] = f"{{{{ start_of_day('{day}') {of_zone}"
    assert differences(ask(questions, TIMES, "TIMESTAMP"), TIMES) == []


# Tables


@pytest.fixture(scope="module")
def tables():
    """Return a function that asks all engines a whole query. Returns {engine: sorted rows}."""
    import duckdb

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


@pytest.mark.parametrize(("first", "last"), [("2024-02-28", "2024-03-02"), ("2024-01-01", "2024-01-01"), ("2024-01-02", "2024-01-01")])
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
        "select g, {{ first_by('v', ['o', 't'], \"g != 'd'\") }} as first_v, {{ last_by('v', ['o', 't'], \"g != 'd'\") }} as last_v, "
        "{{ first_by('v', ['o'], 'o = 2') }} as one from " + VALUES + " group by g"
    ))  # fmt: skip
    assert found == [("a", None, "b", "b"), ("b", None, None, None), ("c", "e", "f", None), ("d", None, None, None)]


def test_a_quantile(tables):
    query = "select {{ quantile('n', 0.5) }} as median, {{ quantile('n', 0.9) }} as high from ({}) as numbers"
    for numbers, expected in [("1, 2", (1.5, 1.9)), ("7", (7.0, 7.0)), ("1, null, 4, 10", (4.0, 8.8)), ("null", (None, None))]:
        rows = " union all ".join(f"select cast({n.strip()} as double) as n" for n in numbers.split(","))
        for answer in tables(query.replace("{}", rows)).values():
            assert answer == [pytest.approx(expected, rel=1e-12)]


def test_rejects_one_by_one(tables):
    query = (
        "{% set rejects = [{'condition': 'o is null', 'column_name': \"'o'\", 'reason': \"'is null'\", 'raw_value': 't'}, "
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
    query = "select count(*), count(distinct {{ quick_hash(['v', 't', 'o']) }}), count({{ quick_hash(['v']) }}) from (" + " union all ".join(
        f"select cast({v} as {{{{ sql_type('varchar') }}}}) as v, cast({t} as {{{{ sql_type('varchar') }}}}) as t, {o} as o"
        for v, t, o in [("null", "'a'", 1), ("'a'", "null", 1), ("'a'", "'a'", 1), ("''", "'a'", 1), ("null", "null", 1)] * 2
    ) + ") as given"  # fmt: skip
    assert agreed(tables(query)) == [(10, 5, 10)]


def test_rows_as_json(tables):
    query = "{{ json_of_rows(\"select 'it''s' as `name`, cast(null as string) as nothing, 1 as n\" | replace('`', '')) }}"
    for answer in tables(query).values():
        assert [text.replace(" ", "") for (text,) in answer] == ['[{"name":"it\'s","nothing":null,"n":1}]']
    for answer in tables('{{ json_of_rows("select 1 as n where 1 = 0") }}').values():
        assert answer == [("[]",)]


def test_columns_of_a_query_by_the_names_of_duckdb():
    columns = "'a' as `null`, 1 as `b c`, cast(1 as bigint) as `123`, cast(1 as decimal(10, 2)) as d, cast(null as binary) as e, " \
        "cast(null as timestamp_ntz) as f, current_timestamp() as g, true as h, cast(1 as float) as i, current_date() as j, array(1) as k"
    told = _rendered("spark", {"columns": f"{{{{ columns_of('(select {columns}) as given'".replace("'a'", "1 || \\'a\\'") + ") }}"})["columns"]
    assert re.findall(r"'name': '([^']*)', 'type': '([^']*)'", told) == [
        ("null", "VARCHAR"), ("b c", "INTEGER"), ("123", "BIGINT"), ("d", "DECIMAL(10,2)"), ("e", "BLOB"), ("f", "TIMESTAMP"),
        ("g", "TIMESTAMP"), ("h", "BOOLEAN"), ("i", "FLOAT"), ("j", "DATE"), ("k", "ARRAY<INT>"),
    ]  # fmt: skip


def test_names_that_no_column_and_zones_that_no_report_may_miss():
    told = _rendered("spark", {
        "words": "{{ reserved_words() | join(' ') }}", "zones": "{{ run_query(time_zone_names()).columns[0].values() | join(' ') }}",
    })  # fmt: skip
    assert {"select", "from", "where", "order", "union"} <= set(told["words"].split())
    zones = told["zones"].split()
    assert {"UTC", *ZONES} == {"UTC", *ZONES} & set(zones)
    assert len(zones) > 400
    assert not {"Cuba", "BST"} & set(zones)
    for zone in zones:  # each is one that Spark takes
        datetime.now(UTC)
    session = spark_session()
    session.createDataFrame([(zone,) for zone in zones], "zone string").selectExpr(
        "from_utc_timestamp(timestamp '2024-01-01 00:00:00', zone)"
    ).collect()


def test_a_missing_value_fails_with_its_message(tables):
    for engine, (target, _) in ENGINES.items():
        with pytest.raises(Exception, match="it's \\\\ missing"):
            tables("select {{ or_fail('cast(null as string)', \"it's \\\\ missing\") }} as x")
        assert engine, target


@pytest.mark.parametrize("question", ["csv_file('a.csv')", "files_in('a')", "text_of('a')", "row_address()"])
def test_what_only_duckdb_does_says_so(question):
    with pytest.raises(QuestionError, match="DuckDB only"):
        _rendered("spark", {"question": f"{{{{ {question} }}}}"})

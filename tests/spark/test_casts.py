"""The casts of raw values: Spark gives what DuckDB gives, whatever stands there, with ANSI or without."""

from __future__ import annotations

import math
import random
import re

import duckdb
import pytest

import cast_inputs
from engines import ask, differences

TYPES = ["varchar", "bigint", "double", "boolean", "timestamp"]
# Times are compared as a number: Spark and DuckDB write years before the first and after the 9999th differently.
MICROSECONDS = "{{ 'epoch_us' if target.type == 'duckdb' else 'unix_micros' }}(%s)"
TEXTS = [
    *cast_inputs.WORDS,
    *cast_inputs.BOOLEANS,
    *cast_inputs.ids(),
    *cast_inputs.within_blanks(cast_inputs.WORDS + cast_inputs.BOOLEANS, 1),
    *cast_inputs.within_blanks(cast_inputs.ids(), 2),
    *cast_inputs.within_blanks(cast_inputs.NUMBERS, 3),
    *cast_inputs.within_blanks(cast_inputs.OTHER_TIMES + cast_inputs.DAYS, 4),
]


def cast(data_type: str, raw_type: str, name: str = "any_value") -> str:
    column = f"{{'name': '{name}', 'data_type': '{data_type}'}}"
    sql = f"{{{{ cast_to('x', '{raw_type}', {column}) }}}}"
    return MICROSECONDS % sql if data_type == "timestamp" else sql


def casts(raw_type: str) -> dict[str, str]:
    """Every cast of a column of a type, but the one to json, whose text may differ."""
    asked = {data_type: cast(data_type, raw_type) for data_type in TYPES}
    asked["id"] = cast("varchar", raw_type, "profile_id")
    asked["profile_type"] = cast("varchar", raw_type, "profile_type")
    return asked | {"is_there": f"{{{{ is_there('x', '{raw_type}') }}}}"}


def agree(expressions: dict[str, str], inputs: list, kind: str = "VARCHAR") -> dict[str, list]:
    """Fail where the engines differ. Returns DuckDB's answers, of which each expression has some and lacks some."""
    answers = ask(expressions, inputs, kind)
    found = differences(answers, inputs)
    assert not found, f"{len(found)} answers differ:\n" + "\n".join(line[:400] for line in found[:40])
    return answers["duckdb"]


def test_texts() -> None:
    given = [*TEXTS, *cast_inputs.numbers(5), *cast_inputs.times(6)[:400], *cast_inputs.JSON_TEXTS]
    answers = agree(
        casts("VARCHAR") | {"to_id": "{{ to_id('x') }}", "number_in": "{{ number_in('x') }}"},
        given,
    )
    for name, values in answers.items():
        assert 1 <= sum(value is None for value in values) < len(values) - 10, name


def test_times() -> None:
    given = [*TEXTS, *cast_inputs.times(7)]
    instant = "timestamp '2024-07-26 10:00:00'"
    answers = agree(
        {
            "to_timestamp": MICROSECONDS % "{{ to_timestamp('x', 'VARCHAR') }}",
            "is_from": f"{{{{ is_from('x', 'VARCHAR', \"{instant}\") }}}}",
        },
        given,
    )
    assert sum(value is not None for value in answers["to_timestamp"]) > 500


def test_json() -> None:
    given = [*TEXTS, *cast_inputs.json_texts(8)]
    answers = ask({"json": cast("json", "VARCHAR")}, given)
    expected = answers.pop("duckdb")["json"]
    assert sum(value is not None for value in expected) > 100
    for engine, spark in answers.items():
        pairs = list(zip(given, expected, spark["json"], strict=True))
        odd = [pair for pair in pairs if meaning(pair[1]) != meaning(pair[2])]
        assert not odd, f"{engine}: {len(odd)} differ: {[[str(part)[:200] for part in pair] for pair in odd[:20]]}"


def meaning(document: str | None) -> str | None:
    """JSON without what means nothing in it."""
    return document and duckdb.execute("select json(?)", [document]).fetchone()[0]


CHANCE = random.Random(9)
# fmt: off
BYTES = [
    b"", b"abc", b"\\x'\"\x7f\x00\n\xc3\xa9~ ", bytes(16), bytes(range(16)), b"0123456789abcdef", b"12", b"1",
    b"2024-07-26", b"2024-07-26 10:00:00", b"true", b"NULL", b" ",
    bytes(range(256)), *[CHANCE.randbytes(16) for _ in range(50)],
]
DOUBLES = [
    0.0, -0.0, 1.0, -1.0, 1.5, 2.5, 0.5, 0.1, 1 / 3, 1e-3, 1e-4, 1.25e-4, 1e-5, 1e6, 1e7, 12345678.9, 9999999.0,
    1e15, 1e16, 1e17, 1e20, 1e22, 1e100, 999999999999999.9, 9999999999999998.0, 123456789012345680.0, 9.2e18, 9.3e18,
    2.0**53, 2.0**62, 2.0**63, -(2.0**63), 1.7976931348623157e308,
    2.2250738585072014e-308, math.nan, math.inf, -math.inf, 20240726.0,
    *[float(CHANCE.randint(-(10**6), 10**6)) for _ in range(100)],
    *[float(f"{CHANCE.uniform(-1, 1):.6g}e{CHANCE.randint(-12, 25)}") for _ in range(500)],
]
TYPED = {
    "BLOB": [None, *BYTES],
    "DOUBLE": [None, *DOUBLES],
    "FLOAT": [None, 0.0, -0.0, 1.0, 1.5, 0.5, 1e7, 2.0**24, 2.0**40, 1e-3, 2.0**-20, math.nan, math.inf, -math.inf],
    "BIGINT": [None, 0, 1, -1, 2, 20240726, 1721962000, 9223372036854775807, -9223372036854775808],
    "INTEGER": [None, 0, 1, -1, 2, 2147483647, -2147483648],
    "BOOLEAN": [None, True, False],
    "DATE": [None, "2024-07-26", "0001-01-01", "9999-12-31", "1582-10-10", "1970-01-01"],
    "TIMESTAMP": [None, "2024-07-26 10:00:00.123456", "0001-01-01 00:00:00", "9999-12-31 23:59:59.9"],
    "TIMESTAMP WITH TIME ZONE": [None, "2024-07-26 10:00:00+02:00", "2024-07-26 10:00:00", "9999-12-31 23:59:59.9"],
}
# fmt: on


@pytest.mark.parametrize("kind", TYPED)
def test_typed_columns(kind: str) -> None:
    asked = casts(kind)
    if kind == "TIMESTAMP WITH TIME ZONE":
        # Spark's timestamps have no zone to write; the macro that reads a table calls them TIMESTAMP.
        asked = {"timestamp": asked["timestamp"], "is_there": asked["is_there"]}
    asked["is_from"] = f"{{{{ is_from('x', '{kind}', \"timestamp '2024-07-26 08:00:00'\") }}}}"
    if kind == "BLOB":
        asked["bytes_as_id"] = "{{ bytes_as_id('x') }}"
    agree(asked, TYPED[kind], kind)


def test_decimals() -> None:
    asked = {}
    for digits in ["18,2", "38,0", "10,10", "20,7"]:
        for name, sql in casts(f"DECIMAL({digits})").items():
            asked[f"{digits} {name}"] = sql.replace("'x'", f"'try_cast(x as decimal({digits}))'")
    agree(
        asked, [None, *cast_inputs.words("0 1 -1 0.5 0.25 0.0000001 -0.125 12.5 0.0000000001 -0.0000000015 99999 1e15")]
    )


def test_which_casts_can_fail() -> None:
    asked = [
        f"{{{{ cast_can_fail('{raw_type}', '{data_type}') }}}}"
        for raw_type in [*TYPED, "VARCHAR", "DECIMAL(18,2)", "TINYINT", "SMALLINT"]
        for data_type in ["bigint", "double", "boolean", "timestamp", "json"]
    ]
    [said] = agree({"can fail": f"'{' '.join(asked)}'"}, [None])["can fail"]
    assert {"True", "False"} == set(said.split())


def test_dates_stay_where_all_else_is_masked() -> None:
    # Of what has such a sign, no shape is the value itself; shapes have a test of their own.
    given = [
        text
        for text in [*TEXTS, *cast_inputs.times(10), *cast_inputs.numbers(11)]
        if text and re.search("[0-8A-Z]", text)
    ]
    answers = agree({"stays": "{{ masked('x') }} = x"}, given)
    assert 100 < sum(answers["stays"]) < len(given)


def test_where_it_holds() -> None:
    agree(
        {
            "longer": "{{ where_it_holds('x', 'length(it) > 2') }}",
            "constant": "{{ where_it_holds('upper(x)', \"it >= 'A' and it < 'N'\") }}",
        },
        [None, "", "a", "abc", "null", "Zürich", "x" * 100],
    )

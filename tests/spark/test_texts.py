"""Addresses, hashes, words and links: Spark answers what DuckDB answers, whatever it is asked."""

from __future__ import annotations

import random
import re
import unicodedata

import pytest

from address_cases import LINKS, WITH_ADDRESS, WITHOUT_ADDRESS
from engines import ask, differences

# The key stands in a variable of a DuckDB session, or in a table; here it is a text.
WITH_KEY = "| replace(pii_key(), \"'key'\") }}"
OF_TEXTS = {
    "without_addresses": "{{ without_addresses('x') }}",
    "without_parameters": "{{ without_parameters('x') }}",
    "is_before_address": "{{ is_before_address('x') }}",
    "keyed_hash": "{{ keyed_hash('x') " + WITH_KEY,
    "keyed_hash_of_id": "{{ keyed_hash_of_id('x') " + WITH_KEY,
    "or_fail": '{{ or_fail("coalesce(x, \'none\')", "it\'s \\\\ null") }}',
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
    "trimmed": "{{ trimmed('x') }}",
    "lower_case": "{{ lower_case('x') }}",
    "upper_case": "{{ upper_case(word_at_start('x')) }}",
    "plain_text": "{{ plain_text('x') }}",
    "yes_or_no": "{{ yes_or_no('x') }}",
    "contact_point_key": "{{ contact_point_key('x') " + WITH_KEY,
    "normalized_profile_type": "{{ normalized_profile_type('x') }}",
    "is_below": "{{ is_below('x', \"'a'\") }}",
}
# What the texts of addresses are taken apart into, and what is put between: each means something to an expression.
WORDS = r"""
    @ %40 %2540 %25%34%30 &#64; &#x40; &commat; = %3D &#61; " ' \" &quot; ( ) < > [at] {dot} . cn= o= /ou= ,dc= /
    \ \\ mailto: SIP: IMCEAEX- #EXT# %23EXT%23 ?utm_source= & UTM_term= # 123 ::1 10.0.0.1 +49 x john example.com
    { } ; , : % %zz %ff %C3%A9 %c3 %ed%a0%80 %F4%8F%BF%BF &amp; \u0040 \x40 =40 %u0040 %28 %29 uid= - _ + // $ $1
    \1 ~ | * yes No 1 -7.5 Ann stop null NULL a/b é 日 😀 ⓙ ² Σ ς ß
"""
SIGNS = [
    *WORDS.split(), *"\uff20\ufe6bK\u017f\u0130\u0131\u212a\u0149\u1fb3\ue000\u0301 \t\n\r\x0b\x0c\x1c\x85",
    *"\u00a0\u1680\u180e\u2003\u200b\u2028\u2029\u202f\u3000\ufeff\x01", "  ", " (at) ", " is ", " not\n",
]  # fmt: skip
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
    texts = nasty_texts(seed=17, size=800)
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
    keys = [
        None,
        "",
        "0",
        "fffff",
        "FFFFF0",
        "0123456789abcdef" * 2,
        "12 45",
        "-1234",
        "g0000",
        "1\n",
        "12345\n",
        "é1234",
    ]
    assert differences(ask({"bucket": "{{ profile_bucket('x') }}"}, keys), keys) == []

"""What may stand in a raw column: values as programs write them, and what only looks like them."""

from __future__ import annotations

import random


def words(text: str) -> list[str]:
    """Return what stands between the blanks of a text."""
    return text.split()


GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
# fmt: off
BLANKS = [
    "\t", "\n", "\x0b", "\x0c", "\r", " ", "\x1c", "\x1f", "\x85", "\xa0", "\u1680", "\u180e", "\u2003", "\u200b",
    "\u200e", "\u2028", "\u2029", "\u202f", "\u2060", "\u3000", "\ufeff", "\xad", "\u0600",
]
WORDS = [
    None, "", "null", "NULL", "Null", "nan", "NaN", "none", "None", "NaT", "<NA>", "<na>", r"\N", r"\n", "n/a", "#N/A",
    "-", "N", "nul", "nulls", "\uff2e\uff35\uff2c\uff2c", "nu\u200bll", "Contact", "contact", "Lead", "lead",
    "CONTACT", "x", "9", "A", "Zo\xeb", "ZO\xcb", "\xdf", "\u0130", "\u0131", "\u212a", "e\u0301",
    "\u05d0\u05d1\u05d2", "\u65e5\u672c\u8a9e", "\U0001f600", "'", '"', "\\", "\\\\", "%", "_", "$1", r"\1", "it's",
    "a\nb", "a\n", "\x00", "a\x00b", "\x07", "{}", "}{", "{x}", "{null}", " null ", "null}", "NULL\x85", "abc\x0b",
    "abc\x0c", "abc}", "{abc", "z", "{", "|", "~x", "/x", ":x", "Ab-12", "user@contoso.com", "+4512345678",
    "x" * 40000, " " * 40000, "a" + " " * 40000 + "b",
    "\U0001f642" * 32, "\xe9" * 36, "A" * 36, "a" * 32, "g" * 32, "f" * 45, "-" * 36,
]
BOOLEANS = [
    "t", "f", "T", "F", "y", "n", "Y", "yes", "no", "YES", "No", "on", "off", "1", "0", "true", "false", "TRUE",
    "True", "tru", "10", "1.0", "0.0", "01", "2", "-1", "-0", "ok", "yes.", "\uff39\uff25\uff33", "ye\u017f",
    "fal\u017fe", "t f",
]
NUMBERS = words("""
    1 1. .5 . +5 +.5 -5 --5 +-5 1e3 1E3 1e+3 1e-3 1e e3 1e3.5 1_000 1__0 _1 1_ 1_.5 1._5 1.5_5 1e1_0 1e_1 0x1F 0b11
    0o7 inf +inf -inf Infinity INFINITY nan -nan nan(1) 5d 5f 5L 5D 1d 1,5 1,000 1e400 -1e400 1e-400 -0 -0.0 00012
    0x1p3 1.5e2 2.50e1 25e-1 1e18 9.2e18 9.3e18 1e19 9223372036854775807 9223372036854775808 -9223372036854775808
    -9223372036854775809 9223372036854775807.0 9223372036854775807.4 9223372036854775807.5 -9223372036854775808.4
    -9223372036854775808.5 9007199254740993 9007199254740993.5 9007199254740992.5 9007199254740993.05
    9007199254740993.49 9007199254740993.4999999999999999999999 90071992547409935e-1 9007199254740993500e-2
    1.0000000000000000000000001 100000000000000000000e-2 1000e-3 0e1000 0e400 123456789012345678901234567890e-20
    1e00000000003 1e+ 1.e3 .e3 .0 .0e5 0. +0. -.0 1e308 1.8e308 2e-324 1.7976931348623157e308 1.7976931348623159e308
    4.9e-324 99999999999999999999999999999999999999 $5 5% (5) 0.1e1 12e-1 0.5 1.5 -1.5 922337203685477580.7e1
    922337203685477580.8e1 92233720368547758070e-1 1e2e3 1.2.3 1_e1 1_0e1 1_0.0 1_0.0_0 1e18.
    2.2250738585072011e-308 0.1 0.30000000000000004 123456789.123456789 9999999999999999 0.285 3.14 1e22 1e23
    8.41e21 9007199254740992e1 -9223372036854775808e0 1e-20 12345678901234567890123456789012345678901234567890
    0.00000000000000000000001e23 5e-1 5e-0 4.5e1 0.00001e5 1e15 1e16 1e17
""")
NUMBERS += [
    "\u0661", "\uff11", "\xbd", "\xb2", "\u2212", "\u22125", "1 2", "- 5", "1e 3", "1\x00",
    "1" * 400, "0." + "1" * 400, "0" * 400 + "1", "1." + "0" * 400, "1" * 400 + "e-399",
]
CLOCKS = [
    "00:00", "9:05", "09:05", "23:59", "24:00", "24:01", "25:00", "12:30", "0:30", "13:00", "10:60", "1:2", "100:00",
    "00:00:00", "3:04:05", "10:00:00", "23:59:59", "23:59:60", "24:00:00", "24:00:01", "12:00:00", "12:60:00",
    "00:59:59",
]
FRACTIONS = [
    "", ".1", ".123", ".123456", ".1234567", ".9999999", ",5", ".", ".000000", ".x",
    "." + "7" * 60,
]
ZONES = [
    "", "Z", " Z", "z", "UTC", " UTC", " GMT", "+02", "+0200", "+02:00", " +02:00", "-05:30", "+14:00", "+14:59",
    "+15:00", "+02:99", "-00:30", "+2", "+02:0", "CET", " Europe/Berlin", "+00:00", "-14:60", "  Z", "\u202fZ",
    "[UTC]", "\n", "Z\n", " ",
]
DAYS = [
    "2024-07-26", "2024-02-29", "2023-02-29", "2024-13-01", "2024-00-10", "2024-04-31", "1900-02-29", "2000-02-29",
    "0001-01-01", "0000-01-01", "9999-12-31", "2024-7-6", "24-07-26", "1-1-1", "999-12-31", "2024/07/26", "2024/7/6",
    "24/07/26", "2024.07.26", "7/26/2024", "07/26/2024", "26/7/2024", "2/29/2023", "2/30/2024", "0/1/2024", "1/0/2024",
    "7/26/24", "7/26/9", "1/1/9999", "7/26/0000", "1/1/0001",
    "20240726", "20240230", "2024-07-26 ", "12024-07-26", "-2024-07-26",
    "+2024-07-26", "2024-07", "2024", "\u200e7/26/2024\u200e", "7-26-2024", "26.07.2024", "1582-10-10", "1883-11-18",
    "\u0662\u0660\u0662\u0664-07-26", "\uff12\uff10\uff12\uff14-07-26", "\ue0007/26/2024", "2024-07-26\u2003",
]
OTHER_TIMES = [
    "now", "today", "epoch", "infinity", "-infinity", "2024-W30-5", "2024-208", "20240726T1504", "20240726T150405",
    "20240726T150405.123456789Z", "20240726T150405+0200", "20240726T2400", "20240726T2401", "20240726T150",
    "1721962000", "1721962000000", "10:00:00", "T10:00:00", "Fri Jul 26 2024 15:04:05", "26 Jul 2024",
    "2024-07-26t10:00:00z", "20240726T150405,5", "20240726t1504z", "2024-07-26T10:00:00.000+00:00",
    "/Date(1721962000000)/", "x2024-07-26 10:00:00", "2024-07-26T10:00:00ZZ", "2024-07-26T10:00:00+02:00:00",
    "2024-07-26 (BC) 10:00:00", "2024-07-26 10:00:00 BC", "9999-12-31 23:59:59-14:00", "0001-01-01 00:00:00+14:00",
    "9999-12-31 24:00:00", "7/26/2024, 3:04:05 PM",
    "1" * 40000,
]
JSON_TEXTS = [
    "{}", "[]", " {} ", "\n[1]\t", "{}x", "{} {}", '{"a":1,}', "[1,]", "[,1]", "[,]", "{,}", "{'a':1}", "{a:1}",
    "[NaN]", "[Infinity]", "[-inf]", "[iNf]", "[INFINITY]", "[-NaN]", "[+1]", "[01]", "[-01]", "[1.]", "[.5]", "[1e5]",
    "[1E+2]", "[1e+]", "[1e999]", "[-0]", "[-]", "[--1]", "[0x1F]", "[1-2]", "[1 2]", "[true,false,null]", "[True]",
    "[nul]", "[truex]", "[tru]", '["\x01"]', '["a\nb"]', '["\t"]', '["\x7f"]', '["\u2028"]', '["\x00"]', r'["\x41"]',
    r'["\u00e9"]', r'["\u00E9"]', r'["\u12"]', r'["\ud800"]', r'["\udc00"]', r'["\ud83d\ude00"]', r'["\ud83d\ud83d"]',
    r'["\\ud800"]', r'["\\\ud800"]', r'["\/"]', '["\\\'"]', "[1] //c", "[/*c*/1]", "\ufeff{}", '{"a":1,"a":2}', '"{}"',
    '"[1]"', ' "[1]" ', '"x"', r'"\"{}\""', r'" {\"a\":1} "', '"[1,]"', "null", "true", "1", "  ", '{"a"}', '{"a":}',
    "{1:2}", '{"":1}', '["a" "b"]', "[[[[]]]]", '{"a":{"b":[]}}', "[1,,2]", "['a']", "[1]]", "[[1]", "[1}", "{]",
    '{"a":[1,{"b":2}],}', '"{\'a\':1}"', '"{}x"', '"{}', '{}"', "[1;2]", "[1:2]", '{"a":1:2}', '{"a","b"}',
    r'"\u007b\u007d"', r'"{\"a\": \"\\ud800\"}"', r'"\ud800"', "\x00{}", "{}\x00", "\xa0{}", "[1]\x0b", "[1]\x0c",
    r'"\u0000{}"', '{"a": "}", "b": "{"}', '{"a": ",]"}', '[",]", 1, ]', r'["\\", "]"]', r'["\\"]"]', '{"a": "it\'s"}',
    '{"\xe9": "\u65e5\u672c"}', "[$]", '["$1"]', "[1], [1], [1]",
    "[" + "9" * 1500 + "]", "[" * 900 + "]" * 900, "[" * 500 + "]" * 499, "[" * 40000,
    '["' + "x" * 100000 + '"]', '["' + r"\n" * 50000 + '"]', "{" + ",".join(f'"k{n}":[{n}]' for n in range(2000)) + "}",
]
# fmt: on


def ids() -> list[str]:
    """Return guids in every spelling that is one, and in many that are not."""
    plain = GUID.replace("-", "")
    parts = [plain[:8], plain[8:12], plain[12:16], *[plain[at : at + 2] for at in range(16, 32, 2)]]
    hexed = ",".join(f"0x{part}" for part in parts[:3]) + ",{" + ",".join(f"0x{part}" for part in parts[3:]) + "}"
    spelled = [
        GUID,
        plain,
        hexed,
        "{" + hexed + "}",
        "(" + GUID + ")",
        "(" + GUID,
        GUID + ")",
        "urn:uuid:" + GUID,
        "urn:uuid:" + plain,
    ]
    spelled += [
        "{" + GUID + "}",
        "{" + plain + "}",
        "{" + GUID,
        GUID + "}",
        "{{" + GUID + "}}",
        "{ " + GUID + " }",
        "URN:UUID:" + GUID,
    ]
    spelled += [
        GUID[:-1],
        GUID + "0",
        GUID[:-1] + "g",
        plain[:-1],
        plain + "0",
        plain[:-1] + "-",
        "-" + GUID[1:],
        GUID.replace("-", "_"),
    ]
    spelled += [
        hexed.replace("0x", "0X"),
        hexed.replace(",", ", "),
        "ur\u0131:uuid:" + GUID,
        "0x" + plain,
        plain[:16] + "-" + plain[16:],
    ]
    spelled += [
        nought := "00000000-0000-0000-0000-000000000000",
        nought.replace("-", ""),
        "{" + nought + "}",
        nought[:-1],
        "0" * 36,
    ]
    return (
        spelled
        + [text.upper() for text in spelled]
        + ["\uff17" + GUID[1:], GUID.replace("0f", "0F"), GUID + "\n", "\n" + GUID, GUID + ";" + GUID]
    )


def times(seed: int) -> list[str]:
    """Return days with clocks, fractions, halves of the day and zones, at random and in turn."""
    chance = random.Random(seed)
    made = list(OTHER_TIMES) + DAYS
    for _ in range(2500):
        half = chance.choice(["", "", "", " AM", " PM", "PM", " pm", "AM", "  PM", " PM PM"])
        gap = chance.choice([" ", " ", "T", "T", ", ", "  ", "t", ",", "\u202f", "\u200f ", ""])
        day = chance.choice(DAYS)
        clock = chance.choice(CLOCKS) + (chance.choice(FRACTIONS) if chance.random() < 0.4 else "")
        made.append(day + gap + clock + (half if chance.random() < 0.6 else "") + chance.choice(ZONES))
    for clock in CLOCKS:
        for half in ["", " AM", " PM", "PM"]:
            made += [f"7/26/2024 {clock}{half}", f"7/26/2024, {clock}{half} +02:00", f"2024-07-26 {clock}{half}"]
        made += [f"2024-07-26T{clock}{zone}" for zone in ZONES]
        made += [f"2024-07-26 {clock}{fraction}{zone}" for fraction in FRACTIONS for zone in ("", "Z", "+01:00")]
    return made


def numbers(seed: int) -> list[str]:
    """Return numbers, and texts of the signs that numbers are written with."""
    chance = random.Random(seed)
    made = [
        "".join(chance.choices("0123456789.eE+-_", weights=[5] * 10 + [6, 2, 1, 1, 2, 1], k=chance.randint(1, 9)))
        for _ in range(1500)
    ]
    for _ in range(600):
        digits = "".join(chance.choices("0123456789", k=chance.randint(1, 30)))
        point = chance.randint(0, len(digits))
        made.append(
            chance.choice(["", "-"])
            + digits[:point]
            + "."
            + digits[point:]
            + chance.choice(["", f"e{chance.randint(-30, 30)}"])
        )
    return NUMBERS + made + [repr(chance.uniform(-1, 1) * 10 ** chance.randint(-20, 25)) for _ in range(400)]


def json_texts(seed: int) -> list[str]:
    """Return JSON, and JSON with a sign too many, too few or changed."""
    chance = random.Random(seed)
    made = list(JSON_TEXTS)
    whole = [
        '{"a": [1, -2.5e3, {"b": "x\\"y", "c": null}], "d": true, "": "\\u00e9"}',
        '[[], {}, [{"k": [0]}], "\\\\", false]',
    ]
    for _ in range(800):
        text = list(chance.choice(whole))
        for _ in range(chance.randint(1, 2)):
            at = chance.randrange(len(text))
            text[at : at + chance.randint(0, 1)] = chance.choice(["", "", *'{}[],:"\\ 01ae-+.'])
        made.append("".join(text))
    return made


def within_blanks(texts: list[str | None], seed: int) -> list[str]:
    """Return texts with blanks of every kind at their ends, and within."""
    chance = random.Random(seed)
    some = [text for text in texts if text and len(text) < 100]
    made = [chance.choice(some) + blank for blank in BLANKS * 4] + [blank + chance.choice(some) for blank in BLANKS * 4]
    return made + [blank.join(["", *chance.choice(some).partition("-"), ""]) for blank in BLANKS * 3] + BLANKS

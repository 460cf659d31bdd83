"""What a raw value means. A raw table's own types are never trusted: everything may arrive as text.

Each reader takes a value that is not null and returns the typed value, or raises ValueError when it can't be read.
"""

import math
import re
import unicodedata
import uuid
from datetime import UTC, date, datetime, timedelta, timezone

TRUE_WORDS = {"true", "t", "1", "yes", "y"}
FALSE_WORDS = {"false", "f", "0", "no", "n"}
# Words that stand for null: SQL's, Python's, pandas' for numbers and for times, and that of unloaded files.
NULL_WORDS = {"null", "none", "nan", "<na>", "nat", "\\n"}
WHOLE_NUMBER = re.compile(r"([+-]?\d+)(?:\.0*)?")  # "1.0" is how a data frame writes an integer column with nulls
ZONE = r" ?(?P<zone>Z|UTC|GMT|[+-](?:0\d|1[0-4])(?::?\d{2})?)?"
ISO_TIME = re.compile(
    r"(?P<year>\d{4})(?P<between>[-/])(?P<month>\d{1,2})(?P=between)(?P<day>\d{1,2})"
    rf"(?:[T ](?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?::(?P<second>\d{{2}})(?:[.,](?P<fraction>\d+))?)?{ZONE})?"
)
BASIC_TIME = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})T"
    rf"(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?:(?P<second>\d{{2}})(?:[.,](?P<fraction>\d+))?)?{ZONE}"
)
US_TIME = re.compile(
    r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})(?:,? (?P<hour>\d{1,2}):(?P<minute>\d{2})"
    rf"(?::(?P<second>\d{{2}})(?:[.](?P<fraction>\d+))?)? ?(?P<half>AM|PM)?{ZONE})?"
)


def cast(value: object, kind: str) -> object:
    """Read one raw value as `kind` (id, text, int, bool, time, float). Empty text is null, whatever the kind.

    So are words for null, save in a text: there they may be somebody's name.
    """
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, str) and value == "\\N":
        return None
    if kind != "text" and isinstance(value, str) and bare(value).lower() in {"", *NULL_WORDS}:
        return None
    return READERS[kind](value)


def is_blank(sign: str) -> bool:
    """Tell whether a character is a blank, of whatever width: a tab, a line's end, or nothing that can be seen."""
    return sign in "\t\n\v\f\r\x85" or unicodedata.category(sign) in ("Zs", "Zl", "Zp", "Cf")


def bare(text: str, also: str = "") -> str:
    """Return a text without the blanks around it, and without some other signs that stand there."""
    visible = [place for place, sign in enumerate(text) if not is_blank(sign) and sign not in also]
    return text[visible[0] : visible[-1] + 1] if visible else ""


def read_text(value: object) -> str:
    """Keep text as it is; write other types the way SQL would."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def read_id(value: object) -> str | None:
    """Read an id: a guid in any spelling is one and the same; of other ids only blanks and braces around them go."""
    if isinstance(value, bytes) and len(value) == 16:
        return nobody_if_empty(uuid.UUID(bytes=value))
    text = bare(value.decode() if isinstance(value, bytes) else read_text(value), also="{}")
    digits = re.fullmatch(
        r"(?:urn:uuid:)?\(?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})\)?", text.lower()
    )
    if digits:
        return nobody_if_empty(uuid.UUID(digits[1]))
    return None if text.lower() in {"", *NULL_WORDS} else text


def nobody_if_empty(guid: uuid.UUID) -> str | None:
    """Return a guid's 36 characters; the one of noughts is what nobody set."""
    return str(guid) if guid.int else None


def read_int(value: object) -> int:
    """Read a whole number."""
    if isinstance(value, bool | int):
        return int(value)
    if isinstance(value, float):
        if value.is_integer():
            return int(value)
        raise ValueError(value)
    match = WHOLE_NUMBER.fullmatch(str(value).strip())
    if match is None:
        raise ValueError(value)
    return int(match[1])


def read_float(value: object) -> float:
    """Read any number."""
    return float(value)


def read_bool(value: object) -> bool:
    """Read a yes or no, in the words and digits that exports use."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValueError(value)


def read_time(value: object) -> datetime:
    """Read a point in time as UTC without a zone. A time that names no zone is UTC already."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    visible = "".join(sign for sign in str(value) if unicodedata.category(sign) != "Cf")
    text = " ".join(visible.split()).upper()
    match = ISO_TIME.fullmatch(text) or BASIC_TIME.fullmatch(text) or US_TIME.fullmatch(text)
    if match is None:
        raise ValueError(value)
    parts = match.groupdict()
    hour = int(parts["hour"] or 0)
    if parts.get("half"):
        if not 1 <= hour <= 12:
            raise ValueError(value)
        hour = hour % 12 + (12 if parts["half"] == "PM" else 0)
    micros = int((parts.get("fraction") or "0").ljust(6, "0")[:6])
    day = (int(parts["year"]), int(parts["month"]), int(parts["day"]))
    clock = (int(parts["minute"] or 0), int(parts["second"] or 0), micros)
    is_end_of_day = "half" not in parts and hour == 24 and clock == (0, 0, 0)
    local = datetime(*day, 0 if is_end_of_day else hour, *clock, _zone(parts.get("zone")))
    return (local + timedelta(days=is_end_of_day)).astimezone(UTC).replace(tzinfo=None)


def _zone(text: str | None) -> timezone:
    if text is None or text in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


READERS = {
    "id": read_id,
    "text": read_text,
    "int": read_int,
    "float": read_float,
    "bool": read_bool,
    "time": read_time,
}

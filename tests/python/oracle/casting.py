"""What a raw value means. A raw table's own types are never trusted: everything may arrive as text.

Each reader takes a value that is not null and returns the typed value, or raises ValueError when it can't be read.
"""

import math
import re
from datetime import UTC, date, datetime, timedelta, timezone

TRUE_WORDS = {"true", "t", "1", "yes", "y"}
FALSE_WORDS = {"false", "f", "0", "no", "n"}
WHOLE_NUMBER = re.compile(r"([+-]?\d+)(?:\.0*)?")  # "1.0" is how a data frame writes an integer column with nulls
ISO_TIME = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"(?:[T ](?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<fraction>\d{1,9}))?)?)?"
    r" ?(?P<zone>Z|UTC|[+-]\d{2}(?::?\d{2})?)?",
    re.IGNORECASE,
)
US_TIME = re.compile(
    r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})"
    r"(?: (?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))? ?(?P<half>AM|PM))?",
    re.IGNORECASE,
)


def cast(value: object, kind: str) -> object:
    """Read one raw value as `kind` (id, text, int, bool, time, float). Empty text is null, whatever the kind."""
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    if kind not in ("id", "text") and isinstance(value, str) and not value.strip():
        return None
    return READERS[kind](value)


def read_text(value: object) -> str:
    """Keep text as it is; write other types the way SQL would."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def read_id(value: object) -> str | None:
    """Ids compare without regard to letter case, outer spaces and braces."""
    bare = read_text(value).replace("{", "").replace("}", "").strip()
    return bare.lower() or None


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
    text = str(value).strip()
    match = ISO_TIME.fullmatch(text) or US_TIME.fullmatch(text)
    if match is None:
        raise ValueError(value)
    parts = match.groupdict()
    hour = int(parts["hour"] or 0)
    if parts.get("half"):
        if not 1 <= hour <= 12:
            raise ValueError(value)
        hour = hour % 12 + (12 if parts["half"].upper() == "PM" else 0)
    micros = int((parts.get("fraction") or "0").ljust(6, "0")[:6])
    day = (int(parts["year"]), int(parts["month"]), int(parts["day"]))
    local = datetime(*day, hour, int(parts["minute"] or 0), int(parts["second"] or 0), micros, _zone(parts.get("zone")))
    return local.astimezone(UTC).replace(tzinfo=None)


def _zone(text: str | None) -> timezone:
    if text is None or text.upper() in ("Z", "UTC"):
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

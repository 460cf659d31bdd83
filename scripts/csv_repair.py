"""Saves the good rows of a damaged CSV file, and tells which rows were put aside and why.

DuckDB reads whole files; what it refuses, or would read with NUL bytes in it, comes here: UTF-16, Latin-1, rows with
too many or too few values, single broken characters. A file with broken quoting can't be saved: nobody can tell where
its rows end.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

CHUNK = 1 << 20
BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# What stands for a byte that is no UTF-8, and what UTF-8 characters beyond ASCII look like.
BROKEN, BEYOND_ASCII = re.compile("[\udc80-\udcff]"), re.compile("[\u0080-\ud7ff\ue000-\U0010ffff]")
SHOWN_LENGTH = 200
# A gzip file of nothing is larger than nothing.
SIZE_OF_NOTHING = 200
DAMAGED_GZIP = (gzip.BadGzipFile, EOFError, zlib.error)


class UnreadableCsvError(Exception):
    """A CSV file of which nothing can be saved; the message says why."""


def is_blank(path: str, size: int) -> bool:
    """Return whether a CSV file holds nothing at all, as some programs write a table without columns."""
    if size > SIZE_OF_NOTHING or "://" in path or path.lower().endswith(".zst"):
        return False
    try:
        with _opened(path) as file:
            return not file.read(CHUNK).strip()
    except DAMAGED_GZIP:
        return False


def needs_repair(path: str) -> bool:
    """Return whether DuckDB would misread a CSV file without saying so.

    That is one with NUL bytes, which UTF-16 has, too, or a gzip file with a wrong checksum.
    """
    if path.lower().endswith(".zst") or "://" in path:
        return False
    try:
        with _opened(path) as file:
            return any(b"\0" in chunk for chunk in iter(lambda: file.read(CHUNK), b""))
    except DAMAGED_GZIP:
        return True


def _opened(path: str):
    return gzip.open(path, "rb") if path.lower().endswith(".gz") else Path(path).open("rb")


def repair(path: str, good: Path, rejects: Path, table: str) -> int:
    """Write the rows that can be saved into `good`, append the others to `rejects`, and return how many those are.

    `good` is UTF-8 CSV with the file's own header and a last column cij_source_file. `rejects` has the columns
    table_name, source_file, line_number, reason and raw_value, letters and digits masked. Raises UnreadableCsvError.
    """
    csv.field_size_limit(sys.maxsize)
    rows = csv.reader(io.StringIO(_text_of(path), newline=""), strict=True)
    put_aside = 0
    with good.open("w", encoding="utf-8", newline="") as kept, rejects.open("a", encoding="utf-8", newline="") as aside:
        saved, listed = csv.writer(kept), csv.writer(aside)
        if aside.tell() == 0:
            listed.writerow(["table_name", "source_file", "line_number", "reason", "raw_value"])
        try:
            header = next(rows, [])
            fault = _fault(header, len(header))
            if fault:
                raise UnreadableCsvError(f"{fault} in its header")
            saved.writerow([*header, "cij_source_file"])
            for line, row in _numbered(rows):
                reason = _fault(row, len(header))
                if reason:
                    put_aside += 1
                    listed.writerow([table, path, line, reason, masked(",".join(row))])
                elif row:
                    saved.writerow([*row, path])
        except csv.Error as error:
            message = f"line {rows.line_num}: a quote is not closed, or text follows a closed quote"
            raise UnreadableCsvError(message) from error
    return put_aside


def masked(text: str) -> str:
    """Return the start of a text with every letter as x and every digit as 9: its shape, and nobody's data."""
    return re.sub(r"\d", "9", re.sub(r"[^\W\d_]", "x", BROKEN.sub("?", text[:SHOWN_LENGTH].replace("\0", "?"))))


def _numbered(rows) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the number of the line it begins in."""
    line = rows.line_num + 1
    for row in rows:
        yield line, row
        line = rows.line_num + 1


def _fault(row: list[str], columns: int) -> str | None:
    if row and len(row) != columns:
        return f"{len(row)} values where the header names {columns}"
    if any("\0" in value for value in row):
        return "a NUL byte"
    if any(BROKEN.search(value) for value in row):
        return "a character that is not UTF-8"
    return None


def _text_of(path: str) -> str:
    """Return a file's text. Raises UnreadableCsvError."""
    if path.lower().endswith(".zst") or "://" in path:
        raise UnreadableCsvError("not valid CSV (comma, double quotes, a header, UTF-8, rows up to 2 MB)")
    try:
        with _opened(path) as file:
            content = file.read()
    except DAMAGED_GZIP as error:
        raise UnreadableCsvError("not a whole gzip file") from error
    encoding = BYTE_ORDER_MARKS.get(content[:2])
    if encoding is None and b"\0" in content[:2] != b"\0\0":
        encoding = "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
    if encoding:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            raise UnreadableCsvError("not whole UTF-16 text") from error
    text = content.decode("utf-8-sig", errors="surrogateescape")
    # Broken bytes and not one proper character beyond ASCII: then the file was never UTF-8.
    if BROKEN.search(text) and not BEYOND_ASCII.search(text):
        return content.decode("latin-1" if b"\x81" in content else "cp1252", errors="replace")
    return text

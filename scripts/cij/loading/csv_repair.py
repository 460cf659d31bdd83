"""Saves the good rows of a damaged CSV file, and tells which rows were put aside and why.

DuckDB reads whole files; what it refuses, or would misread, comes here: UTF-16, Latin-1, rows with too many or too few
values, single broken characters, files put together with their headers and byte order marks. A file with broken quoting
can't be saved: nobody can tell where its rows end.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cij.loading.column_names import plain_names, trimmed
from cij.loading.limits import MOST_IN_A_ROW, most_unpacked

CHUNK = 1 << 20
BYTE_ORDER_MARK = "\ufeff"
BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# What stands for a byte that is no UTF-8, and what UTF-8 characters beyond ASCII look like.
BROKEN, BEYOND_ASCII = re.compile("[\udc80-\udcff]"), re.compile("[\u0080-\ud7ff\ue000-\U0010ffff]")
# Some letters stand in circles and squares.
LETTERS = re.compile(r"[^\W\d_]|[\u2460-\u24ff\U0001f100-\U0001f1ff]")
SHOWN_LENGTH = 200
# What the reader of whole files takes for null where it stands without quotes (macros/engine/files.sql).
WORDS_FOR_NULL = ("NULL", "\\N")
CELL = re.compile(r'(?:^|,)("(?:[^"]|"")*"|[^,\r\n]*)')
# A gzip file of nothing is larger than nothing.
SIZE_OF_NOTHING = 200
DAMAGED_GZIP = (gzip.BadGzipFile, EOFError, zlib.error)
NOT_VALID = "not valid CSV (comma, double quotes, a header, UTF-8, rows up to 2 MB)"


class UnreadableCsvError(Exception):
    """A CSV file of which nothing can be saved; the message says why."""


@dataclass
class Damaged:
    """A file to repair: its path, its table, the table's attributes in lower case, and columns that it lacks.

    The latter are those that its path holds, with the value of each.
    """

    path: str
    table: str
    attributes: Collection[str]
    path_values: dict[str, str | None] = field(default_factory=dict)


class _Unpacked(io.RawIOBase):
    """The content of a gzip file, as far as its size can explain it. Argument: path."""

    def __init__(self, path: str) -> None:
        self.file, self.size, self.unpacked = gzip.GzipFile(path, "rb"), Path(path).stat().st_size, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        count = self.file.readinto(buffer)
        self.unpacked += count
        if self.unpacked > most_unpacked(self.size):
            raise UnreadableCsvError(packed_too_far(self.size))
        return count

    def close(self) -> None:
        self.file.close()
        super().close()


class _Lines:
    """Lines for a CSV reader, which by itself waits for the end of a row however long it gets.

    Arguments: read_line (returns the next line, or as much of it as its argument says; nothing at the end), without
    (signs to leave out at the start of each line).
    """

    def __init__(self, read_line: Callable[[int], str], without: str = "") -> None:
        self.read_line, self.without, self.row_size = read_line, without, 0
        self.row: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.read_line(MOST_IN_A_ROW + 1)
        self.row_size += len(line)
        if self.row_size > MOST_IN_A_ROW:
            raise UnreadableCsvError(NOT_VALID)
        if not line:
            raise StopIteration
        line = line.lstrip(self.without)
        self.row.append(line)
        return line


def packed_too_far(size: int) -> str:
    """Return what is wrong with a packed file that holds more than its size can explain."""
    return f"more than {most_unpacked(size):,} bytes packed into {size:,}, which no CSV file of events is"


def header_of(path: str) -> list[str]:
    """Return the columns that the first row of a local file names; none where that can't be told."""
    try:
        # Commas are the same byte in all encodings that are read.
        with io.TextIOWrapper(_opened(path), encoding="latin-1", newline="") as text:
            return [name.encode("latin-1").decode(errors="replace") for name in first_row(text.readline)]
    except DAMAGED_GZIP:
        return []


def first_row(read_line: Callable[[int], str]) -> list[str]:
    """Return the first row of a text; nothing where it has none. Argument: see _Lines."""
    csv.field_size_limit(MOST_IN_A_ROW)
    try:
        return next(csv.reader(_Lines(read_line)), [])
    except csv.Error:
        return []


def begins_twice(path: str) -> bool:
    """Return whether a local file begins with two byte order marks: DuckDB takes the second for a part of a name."""
    try:
        with _opened(path) as file:
            return file.read(2 * len(codecs.BOM_UTF8)) == 2 * codecs.BOM_UTF8
    except DAMAGED_GZIP:
        return False


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

    That is one with NUL bytes, which UTF-16 has, too, or a gzip file with a wrong checksum. Raises UnreadableCsvError
    where a gzip file holds too much.
    """
    if path.lower().endswith(".zst") or "://" in path:
        return False
    try:
        with _opened(path) as file:
            return any(b"\0" in chunk for chunk in iter(lambda: file.read(CHUNK), b""))
    except DAMAGED_GZIP:
        return True


def _opened(path: str) -> io.BufferedReader:
    return io.BufferedReader(_Unpacked(path)) if path.lower().endswith(".gz") else Path(path).open("rb")


def repair(file: Damaged, good: Path, rejects: Path) -> int:
    """Write the rows that can be saved into `good`, append the others to `rejects`, and return how many those are.

    `good` is UTF-8 CSV with the columns that the file's own header means, those of its path and a last one,
    cij_source_file. `rejects` has the columns table_name, source_file, line_number, reason and raw_value, letters and
    digits masked. A header that comes again is no row. Raises UnreadableCsvError.
    """
    path = file.path
    if path.lower().endswith(".zst") or "://" in path:
        raise UnreadableCsvError(NOT_VALID)
    csv.field_size_limit(MOST_IN_A_ROW)
    try:
        encoding, errors = _encoding_of(path)
        with (
            io.TextIOWrapper(_opened(path), encoding=encoding, errors=errors, newline="") as text,
            good.open("w", encoding="utf-8", newline="") as kept,
            rejects.open("a", encoding="utf-8", newline="") as aside,
        ):
            if aside.tell() == 0:
                csv.writer(aside).writerow(["table_name", "source_file", "line_number", "reason", "raw_value"])
            # A file that was put behind another brings its byte order mark.
            lines = _Lines(text.readline, without=BYTE_ORDER_MARK)
            # Without quotes a word for null would be null.
            saved = csv.writer(kept, quoting=csv.QUOTE_ALL)
            return _divide(lines, saved, csv.writer(aside), file)
    except DAMAGED_GZIP as error:
        raise UnreadableCsvError("not a whole gzip file") from error
    except UnicodeDecodeError as error:
        raise UnreadableCsvError("not whole UTF-16 text") from error


def _divide(lines: _Lines, saved, listed, file: Damaged) -> int:
    """Write each row where it belongs, and return how many were put aside."""
    rows = csv.reader(lines, strict=True)
    put_aside = 0
    try:
        header = next(rows, [])
        fault = _fault(header, len(header))
        if fault:
            raise UnreadableCsvError(f"{fault} in its header")
        meant = plain_names(header, file.attributes)
        columns = [meant.get(name, name) for name in header]
        names = {_plain(name) for name in (*header, *columns)}
        added = {name: value for name, value in file.path_values.items() if name.lower() not in names}
        saved.writerow([*columns, *added, "cij_source_file"])
        end = [*added.values(), file.path]
        again = Headers(header, names | set(file.attributes))
        for line, row in _numbered(rows, lines):
            if again.is_header(row):
                if not again.is_same(row):
                    raise UnreadableCsvError(f"line {line}: another header; make a file of its own of what follows")
                continue
            reason = _fault(row, len(header))
            if reason:
                put_aside += 1
                listed.writerow([file.table, file.path, line, reason, masked(",".join(row))])
            elif row:
                saved.writerow([*_without_bare_nulls(row, lines.row), *end])
    except csv.Error as error:
        message = f"line {rows.line_num}: a quote is not closed, or text follows a closed quote"
        raise UnreadableCsvError(message) from error
    return put_aside


class Headers:
    """Tells the headers among the rows of a file. Arguments: header (its first), names (of columns, see _plain)."""

    def __init__(self, header: list[str], names: set[str]) -> None:
        self.header, self.names = [_plain(name) for name in header], names

    def is_header(self, row: list[str]) -> bool:
        """Return whether most values of a row are names of columns, and more than one is where there are several."""
        if not any(_plain(value) in self.names for value in row[:2]):
            return False
        values = [_plain(value) for value in row if trimmed(value)]
        known = sum(value in self.names for value in values)
        return known >= min(2, len(self.header)) and 2 * known > len(values)

    def is_same(self, row: list[str]) -> bool:
        """Return whether a header names the columns of the first one, in its order."""
        return [_plain(value) for value in row] == self.header


def _plain(name: str) -> str:
    return trimmed(name).lower()


def masked(text: str) -> str:
    """Return the start of a text with every letter as x and every digit as 9: its shape, and nobody's data."""
    return re.sub(r"\d", "9", LETTERS.sub("x", BROKEN.sub("?", text[:SHOWN_LENGTH].replace("\0", "?"))))


def _numbered(rows, lines: _Lines) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the number of the line it begins in."""
    while True:
        line, lines.row_size, lines.row = rows.line_num + 1, 0, []
        row = next(rows, None)
        if row is None:
            return
        yield line, row


def _without_bare_nulls(row: list[str], lines: list[str]) -> list[str]:
    """Return a row with nothing where a word for null stands without quotes. Argument: lines (it was read from)."""
    if not any(value in WORDS_FOR_NULL for value in row):
        return row
    cells = CELL.findall("".join(lines))
    return ["" if cell in WORDS_FOR_NULL else value for value, cell in zip(row, cells, strict=False)]


def _fault(row: list[str], columns: int) -> str | None:
    if row and len(row) != columns:
        return f"{len(row)} values where the header names {columns}"
    if any("\0" in value for value in row):
        return "a NUL byte"
    if any(not value.isascii() and BROKEN.search(value) for value in row):
        return "a character that is not UTF-8"
    return None


def _encoding_of(path: str) -> tuple[str, str]:
    """Return a file's encoding, and what becomes of bytes that have no place in it."""
    with _opened(path) as file:
        start = file.read(2)
        if start in BYTE_ORDER_MARKS:
            return BYTE_ORDER_MARKS[start], "strict"
        if b"\0" in start != b"\0\0":
            return "utf-16-be" if start[:1] == b"\0" else "utf-16-le", "strict"
        decoder = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
        is_broken = has_no_sign = False
        chunk = start
        while chunk:
            text = decoder.decode(chunk)
            if not text.isascii():
                if BEYOND_ASCII.search(text):
                    break
                is_broken |= bool(BROKEN.search(text))
                has_no_sign |= b"\x81" in chunk
            chunk = file.read(CHUNK)
        else:
            # Broken bytes and not one proper character beyond ASCII: then the file was never UTF-8.
            if is_broken or BROKEN.search(decoder.decode(b"", final=True)):
                return "latin-1" if has_no_sign else "cp1252", "replace"
    return "utf-8-sig", "surrogateescape"

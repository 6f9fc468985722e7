"""Bytes to tables of cells with line numbers. The type comes from the content, not the name."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import python_calamine as calamine

from policeroom.common.errors import DomainError
from stations.imports.report import Problem
from stations.imports.text import as_text

MAX_LINES = 100_000
MAX_COLUMNS = 200
#: An .xlsx unpacks to at most this many bytes; more is a bomb, not a list.
UNPACKED_CAP = 300 * 1024 * 1024
PARTS_CAP = 2_000

_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"
_CELL = re.compile(rb"<c\s([^>]*)>")
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_DELIMITERS = ",;\t"


class RefusedFileError(DomainError):
    """The file cannot be imported at all; `problem` says why in any language."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.reason, field="file")
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it stands in the file, with its number there (from 1)."""

    number: int
    cells: tuple[Any, ...]

    @property
    def filled(self) -> list[Any]:
        return [cell for cell in self.cells if as_text(cell).strip()]


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet, without its empty rows."""

    name: str
    lines: tuple[Line, ...]


def read_tables(content: bytes) -> list[Table]:
    """The filled sheets of an .xls, .xlsx or .csv file.

    Raises: RefusedFileError when it is none of these, damaged or too large.
    """
    if is_workbook(content):
        tables = _workbook(content)
    else:
        tables = [Table("", tuple(_csv_lines(decode(content))))]
    tables = [table for table in tables if table.lines]
    if not tables:
        raise RefusedFileError(Problem("empty_file"))
    return tables


def is_workbook(content: bytes) -> bool:
    """Whether it is .xls or .xlsx; False for text, which `decode` then checks.

    Raises: RefusedFileError for an empty file and for a zip that is no workbook.
    """
    if not content.strip():
        raise RefusedFileError(Problem("empty_file"))
    if content.startswith(_ZIP):
        _check_package(content)
        return True
    return content.startswith(_OLE)


def decode(content: bytes) -> str:
    """Text of a CSV file: UTF-8 or UTF-16 by its mark, else UTF-8, else GB18030.

    Raises: RefusedFileError if it is no text in any of them.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _checked_text(text)
    raise RefusedFileError(Problem("not_a_table"))


def _checked_text(text: str) -> str:
    start = text[:2000].lstrip().lower()
    if start.startswith(("<html", "<!doctype", "<table", "<?xml", "<head", "<meta")):
        raise RefusedFileError(Problem("web_page"))
    if start.startswith(("%pdf", "{\\rtf")) or any(c < " " and c not in "\t\r\n\f" for c in text):
        raise RefusedFileError(Problem("not_a_table"))
    return text


def _csv_lines(text: str) -> Iterable[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    lines: list[Line] = []
    before = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append(Line(before + 1, tuple(cells)))
            before = reader.line_num
            _check_size(before, len(cells))
    except csv.Error as error:
        raise RefusedFileError(Problem("damaged")) from error
    return lines


def _delimiter(text: str) -> str:
    """The candidate that occurs most, outside quotes, in the first rows."""
    sample = re.sub(r'"[^"]*"', "", text[:20_000])
    return max(_DELIMITERS, key=sample.count)


@contextlib.contextmanager
def _reader_failures() -> Iterator[None]:
    """Damaged files make the reader raise, or panic: a panic is no subclass of Exception."""
    try:
        yield
    except calamine.CalamineError as error:
        raise RefusedFileError(Problem("damaged")) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise RefusedFileError(Problem("damaged")) from error
        raise


def _workbook(content: bytes) -> list[Table]:
    with _reader_failures():
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = book.sheet_names
        return [Table(name, _sheet_lines(book.get_sheet_by_name(name))) for name in names]


def _sheet_lines(sheet: Any) -> tuple[Line, ...]:
    _check_size(sheet.total_height, sheet.total_width)
    rows = sheet.to_python(skip_empty_area=False)
    lines = (Line(number, tuple(cells)) for number, cells in enumerate(rows, start=1))
    return tuple(line for line in lines if line.filled)


def _check_package(content: bytes) -> None:
    """Refuse a zip that is no workbook, or one that would fill the memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if len(parts) > PARTS_CAP or sum(part.file_size for part in parts) > UNPACKED_CAP:
                raise RefusedFileError(Problem("not_a_table"))
            if "xl/workbook.xml" not in package.namelist():
                raise RefusedFileError(Problem("not_a_table"))
            for part in parts:
                if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                    _check_extent(package.read(part))
    except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError) as error:
        raise RefusedFileError(Problem("damaged")) from error


def _check_extent(sheet: bytes) -> None:
    """One filled cell at the far corner makes the reader allocate the whole sheet: look first."""
    rows = columns = 0
    for found in _CELL.finditer(sheet):
        attributes = found.group(1)
        reference = None if attributes.endswith(b"/") else _REFERENCE.search(attributes)
        if reference is not None:
            rows = max(rows, int(reference.group(2)))
            columns = max(columns, _column_number(reference.group(1)))
    _check_size(rows, columns)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _check_size(rows: int, columns: int) -> None:
    if rows > MAX_LINES:
        raise RefusedFileError(Problem("too_many_rows", params={"limit": MAX_LINES}))
    if columns > MAX_COLUMNS:
        raise RefusedFileError(Problem("too_many_columns", params={"limit": MAX_COLUMNS}))
